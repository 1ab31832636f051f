// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the tests of the generic netlink interface, or the groups of them that
 * are named; "policy" prints the kernel's policy instead, and "swap" changes the
 * rules of a filter so many times.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>

#include "tap.h"
#include "world.h"

static const struct {
	const char	*name;
	void		(*run)(void);
} groups[] = {
	{ "good", test_good },
	{ "traffic", test_traffic },
	{ "ports", test_ports },
	{ "filters", test_filters },
	{ "bad", test_bad },
	{ "events", test_events },
	{ "dumps", test_dumps },
	{ "limits", test_limits },
	{ "rights", test_rights },
};

static void run_group(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		if (strcmp(groups[i].name, name))
			continue;
		printf("# %s\n", name);
		groups[i].run();
		return;
	}
	errx(2, "no group \"%s\"", name);
}

int main(int argc, char **argv)
{
	size_t i;
	int arg;

	if (argc == 2 && !strcmp(argv[1], "policy"))
		return print_policy();
	if (argc == 3 && !strcmp(argv[1], "swap"))
		return swap_rules(argv[2]);
	for (arg = 1; arg < argc; arg++)
		run_group(argv[arg]);
	for (i = 0; argc == 1 && i < ARRAY_SIZE(groups); i++)
		run_group(groups[i].name);
	return tap_end();
}
