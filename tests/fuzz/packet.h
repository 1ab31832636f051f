/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mirror packets for the fuzzer of the module's receive path: what is sent,
 * and what the fuzzer knows about its fate.
 */
#ifndef FUZZ_PACKET_H
#define FUZZ_PACKET_H

#include <linux/virtio_net.h>
#include <linux/vxmirror.h>

#include "random.h"

/* The sensor's address on its real interfaces. */
#define SENSOR_MAC "\x02\x00\x00\x00\x00\x02"
#define SENSOR_IPV4 "\xc0\x00\x02\x02"
#define SENSOR_IPV6 \
	"\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02"
/* What inner frames are for, as the mirrored host sees it; the sensor has it. */
#define INNER_MAC "\x02\x00\x00\x00\x00\xfa"
#define INNER_IPV4 "\xc6\x33\x64\x01"
#define INNER_IPV6 \
	"\x20\x01\x0d\xb8\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"
#define INNER_UDP_PORT 7777
#define INNER_TCP_PORT 7778

/* More than any packet: 64 KiB, and room for what mutations insert. */
#define PACKET_SIZE 0x11000
#define PIECES_MAX 8

/**
 * struct entry - a VNI entry that the fuzzer has made
 *
 * @port: UDP port
 * @first: first VNI
 * @last: last VNI
 * @any: it is the port's any
 * @dev: number of its mirror device
 */
struct entry {
	__u16 port;
	__u32 first;
	__u32 last;
	bool any;
	int dev;
};

/**
 * enum fate - what the fuzzer knows about a packet's fate
 *
 * @FATE_NOTHING: it never reaches the module
 * @FATE_SURE: it does, and is delivered, or is not for &packet.cause
 * @FATE_MAYBE: it may, in &packet.most frames at most
 */
enum fate {
	FATE_NOTHING,
	FATE_SURE,
	FATE_MAYBE,
};

/**
 * struct piece - an outer fragment
 *
 * @offset: of its first byte in what follows the outer IP header
 * @len: bytes
 * @more: it says that more follow
 */
struct piece {
	__u32 offset;
	__u32 len;
	bool more;
};

/**
 * struct packet - a mirror packet
 *
 * @vnet: what a virtual interface says about it
 * @data: its bytes, from the outer Ethernet header on
 * @len: how many
 * @ip6: it is over IPv6
 * @l3_len: bytes of the outer IP header
 * @payload: where the VXLAN header begins
 * @end: where the outer UDP datagram ends
 * @pieces: its fragments, in the order in which they are sent
 * @n_pieces: how many; 0: it is whole
 * @id: of the fragments
 * @fate: what is known about its fate
 * @most: frames that it may lead to
 * @cause: of &enum vxm_cause, or -1: it is delivered
 * @port: the UDP port that it is for
 * @entry: number of the entry that counts it, or -1: none does
 * @frame: where the inner frame begins
 * @frame_len: its bytes; of a packet that is not delivered, what counts
 * @truncated: its IP header says more than is there
 */
struct packet {
	struct virtio_net_hdr vnet;
	unsigned char *data;
	__u32 len;
	bool ip6;
	__u32 l3_len;
	__u32 payload;
	__u32 end;
	struct piece pieces[PIECES_MAX];
	unsigned int n_pieces;
	__u32 id;
	enum fate fate;
	__u32 most;
	int cause;
	__u16 port;
	int entry;
	__u32 frame;
	__u32 frame_len;
	bool truncated;
};

/**
 * struct maker - makes packets
 *
 * @random: what it is led by
 * @entries: the entries of its ports; of each port the most exact first
 * @n_entries: how many
 * @worker: number of the worker that it is for: it has sources of its own
 * @id: of the latest fragmented packet
 */
struct maker {
	struct random random;
	const struct entry *entries;
	unsigned int n_entries;
	unsigned int worker;
	__u32 id;
};

void packet_make(struct maker *maker, struct packet *packet, bool only_sure);
__u32 packet_make_inner(struct random *r, unsigned char *p);
__u32 packet_piece(const struct packet *packet, const struct piece *piece,
		   unsigned char *out);
void packet_make_vnet(struct random *r, struct virtio_net_hdr *vnet,
		      __u32 len, __u32 l4);

#endif /* FUZZ_PACKET_H */
