// SPDX-License-Identifier: GPL-2.0
/*
 * From text to values. Everything is checked here, before anything is sent;
 * the messages are without the command, which the caller puts before them.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <linux/vxmirror.h>

#include "ctl.h"
#include "value.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

/* Digits only: no sign, no blank, nothing behind. */
static bool parse_digits(const char *text, size_t len, __u64 *number)
{
	size_t i;

	*number = 0;
	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		if (*number <= UINT32_MAX)
			*number = *number * 10 + (text[i] - '0');
	}

	return len > 0;
}

/**
 * value_number() - a number in decimal digits
 * @ctl: the run, told what is wrong
 * @what: the word that the number belongs to
 * @text: what the user wrote
 * @min: the least that is allowed
 * @max: the most
 * @number: the number
 *
 * Return: %CTL_DONE or %CTL_USAGE.
 */
int value_number(struct ctl *ctl, const char *what, const char *text,
		 __u32 min, __u32 max, __u32 *number)
{
	__u64 value;

	if (!parse_digits(text, strlen(text), &value))
		return ctl_fail(ctl, CTL_USAGE, "%s '%s' is not a number",
				what, text);
	if (value < min || value > max)
		return ctl_fail(ctl, CTL_USAGE, "%s %s is not in %u-%u", what,
				text, min, max);
	*number = value;

	return CTL_DONE;
}

/**
 * value_range() - a number, or two of them as in 1024-65535
 * @ctl: the run, told what is wrong
 * @what: the word that they belong to
 * @text: what the user wrote
 * @min: the least that is allowed
 * @max: the most
 * @first: the first number
 * @last: the last, the same as the first when it stands alone
 *
 * Return: %CTL_DONE or %CTL_USAGE.
 */
int value_range(struct ctl *ctl, const char *what, const char *text, __u32 min,
		__u32 max, __u32 *first, __u32 *last)
{
	size_t len = strcspn(text, "-");
	const char *end = text[len] ? text + len + 1 : text;
	__u64 from;
	__u64 to;

	if (!parse_digits(text, len, &from) ||
	    !parse_digits(end, strlen(end), &to))
		return ctl_fail(ctl, CTL_USAGE,
				"%s '%s' is not a number or a range", what,
				text);
	if (from < min || from > max || to < min || to > max)
		return ctl_fail(ctl, CTL_USAGE, "%s %s is not in %u-%u", what,
				text, min, max);
	if (from > to)
		return ctl_fail(ctl, CTL_USAGE, "%s %s runs backwards", what,
				text);
	*first = from;
	*last = to;

	return CTL_DONE;
}

/**
 * value_dev() - the name of a network interface
 * @ctl: the run, told what is wrong
 * @text: what the user wrote
 * @dev: the name
 *
 * Return: %CTL_DONE, or %CTL_USAGE: it is empty, too long, or holds what no
 * interface's name may hold.
 */
int value_dev(struct ctl *ctl, const char *text, char dev[IFNAMSIZ])
{
	const char *c;

	if (!*text)
		return ctl_fail(ctl, CTL_USAGE, "the device name is empty");
	if (strlen(text) >= IFNAMSIZ)
		return ctl_fail(ctl, CTL_USAGE,
				"device name '%s' is longer than %d characters",
				text, IFNAMSIZ - 1);
	if (!strcmp(text, ".") || !strcmp(text, ".."))
		return ctl_fail(ctl, CTL_USAGE,
				"'%s' cannot be a device name", text);
	for (c = text; *c; c++) {
		if (isspace((unsigned char)*c))
			return ctl_fail(ctl, CTL_USAGE,
					"device name '%s' holds a blank", text);
		if (strchr("/:%", *c))
			return ctl_fail(ctl, CTL_USAGE,
					"device name '%s' holds a '%c'", text,
					*c);
	}
	memcpy(dev, text, strlen(text) + 1);

	return CTL_DONE;
}

/* The name that an object of some kind is made under. */
static int parse_object(struct ctl *ctl, const char *kind, const char *text,
			char *name, size_t room)
{
	size_t len = strlen(text);

	if (!len)
		return ctl_fail(ctl, CTL_USAGE, "the %s's name is empty", kind);
	if (len >= room)
		return ctl_fail(ctl, CTL_USAGE,
				"%s name '%s' is longer than %zu characters",
				kind, text, room - 1);
	if (!strcmp(text, VALUE_NONE))
		return ctl_fail(ctl, CTL_USAGE,
				"'%s' cannot be a %s's name: it stands for no %s",
				text, kind, kind);
	if (strspn(text, LETTERS DIGITS "_-.") < len ||
	    strchr("_-.", text[0]))
		return ctl_fail(ctl, CTL_USAGE,
				"%s name '%s': expected letters, digits, '_', '-' and '.', the first a letter or digit",
				kind, text);
	memcpy(name, text, len + 1);

	return CTL_DONE;
}

/**
 * value_filter() - the name of a filter
 * @ctl: the run, told what is wrong
 * @text: what the user wrote
 * @filter: the name
 *
 * Return: %CTL_DONE or %CTL_USAGE.
 */
int value_filter(struct ctl *ctl, const char *text, char filter[VALUE_FILTER])
{
	return parse_object(ctl, "filter", text, filter, VALUE_FILTER);
}

/**
 * value_dedup() - the name of a dedup group
 * @ctl: the run, told what is wrong
 * @text: what the user wrote
 * @dedup: the name
 *
 * Return: %CTL_DONE or %CTL_USAGE.
 */
int value_dedup(struct ctl *ctl, const char *text, char dedup[VALUE_DEDUP])
{
	return parse_object(ctl, "dedup group", text, dedup, VALUE_DEDUP);
}

/**
 * value_name() - the operator's name for a session
 * @ctl: the run, told what is wrong
 * @text: what the user wrote
 * @name: the name
 *
 * What a file of commands could not hold, where there are no quotes, cannot be
 * a name.
 *
 * Return: %CTL_DONE or %CTL_USAGE.
 */
int value_name(struct ctl *ctl, const char *text, char name[VALUE_NAME])
{
	const char *c;

	if (!*text)
		return ctl_fail(ctl, CTL_USAGE,
				"the name is empty: '%s' takes it away",
				VALUE_NONE);
	if (strlen(text) >= VALUE_NAME)
		return ctl_fail(ctl, CTL_USAGE,
				"name '%s' is longer than %d characters", text,
				VALUE_NAME - 1);
	if (*text == '#')
		return ctl_fail(ctl, CTL_USAGE,
				"name '%s' begins with '#', as a comment does",
				text);
	for (c = text; *c; c++) {
		if (*c == ' ' || *c == '\t')
			return ctl_fail(ctl, CTL_USAGE,
					"name '%s' holds a blank", text);
		if (*c < '!' || *c > '~')
			return ctl_fail(ctl, CTL_USAGE,
					"name '%s' holds what is no printable ASCII character",
					text);
	}
	memcpy(name, text, strlen(text) + 1);

	return CTL_DONE;
}

/**
 * value_file() - the name of a file
 * @ctl: the run, told what is wrong
 * @text: what the user wrote
 * @file: the name: @text itself
 *
 * Return: %CTL_DONE, or %CTL_USAGE: it is empty.
 */
int value_file(struct ctl *ctl, const char *text, const char **file)
{
	if (!*text)
		return ctl_fail(ctl, CTL_USAGE, "the file name is empty");
	*file = text;

	return CTL_DONE;
}

static int parse_vni(struct ctl *ctl, const char *text, size_t len,
		     __u32 *vni)
{
	__u64 number;

	parse_digits(text, len, &number);
	if (number > VXM_VNI_MAX)
		return ctl_fail(ctl, CTL_USAGE, "VNI %.*s is not in 0-%u",
				(int)len, text, VXM_VNI_MAX);
	*vni = number;

	return CTL_DONE;
}

static int parse_entry(struct ctl *ctl, const char *text, size_t len,
		       struct vni_entry *entry)
{
	const char *last = memchr(text, '-', len);
	size_t first_len = last ? (size_t)(last - text) : len;
	size_t last_len = last ? len - first_len - 1 : len;
	__u64 number;

	last = last ? last + 1 : text;
	entry->any = false;
	if (!parse_digits(text, first_len, &number) ||
	    !parse_digits(last, last_len, &number))
		return ctl_fail(ctl, CTL_USAGE,
				"'%.*s' is not a VNI, a range such as 9-12, or 'any'",
				(int)len, text);
	if (parse_vni(ctl, text, first_len, &entry->first) ||
	    parse_vni(ctl, last, last_len, &entry->last))
		return CTL_USAGE;
	if (entry->first > entry->last)
		return ctl_fail(ctl, CTL_USAGE,
				"the range '%.*s' runs backwards", (int)len,
				text);

	return CTL_DONE;
}

static int compare_entries(const void *left, const void *right)
{
	const struct vni_entry *a = left;
	const struct vni_entry *b = right;

	return (a->first > b->first) - (a->first < b->first);
}

static int check_overlap(struct ctl *ctl, const struct vni_list *list)
{
	struct vni_entry *sorted = ctl_alloc(list->count, sizeof(*sorted));
	int ret = CTL_DONE;
	size_t i;

	memcpy(sorted, list->entry, list->count * sizeof(*sorted));
	qsort(sorted, list->count, sizeof(*sorted), compare_entries);
	for (i = 1; i < list->count && !ret; i++) {
		if (sorted[i].first > sorted[i - 1].last)
			continue;
		ret = ctl_fail(ctl, CTL_USAGE,
			       "VNI %u is in the list twice", sorted[i].first);
	}
	free(sorted);

	return ret;
}

/**
 * value_vnis() - "any", or a list of VNIs and ranges such as 1,5,9-12
 * @ctl: the run, told what is wrong
 * @text: what the user wrote
 * @list: the entries; the caller frees @list->entry, after a failure too
 *
 * Return: %CTL_DONE or %CTL_USAGE.
 */
int value_vnis(struct ctl *ctl, const char *text, struct vni_list *list)
{
	const char *from = text;
	size_t room = 0;
	size_t len;
	int ret;

	for (;;) {
		len = strcspn(from, ",");
		if (!len)
			return ctl_fail(ctl, CTL_USAGE,
					"the VNI list '%s' has an empty element",
					text);
		list->entry = ctl_grow(list->entry, list->count, &room,
				       sizeof(*list->entry));
		if (len == 3 && !strncmp(from, "any", len)) {
			if (strcmp(text, "any"))
				return ctl_fail(ctl, CTL_USAGE,
						"'any' cannot be part of a list");
			list->entry[0].any = true;
			list->count = 1;
			return CTL_DONE;
		}
		ret = parse_entry(ctl, from, len, &list->entry[list->count]);
		if (ret)
			return ret;
		list->count++;
		if (!from[len])
			return check_overlap(ctl, list);
		from += len + 1;
	}
}
