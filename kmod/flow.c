// SPDX-License-Identifier: GPL-2.0
/*
 * Which receive queue an inner flow goes to.
 */
#include <linux/kernel.h>
#include <linux/netdevice.h>

#include "flow.h"

/**
 * vxm_flow_queue() - the receive queue of an inner frame
 * @skb: the frame; device, protocol and network header set, data at the latter
 *
 * The stack's own symmetric hash (addresses, and ports where the frame is not
 * a fragment), the one that PACKET_FANOUT_HASH uses: both directions of a
 * connection, and both copies of a packet, get one queue.
 *
 * Context: softirq.
 * Return: a receive queue of the device.
 */
u16 vxm_flow_queue(const struct sk_buff *skb)
{
	return reciprocal_scale(__skb_get_hash_symmetric(skb),
				skb->dev->real_num_rx_queues);
}
