// SPDX-License-Identifier: GPL-2.0
/*
 * Which values an object has, under which keys and headings, and from which
 * netlink attributes they come.
 */
#include <stdio.h>
#include <string.h>

#include "columns.h"
#include "value.h"

/**
 * columns_vni_text() - the VNIs of a row as a user writes them
 * @row: the row
 * @text: a number, a range or "any"
 * @room: bytes of @text
 */
void columns_vni_text(const json_t *row, char *text, size_t room)
{
	unsigned long long first = out_get(row, "vni");

	if (json_is_true(json_object_get(row, "vni_any")))
		snprintf(text, room, "any");
	else if (json_object_get(row, "vni_last"))
		snprintf(text, room, "%llu-%llu", first,
			 out_get(row, "vni_last"));
	else
		snprintf(text, room, "%llu", first);
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

/* A session. */
const struct out_column columns_session[] = {
	{ "port", "PORT", VXM_ATTR_PORT, OUT_RIGHT, NULL },
	{ "vni", "VNI", VXM_ATTR_VNI, 0, columns_vni_text },
	{ "source", "SOURCE", VXM_ATTR_SOURCE_IPV4, 0, NULL },
	{ "received_packets", "RECEIVED", VXM_ATTR_RECEIVED_PACKETS,
	  OUT_RIGHT | OUT_STATS, NULL },
	{ "received_bytes", "BYTES", VXM_ATTR_RECEIVED_BYTES,
	  OUT_RIGHT | OUT_STATS, NULL },
	{ "truncated_packets", "TRUNCATED", VXM_ATTR_TRUNCATED_PACKETS,
	  OUT_RIGHT | OUT_STATS, NULL },
	{ "first_seen_ms", "FIRST-SEEN", VXM_ATTR_FIRST_SEEN, OUT_TABLE,
	  format_first_seen },
	{ "last_seen_ms", "LAST-SEEN", VXM_ATTR_LAST_SEEN, OUT_TABLE,
	  columns_last_seen },
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

static bool put_vni(json_t *row, const struct record *record)
{
	char text[RECORD_VNI_TEXT];

	if (!record_vni(record, text))
		return false;
	if (record->has[VXM_ATTR_VNI_ANY]) {
		out_put(row, "vni_any", json_true());
		return true;
	}
	out_number(row, "vni", record->number[VXM_ATTR_VNI]);
	if (record->has[VXM_ATTR_VNI_LAST])
		out_number(row, "vni_last", record->number[VXM_ATTR_VNI_LAST]);

	return true;
}

/* A front of a newer kernel, which this tool does not know, is a number. */
static void put_front(json_t *row, const char *key, __u64 front)
{
	const char *name = value_front_name(front);

	if (name)
		out_string(row, key, name);
	else
		out_number(row, key, front);
}

/* Returns false when the message lacks the value. */
static bool put_value(json_t *row, const struct record *record,
		      const struct out_column *column)
{
	char source[INET6_ADDRSTRLEN];

	switch (column->attr) {
	case VXM_ATTR_VNI:
		return put_vni(row, record);
	case VXM_ATTR_SOURCE_IPV4:
		if (!record_source(record, source))
			return false;
		out_string(row, column->key, source);
		return true;
	case VXM_ATTR_CAUSE:
		out_put(row, column->key, columns_cause_array(record, false));
		return true;
	case VXM_ATTR_IFNAME:
		out_string(row, column->key, record->ifname);
		break;
	case VXM_ATTR_CAUSE_NAME:
		out_string(row, column->key, record->cause_name);
		break;
	case VXM_ATTR_CAUSE_TEXT:
		out_string(row, column->key, record->cause_text);
		break;
	case VXM_ATTR_FRONT:
		put_front(row, column->key, record->number[VXM_ATTR_FRONT]);
		break;
	case VXM_ATTR_UP:
		out_put(row, column->key,
			json_boolean(record->number[VXM_ATTR_UP]));
		break;
	default:
		out_number(row, column->key, record->number[column->attr]);
	}

	return record->has[column->attr];
}

/**
 * columns_row() - the values of an object out of a message
 * @ctl: the run; counters are left out when it does not ask for them
 * @record: the message
 * @columns: the object's values, ended by one without a key
 *
 * Return: the row; NULL: the message lacks a value.
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
		if (!put_value(row, record, column)) {
			json_decref(row);
			return NULL;
		}
	}

	return row;
}
