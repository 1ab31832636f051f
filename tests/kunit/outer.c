// SPDX-License-Identifier: GPL-2.0
/*
 * Mirror packets with their outer headers, as an interface hands them in.
 */
#include <linux/etherdevice.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <linux/vxmirror.h>
#include <net/ip.h>

#include "outer.h"

/**
 * vxm_kunit_outer_len() - how long the outer headers are
 * @family: AF_INET or AF_INET6
 *
 * Return: bytes from the outer Ethernet header's first on.
 */
size_t vxm_kunit_outer_len(sa_family_t family)
{
	return ETH_HLEN + sizeof(struct udphdr) +
	       (family == AF_INET ? sizeof(struct iphdr) :
				    sizeof(struct ipv6hdr));
}

static void put_ipv4(struct iphdr *ip, size_t len)
{
	memset(ip, 0, sizeof(*ip));
	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->tot_len = htons(sizeof(*ip) + len);
	ip->ttl = 64;
	ip->protocol = IPPROTO_UDP;
	ip->saddr = htonl(0xc0000201);
	ip->daddr = htonl(INADDR_LOOPBACK);
}

static void put_ipv6(struct ipv6hdr *ip, size_t len)
{
	memset(ip, 0, sizeof(*ip));
	ip->version = 6;
	ip->payload_len = htons(len);
	ip->nexthdr = IPPROTO_UDP;
	ip->hop_limit = 64;
	ip->saddr.s6_addr32[0] = htonl(0x20010db8);
	ip->saddr.s6_addr[15] = 1;
	ip->daddr = in6addr_loopback;
}

/**
 * vxm_kunit_outer() - write a plain mirror packet to the loopback address
 * @family: AF_INET or AF_INET6
 * @payload: what follows the UDP header
 * @len: its length
 * @packet: is written
 *
 * Return: the packet's length.
 */
size_t vxm_kunit_outer(sa_family_t family, const u8 *payload, size_t len,
		       u8 *packet)
{
	size_t headers = vxm_kunit_outer_len(family);
	struct ethhdr *eth = (void *)packet;
	struct udphdr *udp = (void *)packet + headers - sizeof(*udp);

	memset(eth, 2, 2 * ETH_ALEN);
	if (family == AF_INET) {
		eth->h_proto = htons(ETH_P_IP);
		put_ipv4((void *)packet + ETH_HLEN, sizeof(*udp) + len);
		vxm_kunit_outer_sum(packet);
	} else {
		eth->h_proto = htons(ETH_P_IPV6);
		put_ipv6((void *)packet + ETH_HLEN, sizeof(*udp) + len);
	}
	udp->source = htons(40000);
	udp->dest = htons(VXM_PORT_DEFAULT);
	udp->len = htons(sizeof(*udp) + len);
	udp->check = 0;
	memcpy(packet + headers, payload, len);
	return headers + len;
}

/**
 * vxm_kunit_outer_sum() - make the IPv4 header's checksum right
 * @packet: the packet; its header is taken for one without options, whatever
 *	it says
 */
void vxm_kunit_outer_sum(u8 *packet)
{
	struct iphdr *ip = (void *)packet + ETH_HLEN;

	ip->check = 0;
	ip->check = ip_fast_csum(ip, sizeof(*ip) / 4);
}

/**
 * vxm_kunit_outer_skb() - put a packet into an skb as a driver's
 * @packet: the packet, from the outer Ethernet header on
 * @len: its length
 * @layout: how, from the outer IP header on: the one before it is linear
 * @dev: where it came
 * @pages: gets the pages of the fragments
 *
 * Return: the skb, data at the IP header; or NULL.
 */
struct sk_buff *vxm_kunit_outer_skb(const u8 *packet, size_t len,
				    const struct vxm_kunit_layout *layout,
				    struct net_device *dev,
				    struct vxm_kunit_pages *pages)
{
	struct vxm_kunit_layout all = *layout;
	struct sk_buff *skb;

	all.head += ETH_HLEN;
	skb = vxm_kunit_skb(packet, len, &all, pages);
	if (!skb)
		return NULL;
	skb->dev = dev;
	skb_reset_mac_header(skb);
	skb->protocol = eth_hdr(skb)->h_proto;
	skb->pkt_type = PACKET_HOST;
	__skb_pull(skb, ETH_HLEN);
	skb_reset_network_header(skb);
	return skb;
}
