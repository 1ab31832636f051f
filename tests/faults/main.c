// SPDX-License-Identifier: GPL-2.0
/*
 * Does an operation again and again, and fails one of the allocations that the
 * kernel makes for it each time: the first, the second, ... until it needs no
 * more. However it ends, nothing may be half made.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client.h"
#include "fault.h"
#include "operations.h"
#include "state.h"

static const char usage_text[] =
"usage: alloc list              the operations\n"
"       alloc OPERATION [STEP]  does it, in a namespace of its own; of more than\n"
"                               a few hundred allocations only every STEPth\n"
"                               fails between the first ones and the last\n"
"       alloc module FILE       loads the module, which must not be there\n"
"\n"
"Prints a line of numbers when all was well, and else what was not.\n";

/* More allocations than anything makes. */
#define MANY	1000000

/* These each fail in any case. */
#define FIRST	60
#define LAST	60

static struct {
	unsigned int tried;
	unsigned int refused;
	unsigned int done;
	unsigned int lost;
	unsigned int wrong;
	unsigned int early;
	unsigned int by_socket;
} count;

/* How an operation begins and ends when nothing fails, and what comes of it. */
struct expectation {
	enum probe probe;
	char *before;
	char *after;
	unsigned int events;
	unsigned int allocations;
};

static void wrong(unsigned int nth, const char *what, const char *detail)
{
	count.wrong++;
	printf("allocation %u failed: %s%s%s\n", nth, what,
	       detail ? ": " : "", detail ? detail : "");
}

static void prepare(const struct operation *op)
{
	bool lost;

	operation_steps(op->before);
	state_send(0, op->packets);
	while (state_events(1, &lost))
		;
}

/* However the operation has ended, a mirror packet must not be lost. */
static void check_probe(const struct operation *op, unsigned int nth)
{
	switch (op->probe()) {
	case PROBE_WRONG:
		wrong(nth, "a mirror packet was not received, or twice", NULL);
		break;
	case PROBE_EARLY:
		count.early++;
		break;
	case PROBE_SOCKET:
		count.by_socket++;
		break;
	case PROBE_NONE:
		break;
	}
}

static void rehearse(const struct operation *op, struct expectation *want)
{
	struct fault fault = { .nth = MANY };
	bool lost;
	int result;

	want->before = state_settled();
	result = operation_act(op, &fault);
	if (result)
		errx(1, "%s: without a fault: %s", op->name, strerror(result));
	want->after = state_settled();
	want->events = state_events(0, &lost);
	if (!op->after[0].cmd && !op->fresh &&
	    strcmp(want->before, want->after))
		errx(1, "%s: changes something, and nobody takes it back",
		     op->name);
	if (op->probe)
		want->probe = op->probe();
	want->allocations = fault.nth - fault.left;
	printf("%u allocations: ", want->allocations);
	fflush(stdout);
	operation_steps(op->after);
}

/* Whoever listens hears of what was done, or that it has not heard all. */
static void check_events(unsigned int nth, unsigned int want)
{
	bool lost;
	unsigned int got = state_events(want, &lost);

	if (got < want && !lost)
		wrong(nth, "an event is missing, and the listener not told",
		      NULL);
}

/* What the kernel says when it has no memory. */
static bool is_no_memory(int error)
{
	switch (error) {
	case ENOMEM:
	case ENOBUFS:
	case ENFILE:	/* a socket that gets no inode */
	case EINVAL:	/* an interface in sysfs that gets no name */
		return true;
	default:
		return false;
	}
}

static void check(const struct operation *op, const struct expectation *want,
		  unsigned int nth, int result)
{
	const char *one = result > 0 ? want->before : want->after;
	const char *other = result == RESULT_LOST ? want->before : one;
	const char *is;
	bool lost;

	count.tried++;
	if (result > 0)
		count.refused++;
	else if (result)
		count.lost++;
	else
		count.done++;
	if (result > 0 && !is_no_memory(result))
		wrong(nth, "another error", strerror(result));

	is = state_wait(one, other);
	if (!is) {
		wrong(nth, "half made, after", result > 0 ? strerror(result) :
		      result ? "no answer" : "success");
		exit(1);
	}
	if (is == want->after)
		check_events(nth, want->events);
	if (is == want->after && !op->fresh)
		operation_steps(op->after);
	if (op->probe)
		check_probe(op, nth);
	while (state_events(0, &lost))
		;
}

/* Where the ingress front is the way, it must have lacked memory at times. */
static void check_probes(const struct expectation *want)
{
	printf("mirror packets afterwards: %u early, %u by the socket; ",
	       count.early, count.by_socket);
	if (want->probe < PROBE_EARLY)
		wrong(0, "without a fault, a mirror packet is lost", NULL);
	if (!count.by_socket || (want->probe == PROBE_EARLY && !count.early))
		wrong(0, "they came by one front only", NULL);
}

static void renew(const struct operation *op)
{
	state_new();
	prepare(op);
}

static unsigned int next(unsigned int nth, unsigned int allocations,
			 unsigned int step)
{
	return nth < FIRST || nth + step + LAST > allocations ? nth + 1 :
							      nth + step;
}

static void run(const struct operation *op, unsigned int step)
{
	struct fault fault = { .nth = 0 };
	struct expectation want = { .probe = PROBE_NONE };
	int result;

	renew(op);
	rehearse(op, &want);
	if (op->last && op->last < want.allocations)
		fault.nth = want.allocations - op->last;
	do {
		if (op->fresh)
			renew(op);
		fault.nth = next(fault.nth, want.allocations, step);
		result = operation_act(op, &fault);
		if (!fault.left)
			check(op, &want, fault.nth, result);
	} while (!fault.left);
	if (result)
		wrong(fault.nth, "none did, and yet", strerror(result));
	if (op->probe)
		check_probes(&want);
}

static void run_module(const char *file)
{
	struct fault fault = { .nth = 0 };
	int result;

	do {
		fault.nth++;
		result = load_module(&fault, file);
		count.tried += !fault.left;
		count.refused += !fault.left && result;
		count.done += !fault.left && !result;
		if (result && !access("/sys/module/vxmirror", F_OK))
			errx(1, "allocation %u failed: half a module is left",
			     fault.nth);
		if (!result && !unload_module())
			err(1, "allocation %u failed: loaded, but not to be unloaded",
			    fault.nth);
	} while (!fault.left);
	if (result)
		wrong(fault.nth, "none did, and yet", strerror(result));
	printf("%u allocations: ", fault.nth - 1);
}

int main(int argc, char **argv)
{
	const struct operation *op = operations;

	if (argc < 2)
		errx(2, "%s", usage_text);
	if (!strcmp(argv[1], "list")) {
		for (; op->name; op++)
			puts(op->name);
		return 0;
	}
	/* page tables are memory, too */
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		err(1, "mlockall");
	fault_open();
	if (!strcmp(argv[1], "module") && argc > 2) {
		run_module(argv[2]);
	} else {
		while (op->name && strcmp(op->name, argv[1]))
			op++;
		if (!op->name)
			errx(2, "%s", usage_text);
		run(op, argc > 2 ? atoi(argv[2]) : 1);
	}
	printf("%u failed in turn; %u refused, %u done all the same, %u without an answer\n",
	       count.tried, count.refused, count.done, count.lost);
	return count.wrong ? 1 : 0;
}
