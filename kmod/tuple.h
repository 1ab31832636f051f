/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a filter asks of an inner frame: its addresses, protocol and ports.
 * Pure functions, as in parse.h.
 */
#ifndef _VXM_TUPLE_H
#define _VXM_TUPLE_H

#include <linux/compiler.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/string.h>
#include <linux/types.h>

#include "parse.h"

/* More IPv6 extension headers than that are not walked. */
#define VXM_EXTENSIONS_MAX 8

/**
 * enum vxm_kind - the kinds of frames that a filter keeps lists of rules for
 * @VXM_KIND_IPV4_TCP: TCP in IPv4
 * @VXM_KIND_IPV4_UDP: UDP in IPv4
 * @VXM_KIND_IPV4_OTHER: any other protocol in IPv4, or an unknown one
 * @VXM_KIND_IPV6_TCP: TCP in IPv6
 * @VXM_KIND_IPV6_UDP: UDP in IPv6
 * @VXM_KIND_IPV6_OTHER: any other protocol in IPv6, or an unknown one
 * @VXM_KIND_NOT_IP: no IP header is seen
 * @__VXM_KIND_MAX: how many there are
 */
enum vxm_kind {
	VXM_KIND_IPV4_TCP,
	VXM_KIND_IPV4_UDP,
	VXM_KIND_IPV4_OTHER,
	VXM_KIND_IPV6_TCP,
	VXM_KIND_IPV6_UDP,
	VXM_KIND_IPV6_OTHER,
	VXM_KIND_NOT_IP,

	__VXM_KIND_MAX
};

/* Fields that a rule may need, and that a frame may not have. */
#define VXM_FIELD_SOURCE 0x01
#define VXM_FIELD_DESTINATION 0x02
#define VXM_FIELD_PROTOCOL 0x04
#define VXM_FIELD_SOURCE_PORT 0x08
#define VXM_FIELD_DESTINATION_PORT 0x10
#define VXM_FIELD_PORTS (VXM_FIELD_SOURCE_PORT | VXM_FIELD_DESTINATION_PORT)
#define VXM_FIELD_ALL 0x1f

/* Where the ports are in &vxm_tuple.byte, and its bytes. */
#define VXM_TUPLE_PORTS 32
#define VXM_TUPLE_BYTES (VXM_TUPLE_PORTS + VXM_PORTS_LEN)

/**
 * struct vxm_tuple - what an inner frame's headers say to a filter
 * @addr: addresses as they are in the frame: of IPv4, both in the first; of
 *	IPv6, source and destination, two each; the others are 0
 * @ports: source and destination port as they are in the frame
 * @byte: addresses and ports, byte by byte
 * @kind: which lists of rules it is matched with
 * @protocol: IP protocol of the upper layer
 * @missing: fields that it does not have, or that are cut off: VXM_FIELD_...;
 *	what is above for them means nothing
 * @cut: one of them begins, or would be looked for, behind the bytes given
 */
struct vxm_tuple {
	union {
		struct {
			u64 addr[4];
			u8 ports[VXM_PORTS_LEN];
			u8 kind;
			u8 protocol;
			u8 missing;
			bool cut;
		};
		u8 byte[VXM_TUPLE_BYTES];
	};
};

#define VXM_IPV4_OFFSET 0x1fff

void vxm_tuple_short_ipv4(struct vxm_tuple *tuple, const u8 *ip, size_t len);
void vxm_tuple_short_ports(struct vxm_tuple *tuple, const u8 *ports,
			   size_t len);
void vxm_tuple_ipv6(struct vxm_tuple *tuple, const u8 *ip, size_t len);

/* Is there more of IPv6's headers behind it? */
static inline bool vxm_is_extension(u8 protocol)
{
	return protocol == IPPROTO_HOPOPTS || protocol == IPPROTO_ROUTING ||
	       protocol == IPPROTO_FRAGMENT || protocol == IPPROTO_AH ||
	       protocol == IPPROTO_DSTOPTS;
}

/* Bytes of an extension header, by its second byte. */
static inline size_t vxm_extension_len(u8 protocol, u8 len)
{
	if (protocol == IPPROTO_FRAGMENT)
		return 8;
	if (protocol == IPPROTO_AH)
		return (len + 2) * 4;
	return (len + 1) * 8;
}

/* A family's kinds follow each other: TCP, UDP, other. */
static __always_inline enum vxm_kind vxm_tuple_kind(enum vxm_kind tcp,
						    u8 protocol)
{
	if (protocol == IPPROTO_TCP)
		return tcp;
	return tcp + (protocol == IPPROTO_UDP ? 1 : 2);
}

/* The upper layer's header is at that many of the packet's bytes. */
static __always_inline void vxm_tuple_ports(struct vxm_tuple *tuple,
					    const u8 *ip, size_t at, size_t len)
{
	if (tuple->protocol != IPPROTO_TCP && tuple->protocol != IPPROTO_UDP)
		tuple->missing |= VXM_FIELD_PORTS;
	else if (likely(len >= at + VXM_PORTS_LEN))
		memcpy(tuple->ports, ip + at, VXM_PORTS_LEN);
	else
		vxm_tuple_short_ports(tuple, ip + at, len > at ? len - at : 0);
}

static __always_inline void vxm_tuple_ipv4(struct vxm_tuple *tuple,
					   const u8 *ip, size_t len)
{
	unsigned int header_len = (ip[0] & 0xf) * 4;

	memcpy(tuple->addr, ip + 12, sizeof(tuple->addr[0]));
	tuple->protocol = ip[9];
	tuple->kind = vxm_tuple_kind(VXM_KIND_IPV4_TCP, ip[9]);
	if (unlikely(header_len < VXM_IPV4_HLEN_MIN ||
		     vxm_read16(ip + 6) & VXM_IPV4_OFFSET))
		tuple->missing = VXM_FIELD_PORTS;
	else
		vxm_tuple_ports(tuple, ip, header_len, len);
}

/**
 * vxm_tuple_parse() - what an inner frame's headers say to a filter
 * @tuple: is set
 * @head: the frame's first bytes, from the Ethernet header on
 * @len: how many, at least ETH_HLEN. %VXM_INNER_HEAD are enough, but for IPv6
 *	with extension headers: when &vxm_tuple.cut and the frame is longer,
 *	more of it may say more.
 *
 * Protocol and ports are those of the upper layer: behind IPv6's extension
 * headers, if it can be reached. Later fragments have no ports. What the
 * ethertype calls IP is IP, and is read as it stands.
 */
static __always_inline void vxm_tuple_parse(struct vxm_tuple *tuple,
					    const u8 *head, size_t len)
{
	struct vxm_l3 l3 = vxm_parse_l3(head, len);

	*tuple = (struct vxm_tuple){};
	if (l3.type == ETH_P_IP) {
		if (likely(l3.len >= VXM_IPV4_HLEN_MIN))
			vxm_tuple_ipv4(tuple, l3.at, l3.len);
		else
			vxm_tuple_short_ipv4(tuple, l3.at, l3.len);
	} else if (l3.type == ETH_P_IPV6) {
		vxm_tuple_ipv6(tuple, l3.at, l3.len);
	} else {
		tuple->kind = VXM_KIND_NOT_IP;
		tuple->missing = VXM_FIELD_ALL;
	}
}

#endif /* _VXM_TUPLE_H */
