// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_flow: both directions of a connection get one receive queue, and
 * many connections use all of them.
 */
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <net/ip.h>

#include "flow.h"
#include "frame.h"
#include "spread.h"
#include "suites.h"

#define QUEUES_MAX 64
#define FLOWS 1024

static const u16 queue_counts[] = { 1, 2, 3, QUEUES_MAX };

static u64 flow_key[VXM_FLOW_KEYS];

static int flow_init(struct kunit *test)
{
	get_random_bytes(flow_key, sizeof(flow_key));
	return 0;
}

static u32 hash_of(struct kunit *test, const struct vxm_kunit_flow *flow)
{
	u8 *frame = kunit_kzalloc(test, VXM_KUNIT_FRAME_MAX, GFP_KERNEL);
	struct vxm_inner inner;
	size_t len;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, frame);
	len = vxm_kunit_frame(flow, frame);
	inner = vxm_parse_inner(frame, len, flow_key);
	kunit_kfree(test, frame);
	return inner.flow;
}

static u16 queue_of(struct kunit *test, const struct vxm_kunit_flow *flow,
		    u16 n_queues)
{
	return vxm_flow_queue(hash_of(test, flow), n_queues);
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

	KUNIT_EXPECT_EQ(test, hash_of(test, flow), hash_of(test, &back));
	for (i = 0; i < ARRAY_SIZE(queue_counts); i++) {
		n = queue_counts[i];
		there = queue_of(test, flow, n);
		again = queue_of(test, &back, n);
		KUNIT_EXPECT_LT_MSG(test, there, n, "of %u queues", n);
		KUNIT_EXPECT_EQ_MSG(test, there, again, "of %u queues", n);
	}
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
	u16 want = queue_of(test, &flow, QUEUES_MAX);
	int i;

	for (i = 1; i <= QUEUES_MAX; i++) {
		flow.source += i;
		KUNIT_EXPECT_EQ_MSG(test, queue_of(test, &flow,
						   QUEUES_MAX),
				    want, "port %u", flow.source);
	}
	flow.fragment = 80;
	KUNIT_EXPECT_EQ(test, queue_of(test, &flow, QUEUES_MAX), want);
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
		n[queue_of(test, &flow, QUEUES_MAX)]++;
	}
	for (i = 0; i < QUEUES_MAX; i++) {
		used += n[i] > 0;
		most = max(most, n[i]);
	}
	KUNIT_EXPECT_GE(test, used, QUEUES_MAX - 4);
	KUNIT_EXPECT_LE(test, most, 4 * FLOWS / QUEUES_MAX);
}

#define KEYS 16

/* Who does not know the key does not know the hash; what is no IP has none. */
static void other_key_other_hash(struct kunit *test)
{
	const struct vxm_kunit_flow *flow = test->param_value;
	bool ip = flow->type == ETH_P_IP || flow->type == ETH_P_IPV6;
	u32 hash[KEYS];
	int i, j;

	for (i = 0; i < KEYS; i++) {
		get_random_bytes(flow_key, sizeof(flow_key));
		hash[i] = hash_of(test, flow);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_EQ(test, hash[i] != hash[j], ip);
	}
}

struct set {
	const char *name;
	u16 type;
	u16 ports;	/* of these, one after the other */
	u32 address_step;
	bool random;
};

static const struct set sets[] = {
	{ "IPv4, ports in a row", ETH_P_IP, VXM_KUNIT_THINGS },
	{ "IPv4, addresses in a row", ETH_P_IP, 1, 1 },
	{ "IPv4, addresses of the same last byte", ETH_P_IP, 1, 256 },
	{ "IPv4, some ports for each address", ETH_P_IP, 100, 1 },
	{ "IPv4, random", ETH_P_IP, 1, .random = true },
	{ "IPv6, ports in a row", ETH_P_IPV6, VXM_KUNIT_THINGS },
	{ "IPv6, addresses in a row", ETH_P_IPV6, 1, 1 },
	{ "IPv6, some ports for each address", ETH_P_IPV6, 100, 1 },
	{ "IPv6, random", ETH_P_IPV6, 1, .random = true },
};

VXM_KUNIT_TABLE(set, sets);

static void put(u8 *to, u32 value, int bytes)
{
	while (bytes--) {
		to[bytes] = value;
		value >>= 8;
	}
}

/* Another client and another of its ports in a frame without tags. */
static void change(u8 *frame, const struct set *set, u32 n,
		   struct rnd_state *random)
{
	u32 address = n / set->ports * set->address_step;
	u16 port = 1024 + n % set->ports;
	u8 *ip = frame + ETH_HLEN;

	if (set->random) {
		address = prandom_u32_state(random);
		port = prandom_u32_state(random);
	}
	if (set->type == ETH_P_IP) {
		put(ip + 12, 0x0a000000 ^ address, 4);
		put(ip + 20, port, 2);
	} else {
		put(ip + 8 + 12, address, 4);
		put(ip + 40, port, 2);
	}
}

static void spread_evenly(struct kunit *test)
{
	const struct set *set = test->param_value;
	const struct vxm_kunit_flow flow = {
		.type = set->type, TCP, ENDS,
	};
	u8 *frame = kunit_kzalloc(test, VXM_KUNIT_FRAME_MAX, GFP_KERNEL);
	struct rnd_state random;
	struct vxm_inner inner;
	int n, i;
	size_t len;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, frame);
	len = vxm_kunit_frame(&flow, frame);
	prandom_seed_state(&random, 1);
	for (n = 0; n < KEYS; n++) {
		u32 count[VXM_KUNIT_PLACES] = {};

		prandom_bytes_state(&random, flow_key, sizeof(flow_key));
		for (i = 0; i < VXM_KUNIT_THINGS; i++) {
			change(frame, set, i, &random);
			inner = vxm_parse_inner(frame, len, flow_key);
			count[vxm_flow_queue(inner.flow, QUEUES_MAX)]++;
		}
		KUNIT_EXPECT_LE_MSG(test, vxm_kunit_uneven(count),
				    (u64)VXM_KUNIT_UNEVEN, "key %d", n);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(both_directions, flow_gen_params),
	KUNIT_CASE_PARAM(fragments_without_ports, fragment_gen_params),
	KUNIT_CASE_PARAM(spread_over_queues, spread_gen_params),
	KUNIT_CASE_PARAM(other_key_other_hash, flow_gen_params),
	KUNIT_CASE_PARAM(spread_evenly, set_gen_params),
	{}
};

struct kunit_suite vxm_flow_suite = {
	.name = "vxm_flow",
	.init = flow_init,
	.test_cases = cases,
};
