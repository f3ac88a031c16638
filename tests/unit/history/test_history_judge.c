// SPDX-License-Identifier: GPL-2.0-only
/* test_history_judge.c - a kernel against those before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_history.h"

/* Six builds of list on bed icount with two boots each, 1000 to 1005. */
static void write_past(void)
{
	char run[32], image[32], started[48];
	int i;

	for (i = 0; i < 6; i++) {
		const struct made m = { "list", "icount", started, image, 1000 + (uint64_t)i, 2 };

		snprintf(run, sizeof(run), "past%d", i);
		snprintf(image, sizeof(image), "image%d", i);
		snprintf(started, sizeof(started), "2026-01-0%dT00:00:00Z", i + 1);
		write_made(run, &m);
		add(path_of(run));
	}
}

static struct history_judgement judge_folder(const char *folder, size_t builds)
{
	struct sentence why;
	struct history_judgement judgement;
	const struct compare_options options = { 0 };
	struct side side;
	struct history *h = history_open(db, HISTORY_READ, &why);

	if (!h || side_load(path_of(folder), &side, &why) ||
	    history_judge(h, &side, builds, &options, &judgement, &why))
		fail_msg("%s", why.text);
	side_free(&side);
	history_close(h);
	return judgement;
}

/* The verdict on the one case of a new build. */
static enum verdict judge_new(const struct made *m, const char *why, double change)
{
	struct history_judgement judgement;
	enum verdict verdict;
	char folder[100];

	write_made("new", m);
	snprintf(folder, sizeof(folder), "new/%s/%s", m->kernel, m->bed);
	judgement = judge_folder(folder, HISTORY_BUILDS);
	assert_int_equal(judgement.count, 1);
	verdict = judgement.list[0].verdict;
	if (!strstr(judgement.list[0].why, why) || (!*why && *judgement.list[0].why))
		fail_msg("\"%s\", not \"%s\"", judgement.list[0].why, why);
	if (judgement.list[0].figures[METRIC_MEDIAN].judged)
		assert_float_equal(judgement.list[0].figures[METRIC_MEDIAN].change, change, 0.0005);
	history_judgement_free(&judgement);
	return verdict;
}

static void test_judge(void **state)
{
	struct made m = { "list", "icount", "2026-02-01T00:00:00Z", "new", 1003, 2 };

	write_past();
	assert_int_equal(judge_new(&m, "", 0), VERDICT_SAME);
	m.median = 1100;
	assert_int_equal(judge_new(&m, "", 0.097), VERDICT_WORSE);
	m.median = 900;
	assert_int_equal(judge_new(&m, "", -0.102), VERDICT_BETTER);
}

/* What is in the history itself, or came later, is no past. */
static void test_judge_by_the_past(void **state)
{
	struct made m = { "list", "icount", "2026-02-01T00:00:00Z", "new", 1100, 2 };
	const struct made later = { "list", "icount", "2026-03-01T00:00:00Z", "later", 1100, 2 };
	struct history_judgement judgement;

	write_past();
	write_made("new", &m);
	write_made("later", &later);
	add(path_of("new"));
	add(path_of("later"));
	judgement = judge_folder("new/list/icount", HISTORY_BUILDS);
	assert_int_equal(judgement.builds, 6);
	assert_int_equal(judgement.list[0].verdict, VERDICT_WORSE);
	history_judgement_free(&judgement);
	/* The last five: 1001 to 1005, with a boot more each. */
	judgement = judge_folder("new/list/icount", 5);
	assert_int_equal(judgement.builds, 5);
	assert_float_equal(judgement.list[0].figures[METRIC_MEDIAN].median, 1003.5, 0);
	history_judgement_free(&judgement);
	judgement = judge_folder("later/list/icount", HISTORY_BUILDS);
	assert_int_equal(judgement.builds, 7);
	history_judgement_free(&judgement);
}

/* Not by another kernel, bed, or suite. */
static void test_judge_by_its_own_line(void **state)
{
	struct made m = { "array", "icount", "2026-02-01T00:00:00Z", "new", 1100, 2 };
	struct history_judgement judgement;
	json_t *json;

	write_past();
	assert_int_equal(judge_new(&m, "0 earlier builds, needs 5", 0), VERDICT_INCONCLUSIVE);
	m.kernel = "list";
	m.bed = "model";
	assert_int_equal(judge_new(&m, "0 earlier builds, needs 5", 0), VERDICT_INCONCLUSIVE);
	m.bed = "icount";
	json = made_boot(&m, 1, json_pack("[o]", sync_case(1100)));
	json_object_set_new(json, "suite", json_string("other"));
	fake_write_json(boot_path("other", &m, 1), json);
	judgement = judge_folder("other/list/icount", HISTORY_BUILDS);
	assert_int_equal(judgement.builds, 0);
	history_judgement_free(&judgement);
}

static void test_judge_needs_boots_and_builds(void **state)
{
	struct made m = { "list", "icount", "2026-02-01T00:00:00Z", "new", 1100, 1 };

	write_past();
	assert_int_equal(judge_new(&m, "1 boot, but the earlier builds have 2 (median)", 0.097), VERDICT_INCONCLUSIVE);
	m.boots = 2;
	m.started = "2026-01-05T00:00:00Z";
	assert_int_equal(judge_new(&m, "4 earlier builds, needs 5", 0.098), VERDICT_INCONCLUSIVE);
}

static struct history_judged judged_as(json_t *cases, size_t n)
{
	const struct made m = { "list", "icount", "2026-02-01T00:00:00Z", "new", 0, 0 };
	static char why[320];
	struct history_judgement judgement;
	struct history_judged first;

	fake_write_json(boot_path("new", &m, 1), made_boot(&m, 1, json_deep_copy(cases)));
	fake_write_json(boot_path("new", &m, 2), made_boot(&m, 2, cases));
	judgement = judge_folder("new/list/icount", HISTORY_BUILDS);
	assert_int_equal(judgement.count, n);
	first = judgement.list[n - 1];
	snprintf(why, sizeof(why), "%s", first.why);
	history_judgement_free(&judgement);
	memcpy(first.why, why, sizeof(why));
	return first;
}

static void test_judge_without_values(void **state)
{
	struct history_judged j;

	write_past();
	j = judged_as(json_pack("[o]", fake_no_pass("dma", "fail", "broken")), 1);
	assert_int_equal(j.verdict, VERDICT_WORSE);
	assert_string_equal(j.why, "fails now: broken");
	j = judged_as(json_pack("[o]", fake_no_pass("dma", "lost", "hung")), 1);
	assert_int_equal(j.verdict, VERDICT_WORSE);
	assert_string_equal(j.why, "is lost now: hung");
	j = judged_as(json_pack("[o]", fake_no_pass("dma", "skip", "no room")), 1);
	assert_int_equal(j.verdict, VERDICT_INCONCLUSIVE);
	assert_string_equal(j.why, "skipped: no room");
	j = judged_as(json_pack("[o, o]", sync_case(1000), fake_no_pass("new", "fail", "why")), 2);
	assert_int_equal(j.verdict, VERDICT_INCONCLUSIVE);
	assert_string_equal(j.why, "fail: why; passed in no earlier build");
	j = judged_as(json_pack("[o]", fake_case("dma", json_pack("{s:i}", "devices", 2), 12, 1000)), 1);
	assert_int_equal(j.verdict, VERDICT_INCONCLUSIVE);
	assert_string_equal(j.why, "earlier builds have other parameters");
	j = judged_as(json_pack("[o]", fake_case("other", json_pack("{s:i}", "devices", 2), 12, 1000)), 2);
	assert_true(j.absent);
	assert_int_equal(j.verdict, VERDICT_INCONCLUSIVE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(judge),
		TEST(judge_by_the_past),
		TEST(judge_by_its_own_line),
		TEST(judge_needs_boots_and_builds),
		TEST(judge_without_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
