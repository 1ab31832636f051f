/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counting: one per-CPU block per VNI entry, one per namespace for what no
 * entry received. Each packet counts in exactly one block.
 */
#ifndef _VXM_COUNTERS_H
#define _VXM_COUNTERS_H

#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>
#include <linux/vxmirror.h>

/**
 * struct vxm_counters - what one CPU counted; 64 bit, written in softirq only
 * @received_packets: inner frames that came in
 * @received_bytes: their bytes, from the inner Ethernet header on
 * @delivered_packets: inner frames handed to the mirror device
 * @delivered_bytes: their bytes
 * @truncated: delivered frames whose IP header says more than is there
 * @repaired: frames that had been truncated, or cut to the snap length, and
 *	were repaired
 * @unrepairable: those that are left as they are, since a header is cut
 * @undirected: frames that a filter decided about without their direction
 * @unattributed: frames that found no session and no free session slot
 * @causes: frames not delivered, by enum vxm_cause
 * @syncp: makes the values readable in one piece on 32-bit machines
 */
struct vxm_counters {
	u64_stats_t received_packets;
	u64_stats_t received_bytes;
	u64_stats_t delivered_packets;
	u64_stats_t delivered_bytes;
	u64_stats_t truncated;
	u64_stats_t repaired;
	u64_stats_t unrepairable;
	u64_stats_t undirected;
	u64_stats_t unattributed;
	u64_stats_t causes[__VXM_CAUSE_MAX];
	struct u64_stats_sync syncp;
};

/**
 * struct vxm_totals - a sum of &struct vxm_counters; members as there
 * @received_packets: see &vxm_counters.received_packets
 * @received_bytes: see &vxm_counters.received_bytes
 * @delivered_packets: see &vxm_counters.delivered_packets
 * @delivered_bytes: see &vxm_counters.delivered_bytes
 * @truncated: see &vxm_counters.truncated
 * @repaired: see &vxm_counters.repaired
 * @unrepairable: see &vxm_counters.unrepairable
 * @undirected: see &vxm_counters.undirected
 * @unattributed: see &vxm_counters.unattributed
 * @causes: see &vxm_counters.causes
 */
struct vxm_totals {
	u64 received_packets;
	u64 received_bytes;
	u64 delivered_packets;
	u64 delivered_bytes;
	u64 truncated;
	u64 repaired;
	u64 unrepairable;
	u64 undirected;
	u64 unattributed;
	u64 causes[__VXM_CAUSE_MAX];
};

struct vxm_counters __percpu *vxm_counters_alloc(void);
void vxm_counters_sum(struct vxm_totals *totals,
		      const struct vxm_counters __percpu *counters);
void vxm_totals_add(struct vxm_totals *to, const struct vxm_totals *from);

const char *vxm_cause_name(enum vxm_cause cause);
const char *vxm_cause_text(enum vxm_cause cause);

/**
 * vxm_count_delivered() - an inner frame came in and goes onto its mirror
 *	device
 * @counters: block of its VNI entry
 * @len: its bytes when it came in
 * @shown: those that are shown
 * @truncated: its IP header said more bytes than were there
 *
 * Context: softirq.
 */
static inline void vxm_count_delivered(struct vxm_counters __percpu *counters,
				       unsigned int len, unsigned int shown,
				       bool truncated)
{
	struct vxm_counters *c = this_cpu_ptr(counters);

	u64_stats_update_begin(&c->syncp);
	u64_stats_inc(&c->received_packets);
	u64_stats_add(&c->received_bytes, len);
	u64_stats_inc(&c->delivered_packets);
	u64_stats_add(&c->delivered_bytes, shown);
	if (truncated)
		u64_stats_inc(&c->truncated);
	u64_stats_update_end(&c->syncp);
}

/**
 * vxm_count_lost() - an inner frame came in and is not delivered
 * @counters: block of its VNI entry, or the namespace's
 * @len: its bytes
 * @cause: why
 *
 * Context: softirq.
 */
static inline void vxm_count_lost(struct vxm_counters __percpu *counters,
				  unsigned int len, enum vxm_cause cause)
{
	struct vxm_counters *c = this_cpu_ptr(counters);

	u64_stats_update_begin(&c->syncp);
	u64_stats_inc(&c->received_packets);
	u64_stats_add(&c->received_bytes, len);
	u64_stats_inc(&c->causes[cause]);
	u64_stats_update_end(&c->syncp);
}

/**
 * vxm_count_repair() - a truncated frame is to be repaired
 * @counters: block of its VNI entry
 * @repaired: it was; else a header is cut
 *
 * Context: softirq.
 */
static inline void vxm_count_repair(struct vxm_counters __percpu *counters,
				    bool repaired)
{
	struct vxm_counters *c = this_cpu_ptr(counters);

	u64_stats_update_begin(&c->syncp);
	u64_stats_inc(repaired ? &c->repaired : &c->unrepairable);
	u64_stats_update_end(&c->syncp);
}

/**
 * vxm_count_undirected() - a filter decides without knowing the direction
 * @counters: block of the VNI entry
 *
 * Context: softirq.
 */
static inline void vxm_count_undirected(struct vxm_counters __percpu *counters)
{
	struct vxm_counters *c = this_cpu_ptr(counters);

	u64_stats_update_begin(&c->syncp);
	u64_stats_inc(&c->undirected);
	u64_stats_update_end(&c->syncp);
}

/**
 * vxm_count_unattributed() - a frame counts under no session
 * @counters: block of its VNI entry
 *
 * Context: softirq.
 */
static inline void
vxm_count_unattributed(struct vxm_counters __percpu *counters)
{
	struct vxm_counters *c = this_cpu_ptr(counters);

	u64_stats_update_begin(&c->syncp);
	u64_stats_inc(&c->unattributed);
	u64_stats_update_end(&c->syncp);
}

#endif /* _VXM_COUNTERS_H */
