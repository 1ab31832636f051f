// SPDX-License-Identifier: GPL-2.0
/*
 * Takes messages of the family apart, and says whether they hold what the UAPI
 * header promises, no less and no more.
 */
#include <arpa/inet.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "tap.h"

enum content {
	CONTENT_NONE,	/* never in a message from the kernel */
	CONTENT_U8,
	CONTENT_U16,
	CONTENT_U32,
	CONTENT_U64,
	CONTENT_FLAG,
	CONTENT_IPV4,
	CONTENT_IPV6,
	CONTENT_MAC,
	CONTENT_STRING,
	CONTENT_CAUSE,
};

#define ATTR(attr, what) \
	[VXM_ATTR_##attr] = { .name = #attr, .content = CONTENT_##what }

static const struct {
	const char	*name;
	enum content	content;
} attrs[VXM_ATTR_MAX + 1] = {
	ATTR(UNSPEC, NONE),
	ATTR(PAD, NONE),
	ATTR(IFNAME, STRING),
	ATTR(IFINDEX, U32),
	ATTR(MTU, U32),
	ATTR(UP, U8),
	ATTR(FORCE, NONE),
	ATTR(PORT, U16),
	ATTR(VNI, U32),
	ATTR(VNI_LAST, U32),
	ATTR(VNI_ANY, FLAG),
	ATTR(SOURCE_IPV4, IPV4),
	ATTR(SOURCE_IPV6, IPV6),
	ATTR(RECEIVED_PACKETS, U64),
	ATTR(RECEIVED_BYTES, U64),
	ATTR(DELIVERED_PACKETS, U64),
	ATTR(DELIVERED_BYTES, U64),
	ATTR(TRUNCATED_PACKETS, U64),
	ATTR(UNATTRIBUTED_PACKETS, U64),
	ATTR(CAUSE, CAUSE),
	ATTR(CAUSE_ID, U32),
	ATTR(CAUSE_NAME, STRING),
	ATTR(CAUSE_TEXT, STRING),
	ATTR(CAUSE_PACKETS, U64),
	ATTR(TX_REFUSED, U64),
	ATTR(OVERCOUNT, U64),
	ATTR(FIRST_SEEN, U64),
	ATTR(LAST_SEEN, U64),
	ATTR(MAX_VNIS, U32),
	ATTR(MAX_PORTS, U32),
	ATTR(MAX_SESSIONS, U32),
	ATTR(SESSION_MEMORY, U32),
	ATTR(SESSION_IDLE, U32),
	ATTR(VNIS, U32),
	ATTR(PORTS, U32),
	ATTR(SESSIONS, U32),
	ATTR(SESSION_MEMORY_USED, U64),
	ATTR(FRONT, U8),
	ATTR(EARLY_PACKETS, U64),
	ATTR(SOCKET_PACKETS, U64),
	ATTR(FILTER, STRING),
	ATTR(RULE, NONE),
	ATTR(RULE_NUMBER, U16),
	ATTR(DIRECTION, U8),
	ATTR(ACTION, U8),
	ATTR(PROTOCOL, U8),
	ATTR(SRC_IPV4, IPV4),
	ATTR(SRC_IPV6, IPV6),
	ATTR(SRC_LEN, U8),
	ATTR(DST_IPV4, IPV4),
	ATTR(DST_IPV6, IPV6),
	ATTR(DST_LEN, U8),
	ATTR(SRC_PORT, U16),
	ATTR(SRC_PORT_LAST, U16),
	ATTR(DST_PORT, U16),
	ATTR(DST_PORT_LAST, U16),
	ATTR(AMAZON_DNS, FLAG),
	ATTR(RESOLVER_IPV4, IPV4),
	ATTR(RESOLVER_IPV6, IPV6),
	ATTR(HIT_PACKETS, U64),
	ATTR(UNMATCHED_PACKETS, U64),
	ATTR(RULES, U32),
	ATTR(USERS, U32),
	ATTR(GENERATION, U32),
	ATTR(VLAN, U16),
	ATTR(VLAN_LAST, U16),
	ATTR(SNAPLEN, U32),
	ATTR(REPAIR, U8),
	ATTR(SOURCES, U8),
	ATTR(REPAIRED_PACKETS, U64),
	ATTR(UNREPAIRABLE_PACKETS, U64),
	ATTR(UNDIRECTED_PACKETS, U64),
	ATTR(NAME, STRING),
	ATTR(MAC, MAC),
	ATTR(MAC_ORIGIN, U8),
	ATTR(BY_HAND, FLAG),
};

#define CMD(cmd) \
	[VXM_CMD_##cmd] = #cmd

static const char * const cmds[VXM_CMD_MAX + 1] = {
	CMD(UNSPEC), CMD(DEV_NEW), CMD(DEV_SET), CMD(DEV_DEL), CMD(DEV_GET),
	CMD(VNI_NEW), CMD(VNI_SET), CMD(VNI_DEL), CMD(VNI_GET),
	CMD(SESSION_DEL), CMD(SESSION_GET), CMD(UNKNOWN_DEL), CMD(UNKNOWN_GET),
	CMD(CAUSE_GET), CMD(NET_SET), CMD(NET_GET), CMD(DEV_NEW_NTF),
	CMD(DEV_SET_NTF), CMD(DEV_DEL_NTF), CMD(VNI_NEW_NTF), CMD(VNI_SET_NTF),
	CMD(VNI_DEL_NTF), CMD(SESSION_NEW_NTF), CMD(SESSION_DEL_NTF),
	CMD(UNKNOWN_NEW_NTF), CMD(PORT_SET), CMD(PORT_GET), CMD(PORT_SET_NTF),
	CMD(FILTER_NEW), CMD(FILTER_SET), CMD(FILTER_DEL), CMD(FILTER_GET),
	CMD(FILTER_NEW_NTF), CMD(FILTER_SET_NTF), CMD(FILTER_DEL_NTF),
	CMD(RULE_GET), CMD(SESSION_NEW), CMD(SESSION_SET), CMD(SESSION_SET_NTF),
};

/* What a message about each kind of object holds, less its key. */
static const int dev_attrs[] = {
	VXM_ATTR_IFNAME, VXM_ATTR_IFINDEX, VXM_ATTR_MTU, VXM_ATTR_UP,
	VXM_ATTR_VNIS, VXM_ATTR_DELIVERED_PACKETS, VXM_ATTR_DELIVERED_BYTES,
	VXM_ATTR_TX_REFUSED, 0
};

static const int vni_attrs[] = {
	VXM_ATTR_PORT, VXM_ATTR_IFNAME, VXM_ATTR_IFINDEX,
	VXM_ATTR_RECEIVED_PACKETS, VXM_ATTR_RECEIVED_BYTES,
	VXM_ATTR_DELIVERED_PACKETS, VXM_ATTR_DELIVERED_BYTES,
	VXM_ATTR_TRUNCATED_PACKETS, VXM_ATTR_UNATTRIBUTED_PACKETS,
	VXM_ATTR_REPAIRED_PACKETS, VXM_ATTR_UNREPAIRABLE_PACKETS,
	VXM_ATTR_UNDIRECTED_PACKETS, 0
};

static const int vni_settings[] = {
	VXM_ATTR_VLAN, VXM_ATTR_VLAN_LAST, VXM_ATTR_SNAPLEN, VXM_ATTR_REPAIR,
	VXM_ATTR_SOURCES, VXM_ATTR_FILTER, 0
};

static const int port_attrs[] = {
	VXM_ATTR_PORT, VXM_ATTR_FRONT, VXM_ATTR_VNIS, VXM_ATTR_EARLY_PACKETS,
	VXM_ATTR_SOCKET_PACKETS, 0
};

static const int session_attrs[] = {
	VXM_ATTR_PORT, VXM_ATTR_VNI, VXM_ATTR_RECEIVED_PACKETS,
	VXM_ATTR_RECEIVED_BYTES, VXM_ATTR_TRUNCATED_PACKETS,
	VXM_ATTR_FIRST_SEEN, 0
};

static const int session_settings[] = {
	VXM_ATTR_BY_HAND, VXM_ATTR_NAME, VXM_ATTR_FILTER, VXM_ATTR_SNAPLEN,
	VXM_ATTR_ACTION, VXM_ATTR_MAC, VXM_ATTR_MAC_ORIGIN, VXM_ATTR_LAST_SEEN,
	0
};

static const int filter_attrs[] = {
	VXM_ATTR_FILTER, VXM_ATTR_RULES, VXM_ATTR_USERS, VXM_ATTR_GENERATION,
	VXM_ATTR_UNMATCHED_PACKETS, 0
};

static const int rule_attrs[] = {
	VXM_ATTR_FILTER, VXM_ATTR_RULE_NUMBER, VXM_ATTR_DIRECTION,
	VXM_ATTR_ACTION, VXM_ATTR_HIT_PACKETS, 0
};

static const int rule_matches[] = {
	VXM_ATTR_PROTOCOL, VXM_ATTR_SRC_IPV4, VXM_ATTR_SRC_IPV6,
	VXM_ATTR_SRC_LEN, VXM_ATTR_DST_IPV4, VXM_ATTR_DST_IPV6,
	VXM_ATTR_DST_LEN, VXM_ATTR_SRC_PORT, VXM_ATTR_SRC_PORT_LAST,
	VXM_ATTR_DST_PORT, VXM_ATTR_DST_PORT_LAST, VXM_ATTR_AMAZON_DNS,
	VXM_ATTR_RESOLVER_IPV4, VXM_ATTR_RESOLVER_IPV6, 0
};

static const int unknown_attrs[] = {
	VXM_ATTR_PORT, VXM_ATTR_VNI, VXM_ATTR_RECEIVED_PACKETS,
	VXM_ATTR_RECEIVED_BYTES, VXM_ATTR_OVERCOUNT,
	VXM_ATTR_FIRST_SEEN, VXM_ATTR_LAST_SEEN, 0
};

static const int cause_attrs[] = {
	VXM_ATTR_CAUSE_ID, VXM_ATTR_CAUSE_NAME, VXM_ATTR_CAUSE_TEXT,
	VXM_ATTR_CAUSE_PACKETS, 0
};

static const int net_attrs[] = {
	VXM_ATTR_MAX_VNIS, VXM_ATTR_MAX_PORTS, VXM_ATTR_MAX_SESSIONS,
	VXM_ATTR_SESSION_MEMORY, VXM_ATTR_SESSION_IDLE, VXM_ATTR_VNIS,
	VXM_ATTR_PORTS, VXM_ATTR_SESSIONS, VXM_ATTR_SESSION_MEMORY_USED,
	VXM_ATTR_RECEIVED_PACKETS, VXM_ATTR_RECEIVED_BYTES,
	VXM_ATTR_DELIVERED_PACKETS, VXM_ATTR_DELIVERED_BYTES,
	VXM_ATTR_TRUNCATED_PACKETS, VXM_ATTR_UNATTRIBUTED_PACKETS,
	VXM_ATTR_REPAIRED_PACKETS, VXM_ATTR_UNREPAIRABLE_PACKETS,
	VXM_ATTR_UNDIRECTED_PACKETS, 0
};

static const int *promised(int cmd)
{
	switch (cmd) {
	case VXM_CMD_DEV_GET:
	case VXM_CMD_DEV_NEW_NTF:
	case VXM_CMD_DEV_SET_NTF:
	case VXM_CMD_DEV_DEL_NTF:
		return dev_attrs;
	case VXM_CMD_VNI_GET:
	case VXM_CMD_VNI_NEW_NTF:
	case VXM_CMD_VNI_SET_NTF:
	case VXM_CMD_VNI_DEL_NTF:
		return vni_attrs;
	case VXM_CMD_PORT_GET:
	case VXM_CMD_PORT_SET_NTF:
		return port_attrs;
	case VXM_CMD_SESSION_GET:
	case VXM_CMD_SESSION_NEW_NTF:
	case VXM_CMD_SESSION_SET_NTF:
	case VXM_CMD_SESSION_DEL_NTF:
		return session_attrs;
	case VXM_CMD_FILTER_GET:
	case VXM_CMD_FILTER_NEW_NTF:
	case VXM_CMD_FILTER_SET_NTF:
	case VXM_CMD_FILTER_DEL_NTF:
		return filter_attrs;
	case VXM_CMD_RULE_GET:
		return rule_attrs;
	case VXM_CMD_UNKNOWN_GET:
	case VXM_CMD_UNKNOWN_NEW_NTF:
		return unknown_attrs;
	case VXM_CMD_CAUSE_GET:
		return cause_attrs;
	case VXM_CMD_NET_GET:
		return net_attrs;
	default:
		return NULL;
	}
}

const char *attr_name(int type)
{
	return type >= 0 && type <= VXM_ATTR_MAX ? attrs[type].name : "?";
}

const char *cmd_name(int cmd)
{
	return cmd >= 0 && cmd <= VXM_CMD_MAX ? cmds[cmd] : "?";
}

static void fault(struct record *record, const char *what, int type)
{
	if (!record->fault[0])
		snprintf(record->fault, sizeof(record->fault), "%s: %s %s (%d)",
			 cmd_name(record->cmd), what, attr_name(type), type);
}

static void parse_string(struct record *record, struct nlattr *attr,
			 char *text, size_t size)
{
	size_t len = nla_len(attr);

	if (!len || len > size || strnlen(nla_data(attr), len) != len - 1)
		fault(record, "no proper string in", nla_type(attr));
	else
		memcpy(text, nla_data(attr), len);
}

/* Where a record keeps a string; each has a place of its own. */
static void parse_strings(struct record *record, struct nlattr *attr)
{
	switch (nla_type(attr)) {
	case VXM_ATTR_IFNAME:
		parse_string(record, attr, record->ifname,
			     sizeof(record->ifname));
		break;
	case VXM_ATTR_CAUSE_NAME:
		parse_string(record, attr, record->cause_name,
			     sizeof(record->cause_name));
		break;
	case VXM_ATTR_FILTER:
		parse_string(record, attr, record->filter,
			     sizeof(record->filter));
		break;
	case VXM_ATTR_NAME:
		parse_string(record, attr, record->name, sizeof(record->name));
		break;
	default:
		parse_string(record, attr, record->cause_text,
			     sizeof(record->cause_text));
	}
}

static void parse_cause(struct record *record, struct nlattr *nest)
{
	struct nlattr *id = nla_find(nla_data(nest), nla_len(nest),
				     VXM_ATTR_CAUSE_ID);
	struct nlattr *packets = nla_find(nla_data(nest), nla_len(nest),
					  VXM_ATTR_CAUSE_PACKETS);
	__u32 i;

	if (!nla_is_nested(nest) || !id || nla_len(id) != 4 || !packets ||
	    nla_len(packets) != 8) {
		fault(record, "something missing in", VXM_ATTR_CAUSE);
		return;
	}
	i = nla_get_u32(id);
	if (i >= __VXM_CAUSE_MAX || record->has_cause[i]) {
		fault(record, "cause unknown or twice in", VXM_ATTR_CAUSE);
		return;
	}
	record->has_cause[i] = true;
	record->cause[i] = nla_get_u64(packets);
}

static void parse_attr(struct record *record, struct nlattr *attr)
{
	static const int lengths[] = {
		[CONTENT_U8] = 1, [CONTENT_U16] = 2, [CONTENT_U32] = 4,
		[CONTENT_U64] = 8, [CONTENT_FLAG] = 0, [CONTENT_IPV4] = 4,
		[CONTENT_IPV6] = 16, [CONTENT_MAC] = 6,
	};
	int type = nla_type(attr);
	enum content content;

	if (type == VXM_ATTR_PAD)
		return;
	if (type > VXM_ATTR_MAX || attrs[type].content == CONTENT_NONE) {
		fault(record, "unexpected", type);
		return;
	}
	content = attrs[type].content;
	if (record->has[type] && content != CONTENT_CAUSE)
		fault(record, "twice", type);
	record->has[type] = true;
	if (content < CONTENT_STRING && nla_len(attr) != lengths[content]) {
		fault(record, "wrong length of", type);
		return;
	}
	switch (content) {
	case CONTENT_U8:
		record->value[type] = nla_get_u8(attr);
		break;
	case CONTENT_U16:
		record->value[type] = nla_get_u16(attr);
		break;
	case CONTENT_U32:
	case CONTENT_IPV4:
		record->value[type] = nla_get_u32(attr);
		break;
	case CONTENT_U64:
		record->value[type] = nla_get_u64(attr);
		break;
	case CONTENT_IPV6:
		memcpy(record->ipv6[type], nla_data(attr), 16);
		break;
	case CONTENT_MAC:
		memcpy(record->mac, nla_data(attr), sizeof(record->mac));
		break;
	case CONTENT_STRING:
		parse_strings(record, attr);
		break;
	case CONTENT_CAUSE:
		parse_cause(record, attr);
		break;
	case CONTENT_FLAG:
	case CONTENT_NONE:
		break;
	}
}

void record_parse(struct record *record, struct nlmsghdr *message)
{
	struct genlmsghdr *header = nlmsg_data(message);
	struct nlattr *attr;
	int left;

	memset(record, 0, sizeof(*record));
	record->cmd = header->cmd;
	if (header->version != VXM_GENL_VERSION)
		snprintf(record->fault, sizeof(record->fault), "version %d",
			 header->version);
	nla_for_each_attr(attr, genlmsg_attrdata(header, 0),
			  genlmsg_attrlen(header, 0), left)
		parse_attr(record, attr);
}

static void print_value(const struct record *record, FILE *out, int type)
{
	const unsigned char *mac = record->mac;
	__u32 ipv4 = record->value[type];
	char address[INET6_ADDRSTRLEN];

	if (type == VXM_ATTR_IFNAME)
		fputs(record->ifname, out);
	else if (type == VXM_ATTR_CAUSE_NAME)
		fputs(record->cause_name, out);
	else if (type == VXM_ATTR_CAUSE_TEXT)
		fputs(record->cause_text, out);
	else if (type == VXM_ATTR_FILTER)
		fputs(record->filter, out);
	else if (type == VXM_ATTR_NAME)
		fputs(record->name, out);
	else if (attrs[type].content == CONTENT_MAC)
		fprintf(out, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
			mac[2], mac[3], mac[4], mac[5]);
	else if (attrs[type].content == CONTENT_IPV4)
		fputs(inet_ntop(AF_INET, &ipv4, address, sizeof(address)), out);
	else if (attrs[type].content == CONTENT_IPV6)
		fputs(inet_ntop(AF_INET6, record->ipv6[type], address,
				sizeof(address)), out);
	else
		fprintf(out, "%llu", record->value[type]);
}

/*
 * All that the record holds, in a line; without what depends on the time when
 * it was asked for, if so wanted.
 */
char *record_text(const struct record *record, bool with_times)
{
	char *text = NULL;
	size_t size;
	FILE *out;
	int i;

	out = open_memstream(&text, &size);
	if (!out)
		abort();
	for (i = 0; i <= VXM_ATTR_MAX; i++) {
		if (!record->has[i] || i == VXM_ATTR_CAUSE)
			continue;
		if (!with_times &&
		    (i == VXM_ATTR_FIRST_SEEN || i == VXM_ATTR_LAST_SEEN))
			continue;
		fprintf(out, "%s%s=", ftell(out) > 0 ? " " : "", attr_name(i));
		print_value(record, out, i);
	}
	for (i = 0; i < __VXM_CAUSE_MAX; i++)
		if (record->has_cause[i])
			fprintf(out, " CAUSE[%d]=%llu", i, record->cause[i]);
	if (fclose(out))
		abort();
	return text;
}

static void allow(bool *allowed, const int *attrs)
{
	for (; *attrs; attrs++)
		allowed[*attrs] = true;
}

/* What messages hold beside what promised() says: keys, and maybe causes. */
static void check_key(struct record *record, bool *allowed)
{
	const int *want = promised(record->cmd);
	bool v4 = record->has[VXM_ATTR_SOURCE_IPV4];
	bool v6 = record->has[VXM_ATTR_SOURCE_IPV6];

	if (want == session_attrs || want == unknown_attrs) {
		allowed[VXM_ATTR_SOURCE_IPV4] = true;
		allowed[VXM_ATTR_SOURCE_IPV6] = true;
		if (v4 == v6)
			fault(record, "not one of IPv4 and IPv6",
			      VXM_ATTR_SOURCE_IPV4);
	}
	if (want == vni_attrs)
		allow(allowed, vni_settings);
	if (want == session_attrs)
		allow(allowed, session_settings);
	if (want == rule_attrs)
		allow(allowed, rule_matches);
	/* only who has said something of a session knows it before it comes */
	if (want == session_attrs && !record->has[VXM_ATTR_LAST_SEEN] &&
	    !record->has[VXM_ATTR_BY_HAND])
		fault(record, "no", VXM_ATTR_LAST_SEEN);
	if (record->has[VXM_ATTR_MAC] != record->has[VXM_ATTR_MAC_ORIGIN])
		fault(record, "not both of MAC and", VXM_ATTR_MAC_ORIGIN);
	if (want == vni_attrs || want == net_attrs)
		allowed[VXM_ATTR_CAUSE] = true;
	if (want != vni_attrs)
		return;
	allowed[VXM_ATTR_VNI] = true;
	allowed[VXM_ATTR_VNI_LAST] = true;
	allowed[VXM_ATTR_VNI_ANY] = true;
	if (record->has[VXM_ATTR_VNI] == record->has[VXM_ATTR_VNI_ANY])
		fault(record, "not one of", VXM_ATTR_VNI_ANY);
	if (record->has[VXM_ATTR_VNI_LAST] &&
	    (!record->has[VXM_ATTR_VNI] ||
	     record->value[VXM_ATTR_VNI_LAST] <= record->value[VXM_ATTR_VNI]))
		fault(record, "senseless", VXM_ATTR_VNI_LAST);
}

/* Received must be delivered and all causes together. */
static void check_sum(struct record *record)
{
	__u64 sum = record->value[VXM_ATTR_DELIVERED_PACKETS];
	int i;

	if (!record->has[VXM_ATTR_RECEIVED_PACKETS] ||
	    !record->has[VXM_ATTR_DELIVERED_PACKETS])
		return;
	for (i = 0; i < __VXM_CAUSE_MAX; i++) {
		sum += record->cause[i];
		if (record->has_cause[i] && !record->cause[i])
			fault(record, "zero", VXM_ATTR_CAUSE);
	}
	if (sum != record->value[VXM_ATTR_RECEIVED_PACKETS])
		fault(record, "sum is not", VXM_ATTR_RECEIVED_PACKETS);
}

/* What is wrong with a record, or NULL. Counters must be at rest. */
const char *record_fault(struct record *record)
{
	const int *want = promised(record->cmd);
	bool allowed[VXM_ATTR_MAX + 1] = { false };
	int i;

	if (record->fault[0])
		return record->fault;
	if (!want) {
		fault(record, "command", 0);
		return record->fault;
	}
	check_key(record, allowed);
	check_sum(record);
	for (; *want; want++) {
		allowed[*want] = true;
		if (!record->has[*want])
			fault(record, "no", *want);
	}
	for (i = 0; i <= VXM_ATTR_MAX; i++)
		if (record->has[i] && !allowed[i])
			fault(record, "unexpected", i);
	return record->fault[0] ? record->fault : NULL;
}

static int vni_kind(const struct record *record)
{
	return record->has[VXM_ATTR_VNI_ANY] ? 2 :
	       record->has[VXM_ATTR_VNI_LAST] ? 1 : 0;
}

static int compare(__u64 a, __u64 b)
{
	return (a > b) - (a < b);
}

/* The order of dumps: port, then numbers, ranges and any, then first VNI. */
int record_compare_vni(const struct record *a, const struct record *b)
{
	int by_port = compare(a->value[VXM_ATTR_PORT], b->value[VXM_ATTR_PORT]);
	int by_kind = compare(vni_kind(a), vni_kind(b));

	if (by_port)
		return by_port;
	if (by_kind)
		return by_kind;
	return compare(a->value[VXM_ATTR_VNI], b->value[VXM_ATTR_VNI]);
}
