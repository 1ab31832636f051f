/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bench's mirror packet, and what makes each one another: for the programs
 * that send them and for those that BPF runs.
 */
#ifndef MIRROR_H
#define MIRROR_H

#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/types.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>

struct mirror_packet {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
	__be32 vxlan_flags;
	__be32 vxlan_vni;
	struct ethhdr inner_eth;
	struct iphdr inner_ip;
	struct tcphdr inner_tcp;
} __attribute__((packed));

#define VXLAN_PORT	4789
#define VXLAN_HAS_VNI	0x08000000

/* What stands before the inner frame. */
#define OUTER_LEN	__builtin_offsetof(struct mirror_packet, inner_eth)

/* How many different ones of each there are; packets go through them in turn. */
struct mix {
	__u32 vnis;
	__u32 first_vni;
	__u32 sources;
	__u32 flows;
};

/* What the BPF programs are told when they are loaded. */
struct settings {
	struct mix mix;
	__u32 senders;
};

/*
 * Makes the packet number n of a mix. The outer source address and the IP
 * identification change by the same amount, one up, one down: the checksum
 * stays right.
 */
static inline __attribute__((always_inline)) void
vary(struct mirror_packet *packet, const struct mix *mix, __u32 n)
{
	__u32 source = n % mix->sources;

	packet->ip.saddr = (packet->ip.saddr & bpf_htonl(0xffff0000)) |
			   bpf_htonl(source);
	packet->ip.id = bpf_htons(0xffff - source);
	packet->vxlan_vni = bpf_htonl((mix->first_vni + source % mix->vnis)
				      << 8);
	packet->inner_tcp.source = bpf_htons(1024 + n % mix->flows);
	packet->inner_tcp.seq = bpf_htonl(n);
}

#endif /* MIRROR_H */
