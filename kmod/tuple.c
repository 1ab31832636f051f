// SPDX-License-Identifier: GPL-2.0
/*
 * What a filter asks of frames that are not plain IPv4: of IPv6, and of those
 * that end in their headers. Pure functions, as in parse.h.
 */
#include <linux/compiler.h>
#include <linux/in.h>
#include <linux/in6.h>
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

/**
 * vxm_tuple_short_ipv4() - an IPv4 header that is not all there
 * @tuple: is set
 * @ip: its first byte
 * @len: how many are there
 */
void vxm_tuple_short_ipv4(struct vxm_tuple *tuple, const u8 *ip, size_t len)
{
	u8 header[VXM_IPV4_HLEN_MIN] = {};

	memcpy(header, ip, len);
	vxm_tuple_ipv4(tuple, header, len);
	tuple->missing = vxm_tuple_missing(len, 9, 12, 4);
	tuple->cut = true;
}

/**
 * vxm_tuple_short_ports() - ports of which one is not there, or none
 * @tuple: is set
 * @ports: where they are
 * @len: how many of their bytes are there
 */
void vxm_tuple_short_ports(struct vxm_tuple *tuple, const u8 *ports, size_t len)
{
	tuple->cut = true;
	tuple->missing |= VXM_FIELD_DESTINATION_PORT;
	if (len >= 2)
		memcpy(tuple->ports, ports, 2);
	else
		tuple->missing |= VXM_FIELD_SOURCE_PORT;
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

/**
 * vxm_tuple_ipv6() - an IPv6 packet's addresses, protocol and ports
 * @tuple: is set
 * @ip: its first byte
 * @len: how many are there
 */
void vxm_tuple_ipv6(struct vxm_tuple *tuple, const u8 *ip, size_t len)
{
	u8 header[VXM_IPV6_HLEN] = {};
	size_t at = VXM_IPV6_HLEN;

	if (unlikely(len < sizeof(header))) {
		memcpy(header, ip, len);
		ip = header;
		tuple->missing = vxm_tuple_missing(len, 6, 8, 16);
		tuple->cut = true;
	}
	memcpy(tuple->addr, ip + 8, sizeof(tuple->addr));
	tuple->protocol = ip[6];
	if (!(tuple->missing & VXM_FIELD_PROTOCOL))
		at = vxm_tuple_walk(tuple, ip, len);
	tuple->kind = vxm_tuple_kind(VXM_KIND_IPV6_TCP, tuple->protocol);
	if (!(tuple->missing & VXM_FIELD_PORTS))
		vxm_tuple_ports(tuple, ip, at, len);
}
