/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The values of each kind of object, and rows of them out of messages.
 */
#ifndef VXMIRRORCTL_COLUMNS_H
#define VXMIRRORCTL_COLUMNS_H

#include "output.h"
#include "record.h"

extern const struct out_column columns_dev[];
extern const struct out_column columns_vni[];
extern const struct out_column columns_port[];
extern const struct out_column columns_dedup[];
extern const struct out_column columns_session[];
extern const struct out_column columns_filter[];
extern const struct out_column columns_rule[];
extern const struct out_column columns_unknown[];
extern const struct out_column columns_causes[];

json_t *columns_row(const struct ctl *ctl, const struct record *record,
		    const struct out_column *columns);
json_t *columns_cause_array(const struct record *record, bool texts);
void columns_vni_text(const json_t *row, char *text, size_t room);
void columns_state(const json_t *row, char *text, size_t room);
void columns_last_seen(const json_t *row, char *text, size_t room);

#endif /* VXMIRRORCTL_COLUMNS_H */
