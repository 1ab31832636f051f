// SPDX-License-Identifier: GPL-2.0
/*
 * What is going on, on one screen. Devices and VNI entries are read twice, a
 * short while apart; what has grown in between gives the rates.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "columns.h"
#include "nl.h"
#include "overview.h"
#include "request.h"

#define NAME "overview"	/* in error messages */
#define RATE_MAX 1e18	/* a second; eight times as much fits, too */
#define SAMPLE_MS 500	/* between the two readings */
#define KEEP_DEVS 4	/* devices that are shown, */
#define KEEP_VNIS 6	/* VNI entries, */
#define KEEP_UNKNOWN 3	/* and unknown VNIs, the busiest of each */
#define KEEP_MAX 6

/* An object as the first reading found it. */
struct then {
	__u64 key;
	__u64 packets;
	__u64 bytes;
};

/* One of the busiest objects, as the second reading found it. */
struct now {
	__u64 packets;
	__u64 packet_rate;	/* a second */
	__u64 bit_rate;		/* a second */
	struct record record;
};

/**
 * struct list - the objects of one kind, over two readings
 *
 * @cmd: what dumps them
 * @packets: the attribute that counts their packets
 * @bytes: the attribute that counts their bytes
 * @keep: how many of the busiest are kept, up to %KEEP_MAX
 * @second: this is the second reading, or the only one
 * @ns: time of the reading
 * @elapsed: nanoseconds between the two, 0: there was no first
 * @then: the first reading, sorted by key before the second
 * @count: how many there are in it
 * @room: room in it
 * @now: the busiest, most busy first
 * @kept: how many of them there are
 * @found: how many objects the second reading found
 */
struct list {
	enum vxm_cmd cmd;
	enum vxm_attr packets;
	enum vxm_attr bytes;
	size_t keep;
	bool second;
	__u64 ns;
	__u64 elapsed;
	struct then *then;
	size_t count;
	size_t room;
	struct now now[KEEP_MAX];
	size_t kept;
	size_t found;
};

static void format_bits(const json_t *row, char *text, size_t room)
{
	double bits = out_get(row, "bits_per_second");
	const char *unit = " kMGT";

	for (; bits >= 1000 && unit[1]; unit++)
		bits /= 1000;
	if (*unit == ' ')
		snprintf(text, room, "%.0f", bits);
	else
		snprintf(text, room, "%.1f%c", bits, *unit);
}

static const struct out_column dev_columns[] = {
	{ "dev", "DEV", VXM_ATTR_IFNAME, 0, NULL },
	{ "up", "STATE", VXM_ATTR_UP, 0, columns_state },
	{ "vnis", "VNIS", VXM_ATTR_VNIS, OUT_RIGHT, NULL },
	{ "delivered_packets", "DELIVERED", VXM_ATTR_DELIVERED_PACKETS,
	  OUT_RIGHT, NULL },
	{ "delivered_bytes", "BYTES", VXM_ATTR_DELIVERED_BYTES, OUT_RIGHT,
	  NULL },
	{ "packets_per_second", "PACKETS/S", 0, OUT_RIGHT, NULL },
	{ "bits_per_second", "BITS/S", 0, OUT_RIGHT, format_bits },
	{ 0 }
};

static const struct out_column vni_columns[] = {
	{ "port", "PORT", VXM_ATTR_PORT, OUT_RIGHT, NULL },
	{ "vni", "VNI", VXM_ATTR_VNI, 0, columns_vni_text },
	{ "dev", "DEV", VXM_ATTR_IFNAME, 0, NULL },
	{ "filter", "FILTER", VXM_ATTR_FILTER, OUT_OPTIONAL, NULL },
	{ "dedup", "DEDUP", VXM_ATTR_DEDUP, OUT_OPTIONAL, NULL },
	{ "received_packets", "RECEIVED", VXM_ATTR_RECEIVED_PACKETS, OUT_RIGHT,
	  NULL },
	{ "received_bytes", "BYTES", VXM_ATTR_RECEIVED_BYTES, OUT_RIGHT, NULL },
	{ "packets_per_second", "PACKETS/S", 0, OUT_RIGHT, NULL },
	{ "bits_per_second", "BITS/S", 0, OUT_RIGHT, format_bits },
	{ 0 }
};

static void format_sessions(const json_t *row, char *text, size_t room)
{
	unsigned long long count = out_get(row, "sessions");

	snprintf(text, room, "%llu session%s", count, count == 1 ? "" : "s");
}

static const struct out_column total_columns[] = {
	{ "sessions", "TOTAL", VXM_ATTR_SESSIONS, 0, format_sessions },
	{ "vnis", NULL, VXM_ATTR_VNIS, 0, NULL },
	{ "ports", NULL, VXM_ATTR_PORTS, 0, NULL },
	{ "received_packets", "RECEIVED", VXM_ATTR_RECEIVED_PACKETS, OUT_RIGHT,
	  NULL },
	{ "received_bytes", "BYTES", VXM_ATTR_RECEIVED_BYTES, OUT_RIGHT, NULL },
	{ "delivered_packets", "DELIVERED", VXM_ATTR_DELIVERED_PACKETS,
	  OUT_RIGHT, NULL },
	{ "delivered_bytes", "BYTES", VXM_ATTR_DELIVERED_BYTES, OUT_RIGHT,
	  NULL },
	{ "truncated_packets", "TRUNCATED", VXM_ATTR_TRUNCATED_PACKETS,
	  OUT_RIGHT, NULL },
	{ "unattributed_packets", "UNATTRIBUTED",
	  VXM_ATTR_UNATTRIBUTED_PACKETS, OUT_RIGHT, NULL },
	{ 0 }
};

static const struct out_column cause_columns[] = {
	{ "cause", "NOT-DELIVERED", 0, 0, NULL },
	{ "packets", "PACKETS", 0, OUT_RIGHT, NULL },
	{ "text", "MEANING", 0, 0, NULL },
	{ 0 }
};

static const struct out_column unknown_columns[] = {
	{ "port", "PORT", VXM_ATTR_PORT, OUT_RIGHT, NULL },
	{ "vni", "UNKNOWN-VNI", VXM_ATTR_VNI, 0, NULL },
	{ "source", "SOURCE", VXM_ATTR_SOURCE_IPV4, 0, NULL },
	{ "received_packets", "RECEIVED", VXM_ATTR_RECEIVED_PACKETS, OUT_RIGHT,
	  NULL },
	{ "last_seen_ms", "LAST-SEEN", VXM_ATTR_LAST_SEEN, 0,
	  columns_last_seen },
	{ 0 }
};

static __u64 total(const json_t *answer, const char *key)
{
	return out_get(json_object_get(answer, "totals"), key);
}

static void note_more(const json_t *answer, const char *key, const char *verb,
		      char *text, size_t room)
{
	size_t shown = json_array_size(json_object_get(answer, key));
	unsigned long long all = total(answer, key);

	if (all > shown)
		snprintf(text, room, "%llu more: vxmirrorctl show %s",
			 all - shown, verb);
}

static void note_devs(const json_t *answer, char *text, size_t room)
{
	if (total(answer, "vnis"))
		note_more(answer, "devices", "dev", text, room);
	else if (!total(answer, "devices"))
		snprintf(text, room,
			 "Nothing is configured. Next: vxmirrorctl add vni VNI dev zmirror0\n"
			 "with the VNI of the mirror session, or 'any' for all of them;\n"
			 "then let the reader read zmirror0.");
	else
		snprintf(text, room,
			 "No VNI is taken yet. Next: vxmirrorctl add vni VNI dev NAME");
}

static void note_vnis(const json_t *answer, char *text, size_t room)
{
	note_more(answer, "vnis", "vni", text, room);
}

static void note_unknown(const json_t *answer, char *text, size_t room)
{
	const json_t *unknown = json_object_get(answer, "unknown");
	const json_t *row = json_array_get(unknown, 0);
	unsigned long long port = out_get(row, "port");
	char more[64] = "";
	char at[16] = "";

	if (!row)
		return;
	note_more(answer, "unknown", "unknown", more, sizeof(more));
	if (port != VXM_PORT_DEFAULT)
		snprintf(at, sizeof(at), " port %llu", port);
	snprintf(text, room,
		 "%s%sTo take one in: vxmirrorctl add vni %llu dev NAME%s",
		 more, *more ? "\n" : "", out_get(row, "vni"), at);
}

static const struct out_section sections[] = {
	{ "devices", dev_columns, note_devs },
	{ "vnis", vni_columns, note_vnis },
	{ "totals", total_columns, NULL },
	{ "causes", cause_columns, NULL },
	{ "unknown", unknown_columns, note_unknown },
};

static __u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);

	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/* One number that tells devices, or VNI entries, apart. */
static __u64 key_of(const struct record *record)
{
	__u64 first = record->number[VXM_ATTR_VNI];
	__u64 last = record->number[VXM_ATTR_VNI_LAST];

	if (!record->has[VXM_ATTR_PORT])
		return record->number[VXM_ATTR_IFINDEX];
	if (record->has[VXM_ATTR_VNI_ANY])
		first = VXM_VNI_MAX; /* and last 0, as no range has it */
	else if (!record->has[VXM_ATTR_VNI_LAST])
		last = first;

	return record->number[VXM_ATTR_PORT] << 48 | first << 24 | last;
}

static int compare_then(const void *left, const void *right)
{
	const struct then *a = left;
	const struct then *b = right;

	return (a->key > b->key) - (a->key < b->key);
}

/* What a counter has grown by, a second. */
static __u64 rate(const struct list *list, __u64 then, __u64 now)
{
	double grown = now > then ? (now - then) * 1e9 / list->elapsed : 0;

	return grown < RATE_MAX ? grown : RATE_MAX;
}

static void find_rates(const struct list *list, struct now *now)
{
	const struct then key = { .key = key_of(&now->record) };
	const struct then *then;

	if (!list->count)
		return;
	then = bsearch(&key, list->then, list->count, sizeof(*then),
		       compare_then);
	if (!then)
		return;
	now->packet_rate = rate(list, then->packets, now->packets);
	now->bit_rate = rate(list, then->bytes,
			     now->record.number[list->bytes]) * 8;
}

static bool busier(const struct now *a, const struct now *b)
{
	if (a->packet_rate != b->packet_rate)
		return a->packet_rate > b->packet_rate;

	return a->packets > b->packets;
}

/* Of equally busy ones, those that come first stay first. */
static void keep(struct list *list, const struct now *now)
{
	size_t i = list->kept;

	if (i < list->keep)
		list->kept++;
	else if (!busier(now, &list->now[--i]))
		return;
	for (; i && busier(now, &list->now[i - 1]); i--)
		list->now[i] = list->now[i - 1];
	list->now[i] = *now;
}

static int read_object(const struct record *record, enum vxm_cmd cmd,
		       void *data)
{
	struct now now = { 0 };
	struct list *list = data;
	struct then *then;

	(void)cmd;
	if (list->second) {
		list->found++;
		now.record = *record;
		now.packets = record->number[list->packets];
		find_rates(list, &now);
		keep(list, &now);
		return 0;
	}
	list->then = ctl_grow(list->then, list->count, &list->room,
			      sizeof(*list->then));
	then = &list->then[list->count++];
	then->key = key_of(record);
	then->packets = record->number[list->packets];
	then->bytes = record->number[list->bytes];

	return 0;
}

static void forget(void *data)
{
	struct list *list = data;
	__u64 ns = now_ns();

	if (!list->second)
		list->count = 0;
	list->kept = 0;
	list->found = 0;
	list->elapsed += ns - list->ns;
	list->ns = ns;
}

static int read_list(struct ctl *ctl, struct list *list, bool second)
{
	const struct nl_reader reader = {
		.each = read_object,
		.again = forget,
		.data = list,
	};
	__u64 ns = now_ns();

	list->second = second;
	list->elapsed = ns - list->ns;
	list->ns = ns;
	if (second && list->count)
		qsort(list->then, list->count, sizeof(*list->then),
		      compare_then);
	nl_request(ctl->nl, list->cmd);
	if (nl_dump(ctl->nl, &reader))
		return request_failed(ctl, NAME);

	return CTL_DONE;
}

/* What one answer is put together from. */
struct overview {
	struct ctl *ctl;
	struct list devs;
	struct list vnis;
	struct list unknown;
	json_t *answer;
};

static int sample(struct overview *overview)
{
	const struct timespec pause = { .tv_nsec = SAMPLE_MS * 1000000L };
	struct ctl *ctl = overview->ctl;

	if (read_list(ctl, &overview->devs, false) ||
	    read_list(ctl, &overview->vnis, false))
		return CTL_REFUSED;
	if (overview->vnis.count)
		nanosleep(&pause, NULL);
	if (read_list(ctl, &overview->devs, true) ||
	    read_list(ctl, &overview->vnis, true))
		return CTL_REFUSED;

	return read_list(ctl, &overview->unknown, true);
}

static int put_list(struct overview *overview, const char *key,
		    const struct list *list, const struct out_column *columns,
		    bool rates)
{
	json_t *rows = out_array();
	const struct now *now;
	json_t *row;

	out_put(overview->answer, key, rows);
	for (now = list->now; now < list->now + list->kept; now++) {
		row = columns_row(overview->ctl, &now->record, columns);
		if (!row)
			return -EBADMSG;
		out_push(rows, row);
		if (!rates)
			continue;
		out_number(row, "packets_per_second", now->packet_rate);
		out_number(row, "bits_per_second", now->bit_rate);
	}

	return 0;
}

static int read_totals(const struct record *record, enum vxm_cmd cmd,
		       void *data)
{
	struct overview *overview = data;
	json_t *row;

	(void)cmd;
	row = columns_row(overview->ctl, record, total_columns);
	if (!row)
		return -EBADMSG;
	out_number(row, "devices", overview->devs.found);
	out_number(row, "unknown", overview->unknown.found);
	out_put(overview->answer, "totals", row);
	out_put(overview->answer, "causes", columns_cause_array(record, true));

	return 0;
}

static int build(struct overview *overview)
{
	const struct nl_reader totals = {
		.each = read_totals,
		.data = overview,
	};
	struct ctl *ctl = overview->ctl;

	if (put_list(overview, "devices", &overview->devs, dev_columns, true) ||
	    put_list(overview, "vnis", &overview->vnis, vni_columns, true))
		goto bad;
	nl_request(ctl->nl, VXM_CMD_NET_GET);
	if (nl_do(ctl->nl, &totals))
		return request_failed(ctl, NAME);
	if (put_list(overview, "unknown", &overview->unknown, unknown_columns,
		     false))
		goto bad;

	return CTL_DONE;

bad:
	return ctl_fail(ctl, CTL_REFUSED, "%s: %s", NAME, strerror(EBADMSG));
}

/**
 * overview_print() - print what is going on
 * @ctl: the run, connected
 *
 * Takes half a second when there are VNI entries, for the rates.
 *
 * Return: %CTL_DONE or %CTL_REFUSED.
 */
int overview_print(struct ctl *ctl)
{
	struct overview overview = {
		.ctl = ctl,
		.devs = {
			.cmd = VXM_CMD_DEV_GET,
			.packets = VXM_ATTR_DELIVERED_PACKETS,
			.bytes = VXM_ATTR_DELIVERED_BYTES,
			.keep = KEEP_DEVS,
		},
		.vnis = {
			.cmd = VXM_CMD_VNI_GET,
			.packets = VXM_ATTR_RECEIVED_PACKETS,
			.bytes = VXM_ATTR_RECEIVED_BYTES,
			.keep = KEEP_VNIS,
		},
		.unknown = {
			.cmd = VXM_CMD_UNKNOWN_GET,
			.packets = VXM_ATTR_RECEIVED_PACKETS,
			.bytes = VXM_ATTR_RECEIVED_BYTES,
			.keep = KEEP_UNKNOWN,
		},
		.answer = out_object(),
	};
	size_t shown = CTL_COUNT(sections);
	int ret;

	ret = sample(&overview);
	if (!ret)
		ret = build(&overview);
	if (!ret) {
		/* A table of zeros would tell a newcomer nothing. */
		if (!overview.devs.found && !overview.vnis.found &&
		    !total(overview.answer, "received_packets"))
			shown = 1;
		ret = out_print(ctl, overview.answer, sections, shown);
	}
	free(overview.devs.then);
	free(overview.vnis.then);
	json_decref(overview.answer);

	return ret;
}
