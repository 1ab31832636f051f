/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The help text.
 */
#ifndef VXMIRRORCTL_HELP_H
#define VXMIRRORCTL_HELP_H

#include "ctl.h"

int help_print(struct ctl *ctl, int count, char **words);

#endif /* VXMIRRORCTL_HELP_H */
