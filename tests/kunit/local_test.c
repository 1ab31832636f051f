// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_local: this host's addresses are found, and no others, wherever
 * the hash puts them, and while they come and go.
 */
#include <linux/inetdevice.h>
#include <linux/log2.h>
#include <linux/rtnetlink.h>
#include <net/addrconf.h>
#include <net/net_namespace.h>

#include "host.h"
#include "local.h"
#include "pernet.h"
#include "suites.h"
#include "world.h"

#define MANY 300
#define CLUSTER 4

/* What a test works on. */
struct holder {
	struct vxm_local local;
	struct net_device *underlay;
};

static int local_init(struct kunit *test)
{
	struct holder *holder = kunit_kzalloc(test, sizeof(*holder),
					      GFP_KERNEL);

	if (!holder)
		return -ENOMEM;
	vxm_local_net_init(&holder->local, &init_net);
	holder->underlay = vxm_kunit_underlay("kunit-u0");
	test->priv = holder;
	return holder->underlay ? 0 : -ENOMEM;
}

static void start(struct vxm_local *local)
{
	rtnl_lock();
	vxm_local_start(local);
	rtnl_unlock();
}

static void stop(struct vxm_local *local)
{
	rtnl_lock();
	vxm_local_stop(local);
	rtnl_unlock();
}

/* The namespace's own, which hears of changes. */
static struct vxm_local *first_net(void)
{
	return &vxm_net(&init_net)->local;
}

static void local_exit(struct kunit *test)
{
	struct holder *holder = test->priv;

	if (!holder)
		return;
	stop(first_net());
	vxm_kunit_underlay_end(holder->underlay);
	stop(&holder->local);
	vxm_local_net_exit(&holder->local);
}

static struct vxm_local *own(struct kunit *test)
{
	return &((struct holder *)test->priv)->local;
}

static struct net_device *underlay(struct kunit *test)
{
	return ((struct holder *)test->priv)->underlay;
}

static bool has(const struct vxm_local *local, sa_family_t family,
		const struct in6_addr *addr)
{
	bool found;

	rcu_read_lock();
	if (family == AF_INET)
		found = vxm_local_has_ipv4(local, addr->s6_addr32[0]);
	else
		found = vxm_local_has_ipv6(local, addr);
	rcu_read_unlock();
	return found;
}

VXM_KUNIT_TABLE(family, vxm_kunit_families);

static sa_family_t family_of(struct kunit *test)
{
	return ((const struct vxm_kunit_family *)test->param_value)->family;
}

static const struct in6_addr none;
static const struct in6_addr ones = { .s6_addr32 = { [0 ... 3] = ~0 } };

/* 10.77.0.0 and so many, fd00:77:: and so many. */
static struct vxm_kunit_address number(sa_family_t family, u32 n)
{
	struct vxm_kunit_address address = { .family = family };

	if (family == AF_INET) {
		address.prefix = 32;
		address.local.s6_addr32[0] = htonl(0x0a4d0000 + n);
	} else {
		address.prefix = 128;
		address.local.s6_addr32[0] = htonl(0xfd000077);
		address.local.s6_addr32[3] = htonl(n);
	}
	return address;
}

static u32 place_of(const struct vxm_local_table *table, sa_family_t family,
		    const struct in6_addr *addr)
{
	if (family == AF_INET)
		return vxm_local_place(table, (__force u32)addr->s6_addr32[0]);
	return vxm_local_place(table, ipv6_addr_hash(addr));
}

/* Look-ups, in tables laid out by hand */

struct layout {
	const char *name;
	unsigned int bits;
	int n;
	u32 home[8];	/* where each address is looked for first */
};

static const struct layout layouts[] = {
	{ "no address", 1 },
	{ "no address in many places", 4 },
	{ "the first of two places", 1, 1, { 0 } },
	{ "the last of two places", 1, 1, { 1 } },
	{ "each in its own", 3, 4, { 0, 2, 4, 7 } },
	{ "side by side", 3, 4, { 3, 4, 5, 6 } },
	{ "four for one place", 3, 4, { 2, 2, 2, 2 } },
	{ "four for the last place", 3, 4, { 7, 7, 7, 7 } },
	{ "pushed over the end", 3, 4, { 6, 6, 7, 0 } },
	{ "pushed aside by others", 3, 4, { 1, 1, 2, 1 } },
	{ "eight for one of many places", 4, 8, { 9, 9, 9, 9, 9, 9, 9, 9 } },
	{ "eight for the last but one", 4, 8,
	  { 14, 14, 14, 14, 14, 14, 14, 14 } },
};

VXM_KUNIT_TABLE(layout, layouts);

static struct vxm_local_table *new_table(struct kunit *test, unsigned int bits)
{
	struct vxm_local_table *table;

	table = kunit_kzalloc(test, struct_size(table, ipv6, BIT(bits)),
			      GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, table);
	table->ipv4 = kunit_kcalloc(test, BIT(bits), sizeof(*table->ipv4),
				    GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, table->ipv4);
	table->shift = 32 - bits;
	table->mask = BIT(bits) - 1;
	return table;
}

/* The first place that is free from its own on. */
static void lay(struct vxm_local_table *table, sa_family_t family,
		const struct in6_addr *addr)
{
	u32 n = place_of(table, family, addr);

	if (family == AF_INET) {
		while (table->ipv4[n % (table->mask + 1)])
			n++;
		table->ipv4[n % (table->mask + 1)] = addr->s6_addr32[0];
	} else {
		while (!ipv6_addr_any(&table->ipv6[n % (table->mask + 1)]))
			n++;
		table->ipv6[n % (table->mask + 1)] = *addr;
	}
}

/* The nth address that is looked for there first. */
static struct in6_addr address_at(const struct vxm_local_table *table,
				  sa_family_t family, u32 home, int nth)
{
	struct vxm_kunit_address address;
	u32 n = 0;

	do {
		address = number(family, n++);
		if (place_of(table, family, &address.local) == home)
			nth--;
	} while (nth >= 0);
	return address.local;
}

/* How many addresses before this one are looked for in its place. */
static int nth_of(const struct layout *row, int i)
{
	int nth = 0, j;

	for (j = 0; j < i; j++)
		nth += row->home[j] == row->home[i];
	return nth;
}

static void looked_up_family(struct kunit *test, sa_family_t family)
{
	const struct layout *row = test->param_value;
	struct vxm_local_table *table = new_table(test, row->bits);
	struct vxm_local local = {};
	struct in6_addr addr;
	u32 home;
	int i;

	RCU_INIT_POINTER(local.table, table);
	for (i = 0; i < row->n; i++) {
		addr = address_at(table, family, row->home[i], nth_of(row, i));
		KUNIT_EXPECT_FALSE(test, has(&local, family, &addr));
		lay(table, family, &addr);
	}
	for (i = 0; i < row->n; i++) {
		addr = address_at(table, family, row->home[i], nth_of(row, i));
		KUNIT_EXPECT_TRUE_MSG(test, has(&local, family, &addr), "%d",
				      i);
	}
	for (home = 0; home <= table->mask; home++) {
		addr = address_at(table, family, home, row->n);
		KUNIT_EXPECT_FALSE_MSG(test, has(&local, family, &addr), "%u",
				       home);
	}
	KUNIT_EXPECT_FALSE(test, has(&local, family, &none));
	KUNIT_EXPECT_FALSE(test, has(&local, family, &ones));
}

static void looked_up(struct kunit *test)
{
	looked_up_family(test, AF_INET);
	looked_up_family(test, AF_INET6);
}

/* The addresses of a namespace, gathered */

static void nobody_asks(struct kunit *test)
{
	const struct in6_addr *loopback = &in6addr_loopback;
	struct vxm_local *local = own(test);

	KUNIT_EXPECT_FALSE(test, has(local, AF_INET6, loopback));
	KUNIT_EXPECT_FALSE(test, has(local, AF_INET6, &none));
	KUNIT_EXPECT_FALSE(test, has(local, AF_INET, &none));
	start(local);
	KUNIT_EXPECT_TRUE(test, has(local, AF_INET6, loopback));
	stop(local);
	KUNIT_EXPECT_FALSE(test, has(local, AF_INET6, loopback));
	start(local);
	KUNIT_EXPECT_TRUE(test, has(local, AF_INET6, loopback));
}

static void add(struct kunit *test, const struct vxm_kunit_address *address)
{
	KUNIT_ASSERT_EQ(test, vxm_kunit_address_add(underlay(test), address),
			0);
}

static void add_numbers(struct kunit *test, sa_family_t family, u32 first,
			u32 n)
{
	struct vxm_kunit_address address;
	u32 i;

	for (i = first; i < first + n; i++) {
		address = number(family, i);
		add(test, &address);
	}
}

/* How many of those are found. */
static u32 found(const struct vxm_local *local, sa_family_t family, u32 first,
		 u32 n)
{
	struct vxm_kunit_address address;
	u32 i, sum = 0;

	for (i = first; i < first + n; i++) {
		address = number(family, i);
		sum += has(local, family, &address.local);
	}
	return sum;
}

static u32 places(const struct vxm_local *local)
{
	u32 n;

	rcu_read_lock();
	n = rcu_dereference(local->table)->mask + 1;
	rcu_read_unlock();
	return n;
}

static void many_gathered(struct kunit *test)
{
	struct vxm_local *local = own(test);

	add_numbers(test, AF_INET, 0, MANY);
	add_numbers(test, AF_INET6, 0, MANY);
	start(local);
	KUNIT_EXPECT_EQ(test, found(local, AF_INET, 0, MANY), MANY);
	KUNIT_EXPECT_EQ(test, found(local, AF_INET6, 0, MANY), MANY);
	KUNIT_EXPECT_EQ(test, found(local, AF_INET, MANY, 5000), 0);
	KUNIT_EXPECT_EQ(test, found(local, AF_INET6, MANY, 5000), 0);
	KUNIT_EXPECT_FALSE(test, has(local, AF_INET, &none));
	KUNIT_EXPECT_FALSE(test, has(local, AF_INET, &ones));
	KUNIT_EXPECT_FALSE(test, has(local, AF_INET6, &none));
	KUNIT_EXPECT_FALSE(test, has(local, AF_INET6, &ones));
	/* half of the places are free, and not much more */
	KUNIT_EXPECT_GE(test, places(local), 2U * 2 * MANY);
	KUNIT_EXPECT_LE(test, places(local), 4U * 2 * MANY);
}

#define V4(a, b, c, d) { .s6_addr = { a, b, c, d } }
#define FD78(...) { .s6_addr = { 0xfd, 0x78, [8] = __VA_ARGS__ } }
#define END(a) 0, 0, 0, 0, 0, 0, 0, a

struct asked {
	const char *name;
	sa_family_t family;
	u8 prefix;
	struct in6_addr local;
	struct in6_addr peer;
	struct in6_addr asked;
	bool found;
};

static const struct asked asked[] = {
	{ "IPv4: the address", AF_INET, 24, V4(10, 78, 0, 1), {},
	  V4(10, 78, 0, 1), true },
	{ "IPv4: a neighbour", AF_INET, 24, V4(10, 78, 0, 1), {},
	  V4(10, 78, 0, 2), false },
	{ "IPv4: the network", AF_INET, 24, V4(10, 78, 0, 1), {},
	  V4(10, 78, 0, 0), false },
	{ "IPv4: all in the network", AF_INET, 24, V4(10, 78, 0, 1), {},
	  V4(10, 78, 0, 255), false },
	{ "IPv4: beside a peer", AF_INET, 32, V4(10, 78, 0, 1),
	  V4(10, 78, 9, 9), V4(10, 78, 0, 1), true },
	{ "IPv4: the peer", AF_INET, 32, V4(10, 78, 0, 1),
	  V4(10, 78, 9, 9), V4(10, 78, 9, 9), false },
	{ "IPv4: loopback", AF_INET, 24, V4(10, 78, 0, 1), {},
	  V4(127, 0, 0, 1), true },
	{ "IPv4: its network", AF_INET, 24, V4(10, 78, 0, 1), {},
	  V4(127, 0, 0, 2), false },
	{ "IPv4: a group", AF_INET, 24, V4(10, 78, 0, 1), {},
	  V4(224, 0, 0, 1), false },
	{ "IPv4: all", AF_INET, 24, V4(10, 78, 0, 1), {},
	  V4(255, 255, 255, 255), false },
	{ "IPv4: none", AF_INET, 24, V4(10, 78, 0, 1), {}, V4(0, 0, 0, 0),
	  false },
	{ "IPv6: the address", AF_INET6, 64, FD78(END(1)), {}, FD78(END(1)),
	  true },
	{ "IPv6: a neighbour", AF_INET6, 64, FD78(END(1)), {}, FD78(END(2)),
	  false },
	{ "IPv6: any router", AF_INET6, 64, FD78(END(1)), {}, FD78(END(0)),
	  false },
	{ "IPv6: beside a peer", AF_INET6, 128, FD78(END(1)), FD78(END(9)),
	  FD78(END(1)), true },
	{ "IPv6: the peer", AF_INET6, 128, FD78(END(1)), FD78(END(9)),
	  FD78(END(9)), false },
	{ "IPv6: loopback", AF_INET6, 64, FD78(END(1)), {},
	  IN6ADDR_LOOPBACK_INIT, true },
	{ "IPv6: a group", AF_INET6, 64, FD78(END(1)), {},
	  { .s6_addr = { 0xff, 2, [15] = 1 } }, false },
	{ "IPv6: none", AF_INET6, 64, FD78(END(1)), {}, {}, false },
	/* the words are the address's, in another order */
	{ "IPv6: one of the same hash", AF_INET6, 64, FD78(END(1)), {},
	  { .s6_addr = { [3] = 1, [4] = 0xfd, 0x78 } }, false },
	{ "IPv6: its IPv4 twin", AF_INET, 24, V4(10, 78, 0, 1), {},
	  { .s6_addr = { [10] = 0xff, 0xff, 10, 78, 0, 1 } }, false },
};

VXM_KUNIT_TABLE(asked, asked);

static void gathered(struct kunit *test)
{
	const struct asked *row = test->param_value;
	bool ipv6 = !strncmp(row->name, "IPv6", 4);
	struct vxm_kunit_address address = {
		.family = row->family,
		.prefix = row->prefix,
		.local = row->local,
		.peer = row->peer,
	};

	add(test, &address);
	start(own(test));
	KUNIT_EXPECT_EQ(test, has(own(test), ipv6 ? AF_INET6 : AF_INET,
				  &row->asked), row->found);
}

/* Context: RTNL, which the next attempt waits for. */
static void start_without_memory(struct kunit *test, struct vxm_local *local)
{
	vxm_kunit_fail_nth(1);
	vxm_local_start(local);
	KUNIT_EXPECT_EQ(test, vxm_kunit_fail_nth(0), 0);
	KUNIT_EXPECT_NE(test, work_busy(&local->work.work), 0U);
}

/* What was known stays known, and the next attempt comes by itself. */
static void no_memory(struct kunit *test)
{
	struct vxm_local *local = own(test);
	u32 n;

	if (vxm_kunit_fail_nth(0) < 0)
		kunit_skip(test, "no CONFIG_FAULT_INJECTION");
	for (n = 0; n < 2; n++) {
		add_numbers(test, AF_INET, n, 1);
		rtnl_lock();
		start_without_memory(test, local);
		KUNIT_EXPECT_EQ(test, found(local, AF_INET, 0, 2), n);
		rtnl_unlock();
		flush_delayed_work(&local->work);
		KUNIT_EXPECT_EQ(test, found(local, AF_INET, 0, 2), n + 1);
	}

	/* an attempt that nobody asks for any more */
	rtnl_lock();
	start_without_memory(test, local);
	vxm_local_stop(local);
	rtnl_unlock();
	flush_delayed_work(&local->work);
	KUNIT_EXPECT_EQ(test, found(local, AF_INET, 0, 2), 0);
}

/* Addresses that come and go */

static void settle(void)
{
	flush_delayed_work(&first_net()->work);
}

static void come_and_go(struct kunit *test)
{
	struct vxm_local *local = first_net();
	sa_family_t family = family_of(test);
	struct vxm_kunit_address address;
	u32 n, before, grown = 0;

	start(local);
	for (n = 0; n < 40; n++) {
		before = places(local);
		add_numbers(test, family, n, 1);
		settle();
		grown += places(local) > before;
		KUNIT_ASSERT_EQ(test, found(local, family, 0, n + 1), n + 1);
	}
	KUNIT_EXPECT_GE(test, grown, 3);
	KUNIT_EXPECT_EQ(test, found(local, family, n, 100), 0);
	for (n = 40; n; n--) {
		address = number(family, n - 1);
		KUNIT_ASSERT_EQ(test, vxm_kunit_address_del(underlay(test),
							    &address), 0);
		KUNIT_ASSERT_EQ(test, found(local, family, n - 1, 100), 0);
		settle();
		KUNIT_ASSERT_EQ(test, found(local, family, 0, 100), n - 1);
	}
	KUNIT_EXPECT_LT(test, places(local), 32U);
}

/*
 * Looks right after the module has heard that an address is gone, before it
 * can have made a new table.
 */
struct watcher {
	struct notifier_block block;
	struct kunit *test;
	sa_family_t family;
	struct in6_addr cluster[CLUSTER];
	bool found[CLUSTER];
	bool strange;	/* what stands in a place is found, and is none of them */
	int n_seen;
};

static bool of_cluster(const struct watcher *watcher,
		       const struct in6_addr *addr)
{
	size_t len = watcher->family == AF_INET ? 4 : 16;
	int i;

	for (i = 0; i < CLUSTER; i++)
		if (!memcmp(addr, &watcher->cluster[i], len))
			return true;
	return false;
}

/* Is an address found that was never there? The underlay has no others. */
static bool strange(const struct watcher *watcher,
		    const struct vxm_local *local)
{
	const struct vxm_local_table *table = rtnl_dereference(local->table);
	struct in6_addr addr = {};
	bool found = false;
	u32 place;

	for (place = 0; place <= table->mask; place++) {
		if (watcher->family == AF_INET)
			addr.s6_addr32[0] = table->ipv4[place];
		else
			addr = table->ipv6[place];
		if (of_cluster(watcher, &addr) ||
		    addr.s6_addr32[0] == htonl(INADDR_LOOPBACK) ||
		    ipv6_addr_loopback(&addr) ||
		    (ipv6_addr_type(&addr) & IPV6_ADDR_LINKLOCAL))
			continue;
		found |= has(local, watcher->family, &addr);
	}
	return found || has(local, watcher->family, &none) ||
	       has(local, watcher->family, &ones);
}

static int watch(struct notifier_block *block, unsigned long event, void *ptr)
{
	struct watcher *watcher = container_of(block, struct watcher, block);
	struct vxm_local *local = first_net();
	int i;

	if (event != NETDEV_DOWN)
		return NOTIFY_DONE;
	watcher->n_seen++;
	for (i = 0; i < CLUSTER; i++)
		watcher->found[i] = has(local, watcher->family,
					&watcher->cluster[i]);
	watcher->strange = strange(watcher, local);
	return NOTIFY_DONE;
}

/* With more addresses than a test here has. */
#define PLACES_MAX 32

/*
 * Addresses that all are looked for in one place, however small the table is;
 * so is 255.255.255.255, and each IPv6 address with its first word all ones.
 */
static void make_cluster(struct watcher *watcher)
{
	static const struct vxm_local_table table = {
		.shift = 32 - ilog2(PLACES_MAX),
	};
	u32 home = place_of(&table, watcher->family, &ones), n = 0;
	struct vxm_kunit_address address;
	struct in6_addr like;
	int i = 0;

	while (i < CLUSTER) {
		address = number(watcher->family, n++);
		like = address.local;
		like.s6_addr32[0] = ones.s6_addr32[0];
		if (place_of(&table, watcher->family, &address.local) == home &&
		    place_of(&table, watcher->family, &like) == home)
			watcher->cluster[i++] = address.local;
	}
}

static struct vxm_kunit_address of_watcher(const struct watcher *watcher, int i)
{
	return (struct vxm_kunit_address){
		.family = watcher->family,
		.prefix = watcher->family == AF_INET ? 32 : 128,
		.local = watcher->cluster[i],
	};
}

static struct watcher *watched(struct kunit *test)
{
	struct vxm_kunit_address address;
	struct watcher *watcher;
	int i;

	watcher = kunit_kzalloc(test, sizeof(*watcher), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, watcher);
	watcher->family = family_of(test);
	watcher->block.notifier_call = watch;
	make_cluster(watcher);
	for (i = 0; i < CLUSTER; i++) {
		address = of_watcher(watcher, i);
		add(test, &address);
	}
	start(first_net());
	KUNIT_ASSERT_LE(test, places(first_net()), (u32)PLACES_MAX);
	return watcher;
}

static void watch_begin(struct watcher *watcher)
{
	if (watcher->family == AF_INET)
		register_inetaddr_notifier(&watcher->block);
	else
		register_inet6addr_notifier(&watcher->block);
}

static void watch_end(struct watcher *watcher)
{
	if (watcher->family == AF_INET)
		unregister_inetaddr_notifier(&watcher->block);
	else
		unregister_inet6addr_notifier(&watcher->block);
}

static int del_watched(struct watcher *watcher, const struct net_device *dev,
		       int i)
{
	struct vxm_kunit_address address = of_watcher(watcher, i);
	int err;

	watch_begin(watcher);
	err = vxm_kunit_address_del(dev, &address);
	watch_end(watcher);
	return err;
}

/* In whatever order: gone at once, and those behind it are not. */
static void gone_at_once(struct kunit *test)
{
	struct watcher *watcher = watched(test);
	static const int order[CLUSTER] = { 1, 0, 3, 2 };
	bool gone[CLUSTER] = {};
	int i, j;

	for (i = 0; i < CLUSTER; i++) {
		gone[order[i]] = true;
		KUNIT_ASSERT_EQ(test, del_watched(watcher, underlay(test),
						  order[i]), 0);
		KUNIT_EXPECT_EQ(test, watcher->n_seen, i + 1);
		KUNIT_EXPECT_FALSE(test, watcher->strange);
		for (j = 0; j < CLUSTER; j++) {
			KUNIT_EXPECT_EQ(test, watcher->found[j], !gone[j]);
			KUNIT_EXPECT_EQ(test, has(first_net(), watcher->family,
						  &watcher->cluster[j]),
					!gone[j]);
		}
	}
}

/* Two go before there is a new table: RTNL is held by who asks. */
static void gone_with_interface(struct kunit *test)
{
	struct watcher *watcher = watched(test);
	struct holder *holder = test->priv;
	int i;

	rtnl_lock();
	watch_begin(watcher);
	unregister_netdevice(holder->underlay);
	KUNIT_EXPECT_GE(test, watcher->n_seen, CLUSTER);
	KUNIT_EXPECT_FALSE(test, watcher->strange);
	for (i = 0; i < CLUSTER; i++) {
		KUNIT_EXPECT_FALSE(test, watcher->found[i]);
		KUNIT_EXPECT_FALSE(test, has(first_net(), watcher->family,
					     &watcher->cluster[i]));
	}
	KUNIT_EXPECT_TRUE(test, has(first_net(), AF_INET6, &in6addr_loopback));
	rtnl_unlock();
	watch_end(watcher);
	free_netdev(holder->underlay);
	holder->underlay = NULL;
}

/* It stays this host's as long as one interface has it. */
static void still_elsewhere(struct kunit *test)
{
	struct vxm_kunit_address address = number(family_of(test), 1);
	struct net_device *loopback = init_net.loopback_dev;
	struct vxm_local *local = first_net();

	add(test, &address);
	KUNIT_ASSERT_EQ(test, vxm_kunit_address_add(loopback, &address), 0);
	start(local);
	KUNIT_EXPECT_TRUE(test, has(local, address.family, &address.local));
	KUNIT_EXPECT_EQ(test, vxm_kunit_address_del(loopback, &address), 0);
	settle();
	KUNIT_EXPECT_TRUE(test, has(local, address.family, &address.local));
	KUNIT_EXPECT_EQ(test, vxm_kunit_address_del(underlay(test), &address),
			0);
	KUNIT_EXPECT_FALSE(test, has(local, address.family, &address.local));
	settle();
	KUNIT_EXPECT_FALSE(test, has(local, address.family, &address.local));
}

/* While nobody asks, changes are nobody's concern. */
static void changes_unasked(struct kunit *test)
{
	struct vxm_local *local = first_net();
	sa_family_t family = family_of(test);

	add_numbers(test, family, 0, 2);
	settle();
	KUNIT_EXPECT_EQ(test, found(local, family, 0, 2), 0);
	start(local);
	KUNIT_EXPECT_EQ(test, found(local, family, 0, 2), 2);
	stop(local);
	add_numbers(test, family, 2, 2);
	settle();
	KUNIT_EXPECT_EQ(test, found(local, family, 0, 4), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(looked_up, layout_gen_params),
	KUNIT_CASE(nobody_asks),
	KUNIT_CASE(many_gathered),
	KUNIT_CASE_PARAM(gathered, asked_gen_params),
	KUNIT_CASE(no_memory),
	KUNIT_CASE_PARAM(come_and_go, family_gen_params),
	KUNIT_CASE_PARAM(gone_at_once, family_gen_params),
	KUNIT_CASE_PARAM(gone_with_interface, family_gen_params),
	KUNIT_CASE_PARAM(still_elsewhere, family_gen_params),
	KUNIT_CASE_PARAM(changes_unasked, family_gen_params),
	{}
};

struct kunit_suite vxm_local_suite = {
	.name = "vxm_local",
	.init = local_init,
	.exit = local_exit,
	.test_cases = cases,
};
