/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of pump share.
 */
#ifndef PUMP_H
#define PUMP_H

#include <stdbool.h>

#include "mirror.h"

#define CPUS_MAX	8

/* What the command line asks for. */
struct options {
	const char	*object;	/* file of BPF programs */
	const char	*program;	/* that makes the packets */
	const char	*into;		/* interface that receives live frames */
	const char	*from;		/* or NETNS/DEV that sends packets */
	const char	*read;		/* interface */
	unsigned int	expect;		/* bytes of a frame that is read */
	unsigned int	frame;		/* bytes of an inner frame */
	unsigned int	count;
	unsigned int	warm_up;
	unsigned int	rounds;		/* of count packets */
	unsigned int	pace;		/* packets; 0: as our readers can */
	unsigned int	cpus;		/* 0: not bound to any, measure idle */
	struct mix	mix;
	bool		hold;
};

extern struct options options;

void start_readers(void);
unsigned int packets_read(void);

void prepare_senders(void);
/* Sends so many packets, on as many CPUs as asked for; all of them are read. */
void send_packets(unsigned int count);

void wait_quiet(void);
long long now_ns(void);
void bind_to_cpu(unsigned int cpu);

#endif /* PUMP_H */
