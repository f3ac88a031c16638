// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_witness.c - what the witness makes of what it is told, read from its JSON.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"
#include "witness.h"

#define INSTANCES 3
#define MS	  1000000ULL
#define BEGINNING 123456789ULL

static const struct smmu smmu[INSTANCES] = { { .index = 0 }, { .index = 1 }, { .index = 2 } };

static int setup(void **state)
{
	*state = witness_create(INSTANCES);
	MUST(*state);
	return 0;
}

static int teardown(void **state)
{
	witness_destroy(*state);
	return 0;
}

static void commands(struct witness *w, unsigned int k, enum opcode opcode, unsigned int count)
{
	struct command cmd = { .opcode = opcode };

	while (count--)
		witness_command(w, &smmu[k], &cmd, 0);
}

static int mark(struct witness *w, uint32_t number, uint32_t pass, uint32_t begin, json_t *oracle)
{
	const struct ring_record record = { .kind = RING_MARK, .mark = { number, pass, begin } };

	return witness_mark(w, &record, oracle);
}

/* Follows @path, names and numbers with dots between, from @json. */
static const json_t *find(const json_t *json, const char *path)
{
	char part[64];
	int length;

	while (json && *path) {
		MUST(sscanf(path, "%63[^.]%n", part, &length) == 1);
		path += length + (path[length] == '.');
		json = json_is_array(json) ? json_array_get(json, strtoul(part, NULL, 10)) :
					     json_object_get(json, part);
	}
	return json;
}

static void expect(const json_t *json, const char *path, json_int_t wanted)
{
	const json_t *value = find(json, path);

	if (!json_is_integer(value) || json_integer_value(value) != wanted)
		fail_msg("%s is %lld, not %lld", path, (long long)json_integer_value(value), (long long)wanted);
}

static void commands_are_counted_by_instance_and_name(void **state)
{
	struct witness *w = *state;
	struct command all = { .opcode = CFGI_STE_RANGE, .size = 31 }, range = { .opcode = CFGI_STE_RANGE, .size = 3 };
	json_t *json;

	commands(w, 0, TLBI_NH_VA, 5);
	commands(w, 0, CMD_SYNC, 2);
	commands(w, 2, TLBI_NH_VA, 7);
	commands(w, 2, ATC_INV, 1);
	witness_command(w, &smmu[2], &all, 0);
	witness_command(w, &smmu[2], &range, 0);
	witness_command(w, &smmu[2], &all, 0);
	json = witness_json(w);
	expect(json, "total.commands", 16);
	expect(json, "total.syncs", 2);
	expect(json, "total.opcodes.TLBI_NH_VA", 12);
	expect(json, "total.opcodes.CMD_SYNC", 2);
	expect(json, "total.opcodes.CFGI_ALL", 2);
	expect(json, "total.opcodes.CFGI_STE_RANGE", 1);
	assert_int_equal(json_object_size(find(json, "total.opcodes")), 5);
	assert_int_equal(json_array_size(find(json, "total.instances")), INSTANCES);
	expect(json, "total.instances.0.commands", 5);
	expect(json, "total.instances.0.syncs", 2);
	expect(json, "total.instances.0.opcodes.TLBI_NH_VA", 5);
	expect(json, "total.instances.1.commands", 0);
	expect(json, "total.instances.1.syncs", 0);
	assert_int_equal(json_object_size(find(json, "total.instances.1.opcodes")), 0);
	expect(json, "total.instances.2.commands", 11);
	expect(json, "total.instances.2.opcodes.ATC_INV", 1);
	assert_int_equal(json_array_size(find(json, "passes")), 0);
	json_decref(json);
}

static void doorbells_are_counted_by_instance(void **state)
{
	struct witness *w = *state;
	json_t *json;

	witness_doorbell(w, &smmu[1], 3, 10, 100);
	witness_doorbell(w, &smmu[1], 5, 20, 200);
	witness_doorbell(w, &smmu[2], 1, 1, 200);
	json = witness_json(w);
	expect(json, "total.instances.0.batch.count", 0);
	expect(json, "total.instances.1.batch.count", 2);
	expect(json, "total.instances.1.batch.sum", 8);
	expect(json, "total.instances.1.batch.max", 5);
	expect(json, "total.instances.1.depth.sum", 30);
	expect(json, "total.instances.1.depth.min", 10);
	expect(json, "total.instances.2.batch.count", 1);
	json_decref(json);
}

static void a_pass_has_what_came_in_it(void **state)
{
	struct witness *w = *state;
	json_t *json;

	assert_false(witness_in_pass(w));
	commands(w, 0, TLBI_NH_VA, 1);
	mark(w, 4, RING_PASS_CHECKED, 1, NULL);
	assert_true(witness_in_pass(w));
	commands(w, 0, TLBI_NH_VA, 10);
	commands(w, 1, CMD_SYNC, 3);
	witness_doorbell(w, &smmu[1], 2, 2, 50);
	witness_served(w, &smmu[1], 100, 200, 5);
	mark(w, 4, RING_PASS_CHECKED, 0, json_pack("{s:i}", "removals", 6));
	assert_false(witness_in_pass(w));
	commands(w, 0, TLBI_NH_VA, 100);
	mark(w, 5, RING_PASS_TIMING, 1, NULL);
	commands(w, 2, TLBI_NH_ALL, 1);
	mark(w, 5, RING_PASS_TIMING, 0, NULL);
	mark(w, 6, RING_PASS_PROBE, 1, NULL);
	commands(w, 2, TLBI_NH_ALL, 1);

	json = witness_json(w);
	expect(json, "total.commands", 113);
	assert_int_equal(json_array_size(find(json, "passes")), 2);
	expect(json, "passes.0.case", 4);
	assert_string_equal(json_string_value(find(json, "passes.0.pass")), "checked");
	expect(json, "passes.0.oracle.removals", 6);
	expect(json, "passes.0.commands", 10);
	expect(json, "passes.0.syncs", 3);
	expect(json, "passes.0.instances.1.syncs", 3);
	expect(json, "passes.0.instances.1.batch.count", 1);
	expect(json, "passes.0.service.syncs", 1);
	expect(json, "passes.1.case", 5);
	assert_string_equal(json_string_value(find(json, "passes.1.pass")), "timing");
	assert_null(find(json, "passes.1.oracle"));
	expect(json, "passes.1.commands", 1);
	expect(json, "passes.1.opcodes.TLBI_NH_ALL", 1);
	expect(json, "passes.1.syncs", 0);
	expect(json, "passes.1.service.syncs", 0);
	json_decref(json);
}

static void marks_may_come_in_any_order(void **state)
{
	struct witness *w = *state;
	json_t *json;

	mark(w, 1, RING_PASS_PROBE, 0, json_object());
	mark(w, 2, RING_PASS_PROBE, 1, NULL);
	commands(w, 0, TLBI_NH_VA, 10);
	mark(w, 3, 77, 1, NULL);
	commands(w, 0, TLBI_NH_VA, 20);
	mark(w, 3, 77, 0, NULL);
	mark(w, 3, 77, 0, NULL);
	json = witness_json(w);
	assert_int_equal(json_array_size(find(json, "passes")), 1);
	expect(json, "passes.0.case", 3);
	expect(json, "passes.0.commands", 20);
	assert_string_equal(json_string_value(find(json, "passes.0.pass")), "unknown");
	json_decref(json);
}

static void service_times_are_kept(void **state)
{
	struct witness *w = *state;
	json_t *json;

	witness_served(w, &smmu[0], 1000, 1100, 150);
	witness_served(w, &smmu[1], 3000, 3000, 50);
	json = witness_json(w);
	expect(json, "total.service.syncs", 2);
	expect(json, "total.service.late", 0);
	expect(json, "total.service.set.sum", 4000);
	expect(json, "total.service.set.max", 3000);
	expect(json, "total.service.took.sum", 4100);
	expect(json, "total.service.took.min", 1100);
	expect(json, "total.service.lateness.sum", 200);
	expect(json, "total.service.lateness.count", 2);
	json_decref(json);
}

/* More than 2 us and more than a tenth of the set time. */
static void late_is_more_than_both_limits(void **state)
{
	static const struct {
		uint64_t set_ns, late_ns;
		bool late;
	} table[] = {
		{ 0, 0, false },	{ 0, 2000, false },    { 0, 2001, true },	   { 20000, 2001, true },
		{ 20010, 2001, false }, { 20010, 2002, true }, { 1000000, 100000, false }, { 1000000, 100001, true },
	};
	json_int_t late = 0;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		json_t *json;

		witness_served(*state, &smmu[0], table[i].set_ns, table[i].set_ns, table[i].late_ns);
		late += table[i].late;
		json = witness_json(*state);
		expect(json, "total.service.late", late);
		json_decref(json);
	}
}

/* Ends a pass in which @late of @syncs were late, and says what its end was answered with. */
static int end_pass(struct witness *w, enum ring_pass pass, unsigned int syncs, unsigned int late)
{
	mark(w, 0, pass, 1, NULL);
	for (unsigned int i = 0; i < syncs; i++)
		witness_served(w, &smmu[i % INSTANCES], 100, 100, i < late ? 1000000 : 0);
	return mark(w, 0, pass, 0, NULL);
}

static void a_pass_with_many_late_is_invalid(void **state)
{
	static const struct {
		unsigned int syncs, late;
		bool valid;
	} table[] = {
		{ 0, 0, true },	    { 1, 1, true },	 { LATE_ALWAYS, LATE_ALWAYS, true },
		{ 299, 3, false },  { 300, 3, true },	 { 3, 3, false },
		{ 1000, 10, true }, { 1000, 11, false }, { 1099, 11, false },
		{ 1100, 11, true },
	};
	struct witness *w = *state;
	json_t *json;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char path[32];

		assert_int_equal(end_pass(w, RING_PASS_TIMING, table[i].syncs, table[i].late),
				 table[i].valid ? 0 : -EAGAIN);
		json = witness_json(w);
		snprintf(path, sizeof(path), "passes.%zu.service.valid", i);
		if (!json_is_boolean(find(json, path)) || json_is_true(find(json, path)) != table[i].valid)
			fail_msg("%u late of %u", table[i].late, table[i].syncs);
		snprintf(path, sizeof(path), "passes.%zu.service.late", i);
		expect(json, path, table[i].late);
		json_decref(json);
	}
	/* Only a timing pass is to be repeated. */
	assert_int_equal(end_pass(w, RING_PASS_CHECKED, 10, 10), 0);
	assert_int_equal(end_pass(w, RING_PASS_PROBE, 10, 10), 0);
}

static void depth_at(struct witness *w, uint64_t ns, unsigned int depth)
{
	witness_doorbell(w, &smmu[0], 1, depth, BEGINNING + ns);
}

#define LINE "total.instances.0.depth_over_time"

static void expect_line(struct witness *w, uint64_t window_ns, size_t used)
{
	json_t *json = witness_json(w);

	expect(json, LINE ".window_ns", window_ns);
	assert_int_equal(json_array_size(find(json, LINE ".deepest")), used);
	json_decref(json);
}

static void expect_deepest(struct witness *w, size_t window, unsigned int depth)
{
	json_t *json = witness_json(w);
	char path[80];

	snprintf(path, sizeof(path), LINE ".deepest.%zu", window);
	expect(json, path, depth);
	json_decref(json);
}

static void depths_are_the_deepest_of_each_window(void **state)
{
	struct witness *w = *state;

	expect_line(w, 0, 0);
	depth_at(w, 0, 5);
	depth_at(w, MS / 2, 9);
	depth_at(w, MS - 1, 7);
	depth_at(w, MS, 3);
	depth_at(w, 4 * MS, 2);
	expect_line(w, MS, 5);
	expect_deepest(w, 0, 9);
	expect_deepest(w, 1, 3);
	expect_deepest(w, 2, 0);
	expect_deepest(w, 3, 0);
	expect_deepest(w, 4, 2);
}

static void windows_merge_when_the_row_is_full(void **state)
{
	struct witness *w = *state;

	for (unsigned int i = 0; i < 256; i++)
		depth_at(w, i * MS, i % 2 ? 1000 - i : 1000 + i);
	expect_line(w, MS, 256);
	depth_at(w, 256 * MS, 7);
	expect_line(w, 2 * MS, 129);
	for (unsigned int i = 0; i < 128; i++)
		expect_deepest(w, i, 1000 + 2 * i);
	expect_deepest(w, 128, 7);
	depth_at(w, 257 * MS, 8);
	expect_deepest(w, 128, 8);
	expect_line(w, 2 * MS, 129);
}

/* A long silence merges several times; an odd row leaves its last window alone. */
static void windows_merge_as_often_as_needed(void **state)
{
	struct witness *w = *state;

	depth_at(w, 0, 1);
	depth_at(w, MS, 2);
	depth_at(w, 2 * MS, 3);
	depth_at(w, 512 * MS, 4);
	expect_line(w, 4 * MS, 129);
	expect_deepest(w, 0, 3);
	expect_deepest(w, 1, 0);
	expect_deepest(w, 127, 0);
	expect_deepest(w, 128, 4);
	depth_at(w, 1000000 * MS, 9);
	expect_line(w, 4096 * MS, 245);
	expect_deepest(w, 0, 4);
	expect_deepest(w, 244, 9);
}

static void lines_begin_anew_with_each_pass(void **state)
{
	struct witness *w = *state;
	json_t *json;

	depth_at(w, 0, 1);
	mark(w, 0, RING_PASS_TIMING, 1, NULL);
	depth_at(w, 100 * MS, 2);
	depth_at(w, 103 * MS, 3);
	mark(w, 0, RING_PASS_TIMING, 0, NULL);
	expect_line(w, MS, 104);
	json = witness_json(w);
	assert_int_equal(json_array_size(find(json, "passes.0.instances.0.depth_over_time.deepest")), 4);
	expect(json, "passes.0.instances.0.depth_over_time.deepest.0", 2);
	expect(json, "passes.0.instances.0.depth_over_time.deepest.3", 3);
	json_decref(json);
}

static void commands_are_logged_as_lines(void **state)
{
	struct command cmd = { .word = { 0x11, 0xabc }, .opcode = TLBI_NH_ASID };
	struct command all = { .opcode = CFGI_STE_RANGE, .size = 31 };
	struct witness *w = *state;
	char *text = NULL;
	size_t size;
	FILE *log = open_memstream(&text, &size);

	MUST(log);
	witness_log_to(w, log, false);
	mark(w, 3, RING_PASS_PROBE, 1, NULL);
	witness_command(w, &smmu[2], &cmd, 77);
	mark(w, 3, RING_PASS_PROBE, 0, NULL);
	witness_log_to(w, log, true);
	witness_command(w, &smmu[1], &cmd, 78);
	witness_command(w, &smmu[0], &all, 79);
	MUST(!fclose(log));
	assert_string_equal(text, "# begin case 3 probe\n2 TLBI_NH_ASID\n# end case 3 probe\n"
				  "1 TLBI_NH_ASID 0000000000000011 0000000000000abc at 78\n"
				  "0 CFGI_ALL 0000000000000000 0000000000000000 at 79\n");
	free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(commands_are_counted_by_instance_and_name),
		TEST(doorbells_are_counted_by_instance),
		TEST(a_pass_has_what_came_in_it),
		TEST(marks_may_come_in_any_order),
		TEST(service_times_are_kept),
		TEST(late_is_more_than_both_limits),
		TEST(a_pass_with_many_late_is_invalid),
		TEST(depths_are_the_deepest_of_each_window),
		TEST(windows_merge_when_the_row_is_full),
		TEST(windows_merge_as_often_as_needed),
		TEST(lines_begin_anew_with_each_pass),
		TEST(commands_are_logged_as_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
