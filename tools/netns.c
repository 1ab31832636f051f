// SPDX-License-Identifier: GPL-2.0
/*
 * Working in another network namespace.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netns.h"

static int failed(struct ctl *ctl, const char *what, int code)
{
	return ctl_fail(ctl, CTL_REFUSED, "-n %s: cannot %s: %s%s", ctl->netns,
			what, strerror(code), code == EPERM ?
			": this needs CAP_SYS_ADMIN; try sudo" : "");
}

/**
 * netns_enter() - move to the network namespace that -n names, if it is given
 * @ctl: the run
 *
 * A name is one that 'ip netns' made; what holds a slash is a path.
 *
 * Return: %CTL_DONE or %CTL_REFUSED.
 */
int netns_enter(struct ctl *ctl)
{
	int ret = CTL_DONE;
	char path[4096];
	int fd;

	if (!ctl->netns)
		return CTL_DONE;
	if (snprintf(path, sizeof(path), "%s%s",
		     strchr(ctl->netns, '/') ? "" : "/run/netns/",
		     ctl->netns) >= (int)sizeof(path))
		return failed(ctl, "open the network namespace", ENAMETOOLONG);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return failed(ctl, "open the network namespace", errno);
	if (setns(fd, CLONE_NEWNET))
		ret = failed(ctl, "enter the network namespace", errno);
	close(fd);

	return ret;
}
