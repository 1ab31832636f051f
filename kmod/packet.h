/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the stages tell each other about a mirror packet.
 */
#ifndef _VXM_PACKET_H
#define _VXM_PACKET_H

#include <linux/in6.h>
#include <linux/types.h>

/**
 * struct vxm_source - whose packet it is: the identity of a session, and of
 *	an unknown VNI. Compared and hashed as bytes, so there is no padding.
 * @addr: outer source address; an IPv4 address in the first four bytes, the
 *	others zero
 * @vni: VXLAN network identifier
 * @port: UDP destination port
 * @family: AF_INET or AF_INET6
 */
struct vxm_source {
	struct in6_addr addr;
	u32 vni;
	u16 port;
	u16 family;
};

/**
 * struct vxm_packet - what earlier stages found out. Header fields are copied
 *	here, since any pull may move the data.
 * @source: filled by the front, its VNI by the parser
 */
struct vxm_packet {
	struct vxm_source source;
};

#endif /* _VXM_PACKET_H */
