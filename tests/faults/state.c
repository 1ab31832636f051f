// SPDX-License-Identifier: GPL-2.0
/*
 * The namespace that operations work on, and all that can be seen of it: what
 * the family says, interfaces, UDP sockets, events.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <net/if.h>
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
#define FRAME_LEN	60
#define WORDS_MAX	32
#define WORD_LEN	32

struct client client;

static struct client listener;
static int sender = -1;

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static void pause_some(void)
{
	const struct timespec some = { .tv_nsec = 10000000 };

	nanosleep(&some, NULL);
}

static void bring_up_lo(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request))
		err(1, "lo");
	request.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request))
		err(1, "lo");
	close(fd);
}

/* Goes to a new namespace, with somebody who listens to its events. */
void state_new(void)
{
	if (client.sock) {
		client_close(&client);
		client_close(&listener);
		close(sender);
	}
	if (unshare(CLONE_NEWNET))
		err(1, "unshare");
	bring_up_lo();
	if (client_open(&client) || client_open(&listener) ||
	    client_listen(&listener) < 0)
		errx(1, "no family in the new namespace");
	sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (sender < 0)
		err(1, "socket");
}

/* A device that is made again has another index. */
static void cut_index(char *text)
{
	static const char word[] = " IFINDEX=";
	char *found;
	char *end;

	while ((found = strstr(text, word))) {
		end = found + strlen(word);
		end += strspn(end, "0123456789");
		memmove(found, end, strlen(end) + 1);
	}
}

static int compare_words(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Of each line of a file, after its head, the word of that number; sorted. */
static void print_words(FILE *out, const char *file, int skip, int number)
{
	char words[WORDS_MAX][WORD_LEN] = { "" };
	FILE *in = fopen(file, "re");
	char line[512];
	int n = 0;
	int i;

	if (!in)
		err(1, "%s", file);
	while (fgets(line, sizeof(line), in)) {
		const char *word = line;

		if (skip-- > 0)
			continue;
		if (n == WORDS_MAX)
			errx(1, "%s: more than %d lines", file, WORDS_MAX);
		for (i = 0; i < number; i++) {
			word += strspn(word, " ");
			word += strcspn(word, " ");
		}
		sscanf(word, "%31s", words[n++]);
	}
	fclose(in);
	qsort(words, n, sizeof(*words), compare_words);
	fprintf(out, "%s:", file);
	for (i = 0; i < n; i++)
		fprintf(out, " %s", words[i]);
	fputc('\n', out);
}

/* All that there is, as text; to be freed. */
char *state_text(void)
{
	char *family = client_state(&client);
	char *text = NULL;
	size_t size;
	FILE *out;

	cut_index(family);
	out = open_memstream(&text, &size);
	if (!out)
		err(1, "memory");
	fputs(family, out);
	free(family);
	print_words(out, "/proc/thread-self/net/dev", 2, 0);
	print_words(out, "/proc/thread-self/net/udp", 1, 1);
	print_words(out, "/proc/thread-self/net/udp6", 1, 1);
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
	if (!which)
		printf("the state is\n%s", now);
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

	for (; count; count--, vni++) {
		packet.vni = htonl(vni << 8);
		if (sendto(sender, &packet, sizeof(packet), 0,
			   (const struct sockaddr *)&address,
			   sizeof(address)) < 0)
			err(1, "a mirror packet");
	}
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
			n++;
		else if (errno == ENOBUFS || errno == ENOMEM)
			*lost = true;
		else
			err(1, "events");
	}
	return n;
}
