// SPDX-License-Identifier: GPL-2.0
/*
 * Test Anything Protocol, version 12, on standard output.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

static unsigned int n_run;
static unsigned int n_failed;

/* What was noted since the latest test. */
static char *notes;

/* Prints text with a mark in front of each line. */
static void print_marked(const char *indent, const char *text)
{
	const char *end;

	for (; *text; text = *end ? end + 1 : end) {
		end = strchrnul(text, '\n');
		printf("#%s%.*s\n", indent, (int)(end - text), text);
	}
	fflush(stdout);
}

static void vprint_result(bool good, const char *name, va_list ap)
{
	n_run++;
	n_failed += !good;
	printf("%sok %u - ", good ? "" : "not ", n_run);
	vprintf(name, ap);
	putchar('\n');
	fflush(stdout);
	if (notes)
		print_marked("   ", notes);
	free(notes);
	notes = NULL;
}

bool ok(bool good, const char *name, ...)
{
	va_list ap;

	va_start(ap, name);
	vprint_result(good, name, ap);
	va_end(ap);
	return good;
}

bool is_number(long long got, long long want, const char *name, ...)
{
	va_list ap;

	va_start(ap, name);
	vprint_result(got == want, name, ap);
	va_end(ap);
	if (got != want)
		diag("got %lld, want %lld", got, want);
	return got == want;
}

bool is_text(const char *got, const char *want, const char *name, ...)
{
	bool same = got && want && !strcmp(got, want);
	va_list ap;

	va_start(ap, name);
	vprint_result(same, name, ap);
	va_end(ap);
	if (!same) {
		diag("got");
		print_marked("     ", got ? got : "(nothing)");
		diag("want");
		print_marked("     ", want ? want : "(nothing)");
	}
	return same;
}

void skip(const char *why, const char *name)
{
	printf("ok %u - %s # SKIP %s\n", ++n_run, name, why);
	fflush(stdout);
}

/* Says something about the next test. */
void note(const char *format, ...)
{
	char *text = NULL;
	char *all = NULL;
	va_list ap;

	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		text = NULL;
	va_end(ap);
	if (text && asprintf(&all, "%s%s\n", notes ? notes : "", text) >= 0) {
		free(notes);
		notes = all;
	}
	free(text);
}

/* Says something about the latest test. */
void diag(const char *format, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		text = NULL;
	va_end(ap);
	if (text)
		print_marked("   ", text);
	free(text);
}

/* Prints the plan; returns the exit code. */
int tap_end(void)
{
	printf("1..%u\n", n_run);
	return n_failed || !n_run || fflush(stdout);
}
