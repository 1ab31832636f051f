// SPDX-License-Identifier: GPL-2.0
/*
 * Objects of the family, as they look when asked for.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "client.h"
#include "objects.h"
#include "tap.h"

/* An object can be got, holds what is promised, and looks as wanted. */
void is_object(struct client *client, int cmd, const struct attr *key,
	       const char *want, const char *name)
{
	struct record record;
	const char *fault;
	char *text;

	if (!client_get(client, cmd, key, &record)) {
		is_text(NULL, want, "%s", name);
		return;
	}
	fault = record_fault(&record);
	text = record_text(&record, false);
	is_text(fault ? fault : text, want, "%s", name);
	free(text);
}

/* A dump succeeds, each of its messages is as promised; prints them. */
void is_dump(struct client *client, int cmd, const struct attr *filter,
	     const char *want, const char *name)
{
	struct answer answer;
	char *all = NULL;
	size_t size;
	FILE *out;
	size_t i;

	out = open_memstream(&all, &size);
	if (!out)
		errx(1, "no memory");
	client_dump(client, &answer, cmd, filter);
	if (answer.error)
		fprintf(out, "errno %d\n", answer.error);
	for (i = 0; i < answer.n_records; i++) {
		const char *fault = record_fault(&answer.records[i]);
		char *text = record_text(&answer.records[i], false);

		fprintf(out, "%s\n", fault ? fault : text);
		free(text);
	}
	if (fclose(out))
		errx(1, "no memory");
	is_text(all, want, "%s", name);
	free(all);
	answer_clear(&answer);
}
