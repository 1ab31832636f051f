/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The socket front.
 */
#ifndef _VXM_SOCKET_H
#define _VXM_SOCKET_H

struct netlink_ext_ack;
struct nlattr;
struct vxm_port;

int vxm_socket_open(struct vxm_port *port, const struct nlattr *attr,
		    struct netlink_ext_ack *extack);
void vxm_socket_close(struct vxm_port *port);

#endif /* _VXM_SOCKET_H */
