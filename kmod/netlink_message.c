// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: what the messages of all commands share.
 */
#include <linux/if_ether.h>
#include <linux/jiffies.h>

#include "netlink.h"
#include "pernet.h"

/**
 * vxm_nl_dump_one() - add an object's message to a dump
 * @skb: the dump's buffer
 * @cb: the dump
 * @cmd: command of the message
 * @fill: writes the object
 * @object: the object
 *
 * The message says so when the configuration has changed since the dump began.
 *
 * Return: 0, or -EMSGSIZE when the buffer is full.
 */
int vxm_nl_dump_one(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		    vxm_nl_fill_t fill, const void *object)
{
	void *header;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
			     cb->nlh->nlmsg_seq, &vxm_nl_family, NLM_F_MULTI,
			     cmd);
	if (!header)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, header);
	if (fill(skb, object)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/* Returns the message with one object, or ERR_PTR. */
static struct sk_buff *vxm_nl_message(u32 portid, u32 seq, u8 cmd,
				      vxm_nl_fill_t fill, const void *object)
{
	struct sk_buff *skb;
	void *header;

	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return ERR_PTR(-ENOMEM);
	header = genlmsg_put(skb, portid, seq, &vxm_nl_family, 0, cmd);
	if (!header || fill(skb, object)) {
		nlmsg_free(skb);
		return ERR_PTR(-EMSGSIZE);
	}
	genlmsg_end(skb, header);
	return skb;
}

/**
 * vxm_nl_reply() - answer a request with one object
 * @info: the request
 * @fill: writes the object
 * @object: the object
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno.
 */
int vxm_nl_reply(struct genl_info *info, vxm_nl_fill_t fill,
		 const void *object)
{
	struct sk_buff *skb;

	skb = vxm_nl_message(info->snd_portid, info->snd_seq,
			     info->genlhdr->cmd, fill, object);
	if (IS_ERR(skb))
		return PTR_ERR(skb);
	return genlmsg_reply(skb, info);
}

/* Nothing is sent before the family is there, or when it is about to go. */
static bool vxm_nl_notify_enabled;

/**
 * vxm_nl_notify_enable() - let notifications be sent, or not
 * @enable: whether the family is registered
 *
 * Context: RTNL, unless nothing can be sent yet.
 */
void vxm_nl_notify_enable(bool enable)
{
	WRITE_ONCE(vxm_nl_notify_enabled, enable);
}

/**
 * vxm_nl_notify() - tell those who listen about one object
 * @vn: namespace
 * @cmd: the notification
 * @fill: writes the object
 * @object: the object
 *
 * Context: RTNL or the module's workqueue, may sleep. For want of memory a
 * notification may be lost; the listeners' sockets are told of it.
 */
void vxm_nl_notify(struct vxm_net *vn, u8 cmd, vxm_nl_fill_t fill,
		   const void *object)
{
	struct sk_buff *skb;

	if (!READ_ONCE(vxm_nl_notify_enabled) ||
	    !genl_has_listeners(&vxm_nl_family, vn->net, 0))
		return;
	skb = vxm_nl_message(0, 0, cmd, fill, object);
	/* what netlink says for lost messages; readers take any other for an end */
	if (IS_ERR(skb))
		genl_set_err(&vxm_nl_family, vn->net, 0, 0, -ENOBUFS);
	else
		genlmsg_multicast_netns(&vxm_nl_family, vn->net, skb, 0, 0,
					GFP_KERNEL);
}

/**
 * vxm_nl_put_u64() - add a 64-bit attribute, aligned
 * @skb: message
 * @type: attribute
 * @value: its value
 *
 * Return: 0 or -EMSGSIZE.
 */
int vxm_nl_put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, VXM_ATTR_PAD);
}

/**
 * vxm_nl_put_age() - add how long ago something was, in milliseconds
 * @skb: message
 * @type: attribute
 * @jiffies64: when it was, 64-bit jiffies
 *
 * Return: 0 or -EMSGSIZE.
 */
int vxm_nl_put_age(struct sk_buff *skb, int type, u64 jiffies64)
{
	u64 age = get_jiffies_64() - jiffies64;

	return vxm_nl_put_u64(skb, type,
			      div_u64(jiffies64_to_nsecs(age), NSEC_PER_MSEC));
}

static int vxm_nl_put_cause(struct sk_buff *skb, u32 cause, u64 packets)
{
	struct nlattr *nest = nla_nest_start(skb, VXM_ATTR_CAUSE);

	if (!nest || nla_put_u32(skb, VXM_ATTR_CAUSE_ID, cause) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_CAUSE_PACKETS, packets))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * vxm_nl_put_totals() - add counters, and the causes that are not zero
 * @skb: message
 * @totals: the counters
 *
 * Return: 0 or -EMSGSIZE.
 */
int vxm_nl_put_totals(struct sk_buff *skb, const struct vxm_totals *totals)
{
	int i;

	if (vxm_nl_put_u64(skb, VXM_ATTR_RECEIVED_PACKETS,
			   totals->received_packets) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_RECEIVED_BYTES,
			   totals->received_bytes) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_DELIVERED_PACKETS,
			   totals->delivered_packets) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_DELIVERED_BYTES,
			   totals->delivered_bytes) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_TRUNCATED_PACKETS,
			   totals->truncated) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_REPAIRED_PACKETS, totals->repaired) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_UNREPAIRABLE_PACKETS,
			   totals->unrepairable) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_UNDIRECTED_PACKETS,
			   totals->undirected) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_UNATTRIBUTED_PACKETS,
			   totals->unattributed))
		return -EMSGSIZE;
	for (i = 0; i < __VXM_CAUSE_MAX; i++)
		if (totals->causes[i] &&
		    vxm_nl_put_cause(skb, i, totals->causes[i]))
			return -EMSGSIZE;
	return 0;
}

/**
 * vxm_nl_get_port() - the UDP port that a request is about
 * @info: the request
 *
 * Return: the port, host byte order.
 */
u16 vxm_nl_get_port(struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VXM_ATTR_PORT];

	return attr ? nla_get_u16(attr) : VXM_PORT_DEFAULT;
}

/**
 * vxm_nl_get_vni() - a VNI out of a request
 * @attr: the attribute
 * @extack: gets the reason for a refusal
 * @vni: is set
 *
 * Return: 0, or -ERANGE.
 */
int vxm_nl_get_vni(struct nlattr *attr, struct netlink_ext_ack *extack,
		   u32 *vni)
{
	*vni = nla_get_u32(attr);
	if (*vni <= VXM_VNI_MAX)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "a VNI is 0 to 16777215");
	return -ERANGE;
}

/**
 * vxm_nl_get_snaplen() - a snap length out of a request
 * @attr: the attribute
 * @extack: gets the reason for a refusal
 * @snaplen: is set, 0: no limit
 *
 * Return: 0, or -ERANGE.
 */
int vxm_nl_get_snaplen(struct nlattr *attr, struct netlink_ext_ack *extack,
		       u32 *snaplen)
{
	*snaplen = nla_get_u32(attr);
	if (!*snaplen || (*snaplen >= ETH_HLEN && *snaplen <= VXM_SNAPLEN_MAX))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "a snap length is 14 to 65535 bytes, or 0 for no limit");
	return -ERANGE;
}
