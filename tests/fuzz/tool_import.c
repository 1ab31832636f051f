// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes what AWS says to 'import aws'. An input is a byte that says what the
 * kernel refuses, one that chooses words, then the JSON.
 */
#include <ctype.h>
#include <string.h>

#include "tool.h"

#define APPLY 0x01
#define RESOLVER 0x02
#define TWICE 0x04	/* the same file two times */
#define STANDARD 0x80

static const char *const commands[] = {
	"add filter ", "add rule filter ", "add vni ", "add session vni ",
};

static bool begins(const char *line, const char *with)
{
	return !strncmp(line, with, strlen(with));
}

/* Nothing of AWS's is a word of a command, but in a comment behind it. */
static void check_command(const char *line)
{
	const char *comment = strstr(line, " #");
	size_t len = comment ? (size_t)(comment - line) : strlen(line);
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (begins(line, commands[i]))
			break;
	}
	PROMISE(i < sizeof(commands) / sizeof(*commands));
	for (i = 0; i < len; i++)
		PROMISE(isalnum((unsigned char)line[i]) ||
			strchr(" _.:/-", line[i]));
}

/* How many lines tell of something; takes the text apart. */
static size_t count_said(char *text, const char *before, bool commands_too)
{
	size_t said = 0;
	char *line;
	char *rest;

	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (commands_too && *line != '#')
			check_command(line);
		if (!begins(line, before))
			continue;
		line += strlen(before);
		said += begins(line, "warning: ") ||
			begins(line, "not expressed: ");
	}

	return said;
}

/* What is said is said twice. */
static void check_file(const struct outcome *outcome)
{
	if (!outcome->out_len)
		return;
	PROMISE(strlen(outcome->out) == outcome->out_len);
	PROMISE(count_said(outcome->out, "# ", true) ==
		count_said(outcome->err, "vxmirrorctl: ", false));
}

int fuzz_input(const __u8 *data, size_t size)
{
	char *words[TOOL_WORDS] = { "import", "aws" };
	struct outcome outcome;
	int count = 2;

	if (size < 2)
		return 0;
	memset(&world, 0, sizeof(world));
	world.kernel = &kernel_friendly;
	world.refuse = data[0];
	world.step = 1000;
	world.talks = true;
	world.file = (struct input){ data + 2, size - 2 };
	if (data[1] & RESOLVER) {
		words[count++] = "resolver";
		words[count++] = "fd00::2";
	}
	if (data[1] & APPLY)
		words[count++] = "apply";
	words[count++] = data[1] & STANDARD ? "-" : "f";
	if (data[1] & TWICE)
		words[count++] = "f";
	tool_run(count, words, &outcome);
	check_file(&outcome);
	/* The words are right, and so is each command that comes of them. */
	PROMISE(outcome.code != 2);
	tool_free(&outcome);

	return 0;
}
