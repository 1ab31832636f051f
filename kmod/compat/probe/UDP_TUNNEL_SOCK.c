// SPDX-License-Identifier: GPL-2.0
/* absent: takes a struct socket */
#include <linux/build_bug.h>
#include <net/udp_tunnel.h>

/* a wrong argument alone would be a warning, which a kernel may have off */
static_assert(__builtin_types_compatible_p(typeof(udp_tunnel_sock_release),
					   void (struct sock *)),
	      "takes a struct socket");
