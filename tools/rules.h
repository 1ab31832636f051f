/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rules of a filter.
 */
#ifndef VXMIRRORCTL_RULES_H
#define VXMIRRORCTL_RULES_H

#include "record.h"
#include "words.h"

/**
 * struct rules - the rules of a filter, as the kernel tells them
 *
 * @count: how many
 * @room: room for rules
 * @rule: the rules; allocated
 */
struct rules {
	size_t count;
	size_t room;
	struct record *rule;
};

int rules_read(struct ctl *ctl, const char *filter, struct rules *rules);
int rules_add(struct ctl *ctl, const struct args *args);
int rules_del(struct ctl *ctl, const struct args *args);

#endif /* VXMIRRORCTL_RULES_H */
