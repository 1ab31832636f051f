// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes the module's reading of headers, compiled as it is, in user space:
 * any bytes, against what RFC 7348 and the functions' descriptions promise,
 * written another way.
 *
 * An input is two bytes that say how much longer the packet is than what is
 * there of it, low byte first, then the bytes that are there.
 */
#include <arpa/inet.h>
#include <endian.h>
#include <string.h>
#include <linux/if_ether.h>
#include <linux/vxmirror.h>

#include "../../kmod/parse.h"
#include "fuzz.h"

#define FLAG_I 0x0800000000000000ULL
#define RESERVED 0xf7ffffff000000ffULL
#define UNTOUCHED 0xdeadbeef
#define TAG 4	/* bytes of a VLAN tag */
#define ADDRESSES (2 * ETH_ALEN)
#define IPV4 20	/* bytes of a header without options */
#define IPV6 40

/* Exactly the bytes that a function may read, so that one more is seen. */
static u8 *copy(const void *data, size_t size)
{
	u8 *bytes = malloc(size);

	PROMISE(bytes);
	memcpy(bytes, data, size);

	return bytes;
}

static int parse_vxlan(const void *data, size_t there, size_t len, u32 *vni)
{
	u8 *payload = copy(data, there);
	int verdict = vxm_parse_vxlan(payload, len, vni);

	free(payload);

	return verdict;
}

static void check_vxlan(const u8 *data, size_t there, size_t len)
{
	u32 vni = UNTOUCHED;
	u32 again = UNTOUCHED;
	u64 header = 0;
	int verdict;

	if (there < VXM_VXLAN_HLEN)
		len = there;
	else
		there = VXM_VXLAN_HLEN;
	verdict = parse_vxlan(data, there, len, &vni);
	PROMISE((verdict == VXM_CAUSE_SHORT_HEADER) == (len < sizeof(header)));
	PROMISE(verdict == VXM_PASS || vni == UNTOUCHED);
	if (verdict == VXM_CAUSE_SHORT_HEADER)
		return;

	memcpy(&header, data, sizeof(header));
	header = be64toh(header);
	if (verdict == VXM_PASS)
		PROMISE(vni == (header & 0xffffff00) >> 8);
	if (!(header & FLAG_I))
		PROMISE(verdict == VXM_CAUSE_NO_VNI_FLAG);
	else if (len - sizeof(header) < sizeof(struct ethhdr))
		PROMISE(verdict == VXM_CAUSE_SHORT_FRAME);
	else
		PROMISE(verdict == VXM_PASS);

	header = htobe64(header ^ RESERVED);
	PROMISE(parse_vxlan(&header, there, len, &again) == verdict);
	PROMISE(again == vni);
}

static u16 read16(const u8 *data)
{
	u16 number;

	memcpy(&number, data, sizeof(number));

	return ntohs(number);
}

static size_t head_of(size_t frame_len)
{
	return frame_len < VXM_INNER_HEAD ? frame_len : VXM_INNER_HEAD;
}

static struct vxm_inner inner_of(const u8 *data, size_t frame_len)
{
	static const u64 key[VXM_FLOW_KEYS] = {
		0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0,
		0x082efa98ec4e6c89, 0x452821e638d01377, 0xbe5466cf34e90c6c,
		0xc0ac29b7c97c50dd, 0x3f84d5b5b5470917, 0x9216d5d98979fb1b,
		0xd1310ba698dfb5ac,
	};
	u8 *head = copy(data, head_of(frame_len));
	struct vxm_inner inner = vxm_parse_inner(head, frame_len, key);

	free(head);

	return inner;
}

static bool is_tagged(const u8 *frame)
{
	u16 type = read16(frame + ADDRESSES);

	return type == ETH_P_8021Q || type == ETH_P_8021AD;
}

/* An untagged frame's verdict. */
static bool want_truncated(const u8 *frame, size_t frame_len)
{
	size_t packet = frame_len - ETH_HLEN;	/* bytes that are there of it */

	switch (read16(frame + ADDRESSES)) {
	case ETH_P_IP:
		return packet < IPV4 || packet < read16(frame + ETH_HLEN + 2);
	case ETH_P_IPV6:
		return packet < IPV6 ||
		       packet - IPV6 < read16(frame + ETH_HLEN + 4);
	default:
		return false;
	}
}

static void swap(u8 *a, u8 *b, size_t len)
{
	u8 other[16];

	memcpy(other, a, len);
	memcpy(a, b, len);
	memcpy(b, other, len);
}

static bool has_ports(u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
	       protocol == IPPROTO_SCTP;
}

/* Makes an untagged frame its answer; false: it is not of IP, or nonsense. */
static bool answer(u8 *frame, size_t frame_len)
{
	size_t len = frame_len - ETH_HLEN;
	u8 *ip = frame + ETH_HLEN;
	size_t header_len;

	switch (read16(frame + ADDRESSES)) {
	case ETH_P_IP:
		if (len < IPV4 || (*ip & 15) < 5)
			return false;
		header_len = (*ip & 15) * 4;
		swap(ip + 12, ip + 16, 4);
		if (!(read16(ip + 6) & 0x3fff) && has_ports(ip[9]) &&
		    len >= header_len + 4)
			swap(ip + header_len, ip + header_len + 2, 2);
		return true;
	case ETH_P_IPV6:
		if (len < IPV6)
			return false;
		swap(ip + 8, ip + 24, 16);
		if (has_ports(ip[6]) && len >= IPV6 + 4)
			swap(ip + IPV6, ip + IPV6 + 2, 2);
		return true;
	default:
		return false;
	}
}

/* Nobody but the first few bytes of a whole packet's payload has ports. */
static void check_fragment(u8 *frame, size_t frame_len, u32 flow)
{
	u8 *ip = frame + ETH_HLEN;
	size_t i;

	if (read16(frame + ADDRESSES) != ETH_P_IP ||
	    frame_len < ETH_HLEN + IPV4 || (*ip & 15) < 5 ||
	    !(read16(ip + 6) & 0x3fff))
		return;
	for (i = ETH_HLEN + IPV4; i < head_of(frame_len); i++)
		frame[i] ^= 0xff;
	PROMISE(inner_of(frame, frame_len).flow == flow);
}

/*
 * A tagged frame is as it is without its tags, up to four; an answer is of the
 * same flow.
 */
static void check_inner(const u8 *data, size_t there, size_t frame_len)
{
	struct vxm_inner inner = inner_of(data, frame_len);
	u8 *bytes = copy(data, there);
	u8 *frame = bytes;
	int tags = 0;

	while (is_tagged(frame) && frame_len >= ETH_HLEN + TAG &&
	       tags++ < VXM_VLAN_TAGS_MAX) {
		memmove(frame + TAG, frame, ADDRESSES);
		frame += TAG;
		there -= TAG;
		frame_len -= TAG;
	}
	if (is_tagged(frame)) {
		PROMISE(!inner.flow && !inner.truncated);
	} else if (there >= head_of(frame_len)) {
		PROMISE(inner.truncated == want_truncated(frame, frame_len));
		PROMISE(inner.flow == inner_of(frame, frame_len).flow);
		if (answer(frame, frame_len))
			PROMISE(inner.flow == inner_of(frame, frame_len).flow);
		else if (frame_len < ETH_HLEN + IPV4)
			PROMISE(!inner.flow);
		check_fragment(frame, frame_len, inner.flow);
	}
	free(bytes);
}

int fuzz_input(const u8 *data, size_t size)
{
	size_t there = size - 2;
	size_t len;

	if (size < 2)
		return 0;
	len = there + (data[0] | data[1] << 8);
	check_vxlan(data + 2, there, len);
	if (there < ETH_HLEN)
		return 0;
	check_inner(data + 2, there, there < VXM_INNER_HEAD ? there : len);

	return 0;
}
