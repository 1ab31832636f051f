/* SPDX-License-Identifier: GPL-2.0 */
/*
 * net_device.netns_immutable: since 6.15; netns_local in 6.12 to 6.14, before
 * that a feature flag.
 */
#ifndef _VXM_COMPAT_LINUX_NETDEVICE_H
#define _VXM_COMPAT_LINUX_NETDEVICE_H

#include_next <linux/netdevice.h>
#include "probed.h"

#ifndef VXM_HAVE_NETNS_IMMUTABLE
#define vxm_stay_in_netns vxm_stay_in_netns
static inline void vxm_stay_in_netns(struct net_device *dev)
{
#ifdef NETIF_F_NETNS_LOCAL
	dev->features |= NETIF_F_NETNS_LOCAL;
#else
	dev->netns_local = true;
#endif
}
#endif

#endif /* _VXM_COMPAT_LINUX_NETDEVICE_H */
