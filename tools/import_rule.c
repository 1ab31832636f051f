// SPDX-License-Identifier: GPL-2.0
/*
 * A rule of a mirror filter: from AWS's description to the words of a
 * command.
 */
#include <arpa/inet.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "import.h"

#define ETHERNET 14
#define IPV4 20
#define IPV6 40
#define PORTS 4		/* both, at the beginning of TCP and UDP */
#define PROTOCOL 10	/* up to IPv4's protocol; IPv6's stands before it */

/**
 * struct cidr - a network
 * @there: AWS gives one
 * @network: its address, without the host's bits
 * @len: bits of it that count
 */
struct cidr {
	bool there;
	struct address network;
	unsigned int len;
};

/* A range of ports; one port is a range, too. */
struct ports {
	bool there;
	long from;
	long to;
};

/**
 * struct parts - what a rule compares
 * @protocol: it compares the protocol
 * @with_ports: it compares it with one that has ports
 */
struct parts {
	bool protocol;
	bool with_ports;
	struct cidr source;
	struct cidr destination;
	struct ports source_port;
	struct ports destination_port;
};

static void add(char *text, size_t room, const char *format, ...)
	CTL_PRINTF(3, 4);

static void add(char *text, size_t room, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, room - used, format, args);
	va_end(args);
}

/* Clear the bits behind the prefix; whether any was set. */
static bool cut_host(unsigned char *address, size_t size, unsigned int len)
{
	unsigned char mask;
	bool cut = false;
	size_t i;

	for (i = 0; i < size; i++) {
		mask = len >= 8 ? 0xff : 0xff00 >> len;
		len -= len >= 8 ? 8 : len;
		cut |= address[i] & ~mask;
		address[i] &= mask;
	}

	return cut;
}

/* At most three digits. */
static bool parse_len(const char *text, unsigned int *len)
{
	size_t digits = strspn(text, "0123456789");

	if (!digits || digits > 3 || text[digits])
		return false;
	*len = atoi(text);

	return true;
}

static bool parse_cidr(const char *text, struct cidr *cidr, bool *cut)
{
	const char *slash = strchr(text, '/');
	char address[INET6_ADDRSTRLEN];
	struct address *network = &cidr->network;
	size_t size = sizeof(network->ipv4);

	if (!slash || slash - text >= (int)sizeof(address) ||
	    !parse_len(slash + 1, &cidr->len))
		return false;
	memcpy(address, text, slash - text);
	address[slash - text] = '\0';
	network->family = AF_INET;
	if (inet_pton(AF_INET, address, &network->ipv4) != 1) {
		network->family = AF_INET6;
		size = sizeof(network->ipv6);
		if (inet_pton(AF_INET6, address, &network->ipv6) != 1)
			return false;
	}
	if (cidr->len > 8 * size)
		return false;
	*cut = cut_host((unsigned char *)&network->ipv4, size, cidr->len);
	cidr->there = true;

	return true;
}

static void take_cidr(struct import *import, const char *who,
		      const json_t *item, const char *key, const char *word,
		      struct cidr *cidr, struct import_rule *rule)
{
	const char *text = import_text(import, who, item, key);
	char address[INET6_ADDRSTRLEN];
	bool cut;

	if (!text)
		return;
	if (!parse_cidr(text, cidr, &cut)) {
		import_miss(import, "%s: %s '%s' is no network", who, key,
			    text);
		return;
	}
	inet_ntop(cidr->network.family, &cidr->network.ipv4, address,
		  sizeof(address));
	add(rule->words, sizeof(rule->words), " %s %s/%u", word, address,
	    cidr->len);
	if (cut)
		add(rule->note, sizeof(rule->note), " (AWS: %s %s)", word,
		    text);
}

static void take_ports(struct import *import, const char *who,
		       const json_t *item, const char *key, const char *word,
		       struct ports *ports, struct import_rule *rule)
{
	const json_t *range = json_object_get(item, key);
	enum import_field from;
	enum import_field to;
	char where[IMPORT_WHO];

	if (!range || json_is_null(range))
		return;
	snprintf(where, sizeof(where), "%s: %s", who, key);
	from = import_number(import, where, range, "FromPort", 0, UINT16_MAX,
			     &ports->from);
	to = import_number(import, where, range, "ToPort", 0, UINT16_MAX,
			   &ports->to);
	if (from == IMPORT_ABSENT || to == IMPORT_ABSENT)
		import_miss(import, "%s is no range of ports", where);
	else if (from == IMPORT_THERE && to == IMPORT_THERE &&
		 ports->from > ports->to)
		import_miss(import, "%s: %ld-%ld runs backwards", where,
			    ports->from, ports->to);
	ports->there = true;
	add(rule->words, sizeof(rule->words), " %s %ld", word, ports->from);
	if (ports->from != ports->to)
		add(rule->words, sizeof(rule->words), "-%ld", ports->to);
}

/* A number, or a name where people know the protocol by it. */
static void add_protocol(struct import_rule *rule, long protocol)
{
	const char *name = NULL;

	if (protocol == IPPROTO_ICMP)
		name = "icmp";
	else if (protocol == IPPROTO_TCP)
		name = "tcp";
	else if (protocol == IPPROTO_UDP)
		name = "udp";
	else if (protocol == IPPROTO_ICMPV6)
		name = "ipv6-icmp";
	if (name)
		add(rule->words, sizeof(rule->words), " protocol %s", name);
	else
		add(rule->words, sizeof(rule->words), " protocol %ld",
		    protocol);
}

/*
 * Protocol 0 is IPv6's hop-by-hop options, which a rule looks behind, so that
 * nothing would ever match. Whether AWS means all protocols by it, nobody has
 * written down.
 */
static void take_protocol(struct import *import, const char *who,
			  const json_t *item, struct parts *parts,
			  struct import_rule *rule)
{
	enum import_field field;
	long protocol;

	field = import_number(import, who, item, "Protocol", 0, UINT8_MAX,
			      &protocol);
	if (field != IMPORT_THERE)
		return;
	if (!protocol)
		import_miss(import, "%s: Protocol 0 is that of no packet", who);
	parts->protocol = true;
	parts->with_ports = protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
	add_protocol(rule, protocol);
}

static void take_action(struct import *import, const char *who,
			const json_t *item, struct import_rule *rule)
{
	const char *action = import_need(import, who, item, "RuleAction");

	if (!action)
		return;
	if (strcmp(action, "accept") && strcmp(action, "reject"))
		import_miss(import,
			    "%s: RuleAction '%s' is neither accept nor reject",
			    who, action);
	else
		add(rule->words, sizeof(rule->words), " action %s", action);
}

/* AWS lists a rule with others of its direction; it says it there, too. */
static void check_direction(struct import *import, const char *who,
			    const json_t *item, const char *direction)
{
	const char *other = import_text(import, who, item, "TrafficDirection");

	if (other && strcmp(other, direction))
		import_miss(import,
			    "%s: TrafficDirection '%s' among the rules for %s",
			    who, other, direction);
}

static void take_number(struct import *import, const char *who,
			const json_t *item, struct import_rule *rule)
{
	if (import_number(import, who, item, "RuleNumber", IMPORT_RULE_MIN,
			  IMPORT_RULE_MAX, &rule->number) == IMPORT_ABSENT)
		import_miss(import, "%s: there is no RuleNumber", who);
}

/* What each part allows can still make no sense together. */
static void check_parts(struct import *import, const char *who,
			const struct parts *parts)
{
	if (parts->source.there && parts->destination.there &&
	    parts->source.network.family != parts->destination.network.family)
		import_miss(import,
			    "%s: one network is IPv4, the other one IPv6", who);
	if ((parts->source_port.there || parts->destination_port.there) &&
	    !parts->with_ports)
		import_miss(import,
			    "%s: only TCP (6) and UDP (17) have ports", who);
}

/* How far into a frame the rule looks, options and extensions aside. */
static unsigned int needed(const struct parts *parts)
{
	bool networks = parts->source.there || parts->destination.there;
	const struct address *network = parts->source.there ?
		&parts->source.network : &parts->destination.network;
	bool ipv4 = networks && network->family == AF_INET;
	unsigned int ip = ipv4 ? IPV4 : IPV6;

	if (parts->source_port.there || parts->destination_port.there)
		return ETHERNET + ip + PORTS;
	if (networks)
		return ETHERNET + ip;

	return ETHERNET + (parts->protocol ? PROTOCOL : 0);
}

/**
 * import_rule() - take a rule out of a filter's description
 * @import: the run, told what cannot be expressed
 * @filter: AWS's name for the filter
 * @item: AWS's description of the rule
 * @direction: the list in which it stands
 * @rule: the rule
 *
 * Return: false when it cannot be expressed.
 */
bool import_rule(struct import *import, const char *filter,
		 const json_t *item, const char *direction,
		 struct import_rule *rule)
{
	size_t missed = import->missed;
	struct parts parts = { 0 };
	char who[IMPORT_WHO];

	memset(rule, 0, sizeof(*rule));
	if (!json_is_object(item)) {
		import_miss(import, "filter %s: a rule for %s is no object",
			    filter, direction);
		return false;
	}
	snprintf(who, sizeof(who), "filter %s: a rule for %s", filter,
		 direction);
	rule->id = import_need(import, who, item, "TrafficMirrorFilterRuleId");
	if (rule->id)
		snprintf(who, sizeof(who), "filter %s, rule %s", filter,
			 rule->id);
	rule->description = import_text(import, who, item, "Description");
	take_number(import, who, item, rule);
	check_direction(import, who, item, direction);
	take_action(import, who, item, rule);
	take_protocol(import, who, item, &parts, rule);
	take_cidr(import, who, item, "SourceCidrBlock", "source",
		  &parts.source, rule);
	take_cidr(import, who, item, "DestinationCidrBlock", "destination",
		  &parts.destination, rule);
	take_ports(import, who, item, "SourcePortRange", "source-port",
		   &parts.source_port, rule);
	take_ports(import, who, item, "DestinationPortRange",
		   "destination-port", &parts.destination_port, rule);
	check_parts(import, who, &parts);
	rule->need = needed(&parts);

	return import->missed == missed;
}
