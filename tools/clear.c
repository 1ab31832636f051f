// SPDX-License-Identifier: GPL-2.0
/*
 * vxmirrorctl clear
 */
#include "nl.h"
#include "request.h"

static int clear_unknown(struct ctl *ctl, const struct args *args)
{
	return request_simple(ctl, VXM_CMD_UNKNOWN_DEL, args);
}

static const struct form forms[] = {
	{
		.object = OBJECT_UNKNOWN,
		.run = clear_unknown,
		.about = "forget all unknown VNIs that have been seen",
	},
};

const struct verb verb_clear = {
	.name = "clear",
	.about = "empty the list of unknown VNIs",
	.form = forms,
	.forms = CTL_COUNT(forms),
};
