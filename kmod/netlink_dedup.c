// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: dedup groups. They come and go with the VNI entries that name them.
 */
#include <linux/rtnetlink.h>

#include "dedup.h"
#include "netlink.h"
#include "pernet.h"

static int vxm_nl_fill_dedup(struct sk_buff *skb, const void *object)
{
	const struct vxm_dedup *dedup = object;

	if (nla_put_string(skb, VXM_ATTR_DEDUP, dedup->name) ||
	    nla_put_u32(skb, VXM_ATTR_DEDUP_WINDOW, dedup->window) ||
	    nla_put_u32(skb, VXM_ATTR_USERS, dedup->users) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_DEDUP_MEMORY, vxm_dedup_memory()) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_DEDUP_EVICTED,
			   vxm_dedup_evicted(dedup)))
		return -EMSGSIZE;
	return 0;
}

static int vxm_nl_make_dedup(struct vxm_net *vn, struct genl_info *info,
			     struct vxm_dedup **dedup)
{
	struct nlattr *name = info->attrs[VXM_ATTR_DEDUP];

	if (!vxm_nl_is_name(nla_data(name))) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "a dedup group's name has letters, digits, '_', '-' and '.', and begins with a letter or a digit");
		return -EINVAL;
	}
	if (vn->n_dedups >= VXM_MAX_DEDUPS) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "the limit on dedup groups is reached");
		return -ENOSPC;
	}
	*dedup = vxm_dedup_make(vn, nla_data(name));
	return *dedup ? 0 : -ENOMEM;
}

/**
 * vxm_nl_use_dedup() - the group that a VNI entry is to have
 * @vn: namespace
 * @info: request
 * @dedup: the group that it has by now, or NULL; becomes the one that the
 *	request names, if it does. The caller uses it from then on, until
 *	vxm_dedup_unuse(). It is made when it does not exist.
 *
 * Context: RTNL, may sleep.
 * Return: 0 or a negative errno.
 */
int vxm_nl_use_dedup(struct vxm_net *vn, struct genl_info *info,
		     struct vxm_dedup **dedup)
{
	struct nlattr *name = info->attrs[VXM_ATTR_DEDUP];

	if (name) {
		*dedup = vxm_dedup_find(vn, nla_data(name));
		if (!*dedup && *(const char *)nla_data(name))
			return vxm_nl_make_dedup(vn, info, dedup);
	}
	vxm_dedup_use(*dedup);
	return 0;
}

static struct vxm_dedup *vxm_nl_dedup(struct vxm_net *vn,
				      struct genl_info *info)
{
	struct nlattr *name = info->attrs[VXM_ATTR_DEDUP];
	struct vxm_dedup *dedup = vxm_dedup_find(vn, nla_data(name));

	if (dedup)
		return dedup;
	NL_SET_ERR_MSG_ATTR(info->extack, name,
			    "no VNI entry is in a dedup group of this name");
	return ERR_PTR(-ENOENT);
}

/**
 * vxm_nl_dedup_set() - %VXM_CMD_DEDUP_SET
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_dedup_set(struct vxm_net *vn, struct genl_info *info)
{
	struct vxm_dedup *dedup = vxm_nl_dedup(vn, info);

	if (IS_ERR(dedup))
		return PTR_ERR(dedup);
	vxm_dedup_set_window(dedup,
			     nla_get_u32(info->attrs[VXM_ATTR_DEDUP_WINDOW]));
	vxm_net_changed(vn);
	vxm_nl_notify(vn, VXM_CMD_DEDUP_SET_NTF, vxm_nl_fill_dedup, dedup);
	return 0;
}

/**
 * vxm_nl_dedup_get() - %VXM_CMD_DEDUP_GET for one group
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_dedup_get(struct vxm_net *vn, struct genl_info *info)
{
	struct vxm_dedup *dedup = vxm_nl_dedup(vn, info);

	if (IS_ERR(dedup))
		return PTR_ERR(dedup);
	return vxm_nl_reply(info, vxm_nl_fill_dedup, dedup);
}

/**
 * vxm_nl_dedup_dump() - %VXM_CMD_DEDUP_GET for all groups
 * @skb: the dump's buffer
 * @cb: the dump; its cursor is the latest group's id
 *
 * Return: bytes in @skb.
 */
int vxm_nl_dedup_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vxm_nl_dump *dump = vxm_nl_dump_state(cb);
	struct vxm_dedup *dedup;

	rtnl_lock();
	cb->seq = dump->vn->config_seq;
	list_for_each_entry(dedup, &dump->vn->dedups, list) {
		if (dedup->id <= dump->cursor)
			continue;
		if (vxm_nl_dump_one(skb, cb, VXM_CMD_DEDUP_GET,
				    vxm_nl_fill_dedup, dedup))
			break;
		dump->cursor = dedup->id;
	}
	rtnl_unlock();
	return skb->len;
}
