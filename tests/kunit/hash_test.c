// SPDX-License-Identifier: GPL-2.0
/*
 * Suite vxm_hash: of a source every bit counts, and of the key, and sources
 * that look alike are spread evenly.
 */
#include <linux/prandom.h>

#include "packet.h"
#include "spread.h"
#include "suites.h"

#define KEYS 16

/* The same keys each time, that look like random ones. */
static int hash_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct rnd_state), GFP_KERNEL);
	if (!test->priv)
		return -ENOMEM;
	prandom_seed_state(test->priv, 1);
	return 0;
}

static void next_key(struct kunit *test, u64 *key)
{
	prandom_bytes_state(test->priv, key, VXM_SOURCE_WORDS * sizeof(*key));
}

static u32 hash_of(const struct vxm_source *source, const u64 *key)
{
	return vxm_source_hash(source, key) >> 32;
}

static const struct vxm_source ipv6_source = {
	.addr.s6_addr = { 0x20, 1, 0xd, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 },
	.vni = 0x123456,
	.port = 4789,
	.family = AF_INET6,
};

static void every_bit_of_the_source(struct kunit *test)
{
	struct vxm_source source = ipv6_source;
	u64 key[VXM_SOURCE_WORDS];
	u8 *bytes = (u8 *)&source;
	u32 hash;
	int bit;

	next_key(test, key);
	hash = hash_of(&source, key);
	for (bit = 0; bit < 8 * sizeof(source); bit++) {
		bytes[bit / 8] ^= 1 << bit % 8;
		KUNIT_EXPECT_NE_MSG(test, hash_of(&source, key), hash,
				    "bit %d", bit);
		bytes[bit / 8] ^= 1 << bit % 8;
	}
	KUNIT_EXPECT_EQ(test, hash_of(&source, key), hash);
}

/* But for bits so low that they may stay below the hash, or so high. */
static void every_word_of_the_key(struct kunit *test)
{
	u64 key[VXM_SOURCE_WORDS];
	int word, bit;
	u32 hash;

	next_key(test, key);
	hash = hash_of(&ipv6_source, key);
	for (word = 0; word < VXM_SOURCE_WORDS; word++) {
		for (bit = 16; bit < 48; bit++) {
			key[word] ^= BIT_ULL(bit);
			KUNIT_EXPECT_NE_MSG(test, hash_of(&ipv6_source, key),
					    hash, "word %d, bit %d", word, bit);
			key[word] ^= BIT_ULL(bit);
		}
	}
}

struct set {
	const char *name;
	u32 addr_step;	/* from one source to the next */
	u32 vni_step;
	bool random;
};

static const struct set sets[] = {
	{ "addresses in a row", .addr_step = 1 },
	{ "addresses of the same last byte", .addr_step = 256 },
	{ "VNIs in a row", .vni_step = 1 },
	{ "VNIs of the same last byte", .vni_step = 256 },
	{ "a VNI for each address", .addr_step = 1, .vni_step = 1 },
	{ "random VNIs and addresses", .random = true },
};

VXM_KUNIT_TABLE(set, sets);

static struct vxm_source of_set(const struct set *set, u32 n,
				struct rnd_state *random)
{
	struct vxm_source source = { .port = 4789, .family = AF_INET };
	u32 addr = 0x0a000001 + n * set->addr_step;

	source.vni = (100 + n * set->vni_step) & 0xffffff;
	if (set->random) {
		addr = prandom_u32_state(random);
		source.vni = prandom_u32_state(random) & 0xffffff;
	}
	source.addr.s6_addr32[0] = htonl(addr);
	return source;
}

static void spread_evenly(struct kunit *test)
{
	u64 key[VXM_SOURCE_WORDS];
	struct vxm_source source;
	int n, i;

	for (n = 0; n < KEYS; n++) {
		u32 count[VXM_KUNIT_PLACES] = {};

		next_key(test, key);
		for (i = 0; i < VXM_KUNIT_THINGS; i++) {
			source = of_set(test->param_value, i, test->priv);
			count[hash_of(&source, key) >> 26]++;
		}
		KUNIT_EXPECT_LE_MSG(test, vxm_kunit_uneven(count),
				    (u64)VXM_KUNIT_UNEVEN, "key %d", n);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_bit_of_the_source),
	KUNIT_CASE(every_word_of_the_key),
	KUNIT_CASE_PARAM(spread_evenly, set_gen_params),
	{}
};

struct kunit_suite vxm_hash_suite = {
	.name = "vxm_hash",
	.init = hash_init,
	.test_cases = cases,
};
