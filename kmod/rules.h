/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A filter's rules: as the operator gave them, as they are matched, and the
 * matching. Pure functions, as in parse.h.
 */
#ifndef _VXM_RULES_H
#define _VXM_RULES_H

#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/types.h>

#include "direction.h"
#include "tuple.h"

#define VXM_PROTOCOL_ANY (-1)

/**
 * struct vxm_prefix - an address prefix, or an address
 * @addr: the address; of IPv4 the first four bytes. Bits behind the prefix do
 *	not matter.
 * @len: bits that count; 0 when there is none
 * @family: AF_INET, AF_INET6, or AF_UNSPEC when there is none
 */
struct vxm_prefix {
	u8 addr[16];
	u8 len;
	u8 family;
};

/**
 * struct vxm_ports - a range of ports
 * @first: the lowest
 * @last: the highest, not below @first
 * @given: there is a range; otherwise it need not be a protocol with ports
 */
struct vxm_ports {
	u16 first;
	u16 last;
	bool given;
};

/**
 * struct vxm_rule - a rule as the operator gave it
 * @number: its place among the rules of its direction
 * @direction: of the frames that it is for
 * @accept: whether it accepts or rejects
 * @amazon_dns: it is for the Amazon DNS service's traffic: of what follows,
 *	only @resolver counts
 * @protocol: IP protocol, or %VXM_PROTOCOL_ANY
 * @source: source prefix
 * @destination: destination prefix; if there are both, of one family
 * @source_ports: source ports, of TCP and UDP only
 * @destination_ports: destination ports, of TCP and UDP only
 * @resolver: one more address of the Amazon DNS service
 */
struct vxm_rule {
	u16 number;
	enum vxm_direction direction;
	bool accept;
	bool amazon_dns;
	s16 protocol;
	struct vxm_prefix source;
	struct vxm_prefix destination;
	struct vxm_ports source_ports;
	struct vxm_ports destination_ports;
	struct vxm_prefix resolver;
};

/**
 * struct vxm_bits - what a rule asks of a word
 * @mask: the bits that it asks for
 * @value: what they have to be; the others are 0
 */
struct vxm_bits {
	u64 mask;
	u64 value;
};

/**
 * struct vxm_matcher - a rule as it is matched, in a list for one kind
 * @addr: what it asks of &vxm_tuple.addr
 * @source_first: lowest source port
 * @source_span: how many more there are
 * @destination_first: lowest destination port
 * @destination_span: how many more there are
 * @protocol: of &vxm_tuple.protocol
 * @protocol_mask: 0 when any will do
 * @needs: VXM_FIELD_... that have to be there
 * @rule: index of the rule
 * @accept: what it says
 */
struct vxm_matcher {
	struct vxm_bits addr[4];
	u16 source_first;
	u16 source_span;
	u16 destination_first;
	u16 destination_span;
	u8 protocol;
	u8 protocol_mask;
	u8 needs;
	u8 rule;
	bool accept;
};

/*
 * As many as rules ask for: of source and destination address, of source and
 * destination port.
 */
#define VXM_LIST_BYTES 4

/**
 * struct vxm_list - the rules of one direction for one kind of frames, by
 *	number; the last matches every frame
 * @table: for each of some bytes of the tuple, and each value of it, which
 *	rules it leaves: @words words, bit by bit. The bytes are those in which
 *	the rules differ most, so that few are left: that takes the same time
 *	for one rule and for many.
 * @matcher: all that the rules ask
 * @byte: these bytes, of &vxm_tuple.byte
 * @words: words for each value; 0: the tables have one, for all
 * @ipv6: all of &vxm_tuple.addr are set
 */
struct vxm_list {
	const u64 *table[VXM_LIST_BYTES];
	const struct vxm_matcher *matcher;
	u8 byte[VXM_LIST_BYTES];
	u8 words;
	bool ipv6;
};

/**
 * struct vxm_rules - a filter's rules, as they are matched
 * @list: by direction and enum vxm_kind
 * @first: the tables of a list that has one rule only
 * @memory: all other tables, then the matchers
 */
struct vxm_rules {
	struct vxm_list list[VXM_DIRECTIONS][__VXM_KIND_MAX];
	u64 first;
	u64 memory[];
};

/* When no rule matched. */
#define VXM_RULE_NONE 0xff

/**
 * struct vxm_verdict - what becomes of a frame
 * @accept: it passes
 * @rule: index of the rule that decided, or %VXM_RULE_NONE
 */
struct vxm_verdict {
	bool accept;
	u8 rule;
};

size_t vxm_rules_size(const struct vxm_rule *rule, unsigned int n);
void vxm_rules_compile(struct vxm_rules *rules, const struct vxm_rule *rule,
		       unsigned int n);

struct vxm_verdict vxm_rules_match_both(const struct vxm_rules *rules,
					const struct vxm_tuple *tuple);

static __always_inline bool vxm_bits_differ(const struct vxm_bits *bits,
					    u64 word)
{
	return (word ^ bits->value) & bits->mask;
}

/* What the tuple says where a field is missing does not matter: see needs. */
static __always_inline bool vxm_matcher_fits(const struct vxm_matcher *matcher,
					     const struct vxm_tuple *tuple,
					     bool ipv6)
{
	u16 source = vxm_read16(tuple->ports);
	u16 destination = vxm_read16(tuple->ports + 2);

	if (vxm_bits_differ(&matcher->addr[0], tuple->addr[0]) ||
	    (u16)(destination - matcher->destination_first) >
	    matcher->destination_span ||
	    (u16)(source - matcher->source_first) > matcher->source_span ||
	    matcher->needs & tuple->missing ||
	    (tuple->protocol ^ matcher->protocol) & matcher->protocol_mask)
		return false;
	return !ipv6 || !(vxm_bits_differ(&matcher->addr[1], tuple->addr[1]) ||
			  vxm_bits_differ(&matcher->addr[2], tuple->addr[2]) ||
			  vxm_bits_differ(&matcher->addr[3], tuple->addr[3]));
}

/* Which rules one of the bytes leaves. */
static __always_inline const u64 *vxm_list_row(const struct vxm_list *list,
					       const struct vxm_tuple *tuple,
					       unsigned int i)
{
	return list->table[i] +
	       tuple->byte[list->byte[i]] * (size_t)list->words;
}

static __always_inline struct vxm_verdict
vxm_list_match(const struct vxm_list *list, const struct vxm_tuple *tuple)
{
	const struct vxm_matcher *matcher = list->matcher;
	const u64 *row0 = vxm_list_row(list, tuple, 0);
	const u64 *row1 = vxm_list_row(list, tuple, 1);
	const u64 *row2 = vxm_list_row(list, tuple, 2);
	const u64 *row3 = vxm_list_row(list, tuple, 3);
	const struct vxm_matcher *found;
	u64 left;

	for (;; matcher += 64) {
		left = *row0++ & *row1++ & *row2++ & *row3++;
		for (; left; left &= left - 1) {
			found = matcher + __ffs64(left);
			if (vxm_matcher_fits(found, tuple, list->ipv6))
				return (struct vxm_verdict){
					.accept = found->accept,
					.rule = found->rule,
				};
		}
	}
}

/**
 * vxm_rules_match() - what becomes of a frame
 * @rules: the filter's
 * @tuple: what is in the frame
 * @direction: its direction; if unknown, either direction's rules may accept it
 *
 * Return: the verdict.
 */
static __always_inline struct vxm_verdict
vxm_rules_match(const struct vxm_rules *rules, const struct vxm_tuple *tuple,
		enum vxm_direction direction)
{
	if (unlikely(direction == VXM_DIRECTION_UNKNOWN))
		return vxm_rules_match_both(rules, tuple);
	return vxm_list_match(&rules->list[direction][tuple->kind], tuple);
}

#endif /* _VXM_RULES_H */
