// SPDX-License-Identifier: GPL-2.0
/*
 * The key of the flows' hash, so that nobody who sends can choose a queue.
 */
#include <linux/cache.h>
#include <linux/random.h>

#include "flow.h"

u64 vxm_flow_key[VXM_FLOW_KEYS] __read_mostly;

/**
 * vxm_flow_init() - make the key; before there are packets
 */
void vxm_flow_init(void)
{
	get_random_bytes(vxm_flow_key, sizeof(vxm_flow_key));
}
