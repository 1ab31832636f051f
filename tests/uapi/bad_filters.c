// SPDX-License-Identifier: GPL-2.0
/*
 * Requests about filters, rules, sessions by hand and settings of VNI entries
 * that must be refused. There are, beside what the other tables speak of,
 * filters "free", used by none, "entry", used by VNIs 100-199, and "session",
 * with rule 7 of ingress, used by a session by hand: VNI 10 of 192.0.2.9.
 */
#include <errno.h>
#include <linux/netlink.h>

#include "bad.h"
#include "tap.h"
#include "world.h"

#define NOT_TAKEN REFUSED(EINVAL, "the command does not take this attribute")
#define WRONG_LENGTH REFUSED(EINVAL, "invalid attribute length")
#define OUT_OF_RANGE REFUSED(ERANGE, "integer out of range")
#define BAD_LENGTH REFUSED(ERANGE, "")
#define SILENT_EOPNOTSUPP REFUSED(EOPNOTSUPP, NULL)
#define BAD_NAME REFUSED(EINVAL, "a filter's name has letters, digits")
#define NO_NAME REFUSED(EINVAL, "the name of a filter is needed")
#define NO_FILTER REFUSED(ENOENT, "there is no such filter")
#define IN_USE REFUSED(EBUSY, "VNI entries or sessions use this filter")
#define INCOMPLETE \
	REFUSED(EINVAL, "a rule needs a number, a direction and an action")
#define NO_PORTS REFUSED(EINVAL, "ports go with protocol TCP (6) or UDP (17)")
#define BITS_BEHIND REFUSED(EINVAL, "there are bits set behind the prefix")
#define DNS_ONLY REFUSED(EINVAL, "asks for nothing else")
#define NOTHING REFUSED(EINVAL, "nothing to change is named")
#define NO_SOURCE REFUSED(EINVAL, "an outer source address is needed")
#define BAD_SNAPLEN REFUSED(ERANGE, "a snap length is")
#define TOO_FEW_VLANS REFUSED(EINVAL, "there must be as many VLANs as VNIs")
#define FREE STRING(FILTER, "free")
#define NEW STRING(FILTER, "new")
#define BASE U16(RULE_NUMBER, 1), U8(DIRECTION, 0), U8(ACTION, 0)
#define RULE_WITH(...) NEST(RULE, BASE, __VA_ARGS__)
#define NET4(end, address, bits) \
	DATA(end##_IPV4, address, 4), U8(end##_LEN, bits)
#define NET6(end, address, bits) \
	DATA(end##_IPV6, address, 16), U8(end##_LEN, bits)
#define TEN "\x0a\0\0\0"
#define TEN_ONE "\x0a\0\0\1"
#define DOC6 "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\0"
#define DOC6_ONE "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
#define SIXTEEN "0123456789abcdef"
#define SIXTY_FOUR SIXTEEN SIXTEEN SIXTEEN SIXTEEN
#define HAND U32(VNI, 10), DATA(SOURCE_IPV4, "\xc0\0\2\x09", 4)
#define LEARNED U32(VNI, 10), DATA(SOURCE_IPV4, "\xc0\0\2\1", 4)
#define NOBODY U32(VNI, 10), DATA(SOURCE_IPV4, "\xc0\0\2\x0a", 4)
#define RANGE U32(VNI, 100), U32(VNI_LAST, 199)

const struct bad bad_filters[] = {
	/* names */
	{ "no name", CMD(FILTER_NEW), NO_NAME, MISSING(FILTER),
	  .attrs = { END } },
	{ "an empty name", CMD(FILTER_NEW), BAD_NAME, AT_FAULT(FILTER),
	  .attrs = { STRING(FILTER, "") } },
	{ "a name that begins with '.'", CMD(FILTER_NEW), BAD_NAME,
	  AT_FAULT(FILTER), .attrs = { STRING(FILTER, ".web") } },
	{ "a name with a space", CMD(FILTER_NEW), BAD_NAME, AT_FAULT(FILTER),
	  .attrs = { STRING(FILTER, "web 1") } },
	{ "a name with '/'", CMD(FILTER_NEW), BAD_NAME, AT_FAULT(FILTER),
	  .attrs = { STRING(FILTER, "web/1") } },
	{ "a name in UTF-8", CMD(FILTER_NEW), BAD_NAME, AT_FAULT(FILTER),
	  .attrs = { STRING(FILTER, "caf\xc3\xa9") } },
	{ "a name of 32 characters", CMD(FILTER_NEW), REFUSED(EINVAL, ""),
	  AT_FAULT(FILTER),
	  .attrs = { STRING(FILTER, "thirty-two-characters-are-too-lo") } },
	{ "a name without its end", CMD(FILTER_NEW), REFUSED(EINVAL, ""),
	  AT_FAULT(FILTER), .attrs = { DATA(FILTER, "new", 3) } },
	{ "a name that is taken", CMD(FILTER_NEW),
	  REFUSED(EEXIST, "this filter exists already"), AT_FAULT(FILTER),
	  .attrs = { FREE } },
	{ "a generation", CMD(FILTER_NEW), NOT_TAKEN, AT_FAULT(GENERATION),
	  .attrs = { NEW, U32(GENERATION, 1) } },
	{ "a rule's number outside of a rule", CMD(FILTER_NEW), NOT_TAKEN,
	  AT_FAULT(RULE_NUMBER), .attrs = { NEW, U16(RULE_NUMBER, 1) } },

	/* changing, removing, asking */
	{ "no name", CMD(FILTER_SET), NO_NAME, MISSING(FILTER),
	  .attrs = { NEST(RULE, BASE) } },
	{ "a filter that is not there", CMD(FILTER_SET), NO_FILTER,
	  AT_FAULT(FILTER), .attrs = { NEW } },
	{ "an empty name", CMD(FILTER_SET), NO_FILTER, AT_FAULT(FILTER),
	  .attrs = { STRING(FILTER, "") } },
	{ "another generation", CMD(FILTER_SET),
	  REFUSED(EAGAIN, "the filter has been changed meanwhile"),
	  AT_FAULT(GENERATION), .attrs = { FREE, U32(GENERATION, 0) } },
	{ "a filter that is not there", CMD(FILTER_DEL), NO_FILTER,
	  AT_FAULT(FILTER), .attrs = { NEW } },
	{ "a filter that a VNI entry uses", CMD(FILTER_DEL), IN_USE,
	  AT_FAULT(FILTER), .attrs = { STRING(FILTER, "entry") } },
	{ "a filter that a session uses", CMD(FILTER_DEL), IN_USE,
	  AT_FAULT(FILTER), .attrs = { STRING(FILTER, "session") } },
	{ "a rule", CMD(FILTER_DEL), NOT_TAKEN, AT_FAULT(RULE),
	  .attrs = { FREE, NEST(RULE, BASE) } },
	{ "no name", CMD(FILTER_GET), NO_NAME, MISSING(FILTER),
	  .attrs = { END } },
	{ "a filter that is not there", CMD(FILTER_GET), NO_FILTER,
	  AT_FAULT(FILTER), .attrs = { NEW } },
	{ "a dump by name", DUMP(FILTER_GET), NOT_TAKEN, AT_FAULT(FILTER),
	  .attrs = { FREE } },
	{ "no name", DUMP(RULE_GET), NO_NAME, MISSING(FILTER),
	  .attrs = { END } },
	{ "a filter that is not there", DUMP(RULE_GET), NO_FILTER,
	  AT_FAULT(FILTER), .attrs = { NEW } },
	{ "one rule", CMD(RULE_GET), SILENT_EOPNOTSUPP, .attrs = { FREE } },

	/* rules */
	{ "an empty rule", CMD(FILTER_NEW), INCOMPLETE, AT_FAULT(RULE),
	  .attrs = { NEW, NEST(RULE, END) } },
	{ "a rule without a number", CMD(FILTER_SET), INCOMPLETE,
	  AT_FAULT(RULE),
	  .attrs = { FREE, NEST(RULE, U8(DIRECTION, 0), U8(ACTION, 0)) } },
	{ "a rule without a direction", CMD(FILTER_NEW), INCOMPLETE,
	  AT_FAULT(RULE),
	  .attrs = { NEW, NEST(RULE, U16(RULE_NUMBER, 1), U8(ACTION, 0)) } },
	{ "a rule without an action", CMD(FILTER_NEW), INCOMPLETE,
	  AT_FAULT(RULE),
	  .attrs = { NEW, NEST(RULE, U16(RULE_NUMBER, 1), U8(DIRECTION, 1)) } },
	{ "a rule that is no nest", CMD(FILTER_NEW), REFUSED(EINVAL, ""),
	  AT_FAULT(RULE), .attrs = { NEW, U32(RULE, 1) } },
	{ "rule 0", CMD(FILTER_NEW), OUT_OF_RANGE, AT_FAULT(RULE_NUMBER),
	  .attrs = { NEW, NEST(RULE, U16(RULE_NUMBER, 0), U8(DIRECTION, 0),
			       U8(ACTION, 0)) } },
	{ "rule 32767", CMD(FILTER_NEW), OUT_OF_RANGE, AT_FAULT(RULE_NUMBER),
	  .attrs = { NEW, NEST(RULE, U16(RULE_NUMBER, 32767), U8(DIRECTION, 0),
			       U8(ACTION, 0)) } },
	{ "direction 2", CMD(FILTER_NEW), OUT_OF_RANGE, AT_FAULT(DIRECTION),
	  .attrs = { NEW, NEST(RULE, U16(RULE_NUMBER, 1), U8(DIRECTION, 2),
			       U8(ACTION, 0)) } },
	{ "action 2", CMD(FILTER_NEW), OUT_OF_RANGE, AT_FAULT(ACTION),
	  .attrs = { NEW, NEST(RULE, U16(RULE_NUMBER, 1), U8(DIRECTION, 0),
			       U8(ACTION, 2)) } },
	{ "two rules of one number", CMD(FILTER_SET),
	  REFUSED(EEXIST, "another rule of this direction has this number"),
	  AT_FAULT(RULE),
	  .attrs = { FREE, NEST(RULE, BASE), NEST(RULE, BASE) } },
	{ "a rule with a filter", CMD(FILTER_NEW), NOT_TAKEN, AT_FAULT(FILTER),
	  .attrs = { NEW, RULE_WITH(STRING(FILTER, "new")) } },
	{ "a rule with a VNI", CMD(FILTER_NEW), NOT_TAKEN, AT_FAULT(VNI),
	  .attrs = { NEW, RULE_WITH(U32(VNI, 1)) } },
	{ "a rule with hits", CMD(FILTER_NEW),
	  REFUSED(EINVAL, "Unsupported attribute"), AT_FAULT(HIT_PACKETS),
	  .attrs = { NEW, RULE_WITH(U64(HIT_PACKETS, 1)) } },
	{ "a protocol of 2 bytes", CMD(FILTER_NEW), WRONG_LENGTH,
	  AT_FAULT(PROTOCOL),
	  .attrs = { NEW, RULE_WITH(U16(PROTOCOL, 256)) } },

	/* networks */
	{ "a network without its length", CMD(FILTER_NEW),
	  REFUSED(EINVAL, "a prefix needs its length"), AT_FAULT(SRC_IPV4),
	  .attrs = { NEW, RULE_WITH(DATA(SRC_IPV4, TEN, 4)) } },
	{ "a network without its address", CMD(FILTER_NEW),
	  REFUSED(EINVAL, "a prefix needs its address"), AT_FAULT(DST_LEN),
	  .attrs = { NEW, RULE_WITH(U8(DST_LEN, 8)) } },
	{ "33 bits of IPv4", CMD(FILTER_NEW),
	  REFUSED(EINVAL, "a prefix has 0 to 32 bits"), AT_FAULT(SRC_LEN),
	  .attrs = { NEW, RULE_WITH(NET4(SRC, TEN, 33)) } },
	{ "129 bits of IPv6", CMD(FILTER_NEW), OUT_OF_RANGE, AT_FAULT(DST_LEN),
	  .attrs = { NEW, RULE_WITH(NET6(DST, DOC6, 129)) } },
	{ "bits behind 31 of IPv4", CMD(FILTER_NEW), BITS_BEHIND,
	  AT_FAULT(SRC_IPV4),
	  .attrs = { NEW, RULE_WITH(NET4(SRC, TEN_ONE, 31)) } },
	{ "bits behind 0 of IPv4", CMD(FILTER_NEW), BITS_BEHIND,
	  AT_FAULT(DST_IPV4),
	  .attrs = { NEW, RULE_WITH(NET4(DST, TEN, 0)) } },
	{ "bits behind 127 of IPv6", CMD(FILTER_NEW), BITS_BEHIND,
	  AT_FAULT(DST_IPV6),
	  .attrs = { NEW, RULE_WITH(NET6(DST, DOC6_ONE, 127)) } },
	{ "a source in both families", CMD(FILTER_NEW),
	  REFUSED(EINVAL, "a prefix has one address"), AT_FAULT(SRC_IPV6),
	  .attrs = { NEW, RULE_WITH(NET4(SRC, TEN, 8),
				    DATA(SRC_IPV6, DOC6, 16)) } },
	{ "ends of two families", CMD(FILTER_NEW),
	  REFUSED(EINVAL, "both prefixes are IPv4, or both IPv6"),
	  AT_FAULT(DST_LEN),
	  .attrs = { NEW, RULE_WITH(NET4(SRC, TEN, 8), NET6(DST, DOC6, 32)) } },
	{ "an IPv6 address of 4 bytes", CMD(FILTER_NEW), BAD_LENGTH,
	  AT_FAULT(SRC_IPV6),
	  .attrs = { NEW, RULE_WITH(DATA(SRC_IPV6, TEN, 4)) } },

	/* ports */
	{ "a port without a protocol", CMD(FILTER_NEW), NO_PORTS,
	  AT_FAULT(DST_PORT), .attrs = { NEW, RULE_WITH(U16(DST_PORT, 80)) } },
	{ "a port of ICMP", CMD(FILTER_NEW), NO_PORTS, AT_FAULT(SRC_PORT),
	  .attrs = { NEW, RULE_WITH(U8(PROTOCOL, 1), U16(SRC_PORT, 80)) } },
	{ "ports without the first", CMD(FILTER_NEW),
	  REFUSED(EINVAL, "a range of ports needs its first"),
	  AT_FAULT(SRC_PORT_LAST),
	  .attrs = { NEW, RULE_WITH(U8(PROTOCOL, 6), U16(SRC_PORT_LAST, 80)) } },
	{ "ports backwards", CMD(FILTER_NEW),
	  REFUSED(EINVAL, "the last port of a range is not below its first"),
	  AT_FAULT(DST_PORT_LAST),
	  .attrs = { NEW, RULE_WITH(U8(PROTOCOL, 6), U16(DST_PORT, 80),
				    U16(DST_PORT_LAST, 79)) } },

	/* the Amazon DNS service */
	{ "a resolver of nothing", CMD(FILTER_NEW),
	  REFUSED(EINVAL, "a resolver goes with a rule for the Amazon DNS"),
	  AT_FAULT(RESOLVER_IPV4),
	  .attrs = { NEW, RULE_WITH(DATA(RESOLVER_IPV4, TEN, 4)) } },
	{ "two resolvers", CMD(FILTER_NEW),
	  REFUSED(EINVAL, "there is one resolver"), AT_FAULT(RESOLVER_IPV6),
	  .attrs = { NEW, RULE_WITH(FLAG(AMAZON_DNS),
				    DATA(RESOLVER_IPV4, TEN, 4),
				    DATA(RESOLVER_IPV6, DOC6, 16)) } },
	{ "Amazon DNS and a protocol", CMD(FILTER_NEW), DNS_ONLY,
	  AT_FAULT(PROTOCOL),
	  .attrs = { NEW, RULE_WITH(FLAG(AMAZON_DNS), U8(PROTOCOL, 17)) } },
	{ "Amazon DNS and a last port", CMD(FILTER_NEW), DNS_ONLY,
	  AT_FAULT(DST_PORT_LAST),
	  .attrs = { NEW, RULE_WITH(FLAG(AMAZON_DNS), U16(DST_PORT_LAST, 1)) } },
	{ "Amazon DNS with a content", CMD(FILTER_NEW), BAD_LENGTH,
	  AT_FAULT(AMAZON_DNS),
	  .attrs = { NEW, RULE_WITH(U8(AMAZON_DNS, 1)) } },

	/* settings of VNI entries */
	{ "a filter that is not there", CMD(VNI_NEW), NO_FILTER,
	  AT_FAULT(FILTER),
	  .attrs = { U32(VNI, 5), STRING(IFNAME, "um9"), NEW } },
	{ "a filter that is not there", CMD(VNI_SET), NO_FILTER,
	  AT_FAULT(FILTER), .attrs = { RANGE, NEW } },
	{ "VLAN 4095", CMD(VNI_SET), OUT_OF_RANGE, AT_FAULT(VLAN),
	  .attrs = { RANGE, U16(VLAN, 4095) } },
	{ "a last VLAN of 4095", CMD(VNI_SET), OUT_OF_RANGE,
	  AT_FAULT(VLAN_LAST),
	  .attrs = { RANGE, U16(VLAN, 3996), U16(VLAN_LAST, 4095) } },
	{ "VLANs without the first", CMD(VNI_SET),
	  REFUSED(EINVAL, "a range of VLANs needs its first"),
	  AT_FAULT(VLAN_LAST), .attrs = { RANGE, U16(VLAN_LAST, 100) } },
	{ "VLANs from 0", CMD(VNI_SET),
	  REFUSED(EINVAL, "a range of VLANs needs its first"),
	  AT_FAULT(VLAN_LAST),
	  .attrs = { RANGE, U16(VLAN, 0), U16(VLAN_LAST, 99) } },
	{ "one VLAN too few", CMD(VNI_SET), TOO_FEW_VLANS, AT_FAULT(VLAN_LAST),
	  .attrs = { RANGE, U16(VLAN, 1), U16(VLAN_LAST, 99) } },
	{ "one VLAN too many", CMD(VNI_SET), TOO_FEW_VLANS, AT_FAULT(VLAN_LAST),
	  .attrs = { RANGE, U16(VLAN, 1), U16(VLAN_LAST, 101) } },
	{ "VLANs of one VNI", CMD(VNI_SET),
	  REFUSED(EINVAL, "a range of VLANs goes with a range of VNIs"),
	  AT_FAULT(VLAN_LAST),
	  .attrs = { U32(VNI, 10), U16(VLAN, 1), U16(VLAN_LAST, 1) } },
	{ "VLANs of any VNI", CMD(VNI_SET),
	  REFUSED(EINVAL, "a range of VLANs goes with a range of VNIs"),
	  AT_FAULT(VLAN_LAST),
	  .attrs = { FLAG(VNI_ANY), U16(VLAN, 1), U16(VLAN_LAST, 2) } },
	{ "snap length 13", CMD(VNI_SET), BAD_SNAPLEN, AT_FAULT(SNAPLEN),
	  .attrs = { U32(VNI, 10), U32(SNAPLEN, 13) } },
	{ "snap length 65536", CMD(VNI_SET), BAD_SNAPLEN, AT_FAULT(SNAPLEN),
	  .attrs = { U32(VNI, 10), U32(SNAPLEN, 65536) } },
	{ "a good setting and a bad one", CMD(VNI_SET), BAD_SNAPLEN,
	  AT_FAULT(SNAPLEN),
	  .attrs = { U32(VNI, 10), U8(REPAIR, 1), U32(SNAPLEN, 1) } },
	{ "repair 2", CMD(VNI_SET), OUT_OF_RANGE, AT_FAULT(REPAIR),
	  .attrs = { U32(VNI, 10), U8(REPAIR, 2) } },
	{ "sources 2", CMD(VNI_NEW), OUT_OF_RANGE, AT_FAULT(SOURCES),
	  .attrs = { U32(VNI, 5), STRING(IFNAME, "um9"), U8(SOURCES, 2) } },
	{ "an action", CMD(VNI_SET), NOT_TAKEN, AT_FAULT(ACTION),
	  .attrs = { U32(VNI, 10), U8(REPAIR, 1), U8(ACTION, 1) } },

	/* sessions by hand */
	{ "no source", CMD(SESSION_NEW), NO_SOURCE, MISSING(SOURCE_IPV4),
	  .attrs = { U32(VNI, 10) } },
	{ "no VNI", CMD(SESSION_NEW), REFUSED(EINVAL, "a VNI is needed"),
	  MISSING(VNI), .attrs = { DATA(SOURCE_IPV4, "\xc0\0\2\1", 4) } },
	{ "one made by hand already", CMD(SESSION_NEW),
	  REFUSED(EEXIST, "this session has been made by hand already"),
	  .attrs = { HAND } },
	{ "a VNI that nothing covers", CMD(SESSION_NEW),
	  REFUSED(ENOENT, "no VNI entry of this port covers it"), AT_FAULT(VNI),
	  .attrs = { U16(PORT, 5001), U32(VNI, 2),
		     DATA(SOURCE_IPV4, "\xc0\0\2\1", 4) } },
	{ "a port that nobody has", CMD(SESSION_NEW),
	  REFUSED(ENOENT, "no VNI entry of this port covers it"), AT_FAULT(VNI),
	  .attrs = { U16(PORT, 6000), NOBODY } },
	{ "a filter that is not there", CMD(SESSION_NEW), NO_FILTER,
	  AT_FAULT(FILTER), .attrs = { NOBODY, NEW } },
	{ "a group's MAC address", CMD(SESSION_NEW),
	  REFUSED(EINVAL, "a group's MAC address sends nothing"), AT_FAULT(MAC),
	  .attrs = { NOBODY, DATA(MAC, "\1\0\0\0\0\0", 6) } },
	{ "a MAC address of 5 bytes", CMD(SESSION_NEW), BAD_LENGTH,
	  AT_FAULT(MAC), .attrs = { NOBODY, DATA(MAC, "\2\0\0\0\0", 5) } },
	{ "snap length 1", CMD(SESSION_NEW), BAD_SNAPLEN, AT_FAULT(SNAPLEN),
	  .attrs = { NOBODY, U32(SNAPLEN, 1) } },
	{ "a name with a line end", CMD(SESSION_NEW),
	  REFUSED(EINVAL, "a name has printable ASCII characters only"),
	  AT_FAULT(NAME), .attrs = { NOBODY, STRING(NAME, "a\nb") } },
	{ "a name in UTF-8", CMD(SESSION_SET),
	  REFUSED(EINVAL, "a name has printable ASCII characters only"),
	  AT_FAULT(NAME), .attrs = { HAND, STRING(NAME, "caf\xc3\xa9") } },
	{ "a name of 64 characters", CMD(SESSION_SET), REFUSED(EINVAL, ""),
	  AT_FAULT(NAME),
	  .attrs = { HAND, STRING(NAME, SIXTY_FOUR) } },
	{ "action 2", CMD(SESSION_SET), OUT_OF_RANGE, AT_FAULT(ACTION),
	  .attrs = { HAND, U8(ACTION, 2) } },
	{ "nothing to change", CMD(SESSION_SET), NOTHING,
	  .attrs = { HAND } },
	{ "one that was learned", CMD(SESSION_SET),
	  REFUSED(ENOENT, "there is no such session that was made by hand"),
	  .attrs = { LEARNED, U8(ACTION, 1) } },
	{ "one that is not there", CMD(SESSION_SET),
	  REFUSED(ENOENT, "there is no such session that was made by hand"),
	  .attrs = { NOBODY, U8(ACTION, 1) } },
	{ "a good setting and a bad one", CMD(SESSION_SET), BAD_SNAPLEN,
	  AT_FAULT(SNAPLEN),
	  .attrs = { HAND, STRING(NAME, "web"), U32(SNAPLEN, 13) } },
	{ "BY_HAND", CMD(SESSION_NEW), REFUSED(EINVAL, "Unsupported attribute"),
	  AT_FAULT(BY_HAND), .attrs = { NOBODY, FLAG(BY_HAND) } },
	{ "repair", CMD(SESSION_SET), NOT_TAKEN, AT_FAULT(REPAIR),
	  .attrs = { HAND, U8(ACTION, 1), U8(REPAIR, 1) } },
};

const size_t n_bad_filters = ARRAY_SIZE(bad_filters);
