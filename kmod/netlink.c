// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: its policy, and which command takes which
 * attributes. The commands themselves are in netlink_*.c, a file for each kind
 * of object; what their messages share is in netlink_message.c.
 */
#include <linux/if_vlan.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "dedup.h"
#include "filter.h"
#include "netlink.h"
#include "pernet.h"

const struct nla_policy vxm_nl_policy[VXM_ATTR_MAX + 1] = {
	[VXM_ATTR_IFNAME] = { .type = NLA_NUL_STRING, .len = IFNAMSIZ - 1 },
	[VXM_ATTR_MTU] = { .type = NLA_U32 },
	[VXM_ATTR_UP] = NLA_POLICY_MAX(NLA_U8, 1),
	[VXM_ATTR_FORCE] = { .type = NLA_FLAG },
	[VXM_ATTR_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
	[VXM_ATTR_VNI] = { .type = NLA_U32 },
	[VXM_ATTR_VNI_LAST] = { .type = NLA_U32 },
	[VXM_ATTR_VNI_ANY] = { .type = NLA_FLAG },
	[VXM_ATTR_SOURCE_IPV4] = { .type = NLA_U32 },
	[VXM_ATTR_SOURCE_IPV6] = NLA_POLICY_EXACT_LEN(sizeof(struct in6_addr)),
	[VXM_ATTR_MAX_VNIS] = { .type = NLA_U32 },
	[VXM_ATTR_MAX_PORTS] = { .type = NLA_U32 },
	[VXM_ATTR_MAX_SESSIONS] = { .type = NLA_U32 },
	[VXM_ATTR_SESSION_MEMORY] = { .type = NLA_U32 },
	[VXM_ATTR_SESSION_IDLE] = { .type = NLA_U32 },
	[VXM_ATTR_FRONT] = NLA_POLICY_MAX(NLA_U8, VXM_FRONT_SOCKET),
	[VXM_ATTR_FILTER] = { .type = NLA_NUL_STRING,
			      .len = VXM_FILTER_NAME_LEN },
	[VXM_ATTR_RULE] = { .type = NLA_NESTED },
	[VXM_ATTR_RULE_NUMBER] = NLA_POLICY_RANGE(NLA_U16, 1,
						  VXM_RULE_NUMBER_MAX),
	[VXM_ATTR_DIRECTION] = NLA_POLICY_MAX(NLA_U8, VXM_DIRECTION_EGRESS),
	[VXM_ATTR_PROTOCOL] = { .type = NLA_U8 },
	[VXM_ATTR_SRC_IPV4] = { .type = NLA_U32 },
	[VXM_ATTR_SRC_IPV6] = NLA_POLICY_EXACT_LEN(sizeof(struct in6_addr)),
	[VXM_ATTR_SRC_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[VXM_ATTR_DST_IPV4] = { .type = NLA_U32 },
	[VXM_ATTR_DST_IPV6] = NLA_POLICY_EXACT_LEN(sizeof(struct in6_addr)),
	[VXM_ATTR_DST_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[VXM_ATTR_SRC_PORT] = { .type = NLA_U16 },
	[VXM_ATTR_SRC_PORT_LAST] = { .type = NLA_U16 },
	[VXM_ATTR_DST_PORT] = { .type = NLA_U16 },
	[VXM_ATTR_DST_PORT_LAST] = { .type = NLA_U16 },
	[VXM_ATTR_AMAZON_DNS] = { .type = NLA_FLAG },
	[VXM_ATTR_RESOLVER_IPV4] = { .type = NLA_U32 },
	[VXM_ATTR_RESOLVER_IPV6] =
		NLA_POLICY_EXACT_LEN(sizeof(struct in6_addr)),
	[VXM_ATTR_GENERATION] = { .type = NLA_U32 },
	[VXM_ATTR_VLAN] = NLA_POLICY_MAX(NLA_U16, VLAN_VID_MASK - 1),
	[VXM_ATTR_VLAN_LAST] = NLA_POLICY_RANGE(NLA_U16, 1, VLAN_VID_MASK - 1),
	[VXM_ATTR_SNAPLEN] = { .type = NLA_U32 },
	[VXM_ATTR_REPAIR] = NLA_POLICY_MAX(NLA_U8, 1),
	[VXM_ATTR_ACTION] = NLA_POLICY_MAX(NLA_U8, VXM_ACTION_REJECT),
	[VXM_ATTR_NAME] = { .type = NLA_NUL_STRING,
			    .len = VXM_SESSION_NAME_LEN },
	[VXM_ATTR_MAC] = NLA_POLICY_EXACT_LEN(ETH_ALEN),
	[VXM_ATTR_SOURCES] = NLA_POLICY_MAX(NLA_U8, VXM_SOURCES_LISTED),
	[VXM_ATTR_DEDUP] = { .type = NLA_NUL_STRING,
			     .len = VXM_DEDUP_NAME_LEN },
	[VXM_ATTR_DEDUP_WINDOW] = NLA_POLICY_RANGE(NLA_U32,
						   VXM_DEDUP_WINDOW_MIN,
						   VXM_DEDUP_WINDOW_MAX),
};

/* Lists of attributes. */
#define A(attr) VXM_ATTR_##attr
#define VXM_NL_LIST(...) ((const u8[]){ __VA_ARGS__, 0 })
#define VXM_NL_VNI_KEY A(PORT), A(VNI), A(VNI_LAST), A(VNI_ANY)
#define VXM_NL_VNI_SETTINGS \
	A(IFNAME), A(VLAN), A(VLAN_LAST), A(SNAPLEN), A(REPAIR), A(SOURCES), \
	A(FILTER), A(DEDUP)
#define VXM_NL_LIMITS \
	A(MAX_VNIS), A(MAX_PORTS), A(MAX_SESSIONS), A(SESSION_MEMORY), \
	A(SESSION_IDLE)
#define VXM_NL_SESSION_KEY A(PORT), A(VNI), A(SOURCE_IPV4), A(SOURCE_IPV6)
#define VXM_NL_SESSION_SETTINGS \
	A(NAME), A(MAC), A(SNAPLEN), A(ACTION), A(FILTER)

/**
 * struct vxm_nl_command - what a command takes and who carries it out
 * @doit: carries it out; under RTNL
 * @takes: the attributes it takes, NULL: none
 * @needs: those of which it needs every one, NULL: none
 * @some: those of which it needs at least one, NULL: none
 * @dumpit: writes its dump
 * @dump_takes: the attributes that its dump takes, NULL: none
 * @dump_needs: those of which its dump needs every one, NULL: none
 * @host_root: only for CAP_NET_ADMIN in the first user namespace
 */
struct vxm_nl_command {
	int (*doit)(struct vxm_net *vn, struct genl_info *info);
	const u8 *takes;
	const u8 *needs;
	const u8 *some;
	int (*dumpit)(struct sk_buff *skb, struct netlink_callback *cb);
	const u8 *dump_takes;
	const u8 *dump_needs;
	bool host_root;
};

static const struct vxm_nl_command vxm_nl_commands[] = {
	[VXM_CMD_DEV_NEW] = {
		.doit = vxm_nl_dev_new,
		.takes = VXM_NL_LIST(A(IFNAME), A(MTU)),
		.needs = VXM_NL_LIST(A(IFNAME)),
	},
	[VXM_CMD_DEV_SET] = {
		.doit = vxm_nl_dev_set,
		.takes = VXM_NL_LIST(A(IFNAME), A(MTU), A(UP)),
		.needs = VXM_NL_LIST(A(IFNAME)),
		.some = VXM_NL_LIST(A(MTU), A(UP)),
	},
	[VXM_CMD_DEV_DEL] = {
		.doit = vxm_nl_dev_del,
		.takes = VXM_NL_LIST(A(IFNAME), A(FORCE)),
		.needs = VXM_NL_LIST(A(IFNAME)),
	},
	[VXM_CMD_DEV_GET] = {
		.doit = vxm_nl_dev_get,
		.takes = VXM_NL_LIST(A(IFNAME)),
		.needs = VXM_NL_LIST(A(IFNAME)),
		.dumpit = vxm_nl_dev_dump,
	},
	[VXM_CMD_VNI_NEW] = {
		.doit = vxm_nl_vni_new,
		.takes = VXM_NL_LIST(VXM_NL_VNI_KEY, VXM_NL_VNI_SETTINGS),
		.needs = VXM_NL_LIST(A(IFNAME)),
	},
	[VXM_CMD_VNI_SET] = {
		.doit = vxm_nl_vni_set,
		.takes = VXM_NL_LIST(VXM_NL_VNI_KEY, VXM_NL_VNI_SETTINGS),
		.some = VXM_NL_LIST(VXM_NL_VNI_SETTINGS),
	},
	[VXM_CMD_VNI_DEL] = {
		.doit = vxm_nl_vni_del,
		.takes = VXM_NL_LIST(VXM_NL_VNI_KEY),
	},
	[VXM_CMD_VNI_GET] = {
		.doit = vxm_nl_vni_get,
		.takes = VXM_NL_LIST(VXM_NL_VNI_KEY),
		.dumpit = vxm_nl_vni_dump,
		.dump_takes = VXM_NL_LIST(A(PORT), A(IFNAME)),
	},
	[VXM_CMD_FILTER_NEW] = {
		.doit = vxm_nl_filter_new,
		.takes = VXM_NL_LIST(A(FILTER), A(RULE)),
		.needs = VXM_NL_LIST(A(FILTER)),
	},
	[VXM_CMD_FILTER_SET] = {
		.doit = vxm_nl_filter_set,
		.takes = VXM_NL_LIST(A(FILTER), A(RULE), A(GENERATION)),
		.needs = VXM_NL_LIST(A(FILTER)),
	},
	[VXM_CMD_FILTER_DEL] = {
		.doit = vxm_nl_filter_del,
		.takes = VXM_NL_LIST(A(FILTER)),
		.needs = VXM_NL_LIST(A(FILTER)),
	},
	[VXM_CMD_FILTER_GET] = {
		.doit = vxm_nl_filter_get,
		.takes = VXM_NL_LIST(A(FILTER)),
		.needs = VXM_NL_LIST(A(FILTER)),
		.dumpit = vxm_nl_filter_dump,
	},
	[VXM_CMD_RULE_GET] = {
		.dumpit = vxm_nl_rule_dump,
		.dump_takes = VXM_NL_LIST(A(FILTER)),
		.dump_needs = VXM_NL_LIST(A(FILTER)),
	},
	[VXM_CMD_SESSION_NEW] = {
		.doit = vxm_nl_session_new,
		.takes = VXM_NL_LIST(VXM_NL_SESSION_KEY,
				     VXM_NL_SESSION_SETTINGS),
		.needs = VXM_NL_LIST(A(VNI)),
	},
	[VXM_CMD_SESSION_SET] = {
		.doit = vxm_nl_session_set,
		.takes = VXM_NL_LIST(VXM_NL_SESSION_KEY,
				     VXM_NL_SESSION_SETTINGS),
		.needs = VXM_NL_LIST(A(VNI)),
		.some = VXM_NL_LIST(VXM_NL_SESSION_SETTINGS),
	},
	[VXM_CMD_SESSION_DEL] = {
		.doit = vxm_nl_session_del,
		.takes = VXM_NL_LIST(VXM_NL_SESSION_KEY),
		.needs = VXM_NL_LIST(A(VNI)),
	},
	[VXM_CMD_SESSION_GET] = {
		.doit = vxm_nl_session_get,
		.takes = VXM_NL_LIST(VXM_NL_SESSION_KEY),
		.needs = VXM_NL_LIST(A(VNI)),
		.dumpit = vxm_nl_session_dump,
		.dump_takes = VXM_NL_LIST(A(PORT), A(VNI)),
	},
	[VXM_CMD_UNKNOWN_DEL] = { .doit = vxm_nl_unknown_del },
	[VXM_CMD_UNKNOWN_GET] = { .dumpit = vxm_nl_unknown_dump },
	[VXM_CMD_CAUSE_GET] = { .dumpit = vxm_nl_cause_dump },
	[VXM_CMD_NET_SET] = {
		.doit = vxm_nl_net_set,
		.takes = VXM_NL_LIST(VXM_NL_LIMITS),
		.some = VXM_NL_LIST(VXM_NL_LIMITS),
		/* the memory is the whole host's */
		.host_root = true,
	},
	[VXM_CMD_NET_GET] = { .doit = vxm_nl_net_get },
	[VXM_CMD_PORT_SET] = {
		.doit = vxm_nl_port_set,
		.takes = VXM_NL_LIST(A(PORT), A(FRONT)),
		.some = VXM_NL_LIST(A(FRONT)),
	},
	[VXM_CMD_PORT_GET] = {
		.doit = vxm_nl_port_get,
		.takes = VXM_NL_LIST(A(PORT)),
		.dumpit = vxm_nl_port_dump,
	},
	[VXM_CMD_DEDUP_SET] = {
		.doit = vxm_nl_dedup_set,
		.takes = VXM_NL_LIST(A(DEDUP), A(DEDUP_WINDOW)),
		.needs = VXM_NL_LIST(A(DEDUP)),
		.some = VXM_NL_LIST(A(DEDUP_WINDOW)),
	},
	[VXM_CMD_DEDUP_GET] = {
		.doit = vxm_nl_dedup_get,
		.takes = VXM_NL_LIST(A(DEDUP)),
		.needs = VXM_NL_LIST(A(DEDUP)),
		.dumpit = vxm_nl_dedup_dump,
	},
};

static bool vxm_nl_listed(const u8 *list, u8 attr)
{
	while (list && *list)
		if (*list++ == attr)
			return true;
	return false;
}

/**
 * vxm_nl_check_taken() - refuse attributes that have no meaning
 * @attrs: attributes, by number
 * @takes: those that have one, 0 after the last; NULL: none
 * @extack: gets the reason for a refusal
 *
 * Return: 0 or -EINVAL.
 */
int vxm_nl_check_taken(struct nlattr **attrs, const u8 *takes,
		       struct netlink_ext_ack *extack)
{
	int i;

	for (i = 1; i <= VXM_ATTR_MAX; i++) {
		if (attrs[i] && !vxm_nl_listed(takes, i)) {
			NL_SET_ERR_MSG_ATTR(extack, attrs[i],
					    "the command does not take this attribute");
			return -EINVAL;
		}
	}
	return 0;
}

static bool vxm_nl_given(struct nlattr **attrs, const u8 *list)
{
	while (*list)
		if (attrs[*list++])
			return true;
	return false;
}

/* What is said when one is missing. */
static const struct {
	u8 attr;
	const char *text;
} vxm_nl_missing[] = {
	{ VXM_ATTR_IFNAME, "the name of a mirror device is needed" },
	{ VXM_ATTR_VNI, "a VNI is needed" },
	{ VXM_ATTR_FILTER, "the name of a filter is needed" },
	{ VXM_ATTR_DEDUP, "the name of a dedup group is needed" },
};

static int vxm_nl_check_needed(struct nlattr **attrs, const u8 *needs,
			       struct netlink_ext_ack *extack)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(vxm_nl_missing); i++) {
		if (!vxm_nl_listed(needs, vxm_nl_missing[i].attr) ||
		    attrs[vxm_nl_missing[i].attr])
			continue;
		extack->_msg = vxm_nl_missing[i].text;
		NL_SET_ERR_ATTR_MISS(extack, NULL, vxm_nl_missing[i].attr);
		return -EINVAL;
	}
	return 0;
}

/* Every request that is not a dump. */
static int vxm_nl_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct vxm_nl_command *command =
		&vxm_nl_commands[info->genlhdr->cmd];
	int err;

	if (command->host_root && !netlink_capable(skb, CAP_NET_ADMIN)) {
		NL_SET_ERR_MSG(info->extack,
			       "only root of the first user namespace may do this");
		return -EPERM;
	}
	err = vxm_nl_check_taken(info->attrs, command->takes, info->extack);
	if (err)
		return err;
	err = vxm_nl_check_needed(info->attrs, command->needs, info->extack);
	if (err)
		return err;
	if (command->some && !vxm_nl_given(info->attrs, command->some)) {
		NL_SET_ERR_MSG(info->extack, "nothing to change is named");
		return -EINVAL;
	}

	rtnl_lock();
	err = command->doit(vxm_net(genl_info_net(info)), info);
	rtnl_unlock();
	if (err == -ENOMEM)
		NL_SET_ERR_MSG(info->extack, "the kernel has no memory for it");
	return err;
}

/**
 * vxm_nl_dump_state() - a dump's state
 * @cb: the dump
 *
 * Return: the state.
 */
struct vxm_nl_dump *vxm_nl_dump_state(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct vxm_nl_dump) > sizeof(cb->ctx));
	return (struct vxm_nl_dump *)cb->ctx;
}

static int vxm_nl_dump_filters(struct net *net, struct nlattr **attrs,
			       struct vxm_nl_dump *dump,
			       struct netlink_ext_ack *extack)
{
	struct vxm_filter *filter;
	struct net_device *dev;
	u32 vni;
	int err;

	if (attrs[VXM_ATTR_PORT])
		dump->by_port = nla_get_u16(attrs[VXM_ATTR_PORT]);
	if (attrs[VXM_ATTR_VNI]) {
		err = vxm_nl_get_vni(attrs[VXM_ATTR_VNI], extack, &vni);
		if (err)
			return err;
		dump->by_vni = vni;
	}
	if (attrs[VXM_ATTR_IFNAME]) {
		dev = dev_get_by_name(net, nla_data(attrs[VXM_ATTR_IFNAME]));
		if (!dev) {
			NL_SET_ERR_MSG_ATTR(extack, attrs[VXM_ATTR_IFNAME],
					    "there is no such interface");
			return -ENODEV;
		}
		dump->by_ifindex = dev->ifindex;
		dev_put(dev);
	}
	if (attrs[VXM_ATTR_FILTER]) {
		rtnl_lock();
		filter = vxm_filter_find(vxm_net(net),
					 nla_data(attrs[VXM_ATTR_FILTER]));
		if (filter)
			dump->by_filter = filter->id;
		rtnl_unlock();
		if (!filter) {
			NL_SET_ERR_MSG_ATTR(extack, attrs[VXM_ATTR_FILTER],
					    "there is no such filter");
			return -ENOENT;
		}
	}
	return 0;
}

/* What the request asks for, checked once, before the first message. */
static int vxm_nl_dump_begin(struct netlink_callback *cb,
			     const struct vxm_nl_command *command)
{
	struct vxm_nl_dump *dump = vxm_nl_dump_state(cb);
	struct net *net = sock_net(cb->skb->sk);
	struct nlattr **attrs;
	int err;

	attrs = kcalloc(VXM_ATTR_MAX + 1, sizeof(*attrs), GFP_KERNEL);
	if (!attrs)
		return -ENOMEM;
	err = genlmsg_parse(cb->nlh, &vxm_nl_family, attrs, VXM_ATTR_MAX,
			    vxm_nl_policy, cb->extack);
	if (err)
		goto out;
	err = vxm_nl_check_taken(attrs, command->dump_takes, cb->extack);
	if (err)
		goto out;
	err = vxm_nl_check_needed(attrs, command->dump_needs, cb->extack);
	if (err)
		goto out;
	dump->vn = vxm_net(net);
	dump->by_vni = -1;
	err = vxm_nl_dump_filters(net, attrs, dump, cb->extack);
out:
	kfree(attrs);
	return err;
}

/* Every dump; not .start, which cannot give a reason before 6.8. */
static int vxm_nl_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct genlmsghdr *header = nlmsg_data(cb->nlh);
	const struct vxm_nl_command *command = &vxm_nl_commands[header->cmd];
	int err;

	if (!vxm_nl_dump_state(cb)->vn) {
		err = vxm_nl_dump_begin(cb, command);
		if (err)
			return err;
	}
	return command->dumpit(skb, cb);
}

#define VXM_NL_DOIT(command)			\
	{					\
		.cmd = VXM_CMD_##command,	\
		.flags = GENL_UNS_ADMIN_PERM,	\
		.doit = vxm_nl_doit,		\
	}

#define VXM_NL_DUMP(command)			\
	{					\
		.cmd = VXM_CMD_##command,	\
		.flags = GENL_UNS_ADMIN_PERM,	\
		.dumpit = vxm_nl_dumpit,	\
	}

#define VXM_NL_DOIT_AND_DUMP(command)		\
	{					\
		.cmd = VXM_CMD_##command,	\
		.flags = GENL_UNS_ADMIN_PERM,	\
		.doit = vxm_nl_doit,		\
		.dumpit = vxm_nl_dumpit,	\
	}

static const struct genl_ops vxm_nl_ops[] = {
	VXM_NL_DOIT(DEV_NEW),
	VXM_NL_DOIT(DEV_SET),
	VXM_NL_DOIT(DEV_DEL),
	VXM_NL_DOIT_AND_DUMP(DEV_GET),
	VXM_NL_DOIT(VNI_NEW),
	VXM_NL_DOIT(VNI_SET),
	VXM_NL_DOIT(VNI_DEL),
	VXM_NL_DOIT_AND_DUMP(VNI_GET),
	VXM_NL_DOIT(FILTER_NEW),
	VXM_NL_DOIT(FILTER_SET),
	VXM_NL_DOIT(FILTER_DEL),
	VXM_NL_DOIT_AND_DUMP(FILTER_GET),
	VXM_NL_DUMP(RULE_GET),
	VXM_NL_DOIT(SESSION_NEW),
	VXM_NL_DOIT(SESSION_SET),
	VXM_NL_DOIT(SESSION_DEL),
	VXM_NL_DOIT_AND_DUMP(SESSION_GET),
	VXM_NL_DOIT(UNKNOWN_DEL),
	VXM_NL_DUMP(UNKNOWN_GET),
	VXM_NL_DUMP(CAUSE_GET),
	VXM_NL_DOIT(NET_SET),
	VXM_NL_DOIT(NET_GET),
	VXM_NL_DOIT(PORT_SET),
	VXM_NL_DOIT_AND_DUMP(PORT_GET),
	VXM_NL_DOIT(DEDUP_SET),
	VXM_NL_DOIT_AND_DUMP(DEDUP_GET),
};

static const struct genl_multicast_group vxm_nl_groups[] = {
	{
		.name = VXM_GENL_MCGRP_EVENTS,
		.flags = GENL_MCAST_CAP_NET_ADMIN,
	},
};

struct genl_family vxm_nl_family __ro_after_init = {
	.name = VXM_GENL_NAME,
	.version = VXM_GENL_VERSION,
	.maxattr = VXM_ATTR_MAX,
	.policy = vxm_nl_policy,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = vxm_nl_ops,
	.n_ops = ARRAY_SIZE(vxm_nl_ops),
	.mcgrps = vxm_nl_groups,
	.n_mcgrps = ARRAY_SIZE(vxm_nl_groups),
};

/**
 * vxm_nl_init() - register the family
 *
 * Return: 0 or a negative errno.
 */
int __init vxm_nl_init(void)
{
	int err;

	err = genl_register_family(&vxm_nl_family);
	if (!err)
		vxm_nl_notify_enable(true);
	return err;
}

/**
 * vxm_nl_exit() - unregister the family
 */
void vxm_nl_exit(void)
{
	/* notifications are sent under RTNL and by the workqueue */
	rtnl_lock();
	vxm_nl_notify_enable(false);
	rtnl_unlock();
	flush_workqueue(vxm_wq);
	genl_unregister_family(&vxm_nl_family);
}

MODULE_ALIAS_GENL_FAMILY(VXM_GENL_NAME);
