// SPDX-License-Identifier: GPL-2.0
/* absent: u64_stats_\(set\|t\) */
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

void vxm_probe(u64_stats_t *p);
void vxm_probe(u64_stats_t *p)
{
	u64_stats_set(p, 0);
}
