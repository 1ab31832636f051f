// SPDX-License-Identifier: GPL-2.0
/*
 * vxmirrorctl show
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "nl.h"
#include "request.h"
#include "show_filter.h"

/* One object of an answer, with what it is sorted by. */
struct found {
	__u64 port;
	__u64 vni;
	__u64 packets;
	bool ipv6;
	struct in6_addr source;
	json_t *row;
};

typedef int (*compare_fn)(const void *left, const void *right);

/* The objects of an answer as they come in. */
struct answer {
	struct ctl *ctl;
	const struct args *args;
	const struct out_column *columns;
	void (*note)(const json_t *rows, char *text, size_t room);
	struct found *found;
	size_t count;
	size_t room;
};

static void forget(void *data)
{
	struct answer *answer = data;
	size_t i;

	for (i = 0; i < answer->count; i++)
		json_decref(answer->found[i].row);
	answer->count = 0;
}

/* Whether an object has what the command's words ask for. */
static bool wanted(const struct args *args, const struct record *record)
{
	const struct in6_addr *from = &record->address[RECORD_SOURCE];
	const struct address *source = &args->source;

	if (args_given(args, WORD_DEV) && strcmp(record->ifname, args->dev))
		return false;
	if (!args_given(args, WORD_SOURCE))
		return true;
	if (source->family == AF_INET)
		return record->has[VXM_ATTR_SOURCE_IPV4] &&
		       !memcmp(&from->s6_addr[12], &source->ipv4,
			       sizeof(source->ipv4));

	return record->has[VXM_ATTR_SOURCE_IPV6] &&
	       !memcmp(from, &source->ipv6, sizeof(source->ipv6));
}

static int gather(const struct record *record, enum vxm_cmd cmd, void *data)
{
	struct answer *answer = data;
	struct found *found;

	(void)cmd;
	if (!wanted(answer->args, record))
		return 0;
	answer->found = ctl_grow(answer->found, answer->count, &answer->room,
				 sizeof(*answer->found));
	found = &answer->found[answer->count];
	found->port = record->number[VXM_ATTR_PORT];
	found->vni = record->number[VXM_ATTR_VNI];
	found->packets = record->number[VXM_ATTR_RECEIVED_PACKETS];
	found->ipv6 = record->has[VXM_ATTR_SOURCE_IPV6];
	found->source = record->address[RECORD_SOURCE];
	found->row = columns_row(answer->ctl, record, answer->columns);
	if (!found->row)
		return -EBADMSG;
	answer->count++;

	return 0;
}

static int compare_keys(const void *left, const void *right)
{
	const struct found *a = left;
	const struct found *b = right;

	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	if (a->vni != b->vni)
		return a->vni < b->vni ? -1 : 1;
	if (a->ipv6 != b->ipv6)
		return a->ipv6 ? 1 : -1;

	return memcmp(&a->source, &b->source, sizeof(a->source));
}

static int compare_packets(const void *left, const void *right)
{
	const struct found *a = left;
	const struct found *b = right;

	if (a->packets != b->packets)
		return a->packets > b->packets ? -1 : 1;

	return compare_keys(left, right);
}

/* Print what has been gathered, or say why it could not be. */
static int finish(struct answer *answer, int ret, compare_fn compare)
{
	const struct out_section section = {
		.columns = answer->columns,
		.note = answer->note,
	};
	json_t *rows;
	size_t i;

	if (ret) {
		forget(answer);
		free(answer->found);
		return request_failed(answer->ctl, answer->args->name);
	}
	if (compare && answer->count)
		qsort(answer->found, answer->count, sizeof(*answer->found),
		      compare);
	rows = out_array();
	for (i = 0; i < answer->count; i++)
		out_push(rows, answer->found[i].row);
	free(answer->found);
	ret = out_print(answer->ctl, rows, &section, 1);
	json_decref(rows);

	return ret;
}

/* Ask for all of a kind; @words are those that the kernel chooses by. */
static int read_all(struct answer *answer, enum vxm_cmd cmd, __u64 words)
{
	const struct nl_reader reader = {
		.each = gather,
		.again = forget,
		.data = answer,
	};

	request_words(answer->ctl, cmd, answer->args, words);

	return nl_dump(answer->ctl->nl, &reader);
}

/* All objects of a kind. */
static int show_all(struct ctl *ctl, const struct args *args,
		    enum vxm_cmd cmd, __u64 words,
		    const struct out_column *columns, compare_fn compare)
{
	struct answer answer = {
		.ctl = ctl,
		.args = args,
		.columns = columns,
	};

	return finish(&answer, read_all(&answer, cmd, words), compare);
}

/* The one object that the words name. */
static int show_one(struct ctl *ctl, const struct args *args,
		    enum vxm_cmd cmd, const struct out_column *columns)
{
	struct answer answer = {
		.ctl = ctl,
		.args = args,
		.columns = columns,
	};
	const struct nl_reader reader = { .each = gather, .data = &answer };

	request_words(ctl, cmd, args, REQUEST_ALL_WORDS);

	return finish(&answer, nl_do(ctl->nl, &reader), NULL);
}

static int show_dev(struct ctl *ctl, const struct args *args)
{
	if (args_given(args, WORD_DEV))
		return show_one(ctl, args, VXM_CMD_DEV_GET, columns_dev);

	return show_all(ctl, args, VXM_CMD_DEV_GET, 0, columns_dev, NULL);
}

/* So little of a frame is of no use to any reader. */
static void note_unrepairable(const json_t *rows, char *text, size_t room)
{
	unsigned long long count;
	const json_t *row;
	char vni[64];
	size_t i;

	json_array_foreach(rows, i, row) {
		count = out_get(row, "unrepairable_packets");
		if (!count)
			continue;
		columns_vni_text(row, vni, sizeof(vni));
		snprintf(text, room,
			 "VNI %s: %llu frame%s came with a header cut, beyond repair;\n"
			 "let the mirror session keep more of each packet (AWS: packet length).",
			 vni, count, count == 1 ? "" : "s");
		return;
	}
}

static int show_vni(struct ctl *ctl, const struct args *args)
{
	struct args named = *args;
	struct answer answer = {
		.ctl = ctl,
		.args = args,
		.columns = columns_vni,
		.note = note_unrepairable,
	};
	const struct nl_reader reader = { .each = gather, .data = &answer };
	int ret = 0;
	size_t i;

	if (!args->vnis.count) {
		ret = read_all(&answer, VXM_CMD_VNI_GET,
			       WORD_BIT(PORT) | WORD_BIT(DEV));
		return finish(&answer, ret, NULL);
	}
	words_default_port(&named);
	for (i = 0; i < args->vnis.count && !ret; i++) {
		request_vni(ctl, VXM_CMD_VNI_GET, &named, i, WORD_BIT(PORT));
		ret = nl_do(ctl->nl, &reader);
	}

	return finish(&answer, ret, NULL);
}

static int show_port(struct ctl *ctl, const struct args *args)
{
	if (args_given(args, WORD_PORT))
		return show_one(ctl, args, VXM_CMD_PORT_GET, columns_port);

	return show_all(ctl, args, VXM_CMD_PORT_GET, 0, columns_port, NULL);
}

static int show_dedup(struct ctl *ctl, const struct args *args)
{
	if (args_given(args, WORD_DEDUP))
		return show_one(ctl, args, VXM_CMD_DEDUP_GET, columns_dedup);

	return show_all(ctl, args, VXM_CMD_DEDUP_GET, 0, columns_dedup, NULL);
}

/* VNI and source name one session; less is a choice among all. */
static int show_session(struct ctl *ctl, const struct args *args)
{
	struct args named = *args;

	if (!args_given(args, WORD_VNI) || !args_given(args, WORD_SOURCE))
		return show_all(ctl, args, VXM_CMD_SESSION_GET,
				WORD_BIT(PORT) | WORD_BIT(VNI),
				columns_session, compare_keys);
	words_default_port(&named);

	return show_one(ctl, &named, VXM_CMD_SESSION_GET, columns_session);
}

static int show_unknown(struct ctl *ctl, const struct args *args)
{
	return show_all(ctl, args, VXM_CMD_UNKNOWN_GET, 0, columns_unknown,
			compare_packets);
}

static int show_causes(struct ctl *ctl, const struct args *args)
{
	return show_all(ctl, args, VXM_CMD_CAUSE_GET, 0, columns_causes, NULL);
}

/* What is known of a limit: the word that sets it, and its attributes. */
static const struct limit {
	enum word word;
	enum vxm_attr max;
	enum vxm_attr used;
} limits[] = {
	{ WORD_VNIS, VXM_ATTR_MAX_VNIS, VXM_ATTR_VNIS },
	{ WORD_PORTS, VXM_ATTR_MAX_PORTS, VXM_ATTR_PORTS },
	{ WORD_SESSIONS, VXM_ATTR_MAX_SESSIONS, VXM_ATTR_SESSIONS },
	{ WORD_MEMORY, VXM_ATTR_SESSION_MEMORY, VXM_ATTR_SESSION_MEMORY_USED },
	{ WORD_IDLE, VXM_ATTR_SESSION_IDLE, VXM_ATTR_UNSPEC },
};

static int read_limits(const struct record *record, enum vxm_cmd cmd,
		       void *data)
{
	const struct limit *limit;
	json_t *rows = data;
	json_t *row;
	size_t i;

	(void)cmd;
	for (i = 0; i < CTL_COUNT(limits); i++) {
		limit = &limits[i];
		if (!record->has[limit->max] ||
		    (limit->used && !record->has[limit->used]))
			return -EBADMSG;
		row = out_object();
		out_string(row, "limit", words_name(limit->word));
		out_number(row, "max", record->number[limit->max]);
		if (limit->used)
			out_number(row, "used", record->number[limit->used]);
		out_push(rows, row);
	}

	return 0;
}

static int show_limits(struct ctl *ctl, const struct args *args)
{
	static const struct out_column columns[] = {
		{ "limit", "LIMIT", 0, 0, NULL },
		{ "max", "MAX", 0, OUT_RIGHT, NULL },
		{ "used", "USED", 0, OUT_RIGHT, NULL },
		{ 0 }
	};
	static const struct out_section section = { .columns = columns };
	json_t *rows = out_array();
	const struct nl_reader reader = { .each = read_limits, .data = rows };
	int ret;

	nl_request(ctl->nl, VXM_CMD_NET_GET);
	if (nl_do(ctl->nl, &reader))
		ret = request_failed(ctl, args->name);
	else
		ret = out_print(ctl, rows, &section, 1);
	json_decref(rows);

	return ret;
}

static const struct form forms[] = {
	{
		.object = OBJECT_DEV,
		.subject = SUBJECT_DEV,
		.optional = true,
		.run = show_dev,
		.about = "mirror devices",
	},
	{
		.object = OBJECT_VNI,
		.subject = SUBJECT_VNIS,
		.optional = true,
		.may = WORD_BIT(PORT) | WORD_BIT(DEV),
		.run = show_vni,
		.about = "VNI entries, all or by VNIS, port or device",
	},
	{
		.object = OBJECT_PORT,
		.subject = SUBJECT_PORT,
		.optional = true,
		.run = show_port,
		.about = "ports in use, and by which front packets came",
	},
	{
		.object = OBJECT_SESSION,
		.key = WORD_BIT(VNI) | WORD_BIT(SOURCE) | WORD_BIT(PORT),
		.may = WORD_BIT(VNI) | WORD_BIT(SOURCE) | WORD_BIT(PORT),
		.run = show_session,
		.about = "sessions, all or by VNI, source or port",
	},
	{
		.object = OBJECT_FILTER,
		.subject = SUBJECT_FILTER,
		.optional = true,
		.run = show_filter,
		.about = "filters with their rules",
	},
	{
		.object = OBJECT_DEDUP,
		.subject = SUBJECT_DEDUP,
		.optional = true,
		.run = show_dedup,
		.about = "dedup groups in use, and the memory that they take",
	},
	{
		.object = OBJECT_UNKNOWN,
		.run = show_unknown,
		.about = "VNIs that came but have no entry, busiest first",
	},
	{
		.object = OBJECT_CAUSES,
		.run = show_causes,
		.about = "why mirror packets were not delivered, with totals",
	},
	{
		.object = OBJECT_LIMITS,
		.run = show_limits,
		.about = "limits of the network namespace, and what is in use",
	},
};

const struct verb verb_show = {
	.name = "show",
	.about = "show what there is",
	.form = forms,
	.forms = CTL_COUNT(forms),
};
