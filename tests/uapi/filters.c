// SPDX-License-Identifier: GPL-2.0
/*
 * Filters, settings of VNI entries, and sessions by hand: every command with
 * good input, and what can be seen of it afterwards.
 */
#include <err.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "objects.h"
#include "tap.h"
#include "world.h"

#define FILTERS 1024	/* of a namespace, at most */
#define WEB STRING(FILTER, "web")
#define RULE(number, direction, action, ...) \
	NEST(RULE, U16(RULE_NUMBER, number), U8(DIRECTION, direction), \
	     U8(ACTION, action), __VA_ARGS__)
#define PORT_RULE(number) \
	RULE(number, VXM_DIRECTION_EGRESS, VXM_ACTION_ACCEPT, \
	     U8(PROTOCOL, 17), U16(DST_PORT, number))
#define NETWORK6 "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\0"
#define SESSION U32(VNI, 5), DATA(SOURCE_IPV4, "\xc0\0\2\x09", 4)

static __u32 generation(struct client *client, const char *name)
{
	struct record record;

	if (!client_get(client, VXM_CMD_FILTER_GET,
			ATTRS(DATA(FILTER, name, strlen(name) + 1)), &record))
		return 0;
	return record.value[VXM_ATTR_GENERATION];
}

/* The generation is some number; the rest is as given. */
static void is_filter(struct client *client, unsigned int rules,
		      unsigned int users, const char *name)
{
	char line[160];

	snprintf(line, sizeof(line),
		 "FILTER=web UNMATCHED_PACKETS=0 RULES=%u USERS=%u GENERATION=%u",
		 rules, users, generation(client, "web"));
	is_object(client, VXM_CMD_FILTER_GET, ATTRS(WEB), line, name);
}

static void test_rules(struct client *client)
{
	__u32 first;

	is_number(client_do(client, VXM_CMD_FILTER_NEW,
			    ATTRS(WEB,
				  RULE(32766, 1, 1, END),
				  RULE(9, 1, 0, U8(PROTOCOL, 17),
				       DATA(SRC_IPV4, "\x0a\0\0\0", 4),
				       U8(SRC_LEN, 8), U16(SRC_PORT, 0),
				       U16(SRC_PORT_LAST, 65535),
				       U16(DST_PORT, 53)),
				  RULE(9, 0, 1, U8(PROTOCOL, 0),
				       DATA(DST_IPV6, NETWORK6, 16),
				       U8(DST_LEN, 32)),
				  RULE(1, 0, 0, FLAG(AMAZON_DNS),
				       DATA(RESOLVER_IPV4, "\x0a\0\0\2", 4)))),
		  0, "FILTER_NEW, rules in any order");
	is_filter(client, 4, 0, "FILTER_GET");
	is_dump(client, VXM_CMD_RULE_GET, ATTRS(WEB),
		"FILTER=web RULE_NUMBER=1 DIRECTION=0 ACTION=0 AMAZON_DNS=0 RESOLVER_IPV4=10.0.0.2 HIT_PACKETS=0\n"
		"FILTER=web RULE_NUMBER=9 DIRECTION=0 ACTION=1 PROTOCOL=0 DST_IPV6=2001:db8:: DST_LEN=32 HIT_PACKETS=0\n"
		"FILTER=web RULE_NUMBER=9 DIRECTION=1 ACTION=0 PROTOCOL=17 SRC_IPV4=10.0.0.0 SRC_LEN=8 SRC_PORT=0 SRC_PORT_LAST=65535 DST_PORT=53 DST_PORT_LAST=53 HIT_PACKETS=0\n"
		"FILTER=web RULE_NUMBER=32766 DIRECTION=1 ACTION=1 HIT_PACKETS=0\n",
		"RULE_GET: ingress before egress, by number");

	first = generation(client, "web");
	is_number(client_do(client, VXM_CMD_FILTER_SET,
			    ATTRS(WEB, U32(GENERATION, first),
				  RULE(2, 1, 0, END))),
		  0, "FILTER_SET of this generation");
	ok(generation(client, "web") != first, "is another generation");
	is_number(client_do(client, VXM_CMD_FILTER_SET,
			    ATTRS(WEB, U32(GENERATION, first))),
		  EAGAIN, "FILTER_SET of the one before is refused");
	is_dump(client, VXM_CMD_RULE_GET, ATTRS(WEB),
		"FILTER=web RULE_NUMBER=2 DIRECTION=1 ACTION=0 HIT_PACKETS=0\n",
		"its rules are the only ones");
	is_number(client_do(client, VXM_CMD_FILTER_SET, ATTRS(WEB)), 0,
		  "FILTER_SET without rules");
	is_dump(client, VXM_CMD_RULE_GET, ATTRS(WEB), "", "there are none");
}

/* As many as there may be, and one more. */
static void test_many_rules(struct client *client)
{
	struct attr attrs[VXM_RULES_MAX + 3] = { WEB };
	struct attr rule[VXM_RULES_MAX + 1][4];
	struct answer answer;
	int i;

	for (i = 0; i <= VXM_RULES_MAX; i++) {
		const struct attr parts[] = {
			U16(RULE_NUMBER, i + 1), U8(DIRECTION, 0), U8(ACTION, 0),
			END
		};

		memcpy(rule[i], parts, sizeof(parts));
		attrs[i + 1] = (struct attr){ ATTR_NEST, VXM_ATTR_RULE, 0,
					      rule[i], 0 };
	}
	attrs[VXM_RULES_MAX + 2] = (struct attr)END;
	is_number(client_do(client, VXM_CMD_FILTER_SET, attrs), ENOSPC,
		  "129 rules are refused");
	is_filter(client, 0, 0, "and change nothing");
	attrs[VXM_RULES_MAX + 1] = (struct attr)END;
	is_number(client_do(client, VXM_CMD_FILTER_SET, attrs), 0, "128 rules");
	client_dump(client, &answer, VXM_CMD_RULE_GET, ATTRS(WEB));
	is_number(answer.n_records, VXM_RULES_MAX, "are all there");
	answer_clear(&answer);
}

static void test_many_filters(struct client *client)
{
	char name[FILTERS + 1][8];
	struct answer answer;
	int made = 0;
	int error;
	int i;

	/* one is there */
	for (i = 1; i < FILTERS; i++) {
		snprintf(name[i], sizeof(name[i]), "f%d", i);
		made += !client_do(client, VXM_CMD_FILTER_NEW,
				   ATTRS(DATA(FILTER, name[i],
					      strlen(name[i]) + 1)));
	}
	is_number(made, FILTERS - 1, "as many filters as there may be");
	error = client_do(client, VXM_CMD_FILTER_NEW,
			  ATTRS(STRING(FILTER, "one-more")));
	is_number(error, ENOSPC, "one more is refused");
	client_dump(client, &answer, VXM_CMD_FILTER_GET, NO_ATTRS);
	is_number(answer.n_records, FILTERS, "a dump has them all");
	for (i = 1; i < (int)answer.n_records; i++)
		if (strcmp(answer.records[i - 1].filter,
			   answer.records[i].filter) >= 0)
			break;
	is_number(i, FILTERS, "by name");
	answer_clear(&answer);
	for (i = 1; i < FILTERS; i++)
		client_do(client, VXM_CMD_FILTER_DEL,
			  ATTRS(DATA(FILTER, name[i], strlen(name[i]) + 1)));
	is_filter(client, VXM_RULES_MAX, 0, "all can go but one");
}

static void test_settings(struct client *client)
{
	char line[512];

	is_number(client_do(client, VXM_CMD_VNI_NEW,
			    ATTRS(U32(VNI, 5), U32(VNI_LAST, 7),
				  STRING(IFNAME, "um0"), U16(VLAN, 4092),
				  U16(VLAN_LAST, 4094), U32(SNAPLEN, 14),
				  U8(REPAIR, 1), U8(SOURCES, 1), WEB)),
		  0, "VNI_NEW with all settings");
	snprintf(line, sizeof(line),
		 "IFNAME=um0 IFINDEX=%u PORT=4789 VNI=5 VNI_LAST=7 RECEIVED_PACKETS=0 RECEIVED_BYTES=0 DELIVERED_PACKETS=0 DELIVERED_BYTES=0 TRUNCATED_PACKETS=0 UNATTRIBUTED_PACKETS=0 FILTER=web VLAN=4092 VLAN_LAST=4094 SNAPLEN=14 REPAIR=1 SOURCES=1 REPAIRED_PACKETS=0 UNREPAIRABLE_PACKETS=0 UNDIRECTED_PACKETS=0",
		 if_nametoindex("um0"));
	is_object(client, VXM_CMD_VNI_GET,
		  ATTRS(U32(VNI, 5), U32(VNI_LAST, 7)), line, "it has them");
	is_filter(client, VXM_RULES_MAX, 1, "the filter has a user");
	is_number(client_do(client, VXM_CMD_VNI_SET,
			    ATTRS(U32(VNI, 5), U32(VNI_LAST, 7), U16(VLAN, 9),
				  U32(SNAPLEN, 0))),
		  0, "VNI_SET: one VLAN for all, no snap length");
	snprintf(line, sizeof(line),
		 "IFNAME=um0 IFINDEX=%u PORT=4789 VNI=5 VNI_LAST=7 RECEIVED_PACKETS=0 RECEIVED_BYTES=0 DELIVERED_PACKETS=0 DELIVERED_BYTES=0 TRUNCATED_PACKETS=0 UNATTRIBUTED_PACKETS=0 FILTER=web VLAN=9 REPAIR=1 SOURCES=1 REPAIRED_PACKETS=0 UNREPAIRABLE_PACKETS=0 UNDIRECTED_PACKETS=0",
		 if_nametoindex("um0"));
	is_object(client, VXM_CMD_VNI_GET,
		  ATTRS(U32(VNI, 5), U32(VNI_LAST, 7)), line,
		  "the others are as before");
}

#define WITH_ALL "FILTER=web ACTION=1 SNAPLEN=65535 NAME=eni-1,web~ " \
		 "MAC=02:00:00:00:00:01 MAC_ORIGIN=1 BY_HAND=0"
#define SESSION_LINE "PORT=4789 VNI=5 SOURCE_IPV4=192.0.2.9 " \
		     "RECEIVED_PACKETS=0 RECEIVED_BYTES=0 TRUNCATED_PACKETS=0 "

static void test_sessions(struct client *client)
{
	is_number(client_do(client, VXM_CMD_SESSION_NEW,
			    ATTRS(SESSION, STRING(NAME, "eni-1,web~"), WEB,
				  DATA(MAC, "\2\0\0\0\0\1", 6),
				  U32(SNAPLEN, 65535),
				  U8(ACTION, VXM_ACTION_REJECT))),
		  0, "SESSION_NEW with all settings");
	is_object(client, VXM_CMD_SESSION_GET, ATTRS(SESSION),
		  SESSION_LINE WITH_ALL, "it has them");
	is_filter(client, VXM_RULES_MAX, 2, "the filter has two users");
	is_number(client_do(client, VXM_CMD_SESSION_SET,
			    ATTRS(SESSION, STRING(NAME, ""), STRING(FILTER, ""),
				  DATA(MAC, "\0\0\0\0\0\0", 6),
				  U32(SNAPLEN, 0))),
		  0, "SESSION_SET: without name, filter, MAC and snap length");
	is_object(client, VXM_CMD_SESSION_GET, ATTRS(SESSION),
		  SESSION_LINE "ACTION=1 BY_HAND=0", "it has none");
	is_filter(client, VXM_RULES_MAX, 1, "the filter has one user");
	is_number(client_do(client, VXM_CMD_FILTER_DEL, ATTRS(WEB)), EBUSY,
		  "FILTER_DEL of a filter in use is refused");
	is_number(client_do(client, VXM_CMD_SESSION_SET, ATTRS(SESSION, WEB)),
		  0, "SESSION_SET: a filter");
	is_number(client_do(client, VXM_CMD_DEV_DEL,
			    ATTRS(STRING(IFNAME, "um0"), FLAG(FORCE))),
		  0, "DEV_DEL with FORCE");
	is_dump(client, VXM_CMD_SESSION_GET, NO_ATTRS, "",
		"the session goes with its entry");
	is_filter(client, VXM_RULES_MAX, 0, "the filter has no users");
	is_number(client_do(client, VXM_CMD_FILTER_DEL, ATTRS(WEB)), 0,
		  "FILTER_DEL");
	is_dump(client, VXM_CMD_FILTER_GET, NO_ATTRS, "", "none is left");
}

void test_filters(void)
{
	struct client client;

	if (client_open(&client)) {
		ok(false, "the family is there");
		return;
	}
	test_rules(&client);
	test_many_rules(&client);
	test_many_filters(&client);
	test_settings(&client);
	test_sessions(&client);
	client_reset(&client);
	client_close(&client);
}

/*
 * Replaces the rules of filter "swap" so many times: UDP to ports 1 and 3 is
 * accepted, or to ports 2 and 3.
 */
int swap_rules(const char *times)
{
	const struct attr lists[2][4] = {
		{ STRING(FILTER, "swap"), PORT_RULE(1), PORT_RULE(3), END },
		{ STRING(FILTER, "swap"), PORT_RULE(2), PORT_RULE(3), END },
	};
	struct client client;
	int n = atoi(times);
	int error;
	int i;

	if (client_open(&client))
		return 1;
	for (i = 0; i < n; i++) {
		error = client_do(&client, VXM_CMD_FILTER_SET, lists[i % 2]);
		if (error)
			errx(1, "change %d: %s", i, strerror(error));
	}
	client_close(&client);
	printf("%d changes\n", n);
	return 0;
}
