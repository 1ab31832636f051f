// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_split: however a mirror packet lies in memory, the hook takes it or
 * leaves it alone, and writes to nothing that others hold of it.
 */
#include <linux/in.h>
#include <linux/netfilter.h>

#include "hook.h"
#include "outer.h"
#include "parse.h"
#include "port.h"
#include "suites.h"

struct kind {
	const char *name;
	bool listed;	/* what is not linear, in a fragment list */
	bool cloned;
	size_t headroom;
	size_t filled;	/* bytes after the packet's end */
};

static const struct kind kinds[] = {
	{ "fragment", false, false, VXM_KUNIT_HEADROOM, 0 },
	{ "fragment, filled up", false, false, VXM_KUNIT_HEADROOM, 18 },
	{ "fragment, no headroom", false, false, 0, 0 },
	{ "fragment, cloned", false, true, VXM_KUNIT_HEADROOM, 0 },
	{ "fragment, filled up, cloned", false, true, VXM_KUNIT_HEADROOM, 18 },
	{ "list", true, false, VXM_KUNIT_HEADROOM, 0 },
	{ "list, filled up", true, false, VXM_KUNIT_HEADROOM, 18 },
	{ "list, cloned", true, true, VXM_KUNIT_HEADROOM, 0 },
	{ "list, filled up, cloned", true, true, 0, 18 },
};

VXM_KUNIT_TABLE(kind, kinds);

static struct vxm_kunit_layout layout_of(const struct kind *kind, size_t head)
{
	struct vxm_kunit_layout layout = {
		.headroom = kind->headroom,
		.head = head,
	};

	if (kind->listed) {
		layout.list[0] = 20;
		layout.list[1] = VXM_KUNIT_FRAME_MAX;
	} else {
		layout.frags[0] = 20;
		layout.frags[1] = VXM_KUNIT_FRAME_MAX;
	}
	return layout;
}

/* How it is split at one offset, and what somebody else holds of it. */
static struct sk_buff *split_packet(struct kunit *test, size_t len, size_t at,
				    struct sk_buff **clone)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	const struct kind *kind = test->param_value;
	struct vxm_kunit_layout layout = layout_of(kind, at);
	struct sk_buff *skb;

	memset(world->packet + len, 0xee, kind->filled);
	skb = vxm_kunit_arrive(test, len + kind->filled, &layout);
	*clone = NULL;
	if (kind->cloned) {
		*clone = skb_clone(skb, GFP_KERNEL);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, *clone);
	}
	return skb;
}

/* The clone is what it was, and nobody holds a page any more. */
static void end_clone(struct kunit *test, struct sk_buff *clone)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	u8 *bytes;

	if (clone) {
		bytes = kunit_kmalloc(test, clone->len, GFP_KERNEL);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bytes);
		KUNIT_EXPECT_EQ(test, skb_copy_bits(clone, 0, bytes,
						    clone->len), 0);
		KUNIT_EXPECT_EQ(test, memcmp(bytes, world->packet + ETH_HLEN,
					     clone->len), 0);
		kunit_kfree(test, bytes);
		kfree_skb(clone);
	}
	KUNIT_EXPECT_EQ(test, vxm_kunit_pages_held(&world->pages), 0);
}

static size_t last_split(sa_family_t family)
{
	return vxm_kunit_outer_len(family) - ETH_HLEN + VXM_VXLAN_HLEN +
	       ETH_HLEN + 3;
}

/* Split at every offset of all headers, and once behind the packet's end. */
static void split_taken(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct sk_buff *skb, *clone;
	sa_family_t family;
	size_t len, at;
	int i;

	for (i = 0; i < ARRAY_SIZE(vxm_kunit_families); i++) {
		family = vxm_kunit_families[i].family;
		len = vxm_kunit_plain(world, family);
		for (at = 0; at <= last_split(family); at++) {
			skb = split_packet(test, len, at, &clone);
			vxm_kunit_taken(test, skb, VXM_KUNIT_FRAME);
			end_clone(test, clone);
		}
		skb = split_packet(test, len, len, &clone);
		vxm_kunit_taken(test, skb, VXM_KUNIT_FRAME);
		end_clone(test, clone);
	}
}

struct poke {
	u8 at4;		/* from the IPv4 header's first byte */
	u8 at6;		/* from the IPv6 header's */
	u8 value;
};

/* What makes a packet not ours, in the order in which it is found out. */
static const struct poke pokes[] = {
	{ 9, 6, IPPROTO_TCP },
	{ 23, 43, 1 },	/* port */
	{ 25, 45, 1 },	/* length */
	{ 19, 39, 99 },	/* address */
};

static void split_left_alone(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	u8 *ip = world->packet + ETH_HLEN;
	struct sk_buff *skb, *clone;
	const struct poke *poke;
	sa_family_t family;
	size_t len, at;
	int i;

	for (i = 0; i < 2 * ARRAY_SIZE(pokes); i++) {
		family = i % 2 ? AF_INET6 : AF_INET;
		poke = &pokes[i / 2];
		len = vxm_kunit_plain(world, family);
		ip[family == AF_INET ? poke->at4 : poke->at6] = poke->value;
		if (family == AF_INET)
			vxm_kunit_outer_sum(world->packet);
		for (at = 0; at <= last_split(family); at += 1 + at / 4) {
			skb = split_packet(test, len, at, &clone);
			vxm_kunit_left_alone(test, skb);
			end_clone(test, clone);
		}
	}
}

/*
 * Each allocation on the way fails in turn: the packet is lost for that cause,
 * or delivered, or left alone, and then it is whole: asked again, the hook
 * takes it.
 */
static void no_memory(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	u64 packets = vxm_kunit_early(world), lost = 0;
	struct sk_buff *skb, *clone;
	struct vxm_totals totals;
	unsigned int verdict;
	int nth = 0, left;
	size_t len;

	if (vxm_kunit_fail_nth(0) < 0)
		kunit_skip(test, "no CONFIG_FAULT_INJECTION");
	len = vxm_kunit_plain(world, AF_INET);
	do {
		skb = split_packet(test, len, 3, &clone);
		vxm_kunit_fail_nth(++nth);
		verdict = vxm_kunit_ask_hook(skb);
		left = vxm_kunit_fail_nth(0);
		if (verdict == NF_STOLEN) {
			lost++;
		} else if (skb->dev == world->dev) {
			KUNIT_EXPECT_EQ(test, skb->len, VXM_KUNIT_FRAME);
			kfree_skb(skb);
		} else {
			vxm_kunit_taken(test, skb, VXM_KUNIT_FRAME);
		}
		end_clone(test, clone);

		vxm_kunit_counted(world, &totals);
		KUNIT_EXPECT_EQ(test, totals.received_packets, nth);
		KUNIT_EXPECT_EQ(test, totals.delivered_packets, nth - lost);
		KUNIT_EXPECT_EQ(test, totals.causes[VXM_CAUSE_NO_MEMORY], lost);
		KUNIT_EXPECT_EQ(test, vxm_kunit_early(world), packets + nth);
	} while (!left);
	KUNIT_EXPECT_GE(test, totals.delivered_packets, 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(split_taken, kind_gen_params),
	KUNIT_CASE_PARAM(split_left_alone, kind_gen_params),
	KUNIT_CASE_PARAM(no_memory, kind_gen_params),
	{}
};

struct kunit_suite vxm_split_suite = {
	.name = "vxm_split",
	.suite_init = vxm_kunit_world_make,
	.suite_exit = vxm_kunit_world_end,
	.init = vxm_kunit_world_reset,
	.test_cases = cases,
};
