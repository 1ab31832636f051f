/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the stages tell each other about a mirror packet.
 */
#ifndef _VXM_PACKET_H
#define _VXM_PACKET_H

#include <linux/build_bug.h>
#include <linux/in6.h>
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <linux/types.h>

#include "hash.h"
#include "parse.h"

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

#define VXM_SOURCE_WORDS (sizeof(struct vxm_source) / sizeof(u32))

/**
 * struct vxm_packet - what earlier stages found out. Header fields are copied
 *	here, since any pull may move the data.
 * @source: filled by the front, its VNI by the parser
 * @inner: what the inner frame's headers say; see vxm_receive_asked()
 * @handed_over: see vxm_deliver()
 */
struct vxm_packet {
	struct vxm_source source;
	struct vxm_inner inner;
	u64 handed_over;
};

/**
 * vxm_source_hash() - a hash of a source
 * @source: the source
 * @key: %VXM_SOURCE_WORDS random numbers, secret: what is hashed comes from the
 *	network
 *
 * Return: the hash; take its upper bits.
 */
static inline u64 vxm_source_hash(const struct vxm_source *source,
				  const u64 *key)
{
	const u32 *word = (const u32 *)source;

	BUILD_BUG_ON(VXM_SOURCE_WORDS != 6);
	return vxm_hash_finish(vxm_hash_pair(word[0], word[1], key) +
			       vxm_hash_pair(word[2], word[3], key + 2) +
			       vxm_hash_pair(word[4], word[5], key + 4));
}

/**
 * vxm_source_equal() - do both name the same source?
 * @a: a source
 * @b: another
 *
 * Return: true if they do.
 */
static inline bool vxm_source_equal(const struct vxm_source *a,
				    const struct vxm_source *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/**
 * vxm_source_ipv4() - an IPv4 packet's source
 * @source: is set, but for the VNI
 * @addr: outer source address
 * @port: UDP destination port, host byte order
 */
static inline void vxm_source_ipv4(struct vxm_source *source, __be32 addr,
				   u16 port)
{
	source->addr.s6_addr32[0] = addr;
	source->addr.s6_addr32[1] = 0;
	source->addr.s6_addr32[2] = 0;
	source->addr.s6_addr32[3] = 0;
	source->port = port;
	source->family = AF_INET;
}

/**
 * vxm_source_ipv6() - an IPv6 packet's source
 * @source: is set, but for the VNI
 * @addr: outer source address
 * @port: UDP destination port, host byte order
 */
static inline void vxm_source_ipv6(struct vxm_source *source,
				   const struct in6_addr *addr, u16 port)
{
	source->addr = *addr;
	source->port = port;
	source->family = AF_INET6;
}

/**
 * vxm_packet() - the packet's struct vxm_packet, in its control block
 * @skb: the packet, taken
 *
 * Return: it.
 */
static inline struct vxm_packet *vxm_packet(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct vxm_packet) > sizeof(skb->cb));
	return (struct vxm_packet *)skb->cb;
}

#endif /* _VXM_PACKET_H */
