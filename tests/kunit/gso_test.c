// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_gso: on virtual links a mirror packet can carry a super-packet; it
 * is shown as the frames of a wire, each whole and with a right checksum.
 */
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip6_checksum.h>

#include "parse.h"
#include "suites.h"
#include "world.h"

#define MSS 500
#define TCP_SEQ 0x01020304

struct super {
	const char *name;
	struct vxm_kunit_flow flow;
	unsigned int type;	/* for skb_shared_info.gso_type */
	size_t linear;		/* bytes of payload that are linear */
	bool cloned;
	int frames;		/* 0: none, for BAD_GSO */
};

#define TAG .tags = { ETH_P_8021Q }
#define TAGS .tags = { ETH_P_8021AD, ETH_P_8021Q }
#define TCP4 .name = NULL, .type = ETH_P_IP, .protocol = IPPROTO_TCP, \
	     .from = 1, .to = 2, .source = 80, .dest = 40000
#define TCP6 .name = NULL, .type = ETH_P_IPV6, .protocol = IPPROTO_TCP, \
	     .from = 1, .to = 2, .source = 80, .dest = 40000
#define UDP4 .name = NULL, .type = ETH_P_IP, .protocol = IPPROTO_UDP, \
	     .from = 1, .to = 2, .source = 443, .dest = 40000
#define UDP6 .name = NULL, .type = ETH_P_IPV6, .protocol = IPPROTO_UDP, \
	     .from = 1, .to = 2, .source = 443, .dest = 40000

static const struct super supers[] = {
	{ "TCP over IPv4, linear", { TCP4, .payload = 1200 },
	  SKB_GSO_UDP_TUNNEL | SKB_GSO_TCPV4, 1200, false, 3 },
	{ "TCP over IPv4, in fragments", { TCP4, .payload = 1200 },
	  SKB_GSO_UDP_TUNNEL | SKB_GSO_TCPV4, 0, false, 3 },
	{ "TCP over IPv4, cloned", { TCP4, .payload = 1200 },
	  SKB_GSO_UDP_TUNNEL | SKB_GSO_TCPV4, 0, true, 3 },
	{ "TCP over IPv4, outer checksum", { TCP4, .payload = 1200 },
	  SKB_GSO_UDP_TUNNEL_CSUM | SKB_GSO_TCPV4, 100, false, 3 },
	{ "TCP over IPv4, from a guest", { TCP4, .payload = 1200 },
	  SKB_GSO_UDP_TUNNEL | SKB_GSO_TCPV4 | SKB_GSO_DODGY, 0, false, 3 },
	{ "TCP over IPv4, last one full", { TCP4, .payload = 2 * MSS },
	  SKB_GSO_UDP_TUNNEL | SKB_GSO_TCPV4, 0, false, 2 },
	{ "TCP over IPv4, last one of a byte", { TCP4, .payload = MSS + 1 },
	  SKB_GSO_UDP_TUNNEL | SKB_GSO_TCPV4, 0, false, 2 },
	{ "TCP over IPv6", { TCP6, .payload = 1200 },
	  SKB_GSO_UDP_TUNNEL | SKB_GSO_TCPV6, 0, false, 3 },
	{ "UDP over IPv4", { UDP4, .payload = 1200 },
	  SKB_GSO_UDP_TUNNEL | SKB_GSO_UDP_L4, 0, false, 3 },
	{ "UDP over IPv6", { UDP6, .payload = 1200 },
	  SKB_GSO_UDP_TUNNEL | SKB_GSO_UDP_L4, 1200, false, 3 },
	{ "TCP over IPv4 in 802.1Q", { TAG, TCP4, .payload = 1200 },
	  SKB_GSO_UDP_TUNNEL | SKB_GSO_TCPV4, 0, false, 3 },
	{ "TCP over IPv6 in 802.1Q, cloned", { TAG, TCP6, .payload = 1200 },
	  SKB_GSO_UDP_TUNNEL | SKB_GSO_TCPV6, 0, true, 3 },
	{ "TCP over IPv4 in 2 tags", { TAGS, TCP4, .payload = 1200 },
	  SKB_GSO_UDP_TUNNEL | SKB_GSO_TCPV4, 0, false, 3 },

	/* what a hostile guest, or a driver's bug, says and the bytes do not */
	{ "bad: type of the other family", { TCP4, .payload = 1200 },
	  SKB_GSO_UDP_TUNNEL | SKB_GSO_TCPV6, 0, false, 0 },
	{ "bad: TCP by type, UDP by header", { UDP4, .payload = 1200 },
	  SKB_GSO_UDP_TUNNEL | SKB_GSO_TCPV4, 0, false, 0 },
	{ "bad: not IP", { .name = NULL, .type = ETH_P_ARP, .payload = 1200 },
	  SKB_GSO_UDP_TUNNEL | SKB_GSO_TCPV4, 1200, false, 0 },
	{ "bad: not IP, cloned",
	  { .name = NULL, .type = ETH_P_ARP, .payload = 1200 },
	  SKB_GSO_UDP_TUNNEL | SKB_GSO_TCPV4, 1200, true, 0 },
	{ "bad: an Ethernet header alone", { .name = NULL, .type = ETH_P_IP + 1 },
	  SKB_GSO_UDP_TUNNEL | SKB_GSO_TCPV4, 0, false, 0 },
};

VXM_KUNIT_TABLE(super, supers);

/* Of what is after the IP header: 0 when the checksum in it is right. */
static __sum16 l4_sum(const struct vxm_kunit_flow *flow, const u8 *frame,
		      size_t len, bool with_bytes)
{
	size_t l3 = vxm_kunit_l3(flow), l4 = vxm_kunit_l4(flow);
	__wsum sum = with_bytes ? csum_partial(frame + l4, len - l4, 0) : 0;
	struct in6_addr from6, to6;
	__be32 from, to;

	if (flow->type == ETH_P_IP) {
		memcpy(&from, frame + l3 + 12, sizeof(from));
		memcpy(&to, frame + l3 + 16, sizeof(to));
		return csum_tcpudp_magic(from, to, len - l4, flow->protocol,
					 sum);
	}
	memcpy(&from6, frame + l3 + 8, sizeof(from6));
	memcpy(&to6, frame + l3 + 24, sizeof(to6));
	return csum_ipv6_magic(&from6, &to6, len - l4, flow->protocol, sum);
}

static bool is_ip(const struct vxm_kunit_flow *flow)
{
	return flow->type == ETH_P_IP || flow->type == ETH_P_IPV6;
}

static size_t csum_offset(const struct vxm_kunit_flow *flow)
{
	return flow->protocol == IPPROTO_TCP ? offsetof(struct tcphdr, check) :
					       offsetof(struct udphdr, check);
}

/* The frame as a sending host has it: the checksum left to hardware. */
static size_t super_frame(const struct vxm_kunit_flow *flow, u8 *frame)
{
	size_t len = vxm_kunit_frame(flow, frame);
	__be32 seq = htonl(TCP_SEQ);
	size_t l4;
	u16 sum;

	if (!is_ip(flow))
		return len;
	l4 = vxm_kunit_l4(flow);
	if (flow->protocol == IPPROTO_TCP)
		memcpy(frame + l4 + 4, &seq, sizeof(seq));
	sum = (__force u16)~l4_sum(flow, frame, len, false);
	memcpy(frame + l4 + csum_offset(flow), &sum, sizeof(sum));
	return len;
}

/* A packet with it, and somebody else's clone of that, if there is one. */
static struct sk_buff *super_packet(struct kunit *test,
				    const struct super *super, size_t len,
				    struct sk_buff **clone)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct vxm_kunit_layout layout = {
		.headroom = VXM_KUNIT_HEADROOM,
		.head = VXM_VXLAN_HLEN + len - super->flow.payload +
			super->linear,
		.frags = { 333, VXM_KUNIT_FRAME_MAX },
	};
	struct sk_buff *skb;

	len = vxm_kunit_packet(VXM_KUNIT_VNI, world->frame, len, world->packet);
	skb = vxm_kunit_skb(world->packet, len, &layout, &world->pages);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	skb->encapsulation = 1;
	skb_shinfo(skb)->gso_type = super->type;
	skb_shinfo(skb)->gso_size = MSS;
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(super->flow.payload, MSS);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + VXM_VXLAN_HLEN +
			  (is_ip(&super->flow) ? vxm_kunit_l4(&super->flow) :
						 ETH_HLEN);
	skb->csum_offset = csum_offset(&super->flow);
	*clone = super->cloned ? skb_clone(skb, GFP_KERNEL) : NULL;
	return skb;
}

static u16 get16(const u8 *p)
{
	return p[0] << 8 | p[1];
}

/* The nth frame of a wire: lengths, checksums, and its part of the payload. */
static void check_frame(struct kunit *test, const struct super *super,
			size_t len, int n)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	const struct vxm_kunit_flow *flow = &super->flow;
	size_t l3 = vxm_kunit_l3(flow), l4 = vxm_kunit_l4(flow);
	size_t headers = len - flow->payload;
	size_t part = min_t(size_t, MSS, flow->payload - n * MSS);
	const u8 *payload = world->frame + headers + n * MSS;
	const u8 *bytes = world->shown[n].bytes;
	size_t shown = world->shown[n].len;
	u32 seq;

	KUNIT_ASSERT_EQ(test, shown, headers + part);
	KUNIT_EXPECT_FALSE(test, world->shown[n].gso);
	KUNIT_EXPECT_EQ(test, memcmp(bytes, world->frame, l3), 0);
	KUNIT_EXPECT_EQ(test, memcmp(bytes + headers, payload, part), 0);
	if (flow->type == ETH_P_IP) {
		KUNIT_EXPECT_EQ(test, get16(bytes + l3 + 2), shown - l3);
		KUNIT_EXPECT_EQ(test, (__force u16)
				ip_fast_csum(bytes + l3, 5), 0);
	} else {
		KUNIT_EXPECT_EQ(test, get16(bytes + l3 + 4), shown - l4);
	}
	KUNIT_EXPECT_EQ(test, (__force u16)l4_sum(flow, bytes, shown, true), 0);
	if (flow->protocol == IPPROTO_TCP) {
		seq = get16(bytes + l4 + 4) << 16 | get16(bytes + l4 + 6);
		KUNIT_EXPECT_EQ(test, seq, TCP_SEQ + n * MSS);
	} else {
		KUNIT_EXPECT_EQ(test, get16(bytes + l4 + 4), shown - l4);
	}
}

static void cut_into_frames(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	const struct super *super = test->param_value;
	struct vxm_totals totals, want = {};
	struct sk_buff *skb, *clone;
	size_t len;
	int n;

	len = super_frame(&super->flow, world->frame);
	skb = super_packet(test, super, len, &clone);
	vxm_kunit_receive(world, skb);
	if (clone) {
		/* still what it was: a super-packet with its tunnel */
		KUNIT_EXPECT_EQ(test, skb_shinfo(clone)->gso_type, super->type);
		kfree_skb(clone);
	}
	KUNIT_EXPECT_EQ(test, vxm_kunit_pages_held(&world->pages), 0);

	KUNIT_ASSERT_EQ(test, world->n_shown, super->frames);
	for (n = 0; n < super->frames; n++) {
		check_frame(test, super, len, n);
		want.received_bytes += world->shown[n].len;
	}
	want.received_packets = super->frames;
	want.delivered_packets = super->frames;
	want.delivered_bytes = want.received_bytes;
	if (!super->frames) {
		want.received_packets = 1;
		want.received_bytes = len;
		want.causes[VXM_CAUSE_BAD_GSO] = 1;
	}
	vxm_kunit_counted(world, &totals);
	KUNIT_EXPECT_EQ(test, memcmp(&totals, &want, sizeof(want)), 0);
}

/* Merged by its outer header, then cut again: only the mark has stayed. */
static void outer_gso_forgotten(struct kunit *test)
{
	static const struct super super = {
		.flow = { TCP4, .payload = 1200 },
		.type = SKB_GSO_UDP_L4,
	};
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct sk_buff *skb, *clone;
	size_t len;

	len = vxm_kunit_frame(&super.flow, world->frame);
	skb = super_packet(test, &super, len, &clone);
	skb->ip_summed = CHECKSUM_NONE;
	vxm_kunit_receive(world, skb);
	KUNIT_EXPECT_EQ(test, vxm_kunit_pages_held(&world->pages), 0);
	KUNIT_ASSERT_EQ(test, world->n_shown, 1);
	KUNIT_ASSERT_EQ(test, world->shown[0].len, len);
	KUNIT_EXPECT_EQ(test, memcmp(world->shown[0].bytes, world->frame, len),
			0);
	KUNIT_EXPECT_FALSE(test, world->shown[0].gso);
}

/*
 * Each allocation on the way fails in turn: all frames, or one packet for want
 * of memory; and no page is lost.
 */
static void no_memory(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	const struct super *super = test->param_value;
	struct sk_buff *skb, *clone;
	struct vxm_totals totals;
	u64 nth = 0, failed;
	int left;

	if (vxm_kunit_fail_nth(0) < 0)
		kunit_skip(test, "no CONFIG_FAULT_INJECTION");
	do {
		skb = super_packet(test, super,
				   super_frame(&super->flow, world->frame),
				   &clone);
		vxm_kunit_fail_nth(++nth);
		vxm_kunit_receive(world, skb);
		left = vxm_kunit_fail_nth(0);
		kfree_skb(clone);
		KUNIT_EXPECT_EQ(test, vxm_kunit_pages_held(&world->pages), 0);

		vxm_kunit_counted(world, &totals);
		failed = totals.causes[VXM_CAUSE_NO_MEMORY];
		KUNIT_EXPECT_EQ(test, totals.received_packets,
				totals.delivered_packets +
				vxm_kunit_causes(&totals));
		KUNIT_EXPECT_EQ(test, totals.received_packets, failed +
				(nth - failed) * (super->frames ?: 1));
	} while (!left);
	KUNIT_EXPECT_EQ(test, failed > 0, super->frames || super->cloned);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(cut_into_frames, super_gen_params),
	KUNIT_CASE(outer_gso_forgotten),
	KUNIT_CASE_PARAM(no_memory, super_gen_params),
	{}
};

struct kunit_suite vxm_gso_suite = {
	.name = "vxm_gso",
	.suite_init = vxm_kunit_world_make,
	.suite_exit = vxm_kunit_world_end,
	.init = vxm_kunit_world_reset,
	.test_cases = cases,
};
