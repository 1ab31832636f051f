/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet's bytes in an skb: how they can lie in memory.
 */
#ifndef _VXM_KUNIT_LAYOUT_H
#define _VXM_KUNIT_LAYOUT_H

#include <linux/skbuff.h>

#define VXM_KUNIT_HEADROOM 64
#define VXM_KUNIT_PIECES MAX_SKB_FRAGS

/**
 * struct vxm_kunit_layout - where a packet's bytes lie
 * @headroom: before the first byte
 * @head: bytes in the linear part
 * @frags: bytes in page fragments, one after the other; 0: there is none
 * @list: bytes in the skbs of the fragment list, the same way
 *
 * More bytes than the packet has are no error: it ends where it ends.
 */
struct vxm_kunit_layout {
	size_t headroom;
	size_t head;
	size_t frags[VXM_KUNIT_PIECES];
	size_t list[VXM_KUNIT_PIECES];
};

/**
 * struct vxm_kunit_pages - the pages of an skb's fragments
 * @page: the pages, each with a reference of its own
 * @n: how many
 */
struct vxm_kunit_pages {
	struct page *page[2 * VXM_KUNIT_PIECES];
	int n;
};

struct sk_buff *vxm_kunit_skb(const u8 *bytes, size_t len,
			      const struct vxm_kunit_layout *layout,
			      struct vxm_kunit_pages *pages);
int vxm_kunit_pages_held(struct vxm_kunit_pages *pages);

#endif /* _VXM_KUNIT_LAYOUT_H */
