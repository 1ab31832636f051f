// SPDX-License-Identifier: GPL-2.0
/*
 * vxmirrorctl del
 */
#include <string.h>

#include "nl.h"
#include "readers.h"
#include "request.h"
#include "rules.h"

static int read_ifindex(const struct record *record, enum vxm_cmd cmd,
			void *data)
{
	unsigned int *ifindex = data;

	(void)cmd;
	*ifindex = record->number[VXM_ATTR_IFINDEX];

	return 0;
}

/* A reader whose interface goes away sees nothing from then on. */
static int refuse_readers(struct ctl *ctl, const struct args *args)
{
	unsigned int ifindex = 0;
	const struct nl_reader reader = {
		.each = read_ifindex,
		.data = &ifindex,
	};
	char names[512];
	ssize_t count;

	request_words(ctl, VXM_CMD_DEV_GET, args, WORD_BIT(DEV));
	if (nl_do(ctl->nl, &reader))
		return request_failed(ctl, args->name);
	count = readers_find(ifindex, names, sizeof(names));
	if (!count)
		return CTL_DONE;
	if (count < 0)
		return ctl_fail(ctl, CTL_REFUSED,
				"%s: cannot tell whether it is read (%s: %s); say 'force' to remove it all the same",
				args->name, READERS_FILE, strerror(-count));

	return ctl_fail(ctl, CTL_REFUSED,
			"%s: read by %s; a reader whose device goes away is blind for good: stop it first, or say 'force'",
			args->name, names);
}

static int del_dev(struct ctl *ctl, const struct args *args)
{
	if (!args_given(args, WORD_FORCE) && refuse_readers(ctl, args))
		return CTL_REFUSED;

	return request_simple(ctl, VXM_CMD_DEV_DEL, args);
}

static int del_vni(struct ctl *ctl, const struct args *args)
{
	return request_each_vni(ctl, VXM_CMD_VNI_DEL, args, 0, "removed");
}

static int del_session(struct ctl *ctl, const struct args *args)
{
	return request_simple(ctl, VXM_CMD_SESSION_DEL, args);
}

static int del_filter(struct ctl *ctl, const struct args *args)
{
	return request_simple(ctl, VXM_CMD_FILTER_DEL, args);
}

static const struct form forms[] = {
	{
		.object = OBJECT_DEV,
		.subject = SUBJECT_DEV,
		.may = WORD_BIT(FORCE),
		.run = del_dev,
		.about = "remove a mirror device; if in use, only by force",
	},
	{
		.object = OBJECT_VNI,
		.subject = SUBJECT_VNIS,
		.may = WORD_BIT(PORT),
		.port = true,
		.run = del_vni,
		.about = "remove VNI entries, as they were made",
	},
	{
		.object = OBJECT_SESSION,
		.key = WORD_BIT(VNI) | WORD_BIT(SOURCE) | WORD_BIT(PORT),
		.need = WORD_BIT(VNI) | WORD_BIT(SOURCE),
		.may = WORD_BIT(PORT),
		.port = true,
		.run = del_session,
		.about = "forget a session; its next packet may make it anew",
	},
	{
		.object = OBJECT_FILTER,
		.subject = SUBJECT_FILTER,
		.run = del_filter,
		.about = "remove a filter that nothing uses",
	},
	{
		.object = OBJECT_RULE,
		.key = WORD_BIT(OF_FILTER) | WORD_BIT(NUMBER) |
		       WORD_BIT(DIRECTION),
		.need = WORD_BIT(OF_FILTER) | WORD_BIT(NUMBER) |
			WORD_BIT(DIRECTION),
		.run = rules_del,
		.about = "remove a rule from a filter",
	},
};

const struct verb verb_del = {
	.name = "del",
	.about = "remove mirror devices, VNI entries, sessions, filters and rules",
	.form = forms,
	.forms = CTL_COUNT(forms),
};
