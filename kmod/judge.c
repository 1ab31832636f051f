// SPDX-License-Identifier: GPL-2.0
/*
 * What few frames ask of the stage in judge.h: those that are not plain, and
 * those that teach something.
 */
#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/skbuff.h>

#include "judge.h"

/*
 * Bytes of a frame with IPv6 extension headers that are looked at: eight of
 * them, of 24 bytes each, behind Ethernet, four tags and IPv6; and ports.
 */
#define VXM_FILTER_HEAD 266

/**
 * vxm_filter_learn() - a frame may teach its source's MAC address, which is
 *	not known
 * @session: session
 * @head: the frame, from its Ethernet header on
 * @tuple: what is in it
 *
 * Context: softirq, RCU.
 */
void vxm_filter_learn(struct vxm_session *session, const u8 *head,
		      struct vxm_tuple tuple)
{
	const struct vxm_source *source = &session->source;
	u64 mac;

	mac = vxm_direction_teaches(head, tuple, source->addr.s6_addr,
				    source->family);
	/* the operator may be giving it one just now */
	if (mac)
		cmpxchg64(&session->mac, 0, mac);
}

/**
 * vxm_filter_judge_odd() - is a frame wanted that is not plain?
 * @filter: the filter
 * @entry: VNI entry
 * @session: session, or NULL
 * @skb: the frame, data at its Ethernet header, %VXM_INNER_HEAD bytes linear
 *
 * Context: softirq, RCU.
 * Return: see vxm_filter_judge().
 */
int vxm_filter_judge_odd(const struct vxm_filter *filter, struct vxm_vni *entry,
			 struct vxm_session *session, struct sk_buff *skb)
{
	unsigned int len = min_t(unsigned int, skb->len, VXM_FILTER_HEAD);
	u8 room[VXM_TUPLE_BYTES];
	struct vxm_tuple tuple;

	tuple = vxm_tuple_parse(skb->data, skb_headlen(skb), room);
	if (tuple.cut && skb_is_nonlinear(skb)) {
		if (!pskb_may_pull(skb, len))
			return VXM_CAUSE_NO_MEMORY;
		tuple = vxm_tuple_parse(skb->data, skb_headlen(skb), room);
	}
	return vxm_filter_decide(filter, entry, session, skb->data, tuple);
}
