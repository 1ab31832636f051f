/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inner frames, byte by byte.
 */
#ifndef _VXM_KUNIT_FRAME_H
#define _VXM_KUNIT_FRAME_H

#include <linux/types.h>

/* Room for a frame and for a mirror packet with it. */
#define VXM_KUNIT_FRAME_MAX 4096

/* More VLAN tags than vxm_parse_inner() looks behind. */
#define VXM_KUNIT_TAGS 5

/**
 * struct vxm_kunit_flow - an inner frame in words
 * @name: for the parameter of a test
 * @tags: ethertypes of its VLAN tags, outermost first; 0 after the last
 * @type: ethertype after them; of other than IP, @payload follows at once
 * @protocol: layer 4: TCP, UDP, or else 8 bytes of header without ports
 * @from: last byte of the source address, and of the source's MAC address
 * @to: the same of the destination
 * @source: source port
 * @dest: destination port
 * @fragment: IPv4's field, or that of IPv6's fragment header; 0: no fragment
 * @payload: bytes after the last header
 */
struct vxm_kunit_flow {
	const char *name;
	u16 tags[VXM_KUNIT_TAGS];
	u16 type;
	u8 protocol;
	u8 from;
	u8 to;
	u16 source;
	u16 dest;
	u16 fragment;
	size_t payload;
};

void vxm_kunit_fill(u8 *bytes, size_t len);
size_t vxm_kunit_frame(const struct vxm_kunit_flow *flow, u8 *frame);
size_t vxm_kunit_l3(const struct vxm_kunit_flow *flow);
size_t vxm_kunit_l4(const struct vxm_kunit_flow *flow);
size_t vxm_kunit_packet(u32 vni, const u8 *frame, size_t len, u8 *packet);

#endif /* _VXM_KUNIT_FRAME_H */
