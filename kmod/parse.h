/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading headers: pure functions over bytes.
 */
#ifndef _VXM_PARSE_H
#define _VXM_PARSE_H

#include <linux/types.h>

/* A stage's verdict that lets the packet go on; else an enum vxm_cause. */
#define VXM_PASS (-1)

/* VXLAN header (RFC 7348, section 5): flags, 24 reserved bits, VNI, 8 more */
#define VXM_VXLAN_HLEN 8

/*
 * As much of an inner frame as vxm_parse_truncated() ever looks at: Ethernet,
 * four VLAN tags, and an IP header's length field.
 */
#define VXM_INNER_HEAD 36

int vxm_parse_vxlan(const u8 *payload, size_t len, u32 *vni);
bool vxm_parse_truncated(const u8 *head, size_t head_len, size_t frame_len);

#endif /* _VXM_PARSE_H */
