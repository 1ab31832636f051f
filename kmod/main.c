// SPDX-License-Identifier: GPL-2.0
/*
 * Module init and exit.
 */
#include <linux/module.h>

#include "deliver.h"
#include "device.h"
#include "flow.h"
#include "ingress.h"
#include "local.h"
#include "netlink.h"
#include "pernet.h"

static int __init vxm_init(void)
{
	int err;

	vxm_flow_init();
	vxm_deliver_init();
	err = vxm_pernet_init();
	if (err)
		return err;
	err = vxm_local_init();
	if (err)
		goto exit_pernet;
	err = vxm_ingress_init();
	if (err)
		goto exit_local;
	err = vxm_device_init();
	if (err)
		goto exit_ingress;
	err = vxm_nl_init();
	if (err)
		goto exit_device;
	return 0;

exit_device:
	vxm_device_exit();
exit_ingress:
	vxm_ingress_exit();
exit_local:
	vxm_local_exit();
exit_pernet:
	vxm_pernet_exit();
	return err;
}

static void __exit vxm_exit(void)
{
	vxm_nl_exit();
	vxm_device_exit();
	vxm_ingress_exit();
	vxm_local_exit();
	vxm_pernet_exit();
}

module_init(vxm_init);
module_exit(vxm_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The vxmirror authors");
MODULE_DESCRIPTION("Mirrored cloud traffic (VXLAN) for network sensors");
MODULE_VERSION(VXM_VERSION);
