/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests that must be refused.
 */
#ifndef UAPI_BAD_H
#define UAPI_BAD_H

#include "client.h"

/**
 * struct bad - a request that must be refused
 *
 * @name: what is bad about it
 * @cmd: command
 * @flags: netlink flags
 * @error: errno to come back
 * @text: a part of the message to come with it; NULL: the kernel's core
 *	refuses it and says nothing
 * @bad: one more than the attribute to be named as at fault, 0: none
 * @missing: one more than the attribute to be named as missing, 0: none
 * @attrs: what the request holds
 */
struct bad {
	const char *name;
	int cmd;
	int flags;
	int error;
	const char *text;
	int bad;
	int missing;
	struct attr attrs[8];
};

#define CMD(c) .cmd = VXM_CMD_##c
#define DUMP(c) .cmd = VXM_CMD_##c, .flags = NLM_F_DUMP
#define REFUSED(e, t) .error = (e), .text = (t)
#define AT_FAULT(a) .bad = VXM_ATTR_##a + 1
#define MISSING(a) .missing = VXM_ATTR_##a + 1

extern const struct bad bad_objects[];
extern const size_t n_bad_objects;
extern const struct bad bad_entries[];
extern const size_t n_bad_entries;
extern const struct bad bad_filters[];
extern const size_t n_bad_filters;

#endif /* UAPI_BAD_H */
