/* SPDX-License-Identifier: GPL-2.0 */
/*
 * <net/netdev_rx_queue.h>: since 6.6; before, what is in it was in
 * <linux/netdevice.h>.
 */
#include "probed.h"

#ifdef VXM_HAVE_NET_NETDEV_RX_QUEUE
#include_next <net/netdev_rx_queue.h>
#else
#include <linux/netdevice.h>
#endif
