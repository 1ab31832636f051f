// SPDX-License-Identifier: GPL-2.0
/*
 * Commands out of a file, one a line. All are taken apart before the first is
 * sent, so that a slip of the pen in the last line changes nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "netns.h"
#include "nl.h"
#include "words.h"

#define BLANKS " \t\r\n\v\f"

/* One command with the line it stands in. */
struct command {
	size_t line;
	struct args args;
};

/* A file's commands. */
struct batch {
	struct command *command;
	size_t count;
	size_t room;
};

/* Put the place before the error, and say what has been done. */
static int in_line(struct ctl *ctl, size_t line, int code)
{
	char error[sizeof(ctl->error)];

	memcpy(error, ctl->error, sizeof(error));
	ctl_fail(ctl, code, "%s:%zu: ", ctl->batch, line);
	ctl_fail_more(ctl, "%s", error);

	return code;
}

/* The words of a line, up to a word that begins with '#'. */
static char **split(char *text, int *count)
{
	char **words = NULL;
	size_t room = 0;
	char *word;
	char *rest;

	*count = 0;
	for (word = strtok_r(text, BLANKS, &rest); word && *word != '#';
	     word = strtok_r(NULL, BLANKS, &rest)) {
		words = ctl_grow(words, *count, &room, sizeof(*words));
		words[(*count)++] = word;
	}

	return words;
}

static int parse_line(struct ctl *ctl, struct batch *batch, char *text,
		      size_t len, size_t line)
{
	struct command *command;
	int ret = CTL_DONE;
	char **words;
	int count;

	if (memchr(text, '\0', len))
		return ctl_fail(ctl, CTL_USAGE, "the line holds a zero byte");
	words = split(text, &count);
	if (count) {
		batch->command = ctl_grow(batch->command, batch->count,
					  &batch->room,
					  sizeof(*batch->command));
		command = &batch->command[batch->count++];
		command->line = line;
		ret = words_parse(ctl, count, words, &command->args);
		if (!ret && command->args.form->endless)
			ret = ctl_fail(ctl, CTL_USAGE,
				       "%s: it never ends, so it cannot stand in a batch",
				       words[0]);
		else if (!ret && command->args.form->offline)
			ret = ctl_fail(ctl, CTL_USAGE,
				       "%s: it makes a batch, so it cannot stand in one",
				       words[0]);
	}
	free(words);

	return ret;
}

static int parse_file(struct ctl *ctl, struct batch *batch, FILE *file)
{
	char *text = NULL;
	int ret = CTL_DONE;
	size_t room = 0;
	size_t line = 0;
	ssize_t len;

	while (!ret && (len = getline(&text, &room, file)) >= 0)
		ret = parse_line(ctl, batch, text, len, ++line);
	if (ret) {
		in_line(ctl, line, ret);
		ctl_fail_more(ctl, "; nothing has been changed");
	} else if (ferror(file)) {
		ret = ctl_fail(ctl, CTL_REFUSED, "cannot read %s: %s",
			       ctl->batch, strerror(errno));
	}
	free(text);

	return ret;
}

static int run_all(struct ctl *ctl, const struct batch *batch)
{
	const struct command *command;
	int ret = CTL_DONE;
	size_t i;

	for (i = 0; i < batch->count; i++) {
		command = &batch->command[i];
		ret = command->args.form->run(ctl, &command->args);
		if (ret)
			break;
	}
	if (!ret)
		return CTL_DONE;

	in_line(ctl, command->line, ret);
	if (!i)
		ctl_fail_more(ctl, "; no command stood before it");
	else if (command->line == 2)
		ctl_fail_more(ctl, "; line 1 is in effect");
	else
		ctl_fail_more(ctl,
			      "; lines 1-%zu are in effect (%zu command%s)",
			      command->line - 1, i, i == 1 ? "" : "s");

	return ret;
}

/**
 * batch_run_file() - run the commands of an open file
 * @ctl: the run, not yet connected; its batch is the file's name
 * @file: the file
 *
 * The first command that fails is the last that is tried.
 *
 * Return: %CTL_DONE, %CTL_USAGE: a line makes no sense, and nothing has been
 * done; %CTL_REFUSED: a command was refused, or the file cannot be read.
 */
int batch_run_file(struct ctl *ctl, FILE *file)
{
	struct batch batch = { 0 };
	int ret;
	size_t i;

	ret = parse_file(ctl, &batch, file);
	if (!ret && batch.count) {
		ret = netns_enter(ctl);
		if (!ret)
			ret = nl_open(ctl);
		if (!ret)
			ret = run_all(ctl, &batch);
	}
	for (i = 0; i < batch.count; i++)
		words_free(&batch.command[i].args);
	free(batch.command);

	return ret;
}

/**
 * batch_run() - run the commands of the file that -b names
 * @ctl: the run, not yet connected
 *
 * Return: as batch_run_file().
 */
int batch_run(struct ctl *ctl)
{
	bool standard = !strcmp(ctl->batch, "-");
	FILE *file = standard ? stdin : fopen(ctl->batch, "re");
	int ret;

	if (!file)
		return ctl_fail(ctl, CTL_REFUSED, "cannot open %s: %s",
				ctl->batch, strerror(errno));
	ret = batch_run_file(ctl, file);
	if (!standard)
		fclose(file);

	return ret;
}
