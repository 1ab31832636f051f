/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Dedup groups: when both ends of a connection are mirrored, each packet comes
 * twice, and is delivered once.
 */
#ifndef _VXM_DEDUP_H
#define _VXM_DEDUP_H

#include <linux/cache.h>
#include <linux/list.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "copies.h"

struct sk_buff;
struct vxm_net;

#define VXM_MAX_DEDUPS 64
#define VXM_DEDUP_NAME_LEN 31

/* Milliseconds. */
#define VXM_DEDUP_WINDOW 500
#define VXM_DEDUP_WINDOW_MIN 10
#define VXM_DEDUP_WINDOW_MAX 10000

/*
 * 49,152 packets in 2 MiB: a whole window at 50,000 packets a second, and at a
 * million, 50 ms of it; the second copy comes much sooner.
 */
#define VXM_DEDUP_BUCKET_BITS 13
#define VXM_DEDUP_BUCKETS BIT(VXM_DEDUP_BUCKET_BITS)
#define VXM_DEDUP_WAYS 6

/**
 * struct vxm_dedup_bucket - packets whose fingerprints have the same upper
 *	bits; a new one takes the place of the oldest
 * @lock: all below. Several words change together, and only copies of one
 *	packet meet here at once: nothing to be won without a lock.
 * @evicted: packets that had to go within their window
 * @next: the oldest one's place
 * @print: fingerprints
 * @copies: how often each was seen
 */
struct vxm_dedup_bucket {
	spinlock_t lock; /* all below */
	u32 evicted;
	u32 next;
	u64 print[VXM_DEDUP_WAYS];
	struct vxm_copies copies[VXM_DEDUP_WAYS];
} ____cacheline_aligned;

/**
 * struct vxm_dedup - a group; made by the first VNI entry that names it, and
 *	gone with the last
 * @name: its name
 * @list: in &vxm_net.dedups (RTNL)
 * @id: no other group of the namespace has it; grows along the list
 * @users: VNI entries and requests that hold it (RTNL)
 * @window: a copy that comes within so many milliseconds is known as one
 *	(written under RTNL)
 * @key: the fingerprints' key, secret: what is hashed comes from the network
 * @bucket: %VXM_DEDUP_BUCKETS buckets
 * @rwork: frees it after a grace period
 */
struct vxm_dedup {
	char name[VXM_DEDUP_NAME_LEN + 1];
	struct list_head list;
	u32 id;
	u32 users;
	u32 window;
	siphash_key_t key;
	struct vxm_dedup_bucket *bucket;
	struct rcu_work rwork;
};

struct vxm_dedup *vxm_dedup_find(struct vxm_net *vn, const char *name);
struct vxm_dedup *vxm_dedup_make(struct vxm_net *vn, const char *name);
void vxm_dedup_use(struct vxm_dedup *dedup);
void vxm_dedup_unuse(struct vxm_net *vn, struct vxm_dedup *dedup);
void vxm_dedup_set_window(struct vxm_dedup *dedup, u32 window);
u64 vxm_dedup_memory(void);
u64 vxm_dedup_evicted(const struct vxm_dedup *dedup);

bool vxm_dedup_print(const struct vxm_dedup *dedup, const struct sk_buff *skb,
		     u64 *print);
bool vxm_dedup_see(struct vxm_dedup *dedup, u64 print, u16 number);

#endif /* _VXM_DEDUP_H */
