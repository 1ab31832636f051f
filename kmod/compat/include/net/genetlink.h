/* SPDX-License-Identifier: GPL-2.0 */
/*
 * GENL_MCAST_CAP_NET_ADMIN: since 6.7 and stable kernels from 6.1 on; older
 * stable kernels took the commands' flag for it.
 */
#ifndef _VXM_COMPAT_NET_GENETLINK_H
#define _VXM_COMPAT_NET_GENETLINK_H

#include_next <net/genetlink.h>

#ifndef GENL_MCAST_CAP_NET_ADMIN
#define GENL_MCAST_CAP_NET_ADMIN GENL_UNS_ADMIN_PERM
#endif

#endif /* _VXM_COMPAT_NET_GENETLINK_H */
