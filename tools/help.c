// SPDX-License-Identifier: GPL-2.0
/*
 * The help text, made from the tables that commands are taken apart by.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "help.h"
#include "output.h"
#include "words.h"

#define WIDTH 80	/* of a line */

/* Print the next part of a synopsis, in a new line if it does not fit. */
static void CTL_PRINTF(2, 3)
print_part(size_t *column, const char *format, ...)
{
	char part[128];
	va_list args;

	va_start(args, format);
	vsnprintf(part, sizeof(part), format, args);
	va_end(args);
	if (*column + 1 + strlen(part) > WIDTH)
		*column = printf("\n   ") - 1;
	*column += printf(" %s", part);
}

static void print_word(size_t *column, enum word word, bool optional)
{
	const char *value = words_value(word);

	print_part(column, "%s%s%s%s%s", optional ? "[" : "", words_name(word),
		   value ? " " : "", value ? value : "", optional ? "]" : "");
}

static void print_words(size_t *column, const struct form *form)
{
	enum word word;

	for (word = 0; word < WORD_COUNT; word++) {
		if (form->need >> word & 1)
			print_word(column, word, false);
	}
	for (word = 0; word < WORD_COUNT; word++) {
		if (!(form->may >> word & 1) || word == WORD_DOWN)
			continue;
		if (word == WORD_UP)
			print_part(column, "[%s|%s]", words_name(WORD_UP),
				   words_name(WORD_DOWN));
		else
			print_word(column, word, true);
	}
}

static void print_form(const struct verb *verb, const struct form *form)
{
	size_t column = printf("  %s", verb->name);
	const char *joint = " [";
	enum object object;

	if (form->among) {
		for (object = 0; object < OBJECT_COUNT; object++) {
			if (!(form->among & 1U << object))
				continue;
			printf("%s%s", joint, words_object(object));
			joint = "|";
		}
		printf("]...");
	} else {
		print_part(&column, "%s", words_object(form->object));
	}
	if (form->subject)
		print_part(&column, form->optional ? "[%s]" : "%s",
			   words_subject(form->subject));
	print_words(&column, form);
	if (form->files)
		print_part(&column, "[FILE...]");
	printf("\n        %s\n", form->about);
}

static void print_verb(const struct verb *verb, const struct form *only)
{
	size_t i;

	for (i = 0; i < verb->forms; i++) {
		if (!only || only == &verb->form[i])
			print_form(verb, &verb->form[i]);
	}
}

static void print_values(void)
{
	fputs("\n"
	      "VNIS is 'any', or a list of numbers and ranges such as 1,5,9-12, 0 to 16777215.\n"
	      "NAME is a mirror device, a filter, or what a session is called. GROUP is a dedup\n"
	      "group, which the first VNI entry that names it makes. P is a UDP port,\n"
	      "4789 unless said. ADDR is an IPv4 or IPv6 address, CIDR a network such as\n"
	      "10.0.0.0/8, PROTO an IP protocol by number or name. 'none' takes a setting away.\n",
	      stdout);
}

static void print_all(void)
{
	const struct verb *verb;
	size_t i;

	fputs("usage: vxmirrorctl [OPTION]... [COMMAND]\n"
	      "\n"
	      "Without a command: an overview of what is going on.\n"
	      "\n"
	      "Commands:\n",
	      stdout);
	for (i = 0; (verb = words_verb(i)); i++)
		print_verb(verb, NULL);
	fputs("  help [VERB [OBJECT]]\n"
	      "        this text, or the part about a verb or an object\n",
	      stdout);
	print_values();
	fputs("\n"
	      "Options:\n"
	      "  -j          answers are JSON\n"
	      "  -p          JSON is indented\n"
	      "  -s          counters too\n"
	      "  -n NETNS    work in this network namespace: a name under /run/netns, or a path\n"
	      "  -b FILE     commands from a file, one a line; '-' is standard input\n"
	      "  -h, --help  this text\n"
	      "  --version   the version\n"
	      "\n"
	      "Exit status: 0 done, 1 refused or failed, 2 the command makes no sense.\n"
	      "More is in vxmirrorctl(8).\n",
	      stdout);
}

/**
 * help_print() - print the help text
 * @ctl: the run, told when a word is unknown
 * @count: number of words
 * @words: nothing: all; a verb; a verb and an object. Words behind these are
 *	not looked at.
 *
 * Return: %CTL_DONE, %CTL_USAGE or, for an output that cannot be written,
 * %CTL_REFUSED.
 */
int help_print(struct ctl *ctl, int count, char **words)
{
	const struct form *form = NULL;
	const struct verb *verb;

	if (!count || !strcmp(words[0], "help")) {
		print_all();
		return out_flush(ctl);
	}
	verb = words_find_verb(ctl, words[0]);
	if (!verb)
		return CTL_USAGE;
	if (count > 1 && words_find_object(ctl, verb, words[1], &form))
		return CTL_USAGE;
	print_verb(verb, form);
	print_values();

	return out_flush(ctl);
}
