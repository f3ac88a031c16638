/* SPDX-License-Identifier: GPL-2.0-only */
/* histogram.c - a histogram of latencies in memory and in the result format. */
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "histogram.h"

int hist_init(struct histogram *h, unsigned int sub_bits)
{
	memset(h, 0, sizeof(*h));
	if (sub_bits < HIST_SUB_BITS_MIN || sub_bits > HIST_SUB_BITS_MAX)
		return -EINVAL;
	h->buckets = calloc(HIST_BUCKETS(sub_bits), sizeof(*h->buckets));
	if (!h->buckets)
		return -ENOMEM;
	h->sub_bits = sub_bits;
	return 0;
}

void hist_clear(struct histogram *h)
{
	memset(h->buckets, 0, HIST_BUCKETS(h->sub_bits) * sizeof(*h->buckets));
	*h = (struct histogram){ .sub_bits = h->sub_bits, .buckets = h->buckets };
}

void hist_free(struct histogram *h)
{
	free(h->buckets);
	free(h->counts); /* and the indices behind them */
	memset(h, 0, sizeof(*h));
}

/* The buckets that may hold something, by place: of a packed one the n-th, else the bucket itself. */
struct places {
	unsigned int first, end;
};

static struct places places_of(const struct histogram *h)
{
	if (!h->buckets)
		return (struct places){ 0, h->nr_packed };
	return (struct places){ hist_index(h->sub_bits, h->min), hist_index(h->sub_bits, h->max) + 1 };
}

static unsigned int index_at(const struct histogram *h, unsigned int place)
{
	return h->buckets ? place : h->indices[place];
}

static uint64_t count_at(const struct histogram *h, unsigned int place)
{
	return h->buckets ? h->buckets[place] : h->counts[place];
}

static void widen(struct histogram *h, uint64_t min, uint64_t max)
{
	if (!h->count || min < h->min)
		h->min = min;
	if (!h->count || max > h->max)
		h->max = max;
}

void hist_record(struct histogram *h, uint64_t value)
{
	if (value > HIST_MAX) {
		h->out_of_range++;
		return;
	}
	widen(h, value, value);
	h->count++;
	h->sum += value;
	h->buckets[hist_index(h->sub_bits, value)]++;
}

int hist_record_times(struct histogram *h, uint64_t value, uint64_t times)
{
	uint64_t *seen = value > HIST_MAX ? &h->out_of_range : &h->count, total, part, sum;

	if (__builtin_add_overflow(*seen, times, &total) || __builtin_mul_overflow(value, times, &part) ||
	    __builtin_add_overflow(h->sum, part, &sum))
		return -EOVERFLOW;
	if (times && value <= HIST_MAX) {
		widen(h, value, value);
		h->sum = sum;
		h->buckets[hist_index(h->sub_bits, value)] += times;
	}
	*seen = total;
	return 0;
}

int hist_merge(struct histogram *dst, const struct histogram *src)
{
	const struct places places = places_of(src);
	uint64_t count, sum, out_of_range;
	unsigned int i;

	if (dst->sub_bits != src->sub_bits || !dst->buckets)
		return -EINVAL;
	if (__builtin_add_overflow(dst->count, src->count, &count) ||
	    __builtin_add_overflow(dst->sum, src->sum, &sum) ||
	    __builtin_add_overflow(dst->out_of_range, src->out_of_range, &out_of_range))
		return -EOVERFLOW;
	if (src->count) {
		widen(dst, src->min, src->max);
		/* No counter can overflow if their total does not. */
		for (i = places.first; i < places.end; i++)
			if (count_at(src, i))
				dst->buckets[index_at(src, i)] += count_at(src, i);
	}
	dst->count = count;
	dst->sum = sum;
	dst->out_of_range = out_of_range;
	return 0;
}

void hist_add_buckets(struct histogram *h, const uint64_t *buckets, uint64_t min, uint64_t max, uint64_t sum,
		      uint64_t out_of_range)
{
	uint64_t count = 0;
	unsigned int i;

	for (i = 0; i < HIST_BUCKETS(h->sub_bits); i++) {
		if (!buckets[i])
			continue;
		h->buckets[i] += buckets[i];
		count += buckets[i];
	}
	h->out_of_range += out_of_range;
	if (!count)
		return;
	widen(h, min, max);
	h->count += count;
	h->sum += sum;
}

/* The rank, from 1, that quantile @q of @count samples has. */
static uint64_t rank_of(uint64_t count, double q)
{
	/* 0.07 * 100 is 7.000000000000001: without the correction its ceiling is 8. */
	double rank = ceil(q * (double)count * (1 - 4 * DBL_EPSILON));

	if (rank < 1)
		return 1;
	return rank >= (double)count ? count : (uint64_t)rank;
}

static uint64_t middle_of(const struct histogram *h, unsigned int index)
{
	uint64_t value = hist_lower(h->sub_bits, index) + (hist_width(h->sub_bits, index) - 1) / 2;

	if (value < h->min)
		return h->min;
	return value > h->max ? h->max : value;
}

void hist_quantiles(const struct histogram *h, const double *q, uint64_t *values, size_t n)
{
	const struct places places = places_of(h);
	unsigned int i = places.first;
	uint64_t seen = h->count ? count_at(h, i) : 0, rank;
	size_t k;

	for (k = 0; k < n; k++) {
		rank = h->count ? rank_of(h->count, q[k]) : 0;
		while (seen < rank && i + 1 < places.end)
			seen += count_at(h, ++i);
		if (rank <= 1)
			values[k] = h->min;
		else
			values[k] = rank == h->count ? h->max : middle_of(h, index_at(h, i));
	}
}

uint64_t hist_quantile(const struct histogram *h, double q)
{
	uint64_t value;

	hist_quantiles(h, &q, &value, 1);
	return value;
}

double hist_mean(const struct histogram *h)
{
	return h->count ? (double)h->sum / (double)h->count : 0;
}

static json_t *buckets_to_json(const struct histogram *h)
{
	const struct places places = h->buckets ? (struct places){ 0, HIST_BUCKETS(h->sub_bits) } : places_of(h);
	json_t *array = json_array();
	unsigned int i;

	for (i = places.first; array && i < places.end; i++) {
		if (!count_at(h, i))
			continue;
		if (json_array_append_new(
			    array, json_pack("[I, I]", (json_int_t)index_at(h, i), (json_int_t)count_at(h, i)))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

json_t *hist_to_json(const struct histogram *h)
{
	/* json_pack() steals the "o" also when it fails, and fails on a NULL one. */
	return json_pack("{s:i, s:I, s:I, s:I, s:I, s:I, s:o}", "sub_bits", (int)h->sub_bits, "count",
			 (json_int_t)h->count, "min", (json_int_t)h->min, "max", (json_int_t)h->max, "sum",
			 (json_int_t)h->sum, "out_of_range", (json_int_t)h->out_of_range, "buckets",
			 buckets_to_json(h));
}

struct complaint {
	char *text;
	size_t size;
};

static int __attribute__((format(printf, 2, 3))) refuse(struct complaint *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(c->text, c->size, format, args);
	va_end(args);
	return -EINVAL;
}

static int get_count(const json_t *json, const char *key, uint64_t *value, struct complaint *c)
{
	const json_t *member = json_object_get(json, key);

	if (!member)
		return refuse(c, ".%s: missing", key);
	if (!json_is_integer(member))
		return refuse(c, ".%s: must be an integer", key);
	if (json_integer_value(member) < 0)
		return refuse(c, ".%s: %" JSON_INTEGER_FORMAT " is negative", key, json_integer_value(member));
	*value = (uint64_t)json_integer_value(member);
	return 0;
}

static int get_sub_bits(const json_t *json, unsigned int *sub_bits, struct complaint *c)
{
	uint64_t bits = 0;
	int err = get_count(json, "sub_bits", &bits, c);

	if (!err && (bits < HIST_SUB_BITS_MIN || bits > HIST_SUB_BITS_MAX))
		err = refuse(c, ".sub_bits: %" PRIu64 " is outside %d..%d", bits, HIST_SUB_BITS_MIN, HIST_SUB_BITS_MAX);
	*sub_bits = (unsigned int)bits;
	return err;
}

/* What the buckets themselves say, against which the totals are checked. */
struct totals {
	uint64_t count;
	unsigned int first, last; /* bucket indices */
	__extension__ unsigned __int128 sum_least, sum_most;
};

static int read_bucket(const json_t *pair, size_t nth, struct histogram *h, struct totals *t, struct complaint *c)
{
	const json_t *index = json_array_get(pair, 0), *count = json_array_get(pair, 1);
	json_int_t i, n;

	if (json_array_size(pair) != 2 || !json_is_integer(index) || !json_is_integer(count))
		return refuse(c, ".buckets[%zu]: must be two integers, [index, count]", nth);
	i = json_integer_value(index);
	n = json_integer_value(count);
	if (i < 0 || i >= (json_int_t)HIST_BUCKETS(h->sub_bits))
		return refuse(c, ".buckets[%zu]: index %" JSON_INTEGER_FORMAT " is outside 0..%u", nth, i,
			      HIST_BUCKETS(h->sub_bits) - 1);
	if (nth && i <= (json_int_t)t->last)
		return refuse(c, ".buckets[%zu]: index %" JSON_INTEGER_FORMAT " does not ascend", nth, i);
	if (n <= 0)
		return refuse(c, ".buckets[%zu]: count %" JSON_INTEGER_FORMAT " is not above 0", nth, n);
	if (__builtin_add_overflow(t->count, (uint64_t)n, &t->count))
		return refuse(c, ".buckets[%zu]: the counts add up to more than 64 bits", nth);
	if (!nth)
		t->first = (unsigned int)i;
	t->last = (unsigned int)i;
	h->indices[nth] = (uint32_t)i;
	h->counts[nth] = (uint64_t)n;
	h->nr_packed++;
	t->sum_least += (__typeof__(t->sum_least))n * hist_lower(h->sub_bits, t->last);
	t->sum_most +=
		(__typeof__(t->sum_most))n * (hist_lower(h->sub_bits, t->last) + hist_width(h->sub_bits, t->last) - 1);
	return 0;
}

/* For @n buckets that are not empty. */
static int make_room(struct histogram *h, size_t n, struct complaint *c)
{
	h->counts = reallocarray(NULL, n ? n : 1, sizeof(*h->counts) + sizeof(*h->indices));
	if (!h->counts) {
		refuse(c, ": out of memory");
		return -ENOMEM;
	}
	h->indices = (uint32_t *)(h->counts + n);
	return 0;
}

static int read_buckets(const json_t *json, struct histogram *h, struct totals *t, struct complaint *c)
{
	const json_t *array = json_object_get(json, "buckets");
	size_t nth;
	int err;

	if (!array)
		return refuse(c, ".buckets: missing");
	if (!json_is_array(array))
		return refuse(c, ".buckets: must be an array");
	err = make_room(h, json_array_size(array), c);
	for (nth = 0; nth < json_array_size(array) && !err; nth++)
		err = read_bucket(json_array_get(array, nth), nth, h, t, c);
	return err;
}

static bool in_bucket(const struct histogram *h, uint64_t value, unsigned int index)
{
	return value <= HIST_MAX && hist_index(h->sub_bits, value) == index;
}

static int check_totals(const struct histogram *h, const struct totals *t, struct complaint *c)
{
	if (h->count != t->count)
		return refuse(c, ".count: %" PRIu64 ", but the buckets hold %" PRIu64, h->count, t->count);
	if (!h->count)
		return h->min || h->max || h->sum ? refuse(c, ".sum: min, max and sum of nothing must be 0") : 0;
	if (!in_bucket(h, h->min, t->first))
		return refuse(c, ".min: %" PRIu64 " is not in the first bucket", h->min);
	if (!in_bucket(h, h->max, t->last))
		return refuse(c, ".max: %" PRIu64 " is not in the last bucket", h->max);
	if (h->min > h->max)
		return refuse(c, ".min: %" PRIu64 " is above max, %" PRIu64, h->min, h->max);
	if (h->sum < t->sum_least || h->sum > t->sum_most)
		return refuse(c, ".sum: %" PRIu64 " does not fit the buckets", h->sum);
	return 0;
}

static int read_totals(const json_t *json, struct histogram *h, struct complaint *c)
{
	int err = get_count(json, "count", &h->count, c);

	err = err ?: get_count(json, "min", &h->min, c);
	err = err ?: get_count(json, "max", &h->max, c);
	err = err ?: get_count(json, "sum", &h->sum, c);
	return err ?: get_count(json, "out_of_range", &h->out_of_range, c);
}

int hist_from_json(const json_t *json, struct histogram *h, char *error, size_t error_size)
{
	struct complaint c = { error, error_size };
	struct totals t = { 0 };
	int err;

	memset(h, 0, sizeof(*h));
	if (!json_is_object(json))
		return refuse(&c, ": must be an object");
	err = get_sub_bits(json, &h->sub_bits, &c);
	err = err ?: read_totals(json, h, &c);
	err = err ?: read_buckets(json, h, &t, &c);
	err = err ?: check_totals(h, &t, &c);
	if (err)
		hist_free(h);
	return err;
}
