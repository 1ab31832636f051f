/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Working in another network namespace.
 */
#ifndef VXMIRRORCTL_NETNS_H
#define VXMIRRORCTL_NETNS_H

#include "ctl.h"

int netns_enter(struct ctl *ctl);

#endif /* VXMIRRORCTL_NETNS_H */
