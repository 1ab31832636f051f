// SPDX-License-Identifier: GPL-2.0
/*
 * Taking a netlink message of the family apart. Attributes that this tool
 * does not know come from a newer kernel and are passed over; a known one of
 * the wrong length is an error.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include "record.h"

enum kind {
	KIND_OTHER,
	KIND_FLAG,
	KIND_U8,
	KIND_U16,
	KIND_U32,
	KIND_U64,
	KIND_STRING,
	KIND_IPV4,
	KIND_IPV6,
	KIND_CAUSE,
};

static const __u8 kinds[VXM_ATTR_MAX + 1] = {
	[VXM_ATTR_IFNAME] = KIND_STRING,
	[VXM_ATTR_IFINDEX] = KIND_U32,
	[VXM_ATTR_MTU] = KIND_U32,
	[VXM_ATTR_UP] = KIND_U8,
	[VXM_ATTR_FORCE] = KIND_FLAG,
	[VXM_ATTR_PORT] = KIND_U16,
	[VXM_ATTR_VNI] = KIND_U32,
	[VXM_ATTR_VNI_LAST] = KIND_U32,
	[VXM_ATTR_VNI_ANY] = KIND_FLAG,
	[VXM_ATTR_SOURCE_IPV4] = KIND_IPV4,
	[VXM_ATTR_SOURCE_IPV6] = KIND_IPV6,
	[VXM_ATTR_RECEIVED_PACKETS] = KIND_U64,
	[VXM_ATTR_RECEIVED_BYTES] = KIND_U64,
	[VXM_ATTR_DELIVERED_PACKETS] = KIND_U64,
	[VXM_ATTR_DELIVERED_BYTES] = KIND_U64,
	[VXM_ATTR_TRUNCATED_PACKETS] = KIND_U64,
	[VXM_ATTR_UNATTRIBUTED_PACKETS] = KIND_U64,
	[VXM_ATTR_CAUSE] = KIND_CAUSE,
	[VXM_ATTR_CAUSE_ID] = KIND_U32,
	[VXM_ATTR_CAUSE_NAME] = KIND_STRING,
	[VXM_ATTR_CAUSE_TEXT] = KIND_STRING,
	[VXM_ATTR_CAUSE_PACKETS] = KIND_U64,
	[VXM_ATTR_TX_REFUSED] = KIND_U64,
	[VXM_ATTR_OVERCOUNT] = KIND_U64,
	[VXM_ATTR_FIRST_SEEN] = KIND_U64,
	[VXM_ATTR_LAST_SEEN] = KIND_U64,
	[VXM_ATTR_MAX_VNIS] = KIND_U32,
	[VXM_ATTR_MAX_PORTS] = KIND_U32,
	[VXM_ATTR_MAX_SESSIONS] = KIND_U32,
	[VXM_ATTR_SESSION_MEMORY] = KIND_U32,
	[VXM_ATTR_SESSION_IDLE] = KIND_U32,
	[VXM_ATTR_VNIS] = KIND_U32,
	[VXM_ATTR_PORTS] = KIND_U32,
	[VXM_ATTR_SESSIONS] = KIND_U32,
	[VXM_ATTR_SESSION_MEMORY_USED] = KIND_U64,
	[VXM_ATTR_FRONT] = KIND_U8,
	[VXM_ATTR_EARLY_PACKETS] = KIND_U64,
	[VXM_ATTR_SOCKET_PACKETS] = KIND_U64,
};

static int read_number(const struct nlattr *attr, size_t want, __u64 *number)
{
	const void *from = mnl_attr_get_payload(attr);
	__u16 u16;
	__u32 u32;

	if (mnl_attr_get_payload_len(attr) != want)
		return MNL_CB_ERROR;

	switch (want) {
	case 0:
		*number = 1;
		break;
	case sizeof(__u8):
		*number = *(const __u8 *)from;
		break;
	case sizeof(u16):
		memcpy(&u16, from, sizeof(u16));
		*number = u16;
		break;
	case sizeof(u32):
		memcpy(&u32, from, sizeof(u32));
		*number = u32;
		break;
	default:
		memcpy(number, from, sizeof(*number));
	}

	return MNL_CB_OK;
}

static int read_string(const struct nlattr *attr, char *to, size_t room)
{
	size_t len = mnl_attr_get_payload_len(attr);
	const char *from = mnl_attr_get_payload(attr);

	if (!len || len > room || strnlen(from, len) != len - 1)
		return MNL_CB_ERROR;
	memcpy(to, from, len);

	return MNL_CB_OK;
}

static int read_ipv4(const struct nlattr *attr, struct in6_addr *source)
{
	if (mnl_attr_get_payload_len(attr) != sizeof(struct in_addr))
		return MNL_CB_ERROR;
	memset(source, 0, sizeof(*source));
	source->s6_addr[10] = 0xff;
	source->s6_addr[11] = 0xff;
	memcpy(&source->s6_addr[12], mnl_attr_get_payload(attr),
	       sizeof(struct in_addr));

	return MNL_CB_OK;
}

static int read_ipv6(const struct nlattr *attr, struct in6_addr *source)
{
	if (mnl_attr_get_payload_len(attr) != sizeof(*source))
		return MNL_CB_ERROR;
	memcpy(source, mnl_attr_get_payload(attr), sizeof(*source));

	return MNL_CB_OK;
}

static int read_cause_attr(const struct nlattr *attr, void *data)
{
	struct record *record = data;
	__u64 number;

	switch (mnl_attr_get_type(attr)) {
	case VXM_ATTR_CAUSE_ID:
		if (read_number(attr, sizeof(__u32), &number) != MNL_CB_OK)
			return MNL_CB_ERROR;
		record->cause[record->causes].id = number;
		return MNL_CB_OK;
	case VXM_ATTR_CAUSE_PACKETS:
		return read_number(attr, sizeof(__u64),
				   &record->cause[record->causes].packets);
	default:
		return MNL_CB_OK;
	}
}

static int read_cause(const struct nlattr *attr, struct record *record)
{
	if (record->causes == RECORD_CAUSES)
		return MNL_CB_ERROR;
	if (mnl_attr_parse_nested(attr, read_cause_attr, record) != MNL_CB_OK)
		return MNL_CB_ERROR;
	record->causes++;

	return MNL_CB_OK;
}

static int read_value(const struct nlattr *attr, __u16 type,
		      struct record *record)
{
	switch (kinds[type]) {
	case KIND_FLAG:
		return read_number(attr, 0, &record->number[type]);
	case KIND_U8:
		return read_number(attr, 1, &record->number[type]);
	case KIND_U16:
		return read_number(attr, 2, &record->number[type]);
	case KIND_U32:
		return read_number(attr, 4, &record->number[type]);
	case KIND_U64:
		return read_number(attr, 8, &record->number[type]);
	case KIND_IPV4:
		return read_ipv4(attr, &record->source);
	case KIND_IPV6:
		return read_ipv6(attr, &record->source);
	case KIND_CAUSE:
		return read_cause(attr, record);
	case KIND_STRING:
		break;
	default:
		return MNL_CB_OK;
	}

	switch (type) {
	case VXM_ATTR_IFNAME:
		return read_string(attr, record->ifname,
				   sizeof(record->ifname));
	case VXM_ATTR_CAUSE_NAME:
		return read_string(attr, record->cause_name,
				   sizeof(record->cause_name));
	default:
		return read_string(attr, record->cause_text,
				   sizeof(record->cause_text));
	}
}

static int read_attr(const struct nlattr *attr, void *data)
{
	__u16 type = mnl_attr_get_type(attr);
	struct record *record = data;

	if (type > VXM_ATTR_MAX)
		return MNL_CB_OK;
	if (read_value(attr, type, record) != MNL_CB_OK)
		return MNL_CB_ERROR;
	record->has[type] = true;

	return MNL_CB_OK;
}

/**
 * record_read() - take a message of the family apart
 * @record: what the message holds
 * @nlh: the message: a reply, a notification, or a request of our own
 *
 * Return: 0, or -EBADMSG: it is too short, or a known attribute in it has a
 * length that its type does not allow.
 */
int record_read(struct record *record, const struct nlmsghdr *nlh)
{
	memset(record, 0, sizeof(*record));
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(struct genlmsghdr))
		return -EBADMSG;
	if (mnl_attr_parse(nlh, sizeof(struct genlmsghdr), read_attr,
			   record) != MNL_CB_OK)
		return -EBADMSG;

	return 0;
}

/**
 * record_vni() - the VNIs of a message as a user writes them
 * @record: the message
 * @text: a number, a range or "any"
 *
 * Return: false when the message holds none.
 */
bool record_vni(const struct record *record, char text[RECORD_VNI_TEXT])
{
	if (record->has[VXM_ATTR_VNI_ANY])
		snprintf(text, RECORD_VNI_TEXT, "any");
	else if (record->has[VXM_ATTR_VNI] && record->has[VXM_ATTR_VNI_LAST])
		snprintf(text, RECORD_VNI_TEXT, "%u-%u",
			 (unsigned int)record->number[VXM_ATTR_VNI],
			 (unsigned int)record->number[VXM_ATTR_VNI_LAST]);
	else if (record->has[VXM_ATTR_VNI])
		snprintf(text, RECORD_VNI_TEXT, "%u",
			 (unsigned int)record->number[VXM_ATTR_VNI]);
	else
		return false;

	return true;
}

/**
 * record_source() - the outer source address of a message as text
 * @record: the message
 * @text: the address
 *
 * Return: false when the message holds none.
 */
bool record_source(const struct record *record, char text[INET6_ADDRSTRLEN])
{
	if (record->has[VXM_ATTR_SOURCE_IPV6])
		return inet_ntop(AF_INET6, &record->source, text,
				 INET6_ADDRSTRLEN);
	if (record->has[VXM_ATTR_SOURCE_IPV4])
		return inet_ntop(AF_INET, &record->source.s6_addr[12], text,
				 INET6_ADDRSTRLEN);

	return false;
}
