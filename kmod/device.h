/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The mirror device.
 */
#ifndef _VXM_DEVICE_H
#define _VXM_DEVICE_H

#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/u64_stats_sync.h>

struct netlink_ext_ack;
struct nlattr;

/* Suricata and others size their buffers by it; it keeps nothing out. */
#define VXM_DEVICE_MTU 9216
#define VXM_DEVICE_MTU_MIN IPV6_MIN_MTU

/* As many readers can share it evenly. */
#define VXM_DEVICE_RX_QUEUES 64

/**
 * struct vxm_device_counters - what one CPU counted for a mirror device
 * @packets: inner frames shown
 * @bytes: their bytes
 * @tx_refused: packets that somebody tried to send
 * @syncp: makes the values readable in one piece on 32-bit machines
 */
struct vxm_device_counters {
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t tx_refused;
	struct u64_stats_sync syncp;
};

/**
 * struct vxm_device_totals - &struct vxm_device_counters over all CPUs
 * @packets: see &vxm_device_counters.packets
 * @bytes: see &vxm_device_counters.bytes
 * @tx_refused: see &vxm_device_counters.tx_refused
 */
struct vxm_device_totals {
	u64 packets;
	u64 bytes;
	u64 tx_refused;
};

/**
 * struct vxm_device - a mirror device's private part
 * @counters: per CPU
 * @vnis: VNI entries that deliver to it (RTNL)
 * @n_vnis: how many (RTNL)
 */
struct vxm_device {
	struct vxm_device_counters __percpu *counters;
	struct list_head vnis;
	u32 n_vnis;
};

int vxm_device_init(void);
void vxm_device_exit(void);

bool vxm_device_is(const struct net_device *dev);
struct net_device *vxm_device_find(struct net *net, const struct nlattr *name,
				   struct netlink_ext_ack *extack);
struct net_device *vxm_device_get(struct net *net, const struct nlattr *name,
				  struct netlink_ext_ack *extack);
struct net_device *vxm_device_make(struct net *net, const struct nlattr *name,
				   u32 mtu, struct netlink_ext_ack *extack);
void vxm_device_sum(const struct net_device *dev,
		    struct vxm_device_totals *totals);

/**
 * vxm_device_count() - an inner frame is shown on the device
 * @dev: a mirror device
 * @len: the frame's bytes
 *
 * Context: softirq.
 */
static inline void vxm_device_count(struct net_device *dev, unsigned int len)
{
	struct vxm_device *mirror = netdev_priv(dev);
	struct vxm_device_counters *c = this_cpu_ptr(mirror->counters);

	u64_stats_update_begin(&c->syncp);
	u64_stats_inc(&c->packets);
	u64_stats_add(&c->bytes, len);
	u64_stats_update_end(&c->syncp);
}

#endif /* _VXM_DEVICE_H */
