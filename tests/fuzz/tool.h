/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzzers of vxmirrorctl share. The tool runs whole, in the fuzzer's
 * process; kernel and C library are replaced where they would look at, or
 * change, anything outside of it.
 */
#ifndef VXM_FUZZ_TOOL_H
#define VXM_FUZZ_TOOL_H

#include <sys/types.h>
#include <linux/netlink.h>

#include "fuzz.h"

#define TOOL_WORDS 64	/* the longest command line */
#define TOOL_FAMILY 0x1c	/* the family's number */
#define TOOL_PORTID 4711

/* What is left of an input; where it ends, zeros follow. */
struct input {
	const __u8 *data;
	size_t size;
};

__u8 input_byte(struct input *input);
__u16 input_short(struct input *input);
struct input input_part(struct input *input, size_t size);
FILE *input_open(struct input input);

/**
 * struct kernel - who answers the tool's requests
 *
 * @request: takes note of a request
 * @answer: writes the next datagram; its length, or -1 and errno
 */
struct kernel {
	void (*request)(const struct nlmsghdr *nlh);
	ssize_t (*answer)(void *to, size_t room);
};

extern const struct kernel kernel_friendly;

/**
 * struct world - what the tool finds in a run, and what it did to it
 *
 * @kernel: who answers requests
 * @refuse: for the friendly kernel: which request it refuses, and how
 * @script: what the rest of the system says, and hostile kernels
 * @file: contents of the file "f", and of standard input
 * @fail: which of the calls that can fail does so, 0: none
 * @talks: the command has more to say than one error
 * @step: nanoseconds that pass with each look at the clock
 * @calls: of the calls that can fail, how many there were
 * @ns: what the clock shows
 * @descriptors: open file descriptors
 * @sockets: open sockets
 * @requests: requests that were sent
 */
struct world {
	const struct kernel *kernel;
	__u8 refuse;
	struct input script;
	struct input file;
	unsigned int fail;
	bool talks;
	__u64 step;
	unsigned int calls;
	__u64 ns;
	unsigned int descriptors;
	unsigned int sockets;
	unsigned int requests;
};

extern struct world world;

bool world_fails(void);

/**
 * struct outcome - what came of a run
 *
 * @code: exit code
 * @out: standard output
 * @out_len: bytes of it
 * @err: standard error
 * @err_len: bytes of it
 */
struct outcome {
	int code;
	char *out;
	size_t out_len;
	char *err;
	size_t err_len;
};

void tool_run(int count, char **words, struct outcome *outcome);
void tool_check_json(const struct outcome *outcome);
void tool_free(struct outcome *outcome);

/* The tool's own main(). */
int vxmirrorctl_main(int argc, char **argv);

int tool_attr_len(__u16 type);
bool tool_attr_is_text(__u16 type);

#endif /* VXM_FUZZ_TOOL_H */
