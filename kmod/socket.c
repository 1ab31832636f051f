// SPDX-License-Identifier: GPL-2.0
/*
 * The socket front: owns the UDP port on IPv4 and IPv6, and takes what the
 * stack hands to it: whole datagrams, reassembled and with good checksums.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netlink.h>
#include <linux/skbuff.h>
#include <linux/udp.h>
#include <net/sock.h>
#include <net/udp_tunnel.h>

#include "packet.h"
#include "pernet.h"
#include "port.h"
#include "receive.h"
#include "socket.h"

/*
 * encap_rcv: data is at the UDP header, which the stack has checked with the
 * length; the network header is the outer IP header.
 * Returns 0: the packet is ours, whatever becomes of it.
 */
static int vxm_socket_rcv(struct sock *sk, struct sk_buff *skb)
{
	struct vxm_port *port = rcu_dereference_sk_user_data(sk);
	struct vxm_packet *packet = vxm_packet(skb);

	/* the port is just being released: nobody is to answer for it */
	if (!port) {
		kfree_skb(skb);
		return 0;
	}

	if (sk->sk_family == AF_INET)
		vxm_source_ipv4(&packet->source, ip_hdr(skb)->saddr,
				port->number);
	else
		vxm_source_ipv6(&packet->source, &ipv6_hdr(skb)->saddr,
				port->number);

	/* the stack may have cut it from a GSO packet: forget its siblings */
	skb_mark_not_on_list(skb);
	__skb_pull(skb, sizeof(struct udphdr));
	vxm_port_count_socket(port);
	vxm_receive(port, skb, false);
	return 0;
}

static int vxm_socket_open_family(struct vxm_port *port, sa_family_t family,
				  struct sock **skp)
{
	struct udp_port_cfg port_cfg = {
		.family = family,
		.local_udp_port = htons(port->number),
		.ipv6_v6only = 1,
		/* a zero checksum over IPv6 is accepted, as RFC 6935 permits */
		.use_udp6_rx_checksums = 0,
	};
	struct udp_tunnel_sock_cfg tunnel_cfg = {
		.sk_user_data = port,
		.encap_type = 1,
		.encap_rcv = vxm_socket_rcv,
	};
	struct socket *sock;
	int err;

	err = udp_sock_create(port->vn->net, &port_cfg, &sock);
	if (err)
		return err;
	setup_udp_tunnel_sock(port->vn->net, sock->sk, &tunnel_cfg);
	*skp = sock->sk;
	return 0;
}

/**
 * vxm_socket_open() - take a port on IPv4, and on IPv6 where the host has it
 * @port: the port, number set
 * @attr: attribute with the number, for a refusal, or NULL
 * @extack: gets the reason when it cannot be had
 *
 * Context: RTNL, may sleep.
 * Return: 0; -EADDRINUSE; another negative errno. Nothing is left half open.
 */
int vxm_socket_open(struct vxm_port *port, const struct nlattr *attr,
		    struct netlink_ext_ack *extack)
{
	int err;

	err = vxm_socket_open_family(port, AF_INET, &port->sk4);
	if (err)
		goto refuse;
	err = vxm_socket_open_family(port, AF_INET6, &port->sk6);
	if (err && err != -EAFNOSUPPORT && err != -EPFNOSUPPORT)
		goto close4;
	return 0;

close4:
	udp_tunnel_sock_release(port->sk4);
refuse:
	if (err == -EADDRINUSE)
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "the UDP port is in use, likely by a vxlan device of the kernel ('ip -d link show type vxlan') or a program ('ss -lunp')");
	else
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "the UDP port cannot be opened");
	return err;
}

/**
 * vxm_socket_close() - give the port back
 * @port: the port; packets in flight may use it until a grace period is over
 *
 * Context: RTNL, may sleep.
 */
void vxm_socket_close(struct vxm_port *port)
{
	if (port->sk6)
		udp_tunnel_sock_release(port->sk6);
	udp_tunnel_sock_release(port->sk4);
}
