// SPDX-License-Identifier: GPL-2.0
/*
 * The bench's readers: each a thread with a TPACKET_V3 ring, as sensors have,
 * that looks at the frames and no more. Several on one interface are members
 * of one fanout group.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pump.h"

#define BLOCK_SIZE	0x100000
#define BLOCKS		128
#define SLOT_SIZE	2048	/* has no meaning in TPACKET_V3, but is checked */
#define RETIRE_MS	10	/* until a block goes to its reader unfilled */

struct reader {
	int		fd;
	unsigned int	cpu;
	char		*ring;
	atomic_uint	packets;
	pthread_t	thread;
};

static struct reader readers[CPUS_MAX];
static unsigned int n_readers;

/* Frames of another length are not the bench's. */
static unsigned int look_at(struct tpacket_hdr_v1 *block)
{
	char *at = (char *)block - offsetof(struct tpacket_block_desc, hdr) +
		   block->offset_to_first_pkt;
	unsigned int seen = 0;
	unsigned int i;

	for (i = 0; i < block->num_pkts; i++) {
		struct tpacket3_hdr *packet = (void *)at;

		seen += packet->tp_len == options.expect;
		at += packet->tp_next_offset;
	}
	return seen;
}

static void *read_ring(void *data)
{
	struct reader *reader = data;
	struct pollfd poll_fd = { .fd = reader->fd, .events = POLLIN };
	unsigned int i = 0;

	if (options.cpus)
		bind_to_cpu(reader->cpu);
	while (true) {
		struct tpacket_block_desc *block =
			(void *)(reader->ring + (size_t)i * BLOCK_SIZE);
		unsigned int *status = &block->hdr.bh1.block_status;

		if (!(__atomic_load_n(status, __ATOMIC_ACQUIRE) &
		      TP_STATUS_USER)) {
			poll(&poll_fd, 1, -1);
			continue;
		}
		atomic_fetch_add(&reader->packets, look_at(&block->hdr.bh1));
		__atomic_store_n(status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		i = (i + 1) % BLOCKS;
	}
	return NULL;
}

static void map_ring(struct reader *reader)
{
	struct tpacket_req3 req = {
		.tp_block_size = BLOCK_SIZE,
		.tp_block_nr = BLOCKS,
		.tp_frame_size = SLOT_SIZE,
		.tp_frame_nr = BLOCK_SIZE / SLOT_SIZE * BLOCKS,
		.tp_retire_blk_tov = RETIRE_MS,
	};
	int version = TPACKET_V3;

	if (setsockopt(reader->fd, SOL_PACKET, PACKET_VERSION, &version,
		       sizeof(version)) ||
	    setsockopt(reader->fd, SOL_PACKET, PACKET_RX_RING, &req,
		       sizeof(req)))
		err(1, "a packet socket's ring");
	reader->ring = mmap(NULL, (size_t)BLOCK_SIZE * BLOCKS,
			    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
			    reader->fd, 0);
	if (reader->ring == MAP_FAILED)
		err(1, "mmap");
}

static void join_fanout(struct reader *reader)
{
	int fanout = PACKET_FANOUT_HASH << 16 | (getpid() & 0xffff);

	if (setsockopt(reader->fd, SOL_PACKET, PACKET_FANOUT, &fanout,
		       sizeof(fanout)))
		err(1, "PACKET_FANOUT");
}

static void start_reader(unsigned int cpu)
{
	struct reader *reader = &readers[n_readers++];
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = if_nametoindex(options.read),
	};

	reader->cpu = cpu;
	reader->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (reader->fd < 0)
		err(1, "packet socket");
	map_ring(reader);
	if (bind(reader->fd, (struct sockaddr *)&address, sizeof(address)))
		err(1, "%s", options.read);
	if (options.cpus > 1)
		join_fanout(reader);
	if (pthread_create(&reader->thread, NULL, read_ring, reader))
		errx(1, "no thread");
}

void start_readers(void)
{
	unsigned int cpu = 0;

	if (!options.read)
		return;
	do {
		start_reader(cpu);
	} while (++cpu < options.cpus);
}

unsigned int packets_read(void)
{
	unsigned int sum = 0;
	unsigned int i;

	for (i = 0; i < n_readers; i++)
		sum += atomic_load(&readers[i].packets);
	return sum;
}
