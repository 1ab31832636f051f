/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A client of the family on libnl-genl-3: requests, answers, events.
 */
#ifndef UAPI_CLIENT_H
#define UAPI_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "record.h"

struct nl_msg;
struct nl_sock;

enum attr_kind {
	ATTR_END,
	ATTR_U8,
	ATTR_U16,
	ATTR_U32,
	ATTR_U64,
	ATTR_DATA,
	ATTR_RAW,
	ATTR_NEST,
};

/**
 * struct attr - an attribute of a request
 *
 * @kind: how its content is given; %ATTR_RAW: bytes in place of an attribute
 * @type: its type, as it goes onto the wire
 * @value: its content when that is a number
 * @data: its content when that is bytes; of %ATTR_NEST, its attributes
 * @len: of @data, when that is bytes
 */
struct attr {
	enum attr_kind kind;
	__u16 type;
	__u64 value;
	const void *data;
	size_t len;
};

#define U8(name, v) { ATTR_U8, VXM_ATTR_##name, (v), NULL, 0 }
#define U16(name, v) { ATTR_U16, VXM_ATTR_##name, (v), NULL, 0 }
#define U32(name, v) { ATTR_U32, VXM_ATTR_##name, (v), NULL, 0 }
#define U64(name, v) { ATTR_U64, VXM_ATTR_##name, (v), NULL, 0 }
#define DATA(name, p, n) { ATTR_DATA, VXM_ATTR_##name, 0, (p), (n) }
#define STRING(name, s) DATA(name, s, sizeof(s))
#define FLAG(name) DATA(name, NULL, 0)
#define RAW(p, n) { ATTR_RAW, 0, 0, (p), (n) }
#define NEST(name, ...) \
	{ ATTR_NEST, VXM_ATTR_##name, 0, ATTRS(__VA_ARGS__), 0 }
#define END { ATTR_END, 0, 0, NULL, 0 }
#define ATTRS(...) ((const struct attr[]){ __VA_ARGS__, END })
#define NO_ATTRS ((const struct attr[]){ END })

/**
 * struct answer - all that came back for a request
 *
 * @error: positive errno, 0: done
 * @text: the kernel's message, or an empty string
 * @bad: type of the attribute that is named as at fault, -1: none is
 * @missing: type of the attribute that is named as missing, -1: none is
 * @interrupted: a dump says that it was
 * @records: the messages
 * @n_records: how many
 */
struct answer {
	int error;
	char text[256];
	int bad;
	int missing;
	bool interrupted;
	struct record *records;
	size_t n_records;
};

/**
 * struct client - a connection
 *
 * @sock: libnl's
 * @family: number of the family
 * @sent: the latest request, for finding the attribute at fault
 * @answer: being gathered
 * @done: the answer is complete
 */
struct client {
	struct nl_sock *sock;
	int family;
	struct nl_msg *sent;
	struct answer *answer;
	bool done;
};

int client_open(struct client *client);
int client_open_narrow(struct client *client);
void client_close(struct client *client);
void client_put(struct nl_msg *msg, const struct attr *attr);
void client_send(struct client *client, int cmd, int flags,
		 const struct attr *attrs);
int client_receive(struct client *client, struct answer *answer);
int client_request(struct client *client, struct answer *answer, int cmd,
		   int flags, const struct attr *attrs);
void answer_clear(struct answer *answer);

int client_listen(struct client *client);
bool client_event(struct client *client, struct record *record, int timeout_ms);

/* The most frequent ones: each returns the errno. */
int client_do(struct client *client, int cmd, const struct attr *attrs);
bool client_get(struct client *client, int cmd, const struct attr *attrs,
		struct record *record);
void client_dump(struct client *client, struct answer *answer, int cmd,
		 const struct attr *attrs);

char *client_state(struct client *client);
void client_reset(struct client *client);

#endif /* UAPI_CLIENT_H */
