// SPDX-License-Identifier: GPL-2.0
/*
 * Interfaces and addresses of the sensor that come and go while packets do. The
 * addresses are those that the packets are for: another interface has them all
 * the time, and no packet may be lost.
 */
#include <err.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <sys/socket.h>

#include "packets.h"

#define NAME "f8"

static struct nl_sock *route;

void links_open(void)
{
	route = nl_socket_alloc();
	if (!route || nl_connect(route, NETLINK_ROUTE))
		errx(1, "no rtnetlink");
}

static struct nl_msg *begin(int type, int flags, void *head, size_t len)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_REQUEST | flags);

	if (!msg || nlmsg_append(msg, head, len, NLMSG_ALIGNTO))
		errx(1, "no memory");
	return msg;
}

static bool change_link(bool add)
{
	struct ifinfomsg head = {
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};
	struct nl_msg *msg = begin(add ? RTM_NEWLINK : RTM_DELLINK,
				   add ? NLM_F_CREATE | NLM_F_EXCL : 0,
				   &head, sizeof(head));
	struct nlattr *info;

	nla_put_string(msg, IFLA_IFNAME, NAME);
	if (add) {
		info = nla_nest_start(msg, IFLA_LINKINFO);
		nla_put_string(msg, IFLA_INFO_KIND, "dummy");
		nla_nest_end(msg, info);
	}
	return !nl_send_sync(route, msg);
}

static bool change_address(bool add, bool ip6)
{
	struct ifaddrmsg head = {
		.ifa_family = ip6 ? AF_INET6 : AF_INET,
		.ifa_prefixlen = ip6 ? 128 : 32,
		.ifa_flags = ip6 ? IFA_F_NODAD : 0,
		.ifa_index = if_nametoindex(NAME),
	};
	struct nl_msg *msg = begin(add ? RTM_NEWADDR : RTM_DELADDR,
				   add ? NLM_F_CREATE | NLM_F_EXCL : 0,
				   &head, sizeof(head));

	nla_put(msg, IFA_LOCAL, ip6 ? 16 : 4, ip6 ? SENSOR_IPV6 : SENSOR_IPV4);
	return !nl_send_sync(route, msg);
}

/* There is no such interface yet. */
void links_begin(struct random *r, struct changes *changes)
{
	changes->links += change_link(true);
	changes->addresses += change_address(true, random_below(r, 2));
}

/* Most requests fail, since what is to come is there, or what is to go is not. */
void links_change(struct random *r, struct changes *changes)
{
	switch (random_below(r, 8)) {
	case 0:
		change_link(false);
		break;
	case 1 ... 2:
		changes->links += change_link(true);
		break;
	default:
		changes->addresses += change_address(!random_one_in(r, 3),
						     random_below(r, 2));
	}
}

void links_clear(void)
{
	change_link(false);
}
