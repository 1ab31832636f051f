// SPDX-License-Identifier: GPL-2.0
/*
 * vxmirrorctl set
 */
#include "nl.h"
#include "request.h"
#include "sense.h"

#define VNI_SETTINGS (WORD_BIT(DEV) | WORD_BIT(VLAN) | WORD_BIT(SNAPLEN) | \
		      WORD_BIT(REPAIR) | WORD_BIT(SOURCES) | \
		      WORD_BIT(FILTER) | WORD_BIT(DEDUP))
#define SESSION_SETTINGS (WORD_BIT(NAME) | WORD_BIT(MAC) | \
			  WORD_BIT(SNAPLEN) | WORD_BIT(FILTER) | \
			  WORD_BIT(ACTION))

static int set_dev(struct ctl *ctl, const struct args *args)
{
	return request_simple(ctl, VXM_CMD_DEV_SET, args);
}

static int set_vni(struct ctl *ctl, const struct args *args)
{
	return request_each_vni(ctl, VXM_CMD_VNI_SET, args, VNI_SETTINGS,
				"changed");
}

static int set_port(struct ctl *ctl, const struct args *args)
{
	return request_simple(ctl, VXM_CMD_PORT_SET, args);
}

static int set_session(struct ctl *ctl, const struct args *args)
{
	return request_simple(ctl, VXM_CMD_SESSION_SET, args);
}

static int set_dedup(struct ctl *ctl, const struct args *args)
{
	return request_simple(ctl, VXM_CMD_DEDUP_SET, args);
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
		.may = WORD_BIT(PORT) | VNI_SETTINGS,
		.some = VNI_SETTINGS,
		.port = true,
		.check = sense_vni,
		.run = set_vni,
		.about = "change VNI entries; a device has to exist",
	},
	{
		.object = OBJECT_PORT,
		.subject = SUBJECT_PORT,
		.need = WORD_BIT(FRONT),
		.run = set_port,
		.about = "take plain mirror packets before the IP stack, or all from the socket",
	},
	{
		.object = OBJECT_SESSION,
		.key = WORD_BIT(VNI) | WORD_BIT(SOURCE) | WORD_BIT(PORT),
		.need = WORD_BIT(VNI) | WORD_BIT(SOURCE),
		.may = WORD_BIT(PORT) | SESSION_SETTINGS,
		.some = SESSION_SETTINGS,
		.port = true,
		.run = set_session,
		.about = "change a session that was made by hand",
	},
	{
		.object = OBJECT_DEDUP,
		.subject = SUBJECT_DEDUP,
		.need = WORD_BIT(WINDOW),
		.run = set_dedup,
		.about = "the time within which copies of a packet are known as such",
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
	.about = "change mirror devices, VNI entries, ports, sessions, groups and limits in place",
	.form = forms,
	.forms = CTL_COUNT(forms),
};
