/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The suites, one for each file X_test.c, which is named vxm_X.
 */
#ifndef _VXM_KUNIT_SUITES_H
#define _VXM_KUNIT_SUITES_H

#include <kunit/test.h>
#include <linux/string.h>

extern struct kunit_suite vxm_parse_suite;
extern struct kunit_suite vxm_filter_suite;
extern struct kunit_suite vxm_counters_suite;
extern struct kunit_suite vxm_flow_suite;
extern struct kunit_suite vxm_session_suite;
extern struct kunit_suite vxm_unknown_suite;
extern struct kunit_suite vxm_vni_suite;
extern struct kunit_suite vxm_port_suite;
extern struct kunit_suite vxm_socket_suite;
extern struct kunit_suite vxm_receive_suite;
extern struct kunit_suite vxm_shape_suite;
extern struct kunit_suite vxm_edit_suite;
extern struct kunit_suite vxm_dedup_suite;
extern struct kunit_suite vxm_gso_suite;
extern struct kunit_suite vxm_hash_suite;
extern struct kunit_suite vxm_local_suite;
extern struct kunit_suite vxm_ingress_suite;
extern struct kunit_suite vxm_split_suite;
extern struct kunit_suite vxm_deliver_suite;

/* Parameters from a table whose rows have a name. */
#define VXM_KUNIT_TABLE(id, array)					\
	static void id##_describe(typeof(&(array)[0]) row, char *text)	\
	{								\
		strscpy(text, row->name, KUNIT_PARAM_DESC_SIZE);	\
	}								\
	KUNIT_ARRAY_PARAM(id, array, id##_describe)

#endif /* _VXM_KUNIT_SUITES_H */
