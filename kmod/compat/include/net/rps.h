/* SPDX-License-Identifier: GPL-2.0 */
/*
 * <net/rps.h>: since 6.9; before, what is in it was in <linux/netdevice.h>.
 */
#include "probed.h"

#ifdef VXM_HAVE_NET_RPS
#include_next <net/rps.h>
#else
#include <linux/netdevice.h>
#endif
