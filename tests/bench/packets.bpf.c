// SPDX-License-Identifier: GPL-2.0
/*
 * What XDP runs for each of the bench's packets, before the stack sees it.
 */
#include <linux/bpf.h>
#include <linux/in.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "mirror.h"

#define CPUS 8	/* a power of 2 */

struct settings settings = { { 1, 1, 1, 1 }, 1 };

/* How many packets each CPU has made, in cache lines of their own. */
struct {
	__u32 made;
} __attribute__((aligned(64))) cpu[CPUS];

static __always_inline int make(struct xdp_md *ctx)
{
	struct mirror_packet *packet = (void *)(long)ctx->data;
	__u32 id = bpf_get_smp_processor_id() & (CPUS - 1);

	if ((void *)(packet + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	vary(packet, &settings.mix, cpu[id].made++ * settings.senders + id);
	return XDP_PASS;
}

/* The least that a decapsulation can do: no table, no counter. */
static __always_inline int strip(struct xdp_md *ctx)
{
	struct mirror_packet *packet = (void *)(long)ctx->data;

	if ((void *)(packet + 1) > (void *)(long)ctx->data_end)
		return XDP_PASS;
	if (packet->eth.h_proto != bpf_htons(ETH_P_IP) ||
	    packet->ip.version != 4 || packet->ip.ihl != 5 ||
	    packet->ip.protocol != IPPROTO_UDP ||
	    packet->ip.frag_off & bpf_htons(0x3fff) ||
	    packet->udp.dest != bpf_htons(VXLAN_PORT) ||
	    packet->vxlan_vni != bpf_htonl(1 << 8))
		return XDP_PASS;
	return bpf_xdp_adjust_head(ctx, OUTER_LEN) ? XDP_DROP : XDP_PASS;
}

/* One template becomes many different packets. */
SEC("xdp")
int packets(struct xdp_md *ctx)
{
	return make(ctx);
}

/* The same, and each is decapsulated at once, as if by a driver's XDP. */
SEC("xdp")
int frames(struct xdp_md *ctx)
{
	int verdict = make(ctx);

	return verdict == XDP_PASS ? strip(ctx) : verdict;
}

char bench_license[] SEC("license") = "GPL";
