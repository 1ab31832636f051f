// SPDX-License-Identifier: GPL-2.0
/*
 * A mirror packet that comes after an operation, of VNI 1: it must be received
 * once, by whichever front there is.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "operations.h"
#include "state.h"

#define PROBE_MS	10000

/* What a port and its entry have counted. */
struct counted {
	__u64 early;
	__u64 by_socket;
	__u64 received;
	bool socket_only;
};

/* Returns false when the port, or the entry, is not there. */
static bool count(struct counted *counted)
{
	struct record port;
	struct record entry;

	if (!client_get(&client, VXM_CMD_PORT_GET, NO_ATTRS, &port) ||
	    !client_get(&client, VXM_CMD_VNI_GET, ATTRS(U32(VNI, 1)), &entry))
		return false;
	counted->early = port.value[VXM_ATTR_EARLY_PACKETS];
	counted->by_socket = port.value[VXM_ATTR_SOCKET_PACKETS];
	counted->socket_only = port.value[VXM_ATTR_FRONT] == VXM_FRONT_SOCKET;
	counted->received = entry.value[VXM_ATTR_RECEIVED_PACKETS];
	return true;
}

static enum probe judge(const struct counted *before,
			const struct counted *after)
{
	__u64 early = after->early - before->early;
	__u64 by_socket = after->by_socket - before->by_socket;

	if (after->received - before->received != 1 || early + by_socket != 1 ||
	    (early && after->socket_only))
		return PROBE_WRONG;
	return early ? PROBE_EARLY : PROBE_SOCKET;
}

static enum probe probe(void (*send)(void))
{
	long long end = now_ms() + PROBE_MS;
	struct counted before;
	struct counted after;

	if (!count(&before))
		return PROBE_NONE;
	send();
	do {
		pause_some();
	} while (count(&after) && after.received == before.received &&
		 now_ms() < end);
	return judge(&before, &after);
}

static void send_by_lo(void)
{
	state_send(1, 1);
}

enum probe probe_lo(void)
{
	return probe(send_by_lo);
}

/* A TAP interface; it goes with its descriptor. */
static int tap = -1;

int tap_comes(struct fault *fault)
{
	struct ifreq request = {
		.ifr_name = TAP_NAME,
		.ifr_flags = IFF_TAP | IFF_NO_PI,
	};
	int result;

	if (tap >= 0)
		close(tap);
	tap = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (tap < 0)
		err(1, "/dev/net/tun");
	fault_begin(fault);
	result = ioctl(tap, TUNSETIFF, &request) ? errno : 0;
	fault_end(fault);
	return result;
}

static void raise_tap(unsigned char *mac)
{
	struct ifreq request = { .ifr_name = TAP_NAME };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCGIFHWADDR, &request))
		err(1, TAP_NAME);
	memcpy(mac, request.ifr_hwaddr.sa_data, ETH_ALEN);
	request.ifr_flags = IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request))
		err(1, TAP_NAME);
	close(fd);
}

static __be16 ip_checksum(const struct iphdr *ip)
{
	const __u16 *word = (const void *)ip;
	__u32 sum = 0;
	size_t i;

	for (i = 0; i < sizeof(*ip) / 2; i++)
		sum += word[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

static void send_by_tap(void)
{
	struct {
		struct ethhdr eth;
		struct iphdr ip;
		struct udphdr udp;
		__be32 flags;
		__be32 vni;
		unsigned char frame[FRAME_LEN];
	} __attribute__((packed)) packet = {
		.eth.h_proto = htons(ETH_P_IP),
		.ip = {
			.version = 4,
			.ihl = 5,
			.tot_len = htons(sizeof(packet) - ETH_HLEN),
			.ttl = 64,
			.protocol = IPPROTO_UDP,
			.saddr = inet_addr("198.51.100.1"),
			.daddr = inet_addr(STATE_ADDRESS),
		},
		.udp = {
			.dest = htons(VXM_PORT_DEFAULT),
			.len = htons(sizeof(packet) - ETH_HLEN -
				     sizeof(struct iphdr)),
		},
		.flags = htonl(0x08000000),
		.vni = htonl(1 << 8),
	};
	struct iphdr ip = packet.ip;

	packet.ip.check = ip_checksum(&ip);
	raise_tap(packet.eth.h_dest);
	if (write(tap, &packet, sizeof(packet)) != sizeof(packet))
		err(1, "a mirror packet by " TAP_NAME);
}

/* By the TAP interface, if that has come. */
enum probe probe_tap(void)
{
	return probe(if_nametoindex(TAP_NAME) ? send_by_tap : send_by_lo);
}
