// SPDX-License-Identifier: GPL-2.0
/*
 * vxmirrorctl: options, and who does what they ask for.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "help.h"
#include "netns.h"
#include "nl.h"
#include "options.h"
#include "output.h"
#include "overview.h"
#include "words.h"

static int run_words(struct ctl *ctl, int count, char **words)
{
	struct args args;
	int ret;

	ret = words_parse(ctl, count, words, &args);
	if (!ret && !args.form->offline)
		ret = netns_enter(ctl);
	if (!ret && !args.form->offline)
		ret = nl_open(ctl);
	if (!ret)
		ret = args.form->run(ctl, &args);
	words_free(&args);

	return ret;
}

static int run_overview(struct ctl *ctl)
{
	int ret;

	ret = netns_enter(ctl);
	if (!ret)
		ret = nl_open(ctl);
	if (!ret)
		ret = overview_print(ctl);

	return ret;
}

static int run(struct ctl *ctl, const struct options *options)
{
	int count = options->count;
	char **words = options->words;

	if (options->version) {
		printf("vxmirrorctl %s\n", VXMIRRORCTL_VERSION);
		return out_flush(ctl);
	}
	if (options->help)
		return help_print(ctl, count, words);
	if (count && !strcmp(words[0], "help"))
		return help_print(ctl, count - 1, words + 1);
	if (ctl->batch)
		return batch_run(ctl);

	return count ? run_words(ctl, count, words) : run_overview(ctl);
}

/* So that no socket takes the place of a standard stream that is closed. */
static void hold_streams(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	struct options options;
	struct ctl ctl = { 0 };
	int ret;

	hold_streams();
	/* A reader that goes away is an error to report, not a death. */
	signal(SIGPIPE, SIG_IGN);

	ret = options_parse(&ctl, argc, argv, &options);
	if (!ret)
		ret = run(&ctl, &options);
	if (ret)
		fprintf(stderr, "vxmirrorctl: %s\n", ctl.error);
	nl_close(&ctl);
	free(options.words);

	return ret;
}
