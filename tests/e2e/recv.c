// SPDX-License-Identifier: GPL-2.0
/*
 * Prints every frame that an interface shows to packet sockets, with all that
 * the kernel says about it. See usage() for the words and the lines printed.
 */
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef TP_STATUS_GSO_TCP
#define TP_STATUS_GSO_TCP	0x100
#endif

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
/*
 * The ring: a block is given up after a timer's tick, however little is in it.
 * A reader that gets no CPU for a second loses nothing.
 */
#define BLOCK_SIZE	131072U
#define BLOCK_COUNT	256U
#define BLOCK_RETIRE_MS	1

static struct {
	const char	*dev;
	unsigned long	frames;		/* 0: any number */
	long		timeout;	/* ms, -1: for ever */
	unsigned int	snaplen;
	bool		no_outgoing;
} opt = {
	.timeout = -1,
	.snaplen = UINT_MAX,
};

static const struct {
	__u32	bit;
	const char	*name;
} status_names[] = {
	{ TP_STATUS_COPY, "copy" },
	{ TP_STATUS_LOSING, "losing" },
	{ TP_STATUS_CSUMNOTREADY, "csumnotready" },
	{ TP_STATUS_VLAN_VALID, "vlan" },
	{ TP_STATUS_VLAN_TPID_VALID, "vlantpid" },
	{ TP_STATUS_CSUM_VALID, "csumvalid" },
	{ TP_STATUS_GSO_TCP, "gsotcp" },
	{ TP_STATUS_TS_SOFTWARE, "tssoftware" },
	{ TP_STATUS_TS_RAW_HARDWARE, "tshardware" },
};

static const char * const pkttype_names[] = {
	[PACKET_HOST] = "host",
	[PACKET_BROADCAST] = "broadcast",
	[PACKET_MULTICAST] = "multicast",
	[PACKET_OTHERHOST] = "otherhost",
	[PACKET_OUTGOING] = "outgoing",
};

static const char usage_text[] =
"usage: recv dev IFACE [frames N] [timeout MS] [snaplen N] [no-outgoing]\n"
"\n"
"Prints, each on a line of its own:\n"
"  ready                 once frames that now come are surely seen\n"
"  len=... HEX           for each frame: its length on the wire, how much of\n"
"                        it is here, status word (and the names of its bits),\n"
"                        VLAN tag and TPID that stood in the metadata (or -),\n"
"                        packet type, hash, time, and its bytes; the tag is\n"
"                        put back into the bytes and counted in the lengths\n"
"  down                  when the interface goes down or away\n"
"  end packets=N drops=N at the end, by the kernel's own count\n"
"Ends after N frames, after MS milliseconds, or at SIGINT or SIGTERM.\n"
"Exit codes: 0 done; 1 something failed or frames were dropped; 2 usage;\n"
"3 fewer than N frames came.\n";

static long get_number(const char *word, const char *s)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(s, &end, 10);
	if (errno || end == s || *end || n < 1 || n > INT_MAX)
		errx(2, "%s: \"%s\" is no number above 0", word, s);
	return n;
}

static void parse_words(char **argv)
{
	const char *word;

	while ((word = *argv++)) {
		if (!strcmp(word, "help")) {
			fputs(usage_text, stdout);
			exit(0);
		} else if (!strcmp(word, "no-outgoing")) {
			opt.no_outgoing = true;
			continue;
		}
		if (!*argv)
			errx(2, "nothing after \"%s\"; see \"recv help\"", word);
		if (!strcmp(word, "dev"))
			opt.dev = *argv++;
		else if (!strcmp(word, "frames"))
			opt.frames = get_number(word, *argv++);
		else if (!strcmp(word, "timeout"))
			opt.timeout = get_number(word, *argv++);
		else if (!strcmp(word, "snaplen"))
			opt.snaplen = get_number(word, *argv++);
		else
			errx(2, "unknown word \"%s\"; see \"recv help\"", word);
	}
	if (!opt.dev)
		errx(2, "dev is needed; see \"recv help\"");
}

/* SIGINT and SIGTERM end the loop without a race against poll(). */
static int open_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fd < 0)
		err(1, "signalfd");
	return fd;
}

static __s64 now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* Opens a ring that sees nothing until it is bound, then only opt.dev. */
static int open_ring(void **ring)
{
	struct tpacket_req3 req = {
		.tp_block_size = BLOCK_SIZE,
		.tp_block_nr = BLOCK_COUNT,
		.tp_frame_size = TPACKET_ALIGNMENT << 7,
		.tp_frame_nr = BLOCK_SIZE / (TPACKET_ALIGNMENT << 7) * BLOCK_COUNT,
		.tp_retire_blk_tov = BLOCK_RETIRE_MS,
		.tp_feature_req_word = TP_FT_REQ_FILL_RXHASH,
	};
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
	};
	int version = TPACKET_V3;
	int fd;

	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		err(1, "packet socket");
	if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version,
		       sizeof(version)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req)))
		err(1, "ring");
	*ring = mmap(NULL, (size_t)BLOCK_SIZE * BLOCK_COUNT,
		     PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (*ring == MAP_FAILED)
		err(1, "ring");
	address.sll_ifindex = if_nametoindex(opt.dev);
	if (!address.sll_ifindex ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)))
		err(1, "%s", opt.dev);
	return fd;
}

static void print_hex(const unsigned char *p, size_t len)
{
	while (len--)
		printf("%02x", *p++);
}

static void print_status(__u32 status)
{
	const char *separator = "";
	size_t i;

	printf(" status=0x%x (", status);
	for (i = 0; i < ARRAY_SIZE(status_names); i++) {
		if (!(status & status_names[i].bit))
			continue;
		printf("%s%s", separator, status_names[i].name);
		separator = " ";
	}
	putchar(')');
}

static void print_frame(const struct tpacket3_hdr *h)
{
	const struct sockaddr_ll *address = (const void *)
		((const char *)h + TPACKET_ALIGN(sizeof(*h)));
	const unsigned char *data = (const unsigned char *)h + h->tp_mac;
	bool vlan = h->tp_status & TP_STATUS_VLAN_VALID;
	__u32 have = h->tp_snaplen < opt.snaplen ? h->tp_snaplen : opt.snaplen;
	__u32 before = have;
	__u16 tpid = ETH_P_8021Q;

	if (h->tp_status & TP_STATUS_VLAN_TPID_VALID)
		tpid = h->hv1.tp_vlan_tpid;
	if (vlan && have >= 2 * ETH_ALEN)
		before = 2 * ETH_ALEN;
	printf("len=%u caplen=%u", h->tp_len + 4 * vlan, have + 4 * vlan);
	print_status(h->tp_status);
	if (vlan)
		printf(" vlan=0x%04x vlan_tpid=0x%04x", h->hv1.tp_vlan_tci, tpid);
	else
		printf(" vlan=- vlan_tpid=-");
	if (address->sll_pkttype <= PACKET_OUTGOING)
		printf(" pkttype=%s", pkttype_names[address->sll_pkttype]);
	else
		printf(" pkttype=%u", address->sll_pkttype);
	printf(" hash=0x%08x time=%u.%09u ", h->hv1.tp_rxhash, h->tp_sec,
	       h->tp_nsec);

	print_hex(data, before);
	if (vlan)
		printf("%04x%04x", tpid, h->hv1.tp_vlan_tci);
	print_hex(data + before, have - before);
	putchar('\n');
}

/* Prints a block's frames, at most as many as are still wanted. */
static unsigned long print_block(const struct tpacket_block_desc *block,
				 unsigned long wanted)
{
	const struct tpacket3_hdr *h = (const void *)
		((const char *)block + block->hdr.bh1.offset_to_first_pkt);
	const struct sockaddr_ll *address;
	unsigned long printed = 0;
	__u32 i;

	for (i = 0; i < block->hdr.bh1.num_pkts; i++) {
		address = (const void *)((const char *)h +
					 TPACKET_ALIGN(sizeof(*h)));
		if (!opt.no_outgoing || address->sll_pkttype != PACKET_OUTGOING) {
			print_frame(h);
			if (++printed == wanted)
				break;
		}
		h = (const void *)((const char *)h + h->tp_next_offset);
	}
	return printed;
}

/* An interface that went down is reported once and may come up again. */
static void report_error(int fd)
{
	socklen_t size = sizeof(int);
	int error = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size))
		err(1, "socket error");
	if (error && error != ENETDOWN)
		errx(1, "%s: %s", opt.dev, strerror(error));
	puts("down");
	fflush(stdout);
}

/* Returns how many frames were printed before the end came. */
static unsigned long read_ring(int fd, int signals, char *ring)
{
	__s64 end = now_ms() + opt.timeout;
	struct pollfd p[] = {
		{ .fd = fd, .events = POLLIN | POLLERR },
		{ .fd = signals, .events = POLLIN },
	};
	unsigned long wanted = opt.frames ? opt.frames : ULONG_MAX;
	unsigned long printed = 0;
	unsigned int current = 0;

	while (printed < wanted) {
		struct tpacket_block_desc *block =
			(void *)(ring + (size_t)current * BLOCK_SIZE);
		__u32 status = __atomic_load_n(&block->hdr.bh1.block_status,
						  __ATOMIC_ACQUIRE);
		__s64 left = end - now_ms();

		if (status & TP_STATUS_USER) {
			printed += print_block(block, wanted - printed);
			fflush(stdout);
			__atomic_store_n(&block->hdr.bh1.block_status,
					 TP_STATUS_KERNEL, __ATOMIC_RELEASE);
			current = (current + 1) % BLOCK_COUNT;
			continue;
		}
		if (opt.timeout >= 0 && left <= 0)
			break;
		if (poll(p, 2, opt.timeout < 0 ? -1 : left) < 0)
			err(1, "poll");
		if (p[1].revents)
			break;
		if (p[0].revents & POLLERR)
			report_error(fd);
	}
	return printed;
}

int main(int argc, char **argv)
{
	struct tpacket_stats_v3 stats;
	socklen_t size = sizeof(stats);
	unsigned long printed;
	int signals;
	void *ring;
	int fd;

	parse_words(argv + (argc > 0));
	signals = open_signals();
	fd = open_ring(&ring);
	puts("ready");
	fflush(stdout);
	printed = read_ring(fd, signals, ring);

	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size))
		err(1, "statistics");
	printf("end packets=%u drops=%u\n", stats.tp_packets, stats.tp_drops);
	if (fflush(stdout) || ferror(stdout))
		err(1, "standard output");
	close(fd);
	if (stats.tp_drops)
		return 1;
	return printed < opt.frames ? 3 : 0;
}
