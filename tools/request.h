/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Between words and netlink attributes, in both directions.
 */
#ifndef VXMIRRORCTL_REQUEST_H
#define VXMIRRORCTL_REQUEST_H

#include <linux/vxmirror.h>

#include "ctl.h"
#include "words.h"

#define REQUEST_ALL_WORDS (~0ULL)

struct nlmsghdr;

void request_put(struct nlmsghdr *nlh, const struct args *args, __u64 words);
struct nlmsghdr *request_words(struct ctl *ctl, enum vxm_cmd cmd,
			       const struct args *args, __u64 words);
struct nlmsghdr *request_vni(struct ctl *ctl, enum vxm_cmd cmd,
			     const struct args *args, size_t i,
			     __u64 words);
int request_simple(struct ctl *ctl, enum vxm_cmd cmd, const struct args *args);
int request_each_vni(struct ctl *ctl, enum vxm_cmd cmd,
		     const struct args *args, __u64 words,
		     const char *done);
int request_failed(struct ctl *ctl, const char *name);

#endif /* VXMIRRORCTL_REQUEST_H */
