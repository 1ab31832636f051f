/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's own types, as far as its pure functions use them.
 */
#ifndef _VXM_FUZZ_LINUX_TYPES_H
#define _VXM_FUZZ_LINUX_TYPES_H

#include_next <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

typedef __s16 s16;
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

#endif /* _VXM_FUZZ_LINUX_TYPES_H */
