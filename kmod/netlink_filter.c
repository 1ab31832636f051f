// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: filters and their rules.
 */
#include <linux/ctype.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "filter.h"
#include "netlink.h"
#include "pernet.h"

/**
 * struct vxm_nl_rules - rules out of a request
 * @attrs: of the rule that is being read
 * @n: how many there are
 * @rule: the rules
 */
struct vxm_nl_rules {
	struct nlattr *attrs[VXM_ATTR_MAX + 1];
	unsigned int n;
	struct vxm_rule rule[VXM_RULES_MAX];
};

/* Attributes of one end of a rule: its source, or its destination. */
struct vxm_nl_end {
	enum vxm_attr ipv4;
	enum vxm_attr ipv6;
	enum vxm_attr len;
	enum vxm_attr port;
	enum vxm_attr port_last;
};

static const struct vxm_nl_end vxm_nl_source = {
	VXM_ATTR_SRC_IPV4, VXM_ATTR_SRC_IPV6, VXM_ATTR_SRC_LEN,
	VXM_ATTR_SRC_PORT, VXM_ATTR_SRC_PORT_LAST,
};

static const struct vxm_nl_end vxm_nl_destination = {
	VXM_ATTR_DST_IPV4, VXM_ATTR_DST_IPV6, VXM_ATTR_DST_LEN,
	VXM_ATTR_DST_PORT, VXM_ATTR_DST_PORT_LAST,
};

static const u8 vxm_nl_rule_takes[] = {
	VXM_ATTR_RULE_NUMBER, VXM_ATTR_DIRECTION, VXM_ATTR_ACTION,
	VXM_ATTR_PROTOCOL,
	VXM_ATTR_SRC_IPV4, VXM_ATTR_SRC_IPV6, VXM_ATTR_SRC_LEN,
	VXM_ATTR_DST_IPV4, VXM_ATTR_DST_IPV6, VXM_ATTR_DST_LEN,
	VXM_ATTR_SRC_PORT, VXM_ATTR_SRC_PORT_LAST,
	VXM_ATTR_DST_PORT, VXM_ATTR_DST_PORT_LAST,
	VXM_ATTR_AMAZON_DNS, VXM_ATTR_RESOLVER_IPV4, VXM_ATTR_RESOLVER_IPV6, 0
};

/* --- messages ------------------------------------------------------------ */

static int vxm_nl_fill_filter(struct sk_buff *skb, const void *object)
{
	const struct vxm_filter *filter = object;
	const struct vxm_filter_rules *rules = rtnl_dereference(filter->rules);

	if (nla_put_string(skb, VXM_ATTR_FILTER, filter->name) ||
	    nla_put_u32(skb, VXM_ATTR_RULES, rules->n) ||
	    nla_put_u32(skb, VXM_ATTR_USERS, filter->users) ||
	    nla_put_u32(skb, VXM_ATTR_GENERATION, filter->generation) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_UNMATCHED_PACKETS,
			   vxm_hits_sum(filter->unmatched)))
		return -EMSGSIZE;
	return 0;
}

/**
 * vxm_nl_notify_filter() - a filter was made or changed, or is being removed
 * @vn: namespace
 * @filter: the filter
 * @cmd: the notification
 *
 * Context: RTNL.
 */
void vxm_nl_notify_filter(struct vxm_net *vn, struct vxm_filter *filter, u8 cmd)
{
	vxm_nl_notify(vn, cmd, vxm_nl_fill_filter, filter);
}

static int vxm_nl_put_prefix(struct sk_buff *skb,
			     const struct vxm_prefix *prefix,
			     enum vxm_attr ipv4, enum vxm_attr ipv6)
{
	if (prefix->family == AF_INET)
		return nla_put(skb, ipv4, 4, prefix->addr);
	return nla_put(skb, ipv6, 16, prefix->addr);
}

static int vxm_nl_put_end(struct sk_buff *skb, const struct vxm_nl_end *end,
			  const struct vxm_prefix *prefix,
			  const struct vxm_ports *ports)
{
	if (prefix->family &&
	    (vxm_nl_put_prefix(skb, prefix, end->ipv4, end->ipv6) ||
	     nla_put_u8(skb, end->len, prefix->len)))
		return -EMSGSIZE;
	if (ports->given && (nla_put_u16(skb, end->port, ports->first) ||
			     nla_put_u16(skb, end->port_last, ports->last)))
		return -EMSGSIZE;
	return 0;
}

/* What a dump of rules writes. */
struct vxm_nl_nth {
	const struct vxm_filter *filter;
	unsigned int nth;
};

static int vxm_nl_fill_rule(struct sk_buff *skb, const void *object)
{
	const struct vxm_nl_nth *which = object;
	const struct vxm_filter_rules *rules =
		rtnl_dereference(which->filter->rules);
	const struct vxm_rule *rule = &rules->rule[which->nth];

	if (nla_put_string(skb, VXM_ATTR_FILTER, which->filter->name) ||
	    nla_put_u16(skb, VXM_ATTR_RULE_NUMBER, rule->number) ||
	    nla_put_u8(skb, VXM_ATTR_DIRECTION, rule->direction) ||
	    nla_put_u8(skb, VXM_ATTR_ACTION, rule->accept ?
		       VXM_ACTION_ACCEPT : VXM_ACTION_REJECT) ||
	    (rule->protocol != VXM_PROTOCOL_ANY &&
	     nla_put_u8(skb, VXM_ATTR_PROTOCOL, rule->protocol)) ||
	    vxm_nl_put_end(skb, &vxm_nl_source, &rule->source,
			   &rule->source_ports) ||
	    vxm_nl_put_end(skb, &vxm_nl_destination, &rule->destination,
			   &rule->destination_ports) ||
	    (rule->amazon_dns && nla_put_flag(skb, VXM_ATTR_AMAZON_DNS)) ||
	    (rule->resolver.family &&
	     vxm_nl_put_prefix(skb, &rule->resolver, VXM_ATTR_RESOLVER_IPV4,
			       VXM_ATTR_RESOLVER_IPV6)) ||
	    vxm_nl_put_u64(skb, VXM_ATTR_HIT_PACKETS,
			   vxm_hits_sum(rules->hits[which->nth])))
		return -EMSGSIZE;
	return 0;
}

/* --- requests ------------------------------------------------------------ */

static int vxm_nl_rule_refuse(struct netlink_ext_ack *extack,
			      const struct nlattr *attr, const char *text)
{
	NL_SET_BAD_ATTR(extack, attr);
	extack->_msg = text;
	return -EINVAL;
}

/* No bit behind the prefix may be set. */
static bool vxm_prefix_is_network(const struct vxm_prefix *prefix)
{
	unsigned int i, bits = prefix->family == AF_INET ? 32 : 128;

	for (i = prefix->len; i < bits; i++)
		if (prefix->addr[i / 8] & 0x80 >> i % 8)
			return false;
	return true;
}

static void vxm_nl_get_addr(const struct nlattr *ipv4,
			    const struct nlattr *ipv6, struct vxm_prefix *to)
{
	to->family = ipv4 ? AF_INET : AF_INET6;
	to->len = ipv4 ? 32 : 128;
	memcpy(to->addr, nla_data(ipv4 ?: ipv6), to->len / 8);
}

static int vxm_nl_get_prefix(struct nlattr **attrs,
			     struct netlink_ext_ack *extack,
			     const struct vxm_nl_end *end,
			     struct vxm_prefix *prefix)
{
	struct nlattr *ipv4 = attrs[end->ipv4], *ipv6 = attrs[end->ipv6];
	struct nlattr *len = attrs[end->len];

	if (ipv4 && ipv6)
		return vxm_nl_rule_refuse(extack, ipv6,
					  "a prefix has one address");
	if (!ipv4 && !ipv6)
		return !len ? 0 : vxm_nl_rule_refuse(extack, len,
				"a prefix needs its address");
	vxm_nl_get_addr(ipv4, ipv6, prefix);
	if (!len)
		return vxm_nl_rule_refuse(extack, ipv4 ?: ipv6,
					  "a prefix needs its length");
	if (nla_get_u8(len) > prefix->len)
		return vxm_nl_rule_refuse(extack, len,
					  "a prefix has 0 to 32 bits of IPv4, or 0 to 128 of IPv6");
	prefix->len = nla_get_u8(len);
	if (!vxm_prefix_is_network(prefix))
		return vxm_nl_rule_refuse(extack, ipv4 ?: ipv6,
					  "there are bits set behind the prefix");
	return 0;
}

static int vxm_nl_get_ports(struct nlattr **attrs,
			    struct netlink_ext_ack *extack,
			    const struct vxm_nl_end *end,
			    const struct vxm_rule *rule,
			    struct vxm_ports *ports)
{
	struct nlattr *first = attrs[end->port], *last = attrs[end->port_last];

	if (!first)
		return !last ? 0 : vxm_nl_rule_refuse(extack, last,
				"a range of ports needs its first");
	if (rule->protocol != IPPROTO_TCP && rule->protocol != IPPROTO_UDP)
		return vxm_nl_rule_refuse(extack, first,
					  "ports go with protocol TCP (6) or UDP (17) only");
	ports->given = true;
	ports->first = nla_get_u16(first);
	ports->last = last ? nla_get_u16(last) : ports->first;
	if (ports->last < ports->first)
		return vxm_nl_rule_refuse(extack, last,
					  "the last port of a range is not below its first");
	return 0;
}

static int vxm_nl_get_dns(struct nlattr **attrs,
			  struct netlink_ext_ack *extack, struct vxm_rule *rule)
{
	struct nlattr *ipv4 = attrs[VXM_ATTR_RESOLVER_IPV4];
	struct nlattr *ipv6 = attrs[VXM_ATTR_RESOLVER_IPV6];
	int i;

	rule->amazon_dns = attrs[VXM_ATTR_AMAZON_DNS];
	if (!rule->amazon_dns)
		return !ipv4 && !ipv6 ? 0 :
		       vxm_nl_rule_refuse(extack, ipv4 ?: ipv6,
					  "a resolver goes with a rule for the Amazon DNS service");
	for (i = VXM_ATTR_PROTOCOL; i <= VXM_ATTR_DST_PORT_LAST; i++)
		if (attrs[i])
			return vxm_nl_rule_refuse(extack, attrs[i],
						  "a rule for the Amazon DNS service asks for nothing else");
	if (ipv4 && ipv6)
		return vxm_nl_rule_refuse(extack, ipv6,
					  "there is one resolver");
	if (ipv4 || ipv6)
		vxm_nl_get_addr(ipv4, ipv6, &rule->resolver);
	return 0;
}

static int vxm_nl_get_match(struct nlattr **attrs,
			    struct netlink_ext_ack *extack,
			    struct vxm_rule *rule)
{
	int err;

	rule->protocol = attrs[VXM_ATTR_PROTOCOL] ?
			 nla_get_u8(attrs[VXM_ATTR_PROTOCOL]) :
			 VXM_PROTOCOL_ANY;
	err = vxm_nl_get_prefix(attrs, extack, &vxm_nl_source, &rule->source);
	if (err)
		return err;
	err = vxm_nl_get_prefix(attrs, extack, &vxm_nl_destination,
				&rule->destination);
	if (err)
		return err;
	if (rule->source.family && rule->destination.family &&
	    rule->source.family != rule->destination.family)
		return vxm_nl_rule_refuse(extack, attrs[VXM_ATTR_DST_LEN],
					  "both prefixes are IPv4, or both IPv6");
	err = vxm_nl_get_ports(attrs, extack, &vxm_nl_source, rule,
			       &rule->source_ports);
	if (err)
		return err;
	return vxm_nl_get_ports(attrs, extack, &vxm_nl_destination, rule,
				&rule->destination_ports);
}

/* One more rule, out of its nest. */
static int vxm_nl_get_rule(const struct nlattr *nest,
			   struct netlink_ext_ack *extack,
			   struct vxm_nl_rules *rules)
{
	struct vxm_rule *rule = &rules->rule[rules->n];
	struct nlattr **attrs = rules->attrs;
	unsigned int i;
	int err;

	if (rules->n == VXM_RULES_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "a filter has 128 rules at most");
		return -ENOSPC;
	}
	err = nla_parse_nested(attrs, VXM_ATTR_MAX, nest, vxm_nl_policy,
			       extack);
	if (err)
		return err;
	err = vxm_nl_check_taken(attrs, vxm_nl_rule_takes, extack);
	if (err)
		return err;
	if (!attrs[VXM_ATTR_RULE_NUMBER] || !attrs[VXM_ATTR_DIRECTION] ||
	    !attrs[VXM_ATTR_ACTION])
		return vxm_nl_rule_refuse(extack, nest,
					  "a rule needs a number, a direction and an action");
	rule->number = nla_get_u16(attrs[VXM_ATTR_RULE_NUMBER]);
	rule->direction = nla_get_u8(attrs[VXM_ATTR_DIRECTION]);
	rule->accept = nla_get_u8(attrs[VXM_ATTR_ACTION]) == VXM_ACTION_ACCEPT;
	for (i = 0; i < rules->n; i++) {
		if (rules->rule[i].number != rule->number ||
		    rules->rule[i].direction != rule->direction)
			continue;
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "another rule of this direction has this number");
		return -EEXIST;
	}
	err = vxm_nl_get_dns(attrs, extack, rule);
	if (!err)
		err = vxm_nl_get_match(attrs, extack, rule);
	if (!err)
		rules->n++;
	return err;
}

static int vxm_nl_rule_order(const void *a, const void *b)
{
	const struct vxm_rule *one = a, *other = b;

	if (one->direction != other->direction)
		return one->direction < other->direction ? -1 : 1;
	return one->number < other->number ? -1 : 1;
}

/* All rules of a request, checked and in order; or ERR_PTR. */
static struct vxm_nl_rules *vxm_nl_get_rules(struct genl_info *info)
{
	struct vxm_nl_rules *rules;
	struct nlattr *attr;
	int rest, err;

	rules = kvzalloc(sizeof(*rules), GFP_KERNEL_ACCOUNT);
	if (!rules)
		return ERR_PTR(-ENOMEM);
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rest) {
		if (nla_type(attr) != VXM_ATTR_RULE)
			continue;
		err = vxm_nl_get_rule(attr, info->extack, rules);
		if (err) {
			kvfree(rules);
			return ERR_PTR(err);
		}
	}
	sort(rules->rule, rules->n, sizeof(*rules->rule), vxm_nl_rule_order,
	     NULL);
	return rules;
}

/**
 * vxm_nl_is_name() - may a filter, or a dedup group, be named so?
 * @name: the name
 *
 * Return: true if it may.
 */
bool vxm_nl_is_name(const char *name)
{
	const char *c;

	if (!isascii(*name) || !isalnum(*name))
		return false;
	for (c = name; *c; c++)
		if (!isascii(*c) || !(isalnum(*c) || strchr("_-.", *c)))
			return false;
	return true;
}

/**
 * vxm_nl_get_filter() - the filter that a request names
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: the filter, NULL when there is no such attribute or its name is
 * empty, or ERR_PTR(-ENOENT).
 */
struct vxm_filter *vxm_nl_get_filter(struct vxm_net *vn, struct genl_info *info)
{
	struct nlattr *name = info->attrs[VXM_ATTR_FILTER];
	struct vxm_filter *filter;

	if (!name || !*(const char *)nla_data(name))
		return NULL;
	filter = vxm_filter_find(vn, nla_data(name));
	if (filter)
		return filter;
	NL_SET_ERR_MSG_ATTR(info->extack, name, "there is no such filter");
	return ERR_PTR(-ENOENT);
}

/* The filter that a request is about, or ERR_PTR. */
static struct vxm_filter *vxm_nl_filter(struct vxm_net *vn,
					struct genl_info *info)
{
	struct vxm_filter *filter = vxm_nl_get_filter(vn, info);

	if (filter)
		return filter;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VXM_ATTR_FILTER],
			    "there is no such filter");
	return ERR_PTR(-ENOENT);
}

/**
 * vxm_nl_filter_new() - %VXM_CMD_FILTER_NEW
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_filter_new(struct vxm_net *vn, struct genl_info *info)
{
	struct nlattr *name = info->attrs[VXM_ATTR_FILTER];
	struct vxm_nl_rules *rules;
	int err;

	if (!vxm_nl_is_name(nla_data(name))) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "a filter's name has letters, digits, '_', '-' and '.', and begins with a letter or a digit");
		return -EINVAL;
	}
	if (vxm_filter_find(vn, nla_data(name))) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "this filter exists already");
		return -EEXIST;
	}
	if (vn->n_filters >= VXM_MAX_FILTERS) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "there are 1024 filters already");
		return -ENOSPC;
	}
	rules = vxm_nl_get_rules(info);
	if (IS_ERR(rules))
		return PTR_ERR(rules);
	err = vxm_filter_add(vn, nla_data(name), rules->rule, rules->n);
	kvfree(rules);
	return err;
}

/**
 * vxm_nl_filter_set() - %VXM_CMD_FILTER_SET
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_filter_set(struct vxm_net *vn, struct genl_info *info)
{
	struct nlattr *generation = info->attrs[VXM_ATTR_GENERATION];
	struct vxm_filter *filter = vxm_nl_filter(vn, info);
	struct vxm_nl_rules *rules;
	int err;

	if (IS_ERR(filter))
		return PTR_ERR(filter);
	if (generation && nla_get_u32(generation) != filter->generation) {
		NL_SET_ERR_MSG_ATTR(info->extack, generation,
				    "the filter has been changed meanwhile");
		return -EAGAIN;
	}
	rules = vxm_nl_get_rules(info);
	if (IS_ERR(rules))
		return PTR_ERR(rules);
	err = vxm_filter_set(vn, filter, rules->rule, rules->n);
	kvfree(rules);
	return err;
}

/**
 * vxm_nl_filter_del() - %VXM_CMD_FILTER_DEL
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_filter_del(struct vxm_net *vn, struct genl_info *info)
{
	struct vxm_filter *filter = vxm_nl_filter(vn, info);

	if (IS_ERR(filter))
		return PTR_ERR(filter);
	if (filter->users) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VXM_ATTR_FILTER],
				    "VNI entries or sessions use this filter");
		return -EBUSY;
	}
	vxm_filter_del(vn, filter);
	return 0;
}

/**
 * vxm_nl_filter_get() - %VXM_CMD_FILTER_GET for one filter
 * @vn: namespace
 * @info: request
 *
 * Context: RTNL.
 * Return: 0 or a negative errno.
 */
int vxm_nl_filter_get(struct vxm_net *vn, struct genl_info *info)
{
	struct vxm_filter *filter = vxm_nl_filter(vn, info);

	if (IS_ERR(filter))
		return PTR_ERR(filter);
	return vxm_nl_reply(info, vxm_nl_fill_filter, filter);
}

/**
 * vxm_nl_filter_dump() - %VXM_CMD_FILTER_GET for all filters
 * @skb: the dump's buffer
 * @cb: the dump; its cursor is how many are done
 *
 * Return: bytes in @skb.
 */
int vxm_nl_filter_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vxm_nl_dump *dump = vxm_nl_dump_state(cb);
	struct vxm_filter *filter;
	u32 nth = 0;

	rtnl_lock();
	cb->seq = dump->vn->config_seq;
	list_for_each_entry(filter, &dump->vn->filters, list) {
		if (nth++ < dump->cursor)
			continue;
		if (vxm_nl_dump_one(skb, cb, VXM_CMD_FILTER_GET,
				    vxm_nl_fill_filter, filter))
			break;
		dump->cursor = nth;
	}
	rtnl_unlock();
	return skb->len;
}

/**
 * vxm_nl_rule_dump() - %VXM_CMD_RULE_GET, the rules of one filter
 * @skb: the dump's buffer
 * @cb: the dump; its cursor is how many are done
 *
 * Return: bytes in @skb, or a negative errno.
 */
int vxm_nl_rule_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vxm_nl_dump *dump = vxm_nl_dump_state(cb);
	struct vxm_nl_nth which = {};
	struct vxm_filter *filter;

	rtnl_lock();
	cb->seq = dump->vn->config_seq;
	list_for_each_entry(filter, &dump->vn->filters, list)
		if (filter->id == dump->by_filter)
			which.filter = filter;
	/* it may be gone by now */
	while (which.filter &&
	       dump->cursor < rtnl_dereference(which.filter->rules)->n) {
		which.nth = dump->cursor;
		if (vxm_nl_dump_one(skb, cb, VXM_CMD_RULE_GET,
				    vxm_nl_fill_rule, &which))
			break;
		dump->cursor++;
	}
	rtnl_unlock();
	return skb->len;
}
