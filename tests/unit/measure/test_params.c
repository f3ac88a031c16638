// SPDX-License-Identifier: GPL-2.0-only
/*
 * Workloads by name and in order, and values of their parameters: what is written is read again.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "params.h"

static const char *const words[] = { "one", "two", NULL };
static const struct param number = { .name = "n", .min = 2, .max = 1ULL << 40 };
static const struct param size = { .name = "size", .min = 1, .max = 1ULL << 40, .bytes = true };
static const struct param choice = { .name = "word", .choices = words };
static const struct param model_time = { .name = "sync", .max = 10000000000ULL, .model_time = true };

static void workloads_come_by_name(void **state)
{
	const struct workload *w, *before = NULL;
	size_t n;

	for (n = 0; (w = workload_nth(n)); n++) {
		assert_ptr_equal(workload_find(w->name), w);
		assert_true(!before || strcmp(before->name, w->name) < 0);
		before = w;
	}
	assert_true(n > 1);
	assert_null(workload_find("no such workload"));
}

/* By its word, and of no other parameter, nor of a number. */
static void a_choice_is_found(void **state)
{
	struct case_spec spec = { .workload = workload_find("sva") };

	for (size_t n = 0; workload_param(spec.workload, n); n++)
		spec.values[n] = workload_param(spec.workload, n)->def;
	assert_true(case_has_choice(&spec, "op=munmap"));
	assert_false(case_has_choice(&spec, "op=fork"));
	assert_false(case_has_choice(&spec, "o=munmap"));
	assert_false(case_has_choice(&spec, "devices=1"));
	assert_false(case_has_choice(&spec, "none=munmap"));
}

/* One that a workload declares itself is there once. */
static void each_workload_has_the_common_parameters(void **state)
{
	static const char *const common[] = { "threads", "ops", "warmup", "sync", "tlbi", "atc" };
	const struct workload *w;

	for (size_t i = 0; (w = workload_nth(i)); i++) {
		for (size_t k = 0; k < sizeof(common) / sizeof(*common); k++) {
			const struct param *p;
			unsigned int found = 0;

			for (size_t n = 0; (p = workload_param(w, n)); n++)
				found += !strcmp(p->name, common[k]);
			assert_int_equal(found, 1);
		}
	}
}

static void assert_both_ways(const struct param *p, uint64_t value, const char *text)
{
	uint64_t again = 0;
	char out[64];

	param_format(p, value, out, sizeof(out));
	assert_string_equal(out, text);
	assert_int_equal(param_parse(p, text, &again), 0);
	assert_int_equal(again, value);
}

static void what_is_written_is_read(void **state)
{
	assert_both_ways(&number, 4096, "4096");
	assert_both_ways(&size, 4096, "4K");
	assert_both_ways(&size, 4097, "4097");
	assert_both_ways(&size, 3ULL << 30, "3G");
	assert_both_ways(&choice, 1, "two");
	assert_both_ways(&model_time, 0, "0ns");
	assert_both_ways(&model_time, 1500, "1500ns");
	assert_both_ways(&model_time, 20000, "20us");
	assert_both_ways(&model_time, PARAM_PRESET, "preset");
}

static void what_is_no_value_is_refused(void **state)
{
	uint64_t value;

	assert_int_equal(param_parse(&number, "", &value), -EINVAL);
	assert_int_equal(param_parse(&number, "-3", &value), -EINVAL);
	assert_int_equal(param_parse(&number, "1", &value), -ERANGE);
	assert_int_equal(param_parse(&number, "2000G", &value), -ERANGE);
	assert_int_equal(param_parse(&number, "preset", &value), -EINVAL);
	assert_int_equal(param_parse(&choice, "three", &value), -EINVAL);
	assert_int_equal(param_parse(&choice, "1", &value), -EINVAL);
	assert_int_equal(param_parse(&model_time, "20", &value), -EINVAL);
	assert_int_equal(param_parse(&model_time, "11000ms", &value), -ERANGE);
}

static void a_range_says_what_to_choose(void **state)
{
	char out[64];

	param_range(&size, out, sizeof(out));
	assert_string_equal(out, "a number from 1 to 1024G");
	param_range(&choice, out, sizeof(out));
	assert_string_equal(out, "one of one, two");
	param_range(&model_time, out, sizeof(out));
	assert_string_equal(out, "a time from 0ns to 10000ms");
}

static void an_operation_has_the_name_of_the_choice(void **state)
{
	struct case_spec spec = { .workload = workload_find("noop") };

	assert_string_equal(case_unit(&spec), spec.workload->unit);
	spec = (struct case_spec){ .workload = workload_find("mixed") };
	assert_string_equal(case_unit(&spec), "unmap");
	spec = (struct case_spec){ .workload = workload_find("ats") };
	spec.values[2] = 1;
	assert_string_equal(case_unit(&spec), "sync");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(workloads_come_by_name),
		cmocka_unit_test(each_workload_has_the_common_parameters),
		cmocka_unit_test(a_choice_is_found),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(what_is_no_value_is_refused),
		cmocka_unit_test(a_range_says_what_to_choose),
		cmocka_unit_test(an_operation_has_the_name_of_the_choice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
