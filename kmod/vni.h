/* SPDX-License-Identifier: GPL-2.0 */
/*
 * VNI entries: which VNIs of a port go to which mirror device.
 */
#ifndef _VXM_VNI_H
#define _VXM_VNI_H

#include <linux/list.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "counters.h"

struct net_device;
struct netlink_ext_ack;
struct nlattr;
struct vxm_dedup;
struct vxm_filter;
struct vxm_net;
struct vxm_port;

/**
 * enum vxm_vni_kind - how an entry was worded; the order is that of
 *	precedence and of dumps
 * @VXM_VNI_NUMBER: one VNI
 * @VXM_VNI_RANGE: more than one
 * @VXM_VNI_ANY: all that no other entry covers
 */
enum vxm_vni_kind {
	VXM_VNI_NUMBER,
	VXM_VNI_RANGE,
	VXM_VNI_ANY,
};

/**
 * struct vxm_vni_key - the words that an entry was made with
 * @port: UDP port, host byte order
 * @kind: number, range or any
 * @first: the VNI, or a range's first; 0 for any
 * @last: the same VNI, or a range's last; %VXM_VNI_MAX for any
 */
struct vxm_vni_key {
	u16 port;
	enum vxm_vni_kind kind;
	u32 first;
	u32 last;
};

/* In &vxm_vni_settings.vlan: the tag is the first VNI's, others follow it. */
#define VXM_VLAN_EACH BIT(16)

/**
 * struct vxm_vni_settings - what is to be done with an entry's frames; each is
 *	read and written as a whole while packets come
 * @vlan: the 802.1Q tag that they are shown with, 0 for none; with
 *	%VXM_VLAN_EACH
 * @snaplen: bytes that are left of a longer one, 0 for no limit
 * @repair: truncated ones get lengths and checksums that fit
 * @sources: an enum vxm_sources
 * @filter: decides about them, or NULL (RCU)
 * @dedup: group in which each packet is delivered once, or NULL (RCU)
 */
struct vxm_vni_settings {
	u32 vlan;
	u32 snaplen;
	u8 repair;
	u8 sources;
	struct vxm_filter __rcu *filter;
	struct vxm_dedup __rcu *dedup;
};

/**
 * struct vxm_vni - a VNI entry; packets find it under RCU
 * @key: identity
 * @vn: namespace
 * @port: the port it is on
 * @dev: the mirror device it delivers to, never NULL while it can be found
 * @plain: no setting is other than the default (written under RTNL)
 * @unchanged: frames that are taken are shown, once each time they come, and
 *	as they come: no setting says more than which they are (written under
 *	RTNL)
 * @settings: what is to be done with its frames (written under RTNL)
 * @counters: what came in and what became of it (per CPU)
 * @dev_list: in &vxm_device.vnis (RTNL)
 * @dying: in &vxm_net.dying, from when it cannot be found any more (RTNL)
 */
struct vxm_vni {
	struct vxm_vni_key key;
	struct vxm_net *vn;
	struct vxm_port *port;
	struct net_device __rcu *dev;
	bool plain;
	bool unchanged;
	struct vxm_vni_settings settings;
	struct vxm_counters __percpu *counters;
	struct list_head dev_list;
	struct list_head dying;
};

/**
 * struct vxm_vni_table - a port's entries; read under RCU, written under RTNL
 * @numbers: entries of one VNI, by VNI
 * @ranges: entries of more, by last VNI; they do not overlap, so the first one
 *	from a VNI on is the only one that can cover it
 * @any: the entry for all others, or NULL
 */
struct vxm_vni_table {
	struct xarray numbers;
	struct xarray ranges;
	struct vxm_vni __rcu *any;
};

void vxm_vni_table_init(struct vxm_vni_table *table);
void vxm_vni_table_free(struct vxm_vni_table *table);

struct vxm_vni *vxm_vni_lookup(struct vxm_port *port, u32 vni);

struct vxm_vni *vxm_vni_find(struct vxm_net *vn, const struct vxm_vni_key *key);
struct vxm_vni *vxm_vni_next(struct vxm_net *vn,
			     const struct vxm_vni_key *after);
int vxm_vni_add(struct vxm_net *vn, const struct vxm_vni_key *key,
		const struct vxm_vni_settings *settings,
		struct nlattr **attrs, struct netlink_ext_ack *extack);
void vxm_vni_set(struct vxm_vni *entry, struct net_device *dev,
		 const struct vxm_vni_settings *settings);
void vxm_vni_del(struct vxm_vni *entry);
void vxm_vni_retire(struct work_struct *work);
void vxm_vni_sum(struct vxm_port *port, struct vxm_totals *totals);
void vxm_vni_sum_dying(struct vxm_net *vn, struct vxm_totals *totals);

#endif /* _VXM_VNI_H */
