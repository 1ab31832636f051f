// SPDX-License-Identifier: GPL-2.0
/*
 * Reads all counters after a round, and compares them with each other and with
 * what is known about the packets.
 */
#include <err.h>
#include <linux/membarrier.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "answers.h"
#include "inject.h"
#include "packets.h"

#define REST_MS 10000

/* Of struct totals: all of its numbers, and those of what was received. */
#define N_NUMBERS (sizeof(struct totals) / sizeof(__u64))
#define N_RECEIVED 2

static void to_totals(struct totals *t, const struct record *record)
{
	t->received = record->value[VXM_ATTR_RECEIVED_PACKETS];
	t->received_bytes = record->value[VXM_ATTR_RECEIVED_BYTES];
	t->delivered = record->value[VXM_ATTR_DELIVERED_PACKETS];
	t->delivered_bytes = record->value[VXM_ATTR_DELIVERED_BYTES];
	t->truncated = record->value[VXM_ATTR_TRUNCATED_PACKETS];
	memcpy(t->causes, record->cause, sizeof(t->causes));
}

static void get_fronts(struct state *state)
{
	struct front_counts *counts = &state->port[0][0];
	struct answer answer;
	size_t i;

	client_dump(&client, &answer, VXM_CMD_PORT_GET, NO_ATTRS);
	if (answer.n_records != N_WORKERS * N_PORTS)
		errx(1, "%zu ports", answer.n_records);
	for (i = 0; i < answer.n_records; i++) {
		const __u64 *value = answer.records[i].value;

		if (value[VXM_ATTR_PORT] != ports[i / N_PORTS][i % N_PORTS])
			errx(1, "no port %u", ports[i / N_PORTS][i % N_PORTS]);
		counts[i].early = value[VXM_ATTR_EARLY_PACKETS];
		counts[i].by_socket = value[VXM_ATTR_SOCKET_PACKETS];
		counts[i].socket_only =
			value[VXM_ATTR_FRONT] == VXM_FRONT_SOCKET;
	}
	answer_clear(&answer);
}

void get_state(struct state *state)
{
	struct record record;
	char dev[IFNAMSIZ];
	unsigned int i, j;

	if (!client_get(&client, VXM_CMD_NET_GET, NO_ATTRS, &record))
		errx(1, "no totals");
	to_totals(&state->net, &record);
	get_fronts(state);
	for (i = 0; i < N_WORKERS; i++) {
		for (j = 0; j < N_ENTRIES; j++) {
			get_entry(&entries[i][j], &record);
			to_totals(&state->entry[i][j], &record);
		}
		for (j = 0; j < N_DEVS; j++) {
			dev_name(dev, i, j);
			client_get(&client, VXM_CMD_DEV_GET,
				   ATTRS(STRING(IFNAME, dev)), &record);
			state->dev[i][j] =
				record.value[VXM_ATTR_DELIVERED_PACKETS];
		}
	}
}

static __u64 sum_causes(const struct totals *t)
{
	__u64 all = 0;
	int i;

	for (i = 0; i < __VXM_CAUSE_MAX; i++)
		all += t->causes[i];
	return all;
}

static bool conserves(const struct totals *t)
{
	return t->received == t->delivered + sum_causes(t);
}

static void check_conservation(enum check check, const struct totals *t,
			       const char *what, unsigned int number)
{
	if (!conserves(t))
		fault(check, "%s %u: received %llu, delivered %llu, causes %llu",
		      what, number, (unsigned long long)t->received,
		      (unsigned long long)t->delivered,
		      (unsigned long long)sum_causes(t));
}

/*
 * Is each number what it has to be at least, and no more than it may be? Looks
 * at the first n of them.
 */
static void check_between(const struct totals *before, const struct totals *now,
			  const struct totals *sure, __u64 most, size_t n,
			  const char *what, unsigned int number)
{
	static const char * const names[] = {
		"received", "received bytes", "delivered", "delivered bytes",
		"truncated",
	};
	const __u64 *from = (const __u64 *)before;
	const __u64 *to = (const __u64 *)now;
	const __u64 *least = (const __u64 *)sure;
	size_t i;

	for (i = 0; i < n; i++) {
		__u64 more = most * (i == 1 || i == 3 ? PACKET_SIZE : 1);
		__u64 got = to[i] - from[i];

		if (got < least[i] || got - least[i] > more)
			fault(CHECK_FATE,
			      "%s %u: %s %zu: %llu; sure %llu, possible %llu more",
			      what, number,
			      i < ARRAY_SIZE(names) ? names[i] : "cause",
			      i < ARRAY_SIZE(names) ? i : i - ARRAY_SIZE(names),
			      (unsigned long long)got,
			      (unsigned long long)least[i],
			      (unsigned long long)more);
	}
}

static void add_totals(struct totals *to, const struct totals *from)
{
	const __u64 *f = (const __u64 *)from;
	__u64 *t = (__u64 *)to;
	size_t i;

	for (i = 0; i < N_NUMBERS; i++)
		t[i] += f[i];
}

/* What the workers are sure of, and how many frames more there may be. */
static __u64 sum_sure(struct totals *all)
{
	__u64 most = 0;
	unsigned int i, j;

	memset(all, 0, sizeof(*all));
	for (i = 0; i < N_WORKERS; i++) {
		most += workers[i].work->most;
		add_totals(all, &workers[i].work->nobodys);
		for (j = 0; j < N_ENTRIES; j++)
			add_totals(all, &workers[i].work->entry[j]);
	}
	return most;
}

static void check_fates(enum kind kind, const struct state *before,
			const struct state *now)
{
	struct totals all;
	__u64 most = sum_sure(&all);
	unsigned int i, j;

	/* what entry counts a packet changes, but one does, or the namespace */
	check_between(&before->net, &now->net, &all, most,
		      kind == ROUND_CHANGES ? N_RECEIVED : N_NUMBERS,
		      "in total", 0);
	if (kind == ROUND_CHANGES)
		return;
	for (i = 0; i < N_WORKERS; i++)
		for (j = 0; j < N_ENTRIES; j++)
			check_between(&before->entry[i][j], &now->entry[i][j],
				      &workers[i].work->entry[j], most,
				      N_NUMBERS, "entry", 10 * i + j);
}

/* All that was delivered went through an entry and onto a device. */
static void check_sums(const struct state *before, const struct state *now)
{
	__u64 by_entries = 0;
	__u64 by_devs = 0;
	__u64 all = now->net.delivered - before->net.delivered;
	unsigned int i, j;

	for (i = 0; i < N_WORKERS; i++) {
		for (j = 0; j < N_ENTRIES; j++)
			by_entries += now->entry[i][j].delivered -
				      before->entry[i][j].delivered;
		for (j = 0; j < N_DEVS; j++)
			by_devs += now->dev[i][j] - before->dev[i][j];
	}
	if (all != by_entries || all != by_devs)
		fault(CHECK_SUMS,
		      "delivered %llu, by entries %llu, by devices %llu",
		      (unsigned long long)all, (unsigned long long)by_entries,
		      (unsigned long long)by_devs);
}

/*
 * Each packet that is received came by one front. Of a super-packet more than
 * one frame may be received, but those have no place in a round of which all is
 * known.
 */
static void check_fronts(enum kind kind, const struct state *before,
			 const struct state *now)
{
	__u64 received = now->net.received - before->net.received;
	struct totals unused;
	__u64 most = sum_sure(&unused);
	__u64 all = 0;
	unsigned int i, j;

	for (i = 0; i < N_WORKERS; i++) {
		for (j = 0; j < N_PORTS; j++) {
			const struct front_counts *from = &before->port[i][j];
			const struct front_counts *to = &now->port[i][j];
			__u64 early = to->early - from->early;
			__u64 came = early + to->by_socket - from->by_socket;
			__u64 sure = workers[i].work->port[j];

			all += came;
			if (came < sure || came - sure > most)
				fault(CHECK_FRONTS,
				      "port %u: %llu came, sure %llu, possible %llu more",
				      ports[i][j], (unsigned long long)came,
				      (unsigned long long)sure,
				      (unsigned long long)most);
			if (kind != ROUND_CHANGES && to->socket_only && early)
				fault(CHECK_FRONTS, "port %u: %llu taken early",
				      ports[i][j], (unsigned long long)early);
		}
	}
	if (all > received || (kind == ROUND_SURE && all != received))
		fault(CHECK_FRONTS, "%llu came by fronts, received %llu",
		      (unsigned long long)all, (unsigned long long)received);
}

static void check_readers(const struct state *now)
{
	unsigned int i, j;

	for (i = 0; i < N_WORKERS; i++) {
		for (j = 0; j < N_DEVS; j++) {
			struct worker *w = &workers[i];

			w->seen[j] += reader_count(w->readers[j]);
			if (w->seen[j] != now->dev[i][j])
				fault(CHECK_READERS,
				      "device %u of worker %u: %llu delivered, %llu read",
				      j, i, (unsigned long long)now->dev[i][j],
				      (unsigned long long)w->seen[j]);
		}
	}
}

/* Returns how many packets the sensor has sent. */
static __u64 check_answers(void)
{
	static unsigned char data[PACKET_SIZE];
	const size_t header = sizeof(struct virtio_net_hdr);
	unsigned int i, way;
	__u64 n = 0;
	ssize_t len;
	char *text;

	for (i = 0; i < N_WORKERS; i++) {
		for (way = 0; way < 2; way++) {
			int fd = workers[i].taps[way];

			while ((len = read(fd, data, sizeof(data))) > 0) {
				text = answer_fault(data + header, len - header,
						    is_ours);
				n++;
				if (text)
					fault(CHECK_ANSWERS, "%s", text);
				free(text);
			}
		}
	}
	return n;
}

/* Waits until nothing is under way any more. */
static void wait_for_rest(const struct state *before, struct state *now)
{
	long long end = now_ms() + REST_MS;
	struct totals all;
	struct state last;

	sum_sure(&all);
	get_state(now);
	do {
		last = *now;
		usleep(20000);
		/* no CPU stands still amid a packet, as an emulated one may */
		if (syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
			err(1, "membarrier");
		get_state(now);
		if (conserves(&now->net) && !memcmp(&last, now, sizeof(last)) &&
		    now->net.received - before->net.received >= all.received)
			return;
	} while (now_ms() < end);
}

/* Compares all counters after a round; returns the answers to its packets. */
__u64 check_round(enum kind kind, const struct state *before,
		  struct state *now)
{
	unsigned int i, j;

	if (kind == ROUND_CHANGES)
		configure();
	wait_for_rest(before, now);
	check_conservation(CHECK_TOTAL, &now->net, "in total", 0);
	for (i = 0; i < N_WORKERS; i++)
		for (j = 0; j < N_ENTRIES; j++)
			check_conservation(CHECK_ENTRIES, &now->entry[i][j],
					   "entry", 10 * i + j);
	check_readers(now);
	check_fates(kind, before, now);
	check_fronts(kind, before, now);
	if (kind != ROUND_CHANGES)
		check_sums(before, now);
	return check_answers();
}

/*
 * After the first round of new entries, sessions know as much as they do, and
 * some packets had none.
 */
void check_sessions(const struct state *state)
{
	__u64 by_entries = 0;
	__u64 by_sessions;
	__u64 without = 0;
	struct answer answer;
	struct record record;
	unsigned int i, j;
	size_t n;

	for (i = 0; i < N_WORKERS; i++) {
		for (j = 0; j < N_ENTRIES; j++) {
			get_entry(&entries[i][j], &record);
			by_entries += state->entry[i][j].received;
			without += record.value[VXM_ATTR_UNATTRIBUTED_PACKETS];
		}
	}
	client_request(&client, &answer, VXM_CMD_SESSION_GET, NLM_F_DUMP,
		       NO_ATTRS);
	by_sessions = without;
	for (n = 0; n < answer.n_records; n++)
		by_sessions +=
			answer.records[n].value[VXM_ATTR_RECEIVED_PACKETS];
	if (by_entries != by_sessions || !without)
		fault(CHECK_SESSIONS, "received %llu, by %zu sessions and %llu without one %llu",
		      (unsigned long long)by_entries, answer.n_records,
		      (unsigned long long)without,
		      (unsigned long long)by_sessions);
	answer_clear(&answer);
}
