// SPDX-License-Identifier: GPL-2.0
/*
 * Prints the family as the kernel's controller describes it: operations with
 * their flags, multicast groups, and the policy, a line each.
 */
#include <err.h>
#include <linux/genetlink.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdio.h>

#include "record.h"
#include "tap.h"
#include "world.h"

/* Later than some copies of the headers: linux/genetlink.h, linux/netlink.h. */
#define CTRL_GETPOLICY		10
#define CTRL_POLICY		8
#define CTRL_OP_POLICY		9
#define CTRL_POLICY_DO		1
#define CTRL_POLICY_DUMP	2
#define POLICY_TYPE		1
#define POLICY_MIN_S		2
#define POLICY_MAX_S		3
#define POLICY_MIN_U		4
#define POLICY_MAX_U		5
#define POLICY_MIN_LENGTH	6
#define POLICY_MAX_LENGTH	7

static void print_number(struct nlattr *attr, const char *label)
{
	unsigned long long n = 0;

	if (!attr)
		return;
	if (nla_len(attr) == 8)
		n = nla_get_u64(attr);
	else if (nla_len(attr) == 4)
		n = nla_get_u32(attr);
	printf(" %s=%llu", label, n);
}

/* CTRL_ATTR_POLICY: { index of the policy: { attribute: { what: value } } } */
static void print_policies(struct nlattr *nest)
{
	struct nlattr *policy;
	struct nlattr *attr;
	int left_policies;
	int left;

	nla_for_each_nested(policy, nest, left_policies) {
		nla_for_each_nested(attr, policy, left) {
			struct nlattr *head = nla_data(attr);
			int len = nla_len(attr);

			printf("attribute policy=%d value=%d", nla_type(policy),
			       nla_type(attr));
			print_number(nla_find(head, len, POLICY_TYPE), "type");
			print_number(nla_find(head, len, POLICY_MIN_U), "min");
			print_number(nla_find(head, len, POLICY_MAX_U), "max");
			print_number(nla_find(head, len, POLICY_MIN_LENGTH),
				     "min-len");
			print_number(nla_find(head, len, POLICY_MAX_LENGTH),
				     "max-len");
			putchar('\n');
		}
	}
}

/* CTRL_ATTR_OP_POLICY: { command: { do or dump: index of the policy } } */
static void print_op_policies(struct nlattr *nest)
{
	struct nlattr *op;
	int left;

	nla_for_each_nested(op, nest, left) {
		printf("command value=%d", nla_type(op));
		print_number(nla_find(nla_data(op), nla_len(op),
				      CTRL_POLICY_DO), "do");
		print_number(nla_find(nla_data(op), nla_len(op),
				      CTRL_POLICY_DUMP), "dump");
		putchar('\n');
	}
}

static void print_ops(struct nlattr *nest)
{
	struct nlattr *op;
	int left;

	nla_for_each_nested(op, nest, left) {
		printf("operation");
		print_number(nla_find(nla_data(op), nla_len(op),
				      CTRL_ATTR_OP_ID), "value");
		print_number(nla_find(nla_data(op), nla_len(op),
				      CTRL_ATTR_OP_FLAGS), "flags");
		putchar('\n');
	}
}

static void print_groups(struct nlattr *nest)
{
	struct nlattr *group;
	struct nlattr *name;
	int left;

	nla_for_each_nested(group, nest, left) {
		name = nla_find(nla_data(group), nla_len(group),
				CTRL_ATTR_MCAST_GRP_NAME);
		if (name)
			printf("group name=%s\n", nla_get_string(name));
	}
}

static int on_message(struct nl_msg *msg, void *arg)
{
	struct genlmsghdr *header = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *attr;
	int left;

	nla_for_each_attr(attr, genlmsg_attrdata(header, 0),
			  genlmsg_attrlen(header, 0), left) {
		switch (nla_type(attr)) {
		case CTRL_POLICY:
			print_policies(attr);
			break;
		case CTRL_OP_POLICY:
			print_op_policies(attr);
			break;
		case CTRL_ATTR_OPS:
			print_ops(attr);
			break;
		case CTRL_ATTR_MCAST_GROUPS:
			print_groups(attr);
			break;
		case CTRL_ATTR_FAMILY_NAME:
			printf("family name=%s\n", nla_get_string(attr));
			break;
		case CTRL_ATTR_VERSION:
			printf("family version=%u\n", nla_get_u32(attr));
			break;
		case CTRL_ATTR_MAXATTR:
			printf("family max-attribute=%u\n", nla_get_u32(attr));
			break;
		}
	}
	return NL_OK;
}

static int ask(struct nl_sock *sock, int cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc();
	int err;

	if (!msg || !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ,
				 GENL_ID_CTRL, 0, flags, cmd, 1) ||
	    nla_put_string(msg, CTRL_ATTR_FAMILY_NAME, VXM_GENL_NAME))
		errx(1, "no memory");
	err = nl_send_auto(sock, msg);
	if (err >= 0)
		err = nl_recvmsgs_default(sock);
	nlmsg_free(msg);
	return err;
}

int print_policy(void)
{
	struct nl_sock *sock = nl_socket_alloc();
	int err;

	if (!sock)
		errx(1, "no memory");
	nl_socket_disable_auto_ack(sock);
	err = genl_connect(sock);
	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, on_message, NULL);
	if (err >= 0)
		err = ask(sock, CTRL_CMD_GETFAMILY, 0);
	if (err >= 0)
		err = ask(sock, CTRL_GETPOLICY, NLM_F_DUMP);
	nl_socket_free(sock);
	if (err < 0)
		warnx("%s", nl_geterror(err));
	return err < 0;
}
