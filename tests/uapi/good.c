// SPDX-License-Identifier: GPL-2.0
/*
 * Every command with good input, and what can be seen of it afterwards.
 */
#include <err.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"
#include "objects.h"
#include "tap.h"
#include "world.h"

#define DEV_LINE "IFNAME=%s IFINDEX=%u MTU=%u UP=%u DELIVERED_PACKETS=0 " \
		 "DELIVERED_BYTES=0 TX_REFUSED=0 VNIS=%u"

static const char *dev_line(const char *name, unsigned int mtu, unsigned int up,
			    unsigned int vnis)
{
	static char line[256];

	snprintf(line, sizeof(line), DEV_LINE, name, if_nametoindex(name), mtu,
		 up, vnis);
	return line;
}

/* The key is given as it is printed: "PORT=1 VNI=2" and the like. */
static const char *vni_line(const char *name, const char *port, const char *vni)
{
	static char line[512];

	snprintf(line, sizeof(line),
		 "IFNAME=%s IFINDEX=%u PORT=%s %s RECEIVED_PACKETS=0 RECEIVED_BYTES=0 DELIVERED_PACKETS=0 DELIVERED_BYTES=0 TRUNCATED_PACKETS=0 UNATTRIBUTED_PACKETS=0 REPAIRED_PACKETS=0 UNREPAIRABLE_PACKETS=0 UNDIRECTED_PACKETS=0",
		 name, if_nametoindex(name), port, vni);
	return line;
}

static void test_new_namespace(struct client *client)
{
	is_object(client, VXM_CMD_NET_GET, NO_ATTRS,
		  "RECEIVED_PACKETS=0 RECEIVED_BYTES=0 DELIVERED_PACKETS=0 DELIVERED_BYTES=0 TRUNCATED_PACKETS=0 UNATTRIBUTED_PACKETS=0 MAX_VNIS=65536 MAX_PORTS=64 MAX_SESSIONS=65536 SESSION_MEMORY=16777216 SESSION_IDLE=3600 VNIS=0 PORTS=0 SESSIONS=0 SESSION_MEMORY_USED=0 REPAIRED_PACKETS=0 UNREPAIRABLE_PACKETS=0 UNDIRECTED_PACKETS=0",
		  "NET_GET of a new namespace: the defaults, nothing used");
	is_dump(client, VXM_CMD_DEV_GET, NO_ATTRS, "", "no devices");
	is_dump(client, VXM_CMD_VNI_GET, NO_ATTRS, "", "no VNI entries");
	is_dump(client, VXM_CMD_PORT_GET, NO_ATTRS, "", "no ports");
	is_dump(client, VXM_CMD_SESSION_GET, NO_ATTRS, "", "no sessions");
	is_dump(client, VXM_CMD_UNKNOWN_GET, NO_ATTRS, "", "no unknown VNIs");
}

#define CAUSE_ENTRY(id, name, text) { name, text },

static void test_causes(struct client *client)
{
	static const struct {
		const char *name;
		const char *text;
	} causes[] = {
		VXM_CAUSES(CAUSE_ENTRY)
	};
	char want[4096];
	size_t n = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(causes); i++)
		n += snprintf(want + n, sizeof(want) - n,
			      "CAUSE_ID=%zu CAUSE_NAME=%s CAUSE_TEXT=%s CAUSE_PACKETS=0\n",
			      i, causes[i].name, causes[i].text);
	is_dump(client, VXM_CMD_CAUSE_GET, NO_ATTRS, want,
		"CAUSE_GET: every cause with its name and sentence");
}

static void test_devices(struct client *client)
{
	char both[600];
	int n;

	is_number(client_do(client, VXM_CMD_DEV_NEW,
			    ATTRS(STRING(IFNAME, "um0"))), 0, "DEV_NEW");
	is_object(client, VXM_CMD_DEV_GET, ATTRS(STRING(IFNAME, "um0")),
		  dev_line("um0", 9216, 1, 0),
		  "the new device is up and has the usual MTU");
	is_number(client_do(client, VXM_CMD_DEV_NEW,
			    ATTRS(STRING(IFNAME, "a.15-characters"),
				  U32(MTU, 1280))), 0,
		  "DEV_NEW with a name of 15 characters and the least MTU");
	is_object(client, VXM_CMD_DEV_GET,
		  ATTRS(STRING(IFNAME, "a.15-characters")),
		  dev_line("a.15-characters", 1280, 1, 0), "it has them");
	is_number(client_do(client, VXM_CMD_DEV_SET,
			    ATTRS(STRING(IFNAME, "um0"), U32(MTU, 65535))), 0,
		  "DEV_SET: the largest MTU");
	is_object(client, VXM_CMD_DEV_GET, ATTRS(STRING(IFNAME, "um0")),
		  dev_line("um0", 65535, 1, 0), "it has it, and is still up");
	is_number(client_do(client, VXM_CMD_DEV_SET,
			    ATTRS(STRING(IFNAME, "um0"), U32(MTU, 1500),
				  U8(UP, 0))), 0, "DEV_SET: MTU and down");
	is_object(client, VXM_CMD_DEV_GET, ATTRS(STRING(IFNAME, "um0")),
		  dev_line("um0", 1500, 0, 0), "both are so");
	is_number(client_do(client, VXM_CMD_DEV_SET,
			    ATTRS(STRING(IFNAME, "um0"), U8(UP, 0))), 0,
		  "DEV_SET: down what is down");
	is_number(client_do(client, VXM_CMD_DEV_SET,
			    ATTRS(STRING(IFNAME, "um0"), U8(UP, 1))), 0,
		  "DEV_SET: up");
	is_object(client, VXM_CMD_DEV_GET, ATTRS(STRING(IFNAME, "um0")),
		  dev_line("um0", 1500, 1, 0), "it is up, the MTU as before");

	is_number(client_do(client, VXM_CMD_DEV_DEL,
			    ATTRS(STRING(IFNAME, "a.15-characters"))), 0,
		  "DEV_DEL");
	is_number(if_nametoindex("a.15-characters"), 0, "it is gone");
	ok(world_run("ip link add um1 type " VXM_LINK_KIND),
	   "ip link add makes one too");
	n = snprintf(both, sizeof(both), "%s\n", dev_line("um0", 1500, 1, 0));
	snprintf(both + n, sizeof(both) - n, "%s\n",
		 dev_line("um1", 9216, 0, 0));
	is_dump(client, VXM_CMD_DEV_GET, NO_ATTRS, both,
		"the dump has both, by interface index; that one is down");
	is_number(client_do(client, VXM_CMD_VNI_NEW,
			    ATTRS(U32(VNI, 1), STRING(IFNAME, "um1"))), 0,
		  "VNI_NEW on a device that is down");
	is_object(client, VXM_CMD_DEV_GET, ATTRS(STRING(IFNAME, "um1")),
		  dev_line("um1", 9216, 1, 1), "it is brought up");
	ok(world_run("ip link del um1"), "ip link del removes it");
	is_dump(client, VXM_CMD_VNI_GET, NO_ATTRS, "",
		"its VNI entry went with it");
	client_reset(client);
}

static const struct {
	const char	*port;
	const char	*vni;
	const char	*name;
	struct attr	attrs[5];
} entries[] = {
	{ "1", "VNI_ANY=0", "um1",
	  { U16(PORT, 1), FLAG(VNI_ANY), STRING(IFNAME, "um1") } },
	{ "4789", "VNI=0", "um0", { U32(VNI, 0), STRING(IFNAME, "um0") } },
	{ "4789", "VNI=7", "um0",
	  { U32(VNI, 7), STRING(IFNAME, "um0"), U16(PORT, 4789) } },
	{ "4789", "VNI=101", "um0", { U32(VNI, 101), STRING(IFNAME, "um0") } },
	{ "4789", "VNI=16777215", "um0",
	  { U32(VNI, 16777215), STRING(IFNAME, "um0") } },
	{ "4789", "VNI=0 VNI_LAST=1", "um1",
	  { U32(VNI, 0), U32(VNI_LAST, 1), STRING(IFNAME, "um1") } },
	{ "4789", "VNI=100 VNI_LAST=199", "um1",
	  { U32(VNI, 100), U32(VNI_LAST, 199), STRING(IFNAME, "um1") } },
	{ "4789", "VNI=200 VNI_LAST=16777215", "um1",
	  { U32(VNI, 200), U32(VNI_LAST, 16777215), STRING(IFNAME, "um1") } },
	{ "4789", "VNI_ANY=0", "um1",
	  { FLAG(VNI_ANY), STRING(IFNAME, "um1") } },
	{ "65535", "VNI=0 VNI_LAST=16777215", "um0",
	  { U16(PORT, 65535), U32(VNI, 0), U32(VNI_LAST, 16777215),
	    STRING(IFNAME, "um0") } },
	{ "65535", "VNI_ANY=0", "um0",
	  { U16(PORT, 65535), FLAG(VNI_ANY), STRING(IFNAME, "um0") } },
};

/* An entry's attributes without IFNAME are its key. */
static const struct attr *entry_key(size_t entry)
{
	static struct attr key[5];
	const struct attr *attr;
	int n = 0;

	memset(key, 0, sizeof(key));
	for (attr = entries[entry].attrs; attr->kind != ATTR_END; attr++)
		if (attr->type != VXM_ATTR_IFNAME)
			key[n++] = *attr;
	return key;
}

/* Lines of those entries that have this port and device; NULL: of any. */
static char *entry_lines(const char *port, const char *name)
{
	char *all = NULL;
	size_t size;
	FILE *out;
	size_t i;

	out = open_memstream(&all, &size);
	if (!out)
		errx(1, "no memory");
	for (i = 0; i < ARRAY_SIZE(entries); i++)
		if ((!port || !strcmp(entries[i].port, port)) &&
		    (!name || !strcmp(entries[i].name, name)))
			fprintf(out, "%s\n",
				vni_line(entries[i].name, entries[i].port,
					 entries[i].vni));
	if (fclose(out))
		errx(1, "no memory");
	return all;
}

/* Can somebody else take the UDP port? */
static int try_port(int family, unsigned short port)
{
	struct sockaddr_in6 a6 = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(port),
	};
	struct sockaddr_in a4 = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
	};
	int fd = socket(family, SOCK_DGRAM, 0);
	int one = 1;
	int err = 0;

	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if (bind(fd, family == AF_INET ? (void *)&a4 : (void *)&a6,
		 family == AF_INET ? sizeof(a4) : sizeof(a6)))
		err = errno;
	close(fd);
	return err;
}

static void test_entry_lists(struct client *client)
{
	static const struct {
		const char *port;
		const char *name;
		struct attr filter[3];
	} lists[] = {
		{ NULL, NULL, { END } },
		{ "4789", NULL, { U16(PORT, 4789) } },
		{ "65535", NULL, { U16(PORT, 65535) } },
		{ NULL, "um1", { STRING(IFNAME, "um1") } },
		{ "4789", "um0", { U16(PORT, 4789), STRING(IFNAME, "um0") } },
		{ "2", NULL, { U16(PORT, 2) } },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		char *want = entry_lines(lists[i].port, lists[i].name);
		char name[80];

		snprintf(name, sizeof(name), "VNI_GET dump, port %s, device %s",
			 lists[i].port ? lists[i].port : "any",
			 lists[i].name ? lists[i].name : "any");
		is_dump(client, VXM_CMD_VNI_GET, lists[i].filter, want, name);
		free(want);
	}
}

static void test_entries(struct client *client)
{
	size_t i = ARRAY_SIZE(entries);
	struct record net;
	char name[80];

	/* backwards, so that the dump's order is not that of their making */
	while (i--)
		is_number(client_do(client, VXM_CMD_VNI_NEW, entries[i].attrs),
			  0, "VNI_NEW port %s %s", entries[i].port,
			  entries[i].vni);
	for (i = 0; i < ARRAY_SIZE(entries); i++) {
		snprintf(name, sizeof(name), "VNI_GET port %s %s",
			 entries[i].port, entries[i].vni);
		is_object(client, VXM_CMD_VNI_GET, entry_key(i),
			  vni_line(entries[i].name, entries[i].port,
				   entries[i].vni), name);
	}
	test_entry_lists(client);
	is_object(client, VXM_CMD_DEV_GET, ATTRS(STRING(IFNAME, "um0")),
		  dev_line("um0", 9216, 1, 6), "the device counts its entries");
	client_get(client, VXM_CMD_NET_GET, NO_ATTRS, &net);
	is_number(net.value[VXM_ATTR_VNIS], ARRAY_SIZE(entries),
		  "the namespace counts its entries");
	is_number(net.value[VXM_ATTR_PORTS], 3, "and its ports");
	is_number(try_port(AF_INET, 4789), EADDRINUSE, "the port is taken");
	is_number(try_port(AF_INET6, 4789), EADDRINUSE, "on IPv6 too");

	is_number(client_do(client, VXM_CMD_VNI_SET,
			    ATTRS(U32(VNI, 7), STRING(IFNAME, "um1"))), 0,
		  "VNI_SET: another device");
	is_object(client, VXM_CMD_VNI_GET, ATTRS(U32(VNI, 7)),
		  vni_line("um1", "4789", "VNI=7"), "it delivers there");
	is_object(client, VXM_CMD_DEV_GET, ATTRS(STRING(IFNAME, "um0")),
		  dev_line("um0", 9216, 1, 5), "one less on the first device");
	is_object(client, VXM_CMD_DEV_GET, ATTRS(STRING(IFNAME, "um1")),
		  dev_line("um1", 9216, 1, 6), "one more on the other");

	for (i = 0; i < ARRAY_SIZE(entries); i++)
		is_number(client_do(client, VXM_CMD_VNI_DEL, entry_key(i)), 0,
			  "VNI_DEL port %s %s", entries[i].port,
			  entries[i].vni);
	is_dump(client, VXM_CMD_VNI_GET, NO_ATTRS, "", "none is left");
	is_number(try_port(AF_INET, 4789), 0, "the port is free");
	is_number(try_port(AF_INET6, 4789), 0, "on IPv6 too");
	client_get(client, VXM_CMD_NET_GET, NO_ATTRS, &net);
	is_number(net.value[VXM_ATTR_PORTS], 0, "no port is counted");
	is_object(client, VXM_CMD_DEV_GET, ATTRS(STRING(IFNAME, "um0")),
		  dev_line("um0", 9216, 1, 0), "the device stays, and is up");
	client_reset(client);
}

static void test_force(struct client *client)
{
	char left[600];

	client_do(client, VXM_CMD_VNI_NEW,
		  ATTRS(U32(VNI, 1), STRING(IFNAME, "um0")));
	client_do(client, VXM_CMD_VNI_NEW,
		  ATTRS(U32(VNI, 2), U32(VNI_LAST, 9), STRING(IFNAME, "um0")));
	client_do(client, VXM_CMD_VNI_NEW,
		  ATTRS(U32(VNI, 3), STRING(IFNAME, "um1")));
	is_number(client_do(client, VXM_CMD_DEV_DEL,
			    ATTRS(STRING(IFNAME, "um0"), FLAG(FORCE))), 0,
		  "DEV_DEL with FORCE of a device that entries use");
	is_number(if_nametoindex("um0"), 0, "it is gone");
	snprintf(left, sizeof(left), "%s\n",
		 vni_line("um1", "4789", "VNI=3"));
	is_dump(client, VXM_CMD_VNI_GET, NO_ATTRS, left,
		"its entries are too, and no other");
	is_number(client_do(client, VXM_CMD_DEV_DEL,
			    ATTRS(STRING(IFNAME, "um1"), FLAG(FORCE))), 0,
		  "the other one the same way");
	is_number(try_port(AF_INET, 4789), 0, "the port is free");
	client_reset(client);
}

static void test_limits_set(struct client *client)
{
	is_number(client_do(client, VXM_CMD_NET_SET,
			    ATTRS(U32(MAX_VNIS, 100), U32(MAX_PORTS, 2),
				  U32(MAX_SESSIONS, 512),
				  U32(SESSION_MEMORY, 1 << 20),
				  U32(SESSION_IDLE, 60))), 0, "NET_SET");
	is_object(client, VXM_CMD_NET_GET, NO_ATTRS,
		  "RECEIVED_PACKETS=0 RECEIVED_BYTES=0 DELIVERED_PACKETS=0 DELIVERED_BYTES=0 TRUNCATED_PACKETS=0 UNATTRIBUTED_PACKETS=0 MAX_VNIS=100 MAX_PORTS=2 MAX_SESSIONS=512 SESSION_MEMORY=1048576 SESSION_IDLE=60 VNIS=0 PORTS=0 SESSIONS=0 SESSION_MEMORY_USED=0 REPAIRED_PACKETS=0 UNREPAIRABLE_PACKETS=0 UNDIRECTED_PACKETS=0",
		  "NET_GET: the limits are so");
	is_number(client_do(client, VXM_CMD_NET_SET,
			    ATTRS(U32(SESSION_IDLE, 31536000))), 0,
		  "NET_SET: one of them");
	is_object(client, VXM_CMD_NET_GET, NO_ATTRS,
		  "RECEIVED_PACKETS=0 RECEIVED_BYTES=0 DELIVERED_PACKETS=0 DELIVERED_BYTES=0 TRUNCATED_PACKETS=0 UNATTRIBUTED_PACKETS=0 MAX_VNIS=100 MAX_PORTS=2 MAX_SESSIONS=512 SESSION_MEMORY=1048576 SESSION_IDLE=31536000 VNIS=0 PORTS=0 SESSIONS=0 SESSION_MEMORY_USED=0 REPAIRED_PACKETS=0 UNREPAIRABLE_PACKETS=0 UNDIRECTED_PACKETS=0",
		  "NET_GET: the others are as before");
	client_reset(client);
}

void test_good(void)
{
	struct client client;

	if (client_open(&client)) {
		ok(false, "the family is there");
		return;
	}
	ok(true, "the family is there");
	test_new_namespace(&client);
	test_causes(&client);
	test_limits_set(&client);
	test_devices(&client);
	test_entries(&client);
	test_force(&client);
	client_close(&client);
}
