// SPDX-License-Identifier: GPL-2.0
/*
 * Who may: CAP_NET_ADMIN in the user namespace that owns the network
 * namespace, for changing, reading and listening; limits only in the first.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"
#include "tap.h"
#include "world.h"

#define NOBODY	65534

/* What a request of every command says to somebody without the right. */
static const struct {
	int		cmd;
	int		flags;
	struct attr	attrs[4];
} requests[] = {
	{ VXM_CMD_DEV_NEW, 0, { STRING(IFNAME, "um9") } },
	{ VXM_CMD_DEV_SET, 0, { STRING(IFNAME, "um0"), U8(UP, 0) } },
	{ VXM_CMD_DEV_DEL, 0, { STRING(IFNAME, "um0"), FLAG(FORCE) } },
	{ VXM_CMD_DEV_GET, 0, { STRING(IFNAME, "um0") } },
	{ VXM_CMD_DEV_GET, NLM_F_DUMP, { END } },
	{ VXM_CMD_VNI_NEW, 0, { U32(VNI, 2), STRING(IFNAME, "um0") } },
	{ VXM_CMD_VNI_SET, 0, { U32(VNI, 1), STRING(IFNAME, "um0") } },
	{ VXM_CMD_VNI_DEL, 0, { U32(VNI, 1) } },
	{ VXM_CMD_VNI_GET, 0, { U32(VNI, 1) } },
	{ VXM_CMD_VNI_GET, NLM_F_DUMP, { END } },
	{ VXM_CMD_SESSION_DEL, 0, { U32(VNI, 1), U32(SOURCE_IPV4, 1) } },
	{ VXM_CMD_SESSION_GET, 0, { U32(VNI, 1), U32(SOURCE_IPV4, 1) } },
	{ VXM_CMD_SESSION_GET, NLM_F_DUMP, { END } },
	{ VXM_CMD_UNKNOWN_DEL, 0, { END } },
	{ VXM_CMD_UNKNOWN_GET, NLM_F_DUMP, { END } },
	{ VXM_CMD_CAUSE_GET, NLM_F_DUMP, { END } },
	{ VXM_CMD_NET_SET, 0, { U32(MAX_VNIS, 5) } },
	{ VXM_CMD_NET_GET, 0, { END } },
	{ VXM_CMD_PORT_SET, 0, { U8(FRONT, VXM_FRONT_SOCKET) } },
	{ VXM_CMD_PORT_GET, 0, { END } },
	{ VXM_CMD_PORT_GET, NLM_F_DUMP, { END } },
	{ VXM_CMD_FILTER_NEW, 0, { STRING(FILTER, "web") } },
	{ VXM_CMD_FILTER_SET, 0, { STRING(FILTER, "web") } },
	{ VXM_CMD_FILTER_DEL, 0, { STRING(FILTER, "web") } },
	{ VXM_CMD_FILTER_GET, 0, { STRING(FILTER, "web") } },
	{ VXM_CMD_FILTER_GET, NLM_F_DUMP, { END } },
	{ VXM_CMD_RULE_GET, NLM_F_DUMP, { STRING(FILTER, "web") } },
	{ VXM_CMD_SESSION_NEW, 0, { U32(VNI, 1), U32(SOURCE_IPV4, 1) } },
	{ VXM_CMD_SESSION_SET, 0,
	  { U32(VNI, 1), U32(SOURCE_IPV4, 1), U8(ACTION, 0) } },
};

/*
 * The children write what they saw into a pipe, a line each, and the parent
 * makes tests of it.
 */
static void report(int fd, bool good, const char *what)
{
	dprintf(fd, "%c%s\n", good ? '+' : '-', what);
}

static void report_all_refused(int fd, const char *who)
{
	struct client client;
	char line[200];
	size_t i;

	if (client_open(&client)) {
		report(fd, false, "the family is there");
		return;
	}
	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		struct answer answer;

		client_request(&client, &answer, requests[i].cmd,
			       requests[i].flags, requests[i].attrs);
		snprintf(line, sizeof(line), "%s: %s%s: EPERM", who,
			 cmd_name(requests[i].cmd),
			 requests[i].flags ? " dump" : "");
		report(fd, answer.error == EPERM && !answer.n_records, line);
		answer_clear(&answer);
	}
	snprintf(line, sizeof(line), "%s: cannot listen to events", who);
	report(fd, client_listen(&client) < 0, line);
	client_close(&client);
}

/* Another user. */
static void be_nobody(int fd)
{
	if (setgid(NOBODY) || setuid(NOBODY))
		err(1, "becoming nobody");
	report_all_refused(fd, "another user");
}

/* Root of a user namespace that does not own the network namespace. */
static void be_other_root(int fd)
{
	if (setgid(NOBODY) || setuid(NOBODY) || unshare(CLONE_NEWUSER)) {
		report(fd, true, "root of another user namespace # SKIP there are none");
		return;
	}
	report_all_refused(fd, "root of another user namespace");
}

/* Root of a user namespace, in a network namespace that it owns. */
static void be_owner(int fd)
{
	struct client listener;
	struct client client;
	struct answer answer;
	struct record record;

	if (setgid(NOBODY) || setuid(NOBODY) ||
	    unshare(CLONE_NEWUSER | CLONE_NEWNET)) {
		report(fd, true, "root of one's own # SKIP there are none");
		return;
	}
	if (client_open(&client) || client_open(&listener)) {
		report(fd, false, "root of one's own: the family is there");
		return;
	}
	report(fd, !client_listen(&listener),
	       "root of one's own: may listen to events");
	report(fd, client_get(&client, VXM_CMD_NET_GET, NO_ATTRS, &record) &&
	       !record.value[VXM_ATTR_VNIS] && !record_fault(&record),
	       "root of one's own: sees a namespace without anything");
	report(fd, record.value[VXM_ATTR_SESSION_MEMORY] == 1 << 20,
	       "root of one's own: has 1 MiB for sessions");
	report(fd, !client_do(&client, VXM_CMD_VNI_NEW,
			      ATTRS(U32(VNI, 1), STRING(IFNAME, "um0"))),
	       "root of one's own: may make the entry that exists elsewhere");
	report(fd, client_event(&listener, &record, 5000) &&
	       record.cmd == VXM_CMD_DEV_NEW_NTF,
	       "root of one's own: hears of it");
	client_dump(&client, &answer, VXM_CMD_VNI_GET, NO_ATTRS);
	report(fd, !answer.error && answer.n_records == 1,
	       "root of one's own: sees it, and no other");
	answer_clear(&answer);
	report(fd, !client_do(&client, VXM_CMD_PORT_SET,
			      ATTRS(U8(FRONT, VXM_FRONT_SOCKET))),
	       "root of one's own: may change the port that is used elsewhere");
	client_dump(&client, &answer, VXM_CMD_PORT_GET, NO_ATTRS);
	report(fd, !answer.error && answer.n_records == 1 &&
	       answer.records[0].value[VXM_ATTR_FRONT] == VXM_FRONT_SOCKET,
	       "root of one's own: sees it, and no other");
	answer_clear(&answer);
	client_request(&client, &answer, VXM_CMD_NET_SET, 0,
		       ATTRS(U32(MAX_VNIS, 5)));
	report(fd, answer.error == EPERM,
	       "root of one's own: may not set limits");
	report(fd, strstr(answer.text, "root of the first user namespace"),
	       "root of one's own: the message says who may");
	report(fd, client_get(&client, VXM_CMD_NET_GET, NO_ATTRS, &record) &&
	       record.value[VXM_ATTR_MAX_VNIS] == 65536,
	       "root of one's own: they are as they were");
	report(fd, !client_do(&client, VXM_CMD_VNI_DEL, ATTRS(U32(VNI, 1))),
	       "root of one's own: may remove the entry");
	client_close(&listener);
	client_close(&client);
}

static void run_as(void (*somebody)(int fd))
{
	int fds[2];
	int status = -1;
	char line[300];
	pid_t child;
	FILE *in;

	if (pipe2(fds, O_CLOEXEC))
		err(1, "pipe");
	fflush(stdout);
	child = fork();
	if (!child) {
		/* what it says aside goes to standard error, not into the TAP */
		dup2(STDERR_FILENO, STDOUT_FILENO);
		somebody(fds[1]);
		_exit(0);
	}
	close(fds[1]);
	in = fdopen(fds[0], "r");
	if (child < 0 || !in)
		err(1, "child");
	while (fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\n")] = 0;
		ok(line[0] == '+', "%s", line + 1);
	}
	fclose(in);
	waitpid(child, &status, 0);
	is_number(status, 0, "the child ends well");
}

void test_rights(void)
{
	struct client client;
	char *before;
	char *after;

	if (client_open(&client)) {
		ok(false, "the family is there");
		return;
	}
	client_do(&client, VXM_CMD_VNI_NEW,
		  ATTRS(U32(VNI, 1), STRING(IFNAME, "um0")));
	before = client_state(&client);
	run_as(be_nobody);
	run_as(be_other_root);
	run_as(be_owner);
	after = client_state(&client);
	is_text(after, before, "nothing has changed here");
	free(before);
	free(after);
	client_reset(&client);
	client_close(&client);
}
