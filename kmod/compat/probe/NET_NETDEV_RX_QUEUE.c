// SPDX-License-Identifier: GPL-2.0
/* absent: net/netdev_rx_queue\.h.*\(No such file\|not found\) */
#include <linux/netdevice.h>
#include <net/netdev_rx_queue.h>
