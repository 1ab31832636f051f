// SPDX-License-Identifier: GPL-2.0
/*
 * The operations: every request of the family, every path through it.
 */
#include <err.h>
#include <linux/netlink.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "operations.h"
#include "state.h"

#define DEV(name)	STRING(IFNAME, name)
#define NEW_DEV		{ STEP_DEV, NULL }
#define NEW_DEV1	{ VXM_CMD_DEV_NEW, ATTRS(DEV("fm1")) }
#define DEL_DEV		{ VXM_CMD_DEV_DEL, ATTRS(DEV("fm0"), FLAG(FORCE)) }
#define DOWN		{ VXM_CMD_DEV_SET, ATTRS(DEV("fm0"), U8(UP, 0)) }
#define UP		{ VXM_CMD_DEV_SET, ATTRS(DEV("fm0"), U8(UP, 1)) }
#define NEW_VNI		{ VXM_CMD_VNI_NEW, ATTRS(U32(VNI, 1), DEV("fm0")) }
#define NEW_FAR_VNI \
	{ VXM_CMD_VNI_NEW, ATTRS(U32(VNI, 0xabcdef), DEV("fm0")) }
#define NEW_ANY		{ VXM_CMD_VNI_NEW, ATTRS(FLAG(VNI_ANY), DEV("fm0")) }
#define NEW_RANGE \
	{ VXM_CMD_VNI_NEW, ATTRS(U32(VNI, 5), U32(VNI_LAST, 70000), DEV("fm0")) }
#define FRONT_SOCKET \
	{ VXM_CMD_PORT_SET, ATTRS(U8(FRONT, VXM_FRONT_SOCKET)) }
#define DEL_VNI		{ VXM_CMD_VNI_DEL, ATTRS(U32(VNI, 1)) }
#define DEL_RANGE \
	{ VXM_CMD_VNI_DEL, ATTRS(U32(VNI, 5), U32(VNI_LAST, 70000)) }

#define WEB		STRING(FILTER, "web")
#define RULE1		NEST(RULE, U16(RULE_NUMBER, 1), U8(DIRECTION, 0), \
			     U8(ACTION, 0))
#define RULE2		NEST(RULE, U16(RULE_NUMBER, 2), U8(DIRECTION, 1), \
			     U8(ACTION, 1), U8(PROTOCOL, 17), U16(DST_PORT, 53))
#define NEW_FILTER	{ VXM_CMD_FILTER_NEW, ATTRS(WEB, RULE1) }
#define DEL_FILTER	{ VXM_CMD_FILTER_DEL, ATTRS(WEB) }
#define SOURCE9		U32(VNI, 1), DATA(SOURCE_IPV4, "\xc0\0\2\x09", 4)
#define NEW_SESSION	{ VXM_CMD_SESSION_NEW, ATTRS(SOURCE9, WEB) }

/* Enough of them that a dump takes more than one message. */
#define MANY		300

/* Unknown VNIs that have room in their table wherever its random key puts them. */
#define SOME		50

const struct operation operations[] = {
	{ .name = "DEV_NEW",
	  .cmd = VXM_CMD_DEV_NEW, .attrs = ATTRS(DEV("fm0")),
	  .after = { DEL_DEV } },
	{ .name = "DEV_SET mtu", .before = { NEW_DEV },
	  .cmd = VXM_CMD_DEV_SET, .attrs = ATTRS(DEV("fm0"), U32(MTU, 2000)),
	  .after = { { VXM_CMD_DEV_SET, ATTRS(DEV("fm0"), U32(MTU, 9216)) } } },
	{ .name = "DEV_SET down", .before = { NEW_DEV },
	  .cmd = VXM_CMD_DEV_SET, .attrs = ATTRS(DEV("fm0"), U8(UP, 0)),
	  .after = { UP } },
	{ .name = "DEV_SET mtu and up", .before = { NEW_DEV, DOWN },
	  .cmd = VXM_CMD_DEV_SET,
	  .attrs = ATTRS(DEV("fm0"), U32(MTU, 2000), U8(UP, 1)),
	  .after = { { VXM_CMD_DEV_SET,
		       ATTRS(DEV("fm0"), U32(MTU, 9216), U8(UP, 0)) } } },
	{ .name = "DEV_DEL", .before = { NEW_DEV },
	  .cmd = VXM_CMD_DEV_DEL, .attrs = ATTRS(DEV("fm0")),
	  .after = { NEW_DEV } },
	{ .name = "DEV_DEL with entries",
	  .before = { NEW_DEV, NEW_VNI, NEW_RANGE, NEW_ANY },
	  .cmd = VXM_CMD_DEV_DEL, .attrs = ATTRS(DEV("fm0"), FLAG(FORCE)),
	  .after = { NEW_DEV, NEW_VNI, NEW_RANGE, NEW_ANY } },
	{ .name = "DEV_GET", .before = { NEW_DEV },
	  .cmd = VXM_CMD_DEV_GET, .attrs = ATTRS(DEV("fm0")) },
	{ .name = "DEV_GET dump", .before = { NEW_DEV },
	  .cmd = VXM_CMD_DEV_GET, .flags = NLM_F_DUMP, .attrs = NO_ATTRS },

	{ .name = "VNI_NEW, first port", .fresh = true, .before = { NEW_DEV },
	  .cmd = VXM_CMD_VNI_NEW, .attrs = ATTRS(U32(VNI, 1), DEV("fm0")) },
	{ .name = "VNI_NEW, port and device",
	  .cmd = VXM_CMD_VNI_NEW, .attrs = ATTRS(U32(VNI, 1), DEV("fm0")),
	  .after = { DEL_DEV } },
	{ .name = "VNI_NEW, port", .fresh = true, .before = { NEW_DEV },
	  .cmd = VXM_CMD_VNI_NEW, .attrs = ATTRS(U32(VNI, 1), DEV("fm0")),
	  .probe = probe_lo },
	{ .name = "VNI_NEW, another port", .before = { NEW_DEV, NEW_VNI },
	  .cmd = VXM_CMD_VNI_NEW,
	  .attrs = ATTRS(U16(PORT, 4790), FLAG(VNI_ANY), DEV("fm0")),
	  .after = { { VXM_CMD_VNI_DEL,
		       ATTRS(U16(PORT, 4790), FLAG(VNI_ANY)) } } },
	{ .name = "VNI_NEW", .before = { NEW_DEV, NEW_VNI },
	  .cmd = VXM_CMD_VNI_NEW,
	  .attrs = ATTRS(U32(VNI, 0xabcdef), DEV("fm0")),
	  .after = { { VXM_CMD_VNI_DEL, ATTRS(U32(VNI, 0xabcdef)) } } },
	{ .name = "VNI_NEW, device that is down",
	  .before = { NEW_DEV, NEW_VNI, NEW_DEV1,
		      { VXM_CMD_DEV_SET, ATTRS(DEV("fm1"), U8(UP, 0)) } },
	  .cmd = VXM_CMD_VNI_NEW, .attrs = ATTRS(U32(VNI, 2), DEV("fm1")),
	  .after = { { VXM_CMD_VNI_DEL, ATTRS(U32(VNI, 2)) },
		     { VXM_CMD_DEV_SET, ATTRS(DEV("fm1"), U8(UP, 0)) } } },
	{ .name = "VNI_NEW range", .before = { NEW_DEV, NEW_VNI },
	  .cmd = VXM_CMD_VNI_NEW,
	  .attrs = ATTRS(U32(VNI, 5), U32(VNI_LAST, 70000), DEV("fm0")),
	  .after = { DEL_RANGE } },
	{ .name = "VNI_NEW any", .before = { NEW_DEV, NEW_VNI },
	  .cmd = VXM_CMD_VNI_NEW, .attrs = ATTRS(FLAG(VNI_ANY), DEV("fm0")),
	  .after = { { VXM_CMD_VNI_DEL, ATTRS(FLAG(VNI_ANY)) } } },
	{ .name = "VNI_SET",
	  .before = { NEW_DEV, NEW_VNI, NEW_DEV1,
		      { VXM_CMD_DEV_SET, ATTRS(DEV("fm1"), U8(UP, 0)) } },
	  .cmd = VXM_CMD_VNI_SET, .attrs = ATTRS(U32(VNI, 1), DEV("fm1")),
	  .after = { { VXM_CMD_VNI_SET, ATTRS(U32(VNI, 1), DEV("fm0")) },
		     { VXM_CMD_DEV_SET, ATTRS(DEV("fm1"), U8(UP, 0)) } } },
	{ .name = "VNI_DEL", .before = { NEW_DEV, NEW_VNI, NEW_FAR_VNI },
	  .cmd = VXM_CMD_VNI_DEL, .attrs = ATTRS(U32(VNI, 0xabcdef)),
	  .after = { NEW_FAR_VNI } },
	{ .name = "VNI_DEL range", .before = { NEW_DEV, NEW_VNI, NEW_RANGE },
	  .cmd = VXM_CMD_VNI_DEL,
	  .attrs = ATTRS(U32(VNI, 5), U32(VNI_LAST, 70000)),
	  .after = { NEW_RANGE } },
	{ .name = "VNI_DEL, last of its port", .before = { NEW_DEV, NEW_VNI },
	  .cmd = VXM_CMD_VNI_DEL, .attrs = ATTRS(U32(VNI, 1)),
	  .after = { NEW_VNI } },
	{ .name = "VNI_GET", .before = { NEW_DEV, NEW_VNI },
	  .cmd = VXM_CMD_VNI_GET, .attrs = ATTRS(U32(VNI, 1)) },
	{ .name = "VNI_GET dump", .before = { NEW_DEV, NEW_VNI, NEW_RANGE, NEW_ANY },
	  .cmd = VXM_CMD_VNI_GET, .flags = NLM_F_DUMP,
	  .attrs = ATTRS(U16(PORT, 4789), DEV("fm0")) },

	{ .name = "PORT_SET socket", .fresh = true,
	  .before = { NEW_DEV, NEW_VNI }, .cmd = VXM_CMD_PORT_SET,
	  .attrs = ATTRS(U8(FRONT, VXM_FRONT_SOCKET)), .probe = probe_lo },
	{ .name = "PORT_SET auto", .fresh = true,
	  .before = { NEW_DEV, NEW_VNI, FRONT_SOCKET }, .cmd = VXM_CMD_PORT_SET,
	  .attrs = ATTRS(U8(FRONT, VXM_FRONT_AUTO)), .probe = probe_lo },
	{ .name = "PORT_SET, what is so", .before = { NEW_DEV, NEW_VNI },
	  .cmd = VXM_CMD_PORT_SET, .attrs = ATTRS(U8(FRONT, VXM_FRONT_AUTO)) },
	{ .name = "PORT_GET", .before = { NEW_DEV, NEW_VNI },
	  .cmd = VXM_CMD_PORT_GET, .attrs = NO_ATTRS },
	{ .name = "PORT_GET dump", .before = { NEW_DEV, NEW_VNI },
	  .cmd = VXM_CMD_PORT_GET, .flags = NLM_F_DUMP, .attrs = NO_ATTRS },
	{ .name = "an interface comes", .fresh = true,
	  .before = { NEW_DEV, NEW_VNI }, .act = tap_comes, .probe = probe_tap },

	{ .name = "SESSION_GET", .before = { NEW_DEV, NEW_ANY }, .packets = 1,
	  .cmd = VXM_CMD_SESSION_GET,
	  .attrs = ATTRS(U32(VNI, 0), DATA(SOURCE_IPV4, "\x7f\0\0\1", 4)) },
	{ .name = "SESSION_GET dump", .before = { NEW_DEV, NEW_ANY }, .packets = MANY,
	  .cmd = VXM_CMD_SESSION_GET, .flags = NLM_F_DUMP, .attrs = NO_ATTRS },
	{ .name = "SESSION_DEL", .fresh = true, .before = { NEW_DEV, NEW_ANY },
	  .packets = 1, .cmd = VXM_CMD_SESSION_DEL,
	  .attrs = ATTRS(U32(VNI, 0), DATA(SOURCE_IPV4, "\x7f\0\0\1", 4)) },
	{ .name = "UNKNOWN_GET dump", .before = { NEW_DEV, NEW_FAR_VNI },
	  .packets = MANY, .cmd = VXM_CMD_UNKNOWN_GET, .flags = NLM_F_DUMP,
	  .attrs = NO_ATTRS },
	{ .name = "UNKNOWN_DEL", .fresh = true, .before = { NEW_DEV, NEW_FAR_VNI },
	  .packets = SOME, .cmd = VXM_CMD_UNKNOWN_DEL, .attrs = NO_ATTRS },
	{ .name = "CAUSE_GET dump", .before = { NEW_DEV, NEW_VNI },
	  .cmd = VXM_CMD_CAUSE_GET, .flags = NLM_F_DUMP, .attrs = NO_ATTRS },
	{ .name = "NET_SET", .before = { NEW_DEV, NEW_VNI },
	  .cmd = VXM_CMD_NET_SET, .attrs = ATTRS(U32(MAX_SESSIONS, 1000)),
	  .after = { { VXM_CMD_NET_SET, ATTRS(U32(MAX_SESSIONS, 65536)) } } },
	{ .name = "NET_GET", .before = { NEW_DEV, NEW_VNI },
	  .cmd = VXM_CMD_NET_GET, .attrs = NO_ATTRS },

	{ .name = "FILTER_NEW", .before = { NEW_DEV },
	  .cmd = VXM_CMD_FILTER_NEW, .attrs = ATTRS(WEB, RULE1, RULE2),
	  .after = { DEL_FILTER } },
	{ .name = "FILTER_SET", .fresh = true,
	  .before = { NEW_DEV, NEW_FILTER, NEW_VNI },
	  .cmd = VXM_CMD_FILTER_SET, .attrs = ATTRS(WEB, RULE1, RULE2) },
	{ .name = "FILTER_DEL", .fresh = true, .before = { NEW_DEV, NEW_FILTER },
	  .cmd = VXM_CMD_FILTER_DEL, .attrs = ATTRS(WEB) },
	{ .name = "FILTER_GET", .before = { NEW_DEV, NEW_FILTER },
	  .cmd = VXM_CMD_FILTER_GET, .attrs = ATTRS(WEB) },
	{ .name = "FILTER_GET dump", .before = { NEW_DEV, NEW_FILTER },
	  .cmd = VXM_CMD_FILTER_GET, .flags = NLM_F_DUMP, .attrs = NO_ATTRS },
	{ .name = "RULE_GET dump", .before = { NEW_DEV, NEW_FILTER },
	  .cmd = VXM_CMD_RULE_GET, .flags = NLM_F_DUMP, .attrs = ATTRS(WEB) },
	{ .name = "VNI_NEW with settings",
	  .before = { NEW_DEV, NEW_VNI, NEW_FILTER },
	  .cmd = VXM_CMD_VNI_NEW,
	  .attrs = ATTRS(U32(VNI, 2), DEV("fm0"), U16(VLAN, 5), U8(REPAIR, 1),
			 U32(SNAPLEN, 96), U8(SOURCES, 1), WEB),
	  .after = { { VXM_CMD_VNI_DEL, ATTRS(U32(VNI, 2)) } } },
	{ .name = "VNI_SET settings", .before = { NEW_DEV, NEW_VNI, NEW_FILTER },
	  .cmd = VXM_CMD_VNI_SET,
	  .attrs = ATTRS(U32(VNI, 1), U16(VLAN, 5), U8(REPAIR, 1), WEB),
	  .after = { { VXM_CMD_VNI_SET,
		       ATTRS(U32(VNI, 1), U16(VLAN, 0), U8(REPAIR, 0),
			     STRING(FILTER, "")) } } },
	{ .name = "SESSION_NEW", .fresh = true,
	  .before = { NEW_DEV, NEW_VNI, NEW_FILTER },
	  .cmd = VXM_CMD_SESSION_NEW,
	  .attrs = ATTRS(SOURCE9, WEB, STRING(NAME, "web")) },
	{ .name = "SESSION_NEW of a learned one", .fresh = true,
	  .before = { NEW_DEV, NEW_ANY }, .packets = 1,
	  .cmd = VXM_CMD_SESSION_NEW,
	  .attrs = ATTRS(U32(VNI, 0), DATA(SOURCE_IPV4, "\x7f\0\0\1", 4)) },
	{ .name = "SESSION_SET", .fresh = true,
	  .before = { NEW_DEV, NEW_VNI, NEW_FILTER, NEW_SESSION },
	  .cmd = VXM_CMD_SESSION_SET,
	  .attrs = ATTRS(SOURCE9, STRING(FILTER, ""), U32(SNAPLEN, 96)) },
	{ .name = "SESSION_DEL of one made by hand", .fresh = true,
	  .before = { NEW_DEV, NEW_VNI, NEW_FILTER, NEW_SESSION },
	  .cmd = VXM_CMD_SESSION_DEL, .attrs = ATTRS(SOURCE9) },

	{ .name = "RTM_NEWLINK", .link = link_add, .after = { DEL_DEV } },
	{ .name = "RTM_SETLINK mtu", .before = { NEW_DEV, NEW_VNI }, .link = link_mtu,
	  .after = { { VXM_CMD_DEV_SET, ATTRS(DEV("fm0"), U32(MTU, 9216)) } } },
	{ .name = "RTM_SETLINK up", .before = { NEW_DEV, NEW_VNI, DOWN },
	  .link = link_up, .after = { DOWN } },
	{ .name = "RTM_SETLINK down", .before = { NEW_DEV, NEW_VNI },
	  .link = link_down, .after = { UP } },
	{ .name = "RTM_DELLINK", .before = { NEW_DEV, NEW_VNI, NEW_RANGE, NEW_ANY },
	  .link = link_del, .after = { NEW_DEV, NEW_VNI, NEW_RANGE, NEW_ANY } },

	/* the module's part comes after everybody else's */
	{ .name = "a new namespace", .act = new_namespace, .last = 60 },
	{ .name = NULL },
};

static int do_step(const struct step *step)
{
	const struct step up = UP;
	struct fault none = { .nth = 0 };

	if (step->cmd == STEP_DEV) {
		if (fault_request(&none, NETLINK_ROUTE, link_add()))
			return -1;
		step = &up;
	}
	return client_do(&client, step->cmd, step->attrs);
}

void operation_steps(const struct step *steps)
{
	for (; steps->cmd; steps++)
		if (do_step(steps))
			errx(1, "command %d: refused without a fault",
			     steps->cmd);
}

static struct nl_msg *make_request(const struct operation *op)
{
	struct nl_msg *msg = nlmsg_alloc();
	const struct attr *attr;

	if (!msg || !genlmsg_put(msg, 0, 1, client.family, 0,
				 NLM_F_REQUEST | NLM_F_ACK | op->flags,
				 op->cmd, VXM_GENL_VERSION))
		errx(1, "no memory");
	for (attr = op->attrs; attr->kind != ATTR_END; attr++)
		client_put(msg, attr);
	return msg;
}

/* Returns 0, the errno, or RESULT_LOST. */
int operation_act(const struct operation *op, struct fault *fault)
{
	if (op->act)
		return op->act(fault);
	if (op->link)
		return fault_request(fault, NETLINK_ROUTE, op->link());
	return fault_request(fault, NETLINK_GENERIC, make_request(op));
}
