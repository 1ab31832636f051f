/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mirror packets with their outer headers, as an interface hands them in.
 */
#ifndef _VXM_KUNIT_OUTER_H
#define _VXM_KUNIT_OUTER_H

#include <linux/skbuff.h>
#include <linux/socket.h>

#include "layout.h"

size_t vxm_kunit_outer_len(sa_family_t family);
size_t vxm_kunit_outer(sa_family_t family, const u8 *payload, size_t len,
		       u8 *packet);
void vxm_kunit_outer_sum(u8 *packet);
struct sk_buff *vxm_kunit_outer_skb(const u8 *packet, size_t len,
				    const struct vxm_kunit_layout *layout,
				    struct net_device *dev,
				    struct vxm_kunit_pages *pages);

#endif /* _VXM_KUNIT_OUTER_H */
