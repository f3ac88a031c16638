// SPDX-License-Identifier: GPL-2.0-only
/* test_spans.c - sets of addresses, against a bitmap of a small address space. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "spans.h"

#define SPACE 64

static void a_span_has_both_ends(void **state)
{
	const struct span s = span_of(0x1000, 0x1000), top = span_of(UINT64_MAX - 1, 100), one = span_of(7, 1);

	assert_true(s.first == 0x1000 && s.last == 0x1fff);
	assert_true(top.first == UINT64_MAX - 1 && top.last == UINT64_MAX); /* no further than there are addresses */
	assert_true(one.first == 7 && one.last == 7);
}

static void a_span_is_clipped(void **state)
{
	struct span s = { 10, 20 };

	assert_false(span_clip(&s, (struct span){ 21, 30 }));
	assert_false(span_clip(&s, (struct span){ 0, 9 }));
	assert_true(span_clip(&s, (struct span){ 20, 30 }));
	assert_true(s.first == 20 && s.last == 20);
	s = (struct span){ 10, 20 };
	assert_true(span_clip(&s, SPAN_ALL));
	assert_true(s.first == 10 && s.last == 20);
	assert_true(span_clip(&s, (struct span){ 12, 15 }));
	assert_true(s.first == 12 && s.last == 15);
}

static bool all_set(const bool *set, struct span s)
{
	for (uint64_t at = s.first; at <= s.last; at++) {
		if (!set[at])
			return false;
	}
	return true;
}

/* Sorted, with at least one address between two, and the same addresses as the bitmap. */
static void assert_same(const struct spans *spans, const bool *set)
{
	bool got[SPACE] = {};

	for (unsigned int i = 0; i < spans->count; i++) {
		const struct span s = spans->span[i];

		assert_true(s.first <= s.last && s.last < SPACE);
		assert_true(!i || s.first > spans->span[i - 1].last + 1);
		for (uint64_t at = s.first; at <= s.last; at++)
			got[at] = true;
	}
	assert_memory_equal(got, set, sizeof(got));
}

static void sets_are_those_of_a_bitmap(void **state)
{
	srand(1);
	for (int round = 0; round < 2000; round++) {
		struct spans spans = {};
		bool set[SPACE] = {};

		for (int n = 0; n < 12; n++) {
			const uint64_t first = rand() % SPACE, bytes = 1 + rand() % 6;
			struct span s = span_of(first, bytes);

			s.last = s.last < SPACE ? s.last : SPACE - 1;
			assert_true(spans_add(&spans, s));
			memset(&set[s.first], true, s.last - s.first + 1);
			assert_same(&spans, set);
			s = span_of(rand() % (SPACE - 8), 1 + rand() % 8);
			assert_int_equal(spans_cover(&spans, s), all_set(set, s));
		}
	}
}

/* What joins those that are there always has room. */
static void room_is_for_so_many(void **state)
{
	struct spans spans = {}, before;

	for (uint64_t i = 0; i < SPANS_MAX; i++)
		assert_true(spans_add(&spans, span_of(10 * i, 5)));
	before = spans;
	assert_false(spans_add(&spans, span_of(10 * SPANS_MAX, 5)));
	assert_false(spans_add(&spans, span_of(7, 1)));
	assert_memory_equal(&spans, &before, sizeof(spans));
	assert_true(spans_add(&spans, span_of(5, 5)));
	assert_int_equal(spans.count, SPANS_MAX - 1);
	assert_true(spans_add(&spans, SPAN_ALL));
	assert_int_equal(spans.count, 1);
	assert_true(spans_cover(&spans, SPAN_ALL));
}

static uint64_t span_bits(const struct spans *s)
{
	uint64_t bits = 0;

	for (unsigned int i = 0; i < s->count; i++) {
		assert_true(s->span[i].first <= s->span[i].last);
		if (i)
			assert_true(s->span[i].first > s->span[i - 1].last + 1);
		for (uint64_t a = s->span[i].first; a <= s->span[i].last; a++)
			bits |= 1ULL << a;
	}
	return bits;
}

/* The sets themselves, with room running out. */
static void spans_against_a_bitmap(void **state)
{
	unsigned int full = 0;

	srand(2);
	for (unsigned int round = 0; round < 20000; round++) {
		struct spans s = {};
		uint64_t bits = 0;

		for (unsigned int i = 0; i < 60; i++) {
			uint64_t first = rand() % 64, last = first + rand() % (64 - first) / (1 + rand() % 32);
			uint64_t mask = (UINT64_MAX >> (63 - (last - first))) << first;

			assert_int_equal(spans_cover(&s, (struct span){ first, last }), (bits & mask) == mask);
			if (spans_add(&s, (struct span){ first, last })) {
				bits |= mask;
			} else {
				assert_int_equal(s.count, SPANS_MAX);
				full++;
			}
			assert_true(span_bits(&s) == bits);
		}
	}
	assert_true(full > 0);
}

static void spans_at_the_ends(void **state)
{
	struct spans s = {};
	struct span part = { 5, 10 };

	assert_true(spans_add(&s, (struct span){ UINT64_MAX, UINT64_MAX }));
	assert_true(spans_add(&s, (struct span){ 0, 0 }));
	assert_int_equal(s.count, 2);
	assert_true(spans_add(&s, (struct span){ 1, UINT64_MAX - 1 }));
	assert_int_equal(s.count, 1);
	assert_true(spans_cover(&s, SPAN_ALL));
	assert_false(span_clip(&part, (struct span){ 11, 12 }));
	assert_true(span_clip(&part, (struct span){ 10, 12 }));
	assert_true(part.first == 10 && part.last == 10);
	assert_true(span_of(UINT64_MAX - 1, 100).last == UINT64_MAX);
	assert_true(span_of(0, UINT64_MAX).last == UINT64_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_span_has_both_ends),	      cmocka_unit_test(a_span_is_clipped),
		cmocka_unit_test(sets_are_those_of_a_bitmap), cmocka_unit_test(room_is_for_so_many),
		cmocka_unit_test(spans_against_a_bitmap),     cmocka_unit_test(spans_at_the_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
