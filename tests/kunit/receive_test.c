// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_receive: the whole way of a mirror packet, from a front to a
 * reader: what is shown, what of the outer packet is forgotten, what counts.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/in.h>
#include <linux/prandom.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

#include "device.h"
#include "flow.h"
#include "parse.h"
#include "pernet.h"
#include "port.h"
#include "suites.h"
#include "world.h"

#define FLAG 0x08
#define VXLAN VXM_VXLAN_HLEN
#define FRAME 100
#define UNKNOWN_VNI (VXM_KUNIT_VNI + 1)

static void set_up(struct vxm_kunit_world *world, bool up)
{
	rtnl_lock();
	if (up)
		dev_open(world->dev, NULL);
	else
		dev_close(world->dev);
	rtnl_unlock();
}

static u32 session_packets(struct vxm_kunit_world *world)
{
	struct vxm_source source = {
		.addr.s6_addr = { 192, 0, 2, 1 },
		.vni = VXM_KUNIT_VNI,
		.port = VXM_PORT_DEFAULT,
		.family = AF_INET,
	};
	struct vxm_sessions *s = &world->vn->sessions;
	struct vxm_session_totals totals = {};
	struct vxm_session *session;

	mutex_lock(&s->mutex);
	session = vxm_session_find(s, &source);
	if (session)
		vxm_session_sum(session, &totals);
	mutex_unlock(&s->mutex);
	return totals.packets;
}

static const struct vxm_kunit_layout layouts[] = {
	{ .headroom = VXM_KUNIT_HEADROOM, .head = VXM_KUNIT_FRAME_MAX },
	/* nothing linear, and the VXLAN header in three pieces */
	{ .frags = { 1, 4, VXM_KUNIT_FRAME_MAX } },
};

struct packet {
	const char *name;
	u8 flags;
	u32 vni;
	size_t len;	/* of what follows the outer UDP header */
	bool down;	/* the mirror device */
	int verdict;
	size_t bytes;	/* that it counts as */
	bool of_entry;	/* that counts it */
};

static const struct packet packets[] = {
	{ "delivered", FLAG, VXM_KUNIT_VNI, VXLAN + FRAME, false, VXM_PASS,
	  FRAME, true },
	{ "delivered, 14 bytes", FLAG, VXM_KUNIT_VNI, VXLAN + 14, false,
	  VXM_PASS, 14, true },
	{ "delivered, reserved bits", 0xff, VXM_KUNIT_VNI, VXLAN + FRAME, false,
	  VXM_PASS, FRAME, true },
	{ "empty", FLAG, VXM_KUNIT_VNI, 0, false, VXM_CAUSE_SHORT_HEADER, 0,
	  false },
	{ "header, a byte missing", FLAG, VXM_KUNIT_VNI, 7, false,
	  VXM_CAUSE_SHORT_HEADER, 7, false },
	{ "no flag", 0, VXM_KUNIT_VNI, VXLAN + FRAME, false,
	  VXM_CAUSE_NO_VNI_FLAG, VXLAN + FRAME, false },
	{ "all other flags", 0xff & ~FLAG, VXM_KUNIT_VNI, VXLAN + FRAME, false,
	  VXM_CAUSE_NO_VNI_FLAG, VXLAN + FRAME, false },
	{ "no frame", FLAG, VXM_KUNIT_VNI, VXLAN, false, VXM_CAUSE_SHORT_FRAME,
	  VXLAN, false },
	{ "frame, a byte missing", FLAG, VXM_KUNIT_VNI, VXLAN + 13, false,
	  VXM_CAUSE_SHORT_FRAME, VXLAN + 13, false },
	{ "unknown VNI", FLAG, UNKNOWN_VNI, VXLAN + FRAME, false,
	  VXM_CAUSE_UNKNOWN_VNI, FRAME, false },
	{ "device down", FLAG, VXM_KUNIT_VNI, VXLAN + FRAME, true,
	  VXM_CAUSE_DEV_DOWN, FRAME, true },
};

VXM_KUNIT_TABLE(packet, packets);

/* The packet comes; its inner frame is no IP packet. */
static void come(struct kunit *test, const struct packet *row, int layout)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct sk_buff *skb;

	vxm_kunit_fill(world->frame, FRAME);
	vxm_kunit_packet(row->vni, world->frame, FRAME, world->packet);
	world->packet[0] = row->flags;
	skb = vxm_kunit_skb(world->packet, row->len, &layouts[layout],
			    &world->pages);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	vxm_kunit_receive(world, skb);
	KUNIT_EXPECT_EQ(test, vxm_kunit_pages_held(&world->pages), 0);
}

/* What is to be counted for it. */
static void want_more(struct vxm_totals *want, const struct packet *row)
{
	want->received_packets++;
	want->received_bytes += row->bytes;
	if (row->verdict == VXM_PASS) {
		want->delivered_packets++;
		want->delivered_bytes += row->bytes;
	} else {
		want->causes[row->verdict]++;
	}
}

/* It counts once as received and once as what became of it, in one place. */
static void counted_once(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct vxm_totals totals, before = {}, want = {};
	const struct packet *row = test->param_value;
	int i;

	set_up(world, !row->down);
	vxm_counters_sum(&before, world->vn->counters);
	for (i = 0; i < ARRAY_SIZE(layouts); i++) {
		come(test, row, i);
		want_more(&want, row);
		if (row->verdict != VXM_PASS)
			continue;
		KUNIT_EXPECT_EQ(test, world->shown[i].len, row->bytes);
		KUNIT_EXPECT_EQ(test, memcmp(world->shown[i].bytes,
					     world->frame, row->bytes), 0);
	}

	vxm_kunit_counted(world, &totals);
	KUNIT_EXPECT_EQ(test, memcmp(&totals, &want, sizeof(want)), 0);
	/* what no entry received counts in a block of its own */
	memset(&totals, 0, sizeof(totals));
	vxm_counters_sum(&totals, world->vn->counters);
	KUNIT_EXPECT_EQ(test, totals.received_packets,
			before.received_packets + (row->of_entry ? 0 : i));
	KUNIT_EXPECT_EQ(test, vxm_kunit_causes(&totals),
			vxm_kunit_causes(&before) + (row->of_entry ? 0 : i));
	KUNIT_EXPECT_EQ(test, session_packets(world), row->of_entry ? i : 0);
	KUNIT_EXPECT_EQ(test, world->n_shown,
			row->verdict == VXM_PASS ? i : 0);
}

static bool is_unknown(struct vxm_kunit_world *world, u32 vni, u64 *count)
{
	struct vxm_unknown_slot slot;
	u32 cursor = 0;

	while (vxm_unknown_next(&world->vn->unknown, &cursor, &slot)) {
		*count = slot.packets;
		if (slot.source.vni == vni)
			return true;
	}
	return false;
}

/* An unknown VNI can be found, until an entry is made for it. */
static void unknown_then_known(struct kunit *test)
{
	const struct vxm_vni_key key = vxm_kunit_number(VXM_PORT_DEFAULT,
							UNKNOWN_VNI);
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct packet row = packets[0];
	struct vxm_kunit_request *request;
	u64 count = 0;

	request = kunit_kzalloc(test, sizeof(*request), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, request);
	row.vni = UNKNOWN_VNI;
	come(test, &row, 0);
	come(test, &row, 0);
	KUNIT_EXPECT_TRUE(test, is_unknown(world, UNKNOWN_VNI, &count));
	KUNIT_EXPECT_EQ(test, count, 2);
	KUNIT_EXPECT_EQ(test, world->n_shown, 0);

	KUNIT_ASSERT_EQ(test, vxm_kunit_add(&key, VXM_KUNIT_DEV, request), 0);
	KUNIT_EXPECT_FALSE(test, is_unknown(world, UNKNOWN_VNI, &count));
	come(test, &row, 0);
	KUNIT_EXPECT_EQ(test, world->n_shown, 1);
	rtnl_lock();
	vxm_vni_del(vxm_vni_find(world->vn, &key));
	rtnl_unlock();
}

#define MIXED 500

/* Received = delivered + the sum of all causes, whatever comes. */
static void conservation(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct vxm_totals totals, want = {};
	struct vxm_device_totals device, before;
	const struct packet *row;
	struct rnd_state random;
	bool down = false;
	int i;

	vxm_device_sum(world->dev, &before);
	prandom_seed_state(&random, 1);
	for (i = 0; i < MIXED; i++) {
		row = &packets[prandom_u32_state(&random) %
			       ARRAY_SIZE(packets)];
		if (row->down != down) {
			if (prandom_u32_state(&random) % 8)
				continue;
			down = row->down;
			set_up(world, !down);
		}
		come(test, row, i % 2);
		want_more(&want, row);
	}
	vxm_kunit_counted(world, &totals);
	KUNIT_EXPECT_EQ(test, memcmp(&totals, &want, sizeof(want)), 0);
	KUNIT_EXPECT_EQ(test, totals.received_packets,
			totals.delivered_packets + vxm_kunit_causes(&totals));
	KUNIT_EXPECT_EQ(test, world->n_shown, (int)totals.delivered_packets);
	vxm_device_sum(world->dev, &device);
	KUNIT_EXPECT_EQ(test, device.packets - before.packets,
			totals.delivered_packets);
	KUNIT_EXPECT_EQ(test, device.bytes - before.bytes,
			totals.delivered_bytes);
}

/* An inner frame of IPv4 and UDP, 62 bytes, as a linear skb. */
#define UDP_FRAME 62
#define UDP_AT 34

static struct sk_buff *udp_packet(struct kunit *test)
{
	static const struct vxm_kunit_flow flow = {
		.type = ETH_P_IP,
		.protocol = IPPROTO_UDP,
		.from = 1,
		.to = 2,
		.source = 1000,
		.dest = 2000,
		.payload = 20,
	};
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	size_t len = vxm_kunit_frame(&flow, world->frame);
	struct sk_buff *skb;

	KUNIT_ASSERT_EQ(test, len, UDP_FRAME);
	len = vxm_kunit_packet(VXM_KUNIT_VNI, world->frame, len, world->packet);
	skb = vxm_kunit_skb(world->packet, len, &layouts[0], &world->pages);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	return skb;
}

/* The frame was shown, once, and as it was. */
static const struct vxm_kunit_shown *only_one(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	const struct vxm_kunit_shown *shown = &world->shown[0];

	KUNIT_EXPECT_EQ(test, world->n_shown, 1);
	KUNIT_ASSERT_EQ(test, shown->len, UDP_FRAME);
	KUNIT_EXPECT_EQ(test, memcmp(shown->bytes, world->frame, UDP_FRAME),
			0);
	return shown;
}

struct csum {
	const char *name;
	u8 outer;	/* ip_summed of the mirror packet */
	int start;	/* from the inner frame's first byte */
	int offset;
	u8 shown;
};

static const struct csum csums[] = {
	{ "none", CHECKSUM_NONE, 0, 0, CHECKSUM_NONE },
	/* a zero outer checksum counts as verified, and the inner one is not */
	{ "unnecessary", CHECKSUM_UNNECESSARY, 0, 0, CHECKSUM_NONE },
	{ "complete", CHECKSUM_COMPLETE, 0, 0, CHECKSUM_NONE },
	{ "partial, the inner one", CHECKSUM_PARTIAL, UDP_AT, 6,
	  CHECKSUM_PARTIAL },
	{ "partial, the outer one", CHECKSUM_PARTIAL, -16, 6, CHECKSUM_NONE },
	{ "partial, at the frame", CHECKSUM_PARTIAL, 0, 6, CHECKSUM_NONE },
	{ "partial, in the Ethernet header", CHECKSUM_PARTIAL, 13, 0,
	  CHECKSUM_NONE },
	{ "partial, right behind it", CHECKSUM_PARTIAL, 14, 0,
	  CHECKSUM_PARTIAL },
	{ "partial, the last two bytes", CHECKSUM_PARTIAL, UDP_FRAME - 8, 6,
	  CHECKSUM_PARTIAL },
	/* a reader that fills it in would write behind the frame */
	{ "partial, one byte outside", CHECKSUM_PARTIAL, UDP_FRAME - 8, 7,
	  CHECKSUM_NONE },
	{ "partial, far outside", CHECKSUM_PARTIAL, UDP_FRAME + 100, 6,
	  CHECKSUM_NONE },
};

VXM_KUNIT_TABLE(csum, csums);

static void checksum(struct kunit *test)
{
	const struct vxm_kunit_shown *shown;
	const struct csum *row = test->param_value;
	struct sk_buff *skb = udp_packet(test);

	skb->ip_summed = row->outer;
	if (row->outer == CHECKSUM_PARTIAL) {
		skb->csum_start = skb_headroom(skb) + VXLAN + row->start;
		skb->csum_offset = row->offset;
	} else {
		skb->csum_level = 2;
		skb->csum = (__force __wsum)0x12345678;
	}
	vxm_kunit_receive(vxm_kunit_world(test), skb);
	shown = only_one(test);
	KUNIT_EXPECT_EQ(test, shown->ip_summed, row->shown);
	if (row->shown == CHECKSUM_PARTIAL)
		KUNIT_EXPECT_EQ(test, shown->csum_start, row->start);
	else
		KUNIT_EXPECT_EQ(test, shown->csum_level, 0);
}

static int n_destroyed;

static void destroyed(struct sk_buff *skb)
{
	n_destroyed++;
}

/* A reader, or tc, must not take the outer packet's marks for the frame's. */
static void outer_marks_forgotten(struct kunit *test)
{
	const struct vxm_kunit_shown *shown;
	struct sk_buff *skb = udp_packet(test);
	struct vxm_inner inner;

	n_destroyed = 0;
	skb->destructor = destroyed;
	skb->mark = 1;
	skb->priority = 2;
	skb_set_hash(skb, 3, PKT_HASH_TYPE_L4);
	skb->protocol = htons(ETH_P_IPV6);
	skb->pkt_type = PACKET_BROADCAST;
	skb->encapsulation = 1;
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), 42);
	vxm_kunit_receive(vxm_kunit_world(test), skb);

	shown = only_one(test);
	KUNIT_EXPECT_EQ(test, shown->mark, 0);
	KUNIT_EXPECT_EQ(test, shown->priority, 0);
	inner = vxm_parse_inner(vxm_kunit_world(test)->frame, UDP_FRAME,
				vxm_flow_key);
	KUNIT_EXPECT_EQ(test, shown->hash, inner.flow);
	KUNIT_EXPECT_EQ(test, ntohs(shown->protocol), ETH_P_IP);
	KUNIT_EXPECT_EQ(test, shown->pkt_type, PACKET_OTHERHOST);
	KUNIT_EXPECT_FALSE(test, shown->tag);
	KUNIT_EXPECT_FALSE(test, shown->owned);
	KUNIT_EXPECT_EQ(test, n_destroyed, 1);
}

/* When the mirror packet came is when the frame came. */
static void timestamps_kept(struct kunit *test)
{
	const struct vxm_kunit_shown *shown;
	struct sk_buff *skb = udp_packet(test);

	skb->tstamp = 1234567890123456789;
	skb_hwtstamps(skb)->hwtstamp = 987654321;
	vxm_kunit_receive(vxm_kunit_world(test), skb);
	shown = only_one(test);
	KUNIT_EXPECT_EQ(test, shown->tstamp, 1234567890123456789);
	KUNIT_EXPECT_EQ(test, shown->hwtstamp, 987654321);
}

/* The stack may have cut the packet from a larger one, and linked the parts. */
static void sibling_left_alone(struct kunit *test)
{
	struct sk_buff *skb = udp_packet(test);
	struct sk_buff *sibling = udp_packet(test);

	skb->next = sibling;
	vxm_kunit_receive(vxm_kunit_world(test), skb);
	only_one(test);
	KUNIT_EXPECT_EQ(test, refcount_read(&sibling->users), 1);
	kfree_skb(sibling);
}

/*
 * What the underlay recorded says nothing about the inner flow: there and back
 * get one queue, and not all flows the same.
 */
static void queue_overwritten(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	DECLARE_BITMAP(used, VXM_DEVICE_RX_QUEUES) = {};
	struct sk_buff *skb;
	int i;

	for (i = 0; i < 64; i++) {
		/* the last byte of either address */
		skb = udp_packet(test);
		skb->data[VXLAN + 29] = i;
		skb->data[VXLAN + 33] = 200;
		skb_record_rx_queue(skb, 1);
		vxm_kunit_receive(world, skb);

		skb = udp_packet(test);
		skb->data[VXLAN + 29] = 200;
		skb->data[VXLAN + 33] = i;
		swap(skb->data[VXLAN + UDP_AT], skb->data[VXLAN + UDP_AT + 2]);
		swap(skb->data[VXLAN + UDP_AT + 1],
		     skb->data[VXLAN + UDP_AT + 3]);
		skb_record_rx_queue(skb, 2);
		vxm_kunit_receive(world, skb);

		KUNIT_ASSERT_EQ(test, world->n_shown, 2);
		KUNIT_EXPECT_EQ(test, world->shown[0].queue,
				world->shown[1].queue);
		KUNIT_ASSERT_LT(test, world->shown[0].queue,
				VXM_DEVICE_RX_QUEUES);
		__set_bit(world->shown[0].queue, used);
		world->n_shown = 0;
	}
	KUNIT_EXPECT_GE(test, bitmap_weight(used, VXM_DEVICE_RX_QUEUES), 16);
}

struct to {
	const char *name;
	u8 mac[ETH_ALEN];
	bool own;
	u8 pkt_type;
};

static const struct to tos[] = {
	{ "another host", { 2, 0, 0, 0, 0, 2 }, false, PACKET_OTHERHOST },
	{ "the device itself", {}, true, PACKET_OTHERHOST },
	{ "all", { 255, 255, 255, 255, 255, 255 }, false, PACKET_BROADCAST },
	{ "a group", { 1, 0, 0x5e, 0, 0, 1 }, false, PACKET_MULTICAST },
};

VXM_KUNIT_TABLE(to, tos);

/* Readers see whom a frame was for; none is for this host. */
static void shown_to_whomever(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	const struct to *row = test->param_value;
	struct sk_buff *skb = udp_packet(test);

	memcpy(world->frame, row->own ? world->dev->dev_addr : row->mac,
	       ETH_ALEN);
	memcpy(skb->data + VXLAN, world->frame, ETH_ALEN);
	vxm_kunit_receive(world, skb);
	KUNIT_EXPECT_EQ(test, only_one(test)->pkt_type, row->pkt_type);
}

static void truncated_counted(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct vxm_totals totals;
	struct sk_buff *skb;
	int cut;

	for (cut = 0; cut < 3; cut++) {
		skb = udp_packet(test);
		skb_trim(skb, skb->len - cut);
		vxm_kunit_receive(world, skb);
	}
	vxm_kunit_counted(world, &totals);
	KUNIT_EXPECT_EQ(test, totals.delivered_packets, 3);
	KUNIT_EXPECT_EQ(test, totals.truncated, 2);
	KUNIT_EXPECT_EQ(test, world->shown[2].len, UDP_FRAME - 2);
}

/* No session slot is no reason not to show a frame. */
static void unattributed_delivered(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	struct vxm_totals totals;

	world->vn->sessions.max_sessions = 0;
	vxm_kunit_receive(world, udp_packet(test));
	world->vn->sessions.max_sessions = VXM_MAX_SESSIONS;
	only_one(test);
	vxm_kunit_counted(world, &totals);
	KUNIT_EXPECT_EQ(test, totals.delivered_packets, 1);
	KUNIT_EXPECT_EQ(test, totals.unattributed, 1);
	KUNIT_EXPECT_EQ(test, session_packets(world), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(counted_once, packet_gen_params),
	KUNIT_CASE(unknown_then_known),
	KUNIT_CASE(conservation),
	KUNIT_CASE_PARAM(checksum, csum_gen_params),
	KUNIT_CASE(outer_marks_forgotten),
	KUNIT_CASE(timestamps_kept),
	KUNIT_CASE(sibling_left_alone),
	KUNIT_CASE(queue_overwritten),
	KUNIT_CASE_PARAM(shown_to_whomever, to_gen_params),
	KUNIT_CASE(truncated_counted),
	KUNIT_CASE(unattributed_delivered),
	{}
};

struct kunit_suite vxm_receive_suite = {
	.name = "vxm_receive",
	.suite_init = vxm_kunit_world_make,
	.suite_exit = vxm_kunit_world_end,
	.init = vxm_kunit_world_reset,
	.test_cases = cases,
};
