// SPDX-License-Identifier: GPL-2.0-only
/* test_figures.c - which figures there are, in which order, and the folder they lie in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "fake_figures.h"
#include "file.h"

static const char *path_of(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", run.path, name);
	return path;
}

/* ---- which ---- */

/* Of the second kernel devices=2 is faster, and the one of the other workload slower. */
static json_t *cases(const char *kernel, int boot)
{
	const bool list = !strcmp(kernel, "list");

	return json_pack("[o, o, o, o]", fake_point("sync", "devices", 1, 1000),
			 fake_of_workload(fake_point("x", "n", 1, list ? 1000 : 1100), "other"),
			 fake_point("sync", "devices", 2, list ? 1000 : 900), fake_no_pass("sva", "skip", "no"));
}

/* Families, then case by case: of what did not move the curve alone. */
static void stems_are_numbered_in_the_order_of_the_page(void **state)
{
	static const char *const stems[] = {
		"icount-s01-dma-op-sync-median-by-devices",
		"icount-c02-dma-op-sync-commands-by-devices",
		"icount-c03-dma-op-sync-cmd-syncs-by-devices",
		"icount-p04-dma-op-sync-devices-1",
		"icount-p05-dma-op-x-n-1",
		"icount-r06-dma-op-x-n-1-ratio-to-list",
		"icount-p07-dma-op-sync-devices-2",
		"icount-r08-dma-op-sync-devices-2-ratio-to-list",
	};
	size_t i;

	start("icount", 2, 2, cases);
	assert_int_equal(figures.count, 8);
	for (i = 0; i < 8; i++)
		assert_string_equal(figures.list[i].stem, stems[i]);
	/* What is worse leads before what is better; what did not move leads not at all. */
	assert_int_equal(figures.nr_leads, 2);
	assert_int_equal(figures.leads[0], 1);
	assert_int_equal(figures.leads[1], 2);
	for (i = 0; i < 8; i++)
		assert_int_equal(figures.list[i].leads, i >= 4);
	stop();
}

/* Six cases, of which all but the first get worse, the last most; with both other kernels alike. */
static json_t *six(const char *kernel, int boot)
{
	json_t *list = json_array();
	int i;

	for (i = 0; i < 6; i++)
		json_array_append_new(
			list, fake_point("sync", "nth", i, strcmp(kernel, "list") ? 1000 + (uint64_t)i * 100 : 1000));
	return list;
}

/* The worst of each kernel is the same case, which leads once. */
static void no_case_leads_twice(void **state)
{
	static const char *const kernels[] = { "list", "array", "other" };
	static const size_t leads[FIGURES_LEADS] = { 5, 4, 3, 2 };
	size_t i;

	fake_run_of(&run, "icount", kernels, 3, 2, six, NULL);
	figures_choose(&run.c, &figures);
	assert_int_equal(figures.nr_leads, FIGURES_LEADS);
	for (i = 0; i < FIGURES_LEADS; i++)
		assert_int_equal(figures.leads[i], leads[i]);
	stop();
}

static json_t *many(const char *kernel, int boot)
{
	json_t *list = json_array();
	int i;

	for (i = 0; i <= FIGURES_CASES; i++)
		json_array_append_new(list, fake_point("sync", "nth", i, 1000));
	return list;
}

/* Among cases that matter alike the last one is apart. */
static void figures_of_many_cases_stand_apart(void **state)
{
	size_t i, n = 0;

	start("icount", 1, 1, many);
	for (i = 0; i < figures.count; i++) {
		n += figures.list[i].apart;
		assert_int_equal(figures.list[i].apart,
				 figures.list[i].type->letter == 'p' && figures.list[i].rows[0] == FIGURES_CASES);
	}
	assert_int_equal(n, 1);
	stop();
}

/* ---- the folder ---- */

/* As `invbench report` does it. */
static int make(void)
{
	struct figures_place place;
	struct sentence why;
	char *text = NULL;
	size_t size;
	FILE *script = open_memstream(&text, &size);
	int err;

	MUST(script);
	err = figures_start(run.path, &place, &why) ?: figures_write(&place, &run.c, &figures, script, &why);
	fclose(script);
	err = err ?: figures_draw(&place, "plots", "", 0, &why);
	figures_leave(&place);
	free(text);
	return err;
}

static void expect_kept(const char *name)
{
	struct stat st;

	assert_int_equal(lstat(path_of(name), &st), 0);
}

static void expect_gone(const char *name)
{
	struct stat st;

	assert_int_not_equal(lstat(path_of(name), &st), 0);
}

/* Of an earlier report nothing stays; what is the user's does, however it is called. */
static void the_folder_is_made_anew(void **state)
{
	static const char *const ours[] = {
		"figures/icount-p99-old.svg",
		"figures/model-s123-older.png",
		"figures/metal-t01-.tsv",
		"figures/icount-p98-link.svg",
	};
	static const char *const theirs[] = {
		"figures/notes.txt",	   "figures/.gp",
		"figures/old.svg",	   "figures/holiday.png",
		"figures/data.tsv",	   "figures/plot.gp",
		"figures/icount.svg",	   "figures/icount-notes.svg",
		"figures/icount-p1.svg",   "figures/icount-p99-old.txt",
		"figures/other-p01-a.svg", "precious",
	};
	size_t i;

	start("icount", 1, 1, cases);
	for (i = 0; i + 1 < sizeof(ours) / sizeof(ours[0]); i++)
		fake_write_text(path_of(ours[i]), "old");
	for (i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++)
		fake_write_text(path_of(theirs[i]), "mine");
	MUST(!symlink("../precious", path_of(ours[i = 3])));
	assert_int_equal(make(), 0);
	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		expect_gone(ours[i]);
	for (i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++)
		expect_kept(theirs[i]);
	expect_kept("figures/figures.gp");
	stop();
}

/* What it leads to may be anything, with files of any name. */
static void a_folder_that_is_a_link_is_refused(void **state)
{
	struct figures_place place;
	struct sentence why;

	start("icount", 1, 1, cases);
	fake_write_text(path_of("t2/holiday.png"), "mine");
	fake_write_text(path_of("t2/icount-p01-a.svg"), "mine");
	fake_write_text(path_of("t2/figures.gp"), "mine");
	MUST(!symlink("t2", path_of("figures")));
	assert_int_equal(figures_start(run.path, &place, &why), -ELOOP);
	figures_leave(&place);
	assert_has(why.text, "/figures: a link, and what it leads to is left alone; remove the link");
	expect_kept("t2/holiday.png");
	expect_kept("t2/icount-p01-a.svg");
	expect_kept("t2/figures.gp");
	stop();
}

/* gnuplot itself follows links: it is never where somebody else could have left one. */
static void links_in_the_place_of_figures_lead_nowhere(void **state)
{
	char name[300], *text;
	struct sentence why;
	size_t size;

	start("icount", 1, 1, cases);
	fake_write_text(path_of("precious"), "mine");
	MUST(figures.count && !mkdir(path_of("figures"), 0777));
	MUST(!symlink("../precious", path_of("figures/figures.gp")));
	snprintf(name, sizeof(name), "figures/%s.svg", figures.list[0].stem);
	MUST(!symlink("../precious", path_of(name)));
	snprintf(name, sizeof(name), "figures/%s.tsv", figures.list[0].stem);
	MUST(!symlink("../precious", path_of(name)));
	assert_int_equal(make(), 0);
	assert_int_equal(file_read(path_of("precious"), 100, &text, &size, &why), 0);
	assert_string_equal(text, "mine");
	free(text);
	stop();
}

static void errors_say_where(void **state)
{
	struct figures_place place;
	struct sentence why;

	start("icount", 1, 1, cases);
	assert_int_equal(figures_start(path_of("gone"), &place, &why), -ENOENT);
	assert_has(why.text, "/gone: No such file or directory");
	figures_leave(&place);
	assert_int_equal(figures_start(run.path, &place, &why), 0);
	assert_true(figures_draw(&place, "plots", "exit status 1\n", 14, &why) < 0);
	assert_has(why.text, "gnuplot could not draw the figures of /");
	figures_leave(&place);
	stop();
}

static json_t *unlike(const char *kernel, int boot)
{
	return json_pack("[o]", fake_case("a", json_object(), boot == 1 ? 12 : 6, 1000));
}

static void unlike_histograms_are_refused(void **state)
{
	struct figures_place place;
	struct sentence why;
	char *text = NULL;
	size_t size;
	FILE *script = open_memstream(&text, &size);

	MUST(script);
	start("icount", 1, 2, unlike);
	assert_int_equal(figures_start(run.path, &place, &why), 0);
	assert_int_equal(figures_write(&place, &run.c, &figures, script, &why), -EINVAL);
	assert_has(why.text, "icount-p01-a.tsv: the boots' histograms differ in sub_bits");
	figures_leave(&place);
	fclose(script);
	free(text);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stems_are_numbered_in_the_order_of_the_page),
		cmocka_unit_test(no_case_leads_twice),
		cmocka_unit_test(figures_of_many_cases_stand_apart),
		cmocka_unit_test(the_folder_is_made_anew),
		cmocka_unit_test(a_folder_that_is_a_link_is_refused),
		cmocka_unit_test(links_in_the_place_of_figures_lead_nowhere),
		cmocka_unit_test(errors_say_where),
		cmocka_unit_test(unlike_histograms_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
