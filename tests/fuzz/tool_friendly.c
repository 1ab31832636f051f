// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel that does what it is asked for, has some objects of each kind, and
 * refuses one request if the world says so.
 */
#include <errno.h>
#include <string.h>
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/vxmirror.h>

#include "tool.h"

#define OBJECTS 5	/* in a dump */
#define EVENTS 7	/* a group's number */
#define ROOM 16384

/* The one datagram that waits for the tool. */
static struct {
	char bytes[ROOM];
	size_t len;
} waiting;

static struct nlmsghdr *begin(const struct nlmsghdr *request, __u16 type)
{
	struct nlmsghdr *nlh;

	PROMISE(waiting.len < ROOM / 2);
	nlh = mnl_nlmsg_put_header(waiting.bytes + waiting.len);
	nlh->nlmsg_type = type;
	nlh->nlmsg_seq = request->nlmsg_seq;
	nlh->nlmsg_pid = TOOL_PORTID;

	return nlh;
}

static void end(const struct nlmsghdr *nlh)
{
	waiting.len += NLMSG_ALIGN(nlh->nlmsg_len);
}

static struct nlmsghdr *begin_genl(const struct nlmsghdr *request, __u16 type,
				   __u8 cmd)
{
	struct nlmsghdr *nlh = begin(request, type);
	struct genlmsghdr *genl;

	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = VXM_GENL_VERSION;

	return nlh;
}

static void put_family(const struct nlmsghdr *request)
{
	struct nlmsghdr *nlh = begin_genl(request, GENL_ID_CTRL,
					  CTRL_CMD_NEWFAMILY);
	struct nlattr *groups;
	struct nlattr *group;

	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, TOOL_FAMILY);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, VXM_GENL_NAME);
	mnl_attr_put_u32(nlh, CTRL_ATTR_VERSION, VXM_GENL_VERSION);
	groups = mnl_attr_nest_start(nlh, CTRL_ATTR_MCAST_GROUPS);
	group = mnl_attr_nest_start(nlh, 1);
	mnl_attr_put_u32(nlh, CTRL_ATTR_MCAST_GRP_ID, EVENTS);
	mnl_attr_put_strz(nlh, CTRL_ATTR_MCAST_GRP_NAME, VXM_GENL_MCGRP_EVENTS);
	mnl_attr_nest_end(nlh, group);
	mnl_attr_nest_end(nlh, groups);
	end(nlh);
}

static void put_cause(struct nlmsghdr *nlh, __u32 id)
{
	struct nlattr *cause = mnl_attr_nest_start(nlh, VXM_ATTR_CAUSE);

	mnl_attr_put_u32(nlh, VXM_ATTR_CAUSE_ID, id);
	mnl_attr_put_u64(nlh, VXM_ATTR_CAUSE_PACKETS, 1000 + id);
	mnl_attr_nest_end(nlh, cause);
}

/* A rule has addresses of one family. */
static bool is_other_family(__u8 cmd, unsigned int i, __u16 type)
{
	if (cmd != VXM_CMD_RULE_GET)
		return false;

	switch (type) {
	case VXM_ATTR_SRC_IPV4:
	case VXM_ATTR_DST_IPV4:
	case VXM_ATTR_RESOLVER_IPV4:
		return i & 1;
	case VXM_ATTR_SRC_IPV6:
	case VXM_ATTR_DST_IPV6:
	case VXM_ATTR_RESOLVER_IPV6:
		return !(i & 1);
	default:
		return false;
	}
}

/* What an attribute of the object of that number is made of. */
static struct in6_addr value_of(unsigned int i, __u16 type)
{
	struct in6_addr value = { .s6_addr = { i, 1, 2, 3, 4, 5, 6 } };

	if (type == VXM_ATTR_DIRECTION || type == VXM_ATTR_ACTION)
		value.s6_addr[0] = i & 1;

	return value;
}

/* More than the kernel would say, of every kind of object at once. */
static void put_object(const struct nlmsghdr *request, __u8 cmd,
		       unsigned int i)
{
	struct nlmsghdr *nlh = begin_genl(request, TOOL_FAMILY, cmd);
	struct in6_addr value;
	__u16 type;
	int len;

	for (type = 1; type <= VXM_ATTR_MAX; type++) {
		value = value_of(i, type);
		len = tool_attr_len(type);
		if (tool_attr_is_text(type))
			mnl_attr_put_strz(nlh, type, "zmirror0");
		else if (len > 0 && !is_other_family(cmd, i, type))
			mnl_attr_put(nlh, type, len, &value);
	}
	if (i == OBJECTS - 1)
		mnl_attr_put(nlh, VXM_ATTR_VNI_ANY, 0, NULL);
	put_cause(nlh, i);
	put_cause(nlh, 9999);
	end(nlh);
}

/* Whether a rule is the one of that number, as it was told, and all of it. */
static bool is_rule(const struct nlattr *nest, unsigned int i)
{
	const unsigned int parts = 13; /* less the flag and one family */
	unsigned int count = 0;
	const struct nlattr *attr;
	struct in6_addr value;

	mnl_attr_for_each_nested(attr, nest) {
		value = value_of(i, mnl_attr_get_type(attr));
		if (memcmp(mnl_attr_get_payload(attr), &value,
			   mnl_attr_get_payload_len(attr)))
			return false;
		count++;
	}

	return count == parts;
}

/* All rules come back as they were told, but for one that is new or gone. */
static void check_rules(const struct nlmsghdr *request)
{
	struct in6_addr value = value_of(0, VXM_ATTR_GENERATION);
	bool back[OBJECTS] = { 0 };
	const struct nlattr *attr;
	unsigned int count = 0;
	unsigned int same = 0;
	unsigned int i;

	mnl_attr_for_each(attr, request, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == VXM_ATTR_GENERATION)
			PROMISE(!memcmp(mnl_attr_get_payload(attr), &value, 4));
		if (mnl_attr_get_type(attr) != VXM_ATTR_RULE)
			continue;
		count++;
		for (i = 0; i < OBJECTS; i++) {
			if (!back[i] && is_rule(attr, i)) {
				back[i] = true;
				same++;
				break;
			}
		}
	}
	PROMISE((count == OBJECTS + 1 && same == OBJECTS) ||
		(count == OBJECTS - 1 && same == OBJECTS - 1));
}

static void put_done(const struct nlmsghdr *request)
{
	struct nlmsghdr *nlh = begin(request, NLMSG_DONE);

	mnl_nlmsg_put_extra_header(nlh, sizeof(int));
	end(nlh);
}

static void put_ack(const struct nlmsghdr *request)
{
	struct nlmsghdr *nlh = begin(request, NLMSG_ERROR);

	nlh->nlmsg_flags = NLM_F_CAPPED;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct nlmsgerr));
	end(nlh);
}

/* The request's attribute of that number; from 8 on, of its last rule's. */
static const struct nlattr *choose_attr(const struct nlmsghdr *request,
					unsigned int number)
{
	const struct nlattr *rule = NULL;
	const struct nlattr *attr;
	unsigned int i = 0;

	mnl_attr_for_each(attr, request, sizeof(struct genlmsghdr)) {
		if (i++ == number)
			return attr;
		if (mnl_attr_get_type(attr) == VXM_ATTR_RULE)
			rule = attr;
	}
	if (!rule)
		return NULL;
	i = 8;
	mnl_attr_for_each_nested(attr, rule) {
		if (i++ == number)
			return attr;
	}

	return NULL;
}

/* Blame an attribute, or one that is missing. */
static void put_refusal(const struct nlmsghdr *request, unsigned int number,
			bool missing)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(request);
	const struct nlattr *attr = choose_attr(request, number);
	struct nlmsghdr *nlh = begin(request, NLMSG_ERROR);
	struct nlmsgerr *ack;

	nlh->nlmsg_flags = NLM_F_CAPPED | NLM_F_ACK_TLVS;
	ack = mnl_nlmsg_put_extra_header(nlh, sizeof(*ack));
	ack->error = -EEXIST;
	if (genl->cmd == VXM_CMD_FILTER_SET && !number)
		ack->error = -EAGAIN;
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "it exists");
	if (missing)
		mnl_attr_put_u32(nlh, 5, number);
	else if (attr)
		mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS,
				 (char *)attr - (char *)request);
	end(nlh);
}

static void put_answer(const struct nlmsghdr *request)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(request);
	unsigned int i;

	if (request->nlmsg_type == GENL_ID_CTRL) {
		put_family(request);
		put_ack(request);
		return;
	}
	PROMISE(request->nlmsg_type == TOOL_FAMILY);
	if (genl->cmd == VXM_CMD_FILTER_SET)
		check_rules(request);
	switch (genl->cmd) {
	case VXM_CMD_DEV_GET:
	case VXM_CMD_VNI_GET:
	case VXM_CMD_PORT_GET:
	case VXM_CMD_SESSION_GET:
	case VXM_CMD_UNKNOWN_GET:
	case VXM_CMD_CAUSE_GET:
	case VXM_CMD_NET_GET:
	case VXM_CMD_FILTER_GET:
	case VXM_CMD_RULE_GET:
		if (request->nlmsg_flags & NLM_F_DUMP) {
			for (i = 0; i < OBJECTS; i++)
				put_object(request, genl->cmd, i);
			put_done(request);
			return;
		}
		put_object(request, genl->cmd, 0);
	}
	put_ack(request);
}

/* The lowest three bits: which request; four: what to blame; one: missing. */
static void take_request(const struct nlmsghdr *request)
{
	waiting.len = 0;
	if (world.requests == (world.refuse & 0x07U))
		put_refusal(request, world.refuse >> 3 & 0x0f,
			    world.refuse & 0x80);
	else
		put_answer(request);
}

static ssize_t give_answer(void *to, size_t room)
{
	size_t len = waiting.len;

	PROMISE(len <= room);
	if (!len) {
		errno = EAGAIN;
		return -1;
	}
	memcpy(to, waiting.bytes, len);
	waiting.len = 0;

	return len;
}

const struct kernel kernel_friendly = {
	.request = take_request,
	.answer = give_answer,
};
