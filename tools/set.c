// SPDX-License-Identifier: GPL-2.0
/*
 * vxmirrorctl set
 */
#include "nl.h"
#include "request.h"

static int set_dev(struct ctl *ctl, const struct args *args)
{
	return request_simple(ctl, VXM_CMD_DEV_SET, args);
}

static int set_vni(struct ctl *ctl, const struct args *args)
{
	return request_each_vni(ctl, VXM_CMD_VNI_SET, args, WORD_BIT(DEV),
				"changed");
}

static int set_port(struct ctl *ctl, const struct args *args)
{
	return request_simple(ctl, VXM_CMD_PORT_SET, args);
}

static int set_limits(struct ctl *ctl, const struct args *args)
{
	return request_simple(ctl, VXM_CMD_NET_SET, args);
}

static const struct form forms[] = {
	{
		.object = OBJECT_DEV,
		.subject = SUBJECT_DEV,
		.may = WORD_BIT(MTU) | WORD_BIT(UP) | WORD_BIT(DOWN),
		.some = WORD_BIT(MTU) | WORD_BIT(UP) | WORD_BIT(DOWN),
		.run = set_dev,
		.about = "change a mirror device",
	},
	{
		.object = OBJECT_VNI,
		.subject = SUBJECT_VNIS,
		.need = WORD_BIT(DEV),
		.may = WORD_BIT(PORT),
		.port = true,
		.run = set_vni,
		.about = "deliver VNIs to another device that exists",
	},
	{
		.object = OBJECT_PORT,
		.subject = SUBJECT_PORT,
		.need = WORD_BIT(FRONT),
		.run = set_port,
		.about = "take plain mirror packets before the IP stack, or all from the socket",
	},
	{
		.object = OBJECT_LIMITS,
		.may = WORD_BIT(VNIS) | WORD_BIT(PORTS) | WORD_BIT(SESSIONS) |
		       WORD_BIT(MEMORY) | WORD_BIT(IDLE),
		.some = WORD_BIT(VNIS) | WORD_BIT(PORTS) | WORD_BIT(SESSIONS) |
			WORD_BIT(MEMORY) | WORD_BIT(IDLE),
		.run = set_limits,
		.about = "change the limits of the network namespace",
	},
};

const struct verb verb_set = {
	.name = "set",
	.about = "change mirror devices, VNI entries, ports and limits in place",
	.form = forms,
	.forms = CTL_COUNT(forms),
};
