/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the fuzzer's packets get into the stack, and how their traces are read.
 */
#ifndef FUZZ_INJECT_H
#define FUZZ_INJECT_H

#include "packet.h"

int tap_open(const char *name, bool frags);
bool tap_write(int fd, struct random *r, const struct virtio_net_hdr *vnet,
	       unsigned char *data, __u32 len, bool frags);

int netns_enter(const char *path);
int raw_open(const char *dev);
bool raw_write(int fd, const struct virtio_net_hdr *vnet,
	       const unsigned char *data, __u32 len);

int reader_open(const char *dev);
void reader_drain(int fd);
int reader_read(int fd, unsigned char *data, __u32 size);
__u32 reader_count(int fd);

#endif /* FUZZ_INJECT_H */
