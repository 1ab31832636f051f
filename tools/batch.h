/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands out of a file.
 */
#ifndef VXMIRRORCTL_BATCH_H
#define VXMIRRORCTL_BATCH_H

#include <stdio.h>

#include "ctl.h"

int batch_run_file(struct ctl *ctl, FILE *file);
int batch_run(struct ctl *ctl);

#endif /* VXMIRRORCTL_BATCH_H */
