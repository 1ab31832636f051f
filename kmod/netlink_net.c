// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: what concerns the namespace as a whole: causes, totals, limits.
 */
#include <linux/rtnetlink.h>

#include "netlink.h"
#include "pernet.h"

#define VXM_IDLE_MAX 31536000

/**
 * struct vxm_nl_cause - a cause and its count
 * @id: the cause
 * @packets: frames not delivered for it
 */
struct vxm_nl_cause {
	u32 id;
	u64 packets;
};

static int vxm_nl_fill_cause(struct sk_buff *skb, const void *object)
{
	const struct vxm_nl_cause *cause = object;

	if (nla_put_u32(skb, VXM_ATTR_CAUSE_ID, cause->id) ||
	    nla_put_string(skb, VXM_ATTR_CAUSE_NAME,
			   vxm_cause_name(cause->id)) ||
	    nla_put_string(skb, VXM_ATTR_CAUSE_TEXT,
			   vxm_cause_text(cause->id)) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_CAUSE_PACKETS, cause->packets))
		return -EMSGSIZE;
	return 0;
}

/**
 * vxm_nl_cause_dump() - %VXM_CMD_CAUSE_GET
 * @skb: the dump's buffer
 * @cb: the dump
 *
 * Return: bytes in @skb.
 */
int vxm_nl_cause_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vxm_nl_dump *dump = vxm_nl_dump_state(cb);
	struct vxm_nl_cause cause;
	struct vxm_totals totals;

	if (dump->cursor == __VXM_CAUSE_MAX)
		return 0;
	rtnl_lock();
	cb->seq = dump->vn->config_seq;
	vxm_net_totals(dump->vn, &totals);
	rtnl_unlock();
	for (; dump->cursor < __VXM_CAUSE_MAX; dump->cursor++) {
		cause.id = dump->cursor;
		cause.packets = totals.causes[cause.id];
		if (vxm_nl_dump_one(skb, cb, VXM_CMD_CAUSE_GET,
				    vxm_nl_fill_cause, &cause))
			break;
	}
	return skb->len;
}

static int vxm_nl_fill_net(struct sk_buff *skb, const void *object)
{
	struct vxm_net *vn = (struct vxm_net *)object;
	const struct vxm_sessions *s = &vn->sessions;
	struct vxm_totals totals;

	vxm_net_totals(vn, &totals);
	if (nla_put_u32(skb, VXM_ATTR_MAX_VNIS, vn->max_vnis) ||
	    nla_put_u32(skb, VXM_ATTR_MAX_PORTS, vn->max_ports) ||
	    nla_put_u32(skb, VXM_ATTR_MAX_SESSIONS, s->max_sessions) ||
	    nla_put_u32(skb, VXM_ATTR_SESSION_MEMORY, s->max_memory) ||
	    nla_put_u32(skb, VXM_ATTR_SESSION_IDLE, s->idle) ||
	    nla_put_u32(skb, VXM_ATTR_VNIS, vn->n_vnis) ||
	    nla_put_u32(skb, VXM_ATTR_PORTS, vn->n_ports) ||
	    nla_put_u32(skb, VXM_ATTR_SESSIONS, READ_ONCE(s->n_live)) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_SESSION_MEMORY_USED,
			   vxm_sessions_memory(s)))
		return -EMSGSIZE;
	return vxm_nl_put_totals(skb, &totals);
}

/**
 * vxm_nl_net_get() - %VXM_CMD_NET_GET
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_net_get(struct vxm_net *vn, struct genl_info *info)
{
	int err;

	mutex_lock(&vn->sessions.mutex);
	err = vxm_nl_reply(info, vxm_nl_fill_net, vn);
	mutex_unlock(&vn->sessions.mutex);
	return err;
}

/**
 * struct vxm_nl_limit - a limit that can be set
 * @type: its attribute
 * @min: least value
 * @max: greatest value
 * @text: what to say of another
 */
struct vxm_nl_limit {
	int type;
	u32 min;
	u32 max;
	const char *text;
};

static const struct vxm_nl_limit vxm_nl_limits[] = {
	{ VXM_ATTR_MAX_VNIS, 0, VXM_MAX_VNIS,
	  "the limit on VNI entries is 0 to 65536" },
	{ VXM_ATTR_MAX_PORTS, 0, VXM_MAX_PORTS,
	  "the limit on ports is 0 to 64" },
	{ VXM_ATTR_MAX_SESSIONS, 0, VXM_MAX_SESSIONS,
	  "the limit on sessions is 0 to 65536" },
	{ VXM_ATTR_SESSION_MEMORY, 0, U32_MAX, NULL },
	{ VXM_ATTR_SESSION_IDLE, 1, VXM_IDLE_MAX,
	  "the idle time is 1 to 31536000 seconds" },
};

static int vxm_nl_check_limits(struct genl_info *info)
{
	const struct vxm_nl_limit *limit = vxm_nl_limits;
	struct nlattr *attr;

	for (; limit < vxm_nl_limits + ARRAY_SIZE(vxm_nl_limits); limit++) {
		attr = info->attrs[limit->type];
		if (!attr)
			continue;
		if (nla_get_u32(attr) >= limit->min &&
		    nla_get_u32(attr) <= limit->max)
			continue;
		NL_SET_BAD_ATTR(info->extack, attr);
		info->extack->_msg = limit->text;
		return -ERANGE;
	}
	return 0;
}

static void vxm_nl_set_limit(struct nlattr *attr, u32 *limit)
{
	if (attr)
		WRITE_ONCE(*limit, nla_get_u32(attr));
}

/**
 * vxm_nl_net_set() - %VXM_CMD_NET_SET
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_net_set(struct vxm_net *vn, struct genl_info *info)
{
	struct vxm_sessions *s = &vn->sessions;
	int err;

	err = vxm_nl_check_limits(info);
	if (err)
		return err;

	vxm_nl_set_limit(info->attrs[VXM_ATTR_MAX_VNIS], &vn->max_vnis);
	vxm_nl_set_limit(info->attrs[VXM_ATTR_MAX_PORTS], &vn->max_ports);
	mutex_lock(&s->mutex);
	vxm_nl_set_limit(info->attrs[VXM_ATTR_MAX_SESSIONS], &s->max_sessions);
	vxm_nl_set_limit(info->attrs[VXM_ATTR_SESSION_MEMORY], &s->max_memory);
	vxm_nl_set_limit(info->attrs[VXM_ATTR_SESSION_IDLE], &s->idle);
	mutex_unlock(&s->mutex);
	vxm_sessions_limit(s);
	vxm_net_changed(vn);
	return 0;
}
