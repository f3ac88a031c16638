// SPDX-License-Identifier: GPL-2.0-only
/*
 * run.c - `invbench run`: all cases of a suite, and one result file.
 *
 * First every case is timed, with no probe attached. Then, for each probe, it
 * is attached and the cases that passed are run again for its counts. Last,
 * with --checked, once more with an SMMU model that checks them, and with --perf
 * and --perf-record beside perf.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "subcommand.h"
#include "common.h"
#include "cpus.h"
#include "extra.h"
#include "file.h"
#include "half.h"
#include "instances.h"
#include "needs.h"
#include "output.h"
#include "passes.h"
#include "perf.h"
#include "record.h"
#include "supervise.h"
#include "take.h"

#define MAX_PROBES	8
#define SUB_BITS_COARSE 7 /* to within 1 % of a nanosecond count */

struct options {
	struct suite suite;
	const char *suite_name, *output, *context_path, *marks, *lost, *bind;
	enum reason_code code; /* of lost */
	const struct probe *probes[MAX_PROBES];
	unsigned int nr_probes;
	unsigned int sub_bits;
	bool checked, without_module, perf_record;
	char *perf;  /* events, as perf takes them */
	char *words; /* the case on the command line */
};

enum {
	OPT_SUITE = 's',
	OPT_OUTPUT = 'o',
	OPT_PROBE = 'p',
	OPT_CONTEXT = 256,
	OPT_MARKS,
	OPT_SUB_BITS,
	OPT_LOST,
	OPT_CODE,
	OPT_CHECKED,
	OPT_BIND,
	OPT_WITHOUT_MODULE,
	OPT_DEVICE,
	OPT_PERF,
	OPT_PERF_RECORD
};

static const struct argp_option option_list[] = {
	{ "suite", OPT_SUITE, "SUITE", 0,
	  "Run the cases of SUITE: a file, or the name of one that came with this program, as quick; see invbench-suite(5)",
	  0 },
	{ "output", OPT_OUTPUT, "WHERE", 0,
	  "Write the result there, whole or not at all, instead of to stdout: to a file if the name ends in .json, else "
	  "to the next WHERE/KERNEL/BED/boot-NNN.json, so that WHERE is a run that compare and report read",
	  0 },
	{ "probe", OPT_PROBE, "PROBE", 0, "Run the cases once more with this probe attached; can be repeated", 0 },
	{ "context", OPT_CONTEXT, "FILE", 0,
	  "JSON with what this program cannot see: bed, kernel, machine, suite, boot, started", 0 },
	{ "sub-bits", OPT_SUB_BITS, "BITS", 0,
	  "Precision of histograms, 6..12: to 1 part in 2^BITS (12 where the clock counts instructions, else 7)", 0 },
	{ "marks", OPT_MARKS, "DIR", 0,
	  "Make the folders mark.begin.N and mark.end.N in DIR around case N of the first probe (without one: of a "
	  "pass of its own), for an emulator's trace to show",
	  0 },
	{ "checked", OPT_CHECKED, NULL, 0,
	  "Run the cases once more and tell the SMMU model what they remove, so that it checks that nothing is left "
	  "in an SMMU (bed model; elsewhere ignored)",
	  0 },
	{ "perf", OPT_PERF, "EVENTS", 0,
	  "Run the cases once more and have perf count these events, a list as perf stat takes it; smmu alone stands for "
	  "the useful ones of all SMMUs' counters; can be repeated",
	  0 },
	{ "perf-record", OPT_PERF_RECORD, NULL, 0,
	  "Run the cases once more and have perf sample where the time goes: FILE without .json, then .N.perf.data and "
	  ".N.folded, for case N from 1; see: invbench flame",
	  0 },
	{ "bind", OPT_BIND, "DEVICE[,DEVICE...]", 0,
	  "Bind these idle devices to driver invbench for the run, and put them back after it, whatever ends it; see: "
	  "invbench devices",
	  0 },
	{ "without-module", OPT_WITHOUT_MODULE, NULL, 0,
	  "Go on without the kernel half: cases that need it are skipped", 0 },
	{ "device", OPT_DEVICE, "DEVICE", 0,
	  "For workloads that take a device from its driver or its domain: this one (see: invbench devices)", 0 },
	{ "lost", OPT_LOST, "REASON", 0, "Run nothing: write the result of a boot that was lost, and why", 0 },
	{ "code", OPT_CODE, "CODE", 0, "With --lost: the same for programs, as hung, splat or died; else other", 0 },
	{}
};

static void add_probe(struct options *o, const char *name, struct argp_state *state)
{
	const struct probe *probe = probe_find(name);

	if (!probe)
		argp_failure(state, STATUS_USAGE, 0, "no probe '%s'; see: invbench list probes", name);
	if (o->nr_probes == MAX_PROBES)
		argp_failure(state, STATUS_USAGE, 0, "more than %d probes", MAX_PROBES);
	o->probes[o->nr_probes++] = probe;
}

static void add_word(struct options *o, const char *word)
{
	char *words;

	if (asprintf(&words, "%s%s%s", o->words ? o->words : "", o->words ? " " : "", word) < 0)
		die("out of memory");
	free(o->words);
	o->words = words;
}

/* Better told before the run than in each of its cases. */
static void name_device(const char *name, struct argp_state *state)
{
	struct device device;
	struct sentence why;

	if (device_find(name, &device))
		argp_failure(state, STATUS_USAGE, 0, "--device=%s is no device behind an SMMU; see: invbench devices",
			     name);
	if (device_in_use(&device, &why))
		argp_failure(state, STATUS_USAGE, 0, "--device=%s is in use: %s", name, why.text);
	take_named(name);
}

static void add_events(struct options *o, const char *events)
{
	struct sentence why;

	if (perf_add_events(&o->perf, events, &why))
		die("%s", why.text);
}

/* Options that are kept as they come. */
static const char **text_of(struct options *o, int key)
{
	const struct {
		int key;
		const char **text;
	} texts[] = {
		{ OPT_SUITE, &o->suite_name }, { OPT_OUTPUT, &o->output }, { OPT_CONTEXT, &o->context_path },
		{ OPT_MARKS, &o->marks },      { OPT_LOST, &o->lost },	   { OPT_BIND, &o->bind },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (texts[i].key == key)
			return texts[i].text;
	}
	return NULL;
}

static bool *flag_of(struct options *o, int key)
{
	switch (key) {
	case OPT_CHECKED:
		return &o->checked;
	case OPT_WITHOUT_MODULE:
		return &o->without_module;
	case OPT_PERF_RECORD:
		return &o->perf_record;
	default:
		return NULL;
	}
}

static void set_sub_bits(struct options *o, const char *arg, struct argp_state *state)
{
	char *end;

	o->sub_bits = strtoul(arg, &end, 10);
	if (*end || o->sub_bits < HIST_SUB_BITS_MIN || o->sub_bits > HIST_SUB_BITS_MAX)
		argp_failure(state, STATUS_USAGE, 0, "--sub-bits=%s is not a number from %d to %d", arg,
			     HIST_SUB_BITS_MIN, HIST_SUB_BITS_MAX);
}

static void set_code(struct options *o, const char *arg, struct argp_state *state)
{
	o->code = reason_find(arg);
	if (o->code == REASON_NONE || strcmp(reason_name(o->code), arg))
		argp_failure(state, STATUS_USAGE, 0, "--code=%s is no code; invbench-result(5) has them", arg);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;
	const char **text = text_of(o, key);
	bool *flag = flag_of(o, key);

	if (text)
		*text = arg;
	if (flag)
		*flag = true;
	if (text || flag)
		return 0;
	switch (key) {
	case OPT_PROBE:
		add_probe(o, arg, state);
		return 0;
	case OPT_DEVICE:
		name_device(arg, state);
		return 0;
	case OPT_CODE:
		set_code(o, arg, state);
		return 0;
	case OPT_PERF:
		add_events(o, arg);
		return 0;
	case OPT_SUB_BITS:
		set_sub_bits(o, arg, state);
		return 0;
	case ARGP_KEY_ARG:
		add_word(o, arg);
		return 0;
	case ARGP_KEY_END:
		if (!o->suite_name == !o->words)
			argp_failure(state, STATUS_USAGE, 0, "name either a suite or a workload; see: %s --help",
				     state->name);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = option_list,
	.parser = parse_option,
	.args_doc = "--suite=SUITE\nWORKLOAD [NAME=VALUE[,VALUE...]...]",
	.doc = "Runs cases one after the other and writes one JSON document, which invbench-result(5) describes. "
	       "A list of values stands for a case each.\v"
	       "Examples:\n"
	       "  invbench run --suite quick -o boot-001.json\n"
	       "  invbench run --suite metal -o results/mine\n"
	       "  invbench run dma op=sync devices=1,2,4,8\n"
	       "  invbench run --probe invlat dma op=map+unmap size=2M\n"
	       "  invbench run sva devices=1,2,4,8 instances=8 sync=preset,20us\n"
	       "\n"
	       "Exit status: 0 all cases passed; 1 one failed; 2 bad input; 4 one was skipped. More: invbench-run(1).",
};

/* ---- the passes after the first; those with perf are in perf_stat.c and perf_record.c, timing and checks in passes.c ---- */

struct probe_state {
	const struct probe *probe;
	void *state;
	json_t *counts;
};

static int probe_begin(struct extra_pass *x)
{
	struct probe_state *p = x->state;

	p->probe->reset(p->state);
	return 0;
}

static int probe_end(struct extra_pass *x)
{
	struct probe_state *p = x->state;

	p->counts = p->probe->read(p->state);
	return p->counts ? 0 : extra_error(x, "the probe could not be read");
}

/* With the operations it was found in: warm-up included, as nobody leaves it out. */
static int probe_record(struct extra_pass *x, const struct run_case *c, json_t *json)
{
	struct probe_state *p = x->state;

	/* Counts of nobody knows how many operations compare with nothing. */
	if (!c->pass_ops)
		return 0;
	json_object_set_new(p->counts, "ops", json_integer((json_int_t)c->pass_ops));
	json_object_set(extra_object(json, "probes"), p->probe->name, p->counts);
	return 0;
}

static void probe_forget(struct extra_pass *x)
{
	struct probe_state *p = x->state;

	json_decref(p->counts);
	p->counts = NULL;
}

static enum status probe_pass(const struct options *o, const struct probe *probe, const char *marks,
			      unsigned int sub_bits, json_t *cases)
{
	struct probe_state p = { .probe = probe };
	struct extra_pass x = {
		.name = probe->name,
		.kind = RING_PASS_PROBE,
		.marks = marks,
		.state = &p,
		.begin = probe_begin,
		.end = probe_end,
		.record = probe_record,
		.forget = probe_forget,
	};
	enum status worst;
	char why[256] = "";
	int err;

	err = probe->attach(&p.state, why, sizeof(why));
	if (err == -EOPNOTSUPP)
		say("probe %s: %s", probe->name, why);
	if (err)
		worst = err == -EOPNOTSUPP ? STATUS_SKIP : STATUS_FAIL;
	else
		worst = extra_cases(&x, &o->suite, sub_bits, cases);
	probe->detach(p.state);
	return worst;
}

static enum status run_all(const struct options *o, json_t *boot)
{
	const json_t *bed = json_object_get(boot, "bed");
	const char *clock = json_string_value(json_object_get(bed, "clock"));
	json_t *cases = json_object_get(boot, "cases"), *instances;
	struct extra_pass marks = { .name = "marks", .kind = RING_PASS_PROBE, .marks = o->marks };
	unsigned int sub_bits = o->sub_bits;
	enum status worst;

	if (!sub_bits)
		sub_bits = strcmp(clock, "instructions") ? SUB_BITS_COARSE : HIST_SUB_BITS_MAX;
	worst = timing_pass(&o->suite, sub_bits, bed, cases);
	if (json_array_size(cases) != o->suite.nr_cases)
		die("out of memory");
	for (unsigned int i = 0; i < o->nr_probes; i++)
		worst = status_worse(worst, probe_pass(o, o->probes[i], i ? NULL : o->marks, sub_bits, cases));
	if (!o->nr_probes && o->marks)
		worst = status_worse(worst, extra_cases(&marks, &o->suite, sub_bits, cases));
	if (o->checked)
		worst = status_worse(worst, checked_pass(&o->suite, sub_bits, cases));
	if (o->perf)
		worst = status_worse(worst, perf_stat_cases(o->perf, &o->suite, sub_bits, cases));
	if (o->perf_record)
		worst = status_worse(worst, perf_record_cases(o->output, &o->suite, sub_bits, cases));
	/* Last, because it attaches a probe of its own. */
	if (!instances_read(half_traffic, NULL, &instances))
		json_object_set_new(boot, "instances", instances);
	return worst;
}

static void record_lost(const struct options *o, json_t *boot)
{
	json_t *cases = json_object_get(boot, "cases");

	for (size_t i = 0; i < o->suite.nr_cases; i++)
		json_array_append_new(cases, record_unfinished(&o->suite.cases[i], STATUS_LOST, o->code, o->lost));
}

static int write_result(const char *path, const json_t *boot)
{
	char *text = json_dumps(boot, JSON_COMPACT);
	size_t size;
	int err = 0;

	if (!text)
		die("out of memory");
	size = strlen(text);
	text[size++] = '\n'; /* in place of the terminator */
	if (path) {
		err = write_whole(path, text, size);
		if (err)
			say("cannot write %s: %s; the result goes to stdout instead", path, strerror(-err));
	}
	if (!path || err)
		err = fwrite(text, 1, size, stdout) == size ? err : -EIO;
	free(text);
	return err;
}

static json_t *load_context(const char *path)
{
	json_error_t error;
	json_t *context = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

	if (!context)
		die("%s:%d: %s", path, error.line, error.text);
	return context;
}

/* What "max" stands for on this machine. */
static struct suite_limits limits_here(void)
{
	struct suite_limits here = {};

	half_most(&here.devices, &here.instances);
	while (thread_cpu(here.threads) >= 0)
		here.threads++;
	return here;
}

static void read_suite(struct options *o)
{
	struct sentence why;

	o->suite.here = limits_here();
	if (o->suite_name ? suite_load(&o->suite, o->suite_name, &why) :
			    suite_add_line(&o->suite, o->words, "command line", 0, &why))
		die("%s", why.text);
}

/* Better told now than when half of the suite is done. */
static void check_cases(const struct suite *suite)
{
	struct sentence why;

	for (size_t i = 0; i < suite->nr_cases; i++) {
		if (case_check(&suite->cases[i], &why))
			die("%s: %s", suite->cases[i].name, why.text);
	}
}

/* Better told now than as so many skipped cases. */
static void check_half(const struct suite *suite)
{
	struct sentence why;
	int fd;

	for (size_t i = 0; i < suite->nr_cases; i++) {
		if (!needs_half(&suite->cases[i]))
			continue;
		fd = half_open(&why);
		if (fd < 0)
			die("%s needs the kernel half: %s; --without-module skips such cases", suite->cases[i].name,
			    why.text);
		close(fd);
		return;
	}
}

/* From here on a child goes on. -EIO is no mistake of the user's. */
static void hold_devices(const char *list)
{
	struct sentence why;
	int err = supervise_held(list, &why);

	if (!err)
		return;
	say("%s", why.text);
	exit(err == -EIO ? STATUS_FAIL : STATUS_USAGE);
}

static void check_perf(const struct options *o)
{
	struct sentence why;

	if (o->perf_record && !o->output)
		die("--perf-record needs --output: its files are put beside that one");
	if ((o->perf || o->perf_record) && perf_stat_check(o->perf ? o->perf : "cpu-clock", &why))
		die("--perf%s%s: %s; see: perf list", o->perf ? "=" : "-record", o->perf ? o->perf : "", why.text);
}

static int cmd_run(int argc, char **argv)
{
	struct options o = { .code = REASON_OTHER };
	enum status status = STATUS_PASS;
	json_t *context = NULL, *boot;
	char *output = NULL;
	struct sentence why;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (!o.lost)
		check_perf(&o);
	/* Before the suite is read, which asks how many endpoints there are. */
	if (o.bind && !o.lost)
		hold_devices(o.bind);
	read_suite(&o);
	check_cases(&o.suite);
	if (!o.lost && !o.without_module)
		check_half(&o.suite);
	if (o.context_path)
		context = load_context(o.context_path);
	boot = record_boot(o.suite.name ? o.suite.name : "(command line)", context, o.context_path, o.lost, &why);
	if (!boot)
		die("%s", why.text);
	if (o.output) {
		o.output = output = output_file(o.output, boot, &why);
		if (!output)
			die("%s", why.text);
	}
	if (o.lost)
		record_lost(&o, boot);
	else
		status = run_all(&o, boot);
	if (write_result(output, boot))
		status = STATUS_USAGE;
	free(output);
	json_decref(boot);
	json_decref(context);
	suite_free(&o.suite);
	free(o.words);
	free(o.perf);
	return status;
}

COMMAND(run) = {
	.name = "run",
	.summary = "run cases and write their result file",
	.argp = &argp,
	.run = cmd_run,
};
