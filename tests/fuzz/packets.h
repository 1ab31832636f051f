/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fuzzer of the receive path: what its parts share.
 */
#ifndef FUZZ_PACKETS_H
#define FUZZ_PACKETS_H

#include "../uapi/client.h"
#include "../uapi/tap.h"
#include "packet.h"

#define N_WORKERS 2
#define N_ENTRIES 8		/* of each worker */
#define N_DEVS 2		/* of each worker */
#define N_PORTS 2		/* of each worker */
/* Packets that a worker sends in a round. */
#define ROUND 5000
/* The VNI of entries that nobody deletes, so that the port stays ours. */
#define VNI_KEPT 12345

/**
 * struct totals - what became of a VNI entry's or the namespace's packets;
 *	nothing but numbers, as some loops take it for an array
 *
 * @received: VXM_ATTR_RECEIVED_PACKETS
 * @received_bytes: VXM_ATTR_RECEIVED_BYTES
 * @delivered: VXM_ATTR_DELIVERED_PACKETS
 * @delivered_bytes: VXM_ATTR_DELIVERED_BYTES
 * @truncated: VXM_ATTR_TRUNCATED_PACKETS
 * @causes: VXM_ATTR_CAUSE_PACKETS of each
 */
struct totals {
	__u64 received;
	__u64 received_bytes;
	__u64 delivered;
	__u64 delivered_bytes;
	__u64 truncated;
	__u64 causes[__VXM_CAUSE_MAX];
};

/**
 * struct work - what a worker did in a round; in shared memory
 *
 * @entry: of the packets whose fate is sure, what its entries count
 * @nobodys: and what no entry counts
 * @port: and how many came to its ports
 * @most: how many frames the other packets may lead to
 * @packets: packets sent
 * @refused: packets that the interface did not take
 * @samples: delivered frames that were compared with what was sent
 * @copies: the same of frames on the underlay
 * @fault: a difference, or an empty string
 */
struct work {
	struct totals entry[N_ENTRIES];
	struct totals nobodys;
	__u64 port[N_PORTS];
	__u64 most;
	__u64 packets;
	__u64 refused;
	__u64 samples;
	__u64 copies;
	char fault[2000];
};

/**
 * enum kind - of rounds
 *
 * @ROUND_SURE: the fate of each packet is known
 * @ROUND_ANY: there are others, too
 * @ROUND_CHANGES: and the configuration changes meanwhile
 */
enum kind { ROUND_SURE, ROUND_ANY, ROUND_CHANGES, N_KINDS };

/**
 * struct order - what a worker is told
 *
 * @kind: of the round
 * @number: of the round
 */
struct order {
	enum kind kind;
	__u64 number;
};

/**
 * struct worker - sends packets, in a process of its own
 *
 * @maker: makes them
 * @ports: its ports
 * @packet: the latest
 * @work: what it did
 * @orders: where it is told
 * @done: where it says that it has done so, by a byte
 * @taps: the interfaces to write to: a plain one, and one of fragments
 * @watch: readers of these, or -1
 * @raw: the kernel's vxlan device at the other end
 * @readers: of its mirror devices
 * @seen: frames that these have seen
 */
struct worker {
	struct maker maker;
	const __u16 *ports;
	struct packet packet;
	struct work *work;
	int orders;
	int done;
	int taps[2];
	int watch[2];
	int raw;
	int readers[N_DEVS];
	__u64 seen[N_DEVS];
};

/**
 * struct front_counts - the packets that came to a port
 *
 * @early: by the ingress front
 * @by_socket: by the socket
 * @socket_only: nonzero: all have to come by the socket
 */
struct front_counts {
	__u64 early;
	__u64 by_socket;
	__u64 socket_only;
};

/**
 * struct state - all counters at one time
 *
 * @net: the namespace's
 * @entry: the entries'
 * @dev: frames delivered to each mirror device
 * @port: packets of each port
 */
struct state {
	struct totals net;
	struct totals entry[N_WORKERS][N_ENTRIES];
	__u64 dev[N_WORKERS][N_DEVS];
	struct front_counts port[N_WORKERS][N_PORTS];
};

/**
 * struct changes - what is done while packets come; in shared memory
 *
 * @going_on: whether it is to be done now
 * @fronts: how often a port's front was set
 * @links: how often an interface has come
 * @addresses: how often an address has come or gone
 */
struct changes {
	bool going_on;
	__u64 fronts;
	__u64 links;
	__u64 addresses;
};

/* What is checked. */
enum check {
	CHECK_TOTAL, CHECK_ENTRIES, CHECK_FATE, CHECK_READERS, CHECK_SUMS,
	CHECK_BYTES, CHECK_SESSIONS, CHECK_FRONTS, CHECK_ANSWERS, CHECK_SOCKETS, N_CHECKS
};

/* packets.c */
extern struct worker workers[N_WORKERS];
extern struct client client;
extern __u64 seed;
void fault(enum check check, const char *format, ...) PRINTF(2, 3);
long long now_ms(void);

/* packets_work.c */
void be_worker(unsigned int number);

/* packets_config.c */
extern const struct entry entries[N_WORKERS][N_ENTRIES];
extern const __u16 ports[N_WORKERS][N_PORTS];
void dev_name(char *name, unsigned int worker, unsigned int dev);
void limit_sessions(__u32 max);
void configure(void);
void choose_fronts(__u64 number);
void unconfigure(void);
bool is_ours(__u16 port);
void get_entry(const struct entry *entry, struct record *record);
void be_changer(int begin, int done, struct changes *changes);

/* packets_links.c */
void links_open(void);
void links_begin(struct random *r, struct changes *changes);
void links_change(struct random *r, struct changes *changes);
void links_clear(void);

/* packets_check.c */
void get_state(struct state *state);
__u64 check_round(enum kind kind, const struct state *before,
		  struct state *now);
void check_sessions(const struct state *state);

#endif /* FUZZ_PACKETS_H */
