// SPDX-License-Identifier: GPL-2.0-only
/* test_sweep.c - lines over a parameter: medians, counts, throughput, means of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fake_figures.h"

/* ---- medians and counts ---- */

/* In the second boot 10 more; with ATS a command more for each device, and a CMD_SYNC more. */
static json_t *ats_case(int devices, bool ats, uint64_t median)
{
	char name[64];
	json_t *json;

	snprintf(name, sizeof(name), "dma op=sync devices=%d%s", devices, ats ? " ats=on" : "");
	json = fake_case(name,
			 json_pack("{s:s, s:i, s:s}", "op", "sync", "devices", devices, "ats", ats ? "on" : "off"), 12,
			 median);
	json_object_set_new(json_object_get(json, "probes"), "invlat",
			    fake_probe(ats ? 1 + (uint64_t)devices : 1, ats ? 2 : 1));
	return json;
}

static json_t *ats_cases(const char *kernel, int boot)
{
	const uint64_t base = (strcmp(kernel, "list") ? 900 : 1000) + (boot == 2 ? 10 : 0);

	return json_pack("[o, o, o, o]", ats_case(1, false, base + 100), ats_case(2, false, base + 200),
			 ats_case(1, true, base + 500), ats_case(4, true, base + 800));
}

/* The median of two boots lies between them; each value of the choice has a gap. */
static void medians_have_the_boots_beside_them(void **state)
{
	struct fake_written w;

	start("icount", 2, 2, ats_cases);
	w = fake_write_figure(&run.c, figure('s', 0));
	assert_string_equal(w.tsv, "devices\tlist\tlist lowest\tlist highest\tarray\tarray lowest\tarray highest\t"
				   "list ats=on\tlist ats=on lowest\tlist ats=on highest\t"
				   "array ats=on\tarray ats=on lowest\tarray ats=on highest\n"
				   "1\t1105\t1100\t1110\t1005\t1000\t1010\t1505\t1500\t1510\t1405\t1400\t1410\n"
				   "2\t1205\t1200\t1210\t1105\t1100\t1110\t?\t?\t?\t?\t?\t?\n"
				   "4\t?\t?\t?\t?\t?\t?\t1805\t1800\t1810\t1705\t1700\t1710\n");
	assert_has(
		w.script,
		"title='dma op=sync: median by devices'; ylabel='instructions per sync'; bed='icount'; kernels='1 2'; "
		"others='1 2'; alone=''; solid='ats=off'; dashed='ats=on'; sides=2; xlabel='devices'; xmin=1; xmax=4;");
	assert_has(w.script, "load plots.'/sweep.gp'\n\n");
	fake_written_free(&w);
	stop();
}

/* The second kernel has the second value alone, so that its colour has no solid line to be told by. */
static json_t *alone_cases(const char *kernel, int boot)
{
	json_t *cases = ats_cases(kernel, boot);

	if (strcmp(kernel, "list")) {
		json_array_remove(cases, 0);
		json_array_remove(cases, 0);
	}
	return cases;
}

static void a_kernel_may_have_one_value_alone(void **state)
{
	struct fake_written w;

	start("icount", 2, 2, alone_cases);
	w = fake_write_figure(&run.c, figure('s', 0));
	assert_has(w.tsv, "\n1\t1105\t1100\t1110\t?\t?\t?\t1505\t1500\t1510\t1405\t1400\t1410\n");
	assert_has(w.script, "kernels='1'; others='1 2'; alone='2'; solid='ats=off'; dashed='ats=on'; ");
	fake_written_free(&w);
	stop();
}

static void counts_are_of_commands_and_of_syncs(void **state)
{
	struct fake_written commands, syncs;

	start("icount", 2, 2, ats_cases);
	commands = fake_write_figure(&run.c, figure('c', 0));
	syncs = fake_write_figure(&run.c, figure('c', 1));
	assert_has(commands.tsv, "\n1\t1\t1\t1\t1\t1\t1\t2\t2\t2\t2\t2\t2\n2\t1\t1\t1\t1\t1\t1\t?\t?\t?\t?\t?\t?\n"
				 "4\t?\t?\t?\t?\t?\t?\t5\t5\t5\t5\t5\t5\n");
	assert_has(commands.script, "title='dma op=sync: commands by devices'; ylabel='commands per sync'; ");
	assert_has(commands.script, "sides=2; ymax=5; xlabel='devices'; ");
	assert_has(commands.script, "load plots.'/counts.gp'\n\n");
	assert_has(syncs.tsv, "\n4\t?\t?\t?\t?\t?\t?\t2\t2\t2\t2\t2\t2\n");
	assert_has(syncs.script, "title='dma op=sync: CMD_SYNCs by devices'; ylabel='CMD_SYNCs per sync'");
	assert_null(fake_figure(&figures, 'c', 2));
	/* CPUs that run in turn have no throughput, and a tail of instructions is the curves'. */
	assert_null(fake_figure(&figures, 't', 0));
	assert_null(fake_figure(&figures, 'f', 0));
	assert_null(fake_figure(&figures, 'q', 0));
	fake_written_free(&commands);
	fake_written_free(&syncs);
	stop();
}

/* Over a size there is but the median. */
static json_t *sizes(const char *kernel, int boot)
{
	return json_pack("[o, o]", fake_point("sync", "size", 4096, 1000), fake_point("sync", "size", 8192, 1000));
}

static void a_size_is_no_load(void **state)
{
	start("icount", 2, 2, sizes);
	assert_non_null(fake_figure(&figures, 's', 0));
	assert_null(fake_figure(&figures, 's', 1));
	assert_null(fake_figure(&figures, 'c', 0));
	stop();
}

static json_t *set_times(const char *kernel, int boot)
{
	return json_pack("[o, o, o]", fake_point("sync", "sync", 0, 1000), fake_point("sync", "sync", 1000, 2350),
			 fake_point("sync", "sync", 4000, 6100));
}

/* The 0 of a logarithmic axis: left of the others, with a gap in the lines. */
static void zero_has_a_gap_after_it(void **state)
{
	struct fake_written w;

	start("model", 1, 1, set_times);
	w = fake_write_figure(&run.c, figure('s', 0));
	assert_string_equal(w.tsv, "sync\tlist\tlist lowest\tlist highest\n0\t1000\t1000\t1000\n\n"
				   "1000\t2350\t2350\t2350\n4000\t6100\t6100\t6100\n");
	assert_has(w.script, "zero=500; xmin=500; xmax=4000; logx=1; tics='\"0\" 500, \"1us\" 1000, \"4us\" 4000'");
	fake_written_free(&w);
	stop();
}

/* ---- the guide ---- */

/* Serial syncs: each device adds its set time of 1000, and 500. */
static json_t *serial(const char *kernel, int boot)
{
	json_t *cases = json_array();
	int devices;

	for (devices = 0; devices <= 4; devices = devices ? devices * 2 : 1) {
		json_t *params = json_pack("{s:i, s:i}", "devices", devices, "instances", devices ? 8 : 1), *json;
		char name[64];

		if (devices)
			json_object_set_new(params, "sync", json_integer(1000));
		snprintf(name, sizeof(name), "sva devices=%d", devices);
		json = fake_case(name, params, 12, (strcmp(kernel, "list") ? 1900 : 2000) + (uint64_t)devices * 1500);
		json_object_set_new(json, "model",
				    fake_model((uint64_t)devices * FAKE_PROBE_OPS, devices ? 1000 : 0, true));
		json_array_append_new(cases, json);
	}
	return cases;
}

/* From what the first kernel takes without a device. */
static void set_times_alone_make_a_guide(void **state)
{
	struct fake_written w;

	start("model", 2, 1, serial);
	w = fake_write_figure(&run.c, figure('s', 0));
	assert_string_equal(
		w.tsv, "devices\tlist\tlist lowest\tlist highest\tarray\tarray lowest\tarray highest\tset time alone\n"
		       "0\t2000\t2000\t2000\t1900\t1900\t1900\t2000\n1\t3500\t3500\t3500\t3400\t3400\t3400\t3000\n"
		       "2\t5000\t5000\t5000\t4900\t4900\t4900\t4000\n4\t8000\t8000\t8000\t7900\t7900\t7900\t6000\n");
	assert_has(w.script, "guide=8; xlabel='devices'; xmin=0; xmax=4; logx=0; ");
	fake_written_free(&w);
	stop();
}

/* ---- loads on bed model ---- */

/* Each thread has half of the operations: 500 in 1 ms (2 ms in the second boot), 500 in 0.5 ms for each of the axis. */
static json_t *threads_case(int threads, uint64_t median, int boot)
{
	json_t *json = fake_in_two(fake_point("sync", "threads", threads, median)),
	       *list = json_object_get(json, "threads");

	json_object_set_new(json_array_get(list, 0), "elapsed_ns", json_integer(1000000 * boot));
	json_object_set_new(json_array_get(list, 1), "elapsed_ns", json_integer(500000 * threads));
	return json;
}

static json_t *loads(const char *kernel, int boot)
{
	return json_pack("[o, o]", threads_case(1, 1000, boot), threads_case(4, 2000, boot));
}

static void throughput_is_of_all_threads(void **state)
{
	struct fake_written w;

	start("model", 1, 2, loads);
	w = fake_write_figure(&run.c, figure('t', 0));
	assert_string_equal(w.tsv, "threads\tlist\tlist lowest\tlist highest\n"
				   "1\t1375000\t1250000\t1500000\n4\t625000\t500000\t750000\n");
	assert_has(w.script, "ylabel='1000 sync/s, all threads'; per=1000; bed='model'; kernels='1'; xlabel='threads'");
	assert_has(w.script, "load plots.'/throughput.gp'\n\n");
	fake_written_free(&w);
	stop();
}

/* The mean of the faster thread, of both, of the slower: 9 and 11 parts of the time for half of the operations. */
static void threads_are_told_apart(void **state)
{
	struct histogram h = fake_histogram(12, 1000 + FAKE_FLOOR);
	const double half = FAKE_OPS / 2.0;
	const double fast = (double)(h.sum * 9 / 20) / half - FAKE_FLOOR,
		     slow = (double)(h.sum * 11 / 20) / half - FAKE_FLOOR;
	struct fake_written w;
	char want[200];

	start("model", 1, 2, loads);
	w = fake_write_figure(&run.c, figure('f', 0));
	snprintf(want, sizeof(want), "\n1\t%.10g\t%.10g\t%.10g\n", (fast + slow) / 2, fast, slow);
	assert_has(w.tsv, want);
	assert_has(w.script, "title='dma op=sync: thread means by threads'; ");
	assert_has(w.script, "load plots.'/threads.gp'\n\n");
	fake_written_free(&w);
	hist_free(&h);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(medians_have_the_boots_beside_them),
		cmocka_unit_test(a_kernel_may_have_one_value_alone),
		cmocka_unit_test(counts_are_of_commands_and_of_syncs),
		cmocka_unit_test(a_size_is_no_load),
		cmocka_unit_test(zero_has_a_gap_after_it),
		cmocka_unit_test(set_times_alone_make_a_guide),
		cmocka_unit_test(throughput_is_of_all_threads),
		cmocka_unit_test(threads_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
