// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: ports. They come and go with their VNI entries.
 */
#include <linux/rtnetlink.h>

#include "netlink.h"
#include "pernet.h"
#include "port.h"

static int vxm_nl_fill_port(struct sk_buff *skb, const void *object)
{
	const struct vxm_port *port = object;
	u64 early, socket;

	vxm_port_sum(port, &early, &socket);
	if (nla_put_u16(skb, VXM_ATTR_PORT, port->number) ||
	    nla_put_u8(skb, VXM_ATTR_FRONT, port->front) ||
	    nla_put_u32(skb, VXM_ATTR_VNIS, port->n_vnis) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_EARLY_PACKETS, early) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_SOCKET_PACKETS, socket))
		return -EMSGSIZE;
	return 0;
}

/**
 * vxm_nl_notify_port() - a port was changed
 * @port: the port
 *
 * Context: RTNL.
 */
void vxm_nl_notify_port(struct vxm_port *port)
{
	vxm_nl_notify(port->vn, VXM_CMD_PORT_SET_NTF, vxm_nl_fill_port, port);
}

static struct vxm_port *vxm_nl_port(struct vxm_net *vn, struct genl_info *info)
{
	struct vxm_port *port = vxm_port_find(vn, vxm_nl_get_port(info));

	if (port)
		return port;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VXM_ATTR_PORT],
			    "no VNI entry uses this port");
	return ERR_PTR(-ENOENT);
}

/**
 * vxm_nl_port_set() - %VXM_CMD_PORT_SET
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_port_set(struct vxm_net *vn, struct genl_info *info)
{
	struct vxm_port *port = vxm_nl_port(vn, info);

	if (IS_ERR(port))
		return PTR_ERR(port);
	vxm_port_set_front(port, nla_get_u8(info->attrs[VXM_ATTR_FRONT]));
	return 0;
}

/**
 * vxm_nl_port_get() - %VXM_CMD_PORT_GET for one port
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_port_get(struct vxm_net *vn, struct genl_info *info)
{
	struct vxm_port *port = vxm_nl_port(vn, info);

	if (IS_ERR(port))
		return PTR_ERR(port);
	return vxm_nl_reply(info, vxm_nl_fill_port, port);
}

/**
 * vxm_nl_port_dump() - %VXM_CMD_PORT_GET for all ports
 * @skb: the dump's buffer
 * @cb: the dump; its cursor is the latest port's number
 *
 * Return: bytes in @skb.
 */
int vxm_nl_port_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vxm_nl_dump *dump = vxm_nl_dump_state(cb);
	struct vxm_port *port;

	rtnl_lock();
	cb->seq = dump->vn->config_seq;
	list_for_each_entry(port, &dump->vn->ports, list) {
		if (port->number <= dump->cursor)
			continue;
		if (vxm_nl_dump_one(skb, cb, VXM_CMD_PORT_GET,
				    vxm_nl_fill_port, port))
			break;
		dump->cursor = port->number;
	}
	rtnl_unlock();
	return skb->len;
}
