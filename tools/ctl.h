/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every part of vxmirrorctl needs: one run's state, and how a command
 * that fails says why.
 */
#ifndef VXMIRRORCTL_CTL_H
#define VXMIRRORCTL_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#define CTL_ATTRIBUTE(attribute) __attribute__((attribute))
#define CTL_PRINTF(f, a) CTL_ATTRIBUTE(format(printf, f, a))
#define CTL_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/**
 * enum ctl_exit - exit codes, also what every command's function returns
 *
 * @CTL_DONE: everything asked for has been done
 * @CTL_REFUSED: the kernel, the system or the tool's own look refused it
 * @CTL_USAGE: the command makes no sense; nothing was sent to the kernel
 */
enum ctl_exit {
	CTL_DONE,
	CTL_REFUSED,
	CTL_USAGE,
};

struct nl;

/**
 * struct ctl - one run of vxmirrorctl
 *
 * @nl: the connection to the kernel, NULL until nl_open()
 * @json: answers are JSON
 * @pretty: JSON is indented
 * @stats: answers hold counters
 * @netns: network namespace to work in, NULL: the caller's
 * @batch: file of commands, "-": standard input, NULL: none
 * @error: why the last command failed, one line without the program's name
 */
struct ctl {
	struct nl *nl;
	bool json;
	bool pretty;
	bool stats;
	const char *netns;
	const char *batch;
	char error[1024];
};

int ctl_fail(struct ctl *ctl, enum ctl_exit code, const char *format, ...)
	CTL_PRINTF(3, 4);
void ctl_fail_more(struct ctl *ctl, const char *format, ...) CTL_PRINTF(2, 3);
void ctl_printable(char *text);
void *ctl_alloc(size_t count, size_t size);
void *ctl_grow(void *array, size_t count, size_t *room, size_t size);

#endif /* VXMIRRORCTL_CTL_H */
