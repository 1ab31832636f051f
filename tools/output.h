/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Answers: one tree of values, printed as JSON or as text.
 */
#ifndef VXMIRRORCTL_OUTPUT_H
#define VXMIRRORCTL_OUTPUT_H

#include <jansson.h>

#include "ctl.h"

#define OUT_CELL 512	/* bytes of a value as text */

/**
 * enum out_flag - how a column is shown
 *
 * @OUT_RIGHT: in a table, it is aligned to the right
 * @OUT_STATS: only when counters are asked for
 * @OUT_TABLE: in tables only, not in the line of an event
 * @OUT_OPTIONAL: an object may lack it; where all do, it is not shown
 */
enum out_flag {
	OUT_RIGHT = 1 << 0,
	OUT_STATS = 1 << 1,
	OUT_TABLE = 1 << 2,
	OUT_OPTIONAL = 1 << 3,
};

/**
 * struct out_column - one value of an object
 *
 * @key: its key in the tree
 * @title: heading of the column; NULL: not shown as text
 * @attr: netlink attribute that it comes from, 0: made otherwise
 * @flags: enum out_flag
 * @format: makes the text of a cell; NULL: by the kind of the value
 */
struct out_column {
	const char *key;
	const char *title;
	__u16 attr;
	unsigned int flags;
	void (*format)(const json_t *row, char *text, size_t room);
};

/**
 * struct out_section - one table of an answer
 *
 * @key: its key in the answer; NULL: the answer itself
 * @columns: ended by one without a key
 * @note: makes a line below it from the answer, may leave it empty; NULL: none
 */
struct out_section {
	const char *key;
	const struct out_column *columns;
	void (*note)(const json_t *answer, char *text, size_t room);
};

json_t *out_array(void);
json_t *out_object(void);
void out_push(json_t *array, json_t *value);
void out_put(json_t *object, const char *key, json_t *value);
void out_number(json_t *object, const char *key, __u64 number);
void out_string(json_t *object, const char *key, const char *text);
__u64 out_get(const json_t *object, const char *key);
int out_print(struct ctl *ctl, const json_t *answer,
	      const struct out_section *sections, size_t count);
int out_event(struct ctl *ctl, const char *event, const char *object,
	      json_t *row, const struct out_column *columns);
int out_flush(struct ctl *ctl);

#endif /* VXMIRRORCTL_OUTPUT_H */
