// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_edit: a frame that was cut anywhere either gets lengths and
 * checksums that fit, or, when a header is cut, stays as it is.
 */
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/string.h>

#include "edit.h"
#include "frame.h"
#include "parse.h"
#include "suites.h"

#define TCP_HLEN 20
#define OTHER_HLEN 8
#define UDP_CHECK 6

/**
 * struct frames - what a test works on
 * @whole: a frame that was not cut
 * @frame: the one that is
 */
struct frames {
	u8 whole[VXM_KUNIT_FRAME_MAX];
	u8 frame[VXM_KUNIT_FRAME_MAX];
};

static int edit_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct frames), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

#define TAGS .tags = { ETH_P_8021AD, ETH_P_8021Q }

static const struct vxm_kunit_flow flows[] = {
	{ "IPv4 TCP", .type = ETH_P_IP, .protocol = IPPROTO_TCP,
	  .payload = 61 },
	{ "IPv4 UDP", .type = ETH_P_IP, .protocol = IPPROTO_UDP,
	  .payload = 61 },
	{ "IPv4 ICMP", .type = ETH_P_IP, .protocol = IPPROTO_ICMP,
	  .payload = 61 },
	{ "IPv4 ESP", .type = ETH_P_IP, .protocol = IPPROTO_ESP,
	  .payload = 61 },
	{ "IPv4 fragment", .type = ETH_P_IP, .protocol = IPPROTO_UDP,
	  .fragment = 0x2000, .payload = 61 },
	{ "IPv4 TCP in 2 tags", TAGS, .type = ETH_P_IP,
	  .protocol = IPPROTO_TCP, .payload = 61 },
	{ "IPv6 TCP", .type = ETH_P_IPV6, .protocol = IPPROTO_TCP,
	  .payload = 61 },
	{ "IPv6 UDP", .type = ETH_P_IPV6, .protocol = IPPROTO_UDP,
	  .payload = 61 },
	{ "IPv6 ICMPv6", .type = ETH_P_IPV6, .protocol = IPPROTO_ICMPV6,
	  .payload = 61 },
	{ "IPv6 fragment", .type = ETH_P_IPV6, .protocol = IPPROTO_UDP,
	  .fragment = 1, .payload = 61 },
	{ "IPv6 UDP in 2 tags", TAGS, .type = ETH_P_IPV6,
	  .protocol = IPPROTO_UDP, .payload = 61 },
};

VXM_KUNIT_TABLE(flow, flows);

/* RFC 1071, word by word: right when it is 0xffff with the checksum in it. */
static u32 sum(const u8 *bytes, size_t len, u32 start)
{
	size_t i;

	for (i = 0; i < len; i++)
		start += i % 2 ? bytes[i] : bytes[i] << 8;
	while (start >> 16)
		start = (start & 0xffff) + (start >> 16);
	return start;
}

static bool is_fragment(const struct vxm_kunit_flow *flow)
{
	return flow->fragment;
}

static size_t l4_header_len(const struct vxm_kunit_flow *flow)
{
	return flow->protocol == IPPROTO_TCP ? TCP_HLEN : OTHER_HLEN;
}

/* How much of a frame has to be there. */
static size_t least(const struct vxm_kunit_flow *flow)
{
	if (is_fragment(flow) || flow->protocol == IPPROTO_ESP)
		return vxm_kunit_l4(flow);
	return vxm_kunit_l4(flow) + l4_header_len(flow);
}

static void check_ip(struct kunit *test, const struct vxm_kunit_flow *flow,
		     const u8 *frame, size_t len)
{
	size_t at = vxm_kunit_l3(flow);

	if (flow->type == ETH_P_IP) {
		KUNIT_EXPECT_EQ(test, vxm_read16(frame + at + 2), len - at);
		KUNIT_EXPECT_EQ(test, sum(frame + at, sizeof(struct iphdr), 0),
				0xffff);
		return;
	}
	KUNIT_EXPECT_EQ(test, vxm_read16(frame + at + 4),
			len - at - sizeof(struct ipv6hdr));
}

static void check_l4(struct kunit *test, const struct vxm_kunit_flow *flow,
		     const u8 *frame, size_t len)
{
	const u8 *ip = frame + vxm_kunit_l3(flow);
	size_t at = vxm_kunit_l4(flow);
	u32 pseudo = flow->protocol + len - at;

	if (flow->protocol == IPPROTO_UDP)
		KUNIT_EXPECT_EQ(test, vxm_read16(frame + at + 4), len - at);
	if (flow->type == ETH_P_IPV6)
		pseudo = sum(ip + 8, 32, pseudo);
	else if (flow->protocol == IPPROTO_ICMP)
		pseudo = 0;
	else
		pseudo = sum(ip + 12, 8, pseudo);
	KUNIT_EXPECT_EQ(test, sum(frame + at, len - at, pseudo), 0xffff);
}

/* Bytes that may be others afterwards, and no more: put them back. */
static void put_back(const struct vxm_kunit_flow *flow, const u8 *whole,
		     u8 *frame, size_t len)
{
	size_t ip = vxm_kunit_l3(flow), l4 = vxm_kunit_l4(flow);
	size_t check = 0;

	if (flow->type == ETH_P_IP) {
		memcpy(frame + ip + 2, whole + ip + 2, 2);
		memcpy(frame + ip + 10, whole + ip + 10, 2);
	} else {
		memcpy(frame + ip + 4, whole + ip + 4, 2);
	}
	if (is_fragment(flow))
		return;
	switch (flow->protocol) {
	case IPPROTO_TCP:
		check = 16;
		break;
	case IPPROTO_UDP:
		memcpy(frame + l4 + 4, whole + l4 + 4, 2);
		check = UDP_CHECK;
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		check = 2;
		break;
	}
	if (check)
		memcpy(frame + l4 + check, whole + l4 + check, 2);
}

static void repaired_at_every_length(struct kunit *test)
{
	const struct vxm_kunit_flow *flow = test->param_value;
	struct frames *frames = test->priv;
	u8 *frame = frames->frame;
	size_t whole, len;
	bool repaired;

	whole = vxm_kunit_frame(flow, frames->whole);
	for (len = ETH_HLEN; len < whole; len++) {
		memcpy(frame, frames->whole, len);
		frame[len] = 0xa5;
		repaired = vxm_repair(frame, len);
		KUNIT_EXPECT_EQ(test, repaired, len >= least(flow));
		if (repaired) {
			check_ip(test, flow, frame, len);
			if (!is_fragment(flow) &&
			    flow->protocol != IPPROTO_ESP)
				check_l4(test, flow, frame, len);
			put_back(flow, frames->whole, frame, len);
		}
		KUNIT_EXPECT_EQ(test, memcmp(frame, frames->whole, len), 0);
		KUNIT_EXPECT_EQ(test, (int)frame[len], 0xa5);
	}
}

/* Of a datagram over IPv4 that has no checksum, none is made. */
static void udp_without_a_checksum(struct kunit *test)
{
	const struct vxm_kunit_flow *flow = &flows[1];
	struct frames *frames = test->priv;
	size_t check = vxm_kunit_l4(flow) + UDP_CHECK;
	size_t len = vxm_kunit_frame(flow, frames->frame) - 10;

	memset(frames->frame + check, 0, 2);
	KUNIT_EXPECT_TRUE(test, vxm_repair(frames->frame, len));
	KUNIT_EXPECT_EQ(test, (int)vxm_read16(frames->frame + check), 0);
	KUNIT_EXPECT_EQ(test, vxm_read16(frames->frame + check - 2),
			len - vxm_kunit_l4(flow));
}

/* A checksum that comes to 0 is written as 0xffff (RFC 768). */
static void udp_checksum_is_never_zero(struct kunit *test)
{
	const struct vxm_kunit_flow *flow = &flows[1];
	struct frames *frames = test->priv;
	size_t at = vxm_kunit_l4(flow);
	size_t len = vxm_kunit_frame(flow, frames->frame) - 11;
	u8 *last = frames->frame + len - 2;
	u32 rest;

	/* the last two bytes make up for all others */
	memset(last, 0, 2);
	memset(frames->frame + at + UDP_CHECK, 0, 2);
	frames->frame[at + 4] = (len - at) >> 8;
	frames->frame[at + 5] = len - at;
	rest = sum(frames->frame + vxm_kunit_l3(flow) + 12, 8,
		   IPPROTO_UDP + len - at);
	rest = sum(frames->frame + at, len - at, rest);
	last[0] = (0xffff - rest) >> 8;
	last[1] = 0xffff - rest;
	/* it had one */
	frames->frame[at + UDP_CHECK] = 1;
	KUNIT_EXPECT_TRUE(test, vxm_repair(frames->frame, len));
	KUNIT_EXPECT_EQ(test, (int)vxm_read16(frames->frame + at + UDP_CHECK),
			0xffff);
}

/* Options belong to the header: TCP's are beyond repair when they are cut. */
static void options_are_header(struct kunit *test)
{
	const struct vxm_kunit_flow *flow = &flows[0];
	struct frames *frames = test->priv;
	size_t at = vxm_kunit_l4(flow);

	vxm_kunit_frame(flow, frames->frame);
	frames->frame[at + 12] = 8 << 4;
	KUNIT_EXPECT_FALSE(test, vxm_repair(frames->frame, at + 31));
	KUNIT_EXPECT_TRUE(test, vxm_repair(frames->frame, at + 32));
	/* the same of IPv4's: 40 bytes of them end where TCP's header would */
	frames->frame[vxm_kunit_l3(flow)] = 0x4f;
	KUNIT_EXPECT_FALSE(test, vxm_repair(frames->frame, at + 39));
}

struct extension {
	const char *name;
	u8 first;
	u8 len;		/* of the header, in units of 8 bytes after 8 */
	u8 third;	/* its third and fourth byte */
	u8 fourth;
	bool summed;	/* TCP behind it gets a checksum */
};

static const struct extension extensions[] = {
	{ "hop by hop", 0, 1, 0, 0, true },
	{ "destination options", 60, 2, 0, 0, true },
	{ "routing, at its end", 43, 2, 0, 0, true },
	{ "routing, to go on", 43, 2, 0, 1, false },
	{ "fragment", 44, 0, 0, 1, false },
};

VXM_KUNIT_TABLE(extension, extensions);

static void behind_an_extension(struct kunit *test)
{
	const struct extension *row = test->param_value;
	const struct vxm_kunit_flow *flow = &flows[6];
	size_t at = vxm_kunit_l4(flow), ip = vxm_kunit_l3(flow);
	size_t room = 8 + 8 * row->len;
	struct frames *frames = test->priv;
	u8 *frame = frames->frame;
	size_t len, check;
	u32 pseudo;

	len = vxm_kunit_frame(flow, frame) - 20;
	memmove(frame + at + room, frame + at, len - at);
	memset(frame + at, 0, room);
	frame[at] = IPPROTO_TCP;
	frame[at + 1] = row->len;
	frame[at + 2] = row->third;
	frame[at + 3] = row->fourth;
	frame[ip + 6] = row->first;
	len += room;
	at += room;
	check = vxm_read16(frame + at + 16);

	KUNIT_EXPECT_FALSE(test, vxm_repair(frame, at - 1));
	KUNIT_EXPECT_TRUE(test, vxm_repair(frame, len));
	check_ip(test, flow, frame, len);
	if (!row->summed) {
		KUNIT_EXPECT_EQ(test, vxm_read16(frame + at + 16), check);
		return;
	}
	pseudo = sum(frame + ip + 8, 32, IPPROTO_TCP + len - at);
	KUNIT_EXPECT_EQ(test, sum(frame + at, len - at, pseudo), 0xffff);
}

/* Nothing is known of what is not IP. */
static void not_ip(struct kunit *test)
{
	const struct vxm_kunit_flow arp = { "ARP", .type = ETH_P_ARP,
					    .payload = 46 };
	struct frames *frames = test->priv;
	size_t len = vxm_kunit_frame(&arp, frames->whole);

	memcpy(frames->frame, frames->whole, len);
	KUNIT_EXPECT_FALSE(test, vxm_repair(frames->frame, len));
	KUNIT_EXPECT_EQ(test, memcmp(frames->frame, frames->whole, len), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(repaired_at_every_length, flow_gen_params),
	KUNIT_CASE(udp_without_a_checksum),
	KUNIT_CASE(udp_checksum_is_never_zero),
	KUNIT_CASE(options_are_header),
	KUNIT_CASE_PARAM(behind_an_extension, extension_gen_params),
	KUNIT_CASE(not_ip),
	{}
};

struct kunit_suite vxm_edit_suite = {
	.name = "vxm_edit",
	.init = edit_init,
	.test_cases = cases,
};
