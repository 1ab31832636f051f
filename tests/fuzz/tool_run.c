// SPDX-License-Identifier: GPL-2.0
/*
 * One run of vxmirrorctl, and what holds of every run.
 */
#include <string.h>
#include <jansson.h>
#include <net/if.h>

#include "tool.h"

#define NAME "vxmirrorctl: "

struct world world;

static bool printable(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		const unsigned char *c = (const void *)&text[i];

		if (*c < ' ' || *c == 0x7f)
			return false;
		/* U+0080 to U+009F; the text is followed by a line feed */
		if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f)
			return false;
		/* U+2028 to U+202E */
		if (c[0] == 0xe2 && c[1] == 0x80 && c[2] >= 0xa8 &&
		    c[2] <= 0xae)
			return false;
	}

	return true;
}

/* Every line has the tool's name, and is harmless to a terminal. */
static void check_lines(const char *err, size_t len)
{
	const char *end;
	size_t line;

	for (; len; len -= line) {
		end = memchr(err, '\n', len);
		PROMISE(end);
		line = end + 1 - err;
		PROMISE(line > strlen(NAME) + 1);
		PROMISE(!memcmp(err, NAME, strlen(NAME)));
		PROMISE(printable(err, line - 1));
		err += line;
	}
}

static void check(const struct outcome *outcome)
{
	PROMISE(outcome->code >= 0 && outcome->code <= 2);
	PROMISE(!world.descriptors);
	PROMISE(!world.sockets);
	check_lines(outcome->err, outcome->err_len);
	if (outcome->code)
		PROMISE(outcome->err_len);
	else
		PROMISE(!outcome->err_len || world.talks);
	/* An error is one line. */
	PROMISE(!outcome->err_len || world.talks ||
		memchr(outcome->err, '\n', outcome->err_len) ==
		outcome->err + outcome->err_len - 1);
	/* A usage error is one that nothing was sent for. */
	PROMISE(outcome->code != 2 || !world.requests);
}

/**
 * tool_run() - run the tool
 * @count: number of words, up to %TOOL_WORDS
 * @words: the command line, without the program's name
 * @outcome: what came of it; tool_free() it
 */
void tool_run(int count, char **words, struct outcome *outcome)
{
	char *argv[TOOL_WORDS + 2] = { "vxmirrorctl" };
	FILE *err = stderr;
	FILE *out = stdout;
	FILE *in = stdin;

	PROMISE(count <= TOOL_WORDS);
	memcpy(argv + 1, words, count * sizeof(*words));
	memset(outcome, 0, sizeof(*outcome));
	stdin = input_open(world.file);
	stdout = open_memstream(&outcome->out, &outcome->out_len);
	stderr = open_memstream(&outcome->err, &outcome->err_len);
	PROMISE(stdout && stderr);
	outcome->code = vxmirrorctl_main(count + 1, argv);
	fclose(stdin);
	fclose(stdout);
	fclose(stderr);
	stdin = in;
	stdout = out;
	stderr = err;
	check(outcome);
}

/* No interface has a longer name; the tool's own room for it may be larger. */
static void check_names(const json_t *value)
{
	const json_t *member;
	const char *key;
	size_t i;

	json_array_foreach(value, i, member)
		check_names(member);
	json_object_foreach((json_t *)value, key, member) {
		check_names(member);
		if (!strcmp(key, "dev"))
			PROMISE(json_string_length(member) < IFNAMSIZ);
	}
}

/**
 * tool_check_json() - see whether the standard output is JSON
 * @outcome: what came of a run: nothing, one value, or one value a line
 */
void tool_check_json(const struct outcome *outcome)
{
	FILE *out = fmemopen(outcome->out, outcome->out_len, "r");
	json_error_t error;
	json_t *value;

	while (out && ftell(out) < (long)outcome->out_len) {
		value = json_loadf(out, JSON_REJECT_DUPLICATES |
				   JSON_DISABLE_EOF_CHECK, &error);
		if (!value)
			fprintf(stderr, "%s in: %s\n", error.text, outcome->out);
		PROMISE(value);
		check_names(value);
		json_decref(value);
		PROMISE(fgetc(out) == '\n');
	}
	if (out)
		fclose(out);
}

/**
 * tool_free() - forget a run
 * @outcome: what tool_run() has filled in
 */
void tool_free(struct outcome *outcome)
{
	free(outcome->out);
	free(outcome->err);
}
