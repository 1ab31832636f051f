/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who reads a mirror device.
 */
#ifndef VXMIRRORCTL_READERS_H
#define VXMIRRORCTL_READERS_H

#include <sys/types.h>

/* the packet sockets of a network namespace */
#define READERS_FILE "/proc/net/packet"

ssize_t readers_find(unsigned int ifindex, char *names, size_t room);

#endif /* VXMIRRORCTL_READERS_H */
