/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family.
 */
#ifndef _VXM_NETLINK_H
#define _VXM_NETLINK_H

#include <linux/vxmirror.h>
#include <net/genetlink.h>

struct net_device;
struct vxm_dedup;
struct vxm_filter;
struct vxm_net;
struct vxm_port;
struct vxm_session;
struct vxm_totals;
struct vxm_unknown_slot;
struct vxm_vni;

/**
 * typedef vxm_nl_fill_t - write one object's attributes
 * @skb: message under construction
 * @object: the object
 *
 * Return: 0, or -EMSGSIZE when there is no room.
 */
typedef int (*vxm_nl_fill_t)(struct sk_buff *skb, const void *object);

/**
 * struct vxm_nl_dump - state of a dump between its messages, in
 *	&netlink_callback.ctx
 * @vn: namespace; NULL until the request is checked
 * @by_vni: filter: VNI, or -1
 * @by_ifindex: filter: interface, or 0
 * @by_filter: of rules: &vxm_filter.id, or 0
 * @cursor: where to go on; its meaning is the dump's own
 * @last: of the latest VNI entry: its last VNI
 * @by_port: filter: port, or 0
 * @port: of the latest VNI entry: its port
 * @kind: of the latest VNI entry: its kind
 */
struct vxm_nl_dump {
	struct vxm_net *vn;
	s64 by_vni;
	int by_ifindex;
	u32 by_filter;
	u32 cursor;
	u32 last;
	u16 by_port;
	u16 port;
	u8 kind;
};

extern struct genl_family vxm_nl_family;
extern const struct nla_policy vxm_nl_policy[VXM_ATTR_MAX + 1];

int vxm_nl_init(void);
void vxm_nl_exit(void);
int vxm_nl_check_taken(struct nlattr **attrs, const u8 *takes,
		       struct netlink_ext_ack *extack);
struct vxm_nl_dump *vxm_nl_dump_state(struct netlink_callback *cb);

/* netlink_message.c */
void vxm_nl_notify_enable(bool enable);
int vxm_nl_reply(struct genl_info *info, vxm_nl_fill_t fill,
		 const void *object);
void vxm_nl_notify(struct vxm_net *vn, u8 cmd, vxm_nl_fill_t fill,
		   const void *object);
int vxm_nl_dump_one(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		    vxm_nl_fill_t fill, const void *object);
int vxm_nl_put_u64(struct sk_buff *skb, int type, u64 value);
int vxm_nl_put_age(struct sk_buff *skb, int type, u64 jiffies64);
int vxm_nl_put_totals(struct sk_buff *skb, const struct vxm_totals *totals);
u16 vxm_nl_get_port(struct genl_info *info);
int vxm_nl_get_vni(struct nlattr *attr, struct netlink_ext_ack *extack,
		   u32 *vni);

int vxm_nl_get_snaplen(struct nlattr *attr, struct netlink_ext_ack *extack,
		       u32 *snaplen);

/* netlink_dev.c */
int vxm_nl_dev_new(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_dev_set(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_dev_del(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_dev_get(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_dev_dump(struct sk_buff *skb, struct netlink_callback *cb);
void vxm_nl_notify_device(struct net_device *dev, u8 cmd);

/* netlink_vni.c */
int vxm_nl_vni_new(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_vni_set(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_vni_del(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_vni_get(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_vni_dump(struct sk_buff *skb, struct netlink_callback *cb);
void vxm_nl_notify_vni(struct vxm_vni *entry, u8 cmd);

/* netlink_port.c */
int vxm_nl_port_set(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_port_get(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_port_dump(struct sk_buff *skb, struct netlink_callback *cb);
void vxm_nl_notify_port(struct vxm_port *port);

/* netlink_filter.c */
int vxm_nl_filter_new(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_filter_set(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_filter_del(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_filter_get(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_filter_dump(struct sk_buff *skb, struct netlink_callback *cb);
int vxm_nl_rule_dump(struct sk_buff *skb, struct netlink_callback *cb);
void vxm_nl_notify_filter(struct vxm_net *vn, struct vxm_filter *filter,
			  u8 cmd);
struct vxm_filter *vxm_nl_get_filter(struct vxm_net *vn,
				     struct genl_info *info);
bool vxm_nl_is_name(const char *name);

/* netlink_dedup.c */
int vxm_nl_dedup_set(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_dedup_get(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_dedup_dump(struct sk_buff *skb, struct netlink_callback *cb);
int vxm_nl_use_dedup(struct vxm_net *vn, struct genl_info *info,
		     struct vxm_dedup **dedup);

/* netlink_session.c */
int vxm_nl_session_new(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_session_set(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_session_del(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_session_get(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_session_dump(struct sk_buff *skb, struct netlink_callback *cb);
void vxm_nl_notify_session(struct vxm_net *vn, struct vxm_session *session,
			   u8 cmd);
int vxm_nl_unknown_del(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_unknown_dump(struct sk_buff *skb, struct netlink_callback *cb);
void vxm_nl_notify_unknown(struct vxm_net *vn,
			   const struct vxm_unknown_slot *slot);

/* netlink_net.c */
int vxm_nl_cause_dump(struct sk_buff *skb, struct netlink_callback *cb);
int vxm_nl_net_set(struct vxm_net *vn, struct genl_info *info);
int vxm_nl_net_get(struct vxm_net *vn, struct genl_info *info);

#endif /* _VXM_NETLINK_H */
