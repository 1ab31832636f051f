// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes what tells copies of a packet from retransmissions (copies.h): any
 * packet, and any order in which sessions see one. What comes out is compared
 * with a list of the copies delivered, each with the sessions that had it.
 */
#include <string.h>

#include "../../kmod/copies.h"
#include "fuzz.h"

#define SESSIONS 8	/* more than there are places for */
#define MAX 512

/* A copy that was delivered. */
struct delivered {
	u32 tick;
	bool had[SESSIONS];
};

static struct delivered list[MAX];
static size_t count;

static void expire(u32 tick)
{
	size_t i, left = 0;

	for (i = 0; i < count; i++)
		if (tick - list[i].tick < 2)
			list[left++] = list[i];
	count = left;
}

static bool has_any(int session)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (list[i].had[session])
			return true;
	return false;
}

/* Is there a place for the session, with those that have one? */
static bool placed(int session)
{
	int other, taken = 0;

	if (has_any(session))
		return true;
	for (other = 0; other < SESSIONS; other++)
		taken += has_any(other);
	return taken < VXM_COPY_SESSIONS;
}

/* The first delivered copy that the session has not had is its own now. */
static bool want_deliver(int session, u32 tick)
{
	size_t i;

	expire(tick);
	if (!placed(session))
		return true;
	for (i = 0; i < count; i++) {
		if (list[i].had[session])
			continue;
		list[i].had[session] = true;
		return false;
	}
	memset(&list[count], 0, sizeof(list[count]));
	list[count].tick = tick;
	list[count++].had[session] = true;
	return true;
}

/* Each byte is a session that sees the packet, some time after the last. */
static void check_order(const u8 *data, size_t size)
{
	struct vxm_copies copies = { .tick = -3 };
	u32 tick = -3;
	size_t i;

	count = 0;
	for (i = 0; i < size && i < MAX; i++) {
		/* mostly no time goes by */
		if (data[i] >> 6 == 3)
			tick += data[i] >> 3 & 3;
		PROMISE(vxm_copies_see(&copies, 100 + data[i] % SESSIONS,
				       tick) ==
			want_deliver(data[i] % SESSIONS, tick));
		PROMISE(copies.delivered == count);
	}
}

/* Fields that no hop touches stay, what is told apart is all there is. */
static void check_head(const u8 *data, size_t size, u16 type)
{
	u8 *head = malloc(size ?: 1), *again = malloc(size ?: 1);
	size_t len, i;

	memcpy(head, data, size);
	len = vxm_copy_head(head, size, type);
	PROMISE(len <= size);
	PROMISE(!len || type == ETH_P_IP || type == ETH_P_IPV6);
	if (len) {
		for (i = 12; i < len; i++)
			PROMISE(head[i] == data[i]);
		/* a hop's work changes nothing, nor does padding */
		memcpy(again, data, size);
		again[1] ^= type == ETH_P_IP ? 0x03 : 0x30;
		again[type == ETH_P_IP ? 8 : 7] -= 1;
		if (type == ETH_P_IP)
			again[10] ^= 0xff;
		for (i = len; i < size; i++)
			again[i] ^= 0xff;
		PROMISE(vxm_copy_head(again, size, type) == len);
		PROMISE(!memcmp(head, again, len));
		/* what is left says all that the packet says, once more */
		PROMISE(vxm_copy_head(again, size, type) == len);
		PROMISE(!memcmp(head, again, len));
	}
	free(head);
	free(again);
}

int fuzz_input(const u8 *data, size_t size)
{
	if (!size)
		return 0;
	check_order(data + 1, size - 1);
	if (size > VXM_COPY_HEAD + 1)
		size = VXM_COPY_HEAD + 1;
	check_head(data + 1, size - 1, data[0] & 1 ? ETH_P_IP : ETH_P_IPV6);
	check_head(data + 1, size - 1, data[0] << 8);

	return 0;
}
