// SPDX-License-Identifier: GPL-2.0-only
/* test_comparison.c - what may be asked of a comparison, here one of invented cells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "comparison.h"

/* Two sides, so many rows, nothing in any cell: passed, and not judged. */
struct invented {
	struct side sides[2];
	struct result_bed bed;
	struct cell cells[6][2];
	struct row rows[6];
	struct comparison c;
};

static void invent(struct invented *v, const char *bed, size_t nr_rows)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f" };
	size_t i;

	memset(v, 0, sizeof(*v));
	v->sides[0].label = (char *)"list";
	v->sides[1].label = (char *)"array";
	v->bed.kind = bed_kind_find(bed);
	for (i = 0; i < nr_rows; i++)
		v->rows[i] = (struct row){ .name = names[i], .workload = "dma", .cells = v->cells[i] };
	v->c = (struct comparison){
		.sides = v->sides, .nr_sides = 2, .bed = &v->bed, .rows = v->rows, .nr_rows = nr_rows
	};
}

static void end(struct cell *cell, enum status status, const char *reason)
{
	cell->status = status;
	strcpy(cell->reason, reason);
}

static void test_the_bed_has_the_unit(void **state)
{
	struct invented v;

	invent(&v, "icount", 0);
	assert_true(compare_counts(&v.c));
	assert_string_equal(compare_unit(&v.c), "instructions");
	invent(&v, "metal", 0);
	assert_false(compare_counts(&v.c));
	assert_string_equal(compare_unit(&v.c), "ns");
}

static void test_latency_of_any_side(void **state)
{
	struct invented v;

	invent(&v, "icount", 1);
	assert_false(compare_has_latency(&v.c, &v.rows[0]));
	v.cells[0][0].metrics[METRIC_COMMANDS].present = true;
	assert_false(compare_has_latency(&v.c, &v.rows[0]));
	v.cells[0][1].metrics[METRIC_MEDIAN].present = true;
	assert_true(compare_has_latency(&v.c, &v.rows[0]));
}

/* One line says it for all sides only if it is one reason. */
static void test_alike(void **state)
{
	struct invented v;

	invent(&v, "icount", 5);
	end(&v.cells[1][0], STATUS_FAIL, "it rained");
	end(&v.cells[1][1], STATUS_FAIL, "it rained");
	end(&v.cells[2][0], STATUS_FAIL, "it rained");
	end(&v.cells[2][1], STATUS_FAIL, "it snowed");
	end(&v.cells[3][0], STATUS_FAIL, "it rained");
	end(&v.cells[3][1], STATUS_SKIP, "it rained");
	end(&v.cells[4][1], STATUS_FAIL, "it rained");
	assert_false(compare_row_alike(&v.c, &v.rows[0]));
	assert_true(compare_row_alike(&v.c, &v.rows[1]));
	assert_false(compare_row_alike(&v.c, &v.rows[2]));
	assert_false(compare_row_alike(&v.c, &v.rows[3]));
	assert_false(compare_row_alike(&v.c, &v.rows[4]));
}

/* How late the model was differs, and is told of each. */
static void test_late_models_are_alike(void **state)
{
	const struct result_service late[] = { { .late = 5, .syncs = 10 }, { .late = 6, .syncs = 12 } };
	struct invented v;
	char reason[256];

	invent(&v, "model", 1);
	end(&v.cells[0][0], STATUS_FAIL, "5 of 10");
	end(&v.cells[0][1], STATUS_FAIL, "6 of 12");
	assert_false(compare_row_alike(&v.c, &v.rows[0]));
	v.cells[0][0].late = &late[0];
	assert_false(compare_row_alike(&v.c, &v.rows[0]));
	v.cells[0][1].late = &late[1];
	assert_true(compare_row_alike(&v.c, &v.rows[0]));
	compare_row_reason(&v.c, &v.rows[0], reason, sizeof(reason));
	assert_string_equal(
		reason, "the SMMU model was too busy to serve CMD_SYNCs in time: 5 of 10 late on list, 6 of 12 late "
			"on array");
	end(&v.cells[0][1], STATUS_FAIL, "5 of 10");
	compare_row_reason(&v.c, &v.rows[0], reason, sizeof(reason));
	assert_string_equal(reason, "5 of 10");
}

static void test_workloads(void **state)
{
	struct invented v;
	size_t *firsts;

	invent(&v, "icount", 5);
	v.rows[1].workload = v.rows[3].workload = "churn";
	v.rows[4].workload = "nvme";
	assert_int_equal(compare_workloads(&v.c, &firsts), 3);
	assert_int_equal(firsts[0], 0);
	assert_int_equal(firsts[1], 1);
	assert_int_equal(firsts[2], 4);
	free(firsts);
}

static void test_tally(void **state)
{
	struct invented v;
	size_t tally[VERDICTS];

	invent(&v, "icount", 4);
	v.cells[0][1].verdict = v.cells[1][1].verdict = v.cells[2][1].verdict = VERDICT_WORSE;
	v.cells[3][1].verdict = VERDICT_SAME;
	v.rows[1].workload = "churn";
	assert_int_equal(compare_tally(&v.c, 1, NULL, tally), 4);
	assert_int_equal(tally[VERDICT_WORSE], 3);
	assert_int_equal(tally[VERDICT_SAME], 1);
	assert_int_equal(tally[VERDICT_BETTER], 0);
	assert_int_equal(compare_tally(&v.c, 1, "dma", tally), 3);
	assert_int_equal(tally[VERDICT_WORSE], 2);
	assert_int_equal(compare_tally(&v.c, 0, NULL, tally), 4);
	assert_int_equal(tally[VERDICT_NONE], 4);
}

/* A skip is none; a case that failed on the base is, and so is a kernel without a boot. */
static void test_failures(void **state)
{
	struct invented v;

	invent(&v, "icount", 2);
	end(&v.cells[0][1], STATUS_SKIP, "it rained");
	assert_false(compare_has_failures(&v.c));
	end(&v.cells[1][0], STATUS_FAIL, "it rained");
	assert_true(compare_has_failures(&v.c));
	end(&v.cells[1][0], STATUS_LOST, "it rained");
	assert_true(compare_has_failures(&v.c));
	invent(&v, "icount", 0);
	v.c.lost_kernels = true;
	assert_true(compare_has_failures(&v.c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_bed_has_the_unit),
		cmocka_unit_test(test_latency_of_any_side),
		cmocka_unit_test(test_alike),
		cmocka_unit_test(test_late_models_are_alike),
		cmocka_unit_test(test_workloads),
		cmocka_unit_test(test_tally),
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
