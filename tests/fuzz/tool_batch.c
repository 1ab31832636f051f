// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes a file of commands. An input is a byte that says what the kernel
 * refuses, one that chooses options, then the file.
 */
#include <string.h>

#include "tool.h"

int fuzz_input(const __u8 *data, size_t size)
{
	struct outcome outcome;
	char *words[5] = { "-b", "f", "-s", "-j", "-p" };
	int count;

	if (size < 2)
		return 0;
	memset(&world, 0, sizeof(world));
	world.kernel = &kernel_friendly;
	world.refuse = data[0];
	world.step = 1000;
	world.file = (struct input){ data + 2, size - 2 };
	count = 2 + data[1] % 4;
	if (data[1] & 0x80)
		words[1] = "-";
	tool_run(count, words, &outcome);
	if (count > 3)
		tool_check_json(&outcome);
	tool_free(&outcome);

	return 0;
}
