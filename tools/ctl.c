// SPDX-License-Identifier: GPL-2.0
/*
 * Error text and memory, for all parts of vxmirrorctl.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"

/*
 * Characters that turn the direction of text, or end a line, U+2028 to U+202E
 * and U+2066 to U+2069: what is read would not be what is there.
 */
static bool turns(const unsigned char *c)
{
	if (c[0] != 0xe2 || (c[1] != 0x80 && c[1] != 0x81))
		return false;
	if (c[1] == 0x80)
		return c[2] >= 0xa8 && c[2] <= 0xae;

	return c[2] >= 0xa6 && c[2] <= 0xa9;
}

/**
 * ctl_printable() - make text fit for one line of a terminal
 * @text: changed in place: control characters become question marks, those
 *        that UTF-8 writes in more bytes (U+0080 to U+009F, line ends, and
 *        those that turn the direction of text) as well
 */
void ctl_printable(char *text)
{
	unsigned char *c;

	for (c = (unsigned char *)text; *c; c++) {
		if (*c < ' ' || *c == 0x7f)
			*c = '?';
		else if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f)
			memset(c, '?', 2);
		else if (turns(c))
			memset(c, '?', 3);
	}
}

/**
 * ctl_fail() - say why a command fails
 * @ctl: the run; its error text is replaced
 * @code: %CTL_REFUSED or %CTL_USAGE
 * @format: as for printf(), one line without a line feed
 *
 * Return: @code, so that a function can end with it.
 */
int ctl_fail(struct ctl *ctl, enum ctl_exit code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(ctl->error, sizeof(ctl->error), format, args);
	va_end(args);
	ctl_printable(ctl->error);

	return code;
}

/**
 * ctl_fail_more() - add to what ctl_fail() said
 * @ctl: the run
 * @format: as for printf()
 */
void ctl_fail_more(struct ctl *ctl, const char *format, ...)
{
	size_t used = strlen(ctl->error);
	va_list args;

	va_start(args, format);
	vsnprintf(ctl->error + used, sizeof(ctl->error) - used, format, args);
	va_end(args);
	ctl_printable(ctl->error);
}

/**
 * ctl_alloc() - zeroed memory, or the end of the program
 * @count: number of elements
 * @size: bytes of each
 *
 * Return: the memory, never NULL.
 */
void *ctl_alloc(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory) {
		fputs("vxmirrorctl: out of memory\n", stderr);
		exit(CTL_REFUSED);
	}

	return memory;
}

/**
 * ctl_grow() - room for one more element at the end of an array
 * @array: the array, NULL at first
 * @count: elements in use
 * @room: elements that fit; updated
 * @size: bytes of each
 *
 * Return: the array, perhaps moved, never NULL. New elements are zero.
 */
void *ctl_grow(void *array, size_t count, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 16;
	void *moved;

	if (count < *room)
		return array;

	moved = ctl_alloc(more, size);
	if (count)
		memcpy(moved, array, count * size);
	free(array);
	*room = more;

	return moved;
}
