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

static bool truncated(const u8 *data, size_t head_len, size_t frame_len)
{
	u8 *head = copy(data, head_len);
	bool verdict = vxm_parse_truncated(head, head_len, frame_len);

	free(head);

	return verdict;
}

static u16 read16(const u8 *data)
{
	u16 number;

	memcpy(&number, data, sizeof(number));

	return ntohs(number);
}

/* An untagged frame's verdict. */
static bool want_truncated(const u8 *head, size_t head_len, size_t frame_len)
{
	size_t packet = frame_len - ETH_HLEN;	/* bytes that are there of it */

	switch (read16(head + ADDRESSES)) {
	case ETH_P_IP:
		return packet < 20 || (head_len >= ETH_HLEN + 4 &&
				       packet < read16(head + ETH_HLEN + 2));
	case ETH_P_IPV6:
		return packet < 40 ||
		       (head_len >= ETH_HLEN + 6 &&
			packet - 40 < read16(head + ETH_HLEN + 4));
	default:
		return false;
	}
}

static bool is_tagged(const u8 *head)
{
	u16 type = read16(head + ADDRESSES);

	return type == ETH_P_8021Q || type == ETH_P_8021AD;
}

/* A tagged frame is truncated if, and only if, it is so without its tag. */
static void check_tags(const u8 *data, size_t head_len, size_t frame_len,
		       bool verdict)
{
	u8 *bytes = copy(data, head_len);
	u8 *head = bytes;

	while (is_tagged(head) && head_len >= ETH_HLEN + TAG) {
		memmove(head + TAG, head, ADDRESSES);
		head += TAG;
		head_len -= TAG;
		frame_len -= TAG;
	}
	PROMISE(verdict == want_truncated(head, head_len, frame_len));
	PROMISE(verdict == truncated(head, head_len, frame_len));
	free(bytes);
}

static void check_truncated(const u8 *data, size_t there, size_t frame_len)
{
	size_t head_len = there < VXM_INNER_HEAD ? there : VXM_INNER_HEAD;
	bool verdict;
	bool whole;

	if (there < ETH_HLEN)
		return;
	verdict = truncated(data, head_len, frame_len);
	check_tags(data, head_len, frame_len, verdict);

	/* What is not needed can only show a header behind a fifth tag. */
	whole = truncated(data, there, frame_len);
	check_tags(data, there, frame_len, whole);
	PROMISE(verdict == whole || (whole && is_tagged(data + 4 * TAG)));

	if (!verdict)
		PROMISE(!truncated(data, head_len, frame_len + 1));
	else if (frame_len > head_len)
		PROMISE(truncated(data, head_len, frame_len - 1));
}

int fuzz_input(const u8 *data, size_t size)
{
	size_t len;

	if (size < 2)
		return 0;
	len = size - 2 + (data[0] | data[1] << 8);
	check_vxlan(data + 2, size - 2, len);
	check_truncated(data + 2, size - 2, len);

	return 0;
}
