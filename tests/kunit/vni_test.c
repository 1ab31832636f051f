// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_vni: which entry a VNI belongs to, which entries can stand beside
 * each other, and that nothing is left half made.
 */
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

#include "device.h"
#include "pernet.h"
#include "port.h"
#include "suites.h"
#include "world.h"

#define ENTRIES 10
#define NONE (-1)
#define OTHER_PORT 4790

static struct vxm_net *first_net(void)
{
	return vxm_net(&init_net);
}

static int vni_init(struct kunit *test)
{
	struct vxm_net *vn = first_net();

	test->priv = kunit_kzalloc(test, sizeof(struct vxm_kunit_request),
				   GFP_KERNEL);
	if (!test->priv)
		return -ENOMEM;
	return vn->n_vnis || vn->n_ports ? -EBUSY : 0;
}

static void vni_exit(struct kunit *test)
{
	vxm_kunit_del_dev(VXM_KUNIT_DEV);
	vxm_kunit_del_dev(VXM_KUNIT_DEV2);
}

#define NUMBER(vni) { VXM_PORT_DEFAULT, VXM_VNI_NUMBER, vni, vni }
#define RANGE(first, last) { VXM_PORT_DEFAULT, VXM_VNI_RANGE, first, last }
#define ANY { VXM_PORT_DEFAULT, VXM_VNI_ANY, 0, VXM_VNI_MAX }
#define END { 0 }

static struct vxm_vni_key on_other_port(const struct vxm_vni_key *key)
{
	struct vxm_vni_key other = *key;

	other.port = OTHER_PORT;
	return other;
}

static int add(struct kunit *test, const struct vxm_vni_key *key)
{
	return vxm_kunit_add(key, VXM_KUNIT_DEV, test->priv);
}

static int add_all(struct kunit *test, const struct vxm_vni_key *keys)
{
	int n;

	for (n = 0; n < ENTRIES && keys[n].port; n++)
		KUNIT_ASSERT_EQ_MSG(test, add(test, &keys[n]), 0, "entry %d",
				    n);
	return n;
}

static struct vxm_vni *entry_of(const struct vxm_vni_key *key)
{
	struct vxm_vni *entry;

	rtnl_lock();
	entry = vxm_vni_find(first_net(), key);
	rtnl_unlock();
	return entry;
}

static struct vxm_port *port_of(u16 number)
{
	struct vxm_port *port;

	rtnl_lock();
	port = vxm_port_find(first_net(), number);
	rtnl_unlock();
	return port;
}

static struct vxm_vni *lookup(struct vxm_port *port, u32 vni)
{
	struct vxm_vni *entry;

	rcu_read_lock();
	entry = vxm_vni_lookup(port, vni);
	rcu_read_unlock();
	return entry;
}

static void del(const struct vxm_vni_key *key)
{
	struct vxm_vni *entry;

	rtnl_lock();
	entry = vxm_vni_find(first_net(), key);
	if (entry)
		vxm_vni_del(entry);
	rtnl_unlock();
}

struct looked_up {
	u32 vni;
	int entry;	/* which of the table's, or NONE */
};

struct table {
	const char *name;
	struct vxm_vni_key entries[ENTRIES];
	struct looked_up lookups[12];
	int n_lookups;
};

#define LOOKUPS(...)							\
	.lookups = { __VA_ARGS__ },					\
	.n_lookups = sizeof((struct looked_up[]){ __VA_ARGS__ }) /	\
		     sizeof(struct looked_up)

static const struct table tables[] = {
	{ "one number", { NUMBER(7) },
	  LOOKUPS({ 0, NONE }, { 6, NONE }, { 7, 0 }, { 8, NONE },
		  { VXM_VNI_MAX, NONE }) },
	{ "VNI 0", { NUMBER(0) }, LOOKUPS({ 0, 0 }, { 1, NONE }) },
	{ "the largest VNI", { NUMBER(VXM_VNI_MAX) },
	  LOOKUPS({ VXM_VNI_MAX, 0 }, { VXM_VNI_MAX - 1, NONE }) },
	{ "a range's borders", { RANGE(100, 199) },
	  LOOKUPS({ 99, NONE }, { 100, 0 }, { 101, 0 }, { 198, 0 }, { 199, 0 },
		  { 200, NONE }) },
	{ "ranges at the ends",
	  { RANGE(0, 1), RANGE(VXM_VNI_MAX - 1, VXM_VNI_MAX) },
	  LOOKUPS({ 0, 0 }, { 1, 0 }, { 2, NONE }, { VXM_VNI_MAX - 2, NONE },
		  { VXM_VNI_MAX - 1, 1 }, { VXM_VNI_MAX, 1 }) },
	{ "a range of all", { RANGE(0, VXM_VNI_MAX) },
	  LOOKUPS({ 0, 0 }, { 12345, 0 }, { VXM_VNI_MAX, 0 }) },
	{ "ranges side by side",
	  { RANGE(20, 29), RANGE(10, 19), RANGE(40, 41) },
	  LOOKUPS({ 9, NONE }, { 10, 1 }, { 19, 1 }, { 20, 0 }, { 29, 0 },
		  { 30, NONE }, { 39, NONE }, { 40, 2 }, { 41, 2 },
		  { 42, NONE }) },
	{ "any", { ANY }, LOOKUPS({ 0, 0 }, { 1, 0 }, { VXM_VNI_MAX, 0 }) },
	{ "number before range before any",
	  { ANY, RANGE(100, 199), NUMBER(150), NUMBER(99), NUMBER(199) },
	  LOOKUPS({ 98, 0 }, { 99, 3 }, { 100, 1 }, { 149, 1 }, { 150, 2 },
		  { 151, 1 }, { 198, 1 }, { 199, 4 }, { 200, 0 }, { 0, 0 },
		  { VXM_VNI_MAX, 0 }) },
	{ "number at a range's first", { RANGE(100, 199), NUMBER(100) },
	  LOOKUPS({ 99, NONE }, { 100, 1 }, { 101, 0 }) },
	/* its last VNI is a number's, too: not found by that */
	{ "number beside a range that ends there", { NUMBER(5), RANGE(3, 5) },
	  LOOKUPS({ 2, NONE }, { 3, 1 }, { 4, 1 }, { 5, 0 }, { 6, NONE }) },
};

VXM_KUNIT_TABLE(table, tables);

static void lookup_finds(struct kunit *test)
{
	const struct table *row = test->param_value;
	struct vxm_vni *want;
	struct vxm_port *port;
	int i;

	add_all(test, row->entries);
	port = port_of(VXM_PORT_DEFAULT);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, port);
	for (i = 0; i < row->n_lookups; i++) {
		const struct looked_up *l = &row->lookups[i];

		want = l->entry == NONE ? NULL :
					  entry_of(&row->entries[l->entry]);
		KUNIT_EXPECT_TRUE(test, want || l->entry == NONE);
		KUNIT_EXPECT_PTR_EQ_MSG(test, lookup(port, l->vni), want,
					"VNI %u", l->vni);
	}
}

/* What is deleted under its words is what was found, and no other. */
static void delete_exact_words(struct kunit *test)
{
	const struct table *row = test->param_value;
	const struct vxm_vni_key *key;
	struct vxm_kunit_request *request = test->priv;
	int i, left, n;

	n = add_all(test, row->entries);
	KUNIT_EXPECT_EQ(test, first_net()->n_vnis, n);
	for (left = n; left; left--) {
		key = &row->entries[left - 1];
		del(key);
		KUNIT_EXPECT_EQ(test, first_net()->n_vnis, left - 1);
		KUNIT_EXPECT_NULL(test, entry_of(key));
		for (i = 0; i < left - 1; i++)
			KUNIT_EXPECT_NOT_NULL(test, entry_of(&row->entries[i]));
	}
	/* the last took the port with it, and the words are free again */
	KUNIT_EXPECT_NULL(test, port_of(VXM_PORT_DEFAULT));
	KUNIT_EXPECT_EQ(test, vxm_kunit_add(&row->entries[0], VXM_KUNIT_DEV,
					    request), 0);
}

struct words {
	const char *name;
	struct vxm_vni_key key;
};

static const struct words other_words[] = {
	{ "a number in a range", NUMBER(150) },
	{ "a range's first", NUMBER(100) },
	{ "a range's last", NUMBER(199) },
	{ "part of a range, its last", RANGE(101, 199) },
	{ "part of a range, its first", RANGE(100, 198) },
	{ "a larger range", RANGE(99, 199) },
	{ "a range that ends at a number", RANGE(6, 7) },
	{ "a range of all", RANGE(0, VXM_VNI_MAX) },
	{ "VNI 0, as any begins", NUMBER(0) },
};

VXM_KUNIT_TABLE(other_words, other_words);

static void not_found_under(struct kunit *test)
{
	static const struct vxm_vni_key entries[ENTRIES] = {
		ANY, RANGE(100, 199), NUMBER(7),
	};
	const struct words *row = test->param_value;
	struct vxm_vni_key key;
	int i;

	add_all(test, entries);
	KUNIT_EXPECT_NULL(test, entry_of(&row->key));
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_NOT_NULL(test, entry_of(&entries[i]));
		key = on_other_port(&entries[i]);
		KUNIT_EXPECT_NULL(test, entry_of(&key));
	}
}

struct newcomer {
	const char *name;
	struct vxm_vni_key entries[ENTRIES];
	struct vxm_vni_key key;
	int err;
};

static const struct newcomer newcomers[] = {
	{ "the same number", { NUMBER(7) }, NUMBER(7), -EEXIST },
	{ "the same range", { RANGE(100, 199) }, RANGE(100, 199), -EEXIST },
	{ "any twice", { ANY }, ANY, -EEXIST },
	{ "range over a range's first", { RANGE(100, 199) }, RANGE(90, 100),
	  -EEXIST },
	{ "range over a range's last", { RANGE(100, 199) }, RANGE(199, 210),
	  -EEXIST },
	{ "range inside", { RANGE(100, 199) }, RANGE(120, 130), -EEXIST },
	{ "range around", { RANGE(100, 199) }, RANGE(0, VXM_VNI_MAX), -EEXIST },
	{ "range with the same first", { RANGE(100, 199) }, RANGE(100, 150),
	  -EEXIST },
	{ "range with the same last", { RANGE(100, 199) }, RANGE(150, 199),
	  -EEXIST },
	{ "range over two", { RANGE(10, 19), RANGE(30, 39) }, RANGE(15, 35),
	  -EEXIST },
	{ "range over the second of two", { RANGE(10, 19), RANGE(30, 39) },
	  RANGE(20, 30), -EEXIST },
	{ "range just below", { RANGE(100, 199) }, RANGE(90, 99), 0 },
	{ "range just above", { RANGE(100, 199) }, RANGE(200, 201), 0 },
	{ "range between two", { RANGE(10, 19), RANGE(30, 39) }, RANGE(20, 29),
	  0 },
	/* no range has them, so no overlap: the number wins */
	{ "range over a number", { NUMBER(150) }, RANGE(100, 199), 0 },
	{ "number in a range", { RANGE(100, 199) }, NUMBER(150), 0 },
	{ "any beside all others", { NUMBER(1), RANGE(2, 3) }, ANY, 0 },
	{ "others beside any", { ANY }, RANGE(0, VXM_VNI_MAX), 0 },
	{ "the largest VNI beside any", { ANY }, NUMBER(VXM_VNI_MAX), 0 },
};

VXM_KUNIT_TABLE(newcomer, newcomers);

static void add_beside(struct kunit *test)
{
	const struct newcomer *row = test->param_value;
	struct vxm_kunit_request *request = test->priv;
	struct vxm_vni_key other = on_other_port(&row->key);
	int n = add_all(test, row->entries);

	KUNIT_EXPECT_EQ(test, add(test, &row->key), row->err);
	KUNIT_EXPECT_EQ(test, first_net()->n_vnis, row->err ? n : n + 1);
	if (row->err) {
		KUNIT_EXPECT_NOT_NULL(test, request->extack._msg);
		KUNIT_EXPECT_PTR_EQ(test, request->extack.bad_attr,
				    (const struct nlattr *)&request->words);
	}
	/* another port has VNIs of its own */
	KUNIT_EXPECT_EQ(test, add(test, &other), 0);
}

struct refusal {
	const char *name;
	const char *dev;
	u32 max_vnis;
	u32 max_ports;
	unsigned long event;	/* that somebody else refuses */
	int err;
	bool says_why;
};

static const struct refusal refusals[] = {
	{ "limit on entries", VXM_KUNIT_DEV, 0, 1, 0, -ENOSPC, true },
	{ "limit on ports", VXM_KUNIT_DEV, 1, 0, 0, -ENOSPC, true },
	{ "device of another kind", "lo", 1, 1, 0, -EEXIST, true },
	{ "impossible name", "a/b", 1, 1, 0, -EINVAL, true },
	/* the kernel would fill in a number */
	{ "name with a format", "kunit%d", 1, 1, 0, -EINVAL, true },
	{ "empty name", "", 1, 1, 0, -EINVAL, true },
	{ "device not registered", VXM_KUNIT_DEV, 1, 1, NETDEV_POST_INIT,
	  -EPERM, true },
	{ "device not opened", VXM_KUNIT_DEV, 1, 1, NETDEV_PRE_UP, -EPERM,
	  false },
};

VXM_KUNIT_TABLE(refusal, refusals);

static unsigned long refused_event;

static int refuse(struct notifier_block *block, unsigned long event, void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);

	if (event != refused_event || strcmp(dev->name, VXM_KUNIT_DEV))
		return NOTIFY_DONE;
	return notifier_from_errno(-EPERM);
}

/* Whatever step it fails in, what was made before is gone again. */
static void nothing_half_made(struct kunit *test)
{
	struct notifier_block block = { .notifier_call = refuse };
	const struct vxm_vni_key key = NUMBER(7);
	const struct refusal *row = test->param_value;
	struct vxm_kunit_request *request = test->priv;
	struct vxm_net *vn = first_net();
	int err;

	refused_event = row->event;
	vn->max_vnis = row->max_vnis;
	vn->max_ports = row->max_ports;
	if (row->event)
		register_netdevice_notifier(&block);
	err = vxm_kunit_add(&key, row->dev, request);
	if (row->event)
		unregister_netdevice_notifier(&block);
	vn->max_vnis = VXM_MAX_VNIS;
	vn->max_ports = VXM_MAX_PORTS;

	KUNIT_EXPECT_EQ(test, err, row->err);
	KUNIT_EXPECT_EQ(test, request->extack._msg ? true : false,
			row->says_why);
	KUNIT_EXPECT_EQ(test, vn->n_vnis, 0);
	KUNIT_EXPECT_EQ(test, vn->n_ports, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&vn->ports));
	rtnl_lock();
	KUNIT_EXPECT_PTR_EQ(test, __dev_get_by_name(&init_net, VXM_KUNIT_DEV),
			    NULL);
	rtnl_unlock();

	/* and the way is free for the next */
	KUNIT_EXPECT_EQ(test, add(test, &key), 0);
}

/* Two entries that are there already stay as they are when a third fails. */
static void refusal_leaves_others(struct kunit *test)
{
	static const struct vxm_vni_key entries[ENTRIES] = { NUMBER(1), ANY };
	const struct vxm_vni_key key = NUMBER(7);
	struct vxm_vni_key other = on_other_port(&key);
	struct vxm_net *vn = first_net();
	struct vxm_device *mirror;

	add_all(test, entries);
	vn->max_ports = 1;
	KUNIT_EXPECT_EQ(test, add(test, &other), -ENOSPC);
	vn->max_ports = VXM_MAX_PORTS;
	KUNIT_EXPECT_EQ(test, vxm_kunit_add(&key, "lo", test->priv), -EEXIST);
	KUNIT_EXPECT_EQ(test, vxm_kunit_add(&key, "a/b", test->priv), -EINVAL);
	KUNIT_EXPECT_EQ(test, vn->n_vnis, 2);
	KUNIT_EXPECT_EQ(test, vn->n_ports, 1);
	rtnl_lock();
	mirror = netdev_priv(__dev_get_by_name(&init_net, VXM_KUNIT_DEV));
	KUNIT_EXPECT_EQ(test, mirror->n_vnis, 2);
	rtnl_unlock();
}

/* Port; numbers, ranges, any; VNI. An entry may go while it is the last one. */
static void dump_order(struct kunit *test)
{
	static const struct vxm_vni_key order[ENTRIES] = {
		{ 4788, VXM_VNI_RANGE, 5, 6 },
		NUMBER(0), NUMBER(1), NUMBER(VXM_VNI_MAX),
		RANGE(0, 1), RANGE(100, 199), RANGE(200, VXM_VNI_MAX), ANY,
		{ OTHER_PORT, VXM_VNI_NUMBER, 3, 3 },
		{ OTHER_PORT, VXM_VNI_ANY, 0, VXM_VNI_MAX },
	};
	struct vxm_vni_key after = END;
	struct vxm_vni *entry;
	int i;

	for (i = 0; i < ENTRIES; i++)
		KUNIT_ASSERT_EQ(test, add(test, &order[i * 7 % ENTRIES]), 0);
	rtnl_lock();
	for (i = 0; i < ENTRIES; i++) {
		entry = vxm_vni_next(first_net(), &after);
		KUNIT_EXPECT_NOT_NULL(test, entry);
		if (!entry)
			break;
		after = entry->key;
		KUNIT_EXPECT_EQ_MSG(test, memcmp(&after, &order[i],
						 sizeof(after)), 0,
				    "%d: %u %d %u", i, after.port, after.kind,
				    after.first);
		vxm_vni_del(entry);
	}
	KUNIT_EXPECT_NULL(test, vxm_vni_next(first_net(), &after));
	rtnl_unlock();
}

static void move_to_other_device(struct kunit *test)
{
	const struct vxm_vni_key key = NUMBER(1), key2 = NUMBER(2);
	struct net_device *dev, *dev2;
	struct vxm_vni *entry;

	KUNIT_ASSERT_EQ(test, add(test, &key), 0);
	KUNIT_ASSERT_EQ(test, vxm_kunit_add(&key2, VXM_KUNIT_DEV2, test->priv),
			0);
	rtnl_lock();
	dev = __dev_get_by_name(&init_net, VXM_KUNIT_DEV);
	dev2 = __dev_get_by_name(&init_net, VXM_KUNIT_DEV2);
	entry = vxm_vni_find(first_net(), &key);
	vxm_vni_set(entry, dev2, &entry->settings);
	KUNIT_EXPECT_PTR_EQ(test, rtnl_dereference(entry->dev), dev2);
	KUNIT_EXPECT_EQ(test, ((struct vxm_device *)netdev_priv(dev))->n_vnis,
			0);
	KUNIT_EXPECT_EQ(test, ((struct vxm_device *)netdev_priv(dev2))->n_vnis,
			2);
	rtnl_unlock();

	/* it goes with the device that it is on now */
	vxm_kunit_del_dev(VXM_KUNIT_DEV);
	KUNIT_EXPECT_NOT_NULL(test, entry_of(&key));
	vxm_kunit_del_dev(VXM_KUNIT_DEV2);
	KUNIT_EXPECT_NULL(test, entry_of(&key));
	KUNIT_EXPECT_EQ(test, first_net()->n_vnis, 0);
}

/* What an entry has counted is in the totals before, while and after it goes */
static void counts_outlive_entry(struct kunit *test)
{
	const struct vxm_vni_key keys[] = { NUMBER(1), RANGE(5, 9), ANY };
	struct vxm_totals before, now;
	struct vxm_vni *entry;
	int i;

	rtnl_lock();
	vxm_net_totals(first_net(), &before);
	rtnl_unlock();
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		KUNIT_ASSERT_EQ(test, add(test, &keys[i]), 0);
		entry = entry_of(&keys[i]);
		local_bh_disable();
		vxm_count_lost(entry->counters, 100, VXM_CAUSE_DEV_DOWN);
		local_bh_enable();
	}
	for (i = 0; i < ARRAY_SIZE(keys) + 1; i++) {
		rtnl_lock();
		vxm_net_totals(first_net(), &now);
		rtnl_unlock();
		KUNIT_EXPECT_EQ(test, now.received_packets,
				before.received_packets + ARRAY_SIZE(keys));
		KUNIT_EXPECT_EQ(test, now.received_bytes,
				before.received_bytes + 100 * ARRAY_SIZE(keys));
		KUNIT_EXPECT_EQ(test, now.causes[VXM_CAUSE_DEV_DOWN],
				before.causes[VXM_CAUSE_DEV_DOWN] +
				ARRAY_SIZE(keys));
		if (i % 2) {
			rcu_barrier();
			flush_workqueue(vxm_wq);
		}
		if (i < ARRAY_SIZE(keys))
			del(&keys[i]);
	}
}

#define MANY 1000

/* A thousand numbers and a thousand ranges between them. */
static void thousands(struct kunit *test)
{
	struct vxm_port *port;
	struct vxm_vni *entry;
	u32 i, vni, wrong = 0;

	for (i = 0; i < MANY; i++) {
		struct vxm_vni_key number = NUMBER(16 * i);
		struct vxm_vni_key range = RANGE(16 * i + 2, 16 * i + 13);

		KUNIT_ASSERT_EQ(test, add(test, &number), 0);
		KUNIT_ASSERT_EQ(test, add(test, &range), 0);
	}
	KUNIT_EXPECT_EQ(test, first_net()->n_vnis, 2 * MANY);
	port = port_of(VXM_PORT_DEFAULT);
	for (vni = 0; vni < 16 * MANY; vni++) {
		u32 first = vni % 16 == 0 ? vni : vni / 16 * 16 + 2;
		bool some = vni % 16 == 0 || (vni % 16 >= 2 && vni % 16 <= 13);

		rcu_read_lock();
		entry = vxm_vni_lookup(port, vni);
		if (entry ? entry->key.first != first || !some : some)
			wrong++;
		rcu_read_unlock();
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);

	for (i = 0; i < MANY; i += 2) {
		struct vxm_vni_key number = NUMBER(16 * i);

		del(&number);
	}
	for (i = 0; i < MANY; i++)
		wrong += !lookup(port, 16 * i) != (i % 2 == 0);
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, first_net()->n_vnis, MANY + MANY / 2);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(lookup_finds, table_gen_params),
	KUNIT_CASE_PARAM(delete_exact_words, table_gen_params),
	KUNIT_CASE_PARAM(not_found_under, other_words_gen_params),
	KUNIT_CASE_PARAM(add_beside, newcomer_gen_params),
	KUNIT_CASE_PARAM(nothing_half_made, refusal_gen_params),
	KUNIT_CASE(refusal_leaves_others),
	KUNIT_CASE(dump_order),
	KUNIT_CASE(move_to_other_device),
	KUNIT_CASE(counts_outlive_entry),
	KUNIT_CASE(thousands),
	{}
};

struct kunit_suite vxm_vni_suite = {
	.name = "vxm_vni",
	.init = vni_init,
	.exit = vni_exit,
	.test_cases = cases,
};
