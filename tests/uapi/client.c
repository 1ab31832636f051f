// SPDX-License-Identifier: GPL-2.0
/*
 * A client of the family on libnl-genl-3: requests, answers, events.
 */
#include <err.h>
#include <errno.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/handlers.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "client.h"
#include "tap.h"

#ifndef NLM_F_CAPPED
#define NLM_F_CAPPED	0x100
#define NLM_F_ACK_TLVS	0x200
#endif

/* Of enum nlmsgerr_attrs, which libnl's own copy of the header may lack. */
#define ERR_ATTR_MSG		1
#define ERR_ATTR_OFFS		2
#define ERR_ATTR_MISS_TYPE	5

/* The type of the attribute that begins there, or -1. Rules have others inside. */
static int type_in(struct nlattr *head, int len, const char *at)
{
	struct nlattr *attr;
	int found = -1;
	int left;

	nla_for_each_attr(attr, head, len, left) {
		if ((char *)attr == at)
			return nla_type(attr);
		if (found < 0 && nla_type(attr) == VXM_ATTR_RULE &&
		    nla_is_nested(attr))
			found = type_in(nla_data(attr), nla_len(attr), at);
	}
	return found;
}

/* The type of the request's attribute that begins at this offset, or -1. */
static int type_at(struct nl_msg *sent, __u32 offset)
{
	struct nlmsghdr *header = nlmsg_hdr(sent);

	return type_in(genlmsg_attrdata(nlmsg_data(header), 0),
		       genlmsg_attrlen(nlmsg_data(header), 0),
		       (char *)header + offset);
}

static void parse_extack(struct client *client, struct nlattr *head, int len)
{
	struct answer *answer = client->answer;
	struct nlattr *attr;
	int left;

	nla_for_each_attr(attr, head, len, left) {
		switch (nla_type(attr)) {
		case ERR_ATTR_MSG:
			nla_strlcpy(answer->text, attr, sizeof(answer->text));
			break;
		case ERR_ATTR_OFFS:
			answer->bad = type_at(client->sent, nla_get_u32(attr));
			if (answer->bad < 0)
				errx(1, "no attribute is at offset %u",
				     nla_get_u32(attr));
			break;
		case ERR_ATTR_MISS_TYPE:
			answer->missing = nla_get_u32(attr);
			break;
		}
	}
}

static int on_message(struct nl_msg *msg, void *arg)
{
	struct client *client = arg;
	struct answer *answer = client->answer;

	answer->records = reallocarray(answer->records, answer->n_records + 1,
				       sizeof(*answer->records));
	if (!answer->records)
		errx(1, "no memory");
	record_parse(&answer->records[answer->n_records++], nlmsg_hdr(msg));
	return NL_OK;
}

/* NLMSG_ERROR, with an error or as an acknowledgment. */
static void take_error(struct client *client, struct nlmsghdr *header)
{
	struct nlmsgerr *error = nlmsg_data(header);
	int skip = sizeof(*error);

	client->answer->error = -error->error;
	client->done = true;
	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(header->nlmsg_flags & NLM_F_CAPPED))
		skip += NLMSG_ALIGN(error->msg.nlmsg_len) - NLMSG_HDRLEN;
	parse_extack(client, (void *)((char *)error + skip),
		     nlmsg_datalen(header) - skip);
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *error, void *arg)
{
	take_error(arg, (void *)((char *)error - NLMSG_HDRLEN));
	return NL_STOP;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	take_error(arg, nlmsg_hdr(msg));
	return NL_STOP;
}

/* The end of a dump, which may have failed on the way. */
static int on_finish(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *header = nlmsg_hdr(msg);
	struct client *client = arg;
	int skip = NLMSG_ALIGN(sizeof(int));

	client->done = true;
	if (nlmsg_datalen(header) < (int)sizeof(int))
		return NL_STOP;
	client->answer->error = -*(int *)nlmsg_data(header);
	if (header->nlmsg_flags & NLM_F_ACK_TLVS)
		parse_extack(client, (void *)((char *)nlmsg_data(header) + skip),
			     nlmsg_datalen(header) - skip);
	return NL_STOP;
}

static int on_interrupted(struct nl_msg *msg, void *arg)
{
	struct client *client = arg;

	client->answer->interrupted = true;
	return NL_OK;
}

static int on_any_seq(struct nl_msg *msg, void *arg)
{
	return NL_OK;
}

static int open_with(struct client *client, size_t room)
{
	int one = 1;
	int err;

	memset(client, 0, sizeof(*client));
	client->sock = nl_socket_alloc();
	if (!client->sock)
		return -ENOMEM;
	nl_socket_set_msg_buf_size(client->sock, room);
	err = genl_connect(client->sock);
	if (!err)
		err = genl_ctrl_resolve(client->sock, VXM_GENL_NAME);
	if (err < 0) {
		note("family %s: %s", VXM_GENL_NAME, nl_geterror(err));
		client_close(client);
		return err;
	}
	client->family = err;
	setsockopt(nl_socket_get_fd(client->sock), SOL_NETLINK, NETLINK_EXT_ACK,
		   &one, sizeof(one));
	nl_socket_set_buffer_size(client->sock, 1 << 22, 0);
	return 0;
}

int client_open(struct client *client)
{
	return open_with(client, 0);
}

/* One that reads no more than a page at once, which dumps are then cut for. */
int client_open_narrow(struct client *client)
{
	return open_with(client, 4096);
}

void client_close(struct client *client)
{
	nlmsg_free(client->sent);
	nl_socket_free(client->sock);
	memset(client, 0, sizeof(*client));
}

static void put_nest(struct nl_msg *msg, const struct attr *nest)
{
	struct nlattr *start = nla_nest_start(msg, nest->type | NLA_F_NESTED);
	const struct attr *attr;

	if (!start)
		errx(1, "a request is too long");
	for (attr = nest->data; attr->kind != ATTR_END; attr++)
		client_put(msg, attr);
	/* nla_nest_end() takes empty ones away */
	start->nla_len = (char *)nlmsg_tail(nlmsg_hdr(msg)) - (char *)start;
}

/* Appends an attribute to a request. */
void client_put(struct nl_msg *msg, const struct attr *attr)
{
	const __u8 u8 = attr->value;
	const __u16 u16 = attr->value;
	const __u32 u32 = attr->value;
	const void *data = attr->data;
	size_t len = attr->len;

	switch (attr->kind) {
	case ATTR_U8:
		data = &u8;
		len = 1;
		break;
	case ATTR_U16:
		data = &u16;
		len = 2;
		break;
	case ATTR_U32:
		data = &u32;
		len = 4;
		break;
	case ATTR_U64:
		data = &attr->value;
		len = 8;
		break;
	case ATTR_NEST:
		put_nest(msg, attr);
		return;
	case ATTR_RAW:
		if (nlmsg_append(msg, (void *)data, len, 0))
			errx(1, "a request is too long");
		return;
	default:
		break;
	}
	if (nla_put(msg, attr->type, len, data))
		errx(1, "a request is too long");
}

/* Sends a request; the beginning of a dump is written before this returns. */
void client_send(struct client *client, int cmd, int flags,
		 const struct attr *attrs)
{
	int err;

	nlmsg_free(client->sent);
	client->sent = nlmsg_alloc();
	if (!client->sent ||
	    !genlmsg_put(client->sent, NL_AUTO_PORT, NL_AUTO_SEQ,
			 client->family, 0, NLM_F_REQUEST | NLM_F_ACK | flags,
			 cmd, VXM_GENL_VERSION))
		errx(1, "no memory");
	for (; attrs->kind != ATTR_END; attrs++)
		client_put(client->sent, attrs);
	err = nl_send_auto(client->sock, client->sent);
	if (err < 0)
		errx(1, "%s: %s", cmd_name(cmd), nl_geterror(err));
}

/* Gathers all of the answer to what was sent; returns the errno. */
int client_receive(struct client *client, struct answer *answer)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_CUSTOM);
	int err = 0;

	if (!cb)
		errx(1, "no memory");
	memset(answer, 0, sizeof(*answer));
	answer->bad = -1;
	answer->missing = -1;
	client->answer = answer;
	client->done = false;
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_message, client);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, client);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, client);
	nl_cb_set(cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_interrupted, client);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, client);
	while (err >= 0 && !client->done)
		err = nl_recvmsgs(client->sock, cb);
	if (err < 0 && !client->done)
		errx(1, "answer: %s", nl_geterror(err));
	nl_cb_put(cb);
	client->answer = NULL;
	return answer->error;
}

/* Sends a request and gathers all of the answer; returns the errno. */
int client_request(struct client *client, struct answer *answer, int cmd,
		   int flags, const struct attr *attrs)
{
	client_send(client, cmd, flags, attrs);
	return client_receive(client, answer);
}

void answer_clear(struct answer *answer)
{
	free(answer->records);
	answer->records = NULL;
	answer->n_records = 0;
}

int client_do(struct client *client, int cmd, const struct attr *attrs)
{
	struct answer answer;
	int err;

	err = client_request(client, &answer, cmd, 0, attrs);
	if (answer.n_records)
		errx(1, "%s: a message that nobody asked for", cmd_name(cmd));
	if (err)
		note("%s: %s: %s", cmd_name(cmd), strerror(err), answer.text);
	return err;
}

/* Returns true if there is such an object, and exactly one message of it. */
bool client_get(struct client *client, int cmd, const struct attr *attrs,
		struct record *record)
{
	struct answer answer;
	bool good;

	memset(record, 0, sizeof(*record));
	good = !client_request(client, &answer, cmd, 0, attrs) &&
	       answer.n_records == 1;
	if (good)
		*record = answer.records[0];
	answer_clear(&answer);
	return good;
}

/* A whole dump; goes on until one is not interrupted. */
void client_dump(struct client *client, struct answer *answer, int cmd,
		 const struct attr *attrs)
{
	int tries = 0;

	do {
		if (tries++ == 100)
			errx(1, "%s: interrupted 100 times", cmd_name(cmd));
		if (tries > 1)
			answer_clear(answer);
		client_request(client, answer, cmd, NLM_F_DUMP, attrs);
	} while (answer->interrupted);
	if (answer->error)
		note("%s dump: %s: %s", cmd_name(cmd), strerror(answer->error),
		     answer->text);
}

/* A client that hears the family's events, and does nothing else. */
int client_listen(struct client *client)
{
	int group;

	nl_socket_disable_seq_check(client->sock);
	group = genl_ctrl_resolve_grp(client->sock, VXM_GENL_NAME,
				      VXM_GENL_MCGRP_EVENTS);
	if (group < 0)
		return group;
	return nl_socket_add_membership(client->sock, group);
}

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* Waits for the next event; returns false when none came in time. */
bool client_event(struct client *client, struct record *record, int timeout_ms)
{
	struct pollfd p = {
		.fd = nl_socket_get_fd(client->sock),
		.events = POLLIN,
	};
	long long end = now_ms() + timeout_ms;
	struct answer answer = { 0 };
	struct nl_cb *cb;
	bool came;
	int err;

	cb = nl_cb_alloc(NL_CB_CUSTOM);
	if (!cb)
		errx(1, "no memory");
	client->answer = &answer;
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_any_seq, NULL);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_message, client);
	while (!answer.n_records) {
		long long left = end - now_ms();

		if (poll(&p, 1, left > 0 ? left : 0) <= 0)
			break;
		err = nl_recvmsgs(client->sock, cb);
		if (err < 0)
			errx(1, "events: %s", nl_geterror(err));
	}
	nl_cb_put(cb);
	client->answer = NULL;
	if (answer.n_records > 1)
		errx(1, "%zu events in one message", answer.n_records);
	came = answer.n_records;
	if (came)
		*record = answer.records[0];
	answer_clear(&answer);
	return came;
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char * const *)a, *(char * const *)b);
}

static void print_dump(struct client *client, FILE *out, int cmd)
{
	struct answer answer;
	char **lines;
	size_t i;

	client_dump(client, &answer, cmd, NO_ATTRS);
	lines = calloc(answer.n_records + 1, sizeof(*lines));
	if (!lines)
		errx(1, "no memory");
	for (i = 0; i < answer.n_records; i++)
		lines[i] = record_text(&answer.records[i], false);
	if (cmd == VXM_CMD_SESSION_GET || cmd == VXM_CMD_UNKNOWN_GET)
		qsort(lines, answer.n_records, sizeof(*lines), compare_lines);
	fprintf(out, "%s: errno %d\n", cmd_name(cmd), answer.error);
	for (i = 0; i < answer.n_records; i++) {
		fprintf(out, "  %s\n", lines[i]);
		free(lines[i]);
	}
	free(lines);
	answer_clear(&answer);
}

/* All that the family shows of the namespace, as text that does not age. */
char *client_state(struct client *client)
{
	static const int dumps[] = {
		VXM_CMD_DEV_GET, VXM_CMD_VNI_GET, VXM_CMD_PORT_GET,
		VXM_CMD_FILTER_GET, VXM_CMD_SESSION_GET, VXM_CMD_UNKNOWN_GET,
		VXM_CMD_CAUSE_GET,
	};
	struct record record;
	char *text = NULL;
	size_t size;
	char *line;
	FILE *out;
	size_t i;

	out = open_memstream(&text, &size);
	if (!out)
		errx(1, "no memory");
	for (i = 0; i < ARRAY_SIZE(dumps); i++)
		print_dump(client, out, dumps[i]);
	client_get(client, VXM_CMD_NET_GET, NO_ATTRS, &record);
	line = record_text(&record, false);
	fprintf(out, "NET_GET: %s\n", line);
	free(line);
	if (fclose(out))
		errx(1, "no memory");
	return text;
}

/* Removes all objects and sets the limits that a new namespace has. */
void client_reset(struct client *client)
{
	struct answer answer;
	struct answer none;
	size_t i;

	client_dump(client, &answer, VXM_CMD_DEV_GET, NO_ATTRS);
	for (i = 0; i < answer.n_records; i++) {
		const char *name = answer.records[i].ifname;

		client_request(client, &none, VXM_CMD_DEV_DEL, 0,
			       ATTRS(DATA(IFNAME, name, strlen(name) + 1),
				     FLAG(FORCE)));
		answer_clear(&none);
	}
	answer_clear(&answer);
	/* after the VNI entries and sessions that use them */
	client_dump(client, &answer, VXM_CMD_FILTER_GET, NO_ATTRS);
	for (i = 0; i < answer.n_records; i++) {
		const char *name = answer.records[i].filter;

		client_request(client, &none, VXM_CMD_FILTER_DEL, 0,
			       ATTRS(DATA(FILTER, name, strlen(name) + 1)));
		answer_clear(&none);
	}
	answer_clear(&answer);
	client_request(client, &none, VXM_CMD_UNKNOWN_DEL, 0, NO_ATTRS);
	client_request(client, &none, VXM_CMD_NET_SET, 0,
		       ATTRS(U32(MAX_VNIS, 65536), U32(MAX_PORTS, 64),
			     U32(MAX_SESSIONS, 65536),
			     U32(SESSION_MEMORY, 16 << 20),
			     U32(SESSION_IDLE, 3600)));
}
