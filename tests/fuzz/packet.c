// SPDX-License-Identifier: GPL-2.0
/*
 * Mirror packets: outer headers around an inner frame, right ones and wrong
 * ones, whole and in fragments, and what is known about their fate.
 */
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <sys/param.h>

#include "packet.h"

#define UDP_LEN 8
#define VXLAN_LEN 8
#define VXLAN_FLAG_VNI 0x08
#define VNI_MAX 0xffffff
/* A port that the sensor has nobody on. */
#define CLOSED_PORT 9
/* The module looks for no IP header behind more of them. */
#define TAGS_MAX 4

#ifndef VIRTIO_NET_HDR_GSO_UDP_L4 /* since 6.2 */
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

/* Outer sources: of whole packets, and of right and of wrong fragments. */
enum net { NET_WHOLE, NET_PIECES, NET_BAD_PIECES, N_NETS };

enum checksum { CHECKSUM_GOOD, CHECKSUM_ZERO, CHECKSUM_BAD };

static unsigned int get16(const unsigned char *p)
{
	return p[0] << 8 | p[1];
}

static void put16(unsigned char *p, unsigned int v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static void put32(unsigned char *p, __u32 v)
{
	put16(p, v >> 16);
	put16(p + 2, v);
}

/* The sum of 16-bit words in the machine's order, which folding permits. */
static __u64 sum_bytes(__u64 sum, const unsigned char *p, __u32 len)
{
	__u32 word;
	__u16 half;

	for (; len >= 4; p += 4, len -= 4) {
		memcpy(&word, p, 4);
		sum += word;
	}
	if (len >= 2) {
		memcpy(&half, p, 2);
		sum += half;
		p += 2;
	}
	if (len % 2) {
		half = 0;
		memcpy(&half, p, 1);
		sum += half;
	}
	return sum;
}

static void put_sum(unsigned char *field, __u64 sum)
{
	__u16 folded;

	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	folded = ~sum;
	memcpy(field, &folded, 2);
}

static void seal_ipv4(unsigned char *ip)
{
	put16(ip + 10, 0);
	put_sum(ip + 10, sum_bytes(0, ip, (ip[0] & 15) * 4));
}

/* Fills in the checksum of the UDP datagram that ends at packet->end. */
static void seal_udp(struct packet *p, enum checksum how)
{
	unsigned char *ip = p->data + ETH_HLEN;
	unsigned char *udp = p->data + p->payload - UDP_LEN;
	__u32 len = p->data + p->end - udp;
	__u64 sum = htons(IPPROTO_UDP) + (__u64)htons(len);

	put16(udp + 6, 0);
	if (how == CHECKSUM_ZERO)
		return;
	sum = p->ip6 ? sum_bytes(sum, ip + 8, 32) : sum_bytes(sum, ip + 12, 8);
	put_sum(udp + 6, sum_bytes(sum, udp, len));
	if (how == CHECKSUM_BAD)
		udp[6] ^= 0x55;
	if (!get16(udp + 6))
		put16(udp + 6, 0xffff);
}

/*
 * Outer source addresses: a few, or so many that the table of sessions is not
 * enough; those of right and of wrong fragments are kept apart.
 */
static void put_source(struct maker *m, struct packet *p, enum net net)
{
	struct random *r = &m->random;
	__u32 low = random_below(r, 8);

	if (random_one_in(r, 16))
		low = random_u32(r) & 0x3ffff;
	low |= (1 + m->worker * N_NETS + net) << 20;
	if (p->ip6) {
		memcpy(p->data + ETH_HLEN + 8,
		       "\x20\x01\x0d\xb8\x00\x0a\0\0\0\0\0\0", 12);
		put32(p->data + ETH_HLEN + 20, low);
	} else {
		put32(p->data + ETH_HLEN + 12, 10U << 24 | low);
	}
}

static void put_ipv4(struct random *r, struct packet *p, __u32 ip_end)
{
	unsigned char *ip = p->data + ETH_HLEN;

	ip[0] = 0x40 | p->l3_len / 4;
	ip[1] = random_u32(r);
	put16(ip + 2, ip_end - ETH_HLEN);
	put16(ip + 4, random_u32(r));
	put16(ip + 6, random_one_in(r, 2) ? 0x4000 : 0);
	ip[8] = random_u32(r);
	ip[9] = IPPROTO_UDP;
	memcpy(ip + 16, SENSOR_IPV4, 4);
	/* no operation, up to the end of the list */
	memset(ip + 20, 1, p->l3_len - 20);
}

static void put_ipv6(struct random *r, struct packet *p, __u32 ip_end)
{
	unsigned char *ip = p->data + ETH_HLEN;

	put32(ip, 6U << 28 | (random_u32(r) >> 4));
	put16(ip + 4, ip_end - ETH_HLEN - 40);
	ip[6] = IPPROTO_UDP;
	ip[7] = random_u32(r);
	memcpy(ip + 24, SENSOR_IPV6, 16);
	if (p->l3_len == 40)
		return;
	/* an extension header that holds nothing but padding */
	ip[6] = random_one_in(r, 2) ? IPPROTO_HOPOPTS : IPPROTO_DSTOPTS;
	memcpy(ip + 40, "\x11\x00\x01\x04\x00\x00\x00\x00", 8);
}

static __u32 pick_vni(struct random *r, const struct entry *entry)
{
	switch (random_below(r, 8)) {
	case 0:
		return random_u32(r) & VNI_MAX;
	case 1:
		return (entry->last + 1) & VNI_MAX;
	case 2:
		return (entry->first - 1) & VNI_MAX;
	case 3:
		return entry->last;
	case 4:
		return entry->first;
	default:
		/* of a range some, or there is a session for each packet */
		return entry->first +
		       random_below(r, MIN(entry->last - entry->first + 1, 8));
	}
}

/* Writes what follows the UDP header; returns its length. */
static __u32 put_payload(struct maker *m, unsigned char *p,
			 const struct entry *entry)
{
	struct random *r = &m->random;

	random_fill(r, p, VXLAN_LEN);
	if (random_one_in(r, 32))
		return random_below(r, VXLAN_LEN);
	if (random_one_in(r, 32))
		p[0] &= ~VXLAN_FLAG_VNI;
	else
		p[0] |= VXLAN_FLAG_VNI;
	put32(p + 4, pick_vni(r, entry) << 8 | p[7]);
	return VXLAN_LEN + packet_make_inner(r, p + VXLAN_LEN);
}

/* The module's own rule, said once more: tests of it are worth nothing else. */
static bool is_truncated(const unsigned char *p, __u32 len)
{
	__u32 off = ETH_HLEN;
	unsigned int tags = 0;

	while (get16(p + off - 2) == ETH_P_8021Q ||
	       get16(p + off - 2) == ETH_P_8021AD) {
		if (off + 4 > len || tags++ == TAGS_MAX)
			return false;
		off += 4;
	}
	switch (get16(p + off - 2)) {
	case ETH_P_IP:
		return len < off + 20 || off + get16(p + off + 2) > len;
	case ETH_P_IPV6:
		return len < off + 40 || off + 40 + get16(p + off + 4) > len;
	}
	return false;
}

static int find_entry(const struct maker *m, __u16 port, __u32 vni)
{
	unsigned int i;

	for (i = 0; i < m->n_entries; i++)
		if (m->entries[i].port == port && m->entries[i].first <= vni &&
		    m->entries[i].last >= vni)
			return i;
	return -1;
}

/* What becomes of it when it reaches the module. */
static void foretell(const struct maker *m, struct packet *p, __u16 port)
{
	const unsigned char *vxlan = p->data + p->payload;

	p->fate = FATE_SURE;
	p->most = 1;
	p->entry = -1;
	p->frame = p->payload;
	p->frame_len = p->end - p->payload;
	p->truncated = false;
	if (p->frame_len < VXLAN_LEN) {
		p->cause = VXM_CAUSE_SHORT_HEADER;
	} else if (!(vxlan[0] & VXLAN_FLAG_VNI)) {
		p->cause = VXM_CAUSE_NO_VNI_FLAG;
	} else if (p->frame_len < VXLAN_LEN + ETH_HLEN) {
		p->cause = VXM_CAUSE_SHORT_FRAME;
	} else {
		p->frame += VXLAN_LEN;
		p->frame_len -= VXLAN_LEN;
		p->entry = find_entry(m, port,
				      vxlan[4] << 16 | get16(vxlan + 5));
		p->cause = p->entry < 0 ? (int)VXM_CAUSE_UNKNOWN_VNI : -1;
		p->truncated = p->cause < 0 &&
			       is_truncated(p->data + p->frame, p->frame_len);
	}
}

/* Outer headers that are no longer what they were; most still get far. */
static void spoil(struct random *r, struct packet *p)
{
	unsigned char *ip = p->data + ETH_HLEN;
	unsigned char *udp = p->data + p->payload - UDP_LEN;
	unsigned int port = get16(udp + 2);
	unsigned int n;

	p->fate = FATE_MAYBE;
	switch (random_below(r, 8)) {
	case 0:
		p->len = random_from(r, ETH_HLEN, p->len);
		break;
	case 1:
		put16(udp + 4, random_one_in(r, 2) ? random_u32(r) :
						     random_below(r, 32));
		break;
	case 2:
		put16(ip + (p->ip6 ? 4 : 2),
		      random_one_in(r, 2) ? random_u32(r) :
					    random_below(r, 80));
		break;
	case 3:
		ip[p->ip6 ? 6 : 9] = random_below(r, 144);
		break;
	case 4:
		/* to all hosts */
		memcpy(ip + (p->ip6 ? 24 : 16), p->ip6 ?
		       "\xff\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\x01" :
		       "\xe0\x00\x00\x01", p->ip6 ? 16 : 4);
		break;
	case 5:
		random_fill(r, ip + (p->ip6 ? 40 : 20),
			    p->l3_len - (p->ip6 ? 40 : 20));
		break;
	default:
		for (n = 1 << random_below(r, 4); n; n--)
			p->data[random_below(r, p->payload)] ^=
				1 << random_below(r, 8);
	}
	/* other ports are other workers' */
	put16(udp + 2, port);
	if (!p->ip6 && random_one_in(r, 2))
		seal_ipv4(ip);
	if (random_one_in(r, 2))
		seal_udp(p, CHECKSUM_GOOD);
}

static void shuffle(struct random *r, struct packet *p)
{
	struct piece piece;
	unsigned int i, j;

	for (i = p->n_pieces - 1; i; i--) {
		j = random_below(r, i + 1);
		piece = p->pieces[i];
		p->pieces[i] = p->pieces[j];
		p->pieces[j] = piece;
	}
}

static void spoil_pieces(struct random *r, struct packet *p)
{
	struct piece *piece = &p->pieces[random_below(r, p->n_pieces)];

	p->fate = FATE_MAYBE;
	p->most = 2;
	switch (random_below(r, 6)) {
	case 0:
		/* one never comes */
		*piece = p->pieces[--p->n_pieces];
		break;
	case 1:
		/* one comes twice */
		if (p->n_pieces < PIECES_MAX)
			p->pieces[p->n_pieces++] = *piece;
		break;
	case 2:
		piece->offset -= MIN(piece->offset, 8);
		break;
	case 3:
		piece->more = !piece->more;
		break;
	case 4:
		piece->len = random_from(r, 1, piece->len);
		break;
	case 5:
		piece->offset = random_u32(r) & 0xfff8;
		/* what is sent is still the packet's bytes */
		if (piece->offset + piece->len > p->end)
			piece->offset = 0;
		break;
	}
}

/* Cuts the packet into fragments, the first ones very small at times. */
static void cut(struct maker *m, struct packet *p, __u32 len, bool only_sure)
{
	struct random *r = &m->random;
	__u32 step = len / random_from(r, 1, PIECES_MAX - 1) & ~7U;
	struct piece *piece;
	__u32 off = 0;

	while (off < len && p->n_pieces < PIECES_MAX) {
		piece = &p->pieces[p->n_pieces++];
		piece->offset = off;
		piece->len = step && random_one_in(r, 2) ? step : 8;
		if (off + piece->len >= len || p->n_pieces == PIECES_MAX)
			piece->len = len - off;
		off += piece->len;
		piece->more = off < len;
	}
	p->id = m->id++;
	if (random_one_in(r, 2))
		shuffle(r, p);
	if (!only_sure && random_one_in(r, 3))
		spoil_pieces(r, p);
}

/* Writes the packet that a piece is sent in; returns its length. */
__u32 packet_piece(const struct packet *p, const struct piece *piece,
		   unsigned char *out)
{
	__u32 header = ETH_HLEN + p->l3_len;
	unsigned char *ip = out + ETH_HLEN;

	memcpy(out, p->data, header);
	if (p->ip6) {
		ip[p->l3_len == 40 ? 6 : 40] = IPPROTO_FRAGMENT;
		out[header] = IPPROTO_UDP;
		out[header + 1] = 0;
		put16(out + header + 2, piece->offset | piece->more);
		put32(out + header + 4, p->id);
		header += 8;
		put16(ip + 4, header - ETH_HLEN - 40 + piece->len);
	} else {
		put16(ip + 2, p->l3_len + piece->len);
		put16(ip + 4, p->id);
		put16(ip + 6, (piece->more ? 0x2000 : 0) | piece->offset / 8);
		seal_ipv4(ip);
	}
	memcpy(out + header, p->data + ETH_HLEN + p->l3_len + piece->offset,
	       piece->len);
	return header + piece->len;
}

/*
 * What a virtual interface says about a packet of that length: a checksum
 * that is left to do, a super-packet; mostly nonsense. Something that has a
 * checksum begins at l4.
 */
void packet_make_vnet(struct random *r, struct virtio_net_hdr *vnet,
		      __u32 len, __u32 l4)
{
	static const unsigned char types[] = {
		VIRTIO_NET_HDR_GSO_TCPV4, VIRTIO_NET_HDR_GSO_TCPV6,
		VIRTIO_NET_HDR_GSO_UDP, VIRTIO_NET_HDR_GSO_UDP_L4,
		VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN,
	};
	static const __u16 sizes[] = { 1, 8, 100, 1448, 0xffff };

	memset(vnet, 0, sizeof(*vnet));
	if (random_one_in(r, 4))
		vnet->hdr_len = random_from(r, ETH_HLEN, len);
	if (!random_one_in(r, 4)) {
		vnet->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		vnet->csum_start = random_one_in(r, 4) ? random_below(r, len) : l4;
		vnet->csum_offset = random_one_in(r, 4) ? random_below(r, 64) :
				    random_one_in(r, 2) ? 16 : 6;
	}
	if (random_one_in(r, 2)) {
		vnet->gso_type = random_pick(r, types);
		vnet->gso_size = random_pick(r, sizes);
	}
}

static void foretell_vnet(struct packet *p, bool only_sure)
{
	struct virtio_net_hdr *vnet = &p->vnet;
	/* a wrong checksum is none when it is left to do */
	bool unsure = vnet->flags && p->fate == FATE_NOTHING;

	/* nor can something be cut off the end with one that is elsewhere */
	if (vnet->flags && (vnet->csum_start < p->payload - UDP_LEN ||
			    vnet->csum_start + vnet->csum_offset + 2U > p->end))
		unsure = true;
	if (only_sure && unsure)
		vnet->flags = 0;
	else if (unsure)
		p->fate = FATE_MAYBE;

	if (only_sure) {
		vnet->gso_type = 0;
		vnet->gso_size = 0;
	}
	/* the stack cuts it into frames by what it takes it for, or gives up */
	if (vnet->gso_type) {
		p->fate = FATE_MAYBE;
		p->most = p->len;
	}
}

/* Makes and foretells the packet when no one has done anything wrong to it. */
static void make(struct maker *m, struct packet *p, const struct entry *entry)
{
	struct random *r = &m->random;
	enum checksum checksum = random_below(r, 2);
	__u32 ip_end;
	__u16 port = entry->port;

	p->ip6 = random_one_in(r, 3);
	p->l3_len = p->ip6 ? 40 : 20;
	if (random_one_in(r, 16))
		p->l3_len += 8;
	p->payload = ETH_HLEN + p->l3_len + UDP_LEN;
	ip_end = p->payload + put_payload(m, p->data + p->payload, entry);
	p->end = ip_end;
	/* the datagram may be shorter than the packet */
	if (random_one_in(r, 32))
		p->end = random_from(r, p->payload, ip_end);
	p->len = ip_end;
	if (random_one_in(r, 16))
		p->len += random_from(r, 1, 20);

	memcpy(p->data, SENSOR_MAC, ETH_ALEN);
	memcpy(p->data + ETH_ALEN, "\x02\x00\x00\x00\x0c\x01", ETH_ALEN);
	put16(p->data + 12, p->ip6 ? ETH_P_IPV6 : ETH_P_IP);
	if (p->ip6)
		put_ipv6(r, p, ip_end);
	else
		put_ipv4(r, p, ip_end);
	put_source(m, p, NET_WHOLE);
	foretell(m, p, port);
	if (random_one_in(r, 64)) {
		port = CLOSED_PORT;
		p->fate = FATE_NOTHING;
	} else if (random_one_in(r, 64)) {
		checksum = CHECKSUM_BAD;
		p->fate = FATE_NOTHING;
	}
	put16(p->data + p->payload - 8, random_u32(r));
	p->port = port;
	put16(p->data + p->payload - 6, port);
	put16(p->data + p->payload - 4, UDP_LEN + p->end - p->payload);
	if (!p->ip6)
		seal_ipv4(p->data + ETH_HLEN);
	seal_udp(p, checksum);
}

static void make_pieces(struct maker *m, struct packet *p, bool only_sure)
{
	p->len = p->end;
	cut(m, p, p->end - ETH_HLEN - p->l3_len, only_sure);
	put_source(m, p, p->fate == FATE_SURE ? NET_PIECES : NET_BAD_PIECES);
	if (p->data[p->payload - 2] || p->data[p->payload - 1])
		seal_udp(p, CHECKSUM_GOOD);
}

/* Makes a packet; only such with a fate that is sure if so asked. */
void packet_make(struct maker *m, struct packet *p, bool only_sure)
{
	struct random *r = &m->random;
	const struct entry *entry = &m->entries[random_below(r, m->n_entries)];

	memset(&p->vnet, 0, sizeof(p->vnet));
	p->n_pieces = 0;
	make(m, p, entry);
	switch (random_below(r, 8)) {
	case 0:
	case 1:
		if (!only_sure)
			spoil(r, p);
		break;
	case 2:
		if (p->fate == FATE_SURE)
			make_pieces(m, p, only_sure);
		break;
	case 3:
	case 4:
		packet_make_vnet(r, &p->vnet, p->len,
				 random_one_in(r, 2) ? p->payload - UDP_LEN :
				 p->payload + VXLAN_LEN + ETH_HLEN + 20);
		foretell_vnet(p, only_sure);
		break;
	}
}
