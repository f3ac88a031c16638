// SPDX-License-Identifier: GPL-2.0-only
/* test_bed.c - where the calls go, and what a run was made on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "fake_report.h"

static json_t *cases(const char *kernel, int boot)
{
	return json_pack("[o, o, o]", fake_point("sync", "n", 1, 1000),
			 fake_of_workload(fake_point("x", "n", 1, 1000), "churn"), fake_no_pass("sva", "skip", "no"));
}

/* The table of each workload is folded by itself; the probe's own numbers. */
static void calls_are_told_by_workload(void **state)
{
	struct fake_report r;
	char *page = NULL;

	fake_report_start(&r, "icount", 2, cases);
	FAKE_TEXT(page, report_entries(out, &r.bed));
	assert_int_equal(fake_count(page, "<h2>Where the calls go</h2>"), 1);
	assert_has(page, "<details><summary>dma</summary>");
	assert_has(page, "<details><summary>churn</summary>");
	assert_has(page, "<th class=\"n\" colspan=\"2\">list (fentry)</th>");
	assert_int_equal(fake_count(page, "<tbody><tr><th class=\"case\""), 2);
	free(page);
	fake_report_stop(&r);
}

/* What both kernels have is told once; what differs, one by one. */
static void facts_that_agree_are_one_cell(void **state)
{
	struct fake_report r;
	char *page = NULL;

	fake_report_start(&r, "icount", 2, cases);
	FAKE_TEXT(page, report_environment(out, &r.bed));
	assert_has(page, "<tr><th>kernel</th><td colspan=\"2\">Linux 6.12.0-synthetic</td></tr>\n");
	assert_has(page, "<tr><th>series hash</th><td colspan=\"1\">list</td><td colspan=\"1\">array</td></tr>\n");
	assert_has(page, "<tr><th>command line</th><td colspan=\"2\">-</td></tr>\n");
	assert_has(
		page,
		"<tr><th>SMMUs</th><td colspan=\"2\">1: smmu0: 256 CMDQ entries, RIL yes, ATS no, MSI polling no, 0 SSID bits</td></tr>\n");
	assert_has(
		page,
		"<tr><th>boots</th><td colspan=\"2\">2, from 2000-01-01T00:00:00Z to 2000-01-01T00:00:00Z</td></tr>\n");
	assert_null(strstr(page, "SMMU model"));
	free(page);
	fake_report_stop(&r);
}

/* In a row what is known; a row that begins with nothing has a dash. */
static void unknown_facts_are_left_out(void **state)
{
	struct fake_report r;
	struct boot *boot;
	char *page = NULL;
	size_t i;

	fake_report_start(&r, "icount", 1, cases);
	for (i = 0; i < 2; i++) {
		boot = r.run.run.beds[0].sides[i].boots[0];
		boot->machine.cpu = "";
		boot->bed.emulator = "";
		boot->bed.cpu = "max";
		boot->kernel.release = "";
		boot->kernel.design_evidence = "";
		boot->kernel.config_sha256 = "0123456789abcdefg";
		boot->kernel.source = "";
		boot->machine.host_cpus = 8;
	}
	FAKE_TEXT(page, report_environment(out, &r.bed));
	assert_has(page, "<tr><th>kernel</th><td colspan=\"2\">Linux (unknown)</td></tr>\n");
	assert_has(page, "<tr><th>source</th><td colspan=\"2\"> 0</td></tr>\n");
	assert_has(page, "<tr><th>design</th><td colspan=\"1\">list</td><td colspan=\"1\">array</td></tr>\n");
	assert_has(page, "<tr><th>config hash</th><td colspan=\"2\">0123456789abcdef</td></tr>\n");
	assert_has(
		page,
		"<tr><th>bed</th><td colspan=\"2\">icount, clock in instructions, accelerator tcg, -cpu max</td></tr>\n");
	assert_has(page, "<tr><th>machine</th><td colspan=\"2\">aarch64, CPU unknown, 2 CPUs, 1024 MiB</td></tr>\n");
	assert_has(page, "<tr><th>host</th><td colspan=\"2\">-</td></tr>\n");
	free(page);
	fake_report_stop(&r);
}

static void known_facts_are_told(void **state)
{
	struct fake_report r;
	char *page = NULL;
	size_t i;

	fake_report_start(&r, "icount", 1, cases);
	for (i = 0; i < 2; i++) {
		r.run.run.beds[0].sides[i].boots[0]->machine.host_cpu = "a <CPU>";
		r.run.run.beds[0].sides[i].boots[0]->machine.host_cpus = 8;
	}
	FAKE_TEXT(page, report_environment(out, &r.bed));
	assert_has(page, "<tr><th>host</th><td colspan=\"2\">a &lt;CPU&gt;, 8 CPUs</td></tr>\n");
	assert_has(page, "<tr><th>source</th><td colspan=\"2\">synthetic 0</td></tr>\n");
	assert_has(page, "<td colspan=\"1\">list: synthetic</td>");
	assert_has(page, "accelerator tcg, QEMU synthetic, -cpu synthetic</td></tr>\n");
	free(page);
	fake_report_stop(&r);
}

/* The model's preset, and what was set on top of it. */
static void settings_of_the_model_are_told(void **state)
{
	struct result_bed *bed;
	struct fake_report r;
	json_t *settings = json_pack("[s, s]", "tlbi=<1us>", "scale=2");
	char *page = NULL;
	size_t i;

	fake_report_start(&r, "model", 1, cases);
	for (i = 0; i < 2; i++) {
		bed = &r.run.run.beds[0].sides[i].boots[0]->bed;
		bed->preset = "local";
		bed->settings = settings;
		bed->scale = 2;
	}
	FAKE_TEXT(page, report_environment(out, &r.bed));
	assert_has(
		page,
		"<tr><th>SMMU model</th><td colspan=\"2\">preset local, then tlbi=&lt;1us&gt;, scale=2; scale 2</td></tr>");
	free(page);
	fake_report_stop(&r);
	json_decref(settings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_told_by_workload),	  cmocka_unit_test(facts_that_agree_are_one_cell),
		cmocka_unit_test(unknown_facts_are_left_out),	  cmocka_unit_test(known_facts_are_told),
		cmocka_unit_test(settings_of_the_model_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
