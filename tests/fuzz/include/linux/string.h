/* SPDX-License-Identifier: GPL-2.0 */
/* What the module's pure functions use of the kernel's header. */
#ifndef FUZZ_LINUX_STRING_H
#define FUZZ_LINUX_STRING_H

#include <string.h>

#endif /* FUZZ_LINUX_STRING_H */
