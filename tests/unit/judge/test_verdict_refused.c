// SPDX-License-Identifier: GPL-2.0-only
/* What is not held against each other, and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "compared.h"
#include "verdict.h"

/* Of one boot a side of the case "dma", @base and @other: why they are not compared. */
static void check_refused(json_t *base, json_t *other, const char *why)
{
	struct side sides[2];
	struct comparison c;

	clean();
	write_boot("list", "icount", 1, json_pack("[o]", base));
	write_boot("array", "icount", 1, json_pack("[o]", other));
	load(sides, &c, "icount");
	assert_int_equal(c.rows[0].cells[1].verdict, VERDICT_NOT_COMPARED);
	assert_string_equal(c.rows[0].cells[1].why, why);
	assert_false(c.rows[0].cells[1].metrics[METRIC_MEDIAN].compared);
	unload(sides, &c);
}

static json_t *of_unit(const char *unit)
{
	json_t *json = sync_case(1000);

	json_object_set_new(json, "unit", json_string(unit));
	return json;
}

static json_t *in_two_without_probe(void)
{
	json_t *json = fake_in_two(sync_case(1000));

	json_object_clear(json_object_get(json, "probes"));
	return json;
}

static json_t *of_domain(const char *domain)
{
	return fake_case("dma", json_pack("{s:i, s:s*}", "devices", 1, "domain", domain), 12, 1000);
}

static void test_refused(void **state)
{
	check_refused(
		of_domain(NULL), of_domain("nesting parent"),
		"the second stage of array is a nesting parent, as all are from 6.13 on, and the other's is none");
	check_refused(of_domain("nesting parent"), of_domain(NULL),
		      "the second stage of list is a nesting parent, as all are from 6.13 on, and the other's is none");
	check_refused(sync_case(1000), fake_no_pass("dma", "fail", "it rained"), "fail");
	check_refused(fake_no_pass("dma", "skip", "it rained"), sync_case(1000), "list has no value");
	check_refused(sync_case(1000), of_unit("unmap"), "another unit: unmap");
	check_refused(sync_case(1000), fake_case("dma", json_pack("{s:i}", "devices", 2), 12, 1000),
		      "the parameters differ");
	check_refused(
		in_two_without_probe(), in_two_without_probe(),
		"no metric that is judged has a value on both: threads took turns, and only a probe's counts can tell");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
