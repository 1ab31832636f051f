// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_session: sessions are learned, told apart, limited, forgotten.
 */
#include <linux/bottom_half.h>
#include <linux/jiffies.h>
#include <linux/rtnetlink.h>
#include <linux/vxmirror.h>
#include <net/net_namespace.h>

#include "pernet.h"
#include "port.h"
#include "session.h"
#include "suites.h"

#define MANY 3000

/* A namespace's state of the test's own, of which only this part is used. */
static int session_init(struct kunit *test)
{
	struct vxm_net *vn = kunit_kzalloc(test, sizeof(*vn), GFP_KERNEL);

	if (!vn)
		return -ENOMEM;
	vn->net = &init_net;
	INIT_LIST_HEAD(&vn->ports);
	vxm_sessions_init(&vn->sessions, vn);
	test->priv = vn;
	return vxm_sessions_start(&vn->sessions);
}

static void session_exit(struct kunit *test)
{
	struct vxm_net *vn = test->priv;

	if (!vn)
		return;
	vxm_sessions_stop(&vn->sessions);
	rcu_barrier();
	vxm_sessions_free(&vn->sessions);
}

static struct vxm_sessions *sessions(struct kunit *test)
{
	return &((struct vxm_net *)test->priv)->sessions;
}

/* Different ones for each number. */
static struct vxm_source source_of(u32 number)
{
	return (struct vxm_source){
		.addr.s6_addr32[0] = htonl(0x0a000000 + number),
		.vni = 7,
		.port = VXM_PORT_DEFAULT,
		.family = AF_INET,
	};
}

static bool count(struct vxm_sessions *s, const struct vxm_source *source,
		  u32 len, bool truncated)
{
	/* no entry covers anything: sessions do not mind */
	struct vxm_port port = { .vn = s->vn };
	struct vxm_session *session;

	vxm_vni_table_init(&port.vnis);
	local_bh_disable();
	rcu_read_lock();
	session = vxm_session_lookup(s, source) ?:
		  vxm_session_learn(&port, source);
	if (session)
		vxm_session_count(session, len, truncated);
	rcu_read_unlock();
	local_bh_enable();
	return session;
}

/* Counts one frame of so many sources; returns how many had a session. */
static u32 count_sources(struct vxm_sessions *s, u32 first, u32 n)
{
	struct vxm_source source;
	u32 i, counted = 0;

	for (i = 0; i < n; i++) {
		source = source_of(first + i);
		counted += count(s, &source, 60, false);
	}
	return counted;
}

static bool find(struct vxm_sessions *s, const struct vxm_source *source,
		 struct vxm_session_totals *totals)
{
	struct vxm_session *session;

	memset(totals, 0, sizeof(*totals));
	mutex_lock(&s->mutex);
	session = vxm_session_find(s, source);
	if (session)
		vxm_session_sum(session, totals);
	mutex_unlock(&s->mutex);
	return session;
}

static u32 how_many(struct vxm_sessions *s)
{
	u32 cursor = 0, n = 0;

	mutex_lock(&s->mutex);
	while (vxm_session_next(s, &cursor))
		n++;
	mutex_unlock(&s->mutex);
	return n;
}

static void never_started(struct kunit *test)
{
	struct vxm_net *vn = kunit_kzalloc(test, sizeof(*vn), GFP_KERNEL);
	struct vxm_source source = source_of(1);
	struct vxm_session_totals totals;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, vn);
	vn->net = &init_net;
	vxm_sessions_init(&vn->sessions, vn);
	KUNIT_EXPECT_FALSE(test, find(&vn->sessions, &source, &totals));
	KUNIT_EXPECT_EQ(test, how_many(&vn->sessions), 0);
	KUNIT_EXPECT_FALSE(test, vxm_session_forget(&vn->sessions, &source));
	vxm_sessions_limit(&vn->sessions);
	KUNIT_EXPECT_EQ(test, vxm_sessions_memory(&vn->sessions), 0);
	vxm_sessions_stop(&vn->sessions);
	vxm_sessions_free(&vn->sessions);
}

static void learned_and_counted(struct kunit *test)
{
	struct vxm_source source = source_of(1), other = source_of(2);
	struct vxm_sessions *s = sessions(test);
	u64 before = get_jiffies_64();
	struct vxm_session_totals t;
	int i;

	KUNIT_EXPECT_FALSE(test, find(s, &source, &t));
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_TRUE(test, count(s, &source, 100 + i, i % 2));
	KUNIT_ASSERT_TRUE(test, find(s, &source, &t));
	KUNIT_EXPECT_EQ(test, t.packets, 10);
	KUNIT_EXPECT_EQ(test, t.bytes, 1045);
	KUNIT_EXPECT_EQ(test, t.truncated, 5);
	KUNIT_EXPECT_GE(test, t.last, before);
	KUNIT_EXPECT_LE(test, t.last, get_jiffies_64());
	KUNIT_EXPECT_FALSE(test, find(s, &other, &t));
	KUNIT_EXPECT_EQ(test, how_many(s), 1);
}

struct other {
	const char *name;
	struct vxm_source a;
	struct vxm_source b;
};

#define BY(...) .vni = 7, .port = 4789, .addr.s6_addr = { __VA_ARGS__ }
#define V4(...) { .family = AF_INET, BY(__VA_ARGS__) }
#define V6(...) { .family = AF_INET6, BY(__VA_ARGS__) }
#define V4_OF(vni_, port_) { .family = AF_INET, .vni = vni_, .port = port_, \
			     .addr.s6_addr = { 10, 0, 0, 1 } }

static const struct other others[] = {
	{ "IPv4 address, last byte", V4(10, 0, 0, 1), V4(10, 0, 0, 2) },
	{ "IPv4 address, first byte", V4(10, 0, 0, 1), V4(11, 0, 0, 1) },
	{ "IPv6 address, first byte", V6(0xfd, 1), V6(0xfc, 1) },
	{ "IPv6 address, last byte",
	  V6(0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
	  V6(0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2) },
	{ "IPv6 address, fifth byte, where IPv4 ends", V6(0xfd, 0, 0, 0, 1),
	  V6(0xfd, 0, 0, 0, 2) },
	{ "VNI, lowest bit", V4_OF(6, 4789), V4_OF(7, 4789) },
	{ "VNI, highest bit", V4_OF(7, 4789), V4_OF(0x800007, 4789) },
	{ "VNI 0", V4_OF(0, 4789), V4_OF(1, 4789) },
	{ "port", V4_OF(7, 4789), V4_OF(7, 4790) },
	{ "port, high byte", V4_OF(7, 4789), V4_OF(7, 4789 + 256) },
	/* the same bytes are 10.0.0.1 and a00:1:: */
	{ "family", V4(10, 0, 0, 1), V6(10, 0, 0, 1) },
};

VXM_KUNIT_TABLE(other, others);

static void differs_in(struct kunit *test)
{
	const struct other *row = test->param_value;
	struct vxm_sessions *s = sessions(test);
	struct vxm_session_totals t;

	KUNIT_EXPECT_TRUE(test, count(s, &row->a, 60, false));
	KUNIT_EXPECT_TRUE(test, count(s, &row->b, 100, false));
	KUNIT_EXPECT_TRUE(test, count(s, &row->b, 100, true));
	KUNIT_EXPECT_EQ(test, how_many(s), 2);
	KUNIT_ASSERT_TRUE(test, find(s, &row->a, &t));
	KUNIT_EXPECT_EQ(test, t.packets, 1);
	KUNIT_EXPECT_EQ(test, t.bytes, 60);
	KUNIT_ASSERT_TRUE(test, find(s, &row->b, &t));
	KUNIT_EXPECT_EQ(test, t.packets, 2);
	KUNIT_EXPECT_EQ(test, t.bytes, 200);
	KUNIT_EXPECT_EQ(test, t.truncated, 1);
}

/* A frame too many counts as nobody's, and the others go on. */
static void limit(struct kunit *test)
{
	struct vxm_sessions *s = sessions(test);

	s->max_sessions = 3;
	KUNIT_EXPECT_EQ(test, count_sources(s, 0, 10), 3);
	KUNIT_EXPECT_EQ(test, count_sources(s, 0, 10), 3);
	KUNIT_EXPECT_EQ(test, how_many(s), 3);
	s->max_sessions = 4;
	KUNIT_EXPECT_EQ(test, count_sources(s, 0, 10), 4);
	/* a limit below what there is keeps what there is */
	s->max_sessions = 0;
	KUNIT_EXPECT_EQ(test, count_sources(s, 0, 10), 4);
	KUNIT_EXPECT_EQ(test, how_many(s), 4);
}

/* The memory is for one block of slots, and all of them are taken. */
static void pool_empty(struct kunit *test)
{
	struct vxm_sessions *s = sessions(test);
	struct vxm_source source = source_of(17);
	struct vxm_session_totals t;

	s->max_memory = vxm_sessions_memory(s);
	KUNIT_EXPECT_EQ(test, count_sources(s, 0, VXM_SESSION_BLOCK),
			VXM_SESSION_BLOCK);
	flush_work(&s->work);
	KUNIT_EXPECT_EQ(test, s->n_free, 0);
	KUNIT_EXPECT_EQ(test, s->n_live, VXM_SESSION_BLOCK);
	KUNIT_EXPECT_EQ(test, count_sources(s, VXM_SESSION_BLOCK, 10), 0);
	KUNIT_EXPECT_EQ(test, count_sources(s, 0, VXM_SESSION_BLOCK),
			VXM_SESSION_BLOCK);

	/* what one leaves, the next one finds empty */
	KUNIT_EXPECT_TRUE(test, vxm_session_forget(s, &source));
	flush_work(&s->work);
	KUNIT_EXPECT_EQ(test, s->n_free, 1);
	source = source_of(1000);
	KUNIT_EXPECT_TRUE(test, count(s, &source, 99, false));
	KUNIT_EXPECT_TRUE(test, find(s, &source, &t));
	KUNIT_EXPECT_EQ(test, t.packets, 1);
	KUNIT_EXPECT_EQ(test, t.bytes, 99);
	KUNIT_EXPECT_EQ(test, t.truncated, 0);
	KUNIT_EXPECT_EQ(test, s->n_free, 0);
}

/* The pool grows before it is empty, and goes when it is not wanted. */
static void pool_grows_and_goes(struct kunit *test)
{
	struct vxm_sessions *s = sessions(test);
	struct vxm_session_totals t;
	struct vxm_source source;
	u32 i;

	for (i = 0; i < MANY; i += 100) {
		KUNIT_ASSERT_EQ(test, count_sources(s, i, 100), 100);
		flush_work(&s->work);
		KUNIT_EXPECT_GE(test, s->n_free, VXM_SESSION_BLOCK + i / 4);
	}
	KUNIT_EXPECT_EQ(test, how_many(s), MANY);
	KUNIT_EXPECT_EQ(test, s->n_live, MANY);
	KUNIT_EXPECT_EQ(test, s->n_live + s->n_free,
			s->n_blocks * VXM_SESSION_BLOCK);
	KUNIT_EXPECT_LE(test, vxm_sessions_memory(s), s->max_memory);

	for (i = 0; i < MANY; i++) {
		source = source_of(i);
		KUNIT_ASSERT_TRUE(test, find(s, &source, &t));
		KUNIT_EXPECT_EQ(test, t.packets, 1);
		KUNIT_EXPECT_TRUE(test, vxm_session_forget(s, &source));
		KUNIT_EXPECT_FALSE(test, vxm_session_forget(s, &source));
	}
	flush_work(&s->work);
	KUNIT_EXPECT_EQ(test, how_many(s), 0);
	KUNIT_EXPECT_EQ(test, s->n_blocks, 1);

	vxm_sessions_rest(s);
	flush_work(&s->work);
	KUNIT_EXPECT_EQ(test, vxm_sessions_memory(s), 0);
	KUNIT_EXPECT_EQ(test, count_sources(s, 0, 1), 0);
	KUNIT_EXPECT_EQ(test, vxm_sessions_start(s), 0);
	KUNIT_EXPECT_EQ(test, count_sources(s, 0, 1), 1);
}

/* Memory for less than a block: no slot, and no error. */
static void no_memory_allowed(struct kunit *test)
{
	struct vxm_sessions *s = sessions(test);

	vxm_sessions_rest(s);
	flush_work(&s->work);
	s->max_memory = 1000;
	KUNIT_EXPECT_EQ(test, vxm_sessions_start(s), 0);
	KUNIT_EXPECT_EQ(test, count_sources(s, 0, 10), 0);
	KUNIT_EXPECT_EQ(test, vxm_sessions_memory(s), 0);
}

/* A walk sees each session once that is there all the time. */
static void walk_while_changing(struct kunit *test)
{
	struct vxm_sessions *s = sessions(test);
	struct vxm_session *session;
	bool seen[100] = {};
	u32 cursor = 0;
	int step = 0;

	KUNIT_ASSERT_EQ(test, count_sources(s, 0, 100), 100);
	for (;;) {
		struct vxm_source source = {};
		u32 number;

		mutex_lock(&s->mutex);
		session = vxm_session_next(s, &cursor);
		if (session)
			source = session->source;
		mutex_unlock(&s->mutex);
		if (!session)
			break;
		number = ntohl(source.addr.s6_addr32[0]) - 0x0a000000;
		if (number < 100) {
			KUNIT_EXPECT_FALSE_MSG(test, seen[number], "%u",
					       number);
			seen[number] = true;
		}
		/* now and then one comes, and one goes that has been seen */
		if (step++ % 10)
			continue;
		count_sources(s, 1000 + step, 1);
		vxm_session_forget(s, &source);
		flush_work(&s->work);
	}
	KUNIT_EXPECT_PTR_EQ(test, memchr(seen, false, sizeof(seen)), NULL);
}

struct age {
	const char *name;
	s64 seconds;	/* idle, more than is allowed */
	bool gone;
};

static const struct age ages[] = {
	{ "a minute to go", -60, false },
	{ "a minute ago", 60, true },
	{ "long ago", 10 * 365 * 86400LL, true },
};

VXM_KUNIT_TABLE(age, ages);

/* Lets a session's packets be older than they are. */
static void make_older(struct vxm_sessions *s, struct vxm_source *source,
		       u64 jiffies64)
{
	struct vxm_session_counters *c;
	struct vxm_session *session;
	int cpu;

	mutex_lock(&s->mutex);
	session = vxm_session_find(s, source);
	session->first -= jiffies64;
	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(session->counters, cpu);
		if (u64_stats_read(&c->last))
			u64_stats_set(&c->last,
				      u64_stats_read(&c->last) - jiffies64);
	}
	mutex_unlock(&s->mutex);
}

static void expire(struct kunit *test)
{
	struct vxm_source old = source_of(1), fresh = source_of(2);
	const struct age *row = test->param_value;
	struct vxm_sessions *s = sessions(test);
	struct vxm_session_totals t;

	count(s, &old, 60, false);
	count(s, &fresh, 60, false);
	make_older(s, &old, (VXM_SESSION_IDLE + row->seconds) * HZ);
	vxm_sessions_limit(s);
	flush_delayed_work(&s->expire);
	flush_work(&s->work);
	KUNIT_EXPECT_EQ(test, find(s, &old, &t), !row->gone);
	KUNIT_EXPECT_TRUE(test, find(s, &fresh, &t));
	KUNIT_EXPECT_EQ(test, s->n_live, row->gone ? 1 : 2);
}

/* A session that began long ago and had a packet just now is not idle. */
static void old_but_busy(struct kunit *test)
{
	struct vxm_source source = source_of(1);
	struct vxm_sessions *s = sessions(test);
	struct vxm_session_totals t;

	count(s, &source, 60, false);
	make_older(s, &source, 10ULL * VXM_SESSION_IDLE * HZ);
	count(s, &source, 60, false);
	vxm_sessions_limit(s);
	flush_delayed_work(&s->expire);
	KUNIT_EXPECT_TRUE(test, find(s, &source, &t));
	KUNIT_EXPECT_EQ(test, t.packets, 2);
}

/* What no entry covers any more is swept away; the rest stays. */
static void sweep(struct kunit *test)
{
	struct vxm_source covered = source_of(1), other_vni = source_of(1),
			  other_port = source_of(1);
	struct vxm_sessions *s = sessions(test);
	struct vxm_session_totals t;
	struct vxm_port *port;
	struct vxm_vni *entry;

	port = kunit_kzalloc(test, sizeof(*port), GFP_KERNEL);
	entry = kunit_kzalloc(test, sizeof(*entry), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, port);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, entry);
	port->number = covered.port;
	vxm_vni_table_init(&port->vnis);
	KUNIT_ASSERT_EQ(test, xa_insert(&port->vnis.numbers, covered.vni, entry,
					GFP_KERNEL), 0);
	list_add(&port->list, &s->vn->ports);
	other_vni.vni++;
	other_port.port++;
	count(s, &covered, 60, false);
	count(s, &other_vni, 60, false);
	count(s, &other_port, 60, false);

	rtnl_lock();
	vxm_sessions_sweep(s);
	rtnl_unlock();
	KUNIT_EXPECT_TRUE(test, find(s, &covered, &t));
	KUNIT_EXPECT_FALSE(test, find(s, &other_vni, &t));
	KUNIT_EXPECT_FALSE(test, find(s, &other_port, &t));

	rtnl_lock();
	list_del_init(&port->list);
	vxm_sessions_sweep(s);
	rtnl_unlock();
	KUNIT_EXPECT_FALSE(test, find(s, &covered, &t));
	KUNIT_EXPECT_EQ(test, how_many(s), 0);
	vxm_vni_table_free(&port->vnis);
}

/* Learned and forgotten while the work that announces waits for the mutex. */
static void gone_at_once(struct kunit *test)
{
	struct vxm_sessions *s = sessions(test);
	struct vxm_source source = source_of(1);

	mutex_lock(&s->mutex);
	KUNIT_EXPECT_EQ(test, count_sources(s, 0, 50), 50);
	mutex_unlock(&s->mutex);
	KUNIT_EXPECT_TRUE(test, vxm_session_forget(s, &source));
	flush_work(&s->work);
	KUNIT_EXPECT_TRUE(test, list_empty(&s->news));
	KUNIT_EXPECT_TRUE(test, list_empty(&s->dying));
	KUNIT_EXPECT_EQ(test, s->n_live, 49);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(never_started),
	KUNIT_CASE(learned_and_counted),
	KUNIT_CASE_PARAM(differs_in, other_gen_params),
	KUNIT_CASE(limit),
	KUNIT_CASE(pool_empty),
	KUNIT_CASE(pool_grows_and_goes),
	KUNIT_CASE(no_memory_allowed),
	KUNIT_CASE(walk_while_changing),
	KUNIT_CASE_PARAM(expire, age_gen_params),
	KUNIT_CASE(old_but_busy),
	KUNIT_CASE(sweep),
	KUNIT_CASE(gone_at_once),
	{}
};

struct kunit_suite vxm_session_suite = {
	.name = "vxm_session",
	.init = session_init,
	.exit = session_exit,
	.test_cases = cases,
};
