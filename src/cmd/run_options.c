// SPDX-License-Identifier: GPL-2.0-only
/* run_options.c - the options of `invbench run`. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "histogram.h"
#include "perf.h"
#include "run_options.h"
#include "status.h"
#include "take.h"

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

static void add_probe(struct run_options *o, const char *name, struct argp_state *state)
{
	const struct probe *probe = probe_find(name);

	if (!probe)
		argp_failure(state, STATUS_USAGE, 0, "no probe '%s'; see: invbench list probes", name);
	if (o->nr_probes == RUN_PROBES_MAX)
		argp_failure(state, STATUS_USAGE, 0, "more than %d probes", RUN_PROBES_MAX);
	o->probes[o->nr_probes++] = probe;
}

static void add_word(struct run_options *o, const char *word)
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

static void add_events(struct run_options *o, const char *events)
{
	struct sentence why;

	if (perf_add_events(&o->perf, events, &why))
		die("%s", why.text);
}

/* Options that are kept as they come. */
static const char **text_of(struct run_options *o, int key)
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

static bool *flag_of(struct run_options *o, int key)
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

static void set_sub_bits(struct run_options *o, const char *arg, struct argp_state *state)
{
	char *end;

	o->sub_bits = strtoul(arg, &end, 10);
	if (*end || o->sub_bits < HIST_SUB_BITS_MIN || o->sub_bits > HIST_SUB_BITS_MAX)
		argp_failure(state, STATUS_USAGE, 0, "--sub-bits=%s is not a number from %d to %d", arg,
			     HIST_SUB_BITS_MIN, HIST_SUB_BITS_MAX);
}

static void set_code(struct run_options *o, const char *arg, struct argp_state *state)
{
	o->code = reason_find(arg);
	if (o->code == REASON_NONE || strcmp(reason_name(o->code), arg))
		argp_failure(state, STATUS_USAGE, 0, "--code=%s is no code; invbench-result(5) has them", arg);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct run_options *o = state->input;
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

const struct argp run_argp = {
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
