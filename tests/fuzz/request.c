// SPDX-License-Identifier: GPL-2.0
/*
 * Requests to the family: such as a tool would make, of values on the borders
 * of what is allowed, and what mutations make of them.
 */
#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <stdint.h>

#include "../uapi/tap.h"
#include "request.h"

#define ATTRS_MAX 12

/* Rules of a request, at most: more than a filter takes. */
#define RULES_MAX (VXM_RULES_MAX + 2)

static const struct template {
	int cmd;
	bool dump;
	/* how often it is chosen */
	unsigned int weight;
	unsigned char attrs[ATTRS_MAX];
} templates[] = {
	{ VXM_CMD_DEV_NEW, false, 2, { VXM_ATTR_IFNAME, VXM_ATTR_MTU } },
	{ VXM_CMD_DEV_SET, false, 3,
	  { VXM_ATTR_IFNAME, VXM_ATTR_MTU, VXM_ATTR_UP } },
	{ VXM_CMD_DEV_DEL, false, 1, { VXM_ATTR_IFNAME, VXM_ATTR_FORCE } },
	{ VXM_CMD_DEV_GET, false, 4, { VXM_ATTR_IFNAME } },
	{ VXM_CMD_DEV_GET, true, 2, { 0 } },
	{ VXM_CMD_VNI_NEW, false, 16,
	  { VXM_ATTR_PORT, VXM_ATTR_VNI, VXM_ATTR_VNI_LAST, VXM_ATTR_VNI_ANY,
	    VXM_ATTR_IFNAME, VXM_ATTR_VLAN, VXM_ATTR_VLAN_LAST,
	    VXM_ATTR_SNAPLEN, VXM_ATTR_REPAIR, VXM_ATTR_SOURCES,
	    VXM_ATTR_FILTER } },
	{ VXM_CMD_VNI_SET, false, 6,
	  { VXM_ATTR_PORT, VXM_ATTR_VNI, VXM_ATTR_VNI_LAST, VXM_ATTR_VNI_ANY,
	    VXM_ATTR_IFNAME, VXM_ATTR_VLAN, VXM_ATTR_VLAN_LAST,
	    VXM_ATTR_SNAPLEN, VXM_ATTR_REPAIR, VXM_ATTR_SOURCES,
	    VXM_ATTR_FILTER } },
	{ VXM_CMD_VNI_DEL, false, 8,
	  { VXM_ATTR_PORT, VXM_ATTR_VNI, VXM_ATTR_VNI_LAST,
	    VXM_ATTR_VNI_ANY } },
	{ VXM_CMD_VNI_GET, false, 4,
	  { VXM_ATTR_PORT, VXM_ATTR_VNI, VXM_ATTR_VNI_LAST,
	    VXM_ATTR_VNI_ANY } },
	{ VXM_CMD_VNI_GET, true, 4, { VXM_ATTR_PORT, VXM_ATTR_IFNAME } },
	{ VXM_CMD_SESSION_DEL, false, 4,
	  { VXM_ATTR_PORT, VXM_ATTR_VNI, VXM_ATTR_SOURCE_IPV4,
	    VXM_ATTR_SOURCE_IPV6 } },
	{ VXM_CMD_SESSION_GET, false, 4,
	  { VXM_ATTR_PORT, VXM_ATTR_VNI, VXM_ATTR_SOURCE_IPV4,
	    VXM_ATTR_SOURCE_IPV6 } },
	{ VXM_CMD_SESSION_GET, true, 4, { VXM_ATTR_PORT, VXM_ATTR_VNI } },
	{ VXM_CMD_UNKNOWN_DEL, false, 1, { 0 } },
	{ VXM_CMD_UNKNOWN_GET, true, 2, { 0 } },
	{ VXM_CMD_CAUSE_GET, true, 2, { 0 } },
	{ VXM_CMD_NET_SET, false, 3,
	  { VXM_ATTR_MAX_VNIS, VXM_ATTR_MAX_PORTS, VXM_ATTR_MAX_SESSIONS,
	    VXM_ATTR_SESSION_MEMORY, VXM_ATTR_SESSION_IDLE } },
	{ VXM_CMD_NET_GET, false, 2, { 0 } },
	{ VXM_CMD_PORT_SET, false, 6, { VXM_ATTR_PORT, VXM_ATTR_FRONT } },
	{ VXM_CMD_PORT_GET, false, 3, { VXM_ATTR_PORT } },
	{ VXM_CMD_PORT_GET, true, 2, { 0 } },
	{ VXM_CMD_FILTER_NEW, false, 4, { VXM_ATTR_FILTER, VXM_ATTR_RULE } },
	{ VXM_CMD_FILTER_SET, false, 6,
	  { VXM_ATTR_FILTER, VXM_ATTR_GENERATION, VXM_ATTR_RULE } },
	{ VXM_CMD_FILTER_DEL, false, 2, { VXM_ATTR_FILTER } },
	{ VXM_CMD_FILTER_GET, false, 2, { VXM_ATTR_FILTER } },
	{ VXM_CMD_FILTER_GET, true, 2, { 0 } },
	{ VXM_CMD_RULE_GET, true, 3, { VXM_ATTR_FILTER } },
	{ VXM_CMD_SESSION_NEW, false, 5,
	  { VXM_ATTR_PORT, VXM_ATTR_VNI, VXM_ATTR_SOURCE_IPV4,
	    VXM_ATTR_SOURCE_IPV6, VXM_ATTR_NAME, VXM_ATTR_MAC,
	    VXM_ATTR_FILTER, VXM_ATTR_SNAPLEN, VXM_ATTR_ACTION } },
	{ VXM_CMD_SESSION_SET, false, 4,
	  { VXM_ATTR_PORT, VXM_ATTR_VNI, VXM_ATTR_SOURCE_IPV4,
	    VXM_ATTR_SOURCE_IPV6, VXM_ATTR_NAME, VXM_ATTR_MAC,
	    VXM_ATTR_FILTER, VXM_ATTR_SNAPLEN, VXM_ATTR_ACTION } },
};

/* Writes a value of an attribute's own kind; returns its length. */
static __u32 put_number(unsigned char *p, __u32 value, __u32 len)
{
	__u16 half = value;

	if (len == 2)
		memcpy(p, &half, 2);
	else if (len == 1)
		p[0] = value;
	else
		memcpy(p, &value, 4);
	return len;
}

static __u32 put_name(struct random *r, unsigned char *p)
{
	static const char * const odd[] = {
		"lo", "", ".", "..", "nf/0", "nf%d", "nf 0", "n:0", "%s",
		"fifteen-letters", "sixteen-letters-", "\xff\xfe", "no-such",
	};
	static const char * const names[] = { "nf0", "nf1", "nf2", "nf3" };
	const char *name = random_one_in(r, 16) ? random_pick(r, odd) :
						  random_pick(r, names);

	strcpy((char *)p, name);
	return strlen(name) + 1;
}

static __u32 put_filter_name(struct random *r, unsigned char *p)
{
	static const char * const odd[] = {
		"", ".f", "f 1", "f/1", "\xff\xfe", "no-such",
		"thirty-one-characters-are-fine-", "thirty-two-characters-are-not-so",
	};
	static const char * const names[] = { "f0", "f1", "f2", "f3" };
	const char *name = random_one_in(r, 16) ? random_pick(r, odd) :
						  random_pick(r, names);

	strcpy((char *)p, name);
	return strlen(name) + 1;
}

static __u32 pick_vni(struct random *r)
{
	static const __u32 odd[] = {
		VXM_VNI_MAX, VXM_VNI_MAX - 1, VXM_VNI_MAX + 1, UINT32_MAX
	};

	if (random_one_in(r, 16))
		return random_pick(r, odd);
	if (random_one_in(r, 8))
		return random_u32(r) & VXM_VNI_MAX;
	return random_below(r, 12);
}

static __u32 pick_port(struct random *r)
{
	/* 9 is another's: see netlink.c */
	static const __u16 odd[] = { 0, 1, 9, 65535 };

	if (random_one_in(r, 16))
		return random_pick(r, odd);
	if (random_one_in(r, 16))
		return random_u32(r);
	return VXM_PORT_DEFAULT + random_below(r, 4);
}

static __u32 pick_number(struct random *r, int type)
{
	static const __u32 mtus[] = {
		0, 1279, 1280, 1500, 9216, 9000, 65535, 65536, UINT32_MAX
	};
	static const __u32 limits[] = {
		0, 1, 2, 63, 64, 65, 65535, 65536, 65537, 31536000, 31536001,
		UINT32_MAX, 1 << 20, 16 << 20
	};
	static const unsigned char bools[] = { 0, 1, 1, 1, 2, 255 };
	static const __u32 snaplens[] = {
		0, 13, 14, 64, 96, 128, 65535, 65536, UINT32_MAX
	};
	static const __u16 vlans[] = { 0, 1, 2, 3, 4093, 4094, 4095, 65535 };
	static const unsigned char bits[] = { 0, 0, 0, 1, 8, 32, 33, 128, 129 };
	static const unsigned char protocols[] = { 0, 1, 6, 6, 17, 17, 58, 255 };

	switch (type) {
	case VXM_ATTR_REPAIR:
	case VXM_ATTR_SOURCES:
	case VXM_ATTR_DIRECTION:
	case VXM_ATTR_ACTION:
		return random_pick(r, bools);
	case VXM_ATTR_SNAPLEN:
		return random_pick(r, snaplens);
	case VXM_ATTR_VLAN:
	case VXM_ATTR_VLAN_LAST:
		return random_pick(r, vlans);
	case VXM_ATTR_SRC_LEN:
	case VXM_ATTR_DST_LEN:
		return random_pick(r, bits);
	case VXM_ATTR_PROTOCOL:
		return random_pick(r, protocols);
	case VXM_ATTR_RULE_NUMBER:
		return random_one_in(r, 64) ? random_u32(r) :
					      random_from(r, 1, 32766);
	case VXM_ATTR_GENERATION:
		return random_below(r, 64);
	case VXM_ATTR_SRC_PORT ... VXM_ATTR_DST_PORT_LAST:
		return random_u32(r);
	case VXM_ATTR_SRC_IPV4:
	case VXM_ATTR_DST_IPV4:
		return random_one_in(r, 4) ? random_u32(r) : 0;
	case VXM_ATTR_MTU:
		return random_pick(r, mtus);
	case VXM_ATTR_UP:
	case VXM_ATTR_FRONT:
		return random_pick(r, bools);
	case VXM_ATTR_PORT:
		return pick_port(r);
	case VXM_ATTR_VNI:
	case VXM_ATTR_VNI_LAST:
		return pick_vni(r);
	case VXM_ATTR_SOURCE_IPV4:
		return htonl(INADDR_LOOPBACK + random_below(r, 5));
	default:
		return random_one_in(r, 4) ? random_u32(r) :
					     random_pick(r, limits);
	}
}

/* Writes content that fits the attribute; returns its length. */
static __u32 put_content(struct random *r, unsigned char *p, int type)
{
	switch (type) {
	case VXM_ATTR_FILTER:
		return put_filter_name(r, p);
	case VXM_ATTR_MAC:
		random_fill(r, p, 6);
		return 6;
	case VXM_ATTR_SRC_IPV6:
	case VXM_ATTR_DST_IPV6:
	case VXM_ATTR_RESOLVER_IPV6:
		memset(p, 0, 16);
		return 16;
	case VXM_ATTR_AMAZON_DNS:
	case VXM_ATTR_BY_HAND:
		return 0;
	case VXM_ATTR_REPAIR:
	case VXM_ATTR_SOURCES:
	case VXM_ATTR_DIRECTION ... VXM_ATTR_PROTOCOL:
	case VXM_ATTR_SRC_LEN:
	case VXM_ATTR_DST_LEN:
	case VXM_ATTR_MAC_ORIGIN:
		return put_number(p, pick_number(r, type), 1);
	case VXM_ATTR_RULE_NUMBER:
	case VXM_ATTR_SRC_PORT ... VXM_ATTR_DST_PORT_LAST:
	case VXM_ATTR_VLAN ... VXM_ATTR_VLAN_LAST:
		return put_number(p, pick_number(r, type), 2);
	case VXM_ATTR_NAME:
	case VXM_ATTR_IFNAME:
	case VXM_ATTR_CAUSE_NAME:
	case VXM_ATTR_CAUSE_TEXT:
		return put_name(r, p);
	case VXM_ATTR_FORCE:
	case VXM_ATTR_VNI_ANY:
	case VXM_ATTR_PAD:
		return 0;
	case VXM_ATTR_UP:
	case VXM_ATTR_FRONT:
		return put_number(p, pick_number(r, type), 1);
	case VXM_ATTR_PORT:
		return put_number(p, pick_number(r, type), 2);
	case VXM_ATTR_SOURCE_IPV6:
		memset(p, 0, 16);
		p[15] = random_below(r, 3);
		return 16;
	case VXM_ATTR_RECEIVED_PACKETS ... VXM_ATTR_UNATTRIBUTED_PACKETS:
	case VXM_ATTR_CAUSE_PACKETS:
	case VXM_ATTR_SESSION_MEMORY_USED:
	case VXM_ATTR_EARLY_PACKETS ... VXM_ATTR_SOCKET_PACKETS:
	case VXM_ATTR_HIT_PACKETS ... VXM_ATTR_UNMATCHED_PACKETS:
	case VXM_ATTR_REPAIRED_PACKETS ... VXM_ATTR_UNDIRECTED_PACKETS:
		random_fill(r, p, 8);
		return 8;
	default:
		return put_number(p, pick_number(r, type), 4);
	}
}

/* Adds an attribute at the request's end. */
static void put_attr(struct random *r, struct request *q, int type)
{
	struct nlattr attr = { .nla_type = type };
	unsigned char *p = q->data + q->len;
	__u32 len = put_content(r, p + NLA_HDRLEN, type);

	attr.nla_len = NLA_HDRLEN + len;
	memcpy(p, &attr, sizeof(attr));
	memset(p + attr.nla_len, 0, NLA_ALIGN(attr.nla_len) - attr.nla_len);
	q->len += NLA_ALIGN(attr.nla_len);
}

/* A rule: mostly one that can be. */
static void put_rule(struct random *r, struct request *q)
{
	static const unsigned char needed[] = {
		VXM_ATTR_RULE_NUMBER, VXM_ATTR_DIRECTION, VXM_ATTR_ACTION,
	};
	static const unsigned char ends[][2] = {
		{ VXM_ATTR_SRC_IPV4, VXM_ATTR_SRC_LEN },
		{ VXM_ATTR_DST_IPV4, VXM_ATTR_DST_LEN },
		{ VXM_ATTR_SRC_IPV6, VXM_ATTR_SRC_LEN },
		{ VXM_ATTR_SRC_PORT, VXM_ATTR_PROTOCOL },
		{ VXM_ATTR_DST_PORT, VXM_ATTR_PROTOCOL },
		{ VXM_ATTR_AMAZON_DNS, VXM_ATTR_RESOLVER_IPV4 },
	};
	struct nlattr attr = { .nla_type = VXM_ATTR_RULE | NLA_F_NESTED };
	__u32 start = q->len;
	unsigned int i;

	q->len += NLA_HDRLEN;
	for (i = 0; i < ARRAY_SIZE(needed); i++)
		if (!random_one_in(r, 256))
			put_attr(r, q, needed[i]);
	if (random_one_in(r, 2)) {
		i = random_below(r, ARRAY_SIZE(ends));
		put_attr(r, q, ends[i][0]);
		put_attr(r, q, ends[i][1]);
	}
	if (random_one_in(r, 64))
		put_attr(r, q, random_below(r, VXM_ATTR_MAX + 1));
	attr.nla_len = q->len - start;
	memcpy(q->data + start, &attr, sizeof(attr));
}

static void put_rules(struct random *r, struct request *q)
{
	unsigned int n = random_one_in(r, 16) ? random_below(r, RULES_MAX + 1) :
						random_below(r, 4);

	while (n--)
		put_rule(r, q);
}

/* Of the words that exclude each other, mostly one. */
static bool is_wanted(struct random *r, int type, __u32 turn)
{
	if (random_one_in(r, 32))
		return random_one_in(r, 2);
	switch (type) {
	case VXM_ATTR_VNI_ANY:
		return turn % 8 == 0;
	case VXM_ATTR_VNI:
		return turn % 8 != 0;
	case VXM_ATTR_VNI_LAST:
		return turn % 8 > 4;
	case VXM_ATTR_SOURCE_IPV6:
		return turn % 4 == 0;
	case VXM_ATTR_SOURCE_IPV4:
		return turn % 4 != 0;
	case VXM_ATTR_IFNAME:
	case VXM_ATTR_FRONT:
		return !random_one_in(r, 16);
	case VXM_ATTR_GENERATION:
	case VXM_ATTR_VLAN_LAST:
		return random_one_in(r, 16);
	case VXM_ATTR_VLAN:
	case VXM_ATTR_SNAPLEN:
		return random_one_in(r, 4);
	default:
		return random_one_in(r, 2);
	}
}

static const struct template *pick_template(struct random *r)
{
	unsigned int all = 0;
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(templates); i++)
		all += templates[i].weight;
	n = random_below(r, all);
	for (i = 0; n >= templates[i].weight; i++)
		n -= templates[i].weight;
	return &templates[i];
}

/* An attribute's header in place of another, and what is wrong with it. */
static void mutate_attr(struct random *r, unsigned char *p, __u32 left)
{
	static const __u16 lengths[] = { 0, 1, 3, 4, 5, 6, 7, 8, 20, 0xffff };
	struct nlattr attr;

	memcpy(&attr, p, sizeof(attr));
	switch (random_below(r, 6)) {
	case 0:
		attr.nla_type = random_below(r, VXM_ATTR_MAX + 3);
		break;
	case 1:
		attr.nla_type |= NLA_F_NESTED;
		break;
	case 2:
		attr.nla_type |= NLA_F_NET_BYTEORDER;
		break;
	case 3:
		attr.nla_type = random_u32(r);
		break;
	case 4:
		attr.nla_len = random_pick(r, lengths);
		break;
	case 5:
		attr.nla_len = random_below(r, left + 8);
		break;
	}
	memcpy(p, &attr, sizeof(attr));
}

/* Where an attribute begins, or where there is none: the end. */
static __u32 find_attr(struct random *r, const struct request *q, __u32 first)
{
	unsigned int skip = random_below(r, 4);
	__u32 at = first;
	struct nlattr attr;

	while (at + NLA_HDRLEN <= q->len && skip--) {
		memcpy(&attr, q->data + at, sizeof(attr));
		if (attr.nla_len < NLA_HDRLEN ||
		    at + NLA_ALIGN(attr.nla_len) + NLA_HDRLEN > q->len)
			break;
		at += NLA_ALIGN(attr.nla_len);
	}
	return at + NLA_HDRLEN <= q->len ? at : q->len;
}

/* Puts all attributes so far into one, as if they were a cause. */
static void nest(struct random *r, struct request *q, __u32 first)
{
	struct nlattr attr = {
		.nla_type = random_one_in(r, 2) ? VXM_ATTR_CAUSE :
			    random_below(r, VXM_ATTR_MAX + 2),
		.nla_len = q->len - first + NLA_HDRLEN,
	};

	if (random_one_in(r, 2))
		attr.nla_type |= NLA_F_NESTED;
	memmove(q->data + first + NLA_HDRLEN, q->data + first, q->len - first);
	memcpy(q->data + first, &attr, sizeof(attr));
	q->len += NLA_HDRLEN;
}

/* One mutation of a message's attributes, the first of which is at first. */
static void mutate_attrs(struct random *r, struct request *q, __u32 first)
{
	__u32 at = find_attr(r, q, first);
	__u32 n;

	switch (random_below(r, 8)) {
	case 0 ... 2:
		if (at < q->len)
			mutate_attr(r, q->data + at, q->len - at);
		break;
	case 3:
		put_attr(r, q, random_below(r, VXM_ATTR_MAX + 3));
		break;
	case 4:
		/* the same once more, with another value */
		if (at < q->len)
			put_attr(r, q, q->data[at + 2]);
		break;
	case 5:
		nest(r, q, first);
		break;
	case 6:
		if (q->len > first)
			q->data[random_from(r, first, q->len - 1)] ^=
				1 << random_below(r, 8);
		break;
	case 7:
		/* something behind the last, at times very much */
		n = random_one_in(r, 8) ? random_below(r, 60000) :
					  random_below(r, 40);
		if (q->len + n + 1000 < REQUEST_SIZE) {
			random_fill(r, q->data + q->len, n);
			q->len += n;
		}
		break;
	}
}

static void mutate_headers(struct random *r, struct nlmsghdr *header,
			   struct genlmsghdr *genl)
{
	static const __u16 flags[] = {
		NLM_F_ECHO, NLM_F_ROOT, NLM_F_MATCH, NLM_F_ATOMIC,
		NLM_F_REPLACE | NLM_F_CREATE, NLM_F_MULTI, NLM_F_DUMP,
	};

	switch (random_below(r, 6)) {
	case 0:
		genl->cmd = random_below(r, VXM_CMD_MAX + 3);
		break;
	case 1:
		genl->version = random_u32(r);
		break;
	case 2:
		genl->reserved = random_u32(r);
		break;
	case 3:
		header->nlmsg_flags ^= random_pick(r, flags);
		break;
	case 4:
		header->nlmsg_flags = random_u32(r) | NLM_F_REQUEST;
		break;
	case 5:
		header->nlmsg_len = random_below(r, header->nlmsg_len + 8);
		break;
	}
}

static void put_message(struct requester *s, struct request *q)
{
	struct message *m = &q->message[q->n_messages];
	const struct template *t = pick_template(&s->random);
	struct random *r = &s->random;
	__u32 first = q->len + NLMSG_HDRLEN + GENL_HDRLEN;
	struct nlmsghdr header = {
		.nlmsg_type = s->family,
		.nlmsg_flags = NLM_F_REQUEST | (t->dump ? NLM_F_DUMP : 0),
		.nlmsg_seq = q->seq + q->n_messages,
	};
	struct genlmsghdr genl = { .cmd = t->cmd, .version = 1 };
	__u32 turn = random_u32(r);
	unsigned int i;

	m->offset = q->len;
	q->len = first;
	for (i = 0; i < ATTRS_MAX && t->attrs[i]; i++)
		if (t->attrs[i] == VXM_ATTR_RULE)
			put_rules(r, q);
		else if (is_wanted(r, t->attrs[i], turn))
			put_attr(r, q, t->attrs[i]);
	while (random_one_in(r, 4))
		mutate_attrs(r, q, first);

	header.nlmsg_len = q->len - m->offset;
	if (random_one_in(r, 16))
		mutate_headers(r, &header, &genl);
	if (s->meek || !random_one_in(r, 8))
		header.nlmsg_flags |= NLM_F_ACK;
	m->cmd = genl.cmd;
	m->dump = (header.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	m->sound = header.nlmsg_len >= NLMSG_HDRLEN + GENL_HDRLEN &&
		   header.nlmsg_len <= q->len - m->offset;
	m->asks = header.nlmsg_flags & NLM_F_ACK;
	m->answered = false;
	memcpy(q->data + m->offset, &header, sizeof(header));
	memcpy(q->data + m->offset + NLMSG_HDRLEN, &genl, sizeof(genl));
	memset(q->data + q->len, 0, NLMSG_ALIGN(q->len) - q->len);
	q->len = NLMSG_ALIGN(q->len);
	q->n_messages++;
}

/* Makes a request: mostly one message, at times several. */
void request_make(struct requester *s, struct request *q)
{
	unsigned int n = 1;

	if (random_one_in(&s->random, 32))
		n = random_from(&s->random, 2, MESSAGES_MAX);
	q->len = 0;
	q->seq = s->seq + 1;
	q->n_messages = 0;
	while (q->n_messages < n && q->len + 70000 < REQUEST_SIZE)
		put_message(s, q);
	s->seq += q->n_messages;
}
