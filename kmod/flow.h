/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which receive queue an inner flow goes to.
 */
#ifndef _VXM_FLOW_H
#define _VXM_FLOW_H

#include <linux/skbuff.h>

u16 vxm_flow_queue(const struct sk_buff *skb);

#endif /* _VXM_FLOW_H */
