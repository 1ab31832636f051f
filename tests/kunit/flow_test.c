// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_flow: both directions of a connection get one receive queue, and
 * many connections use all of them.
 */
#include <linux/etherdevice.h>
#include <linux/in.h>
#include <net/ip.h>

#include "flow.h"
#include "frame.h"
#include "layout.h"
#include "suites.h"

#define QUEUES_MAX 64
#define FLOWS 1024

static const u16 queue_counts[] = { 1, 2, 3, QUEUES_MAX };

/* An unregistered device is enough: its namespace and queues are asked for. */
static int flow_init(struct kunit *test)
{
	test->priv = alloc_etherdev_mqs(0, 1, QUEUES_MAX);
	return test->priv ? 0 : -ENOMEM;
}

static void flow_exit(struct kunit *test)
{
	if (test->priv)
		free_netdev(test->priv);
}

/* As vxm_deliver() has it; linear up to byte @head. */
static u16 queue_of(struct kunit *test, const struct vxm_kunit_flow *flow,
		    size_t head, u16 n_queues)
{
	struct vxm_kunit_layout layout = {
		.head = head,
		.frags = { VXM_KUNIT_FRAME_MAX },
	};
	u8 *frame = kunit_kzalloc(test, VXM_KUNIT_FRAME_MAX, GFP_KERNEL);
	struct net_device *dev = test->priv;
	struct vxm_kunit_pages pages;
	struct sk_buff *skb;
	u16 queue;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, frame);
	skb = vxm_kunit_skb(frame, vxm_kunit_frame(flow, frame), &layout,
			    &pages);
	kunit_kfree(test, frame);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	dev->real_num_rx_queues = n_queues;
	skb->dev = dev;
	skb->protocol = eth_type_trans(skb, dev);
	skb_reset_network_header(skb);

	local_bh_disable();
	queue = vxm_flow_queue(skb);
	local_bh_enable();
	kfree_skb(skb);
	vxm_kunit_pages_held(&pages);
	return queue;
}

static struct vxm_kunit_flow reverse(const struct vxm_kunit_flow *flow)
{
	struct vxm_kunit_flow back = *flow;

	swap(back.from, back.to);
	swap(back.source, back.dest);
	return back;
}

#define ENDS .from = 1, .to = 2, .source = 40000, .dest = 443
#define IPV4 .type = ETH_P_IP, ENDS
#define IPV6 .type = ETH_P_IPV6, ENDS
#define TCP .protocol = IPPROTO_TCP
#define UDP .protocol = IPPROTO_UDP
#define TAG .tags = { ETH_P_8021Q }
#define TAGS .tags = { ETH_P_8021AD, ETH_P_8021Q }

static const struct vxm_kunit_flow flows[] = {
	{ "IPv4 TCP", IPV4, TCP },
	{ "IPv4 UDP", IPV4, UDP },
	{ "IPv4 ICMP", IPV4, .protocol = IPPROTO_ICMP },
	{ "IPv4 ESP", IPV4, .protocol = IPPROTO_ESP },
	{ "IPv6 TCP", IPV6, TCP },
	{ "IPv6 UDP", IPV6, UDP },
	{ "IPv6 ICMP", IPV6, .protocol = IPPROTO_ICMPV6 },
	{ "IPv4 TCP in 802.1Q", TAG, IPV4, TCP },
	{ "IPv6 UDP in 802.1Q", TAG, IPV6, UDP },
	{ "IPv4 UDP in 2 tags", TAGS, IPV4, UDP },
	{ "IPv6 TCP in 2 tags", TAGS, IPV6, TCP },
	/* ports that are equal, addresses that are equal: no order to sort by */
	{ "IPv4, same port", .type = ETH_P_IP, TCP, .from = 1, .to = 2,
	  .source = 53, .dest = 53 },
	{ "IPv4, same address", .type = ETH_P_IP, TCP, .from = 1, .to = 1,
	  .source = 1, .dest = 2 },
	{ "IPv4, first fragment", IPV4, UDP, .fragment = IP_MF },
	{ "IPv4, later fragment", IPV4, UDP, .fragment = 100 },
	{ "IPv6, first fragment", IPV6, UDP, .fragment = 1 },
	{ "IPv6, later fragment", IPV6, UDP, .fragment = 800 },
	{ "ARP", .type = ETH_P_ARP, .payload = 46 },
	{ "nothing but a header", .type = 0xffff },
};

VXM_KUNIT_TABLE(flow, flows);

static void both_directions(struct kunit *test)
{
	const struct vxm_kunit_flow *flow = test->param_value;
	struct vxm_kunit_flow back = reverse(flow);
	u16 there, again, n;
	int i;

	for (i = 0; i < ARRAY_SIZE(queue_counts); i++) {
		n = queue_counts[i];
		there = queue_of(test, flow, VXM_KUNIT_FRAME_MAX, n);
		again = queue_of(test, &back, VXM_KUNIT_FRAME_MAX, n);
		KUNIT_EXPECT_LT_MSG(test, there, n, "of %u queues", n);
		KUNIT_EXPECT_EQ_MSG(test, there, again, "of %u queues", n);
	}
}

/* A frame with nothing linear but its Ethernet header has the same flow. */
static void not_linear(struct kunit *test)
{
	const struct vxm_kunit_flow *flow = test->param_value;

	KUNIT_EXPECT_EQ(test, queue_of(test, flow, ETH_HLEN, QUEUES_MAX),
			queue_of(test, flow, VXM_KUNIT_FRAME_MAX, QUEUES_MAX));
}

static const struct vxm_kunit_flow fragments[] = {
	{ "IPv4", IPV4, UDP, .fragment = IP_MF },
	{ "IPv4 in 802.1Q", TAG, IPV4, UDP, .fragment = IP_MF },
	{ "IPv6", IPV6, UDP, .fragment = 1 },
	{ "IPv6 in 802.1Q", TAG, IPV6, UDP, .fragment = 1 },
};

VXM_KUNIT_TABLE(fragment, fragments);

/*
 * The first fragment has ports, the others have not: without them all the
 * same, or a reader could not put the packet together.
 */
static void fragments_without_ports(struct kunit *test)
{
	struct vxm_kunit_flow flow =
		*(const struct vxm_kunit_flow *)test->param_value;
	u16 want = queue_of(test, &flow, VXM_KUNIT_FRAME_MAX, QUEUES_MAX);
	int i;

	for (i = 1; i <= QUEUES_MAX; i++) {
		flow.source += i;
		KUNIT_EXPECT_EQ_MSG(test, queue_of(test, &flow,
						   VXM_KUNIT_FRAME_MAX,
						   QUEUES_MAX),
				    want, "port %u", flow.source);
	}
	flow.fragment = 80;
	KUNIT_EXPECT_EQ(test, queue_of(test, &flow, VXM_KUNIT_FRAME_MAX,
				       QUEUES_MAX), want);
}

struct spread {
	const char *name;
	struct vxm_kunit_flow flow;
	bool by_address;
};

static const struct spread spreads[] = {
	{ "IPv4 TCP by port", { .name = NULL, IPV4, TCP }, false },
	{ "IPv4 UDP by port", { .name = NULL, IPV4, UDP }, false },
	{ "IPv6 TCP by port", { .name = NULL, IPV6, TCP }, false },
	{ "IPv6 UDP in 802.1Q by port", { .name = NULL, TAG, IPV6, UDP },
	  false },
	{ "IPv4 ICMP by address", { .name = NULL, IPV4,
				    .protocol = IPPROTO_ICMP }, true },
	{ "IPv6 ICMP by address", { .name = NULL, IPV6,
				    .protocol = IPPROTO_ICMPV6 }, true },
	{ "IPv4 fragments by address", { .name = NULL, IPV4, UDP,
					 .fragment = IP_MF }, true },
};

VXM_KUNIT_TABLE(spread, spreads);

/*
 * By chance, one queue of 64 stays empty in one run of 100,000; half of
 * them would in no run at all.
 */
static void spread_over_queues(struct kunit *test)
{
	const struct spread *row = test->param_value;
	int n[QUEUES_MAX] = {}, used = 0, most = 0, i;
	struct vxm_kunit_flow flow = row->flow;

	for (i = 0; i < FLOWS; i++) {
		if (row->by_address) {
			flow.from = i;
			flow.to = 64 + i / 256;
		} else {
			flow.source = 1024 + i;
		}
		n[queue_of(test, &flow, VXM_KUNIT_FRAME_MAX, QUEUES_MAX)]++;
	}
	for (i = 0; i < QUEUES_MAX; i++) {
		used += n[i] > 0;
		most = max(most, n[i]);
	}
	KUNIT_EXPECT_GE(test, used, QUEUES_MAX - 4);
	KUNIT_EXPECT_LE(test, most, 4 * FLOWS / QUEUES_MAX);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(both_directions, flow_gen_params),
	KUNIT_CASE_PARAM(not_linear, flow_gen_params),
	KUNIT_CASE_PARAM(fragments_without_ports, fragment_gen_params),
	KUNIT_CASE_PARAM(spread_over_queues, spread_gen_params),
	{}
};

struct kunit_suite vxm_flow_suite = {
	.name = "vxm_flow",
	.init = flow_init,
	.exit = flow_exit,
	.test_cases = cases,
};
