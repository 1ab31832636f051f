/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A UDP port of one namespace on which mirror packets are taken.
 */
#ifndef _VXM_PORT_H
#define _VXM_PORT_H

#include <linux/list.h>
#include <linux/u64_stats_sync.h>
#include <linux/vxmirror.h>
#include <linux/workqueue.h>

#include "vni.h"

struct netlink_ext_ack;
struct nlattr;
struct sock;
struct vxm_net;

/**
 * struct vxm_port_counters - what one CPU counted for a port; written in
 *	softirq only
 * @early: mirror packets that came by the ingress front
 * @socket: mirror packets that came by the socket front
 * @syncp: makes the values readable in one piece on 32-bit machines
 */
struct vxm_port_counters {
	u64_stats_t early;
	u64_stats_t socket;
	struct u64_stats_sync syncp;
};

/**
 * struct vxm_port - a port in use; packets find it under RCU
 * @vn: namespace
 * @number: UDP port, host byte order
 * @wire_number: the same, network byte order
 * @front: an enum vxm_front (written under RTNL)
 * @n_vnis: VNI entries on it; the last one's end releases it (RTNL)
 * @counters: packets by front (per CPU)
 * @vnis: the VNI entries
 * @sk4: IPv4 socket
 * @sk6: IPv6 socket, NULL where the host has no IPv6
 * @list: in &vxm_net.ports, by number (RCU, written under RTNL)
 * @rwork: frees it after a grace period
 */
struct vxm_port {
	struct vxm_net *vn;
	u16 number;
	__be16 wire_number;
	u8 front;
	u32 n_vnis;
	struct vxm_port_counters __percpu *counters;
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
void vxm_port_set_front(struct vxm_port *port, enum vxm_front front);
void vxm_port_sum(const struct vxm_port *port, u64 *early, u64 *socket);

/**
 * vxm_port_count_early() - a mirror packet came by the ingress front
 * @port: the port
 *
 * Context: softirq.
 */
static inline void vxm_port_count_early(struct vxm_port *port)
{
	struct vxm_port_counters *c = this_cpu_ptr(port->counters);

	u64_stats_update_begin(&c->syncp);
	u64_stats_inc(&c->early);
	u64_stats_update_end(&c->syncp);
}

/**
 * vxm_port_count_socket() - a mirror packet came by the socket front
 * @port: the port
 *
 * Context: softirq.
 */
static inline void vxm_port_count_socket(struct vxm_port *port)
{
	struct vxm_port_counters *c = this_cpu_ptr(port->counters);

	u64_stats_update_begin(&c->syncp);
	u64_stats_inc(&c->socket);
	u64_stats_update_end(&c->syncp);
}

#endif /* _VXM_PORT_H */
