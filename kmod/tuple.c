// SPDX-License-Identifier: GPL-2.0
/*
 * What a filter asks of any frame. Pure functions, as in parse.h.
 */
#include <linux/compiler.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "tuple.h"

#define VXM_IPV6_OFFSET 0xfff8

/* Of an IP header that is not all there, the fields that are not. */
static u8 vxm_tuple_missing(size_t len, size_t protocol, size_t source,
			    size_t addr_len)
{
	u8 missing = VXM_FIELD_PORTS | VXM_FIELD_DESTINATION;

	if (len <= protocol)
		missing |= VXM_FIELD_PROTOCOL;
	if (len < source + addr_len)
		missing |= VXM_FIELD_SOURCE;
	return missing;
}

/*
 * The upper layer's header is at that many of the packet's bytes, and the ports
 * go there.
 */
static void vxm_tuple_ports(struct vxm_tuple *tuple, u8 *ports, const u8 *ip,
			    size_t at, size_t len)
{
	size_t there = len > at ? len - at : 0;

	if (tuple->protocol != IPPROTO_TCP && tuple->protocol != IPPROTO_UDP) {
		tuple->missing |= VXM_FIELD_PORTS;
		return;
	}
	if (there < VXM_PORTS_LEN) {
		tuple->cut = true;
		tuple->missing |= VXM_FIELD_DESTINATION_PORT;
		if (there < 2)
			tuple->missing |= VXM_FIELD_SOURCE_PORT;
	}
	memcpy(ports, ip + at, min(there, (size_t)VXM_PORTS_LEN));
}

static void vxm_tuple_ipv4(struct vxm_tuple *tuple, u8 *room, const u8 *ip,
			   size_t len)
{
	u8 header[VXM_IPV4_HLEN_MIN] = {};
	size_t header_len;

	memcpy(header, ip, min(len, sizeof(header)));
	header_len = (header[0] & 0xf) * 4;
	memcpy(room, header + VXM_IPV4_ADDRESSES, VXM_TUPLE_PORTS_IPV4);
	tuple->protocol = header[9];
	tuple->kind = vxm_tuple_kind(VXM_KIND_IPV4_TCP, header[9]);
	if (len < sizeof(header)) {
		tuple->missing = vxm_tuple_missing(len, 9, VXM_IPV4_ADDRESSES, 4);
		tuple->cut = true;
	} else if (header_len < sizeof(header) ||
		   vxm_read16(header + 6) & VXM_IPV4_OFFSET) {
		tuple->missing = VXM_FIELD_PORTS;
	} else {
		vxm_tuple_ports(tuple, room + VXM_TUPLE_PORTS_IPV4, ip,
				header_len, len);
	}
}

/*
 * Walk to the upper layer's header; returns how many bytes are before it. Of a
 * later fragment nothing is there but what the fragment header says of it.
 */
static size_t vxm_tuple_walk(struct vxm_tuple *tuple, const u8 *ip, size_t len)
{
	size_t at = VXM_IPV6_HLEN;
	u8 header;
	int n;

	for (n = 0; vxm_is_extension(tuple->protocol); n++) {
		if (tuple->missing || n == VXM_EXTENSIONS_MAX || len <= at) {
			tuple->cut |= !tuple->missing && n < VXM_EXTENSIONS_MAX;
			tuple->missing |= VXM_FIELD_PROTOCOL | VXM_FIELD_PORTS;
			tuple->protocol = 0;
			break;
		}
		header = tuple->protocol;
		tuple->protocol = ip[at];
		if (header == IPPROTO_FRAGMENT && len >= at + 4 &&
		    vxm_read16(ip + at + 2) & VXM_IPV6_OFFSET)
			tuple->missing |= VXM_FIELD_PORTS;
		if (len > at + 1)
			at += vxm_extension_len(header, ip[at + 1]);
		else
			at = len;
	}
	return at;
}

static void vxm_tuple_ipv6(struct vxm_tuple *tuple, u8 *room, const u8 *ip,
			   size_t len)
{
	u8 header[VXM_IPV6_HLEN] = {};
	size_t at = VXM_IPV6_HLEN;

	memcpy(header, ip, min(len, sizeof(header)));
	memcpy(room, header + VXM_IPV6_ADDRESSES, VXM_TUPLE_PORTS_IPV6);
	tuple->protocol = header[6];
	if (len < sizeof(header)) {
		tuple->missing = vxm_tuple_missing(len, 6, VXM_IPV6_ADDRESSES,
						   16);
		tuple->cut = true;
	}
	if (!(tuple->missing & VXM_FIELD_PROTOCOL))
		at = vxm_tuple_walk(tuple, ip, len);
	tuple->kind = vxm_tuple_kind(VXM_KIND_IPV6_TCP, tuple->protocol);
	if (!(tuple->missing & VXM_FIELD_PORTS))
		vxm_tuple_ports(tuple, room + VXM_TUPLE_PORTS_IPV6, ip,
				at, len);
}

/**
 * vxm_tuple_parse() - what an inner frame's headers say to a filter
 * @head: the frame's first bytes, from the Ethernet header on
 * @len: how many, at least ETH_HLEN. %VXM_INNER_HEAD are enough, but for IPv6
 *	with extension headers: when &vxm_tuple.cut and the frame is longer,
 *	more of it may say more.
 * @room: %VXM_TUPLE_BYTES, for &vxm_tuple.byte when the frame does not have
 *	these one after the other
 *
 * Protocol and ports are those of the upper layer: behind IPv6's extension
 * headers, if it can be reached. Later fragments have no ports. What the
 * ethertype calls IP is IP, and is read as it stands.
 *
 * Return: it.
 */
struct vxm_tuple vxm_tuple_parse(const u8 *head, size_t len, u8 *room)
{
	struct vxm_l3 l3 = vxm_parse_l3(head, len);
	struct vxm_tuple tuple = { .byte = room };

	if (vxm_tuple_is_plain(&l3))
		return vxm_tuple_plain(l3.at);
	memset(room, 0, VXM_TUPLE_BYTES);
	if (l3.type == ETH_P_IP) {
		vxm_tuple_ipv4(&tuple, room, l3.at, l3.len);
	} else if (l3.type == ETH_P_IPV6) {
		vxm_tuple_ipv6(&tuple, room, l3.at, l3.len);
	} else {
		tuple.kind = VXM_KIND_NOT_IP;
		tuple.missing = VXM_FIELD_ALL;
	}
	return tuple;
}
