/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The values that words of a command take, from text.
 */
#ifndef VXMIRRORCTL_VALUE_H
#define VXMIRRORCTL_VALUE_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <linux/if_ether.h>
#include <linux/types.h>

#define VALUE_NONE "none"	/* takes a setting away */
#define VALUE_FILTER 32		/* bytes of a filter's name */
#define VALUE_DEDUP 32	/* a dedup group's name and its end */
#define VALUE_NAME 64		/* bytes of a session's name */

struct ctl;

/**
 * struct vni_entry - the VNIs of one entry, as the user wrote them
 *
 * @first: the VNI, or the first of a range
 * @last: the last of a range; @first when it is a single VNI
 * @any: the word "any"; @first and @last mean nothing
 */
struct vni_entry {
	__u32 first;
	__u32 last;
	bool any;
};

/**
 * struct vni_list - a list of them
 *
 * @count: at least 1 once value_vnis() has succeeded
 * @entry: in the user's order; allocated
 */
struct vni_list {
	size_t count;
	struct vni_entry *entry;
};

/**
 * struct address - an IP address
 *
 * @family: %AF_INET or %AF_INET6; %AF_UNSPEC: there is none
 * @ipv4: the address when IPv4
 * @ipv6: the address when IPv6
 */
struct address {
	int family;
	union {
		struct in_addr ipv4;
		struct in6_addr ipv6;
	};
};

/**
 * struct prefix - an IP network
 *
 * @address: its address
 * @len: bits of it that count; the others are zero
 */
struct prefix {
	struct address address;
	__u32 len;
};

int value_number(struct ctl *ctl, const char *what, const char *text,
		 __u32 min, __u32 max, __u32 *number);
int value_range(struct ctl *ctl, const char *what, const char *text, __u32 min,
		__u32 max, __u32 *first, __u32 *last);
int value_dev(struct ctl *ctl, const char *text, char dev[IFNAMSIZ]);
int value_filter(struct ctl *ctl, const char *text, char filter[VALUE_FILTER]);
int value_dedup(struct ctl *ctl, const char *text, char dedup[VALUE_DEDUP]);
int value_name(struct ctl *ctl, const char *text, char name[VALUE_NAME]);
int value_file(struct ctl *ctl, const char *text, const char **file);
int value_vnis(struct ctl *ctl, const char *text, struct vni_list *list);

int value_address(struct ctl *ctl, const char *what, const char *text,
		  struct address *address);
int value_prefix(struct ctl *ctl, const char *what, const char *text,
		 struct prefix *prefix);
int value_mac(struct ctl *ctl, const char *text, __u8 mac[ETH_ALEN]);
int value_protocol(struct ctl *ctl, const char *text, __u32 *protocol);

#endif /* VXMIRRORCTL_VALUE_H */
