// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_shape: however a mirror packet lies in memory, the inner frame is
 * shown bit for bit, and what others hold of the packet is not written to.
 */
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/minmax.h>

#include "device.h"
#include "parse.h"
#include "suites.h"
#include "world.h"

/* What is split: all headers, and a few bytes more. */
#define SPLIT_BEHIND_HEADERS 3

enum shape {
	HEAD_FRAG,	/* linear, then one fragment */
	TWO_FRAGS,	/* nothing linear */
	SMALL_FRAGS,	/* a byte each, as many as there can be */
	HEAD_LIST,	/* linear, then a fragment list of one */
	TWO_LISTED,	/* nothing linear, a list of two */
	FRAG_LIST,	/* a fragment, then a list */
};

struct kind {
	const char *name;
	enum shape shape;
	size_t headroom;
	bool cloned;
};

static const struct kind kinds[] = {
	{ "head and fragment", HEAD_FRAG, VXM_KUNIT_HEADROOM, false },
	{ "head and fragment, cloned", HEAD_FRAG, VXM_KUNIT_HEADROOM, true },
	{ "no headroom", HEAD_FRAG, 0, false },
	{ "no headroom, cloned", HEAD_FRAG, 0, true },
	{ "two fragments", TWO_FRAGS, 0, false },
	{ "two fragments, cloned", TWO_FRAGS, 0, true },
	{ "fragments of a byte", SMALL_FRAGS, VXM_KUNIT_HEADROOM, false },
	{ "fragments of a byte, cloned", SMALL_FRAGS, 0, true },
	{ "head and list", HEAD_LIST, VXM_KUNIT_HEADROOM, false },
	{ "head and list, cloned", HEAD_LIST, VXM_KUNIT_HEADROOM, true },
	{ "list of two", TWO_LISTED, 0, false },
	{ "list of two, cloned", TWO_LISTED, 0, true },
	{ "fragment and list", FRAG_LIST, VXM_KUNIT_HEADROOM, false },
	{ "fragment and list, cloned", FRAG_LIST, VXM_KUNIT_HEADROOM, true },
};

VXM_KUNIT_TABLE(kind, kinds);

static struct vxm_kunit_layout layout_of(const struct kind *kind, size_t split)
{
	struct vxm_kunit_layout l = { .headroom = kind->headroom };
	int i;

	switch (kind->shape) {
	case HEAD_FRAG:
		l.head = split;
		l.frags[0] = VXM_KUNIT_FRAME_MAX;
		break;
	case TWO_FRAGS:
		l.frags[0] = split ?: 1;
		l.frags[1] = VXM_KUNIT_FRAME_MAX;
		break;
	case SMALL_FRAGS:
		l.head = split;
		for (i = 0; i < VXM_KUNIT_PIECES; i++)
			l.frags[i] = 1;
		l.frags[i - 1] = VXM_KUNIT_FRAME_MAX;
		break;
	case HEAD_LIST:
		l.head = split;
		l.list[0] = VXM_KUNIT_FRAME_MAX;
		break;
	case TWO_LISTED:
		l.list[0] = split ?: 1;
		l.list[1] = VXM_KUNIT_FRAME_MAX;
		break;
	case FRAG_LIST:
		l.head = split / 2;
		l.frags[0] = split - split / 2;
		l.list[0] = 7;
		l.list[1] = VXM_KUNIT_FRAME_MAX;
		break;
	}
	return l;
}

#define TAG .tags = { ETH_P_8021Q }
#define TAGS .tags = { ETH_P_8021AD, ETH_P_8021Q }

static const struct vxm_kunit_flow frames[] = {
	{ "IPv4", .type = ETH_P_IP, .protocol = IPPROTO_TCP, .payload = 100 },
	{ "IPv6", .type = ETH_P_IPV6, .protocol = IPPROTO_UDP, .payload = 100 },
	{ "IPv4 in 802.1Q", TAG, .type = ETH_P_IP, .protocol = IPPROTO_UDP },
	{ "IPv6 in 2 tags", TAGS, .type = ETH_P_IPV6, .protocol = IPPROTO_TCP },
	{ "ARP", .type = ETH_P_ARP, .payload = 46 },
	{ "Ethernet header", .type = ETH_P_IP + 1 },
};

static size_t header_len(const struct vxm_kunit_flow *flow, size_t frame_len)
{
	return VXM_VXLAN_HLEN + min(frame_len, frame_len - flow->payload +
					       SPLIT_BEHIND_HEADERS);
}

/* A packet comes with world->frame, and another holds a clone of it. */
static struct sk_buff *packet_with(struct kunit *test, size_t frame_len,
				   const struct vxm_kunit_layout *layout,
				   struct sk_buff **clone)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct sk_buff *skb;
	size_t len;

	len = vxm_kunit_packet(VXM_KUNIT_VNI, world->frame, frame_len,
			       world->packet);
	skb = vxm_kunit_skb(world->packet, len, layout, &world->pages);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	if (clone) {
		*clone = skb_clone(skb, GFP_KERNEL);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, *clone);
	}
	return skb;
}

/* Are the clone's bytes what they were, and does nobody share them any more? */
static void check_clone(struct kunit *test, struct sk_buff *clone)
{
	u8 *copy = kunit_kmalloc(test, clone->len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, copy);
	KUNIT_EXPECT_EQ(test, skb_copy_bits(clone, 0, copy, clone->len), 0);
	KUNIT_EXPECT_EQ(test, memcmp(copy, vxm_kunit_world(test)->packet,
				     clone->len), 0);
	KUNIT_EXPECT_FALSE(test, skb_cloned(clone));
	kunit_kfree(test, copy);
	kfree_skb(clone);
}

/* One packet with world->frame; it is shown bit for bit. */
static void deliver(struct kunit *test, size_t len,
		    const struct vxm_kunit_layout *layout, bool cloned)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct vxm_kunit_shown *shown = &world->shown[0];
	struct sk_buff *skb, *clone;

	skb = packet_with(test, len, layout, cloned ? &clone : NULL);
	memset(shown, 0, sizeof(*shown));
	world->n_shown = 0;
	vxm_kunit_receive(world, skb);

	KUNIT_EXPECT_EQ(test, world->n_shown, 1);
	KUNIT_EXPECT_EQ(test, shown->len, len);
	KUNIT_EXPECT_EQ(test, memcmp(shown->bytes, world->frame, len), 0);
	if (cloned)
		check_clone(test, clone);
	KUNIT_EXPECT_EQ(test, vxm_kunit_pages_held(&world->pages), 0);
}

/* All counts fit so many packets of so many bytes, all delivered. */
static void all_delivered(struct kunit *test, u64 packets, u64 bytes,
			  u64 truncated)
{
	struct vxm_totals totals, want = {
		.received_packets = packets,
		.received_bytes = bytes,
		.delivered_packets = packets,
		.delivered_bytes = bytes,
		.truncated = truncated,
	};

	vxm_kunit_counted(vxm_kunit_world(test), &totals);
	KUNIT_EXPECT_EQ(test, totals.received_packets, packets);
	KUNIT_EXPECT_EQ(test, totals.truncated, truncated);
	KUNIT_EXPECT_EQ(test, memcmp(&totals, &want, sizeof(want)), 0);
}

/* Split at every offset of the headers. */
static void split(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	const struct kind *kind = test->param_value;
	struct vxm_kunit_layout layout;
	u64 packets = 0, bytes = 0;
	size_t len, at;
	int i;

	for (i = 0; i < ARRAY_SIZE(frames); i++) {
		len = vxm_kunit_frame(&frames[i], world->frame);
		for (at = 0; at <= header_len(&frames[i], len); at++) {
			layout = layout_of(kind, at);
			deliver(test, len, &layout, kind->cloned);
			packets++;
			bytes += len;
		}
	}
	all_delivered(test, packets, bytes, 0);
}

static const struct vxm_kunit_layout linear[] = {
	{ .headroom = VXM_KUNIT_HEADROOM, .head = VXM_KUNIT_FRAME_MAX },
	{ .headroom = 0, .head = VXM_KUNIT_FRAME_MAX },
};

struct ethertype {
	const char *name;
	u16 type;
};

static const struct ethertype ethertypes[] = {
	{ "IPv4", ETH_P_IP },
	{ "IPv6", ETH_P_IPV6 },
	/* below 20 bytes, too short for the stack to take the tag off */
	{ "802.1Q", ETH_P_8021Q },
	{ "802.1ad", ETH_P_8021AD },
	{ "802.3 length", 40 },
	{ "ARP", ETH_P_ARP },
	{ "PPPoE session", ETH_P_PPP_SES },
	{ "slow protocols", ETH_P_SLOW },
	{ "65535", 65535 },
};

VXM_KUNIT_TABLE(ethertype, ethertypes);

/* Any length from 14 bytes on, cloned and not. */
static void lengths(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	const struct ethertype *row = test->param_value;
	struct vxm_totals totals;
	u64 packets = 0;
	size_t len;
	int i;

	vxm_kunit_fill(world->frame, 128);
	world->frame[12] = row->type >> 8;
	world->frame[13] = row->type & 0xff;
	for (len = ETH_HLEN; len <= 128; len++)
		for (i = 0; i < 2 * ARRAY_SIZE(linear); i++, packets++)
			deliver(test, len, &linear[i / 2], i % 2);
	vxm_kunit_counted(world, &totals);
	KUNIT_EXPECT_EQ(test, totals.delivered_packets, packets);
	KUNIT_EXPECT_EQ(test, totals.received_packets, packets);
}

static const struct vxm_kunit_flow cuts[] = {
	{ "IPv4", .type = ETH_P_IP, .protocol = IPPROTO_TCP, .payload = 10 },
	{ "IPv6", .type = ETH_P_IPV6, .protocol = IPPROTO_UDP, .payload = 10 },
	{ "IPv4 in 802.1Q", TAG, .type = ETH_P_IP, .protocol = IPPROTO_UDP },
	{ "IPv6 in 2 tags", TAGS, .type = ETH_P_IPV6, .protocol = IPPROTO_TCP },
};

VXM_KUNIT_TABLE(cut, cuts);

/* Cut at every byte: shown as it is, and counted as truncated. */
static void truncated(struct kunit *test)
{
	static const struct kind kind = { .shape = SMALL_FRAGS };
	const struct vxm_kunit_flow *flow = test->param_value;
	struct vxm_kunit_layout small = layout_of(&kind, 0);
	u64 packets = 0, bytes = 0, cut = 0;
	size_t full, len;

	full = vxm_kunit_frame(flow, vxm_kunit_world(test)->frame);
	for (len = ETH_HLEN; len <= full; len++) {
		deliver(test, len, &linear[0], false);
		deliver(test, len, &small, false);
		packets += 2;
		bytes += 2 * len;
		if (len >= vxm_kunit_l3(flow) && len < full)
			cut += 2;
	}
	all_delivered(test, packets, bytes, cut);
}

/* Larger than the device's MTU says, and over two pages. */
static void large_frames(struct kunit *test)
{
	static const struct kind kind = { .shape = TWO_FRAGS };
	static const size_t lens[] = { 1514, 1518, 2048, 4000 };
	struct vxm_kunit_layout two = layout_of(&kind, 2000);
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	unsigned int mtu = world->dev->mtu;
	u64 bytes = 0;
	int i;

	world->dev->mtu = VXM_DEVICE_MTU_MIN;
	vxm_kunit_fill(world->frame, VXM_KUNIT_FRAME_MAX);
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		deliver(test, lens[i], &linear[0], false);
		deliver(test, lens[i], &two, true);
		bytes += 2 * lens[i];
	}
	world->dev->mtu = mtu;
	all_delivered(test, 2 * ARRAY_SIZE(lens), bytes, 0);
}

/*
 * Each allocation on the way fails in turn: the frame is shown or there is a
 * cause, it never counts twice or not at all, and no page is lost.
 */
static void no_memory(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	const struct kind *kind = test->param_value;
	struct vxm_kunit_layout layout = layout_of(kind, 3);
	struct sk_buff *skb, *clone = NULL;
	struct vxm_totals totals;
	int nth = 0, left;
	size_t len;

	if (vxm_kunit_fail_nth(0) < 0)
		kunit_skip(test, "no CONFIG_FAULT_INJECTION");
	len = vxm_kunit_frame(&frames[0], world->frame);
	do {
		skb = packet_with(test, len, &layout,
				  kind->cloned ? &clone : NULL);
		vxm_kunit_fail_nth(++nth);
		vxm_kunit_receive(world, skb);
		left = vxm_kunit_fail_nth(0);
		if (clone)
			check_clone(test, clone);
		KUNIT_EXPECT_EQ(test, vxm_kunit_pages_held(&world->pages), 0);

		vxm_kunit_counted(world, &totals);
		KUNIT_EXPECT_EQ(test, totals.received_packets, nth);
		KUNIT_EXPECT_EQ(test, totals.delivered_packets +
				totals.causes[VXM_CAUSE_NO_MEMORY], nth);
		KUNIT_EXPECT_EQ(test, world->n_shown,
				(int)totals.delivered_packets);
	} while (!left);
	/* what is shared has to be copied; else there may be room for a pull */
	if (kind->cloned)
		KUNIT_EXPECT_GE(test, totals.causes[VXM_CAUSE_NO_MEMORY], 1);
	KUNIT_EXPECT_GE(test, totals.delivered_packets, 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(split, kind_gen_params),
	KUNIT_CASE_PARAM(lengths, ethertype_gen_params),
	KUNIT_CASE_PARAM(truncated, cut_gen_params),
	KUNIT_CASE(large_frames),
	KUNIT_CASE_PARAM(no_memory, kind_gen_params),
	{}
};

struct kunit_suite vxm_shape_suite = {
	.name = "vxm_shape",
	.suite_init = vxm_kunit_world_make,
	.suite_exit = vxm_kunit_world_end,
	.init = vxm_kunit_world_reset,
	.test_cases = cases,
};
