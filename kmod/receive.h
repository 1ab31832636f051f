/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A mirror packet's way, whichever front it came by.
 */
#ifndef _VXM_RECEIVE_H
#define _VXM_RECEIVE_H

#include <linux/skbuff.h>

#include "packet.h"

struct vxm_port;

void vxm_receive(struct vxm_port *port, struct sk_buff *skb,
		 struct vxm_packet *packet);

#endif /* _VXM_RECEIVE_H */
