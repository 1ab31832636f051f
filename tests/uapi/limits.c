// SPDX-License-Identifier: GPL-2.0
/*
 * Limits: a lower one is felt by the next object, and takes nothing away.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "client.h"
#include "tap.h"
#include "world.h"

static struct client client;

static int set_limit(struct attr limit)
{
	return client_do(&client, VXM_CMD_NET_SET,
			 (struct attr[]){ limit, END });
}

/* A request hits a limit: right error and message, and nothing else happens. */
static void is_full(int cmd, const struct attr *attrs, const char *text,
		    int at_fault, const char *name)
{
	char *before = client_state(&client);
	struct answer answer;
	char *after;

	client_request(&client, &answer, cmd, 0, attrs);
	is_number(answer.error, ENOSPC, "%s: the errno", name);
	ok(strstr(answer.text, text), "%s: the message", name);
	if (!strstr(answer.text, text))
		diag("\"%s\"", answer.text);
	is_number(answer.bad, at_fault, "%s: the attribute", name);
	answer_clear(&answer);
	after = client_state(&client);
	is_text(after, before, "%s: nothing changed", name);
	free(before);
	free(after);
}

static void test_max_vnis(void)
{
	static const struct attr vni3[] = {
		U32(VNI, 3), STRING(IFNAME, "um3"), END
	};

	set_limit((struct attr)U32(MAX_VNIS, 2));
	client_do(&client, VXM_CMD_VNI_NEW,
		  ATTRS(U32(VNI, 1), STRING(IFNAME, "um0")));
	is_number(client_do(&client, VXM_CMD_VNI_NEW,
			    ATTRS(U32(VNI, 100), U32(VNI_LAST, 16000000),
				  STRING(IFNAME, "um0"))), 0,
		  "a range costs one entry");
	is_full(VXM_CMD_VNI_NEW, vni3, "the limit on VNI entries is reached",
		VXM_ATTR_VNI, "one entry over MAX_VNIS");
	is_full(VXM_CMD_VNI_NEW,
		ATTRS(U16(PORT, 5000), FLAG(VNI_ANY), STRING(IFNAME, "um0")),
		"the limit on VNI entries is reached", VXM_ATTR_VNI_ANY,
		"any on another port");
	is_number(client_do(&client, VXM_CMD_VNI_DEL, ATTRS(U32(VNI, 1))), 0,
		  "one entry less");
	is_number(client_do(&client, VXM_CMD_VNI_NEW, vni3), 0,
		  "makes room for another");
	is_number(set_limit((struct attr)U32(MAX_VNIS, 0)), 0,
		  "the limit goes below the use");
	is_number(client_do(&client, VXM_CMD_VNI_GET, ATTRS(U32(VNI, 4))),
		  ENOENT, "no entry that was not there");
	ok(world_wait(&client, VXM_CMD_NET_GET, NO_ATTRS, VXM_ATTR_VNIS, 2),
	   "what is there stays");
	is_full(VXM_CMD_VNI_NEW,
		ATTRS(U32(VNI, 4), STRING(IFNAME, "um0")),
		"the limit on VNI entries is reached", VXM_ATTR_VNI,
		"no entry at all with limit 0");
	client_reset(&client);
}

static void test_max_ports(void)
{
	set_limit((struct attr)U32(MAX_PORTS, 1));
	client_do(&client, VXM_CMD_VNI_NEW,
		  ATTRS(U32(VNI, 1), STRING(IFNAME, "um0")));
	is_full(VXM_CMD_VNI_NEW,
		ATTRS(U16(PORT, 5000), U32(VNI, 1), STRING(IFNAME, "um9")),
		"the limit on ports is reached", VXM_ATTR_PORT,
		"one port over MAX_PORTS");
	is_number(client_do(&client, VXM_CMD_VNI_NEW,
			    ATTRS(U32(VNI, 2), STRING(IFNAME, "um0"))), 0,
		  "another entry on the same port");
	client_reset(&client);
}

#define ALL_PORTS 64
#define POOL_ROUNDS 20
#define POOL_PATIENCE_MS 3000

static void test_all_ports(void)
{
	int failed = 0;
	int i;

	for (i = 0; i < ALL_PORTS; i++)
		failed += !!client_do(&client, VXM_CMD_VNI_NEW,
				      ATTRS(U16(PORT, 10000 + i), U32(VNI, 1),
					    STRING(IFNAME, "um0")));
	is_number(failed, 0, "%d ports", ALL_PORTS);
	is_full(VXM_CMD_VNI_NEW,
		ATTRS(U16(PORT, 9999), U32(VNI, 1), STRING(IFNAME, "um0")),
		"the limit on ports is reached", VXM_ATTR_PORT,
		"one more than can be");
	client_reset(&client);
}

/* Learned sessions stop at the limit; packets still count for their entry. */
static void test_max_sessions(void)
{
	struct record entry;
	struct record net;

	set_limit((struct attr)U32(MAX_SESSIONS, 100));
	client_do(&client, VXM_CMD_VNI_NEW,
		  ATTRS(FLAG(VNI_ANY), STRING(IFNAME, "um0")));
	world_send(AF_INET, "vni 1 vnis 1000 count 3000 frame-size 60");
	ok(world_wait(&client, VXM_CMD_VNI_GET, ATTRS(FLAG(VNI_ANY)),
		      VXM_ATTR_DELIVERED_PACKETS, 3000),
	   "packets of 1000 sources are delivered");
	client_get(&client, VXM_CMD_NET_GET, NO_ATTRS, &net);
	is_number(net.value[VXM_ATTR_SESSIONS], 100,
		  "MAX_SESSIONS of them are sessions");
	ok(net.value[VXM_ATTR_SESSION_MEMORY_USED] > 0, "they cost memory");
	client_get(&client, VXM_CMD_VNI_GET, ATTRS(FLAG(VNI_ANY)), &entry);
	ok(entry.value[VXM_ATTR_UNATTRIBUTED_PACKETS] >= 3 * (1000 - 100),
	   "the others are counted as unattributed");
	is_number(net.value[VXM_ATTR_UNATTRIBUTED_PACKETS],
		  entry.value[VXM_ATTR_UNATTRIBUTED_PACKETS],
		  "in the namespace too");
	is_number(set_limit((struct attr)U32(MAX_SESSIONS, 0)), 0,
		  "the limit goes below the use");
	client_get(&client, VXM_CMD_NET_GET, NO_ATTRS, &net);
	is_number(net.value[VXM_ATTR_SESSIONS], 100, "what is there stays");
	client_reset(&client);
}

static void test_session_memory(void)
{
	struct record net;

	set_limit((struct attr)U32(SESSION_MEMORY, 300000));
	client_do(&client, VXM_CMD_VNI_NEW,
		  ATTRS(FLAG(VNI_ANY), STRING(IFNAME, "um0")));
	world_send(AF_INET, "vni 1 vnis 3000 count 6000 frame-size 60");
	world_wait(&client, VXM_CMD_VNI_GET, ATTRS(FLAG(VNI_ANY)),
		   VXM_ATTR_DELIVERED_PACKETS, 6000);
	client_get(&client, VXM_CMD_NET_GET, NO_ATTRS, &net);
	ok(net.value[VXM_ATTR_SESSIONS] > 0 &&
	   net.value[VXM_ATTR_SESSIONS] < 3000,
	   "SESSION_MEMORY limits the sessions");
	ok(net.value[VXM_ATTR_SESSION_MEMORY_USED] <= 300000,
	   "they cost no more");
	diag("%llu sessions, %llu bytes", net.value[VXM_ATTR_SESSIONS],
	     net.value[VXM_ATTR_SESSION_MEMORY_USED]);
	client_reset(&client);
}

/*
 * The pool of session slots goes with the last port and comes with the next
 * one, also when that happens while limits are set.
 */
static void test_pool(void)
{
	unsigned int empty = 0;
	unsigned int i;

	for (i = 0; i < POOL_ROUNDS; i++) {
		long long end = world_ms() + POOL_PATIENCE_MS;
		struct record net;

		set_limit((struct attr)U32(SESSION_IDLE, 3600 + i));
		client_do(&client, VXM_CMD_VNI_NEW,
			  ATTRS(FLAG(VNI_ANY), STRING(IFNAME, "um0")));
		do {
			world_send(AF_INET, "vni 1 frame-size 60");
			world_pause();
			client_get(&client, VXM_CMD_NET_GET, NO_ATTRS, &net);
		} while (!net.value[VXM_ATTR_SESSIONS] && world_ms() < end);
		empty += !net.value[VXM_ATTR_SESSIONS];
		client_do(&client, VXM_CMD_VNI_DEL, ATTRS(FLAG(VNI_ANY)));
	}
	is_number(empty, 0,
		  "a port that comes again finds slots for its sessions");
	client_reset(&client);
}

void test_limits(void)
{
	if (client_open(&client)) {
		ok(false, "the family is there");
		return;
	}
	test_max_vnis();
	test_max_ports();
	test_all_ports();
	test_max_sessions();
	test_session_memory();
	test_pool();
	client_close(&client);
}
