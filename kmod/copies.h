/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Telling copies of a packet, seen by several sessions, from retransmissions:
 * what of a packet all its copies share, and how often each session has seen
 * it. Pure functions, as in parse.h.
 */
#ifndef _VXM_COPIES_H
#define _VXM_COPIES_H

#include <linux/if_ether.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>

#include "parse.h"

/* Bytes of a packet, from its IP header on, by which copies are known. */
#define VXM_COPY_HEAD 96
/* Of a packet that was cut, as many behind the IP header: TCP's own header. */
#define VXM_COPY_HEAD_MIN 20

/* More sessions than that, and what the others see of a packet is delivered. */
#define VXM_COPY_SESSIONS 6

/**
 * vxm_copy_head() - take out of a packet what differs between its copies
 * @ip: its first bytes, from the IP header on: %VXM_COPY_HEAD of them, or all
 *	if there are less; are changed
 * @len: how many
 * @type: its ethertype
 *
 * A hop changes the TTL or hop limit, with it IPv4's checksum, and the ECN
 * bits; what follows the packet on the wire is padding.
 *
 * Return: the bytes that are left to compare, or 0 when they say too little:
 * it is not IP, does not say its length, or a header was cut.
 */
static inline size_t vxm_copy_head(u8 *ip, size_t len, u16 type)
{
	size_t header_len, total;

	if (type == ETH_P_IP && len >= VXM_IPV4_HLEN_MIN && ip[0] >> 4 == 4) {
		header_len = (ip[0] & 0xf) * 4;
		total = vxm_read16(ip + 2);
		if (header_len < VXM_IPV4_HLEN_MIN || total < header_len)
			return 0;
		ip[1] &= ~0x03;
		ip[8] = 0;
		ip[10] = 0;
		ip[11] = 0;
	} else if (type == ETH_P_IPV6 && len >= VXM_IPV6_HLEN &&
		   ip[0] >> 4 == 6) {
		header_len = VXM_IPV6_HLEN;
		total = vxm_read16(ip + 4);
		/* a jumbogram, or nothing but the header */
		if (!total)
			return 0;
		total += header_len;
		ip[1] &= ~0x30;
		ip[7] = 0;
	} else {
		return 0;
	}

	if (len < min(total, header_len + VXM_COPY_HEAD_MIN))
		return 0;
	return min(total, len);
}

/**
 * struct vxm_copies - how often a packet was seen. Time goes by ticks: what was
 *	delivered is known in the tick when it was, and in the next.
 * @tick: the tick of the latest copy
 * @before: of those delivered, how many were so in the tick before
 * @delivered: copies delivered
 * @session: the sessions that have seen it; one with none seen is free
 *
 * A session's first copy is one of the first that was delivered, its second
 * one of the second, and so on. So of what the sessions send, as much is
 * delivered as any one of them has seen, however their copies mix. Whatever
 * is forgotten, for age or for want of room, lets more be delivered, never
 * less.
 */
struct vxm_copies {
	u32 tick;
	u16 before;
	u16 delivered;
	struct {
		u16 number;
		u16 seen;
	} session[VXM_COPY_SESSIONS];
};

/**
 * vxm_copies_age() - forget what was delivered too long ago
 * @copies: how often the packet was seen
 * @tick: now
 */
static inline void vxm_copies_age(struct vxm_copies *copies, u32 tick)
{
	u16 gone, *seen;
	int i;

	if (tick == copies->tick)
		return;
	gone = tick - copies->tick == 1 ? copies->before : copies->delivered;
	copies->delivered -= gone;
	copies->before = copies->delivered;
	copies->tick = tick;
	for (i = 0; i < VXM_COPY_SESSIONS; i++) {
		seen = &copies->session[i].seen;
		*seen -= min(*seen, gone);
	}
}

/* The place of a session, or a free one; or none: VXM_COPY_SESSIONS. */
static inline int vxm_copies_place(const struct vxm_copies *copies, u16 number)
{
	int i, place = VXM_COPY_SESSIONS;

	for (i = VXM_COPY_SESSIONS - 1; i >= 0; i--) {
		if (!copies->session[i].seen)
			place = i;
		else if (copies->session[i].number == number)
			return i;
	}
	return place;
}

/**
 * vxm_copies_see() - a session sees the packet
 * @copies: how often it was seen
 * @number: the session's number
 * @tick: now
 *
 * Return: whether it is to be delivered: no other session has seen it as often.
 */
static inline bool vxm_copies_see(struct vxm_copies *copies, u16 number,
				  u32 tick)
{
	u16 *seen;
	int place;

	vxm_copies_age(copies, tick);
	place = vxm_copies_place(copies, number);
	if (place == VXM_COPY_SESSIONS)
		return true;
	seen = &copies->session[place].seen;
	if (*seen == U16_MAX)
		return true;
	copies->session[place].number = number;
	if (++*seen <= copies->delivered)
		return false;
	copies->delivered = *seen;
	return true;
}

#endif /* _VXM_COPIES_H */
