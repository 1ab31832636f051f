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
 * @WORD_PORT: port P
 * @WORD_DEV: dev NAME
 * @WORD_FRONT: front auto|socket
 * @WORD_MTU: mtu N
 * @WORD_UP: up
 * @WORD_DOWN: down
 * @WORD_VNIS: vnis N
 * @WORD_PORTS: ports N
 * @WORD_SESSIONS: sessions N
 * @WORD_MEMORY: memory BYTES
 * @WORD_IDLE: idle SECONDS
 * @WORD_FORCE: force
 * @WORD_COUNT: how many there are
 */
enum word {
	WORD_VNI,
	WORD_SOURCE,
	WORD_PORT,
	WORD_DEV,
	WORD_FRONT,
	WORD_MTU,
	WORD_UP,
	WORD_DOWN,
	WORD_VNIS,
	WORD_PORTS,
	WORD_SESSIONS,
	WORD_MEMORY,
	WORD_IDLE,
	WORD_FORCE,
	WORD_COUNT,
};

#define WORD_BIT(word) (1U << WORD_##word)

/**
 * enum object - what a command is about
 *
 * @OBJECT_DEV: mirror devices
 * @OBJECT_VNI: VNI entries
 * @OBJECT_PORT: ports in use
 * @OBJECT_SESSION: sessions
 * @OBJECT_UNKNOWN: unknown VNIs
 * @OBJECT_CAUSES: causes
 * @OBJECT_LIMITS: limits
 * @OBJECT_COUNT: how many there are
 */
enum object {
	OBJECT_DEV,
	OBJECT_VNI,
	OBJECT_PORT,
	OBJECT_SESSION,
	OBJECT_UNKNOWN,
	OBJECT_CAUSES,
	OBJECT_LIMITS,
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
 */
enum subject {
	SUBJECT_NONE,
	SUBJECT_DEV,
	SUBJECT_VNIS,
	SUBJECT_PORT,
};

struct args;

/**
 * struct form - one form of a verb
 *
 * @object: the object, not for a form with @among
 * @among: objects of which any number may follow the verb
 * @subject: what stands behind the object
 * @optional: the subject may be left out
 * @need: words that must be there
 * @may: words that may be there
 * @some: of these at least one must be there; part of @may
 * @port: %VXM_PORT_DEFAULT is meant when the word port is not there
 * @endless: the command does not end, so a batch cannot hold it
 * @run: does it; returns an enum ctl_exit
 * @about: what it does, for the help text
 */
struct form {
	enum object object;
	unsigned int among;
	enum subject subject;
	bool optional;
	unsigned int need;
	unsigned int may;
	unsigned int some;
	bool port;
	bool endless;
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
 * @form: the form of the verb that it has
 * @name: the command up to its key, for error messages
 * @given: WORD_BIT() of the words that are there or meant
 * @among: OBJECT_BIT() of the objects, for a form with @among
 * @number: by word, the values that are numbers, or an enum's; and of a
 *	subject P
 * @dev: value of %WORD_DEV, and of a subject NAME
 * @vnis: the subject VNIS; allocated
 * @source: value of %WORD_SOURCE
 */
struct args {
	const struct form *form;
	char name[128];
	unsigned int given;
	unsigned int among;
	__u32 number[WORD_COUNT];
	char dev[IFNAMSIZ];
	struct vni_list vnis;
	struct source source;
};

extern const struct verb verb_add;
extern const struct verb verb_set;
extern const struct verb verb_del;
extern const struct verb verb_clear;
extern const struct verb verb_show;
extern const struct verb verb_monitor;

/**
 * args_given() - whether a word is there or meant
 * @args: the command
 * @word: the word
 *
 * Return: true when it is.
 */
static inline bool args_given(const struct args *args, enum word word)
{
	return args->given & 1U << word;
}

const char *words_name(enum word word);
const char *words_value(enum word word);
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
