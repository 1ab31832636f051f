/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all fuzzers share. A promise that is broken ends the fuzzer, as an
 * error that a sanitizer finds does.
 */
#ifndef VXM_FUZZ_H
#define VXM_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/types.h>

#define PROMISE(what) fuzz_promise(what, #what, __FILE__, __LINE__)

static inline void fuzz_promise(bool kept, const char *what, const char *file,
				int line)
{
	if (kept)
		return;
	dprintf(2, "%s:%d: ERROR: a promise is broken: %s\n", file, line, what);
	abort();
}

/* One input. The Makefile gives it the name by which libFuzzer calls it. */
int fuzz_input(const __u8 *data, size_t size);

#endif /* VXM_FUZZ_H */
