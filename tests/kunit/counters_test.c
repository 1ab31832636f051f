// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_counters: what is counted on whatever CPU is in the sum, and each
 * cause has its words.
 */
#include <linux/cpu.h>
#include <linux/ctype.h>
#include <linux/smp.h>

#include "counters.h"
#include "suites.h"

struct holder {
	struct vxm_counters __percpu *block;
};

static int counters_init(struct kunit *test)
{
	struct holder *holder = kunit_kzalloc(test, sizeof(*holder),
					      GFP_KERNEL);

	if (!holder)
		return -ENOMEM;
	test->priv = holder;
	holder->block = vxm_counters_alloc();
	return holder->block ? 0 : -ENOMEM;
}

static struct vxm_counters __percpu *block(struct kunit *test)
{
	return ((struct holder *)test->priv)->block;
}

static void counters_exit(struct kunit *test)
{
	if (test->priv)
		free_percpu(block(test));
}

static bool all_zero(const struct vxm_totals *totals)
{
	return !memchr_inv(totals, 0, sizeof(*totals));
}

static void new_block_is_zero(struct kunit *test)
{
	struct vxm_totals totals = {};

	vxm_counters_sum(&totals, block(test));
	KUNIT_EXPECT_TRUE(test, all_zero(&totals));
}

/* One packet of each kind; what CPU it is decides how often. */
static void count_all(void *holder)
{
	struct vxm_counters __percpu *counters =
		((struct holder *)holder)->block;
	int i, n;

	for (n = 0; n <= smp_processor_id(); n++) {
		vxm_count_delivered(counters, 100, 100, false);
		vxm_count_delivered(counters, 10, 10, true);
		vxm_count_unattributed(counters);
		for (i = 0; i < __VXM_CAUSE_MAX; i++)
			vxm_count_lost(counters, 1000, i);
	}
}

static void sum_over_cpus(struct kunit *test)
{
	struct vxm_totals totals = {};
	u64 times = 0;
	int cpu, i;

	cpus_read_lock();
	for_each_online_cpu(cpu) {
		smp_call_function_single(cpu, count_all, test->priv, 1);
		times += cpu + 1;
	}
	cpus_read_unlock();

	vxm_counters_sum(&totals, block(test));
	KUNIT_EXPECT_EQ(test, totals.received_packets,
			times * (2 + __VXM_CAUSE_MAX));
	KUNIT_EXPECT_EQ(test, totals.received_bytes,
			times * (110 + 1000 * __VXM_CAUSE_MAX));
	KUNIT_EXPECT_EQ(test, totals.delivered_packets, times * 2);
	KUNIT_EXPECT_EQ(test, totals.delivered_bytes, times * 110);
	KUNIT_EXPECT_EQ(test, totals.truncated, times);
	KUNIT_EXPECT_EQ(test, totals.unattributed, times);
	for (i = 0; i < __VXM_CAUSE_MAX; i++)
		KUNIT_EXPECT_EQ_MSG(test, totals.causes[i], times, "%s",
				    vxm_cause_name(i));
}

/* A CPU that is offline by now may have counted. */
static void sum_over_possible_cpus(struct kunit *test)
{
	struct vxm_totals totals = {};
	u64 times = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		u64_stats_add(&per_cpu_ptr(block(test), cpu)->received_packets,
			      cpu + 1);
		times += cpu + 1;
	}
	vxm_counters_sum(&totals, block(test));
	KUNIT_EXPECT_EQ(test, totals.received_packets, times);
}

static void sum_is_added(struct kunit *test)
{
	struct vxm_totals totals = {}, once;

	local_bh_disable();
	count_all(test->priv);
	local_bh_enable();
	vxm_counters_sum(&totals, block(test));
	once = totals;
	vxm_counters_sum(&totals, block(test));
	vxm_totals_add(&once, &once);
	KUNIT_EXPECT_EQ(test, memcmp(&totals, &once, sizeof(once)), 0);
	KUNIT_EXPECT_FALSE(test, all_zero(&once));
}

/* At 100 Gbit/s, 32 bits of bytes last a third of a second. */
static void more_than_32_bits(struct kunit *test)
{
	struct vxm_totals totals = {};
	unsigned int len = U32_MAX;
	int i;

	/* as a constant it is too long for x86's instruction */
	OPTIMIZER_HIDE_VAR(len);
	local_bh_disable();
	for (i = 0; i < 3; i++) {
		vxm_count_delivered(block(test), len, len, false);
		vxm_count_lost(block(test), len, VXM_CAUSE_DEV_DOWN);
	}
	local_bh_enable();
	vxm_counters_sum(&totals, block(test));
	KUNIT_EXPECT_EQ(test, totals.received_bytes, 6ULL * U32_MAX);
	KUNIT_EXPECT_EQ(test, totals.delivered_bytes, 3ULL * U32_MAX);
}

struct cause {
	const char *name;
	int id;
};

#define CAUSE(id, name, text) { name, VXM_CAUSE_##id },
static const struct cause causes[] = { VXM_CAUSES(CAUSE) };

VXM_KUNIT_TABLE(cause, causes);

/* Each counts in its own place, and only there. */
static void cause_counts(struct kunit *test)
{
	const struct cause *row = test->param_value;
	struct vxm_totals totals = {}, want = {
		.received_packets = 1,
		.received_bytes = 60,
	};

	local_bh_disable();
	vxm_count_lost(block(test), 60, row->id);
	local_bh_enable();
	vxm_counters_sum(&totals, block(test));
	KUNIT_EXPECT_EQ(test, totals.causes[row->id], 1);
	want.causes[row->id] = 1;
	KUNIT_EXPECT_EQ(test, memcmp(&totals, &want, sizeof(want)), 0);
}

/* In the tool's output and in scripts, a cause is one word in kebab-case. */
static void cause_name(struct kunit *test)
{
	const struct cause *row = test->param_value;
	const char *name = vxm_cause_name(row->id);
	size_t len = strlen(name);
	int i;

	KUNIT_EXPECT_STREQ(test, name, row->name);
	for (i = 0; name[i]; i++)
		KUNIT_EXPECT_TRUE_MSG(test, islower(name[i]) || name[i] == '-',
				      "%s", name);
	KUNIT_ASSERT_GT(test, len, 0);
	KUNIT_EXPECT_TRUE(test, islower(name[0]) && islower(name[len - 1]));
	KUNIT_EXPECT_NULL(test, strstr(name, "--"));
	for (i = 0; i < __VXM_CAUSE_MAX; i++)
		if (i != row->id)
			KUNIT_EXPECT_STRNEQ(test, name, vxm_cause_name(i));
}

static void cause_text(struct kunit *test)
{
	const struct cause *row = test->param_value;
	const char *text = vxm_cause_text(row->id);
	size_t len = strlen(text);
	int i;

	KUNIT_ASSERT_GT(test, len, 10);
	KUNIT_EXPECT_TRUE(test, isupper(text[0]));
	KUNIT_EXPECT_EQ(test, text[len - 1], '.');
	KUNIT_EXPECT_NULL(test, strchr(text, '\n'));
	for (i = 0; i < __VXM_CAUSE_MAX; i++)
		if (i != row->id)
			KUNIT_EXPECT_STRNEQ(test, text, vxm_cause_text(i));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(new_block_is_zero),
	KUNIT_CASE(sum_over_cpus),
	KUNIT_CASE(sum_over_possible_cpus),
	KUNIT_CASE(sum_is_added),
	KUNIT_CASE(more_than_32_bits),
	KUNIT_CASE_PARAM(cause_counts, cause_gen_params),
	KUNIT_CASE_PARAM(cause_name, cause_gen_params),
	KUNIT_CASE_PARAM(cause_text, cause_gen_params),
	{}
};

struct kunit_suite vxm_counters_suite = {
	.name = "vxm_counters",
	.init = counters_init,
	.exit = counters_exit,
	.test_cases = cases,
};
