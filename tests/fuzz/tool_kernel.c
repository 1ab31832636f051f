// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's side of a netlink socket, in libmnl's place. Whatever the tool
 * is told to do, the kernel's policy must have nothing to say against the form
 * of what it sends.
 */
#include <errno.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/vxmirror.h>
#include <sanitizer/asan_interface.h>

#include "tool.h"

#define DESCRIPTOR 2000	/* of all sockets */

struct mnl_socket {
	bool bound;
};

/**
 * tool_attr_len() - how long an attribute of the family is
 * @type: the attribute
 *
 * Return: bytes; -1: there is no such attribute, or not all are equally long.
 */
int tool_attr_len(__u16 type)
{
	switch (type) {
	case VXM_ATTR_FORCE:
	case VXM_ATTR_VNI_ANY:
	case VXM_ATTR_AMAZON_DNS:
	case VXM_ATTR_BY_HAND:
		return 0;
	case VXM_ATTR_UP:
	case VXM_ATTR_FRONT:
	case VXM_ATTR_DIRECTION ... VXM_ATTR_PROTOCOL:
	case VXM_ATTR_SRC_LEN:
	case VXM_ATTR_DST_LEN:
	case VXM_ATTR_REPAIR ... VXM_ATTR_SOURCES:
	case VXM_ATTR_MAC_ORIGIN:
		return 1;
	case VXM_ATTR_PORT:
	case VXM_ATTR_RULE_NUMBER:
	case VXM_ATTR_SRC_PORT ... VXM_ATTR_DST_PORT_LAST:
	case VXM_ATTR_VLAN ... VXM_ATTR_VLAN_LAST:
		return 2;
	case VXM_ATTR_IFINDEX:
	case VXM_ATTR_MTU:
	case VXM_ATTR_VNI:
	case VXM_ATTR_VNI_LAST:
	case VXM_ATTR_SOURCE_IPV4:
	case VXM_ATTR_CAUSE_ID:
	case VXM_ATTR_MAX_VNIS ... VXM_ATTR_SESSIONS:
	case VXM_ATTR_SRC_IPV4:
	case VXM_ATTR_DST_IPV4:
	case VXM_ATTR_RESOLVER_IPV4:
	case VXM_ATTR_RULES ... VXM_ATTR_GENERATION:
	case VXM_ATTR_SNAPLEN:
	case VXM_ATTR_DEDUP_WINDOW:
		return 4;
	case VXM_ATTR_MAC:
		return 6;
	case VXM_ATTR_RECEIVED_PACKETS ... VXM_ATTR_UNATTRIBUTED_PACKETS:
	case VXM_ATTR_CAUSE_PACKETS ... VXM_ATTR_LAST_SEEN:
	case VXM_ATTR_SESSION_MEMORY_USED:
	case VXM_ATTR_EARLY_PACKETS ... VXM_ATTR_SOCKET_PACKETS:
	case VXM_ATTR_HIT_PACKETS ... VXM_ATTR_UNMATCHED_PACKETS:
	case VXM_ATTR_REPAIRED_PACKETS ... VXM_ATTR_UNDIRECTED_PACKETS:
	case VXM_ATTR_DEDUP_MEMORY ... VXM_ATTR_DEDUP_EVICTED:
		return 8;
	case VXM_ATTR_SOURCE_IPV6:
	case VXM_ATTR_SRC_IPV6:
	case VXM_ATTR_DST_IPV6:
	case VXM_ATTR_RESOLVER_IPV6:
		return 16;
	default:
		return -1;
	}
}

/**
 * tool_attr_is_text() - whether an attribute of the family is a string
 * @type: the attribute
 *
 * Return: true when it is.
 */
bool tool_attr_is_text(__u16 type)
{
	return type == VXM_ATTR_IFNAME || type == VXM_ATTR_CAUSE_NAME ||
	       type == VXM_ATTR_CAUSE_TEXT || type == VXM_ATTR_FILTER ||
	       type == VXM_ATTR_NAME || type == VXM_ATTR_DEDUP;
}

/* The most that the UAPI header allows of a string in a request. */
static size_t text_max(__u16 type)
{
	switch (type) {
	case VXM_ATTR_FILTER:
	case VXM_ATTR_DEDUP:
		return 31;
	case VXM_ATTR_NAME:
		return 63;
	default:
		return 15;
	}
}

/* The values that it allows of numbers. */
static void check_number(__u16 type, __u32 number)
{
	switch (type) {
	case VXM_ATTR_VNI:
	case VXM_ATTR_VNI_LAST:
		PROMISE(number <= VXM_VNI_MAX);
		break;
	case VXM_ATTR_PORT:
		PROMISE(number);
		break;
	case VXM_ATTR_UP:
	case VXM_ATTR_FRONT:
	case VXM_ATTR_REPAIR:
	case VXM_ATTR_SOURCES:
	case VXM_ATTR_DIRECTION:
	case VXM_ATTR_ACTION:
		PROMISE(number <= 1);
		break;
	case VXM_ATTR_RULE_NUMBER:
		PROMISE(number && number <= VXM_RULE_NUMBER_MAX);
		break;
	case VXM_ATTR_SRC_LEN:
	case VXM_ATTR_DST_LEN:
		PROMISE(number <= 128);
		break;
	case VXM_ATTR_VLAN:
	case VXM_ATTR_VLAN_LAST:
		PROMISE(number <= 4094);
		break;
	}
}

static void check_value(__u16 type, const char *value, size_t len)
{
	__u32 number = 0;

	if (tool_attr_is_text(type)) {
		PROMISE(len > (type == VXM_ATTR_IFNAME));
		PROMISE(len <= text_max(type) + 1);
		PROMISE(strnlen(value, len) == len - 1);
		return;
	}
	PROMISE((int)len == tool_attr_len(type));
	if (len > sizeof(number))
		return;
	memcpy(&number, value, len);
	check_number(type, number);
}

static void check_attributes(const char *bytes, size_t len);

/* What a hostile kernel says of rules, it may be told again. */
static void check_rule(const char *bytes, size_t len)
{
	if (world.kernel == &kernel_friendly)
		check_attributes(bytes, len);
}

static void check_attributes(const char *bytes, size_t len)
{
	bool seen[VXM_ATTR_MAX + 1] = { 0 };
	unsigned int rules = 0;
	struct nlattr attr;
	__u16 type;

	while (len) {
		PROMISE(len >= sizeof(attr));
		memcpy(&attr, bytes, sizeof(attr));
		PROMISE(attr.nla_len >= sizeof(attr));
		PROMISE(NLA_ALIGN(attr.nla_len) <= len);
		type = attr.nla_type & ~NLA_F_NESTED;
		PROMISE(type <= VXM_ATTR_MAX);
		PROMISE((type == VXM_ATTR_RULE) == (type != attr.nla_type));
		if (type == VXM_ATTR_RULE) {
			PROMISE(rules++ < VXM_RULES_MAX);
			check_rule(bytes + sizeof(attr),
				   attr.nla_len - sizeof(attr));
		} else {
			PROMISE(!seen[type]);
			seen[type] = true;
			check_value(type, bytes + sizeof(attr),
				    attr.nla_len - sizeof(attr));
		}
		bytes += NLA_ALIGN(attr.nla_len);
		len -= NLA_ALIGN(attr.nla_len);
	}
}

/* The commands that are no notifications. */
static bool is_request(__u8 cmd)
{
	switch (cmd) {
	case VXM_CMD_DEV_NEW ... VXM_CMD_NET_GET:
	case VXM_CMD_PORT_SET ... VXM_CMD_PORT_GET:
	case VXM_CMD_FILTER_NEW ... VXM_CMD_FILTER_GET:
	case VXM_CMD_RULE_GET ... VXM_CMD_SESSION_SET:
	case VXM_CMD_DEDUP_SET ... VXM_CMD_DEDUP_GET:
		return true;
	default:
		return false;
	}
}

static void check_request(const struct nlmsghdr *nlh, size_t len)
{
	const struct genlmsghdr *genl = (const void *)(nlh + 1);
	size_t head = sizeof(*nlh) + sizeof(*genl);

	PROMISE(len == nlh->nlmsg_len && len >= head);
	PROMISE(nlh->nlmsg_flags & NLM_F_REQUEST);
	PROMISE(nlh->nlmsg_flags & (NLM_F_ACK | NLM_F_DUMP));
	if (nlh->nlmsg_type == GENL_ID_CTRL)
		return;
	PROMISE(is_request(genl->cmd));
	PROMISE(genl->version == VXM_GENL_VERSION);
	check_attributes((const char *)nlh + head, len - head);
}

struct mnl_socket *mnl_socket_open2(int bus, int flags)
{
	PROMISE(bus == NETLINK_GENERIC && flags);
	if (world_fails())
		return NULL;
	world.sockets++;

	return calloc(1, sizeof(struct mnl_socket));
}

int mnl_socket_bind(struct mnl_socket *nl, unsigned int groups, pid_t pid)
{
	PROMISE(!groups && pid == MNL_SOCKET_AUTOPID);
	if (world_fails())
		return -1;
	nl->bound = true;

	return 0;
}

int mnl_socket_close(struct mnl_socket *nl)
{
	world.sockets--;
	free(nl);

	return 0;
}

int mnl_socket_get_fd(const struct mnl_socket *nl)
{
	PROMISE(nl);

	return DESCRIPTOR;
}

unsigned int mnl_socket_get_portid(const struct mnl_socket *nl)
{
	PROMISE(nl->bound);

	return TOOL_PORTID;
}

ssize_t mnl_socket_sendto(const struct mnl_socket *nl, const void *request,
			  size_t len)
{
	PROMISE(nl->bound);
	check_request(request, len);
	if (world_fails())
		return -1;
	world.requests++;
	world.kernel->request(request);

	return len;
}

/* What is behind a datagram may not be read. */
ssize_t mnl_socket_recvfrom(const struct mnl_socket *nl, void *to, size_t room)
{
	ssize_t got;
	int error;

	PROMISE(nl->bound);
	ASAN_UNPOISON_MEMORY_REGION(to, room);
	got = world.kernel->answer(to, room);
	error = errno;
	if (got < 0)
		ASAN_POISON_MEMORY_REGION(to, room);
	else
		ASAN_POISON_MEMORY_REGION((char *)to + got, room - got);
	errno = error;

	return got;
}
