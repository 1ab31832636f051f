// SPDX-License-Identifier: GPL-2.0
/*
 * Sends requests as they are, and takes what comes back apart. The kernel does
 * what a request asks for before the sending returns, and writes the rest of a
 * dump while its beginning is read: when there is nothing more to read, all
 * that will ever come has come.
 */
#include <err.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../uapi/record.h"
#include "request.h"

#define ANSWER_SIZE 0x100000

#ifndef NLM_F_CAPPED
#define NLM_F_CAPPED 0x100
#define NLM_F_ACK_TLVS 0x200
#endif

/* Of enum nlmsgerr_attrs, which an old linux/netlink.h may lack. */
#define ERR_ATTR_MSG 1

static void set_option(int fd, int level, int option, int value)
{
	if (setsockopt(fd, level, option, &value, sizeof(value)))
		err(1, "socket option %d", option);
}

int exchange_open(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (fd < 0)
		err(1, "netlink socket");
	set_option(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
	set_option(fd, SOL_SOCKET, SO_RCVBUF, ANSWER_SIZE);
	return fd;
}

/* Returns false when it may not. */
bool exchange_listen(int fd, int group)
{
	return !setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
			   sizeof(group));
}

/* Is there a message for the operator among an answer's attributes? */
static bool has_text(const unsigned char *p, __u32 len)
{
	struct nlattr attr;

	while (len >= NLA_HDRLEN) {
		memcpy(&attr, p, sizeof(attr));
		if (attr.nla_len < NLA_HDRLEN || attr.nla_len > len)
			return false;
		if ((attr.nla_type & NLA_TYPE_MASK) == ERR_ATTR_MSG)
			return attr.nla_len > NLA_HDRLEN + 1;
		if ((__u32)NLA_ALIGN(attr.nla_len) >= len)
			return false;
		p += NLA_ALIGN(attr.nla_len);
		len -= NLA_ALIGN(attr.nla_len);
	}
	return false;
}

static void take_end(struct request *q, const struct nlmsghdr *header)
{
	const unsigned char *data = NLMSG_DATA(header);
	__u32 index = header->nlmsg_seq - q->seq;
	__u32 len = NLMSG_PAYLOAD(header, 0);
	__u32 skip = sizeof(int);
	struct message *m = &q->message[index];
	struct nlmsgerr error;

	if (index >= q->n_messages || len < sizeof(int))
		return;
	if (header->nlmsg_type == NLMSG_ERROR) {
		memcpy(&error, data, sizeof(error));
		skip = sizeof(error);
		if (!(header->nlmsg_flags & NLM_F_CAPPED))
			skip += NLMSG_ALIGN(error.msg.nlmsg_len) - NLMSG_HDRLEN;
	}
	memcpy(&m->error, data, sizeof(int));
	m->error = -m->error;
	m->answered = true;
	m->text = header->nlmsg_flags & NLM_F_ACK_TLVS && skip < len &&
		  has_text(data + skip, len - skip);
}

static void take_data(struct requester *s, struct request *q,
		      struct nlmsghdr *header)
{
	struct record record;

	record_parse(&record, header);
	/* the sums are right at rest only */
	if (s->quiet)
		record_fault(&record);
	if (record.fault[0] && !q->fault[0])
		snprintf(q->fault, sizeof(q->fault), "%s", record.fault);
	if (!strstr(cmd_name(record.cmd), "_NTF"))
		q->n_data++;
}

static void take_answers(struct requester *s, struct request *q)
{
	static __u64 data[ANSWER_SIZE / sizeof(__u64)];
	struct nlmsghdr *header;
	int len;

	for (;;) {
		len = recv(s->fd, data, sizeof(data), MSG_DONTWAIT);
		if (len < 0 && errno == EAGAIN)
			return;
		/* some notifications were lost for want of room */
		if (len < 0 && errno == ENOBUFS)
			continue;
		if (len < 0)
			err(1, "receiving");
		for (header = (void *)data; NLMSG_OK(header, (__u32)len);
		     header = NLMSG_NEXT(header, len)) {
			if (header->nlmsg_type == NLMSG_ERROR ||
			    header->nlmsg_type == NLMSG_DONE)
				take_end(q, header);
			else if (header->nlmsg_type == s->family)
				take_data(s, q, header);
		}
	}
}

static bool send_request(struct requester *s, struct request *q)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	q->n_data = 0;
	q->fault[0] = 0;
	if (sendto(s->fd, q->data, q->len, 0, (struct sockaddr *)&kernel,
		   sizeof(kernel)) >= 0)
		return true;
	if (errno != ENOBUFS && errno != EMSGSIZE)
		err(1, "sending %u bytes", q->len);
	return false;
}

/* Returns false when the request could not be sent. */
bool exchange(struct requester *s, struct request *q)
{
	if (!send_request(s, q))
		return false;
	take_answers(s, q);
	return true;
}

/* Asks, and goes away before the answer has come, or in the midst of it. */
void exchange_broken(struct requester *s, struct request *q)
{
	char little[100];

	send_request(s, q);
	if (random_one_in(&s->random, 2))
		recv(s->fd, little, sizeof(little), MSG_DONTWAIT);
	close(s->fd);
	s->fd = exchange_open();
}
