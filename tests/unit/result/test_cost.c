// SPDX-License-Identifier: GPL-2.0-only
/* test_cost.c - what is told of a text before it is parsed is what it then takes, or somewhat more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cost.h"
#include "fake_result.h"
#include "must.h"

/* What jansson has allocated, as glibc's malloc rounds it up. */
static size_t used, most;

#define HEADER 16 /* where the size is kept, before what jansson is given */

static size_t chunk(size_t size)
{
	return size < 24 ? 32 : (size + 8 + 15) / 16 * 16;
}

static void *count_malloc(size_t size)
{
	char *memory = malloc(HEADER + size);

	MUST(memory);
	*(size_t *)(void *)memory = chunk(size);
	used += chunk(size);
	most = used > most ? used : most;
	return memory + HEADER;
}

static void count_free(void *pointer)
{
	if (!pointer)
		return;
	used -= *(size_t *)(void *)((char *)pointer - HEADER);
	free((char *)pointer - HEADER);
}

static size_t taken(const char *text, size_t size)
{
	json_t *json;

	used = most = 0;
	json_set_alloc_funcs(count_malloc, count_free);
	json = json_loadb(text, size, 0, NULL);
	json_decref(json);
	json_set_alloc_funcs(malloc, free);
	return most;
}

/* @part, many times, in an array. */
static char *repeated(const char *part, size_t times)
{
	const size_t n = strlen(part);
	char *text = malloc(times * n + 8);
	size_t i;

	MUST(text);
	text[0] = '[';
	for (i = 0; i < times; i++)
		memcpy(text + 1 + i * n, part, n);
	strcpy(text + 1 + times * n, "0]");
	return text;
}

static void no_text_takes_more(void **state)
{
	static const char *const parts[] = { "[],",
					     "{},",
					     "\"\",",
					     "1,",
					     "-1.5e3,",
					     "[1,2],",
					     "{\"\":0},",
					     "[[[[]]]],",
					     "null,",
					     "\"\\u00e4\\\\\\\"[{\",",
					     "[[],[]],",
					     " [ ] , ",
					     "\"a longer string, of some 40 bytes.....\"," };
	size_t i, times;

	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		for (times = 1; times < 100000; times *= 3) {
			char *text = repeated(parts[i], times);
			const size_t size = strlen(text), told = cost_of_json(text, size), took = taken(text, size);

			if (told + 256 < took) /* the parser's own buffer */
				fail_msg("%zu of %s: %zu told, %zu taken", times, parts[i], told, took);
			free(text);
		}
}

static void no_object_takes_more(void **state)
{
	size_t members, i;

	for (members = 1; members < 50000; members *= 3) {
		char *text = malloc(members * 16 + 16), *at = text;
		size_t told, took;

		MUST(text);
		*at++ = '{';
		for (i = 0; i < members; i++)
			at += sprintf(at, "%s\"%zx\":1", i ? "," : "", i);
		*at++ = '}';
		told = cost_of_json(text, (size_t)(at - text));
		took = taken(text, (size_t)(at - text));
		if (told + 256 < took)
			fail_msg("%zu members: %zu told, %zu taken", members, told, took);
		free(text);
	}
}

/* Else real files would be refused. */
static void a_real_one_is_not_told_to_take_much_more(void **state)
{
	json_t *json = good();
	char *text = json_dumps(json, JSON_COMPACT);
	const size_t size = strlen(text), told = cost_of_json(text, size), took = taken(text, size);

	assert_true(told >= took);
	assert_true(told < 2 * took);
	assert_true(told < cost_tree_limit(size));
	free(text);
	json_decref(json);
}

static void what_is_no_json_is_told_of_too(void **state)
{
	static const char *const texts[] = { "", "\"", "\"\\", "{\"", "[\"\\\"", "]]]]", "}", "-", "\\\"[" };
	char deep[3000];
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_true(cost_of_json(texts[i], strlen(texts[i])) < 1000);
	memset(deep, '[', sizeof(deep));
	assert_true(cost_of_json(deep, sizeof(deep)) + 256 >= taken(deep, sizeof(deep)));
	assert_int_equal(cost_of_json(deep, sizeof(deep)), cost_of_json(deep, JSON_PARSER_MAX_DEPTH + 1));
}

static void limits_grow_with_the_file(void **state)
{
	assert_true(cost_text_limit(32 << 10) + cost_tree_limit(32 << 10) < 56 << 20);
	assert_int_equal(cost_text_limit(1 << 20), RESULT_MAX_BYTES);
	assert_int_equal(cost_text_limit(RESULT_MAX_BYTES), RESULT_MAX_BYTES);
	assert_int_equal(cost_tree_limit(RESULT_MAX_BYTES), 40 * RESULT_MAX_BYTES);
}

/* ---- those of all files ---- */

#define MOST (40 * RESULT_MAX_BYTES) /* more than there is for all: alone only */

static size_t holders, most_holders;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *take_and_give(void *bytes)
{
	int i;

	for (i = 0; i < 20; i++) {
		cost_take(*(size_t *)bytes);
		pthread_mutex_lock(&lock);
		holders++;
		most_holders = holders > most_holders ? holders : most_holders;
		pthread_mutex_unlock(&lock);
		usleep(500);
		pthread_mutex_lock(&lock);
		holders--;
		pthread_mutex_unlock(&lock);
		cost_give(*(size_t *)bytes);
	}
	return NULL;
}

static size_t at_once(size_t bytes)
{
	pthread_t threads[6];
	size_t i;

	most_holders = 0;
	for (i = 0; i < 6; i++)
		MUST(!pthread_create(&threads[i], NULL, take_and_give, &bytes));
	for (i = 0; i < 6; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(holders, 0);
	return most_holders;
}

static void large_files_wait_for_each_other(void **state)
{
	assert_int_equal(at_once(MOST), 1);
	assert_in_range(at_once(400 << 20), 1, 2);
	assert_in_range(at_once(1), 2, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_text_takes_more),
		cmocka_unit_test(no_object_takes_more),
		cmocka_unit_test(a_real_one_is_not_told_to_take_much_more),
		cmocka_unit_test(what_is_no_json_is_told_of_too),
		cmocka_unit_test(limits_grow_with_the_file),
		cmocka_unit_test(large_files_wait_for_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
