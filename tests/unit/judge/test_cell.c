// SPDX-License-Identifier: GPL-2.0-only
/* test_cell.c - the boots of one case on one side, made one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cell.h"
#include "compared.h"

/* What becomes of the case "dma" in so many boots of list; each is @cases[i], stolen, or lacks it where that is NULL. */
struct filled {
	struct side side;
	struct cell cell;
};

static void fill(struct filled *f, const char *bed, json_t *const *cases, int boots)
{
	struct sentence why;
	int i;

	memset(f, 0, sizeof(*f));
	clean();
	for (i = 0; i < boots; i++)
		write_boot("list", bed, i + 1, cases[i] ? json_pack("[o]", cases[i]) : json_array());
	if (side_load(folder_of("list", bed), &f->side, &why))
		fail_msg("%s", why.text);
	cell_fill(&f->side.boots[0]->bed, &f->side, "dma", &f->cell);
}

static void forget(struct filled *f)
{
	cell_free(&f->cell);
	side_free(&f->side);
}

/* A metric is the median over the boots, whose values are kept in their order. */
static void test_values_of_boots(void **state)
{
	json_t *const cases[] = { sync_case(1200), sync_case(1000), sync_case(1010) };
	const struct metric *m;
	struct filled f;

	fill(&f, "icount", cases, 3);
	assert_int_equal(f.cell.status, STATUS_PASS);
	assert_string_equal(f.cell.reason, "");
	m = &f.cell.metrics[METRIC_MEDIAN];
	assert_true(m->present && m->nr_values == 3);
	assert_true(m->values[0] == 1200 && m->values[1] == 1000 && m->value == 1010);
	assert_false(m->compared);
	assert_int_equal(f.cell.probe, PROBE_VALID);
	assert_null(f.cell.states); /* of bed model alone */
	forget(&f);
}

/* The worst status of a boot is the case's, with how many boots have it, in words of the first of them. */
static void test_the_worst_boot_speaks(void **state)
{
	static const struct {
		const char *boots[3]; /* a status; NULL: the case is not there */
		enum status want;
		const char *reason;
	} falls[] = {
		{ { "pass", "pass", "skip" }, STATUS_SKIP, "in 1 of 3 boots: no 2" },
		{ { "skip", "fail", "pass" }, STATUS_FAIL, "in 1 of 3 boots: no 1" },
		{ { "lost", "fail", "fail" }, STATUS_LOST, "in 1 of 3 boots: no 0" },
		{ { "fail", "fail", "skip" }, STATUS_FAIL, "in 2 of 3 boots: no 0" },
		{ { "fail", NULL, "pass" }, STATUS_LOST, "in 1 of 3 boots: the case is not in the file" },
		{ { "skip", "skip", "skip" }, STATUS_SKIP, "no 0" },
	};
	static const char *const reasons[] = { "no 0", "no 1", "no 2" };
	struct filled f;
	size_t i;
	int boot;

	for (i = 0; i < sizeof(falls) / sizeof(falls[0]); i++) {
		json_t *cases[3];

		for (boot = 0; boot < 3; boot++) {
			const char *status = falls[i].boots[boot];

			cases[boot] = !status		      ? NULL :
				      !strcmp(status, "pass") ? sync_case(1000) :
								fake_no_pass("dma", status, reasons[boot]);
		}
		fill(&f, "icount", cases, 3);
		assert_int_equal(f.cell.status, falls[i].want);
		assert_string_equal(f.cell.reason, falls[i].reason);
		assert_false(f.cell.metrics[METRIC_MEDIAN].present);
		forget(&f);
	}
}

/* A file may give none. */
static void test_no_reason(void **state)
{
	json_t *const cases[] = { fake_no_pass("dma", "fail", "") };
	struct filled f;

	fill(&f, "icount", cases, 1);
	assert_string_equal(f.cell.reason, "no reason given");
	forget(&f);
}

static json_t *lossy(int lost, bool valid)
{
	json_t *json = sync_case(1000), *probe = json_object_get(json_object_get(json, "probes"), "invlat");

	json_object_set_new(probe, "lost", json_integer(lost));
	json_object_set_new(probe, "valid", json_boolean(valid));
	return json;
}

static json_t *without_probe(void)
{
	json_t *json = sync_case(1000);

	json_object_clear(json_object_get(json, "probes"));
	return json;
}

/* One boot that lost events spoils the counts, and one without a probe leaves none. */
static void test_probe_of_boots(void **state)
{
	struct filled f;

	fill(&f, "icount", (json_t *[]){ lossy(0, true), lossy(3, false), lossy(4, false) }, 3);
	assert_int_equal(f.cell.probe, PROBE_INVALID);
	assert_int_equal(f.cell.probe_lost, 7);
	assert_false(f.cell.metrics[METRIC_COMMANDS].present);
	assert_true(f.cell.metrics[METRIC_MEDIAN].present);
	forget(&f);
	fill(&f, "icount", (json_t *[]){ sync_case(1000), without_probe() }, 2);
	assert_int_equal(f.cell.probe, PROBE_ABSENT);
	assert_false(f.cell.metrics[METRIC_COMMANDS].present);
	forget(&f);
	fill(&f, "icount", (json_t *[]){ without_probe(), lossy(1, false) }, 2);
	assert_int_equal(f.cell.probe, PROBE_INVALID);
	forget(&f);
}

/* @syncs, half of them late, for which the case failed if @code is "late". */
static json_t *late_case(int syncs, const char *status, const char *code)
{
	json_t *json = fake_end(sync_case(1000), status, code, "it was");

	json_object_set_new(json, "model", fake_model((uint64_t)syncs, 3000, false));
	return json;
}

/* The worst, where it is the reason in all boots that have the case's status. */
static void test_late_models(void **state)
{
	struct filled f;

	fill(&f, "model",
	     (json_t *[]){ late_case(100, "fail", "late"), late_case(300, "fail", "late"), sync_case(1000) }, 3);
	assert_int_equal(f.cell.status, STATUS_FAIL);
	assert_non_null(f.cell.late);
	assert_int_equal(f.cell.late->late, 150);
	forget(&f);
	fill(&f, "model", (json_t *[]){ late_case(100, "fail", "late"), late_case(300, "fail", "operation") }, 2);
	assert_null(f.cell.late);
	forget(&f);
	fill(&f, "model", (json_t *[]){ late_case(100, "skip", "late"), fake_no_pass("dma", "fail", "it rained") }, 2);
	assert_null(f.cell.late);
	forget(&f);
}

/* What the clock costs and how late the model was, of each boot; nobody knows where none was served. */
static void test_states_of_boots(void **state)
{
	json_t *served = with_floor(sync_case(1000), 90);
	struct filled f;

	json_object_set_new(served, "model", fake_model(100, 3000, true));
	fill(&f, "model", (json_t *[]){ served, sync_case(1000) }, 2);
	assert_non_null(f.cell.states);
	assert_true(f.cell.states[0][0] == 90 && f.cell.states[1][0] == FAKE_FLOOR);
	assert_true(fabs(f.cell.states[0][1] / FAKE_LATENESS - 1) < 0.02); /* to a bucket of 6 bits */
	assert_true(isnan(f.cell.states[1][1]));
	forget(&f);
}

static void test_names(void **state)
{
	int v, w;

	for (v = 0; v < VERDICTS; v++)
		for (w = 0; w < v; w++)
			assert_string_not_equal(verdict_name((enum verdict)v), verdict_name((enum verdict)w));
	for (v = 0; v < VERDICTS; v++)
		assert_int_equal(verdict_moved((enum verdict)v), v == VERDICT_BETTER || v == VERDICT_WORSE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_of_boots), cmocka_unit_test(test_the_worst_boot_speaks),
		cmocka_unit_test(test_no_reason),	cmocka_unit_test(test_probe_of_boots),
		cmocka_unit_test(test_late_models),	cmocka_unit_test(test_states_of_boots),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, start_compared, stop_compared);
}
