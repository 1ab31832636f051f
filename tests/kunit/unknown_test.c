// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_unknown: what no entry covers is found, however much else comes.
 */
#include <linux/bottom_half.h>
#include <linux/jiffies.h>
#include <linux/prandom.h>
#include <linux/vxmirror.h>
#include <net/net_namespace.h>

#include "pernet.h"
#include "suites.h"

#define FLOOD 50000
#define FLOOD_PER_STEADY 100
#define RATE 10 /* notifications a second */

/* A namespace's state of the test's own, of which only this part is used. */
static int unknown_init(struct kunit *test)
{
	struct vxm_net *vn = kunit_kzalloc(test, sizeof(*vn), GFP_KERNEL);

	if (!vn)
		return -ENOMEM;
	vn->net = &init_net;
	vxm_unknown_init(&vn->unknown, vn);
	test->priv = vn;
	return vxm_unknown_start(&vn->unknown);
}

static void unknown_exit(struct kunit *test)
{
	struct vxm_net *vn = test->priv;

	if (!vn)
		return;
	vxm_unknown_stop(&vn->unknown);
	vxm_unknown_free(&vn->unknown);
}

static struct vxm_unknown *unknown(struct kunit *test)
{
	return &((struct vxm_net *)test->priv)->unknown;
}

static struct vxm_source source_of(u32 vni)
{
	return (struct vxm_source){
		.addr.s6_addr = { 192, 0, 2, 1 },
		.vni = vni,
		.port = VXM_PORT_DEFAULT,
		.family = AF_INET,
	};
}

static void count(struct vxm_unknown *u, const struct vxm_source *source,
		  u32 len)
{
	local_bh_disable();
	vxm_unknown_count(u, source, len);
	local_bh_enable();
}

static bool find(struct vxm_unknown *u, const struct vxm_source *source,
		 struct vxm_unknown_slot *slot)
{
	u32 cursor = 0;

	while (vxm_unknown_next(u, &cursor, slot))
		if (!memcmp(&slot->source, source, sizeof(*source)))
			return true;
	return false;
}

static int how_many(struct vxm_unknown *u)
{
	struct vxm_unknown_slot slot;
	u32 cursor = 0;
	int n = 0;

	while (vxm_unknown_next(u, &cursor, &slot))
		n++;
	return n;
}

static void nothing_yet(struct kunit *test)
{
	struct vxm_unknown never_started = {};
	struct vxm_unknown_slot slot;
	u32 cursor = 0;

	KUNIT_EXPECT_EQ(test, how_many(unknown(test)), 0);
	KUNIT_EXPECT_FALSE(test, vxm_unknown_next(&never_started, &cursor,
						  &slot));
	vxm_unknown_forget(&never_started, 0, 0, VXM_VNI_MAX);
}

static void counted(struct kunit *test)
{
	struct vxm_source source = source_of(7);
	struct vxm_unknown *u = unknown(test);
	u64 before = get_jiffies_64();
	struct vxm_unknown_slot slot;
	u64 packets = 0;
	u64 bytes = 0;

	while (packets < 100) {
		count(u, &source, 60 + packets);
		bytes += 60 + packets++;
		KUNIT_ASSERT_TRUE(test, find(u, &source, &slot));
		KUNIT_EXPECT_EQ(test, slot.packets, packets);
		KUNIT_EXPECT_EQ(test, slot.bytes, bytes);
	}
	KUNIT_EXPECT_EQ(test, slot.overcount, 0);
	KUNIT_EXPECT_GE(test, slot.first, before);
	KUNIT_EXPECT_GE(test, slot.last, slot.first);
	KUNIT_EXPECT_LE(test, slot.last, get_jiffies_64());
	KUNIT_EXPECT_EQ(test, how_many(u), 1);
}

/* Starting again, as each new port does, keeps what was seen. */
static void started_again(struct kunit *test)
{
	struct vxm_source source = source_of(7);
	struct vxm_unknown *u = unknown(test);

	count(u, &source, 60);
	KUNIT_EXPECT_EQ(test, vxm_unknown_start(u), 0);
	KUNIT_EXPECT_EQ(test, how_many(u), 1);
}

struct other {
	const char *name;
	struct vxm_source source;
};

#define SOURCE(last, vni_, port_, family_) {				\
	.addr.s6_addr = { 192, 0, 2, last }, .vni = vni_, .port = port_, \
	.family = family_ }

static const struct other others[] = {
	{ "VNI", SOURCE(1, 8, VXM_PORT_DEFAULT, AF_INET) },
	{ "VNI's high byte", SOURCE(1, 0x10007, VXM_PORT_DEFAULT, AF_INET) },
	{ "port", SOURCE(1, 7, 4790, AF_INET) },
	{ "address", SOURCE(2, 7, VXM_PORT_DEFAULT, AF_INET) },
	/* the same bytes are 192.0.2.1 and c000:201:: */
	{ "family", SOURCE(1, 7, VXM_PORT_DEFAULT, AF_INET6) },
};

VXM_KUNIT_TABLE(other, others);

static void differs_in(struct kunit *test)
{
	const struct other *row = test->param_value;
	struct vxm_source source = source_of(7);
	struct vxm_unknown *u = unknown(test);
	struct vxm_unknown_slot slot;

	count(u, &source, 60);
	count(u, &row->source, 100);
	count(u, &row->source, 100);
	KUNIT_EXPECT_EQ(test, how_many(u), 2);
	KUNIT_ASSERT_TRUE(test, find(u, &source, &slot));
	KUNIT_EXPECT_EQ(test, slot.packets, 1);
	KUNIT_ASSERT_TRUE(test, find(u, &row->source, &slot));
	KUNIT_EXPECT_EQ(test, slot.packets, 2);
	KUNIT_EXPECT_EQ(test, slot.bytes, 200);
}

/*
 * One packet in a hundred, among VNIs that never come twice. The hash's key is
 * fixed here, and the flood, so that it is the same flood each time.
 */
static void steady_survives_flood(struct kunit *test)
{
	struct vxm_source steady = source_of(7), other;
	struct vxm_unknown *u = unknown(test);
	struct vxm_unknown_slot slot;
	u64 sent = 0, shown = 0;
	struct rnd_state random;
	int i;

	prandom_seed_state(&random, 1);
	prandom_bytes_state(&random, u->key, sizeof(u->key));
	for (i = 0; i < FLOOD; i++) {
		other = source_of(8 + prandom_u32_state(&random) % 0xfffff0);
		other.addr.s6_addr32[0] = htonl(prandom_u32_state(&random));
		count(u, &other, 60);
		if (i % FLOOD_PER_STEADY)
			continue;
		/* still there since the last time, once it has a lead */
		KUNIT_EXPECT_TRUE_MSG(test, i < FLOOD / 10 ||
				      find(u, &steady, &slot), "%llu", sent);
		count(u, &steady, 60);
		sent++;
		KUNIT_EXPECT_TRUE(test, find(u, &steady, &slot));
		KUNIT_EXPECT_GT(test, slot.packets, shown);
		shown = slot.packets;
	}
	KUNIT_EXPECT_GE(test, slot.packets, sent);
	KUNIT_EXPECT_LE(test, slot.packets - slot.overcount, sent);
	KUNIT_EXPECT_GE(test, slot.packets - slot.overcount, sent * 9 / 10);
	KUNIT_EXPECT_EQ(test, how_many(u), VXM_UNKNOWN_SLOTS);
}

/* No packet is counted twice or lost: a newcomer inherits its slot's count. */
static void flood_is_counted(struct kunit *test)
{
	struct vxm_unknown *u = unknown(test);
	struct vxm_unknown_slot slot;
	struct vxm_source source;
	u64 packets = 0;
	u32 cursor = 0;
	int i;

	for (i = 0; i < 10 * VXM_UNKNOWN_SLOTS; i++) {
		source = source_of(i);
		count(u, &source, 60);
	}
	while (vxm_unknown_next(u, &cursor, &slot)) {
		packets += slot.packets;
		KUNIT_EXPECT_LT(test, slot.overcount, slot.packets);
		KUNIT_EXPECT_EQ(test, slot.bytes,
				60 * (slot.packets - slot.overcount));
	}
	KUNIT_EXPECT_EQ(test, packets, 10 * VXM_UNKNOWN_SLOTS);
}

struct forgotten {
	const char *name;
	u16 port;
	u32 first;
	u32 last;
	bool gone[6];	/* of the slots in forget_some() */
};

static const struct forgotten forgotten[] = {
	{ "all", 0, 0, VXM_VNI_MAX, { true, true, true, true, true, true } },
	{ "one port", 4789, 0, VXM_VNI_MAX,
	  { true, true, true, true, true, false } },
	{ "one VNI", 4789, 10, 10, { false, false, true, false, false, false } },
	{ "a range", 4789, 9, 11, { false, true, true, true, false, false } },
	{ "VNI 0", 4789, 0, 0, { true, false, false, false, false, false } },
	{ "the largest VNI", 4789, VXM_VNI_MAX, VXM_VNI_MAX,
	  { false, false, false, false, true, false } },
	{ "none", 4789, 12, VXM_VNI_MAX - 1, { false } },
};

VXM_KUNIT_TABLE(forgotten, forgotten);

static void forget_some(struct kunit *test)
{
	static const u32 vnis[] = { 0, 9, 10, 11, VXM_VNI_MAX, 10 };
	const struct forgotten *row = test->param_value;
	struct vxm_source sources[ARRAY_SIZE(vnis)];
	struct vxm_unknown *u = unknown(test);
	struct vxm_unknown_slot slot;
	int i;

	for (i = 0; i < ARRAY_SIZE(vnis); i++) {
		sources[i] = source_of(vnis[i]);
		if (i == ARRAY_SIZE(vnis) - 1)
			sources[i].port = 4790;
		count(u, &sources[i], 60);
	}
	vxm_unknown_forget(u, row->port, row->first, row->last);
	for (i = 0; i < ARRAY_SIZE(vnis); i++)
		KUNIT_EXPECT_EQ_MSG(test, find(u, &sources[i], &slot),
				    !row->gone[i], "VNI %u", vnis[i]);
}

static int to_announce(struct vxm_unknown *u)
{
	struct vxm_unknown_slot slot;
	u32 cursor = 0;
	int n = 0;

	while (vxm_unknown_next(u, &cursor, &slot))
		n += slot.announce;
	return n;
}

/* At most ten notifications a second; each unknown VNI gets its turn. */
static void announced_in_turns(struct kunit *test)
{
	struct vxm_unknown *u = unknown(test);
	struct vxm_source source;
	int i, left = 2 * RATE + 5;

	u->quiet_until = get_jiffies_64() + MAX_JIFFY_OFFSET;
	for (i = 0; i < left; i++) {
		source = source_of(i);
		count(u, &source, 60);
	}
	flush_delayed_work(&u->announce);
	KUNIT_EXPECT_EQ_MSG(test, to_announce(u), left, "while it is quiet");

	while (left) {
		u64 before = get_jiffies_64();

		left -= min(left, RATE);
		cancel_delayed_work_sync(&u->announce);
		u->quiet_until = 0;
		mod_delayed_work(vxm_wq, &u->announce, 0);
		flush_work(&u->announce.work);
		/* by itself it would go on in a second */
		cancel_delayed_work_sync(&u->announce);
		KUNIT_EXPECT_EQ(test, to_announce(u), left);
		KUNIT_EXPECT_GE(test, u->quiet_until, before + HZ);
	}

	/* seen again, they are no news */
	source = source_of(0);
	count(u, &source, 60);
	KUNIT_EXPECT_EQ(test, to_announce(u), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(nothing_yet),
	KUNIT_CASE(counted),
	KUNIT_CASE(started_again),
	KUNIT_CASE_PARAM(differs_in, other_gen_params),
	KUNIT_CASE(steady_survives_flood),
	KUNIT_CASE(flood_is_counted),
	KUNIT_CASE_PARAM(forget_some, forgotten_gen_params),
	KUNIT_CASE(announced_in_turns),
	{}
};

struct kunit_suite vxm_unknown_suite = {
	.name = "vxm_unknown",
	.init = unknown_init,
	.exit = unknown_exit,
	.test_cases = cases,
};
