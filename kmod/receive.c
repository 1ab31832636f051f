// SPDX-License-Identifier: GPL-2.0
/*
 * A mirror packet's way from its front to the mirror device: one straight
 * line, one call a stage.
 */
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <net/gso.h>
#include <net/ip_tunnels.h>

#include "counters.h"
#include "deliver.h"
#include "parse.h"
#include "pernet.h"
#include "port.h"
#include "receive.h"

/*
 * Read and strip the VXLAN header; afterwards data is at the inner frame.
 * Returns VXM_PASS or a cause.
 */
static int vxm_receive_strip(struct sk_buff *skb, u32 *vni)
{
	u8 buf[VXM_VXLAN_HLEN];
	const u8 *header;
	int verdict;

	header = skb_header_pointer(skb, 0, sizeof(buf), buf);
	verdict = vxm_parse_vxlan(header, skb->len, vni);
	if (verdict != VXM_PASS)
		return verdict;

	/* eth_type_trans() reads the inner Ethernet header in place */
	if (!pskb_may_pull(skb, VXM_VXLAN_HLEN + ETH_HLEN))
		return VXM_CAUSE_NO_MEMORY;
	__skb_pull(skb, VXM_VXLAN_HLEN);
	return VXM_PASS;
}

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
	bool super = skb_is_gso(skb) && vxm_is_tunnel_gso(skb);
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

static bool vxm_receive_truncated(const struct sk_buff *skb)
{
	size_t len = min_t(size_t, skb->len, VXM_INNER_HEAD);
	u8 buf[VXM_INNER_HEAD];

	return vxm_parse_truncated(skb_header_pointer(skb, 0, len, buf), len,
				   skb->len);
}

/* One inner frame, data at its Ethernet header. Takes the skb. */
static void vxm_receive_frame(struct vxm_net *vn, struct vxm_vni *entry,
			      struct sk_buff *skb,
			      const struct vxm_packet *packet)
{
	bool truncated = vxm_receive_truncated(skb);
	unsigned int len = skb->len;
	int verdict;

	vxm_count_received(entry->counters, len);
	if (!vxm_session_count(&vn->sessions, &packet->source, len, truncated))
		vxm_count_unattributed(entry->counters);

	verdict = vxm_deliver(rcu_dereference(entry->dev), skb);
	if (verdict == VXM_PASS)
		vxm_count_delivered(entry->counters, len, truncated);
	else
		vxm_count_cause(entry->counters, verdict);
}

/**
 * vxm_receive() - take a mirror packet
 * @port: the port it came to
 * @skb: the packet, not shared, data at the outer UDP payload; is taken
 * @packet: &vxm_packet.source is set, but for the VNI
 *
 * Context: softirq, RCU.
 */
void vxm_receive(struct vxm_port *port, struct sk_buff *skb,
		 struct vxm_packet *packet)
{
	struct vxm_net *vn = port->vn;
	struct vxm_counters __percpu *counters = vn->counters;
	struct sk_buff *frames, *next;
	struct vxm_vni *entry;
	int verdict;

	/* the stack may have cut it from a GSO packet: forget its siblings */
	skb_mark_not_on_list(skb);

	verdict = vxm_receive_strip(skb, &packet->source.vni);
	if (verdict != VXM_PASS)
		goto drop;

	entry = vxm_vni_lookup(port, packet->source.vni);
	if (!entry) {
		vxm_unknown_count(&vn->unknown, &packet->source, skb->len);
		verdict = VXM_CAUSE_UNKNOWN_VNI;
		goto drop;
	}

	counters = entry->counters;

	frames = vxm_receive_segment(skb);
	if (IS_ERR(frames)) {
		verdict = PTR_ERR(frames) == -ENOMEM ? VXM_CAUSE_NO_MEMORY :
						       VXM_CAUSE_BAD_GSO;
		goto drop;
	}
	skb_list_walk_safe(frames, skb, next) {
		skb_mark_not_on_list(skb);
		vxm_receive_frame(vn, entry, skb, packet);
	}
	return;

drop:
	vxm_count_received(counters, skb->len);
	vxm_count_cause(counters, verdict);
	kfree_skb(skb);
}
