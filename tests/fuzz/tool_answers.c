// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes what vxmirrorctl does with the kernel's answers. An input is a byte
 * that chooses a command, one for options, one that says which system call
 * fails, one for the clock's step, and a script for the kernel, made so that
 * what is wrong with a message is chosen and not the rule.
 */
#include <errno.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/vxmirror.h>

#include "tool.h"

#define CERTAINLY_MORE 1000	/* reads of a socket that gives nothing */
#define DEPTH 4			/* of nests */
#define ROOM 8192		/* bytes of a datagram, */
#define ROOM_ALL 32768		/* and of all, or a run would take too long */
#define REQUESTS 512		/* more than any command needs, dumps repeated */

/* Bits of a datagram's first byte; the lowest three count messages. */
#define DATAGRAM_CUT 0x08	/* two bytes: to what length */
#define DATAGRAM_MORE 0x10	/* one byte: how many of the script follow */
#define DATAGRAM_AGAIN 0x20	/* one byte: how often it is sent again */
#define DATAGRAM_ERROR 0x80	/* there is none: seven bits are errno */

/* Bits of a message's first byte; the lowest three choose its type. */
#define MESSAGE_FLAGS 0x08	/* two bytes: its flags */
#define MESSAGE_SEQUENCE 0x10	/* one byte: added to the right one */
#define MESSAGE_PORTID 0x20	/* one byte: added to the right one */
#define MESSAGE_LENGTH 0x40	/* four bytes: in place of the right one */
#define MESSAGE_EMPTY 0x80	/* nothing is in it */

/* Of the byte that counts attributes, those of a message. */
#define ATTRS_SAME 0x80		/* one, so often */

/*
 * An attribute's first byte is its type, the second is made of these bits.
 * Its contents are bytes of the script, as many as the lowest five bits say,
 * unless it is of another kind.
 */
#define ATTR_LENGTH 0x1f
#define ATTR_KIND 0x60
#define ATTR_GOOD 0x20		/* of the right length, or a string */
#define ATTR_NEST 0x40		/* holds attributes */
#define ATTR_LONG 0x60		/* a string; two bytes: its length */
#define ATTR_LIE 0x80		/* two bytes: in place of the right length */

#define OPTION_JSON 0x01
#define OPTION_PRETTY 0x02
#define OPTION_STATS 0x04
#define OPTION_FAMILY 0x08	/* the script tells the family's number, too */

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/**
 * struct command - what the tool is asked to do
 *
 * @words: the command line, without options
 * @lenient: it asks what it need not know, and goes on without an answer
 * @endless: it prints as it goes
 */
struct command {
	const char *words[18];
	bool lenient;
	bool endless;
};

static const struct command commands[] = {
	{ .words = { NULL } },
	{ .words = { "show", "dev" } },
	{ .words = { "show", "dev", "zmirror0" } },
	{ .words = { "show", "vni" } },
	{ .words = { "show", "vni", "1,5-9" } },
	{ .words = { "show", "vni", "port", "4790", "dev", "zmirror0" } },
	{ .words = { "show", "session" } },
	{ .words = { "show", "session", "source", "10.0.0.1" } },
	{ .words = { "show", "session", "vni", "1", "source", "::1" } },
	{ .words = { "show", "unknown" } },
	{ .words = { "show", "causes" } },
	{ .words = { "show", "limits" } },
	{ .words = { "add", "dev", "zmirror0", "mtu", "1500" } },
	{ .words = { "add", "vni", "any", "dev", "zmirror0" } },
	{ .words = { "add", "vni", "1,5-9", "dev", "zmirror0" },
	  .lenient = true },
	{ .words = { "set", "dev", "zmirror0", "up" } },
	{ .words = { "set", "vni", "1,5-9", "dev", "zmirror0" } },
	{ .words = { "set", "limits", "vnis", "1", "idle", "2" } },
	{ .words = { "del", "dev", "zmirror0" } },
	{ .words = { "del", "dev", "zmirror0", "force" } },
	{ .words = { "del", "vni", "1,5-9" } },
	{ .words = { "del", "session", "vni", "1", "source", "::1" } },
	{ .words = { "clear", "unknown" } },
	{ .words = { "monitor" }, .endless = true },
	{ .words = { "-n", "n", "monitor", "vni", "session" },
	  .endless = true },
	{ .words = { "show", "port" } },
	{ .words = { "show", "port", "4789" } },
	{ .words = { "set", "port", "4789", "front", "socket" } },
	{ .words = { "monitor", "port" }, .endless = true },
	{ .words = { "show", "filter" }, .lenient = true },
	{ .words = { "show", "filter", "web" } },
	{ .words = { "add", "filter", "web" } },
	{ .words = { "del", "filter", "web" } },
	{ .words = { "add", "rule", "filter", "web", "number", "1",
		     "direction", "egress", "action", "reject", "protocol",
		     "6", "source", "10.0.0.0/8", "source-port", "1-2" } },
	{ .words = { "add", "rule", "filter", "web", "number", "1",
		     "direction", "ingress", "action", "accept",
		     "amazon-dns", "resolver", "::1" } },
	{ .words = { "del", "rule", "filter", "web", "number", "257",
		     "direction", "ingress" } },
	{ .words = { "add", "session", "vni", "1", "source", "::1", "name",
		     "web1", "mac", "02:00:00:00:00:01", "filter", "web" } },
	{ .words = { "set", "session", "vni", "1", "source", "10.0.0.1",
		     "name", "none", "action", "reject" } },
	{ .words = { "set", "vni", "5-9", "vlan", "15-19", "snaplen", "96",
		     "repair", "on", "sources", "listed", "filter", "none" } },
	{ .words = { "monitor", "filter" }, .endless = true },
	{ .words = { "show", "dedup" } },
	{ .words = { "show", "dedup", "pair" } },
	{ .words = { "set", "dedup", "pair", "window", "100" } },
	{ .words = { "set", "vni", "1", "dedup", "pair" } },
};

/* A datagram in the making; what does not fit is left out. */
struct datagram {
	char *bytes;
	size_t len;
	size_t room;
};

/* An attribute in the making. */
struct attribute {
	struct nlattr head;
	__u8 how;
	size_t start;
};

/* What the kernel has been asked, and what it has said. */
static struct {
	union {
		struct nlmsghdr nlh;
		char bytes[32768];
	} request;
	bool done;		/* the request, or the latest, has ended well */
	bool changed;		/* it came too late, and may be made again */
	unsigned int undone;	/* earlier requests that have not */
	struct input again;	/* the script of a datagram */
	unsigned int times;	/* that comes so often again */
	unsigned int silent;	/* how often there was nothing to say */
	size_t said;		/* bytes of all datagrams */
} hostile;

/* Of so many bytes, how many fit. */
static size_t fitting(const struct datagram *to, size_t len)
{
	return len < to->room - to->len ? len : to->room - to->len;
}

static void put(struct datagram *to, const void *bytes, size_t len)
{
	len = fitting(to, len);
	if (len)
		memcpy(to->bytes + to->len, bytes, len);
	to->len += len;
}

static void put_many(struct datagram *to, char byte, size_t count)
{
	count = fitting(to, count);
	memset(to->bytes + to->len, byte, count);
	to->len += count;
}

static void put_script(struct datagram *to, struct input *script, size_t len)
{
	struct input part = input_part(script, len);

	put(to, part.data, part.size);
	put_many(to, 0, len - part.size);
}

static void align(struct datagram *to)
{
	put_many(to, 0, NLMSG_ALIGN(to->len) - to->len);
}

static void patch(struct datagram *to, size_t at, const void *bytes,
		  size_t len)
{
	if (at + len <= to->len)
		memcpy(to->bytes + at, bytes, len);
}

static void put_good(struct datagram *to, struct input *script, __u16 type)
{
	int len = tool_attr_len(type);

	if (len >= 0) {
		put_script(to, script, len);
		return;
	}
	put_script(to, script, input_byte(script));
	put(to, "", 1);
}

static struct attribute begin_attribute(struct datagram *to,
					struct input *script)
{
	struct attribute attr = { .start = to->len };

	attr.head.nla_type = input_byte(script);
	attr.how = input_byte(script);
	put(to, &attr.head, sizeof(attr.head));

	return attr;
}

static void put_contents(struct datagram *to, struct input *script,
			 const struct attribute *attr)
{
	switch (attr->how & ATTR_KIND) {
	case ATTR_GOOD:
		put_good(to, script, attr->head.nla_type);
		break;
	case ATTR_LONG:
		put_many(to, 'x', input_short(script));
		put(to, "", 1);
		break;
	default:
		put_script(to, script, attr->how & ATTR_LENGTH);
	}
}

static void end_attribute(struct datagram *to, struct input *script,
			  struct attribute *attr)
{
	attr->head.nla_len = to->len - attr->start;
	if ((attr->how & ATTR_KIND) == ATTR_NEST)
		attr->head.nla_type |= NLA_F_NESTED;
	if (attr->how & ATTR_LIE)
		attr->head.nla_len = input_short(script);
	patch(to, attr->start, &attr->head, sizeof(attr->head));
	align(to);
}

static void put_attributes(struct datagram *to, struct input *script,
			   unsigned int depth)
{
	__u8 how = depth ? input_byte(script) : 0;
	unsigned int count = how & ~ATTRS_SAME;
	struct attribute attr;
	struct input start;

	while (count-- && script->size) {
		start = *script;
		attr = begin_attribute(to, script);
		if ((attr.how & ATTR_KIND) == ATTR_NEST)
			put_attributes(to, script, depth - 1);
		else
			put_contents(to, script, &attr);
		end_attribute(to, script, &attr);
		if (how & ATTRS_SAME && depth == DEPTH && count)
			*script = start;
	}
}

static __u32 input_long(struct input *script)
{
	__u32 low = input_short(script);

	return low | (__u32)input_short(script) << 16;
}

/* A small number is an errno; 255 stands before any number. */
static int input_code(struct input *script)
{
	__u8 code = input_byte(script);

	return code == 0xff ? (int)input_long(script) : -code;
}

/* A request that was interrupted may be made again. */
static void note_end(int code)
{
	const struct nlmsghdr *request = &hostile.request.nlh;
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(request);

	if (!code || code == -EINTR)
		hostile.done = true;
	hostile.changed = code == -EAGAIN && genl->cmd == VXM_CMD_FILTER_SET;
}

static void put_error(struct datagram *to, struct input *script, __u16 flags)
{
	struct nlmsgerr ack = { .error = input_code(script) };

	ack.msg = hostile.request.nlh;
	if (input_byte(script) & 1)
		ack.msg.nlmsg_len = input_long(script);
	put(to, &ack, sizeof(ack));
	if (!(flags & NLM_F_CAPPED))
		put(to, hostile.request.bytes + sizeof(ack.msg),
		    hostile.request.nlh.nlmsg_len - sizeof(ack.msg));
	align(to);
	note_end(ack.error);
}

static void put_payload(struct datagram *to, struct input *script,
			const struct nlmsghdr *nlh)
{
	struct genlmsghdr genl = { .version = VXM_GENL_VERSION };
	int code;

	if (nlh->nlmsg_type == NLMSG_ERROR) {
		put_error(to, script, nlh->nlmsg_flags);
	} else if (nlh->nlmsg_type == NLMSG_DONE) {
		code = input_code(script);
		put(to, &code, sizeof(code));
		note_end(code);
	} else {
		genl.cmd = input_byte(script);
		put(to, &genl, sizeof(genl));
	}
	put_attributes(to, script, DEPTH);
}

static __u16 choose_type(__u8 how, struct input *script)
{
	static const __u16 types[8] = {
		TOOL_FAMILY, NLMSG_ERROR, NLMSG_DONE, NLMSG_NOOP, GENL_ID_CTRL,
		TOOL_FAMILY, NLMSG_OVERRUN,
	};

	return (how & 7) == 7 ? input_short(script) : types[how & 7];
}

static void put_message(struct datagram *to, struct input *script)
{
	__u8 how = input_byte(script);
	struct nlmsghdr nlh = {
		.nlmsg_type = choose_type(how, script),
		.nlmsg_seq = hostile.request.nlh.nlmsg_seq,
		.nlmsg_pid = TOOL_PORTID,
	};
	size_t start = to->len;

	if (how & MESSAGE_FLAGS)
		nlh.nlmsg_flags = input_short(script);
	if (how & MESSAGE_SEQUENCE)
		nlh.nlmsg_seq += input_byte(script);
	if (how & MESSAGE_PORTID)
		nlh.nlmsg_pid += input_byte(script);
	put(to, &nlh, sizeof(nlh));
	if (!(how & MESSAGE_EMPTY))
		put_payload(to, script, &nlh);
	nlh.nlmsg_len = to->len - start;
	if (how & MESSAGE_LENGTH)
		nlh.nlmsg_len = input_long(script);
	if (nlh.nlmsg_type == NLMSG_DONE &&
	    nlh.nlmsg_len < NLMSG_LENGTH(sizeof(int)))
		note_end(0);
	patch(to, start, &nlh, sizeof(nlh));
	align(to);
}

static ssize_t put_datagram(struct datagram *to, struct input *script,
			    unsigned int *times)
{
	__u8 how = input_byte(script);
	unsigned int count = how & 7;
	size_t len;

	if (how & DATAGRAM_AGAIN)
		*times = input_byte(script);
	if (how & DATAGRAM_ERROR) {
		errno = how & 0x7f ? how & 0x7f : EAGAIN;
		note_end(-errno);
		return -1;
	}
	len = how & DATAGRAM_CUT ? input_short(script) : to->room;
	while (count-- && script->size)
		put_message(to, script);
	if (how & DATAGRAM_MORE)
		put_script(to, script, input_byte(script));
	hostile.said += to->len;

	return len < to->len ? len : to->len;
}

static void take_request(const struct nlmsghdr *nlh)
{
	PROMISE(nlh->nlmsg_len <= sizeof(hostile.request));
	memcpy(&hostile.request, nlh, nlh->nlmsg_len);
	if (!hostile.done && !hostile.changed)
		hostile.undone++;
	hostile.done = false;
	hostile.changed = false;
}

/* Whoever goes on to read what gives nothing would do so for ever. */
static ssize_t give_answer(void *to, size_t room)
{
	struct datagram datagram = { .bytes = to, .room = ROOM };
	struct input again = hostile.again;
	unsigned int times;

	PROMISE(room >= ROOM);
	if ((!hostile.times && !world.script.size) || hostile.said > ROOM_ALL) {
		PROMISE(hostile.silent++ < CERTAINLY_MORE);
		errno = EAGAIN;
		return -1;
	}
	if (hostile.times) {
		hostile.times--;
		return put_datagram(&datagram, &again, &times);
	}
	hostile.again = world.script;

	return put_datagram(&datagram, &world.script, &hostile.times);
}

static const struct kernel kernel_hostile = {
	.request = take_request,
	.answer = give_answer,
};

static void take_first_request(const struct nlmsghdr *nlh)
{
	kernel_friendly.request(nlh);
	take_request(nlh);
	hostile.done = true;
}

/* The first question, for the family, is answered in all honesty. */
static ssize_t give_first_answer(void *to, size_t room)
{
	world.kernel = &kernel_hostile;

	return kernel_friendly.answer(to, room);
}

static const struct kernel kernel_helpful = {
	.request = take_first_request,
	.answer = give_first_answer,
};

static void begin(const struct input *input, __u8 options)
{
	memset(&world, 0, sizeof(world));
	memset(&hostile, 0, sizeof(hostile));
	world.script = *input;
	world.fail = input_byte(&world.script);
	world.step = 1000 * input_byte(&world.script);
	world.kernel = options & OPTION_FAMILY ? &kernel_hostile :
						 &kernel_helpful;
	hostile.done = true;
}

static int choose_words(const struct command *command, __u8 options,
			char **words)
{
	int count = 0;
	size_t i;

	if (options & OPTION_JSON)
		words[count++] = "-j";
	if (options & OPTION_PRETTY)
		words[count++] = "-p";
	if (options & OPTION_STATS)
		words[count++] = "-s";
	for (i = 0; command->words[i]; i++)
		words[count++] = (char *)command->words[i];

	return count;
}

/* The tool may not take for done what the kernel has not said it has done. */
static void check(const struct command *command, __u8 options,
		  const struct outcome *outcome)
{
	PROMISE(world.requests <= REQUESTS);
	if (!outcome->code && !command->lenient)
		PROMISE(hostile.done && !hostile.undone);
	if (options & OPTION_JSON)
		tool_check_json(outcome);
	if (outcome->code && !command->endless)
		PROMISE(!outcome->out_len);
}

int fuzz_input(const __u8 *data, size_t size)
{
	struct input input = { data, size };
	const struct command *command;
	char *words[TOOL_WORDS];
	struct outcome outcome;
	__u8 options;
	int count;

	command = &commands[input_byte(&input) % ARRAY_SIZE(commands)];
	options = input_byte(&input);
	begin(&input, options);
	count = choose_words(command, options, words);
	tool_run(count, words, &outcome);
	check(command, options, &outcome);
	tool_free(&outcome);

	return 0;
}
