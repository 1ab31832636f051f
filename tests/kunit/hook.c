// SPDX-License-Identifier: GPL-2.0
/*
 * The ingress front's hook, asked alone or by the whole stack.
 */
#include <linux/netfilter.h>
#include <net/net_namespace.h>

#include "hook.h"
#include "outer.h"
#include "pernet.h"
#include "port.h"

/* Context: RCU. */
static const struct nf_hook_entry *hook_of(const struct net_device *dev)
{
	const struct nf_hook_entries *hooks =
		rcu_dereference(dev->nf_hooks_ingress);
	int i;

	for (i = 0; hooks && i < hooks->num_hook_entries; i++)
		if (hooks->hooks[i].priv == vxm_net(&init_net))
			return &hooks->hooks[i];
	return NULL;
}

/**
 * vxm_kunit_has_hook() - are packets of an interface seen early?
 * @dev: the interface, of the first namespace
 *
 * Return: true if they are.
 */
bool vxm_kunit_has_hook(const struct net_device *dev)
{
	bool found;

	rcu_read_lock();
	found = hook_of(dev);
	rcu_read_unlock();
	return found;
}

/**
 * vxm_kunit_ask_hook() - the hook alone, as the stack would ask it
 * @skb: the packet
 *
 * Return: NF_ACCEPT; or NF_STOLEN, the skb is then gone.
 */
unsigned int vxm_kunit_ask_hook(struct sk_buff *skb)
{
	struct nf_hook_state state = {
		.hook = NF_NETDEV_INGRESS,
		.pf = NFPROTO_NETDEV,
		.in = skb->dev,
		.net = &init_net,
	};
	unsigned int verdict;

	local_bh_disable();
	rcu_read_lock();
	verdict = nf_hook_entry_hookfn(hook_of(skb->dev), skb, &state);
	rcu_read_unlock();
	local_bh_enable();
	return verdict;
}

/**
 * vxm_kunit_hand_in() - a packet for the stack, as from a driver
 * @skb: the packet; is taken
 */
void vxm_kunit_hand_in(struct sk_buff *skb)
{
	local_bh_disable();
	netif_receive_skb(skb);
	local_bh_enable();
}

/**
 * vxm_kunit_early() - what has come to port 4789 by the ingress front
 * @world: the test's world
 *
 * Return: packets.
 */
u64 vxm_kunit_early(struct vxm_kunit_world *world)
{
	u64 early, socket;

	vxm_port_sum(world->port, &early, &socket);
	return early;
}

/* Everything in the linear part. */
const struct vxm_kunit_layout vxm_kunit_linear = {
	.headroom = VXM_KUNIT_HEADROOM,
	.head = VXM_KUNIT_FRAME_MAX,
};

/**
 * vxm_kunit_plain() - write a plain mirror packet for %VXM_KUNIT_VNI
 * @world: its frame becomes one of no protocol, its packet what it is in
 * @family: of the outer header
 *
 * Return: the packet's length.
 */
size_t vxm_kunit_plain(struct vxm_kunit_world *world, sa_family_t family)
{
	u8 payload[VXM_KUNIT_PAYLOAD];

	vxm_kunit_fill(world->frame, VXM_KUNIT_FRAME);
	vxm_kunit_packet(VXM_KUNIT_VNI, world->frame, VXM_KUNIT_FRAME, payload);
	return vxm_kunit_outer(family, payload, sizeof(payload), world->packet);
}

/**
 * vxm_kunit_arrive() - the world's packet in an skb, on the loopback device
 * @test: the test
 * @len: its length
 * @layout: see vxm_kunit_outer_skb()
 *
 * Return: the skb.
 */
struct sk_buff *vxm_kunit_arrive(struct kunit *test, size_t len,
				 const struct vxm_kunit_layout *layout)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct sk_buff *skb;

	skb = vxm_kunit_outer_skb(world->packet, len, layout,
				  init_net.loopback_dev, &world->pages);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	/* what somebody else may have left there */
	memset(skb->cb, 0x5a, sizeof(skb->cb));
	return skb;
}

/* Is the packet what it was? */
static void same_packet(struct kunit *test, const struct sk_buff *skb,
			const struct sk_buff *before)
{
	size_t len = ETH_HLEN + before->len;
	u8 *bytes = kunit_kmalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bytes);
	KUNIT_ASSERT_EQ(test, skb->len, before->len);
	KUNIT_ASSERT_EQ(test, skb_mac_offset(skb), -ETH_HLEN);
	KUNIT_EXPECT_EQ(test, skb_network_offset(skb), 0);
	KUNIT_EXPECT_EQ(test, skb_copy_bits(skb, -ETH_HLEN, bytes, len), 0);
	KUNIT_EXPECT_EQ(test, memcmp(bytes, vxm_kunit_world(test)->packet, len),
			0);
	KUNIT_EXPECT_PTR_EQ(test, skb->dev, before->dev);
	KUNIT_EXPECT_EQ(test, skb->protocol, before->protocol);
	KUNIT_EXPECT_TRUE(test, skb->pkt_type == before->pkt_type);
	KUNIT_EXPECT_TRUE(test, skb->ip_summed == before->ip_summed);
	KUNIT_EXPECT_EQ(test, skb->csum, before->csum);
	KUNIT_EXPECT_EQ(test, memcmp(skb->cb, before->cb, sizeof(skb->cb)), 0);
	kunit_kfree(test, bytes);
}

/**
 * vxm_kunit_left_alone() - the hook leaves a packet alone
 * @test: the test
 * @skb: the packet, the world's; is freed
 *
 * One whose headers are not linear it may pull: else not even the skb's own
 * bytes change.
 */
void vxm_kunit_left_alone(struct kunit *test, struct sk_buff *skb)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	u64 early = vxm_kunit_early(world);
	struct skb_shared_info shared;
	struct sk_buff *before;

	before = kunit_kmalloc(test, sizeof(*before), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, before);
	memcpy(before, skb, sizeof(*skb));
	memcpy(&shared, skb_shinfo(skb), sizeof(shared));

	KUNIT_ASSERT_EQ(test, vxm_kunit_ask_hook(skb), NF_ACCEPT);
	KUNIT_EXPECT_EQ(test, vxm_kunit_early(world), early);
	same_packet(test, skb, before);
	if (!before->data_len) {
		KUNIT_EXPECT_EQ(test, memcmp(skb, before, sizeof(*skb)), 0);
		KUNIT_EXPECT_EQ(test, memcmp(skb_shinfo(skb), &shared,
					     sizeof(shared)), 0);
	}
	kfree_skb(skb);
	kunit_kfree(test, before);
}

/**
 * vxm_kunit_taken() - the hook takes a packet, and its frame is shown, once
 * @test: the test
 * @skb: the packet; is taken
 * @len: length of the frame, the beginning of the world's
 */
void vxm_kunit_taken(struct kunit *test, struct sk_buff *skb, size_t len)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct vxm_kunit_shown *shown = &world->shown[0];
	u64 early = vxm_kunit_early(world);

	memset(shown, 0, sizeof(*shown));
	world->n_shown = 0;
	vxm_kunit_hand_in(skb);
	KUNIT_EXPECT_EQ(test, vxm_kunit_early(world), early + 1);
	KUNIT_EXPECT_EQ(test, world->n_shown, 1);
	KUNIT_EXPECT_EQ(test, shown->len, len);
	KUNIT_EXPECT_EQ(test, memcmp(shown->bytes, world->frame, len), 0);
}
