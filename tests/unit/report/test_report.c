// SPDX-License-Identifier: GPL-2.0-only
/* test_report.c - `invbench report` on an invented run, with names that try to break out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake.h"
#include "figures.h"
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

/* Nothing is fetched and nothing is run but our own script, whatever names say. */
static void test_page_is_self_contained(void **state)
{
	static const char *const never[] = { "<link", "<img", "<iframe", "@import", "url(http", "src=", "onload" };
	char *page = read_text(path_of("report.html"));
	size_t i;

	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (strstr(page, never[i]))
			fail_msg("%s is in the page: %.80s", never[i], strstr(page, never[i]));
	assert_int_equal(count(page, "<script"), 1);
	assert_non_null(strstr(page, "default-src &#39;none&#39;"));
	/* The only addresses are the names of SVG's own languages. */
	assert_int_equal(count(page, "http:") + count(page, "https:"), count(page, "http://www.w3.org/"));
	assert_int_not_equal(access(path_of("pwned"), F_OK), 0);
	assert_int_not_equal(access("pwned", F_OK), 0);
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

/* For the shell, whatever the names are; a plan that says nothing of boots had as many as there are. */
static void test_how_to_do_it_again(void **state)
{
	char *page = read_text(path_of("report.html"));

	if (!strstr(page,
		    "git checkout synthetic\nmake bench KERNELS=&#39;list it&#39;\\&#39;&#39;s&#39; BED=icount SUITE=synthetic BOOTS=2\n"))
		fail_msg("%.400s", strstr(page, "<pre>") ?: "no commands");
	free(page);
}

/* To where 30 of the 2000 operations of either kernel are slower; the base has no line. */
static void test_ratio_figure(void **state)
{
	char *text = read_text(path_of("figures/icount-r05-dma-op-sync-devices-1-ratio-to-list.tsv"));
	char *script = read_text(path_of("figures/figures.gp")), *line;
	double x, ratio;
	size_t n = 0;

	assert_ptr_equal(strstr(text, "1/(1-p)\tlist\tit's\n1\t?\t0.909006\n"), text); /* 979 by 1077 */
	for (line = strchr(text, '\n') + 1; sscanf(line, "%lf\t?\t%lf\n", &x, &ratio) == 2;
	     line = strchr(line, '\n') + 1) {
		assert_true(x <= 2000.0 / 30);
		assert_true(ratio > 0.9 && ratio < 0.92);
		n++;
	}
	assert_true(n > 100);
	assert_true(strtod(line, NULL) > 2000.0 / 30);
	assert_int_equal(count(line, "\t?\t?\n"), count(line, "\n"));
	assert_int_equal(count(script, "load plots.'/ratio.gp'"), 5);
	assert_non_null(strstr(script, "kernels='2'; base='list'; xmax="));
	free(script);
	free(text);
}

/* The folder of figures holds those of this report alone, and what the user put there. */
static void test_again(void **state)
{
	char *before = read_text(path_of("report.html")), *after;
	struct outcome o;

	fake_write_text(path_of("figures/old.svg"), "<svg/>");
	fake_write_text(path_of("figures/notes.txt"), "mine");
	run(&o);
	assert_int_equal(o.status, 0);
	program_forget(&o);
	after = read_text(path_of("report.html"));
	assert_string_equal(before, after);
	assert_int_not_equal(access(path_of("figures/old.svg"), F_OK), 0);
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

/* ---- bed model ---- */

#define MODEL_LATE "smmu-model served 550 of 1100 CMD_SYNCs late: the machine was too busy"

/* Four sets of times; a CMD_SYNC costs a quarter above its own, and in a second boot 200 more. */
static void add_syncs(json_t *cases, uint64_t base, int boot, bool with_zero, uint64_t syncs_per_op)
{
	static const int times[] = { 0, 1000, 2000, 4000 };
	size_t i;

	for (i = with_zero ? 0 : 1; i < 4; i++) {
		const uint64_t set = (uint64_t)times[i];
		json_t *params = json_pack("{s:s, s:i, s:i}", "op", "sync", "sync", times[i], "warmup", 50), *json;
		char name[64];

		snprintf(name, sizeof(name), "dma op=sync sync=%dns", times[i]);
		json = fake_case(name, params, 12, base + set + set / 4 + (set && boot == 2 ? 200 : 0));
		json_object_set_new(json, "model", fake_model(syncs_per_op * FAKE_PROBE_OPS, set, true));
		json_array_append_new(cases, json);
	}
}

/* Serial syncs: each device adds its set time of 1000, and 500. */
static void add_devices(json_t *cases, uint64_t base)
{
	int devices;

	for (devices = 0; devices <= 4; devices = devices ? devices * 2 : 1) {
		json_t *params = json_pack("{s:s, s:i, s:i}", "op", "munmap", "devices", devices, "instances",
					   devices ? 8 : 1),
		       *json;
		char name[64];

		if (devices)
			json_object_set_new(params, "sync", json_integer(1000));
		snprintf(name, sizeof(name), "sva devices=%d%s", devices, devices ? " instances=8 sync=1us" : "");
		json = fake_case(name, params, 12, base + 1000 + (uint64_t)devices * 1500);
		json_object_set_new(json, "workload", json_string("sva"));
		json_object_set_new(json, "model",
				    fake_model((uint64_t)devices * FAKE_PROBE_OPS, devices ? 1000 : 0, true));
		json_array_append_new(cases, json);
	}
}

static json_t *late_case(const char *kernel)
{
	const bool list = !strcmp(kernel, "list");
	json_t *json = fake_no_pass("dma size=64K", "fail",
				    list ? MODEL_LATE : "smmu-model served 551 of 1102 CMD_SYNCs late: too busy");

	json_object_set_new(json, "model", fake_model(list ? 1100 : 1102, 3000, false));
	return json;
}

static void write_model_boot(const char *run_name, const char *kernel, int boot, bool with_zero, uint64_t syncs_per_op)
{
	const uint64_t base = strcmp(kernel, "list") ? 900 : 1000;
	json_t *cases = json_array(), *json;
	char name[128];

	add_syncs(cases, base, boot, with_zero, syncs_per_op);
	add_devices(cases, base);
	json_array_append_new(cases, late_case(kernel));
	json = fake_boot(kernel, "model", boot, cases);
	json_object_set_new(json_object_get(json, "bed"), "preset", json_string("local"));
	json_object_set_new(json_object_get(json, "bed"), "settings", json_pack("[s, s]", "tlbi=<1us>", "scale=2"));
	json_object_set_new(json_object_get(json, "bed"), "scale", json_integer(2));
	snprintf(name, sizeof(name), "%s/%s/model/boot-%03d.json", run_name, kernel, boot);
	fake_write_json(path_of(name), json);
}

/* Reports it; the page. */
static char *model_page(const char *run_name, bool with_zero, uint64_t syncs_per_op)
{
	char page[128], plan[128];
	struct outcome o;
	int boot;

	for (boot = 1; boot <= 2; boot++) {
		write_model_boot(run_name, "list", boot, with_zero, syncs_per_op);
		write_model_boot(run_name, "array", boot, with_zero, syncs_per_op);
	}
	snprintf(plan, sizeof(plan), "%s/plan.json", run_name);
	fake_write_text(path_of(plan),
			"{\"kernels\": [\"list\", \"array\"], \"beds\": [\"model\"], \"suite\": \"synthetic\"}");
	program_run(&o, "report", "--plots", "plots", path_of(run_name), NULL);
	if (o.status || *o.err || *o.out)
		fail_msg("status %d, said \"%s\", printed \"%s\"", o.status, o.err, o.out);
	program_forget(&o);
	snprintf(page, sizeof(page), "%s/report.html", run_name);
	return read_text(path_of(page));
}

static void assert_has(const char *text, const char *want)
{
	if (!strstr(text, want))
		fail_msg("%s is not in it", want);
}

static void assert_file(const char *name, const char *want)
{
	char *text = read_text(path_of(name));

	assert_string_equal(text, want);
	free(text);
}

static void test_model_clock(void **state)
{
	char *page = model_page("clock", true, 1);

	/* In each boot 4 + 7 times 1100, and what the late case had. */
	assert_has(page,
		   "<p>The model served <b>52&#8239;804</b> CMD_SYNCs in 32 timing passes, <b>4.17 %</b> of them late; "
		   "<b>4</b> passes were too late to count. The median was served as set, to a tenth or 2 us");
	assert_has(page, "<td class=\"n\">0 ns</td><td class=\"n\">100 ns</td><td class=\"n\">&ndash;</td>"
			 "<td class=\"n\">0.00 %</td><td class=\"n\">0 of 4</td><td class=\"n less\">4&#8239;400</td>");
	assert_has(page,
		   "<td class=\"n\">1000 ns</td><td class=\"n\">1100 ns</td><td class=\"n\">+10.0 %</td>"
		   "<td class=\"n\">0.00 %</td><td class=\"n\">0 of 16</td><td class=\"n less\">35&#8239;200</td>");
	assert_has(page,
		   "<td class=\"n\">3000 ns</td><td class=\"n\">3100 ns</td><td class=\"n\">+3.3 %</td>"
		   "<td class=\"n\">50.00 %</td><td class=\"n\">4 of 4</td><td class=\"n less\">4&#8239;404</td>");
	free(page);
}

static void test_model_oracle_and_settings(void **state)
{
	char *page = read_text(path_of("clock/report.html"));

	assert_has(
		page,
		"<tr><td>list</td><td class=\"n\"><span class=\"verdict same\">0</span></td><td class=\"n\">19&#8239;800</td>"
		"<td class=\"n\">26&#8239;400</td><td class=\"n less\">0</td><td class=\"n less\">18</td></tr>");
	assert_has(
		page,
		"<tr><th>SMMU model</th><td colspan=\"2\">preset local, then tlbi=&lt;1us&gt;, scale=2; scale 2</td></tr>");
	assert_has(page,
		   "The SMMU model served too many CMD_SYNCs late in 1 of 9 cases on list, 1 of 9 cases on array");
	assert_has(
		page,
		"make bench KERNELS=&quot;list array&quot; BED=model PRESET=local SETTINGS=&#39;tlbi=&lt;1us&gt; scale=2&#39; "
		"SUITE=synthetic BOOTS=2\n");
	free(page);
}

static void test_model_figures(void **state)
{
	char *page = read_text(path_of("clock/report.html")), *script = read_text(path_of("clock/figures/figures.gp"));

	assert_has(page, "<h2>What a CMD_SYNC of set length costs</h2>");
	assert_has(page, "aria-label=\"dma op=sync: what a CMD_SYNC costs above its set time\"");
	assert_int_equal(count(page, "aria-label=\"The model&#39;s own clock: how late it served CMD_SYNCs\""), 1);
	assert_file("clock/figures/model-e05-dma-op-sync-what-a-cmd-sync-costs-above.tsv",
		    "sync\tlist\tlist lowest\tlist highest\tarray\tarray lowest\tarray highest\tmodel's part\n"
		    "1000\t350\t250\t450\t350\t250\t450\t150\n2000\t600\t500\t700\t600\t500\t700\t150\n"
		    "4000\t1100\t1000\t1200\t1100\t1000\t1200\t150\n");
	/* The 0 of a logarithmic axis: left of the others, with a gap in the lines. */
	assert_file("clock/figures/model-s01-dma-op-sync-median-by-sync.tsv",
		    "sync\tlist\tlist lowest\tlist highest\tarray\tarray lowest\tarray highest\n"
		    "0\t1000\t1000\t1000\t900\t900\t900\n\n1000\t2350\t2250\t2450\t2250\t2150\t2350\n"
		    "2000\t3600\t3500\t3700\t3500\t3400\t3600\n4000\t6100\t6000\t6200\t6000\t5900\t6100\n");
	assert_has(script,
		   "zero=500; xmin=500; xmax=4000; logx=1; tics='\"0\" 500, \"1us\" 1000, \"2us\" 2000, \"4us\" 4000'");
	free(script);
	free(page);
}

static void test_model_guide(void **state)
{
	assert_file("clock/figures/model-s02-sva-instances-8-sync-1us-median-by-devi.tsv",
		    "devices\tlist\tlist lowest\tlist highest\tarray\tarray lowest\tarray highest\tset time alone\n"
		    "0\t2000\t2000\t2000\t1900\t1900\t1900\t2000\n1\t3500\t3500\t3500\t3400\t3400\t3400\t3000\n"
		    "2\t5000\t5000\t5000\t4900\t4900\t4900\t4000\n4\t8000\t8000\t8000\t7900\t7900\t7900\t6000\n");
}

/* Nothing to measure from, or several CMD_SYNCs in one operation: no figure of what one costs. */
static void test_model_without_excess(void **state)
{
	char *no_zero = model_page("nozero", false, 1), *two_syncs = model_page("two", true, 2);

	assert_null(strstr(no_zero, "What a CMD_SYNC of set length costs"));
	assert_null(strstr(two_syncs, "What a CMD_SYNC of set length costs"));
	assert_has(no_zero, "aria-label=\"The model&#39;s own clock: how late it served CMD_SYNCs\"");
	assert_has(two_syncs, "median by sync");
	free(no_zero);
	free(two_syncs);
}

/* Each kernel was late in its own way, and a line says so of both. */
static void test_model_compared(void **state)
{
	struct outcome o;

	program_run(&o, "compare", "--table", path_of("clock"), NULL);
	assert_int_equal(o.status, 1);
	assert_has(o.out,
		   "dma size=64K  (sync)\n  all     fail: the SMMU model was too busy to serve CMD_SYNCs in time: "
		   "550 of 1100 late on list, 551 of 1102 late on array\n");
	assert_has(o.out, "it says nothing about nanoseconds of hardware");
	program_forget(&o);
	/* How late it was keeps no two cases apart in the list. */
	program_run(&o, "compare", path_of("clock"), NULL);
	assert_int_equal(o.status, 1);
	assert_has(o.out, "  fail on both: the SMMU model was too busy to serve CMD_SYNCs in time\n    dma size=64K\n");
	program_forget(&o);
}

/* ---- a suite of several workloads ---- */

static json_t *as_workload(json_t *json, const char *workload)
{
	json_object_set_new(json, "workload", json_string(workload));
	return json;
}

/* @ats: -1 for a case that knows no ATS. With it there is a CMD_SYNC more, and a command more for each device. */
static json_t *ats_case(int devices, int ats, uint64_t median)
{
	json_t *params = json_pack("{s:s, s:i, s:i}", "op", "sync", "devices", devices, "ops", 500 + devices), *json;
	char name[64];

	if (ats >= 0)
		json_object_set_new(params, "ats", json_string(ats ? "on" : "off"));
	snprintf(name, sizeof(name), "dma op=sync devices=%d%s ops=%d", devices, ats > 0 ? " ats=on" : "",
		 500 + devices);
	json = fake_case(name, params, 12, median);
	json_object_set_new(json_object_get(json, "probes"), "invlat",
			    fake_probe(ats > 0 ? 1 + (uint64_t)devices : 1, ats > 0 ? 2 : 1));
	return json;
}

static json_t *churn_case(int tenants, int boot)
{
	char name[64];
	json_t *json;

	snprintf(name, sizeof(name), "churn tenants=%d", tenants);
	json = as_workload(fake_case(name, json_pack("{s:i}", "tenants", tenants), 12, 3000), "churn");
	fake_number(json, "attaches <b>", 400.5 + boot, "1/s \"", -1);
	fake_number(json, "cache-misses", 1e6 * boot, "", 0.5);
	fake_number(json, "cycles", 7, "", 1);
	return json;
}

/* Workloads take turns: a page is to have each in one place. */
static json_t *mixed_cases(uint64_t base, int boot)
{
	return json_pack("[o, o, o, o, o, o]", ats_case(1, 0, base + 100), churn_case(1, boot),
			 ats_case(2, 0, base + 200), ats_case(1, 1, base + 500), churn_case(2, boot),
			 ats_case(4, 1, base + 800));
}

static void write_plan(const char *run_name, const char *bed)
{
	char plan[128], name[128];

	snprintf(name, sizeof(name), "%s/plan.json", run_name);
	snprintf(plan, sizeof(plan),
		 "{\"kernels\": [\"list\", \"array\"], \"beds\": [\"%s\"], \"suite\": \"synthetic\"}", bed);
	fake_write_text(path_of(name), plan);
}

/* Reports RUN; the page. */
static char *page_of(const char *run_name)
{
	char page[128];
	struct outcome o;

	program_run(&o, "report", "--plots", "plots", path_of(run_name), NULL);
	if (o.status || *o.err || *o.out)
		fail_msg("status %d, said \"%s\", printed \"%s\"", o.status, o.err, o.out);
	program_forget(&o);
	snprintf(page, sizeof(page), "%s/report.html", run_name);
	return read_text(path_of(page));
}

static char *mixed_page(void)
{
	char name[128];
	int boot;

	for (boot = 1; boot <= 2; boot++) {
		snprintf(name, sizeof(name), "mixed/list/icount/boot-%03d.json", boot);
		fake_write_json(path_of(name), fake_boot("list", "icount", boot, mixed_cases(1000, boot)));
		snprintf(name, sizeof(name), "mixed/array/icount/boot-%03d.json", boot);
		fake_write_json(path_of(name), fake_boot("array", "icount", boot, mixed_cases(900, boot)));
	}
	write_plan("mixed", "icount");
	return page_of("mixed");
}

static void test_mixed_index(void **state)
{
	char *page = mixed_page();

	assert_has(page, "<tr><td><a href=\"#icount-1\">dma</a></td><td class=\"n\">4</td>"
			 "<td><span class=\"verdict better\">4&nbsp;better</span> </td></tr>\n"
			 "<tr><td><a href=\"#icount-2\">churn</a></td><td class=\"n\">2</td>"
			 "<td><span class=\"verdict same\">2&nbsp;same</span> </td></tr>\n</tbody>");
	assert_has(page, "<section id=\"icount-1\">\n<h2>dma ");
	assert_has(page, "<section id=\"icount-2\">\n<h2>churn ");
	assert_int_equal(count(page, "<section id=\"icount-3\">"), 0);
	assert_int_equal(count(page, "<h3>Case by case</h3>"), 2);
	/* The last case of dma stands before the first of churn. */
	assert_true(strstr(page, "dma op=sync devices=4 ats=on ops=504 <span>") <
		    strstr(page, "churn tenants=1 <span>"));
	/* What moved is on top, the rest folded; where nothing moved a ratio says nothing. */
	assert_int_equal(count(page, "<h3><a href=\"#icount-case-"), 4);
	assert_int_equal(count(page, "<details><summary>2 figures, case by case</summary>"), 1);
	assert_int_equal(count(page, ", case by case</summary>"), 1);
	free(page);
}

/* ATS on and off in one figure, each with a gap where only the other has a case. */
static void test_two_values_of_a_choice(void **state)
{
	char *script = read_text(path_of("mixed/figures/figures.gp")), *page = read_text(path_of("mixed/report.html"));

	assert_file(
		"mixed/figures/icount-s01-dma-op-sync-median-by-devices.tsv",
		"devices\tlist\tlist lowest\tlist highest\tarray\tarray lowest\tarray highest\tlist ats=on\tlist ats=on lowest\t"
		"list ats=on highest\tarray ats=on\tarray ats=on lowest\tarray ats=on highest\n"
		"1\t1100\t1100\t1100\t1000\t1000\t1000\t1500\t1500\t1500\t1400\t1400\t1400\n"
		"2\t1200\t1200\t1200\t1100\t1100\t1100\t?\t?\t?\t?\t?\t?\n"
		"4\t?\t?\t?\t?\t?\t?\t1800\t1800\t1800\t1700\t1700\t1700\n");
	assert_has(
		script,
		"title='dma op=sync: median by devices'; ylabel='instructions per sync'; bed='icount'; kernels='1 2'; "
		"others='1 2'; alone=''; solid='ats=off'; dashed='ats=on'; sides=2; xlabel='devices'; xmin=1; xmax=4;");
	assert_file(
		"mixed/figures/icount-c02-dma-op-sync-commands-by-devices.tsv",
		"devices\tlist\tlist lowest\tlist highest\tarray\tarray lowest\tarray highest\tlist ats=on\tlist ats=on lowest\t"
		"list ats=on highest\tarray ats=on\tarray ats=on lowest\tarray ats=on highest\n"
		"1\t1\t1\t1\t1\t1\t1\t2\t2\t2\t2\t2\t2\n2\t1\t1\t1\t1\t1\t1\t?\t?\t?\t?\t?\t?\n"
		"4\t?\t?\t?\t?\t?\t?\t5\t5\t5\t5\t5\t5\n");
	assert_has(script, "title='dma op=sync: CMD_SYNCs by devices'; ylabel='CMD_SYNCs per sync'");
	assert_int_equal(count(page, "aria-label=\"dma op=sync: CMD_SYNCs by devices\""), 1);
	/* CPUs that run in turn have no throughput, and a tail of instructions is the curves'. */
	assert_null(strstr(page, ": throughput by"));
	assert_null(strstr(page, "p50, p99"));
	free(script);
	free(page);
}

/* With their units, escaped, and how much of the time perf counted; nothing where there are none. */
static void test_numbers(void **state)
{
	char *page = read_text(path_of("mixed/report.html")), *without = read_text(path_of("clock/report.html"));

	assert_int_equal(count(page, "<h3>Further numbers</h3>"), 1);
	assert_int_equal(count(page, "<h3>What perf counted</h3>"), 1);
	assert_int_equal(count(page, "A nanosecond of theirs is an instruction on this bed"), 1);
	assert_int_equal(
		count(page,
		      "<tr><td>attaches &lt;b&gt; <span class=\"soft\">1/s &quot;</span></td><td class=\"n\">402</td>"
		      "<td class=\"n\">402</td></tr>"),
		2);
	assert_int_equal(
		count(page,
		      "<tr><td>cache-misses</td><td class=\"n\">1&#8239;500&#8239;000 <span class=\"soft\">(50 %)</span></td>"),
		2);
	assert_int_equal(count(page, "<tr><td>cycles</td><td class=\"n\">7</td><td class=\"n\">7</td></tr>"), 2);
	assert_null(strstr(without, "Further numbers"));
	assert_null(strstr(without, "What perf counted"));
	free(page);
	free(without);
}

/* What gnuplot writes for nothing is left out of the page; what it means something with is not. */
static void test_page_is_lean(void **state)
{
	char *page = read_text(path_of("mixed/report.html")), *svg;

	svg = read_text(path_of("mixed/figures/icount-s01-dma-op-sync-median-by-devices.svg"));
	assert_has(svg, "stroke-linejoin=\"miter\">\n</g>\n");
	assert_null(strstr(page, "stroke-linejoin=\"miter\""));
	assert_int_equal(count(page, "\">\n</g>\n<g fill=\"none\" color=\"white\""), 0);
	assert_has(page, "<text>devices (bed icount)</text>");
	assert_null(strstr(page, "ops/s"));
	assert_int_equal(count(page, "<svg "), count(page, "</svg>"));
	free(svg);
	free(page);
}

/* The invlat table of each workload is folded by itself. */
static void test_mixed_entries(void **state)
{
	char *page = read_text(path_of("mixed/report.html"));

	assert_int_equal(count(page, "<h2>Where the calls go</h2>"), 1);
	assert_has(page, "<details><summary>dma</summary>");
	assert_has(page, "<details><summary>churn</summary>");
	free(page);
}

static void test_mixed_compared(void **state)
{
	const char *dma, *churn;
	struct outcome o;

	program_run(&o, "compare", "--table", path_of("mixed"), NULL);
	assert_int_equal(o.status, 0);
	dma = strstr(o.out, "\n== dma, 4 cases\n     array: 4 better\ndma op=sync devices=1 ops=501  (sync)\n");
	churn = strstr(o.out, "\n== churn, 2 cases\n     array: 2 no measurable difference\nchurn tenants=1  (sync)\n");
	assert_non_null(dma);
	assert_true(churn > strstr(o.out, "dma op=sync devices=4 ats=on ops=504  (sync)\n"));
	assert_null(strstr(o.out, "ops/s"));
	program_forget(&o);
}

/* ---- what matters most ---- */

static json_t *moved_case(const char *name, uint64_t median, uint64_t commands)
{
	json_t *json = fake_case(name, json_object(), 12, median);

	json_object_set_new(json_object_get(json, "probes"), "invlat", fake_probe(commands, 1));
	return json;
}

/* Of the base with @later 0. */
static json_t *moved_cases(bool later, int boot)
{
	return json_pack(
		"[o, o, o, o, o, o]", moved_case("same", 1000, 1),
		moved_case("fewer", later ? 600 : 1000, later ? 1 : 2), moved_case("faster", later ? 900 : 1000, 1),
		moved_case("slower", later ? 1030 : 1000, 1), moved_case("slowest", later ? 1500 : 1000, 1),
		later && boot == 2 ? fake_no_pass("broken", "fail", "it <broke>") : moved_case("broken", 1000, 1));
}

static const char *row_of(const char *page, const char *name)
{
	char want[64];
	const char *at;

	snprintf(want, sizeof(want), "\">%s</a></td>", name);
	at = strstr(page, want);
	if (!at)
		fail_msg("no row of %s", name);
	return at;
}

static void test_cases(void **state)
{
	static const char *const order[] = { "broken", "slowest", "slower", "fewer", "faster", "same" };
	char name[128], *page;
	const char *at;
	int boot, i;

	for (boot = 1; boot <= 2; boot++) {
		snprintf(name, sizeof(name), "moved/list/icount/boot-%03d.json", boot);
		fake_write_json(path_of(name), fake_boot("list", "icount", boot, moved_cases(false, boot)));
		snprintf(name, sizeof(name), "moved/twin/icount/boot-%03d.json", boot);
		fake_write_json(path_of(name), fake_boot("twin", "icount", boot, moved_cases(false, boot)));
		snprintf(name, sizeof(name), "moved/array/icount/boot-%03d.json", boot);
		fake_write_json(path_of(name), fake_boot("array", "icount", boot, moved_cases(true, boot)));
		snprintf(name, sizeof(name), "moved/same/icount/boot-%03d.json", boot);
		fake_write_json(path_of(name), fake_boot("same", "icount", boot, moved_cases(false, boot)));
	}
	fake_write_text(
		path_of("moved/plan.json"),
		"{\"kernels\": [\"list\", \"twin\", \"array\", \"same\", \"gone\"], \"beds\": [\"icount\"], \"boots\": 3}");
	page = page_of("moved");
	/* The first table is open, and what has bad news; the rest is folded. */
	assert_has(page, "<details open><summary><h3>twin against list <span");
	assert_has(
		page,
		"<details open><summary><h3>array against list <span class=\"soft\">1 fails, 2 worse, 2 better, 1 same, 0 inconclusive</span>");
	assert_has(
		page,
		"<details><summary><h3>same against list <span class=\"soft\">0 worse, 0 better, 6 same, 0 inconclusive</span>");
	assert_has(
		page,
		": fails in <b>1</b>, worse in <b>2</b>, better in <b>2</b>, no measurable difference in <b>1</b>. "
		"Worst: slowest, median 1&#8239;000 to 1&#8239;500 instructions per sync (<b>+50.0&nbsp;%</b>). "
		"Best for the same commands: faster, median 1&#8239;000 to 900 instructions per sync (<b>-10.0&nbsp;%</b>).");
	at = strstr(page, "<h3>array against list ");
	for (i = 0; i < 6; i++)
		at = row_of(at, order[i]);
	assert_has(
		page,
		"<tr data-verdict=\"worse\" data-workload=\"dma\"><td class=\"c\"><a href=\"#icount-case-5\">slowest</a></td>"
		"<td data-v=\"1\"><span class=\"verdict worse\">worse</span></td>"
		"<td class=\"n\" data-v=\"1.5\">1.500</td><td class=\"i\" data-v=\"0\">1.500 &ndash; 1.500</td><td>median</td>"
		"<td class=\"n\" data-v=\"1000\">1&#8239;000</td><td class=\"n\" data-v=\"1500\">1&#8239;500</td>"
		"<td class=\"c\">p99 +50.0&nbsp;%</td></tr>");
	assert_has(page, "<td class=\"c\">fail: in 1 of 2 boots: it &lt;broke&gt;</td>");
	assert_has(page, "<tbody id=\"icount-case-5\"><tr><th class=\"case\" colspan=\"12\">slowest ");
	/* What is the same does not lead. */
	assert_true(strstr(page, "<h3><a href=\"#icount-case-5\">slowest</a></h3>") <
		    strstr(page, "<h3><a href=\"#icount-case-4\">slower</a></h3>"));
	assert_int_equal(count(page, "<h3><a href=\"#icount-case-"), 4);
	assert_null(strstr(page, "<h3><a href=\"#icount-case-1\">"));
	/* The plan's kernels and boots, not those that came through. */
	assert_has(page,
		   "make bench KERNELS=&quot;list twin array same gone&quot; BED=icount SUITE=synthetic BOOTS=3\n");
	free(page);
}

/* ---- what makes no figure ---- */

static json_t *odd_case(const char *op, const char *mode, int devices, int ops, uint64_t median)
{
	json_t *params = json_pack("{s:s, s:i, s:i}", "op", op, "devices", devices, "ops", ops);
	char name[64];

	if (mode)
		json_object_set_new(params, "mode", json_string(mode));
	snprintf(name, sizeof(name), "dma op=%s devices=%d%s%s ops=%d", op, devices, mode ? " mode=" : "",
		 mode ? mode : "", ops);
	return fake_case(name, params, 12, median);
}

static json_t *with_ats(json_t *json, const char *ats)
{
	json_object_set_new(json_object_get(json, "params"), "ats", json_string(ats));
	return json;
}

static json_t *odd_cases(void)
{
	static const char *const modes[] = { "x", "y", "z" };
	json_t *cases = json_array();
	int i;

	for (i = 0; i < 3; i++) {
		json_array_append_new(cases, odd_case("modes", modes[i], 1, 9, 1000));
		json_array_append_new(cases, odd_case("modes", modes[i], 2, 9, 2000));
	}
	json_array_append_new(cases, odd_case("twice", NULL, 2, 9, 2000));
	json_array_append_new(cases, odd_case("twice", NULL, 1, 9, 1000));
	json_array_append_new(cases, odd_case("twice", NULL, 1, 7, 5000));
	json_array_append_new(cases, odd_case("control", NULL, 0, 9, 500));
	json_array_append_new(cases, odd_case("control", NULL, 8, 9, 1000));
	json_array_append_new(cases, odd_case("single", "x", 8, 9, 1000));
	for (i = 1; i <= 2; i++) {
		json_array_append_new(cases, with_ats(odd_case("both", "x", i, 9, 1000), "off"));
		json_array_append_new(cases, with_ats(odd_case("both", "y", i, 8, 1000), "off"));
		json_array_append_new(cases, with_ats(odd_case("both", "x", i, 7, 1000), "on"));
	}
	return cases;
}

/*
 * Three values of a choice are three figures; two cases of one point are one
 * point, the first; a control beside one point is no line.
 */
static void test_odd_families(void **state)
{
	char *page, *script;

	fake_write_json(path_of("odd/list/icount/boot-001.json"), fake_boot("list", "icount", 1, odd_cases()));
	fake_write_text(path_of("odd/plan.json"),
			"{\"kernels\": [\"list\"], \"beds\": [\"icount\"], \"suite\": \"synthetic\"}");
	page = page_of("odd");
	assert_has(page, "aria-label=\"dma op=modes mode=x: median by devices\"");
	assert_has(page, "aria-label=\"dma op=modes mode=y: median by devices\"");
	assert_has(page, "aria-label=\"dma op=modes mode=z: median by devices\"");
	assert_has(page, "aria-label=\"dma op=twice: median by devices\"");
	assert_int_equal(count(page, ": median by devices\""), 6);
	/* Of 1000 operations there is a p99.9. */
	assert_has(page, "<th class=\"n less\">p99.9</th>");
	/* What could be paired by either of two choices is paired by ATS. */
	script = read_text(path_of("odd/figures/figures.gp"));
	assert_int_equal(count(script, "solid='ats=off'; dashed='ats=on'"), 3);
	assert_int_equal(count(script, "solid="), 3);
	free(script);
	assert_file("odd/figures/icount-s10-dma-op-twice-median-by-devices.tsv",
		    "devices\tlist\tlist lowest\tlist highest\n1\t1000\t1000\t1000\n2\t2000\t2000\t2000\n");
	free(page);
}

/* A column that nothing has is not there: neither p99.9 of too few operations, nor throughput. */
static void test_columns(void **state)
{
	json_t *few = fake_fewer(odd_case("few", NULL, 1, 9, 1000), 12, 1000);
	char *page, *odd = read_text(path_of("odd/report.html"));

	fake_write_json(path_of("few/list/icount/boot-001.json"),
			fake_boot("list", "icount", 1, json_pack("[o]", few)));
	fake_write_text(path_of("few/plan.json"),
			"{\"kernels\": [\"list\"], \"beds\": [\"icount\"], \"suite\": \"synthetic\"}");
	page = page_of("few");
	assert_null(strstr(page, "p99.9"));
	assert_has(page, "<th class=\"case\" colspan=\"11\">dma op=few devices=1 ops=9");
	assert_has(odd, "<th class=\"case\" colspan=\"12\">dma op=twice devices=2 ops=9");
	free(odd);
	free(page);
}

/* A curve is drawn by its turns: within a level stretch of all kernels there is nothing to tell. */
static void test_curves_are_short(void **state)
{
	char *text = read_text(path_of("odd/figures/icount-p19-dma-op-modes-devices-1-mode-x-ops-9.tsv"));
	size_t lines = count(text, "\n");
	struct histogram h = fake_histogram(12, 1000 + FAKE_FLOOR);
	char want[64];

	assert_in_range(lines, 20, 120);
	assert_has(text, "1/(1-p)\tlist\n1\t979\n");
	snprintf(want, sizeof(want), "\n1000\t%.10g\n", (double)h.max - FAKE_FLOOR);
	assert_has(text, want);
	assert_int_equal(count(text, "\t1000\n"), 2); /* where the level stretch begins, and where it ends */
	hist_free(&h);
	free(text);
}

/* ---- many cases ---- */

/* The page has the figures of so many cases; the others' are files, of which it tells. Lines alone need no marks. */
static void test_figures_of_many_cases(void **state)
{
	json_t *cases = json_array();
	char name[128], *page;
	int i;

	for (i = 0; i <= FIGURES_CASES; i++) {
		snprintf(name, sizeof(name), "dma op=sync size=%dK", i + 1);
		json_array_append_new(cases,
				      fake_case(name, json_pack("{s:s, s:s}", "op", "sync", "of", name), 12, 1000));
	}
	fake_write_json(path_of("many/list/icount/boot-001.json"), fake_boot("list", "icount", 1, cases));
	fake_write_text(path_of("many/plan.json"),
			"{\"kernels\": [\"list\"], \"beds\": [\"icount\"], \"suite\": \"synthetic\"}");
	page = page_of("many");
	assert_int_equal(count(page, "Percentile curves"), FIGURES_CASES);
	assert_has(
		page,
		"<p class=\"soft\">1 figure of cases that matter less is not in this page but beside it, in figures/.</p>");
	assert_int_equal(count(page, "<g>\n"), count(page, "</svg>"));
	assert_int_equal(count(page, "<g>") + count(page, "<g "), count(page, "</g>"));
	assert_int_equal(count(page, "gpDot"), 0);
	snprintf(name, sizeof(name), "many/figures/icount-p%d-dma-op-sync-size-%dk.svg", FIGURES_CASES + 1,
		 FIGURES_CASES + 1);
	free(read_text(path_of(name)));
	free(page);
}

/* ---- load on bed model ---- */

static json_t *threads_case(int threads, uint64_t median, int boot)
{
	json_t *params = json_pack("{s:s, s:i}", "op", "sync", "threads", threads), *json, *list;
	char name[64];

	snprintf(name, sizeof(name), "dma op=sync threads=%d", threads);
	json = fake_in_two(fake_case(name, params, 12, median));
	list = json_object_get(json, "threads");
	json_object_set_new(json_array_get(list, 0), "elapsed_ns", json_integer(1000000 * boot));
	json_object_set_new(json_array_get(list, 1), "elapsed_ns", json_integer(500000 * threads));
	return json;
}

static char *load_page(void)
{
	char name[128];
	int boot;

	for (boot = 1; boot <= 2; boot++) {
		snprintf(name, sizeof(name), "load/list/model/boot-%03d.json", boot);
		fake_write_json(path_of(name), fake_boot("list", "model", boot,
							 json_pack("[o, o]", threads_case(1, 1000, boot),
								   threads_case(4, 2000, boot))));
		snprintf(name, sizeof(name), "load/array/model/boot-%03d.json", boot);
		fake_write_json(path_of(name), fake_boot("array", "model", boot,
							 json_pack("[o, o]", threads_case(1, 900, boot),
								   threads_case(4, 1800, boot))));
	}
	write_plan("load", "model");
	return page_of("load");
}

/* Each thread has half of the operations: 500 in 1 ms (2 ms in the second boot), 500 in 0.5 ms for each of the axis. */
static void test_throughput_figure(void **state)
{
	char *page = load_page(), *script = read_text(path_of("load/figures/figures.gp"));

	assert_file(
		"load/figures/model-t02-dma-op-sync-throughput-by-threads.tsv",
		"threads\tlist\tlist lowest\tlist highest\tarray\tarray lowest\tarray highest\n"
		"1\t1375000\t1250000\t1500000\t1375000\t1250000\t1500000\n4\t625000\t500000\t750000\t625000\t500000\t750000\n");
	assert_has(script, "ylabel='1000 sync/s, all threads'; per=1000; bed='model'; kernels='1 2'; xlabel='threads'");
	assert_has(page, "<th class=\"n less\">ops/s</th>");
	assert_has(page, "<td class=\"n less\">1&#8239;375&#8239;000</td>");
	free(script);
	free(page);
}

static void test_tail_figure(void **state)
{
	char *script = read_text(path_of("load/figures/figures.gp")), want[400];
	double p999[4];
	int i;

	for (i = 0; i < 4; i++) {
		struct histogram h = fake_histogram(12, (i % 2 ? 900 : 1000) * (i < 2 ? 1 : 2) + FAKE_FLOOR);

		p999[i] = (double)hist_quantile(&h, 0.999) - FAKE_FLOOR;
		hist_free(&h);
	}
	snprintf(want, sizeof(want),
		 "threads\tlist\tlist p99\tlist p99.9\tarray\tarray p99\tarray p99.9\n"
		 "1\t1000\t1000\t%.10g\t900\t900\t%.10g\n4\t2000\t2000\t%.10g\t1800\t1800\t%.10g\n",
		 p999[0], p999[1], p999[2], p999[3]);
	assert_true(p999[0] > 1500);
	assert_file("load/figures/model-q03-dma-op-sync-p50-p99-p99-9-by-threads.tsv", want);
	assert_has(script, "title='dma op=sync: p50, p99, p99.9 by threads'");
	assert_has(script, "p999='1 2'; xlabel='threads'");
	free(script);
}

/* The fake's first thread needs 11 parts of the time, the second 9. */
static void test_spread_over_threads(void **state)
{
	struct histogram h = fake_histogram(12, 900 + FAKE_FLOOR);
	const double half = FAKE_OPS / 2.0, sum = (double)h.sum;
	const double fastest = sum * 9 / 20 / half - FAKE_FLOOR, slowest = sum * 11 / 20 / half - FAKE_FLOOR;
	char *page = read_text(path_of("load/report.html")), want[200];

	snprintf(
		want, sizeof(want),
		"<td class=\"n\">%.1f</td><td class=\"n less\">%.1f</td><td class=\"n\">1&#8239;%05.1f</td><td class=\"n\">%.3f</td>",
		fastest, (fastest + slowest) / 2, slowest - 1000, slowest / fastest);
	if (!strstr(page, want))
		fail_msg("%s is not in the page", want);
	assert_non_null(strstr(page, "operations/s of a thread"));
	hist_free(&h);
	free(page);
}

/* The mean of the faster thread, of both, of the slower. */
static void test_threads_figure(void **state)
{
	struct histogram h = fake_histogram(12, 1000 + FAKE_FLOOR);
	const double half = FAKE_OPS / 2.0;
	const double fast = (double)(h.sum * 9 / 20) / half - FAKE_FLOOR,
		     slow = (double)(h.sum * 11 / 20) / half - FAKE_FLOOR;
	char *text = read_text(path_of("load/figures/model-f04-dma-op-sync-thread-means-by-threads.tsv")), want[200];
	char *page = read_text(path_of("load/report.html"));

	snprintf(want, sizeof(want), "\n1\t%.10g\t%.10g\t%.10g\t", (fast + slow) / 2, fast, slow);
	assert_has(text, want);
	assert_has(page, "<details open><summary>Percentiles, and threads apart: 2 figures</summary>");
	/* 500 in 1 ms and in 2 ms: the median of the boots; 500 in 0.5 ms in both. */
	assert_has(
		page,
		"<td class=\"n\">375&#8239;000</td><td class=\"n less\">687&#8239;500</td><td class=\"n\">1&#8239;000&#8239;000</td>");
	hist_free(&h);
	free(page);
	free(text);
}

static void test_load_compared(void **state)
{
	struct outcome o;

	program_run(&o, "compare", "--table", path_of("load"), NULL);
	assert_int_equal(o.status, 0);
	assert_has(o.out, "       mean     ops/s  ratio");
	assert_has(o.out, "   1375000   base");
	assert_null(strstr(o.out, "== dma")); /* a single workload */
	program_forget(&o);
}

/* On bed icount none of this is there. */
static void test_no_model(void **state)
{
	char *page = read_text(path_of("report.html"));

	assert_null(strstr(page, "own clock</h2>"));
	assert_null(strstr(page, "Oracle"));
	assert_null(strstr(page, "SMMU model"));
	free(page);
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
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_page_is_self_contained),
		cmocka_unit_test(test_ids_are_unique),
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_ratio_figure),
		cmocka_unit_test(test_how_to_do_it_again),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_no_model),
		cmocka_unit_test(test_no_gnuplot),
		cmocka_unit_test(test_bad_input),
		cmocka_unit_test(test_model_clock),
		cmocka_unit_test(test_model_oracle_and_settings),
		cmocka_unit_test(test_model_figures),
		cmocka_unit_test(test_model_guide),
		cmocka_unit_test(test_model_without_excess),
		cmocka_unit_test(test_model_compared),
		cmocka_unit_test(test_mixed_index),
		cmocka_unit_test(test_two_values_of_a_choice),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_page_is_lean),
		cmocka_unit_test(test_mixed_entries),
		cmocka_unit_test(test_mixed_compared),
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_odd_families),
		cmocka_unit_test(test_curves_are_short),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_figures_of_many_cases),
		cmocka_unit_test(test_throughput_figure),
		cmocka_unit_test(test_tail_figure),
		cmocka_unit_test(test_spread_over_threads),
		cmocka_unit_test(test_threads_figure),
		cmocka_unit_test(test_load_compared),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
