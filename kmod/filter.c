// SPDX-License-Identifier: GPL-2.0
/*
 * Filters: what they are made of, and how their rules are swapped.
 */
#include <linux/bitmap.h>
#include <linux/percpu.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "filter.h"
#include "netlink.h"
#include "pernet.h"

static struct vxm_hits __percpu *vxm_hits_alloc(void)
{
	struct vxm_hits __percpu *hits;
	int cpu;

	hits = alloc_percpu_gfp(struct vxm_hits, GFP_KERNEL_ACCOUNT);
	if (!hits)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(hits, cpu)->syncp);
	return hits;
}

/**
 * vxm_hits_sum() - frames that were decided about, over all CPUs
 * @hits: the counters
 *
 * Context: any.
 * Return: how many.
 */
u64 vxm_hits_sum(const struct vxm_hits __percpu *hits)
{
	unsigned int start;
	u64 sum = 0, one;
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct vxm_hits *h = per_cpu_ptr(hits, cpu);

		do {
			start = u64_stats_fetch_begin(&h->syncp);
			one = u64_stats_read(&h->packets);
		} while (u64_stats_fetch_retry(&h->syncp, start));
		sum += one;
	}
	return sum;
}

static void vxm_filter_rules_free(struct vxm_filter_rules *rules)
{
	unsigned int i;

	for (i = 0; i < rules->n; i++)
		if (!rules->kept[i])
			free_percpu(rules->hits[i]);
	kvfree(rules);
}

static void vxm_filter_rules_end(struct work_struct *work)
{
	vxm_filter_rules_free(container_of(to_rcu_work(work),
					   struct vxm_filter_rules, rwork));
}

/* No packet finds them any more, but some may still be matched with them. */
static void vxm_filter_rules_retire(struct vxm_filter_rules *rules)
{
	INIT_RCU_WORK(&rules->rwork, vxm_filter_rules_end);
	queue_rcu_work(vxm_wq, &rules->rwork);
}

/* The old list's hits of a rule that stays as it is, or new ones. */
static struct vxm_hits __percpu *
vxm_filter_hits(const struct vxm_rule *rule, struct vxm_filter_rules *old,
		unsigned int *kept)
{
	unsigned int i;

	for (i = 0; old && i < old->n; i++) {
		if (memcmp(&old->rule[i], rule, sizeof(*rule)))
			continue;
		*kept = i;
		return old->hits[i];
	}
	return vxm_hits_alloc();
}

/*
 * Rules ready to be matched; those that are in the old list, too, keep their
 * hits, which are the new list's as soon as it takes the old one's place.
 */
static struct vxm_filter_rules *
vxm_filter_rules_make(const struct vxm_rule *rule, unsigned int n,
		      struct vxm_filter_rules *old, unsigned long *kept)
{
	struct vxm_filter_rules *rules;
	unsigned int i, index;

	bitmap_zero(kept, VXM_RULES_MAX);
	rules = kvzalloc(offsetof(struct vxm_filter_rules, matched) +
			 vxm_rules_size(rule, n), GFP_KERNEL_ACCOUNT);
	if (!rules)
		return NULL;
	for (i = 0; i < n; i++) {
		index = VXM_RULES_MAX;
		rules->hits[i] = vxm_filter_hits(&rule[i], old, &index);
		if (!rules->hits[i])
			goto free;
		rules->n++;
		/* it is not this list's to free, should there be no memory */
		rules->kept[i] = index < VXM_RULES_MAX;
		if (rules->kept[i])
			__set_bit(index, kept);
	}
	memcpy(rules->rule, rule, n * sizeof(*rule));
	vxm_rules_compile(&rules->matched, rules->rule, n);
	return rules;

free:
	vxm_filter_rules_free(rules);
	return NULL;
}

/**
 * vxm_filter_find() - a filter by its name
 * @vn: namespace
 * @name: the name
 *
 * Context: RTNL.
 * Return: the filter or NULL.
 */
struct vxm_filter *vxm_filter_find(struct vxm_net *vn, const char *name)
{
	struct vxm_filter *filter;

	ASSERT_RTNL();
	list_for_each_entry(filter, &vn->filters, list)
		if (!strcmp(filter->name, name))
			return filter;
	return NULL;
}

static void vxm_filter_insert(struct vxm_net *vn, struct vxm_filter *filter)
{
	struct list_head *before = &vn->filters;
	struct vxm_filter *other;

	list_for_each_entry(other, &vn->filters, list) {
		if (strcmp(other->name, filter->name) > 0) {
			before = &other->list;
			break;
		}
	}
	list_add_tail(&filter->list, before);
	vn->n_filters++;
}

/**
 * vxm_filter_add() - make a filter
 * @vn: namespace
 * @name: its name, which no other has
 * @rule: its rules, checked, ingress before egress, by number; padding zero
 * @n: how many
 *
 * Context: RTNL, may sleep.
 * Return: 0 or -ENOMEM.
 */
int vxm_filter_add(struct vxm_net *vn, const char *name,
		   const struct vxm_rule *rule, unsigned int n)
{
	DECLARE_BITMAP(kept, VXM_RULES_MAX);
	struct vxm_filter_rules *rules;
	struct vxm_filter *filter;

	filter = kzalloc(sizeof(*filter), GFP_KERNEL_ACCOUNT);
	if (!filter)
		return -ENOMEM;
	filter->unmatched = vxm_hits_alloc();
	rules = vxm_filter_rules_make(rule, n, NULL, kept);
	if (!filter->unmatched || !rules)
		goto free;
	rules->hits[VXM_RULE_NONE] = filter->unmatched;
	RCU_INIT_POINTER(filter->rules, rules);
	strscpy(filter->name, name, sizeof(filter->name));
	refcount_set(&filter->refs, 1);
	filter->id = ++vn->filter_id;
	filter->generation = ++vn->filter_id;
	vxm_filter_insert(vn, filter);
	vxm_net_changed(vn);
	vxm_nl_notify_filter(vn, filter, VXM_CMD_FILTER_NEW_NTF);
	return 0;

free:
	if (rules)
		vxm_filter_rules_free(rules);
	free_percpu(filter->unmatched);
	kfree(filter);
	return -ENOMEM;
}

/**
 * vxm_filter_set() - replace a filter's rules, all at once
 * @vn: namespace
 * @filter: the filter
 * @rule: the rules, as for vxm_filter_add()
 * @n: how many
 *
 * Context: RTNL, may sleep.
 * Return: 0 or -ENOMEM: then they are as they were.
 */
int vxm_filter_set(struct vxm_net *vn, struct vxm_filter *filter,
		   const struct vxm_rule *rule, unsigned int n)
{
	struct vxm_filter_rules *old = rtnl_dereference(filter->rules);
	DECLARE_BITMAP(kept, VXM_RULES_MAX);
	struct vxm_filter_rules *rules;
	unsigned int i;

	rules = vxm_filter_rules_make(rule, n, old, kept);
	if (!rules)
		return -ENOMEM;
	rules->hits[VXM_RULE_NONE] = filter->unmatched;
	memset(rules->kept, 0, sizeof(rules->kept));
	for_each_set_bit(i, kept, VXM_RULES_MAX)
		old->kept[i] = true;
	rcu_assign_pointer(filter->rules, rules);
	vxm_filter_rules_retire(old);
	filter->generation = ++vn->filter_id;
	vxm_net_changed(vn);
	vxm_nl_notify_filter(vn, filter, VXM_CMD_FILTER_SET_NTF);
	return 0;
}

static void vxm_filter_end(struct work_struct *work)
{
	struct vxm_filter *filter = container_of(to_rcu_work(work),
						 struct vxm_filter, rwork);

	vxm_filter_rules_free(rcu_dereference_protected(filter->rules, 1));
	free_percpu(filter->unmatched);
	kfree(filter);
}

/**
 * vxm_filter_put() - one less can find a filter
 * @filter: the filter, or NULL
 *
 * Context: process.
 */
void vxm_filter_put(struct vxm_filter *filter)
{
	if (!filter || !refcount_dec_and_test(&filter->refs))
		return;
	INIT_RCU_WORK(&filter->rwork, vxm_filter_end);
	queue_rcu_work(vxm_wq, &filter->rwork);
}

/**
 * vxm_filter_use() - a VNI entry or a session begins to use a filter
 * @filter: the filter, or NULL
 *
 * Context: RTNL.
 */
void vxm_filter_use(struct vxm_filter *filter)
{
	if (!filter)
		return;
	filter->users++;
	refcount_inc(&filter->refs);
}

/**
 * vxm_filter_unuse() - a VNI entry or a session ends to use a filter; it still
 *	has its reference, for vxm_filter_put()
 * @filter: the filter, or NULL
 *
 * Context: RTNL.
 */
void vxm_filter_unuse(struct vxm_filter *filter)
{
	if (filter)
		filter->users--;
}

/**
 * vxm_filter_del() - remove a filter
 * @vn: namespace
 * @filter: the filter, that nobody uses; not to be touched afterwards
 *
 * Context: RTNL.
 */
void vxm_filter_del(struct vxm_net *vn, struct vxm_filter *filter)
{
	vxm_nl_notify_filter(vn, filter, VXM_CMD_FILTER_DEL_NTF);
	list_del(&filter->list);
	vn->n_filters--;
	vxm_net_changed(vn);
	vxm_filter_put(filter);
}

/**
 * vxm_filters_end() - remove all filters of a namespace that ends
 * @vn: namespace; nobody uses them any more
 */
void vxm_filters_end(struct vxm_net *vn)
{
	struct vxm_filter *filter, *next;

	list_for_each_entry_safe(filter, next, &vn->filters, list) {
		list_del(&filter->list);
		vxm_filter_put(filter);
	}
}
