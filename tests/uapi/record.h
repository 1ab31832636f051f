/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One message of the family, taken apart.
 */
#ifndef UAPI_RECORD_H
#define UAPI_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <linux/vxmirror.h>

struct nlmsghdr;

/**
 * struct record - the content of a reply or notification
 *
 * @cmd: its command
 * @has: which attributes it holds
 * @value: integers' values
 * @ifname: %VXM_ATTR_IFNAME
 * @cause_name: %VXM_ATTR_CAUSE_NAME
 * @cause_text: %VXM_ATTR_CAUSE_TEXT
 * @filter: %VXM_ATTR_FILTER
 * @name: %VXM_ATTR_NAME
 * @mac: %VXM_ATTR_MAC
 * @ipv6: IPv6 addresses
 * @has_cause: for which causes there is a %VXM_ATTR_CAUSE
 * @cause: their counts
 * @fault: what is wrong with the message, or an empty string
 */
struct record {
	int cmd;
	bool has[VXM_ATTR_MAX + 1];
	__u64 value[VXM_ATTR_MAX + 1];
	char ifname[16];
	char cause_name[32];
	char cause_text[160];
	char filter[32];
	char name[64];
	unsigned char mac[6];
	unsigned char ipv6[VXM_ATTR_MAX + 1][16];
	bool has_cause[__VXM_CAUSE_MAX];
	__u64 cause[__VXM_CAUSE_MAX];
	char fault[96];
};

const char *attr_name(int type);
const char *cmd_name(int cmd);
void record_parse(struct record *record, struct nlmsghdr *message);
char *record_text(const struct record *record, bool with_times);
const char *record_fault(struct record *record);
int record_compare_vni(const struct record *a, const struct record *b);

#endif /* UAPI_RECORD_H */
