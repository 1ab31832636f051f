/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is going on, on one screen.
 */
#ifndef VXMIRRORCTL_OVERVIEW_H
#define VXMIRRORCTL_OVERVIEW_H

#include "ctl.h"

int overview_print(struct ctl *ctl);

#endif /* VXMIRRORCTL_OVERVIEW_H */
