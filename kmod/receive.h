/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A mirror packet's way from its front to the mirror device: one straight
 * line, one call a stage. It is part of each front's own code: the way is too
 * short to spend a tenth of it on calls.
 */
#ifndef _VXM_RECEIVE_H
#define _VXM_RECEIVE_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>

#include "counters.h"
#include "deliver.h"
#include "flow.h"
#include "packet.h"
#include "parse.h"
#include "pernet.h"
#include "port.h"

unsigned int vxm_receive_asked(struct vxm_vni *entry,
			       struct vxm_session *session,
			       struct sk_buff *skb, bool early);
void vxm_receive_gso(struct vxm_vni *entry, struct vxm_session *session,
		     struct sk_buff *skb);

/* What is read of a mirror packet after its UDP header, made linear. */
#define VXM_HEAD (VXM_VXLAN_HLEN + VXM_INNER_HEAD)

/*
 * Read and strip the VXLAN header; afterwards data is at the inner frame, the
 * first %VXM_INNER_HEAD bytes of which are in the linear part.
 * Returns VXM_PASS or a cause.
 */
static inline int vxm_receive_strip(struct sk_buff *skb, u32 *vni)
{
	int verdict;

	if (unlikely(!pskb_may_pull(skb, min_t(unsigned int, skb->len,
					       VXM_HEAD))))
		return VXM_CAUSE_NO_MEMORY;
	verdict = vxm_parse_vxlan(skb->data, skb->len, vni);
	if (likely(verdict == VXM_PASS))
		__skb_pull(skb, VXM_VXLAN_HLEN);
	return verdict;
}

/* The VNI entry of a packet's session, looked up again after a change. */
static inline struct vxm_vni *vxm_session_vni(struct vxm_session *session,
					      struct vxm_port *port)
{
	/* pairs with vxm_session_assign(): before the entry */
	unsigned long seq = smp_load_acquire(&session->entry_seq);

	if (likely(seq == READ_ONCE(port->vn->vni_seq)))
		return READ_ONCE(session->entry);
	return vxm_session_resolve(session, port);
}

/* Count what became of a frame; what the stack is to do with it. */
static __always_inline unsigned int
vxm_receive_done(struct vxm_vni *entry, unsigned int len, unsigned int shown,
		 bool truncated, int verdict)
{
	if (unlikely(verdict >= 0)) {
		vxm_count_lost(entry->counters, len, verdict);
		return NF_STOLEN;
	}
	vxm_count_delivered(entry->counters, len, shown, truncated);
	return verdict == VXM_HANDED_OVER ? NF_ACCEPT : NF_STOLEN;
}

/*
 * One inner frame, data at its Ethernet header. Takes the skb.
 * Returns NF_ACCEPT when the stack goes on with it, or NF_STOLEN.
 */
static __always_inline unsigned int
vxm_receive_frame(struct vxm_vni *entry, struct vxm_session *session,
		  struct sk_buff *skb, bool early)
{
	unsigned int len = skb->len;
	struct vxm_inner inner;
	int verdict;

	inner = vxm_parse_inner(skb->data, len, vxm_flow_key);
	if (likely(session))
		vxm_session_count(session, len, inner.truncated);
	if (unlikely(!session || !READ_ONCE(session->plain))) {
		vxm_packet(skb)->inner = inner;
		return vxm_receive_asked(entry, session, skb, early);
	}
	verdict = vxm_deliver(rcu_dereference(entry->dev), skb, inner.flow, 0,
			      early);
	return vxm_receive_done(entry, len, len, inner.truncated, verdict);
}

/**
 * vxm_receive() - take a mirror packet
 * @port: the port it came to
 * @skb: the packet, not shared, data at the outer UDP payload; is taken. Its
 *	source in vxm_packet() is set, but for the VNI.
 * @early: it came by the ingress front; then it is no super-packet
 *
 * Context: softirq, RCU.
 * Return: NF_ACCEPT when the stack is to go on with the skb, see vxm_deliver();
 * or NF_STOLEN.
 */
static __always_inline unsigned int
vxm_receive(struct vxm_port *port, struct sk_buff *skb, bool early)
{
	struct vxm_packet *packet = vxm_packet(skb);
	struct vxm_net *vn = port->vn;
	struct vxm_session *session;
	struct vxm_vni *entry;
	int verdict;

	verdict = vxm_receive_strip(skb, &packet->source.vni);
	if (verdict != VXM_PASS)
		goto drop;

	/*
	 * A session knows its entry: most packets take one look-up, however
	 * many entries there are.
	 */
	session = vxm_session_lookup(&vn->sessions, &packet->source);
	if (likely(session)) {
		entry = vxm_session_vni(session, port);
	} else {
		entry = vxm_vni_lookup(port, packet->source.vni);
		if (entry && READ_ONCE(entry->settings.sources) ==
			     VXM_SOURCES_ANY)
			session = vxm_session_learn(port, &packet->source);
	}
	if (unlikely(!entry)) {
		vxm_unknown_count(&vn->unknown, &packet->source, skb->len);
		verdict = VXM_CAUSE_UNKNOWN_VNI;
		goto drop;
	}

	if (early || likely(!skb_is_gso(skb)))
		return vxm_receive_frame(entry, session, skb, early);
	vxm_receive_gso(entry, session, skb);
	return NF_STOLEN;

drop:
	vxm_count_lost(vn->counters, skb->len, verdict);
	kfree_skb(skb);
	return NF_STOLEN;
}

#endif /* _VXM_RECEIVE_H */
