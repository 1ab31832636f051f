// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_dedup: of a packet's copies one is delivered, of retransmissions
 * each, whatever comes in whatever order.
 */
#include <linux/bottom_half.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/in.h>
#include <linux/kthread.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>

#include "dedup.h"
#include "frame.h"
#include "pernet.h"
#include "suites.h"

/* --- what copies share ---------------------------------------------------- */

#define V4 { .type = ETH_P_IP, .protocol = IPPROTO_TCP, .from = 1, .to = 2, \
	     .source = 1024, .dest = 80, .payload = 100 }
#define V6 { .type = ETH_P_IPV6, .protocol = IPPROTO_TCP, .from = 1, .to = 2, \
	     .source = 1024, .dest = 80, .payload = 100 }

static const struct vxm_kunit_flow flows[] = { V4, V6 };

struct change {
	const char *name;
	int flow;
	size_t at;	/* from the IP header on */
	u8 flip;
	bool same;
};

/* Which bits of a packet may differ between its copies. */
static const struct change changes[] = {
	{ "IPv4 TTL", 0, 8, 0x01, true },
	{ "IPv4 checksum, first byte", 0, 10, 0xff, true },
	{ "IPv4 checksum, second byte", 0, 11, 0xff, true },
	{ "IPv4 ECN", 0, 1, 0x03, true },
	{ "IPv4 DSCP", 0, 1, 0x04, false },
	{ "IPv4 length", 0, 3, 0x01, false },
	{ "IPv4 identification", 0, 5, 0x01, false },
	{ "IPv4 fragment", 0, 7, 0x01, false },
	{ "IPv4 protocol", 0, 9, 0x10, false },
	{ "IPv4 source", 0, 15, 0x80, false },
	{ "IPv4 destination", 0, 19, 0x80, false },
	{ "IPv4 TCP sequence number", 0, 27, 0x01, false },
	{ "IPv4 byte 95", 0, 95, 0x80, false },
	{ "IPv4 byte 96", 0, 96, 0x80, true },
	{ "IPv6 hop limit", 1, 7, 0x01, true },
	{ "IPv6 ECN", 1, 1, 0x30, true },
	{ "IPv6 DSCP, high bits", 1, 0, 0x08, false },
	{ "IPv6 DSCP, low bits", 1, 1, 0x40, false },
	{ "IPv6 flow label", 1, 1, 0x08, false },
	{ "IPv6 length", 1, 5, 0x01, false },
	{ "IPv6 next header", 1, 6, 0x10, false },
	{ "IPv6 source", 1, 23, 0x80, false },
	{ "IPv6 destination", 1, 39, 0x80, false },
	{ "IPv6 TCP sequence number", 1, 47, 0x01, false },
	{ "IPv6 byte 95", 1, 95, 0x80, false },
	{ "IPv6 byte 96", 1, 96, 0x80, true },
};

VXM_KUNIT_TABLE(change, changes);

/* A group of the test's own, which no packet but its own ones comes to. */
static int dedup_init(struct kunit *test)
{
	struct vxm_net *vn = kunit_kzalloc(test, sizeof(*vn), GFP_KERNEL);

	if (!vn)
		return -ENOMEM;
	INIT_LIST_HEAD(&vn->dedups);
	rtnl_lock();
	test->priv = vxm_dedup_make(vn, "group");
	rtnl_unlock();
	return test->priv ? 0 : -ENOMEM;
}

static void dedup_exit(struct kunit *test)
{
	struct vxm_dedup *dedup = test->priv;
	struct vxm_net *vn;

	if (!dedup)
		return;
	vn = list_entry(dedup->list.prev, struct vxm_net, dedups);
	rtnl_lock();
	vxm_dedup_unuse(vn, dedup);
	rtnl_unlock();
}

/* Returns false when the frame has no fingerprint. */
static bool print_of(struct kunit *test, const u8 *frame, size_t len,
		     u64 *print)
{
	struct sk_buff *skb = alloc_skb(len, GFP_KERNEL);
	bool known;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	skb_put_data(skb, frame, len);
	known = vxm_dedup_print(test->priv, skb, print);
	kfree_skb(skb);
	return known;
}

static void may_differ(struct kunit *test)
{
	const struct change *change = test->param_value;
	const struct vxm_kunit_flow *flow = &flows[change->flow];
	u8 *frame = kunit_kzalloc(test, VXM_KUNIT_FRAME_MAX, GFP_KERNEL);
	size_t len;
	u64 one, other;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, frame);
	len = vxm_kunit_frame(flow, frame);
	KUNIT_ASSERT_TRUE(test, print_of(test, frame, len, &one));
	frame[ETH_HLEN + change->at] ^= change->flip;
	KUNIT_ASSERT_TRUE(test, print_of(test, frame, len, &other));
	KUNIT_EXPECT_EQ(test, one == other, change->same);
}

/* Neither addresses of layer 2, nor tags, nor padding are part of a packet. */
static void around_it(struct kunit *test)
{
	u8 *frame = kunit_kzalloc(test, VXM_KUNIT_FRAME_MAX, GFP_KERNEL);
	struct vxm_kunit_flow flow, tagged;
	u64 one, other;
	size_t len, i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, frame);
	for (i = 0; i < ARRAY_SIZE(flows); i++) {
		flow = flows[i];
		flow.payload = 1;
		len = vxm_kunit_frame(&flow, frame);
		KUNIT_ASSERT_TRUE(test, print_of(test, frame, len, &one));
		frame[0] ^= 0xff;
		frame[11] ^= 0xff;
		KUNIT_ASSERT_TRUE(test, print_of(test, frame, len, &other));
		KUNIT_EXPECT_EQ(test, one, other);
		KUNIT_ASSERT_TRUE(test, print_of(test, frame, len + 20,
						 &other));
		KUNIT_EXPECT_EQ(test, one, other);
		tagged = flow;
		tagged.tags[0] = ETH_P_8021AD;
		tagged.tags[1] = ETH_P_8021Q;
		len = vxm_kunit_frame(&tagged, frame);
		KUNIT_ASSERT_TRUE(test, print_of(test, frame, len, &other));
		KUNIT_EXPECT_EQ(test, one, other);
	}
}

struct doubt {
	const char *name;
	size_t len;
	u16 type;
	u8 head[8];
	size_t left;
};

/* What says too little, and how many bytes are compared of what says enough. */
static const struct doubt doubts[] = {
	{ "ARP", 96, ETH_P_ARP, { 0x45, 0, 0, 100 }, 0 },
	{ "no ethertype", 96, 0, { 0x45, 0, 0, 100 }, 0 },
	{ "IPv4 of another version", 96, ETH_P_IP, { 0x65, 0, 0, 100 }, 0 },
	{ "IPv4 header cut", 19, ETH_P_IP, { 0x45, 0, 0, 100 }, 0 },
	{ "IPv4 header short", 96, ETH_P_IP, { 0x44, 0, 0, 100 }, 0 },
	{ "IPv4 length short", 96, ETH_P_IP, { 0x45, 0, 0, 19 }, 0 },
	{ "IPv4 length 0", 96, ETH_P_IP, { 0x45, 0, 0, 0 }, 0 },
	{ "IPv4 TCP cut", 39, ETH_P_IP, { 0x45, 0, 0, 100 }, 0 },
	{ "IPv4 options, TCP cut", 79, ETH_P_IP, { 0x4f, 0, 0, 100 }, 0 },
	{ "IPv4 cut behind TCP", 40, ETH_P_IP, { 0x45, 0, 0, 100 }, 40 },
	{ "IPv4 nothing but a header", 46, ETH_P_IP, { 0x45, 0, 0, 20 }, 20 },
	{ "IPv4 padded", 46, ETH_P_IP, { 0x45, 0, 0, 28 }, 28 },
	{ "IPv4 short one cut", 27, ETH_P_IP, { 0x45, 0, 0, 28 }, 0 },
	{ "IPv4 whole", 96, ETH_P_IP, { 0x45, 0, 5, 220 }, 96 },
	{ "IPv6 of another version", 96, ETH_P_IPV6,
	  { 0x40, 0, 0, 0, 0, 60 }, 0 },
	{ "IPv6 header cut", 39, ETH_P_IPV6, { 0x60, 0, 0, 0, 0, 60 }, 0 },
	{ "IPv6 length 0", 96, ETH_P_IPV6, { 0x60, 0, 0, 0, 0, 0 }, 0 },
	{ "IPv6 TCP cut", 59, ETH_P_IPV6, { 0x60, 0, 0, 0, 0, 60 }, 0 },
	{ "IPv6 cut behind TCP", 60, ETH_P_IPV6, { 0x60, 0, 0, 0, 0, 60 }, 60 },
	{ "IPv6 padded", 60, ETH_P_IPV6, { 0x60, 0, 0, 0, 0, 8 }, 48 },
	{ "IPv6 whole", 96, ETH_P_IPV6, { 0x60, 0, 0, 0, 5, 220 }, 96 },
};

VXM_KUNIT_TABLE(doubt, doubts);

static void in_doubt(struct kunit *test)
{
	const struct doubt *doubt = test->param_value;
	u8 *ip = kunit_kzalloc(test, doubt->len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ip);
	memcpy(ip, doubt->head, sizeof(doubt->head));
	KUNIT_EXPECT_EQ(test, vxm_copy_head(ip, doubt->len, doubt->type),
			doubt->left);
}

/* --- how often it was seen ------------------------------------------------ */

struct order {
	const char *name;
	/* a letter is a session that sees the packet, '.' a tick that ends */
	const char *seen;
	/* for each letter: '+' delivered, '-' not */
	const char *want;
};

static const struct order orders[] = {
	{ "two copies", "ab", "+-" },
	{ "one session alone", "aaa", "+++" },
	{ "retransmission, both see both", "abab", "+-+-" },
	{ "retransmission, in bursts", "aaabbb", "+++---" },
	{ "retransmission, copies mixed", "abbaab", "+-+-+-" },
	{ "first lost between them", "aab", "++-" },
	{ "first lost, copies mixed", "aba", "+-+" },
	{ "first two lost", "aaaabb", "++++--" },
	{ "three sessions", "abc", "+--" },
	{ "three, a retransmission", "abcabc", "+--+--" },
	{ "three, one behind", "aabbccab", "++----+-" },
	{ "six sessions", "abcdefabcdef", "+-----+-----" },
	{ "a seventh session", "abcdefg", "+-----+" },
	{ "a seventh leaves the others", "abcdefgab", "+-----++-" },
	{ "copy in the next tick", "a.b", "+-" },
	{ "copy two ticks later", "a..b", "++" },
	{ "copy long after", "a........b", "++" },
	{ "retransmission in the next tick", "ab.ab", "+-+-" },
	{ "retransmission after all", "ab..ab", "+-+-" },
	{ "a lost one is forgotten", "aa.ab.b", "+++--" },
	{ "what was lost does not hide", "a.b.b", "+-+" },
	{ "one behind, then in front", "aa..b", "+++" },
	{ "one of two ticks", "a.a.bb", "++-+" },
};

VXM_KUNIT_TABLE(order, orders);

static void in_order(struct kunit *test)
{
	const struct order *order = test->param_value;
	struct vxm_copies copies = {};
	const char *want = order->want;
	const char *seen;
	u32 tick = U32_MAX - 2; /* it goes past 0 */
	bool deliver;

	copies.tick = tick;
	for (seen = order->seen; *seen; seen++) {
		if (*seen == '.') {
			tick++;
			continue;
		}
		deliver = vxm_copies_see(&copies, *seen, tick);
		KUNIT_EXPECT_EQ_MSG(test, deliver, *want == '+',
				    "copy %zu", want - order->want);
		want++;
	}
	KUNIT_EXPECT_EQ(test, *want, 0);
}

/* As many as can be counted, and the others are delivered. */
static void counts_end(struct kunit *test)
{
	struct vxm_copies copies = {};
	u32 i;

	for (i = 0; i < U16_MAX + 10; i++)
		KUNIT_ASSERT_TRUE(test, vxm_copies_see(&copies, 1, 0));
	KUNIT_EXPECT_EQ(test, copies.delivered, U16_MAX);
	for (i = 0; i < U16_MAX; i++)
		KUNIT_ASSERT_FALSE(test, vxm_copies_see(&copies, 2, 0));
	KUNIT_EXPECT_TRUE(test, vxm_copies_see(&copies, 2, 0));
	KUNIT_EXPECT_TRUE(test, vxm_copies_see(&copies, 1, 2));
	KUNIT_EXPECT_EQ(test, copies.delivered, 1);
}

/* --- the table ------------------------------------------------------------ */

static bool see(struct kunit *test, u64 print, u16 number)
{
	bool deliver;

	local_bh_disable();
	deliver = vxm_dedup_see(test->priv, print, number);
	local_bh_enable();
	return deliver;
}

/* Long enough for no tick to end twice during a test. */
static void set_window(struct kunit *test, u32 window)
{
	rtnl_lock();
	vxm_dedup_set_window(test->priv, window);
	rtnl_unlock();
}

#define BUCKET(n) ((u64)(n) << (64 - VXM_DEDUP_BUCKET_BITS))

/* A full bucket: the oldest goes, the others stay. */
static void full(struct kunit *test)
{
	struct vxm_dedup *dedup = test->priv;
	int i;

	set_window(test, VXM_DEDUP_WINDOW_MAX);
	for (i = 0; i <= VXM_DEDUP_WAYS; i++)
		KUNIT_EXPECT_TRUE(test, see(test, BUCKET(7) + i, 1));
	KUNIT_EXPECT_EQ(test, vxm_dedup_evicted(dedup), 1);
	for (i = 1; i <= VXM_DEDUP_WAYS; i++)
		KUNIT_EXPECT_FALSE(test, see(test, BUCKET(7) + i, 2));
	KUNIT_EXPECT_TRUE(test, see(test, BUCKET(7), 2));
	KUNIT_EXPECT_EQ(test, vxm_dedup_evicted(dedup), 2);
	KUNIT_EXPECT_TRUE(test, see(test, BUCKET(8), 1));
	KUNIT_EXPECT_FALSE(test, see(test, BUCKET(8), 2));
}

/* Far more packets than there is room: no first copy is taken for a second. */
static void flood(struct kunit *test)
{
	struct vxm_dedup *dedup = test->priv;
	u32 i, n = 3 * VXM_DEDUP_BUCKETS * VXM_DEDUP_WAYS;
	u64 print = 0;

	set_window(test, VXM_DEDUP_WINDOW_MAX);
	for (i = 0; i < n; i++) {
		print += GOLDEN_RATIO_64;
		KUNIT_ASSERT_TRUE(test, see(test, print, 1));
		KUNIT_ASSERT_FALSE(test, see(test, print, 2));
	}
	KUNIT_EXPECT_LE(test, vxm_dedup_evicted(dedup), (u64)n);
	KUNIT_EXPECT_GT(test, vxm_dedup_memory(),
			(u64)VXM_DEDUP_BUCKETS * VXM_DEDUP_WAYS *
			sizeof(struct vxm_copies));
}

/* What is older than two windows is not known, and one of a tenth is. */
static void window(struct kunit *test)
{
	set_window(test, VXM_DEDUP_WINDOW_MAX);
	KUNIT_EXPECT_TRUE(test, see(test, 1, 1));
	msleep(2 * VXM_DEDUP_WINDOW_MIN);
	KUNIT_EXPECT_FALSE(test, see(test, 1, 2));

	/* another window: what was known is forgotten */
	set_window(test, 2 * VXM_DEDUP_WINDOW_MIN);
	KUNIT_EXPECT_TRUE(test, see(test, 1, 2));
	msleep(5 * VXM_DEDUP_WINDOW_MIN);
	KUNIT_EXPECT_TRUE(test, see(test, 1, 1));
}

#define RACES 20000

struct racer {
	struct vxm_dedup *dedup;
	u16 number;
	atomic_t *turn;
	u64 delivered;
	struct completion done;
};

/* Both wait for each other before each packet, so that they meet at it. */
static int race(void *data)
{
	struct racer *racer = data;
	int i;

	for (i = 0; i < RACES; i++) {
		atomic_inc(racer->turn);
		while (atomic_read(racer->turn) < 2 * (i + 1))
			cond_resched();
		local_bh_disable();
		/* the same print twice: a packet and its retransmission */
		racer->delivered += vxm_dedup_see(racer->dedup,
						  BUCKET(i / 2) + i / 2,
						  racer->number);
		local_bh_enable();
	}
	complete(&racer->done);
	return 0;
}

/* On two CPUs at once: of each packet's copies exactly one is delivered. */
static void two_cpus(struct kunit *test)
{
	struct racer *racer = kunit_kcalloc(test, 2, sizeof(*racer),
					    GFP_KERNEL);
	struct task_struct *task;
	atomic_t turn = ATOMIC_INIT(0);
	int cpu = cpumask_first(cpu_online_mask);
	int i;

	if (num_online_cpus() < 2)
		kunit_skip(test, "one CPU only");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, racer);
	set_window(test, VXM_DEDUP_WINDOW_MAX);
	for (i = 0; i < 2; i++) {
		racer[i].dedup = test->priv;
		racer[i].number = i;
		racer[i].turn = &turn;
		init_completion(&racer[i].done);
	}
	for (i = 0; i < 2; i++) {
		task = kthread_create(race, &racer[i], "vxm-dedup/%d", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
		kthread_bind(task, cpu);
		wake_up_process(task);
		cpu = cpumask_next(cpu, cpu_online_mask);
	}
	for (i = 0; i < 2; i++)
		wait_for_completion(&racer[i].done);
	KUNIT_EXPECT_EQ(test, racer[0].delivered + racer[1].delivered,
			(u64)RACES);
}

/* Made by the first, gone with the last. */
static void users(struct kunit *test)
{
	struct vxm_dedup *dedup = test->priv;
	struct vxm_net *vn = list_entry(dedup->list.prev, struct vxm_net,
					dedups);

	rtnl_lock();
	KUNIT_EXPECT_PTR_EQ(test, vxm_dedup_find(vn, "group"), dedup);
	KUNIT_EXPECT_NULL(test, vxm_dedup_find(vn, "other"));
	KUNIT_EXPECT_EQ(test, dedup->window, VXM_DEDUP_WINDOW);
	vxm_dedup_use(dedup);
	vxm_dedup_unuse(vn, dedup);
	KUNIT_EXPECT_PTR_EQ(test, vxm_dedup_find(vn, "group"), dedup);
	KUNIT_EXPECT_EQ(test, vn->n_dedups, 1);
	vxm_dedup_unuse(vn, dedup);
	test->priv = NULL;
	KUNIT_EXPECT_NULL(test, vxm_dedup_find(vn, "group"));
	KUNIT_EXPECT_EQ(test, vn->n_dedups, 0);
	rtnl_unlock();
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(may_differ, change_gen_params),
	KUNIT_CASE(around_it),
	KUNIT_CASE_PARAM(in_doubt, doubt_gen_params),
	KUNIT_CASE_PARAM(in_order, order_gen_params),
	KUNIT_CASE(counts_end),
	KUNIT_CASE(full),
	KUNIT_CASE(flood),
	KUNIT_CASE(window),
	KUNIT_CASE(two_cpus),
	KUNIT_CASE(users),
	{}
};

struct kunit_suite vxm_dedup_suite = {
	.name = "vxm_dedup",
	.init = dedup_init,
	.exit = dedup_exit,
	.test_cases = cases,
};
