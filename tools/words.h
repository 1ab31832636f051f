/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The language of commands: which words there are, which commands take which
 * of them, and a command line taken apart.
 */
#ifndef VXMIRRORCTL_WORDS_H
#define VXMIRRORCTL_WORDS_H

#include "ctl.h"
#include "value.h"

/**
 * enum word - words that stand before a value, or alone
 *
 * The order is the one of the help text.
 *
 * @WORD_VNI: vni N
 * @WORD_SOURCE: source ADDR
 * @WORD_OF_FILTER: filter NAME, the one that a rule is part of
 * @WORD_NUMBER: number N
 * @WORD_DIRECTION: direction ingress|egress
 * @WORD_PORT: port P
 * @WORD_DEV: dev NAME
 * @WORD_FRONT: front auto|socket
 * @WORD_MTU: mtu N
 * @WORD_UP: up
 * @WORD_DOWN: down
 * @WORD_NAME: name NAME|none
 * @WORD_MAC: mac MAC|none
 * @WORD_VLAN: vlan N[-M]|none
 * @WORD_SNAPLEN: snaplen N|none
 * @WORD_REPAIR: repair on|off
 * @WORD_SOURCES: sources any|listed
 * @WORD_FILTER: filter NAME|none, the one that is used
 * @WORD_DEDUP: dedup GROUP|none
 * @WORD_WINDOW: window MS
 * @WORD_ACTION: action accept|reject
 * @WORD_PROTOCOL: protocol PROTO
 * @WORD_FROM: source CIDR
 * @WORD_TO: destination CIDR
 * @WORD_FROM_PORT: source-port A[-B]
 * @WORD_TO_PORT: destination-port A[-B]
 * @WORD_AMAZON_DNS: amazon-dns
 * @WORD_RESOLVER: resolver ADDR
 * @WORD_VNIS: vnis N
 * @WORD_PORTS: ports N
 * @WORD_SESSIONS: sessions N
 * @WORD_MEMORY: memory BYTES
 * @WORD_IDLE: idle SECONDS
 * @WORD_FORCE: force
 * @WORD_OUTPUT: output FILE
 * @WORD_APPLY: apply
 * @WORD_COUNT: how many there are
 */
enum word {
	WORD_VNI,
	WORD_SOURCE,
	WORD_OF_FILTER,
	WORD_NUMBER,
	WORD_DIRECTION,
	WORD_PORT,
	WORD_DEV,
	WORD_FRONT,
	WORD_MTU,
	WORD_UP,
	WORD_DOWN,
	WORD_NAME,
	WORD_MAC,
	WORD_VLAN,
	WORD_SNAPLEN,
	WORD_REPAIR,
	WORD_SOURCES,
	WORD_FILTER,
	WORD_DEDUP,
	WORD_WINDOW,
	WORD_ACTION,
	WORD_PROTOCOL,
	WORD_FROM,
	WORD_TO,
	WORD_FROM_PORT,
	WORD_TO_PORT,
	WORD_AMAZON_DNS,
	WORD_RESOLVER,
	WORD_VNIS,
	WORD_PORTS,
	WORD_SESSIONS,
	WORD_MEMORY,
	WORD_IDLE,
	WORD_FORCE,
	WORD_OUTPUT,
	WORD_APPLY,
	WORD_COUNT,
};

#define WORD_BIT(word) (1ULL << WORD_##word)

/**
 * enum object - what a command is about
 *
 * @OBJECT_DEV: mirror devices
 * @OBJECT_VNI: VNI entries
 * @OBJECT_PORT: ports in use
 * @OBJECT_SESSION: sessions
 * @OBJECT_FILTER: filters
 * @OBJECT_RULE: their rules
 * @OBJECT_DEDUP: dedup groups in use
 * @OBJECT_UNKNOWN: unknown VNIs
 * @OBJECT_CAUSES: causes
 * @OBJECT_LIMITS: limits
 * @OBJECT_AWS: what AWS says about mirror sessions
 * @OBJECT_COUNT: how many there are
 */
enum object {
	OBJECT_DEV,
	OBJECT_VNI,
	OBJECT_PORT,
	OBJECT_SESSION,
	OBJECT_FILTER,
	OBJECT_RULE,
	OBJECT_DEDUP,
	OBJECT_UNKNOWN,
	OBJECT_CAUSES,
	OBJECT_LIMITS,
	OBJECT_AWS,
	OBJECT_COUNT,
};

#define OBJECT_BIT(object) (1U << OBJECT_##object)

/**
 * enum subject - the value that stands right behind the object
 *
 * @SUBJECT_NONE: there is none
 * @SUBJECT_DEV: NAME of a device
 * @SUBJECT_VNIS: VNIS, a list
 * @SUBJECT_PORT: P, a port
 * @SUBJECT_FILTER: NAME of a filter
 * @SUBJECT_DEDUP: GROUP, a dedup group
 */
enum subject {
	SUBJECT_NONE,
	SUBJECT_DEV,
	SUBJECT_VNIS,
	SUBJECT_PORT,
	SUBJECT_FILTER,
	SUBJECT_DEDUP,
};

struct args;

/**
 * struct form - one form of a verb
 *
 * @object: the object, not for a form with @among
 * @among: objects of which any number may follow the verb
 * @subject: what stands behind the object
 * @optional: the subject may be left out
 * @key: of the words, those that name the object when it has no subject
 * @need: words that must be there
 * @may: words that may be there
 * @some: of these at least one must be there; part of @may
 * @port: %VXM_PORT_DEFAULT is meant when the word port is not there
 * @check: finds what is wrong although each word is right; returns an enum
 *	ctl_exit; NULL: there is nothing of the kind
 * @endless: the command does not end, so a batch cannot hold it
 * @files: words that are no others are names of files
 * @offline: it asks the kernel nothing by itself, and a batch cannot hold it
 * @run: does it; returns an enum ctl_exit
 * @about: what it does, for the help text
 */
struct form {
	enum object object;
	unsigned int among;
	enum subject subject;
	bool optional;
	__u64 key;
	__u64 need;
	__u64 may;
	__u64 some;
	bool port;
	int (*check)(struct ctl *ctl, const struct args *args);
	bool endless;
	bool files;
	bool offline;
	int (*run)(struct ctl *ctl, const struct args *args);
	const char *about;
};

/**
 * struct verb - a verb with its forms
 *
 * @name: the verb
 * @about: what it does, for the help text
 * @form: its forms
 * @forms: how many
 */
struct verb {
	const char *name;
	const char *about;
	const struct form *form;
	size_t forms;
};

/**
 * struct args - a command taken apart
 *
 * What a word that is not there would fill is zero, and so is the value none.
 *
 * @form: the form of the verb that it has
 * @name: the command up to its key, for error messages
 * @given: WORD_BIT() of the words that are there or meant
 * @among: OBJECT_BIT() of the objects, for a form with @among
 * @number: by word, the values that are numbers, or an enum's, or the first
 *	of a range; and of a subject P
 * @last: by word, the last of a range
 * @dev: value of %WORD_DEV, and of a subject NAME of a device
 * @filter: value of %WORD_FILTER and %WORD_OF_FILTER, and of a subject NAME
 *	of a filter
 * @dedup: value of %WORD_DEDUP, and of a subject GROUP
 * @label: value of %WORD_NAME
 * @mac: value of %WORD_MAC
 * @vnis: the subject VNIS; allocated
 * @source: value of %WORD_SOURCE
 * @resolver: value of %WORD_RESOLVER
 * @from: value of %WORD_FROM
 * @to: value of %WORD_TO
 * @output: value of %WORD_OUTPUT
 * @file: the names of files; allocated
 * @files: how many
 * @files_room: how many there is room for
 */
struct args {
	const struct form *form;
	char name[128];
	__u64 given;
	unsigned int among;
	__u32 number[WORD_COUNT];
	__u32 last[WORD_COUNT];
	char dev[IFNAMSIZ];
	char filter[VALUE_FILTER];
	char dedup[VALUE_DEDUP];
	char label[VALUE_NAME];
	__u8 mac[ETH_ALEN];
	struct vni_list vnis;
	struct address source;
	struct address resolver;
	struct prefix from;
	struct prefix to;
	const char *output;
	const char **file;
	size_t files;
	size_t files_room;
};

extern const struct verb verb_add;
extern const struct verb verb_set;
extern const struct verb verb_del;
extern const struct verb verb_clear;
extern const struct verb verb_show;
extern const struct verb verb_monitor;
extern const struct verb verb_import;

/**
 * args_given() - whether a word is there or meant
 * @args: the command
 * @word: the word
 *
 * Return: true when it is.
 */
static inline bool args_given(const struct args *args, enum word word)
{
	return args->given >> word & 1;
}

const char *words_name(enum word word);
const char *words_value(enum word word);
const char *words_choice(enum word word, __u64 number);
const char *words_object(enum object object);
const char *words_subject(enum subject subject);
void words_default_port(struct args *args);
const struct verb *words_verb(size_t i);
const struct verb *words_find_verb(struct ctl *ctl, const char *name);
int words_find_object(struct ctl *ctl, const struct verb *verb,
		      const char *name, const struct form **form);
int words_parse(struct ctl *ctl, int count, char **words, struct args *args);
void words_free(struct args *args);

#endif /* VXMIRRORCTL_WORDS_H */
