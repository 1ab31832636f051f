// SPDX-License-Identifier: GPL-2.0
/*
 * What the tests need of the world around the family: mirror packets, other
 * interfaces, time.
 */
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <time.h>

#include "client.h"
#include "tap.h"
#include "world.h"

#define PATIENCE_MS	60000	/* a debug kernel under emulation */

static bool run(const char *command)
{
	int status = system(command);

	if (status)
		note("%s: status %d", command, status);
	return !status;
}

/* Runs a shell command; returns true if it was content. */
bool world_run(const char *format, ...)
{
	char command[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(command, sizeof(command), format, ap);
	va_end(ap);
	return run(command);
}

/* Has mirror packets sent to this namespace: words of tests/e2e/send. */
bool world_send(int family, const char *format, ...)
{
	const char *name = family == AF_INET6 ? "UAPI_SEND6" : "UAPI_SEND";
	const char *prefix = getenv(name);
	char command[1024];
	va_list ap;
	int n;

	if (!prefix)
		errx(1, "%s is not set; run tests/e2e/uapi.t", name);
	n = snprintf(command, sizeof(command), "%s ", prefix);
	va_start(ap, format);
	vsnprintf(command + n, sizeof(command) - n, format, ap);
	va_end(ap);
	return run(command);
}

void world_pause(void)
{
	const struct timespec some = { .tv_nsec = 10000000 };

	nanosleep(&some, NULL);
}

long long world_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* Waits until an object's attribute has a value; returns false in the end. */
bool world_wait(struct client *client, int cmd, const struct attr *key,
		int attr, unsigned long long want)
{
	long long end = world_ms() + PATIENCE_MS;
	struct record record;

	do {
		if (client_get(client, cmd, key, &record) &&
		    record.value[attr] == want)
			return true;
		world_pause();
	} while (world_ms() < end);
	note("%s: %s is %llu and does not become %llu", cmd_name(cmd),
	     attr_name(attr), record.value[attr], want);
	return false;
}

/* Is the running kernel of this release or a later one? */
bool world_kernel_is(int major, int minor)
{
	struct utsname name;
	int have_major;
	int have_minor;

	uname(&name);
	if (sscanf(name.release, "%d.%d", &have_major, &have_minor) != 2)
		errx(1, "what is kernel \"%s\"?", name.release);
	return have_major > major ||
	       (have_major == major && have_minor >= minor);
}
