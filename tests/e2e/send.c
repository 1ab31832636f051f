// SPDX-License-Identifier: GPL-2.0
/*
 * Sends mirror packets that the kernel's vxlan device cannot make.
 *
 * The whole outer Ethernet frame is built here and handed to an interface over
 * AF_PACKET, so that any field of it can be wrong. See usage() for the words.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/udp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PAYLOAD_MAX	65000
#define OUTER_MAX	128
#define FRAMES_MAX	1024
#define VXLAN_LEN	8

enum checksum { CHECKSUM_GOOD, CHECKSUM_ZERO, CHECKSUM_BAD };

struct bytes {
	unsigned char	*data;
	size_t		len;
};

static struct {
	const char	*dev;
	unsigned char	smac[ETH_ALEN];
	unsigned char	dmac[ETH_ALEN];
	bool		has_smac;
	bool		has_dmac;
	int		family;		/* of src and dst */
	unsigned char	src[16];
	unsigned char	dst[16];
	int		src_family;
	int		vlan;		/* -1: no tag */
	unsigned int	sport;
	unsigned int	dport;
	unsigned int	ttl;
	unsigned int	tos;
	unsigned int	id;
	enum checksum	udp_checksum;
	bool		ip_checksum_bad;
	long		udp_length;	/* added to the true length */
	unsigned int	fragment;	/* 0: whole */
	bool		lose_last;
	bool		options;
	unsigned int	flags;
	__u32	reserved;
	__u32	vni;
	bool		raw;
	bool		no_retry;
	bool		vni_random;
	bool		source_random;
	unsigned long	vnis;
	unsigned long	sources;
	unsigned long	count;
	__u64	seed;
	struct bytes	frames[FRAMES_MAX];
	size_t		n_frames;
} opt = {
	.vlan = -1,
	.sport = 49152,
	.dport = 4789,
	.ttl = 64,
	.flags = 0x08,
	.vnis = 1,
	.sources = 1,
	.count = 1,
	.seed = 0x9e3779b97f4a7c15ULL,
};

static const char usage_text[] =
"usage: send dev IFACE dmac MAC src ADDRESS dst ADDRESS WORDS...\n"
"\n"
"the inner frame, at least one:\n"
"  frame HEX             its bytes; - reads one frame in hex from each line of\n"
"                        standard input\n"
"  frame-size N          made up: IPv4 and UDP when they fit, else a bare header\n"
"how the packet is made:\n"
"  smac MAC              outer source (default: the interface's own)\n"
"  vlan ID               outer 802.1Q tag\n"
"  sport N dport N       UDP ports (49152, 4789)\n"
"  ttl N tos N           of the outer IP header (64, 0)\n"
"  vni N                 VXLAN network identifier (0)\n"
"  flags N               first byte of the VXLAN header (0x08)\n"
"  reserved HEX          its reserved bits: 6 digits after the flags, 2 after\n"
"                        the VNI\n"
"  raw                   no VXLAN header: the frame's bytes are the UDP payload\n"
"how it is wrong:\n"
"  udp-checksum good|zero|bad\n"
"  ip-checksum good|bad  IPv4 only\n"
"  udp-length +N|-N      what the UDP header says, against what is there\n"
"  fragment N            outer fragments of N bytes each, a multiple of 8\n"
"  lose-last             do not send the last fragment\n"
"  options               IPv4 options, or IPv6 destination options\n"
"how often:\n"
"  count N               send everything N times\n"
"  vnis N, sources N     over N consecutive VNIs, outer sources\n"
"  vni-random, source-random, seed N\n"
"  no-retry              fail at once when the interface does not take a packet\n";

static long get_number(const char *word, const char *s, long min, long max)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(s, &end, 0);
	if (errno || end == s || *end || n < min || n > max)
		errx(2, "%s: \"%s\" is no number from %ld to %ld", word, s,
		     min, max);
	return n;
}

static void parse_mac(const char *word, const char *s, unsigned char *mac)
{
	int end = 0;

	if (sscanf(s, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &mac[0], &mac[1],
		   &mac[2], &mac[3], &mac[4], &mac[5], &end) != 6 || s[end])
		errx(2, "%s: \"%s\" is no MAC address", word, s);
}

static int parse_address(const char *word, const char *s, unsigned char *address)
{
	if (inet_pton(AF_INET, s, address) == 1)
		return AF_INET;
	if (inet_pton(AF_INET6, s, address) == 1)
		return AF_INET6;
	errx(2, "%s: \"%s\" is no IP address", word, s);
}

static struct bytes *new_frame(size_t len)
{
	struct bytes *frame = &opt.frames[opt.n_frames++];

	if (opt.n_frames > FRAMES_MAX)
		errx(2, "more than %d frames", FRAMES_MAX);
	if (len > PAYLOAD_MAX)
		errx(2, "frame of %zu bytes, more than %d", len, PAYLOAD_MAX);
	frame->len = len;
	frame->data = calloc(1, len + 1);
	if (!frame->data)
		errx(1, "no memory");
	return frame;
}

static void add_hex(const char *s)
{
	size_t digits = strspn(s, "0123456789abcdefABCDEF");
	struct bytes *frame;
	size_t i;

	if (s[digits] || digits % 2)
		errx(2, "frame: not an even number of hex digits");
	frame = new_frame(digits / 2);
	for (i = 0; i < frame->len; i++)
		if (sscanf(s + 2 * i, "%2hhx", &frame->data[i]) != 1)
			errx(2, "frame: not hex");
}

static void add_hex_lines(void)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) != -1) {
		line[strcspn(line, "\r\n")] = 0;
		add_hex(line);
	}
	free(line);
}

static __u32 sum_bytes(__u32 sum, const void *data, size_t len)
{
	const unsigned char *p = data;
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += p[i] << 8 | p[i + 1];
	if (len % 2)
		sum += p[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
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

/* Writes an IPv4 header without options, whole and with a good checksum. */
static void put_ipv4(unsigned char *p, size_t len, unsigned int ttl,
		     const void *src, const void *dst)
{
	memset(p, 0, 20);
	p[0] = 0x45;
	put16(p + 2, len);
	p[8] = ttl;
	p[9] = IPPROTO_UDP;
	memcpy(p + 12, src, 4);
	memcpy(p + 16, dst, 4);
	put16(p + 10, ~sum_bytes(0, p, 20));
}

static void add_size(long len)
{
	static const unsigned char header[] = {
		0x02, 0, 0, 0, 0x0b, 0x02,  0x02, 0, 0, 0, 0x0b, 0x01,
		0x88, 0xb5,	/* IEEE: local experiments */
	};
	struct bytes *frame = new_frame(len);
	unsigned char *p = frame->data;
	long i;

	for (i = 0; i < len; i++)
		p[i] = i < (long)sizeof(header) ? header[i] : i;
	if (len < 14 + 20 + 8)
		return;
	put16(p + 12, ETH_P_IP);
	put_ipv4(p + 14, len - 14, 64, "\xc6\x33\x64\x01", "\xc6\x33\x64\x02");
	put16(p + 34, 10000);
	put16(p + 36, 20000);
	put16(p + 38, len - 34);
	put16(p + 40, 0);
}

static __u32 random32(void)
{
	opt.seed ^= opt.seed << 13;
	opt.seed ^= opt.seed >> 7;
	opt.seed ^= opt.seed << 17;
	return opt.seed >> 16;
}

/* Fills in the UDP checksum as a receiver that believes the length computes it. */
static void udp_checksum(unsigned char *udp, size_t len, const void *src,
			 const void *dst)
{
	size_t address_len = opt.family == AF_INET ? 4 : 16;
	size_t said = udp[4] << 8 | udp[5];
	__u32 sum = IPPROTO_UDP + said;

	if (opt.udp_checksum == CHECKSUM_ZERO)
		return;
	sum = sum_bytes(sum, src, address_len);
	sum = sum_bytes(sum, dst, address_len);
	sum = ~sum_bytes(sum, udp, said < len ? said : len) & 0xffff;
	if (opt.udp_checksum == CHECKSUM_BAD)
		sum ^= 0x5555;
	put16(udp + 6, sum ? sum : 0xffff);
}

/*
 * Writes the outer headers of a fragment (or of the whole) in front of the
 * part of the UDP datagram from offset on; returns how many bytes of headers.
 */
static size_t put_outer(unsigned char *p, const void *src, size_t offset,
			size_t len, bool more)
{
	bool fragment = offset || more;
	unsigned char *start = p;
	unsigned char *ip;

	memcpy(p, opt.dmac, ETH_ALEN);
	memcpy(p + ETH_ALEN, opt.smac, ETH_ALEN);
	p += 2 * ETH_ALEN;
	if (opt.vlan >= 0) {
		put16(p, ETH_P_8021Q);
		put16(p + 2, opt.vlan);
		p += 4;
	}
	put16(p, opt.family == AF_INET ? ETH_P_IP : ETH_P_IPV6);
	p += 2;
	ip = p;

	if (opt.family == AF_INET) {
		size_t header = opt.options ? 24 : 20;

		put_ipv4(ip, header + len, opt.ttl, src, opt.dst);
		ip[0] = 0x40 | header / 4;
		ip[1] = opt.tos;
		put16(ip + 4, opt.id);
		put16(ip + 6, (more ? 0x2000 : 0) | offset / 8);
		if (opt.options)
			memcpy(ip + 20, "\x01\x01\x01\x00", 4);
		put16(ip + 10, 0);
		put16(ip + 10, ~sum_bytes(0, ip, header) ^
		      (opt.ip_checksum_bad ? 0x5555 : 0));
		return ip + header - start;
	}

	put32(ip, 6U << 28 | opt.tos << 20);
	ip[6] = opt.options ? IPPROTO_DSTOPTS :
		fragment ? IPPROTO_FRAGMENT : IPPROTO_UDP;
	ip[7] = opt.ttl;
	memcpy(ip + 8, src, 16);
	memcpy(ip + 24, opt.dst, 16);
	p += 40;
	if (opt.options) {
		/* PadN over the rest of the 8 bytes */
		memcpy(p, "\x00\x00\x01\x04\x00\x00\x00\x00", 8);
		p[0] = fragment ? IPPROTO_FRAGMENT : IPPROTO_UDP;
		p += 8;
	}
	if (fragment) {
		p[0] = IPPROTO_UDP;
		p[1] = 0;
		put16(p + 2, offset | more);
		put32(p + 4, opt.id);
		p += 8;
	}
	put16(ip + 4, p - ip - 40 + len);
	return p - start;
}

/* Packets that the interface did not take, and had to be sent again. */
static unsigned long refused;

/* An interface that is busy gets a second's time, unless it shall have none. */
static void transmit(int fd, const unsigned char *data, size_t len)
{
	unsigned int tries = opt.no_retry ? 1 : 10000;
	ssize_t sent;

	while (tries--) {
		sent = send(fd, data, len, 0);
		if (sent >= 0)
			return;
		if (errno != ENOBUFS)
			break;
		refused++;
		if (tries)
			usleep(100);
	}
	err(1, "%s: packet of %zu bytes", opt.dev, len);
}

static void send_datagram(int fd, const unsigned char *udp, size_t len,
			  const void *src)
{
	static unsigned char packet[OUTER_MAX + PAYLOAD_MAX + 100];
	size_t step = opt.fragment ? opt.fragment : len;
	size_t offset;

	opt.id++;
	for (offset = 0; offset < len; offset += step) {
		size_t part = len - offset < step ? len - offset : step;
		bool more = offset + part < len;
		size_t header;

		if (!more && opt.lose_last)
			return;
		header = put_outer(packet, src, offset, part, more);
		memcpy(packet + header, udp + offset, part);
		transmit(fd, packet, header + part);
	}
}

static void send_frame(int fd, const struct bytes *frame, unsigned long i)
{
	static unsigned char udp[8 + VXLAN_LEN + PAYLOAD_MAX];
	size_t address_len = opt.family == AF_INET ? 4 : 16;
	size_t len = 8;
	unsigned char src[16];
	__u32 low;
	__u32 vni;

	memcpy(src, opt.src, sizeof(src));
	memcpy(&low, src + address_len - 4, 4);
	low = ntohl(low) + i % opt.sources;
	if (opt.source_random)
		low = (low & 0xff000000) | (random32() & 0xffffff);
	put32(src + address_len - 4, low);

	vni = opt.vni_random ? random32() & 0xffffff : opt.vni + i % opt.vnis;
	if (!opt.raw) {
		put32(udp + 8, opt.flags << 24 | opt.reserved >> 8);
		put32(udp + 12, vni << 8 | (opt.reserved & 0xff));
		len += VXLAN_LEN;
	}
	memcpy(udp + len, frame->data, frame->len);
	len += frame->len;

	put16(udp, opt.sport);
	put16(udp + 2, opt.dport);
	put16(udp + 4, len + opt.udp_length);
	put16(udp + 6, 0);
	udp_checksum(udp, len, src, opt.dst);
	send_datagram(fd, udp, len, src);
}

static bool parse_flag(const char *word)
{
	if (!strcmp(word, "raw"))
		opt.raw = true;
	else if (!strcmp(word, "options"))
		opt.options = true;
	else if (!strcmp(word, "lose-last"))
		opt.lose_last = true;
	else if (!strcmp(word, "no-retry"))
		opt.no_retry = true;
	else if (!strcmp(word, "vni-random"))
		opt.vni_random = true;
	else if (!strcmp(word, "source-random"))
		opt.source_random = true;
	else
		return false;
	return true;
}

static enum checksum parse_checksum(const char *word, const char *s)
{
	if (!strcmp(s, "good"))
		return CHECKSUM_GOOD;
	if (!strcmp(s, "zero"))
		return CHECKSUM_ZERO;
	if (!strcmp(s, "bad"))
		return CHECKSUM_BAD;
	errx(2, "%s: good, zero or bad, not \"%s\"", word, s);
}

static bool parse_address_word(const char *word, const char *s)
{
	if (!strcmp(word, "dev")) {
		opt.dev = s;
	} else if (!strcmp(word, "smac")) {
		parse_mac(word, s, opt.smac);
		opt.has_smac = true;
	} else if (!strcmp(word, "dmac")) {
		parse_mac(word, s, opt.dmac);
		opt.has_dmac = true;
	} else if (!strcmp(word, "src")) {
		opt.src_family = parse_address(word, s, opt.src);
	} else if (!strcmp(word, "dst")) {
		opt.family = parse_address(word, s, opt.dst);
	} else {
		return false;
	}
	return true;
}

static bool parse_frame_word(const char *word, const char *s)
{
	if (!strcmp(word, "frame-size"))
		add_size(get_number(word, s, 0, PAYLOAD_MAX));
	else if (!strcmp(word, "frame") && !strcmp(s, "-"))
		add_hex_lines();
	else if (!strcmp(word, "frame"))
		add_hex(s);
	else
		return false;
	return true;
}

static void parse_word(const char *word, const char *s)
{
	if (parse_address_word(word, s) || parse_frame_word(word, s))
		return;
	if (!strcmp(word, "vlan")) {
		opt.vlan = get_number(word, s, 0, 0xffff);
	} else if (!strcmp(word, "sport")) {
		opt.sport = get_number(word, s, 0, 0xffff);
	} else if (!strcmp(word, "dport")) {
		opt.dport = get_number(word, s, 0, 0xffff);
	} else if (!strcmp(word, "ttl")) {
		opt.ttl = get_number(word, s, 0, 255);
	} else if (!strcmp(word, "tos")) {
		opt.tos = get_number(word, s, 0, 255);
	} else if (!strcmp(word, "vni")) {
		opt.vni = get_number(word, s, 0, 0xffffff);
	} else if (!strcmp(word, "flags")) {
		opt.flags = get_number(word, s, 0, 255);
	} else if (!strcmp(word, "reserved")) {
		if (strlen(s) != 8 || strspn(s, "0123456789abcdefABCDEF") != 8)
			errx(2, "%s: 8 hex digits, not \"%s\"", word, s);
		opt.reserved = strtoul(s, NULL, 16);
	} else if (!strcmp(word, "udp-checksum")) {
		opt.udp_checksum = parse_checksum(word, s);
	} else if (!strcmp(word, "ip-checksum")) {
		opt.ip_checksum_bad = parse_checksum(word, s) == CHECKSUM_BAD;
	} else if (!strcmp(word, "udp-length")) {
		opt.udp_length = get_number(word, s, -0xffff, 0xffff);
	} else if (!strcmp(word, "fragment")) {
		opt.fragment = get_number(word, s, 8, PAYLOAD_MAX);
		if (opt.fragment % 8)
			errx(2, "%s: \"%s\" is no multiple of 8", word, s);
	} else if (!strcmp(word, "count")) {
		opt.count = get_number(word, s, 0, 1000000000);
	} else if (!strcmp(word, "vnis")) {
		opt.vnis = get_number(word, s, 1, 1 << 24);
	} else if (!strcmp(word, "sources")) {
		opt.sources = get_number(word, s, 1, 1 << 24);
	} else if (!strcmp(word, "seed")) {
		opt.seed ^= get_number(word, s, 0, 0x7fffffff);
	} else {
		errx(2, "unknown word \"%s\"; \"send help\" lists them", word);
	}
}

static void parse_words(char **argv)
{
	const char *word;

	while ((word = *argv++)) {
		if (!strcmp(word, "help")) {
			fputs(usage_text, stdout);
			exit(0);
		}
		if (parse_flag(word))
			continue;
		if (!*argv)
			errx(2, "nothing after \"%s\"; \"send help\" lists the words",
			     word);
		parse_word(word, *argv++);
	}
	if (!opt.dev || !opt.has_dmac || !opt.family || !opt.src_family)
		errx(2, "dev, dmac, src and dst are needed; see \"send help\"");
	if (opt.src_family != opt.family)
		errx(2, "src and dst are of different address families");
	if (!opt.n_frames)
		errx(2, "frame or frame-size is needed; see \"send help\"");
}

static int open_dev(void)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET };
	struct ifreq request = { 0 };
	int fd;

	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		err(1, "packet socket");
	address.sll_ifindex = if_nametoindex(opt.dev);
	if (!address.sll_ifindex ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)))
		err(1, "%s", opt.dev);
	if (opt.has_smac)
		return fd;
	strncpy(request.ifr_name, opt.dev, IFNAMSIZ - 1);
	if (ioctl(fd, SIOCGIFHWADDR, &request))
		err(1, "%s", opt.dev);
	memcpy(opt.smac, request.ifr_hwaddr.sa_data, ETH_ALEN);
	return fd;
}

int main(int argc, char **argv)
{
	unsigned long i;
	size_t f;
	int fd;

	parse_words(argv + (argc > 0));
	opt.id = getpid() * 40503U + time(NULL);	/* fragments of two runs differ */
	fd = open_dev();
	for (i = 0; i < opt.count; i++)
		for (f = 0; f < opt.n_frames; f++)
			send_frame(fd, &opt.frames[f], i);
	close(fd);
	if (refused)
		printf("refused %lu\n", refused);
	return 0;
}
