/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the module's pure functions take of the kernel's header.
 */
#ifndef _VXM_FUZZ_LINUX_HASH_H
#define _VXM_FUZZ_LINUX_HASH_H

/* 2^64 divided by the golden ratio, odd (Knuth, The Art, 6.4) */
#define GOLDEN_RATIO_64 0x61C8864680B583EBull

#endif /* _VXM_FUZZ_LINUX_HASH_H */
