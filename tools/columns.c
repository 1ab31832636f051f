// SPDX-License-Identifier: GPL-2.0
/*
 * Which values an object has, under which keys and headings, and from which
 * netlink attributes they come.
 */
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "columns.h"
#include "words.h"

/* A number, or a range whose last number stands under a key of its own. */
static void format_range(const json_t *row, const char *key, const char *last,
			 char *text, size_t room)
{
	if (json_object_get(row, last))
		snprintf(text, room, "%llu-%llu", out_get(row, key),
			 out_get(row, last));
	else
		snprintf(text, room, "%llu", out_get(row, key));
}

/**
 * columns_vni_text() - the VNIs of a row as a user writes them
 * @row: the row
 * @text: a number, a range or "any"
 * @room: bytes of @text
 */
void columns_vni_text(const json_t *row, char *text, size_t room)
{
	if (json_is_true(json_object_get(row, "vni_any")))
		snprintf(text, room, "any");
	else
		format_range(row, "vni", "vni_last", text, room);
}

static void format_vlan(const json_t *row, char *text, size_t room)
{
	format_range(row, "vlan", "vlan_last", text, room);
}

static void format_source_port(const json_t *row, char *text, size_t room)
{
	format_range(row, "source_port", "source_port_last", text, room);
}

static void format_destination_port(const json_t *row, char *text,
				    size_t room)
{
	format_range(row, "destination_port", "destination_port_last", text,
		     room);
}

/* By name, unless it is 0, which goes by the name "ip", too. */
static void format_protocol(const json_t *row, char *text, size_t room)
{
	unsigned int number = out_get(row, "protocol");
	const struct protoent *entry;

	entry = number ? getprotobynumber(number) : NULL;
	if (entry)
		snprintf(text, room, "%s", entry->p_name);
	else
		snprintf(text, room, "%u", number);
}

static void format_repair(const json_t *row, char *text, size_t room)
{
	snprintf(text, room, "%s",
		 json_is_true(json_object_get(row, "repair")) ? "on" : "off");
}

/**
 * columns_state() - whether a device is up
 * @row: the row
 * @text: "up" or "down"
 * @room: bytes of @text
 */
void columns_state(const json_t *row, char *text, size_t room)
{
	snprintf(text, room, "%s",
		 json_is_true(json_object_get(row, "up")) ? "up" : "down");
}

static void format_age(__u64 ms, char *text, size_t room)
{
	unsigned long long s = ms / 1000;

	if (s < 60)
		snprintf(text, room, "%llus ago", s);
	else if (s < 3600)
		snprintf(text, room, "%llum%02llus ago", s / 60, s % 60);
	else if (s < 86400)
		snprintf(text, room, "%lluh%02llum ago", s / 3600,
			 s / 60 % 60);
	else
		snprintf(text, room, "%llud%02lluh ago", s / 86400,
			 s / 3600 % 24);
}

static void format_first_seen(const json_t *row, char *text, size_t room)
{
	format_age(out_get(row, "first_seen_ms"), text, room);
}

/**
 * columns_last_seen() - how long ago the latest packet came
 * @row: the row
 * @text: such as "3s ago"
 * @room: bytes of @text
 */
void columns_last_seen(const json_t *row, char *text, size_t room)
{
	format_age(out_get(row, "last_seen_ms"), text, room);
}

static void format_causes(const json_t *row, char *text, size_t room)
{
	const json_t *causes = json_object_get(row, "causes");
	const json_t *cause;
	size_t used = 0;
	size_t i;

	for (i = 0; i < json_array_size(causes) && used < room; i++) {
		cause = json_array_get(causes, i);
		used += snprintf(text + used, room - used, "%s%s %llu",
				 i ? ", " : "",
				 json_string_value(json_object_get(cause,
								   "cause")),
				 out_get(cause, "packets"));
	}
}

/* A mirror device. */
const struct out_column columns_dev[] = {
	{ "dev", "DEV", VXM_ATTR_IFNAME, 0, NULL },
	{ "ifindex", NULL, VXM_ATTR_IFINDEX, 0, NULL },
	{ "up", "STATE", VXM_ATTR_UP, 0, columns_state },
	{ "mtu", "MTU", VXM_ATTR_MTU, OUT_RIGHT, NULL },
	{ "vnis", "VNIS", VXM_ATTR_VNIS, OUT_RIGHT, NULL },
	{ "delivered_packets", "DELIVERED", VXM_ATTR_DELIVERED_PACKETS,
	  OUT_RIGHT | OUT_STATS, NULL },
	{ "delivered_bytes", "BYTES", VXM_ATTR_DELIVERED_BYTES,
	  OUT_RIGHT | OUT_STATS, NULL },
	{ "tx_refused", "TX-REFUSED", VXM_ATTR_TX_REFUSED,
	  OUT_RIGHT | OUT_STATS, NULL },
	{ 0 }
};

/* A VNI entry. */
const struct out_column columns_vni[] = {
	{ "port", "PORT", VXM_ATTR_PORT, OUT_RIGHT, NULL },
	{ "vni", "VNI", VXM_ATTR_VNI, 0, columns_vni_text },
	{ "dev", "DEV", VXM_ATTR_IFNAME, 0, NULL },
	{ "ifindex", NULL, VXM_ATTR_IFINDEX, 0, NULL },
	{ "vlan", "VLAN", VXM_ATTR_VLAN, OUT_OPTIONAL, format_vlan },
	{ "snaplen", "SNAPLEN", VXM_ATTR_SNAPLEN, OUT_RIGHT | OUT_OPTIONAL,
	  NULL },
	{ "repair", "REPAIR", VXM_ATTR_REPAIR, OUT_OPTIONAL, format_repair },
	{ "sources", "SOURCES", VXM_ATTR_SOURCES, OUT_OPTIONAL, NULL },
	{ "filter", "FILTER", VXM_ATTR_FILTER, OUT_OPTIONAL, NULL },
	{ "dedup", "DEDUP", VXM_ATTR_DEDUP, OUT_OPTIONAL, NULL },
	{ "received_packets", "RECEIVED", VXM_ATTR_RECEIVED_PACKETS,
	  OUT_RIGHT | OUT_STATS, NULL },
	{ "received_bytes", "BYTES", VXM_ATTR_RECEIVED_BYTES,
	  OUT_RIGHT | OUT_STATS, NULL },
	{ "delivered_packets", "DELIVERED", VXM_ATTR_DELIVERED_PACKETS,
	  OUT_RIGHT | OUT_STATS, NULL },
	{ "delivered_bytes", "BYTES", VXM_ATTR_DELIVERED_BYTES,
	  OUT_RIGHT | OUT_STATS, NULL },
	{ "truncated_packets", "TRUNCATED", VXM_ATTR_TRUNCATED_PACKETS,
	  OUT_RIGHT | OUT_STATS, NULL },
	{ "repaired_packets", "REPAIRED", VXM_ATTR_REPAIRED_PACKETS,
	  OUT_RIGHT | OUT_STATS, NULL },
	{ "unrepairable_packets", "UNREPAIRABLE",
	  VXM_ATTR_UNREPAIRABLE_PACKETS, OUT_RIGHT | OUT_STATS, NULL },
	{ "undirected_packets", "UNDIRECTED", VXM_ATTR_UNDIRECTED_PACKETS,
	  OUT_RIGHT | OUT_STATS, NULL },
	{ "unattributed_packets", "UNATTRIBUTED",
	  VXM_ATTR_UNATTRIBUTED_PACKETS, OUT_RIGHT | OUT_STATS, NULL },
	{ "causes", "CAUSES", VXM_ATTR_CAUSE, OUT_STATS, format_causes },
	{ 0 }
};

/* A port in use. Its counters are what the list is for. */
const struct out_column columns_port[] = {
	{ "port", "PORT", VXM_ATTR_PORT, OUT_RIGHT, NULL },
	{ "front", "FRONT", VXM_ATTR_FRONT, 0, NULL },
	{ "vnis", "VNIS", VXM_ATTR_VNIS, OUT_RIGHT, NULL },
	{ "early_packets", "EARLY", VXM_ATTR_EARLY_PACKETS,
	  OUT_RIGHT | OUT_TABLE, NULL },
	{ "socket_packets", "SOCKET", VXM_ATTR_SOCKET_PACKETS,
	  OUT_RIGHT | OUT_TABLE, NULL },
	{ 0 }
};

/* A session. One made by hand may be one that no packet came of. */
const struct out_column columns_session[] = {
	{ "port", "PORT", VXM_ATTR_PORT, OUT_RIGHT, NULL },
	{ "vni", "VNI", VXM_ATTR_VNI, 0, columns_vni_text },
	{ "source", "SOURCE", VXM_ATTR_SOURCE_IPV4, 0, NULL },
	{ "name", "NAME", VXM_ATTR_NAME, OUT_OPTIONAL, NULL },
	{ "mac", "MAC", VXM_ATTR_MAC, OUT_OPTIONAL, NULL },
	{ "mac_origin", "MAC-ORIGIN", VXM_ATTR_MAC_ORIGIN, OUT_OPTIONAL, NULL },
	{ "by_hand", "BY-HAND", VXM_ATTR_BY_HAND, OUT_OPTIONAL, NULL },
	{ "snaplen", "SNAPLEN", VXM_ATTR_SNAPLEN, OUT_RIGHT | OUT_OPTIONAL,
	  NULL },
	{ "filter", "FILTER", VXM_ATTR_FILTER, OUT_OPTIONAL, NULL },
	{ "action", "ACTION", VXM_ATTR_ACTION, OUT_OPTIONAL, NULL },
	{ "received_packets", "RECEIVED", VXM_ATTR_RECEIVED_PACKETS,
	  OUT_RIGHT | OUT_STATS, NULL },
	{ "received_bytes", "BYTES", VXM_ATTR_RECEIVED_BYTES,
	  OUT_RIGHT | OUT_STATS, NULL },
	{ "truncated_packets", "TRUNCATED", VXM_ATTR_TRUNCATED_PACKETS,
	  OUT_RIGHT | OUT_STATS, NULL },
	{ "first_seen_ms", "FIRST-SEEN", VXM_ATTR_FIRST_SEEN, OUT_TABLE,
	  format_first_seen },
	{ "last_seen_ms", "LAST-SEEN", VXM_ATTR_LAST_SEEN,
	  OUT_TABLE | OUT_OPTIONAL, columns_last_seen },
	{ 0 }
};

/* A filter. */
const struct out_column columns_filter[] = {
	{ "filter", "FILTER", VXM_ATTR_FILTER, 0, NULL },
	{ "rule_count", "RULES", VXM_ATTR_RULES, OUT_RIGHT, NULL },
	{ "users", "USERS", VXM_ATTR_USERS, OUT_RIGHT, NULL },
	{ "unmatched_packets", "UNMATCHED", VXM_ATTR_UNMATCHED_PACKETS,
	  OUT_RIGHT | OUT_STATS, NULL },
	{ 0 }
};

/* One of its rules; the filter's name is put in where it is not known. */
const struct out_column columns_rule[] = {
	{ "filter", "FILTER", 0, 0, NULL },
	{ "direction", "DIRECTION", VXM_ATTR_DIRECTION, 0, NULL },
	{ "number", "NUMBER", VXM_ATTR_RULE_NUMBER, OUT_RIGHT, NULL },
	{ "action", "ACTION", VXM_ATTR_ACTION, 0, NULL },
	{ "protocol", "PROTOCOL", VXM_ATTR_PROTOCOL, OUT_OPTIONAL,
	  format_protocol },
	{ "source", "SOURCE", VXM_ATTR_SRC_IPV4, OUT_OPTIONAL, NULL },
	{ "source_port", "SOURCE-PORT", VXM_ATTR_SRC_PORT, OUT_OPTIONAL,
	  format_source_port },
	{ "destination", "DESTINATION", VXM_ATTR_DST_IPV4, OUT_OPTIONAL, NULL },
	{ "destination_port", "DESTINATION-PORT", VXM_ATTR_DST_PORT,
	  OUT_OPTIONAL, format_destination_port },
	{ "amazon_dns", "AMAZON-DNS", VXM_ATTR_AMAZON_DNS, OUT_OPTIONAL, NULL },
	{ "resolver", "RESOLVER", VXM_ATTR_RESOLVER_IPV4, OUT_OPTIONAL, NULL },
	{ "hit_packets", "HITS", VXM_ATTR_HIT_PACKETS, OUT_RIGHT | OUT_STATS,
	  NULL },
	{ 0 }
};

/* A dedup group in use. */
const struct out_column columns_dedup[] = {
	{ "dedup", "GROUP", VXM_ATTR_DEDUP, 0, NULL },
	{ "window_ms", "WINDOW-MS", VXM_ATTR_DEDUP_WINDOW, OUT_RIGHT, NULL },
	{ "users", "USERS", VXM_ATTR_USERS, OUT_RIGHT, NULL },
	{ "memory", "MEMORY", VXM_ATTR_DEDUP_MEMORY, OUT_RIGHT, NULL },
	{ "evicted_packets", "EVICTED", VXM_ATTR_DEDUP_EVICTED,
	  OUT_RIGHT | OUT_STATS, NULL },
	{ 0 }
};

/* An unknown VNI. Its counters are what the list is for. */
const struct out_column columns_unknown[] = {
	{ "port", "PORT", VXM_ATTR_PORT, OUT_RIGHT, NULL },
	{ "vni", "VNI", VXM_ATTR_VNI, 0, columns_vni_text },
	{ "source", "SOURCE", VXM_ATTR_SOURCE_IPV4, 0, NULL },
	{ "received_packets", "RECEIVED", VXM_ATTR_RECEIVED_PACKETS,
	  OUT_RIGHT | OUT_TABLE, NULL },
	{ "received_bytes", "BYTES", VXM_ATTR_RECEIVED_BYTES,
	  OUT_RIGHT | OUT_TABLE, NULL },
	{ "overcount", "OVERCOUNT", VXM_ATTR_OVERCOUNT,
	  OUT_RIGHT | OUT_TABLE, NULL },
	{ "first_seen_ms", "FIRST-SEEN", VXM_ATTR_FIRST_SEEN, OUT_TABLE,
	  format_first_seen },
	{ "last_seen_ms", "LAST-SEEN", VXM_ATTR_LAST_SEEN, OUT_TABLE,
	  columns_last_seen },
	{ 0 }
};

/* A cause, with the namespace's total. */
const struct out_column columns_causes[] = {
	{ "cause", "CAUSE", VXM_ATTR_CAUSE_NAME, 0, NULL },
	{ "packets", "PACKETS", VXM_ATTR_CAUSE_PACKETS, OUT_RIGHT, NULL },
	{ "text", "MEANING", VXM_ATTR_CAUSE_TEXT, 0, NULL },
	{ 0 }
};

/**
 * columns_cause_array() - the causes of a message that count something
 * @record: the message
 * @texts: with the sentence for the operator
 *
 * Return: an array of objects. A cause of a newer kernel, which this tool does
 * not know, is named by its number.
 */
json_t *columns_cause_array(const struct record *record, bool texts)
{
	static const struct {
		const char *name;
		const char *text;
	} known[__VXM_CAUSE_MAX] = {
#define CAUSE_KNOWN(id, name, text) { name, text },
		VXM_CAUSES(CAUSE_KNOWN)
#undef CAUSE_KNOWN
	};
	json_t *causes = out_array();
	char name[32];
	json_t *cause;
	unsigned int i;
	__u32 id;

	for (i = 0; i < record->causes; i++) {
		id = record->cause[i].id;
		snprintf(name, sizeof(name), "cause-%u", id);
		cause = out_object();
		out_push(causes, cause);
		out_string(cause, "cause",
			   id < CTL_COUNT(known) ? known[id].name : name);
		out_number(cause, "packets", record->cause[i].packets);
		if (texts)
			out_string(cause, "text",
				   id < CTL_COUNT(known) ? known[id].text : "");
	}

	return causes;
}

/* The last number of a range has a key and an attribute of its own. */
static void put_range(json_t *row, const char *key, enum vxm_attr first,
		      const struct record *record)
{
	enum vxm_attr last = first + 1;
	char key_last[64];

	out_number(row, key, record->number[first]);
	if (!record->has[last] || record->number[last] == record->number[first])
		return;
	snprintf(key_last, sizeof(key_last), "%s_last", key);
	out_number(row, key_last, record->number[last]);
}

static bool put_vni(json_t *row, const struct record *record)
{
	if (record->has[VXM_ATTR_VNI_ANY])
		out_put(row, "vni_any", json_true());
	else if (record->has[VXM_ATTR_VNI])
		put_range(row, "vni", VXM_ATTR_VNI, record);
	else
		return false;

	return true;
}

/* What a newer kernel knows, and this tool does not, is a number. */
static void put_choice(json_t *row, const char *key, enum word word,
		       __u64 number)
{
	const char *name = words_choice(word, number);

	if (name)
		out_string(row, key, name);
	else
		out_number(row, key, number);
}

static void put_mac_origin(json_t *row, const char *key, __u64 origin)
{
	static const char *const origins[] = {
		[VXM_MAC_LEARNED] = "learned",
		[VXM_MAC_GIVEN] = "given",
	};

	if (origin < CTL_COUNT(origins))
		out_string(row, key, origins[origin]);
	else
		out_number(row, key, origin);
}

/* Values that are more than one attribute, or one of two. */
static bool put_many(json_t *row, const struct record *record,
		     const struct out_column *column)
{
	char text[RECORD_TEXT];

	switch (column->attr) {
	case VXM_ATTR_VNI:
		return put_vni(row, record);
	case VXM_ATTR_CAUSE:
		out_put(row, column->key, columns_cause_array(record, false));
		return true;
	case VXM_ATTR_SOURCE_IPV4:
	case VXM_ATTR_RESOLVER_IPV4:
		if (!record_address(record, column->attr, text))
			return false;
		break;
	default:
		if (!record_prefix(record, column->attr, text))
			return false;
	}
	out_string(row, column->key, text);

	return true;
}

static void put_one(json_t *row, const struct record *record,
		    const struct out_column *column)
{
	__u64 number = record->number[column->attr];
	const char *key = column->key;
	char text[RECORD_TEXT];

	switch (column->attr) {
	case VXM_ATTR_IFNAME:
		out_string(row, key, record->ifname);
		break;
	case VXM_ATTR_FILTER:
		out_string(row, key, record->filter);
		break;
	case VXM_ATTR_DEDUP:
		out_string(row, key, record->dedup);
		break;
	case VXM_ATTR_NAME:
		out_string(row, key, record->name);
		break;
	case VXM_ATTR_CAUSE_NAME:
		out_string(row, key, record->cause_name);
		break;
	case VXM_ATTR_CAUSE_TEXT:
		out_string(row, key, record->cause_text);
		break;
	case VXM_ATTR_MAC:
		record_mac(record, text);
		out_string(row, key, text);
		break;
	case VXM_ATTR_MAC_ORIGIN:
		put_mac_origin(row, key, number);
		break;
	case VXM_ATTR_FRONT:
		put_choice(row, key, WORD_FRONT, number);
		break;
	case VXM_ATTR_SOURCES:
		put_choice(row, key, WORD_SOURCES, number);
		break;
	case VXM_ATTR_DIRECTION:
		put_choice(row, key, WORD_DIRECTION, number);
		break;
	case VXM_ATTR_ACTION:
		put_choice(row, key, WORD_ACTION, number);
		break;
	case VXM_ATTR_UP:
	case VXM_ATTR_REPAIR:
	case VXM_ATTR_AMAZON_DNS:
	case VXM_ATTR_BY_HAND:
		out_put(row, key, json_boolean(number));
		break;
	case VXM_ATTR_VLAN:
	case VXM_ATTR_SRC_PORT:
	case VXM_ATTR_DST_PORT:
		put_range(row, key, column->attr, record);
		break;
	default:
		out_number(row, key, number);
	}
}

/* Returns false when the message lacks the value. */
static bool put_value(json_t *row, const struct record *record,
		      const struct out_column *column)
{
	switch (column->attr) {
	case VXM_ATTR_VNI:
	case VXM_ATTR_CAUSE:
	case VXM_ATTR_SOURCE_IPV4:
	case VXM_ATTR_RESOLVER_IPV4:
	case VXM_ATTR_SRC_IPV4:
	case VXM_ATTR_DST_IPV4:
		return put_many(row, record, column);
	}
	if (!record->has[column->attr])
		return false;
	put_one(row, record, column);

	return true;
}

/**
 * columns_row() - the values of an object out of a message
 * @ctl: the run; counters are left out when it does not ask for them
 * @record: the message
 * @columns: the object's values, ended by one without a key
 *
 * Return: the row; NULL: the message lacks a value that is not optional.
 */
json_t *columns_row(const struct ctl *ctl, const struct record *record,
		    const struct out_column *columns)
{
	const struct out_column *column;
	json_t *row = out_object();

	for (column = columns; column->key; column++) {
		if (!column->attr ||
		    (column->flags & OUT_STATS && !ctl->stats))
			continue;
		if (!put_value(row, record, column) &&
		    !(column->flags & OUT_OPTIONAL)) {
			json_decref(row);
			return NULL;
		}
	}

	return row;
}
