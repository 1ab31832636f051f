// SPDX-License-Identifier: GPL-2.0
/*
 * Ports: taken with their first VNI entry, released with their last.
 */
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

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
	list_add_tail(&port->list, before);
	vn->n_ports++;
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

	port = kzalloc(sizeof(*port), GFP_KERNEL_ACCOUNT);
	if (!port)
		return ERR_PTR(-ENOMEM);
	port->vn = vn;
	port->number = number;
	vxm_vni_table_init(&port->vnis);

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
	return port;

rest:
	if (!vn->n_ports)
		vxm_sessions_rest(&vn->sessions);
free_port:
	kfree(port);
	return ERR_PTR(err);
}

static void vxm_port_free(struct work_struct *work)
{
	struct vxm_port *port = container_of(to_rcu_work(work),
					     struct vxm_port, rwork);

	vxm_vni_table_free(&port->vnis);
	kfree(port);
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
	list_del(&port->list);
	port->vn->n_ports--;
	vxm_socket_close(port);
	if (!port->vn->n_ports)
		vxm_sessions_rest(&port->vn->sessions);
	/* packets that found the port through its socket may still use it */
	INIT_RCU_WORK(&port->rwork, vxm_port_free);
	queue_rcu_work(vxm_wq, &port->rwork);
}
