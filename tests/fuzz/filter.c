// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes the module's filters, compiled as they are, in user space: any rules
 * and any frame, against the rules as they were given, one after the other and
 * bit by bit; and what a part of a frame says, against the whole.
 *
 * An input is how many rules there are, the rules (see make_rule()), what is
 * known of the mirror source, how long the part is, and the frame.
 */
#include <arpa/inet.h>
#include <string.h>
#include <linux/if_ether.h>
#include <linux/vxmirror.h>

#include "../../kmod/rules.h"
#include "fuzz.h"

#define RULES_USUAL 16	/* many cost time, and show nothing that few do not */
#define TAGS_LEN (4 * VXM_VLAN_TAGS_MAX)

/* What is left of the input; behind it are zeros. */
struct input {
	const u8 *data;
	size_t size;
};

static u8 byte(struct input *input)
{
	if (!input->size)
		return 0;
	input->size--;

	return *input->data++;
}

static u16 two_bytes(struct input *input)
{
	u16 high = byte(input);

	return high << 8 | byte(input);
}

/* What there may be of a prefix; family 0: it is not given. */
static struct vxm_prefix make_prefix(struct input *input, u8 family)
{
	struct vxm_prefix prefix = { .family = family };
	unsigned int len = family == AF_INET6 ? 16 : 4;
	unsigned int i;

	if (!family)
		return prefix;
	prefix.len = byte(input) % (8 * len + 1);
	for (i = 0; i < len; i++)
		prefix.addr[i] = byte(input);

	return prefix;
}

static struct vxm_ports make_ports(struct input *input, bool given)
{
	struct vxm_ports ports = { .given = given };

	if (!given)
		return ports;
	ports.first = two_bytes(input);
	ports.last = two_bytes(input);
	if (ports.last < ports.first)
		ports.last = ports.first;

	return ports;
}

/* Two bytes of flags, the protocol, then what is given. */
static struct vxm_rule make_rule(struct input *input)
{
	struct vxm_rule rule = { .protocol = VXM_PROTOCOL_ANY };
	u8 flags = byte(input);
	u8 more = byte(input);
	u8 family = more & 1 ? AF_INET6 : AF_INET;
	u8 protocol = byte(input);

	rule.direction = flags & 1 ? VXM_DIRECTION_EGRESS : VXM_DIRECTION_INGRESS;
	rule.accept = flags & 2;
	rule.amazon_dns = flags & 4;
	if (flags & 8)
		rule.protocol = protocol;
	rule.source = make_prefix(input, flags & 0x10 ? family : AF_UNSPEC);
	rule.destination = make_prefix(input, flags & 0x20 ? family : 0);
	rule.source_ports = make_ports(input, flags & 0x40);
	rule.destination_ports = make_ports(input, flags & 0x80);
	rule.resolver = make_prefix(input, more & 2 ? family : AF_UNSPEC);
	if (rule.resolver.family)
		rule.resolver.len = more & 1 ? 128 : 32;

	return rule;
}

static bool has_prefix(const struct vxm_prefix *prefix, bool ipv6,
		       const u8 *addr, bool there)
{
	int bit;

	if (!prefix->family)
		return true;
	if (prefix->family != (ipv6 ? AF_INET6 : AF_INET) ||
	    (prefix->len && !there))
		return false;
	for (bit = 0; bit < prefix->len; bit++)
		if ((prefix->addr[bit / 8] ^ addr[bit / 8]) >> (7 - bit % 8) & 1)
			return false;

	return true;
}

static bool has_port(const struct vxm_ports *ports, const u8 *port, bool there)
{
	u32 number = port[0] * 256 + port[1];

	return !ports->given ||
	       (there && number >= ports->first && number <= ports->last);
}

/* A tuple, opened. */
struct facts {
	bool ip;
	bool ipv6;
	bool has[5];	/* by the bits of VXM_FIELD_... */
	const u8 *source;
	const u8 *destination;
	const u8 *ports;
	u8 protocol;
};

static u8 protocol_of(struct vxm_tuple tuple)
{
	if (tuple.kind == VXM_KIND_IPV4_TCP || tuple.kind == VXM_KIND_IPV6_TCP)
		return IPPROTO_TCP;
	if (tuple.kind == VXM_KIND_IPV4_UDP || tuple.kind == VXM_KIND_IPV6_UDP)
		return IPPROTO_UDP;

	return tuple.protocol;
}

static struct facts facts_of(struct vxm_tuple tuple)
{
	struct facts facts = {
		.ip = tuple.kind != VXM_KIND_NOT_IP,
		.ipv6 = tuple.kind >= VXM_KIND_IPV6_TCP,
		.source = tuple.byte,
		.destination = tuple.byte + 4,
		.ports = tuple.byte + VXM_TUPLE_PORTS_IPV4,
		.protocol = protocol_of(tuple),
	};
	int i;

	if (facts.ipv6) {
		facts.destination = facts.source + 16;
		facts.ports = facts.source + VXM_TUPLE_PORTS_IPV6;
	}
	for (i = 0; i < 5; i++)
		facts.has[i] = !(tuple.missing & 1 << i);

	return facts;
}

static bool is_dns(const struct vxm_rule *rule, const struct facts *facts)
{
	bool egress = rule->direction == VXM_DIRECTION_EGRESS;
	const u8 *addr = egress ? facts->destination : facts->source;
	const u8 *port = facts->ports + (egress ? 2 : 0);
	u8 server4[4];
	u8 server6[16];

	if (!facts->ip || !facts->has[egress] || !facts->has[3 + egress] ||
	    port[0] * 256 + port[1] != 53)
		return false;
	if (has_prefix(&rule->resolver, facts->ipv6, addr, true) &&
	    rule->resolver.family)
		return true;
	inet_pton(AF_INET, "169.254.169.253", server4);
	inet_pton(AF_INET6, "fd00:ec2::253", server6);
	return facts->ipv6 ? !memcmp(addr, server6, 16) :
	       !memcmp(addr, server4, 4);
}

static bool matches(const struct vxm_rule *rule, const struct facts *facts)
{
	if (rule->amazon_dns)
		return is_dns(rule, facts);
	if (rule->protocol != VXM_PROTOCOL_ANY &&
	    (!facts->has[2] || facts->protocol != rule->protocol))
		return false;
	if (!facts->ip && (rule->source.family || rule->destination.family))
		return false;
	return has_prefix(&rule->source, facts->ipv6, facts->source,
			  facts->has[0]) &&
	       has_prefix(&rule->destination, facts->ipv6, facts->destination,
			  facts->has[1]) &&
	       has_port(&rule->source_ports, facts->ports, facts->has[3]) &&
	       has_port(&rule->destination_ports, facts->ports + 2,
			facts->has[4]);
}

static struct vxm_verdict look_through(const struct vxm_rule *rule,
				       unsigned int n,
				       const struct facts *facts,
				       enum vxm_direction direction)
{
	struct vxm_verdict none = { .rule = VXM_RULE_NONE };
	unsigned int i;

	for (i = 0; i < n; i++)
		if (rule[i].direction == direction && matches(&rule[i], facts))
			return (struct vxm_verdict){ rule[i].accept, i };

	return none;
}

static bool same(struct vxm_verdict a, struct vxm_verdict b)
{
	return a.accept == b.accept && a.rule == b.rule;
}

static void check_match(const struct vxm_rule *rule, unsigned int n,
			struct vxm_tuple tuple)
{
	size_t size = vxm_rules_size(rule, n);
	struct vxm_rules *rules = malloc(size);
	struct facts facts = facts_of(tuple);
	struct vxm_verdict want[VXM_DIRECTIONS];
	struct vxm_verdict both;
	int direction;

	PROMISE(rules);
	memset(rules, 0xa5, size);
	vxm_rules_compile(rules, rule, n);
	for (direction = 0; direction < VXM_DIRECTIONS; direction++) {
		want[direction] = look_through(rule, n, &facts, direction);
		PROMISE(same(vxm_rules_match(rules, tuple, direction),
			     want[direction]));
	}
	both = want[!want[VXM_DIRECTION_INGRESS].accept && want[VXM_DIRECTION_EGRESS].accept];
	PROMISE(same(vxm_rules_match(rules, tuple, VXM_DIRECTION_UNKNOWN), both));
	free(rules);
}

/* A tuple, and what it is of: exactly the bytes that may be read. */
struct parsed {
	struct vxm_tuple tuple;
	u8 *frame;
	u8 *room;
};

static struct parsed parse(const u8 *data, size_t len)
{
	struct parsed parsed = {
		.frame = malloc(len),
		.room = malloc(VXM_TUPLE_BYTES),
	};

	PROMISE(parsed.frame && parsed.room);
	memcpy(parsed.frame, data, len);
	memset(parsed.room, 0x5a, VXM_TUPLE_BYTES);
	parsed.tuple = vxm_tuple_parse(parsed.frame, len, parsed.room);

	return parsed;
}

static void forget(struct parsed *parsed)
{
	free(parsed->frame);
	free(parsed->room);
}

/* What is known of a part stays true; a part that is not cut says all. */
static void check_part(struct vxm_tuple part,
		       struct vxm_tuple whole)
{
	struct facts some = facts_of(part);
	struct facts all = facts_of(whole);
	size_t len = some.ipv6 ? 16 : 4;
	int i;

	PROMISE(some.ip == all.ip && some.ipv6 == all.ipv6);
	PROMISE(part.cut || part.missing == whole.missing);
	PROMISE(!whole.cut || part.cut);
	for (i = 0; i < 5; i++)
		PROMISE(!some.has[i] || all.has[i]);
	PROMISE(!some.has[0] || !memcmp(some.source, all.source, len));
	PROMISE(!some.has[1] || !memcmp(some.destination, all.destination, len));
	PROMISE(!some.has[2] || (some.protocol == all.protocol &&
				 part.kind == whole.kind));
	PROMISE(!some.has[3] || !memcmp(some.ports, all.ports, 2));
	PROMISE(!some.has[4] || !memcmp(some.ports + 2, all.ports + 2, 2));
}

static void check_direction(struct vxm_tuple tuple, const u8 *frame,
			    const u8 *mac, const u8 *outer, bool ipv6)
{
	u16 family = ipv6 ? AF_INET6 : AF_INET;
	size_t len = ipv6 ? 16 : 4;
	struct facts facts = facts_of(tuple);
	bool alike = facts.ip && facts.ipv6 == ipv6;
	bool from = alike && facts.has[0] && !memcmp(facts.source, outer, len);
	bool to = alike && facts.has[1] &&
		  !memcmp(facts.destination, outer, len);
	u64 teaches = vxm_direction_teaches(frame, tuple, outer, family);
	enum vxm_direction want = from ? VXM_DIRECTION_EGRESS :
				  to ? VXM_DIRECTION_INGRESS : VXM_DIRECTION_UNKNOWN;

	PROMISE(vxm_direction(0, frame, tuple, outer, family) == want);
	PROMISE(teaches == (from && !to && !(frame[6] & 1) ?
			    vxm_mac(frame + 6) : 0));
	if (!vxm_mac(mac))
		return;
	want = !memcmp(frame + ETH_ALEN, mac, ETH_ALEN) ? VXM_DIRECTION_EGRESS :
	       !memcmp(frame, mac, ETH_ALEN) ? VXM_DIRECTION_INGRESS : VXM_DIRECTION_UNKNOWN;
	PROMISE(vxm_direction(vxm_mac(mac), frame, tuple, outer, family) ==
		want);
}

int fuzz_input(const u8 *data, size_t size)
{
	struct input input = { data, size };
	struct vxm_rule rule[VXM_RULES_MAX];
	struct parsed part, whole;
	u8 mac[ETH_ALEN];
	u8 outer[16];
	unsigned int wanted, n, i;
	size_t len;
	bool ipv6;

	wanted = byte(&input);
	if (wanted != VXM_RULES_MAX)
		wanted %= RULES_USUAL;
	for (n = 0; n < wanted && input.size > 1; n++)
		rule[n] = make_rule(&input);
	for (i = 0; i < sizeof(mac); i++)
		mac[i] = byte(&input);
	for (i = 0; i < sizeof(outer); i++)
		outer[i] = byte(&input);
	ipv6 = byte(&input) & 1;
	len = ETH_HLEN + TAGS_LEN + byte(&input);
	if (input.size < ETH_HLEN)
		return 0;

	whole = parse(input.data, input.size);
	if (len < input.size) {
		part = parse(input.data, len);
		check_part(part.tuple, whole.tuple);
		forget(&part);
	}
	check_direction(whole.tuple, input.data, mac, outer, ipv6);
	check_match(rule, n, whole.tuple);
	forget(&whole);

	return 0;
}
