// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions: found and learned in softirq, without allocating; a work item
 * keeps slots ready, announces what is new and frees what is gone.
 */
#include <linux/etherdevice.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/slab.h>

#include "direction.h"
#include "filter.h"
#include "hash.h"
#include "netlink.h"
#include "pernet.h"
#include "port.h"
#include "session.h"
#include "vni.h"

/*
 * Under which entry the session's packets count from now on.
 * Context: &vxm_sessions.lock, RCU.
 */
static void vxm_session_assign(struct vxm_session *session,
			       struct vxm_port *port)
{
	/* pairs with vxm_vni_changed(): before the look-up */
	unsigned long seq = smp_load_acquire(&port->vn->vni_seq);
	struct vxm_vni *entry;
	bool plain;

	entry = vxm_vni_lookup(port, session->source.vni);
	WRITE_ONCE(session->entry, entry);
	plain = entry && READ_ONCE(entry->plain) &&
		!rcu_access_pointer(session->hand);
	WRITE_ONCE(session->plain, plain);
	/* pairs with vxm_session_vni() */
	smp_store_release(&session->entry_seq, seq);
}

/**
 * vxm_session_resolve() - look up a session's VNI entry after a change
 * @session: the session
 * @port: the port its packet came to
 *
 * Context: softirq, RCU.
 * Return: the entry, valid under RCU, or NULL.
 */
struct vxm_vni *vxm_session_resolve(struct vxm_session *session,
				    struct vxm_port *port)
{
	struct vxm_sessions *s = &port->vn->sessions;

	spin_lock(&s->lock);
	/* another CPU may have been faster */
	if (session->entry_seq != READ_ONCE(port->vn->vni_seq))
		vxm_session_assign(session, port);
	spin_unlock(&s->lock);
	return READ_ONCE(session->entry);
}

/*
 * Give a ready slot to a source, if there is one.
 * Context: &vxm_sessions.lock, RCU.
 */
static struct vxm_session *vxm_session_take(struct vxm_port *port,
					    const struct vxm_source *source,
					    struct vxm_session_hand *hand)
{
	struct vxm_sessions *s = &port->vn->sessions;
	struct vxm_session *session;

	if (s->n_live >= s->max_sessions)
		return NULL;
	session = list_first_entry_or_null(&s->free, struct vxm_session, link);
	if (!session)
		return NULL;

	list_del(&session->link);
	WRITE_ONCE(s->n_free, s->n_free - 1);
	WRITE_ONCE(s->n_live, s->n_live + 1);
	session->source = *source;
	session->mac = hand ? vxm_mac(hand->mac) : 0;
	RCU_INIT_POINTER(session->hand, hand);
	vxm_session_assign(session, port);
	session->first = get_jiffies_64();
	/* vxm_session_next() reads the rest after this */
	smp_store_release(&session->state, VXM_SESSION_LIVE);
	list_add_tail(&session->news, &s->news);
	hlist_add_head_rcu(&session->node, vxm_session_bucket(s, source));
	queue_work(vxm_wq, &s->work);
	return session;
}

/**
 * vxm_session_learn() - take a ready slot for a source that was not seen before
 * @port: the port its packet came to; an entry covers its VNI
 * @source: the source
 *
 * Context: softirq, RCU.
 * Return: the session, or NULL when no slot is free.
 */
struct vxm_session *vxm_session_learn(struct vxm_port *port,
				      const struct vxm_source *source)
{
	struct vxm_sessions *s = &port->vn->sessions;
	struct vxm_session *session;

	/* a flood of new sources with no slot left must not fight for a lock */
	if (!READ_ONCE(s->n_free) ||
	    READ_ONCE(s->n_live) >= READ_ONCE(s->max_sessions))
		return NULL;

	spin_lock(&s->lock);
	/* another CPU may have been faster */
	session = vxm_session_lookup(s, source);
	if (!session)
		session = vxm_session_take(port, source, NULL);
	spin_unlock(&s->lock);
	return session;
}

/**
 * vxm_session_sum() - a session's counters over all CPUs
 * @session: the session
 * @totals: is set
 *
 * Context: any.
 */
void vxm_session_sum(const struct vxm_session *session,
		     struct vxm_session_totals *totals)
{
	struct vxm_session_totals one;
	unsigned int start;
	int cpu;

	memset(totals, 0, sizeof(*totals));
	for_each_possible_cpu(cpu) {
		const struct vxm_session_counters *c =
			per_cpu_ptr(session->counters, cpu);

		do {
			start = u64_stats_fetch_begin(&c->syncp);
			one.packets = u64_stats_read(&c->packets);
			one.bytes = u64_stats_read(&c->bytes);
			one.truncated = u64_stats_read(&c->truncated);
			one.last = u64_stats_read(&c->last);
		} while (u64_stats_fetch_retry(&c->syncp, start));

		totals->packets += one.packets;
		totals->bytes += one.bytes;
		totals->truncated += one.truncated;
		totals->last = max(totals->last, one.last);
	}
	/* learned a moment ago, and its first packet not yet counted */
	totals->last = max(totals->last, session->first);
}

/* What a block of slots costs. */
static u64 vxm_session_block_memory(void)
{
	return sizeof(struct vxm_session_block) +
	       (u64)num_possible_cpus() * VXM_SESSION_BLOCK *
	       sizeof(struct vxm_session_counters);
}

/**
 * vxm_sessions_memory() - bytes held for slots
 * @s: the namespace's sessions
 *
 * Return: bytes.
 */
u64 vxm_sessions_memory(const struct vxm_sessions *s)
{
	return s->n_blocks * vxm_session_block_memory();
}

static bool vxm_session_block_allowed(const struct vxm_sessions *s)
{
	u32 more = s->n_blocks + 1;

	return more <= DIV_ROUND_UP(s->max_sessions, VXM_SESSION_BLOCK) &&
	       more * vxm_session_block_memory() <= s->max_memory;
}

/* One more block of ready slots. Context: &vxm_sessions.mutex. */
static int vxm_session_block_add(struct vxm_sessions *s)
{
	struct vxm_session_block *block;
	struct vxm_session *session;
	int i, slot, cpu;

	block = kvzalloc(sizeof(*block), GFP_KERNEL_ACCOUNT);
	if (!block)
		return -ENOMEM;
	block->counters =
		__alloc_percpu_gfp(VXM_SESSION_BLOCK * sizeof(*block->counters),
				   __alignof__(*block->counters),
				   GFP_KERNEL_ACCOUNT);
	if (!block->counters) {
		kvfree(block);
		return -ENOMEM;
	}

	for (slot = 0; s->block[slot]; slot++)
		;
	for (i = 0; i < VXM_SESSION_BLOCK; i++) {
		session = &block->slot[i];
		session->number = slot * VXM_SESSION_BLOCK + i;
		session->counters = block->counters + i;
		INIT_LIST_HEAD(&session->news);
		for_each_possible_cpu(cpu)
			u64_stats_init(&per_cpu_ptr(session->counters,
						    cpu)->syncp);
	}
	s->block[slot] = block;
	s->n_blocks++;

	spin_lock_bh(&s->lock);
	for (i = 0; i < VXM_SESSION_BLOCK; i++)
		list_add_tail(&block->slot[i].link, &s->free);
	WRITE_ONCE(s->n_free, s->n_free + VXM_SESSION_BLOCK);
	spin_unlock_bh(&s->lock);
	return 0;
}

/* What the operator said of a session that no packet finds any more. */
static void vxm_session_drop_hand(struct vxm_session *session)
{
	struct vxm_session_hand *hand =
		rcu_dereference_protected(session->hand, 1);

	if (!hand)
		return;
	RCU_INIT_POINTER(session->hand, NULL);
	vxm_filter_put(hand->filter);
	kfree(hand);
}

static void vxm_session_block_free(struct vxm_session_block *block)
{
	int i;

	for (i = 0; i < VXM_SESSION_BLOCK; i++)
		vxm_session_drop_hand(&block->slot[i]);
	free_percpu(block->counters);
	kvfree(block);
}

/*
 * Give a block back, if none of its slots is in use.
 * Context: &vxm_sessions.mutex.
 */
static bool vxm_session_block_remove(struct vxm_sessions *s, int index)
{
	struct vxm_session_block *block = s->block[index];
	bool unused = true;
	int i;

	spin_lock_bh(&s->lock);
	for (i = 0; i < VXM_SESSION_BLOCK && unused; i++)
		unused = block->slot[i].state == VXM_SESSION_FREE;
	if (unused) {
		for (i = 0; i < VXM_SESSION_BLOCK; i++)
			list_del(&block->slot[i].link);
		WRITE_ONCE(s->n_free, s->n_free - VXM_SESSION_BLOCK);
	}
	spin_unlock_bh(&s->lock);
	if (!unused)
		return false;

	s->block[index] = NULL;
	s->n_blocks--;
	vxm_session_block_free(block);
	return true;
}

/*
 * Slots to keep ready: for bursts, and a quarter of what is in use. None in a
 * namespace without sessions and ports. Context: &vxm_sessions.mutex.
 */
static u32 vxm_session_want(const struct vxm_sessions *s)
{
	u32 n_live = READ_ONCE(s->n_live);

	if (!n_live && !s->started)
		return 0;
	return VXM_SESSION_BLOCK + n_live / 4;
}

/* Context: &vxm_sessions.mutex. */
static void vxm_sessions_refill(struct vxm_sessions *s)
{
	u32 want = vxm_session_want(s);
	int i;

	while (READ_ONCE(s->n_free) < want && vxm_session_block_allowed(s))
		if (vxm_session_block_add(s))
			break;
	for (i = 0; i < VXM_SESSION_BLOCKS; i++) {
		if (READ_ONCE(s->n_free) < want + VXM_SESSION_BLOCK)
			break;
		if (s->block[i])
			vxm_session_block_remove(s, i);
	}
}

/* Context: &vxm_sessions.mutex, which keeps announced slots from being freed */
static void vxm_sessions_announce(struct vxm_sessions *s)
{
	struct vxm_session *session;

	for (;;) {
		spin_lock_bh(&s->lock);
		session = list_first_entry_or_null(&s->news, struct vxm_session,
						   news);
		if (session)
			list_del_init(&session->news);
		spin_unlock_bh(&s->lock);
		if (!session)
			return;
		vxm_nl_notify_session(s->vn, session, VXM_CMD_SESSION_NEW_NTF);
		cond_resched();
	}
}

static void vxm_session_zero(struct vxm_session *session)
{
	struct vxm_session_counters *c;
	int cpu;

	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(session->counters, cpu);
		u64_stats_set(&c->packets, 0);
		u64_stats_set(&c->bytes, 0);
		u64_stats_set(&c->truncated, 0);
		u64_stats_set(&c->last, 0);
	}
}

/* Slots that nobody finds any more; without the mutex, as it takes time. */
static void vxm_sessions_reap(struct vxm_sessions *s, struct list_head *gone)
{
	struct vxm_session *session, *next;

	if (list_empty(gone))
		return;
	synchronize_rcu();
	list_for_each_entry_safe(session, next, gone, link) {
		vxm_nl_notify_session(s->vn, session, VXM_CMD_SESSION_DEL_NTF);
		vxm_session_zero(session);
		vxm_session_drop_hand(session);
		spin_lock_bh(&s->lock);
		WRITE_ONCE(session->state, VXM_SESSION_FREE);
		list_move_tail(&session->link, &s->free);
		WRITE_ONCE(s->n_free, s->n_free + 1);
		spin_unlock_bh(&s->lock);
		cond_resched();
	}
}

static void vxm_sessions_work(struct work_struct *work)
{
	struct vxm_sessions *s = container_of(work, struct vxm_sessions, work);
	LIST_HEAD(gone);

	/* more are coming, if there is news */
	mutex_lock(&s->mutex);
	vxm_sessions_refill(s);
	mutex_unlock(&s->mutex);
	/* who learned a session counts its first packet before this is over */
	if (!list_empty_careful(&s->news))
		synchronize_rcu();

	/* a slot that is gone is announced before: it is on one list only */
	mutex_lock(&s->mutex);
	vxm_sessions_announce(s);
	spin_lock_bh(&s->lock);
	list_splice_init(&s->dying, &gone);
	spin_unlock_bh(&s->lock);
	mutex_unlock(&s->mutex);

	vxm_sessions_reap(s, &gone);

	mutex_lock(&s->mutex);
	vxm_sessions_refill(s);
	mutex_unlock(&s->mutex);
}

/* Context: &vxm_sessions.lock; RTNL for one made by hand. */
static void vxm_session_unlink(struct vxm_sessions *s,
			       struct vxm_session *session)
{
	struct vxm_session_hand *hand =
		rcu_dereference_protected(session->hand, 1);

	if (hand)
		vxm_filter_unuse(hand->filter);
	hlist_del_rcu(&session->node);
	WRITE_ONCE(session->state, VXM_SESSION_DYING);
	list_add_tail(&session->link, &s->dying);
	WRITE_ONCE(s->n_live, s->n_live - 1);
	queue_work(vxm_wq, &s->work);
}

/**
 * vxm_session_next() - walk over all live sessions
 * @s: the namespace's sessions
 * @cursor: 0 at first; moved past the session that is returned. A session
 *	keeps its place for life: one that is there throughout is seen once.
 *
 * Context: &vxm_sessions.mutex.
 * Return: the session, or NULL after the last.
 */
struct vxm_session *vxm_session_next(struct vxm_sessions *s, u32 *cursor)
{
	struct vxm_session_block *block;
	struct vxm_session *session;

	while (*cursor < VXM_MAX_SESSIONS) {
		block = s->block[*cursor / VXM_SESSION_BLOCK];
		if (!block) {
			*cursor = round_down(*cursor, VXM_SESSION_BLOCK) +
				  VXM_SESSION_BLOCK;
			continue;
		}
		session = &block->slot[(*cursor)++ % VXM_SESSION_BLOCK];
		/* pairs with vxm_session_learn() */
		if (smp_load_acquire(&session->state) == VXM_SESSION_LIVE)
			return session;
	}
	return NULL;
}

static void vxm_sessions_expire(struct work_struct *work)
{
	struct vxm_sessions *s = container_of(to_delayed_work(work),
					      struct vxm_sessions, expire);
	struct vxm_session_totals totals;
	struct vxm_session *session;
	u32 cursor = 0;
	u64 oldest;

	mutex_lock(&s->mutex);
	oldest = get_jiffies_64() - (u64)s->idle * HZ;
	while ((session = vxm_session_next(s, &cursor))) {
		vxm_session_sum(session, &totals);
		if (!rcu_access_pointer(session->hand) &&
		    time_before64(totals.last, oldest)) {
			spin_lock_bh(&s->lock);
			if (session->state == VXM_SESSION_LIVE)
				vxm_session_unlink(s, session);
			spin_unlock_bh(&s->lock);
		}
		cond_resched();
	}
	/* a pool that could not grow for want of memory tries again */
	queue_work(vxm_wq, &s->work);
	queue_delayed_work(vxm_wq, &s->expire,
			   clamp(s->idle / 4, 1U, 60U) * HZ);
	mutex_unlock(&s->mutex);
}

/**
 * vxm_session_change() - say something else of a session
 * @s: the namespace's sessions
 * @session: a live one
 * @hand: what makes it one made by hand; is taken
 * @mac: its MAC address was named, if only to be learned again; otherwise what
 *	has been learned stays
 *
 * Context: RTNL, &vxm_sessions.mutex, may sleep.
 */
void vxm_session_change(struct vxm_sessions *s, struct vxm_session *session,
			struct vxm_session_hand *hand, bool mac)
{
	struct vxm_session_hand *old =
		rcu_dereference_protected(session->hand,
					  lockdep_is_held(&s->mutex));

	vxm_filter_use(hand->filter);
	spin_lock_bh(&s->lock);
	if (mac)
		WRITE_ONCE(session->mac, vxm_mac(hand->mac));
	rcu_assign_pointer(session->hand, hand);
	WRITE_ONCE(session->plain, false);
	spin_unlock_bh(&s->lock);
	if (old) {
		vxm_filter_unuse(old->filter);
		vxm_filter_put(old->filter);
		kfree_rcu(old, rcu);
	}
	vxm_net_changed(s->vn);
	vxm_nl_notify_session(s->vn, session, VXM_CMD_SESSION_SET_NTF);
}

/**
 * vxm_session_add() - make a session by hand
 * @port: its port
 * @source: its source, of which there is no session
 * @hand: what the operator says of it; is taken when there is no error
 *
 * Context: RTNL, &vxm_sessions.mutex, may sleep.
 * Return: 0; -ENOSPC at a limit; -ENOMEM; -EEXIST when a packet of it has come
 * just now.
 */
int vxm_session_add(struct vxm_port *port, const struct vxm_source *source,
		    struct vxm_session_hand *hand)
{
	struct vxm_sessions *s = &port->vn->sessions;
	int err = 0;

	if (!READ_ONCE(s->n_free)) {
		if (!vxm_session_block_allowed(s))
			return -ENOSPC;
		err = vxm_session_block_add(s);
		if (err)
			return err;
	}
	rcu_read_lock();
	spin_lock_bh(&s->lock);
	if (vxm_session_lookup(s, source))
		err = -EEXIST;
	else if (!vxm_session_take(port, source, hand))
		err = -ENOSPC;
	spin_unlock_bh(&s->lock);
	rcu_read_unlock();
	if (err)
		return err;
	vxm_filter_use(hand->filter);
	vxm_net_changed(s->vn);
	return 0;
}

/**
 * vxm_session_find() - the live session of a source
 * @s: the namespace's sessions
 * @source: the source
 *
 * Context: &vxm_sessions.mutex, which keeps it from being freed.
 * Return: the session or NULL.
 */
struct vxm_session *vxm_session_find(struct vxm_sessions *s,
				     const struct vxm_source *source)
{
	struct vxm_session *session;

	if (!s->buckets)
		return NULL;
	rcu_read_lock();
	session = vxm_session_lookup(s, source);
	rcu_read_unlock();
	return session;
}

/**
 * vxm_session_forget() - remove the session of a source
 * @s: the namespace's sessions
 * @source: the source
 *
 * Context: process, may sleep.
 * Return: false when there is none.
 */
bool vxm_session_forget(struct vxm_sessions *s, const struct vxm_source *source)
{
	struct vxm_session *session;
	bool found = false;

	mutex_lock(&s->mutex);
	session = vxm_session_find(s, source);
	if (session) {
		spin_lock_bh(&s->lock);
		found = session->state == VXM_SESSION_LIVE;
		if (found)
			vxm_session_unlink(s, session);
		spin_unlock_bh(&s->lock);
	}
	mutex_unlock(&s->mutex);
	return found;
}

/**
 * vxm_sessions_sweep() - remove the sessions that no VNI entry covers any more
 * @s: the namespace's sessions
 *
 * Context: RTNL, may sleep.
 */
void vxm_sessions_sweep(struct vxm_sessions *s)
{
	struct vxm_session *session;
	struct vxm_port *port;
	u32 cursor = 0;

	mutex_lock(&s->mutex);
	while (READ_ONCE(s->n_live) &&
	       (session = vxm_session_next(s, &cursor))) {
		cond_resched();
		port = vxm_port_find(s->vn, session->source.port);
		if (port && vxm_vni_lookup(port, session->source.vni))
			continue;
		spin_lock_bh(&s->lock);
		if (session->state == VXM_SESSION_LIVE)
			vxm_session_unlink(s, session);
		spin_unlock_bh(&s->lock);
	}
	mutex_unlock(&s->mutex);
}

/**
 * vxm_sessions_limit() - limits have been changed: see to it
 * @s: the namespace's sessions
 *
 * Context: RTNL.
 */
void vxm_sessions_limit(struct vxm_sessions *s)
{
	if (s->buckets)
		mod_delayed_work(vxm_wq, &s->expire, 0);
}

/**
 * vxm_sessions_init() - no sessions yet
 * @s: the namespace's sessions
 * @vn: namespace
 */
void vxm_sessions_init(struct vxm_sessions *s, struct vxm_net *vn)
{
	s->vn = vn;
	spin_lock_init(&s->lock);
	mutex_init(&s->mutex);
	INIT_LIST_HEAD(&s->free);
	INIT_LIST_HEAD(&s->dying);
	INIT_LIST_HEAD(&s->news);
	s->max_sessions = VXM_MAX_SESSIONS;
	/* the work item's allocations are charged to nobody */
	s->max_memory = vn->net->user_ns == &init_user_ns ?
			VXM_SESSION_MEMORY : VXM_SESSION_MEMORY_GUEST;
	s->idle = VXM_SESSION_IDLE;
	INIT_WORK(&s->work, vxm_sessions_work);
	INIT_DELAYED_WORK(&s->expire, vxm_sessions_expire);
}

/**
 * vxm_sessions_start() - the first port is about to come: make a table
 * @s: the namespace's sessions
 *
 * Called again, it sees to it that slots are ready.
 *
 * Context: RTNL, may sleep.
 * Return: 0 or -ENOMEM.
 */
int vxm_sessions_start(struct vxm_sessions *s)
{
	int err = 0;

	if (!s->buckets) {
		get_random_bytes(&s->key, sizeof(s->key));
		s->buckets = kvcalloc(VXM_SESSION_BUCKETS, sizeof(*s->buckets),
				      GFP_KERNEL_ACCOUNT);
		if (!s->buckets)
			return -ENOMEM;
		queue_delayed_work(vxm_wq, &s->expire, HZ);
	}

	mutex_lock(&s->mutex);
	if (!READ_ONCE(s->n_free) && vxm_session_block_allowed(s))
		err = vxm_session_block_add(s);
	/* from here on, the work does not take the slots back */
	if (!err)
		s->started = true;
	mutex_unlock(&s->mutex);
	return err;
}

/**
 * vxm_sessions_rest() - the last port is gone: let the slots go, too
 * @s: the namespace's sessions
 *
 * Context: RTNL, may sleep.
 */
void vxm_sessions_rest(struct vxm_sessions *s)
{
	mutex_lock(&s->mutex);
	s->started = false;
	mutex_unlock(&s->mutex);
	queue_work(vxm_wq, &s->work);
}

/**
 * vxm_sessions_stop() - no packet comes any more: end the work
 * @s: the namespace's sessions
 *
 * Context: process, may sleep.
 */
void vxm_sessions_stop(struct vxm_sessions *s)
{
	/* the expiry queues the work, and itself */
	cancel_delayed_work_sync(&s->expire);
	cancel_work_sync(&s->work);
}

/**
 * vxm_sessions_free() - free everything
 * @s: the namespace's sessions, stopped, and a grace period later
 */
void vxm_sessions_free(struct vxm_sessions *s)
{
	int i;

	for (i = 0; i < VXM_SESSION_BLOCKS; i++)
		if (s->block[i])
			vxm_session_block_free(s->block[i]);
	kvfree(s->buckets);
}
