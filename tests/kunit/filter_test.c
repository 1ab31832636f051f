// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_filter: what rules match at their borders, in which order, and
 * what of a frame has to be there for it. Frames and compiled rules lie in
 * memory of just their length, so that KASAN sees a byte too many.
 */
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/minmax.h>
#include <linux/socket.h>

#include "frame.h"
#include "rules.h"
#include "suites.h"

static struct vxm_rules *compile(struct kunit *test,
				 const struct vxm_rule *rule, unsigned int n)
{
	struct vxm_rules *rules;

	rules = kunit_kmalloc(test, vxm_rules_size(rule, n), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, rules);
	vxm_rules_compile(rules, rule, n);
	return rules;
}

static struct vxm_tuple parse(struct kunit *test, const u8 *frame, size_t len)
{
	u8 *room = kunit_kmalloc(test, VXM_TUPLE_BYTES, GFP_KERNEL);
	u8 *copy = kunit_kmalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, room);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, copy);
	memcpy(copy, frame, len);
	return vxm_tuple_parse(copy, len, room);
}

static const u8 *ports_of(struct vxm_tuple tuple)
{
	return tuple.byte + (tuple.kind >= VXM_KIND_IPV6_TCP ?
			     VXM_TUPLE_PORTS_IPV6 : VXM_TUPLE_PORTS_IPV4);
}

/* However the tuple says it. */
static u8 protocol_of(struct vxm_tuple tuple)
{
	switch (tuple.kind) {
	case VXM_KIND_IPV4_TCP:
	case VXM_KIND_IPV6_TCP:
		return IPPROTO_TCP;
	case VXM_KIND_IPV4_UDP:
	case VXM_KIND_IPV6_UDP:
		return IPPROTO_UDP;
	default:
		return tuple.protocol;
	}
}

static u8 *frame_of(struct kunit *test, const struct vxm_kunit_flow *flow,
		    size_t *len)
{
	u8 *frame = kunit_kzalloc(test, VXM_KUNIT_FRAME_MAX, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, frame);
	*len = vxm_kunit_frame(flow, frame);
	return frame;
}

/* As the packet's way does it: of its head only. */
static struct vxm_tuple tuple_of(struct kunit *test,
				 const struct vxm_kunit_flow *flow)
{
	size_t len;
	u8 *frame = frame_of(test, flow, &len);

	return parse(test, frame, min_t(size_t, len, VXM_INNER_HEAD));
}

#define ANY .protocol = VXM_PROTOCOL_ANY
#define TCP .protocol = IPPROTO_TCP
#define UDP .protocol = IPPROTO_UDP
#define NET4(last, len) { { 10, 0, 0, last }, len, AF_INET }
#define NET6(last, len) { { 0xfd, [15] = last }, len, AF_INET6 }
#define PORTS(first, last) { first, last, true }

#define IPV4 .type = ETH_P_IP, .protocol = IPPROTO_TCP
#define IPV6 .type = ETH_P_IPV6, .protocol = IPPROTO_TCP
#define IP4 .type = ETH_P_IP
#define IP6 .type = ETH_P_IPV6
#define ARP .type = ETH_P_ARP, .payload = 46
#define LATER 1		/* fragment offset, IPv4 */
#define LATER6 8
#define MORE 0x2000
#define MORE6 1

struct match {
	const char *name;
	struct vxm_rule rule;
	struct vxm_kunit_flow flow;
	bool matches;
};

static const struct match matches[] = {
	{ "all, TCP", { ANY }, { IPV4 }, true },
	{ "all, IPv6", { ANY }, { IPV6 }, true },
	{ "all, ARP", { ANY }, { ARP }, true },
	{ "all, a later fragment", { ANY }, { IPV4, .fragment = LATER }, true },

	{ "source, below", { ANY, .source = NET4(4, 30) },
	  { IPV4, .from = 3 }, false },
	{ "source, first", { ANY, .source = NET4(4, 30) },
	  { IPV4, .from = 4 }, true },
	{ "source, last", { ANY, .source = NET4(4, 30) },
	  { IPV4, .from = 7 }, true },
	{ "source, above", { ANY, .source = NET4(4, 30) },
	  { IPV4, .from = 8 }, false },
	{ "source, as destination", { ANY, .source = NET4(4, 30) },
	  { IPV4, .to = 4 }, false },
	{ "source, host bits", { ANY, .source = NET4(6, 30) },
	  { IPV4, .from = 4 }, true },
	{ "destination, below", { ANY, .destination = NET4(4, 30) },
	  { IPV4, .to = 3 }, false },
	{ "destination, first", { ANY, .destination = NET4(4, 30) },
	  { IPV4, .to = 4 }, true },
	{ "destination, last", { ANY, .destination = NET4(4, 30) },
	  { IPV4, .to = 7 }, true },
	{ "destination, above", { ANY, .destination = NET4(4, 30) },
	  { IPV4, .to = 8 }, false },
	{ "one address", { ANY, .source = NET4(4, 32) },
	  { IPV4, .from = 4 }, true },
	{ "one address, another", { ANY, .source = NET4(4, 32) },
	  { IPV4, .from = 5 }, false },
	{ "0.0.0.0/0", { ANY, .source = NET4(0, 0) }, { IPV4 }, true },
	{ "0.0.0.0/0, IPv6", { ANY, .source = NET4(0, 0) }, { IPV6 }, false },
	{ "0.0.0.0/0, ARP", { ANY, .source = NET4(0, 0) }, { ARP }, false },
	{ "0.0.0.0/0 as destination, IPv6",
	  { ANY, .destination = NET4(0, 0) }, { IPV6 }, false },

	{ "IPv6 source, below", { ANY, .source = NET6(4, 126) },
	  { IPV6, .from = 3 }, false },
	{ "IPv6 source, first", { ANY, .source = NET6(4, 126) },
	  { IPV6, .from = 4 }, true },
	{ "IPv6 source, last", { ANY, .source = NET6(4, 126) },
	  { IPV6, .from = 7 }, true },
	{ "IPv6 source, above", { ANY, .source = NET6(4, 126) },
	  { IPV6, .from = 8 }, false },
	{ "IPv6 destination, last", { ANY, .destination = NET6(4, 126) },
	  { IPV6, .to = 7 }, true },
	{ "IPv6 destination, above", { ANY, .destination = NET6(4, 126) },
	  { IPV6, .to = 8 }, false },
	{ "::/0", { ANY, .source = { .family = AF_INET6 } }, { IPV6 }, true },
	{ "::/0, IPv4", { ANY, .source = { .family = AF_INET6 } },
	  { IPV4 }, false },

	{ "TCP", { TCP }, { IPV4 }, true },
	{ "TCP in IPv6", { TCP }, { IPV6 }, true },
	{ "TCP, UDP", { TCP }, { IP4, UDP }, false },
	{ "UDP, TCP", { UDP }, { IPV4 }, false },
	{ "UDP, UDP in IPv6", { UDP }, { IP6, UDP }, true },
	{ "ICMP", { .protocol = 1 }, { IP4, .protocol = 1 }, true },
	{ "ICMP, IGMP", { .protocol = 1 }, { IP4, .protocol = 2 }, false },
	{ "protocol 0", { .protocol = 0 }, { IP4, .protocol = 0 }, true },
	{ "protocol 0, ARP", { .protocol = 0 }, { ARP }, false },
	{ "protocol 255", { .protocol = 255 }, { IP4, .protocol = 255 },
	  true },
	{ "TCP, a later fragment", { TCP }, { IPV4, .fragment = LATER }, true },
	{ "TCP, a later fragment of IPv6", { TCP },
	  { IPV6, .fragment = LATER6 }, true },

	{ "source port, below", { TCP, .source_ports = PORTS(100, 200) },
	  { IPV4, .source = 99 }, false },
	{ "source port, first", { TCP, .source_ports = PORTS(100, 200) },
	  { IPV4, .source = 100 }, true },
	{ "source port, last", { TCP, .source_ports = PORTS(100, 200) },
	  { IPV4, .source = 200 }, true },
	{ "source port, above", { TCP, .source_ports = PORTS(100, 200) },
	  { IPV4, .source = 201 }, false },
	{ "source port, as destination port",
	  { TCP, .source_ports = PORTS(100, 200) }, { IPV4, .dest = 150 },
	  false },
	{ "destination port, below",
	  { UDP, .destination_ports = PORTS(255, 256) },
	  { IP6, UDP, .dest = 254 }, false },
	{ "destination port, first",
	  { UDP, .destination_ports = PORTS(255, 256) },
	  { IP6, UDP, .dest = 255 }, true },
	{ "destination port, last",
	  { UDP, .destination_ports = PORTS(255, 256) },
	  { IP6, UDP, .dest = 256 }, true },
	{ "destination port, above",
	  { UDP, .destination_ports = PORTS(255, 256) },
	  { IP6, UDP, .dest = 257 }, false },
	{ "all ports, 0", { TCP, .source_ports = PORTS(0, 65535) },
	  { IPV4, .source = 0 }, true },
	{ "all ports, 65535", { TCP, .source_ports = PORTS(0, 65535) },
	  { IPV4, .source = 65535 }, true },
	{ "port 0, 65535", { TCP, .source_ports = PORTS(0, 0) },
	  { IPV4, .source = 65535 }, false },
	{ "ports, a first fragment", { TCP, .source_ports = PORTS(1, 1) },
	  { IPV4, .source = 1, .fragment = MORE }, true },
	{ "ports, a later fragment", { TCP, .source_ports = PORTS(0, 65535) },
	  { IPV4, .fragment = MORE | LATER }, false },
	{ "ports, the last fragment",
	  { TCP, .destination_ports = PORTS(0, 65535) },
	  { IPV4, .fragment = 0x1fff }, false },
	{ "ports, a first fragment of IPv6",
	  { TCP, .source_ports = PORTS(1, 1) },
	  { IPV6, .source = 1, .fragment = MORE6 }, true },
	{ "ports, a later fragment of IPv6",
	  { TCP, .source_ports = PORTS(0, 65535) },
	  { IPV6, .fragment = LATER6 }, false },

	{ "in 4 tags", { TCP, .destination_ports = PORTS(7, 7) },
	  { IPV4, .dest = 7, .tags = { ETH_P_8021AD, ETH_P_8021AD,
				       ETH_P_8021Q, ETH_P_8021Q } }, true },
	{ "in 5 tags", { TCP },
	  { IPV4, .tags = { ETH_P_8021AD, ETH_P_8021AD, ETH_P_8021AD,
			    ETH_P_8021Q, ETH_P_8021Q } }, false },
	{ "all, in 5 tags", { ANY },
	  { IPV4, .tags = { ETH_P_8021AD, ETH_P_8021AD, ETH_P_8021AD,
			    ETH_P_8021Q, ETH_P_8021Q } }, true },
	{ "all fields",
	  { TCP, .source = NET6(1, 128), .destination = NET6(2, 128),
	    .source_ports = PORTS(3, 3), .destination_ports = PORTS(4, 4) },
	  { IPV6, .from = 1, .to = 2, .source = 3, .dest = 4 }, true },
	{ "all fields but one",
	  { TCP, .source = NET6(1, 128), .destination = NET6(2, 128),
	    .source_ports = PORTS(3, 3), .destination_ports = PORTS(4, 4) },
	  { IPV6, .from = 1, .to = 3, .source = 3, .dest = 4 }, false },
};

VXM_KUNIT_TABLE(match, matches);

static void expect(struct kunit *test, struct vxm_verdict got, bool accept,
		   unsigned int rule)
{
	KUNIT_EXPECT_EQ(test, got.accept, accept);
	KUNIT_EXPECT_EQ(test, (unsigned int)got.rule, rule);
}

/* Alone, and as the last of so many that match nothing here. */
static void match(struct kunit *test)
{
	static const unsigned int befores[] = { 0, 1, 62, 63, 64, 127 };
	const struct match *row = test->param_value;
	struct vxm_tuple tuple;
	struct vxm_rule *rule;
	int i, n, accept;

	tuple = tuple_of(test, &row->flow);
	rule = kunit_kcalloc(test, VXM_RULES_MAX, sizeof(*rule), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, rule);
	for (i = 0; i < ARRAY_SIZE(befores); i++) {
		for (n = 0; n < befores[i]; n++)
			rule[n] = (struct vxm_rule){
				UDP, .source_ports = PORTS(n, n),
				.destination_ports = PORTS(999, 999),
			};
		for (accept = 0; accept < 2; accept++) {
			struct vxm_rules *rules;

			rule[n] = row->rule;
			rule[n].accept = accept;
			rules = compile(test, rule, n + 1);
			expect(test, vxm_rules_match(rules, tuple,
						     VXM_DIRECTION_INGRESS),
			       accept && row->matches,
			       row->matches ? n : VXM_RULE_NONE);
			/* it is not for the other direction */
			expect(test, vxm_rules_match(rules, tuple,
						     VXM_DIRECTION_EGRESS),
			       false, VXM_RULE_NONE);
			expect(test, vxm_rules_match(rules, tuple,
						     VXM_DIRECTION_UNKNOWN),
			       accept && row->matches,
			       row->matches ? n : VXM_RULE_NONE);
			kunit_kfree(test, rules);
		}
	}
}

/* Each of as many rules as there can be finds its frame, and only that. */
static void many(struct kunit *test)
{
	struct vxm_kunit_flow flow = { IPV4 };
	struct vxm_tuple tuple;
	struct vxm_rules *rules;
	struct vxm_rule *rule;
	int i;

	rule = kunit_kcalloc(test, VXM_RULES_MAX, sizeof(*rule), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, rule);
	for (i = 0; i < VXM_RULES_MAX; i++)
		rule[i] = (struct vxm_rule){
			TCP, .accept = i % 3, .source = NET4(i / 8, 32),
			.destination_ports = PORTS(1000 * (i % 8),
						   1000 * (i % 8) + 499),
		};
	rules = compile(test, rule, VXM_RULES_MAX);
	for (i = 0; i < VXM_RULES_MAX; i++) {
		flow.from = i / 8;
		flow.dest = 1000 * (i % 8) + 499;
		tuple = tuple_of(test, &flow);
		expect(test, vxm_rules_match(rules, tuple, VXM_DIRECTION_INGRESS), i % 3,
		       i);
		flow.dest++;
		tuple = tuple_of(test, &flow);
		expect(test, vxm_rules_match(rules, tuple, VXM_DIRECTION_INGRESS), false,
		       VXM_RULE_NONE);
	}
}

static void no_rules(struct kunit *test)
{
	static const struct vxm_kunit_flow flows[] = {
		{ IPV4 }, { IPV6 }, { ARP },
	};
	struct vxm_rules *rules = compile(test, NULL, 0);
	struct vxm_tuple tuple;
	int i, direction;

	for (i = 0; i < ARRAY_SIZE(flows); i++) {
		tuple = tuple_of(test, &flows[i]);
		for (direction = 0; direction <= VXM_DIRECTION_UNKNOWN; direction++)
			expect(test, vxm_rules_match(rules, tuple, direction),
			       false, VXM_RULE_NONE);
	}
}

#define IN(what) { ANY, .accept = (what) > 0, .direction = VXM_DIRECTION_INGRESS }
#define OUT(what) { ANY, .accept = (what) > 0, .direction = VXM_DIRECTION_EGRESS }
#define ACCEPT 1
#define REJECT (-1)
#define OTHERS { .protocol = 254, .accept = true }

struct order {
	const char *name;
	struct vxm_rule rule[4];
	bool accept[VXM_DIRECTION_UNKNOWN + 1];
	unsigned int by[VXM_DIRECTION_UNKNOWN + 1];
};

#define NONE VXM_RULE_NONE

static const struct order orders[] = {
	{ "the first decides",
	  { OTHERS, IN(REJECT), IN(ACCEPT), OUT(REJECT) },
	  { false, false, false }, { 1, 3, 1 } },
	{ "the first decides, the other way",
	  { OTHERS, IN(ACCEPT), IN(REJECT), OUT(REJECT) },
	  { true, false, true }, { 1, 3, 1 } },
	{ "only egress", { OTHERS, OUT(ACCEPT), OUT(REJECT), OTHERS },
	  { false, true, true }, { NONE, 1, 1 } },
	{ "unknown: egress alone accepts",
	  { OUT(ACCEPT), IN(REJECT), OTHERS, OTHERS },
	  { false, true, true }, { 1, 0, 0 } },
	{ "unknown: ingress alone accepts",
	  { OUT(REJECT), IN(ACCEPT), OTHERS, OTHERS },
	  { true, false, true }, { 1, 0, 1 } },
	{ "unknown: both accept",
	  { OUT(ACCEPT), IN(ACCEPT), OTHERS, OTHERS },
	  { true, true, true }, { 1, 0, 1 } },
	{ "unknown: egress rejects", { OUT(REJECT), OTHERS, OTHERS, OTHERS },
	  { false, false, false }, { NONE, 0, NONE } },
};

VXM_KUNIT_TABLE(order, orders);

static void order(struct kunit *test)
{
	static const struct vxm_kunit_flow flow = { IPV4 };
	const struct order *row = test->param_value;
	struct vxm_tuple tuple;
	struct vxm_rules *rules;
	int direction;

	tuple = tuple_of(test, &flow);
	rules = compile(test, row->rule, ARRAY_SIZE(row->rule));
	for (direction = 0; direction <= VXM_DIRECTION_UNKNOWN; direction++)
		expect(test, vxm_rules_match(rules, tuple, direction),
		       row->accept[direction], row->by[direction]);
}

struct dns {
	const char *name;
	struct vxm_prefix resolver;
	u8 server[16];
	u16 port;
	u8 protocol;
	bool ipv6;
	bool matches;
};

#define SERVER4 { 169, 254, 169, 253 }
#define SERVER6 { 0xfd, 0, 0x0e, 0xc2, [14] = 0x02, [15] = 0x53 }

static const struct dns dnss[] = {
	{ "UDP", {}, SERVER4, 53, IPPROTO_UDP, false, true },
	{ "TCP", {}, SERVER4, 53, IPPROTO_TCP, false, true },
	{ "UDP in IPv6", {}, SERVER6, 53, IPPROTO_UDP, true, true },
	{ "TCP in IPv6", {}, SERVER6, 53, IPPROTO_TCP, true, true },
	{ "another port", {}, SERVER4, 54, IPPROTO_UDP, false, false },
	{ "another protocol", {}, SERVER4, 53, IPPROTO_SCTP, false, false },
	{ "another server", {}, { 10, 0, 0, 2 }, 53, IPPROTO_UDP, false,
	  false },
	{ "the resolver", NET4(2, 32), { 10, 0, 0, 2 }, 53, IPPROTO_UDP, false,
	  true },
	{ "the resolver's neighbour", NET4(2, 32), { 10, 0, 0, 3 }, 53,
	  IPPROTO_UDP, false, false },
	{ "a resolver in IPv6", NET6(2, 128), { 0xfd, [15] = 2 }, 53,
	  IPPROTO_TCP, true, true },
	{ "the service next to a resolver", NET4(2, 32), SERVER6, 53,
	  IPPROTO_UDP, true, true },
};

VXM_KUNIT_TABLE(dns, dnss);

/* To the server in egress, from it in ingress, and never the other way. */
static void amazon_dns(struct kunit *test)
{
	const struct dns *row = test->param_value;
	struct vxm_kunit_flow flow = {
		.type = row->ipv6 ? ETH_P_IPV6 : ETH_P_IP,
		.protocol = row->protocol,
		.payload = 4,
	};
	size_t len, addr_len = row->ipv6 ? 16 : 4;
	u8 *frame = frame_of(test, &flow, &len);
	u8 *l4 = frame + vxm_kunit_l4(&flow);
	int direction, to;

	for (direction = 0; direction < VXM_DIRECTIONS; direction++) {
		struct vxm_rule rule = {
			.accept = true, .amazon_dns = true,
			.direction = direction, .resolver = row->resolver,
		};
		struct vxm_rules *rules = compile(test, &rule, 1);

		for (to = 0; to < 2; to++) {
			bool want = row->matches &&
				    to == (direction == VXM_DIRECTION_EGRESS);
			struct vxm_tuple tuple;

			vxm_kunit_frame(&flow, frame);
			memcpy(frame + ETH_HLEN + (row->ipv6 ? 8 : 12) +
			       to * addr_len, row->server, addr_len);
			memset(l4, 0, 4);
			l4[1 + 2 * to] = row->port;
			tuple = parse(test, frame, len);
			expect(test, vxm_rules_match(rules, tuple, direction),
			       want, want ? 0 : VXM_RULE_NONE);
		}
	}
}

static const struct vxm_kunit_flow cut_flows[] = {
	{ "IPv4, TCP", IPV4 },
	{ "IPv4, UDP", IP4, UDP },
	{ "IPv4, ICMP", IP4, .protocol = 1 },
	{ "IPv4 in 2 tags", IPV4, .tags = { ETH_P_8021AD, ETH_P_8021Q } },
	{ "IPv6, TCP", IPV6 },
	{ "IPv6, a first fragment", IPV6, .fragment = MORE6 },
	{ "IPv6 in a tag", IPV6, .tags = { ETH_P_8021Q } },
};

VXM_KUNIT_TABLE(cut_flow, cut_flows);

/* The fields that the first bytes of a frame do not hold. */
static u8 missing_of(const struct vxm_kunit_flow *flow, size_t len)
{
	bool ports = flow->protocol != 1;
	size_t l3 = vxm_kunit_l3(flow), l4 = vxm_kunit_l4(flow);
	bool ipv6 = flow->type == ETH_P_IPV6;
	size_t protocol = l3 + (ipv6 ? 6 : 9);
	u8 missing = 0;

	if (flow->fragment)
		protocol = l4 - 8;
	if (len <= protocol)
		missing |= VXM_FIELD_PROTOCOL;
	if (len < l3 + (ipv6 ? 24 : 16))
		missing |= VXM_FIELD_SOURCE;
	if (len < l3 + (ipv6 ? 40 : 20))
		missing |= VXM_FIELD_DESTINATION;
	if (!ports || len < l4 + 2)
		missing |= VXM_FIELD_SOURCE_PORT;
	if (!ports || len < l4 + 4)
		missing |= VXM_FIELD_DESTINATION_PORT;
	return missing;
}

/* One rule for each field, by its bit, and one that needs none but a family. */
static const struct vxm_rule rules4[] = {
	{ ANY, .accept = true, .source = NET4(0, 1) },
	{ ANY, .accept = true, .destination = NET4(0, 1) },
	{ TCP, .accept = true },
	{ TCP, .accept = true, .source_ports = PORTS(0, 65535) },
	{ TCP, .accept = true, .destination_ports = PORTS(0, 65535) },
	{ ANY, .accept = true, .source = NET4(0, 0) },
};

static const struct vxm_rule rules6[] = {
	{ ANY, .accept = true, .source = NET6(0, 1) },
	{ ANY, .accept = true, .destination = NET6(0, 1) },
	{ TCP, .accept = true },
	{ TCP, .accept = true, .source_ports = PORTS(0, 65535) },
	{ TCP, .accept = true, .destination_ports = PORTS(0, 65535) },
	{ ANY, .accept = true, .source = NET6(0, 0) },
};

/* Cut at every byte of its headers: what is needed and not there is no match */
static void cut(struct kunit *test)
{
	const struct vxm_kunit_flow *flow = test->param_value;
	bool ipv6 = flow->type == ETH_P_IPV6;
	size_t full, len, l3 = vxm_kunit_l3(flow);
	u8 *frame = frame_of(test, flow, &full);
	struct vxm_rules *rules[ARRAY_SIZE(rules4)];
	struct vxm_tuple tuple;
	int i;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		struct vxm_rule rule = ipv6 ? rules6[i] : rules4[i];

		if (rule.protocol != VXM_PROTOCOL_ANY)
			rule.protocol = flow->protocol;
		rules[i] = compile(test, &rule, 1);
	}
	for (len = l3; len <= full; len++) {
		u8 missing = missing_of(flow, len);

		tuple = parse(test, frame, len);
		KUNIT_EXPECT_EQ_MSG(test, tuple.missing, missing, "length %zu",
				    len);
		KUNIT_EXPECT_EQ_MSG(test, tuple.cut,
				    missing != missing_of(flow, full),
				    "length %zu", len);
		for (i = 0; i < ARRAY_SIZE(rules); i++)
			KUNIT_EXPECT_EQ_MSG(test,
					    vxm_rules_match(rules[i], tuple,
							    VXM_DIRECTION_INGRESS).accept,
					    !(missing & 1 << i),
					    "length %zu, rule %d", len, i);
	}
	/* a frame that ends in its tags is not seen to be IP */
	for (len = ETH_HLEN; len < l3; len++) {
		tuple = parse(test, frame, len);
		KUNIT_EXPECT_EQ(test, (int)tuple.kind, (int)VXM_KIND_NOT_IP);
	}
}

struct chain {
	const char *name;
	u8 first;		/* next header of the IPv6 header */
	u8 bytes[80];		/* what follows it */
	size_t len;
	int protocol;		/* -1: it is not reached */
	bool ports;		/* 0x0102, 0x0304 */
	bool cut;
};

#define EXT8(next) next, 0, 0, 0, 0, 0, 0, 0
#define END 1, 2, 3, 4

static const struct chain chains[] = {
	{ "none", 6, { END }, 4, 6, true },
	{ "hop-by-hop", 0, { EXT8(6), END }, 12, 6, true },
	{ "routing", 43, { EXT8(17), END }, 12, 17, true },
	{ "destination options", 60, { EXT8(6), END }, 12, 6, true },
	{ "16 bytes", 60, { 6, 1, [16] = END }, 20, 6, true },
	{ "authentication", 51, { 6, 1, [12] = END }, 16, 6, true },
	{ "first fragment", 44, { 6, 99, 0, 7, 0, 0, 0, 0, END }, 12, 6, true },
	{ "later fragment", 44, { 6, 0, 0, 8, 0, 0, 0, 0, END }, 12, 6, false },
	{ "later fragment of options", 44,
	  { 60, 0, 0, 8, 0, 0, 0, 0, EXT8(6), END }, 20, -1, false },
	{ "fragment in options", 60,
	  { EXT8(44), 6, 0, 1, 0, 0, 0, 0, 0, END }, 20, 6, false },
	{ "8 headers", 0,
	  { EXT8(60), EXT8(60), EXT8(60), EXT8(60), EXT8(60), EXT8(60),
	    EXT8(60), EXT8(6), END }, 68, 6, true },
	{ "9 headers", 0,
	  { EXT8(60), EXT8(60), EXT8(60), EXT8(60), EXT8(60), EXT8(60),
	    EXT8(60), EXT8(60), EXT8(6), END }, 76, -1, false },
	{ "ESP", 50, { END }, 4, 50, false },
	{ "no next header", 59, { END }, 4, 59, false },
	{ "mobility", 135, { EXT8(6), END }, 12, 135, false },
	{ "cut before a header", 0, {}, 0, -1, false, true },
	{ "cut in a header", 0, { 6 }, 1, 6, false, true },
	{ "cut behind a header", 0, { EXT8(6) }, 8, 6, false, true },
	{ "cut in the ports", 0, { EXT8(6), 1, 2, 3 }, 11, 6, false, true },
	{ "cut in a second header", 0, { EXT8(60) }, 8, -1, false, true },
	{ "cut before a fragment's offset", 44, { 6, 0, 0 }, 3, 6, false,
	  true },
	{ "longer than the frame", 60, { 6, 255, [8] = END }, 12, 6, false,
	  true },
};

VXM_KUNIT_TABLE(chain, chains);

static void extensions(struct kunit *test)
{
	static const struct vxm_kunit_flow flow = { IPV6 };
	static const u8 ports[VXM_PORTS_LEN] = { END };
	const struct chain *row = test->param_value;
	size_t at = ETH_HLEN + VXM_IPV6_HLEN, len;
	u8 *frame = frame_of(test, &flow, &len);
	struct vxm_tuple tuple;

	frame[ETH_HLEN + 6] = row->first;
	memcpy(frame + at, row->bytes, row->len);
	tuple = parse(test, frame, at + row->len);
	KUNIT_EXPECT_EQ(test, tuple.missing & VXM_FIELD_PROTOCOL,
			row->protocol < 0 ? VXM_FIELD_PROTOCOL : 0);
	if (row->protocol >= 0)
		KUNIT_EXPECT_EQ(test, protocol_of(tuple), row->protocol);
	KUNIT_EXPECT_EQ(test, !(tuple.missing & VXM_FIELD_DESTINATION_PORT),
			row->ports);
	if (row->ports)
		KUNIT_EXPECT_EQ(test, memcmp(ports_of(tuple), ports, 4), 0);
	KUNIT_EXPECT_EQ(test, tuple.cut, row->cut);
}

/* MAC and last byte of the addresses of sender and receiver are the same. */
struct way {
	const char *name;
	u8 from;
	u8 to;
	u8 source;		/* the mirror source: its address, */
	u8 mac;			/* and its MAC, 0: not known */
	enum vxm_direction direction;
	bool teaches;
};

static const struct way ways[] = {
	{ "unknown MAC, from it", 1, 2, 1, 0, VXM_DIRECTION_EGRESS, true },
	{ "unknown MAC, to it", 2, 1, 1, 0, VXM_DIRECTION_INGRESS, false },
	{ "unknown MAC, between others", 2, 3, 1, 0, VXM_DIRECTION_UNKNOWN, false },
	{ "unknown MAC, to itself", 1, 1, 1, 0, VXM_DIRECTION_EGRESS, false },
	{ "its MAC, from it", 1, 2, 9, 1, VXM_DIRECTION_EGRESS, false },
	{ "its MAC, to it", 2, 1, 9, 1, VXM_DIRECTION_INGRESS, false },
	{ "its MAC, between others", 2, 3, 9, 1, VXM_DIRECTION_UNKNOWN, false },
	{ "MAC before address", 2, 1, 2, 1, VXM_DIRECTION_INGRESS, true },
};

VXM_KUNIT_TABLE(way, ways);

static void expect_way(struct kunit *test, const struct way *row, u16 type,
		       u16 outer_family, enum vxm_direction direction,
		       bool teaches)
{
	u8 outer[16] = { 10, 0, 0, row->source };
	struct vxm_kunit_flow flow = {
		.type = type, .from = row->from, .to = row->to,
		.protocol = IPPROTO_TCP,
	};
	u8 mac[ETH_ALEN] = { 2, [5] = row->mac };
	struct vxm_tuple tuple;
	size_t len;
	u8 *frame = frame_of(test, &flow, &len);

	if (outer_family == AF_INET6) {
		memset(outer, 0, sizeof(outer));
		outer[0] = 0xfd;
		outer[15] = row->source;
	}
	tuple = parse(test, frame, len);
	KUNIT_EXPECT_EQ(test, (int)vxm_direction(row->mac ? vxm_mac(mac) : 0,
						 frame, tuple, outer,
						 outer_family),
			(int)direction);
	KUNIT_EXPECT_EQ(test, vxm_direction_teaches(frame, tuple, outer,
						    outer_family),
			teaches ? vxm_mac(frame + ETH_ALEN) : 0);
	/* a group sends nothing */
	frame[ETH_ALEN] |= 1;
	KUNIT_EXPECT_EQ(test, vxm_direction_teaches(frame, tuple, outer,
						    outer_family), 0);
}

static void way(struct kunit *test)
{
	const struct way *row = test->param_value;
	enum vxm_direction by_mac = row->mac ? row->direction : VXM_DIRECTION_UNKNOWN;

	expect_way(test, row, ETH_P_IP, AF_INET, row->direction, row->teaches);
	expect_way(test, row, ETH_P_IPV6, AF_INET6, row->direction,
		   row->teaches);
	/* addresses of two families have nothing to do with each other */
	expect_way(test, row, ETH_P_IPV6, AF_INET, by_mac, false);
	expect_way(test, row, ETH_P_IP, AF_INET6, by_mac, false);
	expect_way(test, row, ETH_P_ARP, AF_INET, by_mac, false);
}

/* Every bit of a MAC address counts. */
static void mac_bits(struct kunit *test)
{
	u8 mac[ETH_ALEN] = { 0x02, 0x11, 0x22, 0x33, 0x44, 0x55 };
	u64 number = vxm_mac(mac);
	int bit;

	for (bit = 0; bit < 8 * ETH_ALEN; bit++) {
		mac[bit / 8] ^= 1 << bit % 8;
		KUNIT_EXPECT_NE_MSG(test, vxm_mac(mac), number, "bit %d", bit);
		mac[bit / 8] ^= 1 << bit % 8;
	}
	memset(mac, 0, sizeof(mac));
	KUNIT_EXPECT_EQ(test, vxm_mac(mac), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(match, match_gen_params),
	KUNIT_CASE(many),
	KUNIT_CASE(no_rules),
	KUNIT_CASE_PARAM(order, order_gen_params),
	KUNIT_CASE_PARAM(amazon_dns, dns_gen_params),
	KUNIT_CASE_PARAM(cut, cut_flow_gen_params),
	KUNIT_CASE_PARAM(extensions, chain_gen_params),
	KUNIT_CASE_PARAM(way, way_gen_params),
	KUNIT_CASE(mac_bits),
	{}
};

struct kunit_suite vxm_filter_suite = {
	.name = "vxm_filter",
	.test_cases = cases,
};
