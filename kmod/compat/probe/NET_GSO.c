// SPDX-License-Identifier: GPL-2.0
/* absent: net/gso\.h.*\(No such file\|not found\) */
#include <linux/skbuff.h>
#include <net/gso.h>
