// SPDX-License-Identifier: GPL-2.0
/*
 * Which way an inner frame went, as long as the mirror source's MAC address is
 * not known. Pure functions, as in parse.h.
 */
#include <linux/if_ether.h>
#include <linux/socket.h>
#include <linux/string.h>

#include "direction.h"

static bool vxm_tuple_is_from(struct vxm_tuple tuple, const u8 *addr,
			      u16 family)
{
	if (tuple.missing & VXM_FIELD_SOURCE)
		return false;
	if (tuple.kind <= VXM_KIND_IPV4_OTHER)
		return family == AF_INET && !memcmp(tuple.byte, addr, 4);
	return family == AF_INET6 && !memcmp(tuple.byte, addr, 16);
}

static bool vxm_tuple_is_to(struct vxm_tuple tuple, const u8 *addr,
			    u16 family)
{
	if (tuple.missing & VXM_FIELD_DESTINATION)
		return false;
	if (tuple.kind <= VXM_KIND_IPV4_OTHER)
		return family == AF_INET && !memcmp(tuple.byte + 4, addr, 4);
	return family == AF_INET6 && !memcmp(tuple.byte + 16, addr, 16);
}

/**
 * vxm_direction_by_address() - which way did an inner frame go, by what its IP
 *	header says?
 * @tuple: what is in it
 * @outer: the mirror packet's source address
 * @family: AF_INET or AF_INET6
 *
 * Return: the direction.
 */
enum vxm_direction vxm_direction_by_address(struct vxm_tuple tuple,
					    const u8 *outer, u16 family)
{
	if (vxm_tuple_is_from(tuple, outer, family))
		return VXM_DIRECTION_EGRESS;
	if (vxm_tuple_is_to(tuple, outer, family))
		return VXM_DIRECTION_INGRESS;
	return VXM_DIRECTION_UNKNOWN;
}

/**
 * vxm_direction_teaches() - does an inner frame say what the MAC address of
 *	the mirror source is?
 * @head: the frame, from its Ethernet header on
 * @tuple: what is in it
 * @outer: the mirror packet's source address
 * @family: AF_INET or AF_INET6
 *
 * It does when its IP source is @outer, but for what no host sends: from a
 * group of hosts, or from itself to itself.
 *
 * Return: vxm_mac() of it, or 0.
 */
u64 vxm_direction_teaches(const u8 *head, struct vxm_tuple tuple,
			  const u8 *outer, u16 family)
{
	const u8 *mac = head + ETH_ALEN;

	if (mac[0] & 1 || !vxm_tuple_is_from(tuple, outer, family) ||
	    vxm_tuple_is_to(tuple, outer, family))
		return 0;
	return vxm_mac(mac);
}
