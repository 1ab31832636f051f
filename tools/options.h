/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Options of the command line.
 */
#ifndef VXMIRRORCTL_OPTIONS_H
#define VXMIRRORCTL_OPTIONS_H

#include "ctl.h"

/**
 * struct options - a command line without the options that struct ctl holds
 *
 * @help: the help text is asked for
 * @version: the version is asked for
 * @count: number of words
 * @words: the words; the array is allocated
 */
struct options {
	bool help;
	bool version;
	int count;
	char **words;
};

int options_parse(struct ctl *ctl, int argc, char **argv,
		  struct options *options);

#endif /* VXMIRRORCTL_OPTIONS_H */
