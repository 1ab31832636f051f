// SPDX-License-Identifier: GPL-2.0
/*
 * Options of the command line. They may stand anywhere before "--"; no long
 * option is ever completed from its beginning.
 */
#include <string.h>

#include "options.h"

/* What begins with '-' and a letter or a second '-'; "-1" and "-" are words. */
static bool is_option(const char *text)
{
	return text[0] == '-' &&
	       (text[1] == '-' || (text[1] >= 'a' && text[1] <= 'z') ||
		(text[1] >= 'A' && text[1] <= 'Z'));
}

/* The value of an option: the rest of the same argument, or the next one. */
static int take_value(struct ctl *ctl, char option, const char *rest,
		      const char *next, const char **value)
{
	if (*value)
		return ctl_fail(ctl, CTL_USAGE, "option '-%c' is given twice",
				option);
	*value = *rest ? rest : next;
	if (!*value || !**value)
		return ctl_fail(ctl, CTL_USAGE,
				"option '-%c': the value is missing", option);

	return CTL_DONE;
}

static int parse_long(struct ctl *ctl, const char *text,
		      struct options *options)
{
	if (!strcmp(text, "--help"))
		options->help = true;
	else if (!strcmp(text, "--version"))
		options->version = true;
	else
		return ctl_fail(ctl, CTL_USAGE,
				"unknown option '%s': expected -j, -p, -s, -n, -b, --help or --version",
				text);

	return CTL_DONE;
}

/* One argument with options; @next is used up when @used becomes true. */
static int parse_short(struct ctl *ctl, const char *text, const char *next,
		       bool *used, struct options *options)
{
	const char *c;

	for (c = text + 1; *c; c++) {
		switch (*c) {
		case 'j':
			ctl->json = true;
			break;
		case 'p':
			ctl->pretty = true;
			break;
		case 's':
			ctl->stats = true;
			break;
		case 'h':
			options->help = true;
			break;
		case 'n':
			*used = !c[1];
			return take_value(ctl, *c, c + 1, next, &ctl->netns);
		case 'b':
			*used = !c[1];
			return take_value(ctl, *c, c + 1, next, &ctl->batch);
		default:
			return ctl_fail(ctl, CTL_USAGE,
					"unknown option '-%c': expected -j, -p, -s, -n, -b, --help or --version",
					*c);
		}
	}

	return CTL_DONE;
}

/**
 * options_parse() - take the options out of a command line
 * @ctl: the run, which takes most of them; told what is wrong
 * @argc: as main() has it
 * @argv: as main() has it, ended by NULL
 * @options: the rest; the caller frees @options->words, after a failure too
 *
 * Return: %CTL_DONE or %CTL_USAGE.
 */
int options_parse(struct ctl *ctl, int argc, char **argv,
		  struct options *options)
{
	bool more = true;
	bool used;
	int ret;
	int i;

	memset(options, 0, sizeof(*options));
	options->words = ctl_alloc(argc + 1, sizeof(*options->words));
	for (i = 1; i < argc; i++) {
		used = false;
		ret = CTL_DONE;
		if (!more || !is_option(argv[i]))
			options->words[options->count++] = argv[i];
		else if (!strcmp(argv[i], "--"))
			more = false;
		else if (!strcmp(argv[i], "--apply"))
			/* "apply" for who is used to other tools */
			options->words[options->count++] = argv[i] + 2;
		else if (argv[i][1] == '-')
			ret = parse_long(ctl, argv[i], options);
		else
			ret = parse_short(ctl, argv[i], argv[i + 1], &used,
					  options);
		if (ret)
			return ret;
		i += used;
	}
	if (ctl->batch && options->count && !options->help)
		return ctl_fail(ctl, CTL_USAGE,
				"option '-b' takes the commands from a file: unknown word '%s'",
				options->words[0]);

	return CTL_DONE;
}
