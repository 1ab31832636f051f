/* SPDX-License-Identifier: GPL-2.0 */
/*
 * NL_SET_ERR_ATTR_MISS(): since 6.1. Before, a reply cannot name the attribute
 * that is missing; the message does.
 */
#ifndef _VXM_COMPAT_LINUX_NETLINK_H
#define _VXM_COMPAT_LINUX_NETLINK_H

#include_next <linux/netlink.h>

#ifndef NL_SET_ERR_ATTR_MISS
#define NL_SET_ERR_ATTR_MISS(extack, nest, type) do { } while (0)
#endif

#endif /* _VXM_COMPAT_LINUX_NETLINK_H */
