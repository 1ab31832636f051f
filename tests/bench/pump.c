// SPDX-License-Identifier: GPL-2.0
/*
 * Sends mirror packets to an interface, reads the frames that come out of
 * others meanwhile, and tells how much time the machine's CPU spent on it.
 *
 * All the CPU's time that nobody else wants goes to a thread here, of the
 * lowest priority: what it gets is idle time, and the rest is the cost. With
 * --cpus senders and readers are bound to CPUs instead, and only the time on
 * the clock counts.
 *
 * Prints a line 'round WALL BUSY', in nanoseconds, for each round.
 */
#define _GNU_SOURCE
#include <err.h>
#include <getopt.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "pump.h"

#define QUIET_US	20000	/* longer than a ring's block waits */
#define QUIET_SHARE	200	/* of the time may go to the timer's tick */
#define QUIET_TRIES	500

struct options options = {
	.program = "packets",
	.frame = 450,
	.count = 100000,
	.rounds = 1,
	.mix = { .vnis = 1, .first_vni = 1, .sources = 1, .flows = 1000 },
};

static clockid_t idle_clock;

static const struct {
	const char	*name;
	const char	*help;
	const char	**word;		/* where its argument goes, as it is */
	unsigned int	*number;	/* or as a number */
	bool		*flag;		/* or that it was given */
} table[] = {
	{ "object", "FILE of BPF programs", .word = &options.object },
	{ "program", "NAME in it, that makes packets; default packets",
	  .word = &options.program },
	{ "into", "DEV that receives them, as from its driver",
	  .word = &options.into },
	{ "from", "NETNS/DEV that sends them, instead", .word = &options.from },
	{ "read", "DEV where frames are read", .word = &options.read },
	{ "expect", "BYTES of a frame there; default --frame",
	  .number = &options.expect },
	{ "frame", "BYTES of an inner frame; default 450",
	  .number = &options.frame },
	{ "count", "N packets; default 100000", .number = &options.count },
	{ "warm-up", "N packets before; default 0",
	  .number = &options.warm_up },
	{ "rounds", "N times --count packets; default 1",
	  .number = &options.rounds },
	{ "vnis", "N in turn; default 1", .number = &options.mix.vnis },
	{ "first-vni", "N; default 1", .number = &options.mix.first_vni },
	{ "sources", "N in turn; default 1", .number = &options.mix.sources },
	{ "flows", "N in turn; default 1000", .number = &options.mix.flows },
	{ "pace", "N packets, then wait for a quiet machine",
	  .number = &options.pace },
	{ "cpus", "N, each with a sender and a reader bound to it",
	  .number = &options.cpus },
	{ "hold", "wait for a line before and after", .flag = &options.hold },
	{ }
};

#define OPTIONS_MAX 32

static void fail_usage(void)
{
	unsigned int i;

	fputs("The options are:\n", stderr);
	for (i = 0; table[i].name; i++)
		fprintf(stderr, "  --%s %s\n", table[i].name, table[i].help);
	exit(2);
}

static unsigned int to_number(const char *word)
{
	char *end;
	unsigned long value = strtoul(word, &end, 10);

	if (end == word || *end || value > 0xffffffff)
		errx(2, "%s is no number", word);
	return value;
}

static void take(unsigned int i, const char *word)
{
	if (table[i].flag)
		*table[i].flag = true;
	else if (table[i].word)
		*table[i].word = word;
	else
		*table[i].number = to_number(word);
}

static void parse(int argc, char **argv)
{
	struct option names[OPTIONS_MAX] = { };
	unsigned int i;
	int option;

	for (i = 0; table[i].name; i++) {
		names[i].name = table[i].name;
		names[i].has_arg = !table[i].flag;
		names[i].val = i;
	}
	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (option == '?')
			fail_usage();
		take(option, optarg);
	}
	if (optind < argc || !options.from == !(options.into && options.object) ||
	    !options.mix.vnis || !options.mix.sources || !options.mix.flows ||
	    options.cpus > CPUS_MAX)
		fail_usage();
	if (!options.expect)
		options.expect = options.frame;
}

static long long clock_ns(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now))
		err(1, "clock");
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

long long now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

void bind_to_cpu(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "CPU %u", cpu);
}

static void *idle(void *unused)
{
	struct sched_param param = { };

	if (sched_setscheduler(0, SCHED_IDLE, &param))
		err(1, "SCHED_IDLE");
	while (true)
		__asm__ volatile("");
	return NULL;
}

static void start_idle(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, idle, NULL) ||
	    pthread_getcpuclockid(thread, &idle_clock))
		errx(1, "no thread");
}

/*
 * Others may have work left: readers that are not ours, the kernel's workers.
 * The timer's tick is all that goes on in a quiet machine.
 */
void wait_quiet(void)
{
	long long wall, unused;
	int i;

	for (i = 0; i < QUIET_TRIES; i++) {
		wall = now_ns();
		unused = clock_ns(idle_clock);
		usleep(QUIET_US);
		wall = now_ns() - wall;
		unused = clock_ns(idle_clock) - unused;
		if (unused > wall - wall / QUIET_SHARE)
			return;
	}
	errx(1, "the machine never comes to rest");
}

/* Somebody wants to look at the machine now. */
static void hold(const char *word)
{
	if (!options.hold)
		return;
	puts(word);
	fflush(stdout);
	if (getchar() == EOF)
		errx(1, "nobody said to go on");
}

static void rest(void)
{
	if (!options.cpus)
		wait_quiet();
}

/* The CPU's time that was not idle. */
static long long busy_ns(void)
{
	return options.cpus ? 0 : now_ns() - clock_ns(idle_clock);
}

/* Sends the packets, and tells how long it took and how long CPUs worked. */
static void run_round(void)
{
	long long wall = now_ns();
	long long busy = busy_ns();

	send_packets(options.count);
	wall = now_ns() - wall;
	rest();
	printf("round %lld %lld\n", wall, busy_ns() - busy);
}

int main(int argc, char **argv)
{
	unsigned int before, i;

	parse(argc, argv);
	start_readers();
	prepare_senders();
	if (!options.cpus)
		start_idle();
	send_packets(options.warm_up);
	rest();
	hold("ready");
	before = packets_read();
	for (i = 0; i < options.rounds; i++)
		run_round();
	hold("done");

	printf("sent %u\nread %u\n", options.rounds * options.count,
	       packets_read() - before);
	return 0;
}
