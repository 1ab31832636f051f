// SPDX-License-Identifier: GPL-2.0
/*
 * A network namespace's state comes and goes.
 */
#include <linux/rtnetlink.h>
#include <net/netns/generic.h>

#include "filter.h"
#include "pernet.h"
#include "port.h"
#include "vni.h"

static unsigned int vxm_net_id;

/* Frees what packets may still use, and learns sessions; module wide. */
struct workqueue_struct *vxm_wq;

/**
 * vxm_net() - vxmirror's state of a network namespace
 * @net: the namespace
 *
 * Return: the state; it lives as long as the namespace.
 */
struct vxm_net *vxm_net(const struct net *net)
{
	return net_generic(net, vxm_net_id);
}

/**
 * vxm_net_changed() - the configuration has changed: dumps under way see it
 * @vn: namespace
 *
 * Context: RTNL.
 */
void vxm_net_changed(struct vxm_net *vn)
{
	ASSERT_RTNL();
	WRITE_ONCE(vn->config_seq, vn->config_seq + 1 ?: 1);
}

/**
 * vxm_net_totals() - all that was counted in a namespace
 * @vn: namespace
 * @totals: is set
 *
 * Context: RTNL.
 */
void vxm_net_totals(struct vxm_net *vn, struct vxm_totals *totals)
{
	struct vxm_port *port;

	ASSERT_RTNL();
	*totals = vn->retired;
	vxm_counters_sum(totals, vn->counters);
	vxm_vni_sum_dying(vn, totals);
	list_for_each_entry(port, &vn->ports, list)
		vxm_vni_sum(port, totals);
}

static int __net_init vxm_net_init(struct net *net)
{
	struct vxm_net *vn = vxm_net(net);

	vn->net = net;
	INIT_LIST_HEAD(&vn->ports);
	INIT_LIST_HEAD(&vn->ingress);
	INIT_LIST_HEAD(&vn->filters);
	INIT_LIST_HEAD(&vn->dedups);
	vxm_local_net_init(&vn->local, net);
	INIT_LIST_HEAD(&vn->dying);
	INIT_WORK(&vn->retire, vxm_vni_retire);
	vn->max_ports = VXM_MAX_PORTS;
	vn->max_vnis = VXM_MAX_VNIS;
	vn->vni_seq = 1;
	vn->config_seq = 1;
	vn->counters = vxm_counters_alloc();
	if (!vn->counters)
		return -ENOMEM;
	vxm_sessions_init(&vn->sessions, vn);
	vxm_unknown_init(&vn->unknown, vn);
	return 0;
}

/*
 * The devices are gone by now, and with them VNI entries, ports and sockets:
 * what is left are objects that wait for a grace period.
 */
static void __net_exit vxm_net_exit_batch(struct list_head *nets)
{
	struct vxm_net *vn;
	struct net *net;

	rcu_barrier();
	flush_workqueue(vxm_wq);

	list_for_each_entry(net, nets, exit_list) {
		vn = vxm_net(net);
		WARN_ON_ONCE(!list_empty(&vn->ports) ||
			     !list_empty(&vn->dedups) ||
			     !list_empty(&vn->dying));
		vxm_local_net_exit(&vn->local);
		vxm_unknown_stop(&vn->unknown);
		vxm_sessions_stop(&vn->sessions);
		vxm_filters_end(vn);
		vxm_unknown_free(&vn->unknown);
		vxm_sessions_free(&vn->sessions);
		free_percpu(vn->counters);
	}
	/* filters that were used to the end */
	rcu_barrier();
	flush_workqueue(vxm_wq);
}

static struct pernet_operations vxm_pernet_ops = {
	.init = vxm_net_init,
	.exit_batch = vxm_net_exit_batch,
	.id = &vxm_net_id,
	.size = sizeof(struct vxm_net),
};

/**
 * vxm_pernet_init() - set up for every namespace, present and to come
 *
 * Return: 0 or a negative errno.
 */
int vxm_pernet_init(void)
{
	int err;

	vxm_wq = alloc_workqueue("vxmirror", WQ_UNBOUND, 0);
	if (!vxm_wq)
		return -ENOMEM;

	/* a subsystem, not a device: namespaces lose their devices first */
	err = register_pernet_subsys(&vxm_pernet_ops);
	if (err)
		destroy_workqueue(vxm_wq);
	return err;
}

/**
 * vxm_pernet_exit() - undo vxm_pernet_init()
 */
void vxm_pernet_exit(void)
{
	unregister_pernet_subsys(&vxm_pernet_ops);
	destroy_workqueue(vxm_wq);
}
