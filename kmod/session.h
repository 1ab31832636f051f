/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sessions: one for each (port, VNI, outer source address) seen.
 */
#ifndef _VXM_SESSION_H
#define _VXM_SESSION_H

#include <linux/if_ether.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/rculist.h>
#include <linux/string.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>

#include "packet.h"

struct vxm_filter;
struct vxm_net;
struct vxm_port;
struct vxm_vni;

#define VXM_MAX_SESSIONS 65536
#define VXM_SESSION_MEMORY (16 * 1024 * 1024)
/* in a namespace that another user namespace owns */
#define VXM_SESSION_MEMORY_GUEST (1024 * 1024)
#define VXM_SESSION_IDLE 3600

/* Slots are allocated so many at a time. */
#define VXM_SESSION_BLOCK 256
#define VXM_SESSION_BLOCKS (VXM_MAX_SESSIONS / VXM_SESSION_BLOCK)

/**
 * struct vxm_session_counters - what one CPU counted for a session; written
 *	in softirq only
 * @packets: inner frames that came in
 * @bytes: their bytes
 * @truncated: of them, those whose IP header says more than is there
 * @last: time of the latest, 64-bit jiffies
 * @syncp: makes the values readable in one piece on 32-bit machines
 */
struct vxm_session_counters {
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t truncated;
	u64_stats_t last;
	struct u64_stats_sync syncp;
};

/**
 * struct vxm_session_totals - a session's counters over all CPUs
 * @packets: see &vxm_session_counters.packets
 * @bytes: see &vxm_session_counters.bytes
 * @truncated: see &vxm_session_counters.truncated
 * @last: the latest &vxm_session_counters.last
 */
struct vxm_session_totals {
	u64 packets;
	u64 bytes;
	u64 truncated;
	u64 last;
};

/**
 * enum vxm_session_state - where a slot is; under &vxm_sessions.lock
 * @VXM_SESSION_FREE: on the free list
 * @VXM_SESSION_LIVE: packets find it
 * @VXM_SESSION_DYING: cannot be found any more, waits for a grace period
 */
enum vxm_session_state {
	VXM_SESSION_FREE,
	VXM_SESSION_LIVE,
	VXM_SESSION_DYING,
};

/**
 * enum vxm_session_action - what a session made by hand says of its frames
 * @VXM_SESSION_FILTERED: nothing, the filters decide
 * @VXM_SESSION_ACCEPT: all are delivered
 * @VXM_SESSION_REJECT: none is
 */
enum vxm_session_action {
	VXM_SESSION_FILTERED,
	VXM_SESSION_ACCEPT,
	VXM_SESSION_REJECT,
};

#define VXM_SESSION_NAME_LEN 63

/**
 * struct vxm_session_hand - what makes a session one made by hand; replaced as
 *	a whole
 * @name: the operator's name for it, or empty
 * @mac: the mirror source's MAC address, all zero when it is to be learned
 * @snaplen: bytes that are left of a longer frame, 0: as the VNI entry says
 * @action: what becomes of its frames
 * @filter: the filter that decides, NULL: the VNI entry's
 * @rcu: frees it
 */
struct vxm_session_hand {
	char name[VXM_SESSION_NAME_LEN + 1];
	u8 mac[ETH_ALEN];
	u32 snaplen;
	enum vxm_session_action action;
	struct vxm_filter *filter;
	struct rcu_head rcu;
};

/**
 * struct vxm_session - a slot, and the session in it: two cache lines, of which
 *	the first is what finds a packet's session and entry
 * @node: in the hash table (RCU)
 * @counters: this session's per-CPU counters, part of its block's
 * @entry: the VNI entry that its packets belong to (RCU), NULL for none; holds
 *	while @entry_seq is &vxm_net.vni_seq
 * @entry_seq: when @entry was looked up
 * @source: identity
 * @number: no other slot of the namespace has it
 * @plain: there is nothing to be done with its frames but to show them; holds
 *	while @entry does
 * @state: where the slot is, an enum vxm_session_state
 * @mac: vxm_mac() of the mirror source, 0 as long as it is not known
 * @hand: what the operator says of it, NULL when it is learned (RCU, written
 *	under &vxm_sessions.mutex)
 * @first: time of the first packet, 64-bit jiffies
 * @link: on the free or the dying list
 * @news: on the list of those not yet announced
 */
struct vxm_session {
	struct hlist_node node;
	struct vxm_session_counters __percpu *counters;
	struct vxm_vni *entry;
	unsigned long entry_seq;
	struct vxm_source source;
	u16 number;
	bool plain;
	u8 state;
	u64 mac;
	struct vxm_session_hand __rcu *hand;
	u64 first;
	struct list_head link;
	struct list_head news;
} ____cacheline_aligned;

/**
 * struct vxm_session_block - slots that are allocated together
 * @counters: per CPU, an array indexed by slot
 * @slot: the slots
 */
struct vxm_session_block {
	struct vxm_session_counters __percpu *counters;
	struct vxm_session slot[VXM_SESSION_BLOCK];
};

/**
 * struct vxm_sessions - a namespace's sessions
 * @vn: namespace
 * @buckets: hash table, made with the first port
 * @key: the hash's key, secret: what is hashed comes from the network
 * @lock: the lists, the table's writers and the slots' states; taken in
 *	softirq when a session is learned
 * @free: ready slots
 * @n_free: how many
 * @n_live: sessions in the table
 * @dying: removed ones that packets in flight may still count in
 * @news: live ones to be announced
 * @mutex: the blocks; taken before @lock
 * @block: the blocks, NULL where there is none
 * @n_blocks: how many there are
 * @started: there are ports, or one is about to come
 * @max_sessions: limit on @n_live
 * @max_memory: limit on the slots' bytes
 * @idle: seconds without a packet after which a session is forgotten
 * @work: announces, frees, refills
 * @expire: finds idle ones
 */
struct vxm_sessions {
	struct vxm_net *vn;
	struct hlist_head *buckets;
	u64 key[VXM_SOURCE_WORDS];
	spinlock_t lock; /* lists, table's writers, states */
	struct list_head free;
	u32 n_free;
	u32 n_live;
	struct list_head dying;
	struct list_head news;
	struct mutex mutex; /* blocks */
	struct vxm_session_block *block[VXM_SESSION_BLOCKS];
	u32 n_blocks;
	bool started;
	u32 max_sessions;
	u32 max_memory;
	u32 idle;
	struct work_struct work;
	struct delayed_work expire;
};

void vxm_sessions_init(struct vxm_sessions *s, struct vxm_net *vn);
int vxm_sessions_start(struct vxm_sessions *s);
void vxm_sessions_rest(struct vxm_sessions *s);
void vxm_sessions_stop(struct vxm_sessions *s);
void vxm_sessions_free(struct vxm_sessions *s);

struct vxm_session *vxm_session_learn(struct vxm_port *port,
				      const struct vxm_source *source);
struct vxm_vni *vxm_session_resolve(struct vxm_session *session,
				    struct vxm_port *port);

int vxm_session_add(struct vxm_port *port, const struct vxm_source *source,
		    struct vxm_session_hand *hand);
void vxm_session_change(struct vxm_sessions *s, struct vxm_session *session,
			struct vxm_session_hand *hand, bool mac);

struct vxm_session *vxm_session_find(struct vxm_sessions *s,
				     const struct vxm_source *source);
struct vxm_session *vxm_session_next(struct vxm_sessions *s, u32 *cursor);
bool vxm_session_forget(struct vxm_sessions *s,
			const struct vxm_source *source);
void vxm_sessions_sweep(struct vxm_sessions *s);
void vxm_sessions_limit(struct vxm_sessions *s);
void vxm_session_sum(const struct vxm_session *session,
		     struct vxm_session_totals *totals);
u64 vxm_sessions_memory(const struct vxm_sessions *s);

/* At the limit of 65,536 sessions, two to a bucket. */
#define VXM_SESSION_BUCKET_BITS 15
#define VXM_SESSION_BUCKETS BIT(VXM_SESSION_BUCKET_BITS)

static inline struct hlist_head *
vxm_session_bucket(const struct vxm_sessions *s,
		   const struct vxm_source *source)
{
	return &s->buckets[vxm_source_hash(source, s->key) >>
			   (64 - VXM_SESSION_BUCKET_BITS)];
}

/**
 * vxm_session_lookup() - the session of a source
 * @s: the namespace's sessions; their table exists
 * @source: the source
 *
 * Context: RCU; the session is valid under it only.
 * Return: the session or NULL.
 */
static inline struct vxm_session *
vxm_session_lookup(const struct vxm_sessions *s,
		   const struct vxm_source *source)
{
	struct vxm_session *session;

	hlist_for_each_entry_rcu(session, vxm_session_bucket(s, source), node)
		if (vxm_source_equal(&session->source, source))
			return session;
	return NULL;
}

/**
 * vxm_session_count() - count a frame under its session
 * @session: the session
 * @len: the frame's bytes
 * @truncated: its IP header says more than is there
 *
 * Context: softirq, RCU.
 */
static inline void vxm_session_count(struct vxm_session *session, u32 len,
				     bool truncated)
{
	struct vxm_session_counters *c = this_cpu_ptr(session->counters);

	u64_stats_update_begin(&c->syncp);
	u64_stats_inc(&c->packets);
	u64_stats_add(&c->bytes, len);
	if (truncated)
		u64_stats_inc(&c->truncated);
	u64_stats_set(&c->last, get_jiffies_64());
	u64_stats_update_end(&c->syncp);
}

#endif /* _VXM_SESSION_H */
