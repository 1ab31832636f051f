/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fuzzer of the netlink interface: what its parts share.
 */
#ifndef FUZZ_NETLINK_H
#define FUZZ_NETLINK_H

#include <sys/types.h>

#include "../uapi/client.h"
#include "../uapi/tap.h"
#include "request.h"

#define ERRNO_MAX 134

/**
 * struct result - what an actor has done; in shared memory
 *
 * @ms: how long it took
 * @requests: datagrams sent
 * @done: messages that were carried out
 * @refused: messages that were refused, by errno
 * @data: messages with data that came back
 * @compared: how often the state was compared after a refusal
 * @fault: what went wrong first, or an empty string
 */
struct result {
	__u64 ms;
	__u64 requests;
	__u64 done;
	__u64 refused[ERRNO_MAX];
	__u64 data;
	__u64 compared;
	char fault[4000];
};

/**
 * struct actor - somebody who sends requests
 *
 * @name: for people
 * @result: what came of it
 * @requester: of its requests
 * @client: by which it looks at the state, if it may
 * @may: it has the right to
 * @may_limit: and to set limits
 * @end: when it has to end, in milliseconds
 */
struct actor {
	const char *name;
	struct result *result;
	struct requester requester;
	struct client *client;
	bool may;
	bool may_limit;
	long long end;
};

/* netlink.c */
extern __u64 seed;
extern int family;
extern int events;
long long now_ms(void);

/* netlink_act.c */
void act(struct actor *actor, unsigned int stream);
void act_fault(struct actor *actor, const char *format, ...) PRINTF(2, 3);
void check_state(struct actor *actor, struct client *client);
void check_empty(struct actor *actor, struct client *client);

/* netlink_world.c */
void *share(size_t size);
pid_t begin(void);
void finish(pid_t pid, struct actor *actor);
void be_nobody(void);
void own_user_namespace(bool and_network);
void send_traffic(unsigned int stream);
void send_fd(int to, int fd);
int receive_fd(int from);

#endif /* FUZZ_NETLINK_H */
