/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the operator has asked to be changed in the frames of a VNI entry.
 */
#ifndef _VXM_EDIT_H
#define _VXM_EDIT_H

#include <linux/skbuff.h>
#include <linux/types.h>

bool vxm_repair(u8 *frame, unsigned int len);
bool vxm_edit_cut(struct sk_buff *skb, u32 snaplen, bool *truncated);
bool vxm_edit_repair(struct sk_buff *skb, bool *repaired);

#endif /* _VXM_EDIT_H */
