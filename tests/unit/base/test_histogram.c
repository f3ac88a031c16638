// SPDX-License-Identifier: GPL-2.0-only
/* test_histogram.c - buckets, quantiles, and the JSON of a histogram. */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "histogram.h"

/* Buckets follow each other without gap or overlap, up to HIST_MAX. */
static void test_buckets_tile(void **state)
{
	unsigned int sub_bits, i;

	for (sub_bits = HIST_SUB_BITS_MIN; sub_bits <= HIST_SUB_BITS_MAX; sub_bits++) {
		unsigned long long next = 0;

		for (i = 0; i < HIST_BUCKETS(sub_bits); i++) {
			assert_int_equal(hist_lower(sub_bits, i), next);
			next += hist_width(sub_bits, i);
			assert_int_equal(hist_index(sub_bits, hist_lower(sub_bits, i)), i);
			assert_int_equal(hist_index(sub_bits, next - 1), i);
		}
		assert_int_equal(next, HIST_MAX + 1);
	}
}

static void test_relative_error(void **state)
{
	unsigned int bits;

	for (bits = 8; bits < HIST_MAX_BITS; bits++) {
		unsigned long long value = (1ULL << bits) + 12345 % (1ULL << bits);
		unsigned long long width = hist_width(6, hist_index(6, value));

		assert_true(width * 64 <= value);
	}
}

static void test_init_refuses(void **state)
{
	struct histogram h;

	assert_int_equal(hist_init(&h, HIST_SUB_BITS_MIN - 1), -EINVAL);
	assert_int_equal(hist_init(&h, HIST_SUB_BITS_MAX + 1), -EINVAL);
	hist_free(&h);
	assert_int_equal(hist_init(&h, 6), 0);
	assert_int_equal(hist_quantile(&h, 0.5), 0);
	hist_free(&h);
	hist_free(&h);
}

/* 1..100, each once: the p-th percentile is p. */
static void test_quantiles_are_nearest_rank(void **state)
{
	const double q[] = { 0, 0.005, 0.01, 0.07, 0.5, 0.501, 0.99, 0.991, 1 };
	const uint64_t want[] = { 1, 1, 1, 7, 50, 51, 99, 100, 100 };
	uint64_t got[9], i;
	struct histogram h;

	assert_int_equal(hist_init(&h, 6), 0);
	for (i = 1; i <= 100; i++)
		hist_record(&h, i);
	hist_quantiles(&h, q, got, 9);
	for (i = 0; i < 9; i++) {
		assert_int_equal(got[i], want[i]);
		assert_int_equal(hist_quantile(&h, q[i]), want[i]);
	}
	assert_true(hist_mean(&h) == 50.5);
	hist_free(&h);
}

/* Above 2 << sub_bits a quantile is the middle of its bucket, but never outside min..max. */
static void test_quantile_in_wide_bucket(void **state)
{
	struct histogram h;

	assert_int_equal(hist_init(&h, 6), 0);
	hist_record(&h, 1);
	hist_record(&h, 1025); /* bucket 1024..1039 */
	hist_record(&h, 1026);
	hist_record(&h, 5000);
	assert_int_equal(hist_quantile(&h, 0.5), 1024 + 7);
	hist_free(&h);

	assert_int_equal(hist_init(&h, 6), 0);
	hist_record(&h, 1039);
	hist_record(&h, 1039);
	hist_record(&h, 1039);
	assert_int_equal(hist_quantile(&h, 0.5), 1039);
	hist_free(&h);
}

static void test_out_of_range_is_counted_apart(void **state)
{
	struct histogram h;

	assert_int_equal(hist_init(&h, 6), 0);
	hist_record(&h, HIST_MAX);
	hist_record(&h, HIST_MAX + 1);
	hist_record(&h, UINT64_MAX);
	assert_int_equal(h.count, 1);
	assert_int_equal(h.out_of_range, 2);
	assert_int_equal(h.max, HIST_MAX);
	hist_free(&h);
}

static void test_merge(void **state)
{
	struct histogram a, b, c;

	assert_int_equal(hist_init(&a, 6), 0);
	assert_int_equal(hist_init(&b, 6), 0);
	assert_int_equal(hist_init(&c, 7), 0);
	hist_record(&a, 10);
	hist_record(&b, 5);
	hist_record(&b, 100000);
	assert_int_equal(hist_merge(&a, &b), 0);
	assert_int_equal(a.count, 3);
	assert_int_equal(a.min, 5);
	assert_int_equal(a.max, 100000);
	assert_int_equal(a.sum, 100015);
	assert_int_equal(a.buckets[hist_index(6, 100000)], 1);
	assert_int_equal(hist_merge(&a, &c), -EINVAL);
	b.sum = UINT64_MAX;
	assert_int_equal(hist_merge(&a, &b), -EOVERFLOW);
	assert_int_equal(a.count, 3);
	hist_free(&a);
	hist_free(&b);
	hist_free(&c);
}

static void test_add_buckets(void **state)
{
	uint64_t *buckets = calloc(HIST_BUCKETS(6), sizeof(*buckets));
	struct histogram h;

	assert_non_null(buckets);
	assert_int_equal(hist_init(&h, 6), 0);
	hist_add_buckets(&h, buckets, UINT64_MAX, 0, 0, 3);
	assert_int_equal(h.count, 0);
	assert_int_equal(h.min, 0);
	assert_int_equal(h.out_of_range, 3);
	buckets[hist_index(6, 20)] = 2;
	buckets[hist_index(6, 40)] = 1;
	hist_add_buckets(&h, buckets, 20, 40, 80, 0);
	hist_add_buckets(&h, buckets, 20, 40, 80, 0);
	assert_int_equal(h.count, 6);
	assert_int_equal(h.sum, 160);
	assert_int_equal(h.min, 20);
	assert_int_equal(hist_quantile(&h, 0.5), 20);
	hist_free(&h);
	free(buckets);
}

static void fill(struct histogram *h, unsigned int sub_bits)
{
	uint64_t value = 1, i;

	assert_int_equal(hist_init(h, sub_bits), 0);
	for (i = 0; i < 500; i++) {
		value = value * 6364136223846793005ULL + 1442695040888963407ULL;
		hist_record(h, value >> (28 + i % 30));
	}
	hist_record(h, HIST_MAX + 1);
}

/* A packed one has every bucket in its place, and takes nothing in. */
static void assert_unpacks_to(struct histogram *packed, const struct histogram *want)
{
	struct histogram h;

	assert_null(packed->buckets);
	assert_int_equal(hist_merge(packed, want), -EINVAL);
	assert_int_equal(hist_init(&h, packed->sub_bits), 0);
	assert_int_equal(hist_merge(&h, packed), 0);
	assert_int_equal(hist_merge(&h, packed), 0);
	assert_int_equal(h.count, 2 * want->count);
	for (unsigned int i = 0; i < HIST_BUCKETS(h.sub_bits); i++)
		assert_int_equal(h.buckets[i], 2 * want->buckets[i]);
	hist_free(&h);
}

static void assert_packed_says(const struct histogram *packed, const struct histogram *want)
{
	json_t *a = hist_to_json(packed), *b = hist_to_json(want);

	for (unsigned int permille = 0; permille <= 1000; permille++)
		assert_int_equal(hist_quantile(packed, permille / 1000.0), hist_quantile(want, permille / 1000.0));
	assert_true(hist_mean(packed) == hist_mean(want));
	assert_true(json_equal(a, b));
	json_decref(a);
	json_decref(b);
}

static void test_json_and_back(void **state)
{
	unsigned int sub_bits;

	for (sub_bits = HIST_SUB_BITS_MIN; sub_bits <= HIST_SUB_BITS_MAX; sub_bits++) {
		struct histogram a, b;
		char error[256];
		json_t *json;

		fill(&a, sub_bits);
		json = hist_to_json(&a);
		assert_non_null(json);
		assert_int_equal(hist_from_json(json, &b, error, sizeof(error)), 0);
		assert_int_equal(a.count, b.count);
		assert_int_equal(a.min, b.min);
		assert_int_equal(a.max, b.max);
		assert_int_equal(a.sum, b.sum);
		assert_int_equal(a.out_of_range, b.out_of_range);
		assert_unpacks_to(&b, &a);
		assert_packed_says(&b, &a);
		json_decref(json);
		hist_free(&a);
		hist_free(&b);
	}
}

static void test_empty_json_and_back(void **state)
{
	struct histogram a, b;
	char error[256];
	json_t *json;

	assert_int_equal(hist_init(&a, 6), 0);
	json = hist_to_json(&a);
	assert_int_equal(hist_from_json(json, &b, error, sizeof(error)), 0);
	assert_int_equal(b.count, 0);
	assert_unpacks_to(&b, &a);
	assert_packed_says(&b, &a);
	json_decref(json);
	hist_free(&a);
	hist_free(&b);
}

/* Each is one change to a good histogram, and what must be said about it. */
static const struct {
	const char *json, *want;
} bad_json[] = {
	{ "7", ": must be an object" },
	{ "{}", ".sub_bits: missing" },
	{ "{'sub_bits':'6'}", ".sub_bits: must be an integer" },
	{ "{'sub_bits':5}", ".sub_bits: 5 is outside 6..12" },
	{ "{'sub_bits':13}", ".sub_bits: 13 is outside" },
	{ "{'sub_bits':-1}", ".sub_bits: -1 is negative" },
	{ "{'sub_bits':6}", ".count: missing" },
	{ "{'sub_bits':6,'count':1,'min':5,'max':5,'sum':5}", ".out_of_range: missing" },
	{ "{'sub_bits':6,'count':1,'min':5,'max':5,'sum':5,'out_of_range':0}", ".buckets: missing" },
	{ "{'sub_bits':6,'count':1,'min':5,'max':5,'sum':5,'out_of_range':0,'buckets':{}}",
	  ".buckets: must be an array" },
	{ "{'sub_bits':6,'count':1,'min':5,'max':5,'sum':5,'out_of_range':0,'buckets':[5]}",
	  ".buckets[0]: must be two" },
	{ "{'sub_bits':6,'count':1,'min':5,'max':5,'sum':5,'out_of_range':0,'buckets':[[5,1,1]]}",
	  ".buckets[0]: must be two" },
	{ "{'sub_bits':6,'count':1,'min':5,'max':5,'sum':5,'out_of_range':0,'buckets':[[5,1.0]]}",
	  ".buckets[0]: must be two" },
	{ "{'sub_bits':6,'count':1,'min':5,'max':5,'sum':5,'out_of_range':0,'buckets':[[-1,1]]}",
	  ".buckets[0]: index -1 is outside" },
	{ "{'sub_bits':6,'count':1,'min':5,'max':5,'sum':5,'out_of_range':0,'buckets':[[2048,1]]}",
	  ".buckets[0]: index 2048 is outside 0..2047" },
	{ "{'sub_bits':6,'count':1,'min':5,'max':5,'sum':5,'out_of_range':0,'buckets':[[5,0]]}",
	  ".buckets[0]: count 0 is not above 0" },
	{ "{'sub_bits':6,'count':1,'min':5,'max':5,'sum':5,'out_of_range':0,'buckets':[[5,-1]]}",
	  ".buckets[0]: count -1 is not above 0" },
	{ "{'sub_bits':6,'count':2,'min':5,'max':5,'sum':10,'out_of_range':0,'buckets':[[5,1],[5,1]]}",
	  ".buckets[1]: index 5 does not ascend" },
	{ "{'sub_bits':6,'count':2,'min':4,'max':5,'sum':9,'out_of_range':0,'buckets':[[5,1],[4,1]]}",
	  ".buckets[1]: index 4 does not ascend" },
	{ "{'sub_bits':6,'count':2,'min':5,'max':5,'sum':5,'out_of_range':0,'buckets':[[5,1]]}",
	  ".count: 2, but the buckets hold 1" },
	{ "{'sub_bits':6,'count':0,'min':1,'max':0,'sum':0,'out_of_range':0,'buckets':[]}",
	  ".sum: min, max and sum of nothing" },
	{ "{'sub_bits':6,'count':1,'min':4,'max':5,'sum':5,'out_of_range':0,'buckets':[[5,1]]}",
	  ".min: 4 is not in the first" },
	{ "{'sub_bits':6,'count':1,'min':5,'max':6,'sum':5,'out_of_range':0,'buckets':[[5,1]]}",
	  ".max: 6 is not in the last" },
	{ "{'sub_bits':6,'count':1,'min':1030,'max':1026,'sum':1026,'out_of_range':0,'buckets':[[320,1]]}",
	  ".min: 1030 is above max" },
	{ "{'sub_bits':6,'count':1,'min':5,'max':5,'sum':6,'out_of_range':0,'buckets':[[5,1]]}",
	  ".sum: 6 does not fit" },
	{ "{'sub_bits':6,'count':1,'min':5,'max':5,'sum':4,'out_of_range':0,'buckets':[[5,1]]}",
	  ".sum: 4 does not fit" },
	{ "{'sub_bits':6,'count':1,'min':5,'max':5,'sum':5,'out_of_range':0,'buckets':[[5,9223372036854775807],[6,9223372036854775807],[7,9]]}",
	  ".buckets[2]: the counts add up to more than 64 bits" },
};

static void test_bad_json(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(bad_json) / sizeof(bad_json[0]); i++) {
		struct histogram h = { .count = 1 };
		char *text = strdup(bad_json[i].json), *c, error[256] = "";
		json_t *json;

		for (c = text; *c; c++)
			*c = *c == '\'' ? '"' : *c;
		json = json_loads(text, JSON_DECODE_ANY, NULL);
		assert_non_null(json);
		assert_int_equal(hist_from_json(json, &h, error, sizeof(error)), -EINVAL);
		if (strncmp(error, bad_json[i].want, strlen(bad_json[i].want)))
			fail_msg("%s: said \"%s\", not \"%s\"", bad_json[i].json, error, bad_json[i].want);
		assert_null(h.counts);
		assert_int_equal(h.count, 0);
		json_decref(json);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buckets_tile),
		cmocka_unit_test(test_relative_error),
		cmocka_unit_test(test_init_refuses),
		cmocka_unit_test(test_quantiles_are_nearest_rank),
		cmocka_unit_test(test_quantile_in_wide_bucket),
		cmocka_unit_test(test_out_of_range_is_counted_apart),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_add_buckets),
		cmocka_unit_test(test_json_and_back),
		cmocka_unit_test(test_empty_json_and_back),
		cmocka_unit_test(test_bad_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
