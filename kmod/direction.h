/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which way an inner frame went, which nothing in a mirror packet says. Pure
 * functions, as in parse.h.
 */
#ifndef _VXM_DIRECTION_H
#define _VXM_DIRECTION_H

#include <linux/compiler.h>
#include <linux/if_ether.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/vxmirror.h>

#include "tuple.h"

/* Of the UAPI's enum vxm_direction, and when nothing says which. */
#define VXM_DIRECTIONS 2
#define VXM_DIRECTION_UNKNOWN VXM_DIRECTIONS

/**
 * vxm_mac() - a MAC address as a number
 * @bytes: its bytes
 *
 * Return: a number that no other address has, 0 for that of zeros only.
 */
static __always_inline u64 vxm_mac(const u8 *bytes)
{
	u16 rest;

	memcpy(&rest, bytes + 4, sizeof(rest));
	return (u64)rest << 32 | vxm_word(bytes);
}

enum vxm_direction vxm_direction_by_address(struct vxm_tuple tuple,
					    const u8 *outer, u16 family);
u64 vxm_direction_teaches(const u8 *head, struct vxm_tuple tuple,
			  const u8 *outer, u16 family);

/**
 * vxm_mac_bytes() - the address again
 * @mac: what vxm_mac() made of it
 * @bytes: is set
 */
static inline void vxm_mac_bytes(u64 mac, u8 *bytes)
{
	u32 first = mac;
	u16 rest = mac >> 32;

	memcpy(bytes, &first, sizeof(first));
	memcpy(bytes + 4, &rest, sizeof(rest));
}

/**
 * vxm_direction() - which way did an inner frame go?
 * @mac: vxm_mac() of the mirror source, 0: not known yet
 * @head: the frame, from its Ethernet header on
 * @tuple: what is in it
 * @outer: the mirror packet's source address, which is that of the mirror
 *	source
 * @family: AF_INET or AF_INET6
 *
 * Return: the direction.
 */
static __always_inline enum vxm_direction
vxm_direction(u64 mac, const u8 *head, struct vxm_tuple tuple,
	      const u8 *outer, u16 family)
{
	if (unlikely(!mac))
		return vxm_direction_by_address(tuple, outer, family);
	if (vxm_mac(head + ETH_ALEN) == mac)
		return VXM_DIRECTION_EGRESS;
	return vxm_mac(head) == mac ? VXM_DIRECTION_INGRESS : VXM_DIRECTION_UNKNOWN;
}

#endif /* _VXM_DIRECTION_H */
