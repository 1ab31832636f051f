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
	KIND_MAC,
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
	[VXM_ATTR_FILTER] = KIND_STRING,
	[VXM_ATTR_RULE_NUMBER] = KIND_U16,
	[VXM_ATTR_DIRECTION] = KIND_U8,
	[VXM_ATTR_ACTION] = KIND_U8,
	[VXM_ATTR_PROTOCOL] = KIND_U8,
	[VXM_ATTR_SRC_IPV4] = KIND_IPV4,
	[VXM_ATTR_SRC_IPV6] = KIND_IPV6,
	[VXM_ATTR_SRC_LEN] = KIND_U8,
	[VXM_ATTR_DST_IPV4] = KIND_IPV4,
	[VXM_ATTR_DST_IPV6] = KIND_IPV6,
	[VXM_ATTR_DST_LEN] = KIND_U8,
	[VXM_ATTR_SRC_PORT] = KIND_U16,
	[VXM_ATTR_SRC_PORT_LAST] = KIND_U16,
	[VXM_ATTR_DST_PORT] = KIND_U16,
	[VXM_ATTR_DST_PORT_LAST] = KIND_U16,
	[VXM_ATTR_AMAZON_DNS] = KIND_FLAG,
	[VXM_ATTR_RESOLVER_IPV4] = KIND_IPV4,
	[VXM_ATTR_RESOLVER_IPV6] = KIND_IPV6,
	[VXM_ATTR_HIT_PACKETS] = KIND_U64,
	[VXM_ATTR_UNMATCHED_PACKETS] = KIND_U64,
	[VXM_ATTR_RULES] = KIND_U32,
	[VXM_ATTR_USERS] = KIND_U32,
	[VXM_ATTR_GENERATION] = KIND_U32,
	[VXM_ATTR_VLAN] = KIND_U16,
	[VXM_ATTR_VLAN_LAST] = KIND_U16,
	[VXM_ATTR_SNAPLEN] = KIND_U32,
	[VXM_ATTR_REPAIR] = KIND_U8,
	[VXM_ATTR_SOURCES] = KIND_U8,
	[VXM_ATTR_REPAIRED_PACKETS] = KIND_U64,
	[VXM_ATTR_UNREPAIRABLE_PACKETS] = KIND_U64,
	[VXM_ATTR_UNDIRECTED_PACKETS] = KIND_U64,
	[VXM_ATTR_NAME] = KIND_STRING,
	[VXM_ATTR_MAC] = KIND_MAC,
	[VXM_ATTR_MAC_ORIGIN] = KIND_U8,
	[VXM_ATTR_BY_HAND] = KIND_FLAG,
	[VXM_ATTR_DEDUP] = KIND_STRING,
	[VXM_ATTR_DEDUP_WINDOW] = KIND_U32,
	[VXM_ATTR_DEDUP_MEMORY] = KIND_U64,
	[VXM_ATTR_DEDUP_EVICTED] = KIND_U64,
};

/*
 * Where an address goes. Of each, the IPv6 attribute follows the IPv4
 * attribute, and the length of a prefix follows these two.
 */
static enum record_address place(enum vxm_attr attr)
{
	switch (attr) {
	case VXM_ATTR_SRC_IPV4:
	case VXM_ATTR_SRC_IPV6:
		return RECORD_FROM;
	case VXM_ATTR_DST_IPV4:
	case VXM_ATTR_DST_IPV6:
		return RECORD_TO;
	case VXM_ATTR_RESOLVER_IPV4:
	case VXM_ATTR_RESOLVER_IPV6:
		return RECORD_RESOLVER;
	default:
		return RECORD_SOURCE;
	}
}

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

static int read_bytes(const struct nlattr *attr, void *to, size_t want)
{
	if (mnl_attr_get_payload_len(attr) != want)
		return MNL_CB_ERROR;
	memcpy(to, mnl_attr_get_payload(attr), want);

	return MNL_CB_OK;
}

static int read_ipv4(const struct nlattr *attr, struct in6_addr *address)
{
	memset(address, 0, sizeof(*address));
	address->s6_addr[10] = 0xff;
	address->s6_addr[11] = 0xff;

	return read_bytes(attr, &address->s6_addr[12], sizeof(struct in_addr));
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

static int read_text(const struct nlattr *attr, __u16 type,
		     struct record *record)
{
	switch (type) {
	case VXM_ATTR_IFNAME:
		return read_string(attr, record->ifname,
				   sizeof(record->ifname));
	case VXM_ATTR_FILTER:
		return read_string(attr, record->filter,
				   sizeof(record->filter));
	case VXM_ATTR_DEDUP:
		return read_string(attr, record->dedup, sizeof(record->dedup));
	case VXM_ATTR_NAME:
		return read_string(attr, record->name, sizeof(record->name));
	case VXM_ATTR_CAUSE_NAME:
		return read_string(attr, record->cause_name,
				   sizeof(record->cause_name));
	default:
		return read_string(attr, record->cause_text,
				   sizeof(record->cause_text));
	}
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
		return read_ipv4(attr, &record->address[place(type)]);
	case KIND_IPV6:
		return read_bytes(attr, &record->address[place(type)],
				  sizeof(struct in6_addr));
	case KIND_MAC:
		return read_bytes(attr, record->mac, sizeof(record->mac));
	case KIND_CAUSE:
		return read_cause(attr, record);
	case KIND_STRING:
		return read_text(attr, type, record);
	default:
		return MNL_CB_OK;
	}
}

static int read_attr(const struct nlattr *attr, void *data)
{
	__u16 type = mnl_attr_get_type(attr);
	struct record *record = data;

	if (type > VXM_ATTR_MAX) {
		record->unknown = true;
		return MNL_CB_OK;
	}
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
 * record_read_nest() - take a nest of attributes apart
 * @record: what the nest holds
 * @nest: such as a %VXM_ATTR_RULE of a request of our own
 *
 * Return: 0 or -EBADMSG, as record_read() does.
 */
int record_read_nest(struct record *record, const struct nlattr *nest)
{
	memset(record, 0, sizeof(*record));

	return mnl_attr_parse_nested(nest, read_attr, record) == MNL_CB_OK ?
	       0 : -EBADMSG;
}

/**
 * record_put() - put a value of a message into a request
 * @nlh: the request
 * @record: the message
 * @attr: the value, a flag, a number or an address; nothing happens when the
 *	message does not hold it
 */
void record_put(struct nlmsghdr *nlh, const struct record *record,
		enum vxm_attr attr)
{
	const struct in6_addr *address = &record->address[place(attr)];

	if (!record->has[attr])
		return;

	switch (kinds[attr]) {
	case KIND_FLAG:
		mnl_attr_put(nlh, attr, 0, NULL);
		break;
	case KIND_U8:
		mnl_attr_put_u8(nlh, attr, record->number[attr]);
		break;
	case KIND_U16:
		mnl_attr_put_u16(nlh, attr, record->number[attr]);
		break;
	case KIND_IPV4:
		mnl_attr_put(nlh, attr, sizeof(struct in_addr),
			     &address->s6_addr[12]);
		break;
	case KIND_IPV6:
		mnl_attr_put(nlh, attr, sizeof(*address), address);
		break;
	}
}

/**
 * record_range() - a number or a range of a message as a user writes it
 * @record: the message
 * @first: the attribute of the first number; the one of the last follows it
 * @text: such as 7, or 7-9
 *
 * Return: false when the message does not hold it.
 */
bool record_range(const struct record *record, enum vxm_attr first,
		  char text[RECORD_TEXT])
{
	enum vxm_attr last = first + 1;

	if (!record->has[first])
		return false;
	if (record->has[last] && record->number[last] != record->number[first])
		snprintf(text, RECORD_TEXT, "%u-%u",
			 (unsigned int)record->number[first],
			 (unsigned int)record->number[last]);
	else
		snprintf(text, RECORD_TEXT, "%u",
			 (unsigned int)record->number[first]);

	return true;
}

/**
 * record_vni() - the VNIs of a message as a user writes them
 * @record: the message
 * @text: a number, a range or "any"
 *
 * Return: false when the message holds none.
 */
bool record_vni(const struct record *record, char text[RECORD_TEXT])
{
	if (!record->has[VXM_ATTR_VNI_ANY])
		return record_range(record, VXM_ATTR_VNI, text);
	snprintf(text, RECORD_TEXT, "any");

	return true;
}

/**
 * record_address() - an address of a message as text
 * @record: the message
 * @ipv4: its IPv4 attribute
 * @text: the address
 *
 * Return: false when the message does not hold it.
 */
bool record_address(const struct record *record, enum vxm_attr ipv4,
		    char text[RECORD_TEXT])
{
	const struct in6_addr *address = &record->address[place(ipv4)];

	if (record->has[ipv4 + 1])
		return inet_ntop(AF_INET6, address, text, RECORD_TEXT);
	if (record->has[ipv4])
		return inet_ntop(AF_INET, &address->s6_addr[12], text,
				 RECORD_TEXT);

	return false;
}

/**
 * record_prefix() - a prefix of a message as text
 * @record: the message
 * @ipv4: its IPv4 attribute
 * @text: the prefix, such as 10.0.0.0/8
 *
 * Return: false when the message does not hold it, or not all of it.
 */
bool record_prefix(const struct record *record, enum vxm_attr ipv4,
		   char text[RECORD_TEXT])
{
	enum vxm_attr len = ipv4 + 2;
	size_t used;

	if (!record->has[len] || !record_address(record, ipv4, text))
		return false;
	used = strlen(text);
	snprintf(text + used, RECORD_TEXT - used, "/%u",
		 (unsigned int)record->number[len]);

	return true;
}

/**
 * record_mac() - the MAC address of a message as text
 * @record: the message
 * @text: the address
 */
void record_mac(const struct record *record, char text[RECORD_TEXT])
{
	const __u8 *mac = record->mac;

	snprintf(text, RECORD_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0],
		 mac[1], mac[2], mac[3], mac[4], mac[5]);
}
