// SPDX-License-Identifier: GPL-2.0
/*
 * What 'import aws' says, on standard error and in the configuration file,
 * and how it takes values out of AWS's descriptions. A value of the wrong
 * type is always named.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "import.h"

static void say(struct import *import, const char *before, const char *format,
		va_list args)
{
	char text[2048];

	vsnprintf(text, sizeof(text), format, args);
	ctl_printable(text);
	if (*before)
		fprintf(stderr, "vxmirrorctl: %s%s\n", before, text);
	fprintf(import->out, "# %s%s\n", before, text);
}

/**
 * import_comment() - write a comment into the configuration file
 * @import: the run
 * @format: as for printf(), one line without a line feed
 */
void import_comment(struct import *import, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(import, "", format, args);
	va_end(args);
}

/**
 * import_warn() - say what the operator should know
 * @import: the run
 * @format: as for printf(), one line without a line feed
 */
void import_warn(struct import *import, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(import, "warning: ", format, args);
	va_end(args);
}

/**
 * import_miss() - say what AWS has and the configuration file has not
 * @import: the run
 * @format: as for printf(), one line without a line feed
 */
void import_miss(struct import *import, const char *format, ...)
{
	va_list args;

	import->missed++;
	va_start(args, format);
	say(import, "not expressed: ", format, args);
	va_end(args);
}

/* A member, NULL when it is not there, or null. */
static const json_t *find(const json_t *item, const char *key)
{
	const json_t *value = json_object_get(item, key);

	return json_is_null(value) ? NULL : value;
}

/**
 * import_text() - take a string out of a description
 * @import: the run
 * @who: whose description it is
 * @item: the description
 * @key: the string's key
 *
 * Return: the string, NULL when there is none.
 */
const char *import_text(struct import *import, const char *who,
			const json_t *item, const char *key)
{
	const json_t *value = find(item, key);

	if (value && !json_is_string(value))
		import_miss(import, "%s: %s is no string", who, key);

	return json_string_value(value);
}

/**
 * import_need() - take a string out of a description that has to be there
 * @import: the run
 * @who: whose description it is
 * @item: the description
 * @key: the string's key
 *
 * Return: the string, NULL when there is none; that has been said.
 */
const char *import_need(struct import *import, const char *who,
			const json_t *item, const char *key)
{
	if (!find(item, key))
		import_miss(import, "%s: there is no %s", who, key);

	return import_text(import, who, item, key);
}

/**
 * import_number() - take a number out of a description
 * @import: the run
 * @who: whose description it is
 * @item: the description
 * @key: the number's key
 * @min: the least that is allowed
 * @max: the most
 * @number: the number, 0 unless it is there
 *
 * Return: whether there is one.
 */
enum import_field import_number(struct import *import, const char *who,
				const json_t *item, const char *key, long min,
				long max, long *number)
{
	const json_t *value = find(item, key);
	json_int_t found;

	*number = 0;
	if (!value)
		return IMPORT_ABSENT;
	if (!json_is_integer(value)) {
		import_miss(import, "%s: %s is no whole number", who, key);
		return IMPORT_WRONG;
	}
	found = json_integer_value(value);
	if (found < min || found > max) {
		import_miss(import, "%s: %s %" JSON_INTEGER_FORMAT
			    " is not in %ld-%ld", who, key, found, min, max);
		return IMPORT_WRONG;
	}
	*number = found;

	return IMPORT_THERE;
}

/**
 * import_list() - take an array out of a description
 * @import: the run
 * @who: whose description it is
 * @item: the description
 * @key: the array's key
 *
 * Return: the array, NULL when there is none.
 */
const json_t *import_list(struct import *import, const char *who,
			  const json_t *item, const char *key)
{
	const json_t *value = find(item, key);

	if (!value || json_is_array(value))
		return value;
	import_miss(import, "%s: %s is no list", who, key);

	return NULL;
}

/**
 * import_tag() - the tag 'Name' of a description
 * @import: the run
 * @who: whose description it is
 * @item: the description
 * @key: the key of its tags
 *
 * Return: the tag's value, NULL when there is none.
 */
const char *import_tag(struct import *import, const char *who,
		       const json_t *item, const char *key)
{
	const json_t *tags = import_list(import, who, item, key);
	const json_t *tag;
	const char *name;
	size_t i;

	json_array_foreach(tags, i, tag) {
		if (!json_is_object(tag)) {
			import_miss(import, "%s: a tag is no object", who);
			continue;
		}
		name = import_text(import, who, tag, "Key");
		if (name && !strcmp(name, "Name"))
			return import_text(import, who, tag, "Value");
	}

	return NULL;
}

/**
 * import_clean_name() - make a name that commands take
 * @text: what AWS has for a name, NULL: nothing
 * @name: the name: what names cannot hold became hyphens
 *
 * Return: false when nothing is left, or what means that there is no name.
 */
bool import_clean_name(const char *text, char name[IMPORT_NAME])
{
	size_t len = 0;

	for (; text && *text && len < IMPORT_NAME - 1; text++) {
		if ((*text >= 'a' && *text <= 'z') ||
		    (*text >= 'A' && *text <= 'Z') ||
		    (*text >= '0' && *text <= '9') ||
		    (len && (*text == '_' || *text == '.')))
			name[len++] = *text;
		else if (len && name[len - 1] != '-')
			name[len++] = '-';
	}
	while (len && name[len - 1] == '-')
		len--;
	name[len] = '\0';
	if (!strcmp(name, VALUE_NONE))
		*name = '\0';

	return *name;
}

static int compare_ids(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/**
 * import_ids() - the ids of a kind, sorted
 * @items: the descriptions by id
 * @count: how many
 *
 * Return: the ids; the caller frees the array.
 */
const char **import_ids(const json_t *items, size_t *count)
{
	const char **ids = ctl_alloc(json_object_size(items), sizeof(*ids));
	const json_t *item;
	const char *id;

	*count = 0;
	json_object_foreach((json_t *)items, id, item)
		ids[(*count)++] = id;
	qsort(ids, *count, sizeof(*ids), compare_ids);

	return ids;
}
