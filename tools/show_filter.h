/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filters with their rules, as an answer.
 */
#ifndef VXMIRRORCTL_SHOW_FILTER_H
#define VXMIRRORCTL_SHOW_FILTER_H

#include "words.h"

int show_filter(struct ctl *ctl, const struct args *args);

#endif /* VXMIRRORCTL_SHOW_FILTER_H */
