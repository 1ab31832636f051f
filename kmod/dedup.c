// SPDX-License-Identifier: GPL-2.0
/*
 * Dedup groups: they come and go with the VNI entries that name them, and each
 * knows the packets of the last moments.
 */
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "dedup.h"
#include "pernet.h"

/**
 * vxm_dedup_find() - a group by its name
 * @vn: namespace
 * @name: the name
 *
 * Context: RTNL.
 * Return: the group or NULL.
 */
struct vxm_dedup *vxm_dedup_find(struct vxm_net *vn, const char *name)
{
	struct vxm_dedup *dedup;

	ASSERT_RTNL();
	list_for_each_entry(dedup, &vn->dedups, list)
		if (!strcmp(dedup->name, name))
			return dedup;
	return NULL;
}

/**
 * vxm_dedup_make() - make a group
 * @vn: namespace
 * @name: its name, which no other has
 *
 * Context: RTNL, may sleep.
 * Return: the group, which the caller uses; or NULL for want of memory.
 */
struct vxm_dedup *vxm_dedup_make(struct vxm_net *vn, const char *name)
{
	struct vxm_dedup *dedup;
	unsigned int i;

	dedup = kzalloc(sizeof(*dedup), GFP_KERNEL_ACCOUNT);
	if (!dedup)
		return NULL;
	dedup->bucket = kvcalloc(VXM_DEDUP_BUCKETS, sizeof(*dedup->bucket),
				 GFP_KERNEL_ACCOUNT);
	if (!dedup->bucket) {
		kfree(dedup);
		return NULL;
	}
	for (i = 0; i < VXM_DEDUP_BUCKETS; i++)
		spin_lock_init(&dedup->bucket[i].lock);
	get_random_bytes(&dedup->key, sizeof(dedup->key));
	strscpy(dedup->name, name, sizeof(dedup->name));
	dedup->window = VXM_DEDUP_WINDOW;
	dedup->users = 1;
	dedup->id = ++vn->dedup_id;
	list_add_tail(&dedup->list, &vn->dedups);
	vn->n_dedups++;
	return dedup;
}

static void vxm_dedup_end(struct work_struct *work)
{
	struct vxm_dedup *dedup = container_of(to_rcu_work(work),
					       struct vxm_dedup, rwork);

	kvfree(dedup->bucket);
	kfree(dedup);
}

/**
 * vxm_dedup_use() - one more uses a group
 * @dedup: the group, or NULL
 *
 * Context: RTNL.
 */
void vxm_dedup_use(struct vxm_dedup *dedup)
{
	if (dedup)
		dedup->users++;
}

/**
 * vxm_dedup_unuse() - one less uses a group; with the last, it goes
 * @vn: namespace
 * @dedup: the group, or NULL; packets that come from now on do not find it by
 *	way of who used it
 *
 * Context: RTNL.
 */
void vxm_dedup_unuse(struct vxm_net *vn, struct vxm_dedup *dedup)
{
	if (!dedup || --dedup->users)
		return;
	list_del(&dedup->list);
	vn->n_dedups--;
	INIT_RCU_WORK(&dedup->rwork, vxm_dedup_end);
	queue_rcu_work(vxm_wq, &dedup->rwork);
}

/**
 * vxm_dedup_set_window() - change a group's window; what it knows is forgotten,
 *	since it goes by the old one's ticks
 * @dedup: the group
 * @window: milliseconds
 *
 * Context: RTNL, may sleep.
 */
void vxm_dedup_set_window(struct vxm_dedup *dedup, u32 window)
{
	struct vxm_dedup_bucket *bucket;
	unsigned int i;

	/* who takes a bucket's lock after this does reads the new one */
	WRITE_ONCE(dedup->window, window);
	for (i = 0; i < VXM_DEDUP_BUCKETS; i++) {
		bucket = &dedup->bucket[i];
		spin_lock_bh(&bucket->lock);
		memset(bucket->copies, 0, sizeof(bucket->copies));
		spin_unlock_bh(&bucket->lock);
		cond_resched();
	}
}

/**
 * vxm_dedup_memory() - what a group costs
 *
 * Return: bytes.
 */
u64 vxm_dedup_memory(void)
{
	return sizeof(struct vxm_dedup) +
	       VXM_DEDUP_BUCKETS * sizeof(struct vxm_dedup_bucket);
}

/**
 * vxm_dedup_evicted() - packets that had to go within their window
 * @dedup: the group
 *
 * Context: any.
 * Return: how many.
 */
u64 vxm_dedup_evicted(const struct vxm_dedup *dedup)
{
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < VXM_DEDUP_BUCKETS; i++)
		sum += READ_ONCE(dedup->bucket[i].evicted);
	return sum;
}

/**
 * vxm_dedup_print() - a frame's fingerprint, which its copies share
 * @dedup: the group
 * @skb: the frame, data at its Ethernet header, %VXM_INNER_HEAD bytes linear
 * @print: is set
 *
 * Context: softirq, RCU.
 * Return: false when too little is known of the frame: it is to be delivered.
 */
bool vxm_dedup_print(const struct vxm_dedup *dedup, const struct sk_buff *skb,
		     u64 *print)
{
	u8 head[VXM_COPY_HEAD] __aligned(SIPHASH_ALIGNMENT);
	struct vxm_l3 l3 = vxm_parse_l3(skb->data, skb->len);
	size_t len = min_t(size_t, l3.len, sizeof(head));

	if (skb_copy_bits(skb, skb->len - l3.len, head, len))
		return false;
	len = vxm_copy_head(head, len, l3.type);
	if (!len)
		return false;
	*print = siphash(head, len, &dedup->key);
	return true;
}

static u32 vxm_dedup_tick(const struct vxm_dedup *dedup)
{
	unsigned long window = msecs_to_jiffies(READ_ONCE(dedup->window));

	return div_u64(get_jiffies_64(), window);
}

/* A packet that was not known takes the oldest one's place. */
static struct vxm_copies *vxm_dedup_replace(struct vxm_dedup_bucket *bucket,
					    u64 print, u32 tick)
{
	struct vxm_copies *copies = &bucket->copies[bucket->next];

	vxm_copies_age(copies, tick);
	if (copies->delivered)
		WRITE_ONCE(bucket->evicted, bucket->evicted + 1);
	memset(copies, 0, sizeof(*copies));
	bucket->print[bucket->next] = print;
	bucket->next = (bucket->next + 1) % VXM_DEDUP_WAYS;
	return copies;
}

/**
 * vxm_dedup_see() - a session sees a packet
 * @dedup: the group
 * @print: the packet's fingerprint
 * @number: &vxm_session.number
 *
 * Context: softirq, RCU.
 * Return: whether it is to be delivered.
 */
bool vxm_dedup_see(struct vxm_dedup *dedup, u64 print, u16 number)
{
	struct vxm_dedup_bucket *bucket =
		&dedup->bucket[print >> (64 - VXM_DEDUP_BUCKET_BITS)];
	struct vxm_copies *copies = NULL;
	bool deliver;
	u32 tick;
	int i;

	spin_lock(&bucket->lock);
	/* here, so that no CPU comes with a tick that is over for another */
	tick = vxm_dedup_tick(dedup);
	for (i = 0; i < VXM_DEDUP_WAYS && !copies; i++)
		if (bucket->print[i] == print)
			copies = &bucket->copies[i];
	if (!copies)
		copies = vxm_dedup_replace(bucket, print, tick);
	deliver = vxm_copies_see(copies, number, tick);
	spin_unlock(&bucket->lock);
	return deliver;
}
