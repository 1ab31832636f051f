/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ingress front's hook, asked alone or by the whole stack.
 */
#ifndef _VXM_KUNIT_HOOK_H
#define _VXM_KUNIT_HOOK_H

#include "layout.h"
#include "world.h"

/* Of a plain packet's inner frame, and of what follows its UDP header. */
#define VXM_KUNIT_FRAME 100
#define VXM_KUNIT_PAYLOAD (8 + VXM_KUNIT_FRAME)

extern const struct vxm_kunit_layout vxm_kunit_linear;

bool vxm_kunit_has_hook(const struct net_device *dev);
unsigned int vxm_kunit_ask_hook(struct sk_buff *skb);
void vxm_kunit_hand_in(struct sk_buff *skb);
u64 vxm_kunit_early(struct vxm_kunit_world *world);
size_t vxm_kunit_plain(struct vxm_kunit_world *world, sa_family_t family);
struct sk_buff *vxm_kunit_arrive(struct kunit *test, size_t len,
				 const struct vxm_kunit_layout *layout);
void vxm_kunit_left_alone(struct kunit *test, struct sk_buff *skb);
void vxm_kunit_taken(struct kunit *test, struct sk_buff *skb, size_t len);

#endif /* _VXM_KUNIT_HOOK_H */
