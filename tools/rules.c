// SPDX-License-Identifier: GPL-2.0
/*
 * The rules of a filter. The kernel takes a filter's rules as a whole, so that
 * no packet sees half of them; so to change one is to read them all, and to
 * send them back unless somebody else has changed them meanwhile.
 */
#include <errno.h>
#include <stdlib.h>
#include <libmnl/libmnl.h>

#include "nl.h"
#include "request.h"
#include "rules.h"

/*
 * Nobody waits before he tries again: of two that change a filter in turns,
 * the one that waits is the one that finds it changed once more.
 */
#define TRIES 20

/* What a rule is made of. */
static const enum vxm_attr parts[] = {
	VXM_ATTR_RULE_NUMBER, VXM_ATTR_DIRECTION, VXM_ATTR_ACTION,
	VXM_ATTR_PROTOCOL,
	VXM_ATTR_SRC_IPV4, VXM_ATTR_SRC_IPV6, VXM_ATTR_SRC_LEN,
	VXM_ATTR_DST_IPV4, VXM_ATTR_DST_IPV6, VXM_ATTR_DST_LEN,
	VXM_ATTR_SRC_PORT, VXM_ATTR_SRC_PORT_LAST,
	VXM_ATTR_DST_PORT, VXM_ATTR_DST_PORT_LAST,
	VXM_ATTR_AMAZON_DNS, VXM_ATTR_RESOLVER_IPV4, VXM_ATTR_RESOLVER_IPV6,
};

/* And the words for it. */
#define WORDS (WORD_BIT(NUMBER) | WORD_BIT(DIRECTION) | WORD_BIT(ACTION) | \
	       WORD_BIT(PROTOCOL) | WORD_BIT(FROM) | WORD_BIT(TO) | \
	       WORD_BIT(FROM_PORT) | WORD_BIT(TO_PORT) | \
	       WORD_BIT(AMAZON_DNS) | WORD_BIT(RESOLVER))

/* Makes room for a command's rule, or takes it away; an enum ctl_exit. */
typedef int (*change_fn)(struct ctl *ctl, const struct args *args,
			 struct rules *rules);

static int gather(const struct record *record, enum vxm_cmd cmd, void *data)
{
	struct rules *rules = data;

	(void)cmd;
	if (!record->has[VXM_ATTR_RULE_NUMBER] ||
	    !record->has[VXM_ATTR_DIRECTION] || rules->count == VXM_RULES_MAX)
		return -EBADMSG;
	rules->rule = ctl_grow(rules->rule, rules->count, &rules->room,
			       sizeof(*rules->rule));
	rules->rule[rules->count++] = *record;

	return 0;
}

static void forget(void *data)
{
	struct rules *rules = data;

	rules->count = 0;
}

/**
 * rules_read() - ask for the rules of a filter
 * @ctl: the run, connected
 * @filter: the filter's name
 * @rules: the rules, all of them from before or after any change; what it held
 *	is forgotten; the caller frees @rules->rule, after a failure too
 *
 * Return: 0 or a negative errno, about which nl_error() knows more.
 */
int rules_read(struct ctl *ctl, const char *filter, struct rules *rules)
{
	const struct nl_reader reader = {
		.each = gather,
		.again = forget,
		.data = rules,
	};
	struct nlmsghdr *nlh = nl_request(ctl->nl, VXM_CMD_RULE_GET);

	rules->count = 0;
	mnl_attr_put_strz(nlh, VXM_ATTR_FILTER, filter);

	return nl_dump(ctl->nl, &reader);
}

static int read_generation(const struct record *record, enum vxm_cmd cmd,
			   void *data)
{
	struct record *filter = data;

	(void)cmd;
	*filter = *record;

	return record->has[VXM_ATTR_GENERATION] ? 0 : -EBADMSG;
}

/* The generation comes first: what changes after it is found out. */
static int read_filter(struct ctl *ctl, const struct args *args,
		       struct record *filter, struct rules *rules)
{
	const struct nl_reader reader = {
		.each = read_generation,
		.data = filter,
	};

	filter->has[VXM_ATTR_GENERATION] = false;
	request_words(ctl, VXM_CMD_FILTER_GET, args, WORD_BIT(OF_FILTER));
	if (nl_do(ctl->nl, &reader) ||
	    rules_read(ctl, args->filter, rules))
		return request_failed(ctl, args->name);
	if (!filter->has[VXM_ATTR_GENERATION])
		return ctl_fail(ctl, CTL_REFUSED,
				"%s: the kernel's answer makes no sense to this tool",
				args->name);

	return CTL_DONE;
}

/* What this tool does not know it would take away by sending rules back. */
static int refuse_unknown(struct ctl *ctl, const struct args *args,
			  const struct rules *rules)
{
	size_t i;

	for (i = 0; i < rules->count; i++) {
		if (rules->rule[i].unknown)
			return ctl_fail(ctl, CTL_REFUSED,
					"%s: rule %llu of the filter has a part that this version of the tool does not know; use one of the kernel module's version",
					args->name,
					rules->rule[i].number[VXM_ATTR_RULE_NUMBER]);
	}

	return CTL_DONE;
}

static int send_rules(struct ctl *ctl, const struct args *args,
		      const struct record *filter, const struct rules *rules,
		      bool more)
{
	struct nlmsghdr *nlh;
	struct nlattr *nest;
	size_t i;
	size_t j;

	nlh = request_words(ctl, VXM_CMD_FILTER_SET, args, WORD_BIT(OF_FILTER));
	mnl_attr_put_u32(nlh, VXM_ATTR_GENERATION,
			 filter->number[VXM_ATTR_GENERATION]);
	for (i = 0; i < rules->count; i++) {
		nest = mnl_attr_nest_start(nlh, VXM_ATTR_RULE);
		for (j = 0; j < CTL_COUNT(parts); j++)
			record_put(nlh, &rules->rule[i], parts[j]);
		mnl_attr_nest_end(nlh, nest);
	}
	if (more) {
		nest = mnl_attr_nest_start(nlh, VXM_ATTR_RULE);
		request_put(nlh, args, WORDS);
		mnl_attr_nest_end(nlh, nest);
	}

	return nl_do(ctl->nl, NULL);
}

/* Change a filter's rules; with @more, the command's rule comes to them. */
static int change(struct ctl *ctl, const struct args *args, change_fn edit,
		  bool more)
{
	struct rules rules = { 0 };
	struct record filter;
	int tries;
	int ret;

	for (tries = 0; tries < TRIES; tries++) {
		ret = read_filter(ctl, args, &filter, &rules);
		if (!ret)
			ret = refuse_unknown(ctl, args, &rules);
		if (!ret)
			ret = edit(ctl, args, &rules);
		if (ret)
			break;
		ret = send_rules(ctl, args, &filter, &rules, more);
		if (ret != -EAGAIN) {
			if (ret)
				ret = request_failed(ctl, args->name);
			break;
		}
	}
	free(rules.rule);
	if (tries == TRIES)
		return ctl_fail(ctl, CTL_REFUSED,
				"%s: somebody else changed the filter during each of %d attempts",
				args->name, TRIES);

	return ret;
}

/* Returns the number of rules when there is no such rule. */
static size_t find(const struct args *args, const struct rules *rules)
{
	const __u64 *number;
	size_t i;

	for (i = 0; i < rules->count; i++) {
		number = rules->rule[i].number;
		if (number[VXM_ATTR_RULE_NUMBER] == args->number[WORD_NUMBER] &&
		    number[VXM_ATTR_DIRECTION] == args->number[WORD_DIRECTION])
			break;
	}

	return i;
}

static int check_room(struct ctl *ctl, const struct args *args,
		      struct rules *rules)
{
	if (find(args, rules) < rules->count)
		return ctl_fail(ctl, CTL_REFUSED,
				"%s: there is a rule of that number and direction already",
				args->name);
	if (rules->count == VXM_RULES_MAX)
		return ctl_fail(ctl, CTL_REFUSED,
				"%s: the filter has %d rules already, as many as a filter can have",
				args->name, VXM_RULES_MAX);

	return CTL_DONE;
}

static int take_away(struct ctl *ctl, const struct args *args,
		     struct rules *rules)
{
	size_t i = find(args, rules);

	if (i == rules->count)
		return ctl_fail(ctl, CTL_REFUSED,
				"%s: the filter has no rule of that number and direction",
				args->name);
	rules->rule[i] = rules->rule[--rules->count];

	return CTL_DONE;
}

/**
 * rules_add() - add a rule to a filter
 * @ctl: the run, connected
 * @args: the command, which has the words of the rule
 *
 * Return: %CTL_DONE or %CTL_REFUSED.
 */
int rules_add(struct ctl *ctl, const struct args *args)
{
	return change(ctl, args, check_room, true);
}

/**
 * rules_del() - remove a rule from a filter
 * @ctl: the run, connected
 * @args: the command, which has the filter, the number and the direction
 *
 * Return: %CTL_DONE or %CTL_REFUSED.
 */
int rules_del(struct ctl *ctl, const struct args *args)
{
	return change(ctl, args, take_away, false);
}
