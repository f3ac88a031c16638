// SPDX-License-Identifier: GPL-2.0-only
/* test_again.c - the commands that make a run again, for the shell, whatever the names are. */
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
	return json_pack("[o]", fake_point("sync", "n", 1, 1000));
}

static char *again(const char *bed, const char *const *kernels, int nr_kernels, const char *plan)
{
	struct fake_report r;
	char *text = NULL;

	fake_report_of(&r, bed, kernels, nr_kernels, 2, cases, plan);
	FAKE_TEXT(text, report_again(out, &r.report));
	fake_report_stop(&r);
	return text;
}

/* A plan that says nothing of boots had as many as there are. */
static void names_are_words_for_the_shell(void **state)
{
	static const char *const kernels[] = { "list", "it's" };
	char *text = again("icount", kernels, 2,
			   "{\"kernels\": [\"list\", \"it's\"], \"beds\": [\"icount\"], \"suite\": \"synthetic\"}");

	assert_has(
		text,
		"git checkout synthetic\nmake bench KERNELS=&#39;list it&#39;\\&#39;&#39;s&#39; BED=icount SUITE=synthetic BOOTS=2\n");
	assert_has(
		text,
		"invbench compare results/invented   # --base KERNEL for another base\ninvbench report results/invented\n");
	free(text);
}

/* make would take $(shell ...) of a value for a function, and a shell $(...) or a quote for its own. */
static void no_name_is_a_command(void **state)
{
	static const char *const kernels[] = { "list" };
	char *text = again("icount", kernels, 1,
			   "{\"kernels\": [\"list\", \"$(shell id)\", \"`id`;'\"], \"beds\": [\"icount\"]}");

	assert_has(text, "make bench KERNELS=&#39;list $$(shell id) `id`;&#39;\\&#39;&#39;&#39; BED=icount");
	free(text);
}

static char *again_of(const char *invbench, const char *name)
{
	static const char *const kernels[] = { "list" };
	struct fake_report r;
	char *text = NULL;

	fake_report_of(&r, "icount", kernels, 1, 2, cases, "{\"kernels\": [\"list\"], \"beds\": [\"icount\"]}");
	r.report.beds[0].comparison.sides[0].boots[0]->invbench = invbench;
	r.report.name = name;
	FAKE_TEXT(text, report_again(out, &r.report));
	fake_report_stop(&r);
	return text;
}

static void the_commit_is_one_or_is_left_out(void **state)
{
	char *text = again_of("1.0 (abcdef0-dirty)", "a;id");

	assert_has(text, "<pre>git checkout abcdef0   # and changes that were not committed\nmake bench");
	assert_has(text, "invbench compare &#39;results/a;id&#39;   #");
	assert_has(text, "invbench report &#39;results/a;id&#39;\n");
	free(text);
	text = again_of("abcdef0; id", "a");
	assert_has(text, "<pre>make bench");
	free(text);
	text = again_of("1.0 (--help)", "a");
	assert_has(text, "<pre>make bench");
	free(text);
}

/* Not those that came through. */
static void kernels_and_boots_are_the_plans(void **state)
{
	static const char *const kernels[] = { "list" };
	char *text = again("icount", kernels, 1,
			   "{\"kernels\": [\"list\", \"gone\"], \"beds\": [\"icount\"], \"boots\": 3}");

	assert_has(text, "make bench KERNELS=&quot;list gone&quot; BED=icount SUITE=synthetic BOOTS=3\n");
	free(text);
}

/* What was asked for, and not what a bed is by itself. */
static void a_bed_is_asked_for_as_it_was(void **state)
{
	static const char *const kernels[] = { "list" };
	json_t *settings = json_pack("[s, s]", "tlbi=1us", "sync=2us"), *none = json_array();
	struct fake_report r;
	struct result_bed *bed;
	char *text = NULL;

	fake_report_of(&r, "model", kernels, 1, 1, cases, "{\"kernels\": [\"list\"], \"beds\": [\"model\"]}");
	bed = &r.run.run.beds[0].sides[0].boots[0]->bed;
	bed->settings = none;
	FAKE_TEXT(text, report_again(out, &r.report));
	assert_has(text, "make bench KERNELS=list BED=model SUITE=synthetic");
	free(text);
	bed->settings = settings;
	bed->preset = "local";
	bed->accel = "kvm";
	text = NULL;
	FAKE_TEXT(text, report_again(out, &r.report));
	assert_has(text, " BED=model ACCEL=kvm PRESET=local SETTINGS=&quot;tlbi=1us sync=2us&quot; SUITE=");
	free(text);
	fake_report_stop(&r);
	json_decref(settings);
	json_decref(none);
}

static void without_a_plan_it_is_by_hand(void **state)
{
	static const char *const kernels[] = { "list" };
	struct fake_report r;
	char *text = NULL, line[700];

	fake_report_of(&r, "icount", kernels, 1, 2, cases, NULL);
	FAKE_TEXT(text, report_again(out, &r.report));
	snprintf(line, sizeof(line),
		 "<pre>invbench run --suite synthetic --probe invlat --output %s   # once a boot, on each kernel\n",
		 r.report.run->path);
	assert_has(text, line);
	snprintf(line, sizeof(line), "invbench report %s\n", r.report.run->path);
	assert_has(text, line);
	assert_null(strstr(text, "make bench"));
	fake_report_stop(&r);
	free(text);
}

/* What can be pasted there: no RUN and KERNEL to be filled in, root where root is needed, devices, probe. */
static void on_a_machine_it_is_what_root_does(void **state)
{
	static const char *const kernels[] = { "6.12.117-list" };
	struct fake_report r;
	char *text = NULL, line[700];

	fake_report_of(&r, "metal", kernels, 1, 2, cases, NULL);
	FAKE_TEXT(text, report_again(out, &r.report));
	snprintf(line, sizeof(line),
		 "sudo insmod kmod/invbench.ko\nsudo invbench bind --all-safe\n"
		 "sudo invbench run --suite synthetic --probe invlat --output %s\nsudo invbench restore\n",
		 r.report.run->path);
	assert_has(text, line);
	snprintf(line, sizeof(line), "\ninvbench compare %s ", r.report.run->path);
	assert_has(text, line);
	assert_null(strstr(text, "RUN"));
	assert_null(strstr(text, "KERNEL/"));
	free(text);
	text = NULL;
	r.report.beds[0].comparison.sides[0].boots[0]->cases[0].probe.present = false;
	FAKE_TEXT(text, report_again(out, &r.report));
	assert_has(text, "sudo invbench run --suite synthetic --output ");
	fake_report_stop(&r);
	free(text);
}

static void a_session_is_one_command(void **state)
{
	static const char *const kernels[] = { "6.12.117-list", "6.12.117-array" };
	struct fake_report r;
	char *text = NULL, line[700];

	fake_report_of(&r, "metal", kernels, 2, 3, cases,
		       "{\"kernels\": [\"6.12.117-list\", \"6.12.117-array\"], \"beds\": [\"metal\"], \"boots\": 3}");
	FAKE_TEXT(text, report_again(out, &r.report));
	snprintf(
		line, sizeof(line),
		"<pre>sudo invbench session --kernel 6.12.117-list --kernel 6.12.117-array --boots 3 --suite synthetic "
		"--probe invlat --all-safe --module kmod %s-again\n",
		r.report.run->path);
	assert_has(text, line);
	assert_null(strstr(text, "make bench"));
	fake_report_stop(&r);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_words_for_the_shell),     cmocka_unit_test(no_name_is_a_command),
		cmocka_unit_test(the_commit_is_one_or_is_left_out),  cmocka_unit_test(kernels_and_boots_are_the_plans),
		cmocka_unit_test(a_bed_is_asked_for_as_it_was),	     cmocka_unit_test(without_a_plan_it_is_by_hand),
		cmocka_unit_test(on_a_machine_it_is_what_root_does), cmocka_unit_test(a_session_is_one_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
