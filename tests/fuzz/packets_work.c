// SPDX-License-Identifier: GPL-2.0
/*
 * A worker of the fuzzer of the receive path: makes and sends packets, and
 * compares some of them with what comes out.
 */
#include <err.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inject.h"
#include "packets.h"

#define LATE_MS 2000

static void expect(struct worker *w, const struct packet *p)
{
	struct work *work = w->work;
	struct totals *t = p->entry < 0 ? &work->nobodys :
					  &work->entry[p->entry];

	work->most += p->fate == FATE_MAYBE ? p->most : 0;
	if (p->fate != FATE_SURE)
		return;
	work->port[p->port != w->ports[0]]++;
	t->received++;
	t->received_bytes += p->frame_len;
	if (p->cause >= 0) {
		t->causes[p->cause]++;
		return;
	}
	t->delivered++;
	t->delivered_bytes += p->frame_len;
	t->truncated += p->truncated;
}

static void say_difference(struct worker *w, const char *what,
			   const unsigned char *sent, __u32 sent_len,
			   const unsigned char *got, int got_len)
{
	const struct packet *p = &w->packet;
	FILE *out = fmemopen(w->work->fault, sizeof(w->work->fault), "w");
	__u32 i = 0;

	while (got_len > (int)i && i < sent_len && got[i] == sent[i])
		i++;
	fprintf(out, "%s, packet %llu: %u bytes sent, %d read, differ from %u\n",
		what, (unsigned long long)w->work->packets, sent_len, got_len, i);
	fprintf(out, "pieces %u; flags %u gso %u/%u hdr %u csum %u+%u; all:\n",
		p->n_pieces, p->vnet.flags, p->vnet.gso_type, p->vnet.gso_size,
		p->vnet.hdr_len, p->vnet.csum_start, p->vnet.csum_offset);
	for (i = 0; i < p->len && i < 400; i++)
		fprintf(out, "%02x", p->data[i]);
	fclose(out);
}

/* Waits for a frame that is not there yet. */
static int next_frame(int fd, unsigned char *data)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	if (poll(&p, 1, LATE_MS) < 0)
		err(1, "poll");
	return reader_read(fd, data, PACKET_SIZE);
}

/*
 * On a busy machine frames wait for the kernel's softirq thread: this one may
 * be late, and others, sent before, be ahead of it. Of those the first is told.
 */
static void compare(struct worker *w, int fd, const char *what,
		    const unsigned char *sent, __u32 len)
{
	static unsigned char got[PACKET_SIZE];
	static unsigned char first[PACKET_SIZE];
	int first_len = next_frame(fd, first);
	int got_len = first_len;

	memcpy(got, first, sizeof(got));
	while (got_len >= 0) {
		if (got_len == (int)len && !memcmp(got, sent, len))
			return;
		got_len = next_frame(fd, got);
	}
	say_difference(w, what, sent, len, first, first_len);
}

/* Sends a packet that has been made; returns false if it was refused. */
static bool put(struct worker *w, int way)
{
	static unsigned char piece[PACKET_SIZE];
	struct random *r = &w->maker.random;
	struct packet *p = &w->packet;
	unsigned int i;

	if (!p->n_pieces)
		return tap_write(w->taps[way], r, &p->vnet, p->data, p->len, way);
	for (i = 0; i < p->n_pieces; i++)
		tap_write(w->taps[way], r, &p->vnet, piece,
			  packet_piece(p, &p->pieces[i], piece), way);
	return true;
}

static void send_one(struct worker *w, enum kind kind)
{
	struct packet *p = &w->packet;
	int way = random_below(&w->maker.random, 2);
	bool sample;
	int reader;

	packet_make(&w->maker, p, kind == ROUND_SURE);
	sample = random_one_in(&w->maker.random, 8) &&
		 kind != ROUND_CHANGES && p->fate == FATE_SURE && p->cause < 0;
	reader = sample ? w->readers[w->maker.entries[p->entry].dev] : -1;
	if (sample)
		reader_drain(reader);
	if (sample && w->watch[way] >= 0)
		reader_drain(w->watch[way]);

	if (!put(w, way)) {
		w->work->refused++;
		return;
	}
	w->work->packets++;
	expect(w, p);
	if (!sample)
		return;
	w->work->samples++;
	compare(w, reader, "the delivered frame", p->data + p->frame,
		p->frame_len);
	if (w->watch[way] < 0 || p->n_pieces)
		return;
	w->work->copies++;
	compare(w, w->watch[way], "the copy on the underlay", p->data, p->len);
}

/* A frame for the kernel's vxlan device, mostly a super-packet. */
static void send_raw(struct worker *w)
{
	struct random *r = &w->maker.random;
	struct packet *p = &w->packet;
	struct virtio_net_hdr vnet;

	p->len = packet_make_inner(r, p->data);
	if (p->len < 60)
		p->len = 60;
	packet_make_vnet(r, &vnet, p->len, 34);
	if (raw_write(w->raw, &vnet, p->data, p->len)) {
		w->work->packets++;
		w->work->most += p->len;
	} else {
		w->work->refused++;
	}
}

static void watch(struct worker *w, unsigned int number, bool begin)
{
	char dev[IFNAMSIZ];
	int way;

	for (way = 0; way < 2; way++) {
		if (begin) {
			snprintf(dev, sizeof(dev), "%s%u", way ? "ff" : "fp",
				 number);
			w->watch[way] = reader_open(dev);
		} else {
			close(w->watch[way]);
			w->watch[way] = -1;
		}
	}
}

/* A round is led by the seed and its number alone, so that it can be repeated. */
static void work_round(struct worker *w, unsigned int number,
		       const struct order *order)
{
	bool watched = order->number % 3 == 0;
	int i;

	memset(w->work, 0, sizeof(*w->work));
	random_seed(&w->maker.random, seed, order->number * N_WORKERS + number);
	if (watched)
		watch(w, number, true);
	for (i = 0; i < ROUND && !w->work->fault[0]; i++) {
		if (order->kind != ROUND_SURE &&
		    random_one_in(&w->maker.random, 24))
			send_raw(w);
		else
			send_one(w, order->kind);
	}
	if (watched)
		watch(w, number, false);
}

void be_worker(unsigned int number)
{
	struct worker *w = &workers[number];
	struct order order;

	w->packet.data = malloc(PACKET_SIZE);
	if (!w->packet.data)
		err(1, "no memory");
	w->maker.entries = entries[number];
	w->maker.n_entries = N_ENTRIES;
	w->maker.worker = number;
	w->ports = ports[number];
	w->watch[0] = -1;
	w->watch[1] = -1;
	while (read(w->orders, &order, sizeof(order)) == sizeof(order)) {
		work_round(w, number, &order);
		if (write(w->done, "", 1) != 1)
			break;
	}
	_exit(0);
}
