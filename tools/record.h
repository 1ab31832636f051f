/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One netlink message of the family, taken apart and checked.
 */
#ifndef VXMIRRORCTL_RECORD_H
#define VXMIRRORCTL_RECORD_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <linux/netlink.h>
#include <linux/vxmirror.h>

#define RECORD_CAUSES 64	/* more in one message are an error */
#define RECORD_VNI_TEXT 24	/* "16777214-16777215" and some */

/**
 * struct record - the attributes of one message
 *
 * @has: by attribute: it was there
 * @number: by attribute: values of all number attributes, 1 for flags
 * @ifname: %VXM_ATTR_IFNAME
 * @cause_name: %VXM_ATTR_CAUSE_NAME
 * @cause_text: %VXM_ATTR_CAUSE_TEXT
 * @source: %VXM_ATTR_SOURCE_IPV6; an IPv4 source is in its mapped form
 * @causes: number of %VXM_ATTR_CAUSE nests
 * @cause: their contents
 */
struct record {
	bool has[VXM_ATTR_MAX + 1];
	__u64 number[VXM_ATTR_MAX + 1];
	char ifname[IFNAMSIZ];
	char cause_name[64];
	char cause_text[256];
	struct in6_addr source;
	unsigned int causes;
	struct {
		__u32 id;
		__u64 packets;
	} cause[RECORD_CAUSES];
};

int record_read(struct record *record, const struct nlmsghdr *nlh);
bool record_vni(const struct record *record, char text[RECORD_VNI_TEXT]);
bool record_source(const struct record *record, char text[INET6_ADDRSTRLEN]);

#endif /* VXMIRRORCTL_RECORD_H */
