// SPDX-License-Identifier: GPL-2.0-only
/* test_report.c - `invbench report` on an invented run, with names that try to break out, drawn by gnuplot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "program.h"

#define EVIL "x <script>alert('1')</script> \"`touch pwned`\" ${HOME} & _a^b @c"

static char *dir;

static char *path_of(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static json_t *cases(uint64_t median)
{
	json_t *json = json_array();
	int devices;

	for (devices = 1; devices <= 8; devices *= 2) {
		char name[64];

		snprintf(name, sizeof(name), "dma op=sync devices=%d", devices);
		json_array_append_new(json, fake_case(name, json_pack("{s:s, s:i}", "op", "sync", "devices", devices),
						      12, median + devices * 100));
	}
	json_array_append_new(json, fake_case(EVIL, json_pack("{s:s}", "op", EVIL), 12, median));
	json_array_append_new(json, fake_no_pass("sva", "skip", EVIL));
	return json;
}

static void write_run(void)
{
	int boot;

	for (boot = 1; boot <= 2; boot++) {
		char name[64];

		snprintf(name, sizeof(name), "list/icount/boot-%03d.json", boot);
		fake_write_json(path_of(name), fake_boot("list", "icount", boot, cases(1000)));
		snprintf(name, sizeof(name), "it's/icount/boot-%03d.json", boot);
		fake_write_json(path_of(name), fake_boot("it's", "icount", boot, cases(900)));
	}
	fake_write_text(path_of("plan.json"),
			"{\"kernels\": [\"list\", \"it's\"], \"beds\": [\"icount\"], \"suite\": \"synthetic\"}");
}

static char *read_text(const char *path)
{
	FILE *file = fopen(path, "r");

	if (!file)
		fail_msg("%s is not there", path);
	return program_read(file);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

static void run(struct outcome *o)
{
	program_run(o, "report", "--plots", "plots", dir, NULL);
}

static void test_page(void **state)
{
	struct outcome o;
	char *page;

	run(&o);
	if (o.status || *o.err || *o.out)
		fail_msg("status %d, said \"%s\", printed \"%s\"", o.status, o.err, o.out);
	program_forget(&o);
	page = read_text(path_of("report.html"));
	assert_int_equal(strncmp(page, "<!DOCTYPE html>", 15), 0);
	assert_non_null(strstr(page, "</html>"));
	assert_non_null(strstr(page,
			       "<b>it&#39;s</b> against <b>list</b>, 6 cases, 2 boots against 2: worse in <b>0</b>, "
			       "better in <b>5</b>, not compared in <b>1</b>. Best: x &lt;script&gt;"));
	assert_non_null(strstr(page, "@c, median 1&#8239;000 to 900 instructions per sync (<b>-10.0&nbsp;%</b>).</p>"));
	assert_non_null(strstr(page, "may never claim latency or contention"));
	assert_int_equal(count(page, "<figure>"), 13); /* three sweeps, five distributions, and their ratios */
	assert_int_equal(count(page, "<svg "), 13);
	free(page);
}

/* Not by the program, by its shell, nor by gnuplot. */
static void test_names_run_nothing(void **state)
{
	assert_int_not_equal(access(path_of("pwned"), F_OK), 0);
	assert_int_not_equal(access("pwned", F_OK), 0);
}

/* What gnuplot writes for nothing is left out of the page; what it means something with is not. */
static void test_page_is_lean(void **state)
{
	char *page = read_text(path_of("report.html"));
	char *svg = read_text(path_of("figures/icount-s01-dma-op-sync-median-by-devices.svg"));

	assert_non_null(strstr(svg, "stroke-linejoin=\"miter\">\n</g>\n"));
	assert_null(strstr(page, "stroke-linejoin=\"miter\""));
	assert_int_equal(count(page, "\">\n</g>\n<g fill=\"none\" color=\"white\""), 0);
	assert_non_null(strstr(page, "<text>devices (bed icount)</text>"));
	assert_null(strstr(page, "ops/s"));
	assert_int_equal(count(page, "<svg "), count(page, "</svg>"));
	assert_int_equal(count(page, "<g>") + count(page, "<g "), count(page, "</g>"));
	free(svg);
	free(page);
}

/* Ids of inlined figures must differ, or one figure would be drawn with another's marks. */
static void test_ids_are_unique(void **state)
{
	char *page = read_text(path_of("report.html"));

	assert_int_equal(count(page, "-gpDot' r="), 3); /* the sweeps'; the others have lines alone, and no marks */
	assert_int_equal(count(page, "id='gpDot'"), 0);
	assert_int_equal(count(page, "id=\"gnuplot_canvas\""), 0);
	free(page);
}

static void test_figures(void **state)
{
	static const char *const files[] = {
		"figures/figures.gp",
		"figures/icount-s01-dma-op-sync-median-by-devices.tsv",
		"figures/icount-s01-dma-op-sync-median-by-devices.svg",
		"figures/icount-s01-dma-op-sync-median-by-devices.png",
		"figures/icount-p04-dma-op-sync-devices-1.tsv",
		"figures/icount-p10-dma-op-sync-devices-8.png",
		"figures/icount-p12-x-script-alert-1-script-touch-pwned-hom.svg",
	};
	char *text;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		text = read_text(path_of(files[i]));
		assert_true(strlen(text) > 0);
		free(text);
	}
	text = read_text(path_of(files[1]));
	assert_string_equal(text, "devices\tlist\tlist lowest\tlist highest\tit's\tit's lowest\tit's highest\n"
				  "1\t1100\t1100\t1100\t1000\t1000\t1000\n2\t1200\t1200\t1200\t1100\t1100\t1100\n"
				  "4\t1400\t1400\t1400\t1300\t1300\t1300\n8\t1800\t1800\t1800\t1700\t1700\t1700\n");
	free(text);
}

/* The folder of figures holds those of this report alone, and what the user put there. */
static void test_again(void **state)
{
	char *before = read_text(path_of("report.html")), *after;
	struct outcome o;

	fake_write_text(path_of("figures/icount-p99-old.svg"), "<svg/>");
	fake_write_text(path_of("figures/notes.txt"), "mine");
	run(&o);
	assert_int_equal(o.status, 0);
	program_forget(&o);
	after = read_text(path_of("report.html"));
	assert_string_equal(before, after);
	assert_int_not_equal(access(path_of("figures/icount-p99-old.svg"), F_OK), 0);
	assert_int_equal(access(path_of("figures/notes.txt"), F_OK), 0);
	free(before);
	free(after);
}

static void assert_refused(const char *want)
{
	struct outcome o;

	run(&o);
	if (o.status != 2 || !strstr(o.err, want))
		fail_msg("status %d, said \"%s\", not \"%s\"", o.status, o.err, want);
	assert_ptr_equal(strchr(o.err, '\n'), o.err + strlen(o.err) - 1);
	program_forget(&o);
}

/* What a folder of somebody else's has in place of one of figures is left alone. */
static void test_link(void **state)
{
	char moved[512], figures[512];

	snprintf(moved, sizeof(moved), "%s", path_of("kept"));
	snprintf(figures, sizeof(figures), "%s", path_of("figures"));
	fake_write_text(path_of("t2/holiday.png"), "mine");
	fake_write_text(path_of("t2/icount-p01-x.png"), "mine");
	MUST(!rename(figures, moved) && !symlink("t2", figures));
	assert_refused("/figures: a link, and what it leads to is left alone; remove the link");
	assert_int_equal(access(path_of("t2/holiday.png"), F_OK), 0);
	assert_int_equal(access(path_of("t2/icount-p01-x.png"), F_OK), 0);
	MUST(!unlink(figures) && !rename(moved, figures));
}

static void test_no_gnuplot(void **state)
{
	const char *was = getenv("PATH");
	char *path = strdup(was ? was : "");

	unlink(path_of("report.html"));
	setenv("PATH", "/nonexistent", 1);
	assert_refused("gnuplot is not installed; install it");
	setenv("PATH", path, 1);
	assert_int_not_equal(access(path_of("report.html"), F_OK), 0);
	assert_int_equal(access(path_of("figures/icount-p04-dma-op-sync-devices-1.svg"), F_OK), 0);
	free(path);
}

static void test_bad_input(void **state)
{
	struct outcome o;

	fake_write_text(path_of("list/icount/boot-003.json"), "{");
	assert_refused("list/icount/boot-003.json: line 1");
	unlink(path_of("list/icount/boot-003.json"));
	program_run(&o, "report", "--plots", "/nonexistent", dir, NULL);
	assert_int_equal(o.status, 2);
	assert_non_null(strstr(o.err, "give --plots the folder with percentiles.gp"));
	program_forget(&o);
	program_run(&o, "report", NULL);
	assert_int_equal(o.status, 2);
	program_forget(&o);
}

static int start(void **state)
{
	dir = fake_tmpdir();
	write_run();
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
		cmocka_unit_test(test_page),	     cmocka_unit_test(test_names_run_nothing),
		cmocka_unit_test(test_page_is_lean), cmocka_unit_test(test_ids_are_unique),
		cmocka_unit_test(test_figures),	     cmocka_unit_test(test_again),
		cmocka_unit_test(test_link),	     cmocka_unit_test(test_no_gnuplot),
		cmocka_unit_test(test_bad_input),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
