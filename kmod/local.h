/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which addresses are this host's, asked once per packet.
 */
#ifndef _VXM_LOCAL_H
#define _VXM_LOCAL_H

#include <linux/hash.h>
#include <linux/in6.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>
#include <net/ipv6.h>

struct net;

/**
 * struct vxm_local_table - addresses, hashed, each in the first place that was
 *	free from its own on; half of the places are
 * @rcu: frees it
 * @shift: of a 32-bit hash, to the number of a place
 * @mask: number of places for each family, less one
 * @ipv4: the places for IPv4; 0 is a free one
 * @ipv6: the places for IPv6; :: is a free one
 */
struct vxm_local_table {
	struct rcu_head rcu;
	u32 shift;
	u32 mask;
	__be32 *ipv4;
	struct in6_addr ipv6[];
};

/**
 * struct vxm_local - a namespace's local addresses. An address may be missing
 *	for a moment, but one that the host does not have is never there.
 * @net: namespace
 * @asked: somebody asks (written under RTNL)
 * @table: the addresses (RCU, written under RTNL); an empty table while nobody
 *	asks
 * @work: makes a new table after a change
 */
struct vxm_local {
	struct net *net;
	bool asked;
	struct vxm_local_table __rcu *table;
	struct delayed_work work;
};

int vxm_local_init(void);
void vxm_local_exit(void);
void vxm_local_net_init(struct vxm_local *local, struct net *net);
void vxm_local_net_exit(struct vxm_local *local);
void vxm_local_start(struct vxm_local *local);
void vxm_local_stop(struct vxm_local *local);

/**
 * vxm_local_place() - where to look for an address first
 * @table: the addresses
 * @word: the address, or what is left of it in 32 bits
 *
 * Return: the place's number.
 */
static inline u32 vxm_local_place(const struct vxm_local_table *table, u32 word)
{
	return word * GOLDEN_RATIO_32 >> table->shift;
}

/**
 * vxm_local_has_ipv4() - is that address this host's?
 * @local: the namespace's addresses
 * @addr: an IPv4 address
 *
 * Context: RCU.
 * Return: true if it is; false when it is not, or that is not known.
 */
static inline bool vxm_local_has_ipv4(const struct vxm_local *local,
				      __be32 addr)
{
	const struct vxm_local_table *table = rcu_dereference(local->table);
	__be32 one;
	u32 place;

	place = vxm_local_place(table, (__force u32)addr);
	while ((one = READ_ONCE(table->ipv4[place]))) {
		if (one == addr)
			return true;
		place = (place + 1) & table->mask;
	}
	return false;
}

/**
 * vxm_local_has_ipv6() - is that address this host's?
 * @local: the namespace's addresses
 * @addr: an IPv6 address
 *
 * Context: RCU.
 * Return: true if it is; false when it is not, or that is not known.
 */
static inline bool vxm_local_has_ipv6(const struct vxm_local *local,
				      const struct in6_addr *addr)
{
	const struct vxm_local_table *table = rcu_dereference(local->table);
	u32 place;

	place = vxm_local_place(table, ipv6_addr_hash(addr));
	while (!ipv6_addr_any(&table->ipv6[place])) {
		if (ipv6_addr_equal(&table->ipv6[place], addr))
			return true;
		place = (place + 1) & table->mask;
	}
	return false;
}

#endif /* _VXM_LOCAL_H */
