// SPDX-License-Identifier: GPL-2.0
/* absent: net/rps\.h.*\(No such file\|not found\) */
#include <linux/netdevice.h>
#include <net/rps.h>
