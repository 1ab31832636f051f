// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the suites when 'all', or one's name, is written to the module's
 * parameter 'kunit'. Before 6.7, KUnit itself would run them before the
 * module's own init.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "suites.h"

static struct kunit_suite * const vxm_kunit_suites[] = {
	&vxm_parse_suite,
	&vxm_filter_suite,
	&vxm_counters_suite,
	&vxm_flow_suite,
	&vxm_session_suite,
	&vxm_unknown_suite,
	&vxm_vni_suite,
	&vxm_port_suite,
	&vxm_socket_suite,
	&vxm_receive_suite,
	&vxm_shape_suite,
	&vxm_edit_suite,
	&vxm_dedup_suite,
	&vxm_gso_suite,
	&vxm_hash_suite,
	&vxm_local_suite,
	&vxm_ingress_suite,
	&vxm_split_suite,
	&vxm_deliver_suite,
};

static bool vxm_kunit_wanted(const struct kunit_suite *suite, const char *value)
{
	return sysfs_streq(value, "all") || sysfs_streq(value, suite->name);
}

static int vxm_kunit_run(const char *value, const struct kernel_param *param)
{
	int i, n = 0;

	/* insmod sets parameters before it calls init */
	if (THIS_MODULE->state != MODULE_STATE_LIVE)
		return -EBUSY;

	for (i = 0; i < ARRAY_SIZE(vxm_kunit_suites); i++)
		n += vxm_kunit_wanted(vxm_kunit_suites[i], value);
	if (!n)
		return -EINVAL;
	pr_info("KTAP version 1\n");
	pr_info("1..%d\n", n);
	for (i = 0; i < ARRAY_SIZE(vxm_kunit_suites); i++)
		if (vxm_kunit_wanted(vxm_kunit_suites[i], value))
			kunit_run_tests(vxm_kunit_suites[i]);
	return 0;
}

static const struct kernel_param_ops vxm_kunit_ops = {
	.set = vxm_kunit_run,
};

module_param_cb(kunit, &vxm_kunit_ops, NULL, 0200);
MODULE_PARM_DESC(kunit, "Write 'all', or a suite's name, to run unit tests");
