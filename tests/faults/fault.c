// SPDX-License-Identifier: GPL-2.0
/*
 * Fails one of the allocations that the kernel makes for this task; and makes
 * requests with nothing around them that would allocate.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <netlink/msg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fault.h"

static int nth_fd = -1;

/* Needed once for each process. */
void fault_open(void)
{
	if (nth_fd >= 0)
		close(nth_fd);
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (nth_fd < 0)
		err(1, "/proc/thread-self/fail-nth");
}

void fault_begin(struct fault *fault)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", fault->nth);

	if (pwrite(nth_fd, text, len, 0) != len)
		err(1, "fail-nth");
}

void fault_end(struct fault *fault)
{
	char text[16] = "";

	if (pread(nth_fd, text, sizeof(text) - 1, 0) < 1 ||
	    pwrite(nth_fd, "0", 1, 0) != 1)
		err(1, "fail-nth");
	fault->left = strtoul(text, NULL, 10);
}

/* Is the answer complete? Then with this result. */
static bool read_answer(const char *data, int len, int *result)
{
	const struct nlmsghdr *header = (const void *)data;

	for (; NLMSG_OK(header, (unsigned int)len);
	     header = NLMSG_NEXT(header, len)) {
		if (header->nlmsg_type == NLMSG_ERROR ||
		    header->nlmsg_type == NLMSG_DONE) {
			*result = -*(const int *)NLMSG_DATA(header);
			return true;
		}
	}
	return false;
}

static int transact(int fd, const struct nlmsghdr *request)
{
	static char data[1 << 16];
	int result = RESULT_LOST;
	ssize_t len;

	/* this one did not even reach the family */
	if (send(fd, request, request->nlmsg_len, 0) < 0)
		return errno;
	/* what is not there by now will never come */
	do {
		len = recv(fd, data, sizeof(data), MSG_DONTWAIT);
	} while (len > 0 && !read_answer(data, len, &result));
	return result;
}

/*
 * Makes a request with a fault, and frees it. Over a socket of its own: what
 * fails half way is not in the way of the next.
 *
 * Returns 0, the errno, or RESULT_LOST when the kernel had no memory to answer.
 */
int fault_request(struct fault *fault, int protocol, struct nl_msg *request)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	int result;

	if (fd < 0)
		err(1, "netlink socket");
	fault_begin(fault);
	result = transact(fd, nlmsg_hdr(request));
	fault_end(fault);
	close(fd);
	nlmsg_free(request);
	return result;
}
