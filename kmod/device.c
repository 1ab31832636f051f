// SPDX-License-Identifier: GPL-2.0
/*
 * The mirror device: receive only. Packet sockets and tc see its frames, the
 * host's own stack never does, and nothing can be stacked on it.
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <net/addrconf.h>
#include <net/rtnetlink.h>

#include "deliver.h"
#include "device.h"
#include "netlink.h"
#include "pernet.h"
#include "vni.h"

static int vxm_device_ndo_init(struct net_device *dev)
{
	struct vxm_device *mirror = netdev_priv(dev);
	int cpu, err;

	INIT_LIST_HEAD(&mirror->vnis);
	mirror->counters = alloc_percpu_gfp(struct vxm_device_counters,
					    GFP_KERNEL_ACCOUNT);
	if (!mirror->counters)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(mirror->counters, cpu)->syncp);

	err = netdev_rx_handler_register(dev, vxm_deliver_rx, NULL);
	if (err)
		free_percpu(mirror->counters);
	return err;
}

static void vxm_device_ndo_uninit(struct net_device *dev)
{
	struct vxm_device *mirror = netdev_priv(dev);

	netdev_rx_handler_unregister(dev);
	free_percpu(mirror->counters);
}

static int vxm_device_ndo_open(struct net_device *dev)
{
	struct inet6_dev *in6 = __in6_dev_get(dev);

	/* no addresses, and so nothing to be sent about them */
	if (in6)
		WRITE_ONCE(in6->cnf.disable_ipv6, 1);
	return 0;
}

static int vxm_device_ndo_stop(struct net_device *dev)
{
	/* deliveries that saw the device running are over after this */
	synchronize_net();
	return 0;
}

static netdev_tx_t vxm_device_ndo_start_xmit(struct sk_buff *skb,
					     struct net_device *dev)
{
	struct vxm_device *mirror = netdev_priv(dev);
	struct vxm_device_counters *c = this_cpu_ptr(mirror->counters);

	u64_stats_update_begin(&c->syncp);
	u64_stats_inc(&c->tx_refused);
	u64_stats_update_end(&c->syncp);
	kfree_skb(skb);
	return NET_XMIT_DROP;
}

/**
 * vxm_device_sum() - a mirror device's counters over all CPUs
 * @dev: a mirror device
 * @totals: is set
 *
 * Context: any.
 */
void vxm_device_sum(const struct net_device *dev,
		    struct vxm_device_totals *totals)
{
	const struct vxm_device *mirror = netdev_priv(dev);
	struct vxm_device_totals one;
	unsigned int start;
	int cpu;

	memset(totals, 0, sizeof(*totals));
	for_each_possible_cpu(cpu) {
		const struct vxm_device_counters *c =
			per_cpu_ptr(mirror->counters, cpu);

		do {
			start = u64_stats_fetch_begin(&c->syncp);
			one.packets = u64_stats_read(&c->packets);
			one.bytes = u64_stats_read(&c->bytes);
			one.tx_refused = u64_stats_read(&c->tx_refused);
		} while (u64_stats_fetch_retry(&c->syncp, start));

		totals->packets += one.packets;
		totals->bytes += one.bytes;
		totals->tx_refused += one.tx_refused;
	}
}

static void vxm_device_ndo_get_stats64(struct net_device *dev,
				       struct rtnl_link_stats64 *stats)
{
	struct vxm_device_totals totals;

	vxm_device_sum(dev, &totals);
	stats->rx_packets = totals.packets;
	stats->rx_bytes = totals.bytes;
	stats->tx_dropped = totals.tx_refused;
}

static const struct net_device_ops vxm_device_ops = {
	.ndo_init = vxm_device_ndo_init,
	.ndo_uninit = vxm_device_ndo_uninit,
	.ndo_open = vxm_device_ndo_open,
	.ndo_stop = vxm_device_ndo_stop,
	.ndo_start_xmit = vxm_device_ndo_start_xmit,
	.ndo_get_stats64 = vxm_device_ndo_get_stats64,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

static const char vxm_device_strings[][ETH_GSTRING_LEN] = {
	"rx_packets",
	"rx_bytes",
	"tx_refused",
};

static void vxm_device_get_drvinfo(struct net_device *dev,
				   struct ethtool_drvinfo *info)
{
	strscpy(info->driver, KBUILD_MODNAME, sizeof(info->driver));
	strscpy(info->version, THIS_MODULE->version, sizeof(info->version));
}

static int vxm_device_get_sset_count(struct net_device *dev, int set)
{
	return set == ETH_SS_STATS ? ARRAY_SIZE(vxm_device_strings) :
				     -EOPNOTSUPP;
}

static void vxm_device_get_strings(struct net_device *dev, u32 set, u8 *data)
{
	if (set == ETH_SS_STATS)
		memcpy(data, vxm_device_strings, sizeof(vxm_device_strings));
}

/* In the order of vxm_device_strings. */
static void vxm_device_get_stats(struct net_device *dev,
				 struct ethtool_stats *stats, u64 *data)
{
	struct vxm_device_totals totals;

	vxm_device_sum(dev, &totals);
	data[0] = totals.packets;
	data[1] = totals.bytes;
	data[2] = totals.tx_refused;
}

static const struct ethtool_ops vxm_device_ethtool_ops = {
	.get_drvinfo = vxm_device_get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_sset_count = vxm_device_get_sset_count,
	.get_strings = vxm_device_get_strings,
	.get_ethtool_stats = vxm_device_get_stats,
};

static unsigned int vxm_device_num_rx_queues(void)
{
	return VXM_DEVICE_RX_QUEUES;
}

static unsigned int vxm_device_num_tx_queues(void)
{
	return 1;
}

#ifndef vxm_stay_in_netns /* kmod/compat has it for older kernels */
static void vxm_stay_in_netns(struct net_device *dev)
{
	dev->netns_immutable = true;
}
#endif

static void vxm_device_setup(struct net_device *dev)
{
	ether_setup(dev);
	eth_hw_addr_random(dev);
	dev->netdev_ops = &vxm_device_ops;
	dev->ethtool_ops = &vxm_device_ethtool_ops;
	dev->needs_free_netdev = true;
	dev->mtu = VXM_DEVICE_MTU;
	/* below it IPv6 leaves the device, and comes back with an address */
	dev->min_mtu = VXM_DEVICE_MTU_MIN;
	dev->max_mtu = ETH_MAX_MTU;
	dev->flags |= IFF_NOARP;
	dev->flags &= ~(IFF_BROADCAST | IFF_MULTICAST);
	dev->priv_flags |= IFF_NO_QUEUE | IFF_DONT_BRIDGE;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->features |= NETIF_F_VLAN_CHALLENGED;
	vxm_stay_in_netns(dev);
}

static struct rtnl_link_ops vxm_device_link_ops __read_mostly = {
	.kind = VXM_LINK_KIND,
	.priv_size = sizeof(struct vxm_device),
	.setup = vxm_device_setup,
	.get_num_rx_queues = vxm_device_num_rx_queues,
	.get_num_tx_queues = vxm_device_num_tx_queues,
};

/**
 * vxm_device_is() - is it a mirror device?
 * @dev: any device
 *
 * Return: true if it is.
 */
bool vxm_device_is(const struct net_device *dev)
{
	return dev->netdev_ops == &vxm_device_ops;
}

/**
 * vxm_device_find() - a mirror device by name
 * @net: namespace
 * @name: attribute with the name
 * @extack: gets the reason for a refusal
 *
 * Context: RTNL.
 * Return: the device; NULL when nothing has that name; ERR_PTR(-EEXIST) when
 * it is a device of another kind.
 */
struct net_device *vxm_device_find(struct net *net, const struct nlattr *name,
				   struct netlink_ext_ack *extack)
{
	struct net_device *dev;

	dev = __dev_get_by_name(net, nla_data(name));
	if (dev && !vxm_device_is(dev)) {
		NL_SET_ERR_MSG_ATTR(extack, name,
				    "an interface of that name exists and is not a mirror device");
		return ERR_PTR(-EEXIST);
	}
	return dev;
}

/**
 * vxm_device_get() - a mirror device that has to be there, by name
 * @net: namespace
 * @name: attribute with the name
 * @extack: gets the reason for a refusal
 *
 * Context: RTNL.
 * Return: the device, or ERR_PTR(-ENODEV).
 */
struct net_device *vxm_device_get(struct net *net, const struct nlattr *name,
				  struct netlink_ext_ack *extack)
{
	struct net_device *dev = __dev_get_by_name(net, nla_data(name));

	if (dev && vxm_device_is(dev))
		return dev;
	NL_SET_ERR_MSG_ATTR(extack, name,
			    "there is no mirror device of that name");
	return ERR_PTR(-ENODEV);
}

/**
 * vxm_device_make() - make a mirror device; it is down
 * @net: namespace
 * @name: attribute with the name, which nothing has
 * @mtu: bytes
 * @extack: gets the reason for a refusal
 *
 * Context: RTNL, may sleep.
 * Return: the device, or ERR_PTR: -EINVAL for an impossible name, -ENOMEM, or
 * what the registration says.
 */
struct net_device *vxm_device_make(struct net *net, const struct nlattr *name,
				   u32 mtu, struct netlink_ext_ack *extack)
{
	struct net_device *dev;
	int err;

	if (!dev_valid_name(nla_data(name)) || strchr(nla_data(name), '%')) {
		NL_SET_ERR_MSG_ATTR(extack, name,
				    "an interface name has 1 to 15 characters, none of them white space, '/', ':' or '%'");
		return ERR_PTR(-EINVAL);
	}
	dev = alloc_netdev_mqs(sizeof(struct vxm_device), nla_data(name),
			       NET_NAME_USER, vxm_device_setup, 1,
			       VXM_DEVICE_RX_QUEUES);
	if (!dev)
		return ERR_PTR(-ENOMEM);
	dev_net_set(dev, net);
	dev->rtnl_link_ops = &vxm_device_link_ops;
	dev->mtu = mtu;

	err = register_netdevice(dev);
	if (err) {
		free_netdev(dev);
		NL_SET_ERR_MSG_ATTR(extack, name,
				    "the interface cannot be made");
		return ERR_PTR(err);
	}
	return dev;
}

/* The device goes away, and with it the VNI entries that deliver to it. */
static void vxm_device_unregister(struct net_device *dev)
{
	struct vxm_device *mirror = netdev_priv(dev);
	struct vxm_net *vn = vxm_net(dev_net(dev));
	struct vxm_vni *entry, *next;

	list_for_each_entry_safe(entry, next, &mirror->vnis, dev_list)
		vxm_vni_del(entry);
	vxm_sessions_sweep(&vn->sessions);
	vxm_net_changed(vn);
	vxm_nl_notify_device(dev, VXM_CMD_DEV_DEL_NTF);
}

static int vxm_device_event(struct notifier_block *block, unsigned long event,
			    void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	if (!vxm_device_is(dev))
		return NOTIFY_DONE;
	switch (event) {
	case NETDEV_REGISTER:
		vxm_net_changed(vxm_net(dev_net(dev)));
		vxm_nl_notify_device(dev, VXM_CMD_DEV_NEW_NTF);
		break;
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGEMTU:
	case NETDEV_CHANGENAME:
		vxm_net_changed(vxm_net(dev_net(dev)));
		vxm_nl_notify_device(dev, VXM_CMD_DEV_SET_NTF);
		break;
	case NETDEV_UNREGISTER:
		/* the core says it again while somebody holds the device */
		if (dev->reg_state == NETREG_UNREGISTERING)
			vxm_device_unregister(dev);
		break;
	case NETDEV_PRECHANGEUPPER:
		if (!((struct netdev_notifier_changeupper_info *)ptr)->linking)
			break;
		NL_SET_ERR_MSG(netdev_notifier_info_to_extack(ptr),
			       "a mirror device takes no device on top of it: mirrored frames must not reach this host");
		return notifier_from_errno(-EOPNOTSUPP);
	}
	return NOTIFY_DONE;
}

static struct notifier_block vxm_device_notifier = {
	.notifier_call = vxm_device_event,
};

/**
 * vxm_device_init() - the link kind, and watching its devices
 *
 * Return: 0 or a negative errno.
 */
int vxm_device_init(void)
{
	int err;

	err = register_netdevice_notifier(&vxm_device_notifier);
	if (err)
		return err;
	err = rtnl_link_register(&vxm_device_link_ops);
	if (err)
		unregister_netdevice_notifier(&vxm_device_notifier);
	return err;
}

/**
 * vxm_device_exit() - undo vxm_device_init(); all mirror devices go away
 */
void vxm_device_exit(void)
{
	rtnl_link_unregister(&vxm_device_link_ops);
	unregister_netdevice_notifier(&vxm_device_notifier);
}

MODULE_ALIAS_RTNL_LINK(VXM_LINK_KIND);
