/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands whose words do not go together.
 */
#ifndef VXMIRRORCTL_SENSE_H
#define VXMIRRORCTL_SENSE_H

#include "words.h"

int sense_vni(struct ctl *ctl, const struct args *args);
int sense_rule(struct ctl *ctl, const struct args *args);

#endif /* VXMIRRORCTL_SENSE_H */
