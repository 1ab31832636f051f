// SPDX-License-Identifier: GPL-2.0
/*
 * Sending requests until time is up, and judging each answer.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netlink.h"

/* Time for work that is not finished when a request is. */
#define REST_MS 20000

void act_fault(struct actor *actor, const char *format, ...)
{
	char *fault = actor->result->fault;
	va_list ap;

	if (*fault)
		return;
	va_start(ap, format);
	vsnprintf(fault, sizeof(actor->result->fault), format, ap);
	va_end(ap);
}

/* With the message that it is about. */
static void message_fault(struct actor *actor, const struct request *q,
			  const struct message *m, const char *what)
{
	__u32 end = m + 1 < q->message + q->n_messages ? m[1].offset : q->len;
	char hex[401] = "";
	__u32 i;

	for (i = 0; i < 200 && m->offset + i < end; i++)
		sprintf(hex + 2 * i, "%02x", q->data[m->offset + i]);
	act_fault(actor, "request %llu, message %d of %u, %s%s: %s (errno %d); %u bytes: %s",
		  (unsigned long long)actor->result->requests,
		  (int)(m - q->message) + 1, q->n_messages, cmd_name(m->cmd),
		  m->dump ? " dump" : "", what, m->error, end - m->offset, hex);
}

/*
 * Is it the family's duty to say why? Not for what the core refuses before the
 * family is asked: the right, the command, a second dump at a time.
 */
static bool owes_text(const struct message *m)
{
	switch (m->error) {
	case 0:
	case EPERM:
	case EOPNOTSUPP:
		return false;
	case EBUSY:
		return !m->dump;
	default:
		return m->sound;
	}
}

/* To somebody without the right, all that is well formed is refused for that. */
static bool is_turned_away(const struct message *m)
{
	return m->error == EPERM || m->error == EOPNOTSUPP || m->error == EINVAL;
}

static void judge(struct actor *actor, const struct request *q)
{
	struct result *result = actor->result;
	const struct message *m;

	result->data += q->n_data;
	if (q->fault[0])
		act_fault(actor, "request %llu: %s",
			  (unsigned long long)result->requests, q->fault);
	if (!actor->may && q->n_data)
		message_fault(actor, q, q->message, "data came back");
	for (m = q->message; m < q->message + q->n_messages; m++) {
		if (!m->answered) {
			if (m == q->message && m->asks && m->sound)
				message_fault(actor, q, m, "no answer");
			continue;
		}
		if (m->error)
			result->refused[m->error < ERRNO_MAX ? m->error : 0]++;
		else
			result->done++;
		if (!actor->may && m->sound && !is_turned_away(m))
			message_fault(actor, q, m, "not turned away");
		if (actor->may && !actor->may_limit && !m->error &&
		    m->cmd == VXM_CMD_NET_SET)
			message_fault(actor, q, m, "a limit was set");
		if (owes_text(m) && !m->text)
			message_fault(actor, q, m, "refused without a message");
	}
}

static bool all_refused(const struct request *q)
{
	const struct message *m;

	for (m = q->message; m < q->message + q->n_messages; m++)
		if (!m->answered || !m->error)
			return false;
	return true;
}

/* Sends a request before and after which the state is looked at. */
static void act_compared(struct actor *actor, struct request *q)
{
	char *before = client_state(actor->client);
	char *after;

	if (exchange(&actor->requester, q)) {
		judge(actor, q);
		if (all_refused(q)) {
			after = client_state(actor->client);
			if (strcmp(before, after))
				message_fault(actor, q, q->message,
					      "refused, and the state is another");
			actor->result->compared++;
			free(after);
		}
	}
	free(before);
}

/* Objects must not only grow in number. */
static void tidy_up(struct actor *actor)
{
	if (!actor->client)
		return;
	client_reset(actor->client);
	if (actor->requester.quiet)
		check_empty(actor, actor->client);
}

void act(struct actor *actor, unsigned int stream)
{
	struct requester *s = &actor->requester;
	struct request q = { .data = malloc(REQUEST_SIZE) };
	long long start = now_ms();
	unsigned int turn;

	random_seed(&s->random, seed, stream);
	s->family = family;
	s->meek = !actor->may;
	if (s->fd < 0)
		s->fd = exchange_open();
	if (!actor->may && exchange_listen(s->fd, events))
		act_fault(actor, "may listen to events");
	for (turn = 1; now_ms() < actor->end && !actor->result->fault[0];
	     turn++) {
		request_make(s, &q);
		actor->result->requests++;
		if (actor->may && random_one_in(&s->random, 64)) {
			exchange_broken(s, &q);
			if (random_one_in(&s->random, 2))
				exchange_listen(s->fd, events);
		} else if (actor->client && s->quiet &&
			   random_one_in(&s->random, 16)) {
			act_compared(actor, &q);
		} else if (exchange(s, &q)) {
			judge(actor, &q);
		}
		if (turn % 256 == 0 && actor->client && s->quiet)
			check_state(actor, actor->client);
		if (turn % 4096 == 0)
			tidy_up(actor);
	}
	actor->result->ms += now_ms() - start;
	free(q.data);
	close(s->fd);
	s->fd = -1;
}

/* --- the state as a whole ------------------------------------------------- */

static __u64 value(struct client *client, int attr)
{
	struct record record;

	client_get(client, VXM_CMD_NET_GET, NO_ATTRS, &record);
	return record.value[attr];
}

static void check_limits(struct actor *actor, const struct record *net)
{
	const unsigned long long *value = (const void *)net->value;
	unsigned long long memory = value[VXM_ATTR_SESSION_MEMORY_USED];

	if (value[VXM_ATTR_VNIS] > 65536 || value[VXM_ATTR_PORTS] > 64 ||
	    value[VXM_ATTR_SESSIONS] > 65536)
		act_fault(actor, "%llu VNI entries, %llu ports, %llu sessions",
			  value[VXM_ATTR_VNIS], value[VXM_ATTR_PORTS],
			  value[VXM_ATTR_SESSIONS]);
	/* who may not set the limit has the default one */
	if (!actor->may_limit && memory > 1 << 20)
		act_fault(actor, "%llu bytes for sessions", memory);
}

/* Are these the ports of the VNI entries? */
static void check_ports(struct actor *actor, struct client *client,
			const struct answer *vnis, __u64 n)
{
	struct answer ports;
	size_t i, j;

	client_dump(client, &ports, VXM_CMD_PORT_GET, NO_ATTRS);
	for (i = 0; i < ports.n_records; i++) {
		const struct record *r = &ports.records[i];
		const unsigned long long *value = (const void *)r->value;
		unsigned long long entries = 0;

		for (j = 0; j < vnis->n_records; j++)
			entries += vnis->records[j].value[VXM_ATTR_PORT] ==
				   value[VXM_ATTR_PORT];
		if (!entries || entries != value[VXM_ATTR_VNIS] ||
		    value[VXM_ATTR_FRONT] > VXM_FRONT_SOCKET)
			act_fault(actor, "port %llu: VNI entries %llu, in dump %llu; front %llu",
				  value[VXM_ATTR_PORT], value[VXM_ATTR_VNIS],
				  entries, value[VXM_ATTR_FRONT]);
		if (i && r[-1].value[VXM_ATTR_PORT] >= r->value[VXM_ATTR_PORT])
			act_fault(actor, "ports are not in order");
	}
	if (ports.n_records != n)
		act_fault(actor, "%llu ports, in their dump %zu",
			  (unsigned long long)n, ports.n_records);
	answer_clear(&ports);
}

static unsigned int count_users(const struct answer *objects, const char *name)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < objects->n_records; i++)
		n += objects->records[i].has[VXM_ATTR_FILTER] &&
		     !strcmp(objects->records[i].filter, name);
	return n;
}

/* Are filters used by as many as name them, and have the rules they say? */
static void check_filters(struct actor *actor, struct client *client,
			  const struct answer *vnis)
{
	struct answer filters, sessions, rules;
	size_t i;

	client_dump(client, &filters, VXM_CMD_FILTER_GET, NO_ATTRS);
	client_dump(client, &sessions, VXM_CMD_SESSION_GET, NO_ATTRS);
	for (i = 0; i < filters.n_records; i++) {
		const struct record *r = &filters.records[i];
		const unsigned long long *value = (const void *)r->value;

		client_dump(client, &rules, VXM_CMD_RULE_GET,
			    ATTRS(DATA(FILTER, r->filter,
				       strlen(r->filter) + 1)));
		if (rules.n_records != value[VXM_ATTR_RULES] ||
		    value[VXM_ATTR_RULES] > VXM_RULES_MAX)
			act_fault(actor, "filter %s: %llu rules, in their dump %zu",
				  r->filter, value[VXM_ATTR_RULES],
				  rules.n_records);
		answer_clear(&rules);
		if (count_users(vnis, r->filter) +
		    count_users(&sessions, r->filter) != value[VXM_ATTR_USERS])
			act_fault(actor, "filter %s: %llu users, in dumps others",
				  r->filter, value[VXM_ATTR_USERS]);
		if (i && strcmp(r[-1].filter, r->filter) >= 0)
			act_fault(actor, "filters are not in order");
	}
	answer_clear(&sessions);
	answer_clear(&filters);
}

/* Do dumps agree with each other? For a state that nobody else changes. */
void check_state(struct actor *actor, struct client *client)
{
	struct answer vnis, devs;
	struct record net;
	__u64 by_devs = 0;
	__u64 ports = 0;
	size_t i;

	client_get(client, VXM_CMD_NET_GET, NO_ATTRS, &net);
	check_limits(actor, &net);
	client_dump(client, &vnis, VXM_CMD_VNI_GET, NO_ATTRS);
	client_dump(client, &devs, VXM_CMD_DEV_GET, NO_ATTRS);
	for (i = 0; i < devs.n_records; i++)
		by_devs += devs.records[i].value[VXM_ATTR_VNIS];
	for (i = 0; i < vnis.n_records; i++) {
		const struct record *r = &vnis.records[i];

		if (!i || r[-1].value[VXM_ATTR_PORT] != r->value[VXM_ATTR_PORT])
			ports++;
		if (i && record_compare_vni(r - 1, r) >= 0)
			act_fault(actor, "VNI entries are not in order");
		if (i && r[-1].has[VXM_ATTR_VNI_LAST] &&
		    r->has[VXM_ATTR_VNI_LAST] &&
		    r[-1].value[VXM_ATTR_PORT] == r->value[VXM_ATTR_PORT] &&
		    r[-1].value[VXM_ATTR_VNI_LAST] >= r->value[VXM_ATTR_VNI])
			act_fault(actor, "ranges overlap");
	}
	if (vnis.n_records != net.value[VXM_ATTR_VNIS] ||
	    by_devs != net.value[VXM_ATTR_VNIS] ||
	    ports != net.value[VXM_ATTR_PORTS])
		act_fault(actor, "VNI entries: %llu on %llu ports; in dumps %zu on %llu, and %llu",
			  (unsigned long long)net.value[VXM_ATTR_VNIS],
			  (unsigned long long)net.value[VXM_ATTR_PORTS],
			  vnis.n_records, (unsigned long long)ports,
			  (unsigned long long)by_devs);
	check_ports(actor, client, &vnis, net.value[VXM_ATTR_PORTS]);
	check_filters(actor, client, &vnis);
	answer_clear(&vnis);
	answer_clear(&devs);
}

/* All objects have been removed: is nothing left, and no memory held? */
void check_empty(struct actor *actor, struct client *client)
{
	static const int numbers[] = {
		VXM_ATTR_VNIS, VXM_ATTR_PORTS, VXM_ATTR_SESSIONS,
		VXM_ATTR_SESSION_MEMORY_USED
	};
	static const int dumps[] = {
		VXM_CMD_DEV_GET, VXM_CMD_VNI_GET, VXM_CMD_PORT_GET,
		VXM_CMD_FILTER_GET, VXM_CMD_SESSION_GET, VXM_CMD_UNKNOWN_GET
	};
	long long end = now_ms() + REST_MS;
	struct answer answer;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		while (value(client, numbers[i]) && now_ms() < end)
			usleep(10000);
		if (value(client, numbers[i]))
			act_fault(actor, "all is removed, but not %s: %llu",
				  attr_name(numbers[i]), (unsigned long long)
				  value(client, numbers[i]));
	}
	for (i = 0; i < ARRAY_SIZE(dumps); i++) {
		client_dump(client, &answer, dumps[i], NO_ATTRS);
		if (answer.n_records)
			act_fault(actor, "all is removed, but %s has %zu",
				  cmd_name(dumps[i]), answer.n_records);
		answer_clear(&answer);
	}
}
