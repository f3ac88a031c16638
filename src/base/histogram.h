/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * histogram.h - a histogram of latencies in memory and in the result format.
 *
 * Values are nanoseconds (instructions on bed icount). hist.h has the bucket
 * arithmetic, results/README.md the JSON.
 */
#ifndef INVBENCH_HISTOGRAM_H
#define INVBENCH_HISTOGRAM_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "hist.h"

/*
 * What is recorded to has all its buckets; what was read from a file is packed:
 * it has only those that are not empty, as a hundred thousand files would not
 * fit in memory otherwise. A packed one can be read, and merged into another.
 */
struct histogram {
	unsigned int sub_bits;
	unsigned int nr_packed;
	uint64_t count;	       /* over the buckets */
	uint64_t min, max;     /* exact; 0 while count is 0 */
	uint64_t sum;	       /* exact */
	uint64_t out_of_range; /* samples above HIST_MAX, in no bucket */
	uint64_t *buckets;     /* HIST_BUCKETS(sub_bits); pages nobody touched cost no memory. NULL if packed */
	uint64_t *counts;      /* nr_packed, none 0; NULL if not packed */
	uint32_t *indices;     /* of the buckets that have them, ascending */
};

/* 0, -EINVAL for @sub_bits outside HIST_SUB_BITS_MIN..MAX, or -ENOMEM. */
int hist_init(struct histogram *h, unsigned int sub_bits);
/*
 * Clears it, and writes to all of its memory in doing so. Else the first sample in a page
 * has a page fault, and where devices share the process also an invalidation.
 */
void hist_clear(struct histogram *h);
/* Also fine on a zeroed struct, and twice. */
void hist_free(struct histogram *h);

void hist_record(struct histogram *h, uint64_t value);
/* The same @times over. -EOVERFLOW if a sum does not fit; @h is then untouched. */
int hist_record_times(struct histogram *h, uint64_t value, uint64_t times);

/* Adds @src to @dst. -EINVAL if their sub_bits differ or @dst is packed, -EOVERFLOW if a sum does not fit; @dst is then untouched. */
int hist_merge(struct histogram *dst, const struct histogram *src);

/*
 * Adds bare counters, as the kernel half and the probes fill them: @buckets
 * has HIST_BUCKETS(h->sub_bits) of them. @min, @max and @sum are over the
 * samples in the buckets; they are ignored if all counters are 0.
 */
void hist_add_buckets(struct histogram *h, const uint64_t *buckets, uint64_t min, uint64_t max, uint64_t sum,
		      uint64_t out_of_range);

/*
 * The nearest-rank quantile, @q from 0 (smallest) to 1 (largest): exact where
 * a bucket is one value wide, else the middle of the bucket, never outside
 * min..max. 0 if the histogram is empty.
 */
uint64_t hist_quantile(const struct histogram *h, double q);
/* The same for @n of them, which must ascend. */
void hist_quantiles(const struct histogram *h, const double *q, uint64_t *values, size_t n);

/* 0 if the histogram is empty. */
double hist_mean(const struct histogram *h);

/* A new reference, or NULL if out of memory. */
json_t *hist_to_json(const struct histogram *h);

/*
 * Reads what hist_to_json() wrote and believes none of it: ranges, order,
 * and that count, min, max and sum fit the buckets. On success @h is packed and
 * needs hist_free(). Else returns -EINVAL or -ENOMEM, @h is zeroed, and @error says
 * what is wrong, made to be put behind the name of the histogram:
 * ".buckets[3]: ..." or ": ...".
 */
int hist_from_json(const json_t *json, struct histogram *h, char *error, size_t error_size);

#endif
