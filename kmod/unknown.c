// SPDX-License-Identifier: GPL-2.0
/*
 * Unknown VNIs, found by space-saving (Metwally et al., 2005) in small sets:
 * a newcomer takes the slot with the smallest count and starts from there, so
 * a flood of random VNIs cannot hide a steady one.
 */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/string.h>

#include "netlink.h"
#include "pernet.h"
#include "unknown.h"

/* Notifications a second. */
#define VXM_UNKNOWN_RATE 10

static bool vxm_unknown_is(const struct vxm_unknown_slot *slot,
			   const struct vxm_source *source)
{
	return slot->packets && vxm_source_equal(&slot->source, source);
}

/* The source's slot, or an empty one, or else the one with least packets. */
static struct vxm_unknown_slot *
vxm_unknown_slot(struct vxm_unknown_set *set, const struct vxm_source *source)
{
	struct vxm_unknown_slot *slot, *least = &set->slot[0];

	for (slot = set->slot; slot < set->slot + VXM_UNKNOWN_WAYS; slot++) {
		if (vxm_unknown_is(slot, source))
			return slot;
		if (slot->packets < least->packets)
			least = slot;
	}
	return least;
}

static void vxm_unknown_take(struct vxm_unknown *u,
			     struct vxm_unknown_slot *slot,
			     const struct vxm_unknown_pending *pending)
{
	slot->source = pending->source;
	slot->overcount = slot->packets;
	slot->bytes = 0;
	slot->first = pending->tick;
	slot->forgets = pending->forgets;
	slot->announce = true;
	queue_delayed_work(vxm_wq, &u->announce, 0);
}

/* Counted before the slot's VNI was forgotten, it does not count any more. */
static bool vxm_unknown_belongs(const struct vxm_unknown_pending *pending,
				const struct vxm_unknown_slot *slot)
{
	return (s32)(pending->forgets - slot->forgets) >= 0;
}

static u32 vxm_unknown_set_number(const struct vxm_unknown *u,
				  const struct vxm_source *source)
{
	return reciprocal_scale(vxm_source_hash(source, u->key) >> 32,
				VXM_UNKNOWN_SETS);
}

/*
 * Move what is pending to its slot, and nothing is. On the CPU whose it is.
 * Who reads holds the set's lock, and sees it here or there.
 */
static void vxm_unknown_settle(struct vxm_unknown *u,
			       struct vxm_unknown_pending *pending)
{
	struct vxm_unknown_set *set =
		&u->set[vxm_unknown_set_number(u, &pending->source)];
	struct vxm_unknown_slot *slot;

	spin_lock(&set->lock);
	slot = vxm_unknown_slot(set, &pending->source);
	if (!vxm_unknown_is(slot, &pending->source) &&
	    pending->forgets == READ_ONCE(u->forgets))
		vxm_unknown_take(u, slot, pending);
	if (vxm_source_equal(&slot->source, &pending->source) &&
	    vxm_unknown_belongs(pending, slot)) {
		slot->packets += pending->packets;
		slot->bytes += pending->bytes;
		slot->last = max(slot->last, pending->tick);
	}
	raw_write_seqcount_begin(&pending->seq);
	pending->packets = 0;
	pending->bytes = 0;
	raw_write_seqcount_end(&pending->seq);
	spin_unlock(&set->lock);
}

/**
 * vxm_unknown_count() - count a mirror packet whose VNI no entry covers
 * @u: the namespace's unknown VNIs
 * @source: whose packet it is
 * @len: bytes of the inner frame
 *
 * Between two ticks of the clock, all packets of a source but the first are
 * counted by each CPU for itself: no CPU waits for another for each packet.
 *
 * Context: softirq.
 */
void vxm_unknown_count(struct vxm_unknown *u, const struct vxm_source *source,
		       u32 len)
{
	u32 number = vxm_unknown_set_number(u, source);
	struct vxm_unknown_pending *pending =
		this_cpu_ptr(u->pending) + number % VXM_UNKNOWN_PENDING;
	u32 forgets = READ_ONCE(u->forgets);
	u64 now = get_jiffies_64();
	bool same;

	same = pending->tick == now && pending->forgets == forgets &&
	       vxm_source_equal(&pending->source, source);
	if (unlikely(!same) && pending->packets)
		vxm_unknown_settle(u, pending);

	raw_write_seqcount_begin(&pending->seq);
	if (unlikely(!same)) {
		pending->source = *source;
		pending->tick = now;
		pending->forgets = forgets;
	}
	pending->packets++;
	pending->bytes += len;
	raw_write_seqcount_end(&pending->seq);

	if (unlikely(!same))
		vxm_unknown_settle(u, pending);
}

/* Add what each CPU has counted for itself. Context: the set's lock. */
static void vxm_unknown_add_pending(const struct vxm_unknown *u,
				    struct vxm_unknown_slot *copy)
{
	u32 number = vxm_unknown_set_number(u, &copy->source);
	struct vxm_unknown_pending *pending, one;
	unsigned int start;
	int cpu;

	for_each_possible_cpu(cpu) {
		pending = per_cpu_ptr(u->pending, cpu) +
			  number % VXM_UNKNOWN_PENDING;
		do {
			start = read_seqcount_begin(&pending->seq);
			one = *pending;
		} while (read_seqcount_retry(&pending->seq, start));

		if (!vxm_source_equal(&one.source, &copy->source) ||
		    !vxm_unknown_belongs(&one, copy))
			continue;
		copy->packets += one.packets;
		copy->bytes += one.bytes;
		if (one.packets)
			copy->last = max(copy->last, one.tick);
	}
}

/**
 * vxm_unknown_next() - walk over all unknown VNIs
 * @u: the namespace's unknown VNIs
 * @cursor: 0 at first; moved past the slot that is copied
 * @copy: gets a copy of the slot
 *
 * Context: process.
 * Return: false after the last.
 */
bool vxm_unknown_next(struct vxm_unknown *u, u32 *cursor,
		      struct vxm_unknown_slot *copy)
{
	/* pairs with vxm_unknown_start() */
	struct vxm_unknown_set *sets = smp_load_acquire(&u->set);
	struct vxm_unknown_set *set;

	if (!sets)
		return false;
	while (*cursor < VXM_UNKNOWN_SLOTS) {
		set = &sets[*cursor / VXM_UNKNOWN_WAYS];
		spin_lock_bh(&set->lock);
		*copy = set->slot[*cursor % VXM_UNKNOWN_WAYS];
		if (copy->packets)
			vxm_unknown_add_pending(u, copy);
		spin_unlock_bh(&set->lock);
		(*cursor)++;
		if (copy->packets)
			return true;
	}
	return false;
}

/**
 * vxm_unknown_forget() - forget unknown VNIs
 * @u: the namespace's unknown VNIs
 * @port: of this UDP port; 0: of every port
 * @first: the first VNI to forget
 * @last: the last, included
 *
 * Context: RTNL.
 */
void vxm_unknown_forget(struct vxm_unknown *u, u16 port, u32 first, u32 last)
{
	struct vxm_unknown_slot *slot;
	struct vxm_unknown_set *set;

	if (!u->set)
		return;
	/* what is pending is not to bring them back */
	WRITE_ONCE(u->forgets, u->forgets + 1);
	for (set = u->set; set < u->set + VXM_UNKNOWN_SETS; set++) {
		spin_lock_bh(&set->lock);
		for (slot = set->slot; slot < set->slot + VXM_UNKNOWN_WAYS;
		     slot++) {
			if (port && slot->source.port != port)
				continue;
			if (slot->source.vni < first || slot->source.vni > last)
				continue;
			memset(slot, 0, sizeof(*slot));
		}
		spin_unlock_bh(&set->lock);
	}
}

/* Copy the slot if it is to be announced, and note that it is. */
static bool vxm_unknown_announced(struct vxm_unknown_set *set, int way,
				  struct vxm_unknown_slot *copy)
{
	struct vxm_unknown_slot *slot = &set->slot[way];

	spin_lock_bh(&set->lock);
	*copy = *slot;
	slot->announce = false;
	spin_unlock_bh(&set->lock);
	return copy->announce;
}

static void vxm_unknown_announce(struct work_struct *work)
{
	struct vxm_unknown *u = container_of(to_delayed_work(work),
					     struct vxm_unknown, announce);
	struct vxm_unknown_slot slot;
	u64 now = get_jiffies_64();
	int left = VXM_UNKNOWN_RATE;
	int i;

	/* queued by a newcomer while the last batch was under way */
	if (time_before64(now, u->quiet_until)) {
		queue_delayed_work(vxm_wq, &u->announce, u->quiet_until - now);
		return;
	}
	for (i = 0; i < VXM_UNKNOWN_SLOTS && left; i++) {
		/* from where the last batch ended, so that none is left out */
		u->next = (u->next + 1) % VXM_UNKNOWN_SLOTS;
		if (!vxm_unknown_announced(&u->set[u->next / VXM_UNKNOWN_WAYS],
					   u->next % VXM_UNKNOWN_WAYS, &slot))
			continue;
		vxm_nl_notify_unknown(u->vn, &slot);
		left--;
	}
	/* the rest, and what comes meanwhile, a second later */
	if (left < VXM_UNKNOWN_RATE) {
		u->quiet_until = now + HZ;
		queue_delayed_work(vxm_wq, &u->announce, HZ);
	}
}

/**
 * vxm_unknown_init() - nothing seen yet
 * @u: the namespace's unknown VNIs
 * @vn: namespace
 */
void vxm_unknown_init(struct vxm_unknown *u, struct vxm_net *vn)
{
	u->vn = vn;
	INIT_DELAYED_WORK(&u->announce, vxm_unknown_announce);
}

/**
 * vxm_unknown_start() - the first port is about to come: make the table
 * @u: the namespace's unknown VNIs
 *
 * Context: RTNL, may sleep.
 * Return: 0 or -ENOMEM.
 */
int vxm_unknown_start(struct vxm_unknown *u)
{
	struct vxm_unknown_set *sets;
	int cpu, i;

	if (u->set)
		return 0;
	if (!u->pending)
		u->pending = __alloc_percpu_gfp(VXM_UNKNOWN_PENDING *
						sizeof(*u->pending),
						__alignof__(*u->pending),
						GFP_KERNEL_ACCOUNT);
	if (!u->pending)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		for (i = 0; i < VXM_UNKNOWN_PENDING; i++)
			seqcount_init(&(per_cpu_ptr(u->pending, cpu) + i)->seq);
	sets = kvcalloc(VXM_UNKNOWN_SETS, sizeof(*sets), GFP_KERNEL_ACCOUNT);
	if (!sets)
		return -ENOMEM;
	for (i = 0; i < VXM_UNKNOWN_SETS; i++)
		spin_lock_init(&sets[i].lock);
	get_random_bytes(&u->key, sizeof(u->key));
	/* dumps take no lock to see it */
	smp_store_release(&u->set, sets);
	return 0;
}

/**
 * vxm_unknown_stop() - no packet comes any more: end the work
 * @u: the namespace's unknown VNIs
 *
 * Context: process, may sleep.
 */
void vxm_unknown_stop(struct vxm_unknown *u)
{
	cancel_delayed_work_sync(&u->announce);
}

/**
 * vxm_unknown_free() - free everything
 * @u: the namespace's unknown VNIs, stopped, and a grace period later
 */
void vxm_unknown_free(struct vxm_unknown *u)
{
	free_percpu(u->pending);
	kvfree(u->set);
}
