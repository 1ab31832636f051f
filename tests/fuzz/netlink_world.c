// SPDX-License-Identifier: GPL-2.0
/*
 * Processes for the fuzzer of the netlink interface, who they are, and the
 * traffic that the state is looked up for.
 */
#include <err.h>
#include <grp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "netlink.h"

#define NOBODY 65534
#define SOURCES 4
#define BURST 32

void *share(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		err(1, "shared memory");
	return p;
}

/* Forks a process that ends with its parent. */
pid_t begin(void)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (pid)
		return pid;
	/* what it says aside goes to standard error, not into the TAP */
	dup2(STDERR_FILENO, STDOUT_FILENO);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return 0;
}

/* Waits for the end of a process; that it comes to one is part of its task. */
void finish(pid_t pid, struct actor *actor)
{
	int status = -1;

	if (waitpid(pid, &status, 0) != pid || status)
		act_fault(actor, "ended with status %d", status);
}

void be_nobody(void)
{
	if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
		err(1, "becoming nobody");
	/* the change of user has undone it */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* Root of a user namespace, in the network namespace as it is or in its own. */
void own_user_namespace(bool and_network)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd;

	be_nobody();
	if (unshare(CLONE_NEWUSER | (and_network ? CLONE_NEWNET : 0)))
		err(1, "user namespace");
	if (!and_network)
		return;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request))
		err(1, "lo");
	close(fd);
}

static int open_source(unsigned int number)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK + number),
	};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		err(1, "socket %u", number);
	return fd;
}

/* Mirror packets of those VNIs and to those ports that requests are about. */
void send_traffic(unsigned int stream)
{
	unsigned char packet[8 + 60] = { 0x08 };
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int sources[SOURCES];
	struct random r;
	unsigned int i;

	random_seed(&r, seed, stream);
	for (i = 0; i < SOURCES; i++)
		sources[i] = open_source(i);
	for (;;) {
		for (i = 0; i < BURST; i++) {
			packet[6] = random_below(&r, 16);
			to.sin_port = htons(VXM_PORT_DEFAULT +
					    random_below(&r, 4));
			sendto(random_pick(&r, sources), packet, sizeof(packet),
			       0, (struct sockaddr *)&to, sizeof(to));
		}
		usleep(1000);
	}
}

void send_fd(int to, int fd)
{
	char control[CMSG_SPACE(sizeof(fd))] = { 0 };
	struct iovec part = { "", 1 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	if (sendmsg(to, &message, 0) != 1)
		err(1, "passing on a socket");
}

int receive_fd(int from)
{
	char control[CMSG_SPACE(sizeof(int))];
	char byte;
	struct iovec part = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	int fd;

	if (recvmsg(from, &message, 0) != 1 || !CMSG_FIRSTHDR(&message))
		err(1, "receiving a socket");
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}
