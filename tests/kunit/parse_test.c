// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_parse: headers at their borders. What is parsed lies in memory of
 * just its length, so that KASAN sees a byte too many.
 */
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/minmax.h>
#include <linux/vxmirror.h>

#include "frame.h"
#include "parse.h"
#include "suites.h"

#define SHORTEST (VXM_VXLAN_HLEN + ETH_HLEN)
#define NOT_STORED 0xdeadbeef

/* A copy with nothing behind it; of no bytes, no memory at all. */
static u8 *exact_copy(struct kunit *test, const u8 *bytes, size_t len)
{
	u8 *copy;

	if (!len)
		return NULL;
	copy = kunit_kmalloc(test, len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, copy);
	memcpy(copy, bytes, len);
	return copy;
}

static void vxlan_length(struct kunit *test)
{
	u8 packet[SHORTEST + VXM_VXLAN_HLEN] = { 0x08, 0, 0, 0, 1, 2, 3 };
	size_t len;

	for (len = 0; len <= sizeof(packet); len++) {
		int want = len < VXM_VXLAN_HLEN ? VXM_CAUSE_SHORT_HEADER :
			   len < SHORTEST ? VXM_CAUSE_SHORT_FRAME : VXM_PASS;
		u8 *copy = exact_copy(test, packet, len);
		u32 vni = NOT_STORED;

		KUNIT_EXPECT_EQ_MSG(test, vxm_parse_vxlan(copy, len, &vni),
				    want, "length %zu", len);
		KUNIT_EXPECT_EQ_MSG(test, vni, want == VXM_PASS ? 0x010203 :
				    NOT_STORED, "length %zu", len);
	}
}

/* The header can be read where the packet is not: see skb_header_pointer(). */
static void vxlan_header_alone(struct kunit *test)
{
	u8 header[VXM_VXLAN_HLEN] = { 0x08, 0, 0, 0, 1, 2, 3 };
	u8 *copy = exact_copy(test, header, sizeof(header));
	u32 vni;

	KUNIT_EXPECT_EQ(test, vxm_parse_vxlan(copy, 1500, &vni), VXM_PASS);
	KUNIT_EXPECT_EQ(test, vni, 0x010203);
}

/* Of 64 bits, one alone matters, and 24 are the VNI. */
static void vxlan_every_bit(struct kunit *test)
{
	int bit;

	for (bit = 0; bit < VXM_VXLAN_HLEN * 8; bit++) {
		u8 packet[SHORTEST] = { 0x08, 0, 0, 0, 0x55, 0x66, 0x77 };
		u32 want = 0x556677, vni = NOT_STORED;
		bool is_flag = bit == 4;

		packet[bit / 8] ^= 0x80 >> bit % 8;
		if (bit >= 32 && bit < 56)
			want ^= 1 << (55 - bit);
		KUNIT_EXPECT_EQ_MSG(test,
				    vxm_parse_vxlan(packet, SHORTEST, &vni),
				    is_flag ? VXM_CAUSE_NO_VNI_FLAG : VXM_PASS,
				    "bit %d", bit);
		KUNIT_EXPECT_EQ_MSG(test, vni, is_flag ? NOT_STORED : want,
				    "bit %d", bit);
	}
}

struct header {
	const char *name;
	u8 bytes[VXM_VXLAN_HLEN];
	size_t len;
	int verdict;
	u32 vni;
};

static const struct header headers[] = {
	{ "VNI 0", { 8 }, SHORTEST, VXM_PASS, 0 },
	{ "VNI 1", { 8, 0, 0, 0, 0, 0, 1 }, SHORTEST, VXM_PASS, 1 },
	{ "largest VNI", { 8, 0, 0, 0, 255, 255, 255 }, SHORTEST, VXM_PASS,
	  VXM_VNI_MAX },
	/* the kernel's vxlan device drops it: RFC 7348 says to ignore them */
	{ "all reserved bits", { 255, 255, 255, 255, 0, 0, 1, 255 }, SHORTEST,
	  VXM_PASS, 1 },
	{ "all bits but the flag", { 247, 255, 255, 255, 0, 0, 1, 255 },
	  SHORTEST, VXM_CAUSE_NO_VNI_FLAG, NOT_STORED },
	{ "only zeros", { 0 }, SHORTEST, VXM_CAUSE_NO_VNI_FLAG, NOT_STORED },
	/* one cause for each packet: the first thing that is wrong */
	{ "no flag, no frame", { 0 }, VXM_VXLAN_HLEN, VXM_CAUSE_NO_VNI_FLAG,
	  NOT_STORED },
	{ "longer than a u16", { 8 }, 1 << 20, VXM_PASS, 0 },
};

VXM_KUNIT_TABLE(header, headers);

static void vxlan_header(struct kunit *test)
{
	const struct header *row = test->param_value;
	u32 vni = NOT_STORED;

	KUNIT_EXPECT_EQ(test, vxm_parse_vxlan(row->bytes, row->len, &vni),
			row->verdict);
	KUNIT_EXPECT_EQ(test, vni, row->vni);
}

#define TAGS1 .tags = { ETH_P_8021Q }
#define TAGS2 .tags = { ETH_P_8021AD, ETH_P_8021Q }
#define TAGS3 .tags = { ETH_P_8021AD, ETH_P_8021Q, ETH_P_8021Q }
#define TAGS4 .tags = { ETH_P_8021AD, ETH_P_8021AD, ETH_P_8021Q, ETH_P_8021Q }
#define TAGS5 .tags = { ETH_P_8021AD, ETH_P_8021AD, ETH_P_8021AD, \
			ETH_P_8021Q, ETH_P_8021Q }
#define IPV4 .type = ETH_P_IP, .protocol = IPPROTO_TCP, .payload = 20
#define IPV6 .type = ETH_P_IPV6, .protocol = IPPROTO_UDP, .payload = 20

static const struct vxm_kunit_flow frames[] = {
	{ "IPv4", IPV4 },
	{ "IPv4 in 802.1Q", TAGS1, IPV4 },
	{ "IPv4 in 802.1ad alone", .tags = { ETH_P_8021AD }, IPV4 },
	{ "IPv4 in 2 tags", TAGS2, IPV4 },
	{ "IPv4 in 3 tags", TAGS3, IPV4 },
	{ "IPv4 in 4 tags", TAGS4, IPV4 },
	{ "IPv6", IPV6 },
	{ "IPv6 in 802.1Q", TAGS1, IPV6 },
	{ "IPv6 in 802.1ad alone", .tags = { ETH_P_8021AD }, IPV6 },
	{ "IPv6 in 2 tags", TAGS2, IPV6 },
	{ "IPv6 in 3 tags", TAGS3, IPV6 },
	{ "IPv6 in 4 tags", TAGS4, IPV6 },
	{ "IPv6 fragment", IPV6, .fragment = 1 },
};

VXM_KUNIT_TABLE(frame, frames);

static bool truncated(struct kunit *test, const u8 *frame, size_t head_len,
		      size_t frame_len)
{
	static const u64 key[VXM_FLOW_KEYS];

	return vxm_parse_inner(exact_copy(test, frame, head_len), frame_len,
			       key).truncated;
}

static u8 *frame_of(struct kunit *test, const struct vxm_kunit_flow *flow,
		    size_t *len)
{
	u8 *frame = kunit_kzalloc(test, VXM_KUNIT_FRAME_MAX, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, frame);
	*len = vxm_kunit_frame(flow, frame);
	return frame;
}

/* Cut at every byte: what there is of the frame decides, not how it is read. */
static void cut(struct kunit *test)
{
	const struct vxm_kunit_flow *flow = test->param_value;
	size_t full, len, l3 = vxm_kunit_l3(flow);
	u8 *frame = frame_of(test, flow, &full);

	for (len = ETH_HLEN; len <= full; len++) {
		/* before the IP header, nobody knows that there was one */
		bool want = len >= l3 && len < full;
		size_t head = min_t(size_t, len, VXM_INNER_HEAD);

		KUNIT_EXPECT_EQ_MSG(test, truncated(test, frame, head, len),
				    want, "length %zu", len);
		KUNIT_EXPECT_EQ_MSG(test, truncated(test, frame, len, len),
				    want, "length %zu, seen in whole", len);
	}
}

/*
 * Padding: short frames are filled up to Ethernet's 60 bytes, and some
 * hardware leaves the frame check sequence there.
 */
static void padded(struct kunit *test)
{
	static const size_t pads[] = { 1, 4, 46 };
	const struct vxm_kunit_flow *flow = test->param_value;
	size_t full, len;
	u8 *frame = frame_of(test, flow, &full);
	int i;

	for (i = 0; i < ARRAY_SIZE(pads); i++) {
		len = full + pads[i];
		KUNIT_EXPECT_FALSE_MSG(test,
				       truncated(test, frame,
						 min_t(size_t, len,
						       VXM_INNER_HEAD), len),
				       "%zu more", pads[i]);
	}
}

struct length_field {
	const char *name;
	u16 type;
	u16 says;	/* total length (IPv4) or payload length (IPv6) */
	size_t there;	/* bytes from the IP header on */
	bool truncated;
};

static const struct length_field length_fields[] = {
	{ "IPv4, all there", ETH_P_IP, 100, 100, false },
	{ "IPv4, one byte missing", ETH_P_IP, 101, 100, true },
	{ "IPv4, one byte too many", ETH_P_IP, 99, 100, false },
	{ "IPv4, only a header", ETH_P_IP, 20, 20, false },
	{ "IPv4, 65535", ETH_P_IP, 65535, 100, true },
	{ "IPv4, 65535 and all there", ETH_P_IP, 65535, 65535, false },
	/* what a sending host's own stack shows of a super-packet over 64 K */
	{ "IPv4, 0 as TSO leaves it", ETH_P_IP, 0, 100, false },
	/* nonsense, but nothing of what it says is missing */
	{ "IPv4, less than a header", ETH_P_IP, 19, 20, false },
	{ "IPv4, less than a header, which is cut", ETH_P_IP, 0, 19, true },
	{ "IPv6, all there", ETH_P_IPV6, 60, 100, false },
	{ "IPv6, one byte missing", ETH_P_IPV6, 61, 100, true },
	{ "IPv6, one byte too many", ETH_P_IPV6, 59, 100, false },
	{ "IPv6, only a header", ETH_P_IPV6, 0, 40, false },
	{ "IPv6, 65535", ETH_P_IPV6, 65535, 100, true },
	{ "IPv6, 65535 and all there", ETH_P_IPV6, 65535, 65575, false },
	/* RFC 2675: the length is in an option */
	{ "IPv6, 0 of a jumbogram", ETH_P_IPV6, 0, 70000, false },
	{ "IPv6, 0, header is cut", ETH_P_IPV6, 0, 39, true },
};

VXM_KUNIT_TABLE(length_field, length_fields);

static void ip_length(struct kunit *test)
{
	const struct length_field *row = test->param_value;
	size_t at = ETH_HLEN + (row->type == ETH_P_IP ? 2 : 4);
	u8 head[VXM_INNER_HEAD] = {};
	size_t len = ETH_HLEN + row->there;

	head[12] = row->type >> 8;
	head[13] = row->type & 0xff;
	head[at] = row->says >> 8;
	head[at + 1] = row->says & 0xff;
	KUNIT_EXPECT_EQ(test, truncated(test, head,
					min_t(size_t, len, sizeof(head)), len),
			row->truncated);
}

static const struct vxm_kunit_flow other_frames[] = {
	{ "ARP", .type = ETH_P_ARP, .payload = 46 },
	{ "802.3 with a length", .type = 46, .payload = 46 },
	{ "ARP in 2 tags", TAGS2, .type = ETH_P_ARP, .payload = 46 },
	{ "MPLS", .type = ETH_P_MPLS_UC, .payload = 46 },
	/* the stack takes neither for a tag */
	{ "802.1Q's old 0x9100", .tags = { ETH_P_QINQ1 }, IPV4 },
	{ "ethertype 0", .type = 0, .payload = 46 },
	{ "ethertype 65535", .type = 65535, .payload = 46 },
	/* deeper than anybody looks */
	{ "IPv4 in 5 tags", TAGS5, IPV4 },
	{ "IPv6 in 5 tags", TAGS5, IPV6 },
};

VXM_KUNIT_TABLE(other_frame, other_frames);

/* Of what is not IP, or too deep, nothing can be said, wherever it is cut. */
static void not_ip(struct kunit *test)
{
	const struct vxm_kunit_flow *flow = test->param_value;
	size_t full, len;
	u8 *frame = frame_of(test, flow, &full);

	for (len = ETH_HLEN; len <= full; len++) {
		size_t head = min_t(size_t, len, VXM_INNER_HEAD);

		KUNIT_EXPECT_FALSE_MSG(test, truncated(test, frame, head, len),
				       "length %zu", len);
	}
}

/* Tags to the end of the head, and no frame in them. */
static void only_tags(struct kunit *test)
{
	u8 head[VXM_INNER_HEAD + 4];
	size_t len;

	/* 81 00 again and again: ethertype, tag, ethertype */
	for (len = 0; len < sizeof(head); len++)
		head[len] = len % 2 ? 0 : 0x81;
	for (len = ETH_HLEN; len <= sizeof(head); len++)
		KUNIT_EXPECT_FALSE_MSG(test, truncated(test, head, len, len),
				       "length %zu", len);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(vxlan_length),
	KUNIT_CASE(vxlan_header_alone),
	KUNIT_CASE(vxlan_every_bit),
	KUNIT_CASE_PARAM(vxlan_header, header_gen_params),
	KUNIT_CASE_PARAM(cut, frame_gen_params),
	KUNIT_CASE_PARAM(padded, frame_gen_params),
	KUNIT_CASE_PARAM(ip_length, length_field_gen_params),
	KUNIT_CASE_PARAM(not_ip, other_frame_gen_params),
	KUNIT_CASE(only_tags),
	{}
};

struct kunit_suite vxm_parse_suite = {
	.name = "vxm_parse",
	.test_cases = cases,
};
