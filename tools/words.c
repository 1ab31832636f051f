// SPDX-License-Identifier: GPL-2.0
/*
 * Taking a command apart. What may stand where is said by the verbs' tables
 * of forms; no word is ever completed from its beginning.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/vxmirror.h>

#include "words.h"

#define VLAN_MAX 4094	/* 4095 is reserved (IEEE 802.1Q) */

/**
 * struct word_info - what is known of a word
 * @name: the word
 * @value: what its value is called, NULL: it has none
 * @min: least number, for values that are numbers
 * @max: largest number; where the kernel may one day allow more, all that
 *	the netlink attribute can hold, and the kernel refuses
 * @range: the value may be a range of such numbers
 * @none: the value may be %VALUE_NONE
 * @choice: the value is one of these, ended by NULL, and its number the place
 *	in the list
 */
struct word_info {
	const char *name;
	const char *value;
	__u32 min;
	__u32 max;
	bool range;
	bool none;
	const char *const *choice;
};

/* By enum vxm_front, vxm_direction, vxm_action, a flag, and vxm_sources. */
static const char *const fronts[] = { "auto", "socket", NULL };
static const char *const directions[] = { "ingress", "egress", NULL };
static const char *const actions[] = { "accept", "reject", NULL };
static const char *const switches[] = { "off", "on", NULL };
static const char *const sources[] = { "any", "listed", NULL };

static const struct word_info word_infos[WORD_COUNT] = {
	[WORD_VNI] = { .name = "vni", .value = "N", .max = VXM_VNI_MAX },
	[WORD_SOURCE] = { .name = "source", .value = "ADDR" },
	[WORD_OF_FILTER] = { .name = "filter", .value = "NAME" },
	[WORD_NUMBER] = {
		.name = "number", .value = "N",
		.min = 1, .max = VXM_RULE_NUMBER_MAX,
	},
	[WORD_DIRECTION] = {
		.name = "direction", .value = "ingress|egress",
		.choice = directions,
	},
	[WORD_PORT] = {
		.name = "port", .value = "P",
		.min = 1, .max = UINT16_MAX,
	},
	[WORD_DEV] = { .name = "dev", .value = "NAME" },
	[WORD_FRONT] = {
		.name = "front", .value = "auto|socket",
		.choice = fronts,
	},
	[WORD_MTU] = { .name = "mtu", .value = "N", .max = UINT32_MAX },
	[WORD_UP] = { .name = "up" },
	[WORD_DOWN] = { .name = "down" },
	[WORD_NAME] = { .name = "name", .value = "NAME|none", .none = true },
	[WORD_MAC] = { .name = "mac", .value = "MAC|none", .none = true },
	[WORD_VLAN] = {
		.name = "vlan", .value = "N[-M]|none",
		.max = VLAN_MAX, .range = true, .none = true,
	},
	[WORD_SNAPLEN] = {
		.name = "snaplen", .value = "N|none",
		.max = UINT32_MAX, .none = true,
	},
	[WORD_REPAIR] = {
		.name = "repair", .value = "on|off",
		.choice = switches,
	},
	[WORD_SOURCES] = {
		.name = "sources", .value = "any|listed",
		.choice = sources,
	},
	[WORD_FILTER] = {
		.name = "filter", .value = "NAME|none",
		.none = true,
	},
	[WORD_DEDUP] = {
		.name = "dedup", .value = "GROUP|none",
		.none = true,
	},
	[WORD_WINDOW] = {
		.name = "window", .value = "MS",
		.max = UINT32_MAX,
	},
	[WORD_ACTION] = {
		.name = "action", .value = "accept|reject",
		.choice = actions,
	},
	[WORD_PROTOCOL] = { .name = "protocol", .value = "PROTO" },
	[WORD_FROM] = { .name = "source", .value = "CIDR" },
	[WORD_TO] = { .name = "destination", .value = "CIDR" },
	[WORD_FROM_PORT] = {
		.name = "source-port", .value = "A[-B]",
		.max = UINT16_MAX, .range = true,
	},
	[WORD_TO_PORT] = {
		.name = "destination-port", .value = "A[-B]",
		.max = UINT16_MAX, .range = true,
	},
	[WORD_AMAZON_DNS] = { .name = "amazon-dns" },
	[WORD_RESOLVER] = { .name = "resolver", .value = "ADDR" },
	[WORD_VNIS] = { .name = "vnis", .value = "N", .max = UINT32_MAX },
	[WORD_PORTS] = { .name = "ports", .value = "N", .max = UINT32_MAX },
	[WORD_SESSIONS] = {
		.name = "sessions", .value = "N",
		.max = UINT32_MAX,
	},
	[WORD_MEMORY] = {
		.name = "memory", .value = "BYTES",
		.max = UINT32_MAX,
	},
	[WORD_IDLE] = { .name = "idle", .value = "SECONDS", .max = UINT32_MAX },
	[WORD_FORCE] = { .name = "force" },
	[WORD_OUTPUT] = { .name = "output", .value = "FILE" },
	[WORD_APPLY] = { .name = "apply" },
};

static const char *const objects[OBJECT_COUNT] = {
	[OBJECT_DEV] = "dev",
	[OBJECT_VNI] = "vni",
	[OBJECT_PORT] = "port",
	[OBJECT_SESSION] = "session",
	[OBJECT_FILTER] = "filter",
	[OBJECT_RULE] = "rule",
	[OBJECT_DEDUP] = "dedup",
	[OBJECT_UNKNOWN] = "unknown",
	[OBJECT_CAUSES] = "causes",
	[OBJECT_LIMITS] = "limits",
	[OBJECT_AWS] = "aws",
};

static const char *const subjects[] = {
	[SUBJECT_DEV] = "NAME",
	[SUBJECT_VNIS] = "VNIS",
	[SUBJECT_PORT] = "P",
	[SUBJECT_FILTER] = "NAME",
	[SUBJECT_DEDUP] = "GROUP",
};

static const struct verb *const verbs[] = {
	&verb_add,
	&verb_set,
	&verb_del,
	&verb_clear,
	&verb_show,
	&verb_monitor,
	&verb_import,
};

/* Words as they are named in a message: "dev, port or mtu". */
struct choice {
	char text[256];
	const char *last;
};

static void choice_push(struct choice *choice, const char *joint)
{
	size_t used = strlen(choice->text);

	if (choice->last)
		snprintf(choice->text + used, sizeof(choice->text) - used,
			 "%s%s", used ? joint : "", choice->last);
	choice->last = NULL;
}

static void choice_add(struct choice *choice, const char *name)
{
	choice_push(choice, ", ");
	choice->last = name;
}

static const char *choice_end(struct choice *choice)
{
	choice_push(choice, " or ");
	return choice->text;
}

static void choose_words(struct choice *choice, __u64 words)
{
	int i;

	for (i = 0; i < WORD_COUNT; i++) {
		if (words >> i & 1)
			choice_add(choice, word_infos[i].name);
	}
}

static void choose_objects(struct choice *choice, const struct verb *verb)
{
	size_t i;
	int j;

	for (i = 0; i < verb->forms; i++) {
		for (j = 0; j < OBJECT_COUNT; j++) {
			if (verb->form[i].among & 1U << j)
				choice_add(choice, objects[j]);
		}
		if (!verb->form[i].among)
			choice_add(choice, objects[verb->form[i].object]);
	}
}

/**
 * words_name() - a word
 * @word: which
 *
 * Return: its text.
 */
const char *words_name(enum word word)
{
	return word_infos[word].name;
}

/**
 * words_value() - what the value of a word is called in the help text
 * @word: which
 *
 * Return: its name, NULL: the word has no value.
 */
const char *words_value(enum word word)
{
	return word_infos[word].value;
}

/**
 * words_choice() - a value of a word that takes one of several
 * @word: which
 * @number: the value's number
 *
 * Return: the value; NULL: it is one of a newer kernel.
 */
const char *words_choice(enum word word, __u64 number)
{
	const char *const *choice = word_infos[word].choice;

	while (*choice && number--)
		choice++;

	return *choice;
}

/**
 * words_object() - the name of an object
 * @object: which
 *
 * Return: its text.
 */
const char *words_object(enum object object)
{
	return objects[object];
}

/**
 * words_subject() - what a subject is called in the help text
 * @subject: which, not %SUBJECT_NONE
 *
 * Return: its name.
 */
const char *words_subject(enum subject subject)
{
	return subjects[subject];
}

/**
 * words_default_port() - mean %VXM_PORT_DEFAULT when no port is given
 * @args: the command
 */
void words_default_port(struct args *args)
{
	if (args_given(args, WORD_PORT))
		return;
	args->given |= WORD_BIT(PORT);
	args->number[WORD_PORT] = VXM_PORT_DEFAULT;
}

/**
 * words_verb() - the verbs, one by one
 * @i: 0 and up
 *
 * Return: the verb, NULL: there are no more.
 */
const struct verb *words_verb(size_t i)
{
	return i < CTL_COUNT(verbs) ? verbs[i] : NULL;
}

/**
 * words_find_verb() - a verb by its name
 * @ctl: the run, told when there is none
 * @name: the name, in full
 *
 * Return: the verb, NULL: there is none of that name.
 */
const struct verb *words_find_verb(struct ctl *ctl, const char *name)
{
	struct choice choice = { 0 };
	size_t i;

	for (i = 0; i < CTL_COUNT(verbs); i++) {
		if (!strcmp(verbs[i]->name, name))
			return verbs[i];
		choice_add(&choice, verbs[i]->name);
	}
	choice_add(&choice, "help");
	ctl_fail(ctl, CTL_USAGE, "unknown word '%s': expected %s", name,
		 choice_end(&choice));

	return NULL;
}

/**
 * words_find_object() - the form of a verb for an object
 * @ctl: the run, told when there is none
 * @verb: the verb
 * @name: the object's name in full, NULL: the command ends at the verb
 * @form: the form
 *
 * Return: %CTL_DONE or %CTL_USAGE.
 */
int words_find_object(struct ctl *ctl, const struct verb *verb,
		      const char *name, const struct form **form)
{
	struct choice choice = { 0 };
	size_t i;
	int j;

	for (i = 0; i < verb->forms; i++) {
		*form = &verb->form[i];
		if (!name) {
			if ((*form)->among)
				return CTL_DONE;
			continue;
		}
		for (j = 0; j < OBJECT_COUNT; j++) {
			if ((*form)->among & 1U << j &&
			    !strcmp(objects[j], name))
				return CTL_DONE;
		}
		if (!(*form)->among && !strcmp(objects[(*form)->object], name))
			return CTL_DONE;
	}
	choose_objects(&choice, verb);
	if (!name)
		return ctl_fail(ctl, CTL_USAGE, "%s: %s is missing", verb->name,
				choice_end(&choice));

	return ctl_fail(ctl, CTL_USAGE, "%s: unknown word '%s': expected %s",
			verb->name, name, choice_end(&choice));
}

/* Put the command's name before what a function of value.c complained of. */
static int in_command(struct ctl *ctl, const struct args *args)
{
	char error[sizeof(ctl->error)];

	memcpy(error, ctl->error, sizeof(error));
	ctl_fail(ctl, CTL_USAGE, "%s: ", args->name);
	ctl_fail_more(ctl, "%s", error);

	return CTL_USAGE;
}

/* Add a part of the key to the command's name; a long list is cut. */
static void name_more(struct args *args, const char *text)
{
	size_t used = strlen(args->name);
	size_t room = sizeof(args->name) - used;
	int max = 48;

	snprintf(args->name + used, room, " %.*s%s", max, text,
		 strlen(text) > (size_t)max ? "..." : "");
}

static int parse_choice(struct ctl *ctl, struct args *args, enum word word,
			const char *text)
{
	const struct word_info *info = &word_infos[word];
	struct choice choice = { 0 };
	__u32 i;

	for (i = 0; info->choice[i]; i++) {
		if (!strcmp(info->choice[i], text)) {
			args->number[word] = i;
			return CTL_DONE;
		}
		choice_add(&choice, info->choice[i]);
	}

	return ctl_fail(ctl, CTL_USAGE, "%s '%s': expected %s", info->name,
			text, choice_end(&choice));
}

static int parse_number(struct ctl *ctl, struct args *args, enum word word,
			const char *text)
{
	const struct word_info *info = &word_infos[word];

	if (info->range)
		return value_range(ctl, info->name, text, info->min, info->max,
				   &args->number[word], &args->last[word]);

	return value_number(ctl, info->name, text, info->min, info->max,
			    &args->number[word]);
}

static int parse_subject(struct ctl *ctl, struct args *args, const char *text)
{
	int ret;

	switch (args->form->subject) {
	case SUBJECT_DEV:
		ret = value_dev(ctl, text, args->dev);
		args->given |= WORD_BIT(DEV);
		break;
	case SUBJECT_PORT:
		ret = parse_number(ctl, args, WORD_PORT, text);
		args->given |= WORD_BIT(PORT);
		break;
	case SUBJECT_FILTER:
		ret = value_filter(ctl, text, args->filter);
		args->given |= WORD_BIT(OF_FILTER);
		break;
	case SUBJECT_DEDUP:
		ret = value_dedup(ctl, text, args->dedup);
		args->given |= WORD_BIT(DEDUP);
		break;
	default:
		ret = value_vnis(ctl, text, &args->vnis);
	}
	if (ret)
		return in_command(ctl, args);
	name_more(args, text);

	return CTL_DONE;
}

static int parse_text(struct ctl *ctl, struct args *args, enum word word,
		      const char *text)
{
	const struct word_info *info = &word_infos[word];

	if (info->none && !strcmp(text, VALUE_NONE))
		return CTL_DONE;
	if (info->choice)
		return parse_choice(ctl, args, word, text);

	switch (word) {
	case WORD_DEV:
		return value_dev(ctl, text, args->dev);
	case WORD_OF_FILTER:
	case WORD_FILTER:
		return value_filter(ctl, text, args->filter);
	case WORD_DEDUP:
		return value_dedup(ctl, text, args->dedup);
	case WORD_NAME:
		return value_name(ctl, text, args->label);
	case WORD_MAC:
		return value_mac(ctl, text, args->mac);
	case WORD_SOURCE:
		return value_address(ctl, info->name, text, &args->source);
	case WORD_RESOLVER:
		return value_address(ctl, info->name, text, &args->resolver);
	case WORD_FROM:
		return value_prefix(ctl, info->name, text, &args->from);
	case WORD_TO:
		return value_prefix(ctl, info->name, text, &args->to);
	case WORD_OUTPUT:
		return value_file(ctl, text, &args->output);
	case WORD_PROTOCOL:
		return value_protocol(ctl, text, &args->number[word]);
	default:
		return parse_number(ctl, args, word, text);
	}
}

static int parse_value(struct ctl *ctl, struct args *args, enum word word,
		       const char *text)
{
	if (parse_text(ctl, args, word, text))
		return in_command(ctl, args);
	if (args->form->key >> word & 1) {
		name_more(args, word_infos[word].name);
		name_more(args, text);
	}

	return CTL_DONE;
}

static int unknown_word(struct ctl *ctl, const struct args *args,
			const char *text)
{
	struct choice choice = { 0 };
	__u64 left;

	left = (args->form->need | args->form->may) & ~args->given;
	if (args->form->subject == SUBJECT_VNIS && !args->vnis.count)
		choice_add(&choice, "VNIS");
	else if (!left)
		return ctl_fail(ctl, CTL_USAGE,
				"%s: unknown word '%s': expected nothing more",
				args->name, text);
	choose_words(&choice, left);

	return ctl_fail(ctl, CTL_USAGE, "%s: unknown word '%s': expected %s",
			args->name, text, choice_end(&choice));
}

/* Whether what stands behind the object is its subject, and no word yet. */
static bool is_subject(const struct form *form, const char *text)
{
	if (!form->optional || form->subject != SUBJECT_VNIS)
		return true;

	return strchr("0123456789,-", *text) || !strncmp(text, "any", 3);
}

static enum word find_word(const struct args *args, const char *text)
{
	enum word i;

	for (i = 0; i < WORD_COUNT; i++) {
		if ((args->form->need | args->form->may) >> i & 1 &&
		    !strcmp(word_infos[i].name, text))
			break;
	}

	return i;
}

/* A word that is no other. */
static int add_file(struct ctl *ctl, struct args *args, const char *text)
{
	if (value_file(ctl, text, &text))
		return in_command(ctl, args);
	args->file = ctl_grow(args->file, args->files, &args->files_room,
			      sizeof(*args->file));
	args->file[args->files++] = text;

	return CTL_DONE;
}

/* One word with its value; returns how many words that were, 0: an error. */
static int parse_word(struct ctl *ctl, struct args *args, int count,
		      char **words)
{
	enum word word = find_word(args, words[0]);
	const struct word_info *info;

	if (word == WORD_COUNT && args->form->files)
		return add_file(ctl, args, words[0]) ? 0 : 1;
	if (word == WORD_COUNT) {
		unknown_word(ctl, args, words[0]);
		return 0;
	}
	info = &word_infos[word];
	if (args_given(args, word)) {
		ctl_fail(ctl, CTL_USAGE, "%s: '%s' is given twice", args->name,
			 info->name);
		return 0;
	}
	args->given |= 1ULL << word;
	if (!info->value)
		return 1;
	if (count < 2) {
		ctl_fail(ctl, CTL_USAGE, "%s: %s %s: the value is missing",
			 args->name, info->name, info->value);
		return 0;
	}

	return parse_value(ctl, args, word, words[1]) ? 0 : 2;
}

static int check_words(struct ctl *ctl, struct args *args)
{
	__u64 missing = args->form->need & ~args->given;
	__u64 updown = WORD_BIT(UP) | WORD_BIT(DOWN);
	struct choice choice = { 0 };
	int i;

	for (i = 0; i < WORD_COUNT; i++) {
		if (missing >> i & 1)
			return ctl_fail(ctl, CTL_USAGE, "%s: %s %s is missing",
					args->name, word_infos[i].name,
					word_infos[i].value);
	}
	if ((args->given & updown) == updown)
		return ctl_fail(ctl, CTL_USAGE,
				"%s: 'up' and 'down' exclude each other",
				args->name);
	if (args->form->some && !(args->given & args->form->some)) {
		choose_words(&choice, args->form->some);
		return ctl_fail(ctl, CTL_USAGE,
				"%s: nothing to change: %s is missing",
				args->name, choice_end(&choice));
	}
	if (args->form->port)
		words_default_port(args);
	if (args->form->check && args->form->check(ctl, args))
		return in_command(ctl, args);

	return CTL_DONE;
}

static int parse_among(struct ctl *ctl, const struct verb *verb, int count,
		       char **words, struct args *args)
{
	const struct form *form;
	unsigned int bit;
	int i;
	int j;

	for (i = 0; i < count; i++) {
		if (words_find_object(ctl, verb, words[i], &form))
			return CTL_USAGE;
		for (j = 0; strcmp(objects[j], words[i]); j++)
			;
		bit = 1U << j;
		if (args->among & bit)
			return ctl_fail(ctl, CTL_USAGE,
					"%s: '%s' is given twice", verb->name,
					words[i]);
		args->among |= bit;
	}
	if (!args->among)
		args->among = args->form->among;

	return CTL_DONE;
}

/**
 * words_parse() - take a command apart and check all that can be checked
 * @ctl: the run, told what is wrong
 * @count: number of words, at least 1
 * @words: the words, the verb first
 * @args: the command; words_free() it, after a failure too
 *
 * Return: %CTL_DONE or %CTL_USAGE.
 */
int words_parse(struct ctl *ctl, int count, char **words, struct args *args)
{
	const struct verb *verb;
	int used;
	int i;

	memset(args, 0, sizeof(*args));
	verb = words_find_verb(ctl, words[0]);
	if (!verb)
		return CTL_USAGE;
	if (words_find_object(ctl, verb, count > 1 ? words[1] : NULL,
			      &args->form))
		return CTL_USAGE;
	snprintf(args->name, sizeof(args->name), "%s", verb->name);
	if (args->form->among)
		return parse_among(ctl, verb, count - 1, words + 1, args);
	name_more(args, words[1]);

	i = 2;
	if (args->form->subject && i == count && !args->form->optional)
		return ctl_fail(ctl, CTL_USAGE, "%s: %s is missing", args->name,
				subjects[args->form->subject]);
	if (args->form->subject && i < count &&
	    is_subject(args->form, words[i]) &&
	    parse_subject(ctl, args, words[i++]))
		return CTL_USAGE;
	for (; i < count; i += used) {
		used = parse_word(ctl, args, count - i, words + i);
		if (!used)
			return CTL_USAGE;
	}

	return check_words(ctl, args);
}

/**
 * words_free() - give back what words_parse() has allocated
 * @args: the command
 */
void words_free(struct args *args)
{
	free(args->vnis.entry);
	args->vnis.entry = NULL;
	args->vnis.count = 0;
	free(args->file);
	args->file = NULL;
	args->files = 0;
	args->files_room = 0;
}
