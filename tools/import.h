/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of 'import aws' share: AWS's answers, the configuration file
 * that is made of them, and what has to be said about it.
 */
#ifndef VXMIRRORCTL_IMPORT_H
#define VXMIRRORCTL_IMPORT_H

#include <jansson.h>
#include <stdio.h>

#include "words.h"

#define IMPORT_DEV "zmirror0"	/* unless another one is named */
#define IMPORT_NAME VALUE_FILTER	/* sessions could have longer ones */
#define IMPORT_WHO 600	/* "filter ID, rule ID" */
#define IMPORT_RULE_MIN 1
#define IMPORT_RULE_MAX 32766
#define IMPORT_BYTES (64U << 20)	/* of JSON, at most */

/**
 * enum import_kind - what AWS describes
 *
 * @IMPORT_SESSIONS: mirror sessions
 * @IMPORT_FILTERS: mirror filters
 * @IMPORT_TARGETS: mirror targets
 * @IMPORT_INTERFACES: network interfaces
 * @IMPORT_KINDS: how many there are
 */
enum import_kind {
	IMPORT_SESSIONS,
	IMPORT_FILTERS,
	IMPORT_TARGETS,
	IMPORT_INTERFACES,
	IMPORT_KINDS,
};

/**
 * enum import_field - what became of a number
 *
 * @IMPORT_ABSENT: it is not there
 * @IMPORT_THERE: it is there
 * @IMPORT_WRONG: it is something else; that has been said
 */
enum import_field {
	IMPORT_ABSENT,
	IMPORT_THERE,
	IMPORT_WRONG,
};

/**
 * struct import_filter - a filter in the configuration file
 *
 * @id: AWS's name for it
 * @item: AWS's description
 * @name: its name here
 * @need: bytes of a frame that its rules look at
 * @whole: all of it could be expressed
 */
struct import_filter {
	const char *id;
	const json_t *item;
	char name[IMPORT_NAME];
	unsigned int need;
	bool whole;
};

/**
 * struct import_rule - a rule in the configuration file
 *
 * @id: AWS's name for it
 * @description: AWS's description, NULL: none
 * @number: its number at AWS
 * @words: what follows the direction
 * @note: what AWS says in other words, or nothing
 * @need: bytes of a frame that it looks at
 */
struct import_rule {
	const char *id;
	const char *description;
	long number;
	char words[288];
	char note[160];
	unsigned int need;
};

/**
 * struct import - one run of 'import aws'
 *
 * @ctl: the run
 * @args: the command
 * @items: by kind, objects of AWS's descriptions by their ids; their strings
 *	are short and hold no control characters
 * @given: by kind, whether there was an answer at all
 * @more: by kind, whether the last answer was a page with more behind it
 * @out: the configuration file in the making
 * @missed: how many things could not be expressed
 * @filter: the filters, sorted by id
 * @filters: how many
 */
struct import {
	struct ctl *ctl;
	const struct args *args;
	json_t *items[IMPORT_KINDS];
	bool given[IMPORT_KINDS];
	bool more[IMPORT_KINDS];
	FILE *out;
	size_t missed;
	struct import_filter *filter;
	size_t filters;
};

/* import_read.c */
int import_read(struct import *import, const char *name, size_t *left);
void import_check_pages(struct import *import);

/* import_say.c */
void import_comment(struct import *import, const char *format, ...)
	CTL_PRINTF(2, 3);
void import_warn(struct import *import, const char *format, ...)
	CTL_PRINTF(2, 3);
void import_miss(struct import *import, const char *format, ...)
	CTL_PRINTF(2, 3);
const char *import_text(struct import *import, const char *who,
			const json_t *item, const char *key);
const char *import_need(struct import *import, const char *who,
			const json_t *item, const char *key);
enum import_field import_number(struct import *import, const char *who,
				const json_t *item, const char *key, long min,
				long max, long *number);
const json_t *import_list(struct import *import, const char *who,
			  const json_t *item, const char *key);
const char *import_tag(struct import *import, const char *who,
		       const json_t *item, const char *key);
bool import_clean_name(const char *text, char name[IMPORT_NAME]);
const char **import_ids(const json_t *items, size_t *count);

/* import_rule.c */
bool import_rule(struct import *import, const char *filter,
		 const json_t *item, const char *direction,
		 struct import_rule *rule);

/* import_filter.c */
void import_filters(struct import *import);
const struct import_filter *import_find_filter(const struct import *import,
					       const char *id);

/* import_session.c */
void import_sessions(struct import *import);

#endif /* VXMIRRORCTL_IMPORT_H */
