/* SPDX-License-Identifier: GPL-2.0 */
/*
 * <net/gso.h>: since 6.5; before, what is in it was in <linux/netdevice.h>.
 */
#include "probed.h"

#ifdef VXM_HAVE_NET_GSO
#include_next <net/gso.h>
#else
#include <linux/netdevice.h>
#endif
