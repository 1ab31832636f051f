/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The connection to the kernel: requests, answers, events.
 */
#ifndef VXMIRRORCTL_NL_H
#define VXMIRRORCTL_NL_H

#include "ctl.h"
#include "record.h"

/**
 * struct nl_error - why the kernel refused a request
 *
 * @code: positive errno
 * @attr: the attribute that is at fault, %VXM_ATTR_UNSPEC: none is named
 * @rule: the %VXM_ATTR_RULE of the request that it stands in; NULL: none
 * @missing: the attribute is not in the request and should be
 * @text: the kernel's own message, may be empty
 */
struct nl_error {
	int code;
	__u16 attr;
	const struct nlattr *rule;
	bool missing;
	char text[256];
};

/**
 * struct nl_reader - what becomes of the messages of an answer
 *
 * @each: called for each message with its command; 0 or a negative errno,
 *	which ends the reading; NULL: the messages are not looked at
 * @again: called when an interrupted dump starts anew, to forget what @each
 *	has gathered; needed for dumps only
 * @data: for both
 */
struct nl_reader {
	int (*each)(const struct record *record, enum vxm_cmd cmd, void *data);
	void (*again)(void *data);
	void *data;
};

int nl_open(struct ctl *ctl);
void nl_close(struct ctl *ctl);
struct nlmsghdr *nl_request(struct nl *nl, enum vxm_cmd cmd);
int nl_do(struct nl *nl, const struct nl_reader *reader);
int nl_dump(struct nl *nl, const struct nl_reader *reader);
const struct nl_error *nl_error(const struct nl *nl);
const struct nlmsghdr *nl_requested(const struct nl *nl);
int nl_listen(struct nl *nl);
int nl_next(struct nl *nl, const struct nl_reader *reader);
int nl_fd(const struct nl *nl);
int nl_families_fd(const struct nl *nl);
bool nl_gone(struct nl *nl);

#endif /* VXMIRRORCTL_NL_H */
