// SPDX-License-Identifier: GPL-2.0
/*
 * vxmirrorctl show filter: filters, each with its rules. In JSON a filter
 * holds its rules; as text, the rules of all filters are one table.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "nl.h"
#include "request.h"
#include "rules.h"
#include "show_filter.h"

/* The filters of an answer as they come in. */
struct filters {
	struct ctl *ctl;
	json_t *rows;
};

static int gather(const struct record *record, enum vxm_cmd cmd, void *data)
{
	struct filters *filters = data;
	json_t *row = columns_row(filters->ctl, record, columns_filter);

	(void)cmd;
	if (!row)
		return -EBADMSG;
	out_push(filters->rows, row);

	return 0;
}

static void forget(void *data)
{
	struct filters *filters = data;

	json_array_clear(filters->rows);
}

static int put_rules(struct ctl *ctl, const struct args *args, json_t *filter,
		     const struct rules *rules)
{
	json_t *rows = out_array();
	json_t *row;
	size_t i;

	out_put(filter, "rules", rows);
	for (i = 0; i < rules->count; i++) {
		row = columns_row(ctl, &rules->rule[i], columns_rule);
		if (!row)
			return ctl_fail(ctl, CTL_REFUSED, "%s: %s", args->name,
					strerror(EBADMSG));
		out_push(rows, row);
	}

	return CTL_DONE;
}

/* Of all filters, one that has gone meanwhile is none any more. */
static int read_rules(struct ctl *ctl, const struct args *args, json_t *rows)
{
	struct rules rules = { 0 };
	int ret = CTL_DONE;
	json_t *filter;
	size_t i = 0;

	while (!ret && i < json_array_size(rows)) {
		filter = json_array_get(rows, i);
		ret = rules_read(ctl, json_string_value(json_object_get(filter,
									"filter")),
				 &rules);
		if (ret == -ENOENT && !args_given(args, WORD_OF_FILTER)) {
			json_array_remove(rows, i);
			ret = CTL_DONE;
			continue;
		}
		ret = ret ? request_failed(ctl, args->name) :
			    put_rules(ctl, args, filter, &rules);
		i++;
	}
	free(rules.rule);

	return ret;
}

static void append_rules(json_t *all, json_t *filter)
{
	json_t *rows = json_object_get(filter, "rules");
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		out_put(row, "filter",
			json_incref(json_object_get(filter, "filter")));
		out_push(all, json_incref(row));
	}
}

static int print_text(struct ctl *ctl, json_t *filters)
{
	static const struct out_section sections[] = {
		{ .key = "filters", .columns = columns_filter },
		{ .key = "rules", .columns = columns_rule },
	};
	json_t *answer = out_object();
	json_t *all = out_array();
	json_t *filter;
	size_t i;
	int ret;

	out_put(answer, "filters", json_incref(filters));
	out_put(answer, "rules", all);
	json_array_foreach(filters, i, filter)
		append_rules(all, filter);
	ret = out_print(ctl, answer, sections, CTL_COUNT(sections));
	json_decref(answer);

	return ret;
}

/**
 * show_filter() - print a filter, or all of them, with their rules
 * @ctl: the run, connected
 * @args: the command
 *
 * Return: %CTL_DONE or %CTL_REFUSED.
 */
int show_filter(struct ctl *ctl, const struct args *args)
{
	struct filters filters = { .ctl = ctl, .rows = out_array() };
	const struct nl_reader reader = {
		.each = gather,
		.again = forget,
		.data = &filters,
	};
	int ret;

	request_words(ctl, VXM_CMD_FILTER_GET, args, WORD_BIT(OF_FILTER));
	if (args_given(args, WORD_OF_FILTER))
		ret = nl_do(ctl->nl, &reader);
	else
		ret = nl_dump(ctl->nl, &reader);
	ret = ret ? request_failed(ctl, args->name) :
		    read_rules(ctl, args, filters.rows);
	if (!ret && ctl->json)
		ret = out_print(ctl, filters.rows, NULL, 0);
	else if (!ret)
		ret = print_text(ctl, filters.rows);
	json_decref(filters.rows);

	return ret;
}
