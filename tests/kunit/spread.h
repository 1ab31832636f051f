/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How evenly a hash spreads: so many things over so many places.
 */
#ifndef _VXM_KUNIT_SPREAD_H
#define _VXM_KUNIT_SPREAD_H

#include <linux/math64.h>
#include <linux/types.h>

#define VXM_KUNIT_THINGS 10000
#define VXM_KUNIT_PLACES 64

/*
 * Of things that fall by chance, one try in two million is above this (63
 * degrees of freedom: 63 is usual, and the deviation 11).
 */
#define VXM_KUNIT_UNEVEN 130

/**
 * vxm_kunit_uneven() - Pearson's chi-square against all places equal
 * @count: things in each of %VXM_KUNIT_PLACES, %VXM_KUNIT_THINGS in all
 *
 * Return: the statistic, rounded down.
 */
static inline u64 vxm_kunit_uneven(const u32 *count)
{
	s64 off, sum = 0;
	int i;

	for (i = 0; i < VXM_KUNIT_PLACES; i++) {
		off = (s64)count[i] * VXM_KUNIT_PLACES - VXM_KUNIT_THINGS;
		sum += off * off;
	}
	return div_u64(sum, VXM_KUNIT_THINGS * VXM_KUNIT_PLACES);
}

#endif /* _VXM_KUNIT_SPREAD_H */
