/* SPDX-License-Identifier: GPL-2.0 */
/* What the module's pure functions use of the kernel's header. */
#ifndef FUZZ_LINUX_KERNEL_H
#define FUZZ_LINUX_KERNEL_H

#include_next <linux/kernel.h>

#define U8_MAX 0xff
#define U16_MAX 0xffff
#define UINT_MAX (~0U)

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define min(a, b) ((a) < (b) ? (a) : (b))

#endif /* FUZZ_LINUX_KERNEL_H */
