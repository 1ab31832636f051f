// SPDX-License-Identifier: GPL-2.0
/*
 * Inner frames: valid ones, and what mutations make of them.
 */
#include <linux/if_ether.h>
#include <netinet/in.h>

#include "packet.h"

#define INNER_MAX 64000

static void put16(unsigned char *p, unsigned int v)
{
	p[0] = v >> 8;
	p[1] = v;
}

/* Mostly small: a packet's cost is its bytes. */
static __u32 pick_size(struct random *r)
{
	__u32 kind = random_below(r, 512);

	if (!kind)
		return random_below(r, INNER_MAX);
	if (kind < 8)
		return random_below(r, 9000);
	if (kind < 32)
		return random_below(r, 1500);
	if (kind < 64)
		return random_below(r, 14);
	return random_from(r, 14, 150);
}

/* Ethernet and VLAN tags; returns their bytes. */
static __u32 put_ether(struct random *r, unsigned char *p, unsigned int type)
{
	static const char * const macs[] = {
		INNER_MAC, SENSOR_MAC, "\xff\xff\xff\xff\xff\xff",
		"\x01\x00\x5e\x01\x01\x01", "\x33\x33\xff\x00\x00\x01",
		"\x01\x80\xc2\x00\x00\x00",
	};
	unsigned int tags = random_one_in(r, 3) ? random_below(r, 7) : 0;
	__u32 len = ETH_HLEN;

	memcpy(p, random_pick(r, macs), ETH_ALEN);
	memcpy(p + ETH_ALEN, "\x02\x00\x00\x00\x0b", 5);
	p[11] = random_u32(r);
	for (; tags; tags--, len += 4) {
		put16(p + len - 2,
		      random_one_in(r, 4) ? ETH_P_8021AD : ETH_P_8021Q);
		put16(p + len, random_u32(r));
	}
	put16(p + len - 2, type);
	return len;
}

/* What the length field of a header says when len bytes are there. */
static unsigned int said_length(struct random *r, __u32 len)
{
	switch (random_below(r, 8)) {
	case 0:
		return random_u32(r);
	case 1:
		return len + random_below(r, 3) - 1;
	default:
		return len;
	}
}

static __u32 sum_words(__u32 sum, const unsigned char *p, __u32 len)
{
	__u32 i;

	for (i = 0; i + 1 < len; i += 2)
		sum += p[i] << 8 | p[i + 1];
	if (len % 2)
		sum += p[len - 1] << 8;
	return (sum & 0xffff) + (sum >> 16);
}

static void put_sum(unsigned char *field, __u32 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put16(field, ~sum);
}

/* TCP, UDP, ICMP: something that a host would take in. */
static void put_l4(struct random *r, unsigned char *p, __u32 len,
		   unsigned int proto, __u32 pseudo)
{
	unsigned int field;

	put16(p, random_u32(r));
	switch (proto) {
	case IPPROTO_TCP:
		put16(p + 2, INNER_TCP_PORT);
		p[12] = 0x50;
		p[13] = random_one_in(r, 2) ? 0x02 : random_u32(r);
		field = 16;
		break;
	case IPPROTO_UDP:
		put16(p + 2, INNER_UDP_PORT);
		put16(p + 4, said_length(r, len));
		field = 6;
		break;
	default:
		p[0] = proto == IPPROTO_ICMP ? 8 : 128;
		p[1] = 0;
		field = 2;
		if (proto == IPPROTO_ICMP)
			pseudo = 0;
	}
	put16(p + field, 0);
	/* that long ones have a wrong checksum saves time */
	if (len >= field + 2 && len < 200)
		put_sum(p + field, sum_words(pseudo + proto + len, p, len));
}

static void put_ipv4(struct random *r, unsigned char *p, __s32 len)
{
	static const unsigned char protos[] = {
		IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP
	};
	unsigned int proto = random_pick(r, protos);

	p[0] = 0x45;
	put16(p + 2, said_length(r, len));
	if (!random_one_in(r, 8))
		put16(p + 6, 0);
	p[9] = proto;
	put16(p + 10, 0);
	memcpy(p + 12, "\x0a\x09\x00", 3);
	memcpy(p + 16, random_one_in(r, 4) ? SENSOR_IPV4 : INNER_IPV4, 4);
	put_sum(p + 10, sum_words(0, p, 20));
	if (len > 20)
		put_l4(r, p + 20, len - 20, proto, sum_words(0, p + 12, 8));
}

static void put_ipv6(struct random *r, unsigned char *p, __s32 len)
{
	static const unsigned char protos[] = {
		IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMPV6, IPPROTO_FRAGMENT,
		IPPROTO_HOPOPTS
	};
	unsigned int proto = random_pick(r, protos);

	p[0] = 0x60;
	put16(p + 4, said_length(r, len - 40));
	p[6] = proto;
	memcpy(p + 8, "\x20\x01\x0d\xb8\x00\x09", 6);
	memcpy(p + 24, random_one_in(r, 4) ? SENSOR_IPV6 : INNER_IPV6, 16);
	if (len > 40)
		put_l4(r, p + 40, len - 40, proto, sum_words(0, p + 8, 32));
}

static void put_arp(struct random *r, unsigned char *p)
{
	memcpy(p, "\x00\x01\x08\x00\x06\x04\x00\x01\x02\x00\x00\x00\x0b", 13);
	memcpy(p + 14, "\x0a\x09\x00", 3);
	memcpy(p + 24, random_one_in(r, 2) ? SENSOR_IPV4 : INNER_IPV4, 4);
}

static __u32 put_frame(struct random *r, unsigned char *p)
{
	static const __u16 types[] = {
		ETH_P_IP, ETH_P_IP, ETH_P_IP, ETH_P_IPV6, ETH_P_IPV6,
		ETH_P_ARP, 0x0005, ETH_P_MPLS_UC, ETH_P_PPP_SES, 0xffff
	};
	unsigned int type = random_pick(r, types);
	__u32 len = pick_size(r);
	__s32 off;

	/*
	 * Headers are written whether there is room for them or not: what is
	 * beyond the length is not sent.
	 */
	random_fill(r, p, len);
	off = put_ether(r, p, type);
	if (type == ETH_P_IP)
		put_ipv4(r, p + off, (__s32)len - off);
	else if (type == ETH_P_IPV6)
		put_ipv6(r, p + off, (__s32)len - off);
	else if (type == ETH_P_ARP)
		put_arp(r, p + off);
	return len;
}

/* Makes room for n bytes at a place, or takes away so many. */
static __u32 move(unsigned char *p, __u32 len, __u32 at, int n)
{
	if (n < 0 && at - n > len)
		n = (int)at - (int)len;
	memmove(p + at + (n > 0 ? n : 0), p + at - (n < 0 ? n : 0),
		len - at + (n < 0 ? n : 0));
	return len + n;
}

/* One mutation; returns the new length. */
static __u32 mutate(struct random *r, unsigned char *p, __u32 len)
{
	static const __u16 words[] = {
		0, 1, 0x7fff, 0x8000, 0xffff, ETH_P_8021Q, ETH_P_8021AD,
		ETH_P_IP, ETH_P_IPV6, 0x0045
	};
	__u32 at = random_below(r, random_one_in(r, 4) || len < 64 ? len : 64);
	__u32 n = random_from(r, 1, 32);

	switch (random_below(r, 7)) {
	case 0:
		p[at] ^= 1 << random_below(r, 8);
		break;
	case 1:
		p[at] = random_u32(r);
		break;
	case 2:
		if (at + 2 <= len)
			put16(p + at, random_pick(r, words));
		break;
	case 3:
		return at;
	case 4:
		len = move(p, len, at, n);
		random_fill(r, p + at, n);
		break;
	case 5:
		len = move(p, len, at, -(int)n);
		break;
	case 6:
		/* twice the same */
		if (at + n <= len) {
			len = move(p, len, at, n);
			memcpy(p + at, p + at + n, n);
		}
		break;
	}
	return len;
}

/* Writes an inner frame of any kind; returns its length, 0 included. */
__u32 packet_make_inner(struct random *r, unsigned char *p)
{
	__u32 len = put_frame(r, p);
	unsigned int n;

	if (random_one_in(r, 2))
		for (n = 1 << random_below(r, 3); n && len; n--)
			len = mutate(r, p, len);
	return len;
}
