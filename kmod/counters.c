// SPDX-License-Identifier: GPL-2.0
/*
 * Reading the counters: sums over CPUs, and the causes' words.
 */
#include <linux/cpumask.h>
#include <linux/gfp.h>

#include "counters.h"

/**
 * vxm_counters_alloc() - a zeroed per-CPU block
 *
 * Context: process, may sleep; charged to the caller's memory cgroup.
 * Return: the block, to be freed with free_percpu(), or NULL.
 */
struct vxm_counters __percpu *vxm_counters_alloc(void)
{
	struct vxm_counters __percpu *counters;
	int cpu;

	counters = alloc_percpu_gfp(struct vxm_counters, GFP_KERNEL_ACCOUNT);
	if (!counters)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(counters, cpu)->syncp);
	return counters;
}

static void vxm_counters_read(struct vxm_totals *t,
			      const struct vxm_counters *c)
{
	unsigned int start;
	int i;

	do {
		start = u64_stats_fetch_begin(&c->syncp);
		t->received_packets = u64_stats_read(&c->received_packets);
		t->received_bytes = u64_stats_read(&c->received_bytes);
		t->delivered_packets = u64_stats_read(&c->delivered_packets);
		t->delivered_bytes = u64_stats_read(&c->delivered_bytes);
		t->truncated = u64_stats_read(&c->truncated);
		t->repaired = u64_stats_read(&c->repaired);
		t->unrepairable = u64_stats_read(&c->unrepairable);
		t->undirected = u64_stats_read(&c->undirected);
		t->unattributed = u64_stats_read(&c->unattributed);
		for (i = 0; i < __VXM_CAUSE_MAX; i++)
			t->causes[i] = u64_stats_read(&c->causes[i]);
	} while (u64_stats_fetch_retry(&c->syncp, start));
}

/**
 * vxm_totals_add() - add one sum to another
 * @to: is added to
 * @from: what is added
 */
void vxm_totals_add(struct vxm_totals *to, const struct vxm_totals *from)
{
	int i;

	to->received_packets += from->received_packets;
	to->received_bytes += from->received_bytes;
	to->delivered_packets += from->delivered_packets;
	to->delivered_bytes += from->delivered_bytes;
	to->truncated += from->truncated;
	to->repaired += from->repaired;
	to->unrepairable += from->unrepairable;
	to->undirected += from->undirected;
	to->unattributed += from->unattributed;
	for (i = 0; i < __VXM_CAUSE_MAX; i++)
		to->causes[i] += from->causes[i];
}

/**
 * vxm_counters_sum() - add a block's counts over all CPUs
 * @totals: is added to
 * @counters: the block
 *
 * Exact once traffic has stopped; meanwhile each value is at most a few
 * packets behind another.
 *
 * Context: any.
 */
void vxm_counters_sum(struct vxm_totals *totals,
		      const struct vxm_counters __percpu *counters)
{
	struct vxm_totals one;
	int cpu;

	for_each_possible_cpu(cpu) {
		vxm_counters_read(&one, per_cpu_ptr(counters, cpu));
		vxm_totals_add(totals, &one);
	}
}

/* by enum vxm_cause, which is made from the same list */
#define VXM_CAUSE_NAME(id, name, text) name,
static const char * const vxm_cause_names[] = { VXM_CAUSES(VXM_CAUSE_NAME) };

#define VXM_CAUSE_TEXT(id, name, text) text,
static const char * const vxm_cause_texts[] = { VXM_CAUSES(VXM_CAUSE_TEXT) };

/**
 * vxm_cause_name() - a cause's name, as the tool shows it
 * @cause: below %__VXM_CAUSE_MAX
 *
 * Return: the name.
 */
const char *vxm_cause_name(enum vxm_cause cause)
{
	return vxm_cause_names[cause];
}

/**
 * vxm_cause_text() - a cause in one sentence for the operator
 * @cause: below %__VXM_CAUSE_MAX
 *
 * Return: the sentence.
 */
const char *vxm_cause_text(enum vxm_cause cause)
{
	return vxm_cause_texts[cause];
}
