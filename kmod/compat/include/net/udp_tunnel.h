/* SPDX-License-Identifier: GPL-2.0 */
/*
 * setup_udp_tunnel_sock(), udp_tunnel_sock_release() with a struct sock: since
 * 7.0; before, with a struct socket.
 */
#ifndef _VXM_COMPAT_NET_UDP_TUNNEL_H
#define _VXM_COMPAT_NET_UDP_TUNNEL_H

#include_next <net/udp_tunnel.h>
#include "probed.h"

#ifndef VXM_HAVE_UDP_TUNNEL_SOCK
#define setup_udp_tunnel_sock(net, sk, cfg) \
	setup_udp_tunnel_sock(net, (sk)->sk_socket, cfg)
#define udp_tunnel_sock_release(sk) \
	udp_tunnel_sock_release((sk)->sk_socket)
#endif

#endif /* _VXM_COMPAT_NET_UDP_TUNNEL_H */
