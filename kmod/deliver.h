/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Onto the mirror device.
 */
#ifndef _VXM_DELIVER_H
#define _VXM_DELIVER_H

#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <net/dst.h>
#include <net/netdev_rx_queue.h>
#include <net/rps.h>

#include "device.h"
#include "flow.h"
#include "packet.h"

/* Delivered, when the stack goes on; see vxm_deliver(). */
#define VXM_HANDED_OVER (-2)

extern u64 vxm_handed_over;

void vxm_deliver_init(void);
rx_handler_result_t vxm_deliver_rx(struct sk_buff **pskb);
void vxm_deliver_nested(struct sk_buff *skb);

/*
 * Is a checksum left to hardware, and is it the inner frame's? Data is at the
 * inner Ethernet header; an outer header's checksum starts before it.
 */
static inline bool vxm_inner_csum_partial(const struct sk_buff *skb)
{
	int start;

	if (likely(skb->ip_summed != CHECKSUM_PARTIAL))
		return false;
	start = skb_checksum_start_offset(skb);
	return start >= ETH_HLEN &&
	       start + skb->csum_offset + sizeof(__sum16) <= skb->len;
}

/*
 * Whatever else the outer packet's checksum left in the skb, readers would
 * believe of the inner frame: a zero outer checksum counts as verified.
 */
static inline void vxm_clear_csum(struct sk_buff *skb)
{
	if (vxm_inner_csum_partial(skb))
		return;
	skb->ip_summed = CHECKSUM_NONE;
	skb->csum_valid = 0;
	skb->csum_level = 0;
	skb->csum_complete_sw = 0;
	skb->csum = 0;
}

/*
 * Forget what the stack noted about the outer packet, but its timestamps: what
 * skb_scrub_packet() does, without what is set again anyway.
 */
static __always_inline void vxm_scrub(struct sk_buff *skb)
{
	skb_orphan(skb);
	skb_dst_drop(skb);
	skb_ext_reset(skb);
	nf_reset_ct(skb);
	nf_reset_trace(skb);
	__vlan_hwaccel_clear_tag(skb);
	skb->ignore_df = 0;
	skb->encapsulation = 0;
#ifdef CONFIG_NET_SWITCHDEV
	skb->offload_fwd_mark = 0;
	skb->offload_l3_fwd_mark = 0;
#endif
	skb->mark = 0;
	skb->priority = 0;
	vxm_clear_csum(skb);
}

/* Receive packet steering begins where a device hands in its packets. */
static inline bool vxm_steered(const struct net_device *dev, u16 queue)
{
#ifdef CONFIG_RPS
	const struct netdev_rx_queue *rx = &dev->_rx[queue];

	return static_branch_unlikely(&rps_needed) &&
	       (rcu_access_pointer(rx->rps_map) ||
		READ_ONCE(rx->rps_flow_table));
#else
	return false;
#endif
}

/**
 * vxm_deliver() - show an inner frame on a mirror device
 * @dev: the device
 * @skb: the frame, not shared, data at its Ethernet header, which is in the
 *	linear part; is taken
 * @flow: &vxm_inner.flow
 * @vlan: 802.1Q tag to show it with, or 0
 * @early: the stack is about to go on with this very skb, as a packet of the
 *	underlay
 *
 * The stack hands each packet to the receive handler of the device that the
 * skb names by then: naming the mirror device brings the frame to
 * vxm_deliver_rx(), which sends it round once more, now as the mirror
 * device's. That spares a second way through netif_receive_skb(). A random
 * number tells it from other frames. Should a stack ever not ask there, it
 * drops what has no protocol.
 *
 * Context: softirq, RCU.
 * Return: %VXM_PASS when the frame was handed to the device; %VXM_HANDED_OVER
 * when it will be as soon as the stack goes on with it; or %VXM_CAUSE_DEV_DOWN.
 */
static __always_inline int
vxm_deliver(struct net_device *dev, struct sk_buff *skb, u32 flow, u16 vlan,
	    bool early)
{
	u16 queue;

	if (unlikely(!netif_running(dev))) {
		kfree_skb(skb);
		return VXM_CAUSE_DEV_DOWN;
	}

	vxm_device_count(dev, skb->len);
	vxm_scrub(skb);
	if (unlikely(vlan))
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), vlan);
	skb->dev = dev;
	/* whatever its address says, a mirrored frame is not for this host */
	skb->pkt_type = PACKET_OTHERHOST;
	queue = vxm_flow_queue(flow, dev->real_num_rx_queues);
	skb_record_rx_queue(skb, queue);
	__skb_set_sw_hash(skb, flow, true);

	if (early && !vxm_steered(dev, queue)) {
		skb->protocol = 0;
		vxm_packet(skb)->handed_over = vxm_handed_over;
		return VXM_HANDED_OVER;
	}
	vxm_deliver_nested(skb);
	return VXM_PASS;
}

#endif /* _VXM_DELIVER_H */
