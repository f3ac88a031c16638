// SPDX-License-Identifier: GPL-2.0-only
/* test_findings.c - what a gate says of invented boots. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "checked.h"

/* ---- cases with and without values ---- */

static const struct {
	const char *base[2], *new[2];
	enum finding_kind want;
	enum finding_outcome outcome;
	const char *reason;
} standings[] = {
	{ { "1000", "1000" }, { "1000", "1000" }, FINDING_FINE, OUTCOME_PASS, "" },
	{ { "1000", "1000" }, { "900", "900" }, FINDING_FINE, OUTCOME_PASS, "" },
	{ { "1000", "1000" }, { "1100", "1100" }, FINDING_REGRESSION, OUTCOME_PASS, "" },
	{ { "1000", "1000" }, { "900", "1100" }, FINDING_INCONCLUSIVE, OUTCOME_PASS, "" },
	{ { "1000", "1000" }, { "fail", "fail" }, FINDING_REGRESSION, OUTCOME_FAIL, "fails now: it rained" },
	{ { "1000", "1000" },
	  { "1000", "lost" },
	  FINDING_REGRESSION,
	  OUTCOME_LOST,
	  "lost now: in 1 of 2 boots: it rained" },
	{ { "1000", "1000" }, { "skip", "skip" }, FINDING_INCONCLUSIVE, OUTCOME_SKIP, "skipped now: it rained" },
	{ { "1000", "1000" },
	  { NULL, NULL },
	  FINDING_INCONCLUSIVE,
	  OUTCOME_ABSENT,
	  "absent now: new does not have the case" },
	{ { "1000", "1000" },
	  { "1000", NULL },
	  FINDING_INCONCLUSIVE,
	  OUTCOME_ABSENT,
	  "absent now: 1 of 2 boots of new do not have the case" },
	{ { "fail", "fail" }, { "1000", "1000" }, FINDING_INCONCLUSIVE, OUTCOME_PASS, "failed before: it rained" },
	{ { "lost", "1000" },
	  { "1000", "1000" },
	  FINDING_INCONCLUSIVE,
	  OUTCOME_PASS,
	  "was lost before: in 1 of 2 boots: it rained" },
	{ { "skip", "skip" }, { "1000", "1000" }, FINDING_INCONCLUSIVE, OUTCOME_PASS, "skipped before: it rained" },
	{ { "fail", "fail" },
	  { "fail", "fail" },
	  FINDING_INCONCLUSIVE,
	  OUTCOME_FAIL,
	  "fails now: it rained; failed before" },
	{ { "skip", "skip" },
	  { "fail", "fail" },
	  FINDING_INCONCLUSIVE,
	  OUTCOME_FAIL,
	  "fails now: it rained; skipped before" },
	{ { "skip", "skip" }, { "skip", "skip" }, FINDING_SKIPPED, OUTCOME_SKIP, "skipped on both: it rained" },
	{ { NULL, NULL }, { "1000", "1000" }, FINDING_SKIPPED, OUTCOME_PASS, "base does not have the case" },
	{ { NULL, NULL },
	  { "skip", "skip" },
	  FINDING_SKIPPED,
	  OUTCOME_SKIP,
	  "skipped now: it rained; was absent before" },
	{ { NULL, NULL },
	  { "fail", "fail" },
	  FINDING_INCONCLUSIVE,
	  OUTCOME_FAIL,
	  "fails now: it rained; was absent before" },
	{ { "1000", NULL },
	  { "1000", "1000" },
	  FINDING_INCONCLUSIVE,
	  OUTCOME_PASS,
	  "was absent before: 1 of 2 boots of base do not have the case" },
};

static void test_standings(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(standings) / sizeof(standings[0]); i++) {
		const int want = standings[i].want == FINDING_REGRESSION   ? STATUS_FAIL :
				 standings[i].want == FINDING_INCONCLUSIVE ? STATUS_INCONCLUSIVE :
									     STATUS_PASS;
		const struct finding *finding;
		struct checked k;

		clean();
		write_side("base", standings[i].base[0], standings[i].base[1]);
		write_side("new", standings[i].new[0], standings[i].new[1]);
		check(&k, "icount", NULL);
		finding = find(&k.f, "dma");
		if (finding->kind != standings[i].want || finding->outcome != standings[i].outcome ||
		    strcmp(finding->reason, standings[i].reason))
			fail_msg("standing %zu: %s, outcome %d, \"%s\"", i, finding_name(finding->kind),
				 (int)finding->outcome, finding->reason);
		/* "other" is fine in all of them, so the case alone decides. */
		assert_int_equal(find(&k.f, "other")->kind, FINDING_FINE);
		assert_int_equal(findings_status(&k.f, 1), want);
		forget(&k);
	}
}

/* The figures are those of the comparison, with the limit that was judged by. */
static void test_figures(void **state)
{
	const struct finding_figure *m;
	struct checked k;

	clean();
	write_side("base", "1000", "1001");
	write_side("new", "1100", "1101");
	check(&k, "icount", NULL);
	assert_int_equal(find(&k.f, "dma")->nr_figures, 5); /* median, p99, three counts; no throughput on icount */
	m = &find(&k.f, "dma")->figures[0];
	assert_string_equal(m->key, "median");
	assert_string_equal(m->unit, "instructions");
	assert_true(m->base == 1000.5 && m->value == 1100.5);
	assert_true(fabs(m->change - 100 / 1000.5) < 1e-12);
	assert_true(fabs(m->low - 99 / 1000.5) < 1e-12);
	assert_true(fabs(m->high - 101 / 1000.5) < 1e-12);
	assert_true(m->limit == 0.005);
	assert_string_equal(m->span, "range");
	assert_int_equal(m->kind, FINDING_REGRESSION);
	assert_string_equal(m[2].key, "commands_per_op");
	assert_int_equal(m[2].kind, FINDING_FINE);
	forget(&k);
}

/* A limit moves the line, on both sides of it; it is the same line for a metric of which more is better. */
static void test_limits(void **state)
{
	struct compare_options options = { .min_effect[METRIC_MEDIAN] = 0.11, .min_effect[METRIC_P99] = 0.11 };
	struct checked k;

	clean();
	write_side("base", "1000", "1000");
	write_side("new", "1100", "1100");
	check(&k, "icount", &options);
	assert_int_equal(find(&k.f, "dma")->kind, FINDING_FINE);
	assert_true(find(&k.f, "dma")->figures[0].limit == 0.11);
	forget(&k);
	options.min_effect[METRIC_MEDIAN] = 0.09;
	check(&k, "icount", &options);
	assert_int_equal(find(&k.f, "dma")->kind, FINDING_REGRESSION);
	assert_int_equal(find(&k.f, "dma")->figures[1].kind, FINDING_FINE);
	forget(&k);
}

static json_t *slower(json_t *json, uint64_t elapsed)
{
	size_t i;

	fake_in_two(json);
	for (i = 0; i < 2; i++)
		json_object_set_new(json_array_get(json_object_get(json, "threads"), i), "elapsed_ns",
				    json_integer((json_int_t)elapsed));
	return json;
}

static void test_throughput_falls(void **state)
{
	struct compare_options options = { 0 };
	struct checked k;
	int i;

	clean();
	for (i = 1; i <= 8; i++) {
		write_boot("base", "model", i,
			   json_pack("[o]", slower(fake_case("dma", json_object(), 12, 1000), 1000000)));
		write_boot("new", "model", i,
			   json_pack("[o]", slower(fake_case("dma", json_object(), 12, 1000), 1080000)));
	}
	check(&k, "model", NULL);
	assert_int_equal(findings_status(&k.f, 1), STATUS_FAIL);
	assert_string_equal(k.f.list[0].figures[2].key, "ops_per_second");
	assert_int_equal(k.f.list[0].figures[2].kind, FINDING_REGRESSION);
	assert_true(k.f.list[0].figures[2].change < -0.05);
	assert_string_equal(k.f.list[0].figures[2].span, "99 % interval");
	forget(&k);
	options.min_effect[METRIC_THROUGHPUT] = 0.08;
	check(&k, "model", &options);
	assert_int_equal(findings_status(&k.f, 1), STATUS_PASS);
	forget(&k);
}

/* Chosen metrics alone have verdicts, Holm's correction is over these, and without the median they speak for the case. */
static void test_chosen(void **state)
{
	struct compare_options options = { .chosen[METRIC_P99] = true, .chosen[METRIC_COMMANDS] = true };
	static const int noise[] = { 800, 900, 950, 1000, 1050, 1100, 1200, 1300 };
	const struct metric *m;
	struct checked k;
	int i;

	clean();
	for (i = 0; i < 8; i++) {
		json_t *base = fake_case("dma", json_object(), 12, (uint64_t)noise[i]);
		json_t *new = fake_case("dma", json_object(), 12, (uint64_t)noise[7 - i] + 20);

		write_boot("base", "metal", i + 1, json_pack("[o]", base));
		write_boot("new", "metal", i + 1, json_pack("[o]", new));
	}
	check(&k, "metal", &options);
	m = k.c.rows[0].cells[1].metrics;
	assert_int_equal(k.f.list[0].nr_figures, 2);
	assert_int_equal(m[METRIC_MEDIAN].verdict, VERDICT_NONE);
	assert_true(m[METRIC_P99].p < 0.5 ? fabs(m[METRIC_P99].p_holm - 2 * m[METRIC_P99].p) < 1e-12 :
					    m[METRIC_P99].p_holm == 1);
	assert_int_equal(m[METRIC_COMMANDS].verdict, VERDICT_SAME);
	assert_int_equal(m[METRIC_P99].verdict, VERDICT_INCONCLUSIVE);
	assert_int_equal(findings_status(&k.f, 1), STATUS_INCONCLUSIVE);
	forget(&k);
	options.chosen[METRIC_P99] = false;
	check(&k, "metal", &options);
	assert_int_equal(findings_status(&k.f, 1), STATUS_PASS);
	forget(&k);
}

/* A pass that lost events in the new kernel alone hides its counts: told, and shown without a value. */
static void test_lost_counts(void **state)
{
	json_t *lossy, *probe;
	struct checked k;
	int i;

	clean();
	for (i = 1; i <= 2; i++) {
		write_boot("base", "icount", i, json_pack("[o]", fake_case("dma", json_object(), 12, 1000)));
		lossy = fake_case("dma", json_object(), 12, 1000);
		probe = json_object_get(json_object_get(lossy, "probes"), "invlat");
		json_object_set_new(probe, "lost", json_integer(3));
		json_object_set_new(probe, "valid", json_false());
		write_boot("new", "icount", i, json_pack("[o]", lossy));
	}
	check(&k, "icount", NULL);
	assert_int_equal(k.f.list[0].kind, FINDING_FINE);
	assert_int_equal(k.f.list[0].figures[2].kind, FINDING_INCONCLUSIVE);
	assert_true(isnan(k.f.list[0].figures[2].value));
	forget(&k);
}

static void test_status(void **state)
{
	struct findings f[2] = { 0 };

	assert_int_equal(findings_status(f, 0), STATUS_INCONCLUSIVE);
	findings_init(&f[0], "a", "base", "metal", NULL);
	findings_init(&f[1], "b", "base", "metal", NULL);
	findings_add(&f[0], "x", "dma", FINDING_FINE, OUTCOME_PASS, "");
	assert_int_equal(findings_status(f, 1), STATUS_PASS);
	findings_add(&f[1], "x", "dma", FINDING_SKIPPED, OUTCOME_SKIP, "no SVA");
	assert_int_equal(findings_status(f, 2), STATUS_INCONCLUSIVE); /* nothing of b was judged */
	findings_add(&f[1], "y", "dma", FINDING_FINE, OUTCOME_PASS, "");
	assert_int_equal(findings_status(f, 2), STATUS_PASS);
	findings_add(&f[0], "y", "dma", FINDING_INCONCLUSIVE, OUTCOME_ABSENT, "not there");
	assert_int_equal(findings_status(f, 2), STATUS_INCONCLUSIVE);
	findings_add(&f[1], "z", "dma", FINDING_REGRESSION, OUTCOME_FAIL, "fails now");
	assert_int_equal(findings_status(f, 2), STATUS_FAIL);
	findings_free(&f[0]);
	findings_free(&f[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_standings), cmocka_unit_test(test_figures),
		cmocka_unit_test(test_limits),	  cmocka_unit_test(test_throughput_falls),
		cmocka_unit_test(test_chosen),	  cmocka_unit_test(test_lost_counts),
		cmocka_unit_test(test_status),
	};

	return cmocka_run_group_tests(tests, start_checks, stop_checks);
}
