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
 *	The first entry of a port takes the port on IPv4 and IPv6. EEXIST: the
 *	entry exists, a range overlaps another, or the interface is of another
 *	kind. EADDRINUSE: somebody else holds the port. ENOSPC: a limit.
 * @VXM_CMD_VNI_SET: change a VNI entry in place; its key, and
 *	%VXM_ATTR_IFNAME of an existing mirror device, which is brought up.
 *	ENOENT: no such entry.
 * @VXM_CMD_VNI_DEL: remove a VNI entry; its key. The last entry of a port
 *	releases it. ENOENT: no such entry.
 * @VXM_CMD_VNI_GET: one VNI entry (its key) or, as a dump, all of them, by
 *	port, then numbers, ranges and any, then first VNI; the dump takes
 *	%VXM_ATTR_PORT and %VXM_ATTR_IFNAME as filters. Replies hold the key,
 *	%VXM_ATTR_IFNAME, %VXM_ATTR_IFINDEX, the RECEIVED, DELIVERED,
 *	TRUNCATED and UNATTRIBUTED counters, and a %VXM_ATTR_CAUSE for each
 *	cause that is not zero.
 * @VXM_CMD_SESSION_DEL: forget a session; key %VXM_ATTR_PORT (default
 *	%VXM_PORT_DEFAULT), %VXM_ATTR_VNI, and %VXM_ATTR_SOURCE_IPV4 or
 *	%VXM_ATTR_SOURCE_IPV6. Its next packet makes it anew.
 * @VXM_CMD_SESSION_GET: one session (its key) or, as a dump, all of them in
 *	no particular order; the dump takes %VXM_ATTR_PORT and %VXM_ATTR_VNI
 *	as filters. Replies hold the key, %VXM_ATTR_RECEIVED_PACKETS,
 *	%VXM_ATTR_RECEIVED_BYTES, %VXM_ATTR_TRUNCATED_PACKETS,
 *	%VXM_ATTR_FIRST_SEEN and %VXM_ATTR_LAST_SEEN.
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
 *	TRUNCATED and UNATTRIBUTED counters, and a %VXM_ATTR_CAUSE for each
 *	cause that is not zero)
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
 * @VXM_ATTR_FIRST_SEEN: u64, milliseconds before now: first packet
 * @VXM_ATTR_LAST_SEEN: u64, milliseconds before now: latest packet
 * @VXM_ATTR_MAX_VNIS: u32, 0 to 65536: limit on VNI entries
 * @VXM_ATTR_MAX_PORTS: u32, 0 to 64: limit on ports
 * @VXM_ATTR_MAX_SESSIONS: u32, 0 to 65536: limit on learned sessions
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
	  "A merged packet cannot be cut into the frames of a wire.")

/** enum vxm_cause - generated from VXM_CAUSES(), which documents each value */
enum vxm_cause {
#define VXM_CAUSE_ENUM(id, name, text) VXM_CAUSE_##id,
	VXM_CAUSES(VXM_CAUSE_ENUM)
#undef VXM_CAUSE_ENUM

	__VXM_CAUSE_MAX
};

#endif /* _UAPI_LINUX_VXMIRROR_H */
