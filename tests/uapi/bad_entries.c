// SPDX-License-Identifier: GPL-2.0
/*
 * Requests about VNI entries that must be refused. There are, on port 4789:
 * 10, 100-199 and 300-399 on um0, any on um1; on port 5000: any on um1. The
 * kernel's vxlan has port 4790, other sockets have 4791 (IPv4) and 4792 (IPv6).
 */
#include <errno.h>
#include <linux/netlink.h>

#include "bad.h"
#include "tap.h"
#include "world.h"

#define NO_ENTRY REFUSED(ENOENT, "there is no such VNI entry")
#define EXISTS REFUSED(EEXIST, "this VNI entry exists already")
#define OVERLAPS REFUSED(EEXIST, "the range overlaps one that exists")
#define NOT_TAKEN REFUSED(EINVAL, "the command does not take this attribute")
#define BAD_NAME REFUSED(EINVAL, "an interface name has 1 to 15 characters")
#define NO_KEY REFUSED(EINVAL, "a VNI, a range of them or 'any' is needed")
#define NO_NAME REFUSED(EINVAL, "the name of a mirror device is needed")
#define OTHER_KIND "an interface of that name exists and is not a mirror device"
#define ANY_ALONE REFUSED(EINVAL, "'any' stands alone, without a VNI")
#define BACKWARDS REFUSED(EINVAL, "the last VNI of a range is above its first")
#define OUT_OF_RANGE REFUSED(ERANGE, "a VNI is 0 to 16777215")
#define IN_USE REFUSED(EADDRINUSE, "the UDP port is in use")
#define WRONG_LENGTH REFUSED(EINVAL, "invalid attribute length")
#define UM0 STRING(IFNAME, "um0")

const struct bad bad_entries[] = {
	/* the key */
	{ "neither VNI nor any", CMD(VNI_NEW), NO_KEY, MISSING(VNI),
	  .attrs = { UM0 } },
	{ "a range without its first VNI", CMD(VNI_NEW), NO_KEY, MISSING(VNI),
	  .attrs = { U32(VNI_LAST, 9), UM0 } },
	{ "VNI 16777216", CMD(VNI_NEW), OUT_OF_RANGE, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 16777216), UM0 } },
	{ "VNI 4294967295", CMD(VNI_NEW), OUT_OF_RANGE, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 0xffffffff), UM0 } },
	{ "a range up to 16777216", CMD(VNI_NEW), OUT_OF_RANGE,
	  AT_FAULT(VNI_LAST),
	  .attrs = { U32(VNI, 500), U32(VNI_LAST, 16777216), UM0 } },
	{ "a range backwards", CMD(VNI_NEW), BACKWARDS, AT_FAULT(VNI_LAST),
	  .attrs = { U32(VNI, 5), U32(VNI_LAST, 3), UM0 } },
	{ "a range of one", CMD(VNI_NEW), BACKWARDS, AT_FAULT(VNI_LAST),
	  .attrs = { U32(VNI, 5), U32(VNI_LAST, 5), UM0 } },
	{ "any with a VNI", CMD(VNI_NEW), ANY_ALONE, AT_FAULT(VNI_ANY),
	  .attrs = { FLAG(VNI_ANY), U32(VNI, 5), U16(PORT, 6000), UM0 } },
	{ "any with the last VNI of a range", CMD(VNI_NEW), ANY_ALONE,
	  AT_FAULT(VNI_ANY),
	  .attrs = { U32(VNI_LAST, 5), FLAG(VNI_ANY), U16(PORT, 6000), UM0 } },
	{ "any with a content", CMD(VNI_NEW),
	  REFUSED(ERANGE, ""), AT_FAULT(VNI_ANY),
	  .attrs = { DATA(VNI_ANY, "\1\0\0\0", 4), U16(PORT, 6000), UM0 } },
	{ "a VNI of 2 bytes", CMD(VNI_NEW), WRONG_LENGTH, AT_FAULT(VNI),
	  .attrs = { U16(VNI, 5), UM0 } },
	{ "a VNI of 8 bytes", CMD(VNI_NEW), WRONG_LENGTH, AT_FAULT(VNI),
	  .attrs = { U64(VNI, 5), UM0 } },
	{ "an empty last VNI", CMD(VNI_NEW), WRONG_LENGTH, AT_FAULT(VNI_LAST),
	  .attrs = { U32(VNI, 5), FLAG(VNI_LAST), UM0 } },
	{ "port 0", CMD(VNI_NEW), REFUSED(ERANGE, "integer out of range"),
	  AT_FAULT(PORT),
	  .attrs = { U32(VNI, 5), U16(PORT, 0), UM0 } },
	{ "a port of 4 bytes", CMD(VNI_NEW), WRONG_LENGTH, AT_FAULT(PORT),
	  .attrs = { U32(VNI, 5), U32(PORT, 65536), UM0 } },

	/* what is there already */
	{ "a number that exists", CMD(VNI_NEW), EXISTS, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 10), UM0 } },
	{ "a number that exists, its port spelled out", CMD(VNI_NEW), EXISTS,
	  AT_FAULT(VNI),
	  .attrs = { U16(PORT, 4789), U32(VNI, 10), UM0 } },
	{ "a number that exists, to another device", CMD(VNI_NEW), EXISTS,
	  AT_FAULT(VNI),
	  .attrs = { U32(VNI, 10), STRING(IFNAME, "um1") } },
	{ "any that exists", CMD(VNI_NEW), EXISTS, AT_FAULT(VNI_ANY),
	  .attrs = { FLAG(VNI_ANY), UM0 } },
	{ "a range that exists", CMD(VNI_NEW), EXISTS, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 100), U32(VNI_LAST, 199), UM0 } },
	{ "a range into the front of another", CMD(VNI_NEW), OVERLAPS,
	  AT_FAULT(VNI),
	  .attrs = { U32(VNI, 50), U32(VNI_LAST, 100), UM0 } },
	{ "a range into the end of another", CMD(VNI_NEW), OVERLAPS,
	  AT_FAULT(VNI),
	  .attrs = { U32(VNI, 199), U32(VNI_LAST, 250), UM0 } },
	{ "a range inside another", CMD(VNI_NEW), OVERLAPS, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 110), U32(VNI_LAST, 120), UM0 } },
	{ "a range around another", CMD(VNI_NEW), OVERLAPS, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 99), U32(VNI_LAST, 200), UM0 } },
	{ "a range with another's first", CMD(VNI_NEW), OVERLAPS, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 100), U32(VNI_LAST, 198), UM0 } },
	{ "a range with another's last", CMD(VNI_NEW), OVERLAPS, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 101), U32(VNI_LAST, 199), UM0 } },
	{ "a range over two others", CMD(VNI_NEW), OVERLAPS, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 150), U32(VNI_LAST, 350), UM0 } },
	{ "a range of all", CMD(VNI_NEW), OVERLAPS, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 0), U32(VNI_LAST, 16777215), UM0 } },
	{ "the port of the kernel's vxlan", CMD(VNI_NEW), IN_USE,
	  AT_FAULT(PORT),
	  .attrs = { U16(PORT, 4790), U32(VNI, 5), UM0 } },
	{ "the same, and a new device", CMD(VNI_NEW), IN_USE, AT_FAULT(PORT),
	  .attrs = { U16(PORT, 4790), U32(VNI, 5), STRING(IFNAME, "um9") } },
	{ "a port that is taken on IPv4 only", CMD(VNI_NEW), IN_USE,
	  AT_FAULT(PORT),
	  .attrs = { U16(PORT, 4791), U32(VNI, 5), STRING(IFNAME, "um9") } },
	{ "a port that is taken on IPv6 only", CMD(VNI_NEW), IN_USE,
	  AT_FAULT(PORT),
	  .attrs = { U16(PORT, 4792), U32(VNI, 5), STRING(IFNAME, "um9") } },

	/* the device */
	{ "no device", CMD(VNI_NEW), NO_NAME, MISSING(IFNAME),
	  .attrs = { U32(VNI, 5) } },
	{ "an interface of another kind", CMD(VNI_NEW),
	  REFUSED(EEXIST, OTHER_KIND), AT_FAULT(IFNAME),
	  .attrs = { U32(VNI, 5), STRING(IFNAME, WORLD_OTHER_KIND) } },
	{ "the loopback interface", CMD(VNI_NEW), REFUSED(EEXIST, OTHER_KIND),
	  AT_FAULT(IFNAME), .attrs = { U32(VNI, 5), STRING(IFNAME, "lo") } },
	{ "an empty name", CMD(VNI_NEW), BAD_NAME, AT_FAULT(IFNAME),
	  .attrs = { U32(VNI, 5), STRING(IFNAME, "") } },
	{ "a name of 16 characters", CMD(VNI_NEW), REFUSED(EINVAL, ""),
	  AT_FAULT(IFNAME),
	  .attrs = { U32(VNI, 5), STRING(IFNAME, "sixteen-letters!") } },
	{ "a name without its end", CMD(VNI_NEW), REFUSED(EINVAL, ""),
	  AT_FAULT(IFNAME),
	  .attrs = { U32(VNI, 5), DATA(IFNAME, "um9", 3) } },
	{ "a name with '/'", CMD(VNI_NEW), BAD_NAME, AT_FAULT(IFNAME),
	  .attrs = { U32(VNI, 5), STRING(IFNAME, "um/9") } },
	{ "a name with '%'", CMD(VNI_NEW), BAD_NAME, AT_FAULT(IFNAME),
	  .attrs = { U32(VNI, 5), STRING(IFNAME, "um%d") } },
	{ "a name with ':'", CMD(VNI_NEW), BAD_NAME, AT_FAULT(IFNAME),
	  .attrs = { U32(VNI, 5), STRING(IFNAME, "um:9") } },
	{ "a name with a space", CMD(VNI_NEW), BAD_NAME, AT_FAULT(IFNAME),
	  .attrs = { U32(VNI, 5), STRING(IFNAME, "um 9") } },
	{ "the name '..'", CMD(VNI_NEW), BAD_NAME, AT_FAULT(IFNAME),
	  .attrs = { U32(VNI, 5), STRING(IFNAME, "..") } },

	/* attributes that have no business there */
	{ "an MTU", CMD(VNI_NEW), NOT_TAKEN, AT_FAULT(MTU),
	  .attrs = { U32(VNI, 5), UM0, U32(MTU, 1500) } },
	{ "FORCE", CMD(VNI_NEW), NOT_TAKEN, AT_FAULT(FORCE),
	  .attrs = { U32(VNI, 5), UM0, FLAG(FORCE) } },
	{ "a source address", CMD(VNI_NEW), NOT_TAKEN, AT_FAULT(SOURCE_IPV4),
	  .attrs = { U32(VNI, 5), UM0, U32(SOURCE_IPV4, 1) } },
	{ "a device", CMD(VNI_DEL), NOT_TAKEN, AT_FAULT(IFNAME),
	  .attrs = { U32(VNI, 10), UM0 } },
	{ "a device", CMD(VNI_GET), NOT_TAKEN, AT_FAULT(IFNAME),
	  .attrs = { U32(VNI, 10), UM0 } },

	/* changing */
	{ "a number that is not there", CMD(VNI_SET), NO_ENTRY, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 11), UM0 } },
	{ "a number inside a range", CMD(VNI_SET), NO_ENTRY, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 150), STRING(IFNAME, "um1") } },
	{ "a part of a range", CMD(VNI_SET), NO_ENTRY, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 100), U32(VNI_LAST, 150),
		     STRING(IFNAME, "um1") } },
	{ "no key", CMD(VNI_SET), NO_KEY, MISSING(VNI), .attrs = { UM0 } },
	{ "nothing to change", CMD(VNI_SET),
	  REFUSED(EINVAL, "nothing to change is named"),
	  .attrs = { U32(VNI, 10) } },
	{ "a device that is not there", CMD(VNI_SET),
	  REFUSED(ENODEV, "there is no mirror device of that name"), AT_FAULT(IFNAME),
	  .attrs = { U32(VNI, 10), STRING(IFNAME, "um9") } },
	{ "an interface of another kind", CMD(VNI_SET),
	  REFUSED(ENODEV, ""), AT_FAULT(IFNAME),
	  .attrs = { U32(VNI, 10), STRING(IFNAME, WORLD_OTHER_KIND) } },

	/* removing and asking */
	{ "a number that is not there", CMD(VNI_DEL), NO_ENTRY, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 11) } },
	{ "a number that is on another port", CMD(VNI_DEL), NO_ENTRY,
	  AT_FAULT(VNI), .attrs = { U16(PORT, 5000), U32(VNI, 10) } },
	{ "a number on a port that nobody has", CMD(VNI_DEL), NO_ENTRY,
	  AT_FAULT(VNI), .attrs = { U16(PORT, 6000), U32(VNI, 10) } },
	{ "a number inside a range", CMD(VNI_DEL), NO_ENTRY, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 150) } },
	{ "the first number of a range", CMD(VNI_DEL), NO_ENTRY, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 100) } },
	{ "the last number of a range", CMD(VNI_DEL), NO_ENTRY, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 199) } },
	{ "a part of a range", CMD(VNI_DEL), NO_ENTRY, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 101), U32(VNI_LAST, 199) } },
	{ "more than a range", CMD(VNI_DEL), NO_ENTRY, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 99), U32(VNI_LAST, 199) } },
	{ "a range where there is a number", CMD(VNI_DEL), NO_ENTRY,
	  AT_FAULT(VNI), .attrs = { U32(VNI, 10), U32(VNI_LAST, 11) } },
	{ "any on a port without it", CMD(VNI_DEL), NO_ENTRY,
	  AT_FAULT(VNI_ANY), .attrs = { U16(PORT, 6000), FLAG(VNI_ANY) } },
	{ "no key", CMD(VNI_DEL), NO_KEY, MISSING(VNI), .attrs = { END } },
	{ "VNI 16777216", CMD(VNI_DEL), OUT_OF_RANGE, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 16777216) } },
	{ "no key", CMD(VNI_GET), NO_KEY, MISSING(VNI),
	  .attrs = { U16(PORT, 4789) } },
	{ "a number that is not there", CMD(VNI_GET), NO_ENTRY, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 11) } },
	{ "a number that any covers", CMD(VNI_GET), NO_ENTRY, AT_FAULT(VNI),
	  .attrs = { U16(PORT, 5000), U32(VNI, 11) } },
	{ "a dump by VNI", DUMP(VNI_GET), NOT_TAKEN, AT_FAULT(VNI),
	  .attrs = { U32(VNI, 10) } },
	{ "a dump of port 0", DUMP(VNI_GET),
	  REFUSED(ERANGE, "integer out of range"), AT_FAULT(PORT),
	  .attrs = { U16(PORT, 0) } },
	{ "a dump by a device that is not there", DUMP(VNI_GET),
	  REFUSED(ENODEV, "there is no such"), AT_FAULT(IFNAME),
	  .attrs = { STRING(IFNAME, "um9") } },
};

const size_t n_bad_entries = ARRAY_SIZE(bad_entries);
