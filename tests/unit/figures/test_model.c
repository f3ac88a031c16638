// SPDX-License-Identifier: GPL-2.0-only
/* test_model.c - what is above a set time, and how late the model was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fake_figures.h"

/* A CMD_SYNC costs a quarter above its own, and in a second boot 200 more; @syncs of them in an operation. */
static json_t *sync_case(int set, int boot, uint64_t syncs)
{
	json_t *params = json_pack("{s:s, s:i, s:i}", "op", "sync", "sync", set, "warmup", 100), *json;
	char name[64];

	snprintf(name, sizeof(name), "dma op=sync sync=%dns", set);
	json = fake_case(name, params, 12, 1000 + (uint64_t)set * 5 / 4 + (set && boot == 2 ? 200 : 0));
	json_object_set_new(json, "model", fake_model(syncs * FAKE_PROBE_OPS, (uint64_t)set, true));
	return json;
}

static json_t *cases_of(int first, int boot, uint64_t syncs)
{
	static const int times[] = { 0, 1000, 2000, 4000 };
	json_t *cases = json_array();
	int i;

	for (i = first; i < 4; i++)
		json_array_append_new(cases, sync_case(times[i], boot, syncs));
	return cases;
}

static json_t *once(const char *kernel, int boot)
{
	return cases_of(0, boot, 1);
}

static json_t *twice(const char *kernel, int boot)
{
	return cases_of(0, boot, 2);
}

static json_t *without_zero(const char *kernel, int boot)
{
	return cases_of(1, boot, 1);
}

static json_t *too_few(const char *kernel, int boot)
{
	json_t *cases = cases_of(0, boot, 1);

	json_array_remove(cases, 3);
	json_array_remove(cases, 2);
	return cases;
}

/* Boot by boot: 250 and 450 above 1000, of which the model's own lateness is 150. */
static void excess_is_above_set_time_and_own_cost(void **state)
{
	struct fake_written w;

	start("model", 2, 2, once);
	w = fake_write_figure(&run.c, figure('e', 0));
	assert_string_equal(w.tsv,
			    "sync\tlist\tlist lowest\tlist highest\tarray\tarray lowest\tarray highest\tmodel's part\n"
			    "1000\t350\t250\t450\t350\t250\t450\t150\n2000\t600\t500\t700\t600\t500\t700\t150\n"
			    "4000\t1100\t1000\t1200\t1100\t1000\t1200\t150\n");
	assert_has(
		w.script,
		"title='dma op=sync'; ylabel='ns above set time'; bed='model'; kernels='1 2'; share=8; "
		"ymin=150; ymax=1200; logy=0\nxlabel='sync: set time of a CMD_SYNC'; xmin=1000; xmax=4000; logx=1; ");
	assert_has(w.script, "load plots.'/excess.gp'\n\n");
	assert_string_equal(figure('e', 0)->title, "dma op=sync: what a CMD_SYNC costs above its set time");
	assert_has(w.words, "what an operation took above it");
	fake_written_free(&w);
	stop();
}

static void expect_no_excess(fake_cases cases)
{
	start("model", 2, 2, cases);
	assert_null(fake_figure(&figures, 'e', 0));
	assert_non_null(fake_figure(&figures, 's', 0));
	assert_non_null(fake_figure(&figures, 'l', 0));
	stop();
}

/* Nothing to measure from, several CMD_SYNCs in one operation, or two points. */
static void there_may_be_no_excess(void **state)
{
	expect_no_excess(without_zero);
	expect_no_excess(twice);
	expect_no_excess(too_few);
}

/* Of 4 cases in 2 boots, 1100 CMD_SYNCs each, all 150 ns late. */
static void lateness_is_of_all_cases(void **state)
{
	struct fake_written w;

	start("model", 2, 2, once);
	w = fake_write_figure(&run.c, figure('l', 0));
	assert_string_equal(w.tsv, "1/(1-p)\tlist\tarray\n1\t150\t150\n8800\t150\t150\n");
	assert_has(w.script, "ylabel='ns late'; bed='model'; kernels='1 2'; xmax=8800; ymin=150; ymax=150; logy=0\n"
			     "load plots.'/lateness.gp'\n\n");
	assert_null(figure('l', 0)->workload);
	assert_null(fake_figure(&figures, 'l', 1));
	fake_written_free(&w);
	stop();
}

static json_t *plain(const char *kernel, int boot)
{
	return json_pack("[o, o]", fake_point("sync", "n", 1, 1000), fake_point("sync", "n", 2, 1000));
}

static void without_a_model_there_is_neither(void **state)
{
	start("icount", 2, 2, plain);
	assert_null(fake_figure(&figures, 'e', 0));
	assert_null(fake_figure(&figures, 'l', 0));
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(excess_is_above_set_time_and_own_cost),
		cmocka_unit_test(there_may_be_no_excess),
		cmocka_unit_test(lateness_is_of_all_cases),
		cmocka_unit_test(without_a_model_there_is_neither),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
