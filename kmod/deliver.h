/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Onto the mirror device.
 */
#ifndef _VXM_DELIVER_H
#define _VXM_DELIVER_H

#include <linux/skbuff.h>

struct net_device;

int vxm_deliver(struct net_device *dev, struct sk_buff *skb);

#endif /* _VXM_DELIVER_H */
