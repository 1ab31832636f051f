/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A UDP port of one namespace on which mirror packets are taken.
 */
#ifndef _VXM_PORT_H
#define _VXM_PORT_H

#include <linux/list.h>
#include <linux/workqueue.h>

#include "vni.h"

struct netlink_ext_ack;
struct nlattr;
struct sock;
struct vxm_net;

/**
 * struct vxm_port - a port in use; packets find it under RCU
 * @vn: namespace
 * @number: UDP port, host byte order
 * @n_vnis: VNI entries on it; the last one's end releases it (RTNL)
 * @vnis: the VNI entries
 * @sk4: IPv4 socket
 * @sk6: IPv6 socket, NULL where the host has no IPv6
 * @list: in &vxm_net.ports, by number (RTNL)
 * @rwork: frees it after a grace period
 */
struct vxm_port {
	struct vxm_net *vn;
	u16 number;
	u32 n_vnis;
	struct vxm_vni_table vnis;
	struct sock *sk4;
	struct sock *sk6;
	struct list_head list;
	struct rcu_work rwork;
};

struct vxm_port *vxm_port_find(struct vxm_net *vn, u16 number);
struct vxm_port *vxm_port_get(struct vxm_net *vn, u16 number,
			      const struct nlattr *attr,
			      struct netlink_ext_ack *extack);
void vxm_port_put(struct vxm_port *port);

#endif /* _VXM_PORT_H */
