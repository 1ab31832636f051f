// SPDX-License-Identifier: GPL-2.0
/*
 * Dumps of many VNI entries: complete, in order, each once; and while others
 * come and go.
 */
#include <err.h>
#include <linux/netlink.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "client.h"
#include "tap.h"
#include "world.h"

#define NUMBERS		9000
#define RANGES		1000
#define ENTRIES		(NUMBERS + RANGES + 2)
#define FIRST_RANGE	1000000
#define UNSTABLE	5000000
#define BUSY_DUMPS	20

/* Numbers are in pairs of neighbours, and others fit between them. */
static __u32 stable_vni(unsigned int i)
{
	return i / 2 * 3 + i % 2;
}

static void make_entries(struct client *client, int cmd)
{
	unsigned int failed = 0;
	unsigned int i;

	/* an order that is neither that of dumps nor its opposite: 7 is coprime */
	for (i = 0; i < NUMBERS; i++)
		failed += !!client_do(client, cmd,
				      ATTRS(U32(VNI, stable_vni(i * 7 % NUMBERS)),
					    STRING(IFNAME, "um0")));
	for (i = 0; i < RANGES; i++) {
		__u32 first = FIRST_RANGE + i * 7 % RANGES * 10;

		failed += !!client_do(client, cmd,
				      ATTRS(U32(VNI, first),
					    U32(VNI_LAST, first + 9),
					    STRING(IFNAME, "um0")));
	}
	failed += !!client_do(client, cmd,
			      ATTRS(FLAG(VNI_ANY), STRING(IFNAME, "um0")));
	failed += !!client_do(client, cmd,
			      ATTRS(U16(PORT, 5000), U32(VNI, 1),
				    STRING(IFNAME, "um0")));
	is_number(failed, 0, "%d VNI entries: %s", ENTRIES, cmd_name(cmd));
}

static bool is_stable(const struct record *record)
{
	__u64 vni = record->value[VXM_ATTR_VNI];

	if (record->has[VXM_ATTR_VNI_ANY] ||
	    record->value[VXM_ATTR_PORT] != VXM_PORT_DEFAULT)
		return true;
	return vni < UNSTABLE &&
	       !(vni < stable_vni(NUMBERS) && vni % 3 == 2);
}

/* Of a dump: how many of the stable entries, and is it in order, each once? */
static unsigned int count_stable(const struct answer *answer, bool *in_order)
{
	unsigned int stable = 0;
	size_t i;

	*in_order = true;
	for (i = 0; i < answer->n_records; i++) {
		stable += is_stable(&answer->records[i]);
		if (i && record_compare_vni(&answer->records[i - 1],
					    &answer->records[i]) >= 0)
			*in_order = false;
	}
	return stable;
}

static void test_complete(struct client *client)
{
	unsigned int faults = 0;
	struct answer answer;
	struct record net;
	bool in_order;
	size_t i;

	client_get(client, VXM_CMD_NET_GET, NO_ATTRS, &net);
	is_number(net.value[VXM_ATTR_VNIS], ENTRIES, "all are counted");
	client_request(client, &answer, VXM_CMD_VNI_GET, NLM_F_DUMP, NO_ATTRS);
	is_number(answer.error, 0, "the dump succeeds");
	ok(!answer.interrupted, "and is not interrupted");
	is_number(answer.n_records, ENTRIES, "it is complete");
	is_number(count_stable(&answer, &in_order), ENTRIES,
		  "it has nothing else");
	ok(in_order, "it is in order, each entry once");
	for (i = 0; i < answer.n_records; i++) {
		if (record_fault(&answer.records[i]) && !faults++)
			note("%s", answer.records[i].fault);
	}
	is_number(faults, 0, "each message holds what is promised");
	answer_clear(&answer);

	client_request(client, &answer, VXM_CMD_VNI_GET, NLM_F_DUMP,
		       ATTRS(U16(PORT, 5000)));
	is_number(answer.n_records, 1, "the dump of a port has one");
	answer_clear(&answer);
}

/* Work for a second thread. */
static struct {
	bool	stop;
	bool	run;		/* else it waits */
	long	changes;
	long	failures;
} busy;

/* Adds and removes entries before, between and after the stable ones. */
static void *change_entries(void *arg)
{
	struct client client;
	unsigned int i;

	if (client_open(&client))
		errx(1, "no client in the second thread");
	for (i = 0; !__atomic_load_n(&busy.stop, __ATOMIC_RELAXED); i++) {
		const struct attr number[] = {
			U32(VNI, i * 101 % (NUMBERS / 2) * 3 + 2),
			STRING(IFNAME, "um1"), END
		};
		const struct attr range[] = {
			U32(VNI, UNSTABLE + i % 100 * 10),
			U32(VNI_LAST, UNSTABLE + i % 100 * 10 + 5),
			STRING(IFNAME, "um1"), END
		};

		if (client_do(&client, VXM_CMD_VNI_NEW, number) ||
		    client_do(&client, VXM_CMD_VNI_NEW, range) ||
		    client_do(&client, VXM_CMD_VNI_DEL,
			      (struct attr[]){ number[0], END }) ||
		    client_do(&client, VXM_CMD_VNI_DEL,
			      (struct attr[]){ range[0], range[1], END }))
			busy.failures++;
		__atomic_add_fetch(&busy.changes, 4, __ATOMIC_RELAXED);
	}
	client_close(&client);
	return NULL;
}

static void test_busy(struct client *client)
{
	unsigned int interrupted = 0;
	unsigned int incomplete = 0;
	unsigned int disordered = 0;
	unsigned int unsaid = 0;
	pthread_t thread;
	unsigned int i;

	memset(&busy, 0, sizeof(busy));
	if (pthread_create(&thread, NULL, change_entries, NULL))
		errx(1, "no second thread");
	while (!__atomic_load_n(&busy.changes, __ATOMIC_RELAXED))
		world_pause();
	for (i = 0; i < BUSY_DUMPS; i++) {
		long before = __atomic_load_n(&busy.changes, __ATOMIC_RELAXED);
		struct answer answer;
		unsigned int stable;
		bool in_order;
		long during;

		client_request(client, &answer, VXM_CMD_VNI_GET, NLM_F_DUMP,
			       NO_ATTRS);
		during = __atomic_load_n(&busy.changes, __ATOMIC_RELAXED) -
			 before;
		stable = count_stable(&answer, &in_order);
		interrupted += answer.interrupted;
		incomplete += answer.error || stable != ENTRIES;
		disordered += !in_order;
		/*
		 * 8 changes: some were made between two messages, if not
		 * somebody stood still just before the first, or after the
		 * last: that happens to few
		 */
		unsaid += during >= 8 && !answer.interrupted;
		answer_clear(&answer);
	}
	__atomic_store_n(&busy.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	diag("%d dumps, %u interrupted, %ld changes meanwhile", BUSY_DUMPS,
	     interrupted, busy.changes);
	is_number(busy.failures, 0, "entries come and go during dumps");
	is_number(incomplete, 0, "each stable entry is in every dump");
	is_number(disordered, 0, "once, and in order");
	ok(unsaid * 10 <= interrupted, "dumps say that they were interrupted");
	diag("%u of them may have missed it", unsaid);
	ok(interrupted > 0, "some were");
}

/* Traffic changes no configuration: a dump must not say so. */
static void test_traffic_does_not_interrupt(struct client *client)
{
	struct answer answer;
	struct record record;
	__u64 received;

	client_get(client, VXM_CMD_NET_GET, NO_ATTRS, &record);
	received = record.value[VXM_ATTR_RECEIVED_PACKETS];
	ok(world_send(AF_INET, "vni 0 vnis 64 sources 64 frame-size 60 count 5000 &"),
	   "mirror packets come");
	client_request(client, &answer, VXM_CMD_VNI_GET, NLM_F_DUMP, NO_ATTRS);
	ok(!answer.interrupted, "a dump while sessions begin is not interrupted");
	answer_clear(&answer);
	client_request(client, &answer, VXM_CMD_SESSION_GET, NLM_F_DUMP,
		       NO_ATTRS);
	ok(!answer.interrupted, "nor is one of sessions");
	answer_clear(&answer);
	ok(world_wait(client, VXM_CMD_NET_GET, NO_ATTRS, VXM_ATTR_SESSIONS, 64),
	   "the sessions are there");
	client_get(client, VXM_CMD_NET_GET, NO_ATTRS, &record);
	client_request(client, &answer, VXM_CMD_SESSION_GET, NLM_F_DUMP,
		       NO_ATTRS);
	is_number(answer.n_records, 64, "their dump is complete");
	answer_clear(&answer);
	ok(world_wait(client, VXM_CMD_NET_GET, NO_ATTRS,
		      VXM_ATTR_RECEIVED_PACKETS, received + 5000),
	   "all packets have come");
}

void test_dumps(void)
{
	struct client client;
	struct answer answer;

	if (client_open(&client)) {
		ok(false, "the family is there");
		return;
	}
	/* the device that entries come and go on stays */
	client_do(&client, VXM_CMD_DEV_NEW, ATTRS(STRING(IFNAME, "um1")));
	make_entries(&client, VXM_CMD_VNI_NEW);
	test_complete(&client);
	test_busy(&client);
	test_complete(&client);
	make_entries(&client, VXM_CMD_VNI_SET);
	test_traffic_does_not_interrupt(&client);
	ok(!client_do(&client, VXM_CMD_DEV_DEL,
		      ATTRS(STRING(IFNAME, "um0"), FLAG(FORCE))),
	   "the device is removed with all of them");
	client_request(&client, &answer, VXM_CMD_VNI_GET, NLM_F_DUMP, NO_ATTRS);
	is_number(answer.n_records, 0, "none is left");
	answer_clear(&answer);
	client_reset(&client);
	client_close(&client);
}
