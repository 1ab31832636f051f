/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Unknown VNIs: what came that no VNI entry covers.
 */
#ifndef _VXM_UNKNOWN_H
#define _VXM_UNKNOWN_H

#include <linux/percpu.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "packet.h"

struct vxm_net;

/* 128 sets of 8 make the 1,024 slots. */
#define VXM_UNKNOWN_SETS 128
#define VXM_UNKNOWN_WAYS 8
#define VXM_UNKNOWN_SLOTS (VXM_UNKNOWN_SETS * VXM_UNKNOWN_WAYS)

/**
 * struct vxm_unknown_slot - one unknown (port, VNI, outer source)
 * @source: identity
 * @packets: mirror packets, an upper bound; 0: the slot is empty
 * @bytes: inner bytes of the packets counted since it has the slot
 * @overcount: of @packets, those that it inherited with the slot
 * @first: time of the first packet, 64-bit jiffies
 * @last: time of the latest
 * @forgets: &vxm_unknown.forgets when the source got the slot
 * @announce: a notification is still to be sent
 */
struct vxm_unknown_slot {
	struct vxm_source source;
	u64 packets;
	u64 bytes;
	u64 overcount;
	u64 first;
	u64 last;
	u32 forgets;
	bool announce;
};

/**
 * struct vxm_unknown_set - slots among which a source may have one
 * @lock: the slots
 * @slot: the slots
 */
struct vxm_unknown_set {
	spinlock_t lock; /* slots */
	struct vxm_unknown_slot slot[VXM_UNKNOWN_WAYS];
};

/* So many sources at a time are counted by each CPU for itself. */
#define VXM_UNKNOWN_PENDING 16

/**
 * struct vxm_unknown_pending - what a CPU has counted of a source, and is not
 *	in its slot yet; written in softirq, by its own CPU only
 * @seq: for who reads
 * @forgets: &vxm_unknown.forgets at the time
 * @source: identity
 * @tick: time, 64-bit jiffies: all of it came between two ticks of the clock
 * @packets: mirror packets
 * @bytes: inner bytes
 */
struct vxm_unknown_pending {
	seqcount_t seq;
	u32 forgets;
	struct vxm_source source;
	u64 tick;
	u64 packets;
	u64 bytes;
};

/**
 * struct vxm_unknown - a namespace's unknown VNIs
 * @vn: namespace
 * @set: the table, made with the first port
 * @pending: %VXM_UNKNOWN_PENDING for each CPU, made with @set; where a source's
 *	is depends on its set
 * @forgets: how often slots were forgotten (written under RTNL)
 * @key: of the hash: what is hashed comes from the network
 * @announce: sends the notifications, some a second
 * @next: slot at which the last batch ended; @announce's own
 * @quiet_until: none before this time, 64-bit jiffies; @announce's own
 */
struct vxm_unknown {
	struct vxm_net *vn;
	struct vxm_unknown_set *set;
	struct vxm_unknown_pending __percpu *pending;
	u32 forgets;
	u64 key[VXM_SOURCE_WORDS];
	struct delayed_work announce;
	u32 next;
	u64 quiet_until;
};

void vxm_unknown_init(struct vxm_unknown *u, struct vxm_net *vn);
int vxm_unknown_start(struct vxm_unknown *u);
void vxm_unknown_stop(struct vxm_unknown *u);
void vxm_unknown_free(struct vxm_unknown *u);

void vxm_unknown_count(struct vxm_unknown *u, const struct vxm_source *source,
		       u32 len);
bool vxm_unknown_next(struct vxm_unknown *u, u32 *cursor,
		      struct vxm_unknown_slot *copy);
void vxm_unknown_forget(struct vxm_unknown *u, u16 port, u32 first, u32 last);

#endif /* _VXM_UNKNOWN_H */
