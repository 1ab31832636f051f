// SPDX-License-Identifier: GPL-2.0
/*
 * Cutting frames to a snap length, and repairing truncated ones: readers
 * discard a packet whose IP header says more bytes than are there, or whose
 * checksum does not fit.
 */
#include <linux/icmp.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "flow.h"
#include "tuple.h"
#include "edit.h"

/**
 * struct vxm_transport - a layer-4 header, and what its checksum covers
 * @header: it, with what follows
 * @len: bytes there
 * @protocol: IP protocol number
 * @ipv4: the IPv4 header before it, or NULL
 * @ipv6: the IPv6 header before it, or NULL
 */
struct vxm_transport {
	u8 *header;
	unsigned int len;
	u8 protocol;
	const struct iphdr *ipv4;
	const struct ipv6hdr *ipv6;
};

/* The checksum field itself is 0. */
static __sum16 vxm_transport_sum(const struct vxm_transport *t)
{
	__wsum sum = csum_partial(t->header, t->len, 0);

	if (t->ipv6)
		return csum_ipv6_magic(&t->ipv6->saddr, &t->ipv6->daddr,
				       t->len, t->protocol, sum);
	if (t->protocol == IPPROTO_ICMP)
		return csum_fold(sum);
	return csum_tcpudp_magic(t->ipv4->saddr, t->ipv4->daddr, t->len,
				 t->protocol, sum);
}

static bool vxm_repair_tcp(const struct vxm_transport *t)
{
	struct tcphdr *tcp = (struct tcphdr *)t->header;

	if (t->len < sizeof(*tcp) || t->len < tcp->doff * 4)
		return false;
	tcp->check = 0;
	tcp->check = vxm_transport_sum(t);
	return true;
}

static bool vxm_repair_udp(const struct vxm_transport *t)
{
	struct udphdr *udp = (struct udphdr *)t->header;
	bool summed;

	if (t->len < sizeof(*udp))
		return false;
	/* IPv4 knows datagrams without a checksum */
	summed = udp->check || t->ipv6;
	udp->len = htons(t->len);
	udp->check = 0;
	if (summed)
		udp->check = vxm_transport_sum(t) ?: CSUM_MANGLED_0;
	return true;
}

static bool vxm_repair_icmp(const struct vxm_transport *t)
{
	struct icmphdr *icmp = (struct icmphdr *)t->header;

	if (t->len < sizeof(*icmp))
		return false;
	icmp->checksum = 0;
	icmp->checksum = vxm_transport_sum(t);
	return true;
}

/* Checksums of other protocols are nothing that readers verify. */
static bool vxm_repair_transport(const struct vxm_transport *t)
{
	switch (t->protocol) {
	case IPPROTO_TCP:
		return vxm_repair_tcp(t);
	case IPPROTO_UDP:
		return vxm_repair_udp(t);
	case IPPROTO_ICMP:
		return t->ipv6 || vxm_repair_icmp(t);
	case IPPROTO_ICMPV6:
		return t->ipv4 || vxm_repair_icmp(t);
	}
	return true;
}

static bool vxm_repair_ipv4(u8 *packet, unsigned int len)
{
	struct iphdr *ip = (struct iphdr *)packet;
	struct vxm_transport t = { .ipv4 = ip };
	unsigned int header_len;

	if (len < sizeof(*ip))
		return false;
	header_len = ip->ihl * 4;
	if (header_len < sizeof(*ip) || len < header_len)
		return false;
	t.header = packet + header_len;
	t.len = len - header_len;
	t.protocol = ip->protocol;
	/* what a fragment's checksum covers is elsewhere */
	if (!ip_is_fragment(ip) && !vxm_repair_transport(&t))
		return false;
	ip->tot_len = htons(len);
	ip_send_check(ip);
	return true;
}

/* Is what comes behind it a part, or on its way to another destination? */
static bool vxm_extension_ends(u8 type, const struct ipv6_opt_hdr *ext)
{
	return type == IPPROTO_FRAGMENT ||
	       (type == IPPROTO_ROUTING &&
		((const struct ipv6_rt_hdr *)ext)->segments_left);
}

/*
 * Go to the layer-4 header. Returns false when a header is cut; when there is
 * none whose checksum could be calculated from here, protocol is IPPROTO_NONE.
 */
static bool vxm_skip_extensions(struct vxm_transport *t)
{
	const struct ipv6_opt_hdr *ext;
	unsigned int len;
	int i;

	for (i = 0; i < VXM_EXTENSIONS_MAX && vxm_is_extension(t->protocol);
	     i++) {
		ext = (const struct ipv6_opt_hdr *)t->header;
		if (t->len < sizeof(struct ipv6_rt_hdr))
			return false;
		len = vxm_extension_len(t->protocol, ext->hdrlen);
		if (t->len < len)
			return false;
		t->header += len;
		t->len -= len;
		t->protocol = vxm_extension_ends(t->protocol, ext) ?
			      IPPROTO_NONE : ext->nexthdr;
	}
	if (vxm_is_extension(t->protocol))
		t->protocol = IPPROTO_NONE;
	return true;
}

static bool vxm_repair_ipv6(u8 *packet, unsigned int len)
{
	struct ipv6hdr *ip = (struct ipv6hdr *)packet;
	struct vxm_transport t = {
		.header = packet + sizeof(*ip),
		.len = len - sizeof(*ip),
		.ipv6 = ip,
	};

	if (len < sizeof(*ip))
		return false;
	t.protocol = ip->nexthdr;
	if (!vxm_skip_extensions(&t) || !vxm_repair_transport(&t))
		return false;
	ip->payload_len = htons(len - sizeof(*ip));
	return true;
}

/**
 * vxm_repair() - let a truncated frame's lengths and checksums fit what is
 *	there
 * @frame: the frame, from its Ethernet header on
 * @len: its bytes, at least ETH_HLEN
 *
 * IPv4's total length and header checksum, IPv6's payload length, UDP's
 * length; the checksums of TCP, UDP, ICMP and ICMPv6. Of a fragment the IP
 * header only.
 *
 * Return: false when a header is cut: then nothing is changed.
 */
bool vxm_repair(u8 *frame, unsigned int len)
{
	struct vxm_l3 l3 = vxm_parse_l3(frame, len);
	u8 *packet = frame + len - l3.len;

	if (l3.type == ETH_P_IP)
		return vxm_repair_ipv4(packet, l3.len);
	if (l3.type == ETH_P_IPV6)
		return vxm_repair_ipv6(packet, l3.len);
	return false;
}

/**
 * vxm_edit_cut() - cut a frame to a snap length
 * @skb: the frame, data at its Ethernet header, %VXM_INNER_HEAD bytes linear
 * @snaplen: bytes that are left of a longer one, at least ETH_HLEN; 0: all
 * @truncated: is set when its IP header says more bytes than are left
 *
 * Context: softirq.
 * Return: false for want of memory; the skb is the caller's all the same.
 */
bool vxm_edit_cut(struct sk_buff *skb, u32 snaplen, bool *truncated)
{
	if (!snaplen || skb->len <= snaplen)
		return true;
	if (pskb_trim(skb, snaplen))
		return false;
	*truncated = vxm_parse_inner(skb->data, skb->len, vxm_flow_key)
			.truncated;
	return true;
}

/**
 * vxm_edit_repair() - repair a truncated frame
 * @skb: the frame, data at its Ethernet header; is linear afterwards
 * @repaired: is set: whether it could be
 *
 * Context: softirq.
 * Return: false for want of memory; the skb is the caller's all the same.
 */
bool vxm_edit_repair(struct sk_buff *skb, bool *repaired)
{
	/* others may have the data, too: a tap on the underlay, a clone */
	if (skb_linearize_cow(skb))
		return false;
	*repaired = vxm_repair(skb->data, skb->len);
	/* a checksum that was left to hardware is calculated by now */
	if (*repaired)
		skb->ip_summed = CHECKSUM_NONE;
	return true;
}
