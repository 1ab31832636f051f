// SPDX-License-Identifier: GPL-2.0
/*
 * What is not on the straight line of receive.h: frames that are to be changed,
 * and super-packets.
 */
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <net/gso.h>
#include <net/ip_tunnels.h>

#include "dedup.h"
#include "edit.h"
#include "judge.h"
#include "receive.h"

/* The tag of the packet's VNI. */
static u16 vxm_receive_vlan(const struct vxm_vni *entry, struct sk_buff *skb)
{
	u32 vlan = READ_ONCE(entry->settings.vlan);

	if (vlan & VXM_VLAN_EACH)
		vlan += vxm_packet(skb)->source.vni - entry->key.first;
	return vlan;
}

/*
 * Cut and repair the frame as the operator asks. Returns VXM_PASS or a cause.
 * Not inlined: what it keeps on the stack would cost every frame.
 */
static noinline int vxm_receive_edit(const struct vxm_vni *entry, u32 snaplen,
				     struct sk_buff *skb, bool truncated)
{
	bool repaired;

	if (!vxm_edit_cut(skb, snaplen, &truncated))
		return VXM_CAUSE_NO_MEMORY;
	if (!truncated || !READ_ONCE(entry->settings.repair))
		return VXM_PASS;
	if (!vxm_edit_repair(skb, &repaired))
		return VXM_CAUSE_NO_MEMORY;
	vxm_count_repair(entry->counters, repaired);
	return VXM_PASS;
}

/*
 * Is the frame wanted? What is said of its session goes before what is said of
 * its entry. Returns VXM_PASS or a cause.
 */
static __always_inline int
vxm_receive_judge(struct vxm_vni *entry, struct vxm_session *session,
		  const struct vxm_session_hand *hand, struct sk_buff *skb)
{
	const struct vxm_filter *filter = NULL;

	if (unlikely(hand)) {
		if (hand->action != VXM_SESSION_FILTERED)
			return hand->action == VXM_SESSION_ACCEPT ?
			       VXM_PASS : VXM_CAUSE_FILTERED;
		filter = hand->filter;
	} else if (READ_ONCE(entry->settings.sources) == VXM_SOURCES_LISTED) {
		return VXM_CAUSE_UNLISTED_SOURCE;
	}
	if (likely(!filter))
		filter = rcu_dereference(entry->settings.filter);
	return filter ? vxm_filter_judge(filter, entry, session, skb) :
			VXM_PASS;
}

/*
 * Is it the first of its copies? On a device that is down none would be the
 * one that is shown. Returns VXM_PASS or a cause. Not inlined, as above.
 */
static noinline int vxm_receive_once(const struct vxm_vni *entry,
				     struct vxm_dedup *dedup,
				     const struct vxm_session *session,
				     const struct sk_buff *skb)
{
	u64 print;

	if (!session || !netif_running(rcu_dereference(entry->dev)) ||
	    !vxm_dedup_print(dedup, skb, &print))
		return VXM_PASS;
	return vxm_dedup_see(dedup, print, session->number) ?
	       VXM_PASS : VXM_CAUSE_DUPLICATE;
}

/*
 * A frame that is wanted, of which more is asked than that; what is said of
 * its session goes before what is said of its entry. Returns VXM_PASS or a
 * cause.
 */
static __always_inline int
vxm_receive_change(const struct vxm_vni *entry,
		   const struct vxm_session *session,
		   const struct vxm_session_hand *hand, struct sk_buff *skb,
		   bool truncated)
{
	struct vxm_dedup *dedup = rcu_dereference(entry->settings.dedup);
	u32 snaplen = READ_ONCE(entry->settings.snaplen);
	int verdict;

	if (dedup) {
		verdict = vxm_receive_once(entry, dedup, session, skb);
		if (verdict != VXM_PASS)
			return verdict;
	}
	if (hand && hand->snaplen)
		snaplen = hand->snaplen;
	if (!snaplen && !truncated)
		return VXM_PASS;
	return vxm_receive_edit(entry, snaplen, skb, truncated);
}

/**
 * vxm_receive_asked() - take a frame of which the operator asks more than that
 *	it be shown, or that has no session
 * @entry: VNI entry
 * @session: session, or NULL
 * @skb: the frame, data at its Ethernet header, %VXM_INNER_HEAD bytes linear;
 *	is taken
 * @early: see vxm_receive()
 *
 * Context: softirq, RCU.
 * Return: see vxm_receive().
 */
unsigned int vxm_receive_asked(struct vxm_vni *entry,
			       struct vxm_session *session,
			       struct sk_buff *skb, bool early)
{
	const struct vxm_session_hand *hand =
		session ? rcu_dereference(session->hand) : NULL;
	bool truncated = vxm_packet(skb)->inner.truncated;
	unsigned int len = skb->len;
	unsigned int shown = len;
	u16 vlan = 0;
	int verdict;

	verdict = vxm_receive_judge(entry, session, hand, skb);
	if (!session && verdict == VXM_PASS)
		vxm_count_unattributed(entry->counters);

	if (verdict == VXM_PASS && (hand || !READ_ONCE(entry->unchanged))) {
		verdict = vxm_receive_change(entry, session, hand, skb,
					     truncated);
		vlan = vxm_receive_vlan(entry, skb);
		shown = skb->len;
	}
	if (verdict == VXM_PASS) {
		verdict = vxm_deliver(rcu_dereference(entry->dev), skb,
				      vxm_packet(skb)->inner.flow, vlan, early);
	} else {
		kfree_skb(skb);
	}
	return vxm_receive_done(entry, len, shown, truncated, verdict);
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
