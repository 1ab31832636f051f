// SPDX-License-Identifier: GPL-2.0
/*
 * Inner frames, byte by byte.
 */
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/string.h>

#include "frame.h"
#include "parse.h"

/* Fragment header, RFC 8200, section 4.5 */
#define FRAGMENT_HLEN 8
#define TCP_HLEN 20
#define OTHER_HLEN 8

/**
 * vxm_kunit_fill() - bytes that differ from their neighbours
 * @bytes: is filled
 * @len: how many
 */
void vxm_kunit_fill(u8 *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		bytes[i] = i * 7 + i / 256 + 13;
}

static void put16(u8 *p, u16 value)
{
	p[0] = value >> 8;
	p[1] = value;
}

static void put32(u8 *p, u32 value)
{
	put16(p, value >> 16);
	put16(p + 2, value);
}

static u8 *put_mac(u8 *p, u8 last)
{
	memset(p, 0, ETH_ALEN);
	p[0] = 2;
	p[ETH_ALEN - 1] = last;
	return p + ETH_ALEN;
}

static size_t l4_len(const struct vxm_kunit_flow *flow)
{
	return flow->protocol == IPPROTO_TCP ? TCP_HLEN : OTHER_HLEN;
}

static u8 *put_l4(const struct vxm_kunit_flow *flow, u8 *p)
{
	vxm_kunit_fill(p, l4_len(flow));
	switch (flow->protocol) {
	case IPPROTO_TCP:
		p[12] = TCP_HLEN / 4 << 4;
		p[13] = 0x10; /* ACK */
		fallthrough;
	case IPPROTO_UDP:
		put16(p, flow->source);
		put16(p + 2, flow->dest);
		break;
	}
	if (flow->protocol == IPPROTO_UDP)
		put16(p + 4, l4_len(flow) + flow->payload);
	return p + l4_len(flow);
}

static u8 *put_ipv4(const struct vxm_kunit_flow *flow, u8 *p)
{
	memset(p, 0, sizeof(struct iphdr));
	p[0] = 0x45;
	p[1] = 0x03; /* ECN: congestion experienced */
	put16(p + 2, sizeof(struct iphdr) + l4_len(flow) + flow->payload);
	put16(p + 4, 0x1234);
	put16(p + 6, flow->fragment);
	p[8] = 64;
	p[9] = flow->protocol;
	put32(p + 12, 0x0a000000 | flow->from);
	put32(p + 16, 0x0a000000 | flow->to);
	return p + sizeof(struct iphdr);
}

static u8 *put_ipv6(const struct vxm_kunit_flow *flow, u8 *p)
{
	size_t extra = flow->fragment ? FRAGMENT_HLEN : 0;

	memset(p, 0, sizeof(struct ipv6hdr) + extra);
	p[0] = 0x60;
	put16(p + 4, extra + l4_len(flow) + flow->payload);
	p[6] = extra ? IPPROTO_FRAGMENT : flow->protocol;
	p[7] = 64;
	p[8] = 0xfd;
	p[23] = flow->from;
	p[24] = 0xfd;
	p[39] = flow->to;
	p += sizeof(struct ipv6hdr);
	if (extra) {
		p[0] = flow->protocol;
		put16(p + 2, flow->fragment);
		put32(p + 4, 0x12345678);
	}
	return p + extra;
}

/**
 * vxm_kunit_l3() - where the layer-3 header begins
 * @flow: the frame's description
 *
 * Return: bytes from the frame's first.
 */
size_t vxm_kunit_l3(const struct vxm_kunit_flow *flow)
{
	int n;

	for (n = 0; n < VXM_KUNIT_TAGS && flow->tags[n]; n++)
		;
	return ETH_HLEN + n * VLAN_HLEN;
}

/**
 * vxm_kunit_l4() - where the layer-4 header begins
 * @flow: the frame's description, of an IP packet
 *
 * Return: bytes from the frame's first.
 */
size_t vxm_kunit_l4(const struct vxm_kunit_flow *flow)
{
	size_t l3 = vxm_kunit_l3(flow);

	if (flow->type == ETH_P_IP)
		return l3 + sizeof(struct iphdr);
	return l3 + sizeof(struct ipv6hdr) +
	       (flow->fragment ? FRAGMENT_HLEN : 0);
}

/**
 * vxm_kunit_frame() - write a frame
 * @flow: its description
 * @frame: is written, with checksums of 0; room for %VXM_KUNIT_FRAME_MAX
 *
 * Return: its length.
 */
size_t vxm_kunit_frame(const struct vxm_kunit_flow *flow, u8 *frame)
{
	u8 *p = frame;
	int i;

	p = put_mac(put_mac(p, flow->to), flow->from);
	for (i = 0; i < VXM_KUNIT_TAGS && flow->tags[i]; i++) {
		put16(p, flow->tags[i]);
		put16(p + 2, 0x6000 + 100 + i);
		p += VLAN_HLEN;
	}
	put16(p, flow->type);
	p += 2;

	if (flow->type == ETH_P_IP)
		p = put_l4(flow, put_ipv4(flow, p));
	else if (flow->type == ETH_P_IPV6)
		p = put_l4(flow, put_ipv6(flow, p));
	vxm_kunit_fill(p, flow->payload);
	return p + flow->payload - frame;
}

/**
 * vxm_kunit_packet() - write what follows a mirror packet's outer UDP header
 * @vni: its VNI
 * @frame: the inner frame
 * @len: its length
 * @packet: is written
 *
 * Return: its length.
 */
size_t vxm_kunit_packet(u32 vni, const u8 *frame, size_t len, u8 *packet)
{
	put32(packet, 0x08000000);
	put32(packet + 4, vni << 8);
	memcpy(packet + VXM_VXLAN_HLEN, frame, len);
	return VXM_VXLAN_HLEN + len;
}
