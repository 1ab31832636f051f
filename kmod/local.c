// SPDX-License-Identifier: GPL-2.0
/*
 * This host's addresses: gathered anew some time after each change, but for
 * one that goes, which is taken out at once.
 */
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/addrconf.h>
#include <net/if_inet6.h>

#include "local.h"
#include "pernet.h"

static __be32 vxm_local_none_ipv4[2];

/* While nobody asks. */
static struct vxm_local_table vxm_local_none = {
	.shift = 31,
	.mask = 1,
	.ipv4 = vxm_local_none_ipv4,
	.ipv6 = { [1] = IN6ADDR_ANY_INIT },
};

static unsigned int vxm_local_count_device(struct net_device *dev)
{
	struct in_device *in4 = __in_dev_get_rtnl(dev);
	struct inet6_dev *in6 = __in6_dev_get(dev);
	struct inet6_ifaddr *addr6;
	struct in_ifaddr *addr4;
	unsigned int n = 0;

	if (in4)
		in_dev_for_each_ifa_rtnl(addr4, in4)
			n++;
	if (in6) {
		read_lock_bh(&in6->lock);
		list_for_each_entry(addr6, &in6->addr_list, if_list)
			n++;
		read_unlock_bh(&in6->lock);
	}
	return n;
}

static void vxm_local_add_ipv4(struct vxm_local_table *table, __be32 addr)
{
	u32 place = vxm_local_place(table, (__force u32)addr);

	while (table->ipv4[place])
		place = (place + 1) & table->mask;
	table->ipv4[place] = addr;
}

static void vxm_local_add_ipv6(struct vxm_local_table *table,
			       const struct in6_addr *addr)
{
	u32 place = vxm_local_place(table, ipv6_addr_hash(addr));

	while (!ipv6_addr_any(&table->ipv6[place]))
		place = (place + 1) & table->mask;
	table->ipv6[place] = *addr;
}

/* Addresses may have come since they were counted; they will be announced. */
static void vxm_local_add_device(struct vxm_local_table *table,
				 struct net_device *dev, unsigned int *room)
{
	struct in_device *in4 = __in_dev_get_rtnl(dev);
	struct inet6_dev *in6 = __in6_dev_get(dev);
	struct inet6_ifaddr *addr6;
	struct in_ifaddr *addr4;

	if (in4) {
		in_dev_for_each_ifa_rtnl(addr4, in4) {
			if (addr4->ifa_local && *room) {
				vxm_local_add_ipv4(table, addr4->ifa_local);
				(*room)--;
			}
		}
	}
	if (in6) {
		read_lock_bh(&in6->lock);
		list_for_each_entry(addr6, &in6->addr_list, if_list) {
			if (*room) {
				vxm_local_add_ipv6(table, &addr6->addr);
				(*room)--;
			}
		}
		read_unlock_bh(&in6->lock);
	}
}

static struct vxm_local_table *vxm_local_gather(struct net *net)
{
	struct vxm_local_table *table;
	struct net_device *dev;
	unsigned int n = 0;
	unsigned int bits;
	size_t size;

	for_each_netdev(net, dev)
		n += vxm_local_count_device(dev);
	bits = max(order_base_2(2 * n), 1);
	size = struct_size(table, ipv6, BIT(bits));
	table = kvzalloc(size + BIT(bits) * sizeof(*table->ipv4),
			 GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	table->shift = 32 - bits;
	table->mask = BIT(bits) - 1;
	table->ipv4 = (void *)table + size;
	for_each_netdev(net, dev)
		vxm_local_add_device(table, dev, &n);
	return table;
}

static void vxm_local_free(struct rcu_head *rcu)
{
	kvfree(container_of(rcu, struct vxm_local_table, rcu));
}

static void vxm_local_replace(struct vxm_local *local,
			      struct vxm_local_table *table)
{
	struct vxm_local_table *old = rtnl_dereference(local->table);

	rcu_assign_pointer(local->table, table);
	if (old != &vxm_local_none)
		call_rcu(&old->rcu, vxm_local_free);
}

/*
 * For want of memory the old table stays, with what is still true of it, and
 * packets for other addresses come by the socket front until the next attempt.
 */
static void vxm_local_renew(struct vxm_local *local)
{
	struct vxm_local_table *table = vxm_local_gather(local->net);

	if (table)
		vxm_local_replace(local, table);
	else
		queue_delayed_work(vxm_wq, &local->work, HZ);
}

static void vxm_local_work(struct work_struct *work)
{
	struct vxm_local *local = container_of(to_delayed_work(work),
					       struct vxm_local, work);

	rtnl_lock();
	if (local->asked)
		vxm_local_renew(local);
	rtnl_unlock();
}

/**
 * vxm_local_start() - somebody asks from now on
 * @local: the namespace's addresses
 *
 * Context: RTNL, may sleep.
 */
void vxm_local_start(struct vxm_local *local)
{
	ASSERT_RTNL();
	WRITE_ONCE(local->asked, true);
	vxm_local_renew(local);
}

/**
 * vxm_local_stop() - nobody asks any more
 * @local: the namespace's addresses
 *
 * Context: RTNL.
 */
void vxm_local_stop(struct vxm_local *local)
{
	ASSERT_RTNL();
	WRITE_ONCE(local->asked, false);
	vxm_local_replace(local, &vxm_local_none);
}

/**
 * vxm_local_net_init() - a namespace without anybody who asks
 * @local: the namespace's addresses
 * @net: namespace
 */
void vxm_local_net_init(struct vxm_local *local, struct net *net)
{
	local->net = net;
	RCU_INIT_POINTER(local->table, &vxm_local_none);
	INIT_DELAYED_WORK(&local->work, vxm_local_work);
}

/**
 * vxm_local_net_exit() - end the work of a namespace that ends
 * @local: the namespace's addresses; nobody asks, and none changes any more
 *
 * Context: process, may sleep; without RTNL, which the work takes.
 */
void vxm_local_net_exit(struct vxm_local *local)
{
	cancel_delayed_work_sync(&local->work);
}

/*
 * What takes the place of an address that is gone, so that those behind it are
 * still found, is one that is looked for from the next place on: free places
 * are between there and here.
 */
static __be32 vxm_local_gone_ipv4(const struct vxm_local_table *table,
				  u32 place)
{
	u32 word = 0;

	do {
		word++;
	} while (vxm_local_place(table, word) != ((place + 1) & table->mask));
	return (__force __be32)word;
}

/* The same for IPv6: the first word, to be written in one piece. */
static __be32 vxm_local_gone_ipv6(const struct vxm_local_table *table,
				  u32 place)
{
	struct in6_addr gone = table->ipv6[place];
	u32 word = 0;

	do {
		word++;
		gone.s6_addr32[0] = (__force __be32)word;
	} while (vxm_local_place(table, ipv6_addr_hash(&gone)) !=
		 ((place + 1) & table->mask));
	return gone.s6_addr32[0];
}

/* Context: RTNL. */
static void vxm_local_remove_ipv4(struct vxm_local *local, __be32 addr)
{
	struct vxm_local_table *table = rtnl_dereference(local->table);
	u32 place;

	for (place = 0; place <= table->mask; place++)
		if (table->ipv4[place] == addr)
			WRITE_ONCE(table->ipv4[place],
				   vxm_local_gone_ipv4(table, place));
}

/* Context: RTNL. */
static void vxm_local_remove_ipv6(struct vxm_local *local,
				  const struct in6_addr *addr)
{
	struct vxm_local_table *table = rtnl_dereference(local->table);
	u32 place;

	for (place = 0; place <= table->mask; place++)
		if (ipv6_addr_equal(&table->ipv6[place], addr))
			WRITE_ONCE(table->ipv6[place].s6_addr32[0],
				   vxm_local_gone_ipv6(table, place));
}

static int vxm_local_ipv4_event(struct notifier_block *block,
				unsigned long event, void *ptr)
{
	struct in_ifaddr *addr = ptr;
	struct vxm_local *local =
		&vxm_net(dev_net(addr->ifa_dev->dev))->local;

	if (!READ_ONCE(local->asked))
		return NOTIFY_DONE;
	if (event == NETDEV_DOWN)
		vxm_local_remove_ipv4(local, addr->ifa_local);
	mod_delayed_work(vxm_wq, &local->work, 0);
	return NOTIFY_DONE;
}

/* An address may come in softirq; it goes under RTNL only. */
static int vxm_local_ipv6_event(struct notifier_block *block,
				unsigned long event, void *ptr)
{
	struct inet6_ifaddr *addr = ptr;
	struct vxm_local *local = &vxm_net(dev_net(addr->idev->dev))->local;

	if (!READ_ONCE(local->asked))
		return NOTIFY_DONE;
	if (event == NETDEV_DOWN)
		vxm_local_remove_ipv6(local, &addr->addr);
	mod_delayed_work(vxm_wq, &local->work, 0);
	return NOTIFY_DONE;
}

static struct notifier_block vxm_local_ipv4_notifier = {
	.notifier_call = vxm_local_ipv4_event,
};

static struct notifier_block vxm_local_ipv6_notifier = {
	.notifier_call = vxm_local_ipv6_event,
};

/**
 * vxm_local_init() - hear of addresses that come and go
 *
 * Return: 0 or a negative errno.
 */
int vxm_local_init(void)
{
	int err;

	err = register_inetaddr_notifier(&vxm_local_ipv4_notifier);
	if (err)
		return err;
	err = register_inet6addr_notifier(&vxm_local_ipv6_notifier);
	if (err)
		unregister_inetaddr_notifier(&vxm_local_ipv4_notifier);
	return err;
}

/**
 * vxm_local_exit() - undo vxm_local_init()
 */
void vxm_local_exit(void)
{
	unregister_inet6addr_notifier(&vxm_local_ipv6_notifier);
	unregister_inetaddr_notifier(&vxm_local_ipv4_notifier);
}
