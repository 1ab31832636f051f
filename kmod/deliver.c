// SPDX-License-Identifier: GPL-2.0
/*
 * The last stage: an inner frame appears as received on its mirror device.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>

#include "counters.h"
#include "deliver.h"
#include "device.h"
#include "flow.h"
#include "parse.h"

/*
 * Is a checksum left to hardware, and is it the inner frame's? Data is at the
 * inner Ethernet header; an outer header's checksum starts before it.
 */
static bool vxm_inner_csum_partial(const struct sk_buff *skb)
{
	int start = skb_checksum_start_offset(skb);

	return skb->ip_summed == CHECKSUM_PARTIAL && start >= ETH_HLEN &&
	       start + skb->csum_offset + sizeof(__sum16) <= skb->len;
}

/*
 * Whatever else the outer packet's checksum left in the skb, readers would
 * believe of the inner frame: a zero outer checksum counts as verified.
 */
static void vxm_clear_csum(struct sk_buff *skb)
{
	if (vxm_inner_csum_partial(skb))
		return;
	skb->ip_summed = CHECKSUM_NONE;
	skb->csum_valid = 0;
	skb->csum_level = 0;
	skb->csum_complete_sw = 0;
	skb->csum = 0;
}

/* Forget what the stack noted about the outer packet, but its timestamps. */
static void vxm_scrub(struct sk_buff *skb)
{
	skb_orphan(skb);
	skb_scrub_packet(skb, false);
	skb_clear_hash(skb);
	__vlan_hwaccel_clear_tag(skb);
	skb->mark = 0;
	skb->priority = 0;
	vxm_clear_csum(skb);
}

/**
 * vxm_deliver() - show an inner frame on a mirror device
 * @dev: the device
 * @skb: the frame, not shared, data at its Ethernet header, which is in the
 *	linear part; is taken
 *
 * Context: softirq, RCU.
 * Return: %VXM_PASS when the frame was handed to the device, or
 * %VXM_CAUSE_DEV_DOWN.
 */
int vxm_deliver(struct net_device *dev, struct sk_buff *skb)
{
	if (!netif_running(dev)) {
		kfree_skb(skb);
		return VXM_CAUSE_DEV_DOWN;
	}

	vxm_device_count(dev, skb->len);
	vxm_scrub(skb);
	skb->dev = dev;
	skb->protocol = eth_type_trans(skb, dev);
	/* too short to take the tag off: the stack would drop it unseen */
	if (eth_type_vlan(skb->protocol) &&
	    skb->len < VLAN_HLEN + sizeof(__be16))
		skb->protocol = htons(ETH_P_802_3);
	skb_reset_network_header(skb);
	skb_record_rx_queue(skb, vxm_flow_queue(skb));
	netif_receive_skb(skb);
	return VXM_PASS;
}
