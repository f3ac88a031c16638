/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * units.h - sizes and times, as people write them: 4K, 20us.
 */
#ifndef INVBENCH_UNITS_H
#define INVBENCH_UNITS_H

#include <stddef.h>
#include <stdint.h>

#define UNITS_BYTES 24 /* of the longest number with its unit */

/*
 * Digits and at most one of K, M and G (2^10, 2^20, 2^30); a time is digits and one of
 * ns, us and ms. 0, -EINVAL if it is neither, or -ERANGE if 64 bits do not hold it.
 */
int units_parse_size(const char *text, uint64_t *value);
int units_parse_time(const char *text, uint64_t *ns);
/* The unit of time that @text begins with, in nanoseconds, and in *@end what follows it; 0 if there is none. */
uint64_t units_of_time(const char *text, const char **end);

/* By the largest unit that it is a multiple of: 4096 is 4K, 1500000 ns are 1500us. They are parsed back to the same. */
void units_format_size(uint64_t value, char *out, size_t size);
void units_format_time(uint64_t ns, char *out, size_t size);

#endif
