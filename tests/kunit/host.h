/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An interface of the first network namespace, and addresses on it.
 */
#ifndef _VXM_KUNIT_HOST_H
#define _VXM_KUNIT_HOST_H

#include <linux/in6.h>
#include <linux/netdevice.h>
#include <linux/socket.h>

/**
 * struct vxm_kunit_address - an address on an interface
 * @family: AF_INET or AF_INET6
 * @prefix: length of its prefix
 * @local: the address; of IPv4, its first four bytes
 * @peer: the other end's, the same way; all zero: there is none
 */
struct vxm_kunit_address {
	sa_family_t family;
	u8 prefix;
	struct in6_addr local;
	struct in6_addr peer;
};

struct net_device *vxm_kunit_underlay(const char *name);
void vxm_kunit_underlay_end(struct net_device *dev);
int vxm_kunit_address_add(const struct net_device *dev,
			  const struct vxm_kunit_address *address);
int vxm_kunit_address_del(const struct net_device *dev,
			  const struct vxm_kunit_address *address);

#endif /* _VXM_KUNIT_HOST_H */
