// SPDX-License-Identifier: GPL-2.0
/*
 * Requests out of commands, and out of a refused request's attributes the
 * words that the user wrote.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <libmnl/libmnl.h>

#include "nl.h"
#include "request.h"

/* The core of generic netlink refuses this without a message. */
#define EPERM_TEXT "Operation not permitted: this needs CAP_NET_ADMIN in the " \
		   "user namespace that owns the network namespace; try sudo"

/**
 * struct pair - a word and its attribute
 * @word: the word
 * @attr: its attribute
 * @size: bytes of the number that it carries; 0: a flag, or put by hand
 */
struct pair {
	enum word word;
	enum vxm_attr attr;
	size_t size;
};

static const struct pair pairs[] = {
	{ WORD_VNI, VXM_ATTR_VNI, sizeof(__u32) },
	{ WORD_PORT, VXM_ATTR_PORT, sizeof(__u16) },
	{ WORD_FRONT, VXM_ATTR_FRONT, sizeof(__u8) },
	{ WORD_DEV, VXM_ATTR_IFNAME, 0 },
	{ WORD_MTU, VXM_ATTR_MTU, sizeof(__u32) },
	{ WORD_UP, VXM_ATTR_UP, 0 },
	{ WORD_DOWN, VXM_ATTR_UP, 0 },
	{ WORD_VNIS, VXM_ATTR_MAX_VNIS, sizeof(__u32) },
	{ WORD_PORTS, VXM_ATTR_MAX_PORTS, sizeof(__u32) },
	{ WORD_SESSIONS, VXM_ATTR_MAX_SESSIONS, sizeof(__u32) },
	{ WORD_MEMORY, VXM_ATTR_SESSION_MEMORY, sizeof(__u32) },
	{ WORD_IDLE, VXM_ATTR_SESSION_IDLE, sizeof(__u32) },
	{ WORD_FORCE, VXM_ATTR_FORCE, 0 },
	{ WORD_SOURCE, VXM_ATTR_SOURCE_IPV4, 0 },
	{ WORD_OF_FILTER, VXM_ATTR_FILTER, 0 },
	{ WORD_FILTER, VXM_ATTR_FILTER, 0 },
	{ WORD_DEDUP, VXM_ATTR_DEDUP, 0 },
	{ WORD_WINDOW, VXM_ATTR_DEDUP_WINDOW, sizeof(__u32) },
	{ WORD_VLAN, VXM_ATTR_VLAN, sizeof(__u16) },
	{ WORD_SNAPLEN, VXM_ATTR_SNAPLEN, sizeof(__u32) },
	{ WORD_REPAIR, VXM_ATTR_REPAIR, sizeof(__u8) },
	{ WORD_SOURCES, VXM_ATTR_SOURCES, sizeof(__u8) },
	{ WORD_NAME, VXM_ATTR_NAME, 0 },
	{ WORD_MAC, VXM_ATTR_MAC, 0 },
	{ WORD_NUMBER, VXM_ATTR_RULE_NUMBER, sizeof(__u16) },
	{ WORD_DIRECTION, VXM_ATTR_DIRECTION, sizeof(__u8) },
	{ WORD_ACTION, VXM_ATTR_ACTION, sizeof(__u8) },
	{ WORD_PROTOCOL, VXM_ATTR_PROTOCOL, sizeof(__u8) },
	{ WORD_FROM, VXM_ATTR_SRC_IPV4, 0 },
	{ WORD_TO, VXM_ATTR_DST_IPV4, 0 },
	{ WORD_FROM_PORT, VXM_ATTR_SRC_PORT, sizeof(__u16) },
	{ WORD_TO_PORT, VXM_ATTR_DST_PORT, sizeof(__u16) },
	{ WORD_AMAZON_DNS, VXM_ATTR_AMAZON_DNS, 0 },
	{ WORD_RESOLVER, VXM_ATTR_RESOLVER_IPV4, 0 },
};

/* The IPv6 attribute of an address follows its IPv4 attribute. */
static void put_address(struct nlmsghdr *nlh, enum vxm_attr ipv4,
			const struct address *address)
{
	if (address->family == AF_INET)
		mnl_attr_put(nlh, ipv4, sizeof(address->ipv4), &address->ipv4);
	else
		mnl_attr_put(nlh, ipv4 + 1, sizeof(address->ipv6),
			     &address->ipv6);
}

/* And its length follows both. */
static void put_prefix(struct nlmsghdr *nlh, enum vxm_attr ipv4,
		       const struct prefix *prefix)
{
	put_address(nlh, ipv4, &prefix->address);
	mnl_attr_put_u8(nlh, ipv4 + 2, prefix->len);
}

static void put_number(struct nlmsghdr *nlh, const struct pair *pair,
		       const struct args *args)
{
	__u32 number = args->number[pair->word];
	__u32 last = args->last[pair->word];

	if (pair->size == sizeof(__u8))
		mnl_attr_put_u8(nlh, pair->attr, number);
	else if (pair->size == sizeof(__u16))
		mnl_attr_put_u16(nlh, pair->attr, number);
	else
		mnl_attr_put_u32(nlh, pair->attr, number);

	/* A range of ports has two ends, a range of tags only if it is one. */
	if (pair->word == WORD_FROM_PORT || pair->word == WORD_TO_PORT ||
	    (pair->word == WORD_VLAN && last != number))
		mnl_attr_put_u16(nlh, pair->attr + 1, last);
}

static void put_word(struct nlmsghdr *nlh, const struct pair *pair,
		     const struct args *args)
{
	if (pair->size) {
		put_number(nlh, pair, args);
		return;
	}

	switch (pair->word) {
	case WORD_DEV:
		mnl_attr_put_strz(nlh, pair->attr, args->dev);
		break;
	case WORD_OF_FILTER:
	case WORD_FILTER:
		mnl_attr_put_strz(nlh, pair->attr, args->filter);
		break;
	case WORD_DEDUP:
		mnl_attr_put_strz(nlh, pair->attr, args->dedup);
		break;
	case WORD_NAME:
		mnl_attr_put_strz(nlh, pair->attr, args->label);
		break;
	case WORD_MAC:
		mnl_attr_put(nlh, pair->attr, sizeof(args->mac), args->mac);
		break;
	case WORD_UP:
	case WORD_DOWN:
		mnl_attr_put_u8(nlh, pair->attr, pair->word == WORD_UP);
		break;
	case WORD_SOURCE:
		put_address(nlh, pair->attr, &args->source);
		break;
	case WORD_RESOLVER:
		put_address(nlh, pair->attr, &args->resolver);
		break;
	case WORD_FROM:
		put_prefix(nlh, pair->attr, &args->from);
		break;
	case WORD_TO:
		put_prefix(nlh, pair->attr, &args->to);
		break;
	default:
		mnl_attr_put(nlh, pair->attr, 0, NULL);
	}
}

/**
 * request_put() - put words of a command into a request
 * @nlh: the request
 * @args: the command
 * @words: WORD_BIT() of the words; those that are not there are left out
 */
void request_put(struct nlmsghdr *nlh, const struct args *args, __u64 words)
{
	size_t i;

	for (i = 0; i < CTL_COUNT(pairs); i++) {
		if ((args->given & words) >> pairs[i].word & 1)
			put_word(nlh, &pairs[i], args);
	}
}

/**
 * request_words() - a request made of words of a command
 * @ctl: the run, connected
 * @cmd: what to ask for
 * @args: the command
 * @words: WORD_BIT() of the words that @cmd takes; the others are left out
 *
 * Return: the request, for nl_do() or nl_dump().
 */
struct nlmsghdr *request_words(struct ctl *ctl, enum vxm_cmd cmd,
			       const struct args *args, __u64 words)
{
	struct nlmsghdr *nlh = nl_request(ctl->nl, cmd);

	request_put(nlh, args, words);

	return nlh;
}

/**
 * request_vni() - a request about one of a command's VNI entries
 * @ctl: the run, connected
 * @cmd: what to ask for
 * @args: the command
 * @i: which of the command's VNIS
 * @words: WORD_BIT() of the words that @cmd takes besides
 *
 * Return: the request, for nl_do().
 */
struct nlmsghdr *request_vni(struct ctl *ctl, enum vxm_cmd cmd,
			     const struct args *args, size_t i,
			     __u64 words)
{
	struct nlmsghdr *nlh = request_words(ctl, cmd, args, words);
	const struct vni_entry *entry = &args->vnis.entry[i];

	if (entry->any) {
		mnl_attr_put(nlh, VXM_ATTR_VNI_ANY, 0, NULL);
		return nlh;
	}
	mnl_attr_put_u32(nlh, VXM_ATTR_VNI, entry->first);
	if (entry->last != entry->first)
		mnl_attr_put_u32(nlh, VXM_ATTR_VNI_LAST, entry->last);

	return nlh;
}

/* The first of the attributes that one word stands for. */
static enum vxm_attr first_of(enum vxm_attr attr)
{
	switch (attr) {
	case VXM_ATTR_VNI_LAST:
	case VXM_ATTR_VNI_ANY:
		return VXM_ATTR_VNI;
	case VXM_ATTR_SRC_LEN:
		return VXM_ATTR_SRC_IPV4;
	case VXM_ATTR_DST_LEN:
		return VXM_ATTR_DST_IPV4;
	case VXM_ATTR_SOURCE_IPV6:
	case VXM_ATTR_SRC_IPV6:
	case VXM_ATTR_DST_IPV6:
	case VXM_ATTR_RESOLVER_IPV6:
	case VXM_ATTR_VLAN_LAST:
	case VXM_ATTR_SRC_PORT_LAST:
	case VXM_ATTR_DST_PORT_LAST:
		return attr - 1;
	default:
		return attr;
	}
}

static const struct pair *find_pair(enum vxm_attr attr)
{
	size_t i;

	for (i = 0; i < CTL_COUNT(pairs); i++) {
		if (pairs[i].attr == first_of(attr))
			return &pairs[i];
	}

	return NULL;
}

/* What was sent for a word, as the user wrote it. */
static void describe_value(const struct record *sent, const struct pair *pair,
			   char value[RECORD_TEXT])
{
	__u64 number = sent->number[pair->attr];
	const char *name;

	switch (pair->word) {
	case WORD_VNI:
		record_vni(sent, value);
		break;
	case WORD_SOURCE:
	case WORD_RESOLVER:
		record_address(sent, pair->attr, value);
		break;
	case WORD_FROM:
	case WORD_TO:
		record_prefix(sent, pair->attr, value);
		break;
	case WORD_VLAN:
	case WORD_FROM_PORT:
	case WORD_TO_PORT:
		record_range(sent, pair->attr, value);
		break;
	case WORD_FRONT:
	case WORD_REPAIR:
	case WORD_SOURCES:
	case WORD_DIRECTION:
	case WORD_ACTION:
		name = words_choice(pair->word, number);
		if (name)
			snprintf(value, RECORD_TEXT, "%s", name);
		break;
	case WORD_DEV:
		snprintf(value, RECORD_TEXT, "%s", sent->ifname);
		break;
	case WORD_OF_FILTER:
		snprintf(value, RECORD_TEXT, "%s",
			 *sent->filter ? sent->filter : VALUE_NONE);
		break;
	case WORD_DEDUP:
		snprintf(value, RECORD_TEXT, "%s",
			 *sent->dedup ? sent->dedup : VALUE_NONE);
		break;
	case WORD_NAME:
		snprintf(value, RECORD_TEXT, "%s",
			 *sent->name ? sent->name : VALUE_NONE);
		break;
	case WORD_MAC:
		record_mac(sent, value);
		break;
	default:
		if (pair->size)
			snprintf(value, RECORD_TEXT, "%llu", number);
	}
}

/* The words that an attribute of the request was made from. */
static void describe(const struct record *sent, const struct nl_error *error,
		     char *text, size_t room)
{
	const struct pair *pair = find_pair(error->attr);
	char value[RECORD_TEXT] = "";
	const char *name;

	*text = '\0';
	if (!pair)
		return;
	name = words_name(pair->word);
	if (error->missing) {
		snprintf(text, room, "%s is missing", name);
		return;
	}
	if (pair->word == WORD_UP && !sent->number[VXM_ATTR_UP])
		name = words_name(WORD_DOWN);
	describe_value(sent, pair, value);
	snprintf(text, room, *value ? "%s %s" : "%s", name, value);
}

/* Whether the words stand in the name already, so that saying so is enough. */
static bool named(const char *name, const char *words)
{
	size_t len = strlen(words);
	const char *at = name;

	while ((at = strstr(at, words))) {
		if ((at == name || at[-1] == ' ') &&
		    (!at[len] || at[len] == ' '))
			return true;
		at++;
	}

	return false;
}

static const char *reason(const struct nl_error *error)
{
	if (*error->text)
		return error->text;
	if (error->code == EPERM)
		return EPERM_TEXT;
	if (error->code == EBADMSG)
		return "the kernel's answer makes no sense to this tool";

	return strerror(error->code);
}

/**
 * request_failed() - say why the kernel refused the latest request
 * @ctl: the run
 * @name: the command, as args.name
 *
 * The kernel's own message is given, with the word of the command that it is
 * about.
 *
 * Return: %CTL_REFUSED.
 */
int request_failed(struct ctl *ctl, const char *name)
{
	const struct nl_error *error = nl_error(ctl->nl);
	struct record sent;
	char words[80];
	int ret;

	ret = error->rule ? record_read_nest(&sent, error->rule) :
			    record_read(&sent, nl_requested(ctl->nl));
	if (ret)
		memset(&sent, 0, sizeof(sent));
	describe(&sent, error, words, sizeof(words));
	if (!*words || named(name, words))
		return ctl_fail(ctl, CTL_REFUSED, "%s: %s", name,
				reason(error));

	return ctl_fail(ctl, CTL_REFUSED, "%s: %s: %s", name, words,
			reason(error));
}

/**
 * request_simple() - a command that is one request without an answer to read
 * @ctl: the run, connected
 * @cmd: what to ask for; takes all of the command's words
 * @args: the command
 *
 * Return: %CTL_DONE or %CTL_REFUSED.
 */
int request_simple(struct ctl *ctl, enum vxm_cmd cmd, const struct args *args)
{
	request_words(ctl, cmd, args, REQUEST_ALL_WORDS);
	if (nl_do(ctl->nl, NULL))
		return request_failed(ctl, args->name);

	return CTL_DONE;
}

/* Nothing is changed when one of a list is missing. */
static int look_up_all(struct ctl *ctl, const struct args *args,
		       const char *done)
{
	size_t i;

	for (i = 0; i < args->vnis.count; i++) {
		request_vni(ctl, VXM_CMD_VNI_GET, args, i, WORD_BIT(PORT));
		if (!nl_do(ctl->nl, NULL))
			continue;
		request_failed(ctl, args->name);
		ctl_fail_more(ctl, "; none of the list has been %s", done);
		return CTL_REFUSED;
	}

	return CTL_DONE;
}

/**
 * request_each_vni() - one request for each of a command's VNIS that exist
 * @ctl: the run, connected
 * @cmd: what to ask for
 * @args: the command
 * @words: WORD_BIT() of the words that @cmd takes besides the key
 * @done: what has been done to an entry, for the error message
 *
 * Return: %CTL_DONE or %CTL_REFUSED.
 */
int request_each_vni(struct ctl *ctl, enum vxm_cmd cmd,
		     const struct args *args, __u64 words,
		     const char *done)
{
	size_t i;

	if (args->vnis.count > 1 && look_up_all(ctl, args, done))
		return CTL_REFUSED;
	for (i = 0; i < args->vnis.count; i++) {
		request_vni(ctl, cmd, args, i, words | WORD_BIT(PORT));
		if (!nl_do(ctl->nl, NULL))
			continue;
		request_failed(ctl, args->name);
		if (i)
			ctl_fail_more(ctl,
				      "; the first %zu of %zu entries have been %s",
				      i, args->vnis.count, done);
		else if (args->vnis.count > 1)
			ctl_fail_more(ctl, "; none of the list has been %s",
				      done);
		return CTL_REFUSED;
	}

	return CTL_DONE;
}
