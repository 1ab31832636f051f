/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is done while allocations fail.
 */
#ifndef FAULTS_OPERATIONS_H
#define FAULTS_OPERATIONS_H

#include <stdbool.h>

#include "client.h"
#include "fault.h"

/* In place of a command: DEV_NEW by link_add(), which is faster. */
#define STEP_DEV	(-1)

/* The interface that tap_comes() makes. */
#define TAP_NAME	"ft0"

/**
 * enum probe - what became of a mirror packet
 *
 * @PROBE_NONE: there is nobody to receive it
 * @PROBE_WRONG: it was not received, or twice, or by a front that is off
 * @PROBE_EARLY: it came by the ingress front
 * @PROBE_SOCKET: it came by the socket
 */
enum probe { PROBE_NONE, PROBE_WRONG, PROBE_EARLY, PROBE_SOCKET };

/* A request that goes well; cmd 0 ends a list of them. */
struct step {
	int cmd;
	const struct attr *attrs;
};

/**
 * struct operation - something that is asked of the kernel
 *
 * @name: its name
 * @fresh: it can be done but once in a namespace
 * @before: makes what it works on
 * @packets: so many mirror packets then come, of as many VNIs
 * @cmd: the request itself
 * @flags: its netlink flags
 * @attrs: its attributes
 * @link: makes a request to rtnetlink instead
 * @act: does something else instead
 * @probe: sends a mirror packet afterwards
 * @after: takes back what it did; nothing, when it does not change anything
 * @last: only so many of its allocations, the last ones, can be ours; 0: all
 */
struct operation {
	const char *name;
	bool fresh;
	struct step before[7];
	unsigned int packets;
	int cmd;
	int flags;
	const struct attr *attrs;
	struct nl_msg *(*link)(void);
	int (*act)(struct fault *fault);
	enum probe (*probe)(void);
	struct step after[7];
	unsigned int last;
};

extern const struct operation operations[];

void operation_steps(const struct step *steps);
int operation_act(const struct operation *op, struct fault *fault);

/* links.c: the device by ip link, as it were */
struct nl_msg *link_add(void);
struct nl_msg *link_mtu(void);
struct nl_msg *link_up(void);
struct nl_msg *link_down(void);
struct nl_msg *link_del(void);

/* probe.c: mirror packets by lo, and by an interface that comes */
enum probe probe_lo(void);
enum probe probe_tap(void);
int tap_comes(struct fault *fault);

/* kernel.c: what comes and goes as a whole */
int new_namespace(struct fault *fault);
int load_module(struct fault *fault, const char *file);
bool unload_module(void);

#endif /* FAULTS_OPERATIONS_H */
