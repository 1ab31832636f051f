// SPDX-License-Identifier: GPL-2.0
/* absent: u64_stats_t */
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

u64 vxm_probe(const u64_stats_t *p);
