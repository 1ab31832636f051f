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
	{ WORD_SOURCE, VXM_ATTR_SOURCE_IPV6, 0 },
};

static void put_source(struct nlmsghdr *nlh, const struct source *source)
{
	if (source->family == AF_INET)
		mnl_attr_put(nlh, VXM_ATTR_SOURCE_IPV4, sizeof(source->ipv4),
			     &source->ipv4);
	else
		mnl_attr_put(nlh, VXM_ATTR_SOURCE_IPV6, sizeof(source->ipv6),
			     &source->ipv6);
}

static void put_word(struct nlmsghdr *nlh, const struct pair *pair,
		     const struct args *args)
{
	if (pair->size == sizeof(__u8))
		mnl_attr_put_u8(nlh, pair->attr, args->number[pair->word]);
	else if (pair->size == sizeof(__u16))
		mnl_attr_put_u16(nlh, pair->attr, args->number[pair->word]);
	else if (pair->size == sizeof(__u32))
		mnl_attr_put_u32(nlh, pair->attr, args->number[pair->word]);
	else if (pair->word == WORD_DEV)
		mnl_attr_put_strz(nlh, pair->attr, args->dev);
	else if (pair->word == WORD_FORCE)
		mnl_attr_put(nlh, pair->attr, 0, NULL);
	else if (pair->attr == VXM_ATTR_UP)
		mnl_attr_put_u8(nlh, pair->attr, pair->word == WORD_UP);
	else if (pair->attr == VXM_ATTR_SOURCE_IPV4)
		put_source(nlh, &args->source);
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
			       const struct args *args, unsigned int words)
{
	struct nlmsghdr *nlh = nl_request(ctl->nl, cmd);
	size_t i;

	for (i = 0; i < CTL_COUNT(pairs); i++) {
		if (args->given & words & 1U << pairs[i].word)
			put_word(nlh, &pairs[i], args);
	}

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
			     unsigned int words)
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

static const struct pair *find_pair(enum vxm_attr attr)
{
	size_t i;

	if (attr == VXM_ATTR_VNI_LAST || attr == VXM_ATTR_VNI_ANY)
		attr = VXM_ATTR_VNI;
	for (i = 0; i < CTL_COUNT(pairs); i++) {
		if (pairs[i].attr == attr)
			return &pairs[i];
	}

	return NULL;
}

/* The words that an attribute of the request was made from. */
static void describe(const struct record *sent, const struct nl_error *error,
		     char *text, size_t room)
{
	const struct pair *pair = find_pair(error->attr);
	char value[INET6_ADDRSTRLEN] = "";
	const char *name;

	*text = '\0';
	if (!pair)
		return;
	name = words_name(pair->word);
	if (error->missing) {
		snprintf(text, room, "%s is missing", name);
		return;
	}

	switch (pair->word) {
	case WORD_VNI:
		record_vni(sent, value);
		break;
	case WORD_SOURCE:
		record_source(sent, value);
		break;
	case WORD_FRONT:
		snprintf(value, sizeof(value), "%s",
			 value_front_name(sent->number[pair->attr]));
		break;
	case WORD_UP:
		name = words_name(sent->number[pair->attr] ? WORD_UP :
							     WORD_DOWN);
		break;
	default:
		if (pair->word == WORD_DEV)
			snprintf(value, sizeof(value), "%s", sent->ifname);
		else if (pair->size)
			snprintf(value, sizeof(value), "%llu",
				 sent->number[pair->attr]);
	}
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

	if (record_read(&sent, nl_requested(ctl->nl)))
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
		     const struct args *args, unsigned int words,
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
