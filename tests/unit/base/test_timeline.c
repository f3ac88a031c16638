// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_timeline.c - latency over a pass: which operations are in which window,
 * that all threads' are added up window by window, and the JSON.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "cpus.h"
#include "harness.h"
#include "must.h"
#include "suite.h"
#include "record.h"
#include "timeline.h"

/* ---- windows ---- */

/* Window i * windows / ops has operation i, computed here with 128 bits; the cursor goes the same way. */
static void assert_windows(unsigned long long ops)
{
	unsigned long long *cells = calloc(windows_of(ops) * WINDOW_BUCKETS, sizeof(*cells)), op;
	struct window w;

	MUST(cells);
	window_start(&w, cells, ops);
	for (op = 0; op < ops; op++) {
		window_record(&w, op, op % 8);
		assert_int_equal(w.number, (__extension__(unsigned __int128) op) * windows_of(ops) / ops);
		assert_ptr_equal(w.cells, cells + w.number * WINDOW_BUCKETS);
	}
	for (op = 0; op < windows_of(ops); op++) {
		unsigned long long count = 0, i;

		for (i = 0; i < 8; i++)
			count += cells[op * WINDOW_BUCKETS + i];
		assert_int_equal(count, window_first(ops, op + 1) - window_first(ops, op));
		assert_in_range(count, ops / windows_of(ops), ops / windows_of(ops) + 1);
	}
	free(cells);
}

static void test_windows(void **state)
{
	unsigned long long ops;

	for (ops = 1; ops < 300; ops++)
		assert_windows(ops);
	assert_windows(100003);
	/* Where the product would not fit into 64 bits. */
	assert_int_equal(window_first(UINT64_MAX, 64), UINT64_MAX);
	assert_int_equal(window_first(UINT64_MAX, 32), UINT64_MAX / 2 + 1);
}

/* A sample that is in no bucket is not told, and may be the one at a border. */
static void test_window_skipped(void **state)
{
	unsigned long long cells[4 * WINDOW_BUCKETS] = {};
	struct window w;

	window_start(&w, cells, 4);
	window_record(&w, 0, 1);
	window_record(&w, 3, 2);
	assert_int_equal(cells[1], 1);
	assert_int_equal(cells[3 * WINDOW_BUCKETS + 2], 1);
}

/* ---- recording ---- */

#define SLOW_NS 3000000

static unsigned int done[2]; /* operations of a thread, warm-up included */

/* In each thread, one operation in the sixth window sleeps. */
static int op(struct run_case *c, unsigned int thread)
{
	const struct timespec slow = { .tv_nsec = SLOW_NS };

	if (done[thread]++ == case_param(c, "warmup") + window_first(case_param(c, "ops"), 5))
		nanosleep(&slow, NULL);
	return 0;
}

WORKLOAD(sleeps) = {
	.name = "sleeps",
	.summary = "for this test",
	.unit = "call",
	.op = op,
};

static int whole(struct run_case *c)
{
	case_sample(c, 0, 7);
	case_count(c, 1);
	return 0;
}

WORKLOAD(at_once) = {
	.name = "at_once",
	.summary = "for this test",
	.unit = "call",
	.whole = whole,
};

static void run(struct run_case *c, struct suite *suite, const char *what)
{
	const struct pass pass = { .kind = RING_PASS_TIMING };
	struct sentence why;

	*suite = (struct suite){};
	memset(done, 0, sizeof(done));
	MUST(!suite_add_line(suite, what, "test", 0, &why));
	case_run(c, &suite->cases[0], HIST_SUB_BITS_MIN, &pass);
	assert_string_equal(c->reason, "");
	assert_int_equal(c->status, STATUS_PASS);
}

static unsigned long long in_window(const struct timeline *t, unsigned int window, unsigned int from)
{
	unsigned long long count = 0;
	unsigned int i;

	for (i = from; i < WINDOW_BUCKETS; i++)
		count += t->cells[window * WINDOW_BUCKETS + i];
	return count;
}

static void assert_recorded(const char *what, unsigned int threads, unsigned long long ops)
{
	struct suite suite;
	struct run_case c;
	unsigned int i;

	run(&c, &suite, what);
	assert_int_equal(c.timeline.windows, windows_of(ops));
	assert_int_equal(timeline_count(&c.timeline), threads * ops);
	for (i = 0; i < windows_of(ops); i++)
		assert_int_equal(in_window(&c.timeline, i, 0),
				 threads * (window_first(ops, i + 1) - window_first(ops, i)));
	assert_true(in_window(&c.timeline, 5, hist_index(WINDOW_SUB_BITS, SLOW_NS)) >= threads);
	case_free(&c);
	suite_free(&suite);
}

static void test_recording(void **state)
{
	assert_recorded("sleeps ops=1000 warmup=10", 1, 1000);
	assert_recorded("sleeps ops=7 warmup=0", 1, 7);
	if (thread_cpu(1) >= 0)
		assert_recorded("sleeps ops=130 warmup=3 threads=2", 2, 130);
}

/* The result file has it, and what has no order is without. */
static void test_record(void **state)
{
	struct suite suite;
	struct run_case c;
	json_t *json;

	run(&c, &suite, "sleeps ops=1000");
	json = record_case(&c, NULL);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(json, "timeline"), "windows")), 64);
	json_decref(json);
	case_free(&c);
	suite_free(&suite);
	run(&c, &suite, "at_once");
	json = record_case(&c, NULL);
	assert_int_equal(json_integer_value(json_object_get(json, "ops")), 1);
	assert_null(json_object_get(json, "timeline"));
	json_decref(json);
	case_free(&c);
	suite_free(&suite);
}

/* ---- JSON ---- */

static void test_add(void **state)
{
	struct timeline a = {}, b = {};

	MUST(!timeline_init(&a) && !timeline_init(&b));
	b.cells[0] = 5;
	b.cells[3 * WINDOW_BUCKETS + 17] = 7;
	assert_int_equal(timeline_add(&a, b.cells, 0), 0);
	assert_int_equal(timeline_count(&a), 0);
	assert_int_equal(timeline_add(&a, b.cells, 4), 0);
	assert_int_equal(timeline_add(&a, b.cells, 4), 0);
	assert_int_equal(timeline_add(&a, b.cells, 5), -EINVAL);
	assert_int_equal(a.windows, 4);
	assert_int_equal(timeline_count(&a), 24);
	assert_int_equal(a.cells[3 * WINDOW_BUCKETS + 17], 14);
	timeline_clear(&a);
	assert_int_equal(timeline_count(&a), 0);
	assert_int_equal(a.cells[0], 0);
	timeline_free(&a);
	timeline_free(&a);
	timeline_free(&b);
}

static void test_json(void **state)
{
	struct timeline t;
	struct timeline_cells cells;
	char error[200], *text;
	json_t *json;

	MUST(!timeline_init(&t));
	t.windows = 3;
	t.cells[12] = 1;
	t.cells[2 * WINDOW_BUCKETS] = 1ULL << 39;
	t.cells[2 * WINDOW_BUCKETS + WINDOW_BUCKETS - 1] = 2;
	json = timeline_to_json(&t);
	text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(text, "{\"cells\":[[0,12,1],[2,0,549755813888],[2,279,2]],\"sub_bits\":3,\"windows\":3}");
	assert_int_equal(timeline_from_json(json, &cells, error, sizeof(error)), 0);
	assert_int_equal(cells.windows, 3);
	assert_int_equal(cells.sub_bits, 3);
	assert_int_equal(cells.count, (1ULL << 39) + 3);
	assert_int_equal(cells.nr, 3);
	assert_true(cells.list[1].window == 2 && cells.list[1].bucket == 0 && cells.list[1].count == 1ULL << 39);
	assert_true(cells.list[2].window == 2 && cells.list[2].bucket == 279 && cells.list[2].count == 2);
	free(cells.list);
	free(text);
	json_decref(json);
	timeline_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_windows),	  cmocka_unit_test(test_window_skipped),
		cmocka_unit_test(test_recording), cmocka_unit_test(test_record),
		cmocka_unit_test(test_add),	  cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
