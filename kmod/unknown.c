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

/* The source's slot, or an empty one, or else the one with least packets. */
static struct vxm_unknown_slot *
vxm_unknown_slot(struct vxm_unknown_set *set, const struct vxm_source *source)
{
	struct vxm_unknown_slot *slot, *least = &set->slot[0];

	for (slot = set->slot; slot < set->slot + VXM_UNKNOWN_WAYS; slot++) {
		if (slot->packets &&
		    !memcmp(&slot->source, source, sizeof(*source)))
			return slot;
		if (slot->packets < least->packets)
			least = slot;
	}
	return least;
}

static void vxm_unknown_take(struct vxm_unknown_slot *slot,
			     const struct vxm_source *source)
{
	slot->source = *source;
	slot->overcount = slot->packets;
	slot->bytes = 0;
	slot->first = get_jiffies_64();
	slot->announce = true;
}

/**
 * vxm_unknown_count() - count a mirror packet whose VNI no entry covers
 * @u: the namespace's unknown VNIs
 * @source: whose packet it is
 * @len: bytes of the inner frame
 *
 * Context: softirq.
 */
void vxm_unknown_count(struct vxm_unknown *u, const struct vxm_source *source,
		       u32 len)
{
	u64 hash = siphash(source, sizeof(*source), &u->key);
	struct vxm_unknown_set *set = &u->set[hash % VXM_UNKNOWN_SETS];
	struct vxm_unknown_slot *slot;

	spin_lock(&set->lock);
	slot = vxm_unknown_slot(set, source);
	if (!slot->packets || memcmp(&slot->source, source, sizeof(*source))) {
		vxm_unknown_take(slot, source);
		queue_delayed_work(vxm_wq, &u->announce, 0);
	}
	slot->packets++;
	slot->bytes += len;
	slot->last = get_jiffies_64();
	spin_unlock(&set->lock);
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
 * Context: process.
 */
void vxm_unknown_forget(struct vxm_unknown *u, u16 port, u32 first, u32 last)
{
	struct vxm_unknown_slot *slot;
	struct vxm_unknown_set *set;

	if (!u->set)
		return;
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
	int i;

	if (u->set)
		return 0;
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
	kvfree(u->set);
}
