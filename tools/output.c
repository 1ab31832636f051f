// SPDX-License-Identifier: GPL-2.0
/*
 * Printing. An answer is a tree of values; JSON is the tree as it is, text is
 * tables of the same values. Nothing is printed by another way.
 */
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

static json_t *must(json_t *value)
{
	if (!value) {
		fputs("vxmirrorctl: out of memory\n", stderr);
		exit(CTL_REFUSED);
	}

	return value;
}

/**
 * out_array() - an empty array
 *
 * Return: the array, never NULL.
 */
json_t *out_array(void)
{
	return must(json_array());
}

/**
 * out_object() - an empty object
 *
 * Return: the object, never NULL.
 */
json_t *out_object(void)
{
	return must(json_object());
}

/**
 * out_push() - put a value at the end of an array
 * @array: the array
 * @value: the value, which the array takes over
 */
void out_push(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value))
		must(NULL);
}

/**
 * out_put() - put a value into an object
 * @object: the object
 * @key: the value's key
 * @value: the value, which the object takes over
 */
void out_put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, must(value)))
		must(NULL);
}

/**
 * out_number() - put a number into an object
 * @object: the object
 * @key: the number's key
 * @number: the number; what JSON integers cannot hold becomes their largest
 */
void out_number(json_t *object, const char *key, __u64 number)
{
	out_put(object, key,
		json_integer(number > INT64_MAX ? INT64_MAX : number));
}

/**
 * out_string() - put text into an object
 * @object: the object
 * @key: the text's key
 * @text: the text; when it is not UTF-8, what is not ASCII in it becomes
 *	question marks
 */
void out_string(json_t *object, const char *key, const char *text)
{
	json_t *value = json_string(text);
	char *ascii;
	char *c;

	if (!value) {
		ascii = ctl_alloc(strlen(text) + 1, 1);
		strcpy(ascii, text);
		for (c = ascii; *c; c++) {
			if (*c & 0x80)
				*c = '?';
		}
		value = json_string(ascii);
		free(ascii);
	}
	out_put(object, key, value);
}

/**
 * out_get() - a number out of an object
 * @object: the object
 * @key: the number's key
 *
 * Return: the number, 0 when it is not there.
 */
__u64 out_get(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void format_cell(const struct out_column *column, const json_t *row,
			char text[OUT_CELL])
{
	const json_t *value = json_object_get(row, column->key);

	*text = '\0';
	if (!value && column->flags & OUT_OPTIONAL)
		;
	else if (column->format)
		column->format(row, text, OUT_CELL);
	else if (json_is_integer(value))
		snprintf(text, OUT_CELL, "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
	else if (json_is_string(value))
		snprintf(text, OUT_CELL, "%s", json_string_value(value));
	else if (json_is_boolean(value))
		snprintf(text, OUT_CELL, json_is_true(value) ? "yes" : "no");
	ctl_printable(text);
	if (!*text)
		snprintf(text, OUT_CELL, "-");
}

static bool shown(const struct ctl *ctl, const struct out_column *column)
{
	return column->title && (ctl->stats || !(column->flags & OUT_STATS));
}

static size_t count_rows(const json_t *table)
{
	return json_is_array(table) ? json_array_size(table) : 1;
}

/* A table is an array of objects, or one object. */
static const json_t *get_row(const json_t *table, size_t i)
{
	return json_is_array(table) ? json_array_get(table, i) : table;
}

static size_t find_width(const struct out_column *column, const json_t *table)
{
	size_t width = strlen(column->title);
	size_t rows = count_rows(table);
	char text[OUT_CELL];
	size_t i;

	for (i = 0; i < rows; i++) {
		format_cell(column, get_row(table, i), text);
		if (strlen(text) > width)
			width = strlen(text);
	}

	return width;
}

/* Whether any row of a table has something to show in a column. */
static bool used(const struct out_column *column, const json_t *table)
{
	size_t rows = count_rows(table);
	size_t i;

	if (!(column->flags & OUT_OPTIONAL))
		return true;
	for (i = 0; i < rows; i++) {
		if (json_object_get(get_row(table, i), column->key))
			return true;
	}

	return false;
}

/*
 * One line of a table: the titles, or a row. A column without a width is not
 * shown. No blanks are left at the end.
 */
static void print_line(const json_t *row, const struct out_column *columns,
		       const size_t *widths)
{
	const struct out_column *column;
	size_t blanks = 0;
	char text[OUT_CELL];
	size_t pad;

	for (column = columns; column->key; column++, widths++) {
		if (!*widths)
			continue;
		if (row)
			format_cell(column, row, text);
		else
			snprintf(text, sizeof(text), "%s", column->title);
		pad = *widths - strlen(text);
		if (column->flags & OUT_RIGHT) {
			blanks += pad;
			pad = 0;
		}
		printf("%*s%s", (int)blanks, "", text);
		blanks = pad + 2;
	}
	putchar('\n');
}

static void print_table(const struct ctl *ctl, const json_t *table,
			const struct out_column *columns)
{
	size_t rows = count_rows(table);
	size_t count = 0;
	size_t *widths;
	size_t i;

	while (columns[count].key)
		count++;
	widths = ctl_alloc(count, sizeof(*widths));
	for (i = 0; i < count; i++) {
		if (shown(ctl, &columns[i]) && used(&columns[i], table))
			widths[i] = find_width(&columns[i], table);
	}
	print_line(NULL, columns, widths);
	for (i = 0; i < rows; i++)
		print_line(get_row(table, i), columns, widths);
	free(widths);
}

static void print_text(const struct ctl *ctl, const json_t *answer,
		       const struct out_section *sections, size_t count)
{
	const struct out_section *section;
	char note[OUT_CELL];
	const json_t *table;
	bool first = true;
	bool any;

	for (section = sections; section < sections + count; section++) {
		table = section->key ? json_object_get(answer, section->key) :
				       answer;
		*note = '\0';
		if (section->note)
			section->note(answer, note, sizeof(note));
		any = table && count_rows(table);
		if (!any && !*note)
			continue;
		if (!first)
			putchar('\n');
		first = false;
		if (any)
			print_table(ctl, table, section->columns);
		if (*note)
			puts(note);
	}
}

static int print_json(const json_t *value, size_t flags)
{
	if (json_dumpf(value, stdout, flags))
		return -1;

	return putchar('\n') == EOF ? -1 : 0;
}

/**
 * out_flush() - make sure that all that was printed has been written
 * @ctl: the run, told when it has not
 *
 * Return: %CTL_DONE or %CTL_REFUSED.
 */
int out_flush(struct ctl *ctl)
{
	if (!fflush(stdout) && !ferror(stdout))
		return CTL_DONE;

	return ctl_fail(ctl, CTL_REFUSED, "cannot write the output: %s",
			strerror(errno));
}

/**
 * out_print() - print an answer
 * @ctl: the run, told when it cannot be written
 * @answer: the values: an array of objects or an object
 * @sections: for text, the tables and their order
 * @count: how many
 *
 * Return: %CTL_DONE or %CTL_REFUSED.
 */
int out_print(struct ctl *ctl, const json_t *answer,
	      const struct out_section *sections, size_t count)
{
	if (ctl->json)
		print_json(answer, ctl->pretty ? JSON_INDENT(4) : JSON_COMPACT);
	else
		print_text(ctl, answer, sections, count);

	return out_flush(ctl);
}

static void print_event(const struct ctl *ctl, const json_t *row,
			const struct out_column *columns)
{
	const struct out_column *column;
	const char *joint = ": ";
	char text[OUT_CELL];
	const char *c;

	for (column = columns; column->key; column++) {
		if (!shown(ctl, column) || column->flags & OUT_TABLE ||
		    !used(column, row))
			continue;
		fputs(joint, stdout);
		for (c = column->title; *c; c++)
			putchar(tolower((unsigned char)*c));
		format_cell(column, row, text);
		printf(" %s", text);
		joint = " ";
	}
}

/**
 * out_event() - print an event: one line of text, or one line with one object
 * @ctl: the run, told when it cannot be written
 * @event: what happened
 * @object: to what kind of object, NULL: to none
 * @row: its values; NULL when there is no object; stays the caller's
 * @columns: for text, the values and their order
 *
 * Return: %CTL_DONE or %CTL_REFUSED.
 */
int out_event(struct ctl *ctl, const char *event, const char *object,
	      json_t *row, const struct out_column *columns)
{
	json_t *line;

	if (ctl->json) {
		line = out_object();
		out_string(line, "event", event);
		if (object)
			out_string(line, "object", object);
		if (row && json_object_update(line, row))
			must(NULL);
		print_json(line, JSON_COMPACT);
		json_decref(line);
	} else {
		fputs(event, stdout);
		if (object)
			printf(" %s", object);
		if (row)
			print_event(ctl, row, columns);
		putchar('\n');
	}

	return out_flush(ctl);
}
