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
#include <linux/vxmirror.h>

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
 * struct vxm_matcher - a rule as it is matched, in a list for one kind
 * @mask: the bits that it asks for of &vxm_tuple.byte: those of a port, not of
 *	a range
 * @value: what they have to be; the others are 0
 * @ports: where the ports are in these
 * @more: it asks for anything beside the first %VXM_TUPLE_BYTES_IPV4 of these
 * @accept: what it says
 * @rule: index of the rule
 * @needs: VXM_FIELD_... that have to be there
 * @protocol: of &vxm_tuple.protocol
 * @protocol_mask: 0 when any will do
 * @source_first: lowest source port
 * @source_span: how many more there are
 * @destination_first: lowest destination port
 * @destination_span: how many more there are
 */
struct vxm_matcher {
	u8 mask[VXM_TUPLE_BYTES];
	u8 value[VXM_TUPLE_BYTES];
	u8 ports;
	bool more;
	bool accept;
	u8 rule;
	u8 needs;
	u8 protocol;
	u8 protocol_mask;
	u16 source_first;
	u16 source_span;
	u16 destination_first;
	u16 destination_span;
};

/*
 * As many as rules ask for: of source and destination address, of source and
 * destination port.
 */
#define VXM_LIST_BYTES 4

/* Of a byte, and so the rows of a table. */
#define VXM_VALUES 256

/**
 * struct vxm_tables - which of 64 rules a frame's bytes leave, bit by bit
 * @left: by which of the list's bytes, and by its value
 */
struct vxm_tables {
	u64 left[VXM_LIST_BYTES][VXM_VALUES];
};

/**
 * struct vxm_list - the rules of one direction for one kind of frames, by
 *	number; the last matches every frame
 * @tables: those of each 64 rules. The bytes are those in which the rules
 *	differ most, so that few are left: that takes the same time for one rule
 *	and for many.
 * @matcher: all that the rules ask
 * @byte: which of &vxm_tuple.byte the tables are of
 */
struct vxm_list {
	const struct vxm_tables *tables;
	const struct vxm_matcher *matcher;
	u8 byte[VXM_LIST_BYTES];
};

/**
 * struct vxm_rules - a filter's rules, as they are matched
 * @list: by enum vxm_kind and direction
 * @first: the tables of a list that has one rule only
 * @tables: all others, then the matchers
 */
struct vxm_rules {
	struct vxm_list list[__VXM_KIND_MAX][VXM_DIRECTIONS];
	struct vxm_tables first;
	struct vxm_tables tables[];
};

/* When no rule matched: an index that none has. */
#define VXM_RULE_NONE VXM_RULES_MAX

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

bool vxm_matcher_fits_all(const struct vxm_matcher *matcher,
			  struct vxm_tuple tuple);
const struct vxm_matcher *vxm_list_match_rest(const struct vxm_list *list,
					      struct vxm_tuple tuple);
struct vxm_verdict vxm_rules_match_both(const struct vxm_rules *rules,
					struct vxm_tuple tuple);

/* Are four bytes of a frame, from one on, not what a rule asks for? */
static __always_inline bool vxm_matcher_word_differs(const struct vxm_matcher *m,
						     const u8 *byte,
						     unsigned int at)
{
	return (vxm_word(byte + at) ^ vxm_word(m->value + at)) &
	       vxm_word(m->mask + at);
}

/* The same, of the first eight. */
static __always_inline bool vxm_matcher_long_differs(const struct vxm_matcher *m,
						     const u8 *byte)
{
	u64 is, mask, value;

	memcpy(&is, byte, sizeof(is));
	memcpy(&mask, m->mask, sizeof(mask));
	memcpy(&value, m->value, sizeof(value));
	return (is ^ value) & mask;
}

/*
 * Most rules ask for addresses of IPv4 and for single ports, if any, and most
 * frames have what they ask for. What the tuple says where a field is missing
 * does not matter: see needs.
 */
static __always_inline bool vxm_matcher_fits(const struct vxm_matcher *matcher,
					     struct vxm_tuple tuple)
{
	if (vxm_matcher_long_differs(matcher, tuple.byte) ||
	    vxm_matcher_word_differs(matcher, tuple.byte,
				     VXM_TUPLE_PORTS_IPV4))
		return false;
	return likely(!(matcher->more | tuple.missing)) ||
	       vxm_matcher_fits_all(matcher, tuple);
}

/* Which of a list's nth 64 rules one of the bytes leaves. */
static __always_inline u64 vxm_list_left(const struct vxm_list *list,
					 struct vxm_tuple tuple,
					 unsigned int nth, unsigned int i)
{
	return list->tables[nth].left[i][tuple.byte[list->byte[i]]];
}

/* Whether one of a list's nth 64 rules matches; stores the first. */
static __always_inline bool
vxm_list_match_nth(const struct vxm_list *list, struct vxm_tuple tuple,
		   unsigned int nth, const struct vxm_matcher **first)
{
	u64 left;

	left = vxm_list_left(list, tuple, nth, 0) &
	       vxm_list_left(list, tuple, nth, 1) &
	       vxm_list_left(list, tuple, nth, 2) &
	       vxm_list_left(list, tuple, nth, 3);
	for (; left; left &= left - 1) {
		*first = list->matcher + 64 * nth + __ffs64(left);
		if (vxm_matcher_fits(*first, tuple))
			return true;
	}
	return false;
}

static __always_inline struct vxm_verdict
vxm_list_match(const struct vxm_list *list, struct vxm_tuple tuple)
{
	const struct vxm_matcher *first;

	if (unlikely(!vxm_list_match_nth(list, tuple, 0, &first)))
		first = vxm_list_match_rest(list, tuple);
	return (struct vxm_verdict){
		.accept = first->accept,
		.rule = first->rule,
	};
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
vxm_rules_match(const struct vxm_rules *rules, struct vxm_tuple tuple,
		enum vxm_direction direction)
{
	if (unlikely(direction == VXM_DIRECTION_UNKNOWN))
		return vxm_rules_match_both(rules, tuple);
	return vxm_list_match(&rules->list[tuple.kind][direction], tuple);
}

#endif /* _VXM_RULES_H */
