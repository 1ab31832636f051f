// SPDX-License-Identifier: GPL-2.0
/*
 * Requests about all but VNI entries that must be refused. There are mirror
 * devices um0 and um1, used by entries, and um2, used by none; the session of
 * VNI 10 with 192.0.2.1, and an unknown VNI.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>

#include "bad.h"
#include "tap.h"
#include "world.h"

#define NOT_TAKEN REFUSED(EINVAL, "the command does not take this attribute")
#define BAD_NAME REFUSED(EINVAL, "an interface name has 1 to 15 characters")
#define NO_NAME REFUSED(EINVAL, "the name of a mirror device is needed")
#define NO_DEV REFUSED(ENODEV, "there is no mirror device of that name")
#define OTHER_KIND "an interface of that name exists and is not a mirror device"
#define BAD_MTU REFUSED(ERANGE, "an MTU is 1280 to 65535 bytes")
#define WRONG_LENGTH REFUSED(EINVAL, "invalid attribute length")
#define BAD_LENGTH REFUSED(ERANGE, "")
#define UNKNOWN REFUSED(EINVAL, "Unknown attribute type")
#define UNSUPPORTED REFUSED(EINVAL, "Unsupported attribute")
#define NO_SESSION REFUSED(ENOENT, "there is no such session")
#define NO_SOURCE REFUSED(EINVAL, "an outer source address is needed")
#define NO_VNI REFUSED(EINVAL, "a VNI is needed")
#define NOTHING REFUSED(EINVAL, "nothing to change is named")
#define SILENT_EOPNOTSUPP REFUSED(EOPNOTSUPP, NULL)
#define UM0 STRING(IFNAME, "um0")
#define UM9 STRING(IFNAME, "um9")
#define SOURCE_BYTES "\xc0\x00\x02\x01"
#define SOURCE DATA(SOURCE_IPV4, SOURCE_BYTES, 4)
#define SOURCE6 DATA(SOURCE_IPV6, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16)

const struct bad bad_objects[] = {
	/* devices: making */
	{ "no name", CMD(DEV_NEW), NO_NAME, MISSING(IFNAME), .attrs = { END } },
	{ "no name but an MTU", CMD(DEV_NEW), NO_NAME, MISSING(IFNAME),
	  .attrs = { U32(MTU, 1500) } },
	{ "an empty name", CMD(DEV_NEW), BAD_NAME, AT_FAULT(IFNAME),
	  .attrs = { STRING(IFNAME, "") } },
	{ "a name of 16 characters", CMD(DEV_NEW), REFUSED(EINVAL, ""),
	  AT_FAULT(IFNAME),
	  .attrs = { STRING(IFNAME, "sixteen-letters!") } },
	{ "a name of no bytes", CMD(DEV_NEW), REFUSED(EINVAL, ""),
	  AT_FAULT(IFNAME), .attrs = { FLAG(IFNAME) } },
	{ "a name with '%'", CMD(DEV_NEW), BAD_NAME, AT_FAULT(IFNAME),
	  .attrs = { STRING(IFNAME, "um%d") } },
	{ "a name with '/'", CMD(DEV_NEW), BAD_NAME, AT_FAULT(IFNAME),
	  .attrs = { STRING(IFNAME, "../um") } },
	{ "the name '.'", CMD(DEV_NEW), BAD_NAME, AT_FAULT(IFNAME),
	  .attrs = { STRING(IFNAME, ".") } },
	{ "a name with a line end", CMD(DEV_NEW), BAD_NAME, AT_FAULT(IFNAME),
	  .attrs = { STRING(IFNAME, "um\n9") } },
	{ "a mirror device that exists", CMD(DEV_NEW),
	  REFUSED(EEXIST, "this mirror device exists already"),
	  AT_FAULT(IFNAME), .attrs = { UM0 } },
	{ "an interface of another kind", CMD(DEV_NEW),
	  REFUSED(EEXIST, OTHER_KIND), AT_FAULT(IFNAME),
	  .attrs = { STRING(IFNAME, WORLD_OTHER_KIND) } },
	{ "MTU 1279", CMD(DEV_NEW), BAD_MTU, AT_FAULT(MTU),
	  .attrs = { UM9, U32(MTU, 1279) } },
	{ "MTU 0", CMD(DEV_NEW), BAD_MTU, AT_FAULT(MTU),
	  .attrs = { U32(MTU, 0), UM9 } },
	{ "MTU 65536", CMD(DEV_NEW), BAD_MTU, AT_FAULT(MTU),
	  .attrs = { UM9, U32(MTU, 65536) } },
	{ "MTU 4294967295", CMD(DEV_NEW), BAD_MTU, AT_FAULT(MTU),
	  .attrs = { UM9, U32(MTU, 0xffffffff) } },
	{ "an MTU of 2 bytes", CMD(DEV_NEW), WRONG_LENGTH, AT_FAULT(MTU),
	  .attrs = { UM9, U16(MTU, 1500) } },
	{ "UP", CMD(DEV_NEW), NOT_TAKEN, AT_FAULT(UP),
	  .attrs = { UM9, U8(UP, 0) } },
	{ "a VNI", CMD(DEV_NEW), NOT_TAKEN, AT_FAULT(VNI),
	  .attrs = { UM9, U32(VNI, 5) } },

	/* devices: changing, removing, asking */
	{ "no name", CMD(DEV_SET), NO_NAME, MISSING(IFNAME),
	  .attrs = { U8(UP, 1) } },
	{ "nothing to change", CMD(DEV_SET), NOTHING, .attrs = { UM0 } },
	{ "a device that is not there", CMD(DEV_SET), NO_DEV, AT_FAULT(IFNAME),
	  .attrs = { UM9, U8(UP, 1) } },
	{ "an interface of another kind", CMD(DEV_SET), REFUSED(ENODEV, ""),
	  AT_FAULT(IFNAME),
	  .attrs = { STRING(IFNAME, WORLD_OTHER_KIND), U8(UP, 0) } },
	{ "UP 2", CMD(DEV_SET), REFUSED(ERANGE, "integer out of range"),
	  AT_FAULT(UP), .attrs = { UM0, U8(UP, 2) } },
	{ "UP of 4 bytes", CMD(DEV_SET), WRONG_LENGTH, AT_FAULT(UP),
	  .attrs = { UM0, U32(UP, 1) } },
	{ "MTU 1279, and down", CMD(DEV_SET), BAD_MTU, AT_FAULT(MTU),
	  .attrs = { UM0, U8(UP, 0), U32(MTU, 1279) } },
	{ "FORCE", CMD(DEV_SET), NOT_TAKEN, AT_FAULT(FORCE),
	  .attrs = { UM0, U8(UP, 0), FLAG(FORCE) } },
	{ "no name", CMD(DEV_DEL), NO_NAME, MISSING(IFNAME),
	  .attrs = { FLAG(FORCE) } },
	{ "a device that is not there", CMD(DEV_DEL), NO_DEV, AT_FAULT(IFNAME),
	  .attrs = { UM9, FLAG(FORCE) } },
	{ "an interface of another kind", CMD(DEV_DEL), REFUSED(ENODEV, ""),
	  AT_FAULT(IFNAME),
	  .attrs = { STRING(IFNAME, WORLD_OTHER_KIND), FLAG(FORCE) } },
	{ "a device that entries use", CMD(DEV_DEL),
	  REFUSED(EBUSY, "VNI entries still deliver to this mirror device"),
	  AT_FAULT(IFNAME), .attrs = { UM0 } },
	{ "FORCE with a content", CMD(DEV_DEL), BAD_LENGTH,
	  AT_FAULT(FORCE), .attrs = { UM0, U32(FORCE, 1) } },
	{ "an MTU", CMD(DEV_DEL), NOT_TAKEN, AT_FAULT(MTU),
	  .attrs = { STRING(IFNAME, "um2"), U32(MTU, 1500) } },
	{ "no name", CMD(DEV_GET), NO_NAME, MISSING(IFNAME), .attrs = { END } },
	{ "a device that is not there", CMD(DEV_GET), NO_DEV, AT_FAULT(IFNAME),
	  .attrs = { UM9 } },
	{ "an interface of another kind", CMD(DEV_GET), REFUSED(ENODEV, ""),
	  AT_FAULT(IFNAME), .attrs = { STRING(IFNAME, WORLD_OTHER_KIND) } },
	{ "a dump by name", DUMP(DEV_GET), NOT_TAKEN, AT_FAULT(IFNAME),
	  .attrs = { UM0 } },

	/* attributes that nobody knows, or that come from the kernel only */
	{ "attribute 0", CMD(DEV_NEW), UNKNOWN, AT_FAULT(UNSPEC),
	  .attrs = { UM9, U32(UNSPEC, 1) } },
	{ "an attribute after the last", CMD(DEV_NEW), UNKNOWN,
	  .bad = VXM_ATTR_MAX + 1 + 1,
	  .attrs = { UM9, { ATTR_U32, VXM_ATTR_MAX + 1, 1, NULL, 0 } } },
	{ "attribute 16383", CMD(NET_GET), UNKNOWN, .bad = 0x3fff + 1,
	  .attrs = { { ATTR_U32, 0x3fff, 1, NULL, 0 } } },
	{ "an interface index", CMD(DEV_GET), UNSUPPORTED, AT_FAULT(IFINDEX),
	  .attrs = { U32(IFINDEX, 1) } },
	{ "a counter", CMD(DEV_NEW), UNSUPPORTED, AT_FAULT(DELIVERED_PACKETS),
	  .attrs = { UM9, U64(DELIVERED_PACKETS, 1) } },
	{ "a pad", CMD(DEV_NEW), UNSUPPORTED, AT_FAULT(PAD),
	  .attrs = { UM9, FLAG(PAD) } },
	{ "a cause", CMD(UNKNOWN_DEL), UNSUPPORTED, AT_FAULT(CAUSE),
	  .attrs = { FLAG(CAUSE) } },
	{ "an MTU that says it is a nest", CMD(DEV_NEW),
	  REFUSED(EINVAL, "NLA_F_NESTED not expected"), AT_FAULT(MTU),
	  .attrs = { UM9, { ATTR_U32, VXM_ATTR_MTU | 0x8000, 1500, NULL, 0 } } },
	{ "an attribute longer than the message", CMD(DEV_NEW),
	  REFUSED(EINVAL, "bytes leftover after parsing attributes"),
	  .attrs = { UM9, RAW("\xff\xff\x04\0\0\0\0\0", 8) } },
	{ "an attribute shorter than its header", CMD(DEV_NEW),
	  REFUSED(EINVAL, "bytes leftover after parsing attributes"),
	  .attrs = { UM9, RAW("\x03\0\x04\0", 4) } },

	/* sessions */
	{ "no source", CMD(SESSION_DEL), NO_SOURCE, MISSING(SOURCE_IPV4),
	  .attrs = { U32(VNI, 10) } },
	{ "no VNI", CMD(SESSION_DEL), NO_VNI, MISSING(VNI),
	  .attrs = { SOURCE } },
	{ "both families", CMD(SESSION_DEL),
	  REFUSED(EINVAL, "a session has one source address"),
	  AT_FAULT(SOURCE_IPV6), .attrs = { U32(VNI, 10), SOURCE, SOURCE6 } },
	{ "another source", CMD(SESSION_DEL), NO_SESSION,
	  AT_FAULT(SOURCE_IPV4),
	  .attrs = { U32(VNI, 10), DATA(SOURCE_IPV4, "\xc0\0\2\2", 4) } },
	{ "the source backwards", CMD(SESSION_DEL), NO_SESSION,
	  AT_FAULT(SOURCE_IPV4),
	  .attrs = { U32(VNI, 10), DATA(SOURCE_IPV4, "\1\2\0\xc0", 4) } },
	{ "the source as an IPv4-mapped one", CMD(SESSION_DEL), NO_SESSION,
	  AT_FAULT(SOURCE_IPV6),
	  .attrs = { U32(VNI, 10),
		     DATA(SOURCE_IPV6, "\0\0\0\0\0\0\0\0\0\0\xff\xff"
			  SOURCE_BYTES, 16) } },
	{ "another VNI", CMD(SESSION_DEL), NO_SESSION, AT_FAULT(SOURCE_IPV4),
	  .attrs = { U32(VNI, 11), SOURCE } },
	{ "another port", CMD(SESSION_DEL), NO_SESSION, AT_FAULT(SOURCE_IPV4),
	  .attrs = { U16(PORT, 5000), U32(VNI, 10), SOURCE } },
	{ "VNI 16777216", CMD(SESSION_DEL),
	  REFUSED(ERANGE, "a VNI is 0 to 16777215"), AT_FAULT(VNI),
	  .attrs = { U32(VNI, 16777216), SOURCE } },
	{ "a range", CMD(SESSION_DEL), NOT_TAKEN, AT_FAULT(VNI_LAST),
	  .attrs = { U32(VNI, 10), U32(VNI_LAST, 11), SOURCE } },
	{ "any", CMD(SESSION_DEL), NOT_TAKEN, AT_FAULT(VNI_ANY),
	  .attrs = { FLAG(VNI_ANY), SOURCE } },
	{ "an IPv4 address of 16 bytes", CMD(SESSION_GET), WRONG_LENGTH,
	  AT_FAULT(SOURCE_IPV4),
	  .attrs = { U32(VNI, 10), DATA(SOURCE_IPV4, "0123456789abcdef", 16) } },
	{ "an IPv6 address of 4 bytes", CMD(SESSION_GET), BAD_LENGTH,
	  AT_FAULT(SOURCE_IPV6),
	  .attrs = { U32(VNI, 10), DATA(SOURCE_IPV6, "0123", 4) } },
	{ "an IPv6 address of 17 bytes", CMD(SESSION_GET), BAD_LENGTH,
	  AT_FAULT(SOURCE_IPV6),
	  .attrs = { U32(VNI, 10),
		     DATA(SOURCE_IPV6, "0123456789abcdef0", 17) } },
	{ "no key", CMD(SESSION_GET), NO_VNI, MISSING(VNI), .attrs = { END } },
	{ "a session that is not there", CMD(SESSION_GET), NO_SESSION,
	  AT_FAULT(SOURCE_IPV6), .attrs = { U32(VNI, 10), SOURCE6 } },
	{ "a dump by source", DUMP(SESSION_GET), NOT_TAKEN,
	  AT_FAULT(SOURCE_IPV4), .attrs = { SOURCE } },
	{ "a dump of VNI 16777216", DUMP(SESSION_GET),
	  REFUSED(ERANGE, "a VNI is 0 to 16777215"), AT_FAULT(VNI),
	  .attrs = { U32(VNI, 16777216) } },

	/* unknown VNIs, causes */
	{ "a VNI", CMD(UNKNOWN_DEL), NOT_TAKEN, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 99) } },
	{ "a dump by VNI", DUMP(UNKNOWN_GET), NOT_TAKEN, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 99) } },
	{ "a dump by port", DUMP(CAUSE_GET), NOT_TAKEN, AT_FAULT(PORT),
	  .attrs = { U16(PORT, 4789) } },

	/* limits */
	{ "nothing to change", CMD(NET_SET), NOTHING, .attrs = { END } },
	{ "65537 VNI entries", CMD(NET_SET),
	  REFUSED(ERANGE, "the limit on VNI entries is 0 to 65536"),
	  AT_FAULT(MAX_VNIS), .attrs = { U32(MAX_VNIS, 65537) } },
	{ "65 ports", CMD(NET_SET),
	  REFUSED(ERANGE, "the limit on ports is 0 to 64"),
	  AT_FAULT(MAX_PORTS), .attrs = { U32(MAX_PORTS, 65) } },
	{ "65537 sessions", CMD(NET_SET),
	  REFUSED(ERANGE, "the limit on sessions is 0 to 65536"),
	  AT_FAULT(MAX_SESSIONS), .attrs = { U32(MAX_SESSIONS, 65537) } },
	{ "no idle time", CMD(NET_SET),
	  REFUSED(ERANGE, "the idle time is 1 to 31536000 seconds"),
	  AT_FAULT(SESSION_IDLE), .attrs = { U32(SESSION_IDLE, 0) } },
	{ "an idle time over a year", CMD(NET_SET),
	  REFUSED(ERANGE, "the idle time is 1 to 31536000 seconds"),
	  AT_FAULT(SESSION_IDLE), .attrs = { U32(SESSION_IDLE, 31536001) } },
	{ "a good limit and a bad one", CMD(NET_SET),
	  REFUSED(ERANGE, "the limit on ports is 0 to 64"),
	  AT_FAULT(MAX_PORTS),
	  .attrs = { U32(MAX_VNIS, 5), U32(MAX_PORTS, 65) } },
	{ "a limit of 2 bytes", CMD(NET_SET), WRONG_LENGTH, AT_FAULT(MAX_VNIS),
	  .attrs = { U16(MAX_VNIS, 5) } },
	{ "memory of 8 bytes", CMD(NET_SET), WRONG_LENGTH,
	  AT_FAULT(SESSION_MEMORY), .attrs = { U64(SESSION_MEMORY, 1 << 20) } },
	{ "what is in use", CMD(NET_SET), UNSUPPORTED, AT_FAULT(VNIS),
	  .attrs = { U32(VNIS, 5) } },
	{ "a name", CMD(NET_GET), NOT_TAKEN, AT_FAULT(IFNAME),
	  .attrs = { UM0 } },

	/* what the core refuses, and says nothing about */
	{ "command 0", CMD(UNSPEC), SILENT_EOPNOTSUPP, .attrs = { END } },
	{ "a notification as a request", CMD(DEV_NEW_NTF), SILENT_EOPNOTSUPP,
	  .attrs = { UM0 } },
	{ "a command after the last", .cmd = VXM_CMD_MAX + 1, SILENT_EOPNOTSUPP,
	  .attrs = { END } },
	{ "command 255", .cmd = 255, SILENT_EOPNOTSUPP, .attrs = { END } },
	{ "a dump that there is not", DUMP(NET_GET), SILENT_EOPNOTSUPP,
	  .attrs = { END } },
	{ "a dump that there is not", DUMP(DEV_NEW), SILENT_EOPNOTSUPP,
	  .attrs = { UM9 } },
	{ "one cause", CMD(CAUSE_GET), SILENT_EOPNOTSUPP, .attrs = { END } },
	{ "one unknown VNI", CMD(UNKNOWN_GET), SILENT_EOPNOTSUPP,
	  .attrs = { END } },
};

const size_t n_bad_objects = ARRAY_SIZE(bad_objects);
