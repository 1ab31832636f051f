/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stage that asks a filter. For most frames it is part of its caller's
 * code: see receive.h.
 */
#ifndef _VXM_JUDGE_H
#define _VXM_JUDGE_H

#include <linux/percpu.h>
#include <linux/skbuff.h>
#include <linux/u64_stats_sync.h>

#include "counters.h"
#include "direction.h"
#include "filter.h"
#include "session.h"
#include "tuple.h"
#include "vni.h"

void vxm_filter_learn(struct vxm_session *session, const u8 *head,
		      struct vxm_tuple tuple);
int vxm_filter_judge_odd(const struct vxm_filter *filter, struct vxm_vni *entry,
			 struct vxm_session *session, struct sk_buff *skb);

static __always_inline void vxm_hits_count(struct vxm_hits __percpu *hits)
{
	struct vxm_hits *h = this_cpu_ptr(hits);

	u64_stats_update_begin(&h->syncp);
	u64_stats_inc(&h->packets);
	u64_stats_update_end(&h->syncp);
}

/* What a frame teaches about its source's MAC address, and its direction. */
static __always_inline unsigned int
vxm_filter_direction(struct vxm_session *session, const u8 *head,
		     struct vxm_tuple tuple)
{
	const struct vxm_source *source;
	u64 mac;

	if (!session)
		return VXM_DIRECTION_UNKNOWN;
	source = &session->source;
	mac = READ_ONCE(session->mac);
	if (unlikely(!mac))
		vxm_filter_learn(session, head, tuple);
	return vxm_direction(mac, head, tuple, source->addr.s6_addr,
			     source->family);
}

/* What the rules say of a frame of which all is known. */
static __always_inline int
vxm_filter_decide(const struct vxm_filter *filter, struct vxm_vni *entry,
		  struct vxm_session *session, const u8 *head,
		  struct vxm_tuple tuple)
{
	const struct vxm_filter_rules *rules = rcu_dereference(filter->rules);
	struct vxm_verdict verdict;
	unsigned int direction;

	direction = vxm_filter_direction(session, head, tuple);
	if (unlikely(direction == VXM_DIRECTION_UNKNOWN))
		vxm_count_undirected(entry->counters);
	verdict = vxm_rules_match(&rules->matched, tuple, direction);
	vxm_hits_count(rules->hits[verdict.rule]);
	return verdict.accept ? VXM_PASS : VXM_CAUSE_FILTERED;
}

/**
 * vxm_filter_judge() - is a frame wanted?
 * @filter: the filter
 * @entry: VNI entry
 * @session: session, or NULL
 * @skb: the frame, data at its Ethernet header, %VXM_INNER_HEAD bytes linear
 *
 * Context: softirq, RCU.
 * Return: %VXM_PASS, %VXM_CAUSE_FILTERED or %VXM_CAUSE_NO_MEMORY; the skb is
 * the caller's all the same.
 */
static __always_inline int
vxm_filter_judge(const struct vxm_filter *filter, struct vxm_vni *entry,
		 struct vxm_session *session, struct sk_buff *skb)
{
	struct vxm_l3 l3 = vxm_parse_l3(skb->data, skb_headlen(skb));

	if (unlikely(!vxm_tuple_is_plain(&l3)))
		return vxm_filter_judge_odd(filter, entry, session, skb);
	return vxm_filter_decide(filter, entry, session, skb->data,
				 vxm_tuple_plain(l3.at));
}

#endif /* _VXM_JUDGE_H */
