// SPDX-License-Identifier: GPL-2.0-only
/* A guest that goes on without end: how much is kept, written and read of what it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_service.h"

static size_t allocated, most_allocated;

static void *counted_malloc(size_t size)
{
	size_t *p = malloc(size + 16);

	MUST(p);
	*p = size;
	allocated += size + 16;
	most_allocated = allocated > most_allocated ? allocated : most_allocated;
	return (char *)p + 16;
}

static void counted_free(void *memory)
{
	size_t *p = memory ? (size_t *)((char *)memory - 16) : NULL;

	allocated -= p ? *p + 16 : 0;
	free(p);
}

static int count_allocations(void **state)
{
	json_set_alloc_funcs(counted_malloc, counted_free);
	allocated = most_allocated = 0;
	return setup(state);
}

static int uncount_allocations(void **state)
{
	int ret = teardown(state);

	json_set_alloc_funcs(malloc, free);
	return ret;
}

/* Passes as large as they come: all kinds of commands, and a depth for each window of time. */
static int flooded_pass(struct guest *g)
{
	mark(g, RING_PASS_CHECKED, 1);
	answer_mark(g);
	if (g->ring->answer)
		return g->ring->answer;
	for (unsigned int i = 0; i < 256; i++) {
		send(g, i % INSTANCES, i % 2 ? CMD_SYNC : TLBI_NSNH_ALL);
		g->now += 3000000;
		service_round(&g->service);
	}
	mark(g, RING_PASS_CHECKED, 0);
	answer_mark(g);
	return g->ring->answer;
}

static void a_flood_of_passes_is_refused(void **state)
{
	struct guest *g = *state;
	unsigned int passes = 0;
	json_t *json;
	int answer;

	enable(g);
	while (!(answer = flooded_pass(g)) && passes < 20000)
		passes++;
	assert_int_equal(answer, -ENOSPC);
	assert_true(passes > 1000);
	/* From then on it is refused where it begins. */
	assert_int_equal(flooded_pass(g), -ENOSPC);
	assert_true(most_allocated < 192 << 20);
	json = witness_json(g->service.witness);
	assert_int_equal(json_array_size(json_object_get(json, "passes")), passes);
	json_decref(json);
}

static void a_flood_of_settings_is_refused(void **state)
{
	struct guest *g = *state;
	unsigned int settings = 0;

	while (!ask(g, "sync=5us") && settings < 1000000)
		settings++;
	assert_int_equal(g->ring->answer, -ENOSPC);
	assert_int_equal(json_array_size(g->service.controls), settings);
	assert_true(settings > 10000);
	assert_true(most_allocated < 32 << 20);
}

static void refusals_are_told_so_many_times(void **state)
{
	struct guest *g = *state;

	for (unsigned int i = 0; i < 1000; i++)
		assert_int_equal(ask(g, "nonesuch=1"), -EINVAL);
	assert_int_equal(g->refused, 100);
}

/* A guest that never stops writing to the ring does not keep a round from its end. */
static void a_round_reads_no_more_than_a_ring(void **state)
{
	struct guest *g = *state;

	for (unsigned int i = 0; i < RING_SLOTS; i++)
		put_control(g, "nonesuch=1");
	g->more = 50;
	assert_true(service_round(&g->service));
	assert_int_equal(g->more, 0);
	assert_int_equal(g->ring->tail, RING_SLOTS);
	assert_true(service_round(&g->service));
	assert_int_equal(g->ring->tail, RING_SLOTS + 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_flood_of_passes_is_refused, count_allocations, uncount_allocations),
		cmocka_unit_test_setup_teardown(a_flood_of_settings_is_refused, count_allocations, uncount_allocations),
		TEST(refusals_are_told_so_many_times),
		TEST(a_round_reads_no_more_than_a_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
