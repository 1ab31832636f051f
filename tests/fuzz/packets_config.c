// SPDX-License-Identifier: GPL-2.0
/*
 * The configuration that the packets meet, and who changes it meanwhile.
 */
#include <err.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "packets.h"

/* Of each worker; of a port the most exact first. */
const struct entry entries[N_WORKERS][N_ENTRIES] = {
	{
		{ 4789, VNI_KEPT, VNI_KEPT, false, 0 },
		{ 4789, 1, 1, false, 0 },
		{ 4789, 0xffffff, 0xffffff, false, 1 },
		{ 4789, 100, 199, false, 1 },
		{ 4789, 70000, 80000, false, 0 },
		{ 5001, VNI_KEPT, VNI_KEPT, false, 0 },
		{ 5001, 0, 0, false, 0 },
		{ 5001, 0, 0xffffff, true, 1 },
	}, {
		{ 6081, VNI_KEPT, VNI_KEPT, false, 0 },
		{ 6081, 2, 2, false, 0 },
		{ 6081, 4, 5, false, 0 },
		{ 6081, 6, 0xfffffe, false, 1 },
		{ 65535, VNI_KEPT, VNI_KEPT, false, 0 },
		{ 65535, 0, 0, false, 0 },
		{ 65535, 3, 0xfffff, false, 0 },
		{ 65535, 0, 0xffffff, true, 1 },
	},
};

/* In the order of the entries. */
const __u16 ports[N_WORKERS][N_PORTS] = { { 4789, 5001 }, { 6081, 65535 } };

static void request(struct client *c, int cmd, const struct attr *attrs)
{
	struct answer answer;

	client_request(c, &answer, cmd, 0, attrs);
	answer_clear(&answer);
}

static void request_entry(struct client *c, int cmd, const struct entry *entry,
			  const char *dev)
{
	struct attr attrs[5];
	int n = 0;

	attrs[n++] = (struct attr)U16(PORT, entry->port);
	if (entry->any)
		attrs[n++] = (struct attr)FLAG(VNI_ANY);
	else
		attrs[n++] = (struct attr)U32(VNI, entry->first);
	if (!entry->any && entry->last != entry->first)
		attrs[n++] = (struct attr)U32(VNI_LAST, entry->last);
	if (dev)
		attrs[n++] = (struct attr)DATA(IFNAME, dev, strlen(dev) + 1);
	attrs[n] = (struct attr)END;
	request(c, cmd, attrs);
}

void dev_name(char *name, unsigned int worker, unsigned int dev)
{
	snprintf(name, IFNAMSIZ, "f%c%u", 'a' + dev, worker);
}

void limit_sessions(__u32 max)
{
	request(&client, VXM_CMD_NET_SET,
		ATTRS(U32(MAX_SESSIONS, max), U32(SESSION_IDLE, 3600)));
}

void configure(void)
{
	char dev[IFNAMSIZ];
	unsigned int i, j;

	request(&client, VXM_CMD_DEV_DEL,
		ATTRS(STRING(IFNAME, "f9"), FLAG(FORCE)));
	limit_sessions(65536);
	for (i = 0; i < N_WORKERS; i++) {
		for (j = 0; j < N_ENTRIES; j++) {
			dev_name(dev, i, entries[i][j].dev);
			request_entry(&client, VXM_CMD_VNI_NEW, &entries[i][j],
				      dev);
			request_entry(&client, VXM_CMD_VNI_SET, &entries[i][j],
				      dev);
		}
	}
}

static void set_front(struct client *c, __u16 port, __u8 front)
{
	request(c, VXM_CMD_PORT_SET, ATTRS(U16(PORT, port), U8(FRONT, front)));
}

/* Where each port's packets are taken in the rounds that follow. */
void choose_fronts(__u64 number)
{
	struct random r;
	unsigned int i, j;

	random_seed(&r, seed, ~number);
	for (i = 0; i < N_WORKERS; i++)
		for (j = 0; j < N_PORTS; j++)
			set_front(&client, ports[i][j], random_below(&r, 2));
}

bool is_ours(__u16 port)
{
	unsigned int i, j;

	for (i = 0; i < N_WORKERS; i++)
		for (j = 0; j < N_PORTS; j++)
			if (ports[i][j] == port)
				return true;
	return false;
}

void unconfigure(void)
{
	unsigned int i, j;

	for (i = 0; i < N_WORKERS; i++)
		for (j = 0; j < N_ENTRIES; j++)
			request_entry(&client, VXM_CMD_VNI_DEL, &entries[i][j],
				      NULL);
}

void get_entry(const struct entry *entry, struct record *record)
{
	const struct attr port = U16(PORT, entry->port);
	const struct attr first = U32(VNI, entry->first);
	const struct attr last = U32(VNI_LAST, entry->last);
	bool found;

	if (entry->any)
		found = client_get(&client, VXM_CMD_VNI_GET,
				   ((struct attr[]){ port, FLAG(VNI_ANY), END }),
				   record);
	else if (entry->first == entry->last)
		found = client_get(&client, VXM_CMD_VNI_GET,
				   ((struct attr[]){ port, first, END }),
				   record);
	else
		found = client_get(&client, VXM_CMD_VNI_GET,
				   ((struct attr[]){ port, first, last, END }),
				   record);
	if (!found)
		errx(1, "no VNI entry %u on port %u", entry->first, entry->port);
}

/* One port's, or all: then the ingress front comes or goes as a whole. */
static void change_front(struct client *c, struct random *r,
			 struct changes *changes)
{
	unsigned int only = random_below(r, 2 * N_WORKERS * N_PORTS);
	__u8 front = random_below(r, 2);
	unsigned int i;

	for (i = 0; i < N_WORKERS * N_PORTS; i++)
		if (only >= N_WORKERS * N_PORTS || only == i)
			set_front(c, ports[i / N_PORTS][i % N_PORTS], front);
	changes->fronts++;
}

/* Nobody reads f9: it may come, go, and be down. */
static void change_entries(struct client *c, struct random *r)
{
	unsigned int number = random_below(r, N_WORKERS);
	const struct entry *entry =
		&entries[number][random_below(r, N_ENTRIES)];
	char dev[IFNAMSIZ] = "f9";
	struct answer answer;

	if (entry->first == VNI_KEPT)
		return;
	if (random_one_in(r, 2))
		dev_name(dev, number, random_below(r, N_DEVS));
	switch (random_below(r, 16)) {
	case 0 ... 3:
		request_entry(c, VXM_CMD_VNI_DEL, entry, NULL);
		break;
	case 4 ... 7:
		request_entry(c, VXM_CMD_VNI_NEW, entry, dev);
		break;
	case 8 ... 9:
		request_entry(c, VXM_CMD_VNI_SET, entry, dev);
		break;
	case 10:
		request(c, VXM_CMD_SESSION_DEL,
			ATTRS(U16(PORT, entry->port), U32(VNI, entry->first),
			      U32(SOURCE_IPV4,
				  htonl(10U << 24 | (1 + 3 * number) << 20 |
					random_below(r, 8)))));
		break;
	case 11:
		request(c, VXM_CMD_DEV_SET,
			ATTRS(STRING(IFNAME, "f9"), U8(UP, random_below(r, 2))));
		break;
	case 12:
		request(c, VXM_CMD_DEV_DEL,
			ATTRS(STRING(IFNAME, "f9"), FLAG(FORCE)));
		break;
	case 13:
		request(c, VXM_CMD_UNKNOWN_DEL, NO_ATTRS);
		break;
	case 14:
		request(c, VXM_CMD_NET_SET,
			ATTRS(U32(MAX_SESSIONS, random_below(r, 65537)),
			      U32(SESSION_IDLE, random_from(r, 1, 4))));
		break;
	case 15:
		client_request(c, &answer, random_one_in(r, 2) ?
			       VXM_CMD_SESSION_GET : VXM_CMD_VNI_GET,
			       NLM_F_DUMP, NO_ATTRS);
		answer_clear(&answer);
		break;
	}
}

static void change(struct client *c, struct random *r, struct changes *changes)
{
	switch (random_below(r, 6)) {
	case 0:
		change_front(c, r, changes);
		break;
	case 1 ... 2:
		links_change(r, changes);
		break;
	default:
		change_entries(c, r);
	}
}

/* Runs whenever a byte comes, until that is over; answers with a byte. */
void be_changer(int begin, int done, struct changes *changes)
{
	struct random r;
	struct client c;
	char byte;

	if (client_open(&c))
		errx(1, "the family is not there");
	links_open();
	random_seed(&r, seed, ~0ULL);
	while (read(begin, &byte, 1) == 1) {
		/* a busy machine may have no time for more than a few */
		change_front(&c, &r, changes);
		links_begin(&r, changes);
		while (__atomic_load_n(&changes->going_on, __ATOMIC_RELAXED))
			change(&c, &r, changes);
		links_clear();
		if (write(done, "", 1) != 1)
			break;
	}
	_exit(0);
}
