// SPDX-License-Identifier: GPL-2.0-only
/*
 * profile_barriers.c - for tests/vm/profile: reads instructions, a word in hex
 * a line, and prints what scripts/profile-barriers.h takes each for.
 */
#include <inttypes.h>
#include <stdio.h>

#include "profile-barriers.h"

static const char *const names[] = {
	[BARRIER_FULL] = "full", [BARRIER_LOAD] = "load", [BARRIER_STORE] = "store",
	[BARRIER_DSB] = "dsb",	 [BARRIER_LDAR] = "ldar", [BARRIER_STLR] = "stlr",
	[BARRIER_LLSC] = "llsc", [BARRIER_LSE] = "lse",	  [BARRIERS] = "none",
};

int main(void)
{
	uint32_t word;

	while (scanf("%" SCNx32, &word) == 1)
		puts(names[barrier_of(word)]);
	return 0;
}
