/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random and mutated requests to the family, and what the kernel answers.
 */
#ifndef FUZZ_REQUEST_H
#define FUZZ_REQUEST_H

#include <linux/netlink.h>
#include <linux/vxmirror.h>

#include "random.h"

#define REQUEST_SIZE 0x24000
#define MESSAGES_MAX 8

/**
 * struct message - one message of a request, and the answer to it
 *
 * @offset: where it begins
 * @cmd: command
 * @dump: it asks for a dump
 * @sound: the message is as long as it says, and long enough for its headers
 * @asks: an answer is asked for, whatever becomes of it
 * @answered: it has been answered
 * @error: by this positive errno; 0: done
 * @text: there was a message for the operator
 */
struct message {
	__u32 offset;
	int cmd;
	bool dump;
	bool sound;
	bool asks;
	bool answered;
	int error;
	bool text;
};

/**
 * struct request - what goes to the kernel in one datagram
 *
 * @data: its bytes
 * @len: how many
 * @seq: sequence number of the first message
 * @message: its messages
 * @n_messages: how many
 * @n_data: messages with data that came back, notifications left out
 * @fault: what is wrong with one of these, or an empty string
 */
struct request {
	unsigned char *data;
	__u32 len;
	__u32 seq;
	struct message message[MESSAGES_MAX];
	unsigned int n_messages;
	unsigned int n_data;
	char fault[200];
};

/**
 * struct requester - makes requests and gets the answers
 *
 * @random: what it is led by
 * @family: number of the family
 * @fd: socket
 * @seq: latest sequence number
 * @meek: it always asks for an answer
 * @quiet: nobody else asks, and there is no traffic
 */
struct requester {
	struct random random;
	int family;
	int fd;
	__u32 seq;
	bool meek;
	bool quiet;
};

/* request.c */
void request_make(struct requester *requester, struct request *request);

/* exchange.c */
int exchange_open(void);
bool exchange_listen(int fd, int group);
bool exchange(struct requester *requester, struct request *request);
void exchange_broken(struct requester *requester, struct request *request);

#endif /* FUZZ_REQUEST_H */
