/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests need of the world around the family: mirror packets, other
 * interfaces, time. uapi.t says in the environment how to get at it.
 */
#ifndef UAPI_WORLD_H
#define UAPI_WORLD_H

#include <stdbool.h>

#include "tap.h"

struct attr;
struct client;

/* Names of interfaces that uapi.t has made: a veth, and the kernel's vxlan. */
#define WORLD_OTHER_KIND "uapi0"
#define WORLD_VXLAN_PORT 4790

bool world_run(const char *format, ...) PRINTF(1, 2);
bool world_send(int family, const char *format, ...)
	PRINTF(2, 3);
bool world_wait(struct client *client, int cmd, const struct attr *key,
		int attr, unsigned long long want);
void world_pause(void);
long long world_ms(void);
bool world_kernel_is(int major, int minor);

/* Groups of tests. */
void test_good(void);
void test_traffic(void);
void test_ports(void);
void test_filters(void);
void test_bad(void);
void test_events(void);
void test_dumps(void);
void test_limits(void);
void test_rights(void);
int print_policy(void);
int swap_rules(const char *times);

#endif /* UAPI_WORLD_H */
