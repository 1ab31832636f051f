// SPDX-License-Identifier: GPL-2.0
/*
 * What is wrong with a command although each of its words is right. As in
 * value.c, the messages are without the command.
 */
#include <netinet/in.h>

#include "sense.h"

/**
 * sense_vni() - see whether a range of tags fits the VNIs
 * @ctl: the run, told what is wrong
 * @args: the command
 *
 * Return: %CTL_DONE or %CTL_USAGE.
 */
int sense_vni(struct ctl *ctl, const struct args *args)
{
	const struct vni_entry *entry = args->vnis.entry;
	__u32 first = args->number[WORD_VLAN];
	__u32 last = args->last[WORD_VLAN];

	if (first == last)
		return CTL_DONE;
	if (!first)
		return ctl_fail(ctl, CTL_USAGE,
				"vlan %u-%u: 0 is no tag, a range begins at 1",
				first, last);
	if (args->vnis.count > 1 || entry->any)
		return ctl_fail(ctl, CTL_USAGE,
				"vlan %u-%u: a range of tags needs one range of as many VNIs",
				first, last);
	if (last - first != entry->last - entry->first)
		return ctl_fail(ctl, CTL_USAGE,
				"vlan %u-%u: these are %u tags for %u VNI%s, each needs its own",
				first, last, last - first + 1,
				entry->last - entry->first + 1,
				entry->last == entry->first ? "" : "s");

	return CTL_DONE;
}

/* The first of some words that is there, WORD_COUNT: none is. */
static enum word first_given(const struct args *args, __u64 words)
{
	enum word word = 0;

	while (word < WORD_COUNT && !((args->given & words) >> word & 1))
		word++;

	return word;
}

/* Amazon's DNS service is all that such a rule matches. */
static int check_amazon_dns(struct ctl *ctl, const struct args *args)
{
	enum word other = first_given(args, WORD_BIT(PROTOCOL) |
				      WORD_BIT(FROM) | WORD_BIT(TO) |
				      WORD_BIT(FROM_PORT) | WORD_BIT(TO_PORT));

	if (other != WORD_COUNT)
		return ctl_fail(ctl, CTL_USAGE,
				"'%s' and '%s' exclude each other",
				words_name(WORD_AMAZON_DNS), words_name(other));

	return CTL_DONE;
}

/**
 * sense_rule() - see whether the parts of a rule go together
 * @ctl: the run, told what is wrong
 * @args: the command
 *
 * Return: %CTL_DONE or %CTL_USAGE.
 */
int sense_rule(struct ctl *ctl, const struct args *args)
{
	enum word port = first_given(args, WORD_BIT(FROM_PORT) |
				     WORD_BIT(TO_PORT));
	__u32 protocol = args->number[WORD_PROTOCOL];

	if (args_given(args, WORD_AMAZON_DNS))
		return check_amazon_dns(ctl, args);
	if (args_given(args, WORD_RESOLVER))
		return ctl_fail(ctl, CTL_USAGE, "'%s' goes with '%s' only",
				words_name(WORD_RESOLVER),
				words_name(WORD_AMAZON_DNS));
	if (port != WORD_COUNT && protocol != IPPROTO_TCP &&
	    protocol != IPPROTO_UDP)
		return ctl_fail(ctl, CTL_USAGE,
				"'%s' goes with 'protocol tcp' or 'protocol udp' only",
				words_name(port));
	if (args_given(args, WORD_FROM) && args_given(args, WORD_TO) &&
	    args->from.address.family != args->to.address.family)
		return ctl_fail(ctl, CTL_USAGE,
				"'%s' and '%s' are one IPv4 and one IPv6: no packet has both",
				words_name(WORD_FROM), words_name(WORD_TO));

	return CTL_DONE;
}
