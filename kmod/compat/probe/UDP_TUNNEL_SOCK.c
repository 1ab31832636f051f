// SPDX-License-Identifier: GPL-2.0
/* absent: takes a struct socket */
#include <linux/build_bug.h>
#include <net/udp_tunnel.h>

/* a wrong argument would be a warning only, which a kernel may have off */
static_assert(__same_type(udp_tunnel_sock_release, void (struct sock *)),
	      "takes a struct socket");
