// SPDX-License-Identifier: GPL-2.0
/*
 * Reading headers: pure functions over bytes, no globals and no skb, so that
 * they run unchanged under KUnit and a user-space fuzzer.
 */
#include <linux/if_ether.h>
#include <linux/vxmirror.h>

#include "parse.h"

#define VXM_VXLAN_FLAG_I 0x08
#define VXM_VLAN_HLEN 4
#define VXM_IPV4_HLEN_MIN 20
#define VXM_IPV6_HLEN 40

static u16 vxm_read16(const u8 *p)
{
	return p[0] << 8 | p[1];
}

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
int vxm_parse_vxlan(const u8 *payload, size_t len, u32 *vni)
{
	if (len < VXM_VXLAN_HLEN)
		return VXM_CAUSE_SHORT_HEADER;
	if (!(payload[0] & VXM_VXLAN_FLAG_I))
		return VXM_CAUSE_NO_VNI_FLAG;
	if (len < VXM_VXLAN_HLEN + ETH_HLEN)
		return VXM_CAUSE_SHORT_FRAME;
	*vni = payload[4] << 16 | payload[5] << 8 | payload[6];
	return VXM_PASS;
}

/* The same ethertypes as the stack takes for a tag. */
static bool vxm_is_vlan(u16 type)
{
	return type == ETH_P_8021Q || type == ETH_P_8021AD;
}

/**
 * vxm_parse_truncated() - was the frame cut after it was sent?
 * @head: the frame's first bytes, from the Ethernet header on
 * @head_len: bytes in @head, at least ETH_HLEN; more than %VXM_INNER_HEAD are
 *	not needed
 * @frame_len: bytes in the whole frame
 *
 * Return: true when the frame's IP header is not there in whole, or says more
 * bytes than follow. Of a frame that is not IP, or of which @head shows no IP
 * header, nothing can be said: false.
 */
bool vxm_parse_truncated(const u8 *head, size_t head_len, size_t frame_len)
{
	size_t off = ETH_HLEN;
	u16 type = vxm_read16(head + ETH_HLEN - 2);

	while (vxm_is_vlan(type)) {
		if (head_len < off + VXM_VLAN_HLEN)
			return false;
		type = vxm_read16(head + off + 2);
		off += VXM_VLAN_HLEN;
	}

	if (type == ETH_P_IP) {
		if (frame_len < off + VXM_IPV4_HLEN_MIN)
			return true;
		if (head_len < off + 4)
			return false;
		return frame_len < off + vxm_read16(head + off + 2);
	}
	if (type == ETH_P_IPV6) {
		if (frame_len < off + VXM_IPV6_HLEN)
			return true;
		if (head_len < off + 6)
			return false;
		return frame_len < off + VXM_IPV6_HLEN +
				   vxm_read16(head + off + 4);
	}
	return false;
}
