/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A keyed hash of a few words, for what comes from the network. Half the
 * multiplications of multilinear hashing; whoever does not know the key does
 * no better than chance at finding words that collide (Lemire and Kaser,
 * Strongly universal string hashing is fast, 2012).
 */
#ifndef _VXM_HASH_H
#define _VXM_HASH_H

#include <linux/hash.h>
#include <linux/types.h>

/**
 * vxm_hash_pair() - two words' part of a hash
 * @a: a word
 * @b: another
 * @key: two 64-bit random numbers, for these two only
 *
 * Return: a number to be added to the other pairs', for vxm_hash_finish().
 */
static __always_inline u64 vxm_hash_pair(u32 a, u32 b, const u64 *key)
{
	return (key[0] + a) * (key[1] + b);
}

/**
 * vxm_hash_finish() - a hash, from all pairs' parts
 * @sum: their sum
 *
 * The sum is linear in each word: addresses, ports or VNIs that follow each
 * other would lie in steps, and with an unlucky key on top of each other.
 *
 * Return: the hash; take its upper bits.
 */
static __always_inline u64 vxm_hash_finish(u64 sum)
{
	return (sum ^ sum >> 32) * GOLDEN_RATIO_64;
}

#endif /* _VXM_HASH_H */
