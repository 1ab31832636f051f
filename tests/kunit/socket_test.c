// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_socket: what a real UDP socket sends to the port over the loopback
 * device arrives.
 */
#include <linux/delay.h>
#include <linux/net.h>
#include <linux/udp.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "pernet.h"
#include "port.h"
#include "suites.h"
#include "world.h"

VXM_KUNIT_TABLE(family, vxm_kunit_families);

static void send(struct kunit *test, struct sockaddr_storage *to, int to_len,
		 u8 *bytes, size_t len)
{
	struct kvec vec = { .iov_base = bytes, .iov_len = len };
	struct msghdr msg = { .msg_name = to, .msg_namelen = to_len };
	struct socket *sock;
	int sent, err;

	err = sock_create_kern(&init_net, to->ss_family, SOCK_DGRAM,
			       IPPROTO_UDP, &sock);
	KUNIT_ASSERT_EQ(test, err, 0);
	sent = kernel_sendmsg(sock, &msg, &vec, 1, len);
	sock_release(sock);
	KUNIT_ASSERT_EQ(test, sent, (int)len);
}

static u32 packets_of(struct vxm_net *vn, const struct vxm_source *source)
{
	struct vxm_session_totals totals = {};
	struct vxm_session *session;

	mutex_lock(&vn->sessions.mutex);
	session = vxm_session_find(&vn->sessions, source);
	if (session)
		vxm_session_sum(session, &totals);
	mutex_unlock(&vn->sessions.mutex);
	return totals.packets;
}

/* From a socket to the reader; the session is the sender's, to the byte. */
static void datagram_is_shown(struct kunit *test)
{
	static const struct vxm_kunit_flow flow = {
		.tags = { ETH_P_8021Q },
		.type = ETH_P_IP,
		.protocol = IPPROTO_UDP,
		.payload = 100,
	};
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	const struct vxm_kunit_family *row = test->param_value;
	struct vxm_source source = {
		.vni = VXM_KUNIT_VNI,
		.port = VXM_PORT_DEFAULT,
		.family = row->family,
	};
	struct sockaddr_storage to;
	size_t len;
	int to_len;

	to_len = vxm_kunit_loopback(row->family, VXM_PORT_DEFAULT, &to);
	if (row->family == AF_INET)
		source.addr.s6_addr32[0] = htonl(INADDR_LOOPBACK);
	else
		source.addr = in6addr_loopback;
	len = vxm_kunit_frame(&flow, world->frame);
	send(test, &to, to_len, world->packet,
	     vxm_kunit_packet(VXM_KUNIT_VNI, world->frame, len, world->packet));

	KUNIT_ASSERT_GT(test, wait_for_completion_timeout(&world->seen, 10 * HZ),
			0UL);
	KUNIT_EXPECT_EQ(test, world->n_shown, 1);
	KUNIT_ASSERT_EQ(test, world->shown[0].len, len);
	KUNIT_EXPECT_EQ(test, memcmp(world->shown[0].bytes, world->frame, len),
			0);
	KUNIT_EXPECT_EQ(test, packets_of(world->vn, &source), 1);
}

/* An empty datagram is counted, as every one. */
static void empty_datagram(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	const struct vxm_kunit_family *row = test->param_value;
	struct sockaddr_storage to;
	struct vxm_totals totals;
	int tries = 1000;

	send(test, &to, vxm_kunit_loopback(row->family, VXM_PORT_DEFAULT, &to), NULL, 0);
	do {
		vxm_kunit_counted(world, &totals);
		usleep_range(100, 1000);
	} while (!totals.received_packets && tries--);
	KUNIT_EXPECT_EQ(test, totals.received_packets, 1);
	KUNIT_EXPECT_EQ(test, totals.received_bytes, 0);
	KUNIT_EXPECT_EQ(test, totals.causes[VXM_CAUSE_SHORT_HEADER], 1);
}

/*
 * The port is given back while a packet is on its way: taken and freed, so
 * that nobody answers for it.
 */
static void port_just_released(struct kunit *test)
{
	struct vxm_kunit_world *world = vxm_kunit_world(test);
	const struct vxm_kunit_family *row = test->param_value;
	struct vxm_totals totals;
	struct sk_buff *skb;
	struct sock *sk;
	int verdict;

	sk = row->family == AF_INET ? world->port->sk4 : world->port->sk6;
	skb = alloc_skb(100, GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	skb_put(skb, 100);

	rcu_assign_sk_user_data(sk, NULL);
	local_bh_disable();
	rcu_read_lock();
	verdict = udp_sk(sk)->encap_rcv(sk, skb);
	rcu_read_unlock();
	local_bh_enable();
	rcu_assign_sk_user_data(sk, world->port);

	KUNIT_EXPECT_EQ(test, verdict, 0);
	vxm_kunit_counted(world, &totals);
	KUNIT_EXPECT_EQ(test, totals.received_packets, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(datagram_is_shown, family_gen_params),
	KUNIT_CASE_PARAM(empty_datagram, family_gen_params),
	KUNIT_CASE_PARAM(port_just_released, family_gen_params),
	{}
};

struct kunit_suite vxm_socket_suite = {
	.name = "vxm_socket",
	.suite_init = vxm_kunit_world_make,
	.suite_exit = vxm_kunit_world_end,
	.init = vxm_kunit_world_reset,
	.test_cases = cases,
};
