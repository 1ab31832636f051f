// SPDX-License-Identifier: GPL-2.0
/*
 * An interface of the first network namespace, and addresses on it, which come
 * and go by the same requests as an operator's.
 */
#include <linux/etherdevice.h>
#include <linux/if_addr.h>
#include <linux/net.h>
#include <linux/rtnetlink.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/netlink.h>

#include "host.h"

static netdev_tx_t swallow(struct sk_buff *skb, struct net_device *dev)
{
	consume_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops underlay_ops = {
	.ndo_start_xmit = swallow,
};

/**
 * vxm_kunit_underlay() - make an Ethernet interface, which is up
 * @name: its name
 *
 * Return: the interface or NULL.
 */
struct net_device *vxm_kunit_underlay(const char *name)
{
	struct net_device *dev = alloc_etherdev(0);

	if (!dev)
		return NULL;
	dev->netdev_ops = &underlay_ops;
	eth_hw_addr_random(dev);
	strscpy(dev->name, name, IFNAMSIZ);
	if (register_netdev(dev)) {
		free_netdev(dev);
		return NULL;
	}
	rtnl_lock();
	dev_open(dev, NULL);
	rtnl_unlock();
	return dev;
}

/**
 * vxm_kunit_underlay_end() - undo vxm_kunit_underlay()
 * @dev: the interface, or NULL
 */
void vxm_kunit_underlay_end(struct net_device *dev)
{
	if (!dev)
		return;
	unregister_netdev(dev);
	free_netdev(dev);
}

/* Sends a request, and reads what the kernel says to it. */
static int ask(struct sk_buff *request)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct msghdr msg = {
		.msg_name = &kernel,
		.msg_namelen = sizeof(kernel),
	};
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		u8 rest[256];
	} answer;
	struct kvec vec = { request->data, request->len };
	struct kvec answer_vec = { &answer, sizeof(answer) };
	struct socket *sock;
	int err;

	err = sock_create_kern(&init_net, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE,
			       &sock);
	if (err)
		return err;
	err = kernel_sendmsg(sock, &msg, &vec, 1, vec.iov_len);
	if (err >= 0)
		err = kernel_recvmsg(sock, &msg, &answer_vec, 1,
				     sizeof(answer), MSG_DONTWAIT);
	sock_release(sock);
	if (err < 0)
		return err;
	return answer.error.error;
}

static int request_address(int type, u16 flags, const struct net_device *dev,
			   const struct vxm_kunit_address *address)
{
	size_t len = address->family == AF_INET ? 4 : 16;
	bool has_peer = !ipv6_addr_any(&address->peer);
	struct sk_buff *request = nlmsg_new(128, GFP_KERNEL);
	struct ifaddrmsg *body;
	struct nlmsghdr *head;
	int err = -EMSGSIZE;

	if (!request)
		return -ENOMEM;
	head = nlmsg_put(request, 0, 1, type, sizeof(*body),
			 NLM_F_REQUEST | NLM_F_ACK | flags);
	body = nlmsg_data(head);
	memset(body, 0, sizeof(*body));
	body->ifa_family = address->family;
	body->ifa_prefixlen = address->prefix;
	body->ifa_index = dev->ifindex;
	if (!nla_put(request, IFA_LOCAL, len, &address->local) &&
	    !nla_put(request, IFA_ADDRESS, len,
		     has_peer ? &address->peer : &address->local) &&
	    !nla_put_u32(request, IFA_FLAGS, IFA_F_NODAD)) {
		nlmsg_end(request, head);
		err = ask(request);
	}
	nlmsg_free(request);
	return err;
}

/**
 * vxm_kunit_address_add() - give an interface an address
 * @dev: the interface
 * @address: the address
 *
 * Return: 0 or a negative errno.
 */
int vxm_kunit_address_add(const struct net_device *dev,
			  const struct vxm_kunit_address *address)
{
	return request_address(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, dev,
			       address);
}

/**
 * vxm_kunit_address_del() - take an address from an interface
 * @dev: the interface
 * @address: the address
 *
 * Return: 0 or a negative errno.
 */
int vxm_kunit_address_del(const struct net_device *dev,
			  const struct vxm_kunit_address *address)
{
	return request_address(RTM_DELADDR, 0, dev, address);
}
