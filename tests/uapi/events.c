// SPDX-License-Identifier: GPL-2.0
/*
 * Events: each change tells those who listen, with what a get of the same
 * object would reply.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"
#include "tap.h"
#include "world.h"

#define PATIENCE_MS	10000
#define QUIET_MS	300

static struct client client;
static struct client listener;

/* The next event is this one; it goes into the record. */
static bool is_event(int cmd, struct record *event, const char *name)
{
	const char *fault;

	if (!client_event(&listener, event, PATIENCE_MS)) {
		ok(false, "%s: %s", name, cmd_name(cmd));
		diag("no event");
		return false;
	}
	fault = record_fault(event);
	ok(event->cmd == cmd && !fault, "%s: %s", name, cmd_name(cmd));
	if (event->cmd != cmd)
		diag("event %s", cmd_name(event->cmd));
	if (fault)
		diag("%s", fault);
	return event->cmd == cmd;
}

static void is_quiet(const char *name)
{
	struct record event;
	bool quiet = true;

	while (client_event(&listener, &event, QUIET_MS)) {
		note("event %s", cmd_name(event.cmd));
		quiet = false;
	}
	ok(quiet, "%s: no event", name);
}

static void is_same(const struct record *event, const struct record *object,
		    const char *name)
{
	char *got = record_text(event, false);
	char *want = record_text(object, false);

	is_text(got, want, "%s: the event is what a get replies", name);
	free(got);
	free(want);
}

/* The next event is this one, and holds what the get replies now. */
static void is_event_as_get(int cmd, int get, const struct attr *key,
			    const char *name)
{
	struct record object;
	struct record event;

	if (!is_event(cmd, &event, name))
		return;
	client_get(&client, get, key, &object);
	is_same(&event, &object, name);
}

static void test_device_events(void)
{
	const struct attr *um0 = ATTRS(STRING(IFNAME, "um0"));
	struct record object;
	struct record event;

	client_do(&client, VXM_CMD_DEV_NEW,
		  ATTRS(STRING(IFNAME, "um0"), U32(MTU, 1500)));
	is_event(VXM_CMD_DEV_NEW_NTF, &event, "a device is made");
	is_number(event.value[VXM_ATTR_MTU], 1500, "with the MTU wanted");
	is_event_as_get(VXM_CMD_DEV_SET_NTF, VXM_CMD_DEV_GET, um0,
			"it is brought up");
	is_quiet("a device is made");
	client_do(&client, VXM_CMD_DEV_SET,
		  ATTRS(STRING(IFNAME, "um0"), U32(MTU, 9000)));
	is_event_as_get(VXM_CMD_DEV_SET_NTF, VXM_CMD_DEV_GET, um0,
			"another MTU");
	client_do(&client, VXM_CMD_DEV_SET,
		  ATTRS(STRING(IFNAME, "um0"), U8(UP, 0)));
	is_event_as_get(VXM_CMD_DEV_SET_NTF, VXM_CMD_DEV_GET, um0, "down");
	client_do(&client, VXM_CMD_DEV_SET,
		  ATTRS(STRING(IFNAME, "um0"), U32(MTU, 9000), U8(UP, 0)));
	is_quiet("what is so already");
	client_get(&client, VXM_CMD_DEV_GET, um0, &object);
	client_do(&client, VXM_CMD_DEV_DEL, um0);
	if (is_event(VXM_CMD_DEV_DEL_NTF, &event, "a device is removed"))
		is_same(&event, &object, "a device is removed");
	is_quiet("a device is removed");
}

/* What others do to a mirror device is told, too. */
static void test_link_events(void)
{
	const struct attr *um3 = ATTRS(STRING(IFNAME, "um3"));
	const struct attr *um4 = ATTRS(STRING(IFNAME, "um4"));
	struct record event;

	world_run("ip link add um3 type " VXM_LINK_KIND);
	is_event_as_get(VXM_CMD_DEV_NEW_NTF, VXM_CMD_DEV_GET, um3,
			"ip link add");
	world_run("ip link set um3 up");
	is_event_as_get(VXM_CMD_DEV_SET_NTF, VXM_CMD_DEV_GET, um3,
			"ip link set up");
	world_run("ip link set um3 mtu 1400");
	is_event_as_get(VXM_CMD_DEV_SET_NTF, VXM_CMD_DEV_GET, um3,
			"ip link set mtu");
	world_run("ip link set um3 down");
	is_event_as_get(VXM_CMD_DEV_SET_NTF, VXM_CMD_DEV_GET, um3,
			"ip link set down");
	world_run("ip link set um3 name um4");
	is_event_as_get(VXM_CMD_DEV_SET_NTF, VXM_CMD_DEV_GET, um4,
			"ip link set name");
	world_run("ip link del um4");
	is_event(VXM_CMD_DEV_DEL_NTF, &event, "ip link del");
	is_quiet("ip link del");
}

static void test_entry_events(void)
{
	const struct attr *vni = ATTRS(U32(VNI, 10));
	const struct attr *range = ATTRS(U32(VNI, 100), U32(VNI_LAST, 199));
	const struct attr *any = ATTRS(U16(PORT, 5000), FLAG(VNI_ANY));
	struct record object;
	struct record event;

	client_do(&client, VXM_CMD_VNI_NEW,
		  ATTRS(U32(VNI, 10), STRING(IFNAME, "um0")));
	is_event(VXM_CMD_DEV_NEW_NTF, &event,
		 "an entry is made, with its device");
	is_text(event.ifname, "um0", "it is that device");
	is_event(VXM_CMD_DEV_SET_NTF, &event, "which is brought up");
	is_number(event.value[VXM_ATTR_UP], 1, "it is up");
	is_event_as_get(VXM_CMD_VNI_NEW_NTF, VXM_CMD_VNI_GET, vni,
			"an entry is made");
	client_do(&client, VXM_CMD_VNI_NEW,
		  ATTRS(U32(VNI, 100), U32(VNI_LAST, 199),
			STRING(IFNAME, "um0")));
	is_event_as_get(VXM_CMD_VNI_NEW_NTF, VXM_CMD_VNI_GET, range,
			"a range is made");
	client_do(&client, VXM_CMD_VNI_NEW,
		  ATTRS(U16(PORT, 5000), FLAG(VNI_ANY), STRING(IFNAME, "um0")));
	is_event_as_get(VXM_CMD_VNI_NEW_NTF, VXM_CMD_VNI_GET, any,
			"any is made");
	client_do(&client, VXM_CMD_DEV_NEW, ATTRS(STRING(IFNAME, "um1")));
	is_event(VXM_CMD_DEV_NEW_NTF, &event, "another device is made");
	is_event(VXM_CMD_DEV_SET_NTF, &event, "and brought up");
	client_do(&client, VXM_CMD_VNI_SET,
		  ATTRS(U32(VNI, 100), U32(VNI_LAST, 199),
			STRING(IFNAME, "um1")));
	is_event_as_get(VXM_CMD_VNI_SET_NTF, VXM_CMD_VNI_GET, range,
			"an entry is changed");
	client_get(&client, VXM_CMD_VNI_GET, any, &object);
	client_do(&client, VXM_CMD_VNI_DEL, any);
	if (is_event(VXM_CMD_VNI_DEL_NTF, &event, "an entry is removed"))
		is_same(&event, &object, "an entry is removed");

	client_get(&client, VXM_CMD_VNI_GET, range, &object);
	client_do(&client, VXM_CMD_DEV_DEL,
		  ATTRS(STRING(IFNAME, "um1"), FLAG(FORCE)));
	is_event(VXM_CMD_DEV_SET_NTF, &event,
		 "a device is removed with its entry: it goes down");
	is_number(event.value[VXM_ATTR_UP], 0, "it is down");
	if (is_event(VXM_CMD_VNI_DEL_NTF, &event, "then the entry"))
		is_same(&event, &object, "then the entry");
	is_event(VXM_CMD_DEV_DEL_NTF, &event, "and then the device");
	is_text(event.ifname, "um1", "it is that device");
	is_quiet("entries");
}

static void test_port_events(void)
{
	const struct attr *other = ATTRS(U16(PORT, 5000));
	struct record event;

	client_do(&client, VXM_CMD_VNI_NEW,
		  ATTRS(U16(PORT, 5000), U32(VNI, 1), STRING(IFNAME, "um0")));
	is_event(VXM_CMD_VNI_NEW_NTF, &event, "a port's first entry");
	client_do(&client, VXM_CMD_PORT_SET,
		  ATTRS(U16(PORT, 5000), U8(FRONT, VXM_FRONT_SOCKET)));
	is_event_as_get(VXM_CMD_PORT_SET_NTF, VXM_CMD_PORT_GET, other,
			"a port is changed");
	client_do(&client, VXM_CMD_PORT_SET,
		  ATTRS(U16(PORT, 5000), U8(FRONT, VXM_FRONT_SOCKET)));
	client_do(&client, VXM_CMD_PORT_SET, ATTRS(U8(FRONT, VXM_FRONT_AUTO)));
	is_quiet("what is so already");
	client_do(&client, VXM_CMD_PORT_SET, ATTRS(U8(FRONT, VXM_FRONT_SOCKET)));
	is_event_as_get(VXM_CMD_PORT_SET_NTF, VXM_CMD_PORT_GET, NO_ATTRS,
			"the port that is meant");
	client_do(&client, VXM_CMD_PORT_SET, ATTRS(U8(FRONT, VXM_FRONT_AUTO)));
	is_event_as_get(VXM_CMD_PORT_SET_NTF, VXM_CMD_PORT_GET, NO_ATTRS,
			"it is changed back");
	/* the setting goes with it */
	client_do(&client, VXM_CMD_VNI_DEL, ATTRS(U16(PORT, 5000), U32(VNI, 1)));
	is_event(VXM_CMD_VNI_DEL_NTF, &event, "a port's last entry");
	is_quiet("ports");
}

static const struct attr *session_key(__u32 vni)
{
	static struct attr key[3];
	static __u32 address;

	inet_pton(AF_INET, "192.0.2.1", &address);
	key[0] = (struct attr)U32(VNI, vni);
	key[1] = (struct attr)DATA(SOURCE_IPV4, &address, 4);
	return key;
}

static void test_session_events(void)
{
	struct record object;
	struct record event;

	/* makes sure that a slot is ready when the next one needs it */
	do {
		world_send(AF_INET, "vni 10 frame-size 60");
	} while (!client_event(&listener, &event, 200));
	is_number(event.cmd, VXM_CMD_SESSION_NEW_NTF, "a session begins");
	is_quiet("its next packets");
	client_get(&client, VXM_CMD_SESSION_GET, session_key(10), &object);
	client_do(&client, VXM_CMD_SESSION_DEL, session_key(10));
	if (is_event(VXM_CMD_SESSION_DEL_NTF, &event, "a session is forgotten"))
		is_same(&event, &object, "a session is forgotten");

	client_do(&client, VXM_CMD_VNI_NEW,
		  ATTRS(U32(VNI, 11), STRING(IFNAME, "um0")));
	is_event(VXM_CMD_VNI_NEW_NTF, &event, "another entry");
	world_send(AF_INET, "vni 11 frame-size 60");
	is_event_as_get(VXM_CMD_SESSION_NEW_NTF, VXM_CMD_SESSION_GET,
			session_key(11), "a session's first packet");
	client_get(&client, VXM_CMD_SESSION_GET, session_key(11), &object);
	client_do(&client, VXM_CMD_VNI_DEL, ATTRS(U32(VNI, 11)));
	/* which of the two is told first does not matter */
	client_event(&listener, &event, PATIENCE_MS);
	if (event.cmd == VXM_CMD_VNI_DEL_NTF) {
		is_event(VXM_CMD_SESSION_DEL_NTF, &event,
			 "a session loses its entry");
	} else {
		struct record entry;

		is_event(VXM_CMD_VNI_DEL_NTF, &entry, "an entry is removed");
		is_number(event.cmd, VXM_CMD_SESSION_DEL_NTF,
			  "a session loses its entry");
	}
	is_same(&event, &object, "a session loses its entry");

	client_do(&client, VXM_CMD_NET_SET, ATTRS(U32(SESSION_IDLE, 1)));
	world_send(AF_INET, "vni 10 frame-size 60");
	is_event(VXM_CMD_SESSION_NEW_NTF, &event, "a session begins");
	is_event(VXM_CMD_SESSION_DEL_NTF, &event,
		 "a session falls idle after a second");
	ok(event.value[VXM_ATTR_LAST_SEEN] >= 1000 &&
	   event.value[VXM_ATTR_LAST_SEEN] < 10000, "not before, nor long after");
	ok(!client_get(&client, VXM_CMD_SESSION_GET, session_key(10), &object),
	   "it is forgotten");
	client_do(&client, VXM_CMD_NET_SET, ATTRS(U32(SESSION_IDLE, 3600)));
	is_quiet("sessions");
}

static void test_filter_events(void)
{
	const struct attr *web = ATTRS(STRING(FILTER, "web"));
	const struct attr *key = session_key(10);
	struct record object;
	struct record event;

	client_do(&client, VXM_CMD_FILTER_NEW, web);
	is_event_as_get(VXM_CMD_FILTER_NEW_NTF, VXM_CMD_FILTER_GET, web,
			"a filter is made");
	client_do(&client, VXM_CMD_FILTER_SET,
		  ATTRS(STRING(FILTER, "web"),
			NEST(RULE, U16(RULE_NUMBER, 1), U8(DIRECTION, 0),
			     U8(ACTION, 0))));
	is_event_as_get(VXM_CMD_FILTER_SET_NTF, VXM_CMD_FILTER_GET, web,
			"its rules are changed");
	client_do(&client, VXM_CMD_SESSION_NEW,
		  ATTRS(key[0], key[1], STRING(FILTER, "web")));
	is_event_as_get(VXM_CMD_SESSION_NEW_NTF, VXM_CMD_SESSION_GET, key,
			"a session is made by hand");
	client_do(&client, VXM_CMD_SESSION_SET,
		  ATTRS(key[0], key[1], STRING(FILTER, "")));
	is_event_as_get(VXM_CMD_SESSION_SET_NTF, VXM_CMD_SESSION_GET, key,
			"it is changed");
	client_get(&client, VXM_CMD_SESSION_GET, key, &object);
	client_do(&client, VXM_CMD_SESSION_DEL, key);
	if (is_event(VXM_CMD_SESSION_DEL_NTF, &event, "it is forgotten"))
		is_same(&event, &object, "it is forgotten");
	client_get(&client, VXM_CMD_FILTER_GET, web, &object);
	client_do(&client, VXM_CMD_FILTER_DEL, web);
	if (is_event(VXM_CMD_FILTER_DEL_NTF, &event, "a filter is removed"))
		is_same(&event, &object, "a filter is removed");
	is_quiet("filters");
}

/* The one unknown VNI that a dump has. */
static bool get_unknown(struct record *record)
{
	struct answer answer;
	bool good;

	client_dump(&client, &answer, VXM_CMD_UNKNOWN_GET, NO_ATTRS);
	good = answer.n_records == 1;
	if (good)
		*record = answer.records[0];
	answer_clear(&answer);
	return good;
}

#define UNKNOWN_VNIS	40
#define UNKNOWN_A_SECOND	10

static void test_unknown_events(void)
{
	bool seen[UNKNOWN_VNIS] = { false };
	struct record object;
	struct record event;
	long long begin;
	int events = 0;
	long long took;

	world_send(AF_INET, "vni 99 frame-size 60");
	if (is_event(VXM_CMD_UNKNOWN_NEW_NTF, &event, "an unknown VNI") &&
	    ok(get_unknown(&object), "it is listed"))
		is_same(&event, &object, "an unknown VNI");
	world_send(AF_INET, "vni 99 frame-size 60");
	is_quiet("its second packet");
	client_do(&client, VXM_CMD_UNKNOWN_DEL, NO_ATTRS);
	is_quiet("UNKNOWN_DEL");

	world_send(AF_INET, "vni 1000 vnis %d count %d frame-size 60",
		   UNKNOWN_VNIS, UNKNOWN_VNIS);
	begin = world_ms();
	while (events < UNKNOWN_VNIS &&
	       client_event(&listener, &event, PATIENCE_MS)) {
		__u64 i = event.value[VXM_ATTR_VNI] - 1000;

		if (event.cmd == VXM_CMD_UNKNOWN_NEW_NTF && i < UNKNOWN_VNIS &&
		    !seen[i])
			seen[i] = true;
		else
			note("unexpected %s", cmd_name(event.cmd));
		events++;
	}
	took = world_ms() - begin;
	is_number(events, UNKNOWN_VNIS, "many unknown VNIs: each is told once");
	ok(took >= (UNKNOWN_VNIS - 2 * UNKNOWN_A_SECOND) * 1000 /
	   UNKNOWN_A_SECOND, "but not more than %d a second", UNKNOWN_A_SECOND);
	diag("%d events took %lld ms", events, took);
	client_do(&client, VXM_CMD_UNKNOWN_DEL, NO_ATTRS);
}

/* A change in another namespace is nobody's business here. */
static void test_other_namespace(void)
{
	struct client other;
	int status = -1;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		_exit(unshare(CLONE_NEWNET) || client_open(&other) ||
		      client_do(&other, VXM_CMD_VNI_NEW,
				ATTRS(U32(VNI, 1), STRING(IFNAME, "um0"))) ||
		      client_do(&other, VXM_CMD_PORT_SET,
				ATTRS(U8(FRONT, VXM_FRONT_SOCKET))));
	}
	waitpid(child, &status, 0);
	is_number(status, 0,
		  "an entry is made in another namespace, and its port is changed");
	is_quiet("another namespace");
}

/* One who listens no more hears no more. */
static void test_leaving(void)
{
	struct client late;
	struct record event;

	if (client_open(&late) || client_listen(&late)) {
		ok(false, "a second listener");
		return;
	}
	client_do(&client, VXM_CMD_DEV_NEW, ATTRS(STRING(IFNAME, "um5")));
	ok(client_event(&late, &event, PATIENCE_MS) &&
	   event.cmd == VXM_CMD_DEV_NEW_NTF, "a second listener hears it too");
	is_event(VXM_CMD_DEV_NEW_NTF, &event, "and the first");
	is_event(VXM_CMD_DEV_SET_NTF, &event, "and the first");
	client_close(&late);
}

void test_events(void)
{
	if (client_open(&client) || client_open(&listener)) {
		ok(false, "the family is there");
		return;
	}
	if (is_number(client_listen(&listener), 0, "joining the group")) {
		test_device_events();
		test_link_events();
		test_entry_events();
		test_port_events();
		test_session_events();
		test_filter_events();
		test_unknown_events();
		test_other_namespace();
		test_leaving();
	}
	client_reset(&client);
	client_close(&listener);
	client_close(&client);
}
