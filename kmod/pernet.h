/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that vxmirror holds for one network namespace.
 */
#ifndef _VXM_PERNET_H
#define _VXM_PERNET_H

#include <linux/list.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

#include "counters.h"
#include "local.h"
#include "session.h"
#include "unknown.h"

#define VXM_MAX_VNIS 65536
#define VXM_MAX_PORTS 64

/**
 * struct vxm_net - one network namespace's state; under RTNL where not said
 *	otherwise
 * @net: the namespace
 * @ports: the ports in use, by number (packets find them under RCU)
 * @n_ports: how many
 * @n_early: of them, those that take packets early
 * @ingress: the ingress front's hooks, one for each interface
 * @local: this host's addresses (RCU)
 * @filters: the filters, by name
 * @n_filters: how many
 * @filter_id: the latest &vxm_filter.id or &vxm_filter.generation
 * @dedups: the dedup groups, in the order in which they were made
 * @n_dedups: how many
 * @dedup_id: the latest &vxm_dedup.id
 * @n_vnis: VNI entries on the ports
 * @max_ports: limit on @n_ports
 * @max_vnis: limit on @n_vnis
 * @vni_seq: grows with every change of which entry a VNI belongs to, never 0;
 *	read without RTNL, too
 * @config_seq: grows with every change of the configuration, never 0; read
 *	without RTNL, too
 * @counters: frames that no VNI entry received (per CPU)
 * @retired: what VNI entries that are gone had counted
 * @dying: VNI entries that packets in flight may still count in
 * @retire: ends them
 * @sessions: learned sessions (locks of its own)
 * @unknown: VNIs that no entry covers (locks of its own)
 */
struct vxm_net {
	struct net *net;
	struct list_head ports;
	u32 n_ports;
	u32 n_early;
	struct list_head ingress;
	struct vxm_local local;
	struct list_head filters;
	u32 n_filters;
	u32 filter_id;
	struct list_head dedups;
	u32 n_dedups;
	u32 dedup_id;
	u32 n_vnis;
	u32 max_ports;
	u32 max_vnis;
	unsigned long vni_seq;
	u32 config_seq;
	struct vxm_counters __percpu *counters;
	struct vxm_totals retired;
	struct list_head dying;
	struct work_struct retire;
	struct vxm_sessions sessions;
	struct vxm_unknown unknown;
};

extern struct workqueue_struct *vxm_wq;

struct vxm_net *vxm_net(const struct net *net);
void vxm_net_changed(struct vxm_net *vn);
void vxm_net_totals(struct vxm_net *vn, struct vxm_totals *totals);
int vxm_pernet_init(void);
void vxm_pernet_exit(void);

#endif /* _VXM_PERNET_H */
