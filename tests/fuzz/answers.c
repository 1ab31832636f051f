// SPDX-License-Identifier: GPL-2.0
/*
 * What the sensor sends while it is being fuzzed. A mirror packet may be
 * answered by the host's reassembly, which gives up (Time Exceeded), and by
 * its IP layer, which cannot read the options or extension headers (Parameter
 * Problem): neither ever comes to the module. All other answers have to be to
 * packets that mutation has made something else of than UDP to a port of ours.
 * An inner frame is never answered.
 */
#include <err.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "answers.h"
#include "packet.h"

/* ICMP and ICMPv6 */
#define UNREACHABLE4 3
#define UNREACHABLE6 1

static char *say(const char *what, const unsigned char *data, size_t len)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	size_t i;

	if (!out)
		err(1, "no memory");
	fprintf(out, "%s: ", what);
	for (i = 0; i < len && i < 200; i++)
		fprintf(out, "%02x", data[i]);
	fclose(out);
	return text;
}

/* Is what an ICMP error quotes a UDP packet to a port of ours? */
static bool is_about_ours(const unsigned char *ip, size_t len, bool ip6,
			  bool (*is_ours)(__u16 port))
{
	size_t header = ip6 ? 40 : (ip[0] & 15) * 4;

	if (len < header + 4 || ip[ip6 ? 6 : 9] != IPPROTO_UDP)
		return false;
	return is_ours(ip[header + 2] << 8 | ip[header + 3]);
}

/* Returns what is wrong with a packet that the sensor sent, to be freed. */
char *answer_fault(const unsigned char *data, size_t len,
		   bool (*is_ours)(__u16 port))
{
	const unsigned char *ip = data + ETH_HLEN;
	bool ip6 = data[12] == 0x86 && data[13] == 0xdd;
	const unsigned char *icmp = ip + (ip6 ? 40 : 20);
	size_t quote = ETH_HLEN + (ip6 ? 40 : 20) + 8;

	if (!ip6 && (data[12] != 0x08 || data[13] != 0x00))
		return say("neither IPv4 nor IPv6", data, len);
	if (!memcmp(ip + (ip6 ? 8 : 12), ip6 ? INNER_IPV6 : INNER_IPV4,
		    ip6 ? 16 : 4))
		return say("an answer to an inner frame", data, len);
	if (ip[ip6 ? 6 : 9] != (ip6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP) ||
	    icmp[0] != (ip6 ? UNREACHABLE6 : UNREACHABLE4) || len < quote + 20)
		return NULL;
	if (is_about_ours(data + quote, len - quote, ip6, is_ours))
		return say("a mirror packet is answered", data, len);
	return NULL;
}
