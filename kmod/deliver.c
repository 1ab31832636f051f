// SPDX-License-Identifier: GPL-2.0
/*
 * The last stage: an inner frame appears as received on its mirror device.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/random.h>

#include "counters.h"
#include "deliver.h"
#include "device.h"
#include "flow.h"
#include "parse.h"

/* What nobody else can write into an skb. */
u64 vxm_handed_over __read_mostly;

/**
 * vxm_deliver_init() - before there are packets
 */
void vxm_deliver_init(void)
{
	get_random_bytes(&vxm_handed_over, sizeof(vxm_handed_over));
}

/* Data is at the Ethernet header; afterwards as the stack wants it. */
static __always_inline void vxm_show(struct sk_buff *skb)
{
	const struct ethhdr *eth = (const void *)skb->data;

	/* most frames, in half the instructions */
	if (likely(eth_proto_is_802_3(eth->h_proto) &&
		   !is_multicast_ether_addr(eth->h_dest))) {
		skb_reset_mac_header(skb);
		__skb_pull(skb, ETH_HLEN);
		skb->protocol = eth->h_proto;
	} else {
		skb->protocol = eth_type_trans(skb, skb->dev);
	}
	/* too short to take the tag off: the stack would drop it unseen */
	if (unlikely(eth_type_vlan(skb->protocol)) &&
	    skb->len < VLAN_HLEN + sizeof(__be16))
		skb->protocol = htons(ETH_P_802_3);
	skb_reset_network_header(skb);
	skb_reset_transport_header(skb);
}

/**
 * vxm_deliver_nested() - hand a frame to the stack, as drivers do
 * @skb: the frame; is taken
 *
 * Context: softirq, RCU.
 */
void vxm_deliver_nested(struct sk_buff *skb)
{
	vxm_show(skb);
	netif_receive_skb(skb);
}

/**
 * vxm_deliver_rx() - the mirror device's receive handler
 * @pskb: the frame
 *
 * Sees a frame that was handed over before packet sockets and tc do, and every
 * frame after them; that is its end, before the host's stack.
 *
 * Context: softirq, RCU.
 * Return: RX_HANDLER_ANOTHER for the first, RX_HANDLER_CONSUMED for the other.
 */
rx_handler_result_t vxm_deliver_rx(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;

	if (vxm_packet(skb)->handed_over == vxm_handed_over) {
		vxm_packet(skb)->handed_over = 0;
		vxm_show(skb);
		return RX_HANDLER_ANOTHER;
	}
	consume_skb(skb);
	return RX_HANDLER_CONSUMED;
}
