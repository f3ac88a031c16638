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

#include "fake_run.h"

static struct fake_run run;
static struct figures figures;

/* Chooses the figures of an invented run. */
static void start(const char *bed, int kernels, int boots, fake_cases cases)
{
	fake_run_start(&run, bed, kernels, boots, cases);
	figures_choose(&run.c, &figures);
}

static void stop(void)
{
	figures_free(&figures);
	fake_run_stop(&run);
}

static void assert_has(const char *text, const char *want)
{
	if (!strstr(text, want))
		fail_msg("%s is not in: %s", want, text);
}

static const char *path_of(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", run.path, name);
	return path;
}

/* ---- which ---- */

static json_t *of_workload(json_t *json, const char *workload)
{
	json_object_set_new(json, "workload", json_string(workload));
	return json;
}

/* Of the second kernel devices=2 is faster, and the one of the other workload slower. */
static json_t *cases(const char *kernel, int boot)
{
	const bool list = !strcmp(kernel, "list");

	return json_pack("[o, o, o, o]", fake_point("sync", "devices", 1, 1000),
			 of_workload(fake_point("x", "n", 1, list ? 1000 : 1100), "other"),
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

/* Of an earlier report nothing stays; what is the user's does. */
static void the_folder_is_made_anew(void **state)
{
	struct sentence why;

	start("icount", 1, 1, cases);
	assert_int_equal(figures_start(run.path, &why), 0);
	assert_int_equal(access(path_of("figures"), W_OK), 0);
	fake_write_text(path_of("figures/old.svg"), "<svg/>");
	fake_write_text(path_of("figures/old.tsv"), "x");
	fake_write_text(path_of("figures/notes.txt"), "mine");
	fake_write_text(path_of("figures/.gp"), "mine");
	assert_int_equal(figures_start(run.path, &why), 0);
	assert_int_not_equal(access(path_of("figures/old.svg"), F_OK), 0);
	assert_int_not_equal(access(path_of("figures/old.tsv"), F_OK), 0);
	assert_int_equal(access(path_of("figures/notes.txt"), F_OK), 0);
	assert_int_equal(access(path_of("figures/.gp"), F_OK), 0);
	stop();
}

static void errors_say_where(void **state)
{
	FILE *script = fopen("/dev/null", "w");
	struct sentence why;

	MUST(script);
	start("icount", 1, 1, cases);
	assert_true(figures_start(path_of("gone"), &why) < 0);
	assert_has(why.text, "/gone/figures: No such file or directory");
	assert_true(figures_write(path_of("gone"), &run.c, &figures, script, &why) < 0);
	assert_has(why.text, "/gone/figures/icount-s01-");
	assert_true(figures_draw(path_of("gone"), "plots", "", 0, &why) < 0);
	assert_has(why.text, "/gone/figures/figures.gp: ");
	fclose(script);
	stop();
}

static json_t *unlike(const char *kernel, int boot)
{
	return json_pack("[o]", fake_case("a", json_object(), boot == 1 ? 12 : 6, 1000));
}

static void unlike_histograms_are_refused(void **state)
{
	struct sentence why;
	char *text = NULL;
	size_t size;
	FILE *script = open_memstream(&text, &size);

	MUST(script);
	start("icount", 1, 2, unlike);
	assert_int_equal(figures_start(run.path, &why), 0);
	assert_int_equal(figures_write(run.path, &run.c, &figures, script, &why), -EINVAL);
	assert_has(why.text, "icount-p01-a.tsv: the boots' histograms differ in sub_bits");
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
		cmocka_unit_test(errors_say_where),
		cmocka_unit_test(unlike_histograms_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
