/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Test Anything Protocol, version 12, on standard output.
 */
#ifndef UAPI_TAP_H
#define UAPI_TAP_H

#include <stdbool.h>

#define PRINTF(f, a) __attribute__((format(gnu_printf, f, a)))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

bool ok(bool good, const char *name, ...)
	PRINTF(2, 3);
bool is_number(long long got, long long want, const char *name, ...)
	PRINTF(3, 4);
bool is_text(const char *got, const char *want, const char *name, ...)
	PRINTF(3, 4);
void skip(const char *why, const char *name);
void note(const char *format, ...)
	PRINTF(1, 2);
void diag(const char *format, ...) PRINTF(1, 2);
int tap_end(void);

#endif /* UAPI_TAP_H */
