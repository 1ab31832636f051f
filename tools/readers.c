// SPDX-License-Identifier: GPL-2.0
/*
 * Who reads a mirror device: packet sockets bound to it, as /proc/net/packet
 * lists them for the network namespace, matched with the processes that hold
 * them. A socket bound to no interface reads all, and does not depend on one.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "readers.h"

#define NAMES_MAX 8	/* processes that are named; the rest are counted */

/* One packet socket. */
struct packet_socket {
	unsigned long inode;
	bool held;	/* a process that holds it has been found */
};

struct search {
	struct packet_socket *socket;
	size_t count;
	char *names;
	size_t room;
	size_t named;
};

static int find_sockets(unsigned int ifindex, struct search *search)
{
	FILE *file = fopen(READERS_FILE, "re");
	unsigned long inode;
	unsigned int iface;
	char line[256];
	size_t room = 0;

	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*s %*s %*s %*s %u %*s %*s %*s %lu", &iface,
			   &inode) != 2 || iface != ifindex)
			continue;
		search->socket = ctl_grow(search->socket, search->count, &room,
					  sizeof(*search->socket));
		search->socket[search->count++].inode = inode;
	}
	fclose(file);

	return 0;
}

static void add_name(struct search *search, const char *name)
{
	size_t used = strlen(search->names);

	if (search->named++ < NAMES_MAX)
		snprintf(search->names + used, search->room - used, "%s%s",
			 used ? ", " : "", name);
}

static void add_process(struct search *search, const char *pid)
{
	char path[64];
	char comm[64];
	char name[128];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.16s/comm", pid);
	file = fopen(path, "re");
	if (!file || !fgets(comm, sizeof(comm), file))
		strcpy(comm, "a process");
	if (file)
		fclose(file);
	comm[strcspn(comm, "\n")] = '\0';
	snprintf(name, sizeof(name), "%s (pid %.16s)", comm, pid);
	add_name(search, name);
}

/* Whether a file descriptor's link names one of the sockets. */
static bool match(struct search *search, const char *link)
{
	unsigned long inode;
	size_t i;

	if (sscanf(link, "socket:[%lu]", &inode) != 1)
		return false;
	for (i = 0; i < search->count; i++) {
		if (search->socket[i].inode == inode) {
			search->socket[i].held = true;
			return true;
		}
	}

	return false;
}

static void look_at_process(struct search *search, const char *pid)
{
	struct dirent *entry;
	bool found = false;
	char path[64];
	char link[64];
	ssize_t len;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.16s/fd", pid);
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		len = readlinkat(dirfd(dir), entry->d_name, link,
				 sizeof(link) - 1);
		if (len < 0)
			continue;
		link[len] = '\0';
		if (match(search, link))
			found = true;
	}
	closedir(dir);
	if (found)
		add_process(search, pid);
}

static void look_at_processes(struct search *search)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			look_at_process(search, entry->d_name);
	}
	closedir(dir);
}

/**
 * readers_find() - the packet sockets that are bound to an interface
 * @ifindex: the interface, in the caller's network namespace
 * @names: the processes that hold them: "zeek (pid 123), tcpdump (pid 9)"
 * @room: bytes of @names, at least 1
 *
 * Sockets whose holder cannot be seen are named as such.
 *
 * Return: the number of sockets, or the negative errno of %READERS_FILE.
 */
ssize_t readers_find(unsigned int ifindex, char *names, size_t room)
{
	struct search search = { .names = names, .room = room };
	size_t hidden = 0;
	char more[64];
	size_t used;
	size_t i;
	int ret;

	*names = '\0';
	ret = find_sockets(ifindex, &search);
	if (ret || !search.count)
		return ret;
	look_at_processes(&search);
	for (i = 0; i < search.count; i++) {
		if (!search.socket[i].held)
			hidden++;
	}
	if (hidden) {
		snprintf(more, sizeof(more),
			 "%zu socket%s of a process that cannot be seen",
			 hidden, hidden == 1 ? "" : "s");
		add_name(&search, more);
	}
	used = strlen(names);
	if (search.named > NAMES_MAX)
		snprintf(names + used, room - used, " and %zu more",
			 search.named - NAMES_MAX);
	free(search.socket);

	return search.count;
}
