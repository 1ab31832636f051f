// SPDX-License-Identifier: GPL-2.0
/*
 * Requests to rtnetlink about a mirror device, as ip link makes them.
 */
#include <err.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "operations.h"

static struct nl_msg *make(int type, int flags, const char *name,
			   unsigned int up)
{
	struct ifinfomsg head = {
		.ifi_flags = up,
		.ifi_change = type == RTM_NEWLINK ? 0 : IFF_UP,
	};
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_REQUEST |
						NLM_F_ACK | flags);

	if (!msg || nlmsg_append(msg, &head, sizeof(head), NLMSG_ALIGNTO) ||
	    nla_put_string(msg, IFLA_IFNAME, name))
		errx(1, "no memory");
	return msg;
}

struct nl_msg *link_add(void)
{
	struct nl_msg *msg = make(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
				  "fm0", 0);
	struct nlattr *info;

	/* few enough that each allocation can fail */
	nla_put_u32(msg, IFLA_NUM_RX_QUEUES, 1);
	info = nla_nest_start(msg, IFLA_LINKINFO);
	if (!info || nla_put_string(msg, IFLA_INFO_KIND, VXM_LINK_KIND))
		errx(1, "no memory");
	nla_nest_end(msg, info);
	return msg;
}

struct nl_msg *link_mtu(void)
{
	struct nl_msg *msg = make(RTM_NEWLINK, 0, "fm0", 0);

	nla_put_u32(msg, IFLA_MTU, 2000);
	return msg;
}

struct nl_msg *link_up(void)
{
	return make(RTM_SETLINK, 0, "fm0", IFF_UP);
}

struct nl_msg *link_down(void)
{
	return make(RTM_SETLINK, 0, "fm0", 0);
}

struct nl_msg *link_del(void)
{
	return make(RTM_DELLINK, 0, "fm0", 0);
}
