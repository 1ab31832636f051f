// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_ingress: of what an interface hands in, the hook takes plain
 * mirror packets; of all others it changes nothing.
 */
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

#include "hook.h"
#include "host.h"
#include "outer.h"
#include "parse.h"
#include "pernet.h"
#include "port.h"
#include "suites.h"

/* Headers */

struct poke {
	u8 at;		/* from the IP header's first byte */
	u8 value;
};

struct header {
	const char *name;
	sa_family_t family;
	bool taken;
	struct poke poke[16];
	int n;
	size_t len;	/* of the frame, if not VXM_KUNIT_FRAME */
	bool bad_sum;	/* the header's */
};

#define POKE(...) { __VA_ARGS__ },					\
	sizeof((struct poke[]){ __VA_ARGS__ }) / sizeof(struct poke)
#define V4(name, taken, ...) { "IPv4: " name, AF_INET, taken, __VA_ARGS__ }
#define V6(name, taken, ...) { "IPv6: " name, AF_INET6, taken, __VA_ARGS__ }

/* IPv4: version 0, TOS 1, length 2, fragment 6, TTL 8, protocol 9, to 16 */
#define IPV4_LEN(n) { 2, (n) >> 8 }, { 3, (n) & 0xff }
#define UDP4_PORT(n) { 22, (n) >> 8 }, { 23, (n) & 0xff }
#define UDP4_LEN(n) { 24, (n) >> 8 }, { 25, (n) & 0xff }
#define IPV4_TO(a, b, c, d) { 16, a }, { 17, b }, { 18, c }, { 19, d }
/* IPv6: version 0, length 4, next header 6, hop limit 7, to 24 */
#define IPV6_LEN(n) { 4, (n) >> 8 }, { 5, (n) & 0xff }
#define UDP6_PORT(n) { 42, (n) >> 8 }, { 43, (n) & 0xff }
#define UDP6_LEN(n) { 44, (n) >> 8 }, { 45, (n) & 0xff }
#define UDP_LEN (8 + VXM_KUNIT_PAYLOAD)

static const struct header headers[] = {
	V4("plain", true),
	V4("TOS and ECN", true, POKE({ 1, 0xff })),
	V4("TTL 1", true, POKE({ 8, 1 })),
	V4("another number", true, POKE({ 4, 0x12 }, { 5, 0x34 })),
	V4("don't fragment", true, POKE({ 6, 0x40 })),
	V4("first fragment", false, POKE({ 6, 0x20 })),
	V4("later fragment", false, POKE({ 7, 1 })),
	V4("far fragment", false, POKE({ 6, 1 })),
	V4("version 6", false, POKE({ 0, 0x65 })),
	V4("version 0", false, POKE({ 0, 0x05 })),
	V4("header without its last word", false, POKE({ 0, 0x44 })),
	V4("options", false, POKE({ 0, 0x46 })),
	V4("longest header", false, POKE({ 0, 0x4f })),
	V4("TCP", false, POKE({ 9, IPPROTO_TCP })),
	V4("UDP-Lite", false, POKE({ 9, IPPROTO_UDPLITE })),
	V4("wrong checksum", false, .bad_sum = true),
	V4("says a byte more than there is", false,
	   POKE(IPV4_LEN(21 + UDP_LEN), UDP4_LEN(UDP_LEN + 1))),
	V4("says a byte less", true,
	   POKE(IPV4_LEN(19 + UDP_LEN), UDP4_LEN(UDP_LEN - 1)), VXM_KUNIT_FRAME - 1),
	V4("says much less", true,
	   POKE(IPV4_LEN(20 + 8 + 8 + 14), UDP4_LEN(8 + 8 + 14)), 14),
	V4("IP alone says a byte less", false, POKE(IPV4_LEN(19 + UDP_LEN))),
	V4("UDP alone says a byte less", false, POKE(UDP4_LEN(UDP_LEN - 1))),
	V4("UDP alone says a byte more", false, POKE(UDP4_LEN(UDP_LEN + 1))),
	V4("IP says 0", false, POKE(IPV4_LEN(0))),
	V4("UDP says 0", false, POKE(UDP4_LEN(0))),
	V4("both say 0", false, POKE(IPV4_LEN(0), UDP4_LEN(0))),
	V4("IP header alone", false, POKE(IPV4_LEN(20), UDP4_LEN(0))),
	V4("UDP header, a byte missing", false,
	   POKE(IPV4_LEN(27), UDP4_LEN(7))),
	V4("lengths that agree modulo 65536", false,
	   POKE(IPV4_LEN(19), UDP4_LEN(65535))),
	V4("the longest", false, POKE(IPV4_LEN(65535), UDP4_LEN(65515))),
	V4("next port", false, POKE(UDP4_PORT(4790))),
	V4("port 0", false, POKE(UDP4_PORT(0))),
	V4("port in the wrong byte order", false, POKE(UDP4_PORT(0xb512))),
	V4("a neighbour", false, POKE(IPV4_TO(192, 0, 2, 99))),
	V4("loopback's network", false, POKE(IPV4_TO(127, 0, 0, 2))),
	V4("0.0.0.0", false, POKE(IPV4_TO(0, 0, 0, 0))),
	V4("255.255.255.255", false, POKE(IPV4_TO(255, 255, 255, 255))),
	V4("a group", false, POKE(IPV4_TO(224, 0, 0, 1))),

	V6("plain", true),
	V6("class and flow label", true, POKE({ 0, 0x6f }, { 1, 0xff })),
	V6("hop limit 1", true, POKE({ 7, 1 })),
	V6("version 4", false, POKE({ 0, 0x40 })),
	V6("version 15", false, POKE({ 0, 0xf0 })),
	V6("hop-by-hop options", false, POKE({ 6, IPPROTO_HOPOPTS })),
	V6("destination options", false, POKE({ 6, IPPROTO_DSTOPTS })),
	V6("fragment", false, POKE({ 6, IPPROTO_FRAGMENT })),
	V6("TCP", false, POKE({ 6, IPPROTO_TCP })),
	V6("says a byte more than there is", false,
	   POKE(IPV6_LEN(UDP_LEN + 1), UDP6_LEN(UDP_LEN + 1))),
	V6("says a byte less", true,
	   POKE(IPV6_LEN(UDP_LEN - 1), UDP6_LEN(UDP_LEN - 1)), VXM_KUNIT_FRAME - 1),
	V6("says much less", true,
	   POKE(IPV6_LEN(8 + 8 + 14), UDP6_LEN(8 + 8 + 14)), 14),
	V6("IP alone says a byte less", false, POKE(IPV6_LEN(UDP_LEN - 1))),
	V6("UDP alone says a byte less", false, POKE(UDP6_LEN(UDP_LEN - 1))),
	V6("UDP alone says a byte more", false, POKE(UDP6_LEN(UDP_LEN + 1))),
	V6("both say 0", false, POKE(IPV6_LEN(0), UDP6_LEN(0))),
	V6("UDP header, a byte missing", false,
	   POKE(IPV6_LEN(7), UDP6_LEN(7))),
	V6("the longest", false, POKE(IPV6_LEN(65535), UDP6_LEN(65535))),
	V6("next port", false, POKE(UDP6_PORT(4790))),
	V6("port 0", false, POKE(UDP6_PORT(0))),
	V6("::", false, POKE({ 39, 0 })),
	V6("::2", false, POKE({ 39, 2 })),
	V6("100::1", false, POKE({ 24, 1 })),
	V6("a group", false, POKE({ 24, 0xff }, { 25, 2 })),
	V6("127.0.0.1 as IPv6", false,
	   POKE({ 34, 0xff }, { 35, 0xff }, { 36, 127 })),
};

VXM_KUNIT_TABLE(header, headers);

static void taken_or_not(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	const struct header *row = test->param_value;
	struct sk_buff *skb;
	size_t len;
	int i;

	len = vxm_kunit_plain(world, row->family);
	for (i = 0; i < row->n; i++)
		world->packet[ETH_HLEN + row->poke[i].at] = row->poke[i].value;
	if (row->family == AF_INET)
		vxm_kunit_outer_sum(world->packet);
	if (row->bad_sum)
		world->packet[ETH_HLEN + 10] ^= 1;
	skb = vxm_kunit_arrive(test, len, &vxm_kunit_linear);
	if (row->taken)
		vxm_kunit_taken(test, skb, row->len ?: VXM_KUNIT_FRAME);
	else
		vxm_kunit_left_alone(test, skb);
}

/* What the skb says of the packet */

static void other_host(struct sk_buff *skb)
{
	skb->pkt_type = PACKET_OTHERHOST;
}

static void broadcast(struct sk_buff *skb)
{
	skb->pkt_type = PACKET_BROADCAST;
}

static void multicast(struct sk_buff *skb)
{
	skb->pkt_type = PACKET_MULTICAST;
}

static void tagged(struct sk_buff *skb)
{
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), 5);
}

static void priority_tagged(struct sk_buff *skb)
{
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), 0);
}

static void super_packet(struct sk_buff *skb)
{
	skb_shinfo(skb)->gso_size = 50;
	skb_shinfo(skb)->gso_segs = 3;
	skb_shinfo(skb)->gso_type = SKB_GSO_UDP_L4;
}

static void from_reserves(struct sk_buff *skb)
{
	skb->pfmemalloc = 1;
}

static void as_arp(struct sk_buff *skb)
{
	skb->protocol = htons(ETH_P_ARP);
}

static void as_other_ip(struct sk_buff *skb)
{
	bool ipv4 = skb->protocol == htons(ETH_P_IP);

	skb->protocol = ipv4 ? htons(ETH_P_IPV6) : htons(ETH_P_IP);
}

static void marked(struct sk_buff *skb)
{
	skb->mark = 7;
	skb->priority = 7;
	skb_set_hash(skb, 7, PKT_HASH_TYPE_L4);
	skb_record_rx_queue(skb, 3);
}

struct word {
	const char *name;
	void (*say)(struct sk_buff *skb);
	bool taken;
};

static const struct word words[] = {
	{ "to another host", other_host, false },
	{ "to all", broadcast, false },
	{ "to a group", multicast, false },
	{ "VLAN tag", tagged, false },
	{ "VLAN tag 0", priority_tagged, false },
	{ "super-packet", super_packet, false },
	{ "from the memory reserves", from_reserves, false },
	{ "ARP", as_arp, false },
	{ "the other IP", as_other_ip, false },
	{ "mark, priority, hash, queue", marked, true },
};

VXM_KUNIT_TABLE(word, words);

static void metadata(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	const struct word *row = test->param_value;
	struct sk_buff *skb;
	size_t len;
	int i;

	for (i = 0; i < ARRAY_SIZE(vxm_kunit_families); i++) {
		len = vxm_kunit_plain(world, vxm_kunit_families[i].family);
		skb = vxm_kunit_arrive(test, len, &vxm_kunit_linear);
		row->say(skb);
		if (row->taken) {
			vxm_kunit_taken(test, skb, VXM_KUNIT_FRAME);
			continue;
		}
		vxm_kunit_left_alone(test, skb);
	}
}

struct csum {
	const char *name;
	bool zero;	/* in the packet */
	u8 ip_summed;
	bool valid;	/* see &sk_buff.csum_valid */
	int start;	/* of CHECKSUM_PARTIAL, from the IP header on */
	bool taken;
};

static const struct csum csums[] = {
	{ "none, and nobody looked", true, CHECKSUM_NONE, .taken = true },
	{ "none, and hardware is content", true, CHECKSUM_UNNECESSARY,
	  .taken = true },
	{ "none, and hardware has summed up", true, CHECKSUM_COMPLETE,
	  .taken = true },
	{ "none, and one to fill in", true, CHECKSUM_PARTIAL,
	  .start = 50, .taken = true },
	{ "nobody looked", false, CHECKSUM_NONE, .taken = false },
	{ "hardware is content", false, CHECKSUM_UNNECESSARY, .taken = true },
	{ "hardware has summed up", false, CHECKSUM_COMPLETE, .taken = false },
	{ "somebody has verified it", false, CHECKSUM_NONE, .valid = true,
	  .taken = true },
	{ "hardware's sum was right", false, CHECKSUM_COMPLETE, .valid = true,
	  .taken = true },
	{ "never left the host", false, CHECKSUM_PARTIAL, .start = 20,
	  .taken = true },
	{ "one to fill in before the packet", false, CHECKSUM_PARTIAL,
	  .start = -4, .taken = false },
};

VXM_KUNIT_TABLE(csum, csums);

static void checksum(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	const struct csum *row = test->param_value;
	struct sk_buff *skb;
	sa_family_t family;
	size_t len;
	int i;

	for (i = 0; i < ARRAY_SIZE(vxm_kunit_families); i++) {
		family = vxm_kunit_families[i].family;
		len = vxm_kunit_plain(world, family);
		world->packet[vxm_kunit_outer_len(family) - 1] = !row->zero;
		skb = vxm_kunit_arrive(test, len, &vxm_kunit_linear);
		skb->ip_summed = row->ip_summed;
		skb->csum_valid = row->valid;
		if (row->ip_summed == CHECKSUM_PARTIAL) {
			skb->csum_start = skb_headroom(skb) + row->start;
			skb->csum_offset = 6;
		} else {
			skb->csum = (__force __wsum)0x12345678;
		}
		if (row->taken) {
			vxm_kunit_taken(test, skb, VXM_KUNIT_FRAME);
			continue;
		}
		vxm_kunit_left_alone(test, skb);
	}
}

/* Another looks at it at the same time, which the stack does not expect. */
static void shared(struct kunit *test)
{
	struct sk_buff *skb;
	size_t len;

	len = vxm_kunit_plain(vxm_kunit_world(test), AF_INET);
	skb = skb_get(vxm_kunit_arrive(test, len, &vxm_kunit_linear));
	vxm_kunit_left_alone(test, skb);
	KUNIT_EXPECT_EQ(test, refcount_read(&skb->users), 1);
	kfree_skb(skb);
}

/* What fills a short packet up is no part of the frame. */
static void filled_up(struct kunit *test)
{
	static const size_t filled[] = { 1, 2, 18, 46, 1000 };
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct sk_buff *skb;
	sa_family_t family;
	size_t len;
	int i;

	for (i = 0; i < 2 * ARRAY_SIZE(filled); i++) {
		family = i % 2 ? AF_INET6 : AF_INET;
		len = vxm_kunit_plain(world, family);
		memset(world->packet + len, 0xee, filled[i / 2]);
		skb = vxm_kunit_arrive(test, len + filled[i / 2],
				       &vxm_kunit_linear);
		vxm_kunit_taken(test, skb, VXM_KUNIT_FRAME);
	}
}

/* Too short for its headers: it ends after each of its bytes in turn. */
static void cut_off(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct sk_buff *skb;
	sa_family_t family;
	size_t full, len;
	int i;

	for (i = 0; i < ARRAY_SIZE(vxm_kunit_families); i++) {
		family = vxm_kunit_families[i].family;
		full = vxm_kunit_plain(world, family);
		for (len = ETH_HLEN; len < full; len++) {
			skb = vxm_kunit_arrive(test, len, &vxm_kunit_linear);
			vxm_kunit_left_alone(test, skb);
		}
	}
}

/* What becomes of those that are taken */

struct fate {
	const char *name;
	u32 vni;
	u8 flags;
	size_t payload;	/* after the UDP header, if not all */
	bool down;	/* the mirror device */
	int cause;
};

static const struct fate fates[] = {
	{ "delivered", VXM_KUNIT_VNI, 0x08, VXM_KUNIT_PAYLOAD, false, VXM_PASS },
	{ "shortest frame", VXM_KUNIT_VNI, 0x08, 22, false, VXM_PASS },
	{ "unknown VNI", VXM_KUNIT_VNI + 1, 0x08, VXM_KUNIT_PAYLOAD, false,
	  VXM_CAUSE_UNKNOWN_VNI },
	{ "no flag", VXM_KUNIT_VNI, 0xf7, VXM_KUNIT_PAYLOAD, false,
	  VXM_CAUSE_NO_VNI_FLAG },
	{ "no payload", VXM_KUNIT_VNI, 0x08, 0, false,
	  VXM_CAUSE_SHORT_HEADER },
	{ "short header", VXM_KUNIT_VNI, 0x08, 7, false,
	  VXM_CAUSE_SHORT_HEADER },
	{ "short frame", VXM_KUNIT_VNI, 0x08, 21, false,
	  VXM_CAUSE_SHORT_FRAME },
	{ "device down", VXM_KUNIT_VNI, 0x08, VXM_KUNIT_PAYLOAD, true,
	  VXM_CAUSE_DEV_DOWN },
};

VXM_KUNIT_TABLE(fate, fates);

static void counted(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	const struct fate *row = test->param_value;
	bool shown = row->cause == VXM_PASS;
	struct vxm_totals totals;
	u8 payload[VXM_KUNIT_PAYLOAD];
	sa_family_t family;
	u64 early;
	size_t len;
	int i;

	if (row->down) {
		rtnl_lock();
		dev_close(world->dev);
		rtnl_unlock();
	}
	vxm_kunit_fill(world->frame, VXM_KUNIT_FRAME);
	vxm_kunit_packet(row->vni, world->frame, VXM_KUNIT_FRAME, payload);
	payload[0] = row->flags;
	for (i = 0; i < ARRAY_SIZE(vxm_kunit_families); i++) {
		family = vxm_kunit_families[i].family;
		early = vxm_kunit_early(world);
		len = vxm_kunit_outer(family, payload, row->payload,
				      world->packet);
		vxm_kunit_hand_in(vxm_kunit_arrive(test, len, &vxm_kunit_linear));
		KUNIT_EXPECT_EQ(test, vxm_kunit_early(world), early + 1);

		vxm_kunit_counted(world, &totals);
		KUNIT_EXPECT_EQ(test, totals.received_packets, i + 1);
		KUNIT_EXPECT_EQ(test, totals.delivered_packets,
				shown ? i + 1 : 0);
		KUNIT_EXPECT_EQ(test, vxm_kunit_causes(&totals),
				shown ? 0 : i + 1);
		if (!shown)
			KUNIT_EXPECT_EQ(test, totals.causes[row->cause],
					i + 1);
		KUNIT_EXPECT_EQ(test, world->n_shown, shown ? i + 1 : 0);
	}
}

/* Ports and interfaces */

static void set_front(struct vxm_port *port, enum vxm_front front)
{
	rtnl_lock();
	vxm_port_set_front(port, front);
	rtnl_unlock();
}

/* Where another port takes packets early, those of this one are left alone. */
static void front_of_each_port(struct kunit *test)
{
	const struct vxm_vni_key key = vxm_kunit_number(4790, 7);
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct vxm_kunit_request *request;
	struct sk_buff *skb;
	size_t len;

	request = kunit_kzalloc(test, sizeof(*request), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, request);
	KUNIT_ASSERT_EQ(test, vxm_kunit_add(&key, VXM_KUNIT_DEV, request), 0);
	set_front(world->port, VXM_FRONT_SOCKET);
	len = vxm_kunit_plain(world, AF_INET);
	skb = vxm_kunit_arrive(test, len, &vxm_kunit_linear);
	vxm_kunit_left_alone(test, skb);

	set_front(world->port, VXM_FRONT_AUTO);
	skb = vxm_kunit_arrive(test, len, &vxm_kunit_linear);
	vxm_kunit_taken(test, skb, VXM_KUNIT_FRAME);
	rtnl_lock();
	vxm_vni_del(vxm_vni_find(world->vn, &key));
	rtnl_unlock();
	/* the port that is gone is nobody's */
	world->packet[ETH_HLEN + 23]++;
	skb = vxm_kunit_arrive(test, len, &vxm_kunit_linear);
	vxm_kunit_left_alone(test, skb);
}

static void hooks_come_and_go(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct net_device *dev = vxm_kunit_underlay("kunit-u0");
	struct net_device *master = vxm_kunit_underlay("kunit-u1");

	if (!dev || !master)
		goto end;
	KUNIT_EXPECT_TRUE(test, vxm_kunit_has_hook(init_net.loopback_dev));
	KUNIT_EXPECT_FALSE(test, vxm_kunit_has_hook(world->dev));
	KUNIT_EXPECT_TRUE(test, vxm_kunit_has_hook(dev));

	rtnl_lock();
	KUNIT_EXPECT_EQ(test, netdev_master_upper_dev_link(dev, master, NULL,
							   NULL, NULL), 0);
	KUNIT_EXPECT_FALSE(test, vxm_kunit_has_hook(dev));
	KUNIT_EXPECT_TRUE(test, vxm_kunit_has_hook(master));
	vxm_port_set_front(world->port, VXM_FRONT_SOCKET);
	vxm_port_set_front(world->port, VXM_FRONT_AUTO);
	KUNIT_EXPECT_FALSE(test, vxm_kunit_has_hook(dev));
	KUNIT_EXPECT_TRUE(test, vxm_kunit_has_hook(master));
	netdev_upper_dev_unlink(dev, master);
	KUNIT_EXPECT_TRUE(test, vxm_kunit_has_hook(dev));
	rtnl_unlock();

	set_front(world->port, VXM_FRONT_SOCKET);
	KUNIT_EXPECT_FALSE(test, vxm_kunit_has_hook(init_net.loopback_dev));
	KUNIT_EXPECT_FALSE(test, vxm_kunit_has_hook(dev));
	set_front(world->port, VXM_FRONT_AUTO);
	KUNIT_EXPECT_TRUE(test, vxm_kunit_has_hook(init_net.loopback_dev));
	KUNIT_EXPECT_TRUE(test, vxm_kunit_has_hook(dev));
end:
	KUNIT_EXPECT_NOT_NULL(test, dev);
	KUNIT_EXPECT_NOT_NULL(test, master);
	vxm_kunit_underlay_end(dev);
	vxm_kunit_underlay_end(master);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(taken_or_not, header_gen_params),
	KUNIT_CASE_PARAM(metadata, word_gen_params),
	KUNIT_CASE_PARAM(checksum, csum_gen_params),
	KUNIT_CASE(shared),
	KUNIT_CASE(filled_up),
	KUNIT_CASE(cut_off),
	KUNIT_CASE_PARAM(counted, fate_gen_params),
	KUNIT_CASE(front_of_each_port),
	KUNIT_CASE(hooks_come_and_go),
	{}
};

struct kunit_suite vxm_ingress_suite = {
	.name = "vxm_ingress",
	.suite_init = vxm_kunit_world_make,
	.suite_exit = vxm_kunit_world_end,
	.init = vxm_kunit_world_reset,
	.test_cases = cases,
};
