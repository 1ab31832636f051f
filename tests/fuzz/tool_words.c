// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes the command line. An input is a byte that says what the kernel
 * refuses, then the words, each ended by a line feed or a zero.
 */
#include <string.h>

#include "tool.h"

/* The words, each in memory of its own, so that one byte more is seen. */
static int split(const __u8 *data, size_t size, char **words)
{
	const __u8 *last = data + size;
	const __u8 *from = data;
	const __u8 *to;
	int count = 0;

	while (from < last && count < TOOL_WORDS) {
		for (to = from; to < last && *to && *to != '\n'; to++)
			;
		words[count] = strndup((const char *)from, to - from);
		PROMISE(words[count++]);
		from = to + 1;
	}

	return count;
}

int fuzz_input(const __u8 *data, size_t size)
{
	static const char file[] = "add vni 1 dev zmirror0 # one\n\nshow vni\n";
	char *words[TOOL_WORDS];
	struct outcome outcome;
	int count;

	if (!size)
		return 0;
	memset(&world, 0, sizeof(world));
	world.kernel = &kernel_friendly;
	world.refuse = *data;
	world.step = 1000;
	world.file = (struct input){ (const __u8 *)file, strlen(file) };
	count = split(data + 1, size - 1, words);
	tool_run(count, words, &outcome);
	/* No text that the tool prints begins so. */
	if (outcome.out_len && strchr("[{", *outcome.out))
		tool_check_json(&outcome);
	tool_free(&outcome);
	while (count--)
		free(words[count]);

	return 0;
}
