/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pseudo random numbers (xorshift64*) that a seed repeats.
 */
#ifndef FUZZ_RANDOM_H
#define FUZZ_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <string.h>

/**
 * struct random - a generator's state
 *
 * @state: never 0
 */
struct random {
	__u64 state;
};

static inline __u64 random_next(struct random *r)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return r->state * 0x2545f4914f6cdd1dULL;
}

/* Generators of neighbouring seeds and streams have nothing in common. */
static inline void random_seed(struct random *r, __u64 seed, __u64 stream)
{
	int i;

	r->state = (seed * 0x9e3779b97f4a7c15ULL) ^
		   ((stream + 1) * 0xbf58476d1ce4e5b9ULL);
	if (!r->state)
		r->state = 1;
	for (i = 0; i < 8; i++)
		random_next(r);
}

static inline __u32 random_u32(struct random *r)
{
	return random_next(r) >> 32;
}

/* A number from 0 to below - 1. */
static inline __u32 random_below(struct random *r, __u32 below)
{
	return ((__u64)random_u32(r) * below) >> 32;
}

static inline __u32 random_from(struct random *r, __u32 first, __u32 last)
{
	return first + random_below(r, last - first + 1);
}

static inline bool random_one_in(struct random *r, __u32 n)
{
	return !random_below(r, n);
}

#define random_pick(r, array) \
	((array)[random_below(r, sizeof(array) / sizeof((array)[0]))])

static inline void random_fill(struct random *r, void *data, size_t len)
{
	unsigned char *p = data;
	__u64 word;

	for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word)) {
		word = random_next(r);
		memcpy(p, &word, sizeof(word));
	}
	word = random_next(r);
	memcpy(p, &word, len);
}

#endif /* FUZZ_RANDOM_H */
