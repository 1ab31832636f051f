// SPDX-License-Identifier: GPL-2.0
/*
 * Generic netlink: one socket for everything that one run of the tool asks.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include "nl.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

/* Named so since Linux 6.1; an enumerator, so no #ifdef can ask for it. */
#define MISSING_TYPE 5

#define REQUEST_ROOM (32 * 1024)	/* all rules of a filter take half of it */
#define ANSWER_ROOM (64 * 1024)	/* the kernel fills up to 32 KiB at a time */
#define EVENT_ROOM (8 * 1024 * 1024)	/* bytes of events that may wait */
#define ERRNO_MAX 4095	/* the kernel's largest error number */
#define DUMP_TRIES 20
#define DUMP_PAUSE_NS 10000000L	/* before a dump's second try; then longer */

/* The group that tells of families coming and going has a number of its own. */
#define FAMILY_EVENTS GENL_ID_CTRL

struct nl {
	struct mnl_socket *socket;
	struct mnl_socket *families;	/* tells of families; for events only */
	__u32 portid;
	__u32 sequence;
	__u16 family;
	__u32 version;
	__u32 events;
	struct nl_error error;
	union {
		struct nlmsghdr nlh;
		char bytes[REQUEST_ROOM];
	} request;
	union {
		struct nlmsghdr nlh;
		char bytes[ANSWER_ROOM];
	} answer;
};

/* What is done with one message of an answer; 0 or a negative errno. */
typedef int (*message_fn)(struct nl *nl, const struct nlmsghdr *nlh,
			  void *data);

/* Before 1.0.5, libmnl takes a length of 2 GiB and more for a negative one. */
static bool message_ok(const struct nlmsghdr *nlh, int len)
{
	return mnl_nlmsg_ok(nlh, len) && nlh->nlmsg_len <= ANSWER_ROOM;
}

static bool stands_at(const struct nl *nl, const struct nlattr *attr,
		      __u32 offset)
{
	return (const char *)attr - nl->request.bytes == offset;
}

static void name_attr(struct nl *nl, __u32 offset)
{
	const struct nlmsghdr *request = nl_requested(nl);
	const struct nlattr *inner;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, request, sizeof(struct genlmsghdr)) {
		if (stands_at(nl, attr, offset))
			nl->error.attr = mnl_attr_get_type(attr);
		if (mnl_attr_get_type(attr) != VXM_ATTR_RULE)
			continue;
		mnl_attr_for_each_nested(inner, attr) {
			if (!stands_at(nl, inner, offset))
				continue;
			nl->error.attr = mnl_attr_get_type(inner);
			nl->error.rule = attr;
		}
	}
}

static int read_extack(const struct nlattr *attr, void *data)
{
	size_t len = mnl_attr_get_payload_len(attr);
	const char *from = mnl_attr_get_payload(attr);
	struct nl *nl = data;

	switch (mnl_attr_get_type(attr)) {
	case NLMSGERR_ATTR_MSG:
		if (!len || from[len - 1])
			break;
		snprintf(nl->error.text, sizeof(nl->error.text), "%s", from);
		break;
	case NLMSGERR_ATTR_OFFS:
		if (len == sizeof(__u32))
			name_attr(nl, mnl_attr_get_u32(attr));
		break;
	case MISSING_TYPE:
		if (len != sizeof(__u32))
			break;
		nl->error.attr = mnl_attr_get_u32(attr);
		nl->error.missing = true;
		break;
	}

	return MNL_CB_OK;
}

static int fail(struct nl *nl, int code)
{
	memset(&nl->error, 0, sizeof(nl->error));
	nl->error.code = -code;

	return code;
}

/* An NLMSG_ERROR, or an NLMSG_DONE: @skip bytes of it come before the TLVs. */
static int read_error(struct nl *nl, const struct nlmsghdr *nlh, int code,
		      size_t skip)
{
	if (!code)
		return 0;
	if (code > 0 || code < -ERRNO_MAX)
		return fail(nl, -EBADMSG);
	fail(nl, code);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS &&
	    skip <= mnl_nlmsg_get_payload_len(nlh))
		mnl_attr_parse(nlh, skip, read_extack, nl);

	return code;
}

static int read_ack(struct nl *nl, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *ack = mnl_nlmsg_get_payload(nlh);
	size_t skip = sizeof(*ack);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*ack))
		return fail(nl, -EBADMSG);
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += mnl_nlmsg_get_payload_len(&ack->msg);

	return read_error(nl, nlh, ack->error, skip);
}

static int read_done(struct nl *nl, const struct nlmsghdr *nlh)
{
	const int *code = mnl_nlmsg_get_payload(nlh);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*code))
		return 0;

	return read_error(nl, nlh, *code, MNL_ALIGN(sizeof(*code)));
}

/* Send the request, hand the messages of the answer to @each. */
static int exchange(struct nl *nl, message_fn each, void *data)
{
	struct nlmsghdr *request = &nl->request.nlh;
	struct nlmsghdr *nlh = &nl->answer.nlh;
	bool interrupted = false;
	ssize_t got;
	int len = 0;
	int ret;

	request->nlmsg_seq = ++nl->sequence;
	if (mnl_socket_sendto(nl->socket, request, request->nlmsg_len) < 0)
		return fail(nl, -errno);

	for (;;) {
		if (!message_ok(nlh, len)) {
			got = mnl_socket_recvfrom(nl->socket, &nl->answer,
						  ANSWER_ROOM);
			if (got < 0)
				return fail(nl, -errno);
			nlh = &nl->answer.nlh;
			len = got;
			continue;
		}
		if (!mnl_nlmsg_portid_ok(nlh, nl->portid) ||
		    !mnl_nlmsg_seq_ok(nlh, nl->sequence))
			return fail(nl, -EBADMSG);
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			interrupted = true;
		switch (nlh->nlmsg_type) {
		case NLMSG_ERROR:
			return read_ack(nl, nlh);
		case NLMSG_DONE:
			ret = read_done(nl, nlh);
			if (!ret && interrupted)
				ret = fail(nl, -EINTR);
			return ret;
		case NLMSG_NOOP:
			break;
		default:
			ret = each ? each(nl, nlh, data) : 0;
			if (ret)
				return fail(nl, ret);
		}
		nlh = mnl_nlmsg_next(nlh, &len);
	}
}

static int read_group(const struct nlattr *attr, void *data)
{
	const struct nlattr *member;
	const char *name = NULL;
	struct nl *nl = data;
	__u32 id = 0;

	mnl_attr_for_each_nested(member, attr) {
		switch (mnl_attr_get_type(member)) {
		case CTRL_ATTR_MCAST_GRP_NAME:
			if (mnl_attr_validate(member, MNL_TYPE_NUL_STRING) == 0)
				name = mnl_attr_get_str(member);
			break;
		case CTRL_ATTR_MCAST_GRP_ID:
			if (mnl_attr_validate(member, MNL_TYPE_U32) == 0)
				id = mnl_attr_get_u32(member);
			break;
		}
	}
	if (name && !strcmp(name, VXM_GENL_MCGRP_EVENTS))
		nl->events = id;

	return MNL_CB_OK;
}

static int read_family_attr(const struct nlattr *attr, void *data)
{
	struct nl *nl = data;

	switch (mnl_attr_get_type(attr)) {
	case CTRL_ATTR_FAMILY_ID:
		if (mnl_attr_validate(attr, MNL_TYPE_U16) < 0)
			return MNL_CB_ERROR;
		nl->family = mnl_attr_get_u16(attr);
		return MNL_CB_OK;
	case CTRL_ATTR_VERSION:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) < 0)
			return MNL_CB_ERROR;
		nl->version = mnl_attr_get_u32(attr);
		return MNL_CB_OK;
	case CTRL_ATTR_MCAST_GROUPS:
		return mnl_attr_parse_nested(attr, read_group, nl);
	default:
		return MNL_CB_OK;
	}
}

static int read_family(struct nl *nl, const struct nlmsghdr *nlh, void *data)
{
	(void)data;
	if (nlh->nlmsg_type != GENL_ID_CTRL ||
	    mnl_attr_parse(nlh, sizeof(struct genlmsghdr), read_family_attr,
			   nl) != MNL_CB_OK)
		return -EBADMSG;

	return 0;
}

static struct nlmsghdr *start(struct nl *nl, __u16 type, __u8 cmd,
			      __u8 version)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(&nl->request);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = version;

	return nlh;
}

/* The kernel loads the module by itself when it is asked for the family. */
static int find_family(struct ctl *ctl)
{
	struct nl *nl = ctl->nl;
	struct nlmsghdr *nlh;
	int ret;

	nlh = start(nl, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, VXM_GENL_NAME);
	ret = exchange(nl, read_family, NULL);
	if (ret == -ENOENT)
		return ctl_fail(ctl, CTL_REFUSED,
				"the vxmirror kernel module is not loaded and could not be loaded: the kernel knows no netlink family '%s'; try 'modprobe vxmirror' as root, which says why",
				VXM_GENL_NAME);
	if (!ret && !nl->family)
		ret = -EBADMSG;
	if (ret)
		return ctl_fail(ctl, CTL_REFUSED,
				"cannot ask the kernel for the netlink family '%s': %s",
				VXM_GENL_NAME, strerror(-ret));
	if (nl->version != VXM_GENL_VERSION)
		return ctl_fail(ctl, CTL_REFUSED,
				"the vxmirror kernel module speaks version %u of its interface, this tool version %u",
				nl->version, VXM_GENL_VERSION);

	return CTL_DONE;
}

static int open_socket(struct nl *nl)
{
	static const int options[] = {
		NETLINK_EXT_ACK,
		NETLINK_CAP_ACK,
		NETLINK_GET_STRICT_CHK,
	};
	int fd = mnl_socket_get_fd(nl->socket);
	int on = 1;
	size_t i;

	for (i = 0; i < CTL_COUNT(options); i++) {
		if (setsockopt(fd, SOL_NETLINK, options[i], &on, sizeof(on)))
			return -errno;
	}
	if (mnl_socket_bind(nl->socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	nl->portid = mnl_socket_get_portid(nl->socket);

	return 0;
}

/**
 * nl_open() - connect to the module
 * @ctl: the run; takes the connection on success
 *
 * Return: %CTL_DONE, or %CTL_REFUSED when there is no netlink, no module, or
 * one that speaks another version.
 */
int nl_open(struct ctl *ctl)
{
	struct nl *nl = ctl_alloc(1, sizeof(*nl));
	int ret;

	ctl->nl = nl;
	nl->socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	ret = nl->socket ? open_socket(nl) : -errno;
	if (ret)
		ret = ctl_fail(ctl, CTL_REFUSED,
			       "cannot open a generic netlink socket: %s",
			       strerror(-ret));
	else
		ret = find_family(ctl);
	if (ret)
		nl_close(ctl);

	return ret;
}

/**
 * nl_close() - end the connection that nl_open() made
 * @ctl: the run; nothing happens when it has no connection
 */
void nl_close(struct ctl *ctl)
{
	struct nl *nl = ctl->nl;

	if (!nl)
		return;
	if (nl->socket)
		mnl_socket_close(nl->socket);
	if (nl->families)
		mnl_socket_close(nl->families);
	free(nl);
	ctl->nl = NULL;
}

/**
 * nl_request() - begin a request
 * @nl: the connection, which keeps the request until the next one
 * @cmd: the command
 *
 * Return: the request, to put attributes into; nl_do() or nl_dump() sends it.
 */
struct nlmsghdr *nl_request(struct nl *nl, enum vxm_cmd cmd)
{
	return start(nl, nl->family, cmd, VXM_GENL_VERSION);
}

/**
 * nl_requested() - the latest request
 * @nl: the connection
 *
 * Return: the request as it was sent.
 */
const struct nlmsghdr *nl_requested(const struct nl *nl)
{
	return &nl->request.nlh;
}

/**
 * nl_error() - why the latest request failed
 * @nl: the connection
 *
 * Return: the error; good only after nl_do() or nl_dump() has failed.
 */
const struct nl_error *nl_error(const struct nl *nl)
{
	return &nl->error;
}

static int read_message(struct nl *nl, const struct nlmsghdr *nlh, void *data)
{
	const struct nl_reader *reader = data;
	const struct genlmsghdr *genl;
	struct record record;
	int ret;

	if (nlh->nlmsg_type != nl->family)
		return -EBADMSG;
	ret = record_read(&record, nlh);
	if (ret)
		return ret;
	genl = mnl_nlmsg_get_payload(nlh);

	return reader->each(&record, genl->cmd, reader->data);
}

/**
 * nl_do() - send the request and wait until it is done
 * @nl: the connection
 * @reader: what becomes of the answer; NULL: there is none to read
 *
 * Return: 0, or a negative errno, about which nl_error() knows more.
 */
int nl_do(struct nl *nl, const struct nl_reader *reader)
{
	return exchange(nl, reader ? read_message : NULL, (void *)reader);
}

/**
 * nl_dump() - send the request for all objects and read the answer
 * @nl: the connection
 * @reader: what becomes of the messages
 *
 * A dump that a change of the configuration interrupted is asked for again, for
 * some two seconds.
 *
 * Return: 0, or a negative errno, about which nl_error() knows more; -EINTR:
 * it was interrupted every time.
 */
int nl_dump(struct nl *nl, const struct nl_reader *reader)
{
	struct nlmsghdr *request = &nl->request.nlh;
	struct timespec pause = { 0 };
	int tries;
	int ret;

	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	for (tries = 0; tries < DUMP_TRIES; tries++) {
		if (tries) {
			pause.tv_nsec += DUMP_PAUSE_NS;
			nanosleep(&pause, NULL);
			reader->again(reader->data);
		}
		ret = exchange(nl, read_message, (void *)reader);
		if (ret != -EINTR)
			return ret;
	}
	snprintf(nl->error.text, sizeof(nl->error.text),
		 "the configuration changed during each of %d attempts to read it",
		 DUMP_TRIES);

	return ret;
}

static int join(const struct mnl_socket *socket, __u32 group)
{
	if (setsockopt(mnl_socket_get_fd(socket), SOL_NETLINK,
		       NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)))
		return -errno;

	return 0;
}

static int start_listening(struct nl *nl)
{
	int fd = mnl_socket_get_fd(nl->socket);
	int room = EVENT_ROOM;
	int ret;

	/* More than the system's bound needs a privilege; have what we can. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	ret = join(nl->socket, nl->events);
	if (ret)
		return ret;

	nl->families = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl->families ||
	    mnl_socket_bind(nl->families, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;

	return join(nl->families, FAMILY_EVENTS);
}

/**
 * nl_listen() - begin to receive events
 * @nl: the connection
 *
 * Return: 0, or a negative errno, about which nl_error() knows more.
 */
int nl_listen(struct nl *nl)
{
	int ret = start_listening(nl);

	return ret ? fail(nl, ret) : 0;
}

/**
 * nl_fd() - the socket that events come by, to wait on it
 * @nl: the connection
 *
 * Return: the file descriptor.
 */
int nl_fd(const struct nl *nl)
{
	return mnl_socket_get_fd(nl->socket);
}

/**
 * nl_families_fd() - a socket to wait on: if it is readable, ask nl_gone()
 * @nl: the connection, after nl_listen()
 *
 * It is one of its own, so that a flood of events cannot drown the news.
 *
 * Return: the file descriptor.
 */
int nl_families_fd(const struct nl *nl)
{
	return mnl_socket_get_fd(nl->families);
}

/**
 * nl_next() - wait for events and read them
 * @nl: the connection, after nl_listen()
 * @reader: what becomes of them
 *
 * Return: 0 after at least one message; -ENOBUFS: some were lost; another
 * negative errno.
 */
int nl_next(struct nl *nl, const struct nl_reader *reader)
{
	struct nlmsghdr *nlh = &nl->answer.nlh;
	ssize_t got;
	int len;
	int ret;

	got = mnl_socket_recvfrom(nl->socket, &nl->answer, ANSWER_ROOM);
	if (got < 0)
		return -errno;
	len = got;
	for (; message_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		ret = read_message(nl, nlh, (void *)reader);
		if (ret)
			return ret;
	}

	return 0;
}

static bool family_gone(const struct nl *nl, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;

	if (nlh->nlmsg_type != GENL_ID_CTRL ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*genl) ||
	    genl->cmd != CTRL_CMD_DELFAMILY)
		return false;
	mnl_attr_for_each(attr, nlh, sizeof(*genl)) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U16) == 0 &&
		    mnl_attr_get_u16(attr) == nl->family)
			return true;
	}

	return false;
}

/**
 * nl_gone() - whether the module was unloaded
 * @nl: the connection, when nl_families_fd() is readable
 *
 * Return: true when it was.
 */
bool nl_gone(struct nl *nl)
{
	struct nlmsghdr *nlh = &nl->answer.nlh;
	bool gone = false;
	ssize_t got;
	int len;

	got = mnl_socket_recvfrom(nl->families, &nl->answer, ANSWER_ROOM);
	len = got < 0 ? 0 : got;
	for (; message_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		if (family_gone(nl, nlh))
			gone = true;
	}

	return gone;
}
