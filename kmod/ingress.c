// SPDX-License-Identifier: GPL-2.0
/*
 * The ingress front: takes plain mirror packets on every interface, before the
 * IP stack does. Whatever is not plainly ours goes on untouched, and comes to
 * the socket front, if it is a mirror packet after all.
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "device.h"
#include "ingress.h"
#include "local.h"
#include "pernet.h"
#include "port.h"
#include "receive.h"

/**
 * struct vxm_ingress - the hook on one interface
 * @ops: the hook
 * @list: in &vxm_net.ingress
 * @rcu: frees it
 */
struct vxm_ingress {
	struct nf_hook_ops ops;
	struct list_head list;
	struct rcu_head rcu;
};

struct vxm_ipv4_headers {
	struct iphdr ip;
	struct udphdr udp;
};

struct vxm_ipv6_headers {
	struct ipv6hdr ip;
	struct udphdr udp;
};

/* The port that takes packets early, if this one does. */
static struct vxm_port *vxm_ingress_port(struct vxm_net *vn, __be16 number)
{
	struct vxm_port *port;

	list_for_each_entry_rcu(port, &vn->ports, list)
		if (port->wire_number == number)
			return READ_ONCE(port->front) == VXM_FRONT_AUTO ?
			       port : NULL;
	return NULL;
}

/*
 * Headers that are not in the linear part are looked at where they are, and
 * pulled if they seem to be ours.
 */
static noinline bool vxm_ingress_pull(struct vxm_net *vn, struct sk_buff *skb,
				      unsigned int protocol_at,
				      unsigned int len)
{
	struct udphdr udp;
	u8 protocol;

	if (skb_copy_bits(skb, protocol_at, &protocol, sizeof(protocol)) ||
	    protocol != IPPROTO_UDP ||
	    skb_copy_bits(skb, len - sizeof(udp), &udp, sizeof(udp)) ||
	    !vxm_ingress_port(vn, udp.dest))
		return false;
	return pskb_may_pull(skb, len);
}

/* A checksum that somebody would have to calculate is the stack's to verify. */
static bool vxm_ingress_verified(const struct sk_buff *skb,
				 const struct udphdr *udp)
{
	return !udp->check || skb_csum_unnecessary(skb);
}

/*
 * Is it a plain mirror packet? Then data is at its payload, and its source is
 * known. Returns its port, or NULL: the skb is as it was.
 */
static __always_inline struct vxm_port *
vxm_ingress_ipv4(struct vxm_net *vn, struct sk_buff *skb)
{
	const struct vxm_ipv4_headers *head;
	struct vxm_port *port;
	unsigned int len;

	if (unlikely(skb_headlen(skb) < sizeof(*head)) &&
	    !vxm_ingress_pull(vn, skb, offsetof(struct iphdr, protocol),
			      sizeof(*head)))
		return NULL;
	head = (const void *)skb->data;
	if (head->ip.protocol != IPPROTO_UDP || head->ip.version != 4 ||
	    head->ip.ihl != sizeof(head->ip) / 4 || ip_is_fragment(&head->ip))
		return NULL;
	port = vxm_ingress_port(vn, head->udp.dest);
	if (!port)
		return NULL;
	len = ntohs(head->ip.tot_len);
	if (len < sizeof(*head) || len > skb->len ||
	    len != sizeof(head->ip) + ntohs(head->udp.len) ||
	    !vxm_local_has_ipv4(&vn->local, head->ip.daddr) ||
	    ip_fast_csum(&head->ip, sizeof(head->ip) / 4) ||
	    !vxm_ingress_verified(skb, &head->udp))
		return NULL;
	/* what fills a short frame up */
	if (pskb_trim(skb, len))
		return NULL;
	/* trimming keeps the data in place, but for a clone's */
	head = (const void *)skb->data;

	vxm_source_ipv4(&vxm_packet(skb)->source, head->ip.saddr, port->number);
	__skb_pull(skb, sizeof(*head));
	return port;
}

/* The same for IPv6. */
static noinline struct vxm_port *vxm_ingress_ipv6(struct vxm_net *vn,
						  struct sk_buff *skb)
{
	const struct vxm_ipv6_headers *head;
	struct vxm_port *port;
	unsigned int len;

	if (unlikely(skb_headlen(skb) < sizeof(*head)) &&
	    !vxm_ingress_pull(vn, skb, offsetof(struct ipv6hdr, nexthdr),
			      sizeof(*head)))
		return NULL;
	head = (const void *)skb->data;
	if (head->ip.nexthdr != IPPROTO_UDP || head->ip.version != 6)
		return NULL;
	port = vxm_ingress_port(vn, head->udp.dest);
	if (!port || !port->sk6)
		return NULL;
	len = ntohs(head->ip.payload_len);
	if (len < sizeof(head->udp) || sizeof(head->ip) + len > skb->len ||
	    len != ntohs(head->udp.len) ||
	    !vxm_local_has_ipv6(&vn->local, &head->ip.daddr) ||
	    !vxm_ingress_verified(skb, &head->udp))
		return NULL;
	if (pskb_trim(skb, sizeof(head->ip) + len))
		return NULL;
	head = (const void *)skb->data;

	vxm_source_ipv6(&vxm_packet(skb)->source, &head->ip.saddr,
			port->number);
	__skb_pull(skb, sizeof(*head));
	return port;
}

/*
 * Data is at the network header. A packet that is accepted goes on in the
 * stack: as it came, or as the inner frame that it has become, on the mirror
 * device (see vxm_deliver()).
 */
static unsigned int vxm_ingress_hook(void *priv, struct sk_buff *skb,
				     const struct nf_hook_state *state)
{
	struct vxm_port *port = NULL;

	if (skb->pkt_type != PACKET_HOST || skb_vlan_tag_present(skb) ||
	    skb_is_gso(skb) || skb_shared(skb) || skb_pfmemalloc(skb))
		return NF_ACCEPT;
	if (skb->protocol == htons(ETH_P_IP))
		port = vxm_ingress_ipv4(priv, skb);
	else if (skb->protocol == htons(ETH_P_IPV6))
		port = vxm_ingress_ipv6(priv, skb);
	if (!port)
		return NF_ACCEPT;
	vxm_port_count_early(port);
	return vxm_receive(port, skb, true);
}

static struct vxm_ingress *vxm_ingress_find(struct vxm_net *vn,
					    const struct net_device *dev)
{
	struct vxm_ingress *ingress;

	list_for_each_entry(ingress, &vn->ingress, list)
		if (ingress->ops.dev == dev)
			return ingress;
	return NULL;
}

/*
 * Mirror packets of an interface that has a master are seen on that. One whose
 * hook cannot be had is left to the socket front.
 */
static void vxm_ingress_attach(struct vxm_net *vn, struct net_device *dev)
{
	struct vxm_ingress *ingress;

	if (vxm_device_is(dev) || netdev_master_upper_dev_get(dev) ||
	    vxm_ingress_find(vn, dev))
		return;
	ingress = kzalloc(sizeof(*ingress), GFP_KERNEL_ACCOUNT);
	if (!ingress)
		return;
	ingress->ops.hook = vxm_ingress_hook;
	ingress->ops.dev = dev;
	ingress->ops.priv = vn;
	ingress->ops.pf = NFPROTO_NETDEV;
	ingress->ops.hooknum = NF_NETDEV_INGRESS;
	/* an operator's own filters there come first */
	ingress->ops.priority = INT_MAX;
	if (nf_register_net_hook(vn->net, &ingress->ops)) {
		kfree(ingress);
		return;
	}
	list_add_tail(&ingress->list, &vn->ingress);
}

static void vxm_ingress_detach(struct vxm_net *vn, struct vxm_ingress *ingress)
{
	nf_unregister_net_hook(vn->net, &ingress->ops);
	list_del(&ingress->list);
	kfree_rcu(ingress, rcu);
}

/**
 * vxm_ingress_start() - a first port takes packets early
 * @vn: namespace
 *
 * Context: RTNL, may sleep.
 */
void vxm_ingress_start(struct vxm_net *vn)
{
	struct net_device *dev;

	ASSERT_RTNL();
	vxm_local_start(&vn->local);
	for_each_netdev(vn->net, dev)
		vxm_ingress_attach(vn, dev);
}

/**
 * vxm_ingress_stop() - no port takes packets early any more
 * @vn: namespace; packets in flight may still use its ports until a grace
 *	period is over
 *
 * Context: RTNL, may sleep.
 */
void vxm_ingress_stop(struct vxm_net *vn)
{
	struct vxm_ingress *ingress, *next;

	ASSERT_RTNL();
	list_for_each_entry_safe(ingress, next, &vn->ingress, list)
		vxm_ingress_detach(vn, ingress);
	vxm_local_stop(&vn->local);
}

static int vxm_ingress_event(struct notifier_block *block, unsigned long event,
			     void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct vxm_net *vn = vxm_net(dev_net(dev));
	struct vxm_ingress *ingress;

	if (!vn->n_early)
		return NOTIFY_DONE;
	switch (event) {
	case NETDEV_REGISTER:
		vxm_ingress_attach(vn, dev);
		break;
	case NETDEV_CHANGEUPPER:
		if (!netdev_master_upper_dev_get(dev)) {
			vxm_ingress_attach(vn, dev);
			break;
		}
		fallthrough;
	case NETDEV_UNREGISTER:
		ingress = vxm_ingress_find(vn, dev);
		if (ingress)
			vxm_ingress_detach(vn, ingress);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block vxm_ingress_notifier = {
	.notifier_call = vxm_ingress_event,
};

/**
 * vxm_ingress_init() - hear of interfaces that come and go
 *
 * Return: 0 or a negative errno.
 */
int vxm_ingress_init(void)
{
	return register_netdevice_notifier(&vxm_ingress_notifier);
}

/**
 * vxm_ingress_exit() - undo vxm_ingress_init(); there are no ports any more
 */
void vxm_ingress_exit(void)
{
	unregister_netdevice_notifier(&vxm_ingress_notifier);
}
