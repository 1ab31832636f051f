// SPDX-License-Identifier: GPL-2.0
/*
 * vxmirrorctl add
 */
#include "nl.h"
#include "request.h"
#include "rules.h"
#include "sense.h"

/* What there was of the device before a list of VNI entries was added. */
struct before {
	bool there;
	bool up;
};

static int add_dev(struct ctl *ctl, const struct args *args)
{
	return request_simple(ctl, VXM_CMD_DEV_NEW, args);
}

static int read_before(const struct record *record, enum vxm_cmd cmd,
		       void *data)
{
	struct before *before = data;

	(void)cmd;
	before->there = true;
	before->up = record->number[VXM_ATTR_UP];

	return 0;
}

/* A failure means that there is no such mirror device. */
static struct before look_before(struct ctl *ctl, const struct args *args)
{
	struct before before = { 0 };
	const struct nl_reader reader = {
		.each = read_before,
		.data = &before,
	};

	request_words(ctl, VXM_CMD_DEV_GET, args, WORD_BIT(DEV));
	nl_do(ctl->nl, &reader);

	return before;
}

/* The first entry has made the device, or brought it up. */
static void undo_dev(struct ctl *ctl, const struct args *args,
		     struct before before)
{
	struct args down = *args;

	down.given |= WORD_BIT(DOWN);
	if (!before.there)
		request_words(ctl, VXM_CMD_DEV_DEL, args, WORD_BIT(DEV));
	else
		request_words(ctl, VXM_CMD_DEV_SET, &down,
			      WORD_BIT(DEV) | WORD_BIT(DOWN));
	if (nl_do(ctl->nl, NULL))
		ctl_fail_more(ctl, "; dev %s %s", args->dev,
			      before.there ? "stays up" : "stays");
}

/* Take the first @count entries away again, and what came with them. */
static void undo(struct ctl *ctl, const struct args *args, size_t count,
		 struct before before)
{
	size_t left = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		request_vni(ctl, VXM_CMD_VNI_DEL, args, i, WORD_BIT(PORT));
		if (nl_do(ctl->nl, NULL))
			left++;
	}
	if (left)
		ctl_fail_more(ctl,
			      "; %zu of the %zu entries that had been added before it could not be removed again",
			      left, count);
	else if (count)
		ctl_fail_more(ctl,
			      "; the entries that had been added before it have been removed again");
	else
		ctl_fail_more(ctl, "; none of the list has been added");
	if (count && !(before.there && before.up))
		undo_dev(ctl, args, before);
}

/* A list is one request an entry; it is added as a whole or not at all. */
static int add_vni(struct ctl *ctl, const struct args *args)
{
	bool list = args->vnis.count > 1;
	struct before before = { 0 };
	size_t i;

	if (list)
		before = look_before(ctl, args);
	for (i = 0; i < args->vnis.count; i++) {
		request_vni(ctl, VXM_CMD_VNI_NEW, args, i, REQUEST_ALL_WORDS);
		if (!nl_do(ctl->nl, NULL))
			continue;
		request_failed(ctl, args->name);
		if (list)
			undo(ctl, args, i, before);
		return CTL_REFUSED;
	}

	return CTL_DONE;
}

static int add_session(struct ctl *ctl, const struct args *args)
{
	return request_simple(ctl, VXM_CMD_SESSION_NEW, args);
}

static int add_filter(struct ctl *ctl, const struct args *args)
{
	return request_simple(ctl, VXM_CMD_FILTER_NEW, args);
}

static const struct form forms[] = {
	{
		.object = OBJECT_DEV,
		.subject = SUBJECT_DEV,
		.may = WORD_BIT(MTU),
		.run = add_dev,
		.about = "make a mirror device and bring it up",
	},
	{
		.object = OBJECT_VNI,
		.subject = SUBJECT_VNIS,
		.need = WORD_BIT(DEV),
		.may = WORD_BIT(PORT) | WORD_BIT(VLAN) | WORD_BIT(SNAPLEN) |
		       WORD_BIT(REPAIR) | WORD_BIT(SOURCES) |
		       WORD_BIT(FILTER) | WORD_BIT(DEDUP),
		.port = true,
		.check = sense_vni,
		.run = add_vni,
		.about = "deliver VNIs to a device, made if need be",
	},
	{
		.object = OBJECT_SESSION,
		.key = WORD_BIT(VNI) | WORD_BIT(SOURCE) | WORD_BIT(PORT),
		.need = WORD_BIT(VNI) | WORD_BIT(SOURCE),
		.may = WORD_BIT(PORT) | WORD_BIT(NAME) | WORD_BIT(MAC) |
		       WORD_BIT(SNAPLEN) | WORD_BIT(FILTER) | WORD_BIT(ACTION),
		.port = true,
		.run = add_session,
		.about = "list a source, with settings of its own",
	},
	{
		.object = OBJECT_FILTER,
		.subject = SUBJECT_FILTER,
		.run = add_filter,
		.about = "make a filter without rules, which rejects everything",
	},
	{
		.object = OBJECT_RULE,
		.key = WORD_BIT(OF_FILTER) | WORD_BIT(NUMBER) |
		       WORD_BIT(DIRECTION),
		.need = WORD_BIT(OF_FILTER) | WORD_BIT(NUMBER) |
			WORD_BIT(DIRECTION) | WORD_BIT(ACTION),
		.may = WORD_BIT(PROTOCOL) | WORD_BIT(FROM) | WORD_BIT(TO) |
		       WORD_BIT(FROM_PORT) | WORD_BIT(TO_PORT) |
		       WORD_BIT(AMAZON_DNS) | WORD_BIT(RESOLVER),
		.check = sense_rule,
		.run = rules_add,
		.about = "add a rule to a filter",
	},
};

const struct verb verb_add = {
	.name = "add",
	.about = "make mirror devices, VNI entries, sessions, filters and rules",
	.form = forms,
	.forms = CTL_COUNT(forms),
};
