/* SPDX-License-Identifier: GPL-2.0 */
/* What the module's pure functions use of the kernel's header. */
#ifndef FUZZ_LINUX_BITOPS_H
#define FUZZ_LINUX_BITOPS_H

#include <linux/types.h>

static inline u32 rol32(u32 word, unsigned int shift)
{
	return word << (shift & 31) | word >> (-shift & 31);
}

static inline unsigned long __ffs64(u64 word)
{
	return __builtin_ctzll(word);
}

#endif /* FUZZ_LINUX_BITOPS_H */
