// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes the netlink interface in the network namespace that this runs in, by
 * random and mutated requests (request.c), of several kinds of people:
 *
 *	alone		root, with nobody else and no traffic: what is refused
 *			changes nothing
 *	user, other	an unprivileged user, and root of a user namespace that
 *			doesn't own the network namespace: get nothing, change
 *			nothing
 *	first, second	root, two at a time, with traffic
 *	owner		root of a user namespace, in a network namespace of its
 *			own, with traffic
 *	thief		root of a second one, by a socket of the first's
 *
 * The environment says when it is enough: VXM_FUZZ_SECONDS (60).
 * VXM_FUZZ_SEED repeats a run's requests.
 */
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <netlink/genl/ctrl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "netlink.h"

enum {
	ALONE, USER, OTHER, FIRST, SECOND, OWNER, THIEF, N_ACTORS,
	TRAFFIC, OWNERS_TRAFFIC
};

static struct actor actors[N_ACTORS] = {
	[ALONE] = { .name = "root alone", .may = true, .may_limit = true },
	[USER] = { .name = "an unprivileged user" },
	[OTHER] = { .name = "root of another user namespace" },
	[FIRST] = { .name = "root, the first", .may = true, .may_limit = true },
	[SECOND] = { .name = "root, the second", .may = true,
		     .may_limit = true },
	[OWNER] = { .name = "root of one's own", .may = true },
	[THIEF] = { .name = "root of one's own, at another's" },
};

__u64 seed;
int family;
int events;
static struct client client;

long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* To be turned away costs little time: leave it to those who get further. */
static void be_nice(void)
{
	if (nice(15) < 0)
		err(1, "nice");
}

static void end_process(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Some objects of every kind. */
static void furnish(struct client *c, unsigned int stream)
{
	pid_t traffic;

	client_do(c, VXM_CMD_VNI_NEW, ATTRS(U32(VNI, 1), STRING(IFNAME, "nf0")));
	client_do(c, VXM_CMD_VNI_NEW,
		  ATTRS(U32(VNI, 2), U32(VNI_LAST, 9), STRING(IFNAME, "nf1")));
	client_do(c, VXM_CMD_VNI_NEW,
		  ATTRS(U16(PORT, VXM_PORT_DEFAULT + 1), FLAG(VNI_ANY),
			STRING(IFNAME, "nf1")));
	traffic = begin();
	if (!traffic)
		send_traffic(stream);
	usleep(200000);
	end_process(traffic);
}

/* What somebody without any right may do to a state that is at rest: nothing. */
static void check_unchanged(struct actor *actor, char *before,
			    struct client *c)
{
	char *after = client_state(c);

	if (strcmp(before, after))
		act_fault(actor, "the state is another: %s instead of %s", after,
			  before);
	free(after);
	free(before);
}

static pid_t begin_stranger(int number, long long end, void (*become)(void))
{
	pid_t pid = begin();

	if (pid)
		return pid;
	become();
	be_nice();
	actors[number].end = end;
	act(&actors[number], number);
	_exit(0);
}

static void be_other_root(void)
{
	own_user_namespace(false);
}

static void strangers(long long ms)
{
	long long end = now_ms() + ms;
	char *before;
	pid_t pids[2];

	furnish(&client, TRAFFIC);
	before = client_state(&client);
	pids[0] = begin_stranger(USER, end, be_nobody);
	pids[1] = begin_stranger(OTHER, end, be_other_root);
	finish(pids[0], &actors[USER]);
	finish(pids[1], &actors[OTHER]);
	check_unchanged(&actors[USER], before, &client);
	client_reset(&client);
	check_empty(&actors[USER], &client);
}

static void alone(long long ms)
{
	struct actor *actor = &actors[ALONE];

	actor->client = &client;
	actor->requester.quiet = true;
	actor->end = now_ms() + ms;
	act(actor, ALONE);
	client_reset(&client);
	check_empty(actor, &client);
}

/*
 * The owner of a network namespace passes a socket of it on. While the thief
 * tries it, the owner looks on; later both are busy.
 */
static void own(int thief, long long quiet_ms, long long ms)
{
	struct actor *actor = &actors[OWNER];
	struct client c;
	char *before;
	pid_t traffic;
	char byte;

	own_user_namespace(true);
	if (client_open(&c))
		errx(1, "the family is not there");
	furnish(&c, OWNERS_TRAFFIC);
	before = client_state(&c);
	send_fd(thief, exchange_open());
	if (read(thief, &byte, 1) != 1)
		errx(1, "the thief has died");
	check_unchanged(actor, before, &c);

	traffic = begin();
	if (!traffic)
		send_traffic(OWNERS_TRAFFIC);
	actor->end = now_ms() + ms;
	act(actor, OWNER);
	end_process(traffic);
	client_reset(&c);
	check_empty(actor, &c);
	_exit(0);
}

static void steal(int owner, long long quiet_ms, long long ms)
{
	struct actor *actor = &actors[THIEF];
	int fd = receive_fd(owner);

	own_user_namespace(false);
	be_nice();
	actor->requester.fd = dup(fd);
	actor->end = now_ms() + quiet_ms;
	act(actor, THIEF);
	if (write(owner, "", 1) != 1)
		err(1, "the owner");
	actor->requester.fd = fd;
	actor->end = now_ms() + ms;
	act(actor, THIEF + N_ACTORS);
	_exit(0);
}

static pid_t begin_root(int number, long long ms)
{
	pid_t pid = begin();

	if (pid)
		return pid;
	actors[number].end = now_ms() + ms;
	act(&actors[number], number);
	_exit(0);
}

static void together(long long ms)
{
	static const int two[] = { FIRST, SECOND, OWNER, THIEF, USER, OTHER };
	pid_t pids[ARRAY_SIZE(two)];
	long long end = now_ms() + ms;
	int ends[2];
	pid_t traffic;
	size_t i;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		err(1, "socketpair");
	traffic = begin();
	if (!traffic)
		send_traffic(TRAFFIC);
	pids[0] = begin_root(FIRST, ms);
	pids[1] = begin_root(SECOND, ms);
	pids[2] = begin();
	if (!pids[2])
		own(ends[0], ms / 4, ms - ms / 4);
	pids[3] = begin();
	if (!pids[3])
		steal(ends[1], ms / 4, ms - ms / 4);
	pids[4] = begin_stranger(USER, end, be_nobody);
	pids[5] = begin_stranger(OTHER, end, be_other_root);
	for (i = 0; i < ARRAY_SIZE(two); i++)
		finish(pids[i], &actors[two[i]]);
	end_process(traffic);
	close(ends[0]);
	close(ends[1]);
	check_state(&actors[FIRST], &client);
	client_reset(&client);
	check_empty(&actors[FIRST], &client);
}

static void report(const struct actor *actor)
{
	const struct result *result = actor->result;
	__u64 answers = result->done;
	__u64 share;
	int i;

	for (i = 0; i < ERRNO_MAX; i++)
		answers += result->refused[i];
	share = answers ? result->done * 1000 / answers : 0;
	ok(!result->fault[0], "%s: every answer, and the state, as it has to be",
	   actor->name);
	if (result->fault[0])
		diag("seed %llu: %s", (unsigned long long)seed, result->fault);
	diag("%llu requests, %llu a second; state compared %llu times",
	     (unsigned long long)result->requests,
	     (unsigned long long)(result->requests * 1000 /
				  (result->ms ? result->ms : 1)),
	     (unsigned long long)result->compared);
	diag("%llu answers, done: %llu.%llu %%; messages with data: %llu",
	     (unsigned long long)answers, (unsigned long long)(share / 10),
	     (unsigned long long)(share % 10), (unsigned long long)result->data);
	for (i = 0; i < ERRNO_MAX; i++)
		if (result->refused[i])
			diag("  %llu: %s", (unsigned long long)result->refused[i],
			     strerror(i));
	if (actor->may)
		ok(share >= 50 && share <= 500,
		   "%s: 5 to 50 %% of the requests are carried out",
		   actor->name);
	else
		ok(answers && !result->done, "%s: none is carried out",
		   actor->name);
}

/* A port that somebody else has. */
static void occupy(__u16 port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
	};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		err(1, "port %u", port);
}

static long number_from(const char *name, long otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtol(text, NULL, 0) : otherwise;
}

int main(void)
{
	long long ms = number_from("VXM_FUZZ_SECONDS", 60) * 1000LL;
	int i;

	seed = number_from("VXM_FUZZ_SEED", time(NULL));
	diag("VXM_FUZZ_SEED=%llu", (unsigned long long)seed);
	if (client_open(&client))
		errx(1, "the family is not there");
	family = client.family;
	events = genl_ctrl_resolve_grp(client.sock, VXM_GENL_NAME,
				       VXM_GENL_MCGRP_EVENTS);
	if (events < 0)
		errx(1, "there are no events");
	occupy(9);
	for (i = 0; i < N_ACTORS; i++) {
		actors[i].result = share(sizeof(*actors[i].result));
		actors[i].requester.fd = -1;
	}
	alone(ms * 3 / 10);
	strangers(ms / 10);
	together(ms * 6 / 10);
	for (i = 0; i < N_ACTORS; i++)
		report(&actors[i]);
	return tap_end();
}
