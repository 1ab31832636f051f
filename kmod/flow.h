/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which receive queue an inner flow goes to.
 */
#ifndef _VXM_FLOW_H
#define _VXM_FLOW_H

#include <linux/kernel.h>
#include <linux/types.h>

#include "parse.h"

extern u64 vxm_flow_key[VXM_FLOW_KEYS];

void vxm_flow_init(void);

/**
 * vxm_flow_queue() - the receive queue of a flow
 * @flow: &vxm_inner.flow
 * @n_queues: how many the device has
 *
 * Both directions of a connection, and both copies of a packet, get one queue.
 *
 * Return: 0 to @n_queues - 1.
 */
static inline u16 vxm_flow_queue(u32 flow, unsigned int n_queues)
{
	return reciprocal_scale(flow, n_queues);
}

#endif /* _VXM_FLOW_H */
