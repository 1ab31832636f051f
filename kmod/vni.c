// SPDX-License-Identifier: GPL-2.0
/*
 * The VNI table: looked up per packet under RCU, changed under RTNL.
 */
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "dedup.h"
#include "device.h"
#include "filter.h"
#include "netlink.h"
#include "pernet.h"
#include "port.h"
#include "vni.h"

/**
 * vxm_vni_table_init() - an empty table
 * @table: the table
 */
void vxm_vni_table_init(struct vxm_vni_table *table)
{
	xa_init_flags(&table->numbers, XA_FLAGS_ACCOUNT);
	xa_init_flags(&table->ranges, XA_FLAGS_ACCOUNT);
}

/**
 * vxm_vni_table_free() - free what an empty table still holds
 * @table: the table; no packet can use it any more
 *
 * Context: process.
 */
void vxm_vni_table_free(struct vxm_vni_table *table)
{
	xa_destroy(&table->numbers);
	xa_destroy(&table->ranges);
}

static struct vxm_vni *vxm_vni_range_from(struct vxm_vni_table *table, u32 vni)
{
	unsigned long index = vni;

	return xa_find(&table->ranges, &index, VXM_VNI_MAX, XA_PRESENT);
}

/**
 * vxm_vni_lookup() - the entry that a packet's VNI belongs to
 * @port: the port it came to
 * @vni: its VNI
 *
 * The most exact entry wins: number, then range, then any.
 *
 * Context: RCU or RTNL; the entry is valid under it only.
 * Return: the entry or NULL.
 */
struct vxm_vni *vxm_vni_lookup(struct vxm_port *port, u32 vni)
{
	struct vxm_vni_table *table = &port->vnis;
	struct vxm_vni *entry;

	entry = xa_load(&table->numbers, vni);
	if (entry)
		return entry;
	if (!xa_empty(&table->ranges)) {
		entry = vxm_vni_range_from(table, vni);
		if (entry && entry->key.first <= vni)
			return entry;
	}
	return rcu_dereference_rtnl(table->any);
}

/**
 * vxm_vni_find() - the entry that was made with these very words
 * @vn: namespace
 * @key: the words
 *
 * Context: RTNL.
 * Return: the entry or NULL.
 */
struct vxm_vni *vxm_vni_find(struct vxm_net *vn, const struct vxm_vni_key *key)
{
	struct vxm_port *port = vxm_port_find(vn, key->port);
	struct vxm_vni *entry;

	if (!port)
		return NULL;
	switch (key->kind) {
	case VXM_VNI_NUMBER:
		return xa_load(&port->vnis.numbers, key->first);
	case VXM_VNI_RANGE:
		entry = xa_load(&port->vnis.ranges, key->last);
		return entry && entry->key.first == key->first ? entry : NULL;
	case VXM_VNI_ANY:
		return rtnl_dereference(port->vnis.any);
	}
	return NULL;
}

/* The port's first entry of that kind that ends at VNI @from or later. */
static struct vxm_vni *vxm_vni_from(struct vxm_port *port,
				    enum vxm_vni_kind kind, u32 from)
{
	unsigned long index = from;

	switch (kind) {
	case VXM_VNI_NUMBER:
		return xa_find(&port->vnis.numbers, &index, VXM_VNI_MAX,
			       XA_PRESENT);
	case VXM_VNI_RANGE:
		return vxm_vni_range_from(&port->vnis, from);
	case VXM_VNI_ANY:
		return from > VXM_VNI_MAX ? NULL :
					    rtnl_dereference(port->vnis.any);
	}
	return NULL;
}

/**
 * vxm_vni_next() - the entry after another, in the order of dumps
 * @vn: namespace
 * @after: that other's words; it may be gone. A zeroed key: the first entry
 *
 * Order: port; numbers, ranges, any; VNI.
 *
 * Context: RTNL.
 * Return: the entry, or NULL after the last.
 */
struct vxm_vni *vxm_vni_next(struct vxm_net *vn,
			     const struct vxm_vni_key *after)
{
	struct vxm_vni *entry;
	struct vxm_port *port;
	int kind;
	u32 from;

	ASSERT_RTNL();
	list_for_each_entry(port, &vn->ports, list) {
		if (port->number < after->port)
			continue;
		kind = VXM_VNI_NUMBER;
		from = 0;
		if (port->number == after->port) {
			kind = after->kind;
			from = after->last + 1;
		}
		for (; kind <= VXM_VNI_ANY; kind++, from = 0) {
			entry = vxm_vni_from(port, kind, from);
			if (entry)
				return entry;
		}
	}
	return NULL;
}

/* Would the new entry stand in the way of one that is there? */
static int vxm_vni_check_free(struct vxm_net *vn, const struct vxm_vni_key *key,
			      const struct nlattr *words,
			      struct netlink_ext_ack *extack)
{
	struct vxm_port *port = vxm_port_find(vn, key->port);
	struct vxm_vni *other;

	if (vxm_vni_find(vn, key)) {
		NL_SET_ERR_MSG_ATTR(extack, words,
				    "this VNI entry exists already");
		return -EEXIST;
	}
	if (port && key->kind == VXM_VNI_RANGE) {
		other = vxm_vni_range_from(&port->vnis, key->first);
		if (other && other->key.first <= key->last) {
			NL_SET_ERR_MSG_ATTR(extack, words,
					    "the range overlaps one that exists");
			return -EEXIST;
		}
	}
	if (vn->n_vnis >= vn->max_vnis) {
		NL_SET_ERR_MSG_ATTR(extack, words,
				    "the limit on VNI entries is reached");
		return -ENOSPC;
	}
	return 0;
}

static int vxm_vni_insert(struct vxm_vni *entry)
{
	struct vxm_vni_table *table = &entry->port->vnis;

	switch (entry->key.kind) {
	case VXM_VNI_NUMBER:
		return xa_insert(&table->numbers, entry->key.first, entry,
				 GFP_KERNEL);
	case VXM_VNI_RANGE:
		return xa_insert(&table->ranges, entry->key.last, entry,
				 GFP_KERNEL);
	case VXM_VNI_ANY:
		rcu_assign_pointer(table->any, entry);
		break;
	}
	return 0;
}

static void vxm_vni_remove(struct vxm_vni *entry)
{
	struct vxm_vni_table *table = &entry->port->vnis;

	switch (entry->key.kind) {
	case VXM_VNI_NUMBER:
		xa_erase(&table->numbers, entry->key.first);
		break;
	case VXM_VNI_RANGE:
		xa_erase(&table->ranges, entry->key.last);
		break;
	case VXM_VNI_ANY:
		RCU_INIT_POINTER(table->any, NULL);
		break;
	}
}

/* Sessions look their entry, and what is to be done, up again. */
static void vxm_vni_changed(struct vxm_net *vn)
{
	/* pairs with vxm_session_assign(): what the table has by now */
	smp_store_release(&vn->vni_seq, vn->vni_seq + 1);
	vxm_net_changed(vn);
}

static struct vxm_vni *vxm_vni_alloc(struct vxm_net *vn,
				     const struct vxm_vni_key *key)
{
	struct vxm_vni *entry;

	entry = kzalloc(sizeof(*entry), GFP_KERNEL_ACCOUNT);
	if (!entry)
		return NULL;
	entry->counters = vxm_counters_alloc();
	if (!entry->counters) {
		kfree(entry);
		return NULL;
	}
	entry->vn = vn;
	entry->key = *key;
	return entry;
}

/* Context: RTNL, or nobody knows the entry yet. */
static void vxm_vni_settle(struct vxm_vni *entry,
			   const struct vxm_vni_settings *settings)
{
	struct vxm_filter *filter = rtnl_dereference(settings->filter);
	struct vxm_filter *old = rtnl_dereference(entry->settings.filter);
	struct vxm_dedup *dedup = rtnl_dereference(settings->dedup);
	struct vxm_dedup *left = rtnl_dereference(entry->settings.dedup);
	bool unchanged;

	vxm_filter_use(filter);
	vxm_dedup_use(dedup);
	WRITE_ONCE(entry->settings.vlan, settings->vlan);
	WRITE_ONCE(entry->settings.snaplen, settings->snaplen);
	WRITE_ONCE(entry->settings.repair, settings->repair);
	WRITE_ONCE(entry->settings.sources, settings->sources);
	rcu_assign_pointer(entry->settings.filter, filter);
	rcu_assign_pointer(entry->settings.dedup, dedup);
	unchanged = !settings->vlan && !settings->snaplen &&
		    !settings->repair && !dedup;
	WRITE_ONCE(entry->unchanged, unchanged);
	WRITE_ONCE(entry->plain,
		   unchanged && !settings->sources && !filter);
	vxm_filter_unuse(old);
	vxm_filter_put(old);
	vxm_dedup_unuse(entry->vn, left);
}

/* It goes: what it uses is free to go, too. Context: RTNL. */
static void vxm_vni_unsettle(struct vxm_vni *entry)
{
	vxm_filter_unuse(rtnl_dereference(entry->settings.filter));
	vxm_dedup_unuse(entry->vn, rtnl_dereference(entry->settings.dedup));
}

static void vxm_vni_free(struct vxm_vni *entry)
{
	vxm_filter_put(rcu_dereference_protected(entry->settings.filter, 1));
	free_percpu(entry->counters);
	kfree(entry);
}

static void vxm_vni_attach(struct vxm_vni *entry, struct net_device *dev)
{
	struct vxm_device *mirror = netdev_priv(dev);

	list_add_tail(&entry->dev_list, &mirror->vnis);
	mirror->n_vnis++;
	rcu_assign_pointer(entry->dev, dev);
}

static void vxm_vni_detach(struct vxm_vni *entry)
{
	struct vxm_device *mirror = netdev_priv(rtnl_dereference(entry->dev));

	list_del(&entry->dev_list);
	mirror->n_vnis--;
}

/**
 * vxm_vni_add() - make a VNI entry
 * @vn: namespace
 * @key: its words, checked
 * @settings: what is to be done with its frames, checked
 * @attrs: the request, of which %VXM_ATTR_IFNAME names the mirror device; the
 *	device is made when it does not exist, and brought up
 * @extack: gets the reason for a refusal
 *
 * Nothing is left half made.
 *
 * Context: RTNL, may sleep.
 * Return: 0; -EEXIST, -EADDRINUSE, -ENOSPC, -ENOMEM or what the device says.
 */
int vxm_vni_add(struct vxm_net *vn, const struct vxm_vni_key *key,
		const struct vxm_vni_settings *settings,
		struct nlattr **attrs, struct netlink_ext_ack *extack)
{
	const struct nlattr *name = attrs[VXM_ATTR_IFNAME];
	const struct nlattr *words = attrs[VXM_ATTR_VNI] ?:
				     attrs[VXM_ATTR_VNI_ANY];
	struct net_device *dev;
	struct vxm_vni *entry;
	bool made = false;
	int err;

	err = vxm_vni_check_free(vn, key, words, extack);
	if (err)
		return err;
	dev = vxm_device_find(vn->net, name, extack);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	entry = vxm_vni_alloc(vn, key);
	if (!entry)
		return -ENOMEM;
	vxm_vni_settle(entry, settings);

	entry->port = vxm_port_get(vn, key->port,
				   attrs[VXM_ATTR_PORT] ?: words, extack);
	if (IS_ERR(entry->port)) {
		err = PTR_ERR(entry->port);
		goto free_entry;
	}
	if (!dev) {
		dev = vxm_device_make(vn->net, name, VXM_DEVICE_MTU,
				      extack);
		made = true;
	}
	if (IS_ERR(dev)) {
		err = PTR_ERR(dev);
		goto put_port;
	}
	err = dev_open(dev, extack);
	if (err)
		goto remove_device;

	vxm_vni_attach(entry, dev);
	err = vxm_vni_insert(entry);
	if (err)
		goto detach;

	entry->port->n_vnis++;
	vn->n_vnis++;
	vxm_vni_changed(vn);
	vxm_unknown_forget(&vn->unknown, key->port, key->first, key->last);
	vxm_nl_notify_vni(entry, VXM_CMD_VNI_NEW_NTF);
	return 0;

detach:
	vxm_vni_detach(entry);
remove_device:
	if (made)
		unregister_netdevice(dev);
put_port:
	vxm_port_put(entry->port);
free_entry:
	vxm_vni_unsettle(entry);
	vxm_vni_free(entry);
	return err;
}

/**
 * vxm_vni_set() - change an entry in place
 * @entry: the entry
 * @dev: a mirror device of the same namespace
 * @settings: what is to be done with its frames, checked
 *
 * Context: RTNL.
 */
void vxm_vni_set(struct vxm_vni *entry, struct net_device *dev,
		 const struct vxm_vni_settings *settings)
{
	vxm_vni_detach(entry);
	vxm_vni_attach(entry, dev);
	vxm_vni_settle(entry, settings);
	vxm_vni_changed(entry->vn);
	vxm_nl_notify_vni(entry, VXM_CMD_VNI_SET_NTF);
}

/**
 * vxm_vni_del() - remove a VNI entry, and its port with the last one
 * @entry: the entry; not to be touched afterwards
 *
 * The caller then calls vxm_sessions_sweep(), once for all that it removes.
 *
 * Context: RTNL, may sleep.
 */
void vxm_vni_del(struct vxm_vni *entry)
{
	struct vxm_port *port = entry->port;
	struct vxm_net *vn = entry->vn;

	vxm_nl_notify_vni(entry, VXM_CMD_VNI_DEL_NTF);
	vxm_vni_remove(entry);
	vxm_vni_detach(entry);
	port->n_vnis--;
	vn->n_vnis--;
	vxm_vni_changed(vn);
	vxm_vni_unsettle(entry);
	list_add_tail(&entry->dying, &vn->dying);
	queue_work(vxm_wq, &vn->retire);
	vxm_port_put(port);
}

/**
 * vxm_vni_retire() - the work that ends removed entries
 * @work: &vxm_net.retire
 *
 * After a grace period no packet counts in them any more: their counts join
 * the retired, and a session that such a packet brought to life goes.
 */
void vxm_vni_retire(struct work_struct *work)
{
	struct vxm_net *vn = container_of(work, struct vxm_net, retire);
	struct vxm_vni *entry, *next;
	struct list_head *last;
	LIST_HEAD(gone);

	rtnl_lock();
	last = vn->dying.prev;
	rtnl_unlock();
	synchronize_rcu();

	rtnl_lock();
	list_cut_position(&gone, &vn->dying, last);
	list_for_each_entry(entry, &gone, dying)
		vxm_counters_sum(&vn->retired, entry->counters);
	vxm_sessions_sweep(&vn->sessions);
	rtnl_unlock();

	list_for_each_entry_safe(entry, next, &gone, dying)
		vxm_vni_free(entry);
}

/**
 * vxm_vni_sum() - what all entries of a port have counted
 * @port: the port
 * @totals: is added to
 *
 * Context: RTNL.
 */
void vxm_vni_sum(struct vxm_port *port, struct vxm_totals *totals)
{
	struct vxm_vni *any = rtnl_dereference(port->vnis.any);
	struct vxm_vni *entry;
	unsigned long index;

	xa_for_each(&port->vnis.numbers, index, entry) {
		vxm_counters_sum(totals, entry->counters);
		cond_resched();
	}
	xa_for_each(&port->vnis.ranges, index, entry) {
		vxm_counters_sum(totals, entry->counters);
		cond_resched();
	}
	if (any)
		vxm_counters_sum(totals, any->counters);
}

/**
 * vxm_vni_sum_dying() - what removed entries have counted that are not retired
 * @vn: namespace
 * @totals: is added to
 *
 * Context: RTNL.
 */
void vxm_vni_sum_dying(struct vxm_net *vn, struct vxm_totals *totals)
{
	struct vxm_vni *entry;

	list_for_each_entry(entry, &vn->dying, dying)
		vxm_counters_sum(totals, entry->counters);
}
