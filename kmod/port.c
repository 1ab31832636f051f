// SPDX-License-Identifier: GPL-2.0
/*
 * Ports: taken with their first VNI entry, released with their last.
 */
#include <linux/netlink.h>
#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "ingress.h"
#include "netlink.h"
#include "pernet.h"
#include "port.h"
#include "socket.h"

/**
 * vxm_port_find() - the port of that number, if it is in use
 * @vn: namespace
 * @number: UDP port, host byte order
 *
 * Context: RTNL.
 * Return: the port or NULL.
 */
struct vxm_port *vxm_port_find(struct vxm_net *vn, u16 number)
{
	struct vxm_port *port;

	ASSERT_RTNL();
	list_for_each_entry(port, &vn->ports, list)
		if (port->number == number)
			return port;
	return NULL;
}

static void vxm_port_insert(struct vxm_net *vn, struct vxm_port *port)
{
	struct list_head *before = &vn->ports;
	struct vxm_port *other;

	list_for_each_entry(other, &vn->ports, list) {
		if (other->number > port->number) {
			before = &other->list;
			break;
		}
	}
	list_add_tail_rcu(&port->list, before);
	vn->n_ports++;
}

static struct vxm_port *vxm_port_alloc(struct vxm_net *vn, u16 number)
{
	struct vxm_port *port;
	int cpu;

	port = kzalloc(sizeof(*port), GFP_KERNEL_ACCOUNT);
	if (!port)
		return NULL;
	port->counters = alloc_percpu_gfp(struct vxm_port_counters,
					  GFP_KERNEL_ACCOUNT);
	if (!port->counters) {
		kfree(port);
		return NULL;
	}
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(port->counters, cpu)->syncp);
	port->vn = vn;
	port->number = number;
	port->wire_number = htons(number);
	vxm_vni_table_init(&port->vnis);
	return port;
}

static void vxm_port_free(struct vxm_port *port)
{
	vxm_vni_table_free(&port->vnis);
	free_percpu(port->counters);
	kfree(port);
}

/* The port is in the list, and takes packets early. */
static void vxm_port_early_on(struct vxm_net *vn)
{
	if (!vn->n_early++)
		vxm_ingress_start(vn);
}

static void vxm_port_early_off(struct vxm_net *vn)
{
	if (!--vn->n_early)
		vxm_ingress_stop(vn);
}

/**
 * vxm_port_get() - the port of that number, taken now if it was not before
 * @vn: namespace
 * @number: UDP port, host byte order
 * @attr: attribute with the number, for a refusal, or NULL
 * @extack: gets the reason when it cannot be had
 *
 * The caller then adds a VNI entry to it, or gives it back with
 * vxm_port_put().
 *
 * Context: RTNL, may sleep.
 * Return: the port, or ERR_PTR: -EADDRINUSE, -ENOSPC at the limit, -ENOMEM.
 */
struct vxm_port *vxm_port_get(struct vxm_net *vn, u16 number,
			      const struct nlattr *attr,
			      struct netlink_ext_ack *extack)
{
	struct vxm_port *port = vxm_port_find(vn, number);
	int err;

	if (port)
		return port;
	if (vn->n_ports >= vn->max_ports) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "the limit on ports is reached");
		return ERR_PTR(-ENOSPC);
	}

	port = vxm_port_alloc(vn, number);
	if (!port)
		return ERR_PTR(-ENOMEM);

	err = vxm_unknown_start(&vn->unknown);
	if (err)
		goto free_port;
	err = vxm_sessions_start(&vn->sessions);
	if (err)
		goto free_port;
	err = vxm_socket_open(port, attr, extack);
	if (err)
		goto rest;
	vxm_port_insert(vn, port);
	vxm_port_early_on(vn);
	return port;

rest:
	if (!vn->n_ports)
		vxm_sessions_rest(&vn->sessions);
free_port:
	vxm_port_free(port);
	return ERR_PTR(err);
}

static void vxm_port_end(struct work_struct *work)
{
	vxm_port_free(container_of(to_rcu_work(work), struct vxm_port, rwork));
}

/**
 * vxm_port_put() - release the port if no VNI entry is left on it
 * @port: the port; not to be touched afterwards
 *
 * Context: RTNL, may sleep.
 */
void vxm_port_put(struct vxm_port *port)
{
	ASSERT_RTNL();
	if (port->n_vnis)
		return;
	list_del_rcu(&port->list);
	port->vn->n_ports--;
	if (port->front == VXM_FRONT_AUTO)
		vxm_port_early_off(port->vn);
	vxm_socket_close(port);
	if (!port->vn->n_ports)
		vxm_sessions_rest(&port->vn->sessions);
	/* packets that found the port may still use it */
	INIT_RCU_WORK(&port->rwork, vxm_port_end);
	queue_rcu_work(vxm_wq, &port->rwork);
}

/**
 * vxm_port_set_front() - say where the port's packets are taken
 * @port: the port
 * @front: the front
 *
 * Context: RTNL, may sleep.
 */
void vxm_port_set_front(struct vxm_port *port, enum vxm_front front)
{
	ASSERT_RTNL();
	if (port->front == front)
		return;
	WRITE_ONCE(port->front, front);
	if (front == VXM_FRONT_AUTO)
		vxm_port_early_on(port->vn);
	else
		vxm_port_early_off(port->vn);
	vxm_net_changed(port->vn);
	vxm_nl_notify_port(port);
}

/**
 * vxm_port_sum() - packets by front, over all CPUs
 * @port: the port
 * @early: gets those of the ingress front
 * @socket: gets those of the socket front
 *
 * Context: any.
 */
void vxm_port_sum(const struct vxm_port *port, u64 *early, u64 *socket)
{
	unsigned int start;
	u64 one, other;
	int cpu;

	*early = 0;
	*socket = 0;
	for_each_possible_cpu(cpu) {
		const struct vxm_port_counters *c =
			per_cpu_ptr(port->counters, cpu);

		do {
			start = u64_stats_fetch_begin(&c->syncp);
			one = u64_stats_read(&c->early);
			other = u64_stats_read(&c->socket);
		} while (u64_stats_fetch_retry(&c->syncp, start));
		*early += one;
		*socket += other;
	}
}
