// SPDX-License-Identifier: GPL-2.0-only
#include "times.h"

void times_add(struct times *sum, const struct times *times)
{
	unsigned int i;

	sum->number += times->number;
	for (i = 0; i <= TIMES_LONGEST; i++)
		sum->count[i] += times->count[i];
}

unsigned int times_percentile(const struct times *times, double part)
{
	u64 seen = 0;
	unsigned int i;

	for (i = 0; i < TIMES_LONGEST; i++) {
		seen += times->count[i];
		if (seen >= times->number * part)
			break;
	}
	return i;
}
