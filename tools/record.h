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

#include "value.h"

#define RECORD_CAUSES 64	/* more in one message are an error */
#define RECORD_TEXT 64		/* an address with its length, and all below */

/**
 * enum record_address - the addresses that a message can hold
 *
 * @RECORD_SOURCE: outer source address
 * @RECORD_FROM: a rule's source prefix
 * @RECORD_TO: a rule's destination prefix
 * @RECORD_RESOLVER: a rule's resolver
 * @RECORD_ADDRESSES: how many there are
 */
enum record_address {
	RECORD_SOURCE,
	RECORD_FROM,
	RECORD_TO,
	RECORD_RESOLVER,
	RECORD_ADDRESSES,
};

/**
 * struct record - the attributes of one message, or of one nest in it
 *
 * @has: by attribute: it was there
 * @number: by attribute: values of all number attributes, 1 for flags
 * @ifname: %VXM_ATTR_IFNAME
 * @filter: %VXM_ATTR_FILTER
 * @dedup: %VXM_ATTR_DEDUP
 * @name: %VXM_ATTR_NAME
 * @cause_name: %VXM_ATTR_CAUSE_NAME
 * @cause_text: %VXM_ATTR_CAUSE_TEXT
 * @mac: %VXM_ATTR_MAC
 * @address: IPv6 addresses; an IPv4 address is in its mapped form
 * @causes: number of %VXM_ATTR_CAUSE nests
 * @cause: their contents
 * @unknown: there were attributes that this tool does not know
 */
struct record {
	bool has[VXM_ATTR_MAX + 1];
	__u64 number[VXM_ATTR_MAX + 1];
	char ifname[IFNAMSIZ];
	char filter[VALUE_FILTER];
	char dedup[VALUE_DEDUP];
	char name[VALUE_NAME];
	char cause_name[64];
	char cause_text[256];
	__u8 mac[ETH_ALEN];
	struct in6_addr address[RECORD_ADDRESSES];
	unsigned int causes;
	struct {
		__u32 id;
		__u64 packets;
	} cause[RECORD_CAUSES];
	bool unknown;
};

int record_read(struct record *record, const struct nlmsghdr *nlh);
int record_read_nest(struct record *record, const struct nlattr *nest);
void record_put(struct nlmsghdr *nlh, const struct record *record,
		enum vxm_attr attr);
bool record_range(const struct record *record, enum vxm_attr first,
		  char text[RECORD_TEXT]);
bool record_vni(const struct record *record, char text[RECORD_TEXT]);
bool record_address(const struct record *record, enum vxm_attr ipv4,
		    char text[RECORD_TEXT]);
bool record_prefix(const struct record *record, enum vxm_attr ipv4,
		   char text[RECORD_TEXT]);
void record_mac(const struct record *record, char text[RECORD_TEXT]);

#endif /* VXMIRRORCTL_RECORD_H */
