/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
/*
 * vxmirror: the generic netlink interface between the module and its tools.
 *
 * Words: a mirror packet (outer Ethernet, IP, UDP, VXLAN) carries an inner
 * frame; a mirror device shows inner frames; a VNI entry says which VNIs of
 * which UDP port go to which mirror device; a session is one (port, VNI,
 * outer source address) seen by the sensor.
 *
 * Rules: one flat attribute space, values only ever appended. All numbers are
 * in host byte order unless said otherwise. Every command needs CAP_NET_ADMIN
 * in the user namespace that owns the network namespace; so does joining the
 * multicast group. A refusal carries an extended-ACK message and, where there
 * is one, the attribute that is at fault.
 */
#ifndef _UAPI_LINUX_VXMIRROR_H
#define _UAPI_LINUX_VXMIRROR_H

/** VXM_GENL_NAME - name of the generic netlink family */
#define VXM_GENL_NAME "vxmirror"
/** VXM_GENL_VERSION - version of the family; grows only when meaning changes */
#define VXM_GENL_VERSION 1
/** VXM_GENL_MCGRP_EVENTS - multicast group that carries the notifications */
#define VXM_GENL_MCGRP_EVENTS "events"
/** VXM_LINK_KIND - rtnetlink link kind (IFLA_INFO_KIND) of mirror devices */
#define VXM_LINK_KIND "vxmirror"

/** VXM_PORT_DEFAULT - IANA's UDP port for VXLAN (RFC 7348, section 5) */
#define VXM_PORT_DEFAULT 4789
/** VXM_VNI_MAX - largest VXLAN network identifier, 24 bits (RFC 7348) */
#define VXM_VNI_MAX 16777215

/**
 * enum vxm_cmd - commands and notifications of the family
 *
 * "key" names the attributes that identify the object. A VNI entry's key is
 * %VXM_ATTR_PORT (default %VXM_PORT_DEFAULT) with %VXM_ATTR_VNI, or with
 * %VXM_ATTR_VNI and %VXM_ATTR_VNI_LAST, or with %VXM_ATTR_VNI_ANY: an entry
 * is addressed under the words it was made with, never in part.
 *
 * @VXM_CMD_UNSPEC: never used
 * @VXM_CMD_DEV_NEW: make a mirror device and bring it up; needs
 *	%VXM_ATTR_IFNAME, takes %VXM_ATTR_MTU. EEXIST: the name is taken.
 * @VXM_CMD_DEV_SET: change a mirror device; key %VXM_ATTR_IFNAME, takes
 *	%VXM_ATTR_MTU and %VXM_ATTR_UP. ENODEV: no such mirror device.
 * @VXM_CMD_DEV_DEL: remove a mirror device; key %VXM_ATTR_IFNAME. EBUSY: VNI
 *	entries still deliver to it and %VXM_ATTR_FORCE is absent; with it they
 *	are removed too.
 * @VXM_CMD_DEV_GET: one mirror device (key %VXM_ATTR_IFNAME) or, as a dump,
 *	all of them by interface index. Replies hold %VXM_ATTR_IFNAME,
 *	%VXM_ATTR_IFINDEX, %VXM_ATTR_MTU, %VXM_ATTR_UP, %VXM_ATTR_VNIS,
 *	%VXM_ATTR_DELIVERED_PACKETS, %VXM_ATTR_DELIVERED_BYTES and
 *	%VXM_ATTR_TX_REFUSED.
 * @VXM_CMD_VNI_NEW: make a VNI entry; needs its key and %VXM_ATTR_IFNAME, the
 *	mirror device, which is made when it does not exist, and brought up.
 *	Takes %VXM_ATTR_VLAN, %VXM_ATTR_VLAN_LAST, %VXM_ATTR_SNAPLEN,
 *	%VXM_ATTR_REPAIR, %VXM_ATTR_SOURCES, %VXM_ATTR_FILTER and
 *	%VXM_ATTR_DEDUP, a group that is made when it does not exist.
 *	The first entry of a port takes the port on IPv4 and IPv6. EEXIST: the
 *	entry exists, a range overlaps another, or the interface is of another
 *	kind. EADDRINUSE: somebody else holds the port. ENOSPC: a limit.
 * @VXM_CMD_VNI_SET: change a VNI entry in place; its key, and any of
 *	%VXM_ATTR_IFNAME of an existing mirror device, which is brought up,
 *	%VXM_ATTR_VLAN, %VXM_ATTR_VLAN_LAST, %VXM_ATTR_SNAPLEN,
 *	%VXM_ATTR_REPAIR, %VXM_ATTR_SOURCES, %VXM_ATTR_FILTER and
 *	%VXM_ATTR_DEDUP. ENOENT: no such entry, or filter. ENOSPC: a limit.
 * @VXM_CMD_VNI_DEL: remove a VNI entry; its key. The last entry of a port
 *	releases it. ENOENT: no such entry.
 * @VXM_CMD_VNI_GET: one VNI entry (its key) or, as a dump, all of them, by
 *	port, then numbers, ranges and any, then first VNI; the dump takes
 *	%VXM_ATTR_PORT and %VXM_ATTR_IFNAME as filters. Replies hold the key,
 *	%VXM_ATTR_IFNAME, %VXM_ATTR_IFINDEX, the settings that are not the
 *	default, the RECEIVED, DELIVERED, TRUNCATED, REPAIRED, UNREPAIRABLE,
 *	UNDIRECTED and UNATTRIBUTED counters, and a %VXM_ATTR_CAUSE for each
 *	cause that is not zero.
 * @VXM_CMD_SESSION_DEL: forget a session; key %VXM_ATTR_PORT (default
 *	%VXM_PORT_DEFAULT), %VXM_ATTR_VNI, and %VXM_ATTR_SOURCE_IPV4 or
 *	%VXM_ATTR_SOURCE_IPV6. Its next packet makes it anew.
 * @VXM_CMD_SESSION_GET: one session (its key) or, as a dump, all of them in
 *	no particular order; the dump takes %VXM_ATTR_PORT and %VXM_ATTR_VNI
 *	as filters. Replies hold the key, %VXM_ATTR_RECEIVED_PACKETS,
 *	%VXM_ATTR_RECEIVED_BYTES, %VXM_ATTR_TRUNCATED_PACKETS,
 *	%VXM_ATTR_FIRST_SEEN and %VXM_ATTR_LAST_SEEN (not of a session that no
 *	packet came of), %VXM_ATTR_MAC with %VXM_ATTR_MAC_ORIGIN when it is
 *	known, and of one made by hand %VXM_ATTR_BY_HAND and its settings.
 * @VXM_CMD_UNKNOWN_DEL: forget all unknown VNIs
 * @VXM_CMD_UNKNOWN_GET: dump of the VNIs that mirror packets came with and
 *	that no entry covers, in no particular order. Replies hold a session's
 *	key, %VXM_ATTR_RECEIVED_PACKETS, %VXM_ATTR_RECEIVED_BYTES,
 *	%VXM_ATTR_OVERCOUNT, %VXM_ATTR_FIRST_SEEN and %VXM_ATTR_LAST_SEEN.
 * @VXM_CMD_CAUSE_GET: dump of all causes with the namespace's totals. Replies
 *	hold %VXM_ATTR_CAUSE_ID, %VXM_ATTR_CAUSE_NAME, %VXM_ATTR_CAUSE_TEXT
 *	and %VXM_ATTR_CAUSE_PACKETS.
 * @VXM_CMD_NET_SET: change the namespace's limits: %VXM_ATTR_MAX_VNIS,
 *	%VXM_ATTR_MAX_PORTS, %VXM_ATTR_MAX_SESSIONS, %VXM_ATTR_SESSION_MEMORY,
 *	%VXM_ATTR_SESSION_IDLE. Only for CAP_NET_ADMIN in the first user
 *	namespace. A limit below the present use keeps what is there.
 * @VXM_CMD_NET_GET: the namespace's limits, their present use
 *	(%VXM_ATTR_VNIS, %VXM_ATTR_PORTS, %VXM_ATTR_SESSIONS,
 *	%VXM_ATTR_SESSION_MEMORY_USED) and totals (the RECEIVED, DELIVERED,
 *	TRUNCATED, REPAIRED, UNREPAIRABLE, UNDIRECTED and UNATTRIBUTED
 *	counters, and a %VXM_ATTR_CAUSE for each cause that is not zero)
 * @VXM_CMD_DEV_NEW_NTF: a mirror device was made; as %VXM_CMD_DEV_GET replies
 * @VXM_CMD_DEV_SET_NTF: a mirror device came up or went down, or changed its
 *	MTU or name, by whatever tool
 * @VXM_CMD_DEV_DEL_NTF: a mirror device was removed
 * @VXM_CMD_VNI_NEW_NTF: a VNI entry was made; as %VXM_CMD_VNI_GET replies
 * @VXM_CMD_VNI_SET_NTF: a VNI entry was changed
 * @VXM_CMD_VNI_DEL_NTF: a VNI entry was removed
 * @VXM_CMD_SESSION_NEW_NTF: first packet of a session; as
 *	%VXM_CMD_SESSION_GET replies
 * @VXM_CMD_SESSION_DEL_NTF: a session was removed, fell idle, or lost its
 *	VNI entry
 * @VXM_CMD_UNKNOWN_NEW_NTF: first packet of an unknown VNI, at most 10 a
 *	second; as %VXM_CMD_UNKNOWN_GET replies
 * @VXM_CMD_PORT_SET: change a port in use; key %VXM_ATTR_PORT (default
 *	%VXM_PORT_DEFAULT), takes %VXM_ATTR_FRONT. The setting goes with the
 *	port's last VNI entry. ENOENT: no VNI entry uses the port.
 * @VXM_CMD_PORT_GET: one port in use (its key) or, as a dump, all of them by
 *	number. Replies hold %VXM_ATTR_PORT, %VXM_ATTR_FRONT, %VXM_ATTR_VNIS,
 *	%VXM_ATTR_EARLY_PACKETS and %VXM_ATTR_SOCKET_PACKETS.
 * @VXM_CMD_PORT_SET_NTF: a port was changed; as %VXM_CMD_PORT_GET replies
 * @VXM_CMD_FILTER_NEW: make a filter; needs %VXM_ATTR_FILTER, takes a
 *	%VXM_ATTR_RULE for each of its rules, in any order. EEXIST: the name is
 *	taken, or two rules of one direction have one number. ENOSPC: a limit.
 * @VXM_CMD_FILTER_SET: replace all rules of a filter at once, so that no
 *	packet sees half of them; its key %VXM_ATTR_FILTER, takes a
 *	%VXM_ATTR_RULE for each, and %VXM_ATTR_GENERATION. A rule that is the
 *	same as before, number and direction included, keeps its hits. ENOENT:
 *	no such filter. EAGAIN: it was changed since it had that generation.
 * @VXM_CMD_FILTER_DEL: remove a filter; key %VXM_ATTR_FILTER. EBUSY: VNI
 *	entries or sessions use it.
 * @VXM_CMD_FILTER_GET: one filter (its key) or, as a dump, all of them by
 *	name. Replies hold %VXM_ATTR_FILTER, %VXM_ATTR_RULES, %VXM_ATTR_USERS,
 *	%VXM_ATTR_GENERATION and %VXM_ATTR_UNMATCHED_PACKETS.
 * @VXM_CMD_FILTER_NEW_NTF: a filter was made; as %VXM_CMD_FILTER_GET replies
 * @VXM_CMD_FILTER_SET_NTF: a filter's rules were changed
 * @VXM_CMD_FILTER_DEL_NTF: a filter was removed
 * @VXM_CMD_RULE_GET: dump of the rules of one filter (needs %VXM_ATTR_FILTER),
 *	ingress before egress, lowest number first. Replies hold
 *	%VXM_ATTR_FILTER, what a %VXM_ATTR_RULE holds, and
 *	%VXM_ATTR_HIT_PACKETS.
 * @VXM_CMD_SESSION_NEW: make a session by hand, or make a learned one the
 *	operator's; a session's key, takes %VXM_ATTR_NAME, %VXM_ATTR_MAC,
 *	%VXM_ATTR_FILTER, %VXM_ATTR_SNAPLEN and %VXM_ATTR_ACTION. It is never
 *	forgotten for being idle. EEXIST: there is one by hand. ENOENT: no VNI
 *	entry covers it. ENOSPC: a limit.
 * @VXM_CMD_SESSION_SET: change a session made by hand; a session's key, and any
 *	of %VXM_ATTR_NAME, %VXM_ATTR_MAC, %VXM_ATTR_FILTER, %VXM_ATTR_SNAPLEN
 *	and %VXM_ATTR_ACTION. ENOENT: there is none.
 * @VXM_CMD_SESSION_SET_NTF: a session was changed; as
 *	%VXM_CMD_SESSION_GET replies
 * @VXM_CMD_DEDUP_SET: change a dedup group in use; key %VXM_ATTR_DEDUP, takes
 *	%VXM_ATTR_DEDUP_WINDOW. The setting goes with the group's last VNI
 *	entry. ENOENT: no VNI entry is in the group.
 * @VXM_CMD_DEDUP_GET: one dedup group in use (its key) or, as a dump, all of
 *	them in the order in which they were made. Replies hold
 *	%VXM_ATTR_DEDUP, %VXM_ATTR_DEDUP_WINDOW, %VXM_ATTR_USERS,
 *	%VXM_ATTR_DEDUP_MEMORY and %VXM_ATTR_DEDUP_EVICTED.
 * @VXM_CMD_DEDUP_SET_NTF: a dedup group was changed; as %VXM_CMD_DEDUP_GET
 *	replies
 * @__VXM_CMD_MAX: one more than the last command
 */
enum vxm_cmd {
	VXM_CMD_UNSPEC,
	VXM_CMD_DEV_NEW,
	VXM_CMD_DEV_SET,
	VXM_CMD_DEV_DEL,
	VXM_CMD_DEV_GET,
	VXM_CMD_VNI_NEW,
	VXM_CMD_VNI_SET,
	VXM_CMD_VNI_DEL,
	VXM_CMD_VNI_GET,
	VXM_CMD_SESSION_DEL,
	VXM_CMD_SESSION_GET,
	VXM_CMD_UNKNOWN_DEL,
	VXM_CMD_UNKNOWN_GET,
	VXM_CMD_CAUSE_GET,
	VXM_CMD_NET_SET,
	VXM_CMD_NET_GET,
	VXM_CMD_DEV_NEW_NTF,
	VXM_CMD_DEV_SET_NTF,
	VXM_CMD_DEV_DEL_NTF,
	VXM_CMD_VNI_NEW_NTF,
	VXM_CMD_VNI_SET_NTF,
	VXM_CMD_VNI_DEL_NTF,
	VXM_CMD_SESSION_NEW_NTF,
	VXM_CMD_SESSION_DEL_NTF,
	VXM_CMD_UNKNOWN_NEW_NTF,
	VXM_CMD_PORT_SET,
	VXM_CMD_PORT_GET,
	VXM_CMD_PORT_SET_NTF,
	VXM_CMD_FILTER_NEW,
	VXM_CMD_FILTER_SET,
	VXM_CMD_FILTER_DEL,
	VXM_CMD_FILTER_GET,
	VXM_CMD_FILTER_NEW_NTF,
	VXM_CMD_FILTER_SET_NTF,
	VXM_CMD_FILTER_DEL_NTF,
	VXM_CMD_RULE_GET,
	VXM_CMD_SESSION_NEW,
	VXM_CMD_SESSION_SET,
	VXM_CMD_SESSION_SET_NTF,
	VXM_CMD_DEDUP_SET,
	VXM_CMD_DEDUP_GET,
	VXM_CMD_DEDUP_SET_NTF,

	__VXM_CMD_MAX
};

#define VXM_CMD_MAX (__VXM_CMD_MAX - 1)

/**
 * enum vxm_attr - attributes, one flat space
 *
 * @VXM_ATTR_UNSPEC: never used
 * @VXM_ATTR_PAD: alignment of 64-bit values, no content
 * @VXM_ATTR_IFNAME: string, 1 to 15 characters: a mirror device's name
 * @VXM_ATTR_IFINDEX: u32: a mirror device's interface index
 * @VXM_ATTR_MTU: u32, bytes, 1280 to 65535, default 9216; informative for
 *	readers, larger inner frames are delivered all the same
 * @VXM_ATTR_UP: u8, 0 or 1: whether the mirror device is up
 * @VXM_ATTR_FORCE: flag: remove the device although VNI entries use it
 * @VXM_ATTR_PORT: u16, 1 to 65535: UDP destination port of mirror packets
 * @VXM_ATTR_VNI: u32, 0 to %VXM_VNI_MAX: a VNI, or the first of a range
 * @VXM_ATTR_VNI_LAST: u32, above %VXM_ATTR_VNI, to %VXM_VNI_MAX: the last VNI
 *	of a range, included
 * @VXM_ATTR_VNI_ANY: flag: every VNI that no other entry of the port covers
 * @VXM_ATTR_SOURCE_IPV4: u32 in network byte order: outer source address
 * @VXM_ATTR_SOURCE_IPV6: 16 bytes in network byte order: outer source address
 * @VXM_ATTR_RECEIVED_PACKETS: u64: inner frames that came in
 * @VXM_ATTR_RECEIVED_BYTES: u64: their bytes, from the inner Ethernet header
 *	on; for packets too short to hold a frame, of what follows the outer
 *	UDP header
 * @VXM_ATTR_DELIVERED_PACKETS: u64: inner frames shown on the mirror device.
 *	Received is delivered plus the sum of all causes, for each entry and in
 *	total.
 * @VXM_ATTR_DELIVERED_BYTES: u64: their bytes
 * @VXM_ATTR_TRUNCATED_PACKETS: u64: delivered frames whose IP header says
 *	more bytes than are there (AWS: packet-length, or the target's MTU)
 * @VXM_ATTR_UNATTRIBUTED_PACKETS: u64: frames that count under their entry
 *	but under no session, since no session slot was free
 * @VXM_ATTR_CAUSE: nest, repeated: one cause's count, made of
 *	%VXM_ATTR_CAUSE_ID and %VXM_ATTR_CAUSE_PACKETS
 * @VXM_ATTR_CAUSE_ID: u32: one of enum vxm_cause
 * @VXM_ATTR_CAUSE_NAME: string: the cause's name
 * @VXM_ATTR_CAUSE_TEXT: string: one sentence for the operator
 * @VXM_ATTR_CAUSE_PACKETS: u64: frames not delivered for this cause
 * @VXM_ATTR_TX_REFUSED: u64: packets that somebody tried to send out of the
 *	mirror device
 * @VXM_ATTR_OVERCOUNT: u64: of an unknown VNI's packets, how many at most
 *	belong to VNIs that were seen before in its slot
 * @VXM_ATTR_FIRST_SEEN: u64, milliseconds before now: first packet; of a
 *	session made by hand, when it was made
 * @VXM_ATTR_LAST_SEEN: u64, milliseconds before now: latest packet
 * @VXM_ATTR_MAX_VNIS: u32, 0 to 65536: limit on VNI entries
 * @VXM_ATTR_MAX_PORTS: u32, 0 to 64: limit on ports
 * @VXM_ATTR_MAX_SESSIONS: u32, 0 to 65536: limit on sessions
 * @VXM_ATTR_SESSION_MEMORY: u32, bytes: limit on the memory of sessions;
 *	default 16 MiB, or 1 MiB in a network namespace that is not owned by
 *	the first user namespace
 * @VXM_ATTR_SESSION_IDLE: u32, seconds, 1 to 31536000, default 3600: a learned
 *	session with no packet for so long is forgotten
 * @VXM_ATTR_VNIS: u32: VNI entries in use (of the namespace or the device)
 * @VXM_ATTR_PORTS: u32: ports in use
 * @VXM_ATTR_SESSIONS: u32: sessions in use
 * @VXM_ATTR_SESSION_MEMORY_USED: u64: bytes held for sessions
 * @VXM_ATTR_FRONT: u8, 0 or 1: an enum vxm_front, where the port's packets are
 *	taken
 * @VXM_ATTR_EARLY_PACKETS: u64: mirror packets taken before the IP stack
 * @VXM_ATTR_SOCKET_PACKETS: u64: mirror packets that came through the IP stack
 *	and the port's socket
 * @VXM_ATTR_FILTER: string, 1 to 31 letters, digits, '_', '-' and '.', the
 *	first a letter or a digit: a filter's name. As a setting of a VNI entry
 *	or a session, the empty string stands for none.
 * @VXM_ATTR_RULE: nest, repeated, at most %VXM_RULES_MAX: one rule, made of
 *	%VXM_ATTR_RULE_NUMBER, %VXM_ATTR_DIRECTION, %VXM_ATTR_ACTION, and what a
 *	packet must have for it to match: %VXM_ATTR_PROTOCOL, %VXM_ATTR_SRC_IPV4
 *	or %VXM_ATTR_SRC_IPV6 with %VXM_ATTR_SRC_LEN, the same for DST,
 *	%VXM_ATTR_SRC_PORT with %VXM_ATTR_SRC_PORT_LAST, the same for DST; or
 *	instead of all these %VXM_ATTR_AMAZON_DNS
 * @VXM_ATTR_RULE_NUMBER: u16, 1 to %VXM_RULE_NUMBER_MAX (AWS: RuleNumber): the
 *	lowest of a direction is tried first, the first that matches decides;
 *	when none does, the packet is rejected
 * @VXM_ATTR_DIRECTION: u8, 0 or 1: an enum vxm_direction
 * @VXM_ATTR_ACTION: u8, 0 or 1: an enum vxm_action. Of a session: accept takes
 *	all of its frames whatever the filters say, reject none.
 * @VXM_ATTR_PROTOCOL: u8, 0 to 255: IP protocol number (IANA)
 * @VXM_ATTR_SRC_IPV4: u32 in network byte order: source prefix, no bit set
 *	behind its length
 * @VXM_ATTR_SRC_IPV6: 16 bytes in network byte order: the same
 * @VXM_ATTR_SRC_LEN: u8, bits, 0 to 128, of IPv4 to 32: the source prefix's
 *	length
 * @VXM_ATTR_DST_IPV4: u32 in network byte order: destination prefix
 * @VXM_ATTR_DST_IPV6: 16 bytes in network byte order: the same
 * @VXM_ATTR_DST_LEN: u8, bits, 0 to 128, of IPv4 to 32: the destination
 *	prefix's length
 * @VXM_ATTR_SRC_PORT: u16: source port, the first of a range; with TCP and UDP
 *	only
 * @VXM_ATTR_SRC_PORT_LAST: u16, not below %VXM_ATTR_SRC_PORT: the last one,
 *	included
 * @VXM_ATTR_DST_PORT: u16: destination port, the first of a range
 * @VXM_ATTR_DST_PORT_LAST: u16: the last one, included
 * @VXM_ATTR_AMAZON_DNS: flag: the rule matches what goes to the Amazon DNS
 *	service (egress) or comes from it (ingress): TCP and UDP port 53 of
 *	169.254.169.253, fd00:ec2::253, and the resolver's address
 * @VXM_ATTR_RESOLVER_IPV4: u32 in network byte order: with
 *	%VXM_ATTR_AMAZON_DNS, the address of the VPC's own resolver
 * @VXM_ATTR_RESOLVER_IPV6: 16 bytes in network byte order: the same
 * @VXM_ATTR_HIT_PACKETS: u64: inner frames that a rule decided about
 * @VXM_ATTR_UNMATCHED_PACKETS: u64: inner frames that a filter rejected since
 *	no rule matched
 * @VXM_ATTR_RULES: u32: rules of a filter
 * @VXM_ATTR_USERS: u32: VNI entries and sessions that use a filter, or VNI
 *	entries in a dedup group
 * @VXM_ATTR_GENERATION: u32: another one after every change of a filter's rules
 * @VXM_ATTR_VLAN: u16, 0 to 4094: frames are shown with this 802.1Q tag, on top
 *	of what they carry; of a range of VNIs, the first one's. 0: none
 * @VXM_ATTR_VLAN_LAST: u16, 1 to 4094: the last VNI's tag, when each VNI of a
 *	range has its own: as many as there are VNIs
 * @VXM_ATTR_SNAPLEN: u32, bytes, 0 to %VXM_SNAPLEN_MAX, not under 14: what is
 *	longer is cut to so many, from the inner Ethernet header on. 0: no limit
 * @VXM_ATTR_REPAIR: u8, 0 or 1: truncated frames get lengths and checksums that
 *	fit what is there
 * @VXM_ATTR_SOURCES: u8, 0 or 1: an enum vxm_sources
 * @VXM_ATTR_REPAIRED_PACKETS: u64: truncated frames that were repaired
 * @VXM_ATTR_UNREPAIRABLE_PACKETS: u64: truncated frames in which a header is
 *	cut, so that they were left as they are
 * @VXM_ATTR_UNDIRECTED_PACKETS: u64: frames that a filter decided about without
 *	knowing their direction: either one's rules could accept them
 * @VXM_ATTR_NAME: string, 1 to 63 printable characters: the operator's name for
 *	a session; the empty string takes it away
 * @VXM_ATTR_MAC: 6 bytes: MAC address of a session's mirror source. All zero in
 *	a request: it is to be learned again
 * @VXM_ATTR_MAC_ORIGIN: u8: an enum vxm_mac_origin
 * @VXM_ATTR_BY_HAND: flag: the session was made by hand
 * @VXM_ATTR_DEDUP: string, 1 to 31 letters, digits, '_', '-' and '.', the first
 *	a letter or a digit: a dedup group's name. Of a packet that several
 *	sessions of its VNI entries have seen, one copy is delivered. As a
 *	setting of a VNI entry, the empty string stands for none.
 * @VXM_ATTR_DEDUP_WINDOW: u32, milliseconds, 10 to 10000, default 500: copies
 *	of a packet that come within this time are known as such
 * @VXM_ATTR_DEDUP_MEMORY: u64: bytes held for a dedup group
 * @VXM_ATTR_DEDUP_EVICTED: u64: packets that were forgotten within the window,
 *	since others came; a late copy of them is delivered, too
 * @__VXM_ATTR_MAX: one more than the last attribute
 */
enum vxm_attr {
	VXM_ATTR_UNSPEC,
	VXM_ATTR_PAD,
	VXM_ATTR_IFNAME,
	VXM_ATTR_IFINDEX,
	VXM_ATTR_MTU,
	VXM_ATTR_UP,
	VXM_ATTR_FORCE,
	VXM_ATTR_PORT,
	VXM_ATTR_VNI,
	VXM_ATTR_VNI_LAST,
	VXM_ATTR_VNI_ANY,
	VXM_ATTR_SOURCE_IPV4,
	VXM_ATTR_SOURCE_IPV6,
	VXM_ATTR_RECEIVED_PACKETS,
	VXM_ATTR_RECEIVED_BYTES,
	VXM_ATTR_DELIVERED_PACKETS,
	VXM_ATTR_DELIVERED_BYTES,
	VXM_ATTR_TRUNCATED_PACKETS,
	VXM_ATTR_UNATTRIBUTED_PACKETS,
	VXM_ATTR_CAUSE,
	VXM_ATTR_CAUSE_ID,
	VXM_ATTR_CAUSE_NAME,
	VXM_ATTR_CAUSE_TEXT,
	VXM_ATTR_CAUSE_PACKETS,
	VXM_ATTR_TX_REFUSED,
	VXM_ATTR_OVERCOUNT,
	VXM_ATTR_FIRST_SEEN,
	VXM_ATTR_LAST_SEEN,
	VXM_ATTR_MAX_VNIS,
	VXM_ATTR_MAX_PORTS,
	VXM_ATTR_MAX_SESSIONS,
	VXM_ATTR_SESSION_MEMORY,
	VXM_ATTR_SESSION_IDLE,
	VXM_ATTR_VNIS,
	VXM_ATTR_PORTS,
	VXM_ATTR_SESSIONS,
	VXM_ATTR_SESSION_MEMORY_USED,
	VXM_ATTR_FRONT,
	VXM_ATTR_EARLY_PACKETS,
	VXM_ATTR_SOCKET_PACKETS,
	VXM_ATTR_FILTER,
	VXM_ATTR_RULE,
	VXM_ATTR_RULE_NUMBER,
	VXM_ATTR_DIRECTION,
	VXM_ATTR_ACTION,
	VXM_ATTR_PROTOCOL,
	VXM_ATTR_SRC_IPV4,
	VXM_ATTR_SRC_IPV6,
	VXM_ATTR_SRC_LEN,
	VXM_ATTR_DST_IPV4,
	VXM_ATTR_DST_IPV6,
	VXM_ATTR_DST_LEN,
	VXM_ATTR_SRC_PORT,
	VXM_ATTR_SRC_PORT_LAST,
	VXM_ATTR_DST_PORT,
	VXM_ATTR_DST_PORT_LAST,
	VXM_ATTR_AMAZON_DNS,
	VXM_ATTR_RESOLVER_IPV4,
	VXM_ATTR_RESOLVER_IPV6,
	VXM_ATTR_HIT_PACKETS,
	VXM_ATTR_UNMATCHED_PACKETS,
	VXM_ATTR_RULES,
	VXM_ATTR_USERS,
	VXM_ATTR_GENERATION,
	VXM_ATTR_VLAN,
	VXM_ATTR_VLAN_LAST,
	VXM_ATTR_SNAPLEN,
	VXM_ATTR_REPAIR,
	VXM_ATTR_SOURCES,
	VXM_ATTR_REPAIRED_PACKETS,
	VXM_ATTR_UNREPAIRABLE_PACKETS,
	VXM_ATTR_UNDIRECTED_PACKETS,
	VXM_ATTR_NAME,
	VXM_ATTR_MAC,
	VXM_ATTR_MAC_ORIGIN,
	VXM_ATTR_BY_HAND,
	VXM_ATTR_DEDUP,
	VXM_ATTR_DEDUP_WINDOW,
	VXM_ATTR_DEDUP_MEMORY,
	VXM_ATTR_DEDUP_EVICTED,

	__VXM_ATTR_MAX
};

#define VXM_ATTR_MAX (__VXM_ATTR_MAX - 1)

/**
 * enum vxm_front - where mirror packets are taken
 *
 * @VXM_FRONT_AUTO: plain ones before the IP stack sees them, on every
 *	interface; all others from the port's socket
 * @VXM_FRONT_SOCKET: all from the port's socket: the host's packet filter and
 *	routing see every mirror packet before
 */
enum vxm_front {
	VXM_FRONT_AUTO,
	VXM_FRONT_SOCKET
};

/** VXM_SNAPLEN_MAX - largest snap length, bytes */
#define VXM_SNAPLEN_MAX 65535
/** VXM_RULES_MAX - rules of one filter, at most */
#define VXM_RULES_MAX 128
/** VXM_RULE_NUMBER_MAX - largest number of a rule (AWS: RuleNumber) */
#define VXM_RULE_NUMBER_MAX 32766

/**
 * enum vxm_direction - a frame's direction, as its mirror source sees it (AWS:
 *	TrafficDirection)
 *
 * @VXM_DIRECTION_INGRESS: it was sent to the mirror source
 * @VXM_DIRECTION_EGRESS: the mirror source sent it
 */
enum vxm_direction {
	VXM_DIRECTION_INGRESS,
	VXM_DIRECTION_EGRESS
};

/**
 * enum vxm_action - what becomes of a frame (AWS: RuleAction)
 *
 * @VXM_ACTION_ACCEPT: it is delivered
 * @VXM_ACTION_REJECT: it is not, and counts under the cause filtered
 */
enum vxm_action {
	VXM_ACTION_ACCEPT,
	VXM_ACTION_REJECT
};

/**
 * enum vxm_sources - which sources a VNI entry takes
 *
 * @VXM_SOURCES_ANY: all; sessions are learned
 * @VXM_SOURCES_LISTED: those of the sessions made by hand
 */
enum vxm_sources {
	VXM_SOURCES_ANY,
	VXM_SOURCES_LISTED
};

/**
 * enum vxm_mac_origin - how a mirror source's MAC address is known
 *
 * @VXM_MAC_LEARNED: from a frame whose inner source address is the outer one
 * @VXM_MAC_GIVEN: by the operator
 */
enum vxm_mac_origin {
	VXM_MAC_LEARNED,
	VXM_MAC_GIVEN
};

/**
 * VXM_CAUSES() - why a mirror packet was not delivered
 * @X: macro of three arguments: the enumerator's last word, the name, and one
 *	sentence for the operator. Values are only ever appended.
 */
#define VXM_CAUSES(X)							\
	X(SHORT_HEADER, "short-header",					\
	  "The UDP payload is too short for a VXLAN header.")		\
	X(NO_VNI_FLAG, "no-vni-flag",					\
	  "The VXLAN header says that it carries no VNI (flag I, RFC 7348).") \
	X(SHORT_FRAME, "short-frame",					\
	  "The inner frame is shorter than an Ethernet header (14 bytes).") \
	X(UNKNOWN_VNI, "unknown-vni",					\
	  "No entry covers the VNI; 'vxmirrorctl show unknown' lists them.") \
	X(DEV_DOWN, "dev-down",						\
	  "The mirror device is down; 'vxmirrorctl set dev NAME up' cures it.") \
	X(NO_MEMORY, "no-memory",					\
	  "The kernel had no memory to take the packet apart.")		\
	X(BAD_GSO, "bad-gso",						\
	  "A merged packet cannot be cut into the frames of a wire.")	\
	X(FILTERED, "filtered",						\
	  "A filter, or the session's own action, rejected it.")	\
	X(UNLISTED_SOURCE, "unlisted-source",				\
	  "The VNI takes listed sources only; 'vxmirrorctl add session' lists one.") \
	X(DUPLICATE, "duplicate",					\
	  "Another session of its dedup group had delivered the same packet.")

/** enum vxm_cause - generated from VXM_CAUSES(), which documents each value */
enum vxm_cause {
#define VXM_CAUSE_ENUM(id, name, text) VXM_CAUSE_##id,
	VXM_CAUSES(VXM_CAUSE_ENUM)
#undef VXM_CAUSE_ENUM

	__VXM_CAUSE_MAX
};

#endif /* _UAPI_LINUX_VXMIRROR_H */
