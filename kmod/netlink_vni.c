// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: VNI entries.
 */
#include <linux/rtnetlink.h>

#include "dedup.h"
#include "device.h"
#include "filter.h"
#include "netlink.h"
#include "pernet.h"
#include "vni.h"

/* Those that are not the default. */
static int vxm_nl_put_settings(struct sk_buff *skb, const struct vxm_vni *entry)
{
	const struct vxm_vni_settings *set = &entry->settings;
	const struct vxm_filter *filter = rtnl_dereference(set->filter);
	const struct vxm_dedup *dedup = rtnl_dereference(set->dedup);
	u16 vlan = set->vlan;

	if ((vlan && nla_put_u16(skb, VXM_ATTR_VLAN, vlan)) ||
	    (set->vlan & VXM_VLAN_EACH &&
	     nla_put_u16(skb, VXM_ATTR_VLAN_LAST,
			 vlan + entry->key.last - entry->key.first)) ||
	    (set->snaplen &&
	     nla_put_u32(skb, VXM_ATTR_SNAPLEN, set->snaplen)) ||
	    (set->repair && nla_put_u8(skb, VXM_ATTR_REPAIR, set->repair)) ||
	    (filter && nla_put_string(skb, VXM_ATTR_FILTER, filter->name)) ||
	    (dedup && nla_put_string(skb, VXM_ATTR_DEDUP, dedup->name)) ||
	    (set->sources && nla_put_u8(skb, VXM_ATTR_SOURCES, set->sources)))
		return -EMSGSIZE;
	return 0;
}

static int vxm_nl_fill_vni(struct sk_buff *skb, const void *object)
{
	const struct vxm_vni *entry = object;
	const struct net_device *dev = rtnl_dereference(entry->dev);
	const struct vxm_vni_key *key = &entry->key;
	struct vxm_totals totals = {};

	if (nla_put_u16(skb, VXM_ATTR_PORT, key->port))
		return -EMSGSIZE;
	if (key->kind == VXM_VNI_ANY) {
		if (nla_put_flag(skb, VXM_ATTR_VNI_ANY))
			return -EMSGSIZE;
	} else if (nla_put_u32(skb, VXM_ATTR_VNI, key->first)) {
		return -EMSGSIZE;
	}
	if (key->kind == VXM_VNI_RANGE &&
	    nla_put_u32(skb, VXM_ATTR_VNI_LAST, key->last))
		return -EMSGSIZE;
	if (nla_put_string(skb, VXM_ATTR_IFNAME, dev->name) ||
	    nla_put_u32(skb, VXM_ATTR_IFINDEX, dev->ifindex))
		return -EMSGSIZE;
	if (vxm_nl_put_settings(skb, entry))
		return -EMSGSIZE;
	vxm_counters_sum(&totals, entry->counters);
	return vxm_nl_put_totals(skb, &totals);
}

/**
 * vxm_nl_notify_vni() - a VNI entry was made or changed, or is being removed
 * @entry: the entry
 * @cmd: the notification
 *
 * Context: RTNL.
 */
void vxm_nl_notify_vni(struct vxm_vni *entry, u8 cmd)
{
	vxm_nl_notify(entry->vn, cmd, vxm_nl_fill_vni, entry);
}

static int vxm_nl_get_range(struct genl_info *info, struct vxm_vni_key *key)
{
	struct nlattr *first = info->attrs[VXM_ATTR_VNI];
	struct nlattr *last = info->attrs[VXM_ATTR_VNI_LAST];
	int err;

	key->kind = VXM_VNI_NUMBER;
	err = vxm_nl_get_vni(first, info->extack, &key->first);
	if (err)
		return err;
	key->last = key->first;
	if (!last)
		return 0;

	key->kind = VXM_VNI_RANGE;
	err = vxm_nl_get_vni(last, info->extack, &key->last);
	if (err)
		return err;
	if (key->last > key->first)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, last,
			    "the last VNI of a range is above its first");
	return -EINVAL;
}

/* The words of a VNI entry, out of a request. */
static int vxm_nl_get_key(struct genl_info *info, struct vxm_vni_key *key)
{
	struct nlattr *first = info->attrs[VXM_ATTR_VNI];
	struct nlattr *last = info->attrs[VXM_ATTR_VNI_LAST];
	struct nlattr *any = info->attrs[VXM_ATTR_VNI_ANY];

	memset(key, 0, sizeof(*key));
	key->port = vxm_nl_get_port(info);
	if (any && (first || last)) {
		NL_SET_ERR_MSG_ATTR(info->extack, any,
				    "'any' stands alone, without a VNI");
		return -EINVAL;
	}
	if (any) {
		key->kind = VXM_VNI_ANY;
		key->last = VXM_VNI_MAX;
		return 0;
	}
	if (!first) {
		NL_SET_ERR_MSG(info->extack,
			       "a VNI, a range of them or 'any' is needed");
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, VXM_ATTR_VNI);
		return -EINVAL;
	}
	return vxm_nl_get_range(info, key);
}

/* The VNI entry that the request names, or ERR_PTR. */
static struct vxm_vni *vxm_nl_get_entry(struct vxm_net *vn,
					struct genl_info *info)
{
	struct vxm_vni_key key;
	struct vxm_vni *entry;
	int err;

	err = vxm_nl_get_key(info, &key);
	if (err)
		return ERR_PTR(err);
	entry = vxm_vni_find(vn, &key);
	if (entry)
		return entry;
	NL_SET_ERR_MSG_ATTR(info->extack,
			    info->attrs[VXM_ATTR_VNI] ?:
			    info->attrs[VXM_ATTR_VNI_ANY],
			    "there is no such VNI entry on this port; an entry is named by the words it was made with");
	return ERR_PTR(-ENOENT);
}

static int vxm_nl_get_vlan(struct genl_info *info,
			   const struct vxm_vni_key *key, u32 *vlan)
{
	struct nlattr *first = info->attrs[VXM_ATTR_VLAN];
	struct nlattr *last = info->attrs[VXM_ATTR_VLAN_LAST];

	if (last && (!first || !nla_get_u16(first))) {
		NL_SET_ERR_MSG_ATTR(info->extack, last,
				    "a range of VLANs needs its first");
		return -EINVAL;
	}
	if (first)
		*vlan = nla_get_u16(first);
	if (!last)
		return 0;
	if (key->kind != VXM_VNI_RANGE) {
		NL_SET_ERR_MSG_ATTR(info->extack, last,
				    "a range of VLANs goes with a range of VNIs");
		return -EINVAL;
	}
	if (nla_get_u16(last) - (s64)*vlan != (s64)key->last - key->first) {
		NL_SET_ERR_MSG_ATTR(info->extack, last,
				    "there must be as many VLANs as VNIs");
		return -EINVAL;
	}
	*vlan |= VXM_VLAN_EACH;
	return 0;
}

/*
 * What the request says of an entry's settings; the others stay. The caller
 * uses their dedup group when there is no error.
 */
static int vxm_nl_get_settings(struct vxm_net *vn, struct genl_info *info,
			       const struct vxm_vni_key *key,
			       struct vxm_vni_settings *set)
{
	struct nlattr *snaplen = info->attrs[VXM_ATTR_SNAPLEN];
	struct vxm_dedup *dedup = rtnl_dereference(set->dedup);
	struct vxm_filter *filter;
	int err;

	if (snaplen) {
		err = vxm_nl_get_snaplen(snaplen, info->extack, &set->snaplen);
		if (err)
			return err;
	}
	if (info->attrs[VXM_ATTR_FILTER]) {
		filter = vxm_nl_get_filter(vn, info);
		if (IS_ERR(filter))
			return PTR_ERR(filter);
		RCU_INIT_POINTER(set->filter, filter);
	}
	if (info->attrs[VXM_ATTR_REPAIR])
		set->repair = nla_get_u8(info->attrs[VXM_ATTR_REPAIR]);
	if (info->attrs[VXM_ATTR_SOURCES])
		set->sources = nla_get_u8(info->attrs[VXM_ATTR_SOURCES]);
	err = vxm_nl_get_vlan(info, key, &set->vlan);
	if (err)
		return err;
	/* the last one, so that no refusal leaves a group without an entry */
	err = vxm_nl_use_dedup(vn, info, &dedup);
	RCU_INIT_POINTER(set->dedup, dedup);
	return err;
}

/**
 * vxm_nl_vni_new() - %VXM_CMD_VNI_NEW
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_vni_new(struct vxm_net *vn, struct genl_info *info)
{
	struct vxm_vni_settings settings = {};
	struct vxm_vni_key key;
	int err;

	err = vxm_nl_get_key(info, &key);
	if (err)
		return err;
	err = vxm_nl_get_settings(vn, info, &key, &settings);
	if (err)
		return err;
	err = vxm_vni_add(vn, &key, &settings, info->attrs, info->extack);
	vxm_dedup_unuse(vn, rtnl_dereference(settings.dedup));
	return err;
}

/**
 * vxm_nl_vni_set() - %VXM_CMD_VNI_SET
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_vni_set(struct vxm_net *vn, struct genl_info *info)
{
	struct vxm_vni *entry = vxm_nl_get_entry(vn, info);
	struct nlattr *name = info->attrs[VXM_ATTR_IFNAME];
	struct vxm_vni_settings settings;
	struct net_device *dev;
	int err;

	if (IS_ERR(entry))
		return PTR_ERR(entry);
	settings = entry->settings;
	dev = rtnl_dereference(entry->dev);
	if (name) {
		dev = vxm_device_get(vn->net, name, info->extack);
		if (IS_ERR(dev))
			return PTR_ERR(dev);
	}
	err = vxm_nl_get_settings(vn, info, &entry->key, &settings);
	if (err)
		return err;
	err = name ? dev_open(dev, info->extack) : 0;
	if (!err)
		vxm_vni_set(entry, dev, &settings);
	vxm_dedup_unuse(vn, rtnl_dereference(settings.dedup));
	return err;
}

/**
 * vxm_nl_vni_del() - %VXM_CMD_VNI_DEL
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_vni_del(struct vxm_net *vn, struct genl_info *info)
{
	struct vxm_vni *entry = vxm_nl_get_entry(vn, info);

	if (IS_ERR(entry))
		return PTR_ERR(entry);
	vxm_vni_del(entry);
	vxm_sessions_sweep(&vn->sessions);
	return 0;
}

/**
 * vxm_nl_vni_get() - %VXM_CMD_VNI_GET for one entry
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_vni_get(struct vxm_net *vn, struct genl_info *info)
{
	struct vxm_vni *entry = vxm_nl_get_entry(vn, info);

	if (IS_ERR(entry))
		return PTR_ERR(entry);
	return vxm_nl_reply(info, vxm_nl_fill_vni, entry);
}

static bool vxm_nl_vni_wanted(const struct vxm_nl_dump *dump,
			      const struct vxm_vni *entry)
{
	if (dump->by_port && dump->by_port != entry->key.port)
		return false;
	return !dump->by_ifindex ||
	       dump->by_ifindex == rtnl_dereference(entry->dev)->ifindex;
}

/**
 * vxm_nl_vni_dump() - %VXM_CMD_VNI_GET for all entries, in key order
 * @skb: the dump's buffer
 * @cb: the dump
 *
 * Goes on by key, so that entries which come and go meanwhile neither hide
 * nor repeat another.
 *
 * Return: bytes in @skb.
 */
int vxm_nl_vni_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vxm_nl_dump *dump = vxm_nl_dump_state(cb);
	struct vxm_vni_key after = {
		.port = dump->port,
		.kind = dump->kind,
		.last = dump->last,
	};
	struct vxm_vni *entry;

	rtnl_lock();
	cb->seq = dump->vn->config_seq;
	while ((entry = vxm_vni_next(dump->vn, &after))) {
		if (vxm_nl_vni_wanted(dump, entry) &&
		    vxm_nl_dump_one(skb, cb, VXM_CMD_VNI_GET, vxm_nl_fill_vni,
				    entry))
			break;
		after = entry->key;
	}
	rtnl_unlock();
	dump->port = after.port;
	dump->kind = after.kind;
	dump->last = after.last;
	return skb->len;
}
