// SPDX-License-Identifier: GPL-2.0
/*
 * Bad requests: each is refused with the right error, message and attribute,
 * changes nothing and tells nobody.
 */
#include <err.h>
#include <errno.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bad.h"
#include "tap.h"
#include "world.h"

/* Takes a UDP port in one family only; returns the socket. */
static int take_port(int family, unsigned short port)
{
	struct sockaddr_in6 a6 = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(port),
	};
	struct sockaddr_in a4 = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
	};
	int fd = socket(family, SOCK_DGRAM, 0);
	int one = 1;

	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if (bind(fd, family == AF_INET ? (void *)&a4 : (void *)&a6,
		 family == AF_INET ? sizeof(a4) : sizeof(a6)))
		err(1, "port %u", port);
	return fd;
}

static void make_filters(struct client *client)
{
	static const char source[] = { 192, 0, 2, 9 };

	if (client_do(client, VXM_CMD_FILTER_NEW,
		      ATTRS(STRING(FILTER, "free"))) ||
	    client_do(client, VXM_CMD_FILTER_NEW,
		      ATTRS(STRING(FILTER, "entry"))) ||
	    client_do(client, VXM_CMD_FILTER_NEW,
		      ATTRS(STRING(FILTER, "session"),
			    NEST(RULE, U16(RULE_NUMBER, 7), U8(DIRECTION, 0),
				 U8(ACTION, 0)))) ||
	    client_do(client, VXM_CMD_VNI_SET,
		      ATTRS(U32(VNI, 100), U32(VNI_LAST, 199),
			    STRING(FILTER, "entry"))) ||
	    client_do(client, VXM_CMD_SESSION_NEW,
		      ATTRS(U32(VNI, 10), DATA(SOURCE_IPV4, source, 4),
			    STRING(FILTER, "session"))))
		errx(1, "a filter or a session cannot be made");
}

/* Makes what the tables' first comments say is there. */
static void make_world(struct client *client)
{
	static const struct attr entries[][5] = {
		{ U32(VNI, 10), STRING(IFNAME, "um0") },
		{ U32(VNI, 100), U32(VNI_LAST, 199), STRING(IFNAME, "um0") },
		{ U32(VNI, 300), U32(VNI_LAST, 399), STRING(IFNAME, "um0") },
		{ FLAG(VNI_ANY), STRING(IFNAME, "um1") },
		{ U16(PORT, 5000), FLAG(VNI_ANY), STRING(IFNAME, "um1") },
		{ U16(PORT, 5001), U32(VNI, 1), STRING(IFNAME, "um1") },
	};
	struct record record;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(entries); i++)
		if (client_do(client, VXM_CMD_VNI_NEW, entries[i]))
			errx(1, "VNI entry %zu cannot be made", i);
	client_do(client, VXM_CMD_DEV_NEW, ATTRS(STRING(IFNAME, "um2")));
	make_filters(client);
	do {
		world_send(AF_INET, "vni 10 frame-size 60");
		world_pause();
		client_get(client, VXM_CMD_NET_GET, NO_ATTRS, &record);
	} while (!record.value[VXM_ATTR_SESSIONS]);
	client_get(client, VXM_CMD_NET_GET, NO_ATTRS, &record);
	world_send(AF_INET, "vni 99 dport 5001 frame-size 60");
	world_wait(client, VXM_CMD_NET_GET, NO_ATTRS, VXM_ATTR_RECEIVED_PACKETS,
		   record.value[VXM_ATTR_RECEIVED_PACKETS] + 1);
}

/* Is the answer what it should be? Says what is not. */
static bool is_refusal(const struct bad *bad, const struct answer *answer)
{
	/* since 6.0 (nlmsgerr_attrs), the kernel can say what is missing */
	int missing = world_kernel_is(6, 0) ? bad->missing - 1 : -1;
	int at_fault = bad->bad - 1;
	bool good = true;

	if (answer->error != bad->error) {
		note("error %d (%s), want %d (%s)", answer->error,
		     strerror(answer->error), bad->error, strerror(bad->error));
		good = false;
	}
	if (bad->text && (!answer->text[0] || !strstr(answer->text, bad->text))) {
		note("message \"%s\", want \"%s\"", answer->text, bad->text);
		good = false;
	}
	/* before 6.12, the end of a dump names no attribute */
	if (bad->flags & NLM_F_DUMP && answer->bad < 0 &&
	    answer->missing < 0 && !world_kernel_is(6, 12)) {
		at_fault = -1;
		missing = -1;
	}
	if (answer->bad != at_fault) {
		note("attribute at fault %d (%s), want %d (%s)", answer->bad,
		     attr_name(answer->bad), at_fault, attr_name(at_fault));
		good = false;
	}
	if (answer->missing != missing) {
		note("attribute missing %d (%s), want %d (%s)", answer->missing,
		     attr_name(answer->missing), missing, attr_name(missing));
		good = false;
	}
	if (answer->n_records) {
		note("%zu messages", answer->n_records);
		good = false;
	}
	return good;
}

static void run_table(struct client *client, struct client *listener,
		      const struct bad *table, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const struct bad *bad = &table[i];
		char *before = client_state(client);
		struct answer answer;
		struct record event;
		char *after;
		bool good;

		client_request(client, &answer, bad->cmd, bad->flags,
			       bad->attrs);
		good = is_refusal(bad, &answer);
		answer_clear(&answer);
		after = client_state(client);
		if (strcmp(before, after)) {
			note("the state changed from\n%s to\n%s", before,
			     after);
			good = false;
		}
		while (client_event(listener, &event, 0)) {
			note("event %s", cmd_name(event.cmd));
			good = false;
		}
		ok(good, "%s%s with %s is refused",
		   bad->cmd > VXM_CMD_MAX ? "something" : cmd_name(bad->cmd),
		   bad->flags & NLM_F_DUMP ? " dump" : "", bad->name);
		free(before);
		free(after);
	}
}

void test_bad(void)
{
	struct client listener;
	struct client client;
	struct record event;
	int v4;
	int v6;

	if (client_open(&client) || client_open(&listener)) {
		ok(false, "the family is there");
		return;
	}
	v4 = take_port(AF_INET, 4791);
	v6 = take_port(AF_INET6, 4792);
	make_world(&client);
	is_number(client_listen(&listener), 0, "events can be listened to");
	/* events about what was made just now */
	while (client_event(&listener, &event, 200))
		continue;
	run_table(&client, &listener, bad_objects, n_bad_objects);
	run_table(&client, &listener, bad_entries, n_bad_entries);
	run_table(&client, &listener, bad_filters, n_bad_filters);
	ok(n_bad_objects + n_bad_entries + n_bad_filters >= 40,
	   "%zu bad requests were made",
	   n_bad_objects + n_bad_entries + n_bad_filters);
	client_reset(&client);
	client_close(&listener);
	client_close(&client);
	close(v4);
	close(v6);
}
