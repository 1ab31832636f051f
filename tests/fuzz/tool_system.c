// SPDX-License-Identifier: GPL-2.0
/*
 * The C library's functions by which vxmirrorctl would see or change the
 * machine; the Makefile renames the tool's calls to these, and nobody else
 * calls them. What they say comes out of the world's script.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "tool.h"

#define DESCRIPTOR 1000	/* of all files */

/* What the tool holds for a DIR. */
struct directory {
	struct dirent entry;
};

/**
 * input_byte() - take a byte from an input
 * @input: what is left of it
 *
 * Return: the byte, 0 when nothing is left.
 */
__u8 input_byte(struct input *input)
{
	if (!input->size)
		return 0;
	input->size--;

	return *input->data++;
}

/**
 * input_short() - take two bytes from an input, low byte first
 * @input: what is left of it
 *
 * Return: the number.
 */
__u16 input_short(struct input *input)
{
	__u16 low = input_byte(input);

	return low | input_byte(input) << 8;
}

/**
 * input_part() - take some bytes from an input
 * @input: what is left of it
 * @size: bytes; when so many are not left, there will be fewer
 *
 * Return: the bytes.
 */
struct input input_part(struct input *input, size_t size)
{
	struct input part = *input;

	if (part.size > size)
		part.size = size;
	if (part.size)
		input->data += part.size;
	input->size -= part.size;

	return part;
}

static ssize_t read_input(void *cookie, char *to, size_t room)
{
	struct input part = input_part(cookie, room);

	if (part.size)
		memcpy(to, part.data, part.size);

	return part.size;
}

static int close_input(void *cookie)
{
	free(cookie);

	return 0;
}

/**
 * input_open() - make a file of an input
 * @input: the file's contents
 *
 * Return: the file.
 */
FILE *input_open(struct input input)
{
	const cookie_io_functions_t functions = {
		.read = read_input,
		.close = close_input,
	};
	struct input *cookie = malloc(sizeof(*cookie));
	FILE *file;

	PROMISE(cookie);
	*cookie = input;
	file = fopencookie(cookie, "r", functions);
	PROMISE(file);

	return file;
}

/**
 * world_fails() - count a call that can fail
 *
 * Return: true when it is the one that fails in this run; errno is set.
 */
bool world_fails(void)
{
	if (++world.calls != world.fail)
		return false;
	errno = EPERM;

	return true;
}

int fuzz_open(const char *path, int flags, ...)
{
	PROMISE((flags & O_ACCMODE) == O_RDONLY);
	if (strcmp(path, "/dev/null") && strcmp(path, "/run/netns/n")) {
		errno = ENOENT;
		return -1;
	}
	if (world_fails())
		return -1;
	world.descriptors++;

	return DESCRIPTOR;
}

int fuzz_close(int fd)
{
	PROMISE(fd == DESCRIPTOR);
	PROMISE(world.descriptors--);

	return 0;
}

/* Files of /proc are as long as one byte of the script says. */
FILE *fuzz_fopen(const char *path, const char *mode)
{
	PROMISE(*mode == 'r');
	if (world_fails())
		return NULL;
	if (!strcmp(path, "f"))
		return input_open(world.file);
	if (!strncmp(path, "/proc/", 6))
		return input_open(input_part(&world.script,
					     input_byte(&world.script)));
	errno = ENOENT;

	return NULL;
}

int fuzz_setns(int fd, int type)
{
	PROMISE(fd == DESCRIPTOR && type);

	return world_fails() ? -1 : 0;
}

int fuzz_setsockopt(int fd, int level, int option, const void *value,
		    socklen_t len)
{
	(void)fd;
	(void)level;
	(void)option;
	PROMISE(value && len == sizeof(int));

	return world_fails() ? -1 : 0;
}

/* A bit each for the first two, the third's error, EINTR, and failure. */
int fuzz_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	__u8 bits = world.script.size ? input_byte(&world.script) : 1;

	PROMISE(count == 3 && timeout == -1);
	if (bits & 0x18) {
		errno = bits & 0x08 ? EINTR : ENOMEM;
		return -1;
	}
	fds[0].revents = bits & 0x01 ? POLLIN : 0;
	fds[1].revents = bits & 0x02 ? POLLIN : 0;
	fds[2].revents = bits & 0x04 ? POLLERR : 0;

	return 1;
}

int fuzz_nanosleep(const struct timespec *pause, struct timespec *left)
{
	PROMISE(!pause->tv_sec && pause->tv_nsec < 1000000000 && !left);
	world.ns += pause->tv_nsec;

	return 0;
}

int fuzz_clock_gettime(clockid_t clock, struct timespec *now)
{
	(void)clock;
	world.ns += world.step;
	now->tv_sec = world.ns / 1000000000;
	now->tv_nsec = world.ns % 1000000000;

	return 0;
}

int fuzz_signal(int number, void (*handler)(int))
{
	(void)number;
	(void)handler;

	return 0;
}

/* Nobody is told that what failed was a success. */
const char *fuzz_strerror(int code)
{
	PROMISE(code > 0);

	return strerror(code);
}

struct directory *fuzz_opendir(const char *path)
{
	PROMISE(!strncmp(path, "/proc", 5));
	if (world_fails())
		return NULL;

	return calloc(1, sizeof(struct directory));
}

/* Every name is a number. */
struct dirent *fuzz_readdir(struct directory *directory)
{
	__u8 number = input_byte(&world.script);

	if (!number)
		return NULL;
	sprintf(directory->entry.d_name, "%u", number);

	return &directory->entry;
}

int fuzz_closedir(struct directory *directory)
{
	free(directory);

	return 0;
}

int fuzz_dirfd(struct directory *directory)
{
	PROMISE(directory);

	return DESCRIPTOR;
}

/* A socket's number, or a text that is too long; without an end, as ever. */
ssize_t fuzz_readlinkat(int fd, const char *path, char *text, size_t room)
{
	__u8 number = input_byte(&world.script);
	char link[32];
	size_t len;

	PROMISE(fd == DESCRIPTOR && *path);
	if (!number)
		return -1;
	memset(text, '1', room);
	sprintf(link, "socket:[%u]", number);
	len = number == 0xff ? room : strlen(link);
	memcpy(text, link, len < strlen(link) ? len : strlen(link));

	return len;
}

/* What /etc/protocols has; the first is such as only a broken one would. */
static struct protoent protocols[] = {
	{ .p_name = "odd", .p_proto = -1 },
	{ .p_name = "ip", .p_proto = 0 },
	{ .p_name = "hopopt", .p_proto = 0 },
	{ .p_name = "icmp", .p_proto = 1 },
	{ .p_name = "tcp", .p_proto = 6 },
	{ .p_name = "udp", .p_proto = 17 },
	{ .p_name = "ipv6-icmp", .p_proto = 58 },
	{ .p_name = "more", .p_proto = 256 },
};

struct protoent *fuzz_getprotobyname(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(protocols) / sizeof(*protocols); i++) {
		if (!strcmp(protocols[i].p_name, name))
			return &protocols[i];
	}

	return NULL;
}

struct protoent *fuzz_getprotobynumber(int number)
{
	size_t i;

	for (i = 0; i < sizeof(protocols) / sizeof(*protocols); i++) {
		if (protocols[i].p_proto == number)
			return &protocols[i];
	}

	return NULL;
}
