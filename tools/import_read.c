// SPDX-License-Identifier: GPL-2.0
/*
 * Reading AWS's answers: JSON objects, any number in a file, each with one
 * or more of the lists that the describe commands of 'aws ec2' print.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "import.h"

#define TEXT 255	/* what AWS allows for a description or a tag */
#define BLANKS " \t\r\n"

/**
 * struct kind - one of AWS's lists
 * @list: its key
 * @id: the key of an element's id
 * @what: what an element is
 */
struct kind {
	const char *list;
	const char *id;
	const char *what;
};

static const struct kind kinds[IMPORT_KINDS] = {
	[IMPORT_SESSIONS] = { "TrafficMirrorSessions",
			      "TrafficMirrorSessionId", "session" },
	[IMPORT_FILTERS] = { "TrafficMirrorFilters",
			     "TrafficMirrorFilterId", "filter" },
	[IMPORT_TARGETS] = { "TrafficMirrorTargets",
			     "TrafficMirrorTargetId", "target" },
	[IMPORT_INTERFACES] = { "NetworkInterfaces",
				"NetworkInterfaceId", "network interface" },
};

/* Where a document came from, for messages. */
struct origin {
	const char *name;
	unsigned int document;
};

static void must(int failed)
{
	if (failed) {
		fputs("vxmirrorctl: out of memory\n", stderr);
		exit(CTL_REFUSED);
	}
}

/* Short, and with nothing in it that could end a line. */
static void clean_string(json_t *value)
{
	const char *text = json_string_value(value);
	char clean[TEXT + sizeof("...")];
	size_t len = strlen(text);

	if (len > TEXT) {
		/* not within a character of UTF-8 */
		for (len = TEXT; len && (text[len] & 0xc0) == 0x80; len--)
			;
	}
	memcpy(clean, text, len);
	strcpy(clean + len, text[len] ? "..." : "");
	ctl_printable(clean);
	must(json_string_set_nocheck(value, clean));
}

static void clean(json_t *value)
{
	const char *key;
	json_t *member;
	size_t i;

	if (json_is_string(value))
		clean_string(value);
	json_array_foreach(value, i, member)
		clean(member);
	json_object_foreach(value, key, member)
		clean(member);
}

static void take_item(struct import *import, enum import_kind kind,
		      const struct origin *origin, size_t i, json_t *item)
{
	const struct kind *info = &kinds[kind];
	const json_t *before;
	const char *id;

	id = json_string_value(json_object_get(item, info->id));
	if (!id || !*id) {
		import_miss(import, "%s, document %u: %s[%zu] has no %s",
			    origin->name, origin->document, info->list, i,
			    info->id);
		return;
	}
	before = json_object_get(import->items[kind], id);
	if (!before)
		must(json_object_set(import->items[kind], id, item));
	else if (!json_equal(before, item))
		import_miss(import,
			    "%s %s is described twice, differently; the first is taken",
			    info->what, id);
}

/* What a document holds; %CTL_DONE also when parts of it make no sense. */
static int take_document(struct import *import, const struct origin *origin,
			 json_t *document)
{
	const char *token;
	bool known = false;
	json_t *item;
	json_t *list;
	size_t i;
	int kind;

	token = json_string_value(json_object_get(document, "NextToken"));
	for (kind = 0; kind < IMPORT_KINDS; kind++) {
		list = json_object_get(document, kinds[kind].list);
		if (!list)
			continue;
		if (!json_is_array(list))
			return ctl_fail(import->ctl, CTL_REFUSED,
					"%s, document %u: %s is no list",
					origin->name, origin->document,
					kinds[kind].list);
		known = true;
		import->given[kind] = true;
		import->more[kind] = token && *token;
		json_array_foreach(list, i, item)
			take_item(import, kind, origin, i, item);
	}
	if (known)
		return CTL_DONE;

	return ctl_fail(import->ctl, CTL_REFUSED,
			"%s, document %u: it has none of %s, %s, %s and %s",
			origin->name, origin->document, kinds[0].list,
			kinds[1].list, kinds[2].list, kinds[3].list);
}

static int read_documents(struct import *import, const char *name,
			  const char *text, size_t len)
{
	struct origin origin = { name, 0 };
	json_error_t error;
	json_t *document;
	int ret;

	for (;;) {
		while (len && strchr(BLANKS, *text) && *text) {
			text++;
			len--;
		}
		if (!len)
			break;
		origin.document++;
		document = json_loadb(text, len, JSON_REJECT_DUPLICATES |
				      JSON_DISABLE_EOF_CHECK, &error);
		if (!document)
			return ctl_fail(import->ctl, CTL_REFUSED,
					"%s, document %u, line %d: no JSON: %s",
					name, origin.document, error.line,
					error.text);
		text += error.position;
		len -= error.position;
		clean(document);
		ret = take_document(import, &origin, document);
		json_decref(document);
		if (ret)
			return ret;
	}
	if (!origin.document)
		return ctl_fail(import->ctl, CTL_REFUSED,
				"%s: it is empty; what did aws say?", name);

	return CTL_DONE;
}

static int read_file(struct import *import, const char *name, FILE *file,
		     size_t *left)
{
	char *text = NULL;
	size_t room = 0;
	size_t len = 0;
	size_t more;
	int ret;

	do {
		text = ctl_grow(text, len, &room, 1);
		more = fread(text + len, 1, room - len, file);
		len += more;
	} while (more && len <= *left);
	if (ferror(file))
		ret = ctl_fail(import->ctl, CTL_REFUSED, "cannot read %s: %s",
			       name, strerror(errno));
	else if (len > *left)
		ret = ctl_fail(import->ctl, CTL_REFUSED,
			       "%s: that is more than can be read, %u MiB in all",
			       name, IMPORT_BYTES >> 20);
	else
		ret = read_documents(import, name, text, len);
	*left -= ret ? 0 : len;
	free(text);

	return ret;
}

/**
 * import_read() - read AWS's answers out of a file
 * @import: the run
 * @name: the file's name, "-": standard input
 * @left: how many bytes may still be read; updated
 *
 * Return: %CTL_DONE, %CTL_REFUSED: that is not what the aws command prints.
 */
int import_read(struct import *import, const char *name, size_t *left)
{
	bool standard = !strcmp(name, "-");
	FILE *file = standard ? stdin : fopen(name, "re");
	int ret;

	if (!file)
		return ctl_fail(import->ctl, CTL_REFUSED, "cannot open %s: %s",
				name, strerror(errno));
	ret = read_file(import, standard ? "standard input" : name, file,
			left);
	if (!standard)
		fclose(file);

	return ret;
}

/**
 * import_check_pages() - say where AWS would have had more to say
 * @import: the run
 */
void import_check_pages(struct import *import)
{
	int kind;

	for (kind = 0; kind < IMPORT_KINDS; kind++) {
		if (import->more[kind])
			import_miss(import,
				    "the last page of %s ends with a NextToken: AWS has more of them",
				    kinds[kind].list);
	}
}
