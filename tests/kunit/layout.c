// SPDX-License-Identifier: GPL-2.0
/*
 * A packet's bytes in an skb: how they can lie in memory.
 */
#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "layout.h"

/* Fragments do not begin where pages do. */
#define PAGE_OFFSET_OF_FRAG 5

/**
 * struct rest - the bytes that are not yet in the skb
 * @bytes: the next one
 * @len: how many
 */
struct rest {
	const u8 *bytes;
	size_t len;
};

static size_t rest_take(struct rest *rest, size_t wanted, u8 *to)
{
	size_t len = min(wanted, rest->len);

	memcpy(to, rest->bytes, len);
	rest->bytes += len;
	rest->len -= len;
	return len;
}

static bool add_frag(struct sk_buff *skb, struct rest *rest, size_t wanted,
		     struct vxm_kunit_pages *pages)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	size_t len;

	if (!page)
		return false;
	len = rest_take(rest, wanted, page_address(page) + PAGE_OFFSET_OF_FRAG);
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page,
			PAGE_OFFSET_OF_FRAG, len, PAGE_SIZE);
	get_page(page);
	pages->page[pages->n++] = page;
	return true;
}

static struct sk_buff *new_head(size_t headroom, size_t len, struct rest *rest)
{
	struct sk_buff *skb;

	len = min(len, rest->len);
	skb = alloc_skb(headroom + len, GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_reserve(skb, headroom);
	rest_take(rest, len, skb_put(skb, len));
	return skb;
}

static bool add_list(struct sk_buff *skb, struct rest *rest, const size_t *lens)
{
	struct sk_buff **end = &skb_shinfo(skb)->frag_list;
	struct sk_buff *one;
	int i;

	for (i = 0; i < VXM_KUNIT_PIECES && lens[i] && rest->len; i++) {
		one = new_head(0, lens[i], rest);
		if (!one)
			return false;
		*end = one;
		end = &one->next;
		skb->len += one->len;
		skb->data_len += one->len;
		skb->truesize += one->truesize;
	}
	return true;
}

/**
 * vxm_kunit_skb() - put a packet into an skb
 * @bytes: the packet
 * @len: its length; the layout has room for it
 * @layout: how
 * @pages: gets the pages of the fragments, for vxm_kunit_pages_held()
 *
 * Return: the skb or NULL.
 */
struct sk_buff *vxm_kunit_skb(const u8 *bytes, size_t len,
			      const struct vxm_kunit_layout *layout,
			      struct vxm_kunit_pages *pages)
{
	struct rest rest = { .bytes = bytes, .len = len };
	struct sk_buff *skb;
	int i;

	pages->n = 0;
	skb = new_head(layout->headroom, layout->head, &rest);
	if (!skb)
		return NULL;
	for (i = 0; i < VXM_KUNIT_PIECES && layout->frags[i] && rest.len; i++)
		if (!add_frag(skb, &rest, layout->frags[i], pages))
			goto free;
	if (!add_list(skb, &rest, layout->list))
		goto free;
	if (!rest.len)
		return skb;
free:
	kfree_skb(skb);
	vxm_kunit_pages_held(pages);
	return NULL;
}

/**
 * vxm_kunit_pages_held() - who still holds an skb's pages, which are let go of
 * @pages: the pages
 *
 * Return: how many of them somebody has a reference to.
 */
int vxm_kunit_pages_held(struct vxm_kunit_pages *pages)
{
	int held = 0;

	while (pages->n) {
		struct page *page = pages->page[--pages->n];

		held += page_count(page) != 1;
		put_page(page);
	}
	return held;
}
