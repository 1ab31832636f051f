// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: sessions and unknown VNIs.
 */
#include <linux/ctype.h>
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "direction.h"
#include "filter.h"
#include "netlink.h"
#include "pernet.h"
#include "port.h"
#include "session.h"
#include "unknown.h"

static int vxm_nl_put_source(struct sk_buff *skb,
			     const struct vxm_source *source)
{
	int err;

	if (nla_put_u16(skb, VXM_ATTR_PORT, source->port) ||
	    nla_put_u32(skb, VXM_ATTR_VNI, source->vni))
		return -EMSGSIZE;
	if (source->family == AF_INET)
		err = nla_put_in_addr(skb, VXM_ATTR_SOURCE_IPV4,
				      source->addr.s6_addr32[0]);
	else
		err = nla_put_in6_addr(skb, VXM_ATTR_SOURCE_IPV6,
				       &source->addr);
	return err;
}

/* What the operator says of a session, and is not the default. */
static int vxm_nl_put_hand(struct sk_buff *skb,
			   const struct vxm_session_hand *hand)
{
	if (nla_put_flag(skb, VXM_ATTR_BY_HAND) ||
	    (*hand->name && nla_put_string(skb, VXM_ATTR_NAME, hand->name)) ||
	    (hand->filter &&
	     nla_put_string(skb, VXM_ATTR_FILTER, hand->filter->name)) ||
	    (hand->snaplen &&
	     nla_put_u32(skb, VXM_ATTR_SNAPLEN, hand->snaplen)) ||
	    (hand->action &&
	     nla_put_u8(skb, VXM_ATTR_ACTION,
			hand->action == VXM_SESSION_REJECT ?
			VXM_ACTION_REJECT : VXM_ACTION_ACCEPT)))
		return -EMSGSIZE;
	return 0;
}

static int vxm_nl_put_mac(struct sk_buff *skb,
			  const struct vxm_session *session,
			  const struct vxm_session_hand *hand)
{
	bool given = hand && !is_zero_ether_addr(hand->mac);
	u64 number = READ_ONCE(session->mac);
	u8 mac[ETH_ALEN];

	if (!number)
		return 0;
	vxm_mac_bytes(number, mac);
	if (nla_put(skb, VXM_ATTR_MAC, ETH_ALEN, mac) ||
	    nla_put_u8(skb, VXM_ATTR_MAC_ORIGIN,
		       given ? VXM_MAC_GIVEN : VXM_MAC_LEARNED))
		return -EMSGSIZE;
	return 0;
}

static int vxm_nl_fill_session(struct sk_buff *skb, const void *object)
{
	const struct vxm_session *session = object;
	/* the mutex, or nobody finds it any more */
	const struct vxm_session_hand *hand =
		rcu_dereference_protected(session->hand, 1);
	struct vxm_session_totals totals;

	vxm_session_sum(session, &totals);
	if (vxm_nl_put_source(skb, &session->source) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_RECEIVED_PACKETS, totals.packets) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_RECEIVED_BYTES, totals.bytes) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_TRUNCATED_PACKETS,
			   totals.truncated) ||
	    vxm_nl_put_age(skb, VXM_ATTR_FIRST_SEEN, session->first) ||
	    ((totals.packets || !hand) &&
	     vxm_nl_put_age(skb, VXM_ATTR_LAST_SEEN, totals.last)) ||
	    vxm_nl_put_mac(skb, session, hand))
		return -EMSGSIZE;
	return hand ? vxm_nl_put_hand(skb, hand) : 0;
}

/**
 * vxm_nl_notify_session() - a session was learned or is gone
 * @vn: namespace
 * @session: the session
 * @cmd: the notification
 *
 * Context: the module's workqueue.
 */
void vxm_nl_notify_session(struct vxm_net *vn, struct vxm_session *session,
			   u8 cmd)
{
	vxm_nl_notify(vn, cmd, vxm_nl_fill_session, session);
}

/* The identity of a session, out of a request. */
static int vxm_nl_get_source(struct genl_info *info, struct vxm_source *source)
{
	struct nlattr *ipv4 = info->attrs[VXM_ATTR_SOURCE_IPV4];
	struct nlattr *ipv6 = info->attrs[VXM_ATTR_SOURCE_IPV6];

	memset(source, 0, sizeof(*source));
	if (ipv4 && ipv6) {
		NL_SET_ERR_MSG_ATTR(info->extack, ipv6,
				    "a session has one source address");
		return -EINVAL;
	}
	if (!ipv4 && !ipv6) {
		NL_SET_ERR_MSG(info->extack,
			       "an outer source address is needed");
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, VXM_ATTR_SOURCE_IPV4);
		return -EINVAL;
	}
	source->port = vxm_nl_get_port(info);
	if (ipv4) {
		source->family = AF_INET;
		source->addr.s6_addr32[0] = nla_get_in_addr(ipv4);
	} else {
		source->family = AF_INET6;
		source->addr = nla_get_in6_addr(ipv6);
	}
	return vxm_nl_get_vni(info->attrs[VXM_ATTR_VNI], info->extack,
			      &source->vni);
}

static int vxm_nl_no_session(struct genl_info *info)
{
	NL_SET_ERR_MSG_ATTR(info->extack,
			    info->attrs[VXM_ATTR_SOURCE_IPV4] ?:
			    info->attrs[VXM_ATTR_SOURCE_IPV6],
			    "there is no such session");
	return -ENOENT;
}

/* What the request says of a session; the rest stays. */
static int vxm_nl_get_hand(struct vxm_net *vn, struct genl_info *info,
			   struct vxm_session_hand *hand)
{
	struct nlattr *snaplen = info->attrs[VXM_ATTR_SNAPLEN];
	struct nlattr *action = info->attrs[VXM_ATTR_ACTION];
	struct nlattr *name = info->attrs[VXM_ATTR_NAME];
	struct nlattr *mac = info->attrs[VXM_ATTR_MAC];
	struct vxm_filter *filter;
	const char *c;

	if (name) {
		for (c = nla_data(name); *c; c++) {
			if (isascii(*c) && isprint(*c))
				continue;
			NL_SET_ERR_MSG_ATTR(info->extack, name,
					    "a name has printable ASCII characters only");
			return -EINVAL;
		}
		strscpy(hand->name, nla_data(name), sizeof(hand->name));
	}
	if (mac) {
		ether_addr_copy(hand->mac, nla_data(mac));
		if (is_multicast_ether_addr(hand->mac)) {
			NL_SET_ERR_MSG_ATTR(info->extack, mac,
					    "a group's MAC address sends nothing");
			return -EINVAL;
		}
	}
	if (info->attrs[VXM_ATTR_FILTER]) {
		filter = vxm_nl_get_filter(vn, info);
		if (IS_ERR(filter))
			return PTR_ERR(filter);
		hand->filter = filter;
	}
	if (action)
		hand->action = nla_get_u8(action) == VXM_ACTION_REJECT ?
			       VXM_SESSION_REJECT : VXM_SESSION_ACCEPT;
	return snaplen ? vxm_nl_get_snaplen(snaplen, info->extack,
					    &hand->snaplen) : 0;
}

/* Context: &vxm_sessions.mutex. */
static int vxm_nl_session_make(struct vxm_net *vn, struct genl_info *info,
			       const struct vxm_source *source,
			       struct vxm_session_hand *hand)
{
	struct vxm_port *port = vxm_port_find(vn, source->port);
	struct vxm_session *session;
	int err;

	err = vxm_nl_get_hand(vn, info, hand);
	if (err)
		return err;
	if (!port || !vxm_vni_lookup(port, source->vni)) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VXM_ATTR_VNI],
				    "no VNI entry of this port covers it");
		return -ENOENT;
	}
	session = vxm_session_find(&vn->sessions, source);
	if (!session) {
		err = vxm_session_add(port, source, hand);
		if (err == -ENOSPC)
			NL_SET_ERR_MSG(info->extack,
				       "the limit on sessions, or on their memory, is reached");
		if (err != -EEXIST)
			return err;
		/* a packet has been faster: it is the operator's now */
		session = vxm_session_find(&vn->sessions, source);
	}
	if (rcu_access_pointer(session->hand)) {
		NL_SET_ERR_MSG(info->extack,
			       "this session has been made by hand already");
		return -EEXIST;
	}
	vxm_session_change(&vn->sessions, session, hand,
			   info->attrs[VXM_ATTR_MAC]);
	return 0;
}

/* Context: &vxm_sessions.mutex. */
static int vxm_nl_session_alter(struct vxm_net *vn, struct genl_info *info,
				const struct vxm_source *source,
				struct vxm_session_hand *hand)
{
	struct vxm_session *session = vxm_session_find(&vn->sessions, source);
	struct vxm_session_hand *old;
	int err;

	old = session ? rcu_dereference_protected(session->hand,
						  lockdep_is_held(&vn->sessions.mutex)) :
			NULL;
	if (!old) {
		NL_SET_ERR_MSG(info->extack,
			       "there is no such session that was made by hand; 'add session' makes one");
		return -ENOENT;
	}
	*hand = *old;
	err = vxm_nl_get_hand(vn, info, hand);
	if (!err)
		vxm_session_change(&vn->sessions, session, hand,
				   info->attrs[VXM_ATTR_MAC]);
	return err;
}

/* Say something of a session: write() does, and takes hand without an error. */
static int vxm_nl_session_write(struct vxm_net *vn, struct genl_info *info,
				int (*write)(struct vxm_net *vn,
					     struct genl_info *info,
					     const struct vxm_source *source,
					     struct vxm_session_hand *hand))
{
	struct vxm_session_hand *hand;
	struct vxm_source source;
	int err;

	err = vxm_nl_get_source(info, &source);
	if (err)
		return err;
	hand = kzalloc(sizeof(*hand), GFP_KERNEL_ACCOUNT);
	if (!hand)
		return -ENOMEM;
	mutex_lock(&vn->sessions.mutex);
	err = write(vn, info, &source, hand);
	mutex_unlock(&vn->sessions.mutex);
	if (err)
		kfree(hand);
	return err;
}

/**
 * vxm_nl_session_new() - %VXM_CMD_SESSION_NEW
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_session_new(struct vxm_net *vn, struct genl_info *info)
{
	return vxm_nl_session_write(vn, info, vxm_nl_session_make);
}

/**
 * vxm_nl_session_set() - %VXM_CMD_SESSION_SET
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_session_set(struct vxm_net *vn, struct genl_info *info)
{
	return vxm_nl_session_write(vn, info, vxm_nl_session_alter);
}

/**
 * vxm_nl_session_del() - %VXM_CMD_SESSION_DEL
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_session_del(struct vxm_net *vn, struct genl_info *info)
{
	struct vxm_source source;
	int err;

	err = vxm_nl_get_source(info, &source);
	if (err)
		return err;
	if (!vxm_session_forget(&vn->sessions, &source))
		return vxm_nl_no_session(info);
	return 0;
}

/**
 * vxm_nl_session_get() - %VXM_CMD_SESSION_GET for one session
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_session_get(struct vxm_net *vn, struct genl_info *info)
{
	struct vxm_session *session;
	struct vxm_source source;
	int err;

	err = vxm_nl_get_source(info, &source);
	if (err)
		return err;

	mutex_lock(&vn->sessions.mutex);
	session = vxm_session_find(&vn->sessions, &source);
	if (session)
		err = vxm_nl_reply(info, vxm_nl_fill_session, session);
	else
		err = vxm_nl_no_session(info);
	mutex_unlock(&vn->sessions.mutex);
	return err;
}

static bool vxm_nl_source_wanted(const struct vxm_nl_dump *dump,
				 const struct vxm_source *source)
{
	if (dump->by_port && dump->by_port != source->port)
		return false;
	return dump->by_vni < 0 || dump->by_vni == source->vni;
}

/**
 * vxm_nl_session_dump() - %VXM_CMD_SESSION_GET for all sessions
 * @skb: the dump's buffer
 * @cb: the dump
 *
 * In order of slots: a session keeps its own for life, so that one which is
 * there throughout is seen once, whatever comes and goes. To bring 65,536 of
 * them in the order of keys would take memory or time for each request.
 *
 * Return: bytes in @skb.
 */
int vxm_nl_session_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vxm_nl_dump *dump = vxm_nl_dump_state(cb);
	struct vxm_sessions *s = &dump->vn->sessions;
	u32 cursor = dump->cursor;
	struct vxm_session *session;

	mutex_lock(&s->mutex);
	cb->seq = READ_ONCE(dump->vn->config_seq);
	while ((session = vxm_session_next(s, &cursor))) {
		if (vxm_nl_source_wanted(dump, &session->source) &&
		    vxm_nl_dump_one(skb, cb, VXM_CMD_SESSION_GET,
				    vxm_nl_fill_session, session))
			break;
		dump->cursor = cursor;
	}
	mutex_unlock(&s->mutex);
	return skb->len;
}

static int vxm_nl_fill_unknown(struct sk_buff *skb, const void *object)
{
	const struct vxm_unknown_slot *slot = object;

	if (vxm_nl_put_source(skb, &slot->source) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_RECEIVED_PACKETS, slot->packets) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_RECEIVED_BYTES, slot->bytes) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_OVERCOUNT, slot->overcount) ||
	    vxm_nl_put_age(skb, VXM_ATTR_FIRST_SEEN, slot->first) ||
	    vxm_nl_put_age(skb, VXM_ATTR_LAST_SEEN, slot->last))
		return -EMSGSIZE;
	return 0;
}

/**
 * vxm_nl_notify_unknown() - first packet of an unknown VNI
 * @vn: namespace
 * @slot: a copy of its slot
 *
 * Context: the module's workqueue.
 */
void vxm_nl_notify_unknown(struct vxm_net *vn,
			   const struct vxm_unknown_slot *slot)
{
	vxm_nl_notify(vn, VXM_CMD_UNKNOWN_NEW_NTF, vxm_nl_fill_unknown, slot);
}

/**
 * vxm_nl_unknown_del() - %VXM_CMD_UNKNOWN_DEL
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0.
 */
int vxm_nl_unknown_del(struct vxm_net *vn, struct genl_info *info)
{
	vxm_unknown_forget(&vn->unknown, 0, 0, VXM_VNI_MAX);
	return 0;
}

/**
 * vxm_nl_unknown_dump() - %VXM_CMD_UNKNOWN_GET, in order of slots
 * @skb: the dump's buffer
 * @cb: the dump
 *
 * Return: bytes in @skb.
 */
int vxm_nl_unknown_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vxm_nl_dump *dump = vxm_nl_dump_state(cb);
	struct vxm_unknown_slot slot;
	u32 cursor = dump->cursor;

	cb->seq = READ_ONCE(dump->vn->config_seq);
	while (vxm_unknown_next(&dump->vn->unknown, &cursor, &slot)) {
		if (vxm_nl_dump_one(skb, cb, VXM_CMD_UNKNOWN_GET,
				    vxm_nl_fill_unknown, &slot))
			break;
		dump->cursor = cursor;
	}
	return skb->len;
}
