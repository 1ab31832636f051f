// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: mirror devices.
 */
#include <linux/rtnetlink.h>

#include "device.h"
#include "netlink.h"
#include "pernet.h"

static int vxm_nl_fill_dev(struct sk_buff *skb, const void *object)
{
	const struct net_device *dev = object;
	const struct vxm_device *mirror = netdev_priv(dev);
	struct vxm_device_totals totals;

	vxm_device_sum(dev, &totals);
	if (nla_put_string(skb, VXM_ATTR_IFNAME, dev->name) ||
	    nla_put_u32(skb, VXM_ATTR_IFINDEX, dev->ifindex) ||
	    nla_put_u32(skb, VXM_ATTR_MTU, dev->mtu) ||
	    nla_put_u8(skb, VXM_ATTR_UP, !!(dev->flags & IFF_UP)) ||
	    nla_put_u32(skb, VXM_ATTR_VNIS, mirror->n_vnis) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_DELIVERED_PACKETS, totals.packets) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_DELIVERED_BYTES, totals.bytes) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_TX_REFUSED, totals.tx_refused))
		return -EMSGSIZE;
	return 0;
}

/**
 * vxm_nl_notify_device() - a mirror device was made, changed or removed
 * @dev: the device
 * @cmd: the notification
 *
 * Context: RTNL.
 */
void vxm_nl_notify_device(struct net_device *dev, u8 cmd)
{
	vxm_nl_notify(vxm_net(dev_net(dev)), cmd, vxm_nl_fill_dev, dev);
}

static int vxm_nl_check_mtu(struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VXM_ATTR_MTU];

	if (!attr || (nla_get_u32(attr) >= VXM_DEVICE_MTU_MIN &&
		      nla_get_u32(attr) <= ETH_MAX_MTU))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr, "an MTU is 1280 to 65535 bytes");
	return -ERANGE;
}

static struct net_device *vxm_nl_get_dev(struct vxm_net *vn,
					 struct genl_info *info)
{
	return vxm_device_get(vn->net, info->attrs[VXM_ATTR_IFNAME],
			      info->extack);
}

/**
 * vxm_nl_dev_new() - %VXM_CMD_DEV_NEW
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_dev_new(struct vxm_net *vn, struct genl_info *info)
{
	struct nlattr *name = info->attrs[VXM_ATTR_IFNAME];
	struct nlattr *mtu = info->attrs[VXM_ATTR_MTU];
	struct net_device *dev;
	int err;

	err = vxm_nl_check_mtu(info);
	if (err)
		return err;
	dev = vxm_device_find(vn->net, name, info->extack);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	if (dev) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "this mirror device exists already");
		return -EEXIST;
	}

	dev = vxm_device_make(vn->net, name,
			      mtu ? nla_get_u32(mtu) : VXM_DEVICE_MTU,
			      info->extack);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	err = dev_open(dev, info->extack);
	if (err)
		unregister_netdevice(dev);
	return err;
}

/**
 * vxm_nl_dev_set() - %VXM_CMD_DEV_SET
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_dev_set(struct vxm_net *vn, struct genl_info *info)
{
	struct nlattr *mtu = info->attrs[VXM_ATTR_MTU];
	struct nlattr *up = info->attrs[VXM_ATTR_UP];
	struct net_device *dev;
	u32 old_mtu;
	int err;

	err = vxm_nl_check_mtu(info);
	if (err)
		return err;
	dev = vxm_nl_get_dev(vn, info);
	if (IS_ERR(dev))
		return PTR_ERR(dev);

	old_mtu = dev->mtu;
	err = mtu ? dev_set_mtu(dev, nla_get_u32(mtu)) : 0;
	if (err)
		return err;
	if (up && nla_get_u8(up))
		err = dev_open(dev, info->extack);
	else if (up)
		dev_close(dev);
	if (err)
		dev_set_mtu(dev, old_mtu);
	return err;
}

/**
 * vxm_nl_dev_del() - %VXM_CMD_DEV_DEL
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_dev_del(struct vxm_net *vn, struct genl_info *info)
{
	struct net_device *dev = vxm_nl_get_dev(vn, info);
	struct vxm_device *mirror;

	if (IS_ERR(dev))
		return PTR_ERR(dev);
	mirror = netdev_priv(dev);
	if (mirror->n_vnis && !info->attrs[VXM_ATTR_FORCE]) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[VXM_ATTR_IFNAME],
				    "VNI entries still deliver to this mirror device: delete them first, or use 'force'");
		return -EBUSY;
	}
	unregister_netdevice(dev);
	return 0;
}

/**
 * vxm_nl_dev_get() - %VXM_CMD_DEV_GET for one device
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_dev_get(struct vxm_net *vn, struct genl_info *info)
{
	struct net_device *dev = vxm_nl_get_dev(vn, info);

	if (IS_ERR(dev))
		return PTR_ERR(dev);
	return vxm_nl_reply(info, vxm_nl_fill_dev, dev);
}

/* The mirror device with the lowest interface index above the cursor. */
static struct net_device *vxm_nl_next_dev(struct net *net, int cursor)
{
	struct net_device *dev, *next = NULL;

	for_each_netdev(net, dev)
		if (vxm_device_is(dev) && dev->ifindex > cursor &&
		    (!next || dev->ifindex < next->ifindex))
			next = dev;
	return next;
}

/**
 * vxm_nl_dev_dump() - %VXM_CMD_DEV_GET for all devices, by interface index
 * @skb: the dump's buffer
 * @cb: the dump
 *
 * Return: bytes in @skb.
 */
int vxm_nl_dev_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vxm_nl_dump *dump = vxm_nl_dump_state(cb);
	struct net_device *dev;

	rtnl_lock();
	cb->seq = dump->vn->config_seq;
	while ((dev = vxm_nl_next_dev(dump->vn->net, dump->cursor))) {
		if (vxm_nl_dump_one(skb, cb, VXM_CMD_DEV_GET, vxm_nl_fill_dev,
				    dev))
			break;
		dump->cursor = dev->ifindex;
	}
	rtnl_unlock();
	return skb->len;
}
