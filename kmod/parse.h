/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading headers: pure functions over bytes, no globals and no skb, so that
 * they run unchanged under KUnit and a user-space fuzzer.
 */
#ifndef _VXM_PARSE_H
#define _VXM_PARSE_H

#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/vxmirror.h>

#include "hash.h"

/* A stage's verdict that lets the packet go on; else an enum vxm_cause. */
#define VXM_PASS (-1)

/* VXLAN header (RFC 7348, section 5): flags, 24 reserved bits, VNI, 8 more */
#define VXM_VXLAN_HLEN 8
#define VXM_VXLAN_FLAG_I 0x08

/* An IP header behind more tags than that is not looked for. */
#define VXM_VLAN_TAGS_MAX 4

/*
 * As much of an inner frame as vxm_parse_inner() ever looks at: Ethernet, the
 * tags, the longest IPv4 header, ports; rounded up.
 */
#define VXM_INNER_HEAD 96

/* Random numbers for a flow's hash: a pair for each pair of words. */
#define VXM_FLOW_KEYS 10

/**
 * struct vxm_inner - what an inner frame's headers say
 * @flow: hash of its flow: one for both directions, and for fragments one
 *	without ports. 0 for what is not IP.
 * @truncated: the frame was cut after it was sent: its IP header is not there
 *	in whole, or says more bytes than follow. Of a frame in which no IP
 *	header is seen nothing can be said: false.
 */
struct vxm_inner {
	u32 flow;
	bool truncated;
};

/**
 * vxm_parse_vxlan() - the VXLAN header of a mirror packet (RFC 7348)
 * @payload: what follows the outer UDP header
 * @len: bytes of it that are there, @payload holds the first
 *	%VXM_VXLAN_HLEN of them at least, if there are so many
 * @vni: the VNI is stored here when the packet passes
 *
 * Reserved bits are ignored, as the RFC asks of a receiver.
 *
 * Return: %VXM_PASS, %VXM_CAUSE_SHORT_HEADER, %VXM_CAUSE_NO_VNI_FLAG, or
 * %VXM_CAUSE_SHORT_FRAME when what follows is less than an Ethernet header.
 */
static inline int vxm_parse_vxlan(const u8 *payload, size_t len, u32 *vni)
{
	if (len < VXM_VXLAN_HLEN)
		return VXM_CAUSE_SHORT_HEADER;
	if (!(payload[0] & VXM_VXLAN_FLAG_I))
		return VXM_CAUSE_NO_VNI_FLAG;
	if (len < VXM_VXLAN_HLEN + ETH_HLEN)
		return VXM_CAUSE_SHORT_FRAME;
	*vni = ((u32)payload[4] << 24 | payload[5] << 16 | payload[6] << 8 |
		payload[7]) >> 8;
	return VXM_PASS;
}

#define VXM_VLAN_HLEN 4
#define VXM_IPV4_HLEN_MIN 20
#define VXM_IPV4_FRAGMENT 0x3fff	/* more fragments, or an offset */
#define VXM_IPV6_HLEN 40
#define VXM_PORTS_LEN 4

static __always_inline u16 vxm_read16(const u8 *p)
{
	return p[0] << 8 | p[1];
}

/* A word to be hashed: its byte order does not matter. */
static __always_inline u32 vxm_word(const u8 *p)
{
	u32 word;

	memcpy(&word, p, sizeof(word));
	return word;
}

/* The same ethertypes as the stack takes for a tag. */
static __always_inline bool vxm_is_vlan(u16 type)
{
	return type == ETH_P_8021Q || type == ETH_P_8021AD;
}

static __always_inline bool vxm_has_ports(u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
	       protocol == IPPROTO_SCTP;
}

/* A part of a flow's hash that is the same for (a, b) and (b, a). */
static __always_inline u64 vxm_flow_pair(u32 a, u32 b, const u64 *key)
{
	return vxm_hash_pair(a + b, a ^ b, key);
}

static __always_inline u64 vxm_flow_ports(const u8 *ports, const u64 *key)
{
	u32 both = vxm_word(ports);

	return vxm_flow_pair(both, rol32(both, 16), key + VXM_FLOW_KEYS - 2);
}

static __always_inline struct vxm_inner
vxm_parse_ipv4(const u8 *ip, size_t len, const u64 *key)
{
	size_t header_len = (ip[0] & 0xf) * 4;
	u64 flow;

	flow = vxm_flow_pair(vxm_word(ip + 12), vxm_word(ip + 16), key);
	if (vxm_has_ports(ip[9]) && len >= header_len + VXM_PORTS_LEN &&
	    !(vxm_read16(ip + 6) & VXM_IPV4_FRAGMENT))
		flow += vxm_flow_ports(ip + header_len, key);
	return (struct vxm_inner){
		.flow = vxm_hash_finish(flow) >> 32,
		.truncated = len < vxm_read16(ip + 2),
	};
}

static __always_inline struct vxm_inner
vxm_parse_ipv6(const u8 *ip, size_t len, const u64 *key)
{
	u64 flow = 0;
	int i;

	for (i = 0; i < 4; i++)
		flow += vxm_flow_pair(vxm_word(ip + 8 + 4 * i),
				      vxm_word(ip + 24 + 4 * i), key + 2 * i);
	if (vxm_has_ports(ip[6]) && len >= VXM_IPV6_HLEN + VXM_PORTS_LEN)
		flow += vxm_flow_ports(ip + VXM_IPV6_HLEN, key);
	return (struct vxm_inner){
		.flow = vxm_hash_finish(flow) >> 32,
		.truncated = len < VXM_IPV6_HLEN + vxm_read16(ip + 4),
	};
}

/**
 * struct vxm_l3 - what follows an Ethernet header and its tags
 * @at: its first byte
 * @len: bytes that are there of it
 * @type: its ethertype; 0, which is none, when it is behind too many tags or
 *	was cut off with them
 */
struct vxm_l3 {
	const u8 *at;
	size_t len;
	u16 type;
};

/**
 * vxm_parse_l3() - skip an inner frame's Ethernet header and tags
 * @head: the frame's first bytes, from the Ethernet header on: as many as
 *	%VXM_VLAN_TAGS_MAX tags make, or all if there are less
 * @len: bytes that count as there, at least ETH_HLEN
 *
 * Return: see &struct vxm_l3.
 */
static __always_inline struct vxm_l3 vxm_parse_l3(const u8 *head, size_t len)
{
	struct vxm_l3 l3 = {
		.at = head + ETH_HLEN,
		.len = len - ETH_HLEN,
		.type = vxm_read16(head + ETH_HLEN - 2),
	};
	int tags;

	/* most frames have no tag, which takes two questions else */
	if (likely(l3.type == ETH_P_IP))
		return l3;
	for (tags = 0; vxm_is_vlan(l3.type); tags++) {
		if (l3.len < VXM_VLAN_HLEN || tags == VXM_VLAN_TAGS_MAX) {
			l3.type = 0;
			break;
		}
		l3.type = vxm_read16(l3.at + 2);
		l3.at += VXM_VLAN_HLEN;
		l3.len -= VXM_VLAN_HLEN;
	}
	return l3;
}

/**
 * vxm_parse_inner() - what an inner frame's headers say
 * @head: the frame's first bytes, from the Ethernet header on: %VXM_INNER_HEAD
 *	of them, or all if there are less
 * @len: bytes in the whole frame, at least ETH_HLEN
 * @key: %VXM_FLOW_KEYS random numbers for the hash
 *
 * Return: see &struct vxm_inner.
 */
static __always_inline struct vxm_inner
vxm_parse_inner(const u8 *head, size_t len, const u64 *key)
{
	struct vxm_l3 l3 = vxm_parse_l3(head, len);
	struct vxm_inner inner = {};

	if (l3.type == ETH_P_IP) {
		if (l3.len >= VXM_IPV4_HLEN_MIN)
			return vxm_parse_ipv4(l3.at, l3.len, key);
		inner.truncated = true;
	} else if (l3.type == ETH_P_IPV6) {
		if (l3.len >= VXM_IPV6_HLEN)
			return vxm_parse_ipv6(l3.at, l3.len, key);
		inner.truncated = true;
	}
	return inner;
}

#endif /* _VXM_PARSE_H */
