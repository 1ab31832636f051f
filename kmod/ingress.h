/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ingress front.
 */
#ifndef _VXM_INGRESS_H
#define _VXM_INGRESS_H

struct vxm_net;

int vxm_ingress_init(void);
void vxm_ingress_exit(void);
void vxm_ingress_start(struct vxm_net *vn);
void vxm_ingress_stop(struct vxm_net *vn);

#endif /* _VXM_INGRESS_H */
