// SPDX-License-Identifier: GPL-2.0-only
/* test_perf.c - what is made of perf's words: counts, complaints and samples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fold.h"
#include "must.h"
#include "perf.h"
#include "program.h"
#include "sysfs.h"

#define REAL_SCRIPT "tests/data/perf-script.txt"

/* ---- counts ---- */

/* As perf 6.12 wrote it on bed icount. */
#define REAL_STAT \
	"{\"counter-value\" : \"185923319.000000\", \"unit\" : \"\", \"event\" : \"instructions\", \"event-runtime\" : 273532116, " \
	"\"pcnt-running\" : 100.00, \"metric-value\" : \"0.679741\", \"metric-unit\" : \"insn per cycle\"}\n" \
	"{\"counter-value\" : \"273.528701\", \"unit\" : \"msec\", \"event\" : \"cpu-clock\", \"event-runtime\" : 273529313, " \
	"\"pcnt-running\" : 42.50, \"metric-value\" : \"0.936634\", \"metric-unit\" : \"CPUs utilized\"}\n"

static double part(const json_t *events, const char *event, const char *key)
{
	const json_t *value = json_object_get(json_object_get(events, event), key);

	assert_true(json_is_number(value));
	return json_number_value(value);
}

static void counts_are_read(void **state)
{
	struct sentence why;
	json_t *events = perf_parse_stat(REAL_STAT, &why);

	assert_non_null(events);
	assert_int_equal(json_object_size(events), 2);
	assert_true(part(events, "instructions", "value") == 185923319);
	assert_true(part(events, "instructions", "running") == 1);
	assert_true(part(events, "cpu-clock", "value") == 273.528701);
	assert_true(part(events, "cpu-clock", "running") == 0.425);
	assert_string_equal(json_string_value(json_object_get(json_object_get(events, "cpu-clock"), "unit")), "msec");
	json_decref(events);
}

/* And of how long each was counted, the least. */
static void counters_of_smmus_add_up(void **state)
{
	struct sentence why;
	json_t *events = perf_parse_stat(
		"{\"counter-value\" : \"3.0\", \"unit\" : \"\", \"event\" : \"smmuv3_pmcg_2b442/tlb_miss/\", \"pcnt-running\" : 100.0}\n"
		"{\"counter-value\" : \"4.0\", \"unit\" : \"\", \"event\" : \"smmuv3_pmcg_2b443/tlb_miss/\", \"pcnt-running\" : 50.0}\n"
		"{\"counter-value\" : \"5.0\", \"unit\" : \"\", \"event\" : \"smmuv3_pmcg_2b443/transaction/\", \"pcnt-running\" : 75.0}\n",
		&why);

	assert_non_null(events);
	assert_int_equal(json_object_size(events), 2);
	assert_true(part(events, "smmuv3_pmcg/tlb_miss/", "value") == 7);
	assert_true(part(events, "smmuv3_pmcg/tlb_miss/", "running") == 0.5);
	assert_true(part(events, "smmuv3_pmcg/transaction/", "value") == 5);
	json_decref(events);
}

static void what_is_not_counted_is_told(void **state)
{
	struct sentence why;

	assert_null(perf_parse_stat(REAL_STAT "{\"counter-value\" : \"<not supported>\", \"unit\" : \"\", \"event\" : "
					      "\"cache-misses\", \"event-runtime\" : 0, \"pcnt-running\" : 100.00}\n",
				    &why));
	assert_string_equal(why.text, "this machine cannot count cache-misses: <not supported>");
	assert_null(perf_parse_stat("Segmentation fault\n", &why));
	assert_string_equal(why.text, "perf wrote no JSON: Segmentation fault");
	assert_null(perf_parse_stat("{\"metric-value\" : \"0.9\", \"metric-unit\" : \"CPUs utilized\"}\n", &why));
	assert_string_equal(why.text, "perf counted nothing");
	assert_null(perf_parse_stat("", &why));
}

/* ---- complaints ---- */

static void complaints_become_a_line(void **state)
{
	static const struct {
		const char *text, *line;
	} cases[] = {
		{ "event syntax error: 'instructions,foo,bar'\n                                  \\___ Bad event name\n\n"
		  "Unable to find event on a PMU of 'foo'\nRun 'perf list' for a list of valid events\n\n Usage: perf stat\n",
		  "Unable to find event on a PMU of 'foo'" },
		{ "event syntax error: 'instructions,,'\n                                 \\___ Unrecognized input\n"
		  "Run 'perf list' for a list of valid events\n",
		  "Unrecognized input" },
		{ "Error:\nNo permission to enable instructions event.\n\nYou could adjust kernel.perf_event_paranoid\n",
		  "No permission to enable instructions event." },
		{ "perf cannot be run: No such file or directory\n", "perf cannot be run: No such file or directory" },
		{ "", "" },
	};
	struct sentence why;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		perf_complaint(cases[i].text, &why);
		assert_string_equal(why.text, cases[i].line);
	}
}

/* ---- events ---- */

static void make_file(const char *folder, const char *name)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		MUST(!mkdir(path, 0777) || errno == EEXIST);
		*at = '/';
	}
	fd = open(path, O_WRONLY | O_CREAT, 0666);
	MUST(fd >= 0);
	close(fd);
}

static void smmu_stands_for_what_there_is(void **state)
{
	static const char *const files[] = {
		"bus/event_source/devices/smmuv3_pmcg_2b442/events/tlb_miss",
		"bus/event_source/devices/smmuv3_pmcg_2b442/events/cycles",
		"bus/event_source/devices/smmuv3_pmcg_2b442/events/config_cache_miss",
		"bus/event_source/devices/smmuv3_pmcg_2b443/events/pcie_ats_trans_rq",
		"bus/event_source/devices/armv8_pmuv3_0/events/tlb_miss",
	};
	char folder[] = "/tmp/test-perf-XXXXXX", *events = NULL;
	const char *before = sysfs_root;
	struct sentence why;

	MUST(mkdtemp(folder));
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		make_file(folder, files[i]);
	sysfs_root = folder;
	assert_int_equal(perf_add_events(&events, "cycles,instructions", &why), 0);
	assert_int_equal(perf_add_events(&events, "smmu", &why), 0);
	sysfs_root = "/nowhere";
	assert_int_equal(perf_add_events(&events, "smmu", &why), -ENODEV);
	sysfs_root = before;
	assert_string_equal(events,
			    "cycles,instructions,smmuv3_pmcg_2b442/tlb_miss/,smmuv3_pmcg_2b442/config_cache_miss/,"
			    "smmuv3_pmcg_2b443/pcie_ats_trans_rq/");
	free(events);
}

/* ---- the option ---- */

static void refused(const char *option, const char *value, const char *sentence)
{
	struct outcome outcome;

	program_run(&outcome, "run", option, value, "noop", NULL);
	assert_int_equal(outcome.status, 2);
	assert_string_equal(outcome.out, "");
	assert_non_null(strstr(outcome.err, sentence));
	assert_ptr_equal(strchr(outcome.err, '\n'), outcome.err + strlen(outcome.err) - 1);
	program_forget(&outcome);
}

/*
 * As a perf of this machine could hide what happens without one, there is none here; nor one that talks nonsense. That
 * one waits to be asked: it would else be gone before, on a busy host. It is of bash: sh knows descriptors up to 9.
 */
static void no_perf_no_run(void **state)
{
	char folder[] = "/tmp/test-perf-XXXXXX", path[64], *before = strdup(getenv("PATH"));
	FILE *fake;

	MUST(before && mkdtemp(folder));
	setenv("PATH", folder, 1);
	refused("--perf", "cycles", "--perf=cycles: cannot run perf: No such file or directory");
	refused("--perf-record", "--sub-bits=7", "--perf-record needs --output");
	snprintf(path, sizeof(path), "%s/perf", folder);
	fake = fopen(path, "w");
	MUST(fake &&
	     fputs("#!/bin/bash\nfor last; do :; done\nwhile [ \"$1\" != --control ]; do shift; done\nfd=${2#fd:}\nfd=${fd%,*}\n"
		   "eval \"read command <&$fd; echo never >&$fd\"\n",
		   fake) >= 0 &&
	     !fclose(fake) && !chmod(path, 0755));
	refused("--perf", "cycles", "perf answers with something else than ack");
	fake = fopen(path, "w");
	MUST(fake && fputs("#!/bin/sh\necho oh dear >&2\nexit 3\n", fake) >= 0 && !fclose(fake));
	refused("--perf", "cycles", "--perf=cycles: oh dear; see: perf list");
	setenv("PATH", before, 1);
	free(before);
}

/* ---- samples ---- */

static int fold_text(struct fold *f, const char *text)
{
	FILE *script = fmemopen((void *)text, strlen(text), "r");
	int err;

	MUST(script);
	*f = (struct fold){};
	err = fold_script(f, script);
	fclose(script);
	return err;
}

static char *folded(const struct fold *f)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	MUST(out && !fold_write(f, out) && !fclose(out));
	return text;
}

static char *load(const char *path)
{
	FILE *file = fopen(path, "r");

	MUST(file);
	return program_read(file);
}

/* Every sample is in one stack: counted here by the lines that are not indented. */
static void real_samples_are_folded(void **state)
{
	char *script = load(REAL_SCRIPT), *text;
	uint64_t samples = 0, sum = 0;
	struct fold f;

	for (const char *line = script; *line; line += strcspn(line, "\n") + 1)
		samples += !strchr("#\n\t ", *line);
	assert_int_equal(fold_text(&f, script), 0);
	assert_int_equal(f.samples, samples);
	assert_int_equal(f.lost, 0);
	text = folded(&f);
	for (const char *end = strchr(text, '\n'); end; end = strchr(end + 1, '\n')) {
		const char *count = end;

		while (count[-1] != ' ')
			count--;
		sum += strtoull(count, NULL, 10);
	}
	assert_int_equal(sum, samples);
	assert_non_null(strstr(
		text, "kthreadd;ret_from_fork_[k];kthread_[k];work_[k];op_sync_timed_[k];arm_smmu_iotlb_sync_[k];"
		      "__arm_smmu_tlb_inv_range_[k];arm_smmu_cmdq_issue_cmdlist_[k] 19\n"));
	assert_non_null(strstr(text, ";__libc_start_main;[unknown];[unknown];"));
	free(text);
	free(script);
	fold_free(&f);
}

static void odd_samples_are_folded(void **state)
{
	static const char script[] =
		"# captured on    : never\n"
		"Web Content \n"
		"\tffff8000800df100 queue;poll+0xb8 ([kernel.kallsyms])\n"
		"\t    ffff97559890 operator new(unsigned long)+0x10 (/usr/lib/libc.so (deleted))\n"
		"\n"
		"a \n"
		"\n"
		"swapper PERF_RECORD_LOST lost 23\n"
		"a \n"
		"Web Content \n"
		"\tffff8000800df104 queue;poll+0xbc ([kernel.kallsyms])\n"
		"\t    ffff97559890 operator new(unsigned long) (/usr/lib/libc.so)\n"
		"swapper PERF_RECORD_LOST_SAMPLES lost 4\n";
	struct fold f;
	char *text;

	assert_int_equal(fold_text(&f, script), 0);
	assert_int_equal(f.samples, 4);
	assert_int_equal(f.lost, 27);
	text = folded(&f);
	assert_string_equal(text, "Web Content;operator new(unsigned long);queue:poll_[k] 2\na 2\n");
	free(text);
	fold_free(&f);
}

static void nonsense_is_not_folded(void **state)
{
	static const char *const scripts[] = {
		"\tffff8000800df100 memset ([kernel.kallsyms])\n", /* of no sample */
		"a \n\tmemset\n",
		"a \n\tffff8000800df100\n",
		"swapper PERF_RECORD_LOST many\n",
	};
	struct fold f;

	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		assert_int_equal(fold_text(&f, scripts[i]), -EINVAL);
		fold_free(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_read),
		cmocka_unit_test(counters_of_smmus_add_up),
		cmocka_unit_test(what_is_not_counted_is_told),
		cmocka_unit_test(complaints_become_a_line),
		cmocka_unit_test(smmu_stands_for_what_there_is),
		cmocka_unit_test(no_perf_no_run),
		cmocka_unit_test(real_samples_are_folded),
		cmocka_unit_test(odd_samples_are_folded),
		cmocka_unit_test(nonsense_is_not_folded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
