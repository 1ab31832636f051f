// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_port: the UDP port is owned, on IPv4 and on IPv6.
 */
#include <linux/net.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "pernet.h"
#include "suites.h"
#include "world.h"

#define PORT 4790

static const struct vxm_vni_key key = { PORT, VXM_VNI_NUMBER, 7, 7 };

static int port_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct vxm_kunit_request),
				   GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void port_exit(struct kunit *test)
{
	vxm_kunit_del_dev(VXM_KUNIT_DEV);
}

VXM_KUNIT_TABLE(family, vxm_kunit_families);

static int take_port(struct kunit *test, sa_family_t family, u16 port,
		     struct socket **sock)
{
	struct sockaddr_storage address;
	int len, err;

	err = sock_create_kern(&init_net, family, SOCK_DGRAM, IPPROTO_UDP,
			       sock);
	KUNIT_ASSERT_EQ(test, err, 0);
	len = vxm_kunit_loopback(family, port, &address);
	err = kernel_bind(*sock, (void *)&address, len);
	if (err)
		sock_release(*sock);
	return err;
}

/* Somebody has it on one family: refused with a reason, and nothing is made. */
static void port_in_use(struct kunit *test)
{
	struct vxm_kunit_request *request = test->priv;
	const struct vxm_kunit_family *row = test->param_value;
	struct vxm_net *vn = vxm_net(&init_net);
	struct socket *sock;
	int err;

	KUNIT_ASSERT_EQ(test, take_port(test, row->family, PORT, &sock), 0);
	err = vxm_kunit_add(&key, VXM_KUNIT_DEV, request);
	sock_release(sock);
	KUNIT_EXPECT_EQ(test, err, -EADDRINUSE);
	KUNIT_EXPECT_NOT_NULL(test, request->extack._msg);
	KUNIT_EXPECT_PTR_EQ(test, request->extack.bad_attr,
			    (const struct nlattr *)&request->words);
	KUNIT_EXPECT_EQ(test, vn->n_ports, 0);
	KUNIT_EXPECT_EQ(test, vn->n_vnis, 0);

	/* what it took on the other family is free again */
	KUNIT_EXPECT_EQ(test, vxm_kunit_add(&key, VXM_KUNIT_DEV, request), 0);
}

static void port_is_owned(struct kunit *test)
{
	const struct vxm_kunit_family *row = test->param_value;
	struct socket *sock;

	KUNIT_ASSERT_EQ(test, vxm_kunit_add(&key, VXM_KUNIT_DEV, test->priv),
			0);
	KUNIT_EXPECT_EQ(test, take_port(test, row->family, PORT, &sock),
			-EADDRINUSE);
	vxm_kunit_del_dev(VXM_KUNIT_DEV);
	KUNIT_ASSERT_EQ(test, take_port(test, row->family, PORT, &sock), 0);
	sock_release(sock);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(port_in_use, family_gen_params),
	KUNIT_CASE_PARAM(port_is_owned, family_gen_params),
	{}
};

struct kunit_suite vxm_port_suite = {
	.name = "vxm_port",
	.init = port_init,
	.exit = port_exit,
	.test_cases = cases,
};
