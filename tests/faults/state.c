// SPDX-License-Identifier: GPL-2.0
/*
 * The namespace that operations work on, and all that can be seen of it: what
 * the family says, interfaces, ports, events.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <net/if.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "state.h"

#define SETTLED_MS	150
#define PATIENCE_MS	10000

struct client client;

static struct client listener;

long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

void pause_some(void)
{
	const struct timespec some = { .tv_nsec = 10000000 };

	nanosleep(&some, NULL);
}

static void bring_up_lo(void)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = inet_addr(STATE_ADDRESS),
	};
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request))
		err(1, "lo");
	request.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request))
		err(1, "lo");
	/* beside 127.0.0.1 */
	strcpy(request.ifr_name, "lo:1");
	memcpy(&request.ifr_addr, &address, sizeof(address));
	if (ioctl(fd, SIOCSIFADDR, &request))
		err(1, STATE_ADDRESS);
	close(fd);
}

/* Goes to a new namespace, with somebody who listens to its events. */
void state_new(void)
{
	if (client.sock) {
		client_close(&client);
		client_close(&listener);
	}
	if (unshare(CLONE_NEWNET))
		err(1, "unshare");
	bring_up_lo();
	if (client_open(&client) || client_open(&listener) ||
	    client_listen(&listener) < 0)
		errx(1, "no family in the new namespace");
}

/* Takes out each such word, and the number behind it. */
static void cut_number(char *text, const char *word)
{
	char *found;
	char *end;

	while ((found = strstr(text, word))) {
		end = found + strlen(word);
		end += strspn(end, "0123456789");
		memmove(found, end, strlen(end) + 1);
	}
}

static int compare_names(const void *a, const void *b)
{
	const struct if_nameindex *one = a;
	const struct if_nameindex *other = b;

	return strcmp(one->if_name, other->if_name);
}

static void print_interfaces(FILE *out)
{
	struct if_nameindex *names = if_nameindex();
	size_t n = 0;
	size_t i;

	if (!names)
		err(1, "interfaces");
	while (names[n].if_index)
		n++;
	qsort(names, n, sizeof(*names), compare_names);
	fputs("interfaces:", out);
	for (i = 0; i < n; i++)
		fprintf(out, " %s", names[i].if_name);
	fputc('\n', out);
	if_freenameindex(names);
}

/* Whether somebody else may have the port: that is sooner known than who has it. */
static void print_port(FILE *out, int family, unsigned int port)
{
	struct sockaddr_in6 address = { .sin6_family = family };
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int one = 1;

	if (fd < 0 || (family == AF_INET6 &&
		       setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one))))
		err(1, "socket");
	/* at the same place for either family */
	address.sin6_port = htons(port);
	fprintf(out, "port %u, %s: %s\n", port,
		family == AF_INET ? "IPv4" : "IPv6",
		bind(fd, (struct sockaddr *)&address, sizeof(address)) ?
		strerror(errno) : "free");
	close(fd);
}

/* All that there is, as text; to be freed. */
char *state_text(void)
{
	char *family = client_state(&client);
	unsigned int port;
	char *text = NULL;
	size_t size;
	FILE *out;

	/* of what is made again, it is another */
	cut_number(family, " IFINDEX=");
	cut_number(family, " GENERATION=");
	out = open_memstream(&text, &size);
	if (!out)
		err(1, "memory");
	fputs(family, out);
	free(family);
	print_interfaces(out);
	for (port = VXM_PORT_DEFAULT; port < VXM_PORT_DEFAULT + 2; port++) {
		print_port(out, AF_INET, port);
		print_port(out, AF_INET6, port);
	}
	if (fclose(out))
		err(1, "memory");
	return text;
}

/* The same, once nothing changes any more: slots come and go in the background. */
char *state_settled(void)
{
	long long since = now_ms();
	char *text = state_text();
	char *now;

	while (now_ms() - since < SETTLED_MS) {
		pause_some();
		now = state_text();
		if (strcmp(now, text))
			since = now_ms();
		free(text);
		text = now;
	}
	return text;
}

/* Prints the lines of a text that another does not have. */
static void print_lines(const char *mark, const char *text, const char *other)
{
	size_t len;
	char *line;

	for (; *text; text += len) {
		len = strcspn(text, "\n");
		len += text[len] == '\n';
		line = strndup(text, len);
		if (!line)
			err(1, "memory");
		if (!strstr(other, line))
			printf("%s %s", mark, line);
		free(line);
	}
}

/* Waits for either of two states; returns the one that came, or NULL. */
const char *state_wait(const char *one, const char *other)
{
	long long end = now_ms() + PATIENCE_MS;
	const char *which = NULL;
	char *now;

	for (;;) {
		now = state_text();
		if (!strcmp(now, one))
			which = one;
		else if (!strcmp(now, other))
			which = other;
		if (which || now_ms() > end)
			break;
		free(now);
		pause_some();
	}
	if (!which) {
		print_lines("is", now, one);
		print_lines("should be", one, now);
	}
	free(now);
	return which;
}

/* Mirror packets of that many VNIs come to port 4789. */
void state_send(unsigned int vni, unsigned int count)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(VXM_PORT_DEFAULT),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	struct {
		__be32 flags;
		__be32 vni;
		unsigned char frame[FRAME_LEN];
	} packet = { .flags = htonl(0x08000000) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		err(1, "socket");
	for (; count; count--, vni++) {
		packet.vni = htonl(vni << 8);
		if (sendto(fd, &packet, sizeof(packet), 0,
			   (const struct sockaddr *)&address,
			   sizeof(address)) < 0)
			err(1, "a mirror packet");
	}
	close(fd);
}

/* Unknown VNIs are announced one by one, whatever is done meanwhile. */
static bool is_of_operation(const void *message)
{
	const struct genlmsghdr *header = nlmsg_data(message);

	return header->cmd != VXM_CMD_UNKNOWN_NEW_NTF;
}

/*
 * How many events have been heard, when there are as many as wanted or no more
 * come; and whether the listener was told that it has lost some.
 */
unsigned int state_events(unsigned int want, bool *lost)
{
	int fd = nl_socket_get_fd(listener.sock);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char data[1 << 13];
	unsigned int n = 0;

	*lost = false;
	while (poll(&p, 1, n < want ? SETTLED_MS : 0) > 0) {
		if (recv(fd, data, sizeof(data), MSG_DONTWAIT) > 0)
			n += is_of_operation(data);
		else if (errno == ENOBUFS)
			*lost = true;
		else
			err(1, "events");
	}
	return n;
}
