/* SPDX-License-Identifier: GPL-2.0-only */
/* must.h - for what a test needs and does not test: unlike assert() it stays in every build. */
#ifndef INVBENCH_TESTS_MUST_H
#define INVBENCH_TESTS_MUST_H

#include <stdio.h>
#include <stdlib.h>

#define MUST(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

#endif
