// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes the module's receive path. Two workers send mutated mirror packets
 * (packet.c) into the stack of the network namespace that this runs in, in
 * rounds of so many packets each; after each round all counters are compared
 * with each other, with what readers saw, and with what is known about the
 * packets. In every fourth round somebody changes the configuration meanwhile.
 *
 * usage: packets SOURCE	the network namespace at the other end (a path)
 *
 * The environment says when it is enough: VXM_FUZZ_SECONDS (60), or
 * VXM_FUZZ_PACKETS if that is given. VXM_FUZZ_SEED repeats a run's packets.
 * tests/debug/fuzz-packets.t makes the interfaces that it needs.
 */
#include <err.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "inject.h"
#include "packets.h"

/* Not enough for a round. */
#define FEW_SESSIONS 1000

struct worker workers[N_WORKERS];
struct client client;
__u64 seed;

/* Counted over the whole run. */
static struct {
	__u64 rounds[N_KINDS];
	__u64 packets;
	__u64 refused;
	__u64 received;
	__u64 delivered;
	__u64 samples;
	__u64 copies;
	__u64 answers;
	struct front_counts port[N_WORKERS][N_PORTS];
} sum;

static const char * const check_names[N_CHECKS] = {
	"received = delivered + causes in total",
	"received = delivered + causes for each VNI entry",
	"packets whose fate is known have met it",
	"readers saw each delivered frame",
	"entries and causes make up the total",
	"sampled frames, and the copies on the underlay, are what was sent",
	"sessions, and packets without one, make up what the entries received",
	"what came by each port's fronts was received",
	"nothing was sent in answer",
	"no inner frame came to a socket",
};

static char *faults[N_CHECKS];
static __u64 current_round;

/* Takes note of a fault, if the check has found none before. */
void fault(enum check check, const char *format, ...)
{
	char *text = NULL;
	va_list ap;

	if (faults[check])
		return;
	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		err(1, "no memory");
	va_end(ap);
	if (asprintf(&faults[check], "seed %llu, round %llu: %s",
		     (unsigned long long)seed,
		     (unsigned long long)current_round, text) < 0)
		err(1, "no memory");
	free(text);
}

static bool any_fault(void)
{
	int i;

	for (i = 0; i < N_CHECKS; i++)
		if (faults[i])
			return true;
	return false;
}

long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static struct {
	int begin;
	int done;
	struct changes *changes;
} changer;

static void wait_for_byte(int fd, const char *who)
{
	char byte;

	if (read(fd, &byte, 1) != 1)
		errx(1, "%s has died", who);
}

static void take_work(void)
{
	unsigned int i;

	for (i = 0; i < N_WORKERS; i++) {
		const struct work *work = workers[i].work;

		sum.packets += work->packets;
		sum.refused += work->refused;
		sum.samples += work->samples;
		sum.copies += work->copies;
		if (work->fault[0])
			fault(CHECK_BYTES, "worker %u: %s", i, work->fault);
	}
}

static void take_fronts(const struct state *before, const struct state *now)
{
	unsigned int i, j;

	for (i = 0; i < N_WORKERS; i++) {
		for (j = 0; j < N_PORTS; j++) {
			const struct front_counts *from = &before->port[i][j];
			const struct front_counts *to = &now->port[i][j];

			sum.port[i][j].early += to->early - from->early;
			sum.port[i][j].by_socket +=
				to->by_socket - from->by_socket;
		}
	}
}

static void run_round(enum kind kind, __u64 number, struct state *state)
{
	const struct order order = { .kind = kind, .number = number };
	struct state before = *state;
	unsigned int i;

	current_round = number;
	if (kind == ROUND_CHANGES) {
		__atomic_store_n(&changer.changes->going_on, true,
				 __ATOMIC_RELAXED);
		if (write(changer.begin, "", 1) != 1)
			err(1, "changer");
	}
	for (i = 0; i < N_WORKERS; i++)
		if (write(workers[i].orders, &order, sizeof(order)) < 0)
			err(1, "worker");
	for (i = 0; i < N_WORKERS; i++)
		wait_for_byte(workers[i].done, "a worker");
	if (kind == ROUND_CHANGES) {
		__atomic_store_n(&changer.changes->going_on, false,
				 __ATOMIC_RELAXED);
		wait_for_byte(changer.done, "who changes the configuration");
	}
	take_work();
	sum.rounds[kind]++;
	sum.answers += check_round(kind, &before, state);
	take_fronts(&before, state);
	if (kind == ROUND_CHANGES)
		choose_fronts(number);
}

/* Sockets of the sensor's own that inner frames are for. */
static int listeners[3];

static void listen_for_inner(void)
{
	static const struct {
		int family, type, port;
	} kinds[ARRAY_SIZE(listeners)] = {
		{ AF_INET, SOCK_DGRAM, INNER_UDP_PORT },
		{ AF_INET6, SOCK_DGRAM, INNER_UDP_PORT },
		{ AF_INET6, SOCK_STREAM, INNER_TCP_PORT },
	};
	int one = 1;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct sockaddr_in6 in6 = {
			.sin6_family = AF_INET6,
			.sin6_port = htons(kinds[i].port),
		};
		struct sockaddr_in in4 = {
			.sin_family = AF_INET,
			.sin_port = htons(kinds[i].port),
		};
		int fd = socket(kinds[i].family, kinds[i].type | SOCK_NONBLOCK,
				0);

		if (kinds[i].family == AF_INET6 && kinds[i].type == SOCK_DGRAM)
			setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one,
				   sizeof(one));
		if (bind(fd, kinds[i].family == AF_INET ?
			 (struct sockaddr *)&in4 : (struct sockaddr *)&in6,
			 kinds[i].family == AF_INET ? sizeof(in4) :
						      sizeof(in6)) ||
		    (kinds[i].type == SOCK_STREAM && listen(fd, 100)))
			err(1, "listening on port %d", kinds[i].port);
		listeners[i] = fd;
	}
}

static void check_listeners(void)
{
	char data[100];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(listeners); i++)
		if (i == 2 ? accept(listeners[i], NULL, NULL) >= 0 :
			     recv(listeners[i], data, sizeof(data), 0) >= 0)
			fault(CHECK_SOCKETS, "socket %zu", i);
}

/* All that the sensor sends goes out of fp0: was there always room for it? */
static void check_lost_answers(void)
{
	const char *name = "/sys/class/net/fp0/statistics/tx_dropped";
	FILE *file = fopen(name, "r");
	unsigned int lost;

	if (!file || fscanf(file, "%u", &lost) != 1)
		err(1, "%s", name);
	fclose(file);
	if (lost)
		fault(CHECK_ANSWERS, "%u answers were not seen", lost);
}

/* Forks; the child reads from in and writes to out. */
static pid_t begin_process(int *to, int *from, int *in, int *out)
{
	int orders[2], done[2];
	pid_t pid;

	if (pipe(orders) || pipe(done))
		err(1, "pipe");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	*to = orders[1];
	*from = done[0];
	*in = orders[0];
	*out = done[1];
	if (pid) {
		close(orders[0]);
		close(done[1]);
		return pid;
	}
	close(orders[1]);
	close(done[0]);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return 0;
}

static void *share(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		err(1, "shared memory");
	return p;
}

static void open_worker(unsigned int number, const char *source)
{
	struct worker *w = &workers[number];
	char dev[IFNAMSIZ];
	unsigned int i;
	int old;

	w->work = share(sizeof(*w->work));
	snprintf(dev, sizeof(dev), "fp%u", number);
	w->taps[0] = tap_open(dev, false);
	snprintf(dev, sizeof(dev), "ff%u", number);
	w->taps[1] = tap_open(dev, true);
	for (i = 0; i < N_DEVS; i++) {
		dev_name(dev, number, i);
		w->readers[i] = reader_open(dev);
	}
	old = netns_enter(source);
	snprintf(dev, sizeof(dev), "fx%u", number);
	w->raw = raw_open(dev);
	if (setns(old, CLONE_NEWNET))
		err(1, "network namespace");
	close(old);
}

static void begin_workers(void)
{
	int in, out;
	unsigned int i;

	for (i = 0; i < N_WORKERS; i++) {
		struct worker *w = &workers[i];

		if (!begin_process(&w->orders, &w->done, &in, &out)) {
			w->orders = in;
			w->done = out;
			be_worker(i);
		}
	}
	if (!begin_process(&changer.begin, &changer.done, &in, &out))
		be_changer(in, out, changer.changes);
}

static void set_up(const char *source)
{
	unsigned int i;

	if (client_open(&client))
		errx(1, "the family is not there");
	changer.changes = share(sizeof(*changer.changes));
	configure();
	listen_for_inner();
	for (i = 0; i < N_WORKERS; i++)
		open_worker(i, source);
	begin_workers();
}

/* Has each part of it happened? */
static void report_fronts(void)
{
	const struct changes *changes = changer.changes;
	unsigned int i, j;
	bool both = true;

	for (i = 0; i < N_WORKERS; i++) {
		for (j = 0; j < N_PORTS; j++) {
			const struct front_counts *port = &sum.port[i][j];

			both &= port->early && port->by_socket;
			note("port %u: %llu early, %llu by the socket",
			     ports[i][j], (unsigned long long)port->early,
			     (unsigned long long)port->by_socket);
		}
	}
	ok(both, "packets came to each port by both fronts");
	note("fronts %llu times, interfaces %llu, addresses %llu",
	     (unsigned long long)changes->fronts,
	     (unsigned long long)changes->links,
	     (unsigned long long)changes->addresses);
	ok(!sum.rounds[ROUND_CHANGES] ||
	   (changes->fronts && changes->links && changes->addresses),
	   "fronts, interfaces and addresses changed meanwhile");
}

static void report(long long ms)
{
	int i;

	for (i = 0; i < N_CHECKS; i++) {
		ok(!faults[i], "%s", check_names[i]);
		if (faults[i])
			diag("%s", faults[i]);
	}
	ok(sum.delivered && sum.samples && sum.copies,
	   "frames were delivered and compared");
	report_fronts();
	diag("seed %llu: %llu packets in %lld s, %lld a second",
	     (unsigned long long)seed, (unsigned long long)sum.packets,
	     ms / 1000, sum.packets * 1000 / ms);
	diag("not taken by the interfaces: %llu more",
	     (unsigned long long)sum.refused);
	diag("rounds with packets of known fate only: %llu, with others too: %llu",
	     (unsigned long long)sum.rounds[ROUND_SURE],
	     (unsigned long long)sum.rounds[ROUND_ANY]);
	diag("rounds in which the configuration was changed: %llu",
	     (unsigned long long)sum.rounds[ROUND_CHANGES]);
	diag("received %llu, delivered %llu, compared %llu",
	     (unsigned long long)sum.received,
	     (unsigned long long)sum.delivered,
	     (unsigned long long)sum.samples);
	diag("copies on the underlay compared: %llu",
	     (unsigned long long)sum.copies);
	diag("packets that the sensor sent: %llu",
	     (unsigned long long)sum.answers);
}

static long number_from(const char *name, long otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtol(text, NULL, 0) : otherwise;
}

int main(int argc, char **argv)
{
	static struct state state;
	long seconds = number_from("VXM_FUZZ_SECONDS", 60);
	__u64 packets = number_from("VXM_FUZZ_PACKETS", 0);
	long long begin = now_ms();
	__u64 number = 0;

	if (argc != 2)
		errx(2, "usage: packets SOURCE");
	seed = number_from("VXM_FUZZ_SEED", time(NULL));
	diag("VXM_FUZZ_SEED=%llu", (unsigned long long)seed);
	set_up(argv[1]);
	get_state(&state);
	do {
		static const enum kind kinds[] = {
			ROUND_SURE, ROUND_ANY, ROUND_ANY, ROUND_CHANGES
		};

		run_round(kinds[number % ARRAY_SIZE(kinds)], number, &state);
		number++;
	} while (!any_fault() &&
		 (packets ? sum.packets < packets :
			    now_ms() - begin < seconds * 1000));
	sum.received = state.net.received;
	sum.delivered = state.net.delivered;
	unconfigure();
	configure();
	limit_sessions(FEW_SESSIONS);
	get_state(&state);
	run_round(ROUND_SURE, number, &state);
	check_sessions(&state);
	check_listeners();
	check_lost_answers();
	report(now_ms() - begin);
	return tap_end();
}
