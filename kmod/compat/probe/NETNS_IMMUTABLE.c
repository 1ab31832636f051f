// SPDX-License-Identifier: GPL-2.0
/* absent: netns_immutable */
#include <linux/netdevice.h>

void vxm_probe(struct net_device *dev);
void vxm_probe(struct net_device *dev)
{
	dev->netns_immutable = true;
}
