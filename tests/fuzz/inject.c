// SPDX-License-Identifier: GPL-2.0
/*
 * Into the stack: through a TAP interface, where each part of a write becomes
 * a page of its own (IFF_NAPI_FRAGS) or all is linear, or through another
 * interface by a packet socket. The stack runs in the writer's context: when
 * the write returns, the packet's fate is decided. Out of it: packet sockets.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "inject.h"

/* MAX_SKB_FRAGS, and the linear part */
#define PARTS_MAX 18
#define PART_MAX 4096
/* A write that is taken as linear memory must not need too many pages. */
#define LINEAR_MAX 12000

int tap_open(const char *name, bool frags)
{
	struct ifreq request = {
		.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR,
	};
	int fd;

	if (frags)
		request.ifr_flags |= IFF_NAPI | IFF_NAPI_FRAGS;
	snprintf(request.ifr_name, IFNAMSIZ, "%s", name);
	fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request))
		err(1, "%s", name);
	return fd;
}

/* Where a part is likely to begin: at a header. */
static __u32 pick_part(struct random *r, __u32 len)
{
	static const unsigned char ends[] = {
		ETH_HLEN, 20, 8, 8, ETH_HLEN, 4, 40, 1, 2
	};
	__u32 part = random_one_in(r, 3) ? random_from(r, 1, len) :
					      random_pick(r, ends);

	return MIN(MIN(part, len), PART_MAX);
}

/* Spreads bytes over parts; returns how many there are, 0: too many. */
static unsigned int spread(struct random *r, struct iovec *part,
			   unsigned char *data, __u32 len)
{
	unsigned int wanted = random_below(r, PARTS_MAX);
	__u32 off = random_from(r, 1, MIN(len, 200));
	unsigned int n = 1;

	/* the linear part is never empty; its size is not limited to a page */
	if (len > off + 17 * PART_MAX)
		off = len - 17 * PART_MAX;
	part[0] = (struct iovec){ data, off };
	while (off < len && n < PARTS_MAX) {
		__u32 size = pick_part(r, len - off);

		if (n >= wanted || (len - off) / PART_MAX + n + 1 >= PARTS_MAX)
			size = MIN(len - off, PART_MAX);
		part[n++] = (struct iovec){ data + off, size };
		off += size;
	}
	return off < len ? 0 : n;
}

/* Returns false when the interface refuses what the header says. */
bool tap_write(int fd, struct random *r, const struct virtio_net_hdr *vnet,
	       unsigned char *data, __u32 len, bool frags)
{
	struct iovec parts[PARTS_MAX + 1];
	struct virtio_net_hdr header = *vnet;
	unsigned int n = 1;

	parts[0] = (struct iovec){ &header, sizeof(header) };
	parts[1] = (struct iovec){ data, len };
	if (frags)
		n = spread(r, parts + 1, data, len);
	else if (len > LINEAR_MAX && !header.hdr_len)
		header.hdr_len = random_from(r, ETH_HLEN, LINEAR_MAX);
	if (!n)
		return false;
	if (writev(fd, parts, n + 1) >= 0)
		return true;
	if (errno != EINVAL && errno != EMSGSIZE)
		err(1, "packet of %u bytes in %u parts", len, n);
	return false;
}

/* Goes into a network namespace; returns the one that was left. */
int netns_enter(const char *path)
{
	int old = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int new = open(path, O_RDONLY | O_CLOEXEC);

	if (old < 0 || new < 0 || setns(new, CLONE_NEWNET))
		err(1, "%s", path);
	close(new);
	return old;
}

static int packet_open(const char *dev, int protocol)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = if_nametoindex(dev),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 || !address.sll_ifindex ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)))
		err(1, "packet socket on %s", dev);
	return fd;
}

static void set_option(int fd, int level, int option, int value)
{
	if (setsockopt(fd, level, option, &value, sizeof(value)))
		err(1, "socket option %d", option);
}

int raw_open(const char *dev)
{
	int fd = packet_open(dev, 0);

	set_option(fd, SOL_PACKET, PACKET_VNET_HDR, 1);
	return fd;
}

/* Returns false when the interface does not take it. */
bool raw_write(int fd, const struct virtio_net_hdr *vnet,
	       const unsigned char *data, __u32 len)
{
	struct iovec parts[] = {
		{ (void *)vnet, sizeof(*vnet) }, { (void *)data, len }
	};

	if (writev(fd, parts, 2) >= 0)
		return true;
	/* ENOMEM is what a packet leads to that cannot be segmented */
	if (errno != EINVAL && errno != EMSGSIZE && errno != ENOBUFS &&
	    errno != ENOMEM)
		err(1, "packet of %u bytes", len);
	return false;
}

/*
 * Room for what may come late, ahead of the frame that is waited for: all that
 * a super-packet is cut into.
 */
#define READER_ROOM (16 << 20)

/* A reader that is not meant to keep up: it counts all, and keeps some. */
int reader_open(const char *dev)
{
	int fd = packet_open(dev, ETH_P_ALL);

	set_option(fd, SOL_PACKET, PACKET_AUXDATA, 1);
	set_option(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
	set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, READER_ROOM);
	return fd;
}

void reader_drain(int fd)
{
	while (recv(fd, NULL, 0, MSG_DONTWAIT | MSG_TRUNC) >= 0)
		;
}

/* The frame as it was on the wire, or -1: there is none. */
int reader_read(int fd, unsigned char *data, __u32 size)
{
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct iovec part = { data, size };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct tpacket_auxdata aux;
	struct cmsghdr *header;
	__u16 tag[2];
	ssize_t len;

	len = recvmsg(fd, &message, MSG_DONTWAIT | MSG_TRUNC);
	header = CMSG_FIRSTHDR(&message);
	if (len < 0 || !header)
		return -1;
	memcpy(&aux, CMSG_DATA(header), sizeof(aux));
	if (!(aux.tp_status & TP_STATUS_VLAN_VALID) || len + 4 > size)
		return len;
	/* the stack has taken the outermost tag off */
	tag[0] = htons(aux.tp_vlan_tpid);
	tag[1] = htons(aux.tp_vlan_tci);
	memmove(data + 16, data + 12, len - 12);
	memcpy(data + 12, tag, 4);
	return len + 4;
}

/* How many frames it has seen since this was called last. */
__u32 reader_count(int fd)
{
	struct tpacket_stats stats;
	socklen_t len = sizeof(stats);

	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len))
		err(1, "statistics of a reader");
	return stats.tp_packets;
}
