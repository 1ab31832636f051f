// SPDX-License-Identifier: GPL-2.0
/*
 * Super-packets, whose way is not the straight line of receive.h.
 */
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <net/gso.h>
#include <net/ip_tunnels.h>

#include "receive.h"

static bool vxm_is_tunnel_gso(const struct sk_buff *skb)
{
	return skb_shinfo(skb)->gso_type &
	       (SKB_GSO_UDP_TUNNEL | SKB_GSO_UDP_TUNNEL_CSUM);
}

/*
 * On virtual links a mirror packet can carry a super-packet, to be cut by
 * hardware that never came: cut it into the frames of a wire.
 * Returns the frames, linked by next; the packet itself when it is none; or
 * ERR_PTR, the packet is then still the caller's.
 */
static struct sk_buff *vxm_receive_segment(struct sk_buff *skb)
{
	bool super = vxm_is_tunnel_gso(skb);
	struct sk_buff *segments;
	int network;

	if (iptunnel_pull_offloads(skb))
		return ERR_PTR(-ENOMEM);
	if (!super) {
		/* what is left would speak of the outer packet */
		if (skb_is_gso(skb))
			skb_gso_reset(skb);
		return skb;
	}

	if (!pskb_may_pull(skb, ETH_HLEN))
		return ERR_PTR(-ENOMEM);
	skb_reset_mac_header(skb);
	network = ETH_HLEN;
	if (eth_type_vlan(eth_hdr(skb)->h_proto))
		network += VLAN_HLEN;
	skb_set_network_header(skb, network);
	skb->protocol = htons(ETH_P_TEB);
	segments = __skb_gso_segment(skb, 0, false);
	if (!segments)
		return skb;
	if (!IS_ERR(segments))
		consume_skb(skb);
	return segments;
}

/* A frame that was cut out of a super-packet. Takes the skb. */
static void vxm_receive_cut(struct vxm_vni *entry, struct vxm_session *session,
			    struct sk_buff *skb)
{
	skb_mark_not_on_list(skb);
	if (pskb_may_pull(skb, min_t(unsigned int, skb->len, VXM_INNER_HEAD))) {
		vxm_receive_frame(entry, session, skb, false);
		return;
	}
	vxm_count_lost(entry->counters, skb->len, VXM_CAUSE_NO_MEMORY);
	kfree_skb(skb);
}

/**
 * vxm_receive_gso() - take a mirror packet that carries a super-packet
 * @entry: VNI entry
 * @session: session, or NULL
 * @skb: data at the inner Ethernet header; is taken
 *
 * Context: softirq, RCU.
 */
void vxm_receive_gso(struct vxm_vni *entry, struct vxm_session *session,
		     struct sk_buff *skb)
{
	struct sk_buff *frames = vxm_receive_segment(skb);
	struct sk_buff *next;

	if (IS_ERR(frames)) {
		vxm_count_lost(entry->counters, skb->len,
			       PTR_ERR(frames) == -ENOMEM ?
			       VXM_CAUSE_NO_MEMORY : VXM_CAUSE_BAD_GSO);
		kfree_skb(skb);
		return;
	}
	skb_list_walk_safe(frames, skb, next)
		vxm_receive_cut(entry, session, skb);
}
