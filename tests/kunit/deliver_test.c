// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_deliver: a frame that was handed over is shown once, whatever is
 * in it, and nothing else is taken for one.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/random.h>

#include "deliver.h"
#include "hook.h"
#include "suites.h"

/* world->frame, with other addresses and type, as vxm_deliver() leaves it. */
static struct sk_buff *frame_of(struct kunit *test, const u8 *to, u16 type,
				size_t len)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct sk_buff *skb;

	vxm_kunit_fill(world->frame, len);
	ether_addr_copy(world->frame, to);
	world->frame[12] = type >> 8;
	world->frame[13] = type;
	skb = vxm_kunit_skb(world->frame, len, &vxm_kunit_linear,
			    &world->pages);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	skb->dev = world->dev;
	skb->pkt_type = PACKET_OTHERHOST;
	skb->protocol = 0;
	return skb;
}

static rx_handler_result_t ask_handler(struct sk_buff **skb)
{
	rx_handler_result_t result;

	local_bh_disable();
	rcu_read_lock();
	result = rcu_dereference((*skb)->dev->rx_handler)(skb);
	rcu_read_unlock();
	local_bh_enable();
	return result;
}

static const u8 another[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };

/* The second time it is a frame like others, and its end. */
static void once(struct kunit *test)
{
	struct sk_buff *skb = frame_of(test, another, ETH_P_IP, 60);
	struct sk_buff *same = skb_get(skb);

	vxm_packet(skb)->handed_over = vxm_handed_over;
	KUNIT_EXPECT_EQ(test, (int)ask_handler(&skb), (int)RX_HANDLER_ANOTHER);
	KUNIT_EXPECT_PTR_EQ(test, skb, same);
	KUNIT_EXPECT_PTR_EQ(test, skb->dev, vxm_kunit_world(test)->dev);
	KUNIT_EXPECT_EQ(test, refcount_read(&same->users), 2);
	KUNIT_EXPECT_EQ(test, (int)ask_handler(&skb), (int)RX_HANDLER_CONSUMED);
	KUNIT_EXPECT_EQ(test, refcount_read(&same->users), 1);
	kfree_skb(same);
}

/* A frame with that control block came to the device by itself. */
static void not_taken(struct kunit *test, const u8 *cb)
{
	struct sk_buff *skb = frame_of(test, another, ETH_P_IP, 60);
	struct sk_buff *same = skb_get(skb);

	memcpy(skb->cb, cb, sizeof(skb->cb));
	KUNIT_EXPECT_EQ(test, (int)ask_handler(&skb), (int)RX_HANDLER_CONSUMED);
	KUNIT_EXPECT_EQ(test, refcount_read(&same->users), 1);
	kfree_skb(same);
}

static void other_control_blocks(struct kunit *test)
{
	const u64 tokens[] = {
		0, ~0ULL, ~vxm_handed_over, vxm_handed_over + 1,
		vxm_handed_over - 1, swab64(vxm_handed_over),
		vxm_handed_over & U32_MAX, vxm_handed_over & ~(u64)U32_MAX,
	};
	u8 cb[sizeof_field(struct sk_buff, cb)];
	struct vxm_packet *packet = (void *)cb;
	size_t at;
	int i;

	for (i = 0; i < 256; i += 5) {
		memset(cb, i, sizeof(cb));
		not_taken(test, cb);
	}
	for (i = 0; i < ARRAY_SIZE(tokens); i++) {
		memset(cb, 0, sizeof(cb));
		packet->handed_over = tokens[i];
		not_taken(test, cb);
	}
	/* in the wrong place */
	for (at = 0; at + sizeof(vxm_handed_over) <= sizeof(cb); at++) {
		if (at == offsetof(struct vxm_packet, handed_over))
			continue;
		memset(cb, 0, sizeof(cb));
		memcpy(cb + at, &vxm_handed_over, sizeof(vxm_handed_over));
		not_taken(test, cb);
	}
	for (i = 0; i < 1000; i++) {
		get_random_bytes(cb, sizeof(cb));
		not_taken(test, cb);
	}
}

/* By itself it is shown and ends: the stack that goes on with it is no loop. */
static void of_its_own(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct sk_buff *skb = frame_of(test, another, ETH_P_IP, 60);

	skb->protocol = eth_type_trans(skb, world->dev);
	get_random_bytes(skb->cb, sizeof(skb->cb));
	vxm_kunit_hand_in(skb_get(skb));
	KUNIT_EXPECT_EQ(test, world->n_shown, 1);
	KUNIT_EXPECT_EQ(test, world->shown[0].len, 60);
	KUNIT_EXPECT_EQ(test, refcount_read(&skb->users), 1);
	kfree_skb(skb);
}

/* Nobody can know it, and after a reload it is another. */
static void token_is_random(struct kunit *test)
{
	u64 seen[8];
	int i, j;

	for (i = 0; i < ARRAY_SIZE(seen); i++) {
		seen[i] = vxm_handed_over;
		KUNIT_EXPECT_NE(test, seen[i], 0ULL);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_NE(test, seen[i], seen[j]);
		vxm_deliver_init();
	}
}

struct to {
	const char *name;
	u8 flip[ETH_ALEN];	/* bits that differ from the device's own */
	bool broadcast;
};

static const struct to tos[] = {
	{ "the device's own address", {} },
	{ "one that differs in its first byte", { 0x10 } },
	{ "one that differs in its last byte", { 0, 0, 0, 0, 0, 1 } },
	{ "one that differs in its middle", { 0, 0, 0, 0x80 } },
	{ "a group", { 1 } },
	{ "a group far away", { 1, 1, 1, 1, 1, 1 } },
	{ "all", {}, true },
};

VXM_KUNIT_TABLE(to, tos);

static void address_of(const struct to *row, const struct net_device *dev,
		       u8 *to)
{
	int i;

	for (i = 0; i < ETH_ALEN; i++)
		to[i] = dev->dev_addr[i] ^ row->flip[i];
	if (row->broadcast)
		eth_broadcast_addr(to);
}

/* Lengths of 802.3, the first types, types with and without meaning. */
static const u16 types[] = {
	0, 1, 46, 1500, 1501, 1535, 1536, 1537, ETH_P_IP, ETH_P_ARP,
	ETH_P_IPV6, ETH_P_8021Q, ETH_P_8021AD, ETH_P_QINQ1, ETH_P_MPLS_UC,
	ETH_P_PPP_SES, ETH_P_LOOPBACK, 0x1234, 65535,
};

static const size_t lens[] = { 14, 15, 16, 17, 18, 19, 20, 60, 1514 };

/*
 * What eth_type_trans() would say of a packet for another host, but that a
 * short tag is not one.
 */
static void check_header(struct kunit *test, struct sk_buff *skb,
			 struct sk_buff *copy)
{
	__be16 want;

	copy->pkt_type = PACKET_OTHERHOST;
	want = eth_type_trans(copy, skb->dev);
	if (eth_type_vlan(want) && copy->len < VLAN_HLEN + 2)
		want = htons(ETH_P_802_3);
	KUNIT_EXPECT_EQ(test, ntohs(skb->protocol), ntohs(want));
	KUNIT_EXPECT_TRUE(test, skb->pkt_type == copy->pkt_type);
	KUNIT_EXPECT_EQ(test, skb->len, copy->len);
	KUNIT_EXPECT_EQ(test, skb_mac_offset(skb), -ETH_HLEN);
	KUNIT_EXPECT_EQ(test, skb_network_offset(skb), 0);
	KUNIT_EXPECT_EQ(test, skb_transport_offset(skb), 0);
}

static void handed_over(struct kunit *test, const u8 *to, u16 type, size_t len,
			bool raw)
{
	struct sk_buff *skb = frame_of(test, to, type, len), *copy;

	/* Novell's frames without an 802.2 header */
	if (raw && len >= ETH_HLEN + 2)
		memset(skb->data + ETH_HLEN, 0xff, 2);
	copy = skb_copy(skb, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, copy);
	vxm_packet(skb)->handed_over = vxm_handed_over;
	KUNIT_EXPECT_EQ(test, (int)ask_handler(&skb), (int)RX_HANDLER_ANOTHER);
	check_header(test, skb, copy);
	kfree_skb(copy);
	kfree_skb(skb);
}

static void as_eth_type_trans(struct kunit *test)
{
	u8 to[ETH_ALEN];
	int i, j;

	address_of(test->param_value, vxm_kunit_world(test)->dev, to);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		for (j = 0; j < ARRAY_SIZE(lens); j++) {
			handed_over(test, to, types[i], lens[j], false);
			handed_over(test, to, types[i], lens[j], true);
		}
	}
}

/* The same by the other way, without being handed over: readers see it. */
static void as_eth_type_trans_nested(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct vxm_kunit_shown *shown = &world->shown[0];
	struct sk_buff *skb, *copy;
	u8 to[ETH_ALEN];
	int i, j;

	address_of(test->param_value, world->dev, to);
	for (i = 0; i < ARRAY_SIZE(types) * ARRAY_SIZE(lens); i++) {
		j = i / ARRAY_SIZE(lens);
		/* the stack takes the tag off before readers see the frame */
		if (eth_type_vlan(htons(types[j])))
			continue;
		skb = frame_of(test, to, types[j], lens[i % ARRAY_SIZE(lens)]);
		copy = skb_copy(skb, GFP_KERNEL);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, copy);
		copy->pkt_type = PACKET_OTHERHOST;
		world->n_shown = 0;
		local_bh_disable();
		vxm_deliver_nested(skb);
		local_bh_enable();
		KUNIT_EXPECT_EQ(test, world->n_shown, 1);
		KUNIT_EXPECT_EQ(test, ntohs(shown->protocol),
				ntohs(eth_type_trans(copy, world->dev)));
		KUNIT_EXPECT_TRUE(test, shown->pkt_type == copy->pkt_type);
		kfree_skb(copy);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(once),
	KUNIT_CASE(other_control_blocks),
	KUNIT_CASE(of_its_own),
	KUNIT_CASE(token_is_random),
	KUNIT_CASE_PARAM(as_eth_type_trans, to_gen_params),
	KUNIT_CASE_PARAM(as_eth_type_trans_nested, to_gen_params),
	{}
};

struct kunit_suite vxm_deliver_suite = {
	.name = "vxm_deliver",
	.suite_init = vxm_kunit_world_make,
	.suite_exit = vxm_kunit_world_end,
	.init = vxm_kunit_world_reset,
	.test_cases = cases,
};
