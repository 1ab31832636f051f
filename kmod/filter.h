/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filters: named lists of rules that VNI entries and sessions share.
 */
#ifndef _VXM_FILTER_H
#define _VXM_FILTER_H

#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>

#include "rules.h"

struct netlink_ext_ack;
struct nlattr;
struct sk_buff;
struct vxm_net;
struct vxm_session;

#define VXM_MAX_FILTERS 1024
#define VXM_FILTER_NAME_LEN 31

/**
 * struct vxm_hits - inner frames that were decided about, by one CPU; written
 *	in softirq only
 * @packets: how many
 * @syncp: makes the value readable in one piece on 32-bit machines
 */
struct vxm_hits {
	u64_stats_t packets;
	struct u64_stats_sync syncp;
};

/**
 * struct vxm_filter_rules - a filter's rules; replaced as a whole
 * @rwork: frees it after a grace period
 * @n: how many
 * @rule: the rules, ingress before egress, by number
 * @hits: frames that each decided about (per CPU); a rule that stays keeps
 *	them. The last is &vxm_filter.unmatched.
 * @kept: those that belong to a newer list by now (RTNL)
 * @matched: the rules as they are matched
 */
struct vxm_filter_rules {
	struct rcu_work rwork;
	unsigned int n;
	struct vxm_rule rule[VXM_RULES_MAX];
	struct vxm_hits __percpu *hits[VXM_RULE_NONE + 1];
	bool kept[VXM_RULES_MAX];
	struct vxm_rules matched;
};

/**
 * struct vxm_filter - a filter
 * @name: its name
 * @list: in &vxm_net.filters, by name (RTNL)
 * @rules: the rules (RCU, written under RTNL)
 * @unmatched: frames that no rule matched (per CPU)
 * @id: no other filter of the namespace has it; never 0
 * @generation: another one after every change of the rules, which no filter of
 *	the namespace has had (RTNL)
 * @users: VNI entries and sessions that use it (RTNL)
 * @refs: who can still find it
 * @rwork: frees it after a grace period
 */
struct vxm_filter {
	char name[VXM_FILTER_NAME_LEN + 1];
	struct list_head list;
	struct vxm_filter_rules __rcu *rules;
	struct vxm_hits __percpu *unmatched;
	u32 id;
	u32 generation;
	u32 users;
	refcount_t refs;
	struct rcu_work rwork;
};

struct vxm_filter *vxm_filter_find(struct vxm_net *vn, const char *name);
int vxm_filter_add(struct vxm_net *vn, const char *name,
		   const struct vxm_rule *rule, unsigned int n);
int vxm_filter_set(struct vxm_net *vn, struct vxm_filter *filter,
		   const struct vxm_rule *rule, unsigned int n);
void vxm_filter_del(struct vxm_net *vn, struct vxm_filter *filter);
void vxm_filters_end(struct vxm_net *vn);

void vxm_filter_use(struct vxm_filter *filter);
void vxm_filter_unuse(struct vxm_filter *filter);
void vxm_filter_put(struct vxm_filter *filter);

u64 vxm_hits_sum(const struct vxm_hits __percpu *hits);

#endif /* _VXM_FILTER_H */
