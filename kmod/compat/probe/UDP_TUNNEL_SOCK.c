// SPDX-License-Identifier: GPL-2.0
/* absent: incompatible[ -]pointer type */
#include <linux/types.h>
#include <net/udp_tunnel.h>

void vxm_probe(struct sock *sk);
void vxm_probe(struct sock *sk)
{
	udp_tunnel_sock_release(sk);
}
