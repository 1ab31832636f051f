// SPDX-License-Identifier: GPL-2.0
/*
 * Ports: which there are, where their packets are taken, and by which way they
 * came; dumps of them while they change.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <netlink/socket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "client.h"
#include "tap.h"
#include "world.h"

#define FIRST_PORT	10000
#define MAX_PORTS	64

static struct client client;

static void make_entry(__u16 port, __u32 vni)
{
	client_do(&client, VXM_CMD_VNI_NEW,
		  ATTRS(U16(PORT, port), U32(VNI, vni), STRING(IFNAME, "um0")));
}

static void remove_entry(__u16 port, __u32 vni)
{
	client_do(&client, VXM_CMD_VNI_DEL,
		  ATTRS(U16(PORT, port), U32(VNI, vni)));
}

static int set_front(__u16 port, __u8 front)
{
	return client_do(&client, VXM_CMD_PORT_SET,
			 ATTRS(U16(PORT, port), U8(FRONT, front)));
}

/* A port, less its counters, in few words. */
static void print_port(FILE *out, struct record *record)
{
	const char *fault = record_fault(record);

	if (fault)
		fprintf(out, "%s\n", fault);
	else
		fprintf(out, "%llu front %llu vnis %llu\n",
			record->value[VXM_ATTR_PORT],
			record->value[VXM_ATTR_FRONT],
			record->value[VXM_ATTR_VNIS]);
}

static void are_ports(const char *want, const char *name)
{
	struct answer answer;
	char *text = NULL;
	size_t size;
	FILE *out;
	size_t i;

	client_dump(&client, &answer, VXM_CMD_PORT_GET, NO_ATTRS);
	out = open_memstream(&text, &size);
	if (!out)
		abort();
	for (i = 0; i < answer.n_records; i++)
		print_port(out, &answer.records[i]);
	if (fclose(out))
		abort();
	is_text(text, want, "%s", name);
	free(text);
	answer_clear(&answer);
}

static void is_port(const struct attr *key, const char *want, const char *name)
{
	struct record record;
	char *text;

	if (!client_get(&client, VXM_CMD_PORT_GET, key, &record)) {
		is_text(NULL, want, "%s", name);
		return;
	}
	text = record_text(&record, false);
	is_text(record_fault(&record) ? record.fault : text, want, "%s", name);
	free(text);
}

/* Nobody has named a port: there is no attribute to be at fault. */
static void is_unused(int cmd, const struct attr *attrs)
{
	struct answer answer;

	client_request(&client, &answer, cmd, 0, attrs);
	is_number(answer.error, ENOENT,
		  "%s without a port: the one that is meant is not in use",
		  cmd_name(cmd));
	is_text(answer.text, "no VNI entry uses this port", "%s: the message",
		cmd_name(cmd));
	is_number(answer.bad, -1, "%s: no attribute is at fault",
		  cmd_name(cmd));
	answer_clear(&answer);
}

static void test_objects(void)
{
	is_unused(VXM_CMD_PORT_GET, NO_ATTRS);
	is_unused(VXM_CMD_PORT_SET, ATTRS(U8(FRONT, VXM_FRONT_SOCKET)));
	make_entry(5000, 1);
	make_entry(65535, 1);
	make_entry(4789, 1);
	make_entry(1, 1);
	make_entry(4789, 2);
	are_ports("1 front 0 vnis 1\n4789 front 0 vnis 2\n"
		  "5000 front 0 vnis 1\n65535 front 0 vnis 1\n",
		  "PORT_GET dump: by number, their entries counted, auto at first");
	is_number(set_front(5000, VXM_FRONT_SOCKET), 0, "PORT_SET");
	is_number(client_do(&client, VXM_CMD_PORT_SET,
			    ATTRS(U8(FRONT, VXM_FRONT_SOCKET))), 0,
		  "PORT_SET of the port that is meant");
	are_ports("1 front 0 vnis 1\n4789 front 1 vnis 2\n"
		  "5000 front 1 vnis 1\n65535 front 0 vnis 1\n",
		  "these are changed, and no other");
	is_number(set_front(5000, VXM_FRONT_SOCKET), 0, "PORT_SET: what is so");
	is_port(ATTRS(U16(PORT, 5000)),
		"PORT=5000 VNIS=1 FRONT=1 EARLY_PACKETS=0 SOCKET_PACKETS=0",
		"PORT_GET");
	is_port(NO_ATTRS,
		"PORT=4789 VNIS=2 FRONT=1 EARLY_PACKETS=0 SOCKET_PACKETS=0",
		"PORT_GET of the port that is meant");
	is_number(set_front(4789, VXM_FRONT_AUTO), 0, "PORT_SET: back");
	remove_entry(4789, 1);
	is_port(NO_ATTRS,
		"PORT=4789 VNIS=1 FRONT=0 EARLY_PACKETS=0 SOCKET_PACKETS=0",
		"it is so; one of its entries is removed");
	remove_entry(4789, 2);
	remove_entry(5000, 1);
	are_ports("1 front 0 vnis 1\n65535 front 0 vnis 1\n",
		  "a port goes with its last entry");
	make_entry(5000, 1);
	are_ports("1 front 0 vnis 1\n5000 front 0 vnis 1\n"
		  "65535 front 0 vnis 1\n",
		  "and its setting with it");
	client_reset(&client);
	are_ports("", "none is left");
}

#define PLAIN "udp-checksum zero "

/* What is sent to port 5000, and what that has counted by then. */
static const struct {
	const char	*name;
	int		family;
	const char	*words;
	enum vxm_front	front;
	unsigned int	early;
	unsigned int	by_socket;
	unsigned int	received;	/* by the entry, VNI 7 */
} sent[] = {
	{ "plain packets", AF_INET, PLAIN "vni 7 count 3",
	  VXM_FRONT_AUTO, 3, 0, 3 },
	{ "packets with a checksum to verify", AF_INET, "vni 7 count 2",
	  VXM_FRONT_AUTO, 3, 2, 5 },
	{ "plain packets over IPv6", AF_INET6, PLAIN "vni 7 count 4",
	  VXM_FRONT_AUTO, 7, 2, 9 },
	{ "one of an unknown VNI", AF_INET, PLAIN "vni 8",
	  VXM_FRONT_AUTO, 8, 2, 9 },
	{ "one without VNI, with a checksum", AF_INET, "vni 7 flags 0",
	  VXM_FRONT_AUTO, 8, 3, 9 },
	{ "plain packets, front socket", AF_INET, PLAIN "vni 7 count 5",
	  VXM_FRONT_SOCKET, 8, 8, 14 },
	{ "one of an unknown VNI, front socket", AF_INET, PLAIN "vni 8",
	  VXM_FRONT_SOCKET, 8, 9, 14 },
	{ "plain packets, front auto again", AF_INET, PLAIN "vni 7 count 6",
	  VXM_FRONT_AUTO, 14, 9, 20 },
};

static void test_counters(void)
{
	const struct attr *key = ATTRS(U16(PORT, 5000));
	size_t i;

	make_entry(5000, 7);
	make_entry(4789, 7);
	for (i = 0; i < ARRAY_SIZE(sent); i++) {
		const char *name = sent[i].name;
		char want[100];

		set_front(5000, sent[i].front);
		world_send(sent[i].family, "dport 5000 frame-size 60 %s",
			   sent[i].words);
		ok(world_wait(&client, VXM_CMD_PORT_GET, key,
			      VXM_ATTR_EARLY_PACKETS, sent[i].early) &&
		   world_wait(&client, VXM_CMD_PORT_GET, key,
			      VXM_ATTR_SOCKET_PACKETS, sent[i].by_socket) &&
		   world_wait(&client, VXM_CMD_VNI_GET,
			      ATTRS(U16(PORT, 5000), U32(VNI, 7)),
			      VXM_ATTR_RECEIVED_PACKETS, sent[i].received),
		   "%s: counted by the port, and by the entry", name);
		snprintf(want, sizeof(want),
			 "PORT=5000 VNIS=1 FRONT=%u EARLY_PACKETS=%u SOCKET_PACKETS=%u",
			 sent[i].front, sent[i].early, sent[i].by_socket);
		is_port(key, want, name);
	}
	is_port(NO_ATTRS,
		"PORT=4789 VNIS=1 FRONT=0 EARLY_PACKETS=0 SOCKET_PACKETS=0",
		"the other port has counted nothing");
	client_reset(&client);
}

/*
 * A part of the dump is written now, and the rest when that is read: the kernel
 * writes no more at once than its reader has ever had room for.
 */
static void begin_dump(struct client *reader)
{
	if (client_open_narrow(reader))
		abort();
	client_send(reader, VXM_CMD_PORT_GET, NLM_F_DUMP, NO_ATTRS);
}

static void end_dump(struct client *reader, struct answer *answer)
{
	client_receive(reader, answer);
	client_close(reader);
}

static bool is_in_order(const struct answer *answer)
{
	size_t i;

	for (i = 1; i < answer->n_records; i++)
		if (answer->records[i - 1].value[VXM_ATTR_PORT] >=
		    answer->records[i].value[VXM_ATTR_PORT])
			return false;
	return true;
}

static void receive_one(void)
{
	world_send(AF_INET, "vni 1 frame-size 60 " PLAIN "dport %d",
		   FIRST_PORT);
	world_wait(&client, VXM_CMD_PORT_GET, ATTRS(U16(PORT, FIRST_PORT)),
		   VXM_ATTR_EARLY_PACKETS, 1);
}

static void change_nothing(void)
{
	set_front(FIRST_PORT, VXM_FRONT_AUTO);
}

static void change_last(void)
{
	set_front(FIRST_PORT + MAX_PORTS - 1, VXM_FRONT_SOCKET);
}

/* One that is in the dump already, and one that is not. */
static void remove_some(void)
{
	remove_entry(FIRST_PORT + 1, 1);
	remove_entry(FIRST_PORT + MAX_PORTS - 2, 1);
}

static const struct {
	const char	*name;
	void		(*change)(void);
	bool		interrupts;
	unsigned int	n;
} meanwhile[] = {
	{ "nothing is changed", change_nothing, false, MAX_PORTS },
	{ "packets come", receive_one, false, MAX_PORTS },
	{ "a port is changed", change_last, true, MAX_PORTS },
	{ "ports go", remove_some, true, MAX_PORTS - 1 },
};

static void test_dumps_of_many(void)
{
	struct client reader;
	struct answer answer;
	unsigned int i;

	/* 7 is coprime */
	for (i = 0; i < MAX_PORTS; i++)
		make_entry(FIRST_PORT + i * 7 % MAX_PORTS, 1);
	for (i = 0; i < ARRAY_SIZE(meanwhile); i++) {
		const char *name = meanwhile[i].name;

		begin_dump(&reader);
		meanwhile[i].change();
		end_dump(&reader, &answer);
		is_number(answer.error, 0, "a dump, and %s: it succeeds", name);
		is_number(answer.interrupted, meanwhile[i].interrupts,
			  "%s: interrupted or not", name);
		is_number(answer.n_records, meanwhile[i].n,
			  "%s: all are there", name);
		ok(is_in_order(&answer), "%s: in order, each once", name);
		answer_clear(&answer);
	}
	client_reset(&client);
}

void test_ports(void)
{
	if (client_open(&client)) {
		ok(false, "the family is there");
		return;
	}
	test_objects();
	test_counters();
	test_dumps_of_many();
	client_close(&client);
}
