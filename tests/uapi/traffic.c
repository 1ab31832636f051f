// SPDX-License-Identifier: GPL-2.0
/*
 * What the family shows once mirror packets come: counters, sessions, unknown
 * VNIs, causes.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "client.h"
#include "tap.h"
#include "world.h"

#define SOURCE	"192.0.2.1"
#define SOURCE6	"2001:db8::1"

/* An IPv4 frame whose header says 1,500 bytes where 28 are. */
#define TRUNCATED_FRAME "02000000000202000000000108004500" \
			"05dc00000000401100000a0000010a00" \
			"00020001000200080000"

static const struct attr *session_key(__u32 vni)
{
	static struct attr key[3];
	static __u32 address;

	inet_pton(AF_INET, SOURCE, &address);
	key[0] = (struct attr)U32(VNI, vni);
	key[1] = (struct attr)DATA(SOURCE_IPV4, &address, 4);
	return key;
}

static const struct attr *session6_key(__u32 vni)
{
	static unsigned char address[16];
	static struct attr key[3];

	inet_pton(AF_INET6, SOURCE6, address);
	key[0] = (struct attr)U32(VNI, vni);
	key[1] = (struct attr)DATA(SOURCE_IPV6, address, 16);
	return key;
}

static void is_whole(struct record *record, const char *want, const char *name)
{
	const char *fault = record_fault(record);
	char *text = record_text(record, false);

	is_text(fault ? fault : text, want, "%s", name);
	free(text);
}

/* The one message of a dump. */
static void is_only(struct client *client, int cmd, const struct attr *filter,
		    const char *want, const char *name)
{
	struct answer answer;

	client_dump(client, &answer, cmd, filter);
	if (answer.n_records == 1)
		is_whole(&answer.records[0], want, name);
	else
		is_number(answer.n_records, 1, "%s", name);
	answer_clear(&answer);
}

static void test_counters(struct client *client)
{
	struct record record;
	char want[400];

	client_do(client, VXM_CMD_VNI_NEW,
		  ATTRS(U32(VNI, 7), STRING(IFNAME, "um0")));
	world_send(AF_INET, "vni 7 frame-size 60 count 3");
	ok(world_wait(client, VXM_CMD_VNI_GET, ATTRS(U32(VNI, 7)),
		      VXM_ATTR_DELIVERED_PACKETS, 3), "3 packets come");
	client_get(client, VXM_CMD_VNI_GET, ATTRS(U32(VNI, 7)), &record);
	snprintf(want, sizeof(want),
		 "IFNAME=um0 IFINDEX=%llu PORT=4789 VNI=7 RECEIVED_PACKETS=3 RECEIVED_BYTES=180 DELIVERED_PACKETS=3 DELIVERED_BYTES=180 TRUNCATED_PACKETS=0 UNATTRIBUTED_PACKETS=%llu REPAIRED_PACKETS=0 UNREPAIRABLE_PACKETS=0 UNDIRECTED_PACKETS=0",
		 record.value[VXM_ATTR_IFINDEX],
		 record.value[VXM_ATTR_UNATTRIBUTED_PACKETS]);
	is_whole(&record, want, "the entry's counters");
	client_get(client, VXM_CMD_DEV_GET, ATTRS(STRING(IFNAME, "um0")),
		   &record);
	snprintf(want, sizeof(want),
		 "IFNAME=um0 IFINDEX=%llu MTU=9216 UP=1 DELIVERED_PACKETS=3 DELIVERED_BYTES=180 TX_REFUSED=0 VNIS=1",
		 record.value[VXM_ATTR_IFINDEX]);
	is_whole(&record, want, "the device's counters");
	client_get(client, VXM_CMD_NET_GET, NO_ATTRS, &record);
	is_number(record.value[VXM_ATTR_RECEIVED_PACKETS], 3,
		  "the namespace's packets");
	is_number(record.value[VXM_ATTR_DELIVERED_BYTES], 180,
		  "the namespace's bytes");

	world_send(AF_INET, "vni 7 frame " TRUNCATED_FRAME);
	ok(world_wait(client, VXM_CMD_VNI_GET, ATTRS(U32(VNI, 7)),
		      VXM_ATTR_TRUNCATED_PACKETS, 1),
	   "a truncated frame is counted as such");
	ok(world_wait(client, VXM_CMD_VNI_GET, ATTRS(U32(VNI, 7)),
		      VXM_ATTR_DELIVERED_PACKETS, 4), "and is delivered");
	ok(world_run("! $UAPI_SEND_OUT 2>/dev/null"),
	   "sending out of the device fails");
	ok(world_wait(client, VXM_CMD_DEV_GET, ATTRS(STRING(IFNAME, "um0")),
		      VXM_ATTR_TX_REFUSED, 1), "and is counted");
}

static void test_sessions(struct client *client)
{
	struct record record;

	/* the first packet may have come before a slot was ready */
	world_send(AF_INET, "vni 7 frame-size 60");
	ok(world_wait(client, VXM_CMD_NET_GET, NO_ATTRS, VXM_ATTR_SESSIONS, 1),
	   "there is a session");
	is_number(client_do(client, VXM_CMD_SESSION_DEL, session_key(7)), 0,
		  "SESSION_DEL");
	ok(!client_get(client, VXM_CMD_SESSION_GET, session_key(7), &record),
	   "it is forgotten");
	ok(world_wait(client, VXM_CMD_NET_GET, NO_ATTRS, VXM_ATTR_SESSIONS, 0),
	   "the namespace does not count it");

	world_send(AF_INET, "vni 7 frame-size 100 count 2");
	world_wait(client, VXM_CMD_SESSION_GET, session_key(7),
		   VXM_ATTR_RECEIVED_PACKETS, 2);
	client_get(client, VXM_CMD_SESSION_GET, session_key(7), &record);
	is_whole(&record,
		 "PORT=4789 VNI=7 SOURCE_IPV4=" SOURCE
		" RECEIVED_PACKETS=2 RECEIVED_BYTES=200 TRUNCATED_PACKETS=0",
		 "its next packets make it anew");
	ok(record.value[VXM_ATTR_FIRST_SEEN] < 60000 &&
	   record.value[VXM_ATTR_LAST_SEEN] <= record.value[VXM_ATTR_FIRST_SEEN],
	   "FIRST_SEEN and LAST_SEEN are milliseconds before now");
	is_only(client, VXM_CMD_SESSION_GET, ATTRS(U16(PORT, 4789)),
		"PORT=4789 VNI=7 SOURCE_IPV4=" SOURCE
		" RECEIVED_PACKETS=2 RECEIVED_BYTES=200 TRUNCATED_PACKETS=0",
		"the dump has it");

	world_send(AF_INET, "vni 7 frame " TRUNCATED_FRAME);
	ok(world_wait(client, VXM_CMD_SESSION_GET, session_key(7),
		      VXM_ATTR_TRUNCATED_PACKETS, 1),
	   "a truncated frame is counted as such");
	world_send(AF_INET6, "vni 7 frame-size 100");
	world_wait(client, VXM_CMD_SESSION_GET, session6_key(7),
		   VXM_ATTR_RECEIVED_PACKETS, 1);
	client_get(client, VXM_CMD_SESSION_GET, session6_key(7), &record);
	is_whole(&record,
		 "PORT=4789 VNI=7 SOURCE_IPV6=" SOURCE6
		" RECEIVED_PACKETS=1 RECEIVED_BYTES=100 TRUNCATED_PACKETS=0",
		 "a session over IPv6");
	is_number(client_do(client, VXM_CMD_SESSION_DEL, session6_key(7)), 0,
		  "SESSION_DEL of it");
	ok(!client_get(client, VXM_CMD_SESSION_GET, session6_key(7), &record),
	   "it is forgotten");
	ok(client_get(client, VXM_CMD_SESSION_GET, session_key(7), &record),
	   "the one over IPv4 is not");
}

static void test_session_lists(struct client *client)
{
	struct answer answer;
	struct record record;

	client_do(client, VXM_CMD_VNI_NEW,
		  ATTRS(U32(VNI, 100), U32(VNI_LAST, 199),
			STRING(IFNAME, "um1")));
	client_do(client, VXM_CMD_VNI_NEW,
		  ATTRS(U16(PORT, 5000), FLAG(VNI_ANY), STRING(IFNAME, "um1")));
	world_send(AF_INET, "vni 100 vnis 3 count 3 frame-size 60");
	world_send(AF_INET, "vni 7 dport 5000 frame-size 60");
	ok(world_wait(client, VXM_CMD_NET_GET, NO_ATTRS, VXM_ATTR_SESSIONS, 5),
	   "5 sessions: a range's VNIs and ports are told apart");
	client_dump(client, &answer, VXM_CMD_SESSION_GET, NO_ATTRS);
	is_number(answer.n_records, 5, "the dump has all");
	answer_clear(&answer);
	client_dump(client, &answer, VXM_CMD_SESSION_GET, ATTRS(U32(VNI, 7)));
	is_number(answer.n_records, 2, "the dump by VNI has two");
	answer_clear(&answer);
	is_only(client, VXM_CMD_SESSION_GET,
		ATTRS(U32(VNI, 7), U16(PORT, 5000)),
		"PORT=5000 VNI=7 SOURCE_IPV4=" SOURCE
		" RECEIVED_PACKETS=1 RECEIVED_BYTES=60 TRUNCATED_PACKETS=0",
		"the dump by VNI and port has one");

	client_do(client, VXM_CMD_VNI_DEL,
		  ATTRS(U32(VNI, 100), U32(VNI_LAST, 199)));
	ok(world_wait(client, VXM_CMD_NET_GET, NO_ATTRS, VXM_ATTR_SESSIONS, 2),
	   "sessions go with their VNI entry");
	ok(!client_get(client, VXM_CMD_SESSION_GET, session_key(101), &record),
	   "and cannot be found");
	client_do(client, VXM_CMD_VNI_DEL,
		  ATTRS(U16(PORT, 5000), FLAG(VNI_ANY)));
}

/* Packets of a cause in the namespace. */
static long long cause_count(struct client *client, unsigned int cause)
{
	struct answer answer;
	long long count = -1;
	size_t i;

	client_dump(client, &answer, VXM_CMD_CAUSE_GET, NO_ATTRS);
	for (i = 0; i < answer.n_records; i++)
		if (answer.records[i].value[VXM_ATTR_CAUSE_ID] == cause)
			count = answer.records[i].value[VXM_ATTR_CAUSE_PACKETS];
	answer_clear(&answer);
	return count;
}

static void test_unknown(struct client *client)
{
	long long before = cause_count(client, VXM_CAUSE_UNKNOWN_VNI);
	struct answer answer;
	struct record net;

	client_get(client, VXM_CMD_NET_GET, NO_ATTRS, &net);
	world_send(AF_INET, "vni 99 frame-size 60 count 2");
	ok(world_wait(client, VXM_CMD_NET_GET, NO_ATTRS,
		      VXM_ATTR_RECEIVED_PACKETS,
		      net.value[VXM_ATTR_RECEIVED_PACKETS] + 2),
	   "packets of an unknown VNI count for the namespace");
	is_number(cause_count(client, VXM_CAUSE_UNKNOWN_VNI) - before, 2,
		  "under their cause");
	is_only(client, VXM_CMD_UNKNOWN_GET, NO_ATTRS,
		"PORT=4789 VNI=99 SOURCE_IPV4=" SOURCE
		" RECEIVED_PACKETS=2 RECEIVED_BYTES=120 OVERCOUNT=0",
		"UNKNOWN_GET has it");
	is_number(client_do(client, VXM_CMD_UNKNOWN_DEL, NO_ATTRS), 0,
		  "UNKNOWN_DEL");
	client_dump(client, &answer, VXM_CMD_UNKNOWN_GET, NO_ATTRS);
	is_number(answer.n_records, 0, "it is forgotten");
	answer_clear(&answer);
	is_number(cause_count(client, VXM_CAUSE_UNKNOWN_VNI) - before, 2,
		  "the cause's count stays");
	world_send(AF_INET6, "vni 98 frame-size 60");
	world_wait(client, VXM_CMD_NET_GET, NO_ATTRS, VXM_ATTR_RECEIVED_PACKETS,
		   net.value[VXM_ATTR_RECEIVED_PACKETS] + 3);
	is_only(client, VXM_CMD_UNKNOWN_GET, NO_ATTRS,
		"PORT=4789 VNI=98 SOURCE_IPV6=" SOURCE6
		" RECEIVED_PACKETS=1 RECEIVED_BYTES=60 OVERCOUNT=0",
		"UNKNOWN_GET: one over IPv6");
	client_do(client, VXM_CMD_VNI_NEW,
		  ATTRS(U32(VNI, 98), STRING(IFNAME, "um0")));
	client_dump(client, &answer, VXM_CMD_UNKNOWN_GET, NO_ATTRS);
	is_number(answer.n_records, 0,
		  "a VNI is unknown no more once it has an entry");
	answer_clear(&answer);
}

/* What must come of one packet: a cause, of the entry or of the namespace. */
static const struct {
	const char		*name;
	const char		*words;
	enum vxm_cause		cause;
	bool			of_entry;
} causes[] = {
	{ "no flag I", "vni 7 flags 0 frame-size 60", VXM_CAUSE_NO_VNI_FLAG,
	  false },
	{ "7 bytes of VXLAN header", "raw frame 08000000000007",
	  VXM_CAUSE_SHORT_HEADER, false },
	{ "an empty datagram", "raw frame ''", VXM_CAUSE_SHORT_HEADER, false },
	{ "an inner frame of 13 bytes", "vni 7 frame-size 13",
	  VXM_CAUSE_SHORT_FRAME, false },
	{ "no inner frame", "vni 7 frame-size 0", VXM_CAUSE_SHORT_FRAME,
	  false },
	{ "a device that is down", "vni 7 frame-size 60", VXM_CAUSE_DEV_DOWN,
	  true },
};

static void test_causes(struct client *client)
{
	const struct attr *key = ATTRS(U32(VNI, 7));
	struct record entry;
	struct record net;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(causes); i++) {
		const char *name = causes[i].name;
		enum vxm_cause cause = causes[i].cause;
		struct record after;
		long long before;

		if (cause == VXM_CAUSE_DEV_DOWN)
			client_do(client, VXM_CMD_DEV_SET,
				  ATTRS(STRING(IFNAME, "um0"), U8(UP, 0)));
		before = cause_count(client, cause);
		client_get(client, VXM_CMD_VNI_GET, key, &entry);
		client_get(client, VXM_CMD_NET_GET, NO_ATTRS, &net);
		world_send(AF_INET, "%s", causes[i].words);
		ok(world_wait(client, VXM_CMD_NET_GET, NO_ATTRS,
			      VXM_ATTR_RECEIVED_PACKETS,
			      net.value[VXM_ATTR_RECEIVED_PACKETS] + 1),
		   "%s: received", name);
		is_number(cause_count(client, cause) - before, 1,
			  "%s: counted under its cause", name);
		client_get(client, VXM_CMD_VNI_GET, key, &after);
		is_number(after.cause[cause] - entry.cause[cause],
			  causes[i].of_entry, "%s: in the entry", name);
		ok(!record_fault(&after), "%s: received is delivered plus causes",
		   name);
	}
	client_do(client, VXM_CMD_DEV_SET,
		  ATTRS(STRING(IFNAME, "um0"), U8(UP, 1)));
}

static void test_totals(struct client *client)
{
	struct answer answer;
	struct record before;
	struct record after;
	__u64 sum;
	size_t i;

	client_get(client, VXM_CMD_NET_GET, NO_ATTRS, &before);
	ok(!record_fault(&before), "NET_GET holds what is promised");
	if (before.fault[0])
		diag("%s", before.fault);
	sum = before.value[VXM_ATTR_DELIVERED_PACKETS];
	client_dump(client, &answer, VXM_CMD_CAUSE_GET, NO_ATTRS);
	for (i = 0; i < answer.n_records; i++)
		sum += answer.records[i].value[VXM_ATTR_CAUSE_PACKETS];
	answer_clear(&answer);
	is_number(before.value[VXM_ATTR_RECEIVED_PACKETS], sum,
		  "in total, received is delivered plus causes");

	client_do(client, VXM_CMD_DEV_DEL,
		  ATTRS(STRING(IFNAME, "um0"), FLAG(FORCE)));
	client_get(client, VXM_CMD_NET_GET, NO_ATTRS, &after);
	is_number(after.value[VXM_ATTR_RECEIVED_PACKETS],
		  before.value[VXM_ATTR_RECEIVED_PACKETS],
		  "the totals keep what removed entries received");
	is_number(after.value[VXM_ATTR_DELIVERED_BYTES],
		  before.value[VXM_ATTR_DELIVERED_BYTES],
		  "and what they delivered");
	is_number(after.value[VXM_ATTR_TRUNCATED_PACKETS],
		  before.value[VXM_ATTR_TRUNCATED_PACKETS],
		  "and the truncated");
}

void test_traffic(void)
{
	struct client client;

	if (client_open(&client)) {
		ok(false, "the family is there");
		return;
	}
	test_counters(&client);
	test_sessions(&client);
	test_session_lists(&client);
	test_unknown(&client);
	test_causes(&client);
	test_totals(&client);
	client_reset(&client);
	client_close(&client);
}
