/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the sensor sends while it is being fuzzed, and may not send.
 */
#ifndef FUZZ_ANSWERS_H
#define FUZZ_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

char *answer_fault(const unsigned char *data, size_t len,
		   bool (*is_ours)(__u16 port));

#endif /* FUZZ_ANSWERS_H */
