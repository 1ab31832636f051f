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

/* Where the ports are in &vxm_tuple.byte, behind both addresses. */
#define VXM_TUPLE_PORTS_IPV4 8
#define VXM_TUPLE_PORTS_IPV6 32

/* Of the bytes in &vxm_tuple.byte, of IPv4 and at most. */
#define VXM_TUPLE_BYTES_IPV4 (VXM_TUPLE_PORTS_IPV4 + VXM_PORTS_LEN)
#define VXM_TUPLE_BYTES (VXM_TUPLE_PORTS_IPV6 + VXM_PORTS_LEN)

/**
 * struct vxm_tuple - what an inner frame's headers say to a filter. It is
 *	handed on in two registers; without padding, which compilers clear.
 * @byte: source and destination address, source and destination port, as they
 *	are in the frame: of IPv6 %VXM_TUPLE_BYTES, else
 *	%VXM_TUPLE_BYTES_IPV4. Holds while the frame does.
 * @kind: which lists of rules it is matched with
 * @protocol: IP protocol of the upper layer, if @kind does not say it
 * @missing: fields that it does not have, or that are cut off: VXM_FIELD_...;
 *	what is said of them means nothing
 * @cut: one of them begins, or would be looked for, behind the bytes given
 */
struct vxm_tuple {
	const u8 *byte;
	u32 kind;
	u8 protocol;
	u8 missing;
	u16 cut;
};

#define VXM_IPV4_OFFSET 0x1fff
#define VXM_IPV4_ADDRESSES 12	/* where they are in the header */
#define VXM_IPV6_ADDRESSES 8

struct vxm_tuple vxm_tuple_parse(const u8 *head, size_t len, u8 *room);

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

/* Is it IPv4 with ports, and without options? That is what most frames are. */
static __always_inline bool vxm_tuple_is_plain(const struct vxm_l3 *l3)
{
	const u8 *ip = l3->at;

	return l3->type == ETH_P_IP &&
	       l3->len >= VXM_IPV4_HLEN_MIN + VXM_PORTS_LEN &&
	       (ip[0] & 0xf) * 4 == VXM_IPV4_HLEN_MIN &&
	       !(vxm_read16(ip + 6) & VXM_IPV4_OFFSET) &&
	       (ip[9] == IPPROTO_TCP || ip[9] == IPPROTO_UDP);
}

/* What it says then; nothing has to be moved for it. */
static __always_inline struct vxm_tuple vxm_tuple_plain(const u8 *ip)
{
	return (struct vxm_tuple){
		.byte = ip + VXM_IPV4_ADDRESSES,
		.kind = vxm_tuple_kind(VXM_KIND_IPV4_TCP, ip[9]),
	};
}

#endif /* _VXM_TUPLE_H */
