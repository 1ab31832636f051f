// SPDX-License-Identifier: GPL-2.0
/*
 * The first network namespace with VNI entries, a mirror device and a reader
 * on it, all made by the module's own functions.
 */
#include <linux/bottom_half.h>
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "pernet.h"
#include "port.h"
#include "receive.h"
#include "world.h"

/* The frame from its Ethernet header on, the VLAN tag where it was. */
static void shown_copy(struct vxm_kunit_shown *shown, const struct sk_buff *skb)
{
	int mac_len = skb->data - skb_mac_header(skb);
	size_t len = mac_len + skb->len;
	u8 *p = shown->bytes;

	if (len > VXM_KUNIT_FRAME_MAX - VLAN_HLEN ||
	    skb_copy_bits(skb, -mac_len, p, len))
		return;
	shown->tag = skb_vlan_tag_present(skb);
	if (shown->tag) {
		p += 2 * ETH_ALEN;
		memmove(p + VLAN_HLEN, p, len - 2 * ETH_ALEN);
		memcpy(p, &skb->vlan_proto, 2);
		p[2] = skb_vlan_tag_get(skb) >> 8;
		p[3] = skb_vlan_tag_get(skb);
		len += VLAN_HLEN;
	}
	shown->len = len;
}

static int see(struct sk_buff *skb, struct net_device *dev,
	       struct packet_type *reader, struct net_device *orig_dev)
{
	struct vxm_kunit_world *world =
		container_of(reader, struct vxm_kunit_world, reader);
	struct vxm_kunit_shown *shown;

	if (world->n_shown < VXM_KUNIT_SHOWN_MAX) {
		shown = &world->shown[world->n_shown];
		shown_copy(shown, skb);
		shown->ip_summed = skb->ip_summed;
		shown->csum_start = skb->csum_start - skb->mac_header +
				    (shown->tag ? VLAN_HLEN : 0);
		shown->csum_level = skb->csum_level;
		shown->queue = skb_get_rx_queue(skb);
		shown->mark = skb->mark;
		shown->priority = skb->priority;
		shown->hash = skb->hash;
		shown->protocol = skb->protocol;
		shown->pkt_type = skb->pkt_type;
		shown->tstamp = skb->tstamp;
		shown->hwtstamp = skb_hwtstamps(skb)->hwtstamp;
		shown->owned = skb->sk || skb->destructor;
		shown->gso = skb_is_gso(skb);
	}
	world->n_shown++;
	complete(&world->seen);
	consume_skb(skb);
	return 0;
}

/**
 * vxm_kunit_number() - the words for one VNI
 * @port: UDP port
 * @vni: the VNI
 *
 * Return: the words.
 */
struct vxm_vni_key vxm_kunit_number(u16 port, u32 vni)
{
	return (struct vxm_vni_key){
		.port = port,
		.kind = VXM_VNI_NUMBER,
		.first = vni,
		.last = vni,
	};
}

/**
 * vxm_kunit_add() - ask for a VNI entry in the first namespace
 * @key: its words
 * @dev: its mirror device
 * @request: is written, and holds the answer's extended part
 *
 * Return: what vxm_vni_add() says.
 */
int vxm_kunit_add(const struct vxm_vni_key *key, const char *dev,
		  struct vxm_kunit_request *request)
{
	static const struct vxm_vni_settings none;
	int words = key->kind == VXM_VNI_ANY ? VXM_ATTR_VNI_ANY : VXM_ATTR_VNI;
	int err;

	memset(request, 0, sizeof(*request));
	request->ifname.nla_type = VXM_ATTR_IFNAME;
	request->ifname.nla_len = nla_attr_size(IFNAMSIZ);
	strscpy(request->name, dev, IFNAMSIZ);
	request->attrs[VXM_ATTR_IFNAME] = &request->ifname;
	request->attrs[words] = &request->words;

	rtnl_lock();
	err = vxm_vni_add(vxm_net(&init_net), key, &none, request->attrs,
			  &request->extack);
	rtnl_unlock();
	return err;
}

/**
 * vxm_kunit_del_dev() - remove a device, if there is one of that name
 * @name: the name
 */
void vxm_kunit_del_dev(const char *name)
{
	struct net_device *dev;

	rtnl_lock();
	dev = __dev_get_by_name(&init_net, name);
	if (dev)
		unregister_netdevice(dev);
	rtnl_unlock();
}

/* A suite's world; suites run one after the other. */
static struct vxm_kunit_world *vxm_kunit_the_world;

/**
 * vxm_kunit_world_make() - a suite's suite_init: an entry, a device, a reader
 * @suite: the suite
 *
 * Return: 0 or a negative errno.
 */
int vxm_kunit_world_make(struct kunit_suite *suite)
{
	struct vxm_vni_key key = vxm_kunit_number(VXM_PORT_DEFAULT,
						  VXM_KUNIT_VNI);
	struct vxm_kunit_request request;
	struct vxm_kunit_world *world;
	int err;

	err = vxm_kunit_add(&key, VXM_KUNIT_DEV, &request);
	if (err)
		return err;
	world = kzalloc(sizeof(*world), GFP_KERNEL);
	if (!world) {
		vxm_kunit_del_dev(VXM_KUNIT_DEV);
		return -ENOMEM;
	}
	world->vn = vxm_net(&init_net);
	init_completion(&world->seen);
	rtnl_lock();
	world->dev = __dev_get_by_name(&init_net, VXM_KUNIT_DEV);
	world->port = vxm_port_find(world->vn, VXM_PORT_DEFAULT);
	rtnl_unlock();

	world->reader.type = htons(ETH_P_ALL);
	world->reader.dev = world->dev;
	world->reader.func = see;
	dev_add_pack(&world->reader);
	vxm_kunit_the_world = world;
	return 0;
}

/**
 * vxm_kunit_world_end() - a suite's suite_exit: undo vxm_kunit_world_make()
 * @suite: the suite
 */
void vxm_kunit_world_end(struct kunit_suite *suite)
{
	dev_remove_pack(&vxm_kunit_the_world->reader);
	vxm_kunit_del_dev(VXM_KUNIT_DEV);
	kfree(vxm_kunit_the_world);
}

static void forget_sessions(struct vxm_sessions *s)
{
	struct vxm_session *session;
	struct vxm_source source;
	u32 cursor = 0;

	do {
		mutex_lock(&s->mutex);
		session = vxm_session_next(s, &cursor);
		if (session)
			source = session->source;
		mutex_unlock(&s->mutex);
		if (session)
			vxm_session_forget(s, &source);
	} while (session);
}

/**
 * vxm_kunit_world_reset() - a suite's init: nothing has come yet
 * @test: its priv becomes the &struct vxm_kunit_world
 *
 * Return: 0.
 */
int vxm_kunit_world_reset(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_the_world;

	test->priv = world;
	forget_sessions(&world->vn->sessions);
	vxm_unknown_forget(&world->vn->unknown, 0, 0, VXM_VNI_MAX);
	memset(world->shown, 0, sizeof(world->shown));
	world->n_shown = 0;
	reinit_completion(&world->seen);
	rtnl_lock();
	dev_open(world->dev, NULL);
	vxm_net_totals(world->vn, &world->start);
	rtnl_unlock();
	return 0;
}

/**
 * vxm_kunit_receive() - a mirror packet from 192.0.2.1 comes to port 4789
 * @world: where
 * @skb: the packet, data at its VXLAN header; is taken
 */
void vxm_kunit_receive(struct vxm_kunit_world *world, struct sk_buff *skb)
{
	*vxm_packet(skb) = (struct vxm_packet){
		.source.port = VXM_PORT_DEFAULT,
		.source.family = AF_INET,
		.source.addr.s6_addr32[0] = htonl(0xc0000201),
	};

	local_bh_disable();
	rcu_read_lock();
	vxm_receive(world->port, skb, false);
	rcu_read_unlock();
	local_bh_enable();
}

/**
 * vxm_kunit_counted() - what the namespace has counted since the start
 * @world: the test's world
 * @totals: is set
 */
void vxm_kunit_counted(struct vxm_kunit_world *world, struct vxm_totals *totals)
{
	int i;

	rtnl_lock();
	vxm_net_totals(world->vn, totals);
	rtnl_unlock();
	totals->received_packets -= world->start.received_packets;
	totals->received_bytes -= world->start.received_bytes;
	totals->delivered_packets -= world->start.delivered_packets;
	totals->delivered_bytes -= world->start.delivered_bytes;
	totals->truncated -= world->start.truncated;
	totals->unattributed -= world->start.unattributed;
	for (i = 0; i < __VXM_CAUSE_MAX; i++)
		totals->causes[i] -= world->start.causes[i];
}

/**
 * vxm_kunit_causes() - frames not delivered, for whatever cause
 * @totals: of what was counted
 *
 * Return: how many.
 */
u64 vxm_kunit_causes(const struct vxm_totals *totals)
{
	u64 sum = 0;
	int i;

	for (i = 0; i < __VXM_CAUSE_MAX; i++)
		sum += totals->causes[i];
	return sum;
}

const struct vxm_kunit_family vxm_kunit_families[2] = {
	{ "IPv4", AF_INET },
	{ "IPv6", AF_INET6 },
};

/**
 * vxm_kunit_loopback() - the loopback address
 * @family: AF_INET or AF_INET6
 * @port: UDP port
 * @to: is written
 *
 * Return: the address's length.
 */
int vxm_kunit_loopback(sa_family_t family, u16 port,
		       struct sockaddr_storage *to)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)to;
	struct sockaddr_in *in = (struct sockaddr_in *)to;

	memset(to, 0, sizeof(*to));
	to->ss_family = family;
	if (family == AF_INET) {
		in->sin_port = htons(port);
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(*in);
	}
	in6->sin6_port = htons(port);
	in6->sin6_addr = in6addr_loopback;
	return sizeof(*in6);
}

/**
 * vxm_kunit_fail_nth() - let an allocation of this thread fail
 * @nth: the how-manieth from now on; 0: none any more
 *
 * Return: how many it was still away, or -1 in a kernel that cannot do it.
 */
int vxm_kunit_fail_nth(int nth)
{
#ifdef CONFIG_FAULT_INJECTION
	return xchg(&current->fail_nth, nth);
#else
	return -1;
#endif
}
