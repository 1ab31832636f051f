/* SPDX-License-Identifier: GPL-2.0 */
/* What the module's pure functions use of the kernel's header. */
#ifndef FUZZ_LINUX_SOCKET_H
#define FUZZ_LINUX_SOCKET_H

#include_next <linux/socket.h>
#include <sys/socket.h>

#endif /* FUZZ_LINUX_SOCKET_H */
