/* SPDX-License-Identifier: GPL-2.0 */
/*
 * u64_stats_t: since 5.5. u64_stats_set(): since 6.1.
 */
#ifndef _VXM_COMPAT_LINUX_U64_STATS_SYNC_H
#define _VXM_COMPAT_LINUX_U64_STATS_SYNC_H

#include <linux/types.h>
#include_next <linux/u64_stats_sync.h>
#include "probed.h"

#ifndef VXM_HAVE_U64_STATS_T
typedef struct {
	u64 v;
} u64_stats_t;

static inline u64 u64_stats_read(const u64_stats_t *p)
{
	return READ_ONCE(p->v);
}

static inline void u64_stats_add(u64_stats_t *p, unsigned long val)
{
	WRITE_ONCE(p->v, p->v + val);
}

static inline void u64_stats_inc(u64_stats_t *p)
{
	u64_stats_add(p, 1);
}
#endif

#ifndef VXM_HAVE_U64_STATS_SET
static inline void u64_stats_set(u64_stats_t *p, u64 val)
{
	memcpy(p, &val, sizeof(val));
}
#endif

#endif /* _VXM_COMPAT_LINUX_U64_STATS_SYNC_H */
