// SPDX-License-Identifier: GPL-2.0-only
/* test_findings.c - what a gate says of invented boots, of findings that no comparison made, and in its formats. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake.h"
#include "findings.h"

static char *dir;

static void write_boot(const char *kernel, const char *bed, int number, json_t *cases)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s/%s/boot-%03d.json", dir, kernel, bed, number);
	fake_write_json(path, fake_boot(kernel, bed, number, cases));
}

static void clean(void)
{
	fake_remove(dir);
	dir = fake_tmpdir();
}

/* Both sides of a check, loaded. */
struct checked {
	struct side sides[2];
	struct comparison c;
	struct findings f;
};

static void check(struct checked *k, const char *bed, const struct compare_options *options)
{
	const struct compare_options defaults = { 0 };
	const struct case_globs all = { 0 };
	char path[512];
	struct sentence why;
	int i;

	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", dir, i ? "new" : "base", bed);
		if (side_load(path, &k->sides[i], &why))
			fail_msg("%s", why.text);
	}
	if (compare_sides_as(k->sides, 2, options ? options : &defaults, &k->c, &why))
		fail_msg("%s", why.text);
	findings_compare(&k->c, 1, &all, &k->f);
}

static void forget(struct checked *k)
{
	findings_free(&k->f);
	compare_free(&k->c);
	side_free(&k->sides[0]);
	side_free(&k->sides[1]);
}

/* ---- cases with and without values ---- */

/* NULL: not in the file; a number: passed with that median; else a status. */
static json_t *some_case(const char *what)
{
	if (!what)
		return NULL;
	if (*what >= '0' && *what <= '9')
		return fake_case("dma", json_object(), 12, (uint64_t)atoi(what));
	return fake_no_pass("dma", what, "it rained");
}

static void write_side(const char *kernel, const char *first, const char *second)
{
	const char *const boots[] = { first, second };
	int i;

	for (i = 0; i < 2; i++) {
		json_t *cases = json_pack("[o]", fake_case("other", json_object(), 12, 1000)),
		       *json = some_case(boots[i]);

		if (json)
			json_array_insert_new(cases, 0, json);
		write_boot(kernel, "icount", i + 1, cases);
	}
}

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

static const struct finding *find(const struct findings *f, const char *name)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		if (!strcmp(f->list[i].name, name))
			return &f->list[i];
	fail_msg("no finding for %s", name);
	return NULL;
}

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
	char *text;
	size_t size;
	FILE *out;

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
	out = open_memstream(&text, &size);
	finding_print_figure(out, m);
	fputs("; ", out);
	finding_print_figure(out, m + 2);
	fclose(out);
	assert_string_equal(text, "median 1000 -> 1100 instructions, +10.0 % (limit 0.5 %, range +9.9..+10.1 %); "
				  "commands 2.00 -> 2.00 per op, +0.0 % (limit 0.5 %, range +0.0..+0.0 %)");
	free(text);
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

/* ---- of another source ---- */

static const char *const nasty = "a <b> & \"c\" # d\n\x01 \xef\xbf\xbe \xc3\xa9";

static void make_up(struct findings *f)
{
	struct finding_figure figure = { "median", "median", "ns", FINDING_REGRESSION, false, 100, 150, 0.5, 0.4,
					 0.6,	   "range",  0.05 };

	findings_init(f, "new", "history", "metal", NULL);
	finding_add_figure(findings_add(f, nasty, "dma", FINDING_FINE, OUTCOME_PASS, ""), &figure);
	findings_add(f, "two", "dma", FINDING_INCONCLUSIVE, OUTCOME_ABSENT, nasty);
}

static char *written(void (*write)(FILE *out, const struct findings *f))
{
	struct findings f;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	make_up(&f);
	write(out, &f);
	fclose(out);
	findings_free(&f);
	return text;
}

static void write_text(FILE *out, const struct findings *f)
{
	findings_print(out, f);
}

static void write_ktap(FILE *out, const struct findings *f)
{
	findings_ktap(out, f, 1, false);
}

static void write_junit(FILE *out, const struct findings *f)
{
	findings_junit(out, f, 1);
}

static void assert_has(const char *text, const char *want)
{
	if (!strstr(text, want))
		fail_msg("\"%s\" is not in: %s", want, text);
}

/* Neither boots nor a comparison are needed, and no name breaks a format. */
static void test_made_up(void **state)
{
	char *text = written(write_text);
	struct findings f;
	json_t *json;

	assert_has(text, "median 100.0 -> 150.0 ns, +50.0 % (limit 5 %, range +40.0..+60.0 %)\n");
	assert_has(
		text,
		"new against history on metal: of 2 cases 1 regressed, 1 inconclusive, 0 fine (0 better), 0 skipped\n");
	free(text);
	text = written(write_ktap);
	assert_has(text, "KTAP version 1\n1..2\n# median 100.0 -> 150.0 ns");
	assert_has(text, "\nnot ok 1 a <b> & \"c\" _ d__ \xef\xbf\xbe \xc3\xa9\n");
	assert_has(text, "\nok 2 two # SKIP inconclusive: a <b> & \"c\" _ d__");
	free(text);
	text = written(write_junit);
	assert_has(text, "name=\"a &lt;b&gt; &amp; &quot;c&quot; # d\n\xef\xbf\xbd \xef\xbf\xbd \xc3\xa9\"");
	free(text);
	make_up(&f);
	json = findings_kcidb(&f, 1, "someone");
	assert_int_equal(json_array_size(json_object_get(json, "tests")), 0); /* of no build that is known */
	json_decref(json);
	findings_free(&f);
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

/* ---- KCIDB ---- */

static const json_t *test_of(const json_t *report, const char *path)
{
	const json_t *test;
	size_t i;

	json_array_foreach (json_object_get(report, "tests"), i, test)
		if (!strcmp(json_string_value(json_object_get(test, "path")), path) &&
		    !strcmp(json_string_value(json_object_get(json_object_get(test, "misc"), "case")), "dma"))
			return test;
	fail_msg("no test %s", path);
	return NULL;
}

static void assert_test(const char *base, const char *new, const char *path, const char *status, double value)
{
	const json_t *test, *number;
	struct checked k;
	json_t *report;

	clean();
	write_side("base", base, base);
	write_side("new", new, new);
	check(&k, "icount", NULL);
	report = findings_kcidb(&k.f, 1, "someone");
	test = test_of(report, path);
	assert_string_equal(json_string_value(json_object_get(test, "status")), status);
	number = json_object_get(test, "number");
	if (isnan(value)) {
		assert_null(number);
	} else {
		assert_true(json_number_value(json_object_get(number, "value")) == value);
		assert_string_equal(json_string_value(json_object_get(number, "unit")), "instructions");
	}
	assert_int_equal(strncmp(json_string_value(json_object_get(test, "id")), "someone:", 8), 0);
	json_decref(report);
	forget(&k);
}

static void test_kcidb(void **state)
{
	assert_test("1000", "1000", "invbench.dma.median", "PASS", 1000);
	assert_test("1000", "900", "invbench.dma.p99", "PASS", 900);
	assert_test("1000", "1100", "invbench.dma.median", "FAIL", 1100);
	assert_test("fail", "1100", "invbench.dma.median", "DONE", 1100);
	assert_test(NULL, "1100", "invbench.dma.median", "DONE", 1100);
	assert_test("1000", "fail", "invbench.dma", "FAIL", NAN);
	assert_test("1000", "lost", "invbench.dma", "FAIL", NAN);
	assert_test("1000", "skip", "invbench.dma", "SKIP", NAN);
	assert_test("1000", NULL, "invbench.dma", "MISS", NAN);
}

static int start(void **state)
{
	dir = fake_tmpdir();
	return 0;
}

static int stop(void **state)
{
	fake_remove(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_standings), cmocka_unit_test(test_figures),
		cmocka_unit_test(test_limits),	  cmocka_unit_test(test_throughput_falls),
		cmocka_unit_test(test_chosen),	  cmocka_unit_test(test_lost_counts),
		cmocka_unit_test(test_made_up),	  cmocka_unit_test(test_status),
		cmocka_unit_test(test_kcidb),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
