/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hist.h - the one log-linear histogram of invbench.
 *
 * Used by the program, the kernel half and the probes, so it holds arithmetic
 * only. A histogram is an array of HIST_BUCKETS(sub_bits) counters of 64 bits.
 * Values are nanoseconds (instructions on bed icount) from 0 to HIST_MAX.
 *
 * Each power of two is cut into 1 << sub_bits buckets of equal width: a value
 * below 2 << sub_bits is kept exactly, a larger one to within 1 >> sub_bits of
 * itself. After HdrHistogram (G. Tene), less its runtime configuration.
 */
#ifndef INVBENCH_HIST_H
#define INVBENCH_HIST_H

/* 2^37 - 1 ns is 137 s; a sample above it is counted as out of range, never clamped. */
#define HIST_MAX_BITS 37
#define HIST_MAX      ((1ULL << HIST_MAX_BITS) - 1)

/* 6 keeps the promise of the result format (error <= 1/64); 12 keeps 8191 instructions exact. */
#define HIST_SUB_BITS_MIN      6
#define HIST_SUB_BITS_MAX      12

#define HIST_BUCKETS(sub_bits) ((HIST_MAX_BITS - (sub_bits) + 1) << (sub_bits))

/* Index of the highest bit set; value must not be 0. */
static inline unsigned int hist_log2(unsigned long long value)
{
#ifdef __bpf__
	/* BPF has no instruction to count zeros; clang would emit a popcount. */
	unsigned int bit = 0;

	if (value >> 32) {
		value >>= 32;
		bit += 32;
	}
	if (value >> 16) {
		value >>= 16;
		bit += 16;
	}
	if (value >> 8) {
		value >>= 8;
		bit += 8;
	}
	if (value >> 4) {
		value >>= 4;
		bit += 4;
	}
	if (value >> 2) {
		value >>= 2;
		bit += 2;
	}
	return bit + (value >> 1);
#else
	return 63 - __builtin_clzll(value);
#endif
}

/* The bucket of @value, which must not be above HIST_MAX. */
static inline unsigned int hist_index(unsigned int sub_bits, unsigned long long value)
{
	unsigned int shift;

	if (value < (2ULL << sub_bits))
		return value;
	shift = hist_log2(value) - sub_bits;
	return (shift << sub_bits) + (value >> shift);
}

/* The smallest value of bucket @index. */
static inline unsigned long long hist_lower(unsigned int sub_bits, unsigned int index)
{
	unsigned int shift;

	if (index < (2U << sub_bits))
		return index;
	shift = (index >> sub_bits) - 1;
	return (unsigned long long)(index - (shift << sub_bits)) << shift;
}

/* How many values bucket @index holds. */
static inline unsigned long long hist_width(unsigned int sub_bits, unsigned int index)
{
	return index < (2U << sub_bits) ? 1 : 1ULL << ((index >> sub_bits) - 1);
}

#endif
