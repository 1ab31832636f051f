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
#include <linux/types.h>

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
 * struct source - an outer source address
 *
 * @family: %AF_INET or %AF_INET6
 * @ipv4: the address when IPv4
 * @ipv6: the address when IPv6
 */
struct source {
	int family;
	union {
		struct in_addr ipv4;
		struct in6_addr ipv6;
	};
};

int value_number(struct ctl *ctl, const char *what, const char *text,
		 __u32 min, __u32 max, __u32 *number);
int value_dev(struct ctl *ctl, const char *text, char dev[IFNAMSIZ]);
int value_source(struct ctl *ctl, const char *text, struct source *source);
int value_front(struct ctl *ctl, const char *text, __u32 *front);
const char *value_front_name(__u32 front);
int value_vnis(struct ctl *ctl, const char *text, struct vni_list *list);

#endif /* VXMIRRORCTL_VALUE_H */
