// SPDX-License-Identifier: GPL-2.0
/*
 * The bench's mirror packets, and the two ways to send them: into an
 * interface's receive path, as its driver would do, or from the other end of
 * the cable, which packets that are larger than a page need.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "pump.h"

#define CHUNK		4096	/* packets that are sent in one go */
#define IN_FLIGHT	8192	/* packets that rings have room for */
#define BATCH		64	/* as many as a driver hands over */
#define PATIENCE_NS	5000000000LL
#define LIVE_MAX	3400	/* bytes of a live frame; the page holds more */
#define PACKET_MAX	9216
#define LINEAR		256	/* what drivers leave in the linear part */

struct sender {
	unsigned int	id;		/* and its CPU */
	unsigned int	left;
	int		program;
	int		fd;
	unsigned int	made;
	pthread_t	thread;
};

static struct {
	struct virtio_net_hdr	head;	/* AF_PACKET's, not sent */
	union {
		struct mirror_packet	packet;
		unsigned char		bytes[PACKET_MAX];
	};
} __attribute__((packed)) template;
static unsigned int packet_len;

static struct sender senders[CPUS_MAX];
static atomic_uint sent;
static void (*send_chunk)(struct sender *sender, unsigned int count);

/* --- the packet ---------------------------------------------------------- */

static __be16 checksum(const void *data, unsigned int len)
{
	const unsigned char *byte = data;
	unsigned int sum = 0;
	unsigned int i;

	for (i = 0; i < len; i += 2)
		sum += byte[i] << 8 | byte[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum);
}

static void fill_ip(void *header, const char *from, const char *to,
		    unsigned int protocol, unsigned int len)
{
	struct iphdr *ip = header;

	ip->version = 4;
	ip->ihl = 5;
	ip->ttl = 64;
	ip->protocol = protocol;
	ip->tot_len = htons(len);
	ip->saddr = inet_addr(from);
	ip->daddr = inet_addr(to);
	ip->id = htons(0xffff);
	ip->check = checksum(ip, sizeof(*ip));
}

/* To the sensor of tests/e2e's topology, without a UDP checksum. */
static void fill_packet(void)
{
	static const unsigned char u0[] = { 2, 0, 0, 0, 0, 2 };
	static const unsigned char host[] = { 2, 0, 0, 0, 1, 1 };
	static const unsigned char peer[] = { 2, 0, 0, 0, 1, 2 };
	struct mirror_packet *p = &template.packet;
	unsigned int payload = packet_len - sizeof(p->eth);

	memcpy(p->eth.h_dest, u0, ETH_ALEN);
	p->eth.h_source[0] = 2;
	p->eth.h_proto = htons(ETH_P_IP);
	fill_ip(&p->ip, "10.77.0.0", "192.0.2.2", IPPROTO_UDP, payload);
	p->udp.source = htons(50000);
	p->udp.dest = htons(VXLAN_PORT);
	p->udp.len = htons(payload - sizeof(p->ip));
	p->vxlan_flags = htonl(VXLAN_HAS_VNI);
	memcpy(p->inner_eth.h_dest, peer, ETH_ALEN);
	memcpy(p->inner_eth.h_source, host, ETH_ALEN);
	p->inner_eth.h_proto = htons(ETH_P_IP);
	/* what the first source sent itself, as vxmirror learns from that */
	fill_ip(&p->inner_ip, "10.77.0.0", "10.1.0.2", IPPROTO_TCP,
		options.frame - sizeof(p->inner_eth));
	p->inner_tcp.dest = htons(443);
	p->inner_tcp.doff = 5;
	p->inner_tcp.ack = 1;
}

/* --- live frames --------------------------------------------------------- */

static int load_program(void)
{
	struct bpf_object *object =
		bpf_object__open_file(options.object, NULL);
	struct settings settings = {
		.mix = options.mix,
		.senders = options.cpus ? options.cpus : 1,
	};
	struct bpf_program *program;
	struct bpf_map *constants;

	if (!object)
		err(1, "%s", options.object);
	constants = bpf_object__find_map_by_name(object, ".data");
	if (!constants ||
	    bpf_map__set_initial_value(constants, &settings, sizeof(settings)))
		errx(1, "%s has other settings", options.object);
	program = bpf_object__find_program_by_name(object, options.program);
	if (!program || bpf_object__load(object))
		errx(1, "%s: no program %s", options.object, options.program);
	return bpf_program__fd(program);
}

static void send_live(struct sender *sender, unsigned int count)
{
	struct xdp_md context = {
		.data_end = packet_len,
		.ingress_ifindex = if_nametoindex(options.into),
	};
	struct bpf_test_run_opts run = {
		.sz = sizeof(run),
		.data_in = &template.packet,
		.data_size_in = packet_len,
		.ctx_in = &context,
		.ctx_size_in = sizeof(context),
		.repeat = count,
		.flags = BPF_F_TEST_XDP_LIVE_FRAMES,
		.batch_size = BATCH,
	};

	if (bpf_prog_test_run_opts(sender->program, &run))
		err(1, "live frames");
}

static void prepare_live(void)
{
	unsigned int i;
	int program;

	if (packet_len > LIVE_MAX)
		errx(1, "a live frame has %u bytes at most", LIVE_MAX);
	program = load_program();
	for (i = 0; i < CPUS_MAX; i++)
		senders[i].program = program;
	send_chunk = send_live;
}

/* --- packets from the other end of the cable ------------------------------ */

static int open_netns(const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

/* A packet socket in a network namespace, for sending only. */
static int open_far_end(const char *netns, const char *dev)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET };
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int there = open_netns(netns);
	int one = 1;
	int fd;

	if (home < 0 || setns(there, CLONE_NEWNET))
		err(1, "netns %s", netns);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	address.sll_ifindex = if_nametoindex(dev);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one,
		       sizeof(one)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)))
		err(1, "packet socket on %s", options.from);
	if (setns(home, CLONE_NEWNET))
		err(1, "netns");
	close(there);
	close(home);
	return fd;
}

static void send_cable(struct sender *sender, unsigned int count)
{
	size_t len = sizeof(template.head) + packet_len;

	while (count--) {
		vary(&template.packet, &options.mix, sender->made++);
		if (write(sender->fd, &template, len) != (ssize_t)len)
			err(1, "%s", options.from);
	}
}

static void prepare_cable(void)
{
	char netns[32], dev[IFNAMSIZ];

	if (sscanf(options.from, "%31[^/]/%15s", netns, dev) != 2)
		errx(1, "%s is no NETNS/DEV", options.from);
	if (options.cpus > 1)
		errx(1, "only one CPU sends from the other end");
	template.head.hdr_len = packet_len < LINEAR ? packet_len : LINEAR;
	senders[0].fd = open_far_end(netns, dev);
	send_chunk = send_cable;
}

/* --- sending ------------------------------------------------------------- */

void prepare_senders(void)
{
	packet_len = OUTER_LEN + options.frame;
	if (packet_len < sizeof(template.packet) || packet_len > PACKET_MAX)
		errx(1, "no frames of %u bytes", options.frame);
	fill_packet();
	if (options.from)
		prepare_cable();
	else
		prepare_live();
}

/* Readers that get no nearer for a while have missed something. */
static void wait_for_readers(unsigned int behind)
{
	unsigned int before = packets_read();
	long long end = now_ns() + PATIENCE_NS;

	while (atomic_load(&sent) - packets_read() > behind) {
		if (packets_read() != before) {
			before = packets_read();
			end = now_ns() + PATIENCE_NS;
		} else if (now_ns() > end) {
			errx(1, "%u packets sent, %u read",
			     atomic_load(&sent), before);
		}
		usleep(500);
	}
}

static void *send_part(void *data)
{
	struct sender *sender = data;
	unsigned int chunk = options.pace ? options.pace : CHUNK;

	if (options.cpus)
		bind_to_cpu(sender->id);
	while (sender->left) {
		unsigned int n = sender->left < chunk ? sender->left : chunk;

		if (options.read)
			wait_for_readers(IN_FLIGHT - CHUNK);
		atomic_fetch_add(&sent, n);
		send_chunk(sender, n);
		sender->left -= n;
		if (options.pace)
			wait_quiet();
	}
	return NULL;
}

void send_packets(unsigned int count)
{
	unsigned int n = options.cpus ? options.cpus : 1;
	unsigned int i;

	for (i = 0; i < n; i++) {
		senders[i].id = i;
		senders[i].left = count / n;
		if (pthread_create(&senders[i].thread, NULL, send_part,
				   &senders[i]))
			errx(1, "no thread");
	}
	for (i = 0; i < n; i++)
		pthread_join(senders[i].thread, NULL);
	if (options.read)
		wait_for_readers(0);
}
