// SPDX-License-Identifier: GPL-2.0
/*
 * Says what the module's filters, compiled as they are, make of frames: the
 * other side of oracle.t. Reads, in native byte order, one after the other
 *   'R', a filter: how many rules (16 bits), and struct record for each
 *   'F', a frame: struct frame, and its bytes
 *   'E': all answers up to here are wanted
 * and writes a struct answer for each frame.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <linux/if_ether.h>
#include <linux/vxmirror.h>

#include "../../kmod/rules.h"
#include "fuzz.h"

/* An address or a prefix; version 0: none */
struct prefix {
	__u8 version;
	__u8 len;
	__u8 addr[16];
} __attribute__((packed));

struct range {
	__u8 given;
	__u16 first;
	__u16 last;
} __attribute__((packed));

struct record {
	__u16 number;
	__u8 egress;
	__u8 accept;
	__u8 amazon_dns;
	__s16 protocol;
	struct prefix source;
	struct prefix destination;
	struct prefix resolver;
	struct range source_ports;
	struct range destination_ports;
} __attribute__((packed));

struct frame {
	__u8 mac[ETH_ALEN];	/* zeros: not known */
	struct prefix outer;
	__u16 len;
} __attribute__((packed));

struct answer {
	__u8 direction;
	__u8 teaches;
	__u8 accept;
	__u8 rule;
} __attribute__((packed));

static void take(void *to, size_t size)
{
	if (fread(to, 1, size, stdin) != size)
		errx(1, "the input ends early");
}

static u8 family_of(const struct prefix *prefix)
{
	if (!prefix->version)
		return AF_UNSPEC;
	return prefix->version == 4 ? AF_INET : AF_INET6;
}

static struct vxm_prefix prefix_of(const struct prefix *prefix)
{
	struct vxm_prefix result = {
		.len = prefix->len,
		.family = family_of(prefix),
	};

	memcpy(result.addr, prefix->addr, sizeof(result.addr));

	return result;
}

static struct vxm_ports ports_of(const struct range *range)
{
	return (struct vxm_ports){ range->first, range->last, range->given };
}

static struct vxm_rule take_rule(void)
{
	struct record record;

	take(&record, sizeof(record));

	return (struct vxm_rule){
		.number = record.number,
		.direction = record.egress ? VXM_DIRECTION_EGRESS : VXM_DIRECTION_INGRESS,
		.accept = record.accept,
		.amazon_dns = record.amazon_dns,
		.protocol = record.protocol,
		.source = prefix_of(&record.source),
		.destination = prefix_of(&record.destination),
		.resolver = prefix_of(&record.resolver),
		.source_ports = ports_of(&record.source_ports),
		.destination_ports = ports_of(&record.destination_ports),
	};
}

static struct vxm_rules *take_rules(void)
{
	struct vxm_rule rule[VXM_RULES_MAX];
	struct vxm_rules *rules;
	__u16 n, i;

	take(&n, sizeof(n));
	PROMISE(n <= VXM_RULES_MAX);
	for (i = 0; i < n; i++)
		rule[i] = take_rule();
	rules = malloc(vxm_rules_size(rule, n));
	PROMISE(rules);
	vxm_rules_compile(rules, rule, n);

	return rules;
}

/*
 * As the module does it: more is read only of frames that want it. The head is
 * the caller's to free.
 */
static struct vxm_tuple parse(const u8 *bytes, size_t len, u8 *room, u8 **head)
{
	size_t there = len < VXM_INNER_HEAD ? len : VXM_INNER_HEAD;
	struct vxm_tuple tuple;

	*head = malloc(there);
	PROMISE(*head);
	memcpy(*head, bytes, there);
	tuple = vxm_tuple_parse(*head, there, room);
	if (tuple.cut && there < len)
		tuple = vxm_tuple_parse(bytes, len, room);

	return tuple;
}

static void answer_frame(const struct vxm_rules *rules)
{
	struct vxm_verdict verdict;
	struct vxm_tuple tuple;
	struct answer answer;
	struct frame frame;
	u8 room[VXM_TUPLE_BYTES];
	u8 *bytes, *head;
	u16 family;

	take(&frame, sizeof(frame));
	bytes = malloc(frame.len);
	PROMISE(bytes && frame.len >= ETH_HLEN);
	take(bytes, frame.len);
	tuple = parse(bytes, frame.len, room, &head);
	family = family_of(&frame.outer);
	answer.direction = vxm_direction(vxm_mac(frame.mac), bytes, tuple,
					 frame.outer.addr, family);
	answer.teaches = !!vxm_direction_teaches(bytes, tuple,
						 frame.outer.addr, family);
	verdict = vxm_rules_match(rules, tuple, answer.direction);
	answer.accept = verdict.accept;
	answer.rule = verdict.rule;
	fwrite(&answer, sizeof(answer), 1, stdout);
	free(head);
	free(bytes);
}

int main(void)
{
	struct vxm_rules *rules = NULL;
	int command;

	while ((command = getchar()) != EOF) {
		switch (command) {
		case 'R':
			free(rules);
			rules = take_rules();
			break;
		case 'F':
			PROMISE(rules);
			answer_frame(rules);
			break;
		case 'E':
			fflush(stdout);
			break;
		default:
			errx(1, "no such command: %d", command);
		}
	}
	free(rules);

	return 0;
}
