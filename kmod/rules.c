// SPDX-License-Identifier: GPL-2.0
/*
 * Turns a filter's rules into the lists that frames are matched with. Pure
 * functions, as in parse.h.
 */
#include <linux/bitops.h>
#include <linux/in.h>
#include <linux/kernel.h>
#include <linux/socket.h>
#include <linux/string.h>

#include "rules.h"

#define DNS_PORT 53

/* So many frames are made up to choose what the tables are of. */
#define VXM_SAMPLES 32

/* Where the Amazon DNS service is in every VPC. */
static const struct vxm_prefix vxm_dns[] = {
	{ .family = AF_INET, .len = 32, .addr = { 169, 254, 169, 253 } },
	{ .family = AF_INET6, .len = 128,
	  .addr = { 0xfd, 0x00, 0x0e, 0xc2, [14] = 0x02, [15] = 0x53 } },
};

/*
 * A rule for the Amazon DNS service stands for some that say the same in other
 * words: one for each address and protocol. Any other stands for itself.
 * Returns false when there is no such one any more.
 */
static bool vxm_rule_expand(const struct vxm_rule *rule, unsigned int nth,
			    struct vxm_rule *plain)
{
	const struct vxm_prefix *dns[] = {
		&vxm_dns[0], &vxm_dns[1], &rule->resolver,
	};
	const struct vxm_ports port = { DNS_PORT, DNS_PORT, true };

	if (!rule->amazon_dns) {
		*plain = *rule;
		return nth < 1;
	}
	if (nth >= (rule->resolver.family == AF_UNSPEC ? 4 : 6))
		return false;
	memset(plain, 0, sizeof(*plain));
	plain->accept = rule->accept;
	plain->protocol = nth % 2 ? IPPROTO_UDP : IPPROTO_TCP;
	if (rule->direction == VXM_DIRECTION_EGRESS) {
		plain->destination = *dns[nth / 2];
		plain->destination_ports = port;
	} else {
		plain->source = *dns[nth / 2];
		plain->source_ports = port;
	}
	return true;
}

static bool vxm_kind_is_ipv6(enum vxm_kind kind)
{
	return kind >= VXM_KIND_IPV6_TCP && kind <= VXM_KIND_IPV6_OTHER;
}

static u8 vxm_rule_family(const struct vxm_rule *rule)
{
	if (rule->source.family != AF_UNSPEC)
		return rule->source.family;
	return rule->destination.family;
}

/* May frames of a kind match it? */
static bool vxm_rule_is_for(const struct vxm_rule *rule, enum vxm_kind kind)
{
	bool any = rule->protocol == VXM_PROTOCOL_ANY;
	u8 family = vxm_rule_family(rule);

	if (kind == VXM_KIND_NOT_IP)
		return any && family == AF_UNSPEC &&
		       !rule->source_ports.given &&
		       !rule->destination_ports.given;
	if (kind <= VXM_KIND_IPV4_OTHER)
		return family != AF_INET6 &&
		       (any || kind == vxm_tuple_kind(VXM_KIND_IPV4_TCP,
						      rule->protocol));
	return family != AF_INET &&
	       (any || kind == vxm_tuple_kind(VXM_KIND_IPV6_TCP,
					      rule->protocol));
}

/* Ask for a prefix, in what is asked of the addresses' bytes. */
static void vxm_prefix_compile(const struct vxm_prefix *prefix, u8 *mask,
			       u8 *value)
{
	unsigned int i;

	for (i = 0; i < prefix->len; i++)
		mask[i / 8] |= 0x80 >> i % 8;
	for (i = 0; 8 * i < prefix->len; i++)
		value[i] = prefix->addr[i] & mask[i];
}

static void vxm_matcher_addresses(struct vxm_matcher *matcher,
				  const struct vxm_rule *rule)
{
	size_t destination = matcher->ports / 2;

	vxm_prefix_compile(&rule->source, matcher->mask, matcher->value);
	vxm_prefix_compile(&rule->destination, matcher->mask + destination,
			   matcher->value + destination);
	/* one of no bits asks for a family only, which is that of the list */
	if (rule->source.len)
		matcher->needs |= VXM_FIELD_SOURCE;
	if (rule->destination.len)
		matcher->needs |= VXM_FIELD_DESTINATION;
}

/* Ask for ports; those that are at these bytes of the tuple's ports. */
static void vxm_matcher_port(struct vxm_matcher *matcher, unsigned int nth,
			     const struct vxm_ports *ports)
{
	unsigned int at = matcher->ports + nth;

	if (ports->first != ports->last) {
		matcher->more = true;
		return;
	}
	matcher->mask[at] = 0xff;
	matcher->mask[at + 1] = 0xff;
	matcher->value[at] = ports->first >> 8;
	matcher->value[at + 1] = ports->first;
}

static void vxm_matcher_ports(struct vxm_matcher *matcher,
			      const struct vxm_rule *rule)
{
	const struct vxm_ports *destination = &rule->destination_ports;
	const struct vxm_ports *source = &rule->source_ports;

	matcher->source_span = U16_MAX;
	matcher->destination_span = U16_MAX;
	if (source->given) {
		vxm_matcher_port(matcher, 0, source);
		matcher->source_first = source->first;
		matcher->source_span = source->last - source->first;
		matcher->needs |= VXM_FIELD_SOURCE_PORT;
	}
	if (destination->given) {
		vxm_matcher_port(matcher, 2, destination);
		matcher->destination_first = destination->first;
		matcher->destination_span = destination->last -
					    destination->first;
		matcher->needs |= VXM_FIELD_DESTINATION_PORT;
	}
}

static void vxm_matcher_compile(struct vxm_matcher *matcher,
				const struct vxm_rule *rule, unsigned int index,
				bool ipv6)
{
	memset(matcher, 0, sizeof(*matcher));
	matcher->ports = ipv6 ? VXM_TUPLE_PORTS_IPV6 : VXM_TUPLE_PORTS_IPV4;
	matcher->more = ipv6;
	vxm_matcher_addresses(matcher, rule);
	vxm_matcher_ports(matcher, rule);
	/* what asks for TCP or UDP is in lists for that only */
	if (rule->protocol != VXM_PROTOCOL_ANY &&
	    rule->protocol != IPPROTO_TCP && rule->protocol != IPPROTO_UDP) {
		matcher->more = true;
		matcher->protocol = rule->protocol;
		matcher->protocol_mask = U8_MAX;
		matcher->needs |= VXM_FIELD_PROTOCOL;
	}
	matcher->accept = rule->accept;
	matcher->rule = index;
}

/* Fills in the matchers, if there is room for them; returns how many. */
static unsigned int vxm_list_fill(struct vxm_matcher *matcher,
				  enum vxm_direction direction,
				  enum vxm_kind kind,
				  const struct vxm_rule *rule, unsigned int n)
{
	static const struct vxm_rule reject = { .protocol = VXM_PROTOCOL_ANY };
	bool ipv6 = vxm_kind_is_ipv6(kind);
	unsigned int i, nth, count = 0;
	struct vxm_rule plain;

	for (i = 0; i < n; i++) {
		if (rule[i].direction != direction)
			continue;
		for (nth = 0; vxm_rule_expand(&rule[i], nth, &plain); nth++) {
			if (!vxm_rule_is_for(&plain, kind))
				continue;
			if (matcher)
				vxm_matcher_compile(matcher + count, &plain, i,
						    ipv6);
			count++;
		}
	}
	if (matcher)
		vxm_matcher_compile(matcher + count, &reject, VXM_RULE_NONE,
				    ipv6);
	return count + 1;
}

/* May a port's upper or lower byte have a value? */
static bool vxm_ports_leave(u16 first, u16 span, bool upper, u8 value)
{
	if (upper)
		return value >= first >> 8 && value <= (first + span) >> 8;
	return span >= U8_MAX || (u8)(value - first) <= span;
}

/* May a byte of the tuple have a value? */
static bool vxm_matcher_leaves(const struct vxm_matcher *matcher,
			       unsigned int byte, u8 value)
{
	switch (byte - matcher->ports) {
	case 0:
	case 1:
		return vxm_ports_leave(matcher->source_first,
				       matcher->source_span,
				       byte == matcher->ports, value);
	case 2:
	case 3:
		return vxm_ports_leave(matcher->destination_first,
				       matcher->destination_span,
				       byte == matcher->ports + 2, value);
	default:
		return !((value ^ matcher->value[byte]) & matcher->mask[byte]);
	}
}

/* A value that a byte of the tuple may have. */
static u8 vxm_matcher_example(const struct vxm_matcher *matcher,
			      unsigned int byte)
{
	switch (byte - matcher->ports) {
	case 0:
		return matcher->source_first >> 8;
	case 1:
		return matcher->source_first;
	case 2:
		return matcher->destination_first >> 8;
	case 3:
		return matcher->destination_first;
	default:
		return matcher->value[byte];
	}
}

static bool vxm_matcher_asks(const struct vxm_matcher *matcher,
			     unsigned int byte)
{
	return !vxm_matcher_leaves(matcher, byte,
				   ~vxm_matcher_example(matcher, byte));
}

/* How many rules ask for a byte. */
static unsigned int vxm_list_asks(const struct vxm_list *list, unsigned int n,
				  unsigned int byte)
{
	unsigned int i, asks = 0;

	for (i = 0; i < n; i++)
		asks += vxm_matcher_asks(&list->matcher[i], byte);
	return asks;
}

/*
 * A byte of frames that are each made for a rule; of a long list, for some. If
 * the rule does not ask for it, it is what the next one does that asks: that is
 * how frames are that many rules nearly match. One does.
 */
static void vxm_list_sample(const struct vxm_list *list, unsigned int n,
			    unsigned int byte, u8 *sample)
{
	unsigned int i, j;

	for (i = 0; i < n; i += DIV_ROUND_UP(n, VXM_SAMPLES)) {
		j = i;
		while (!vxm_matcher_asks(&list->matcher[j], byte))
			j = (j + 1) % n;
		*sample++ = vxm_matcher_example(&list->matcher[j], byte);
	}
}

/* How many rules a list's first bytes leave, over all samples. */
static unsigned int vxm_list_score(const struct vxm_list *list, unsigned int n,
				   unsigned int bytes,
				   u8 (*sample)[VXM_SAMPLES])
{
	unsigned int samples = DIV_ROUND_UP(n, DIV_ROUND_UP(n, VXM_SAMPLES));
	unsigned int i, j, k, left = 0;

	for (i = 0; i < samples; i++) {
		for (j = 0; j < n; j++) {
			for (k = 0; k < bytes; k++)
				if (!vxm_matcher_leaves(&list->matcher[j],
							list->byte[k],
							sample[k][i]))
					break;
			left += k == bytes;
		}
	}
	return left;
}

/*
 * Choose one of a list's first bytes: that which leaves the fewest rules,
 * together with the others, and among equals the one that most rules ask for.
 */
static void vxm_list_choose(struct vxm_list *list, unsigned int n,
			    unsigned int which, unsigned int bytes,
			    u8 (*sample)[VXM_SAMPLES])
{
	unsigned int byte, asks, score, best = 0, lowest = UINT_MAX;

	for (byte = 0; byte < VXM_TUPLE_BYTES; byte++) {
		asks = vxm_list_asks(list, n, byte);
		if (!asks)
			continue;
		list->byte[which] = byte;
		vxm_list_sample(list, n, byte, sample[which]);
		score = vxm_list_score(list, n, bytes, sample) << 16;
		score -= asks;
		if (score < lowest) {
			lowest = score;
			best = byte;
		}
	}
	list->byte[which] = best;
	/* else no rule asks for any byte */
	if (lowest != UINT_MAX)
		vxm_list_sample(list, n, best, sample[which]);
}

/* One after the other; then again, each to go with all others. */
static void vxm_list_bytes(struct vxm_list *list, unsigned int n)
{
	u8 sample[VXM_LIST_BYTES][VXM_SAMPLES];
	unsigned int i;

	for (i = 0; i < VXM_LIST_BYTES; i++)
		vxm_list_choose(list, n, i, i + 1, sample);
	for (i = 0; i < VXM_LIST_BYTES; i++)
		vxm_list_choose(list, n, i, VXM_LIST_BYTES, sample);
}

/* The matchers are there: all else of a list. */
static void vxm_list_make(struct vxm_list *list, unsigned int n,
			  const struct vxm_matcher *matcher,
			  struct vxm_tables *tables)
{
	unsigned int i, k, value;

	list->tables = tables;
	list->matcher = matcher;
	vxm_list_bytes(list, n);
	for (i = 0; i < n; i++)
		for (k = 0; k < VXM_LIST_BYTES; k++)
			for (value = 0; value < VXM_VALUES; value++)
				if (vxm_matcher_leaves(&matcher[i],
						       list->byte[k], value))
					tables[i / 64].left[k][value] |=
						1ULL << i % 64;
}

/* How many tables a list has of its own; one rule needs none. */
static unsigned int vxm_list_tables(unsigned int n)
{
	return n > 1 ? DIV_ROUND_UP(n, 64) : 0;
}

/* How many matchers and tables rules will have. */
static void vxm_rules_count(const struct vxm_rule *rule, unsigned int n,
			    size_t *matchers, size_t *tables)
{
	unsigned int direction, kind, count;

	*matchers = 0;
	*tables = 0;
	for (direction = 0; direction < VXM_DIRECTIONS; direction++) {
		for (kind = 0; kind < __VXM_KIND_MAX; kind++) {
			count = vxm_list_fill(NULL, direction, kind, rule, n);
			*matchers += count;
			*tables += vxm_list_tables(count);
		}
	}
}

/**
 * vxm_rules_size() - how much memory a filter's rules take
 * @rule: the rules, as for vxm_rules_compile()
 * @n: how many
 *
 * Return: bytes.
 */
size_t vxm_rules_size(const struct vxm_rule *rule, unsigned int n)
{
	size_t matchers, tables;

	vxm_rules_count(rule, n, &matchers, &tables);
	return sizeof(struct vxm_rules) + tables * sizeof(struct vxm_tables) +
	       matchers * sizeof(struct vxm_matcher);
}

/**
 * vxm_rules_compile() - make a filter's rules ready to be matched
 * @rules: vxm_rules_size() bytes, is filled
 * @rule: the rules, those of one direction in the order of their numbers
 * @n: how many, up to %VXM_RULES_MAX
 */
void vxm_rules_compile(struct vxm_rules *rules, const struct vxm_rule *rule,
		       unsigned int n)
{
	struct vxm_tables *next = rules->tables;
	unsigned int direction, kind, count, n_tables;
	struct vxm_matcher *matcher;
	size_t matchers, tables;

	vxm_rules_count(rule, n, &matchers, &tables);
	matcher = (void *)(next + tables);
	memset(rules, 0, (u8 *)matcher - (u8 *)rules);
	for (direction = 0; direction < VXM_DIRECTIONS; direction++) {
		for (kind = 0; kind < __VXM_KIND_MAX; kind++) {
			count = vxm_list_fill(matcher, direction, kind, rule,
					      n);
			n_tables = vxm_list_tables(count);
			vxm_list_make(&rules->list[kind][direction], count,
				      matcher,
				      n_tables ? next : &rules->first);
			matcher += count;
			next += n_tables;
		}
	}
}

/**
 * vxm_matcher_fits_all() - does a frame have all that a rule asks for?
 * @matcher: the rule
 * @tuple: what is in the frame
 *
 * Return: true if it does.
 */
bool vxm_matcher_fits_all(const struct vxm_matcher *matcher,
			  struct vxm_tuple tuple)
{
	u16 source = vxm_read16(tuple.byte + matcher->ports);
	u16 destination = vxm_read16(tuple.byte + matcher->ports + 2);
	unsigned int at;

	for (at = 0; at <= matcher->ports; at += sizeof(u32))
		if (vxm_matcher_word_differs(matcher, tuple.byte, at))
			return false;
	return (u16)(source - matcher->source_first) <= matcher->source_span &&
	       (u16)(destination - matcher->destination_first) <=
	       matcher->destination_span &&
	       !(matcher->needs & tuple.missing) &&
	       !((tuple.protocol ^ matcher->protocol) &
		 matcher->protocol_mask);
}

/**
 * vxm_list_match_rest() - the first rule that matches, behind the first 64
 * @list: the rules
 * @tuple: what is in the frame
 *
 * Return: the rule.
 */
const struct vxm_matcher *vxm_list_match_rest(const struct vxm_list *list,
					      struct vxm_tuple tuple)
{
	const struct vxm_matcher *first;
	unsigned int nth = 1;

	while (!vxm_list_match_nth(list, tuple, nth, &first))
		nth++;
	return first;
}

/**
 * vxm_rules_match_both() - what becomes of a frame of unknown direction
 * @rules: the filter's
 * @tuple: what is in the frame
 *
 * Return: the ingress rules' verdict, unless the egress rules alone accept.
 */
struct vxm_verdict vxm_rules_match_both(const struct vxm_rules *rules,
					struct vxm_tuple tuple)
{
	struct vxm_verdict ingress, egress;

	ingress = vxm_rules_match(rules, tuple, VXM_DIRECTION_INGRESS);
	if (ingress.accept)
		return ingress;
	egress = vxm_rules_match(rules, tuple, VXM_DIRECTION_EGRESS);
	return egress.accept ? egress : ingress;
}
