/* SPDX-License-Identifier: GPL-2.0 */
/* What the module's pure functions use of the kernel's header. */
#ifndef FUZZ_LINUX_COMPILER_H
#define FUZZ_LINUX_COMPILER_H

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#endif /* FUZZ_LINUX_COMPILER_H */
