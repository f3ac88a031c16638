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

#include "bed.h"
#include "common.h"
#include "cpus.h"
#include "extra.h"
#include "half.h"
#include "instances.h"
#include "json_read.h"
#include "needs.h"
#include "output.h"
#include "passes.h"
#include "perf.h"
#include "record.h"
#include "run_options.h"
#include "subcommand.h"
#include "supervise.h"

#define SUB_BITS_COARSE	  7 /* to within 1 % of a time; counts of instructions are kept as they are */
#define CONTEXT_MAX_BYTES (1 << 20)

/* ---- the passes after the first; those with perf are in perf_stat.c and perf_record.c, timing and checks in passes.c ---- */

struct probe_state {
	const struct probe *probe;
	void *state;
	json_t *counts;
};

/* Of a case that took a device that device's commands are meant: the drive of the root folder may be behind the same SMMU. */
static void choose_group(const struct probe_state *p, const struct run_case *c)
{
	const char *group = c->taken.name[0] ? c->taken.group : NULL;
	char why[256];

	if (p->probe->of_group && p->probe->of_group(p->state, group, why, sizeof(why)))
		say("%s: commands are those of all devices, not of %s alone: %s", c->spec->name, c->taken.name, why);
}

static int probe_begin(struct extra_pass *x)
{
	struct probe_state *p = x->state;

	choose_group(p, x->now);
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

static enum status probe_pass(const struct suite *suite, const struct probe *probe, const char *marks,
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
		worst = extra_cases(&x, suite, sub_bits, cases);
	probe->detach(p.state);
	return worst;
}

/* Its files are put beside the result. */
static enum status perf_record(struct output *output, const struct suite *suite, unsigned int sub_bits, json_t *cases)
{
	struct sentence why;

	if (!output_samples(output, &why))
		return perf_record_cases(&output->samples, suite, sub_bits, cases);
	say("%s", why.text);
	return STATUS_FAIL;
}

static void tell_virtual(const json_t *boot)
{
	const char *hypervisor = json_string_value(json_object_get(json_object_get(boot, "machine"), "hypervisor"));

	if (hypervisor)
		say("this machine is virtual (%s): its SMMU's times are a hypervisor's", hypervisor);
}

static unsigned int choose_sub_bits(const char *bed)
{
	return bed_name_counts(bed) ? HIST_SUB_BITS_MAX : SUB_BITS_COARSE;
}

static enum status run_all(const struct run_options *o, const struct suite *suite, struct output *output, json_t *boot)
{
	const json_t *bed = json_object_get(boot, "bed");
	json_t *cases = json_object_get(boot, "cases"), *instances;
	struct extra_pass marks = { .name = "marks", .kind = RING_PASS_PROBE, .marks = o->marks };
	unsigned int sub_bits = o->sub_bits;
	enum status worst;

	if (!sub_bits)
		sub_bits = choose_sub_bits(json_string_value(json_object_get(bed, "name")));
	if (o->output)
		tell_virtual(boot);
	worst = timing_pass(suite, sub_bits, bed, cases);
	if (json_array_size(cases) != suite->nr_cases)
		die("out of memory");
	for (unsigned int i = 0; i < o->nr_probes; i++)
		worst = status_worse(worst, probe_pass(suite, o->probes[i], i ? NULL : o->marks, sub_bits, cases));
	if (!o->nr_probes && o->marks)
		worst = status_worse(worst, extra_cases(&marks, suite, sub_bits, cases));
	if (o->checked)
		worst = status_worse(worst, checked_pass(suite, sub_bits, cases));
	if (o->perf)
		worst = status_worse(worst, perf_stat_cases(o->perf, suite, sub_bits, cases));
	if (o->perf_record)
		worst = status_worse(worst, perf_record(output, suite, sub_bits, cases));
	/* Last, because it attaches a probe of its own. */
	if (!instances_read(access(INVBENCH_DEVICE, F_OK) ? NULL : half_traffic, NULL, &instances))
		json_object_set_new(boot, "instances", instances);
	return worst;
}

static void record_lost(const struct run_options *o, const struct suite *suite, json_t *boot)
{
	json_t *cases = json_object_get(boot, "cases");
	struct sentence reason;

	sentence(&reason, 0, "%s", o->lost);
	for (size_t i = 0; i < suite->nr_cases; i++)
		json_array_append_new(cases, record_unfinished(&suite->cases[i], STATUS_LOST, o->code, reason.text));
}

/* What was measured is not lost for that. */
static int write_result(struct output *output, json_t *boot)
{
	struct output on_stdout;
	struct sentence why, second;
	int err = output_write(output, boot, &why);

	if (!err)
		return 0;
	say("%s; the result goes to stdout instead", why.text);
	output_open(&on_stdout, NULL, boot, &second);
	if (output_write(&on_stdout, boot, &second))
		say("%s", second.text);
	return err;
}

static json_t *load_context(const char *path)
{
	struct sentence why;
	json_t *context = json_read(path, CONTEXT_MAX_BYTES, &why);

	if (!context)
		die("%s", why.text);
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

static void read_suite(const struct run_options *o, struct suite *suite)
{
	struct sentence why;

	suite->here = limits_here();
	if (o->suite_name ? suite_load(suite, o->suite_name, &why) :
			    suite_add_line(suite, o->words, "command line", 0, &why))
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

/* A suite that is to become a boot of a run: without a device its cases would be skipped, and the boot counted. */
static void check_bound(int half, const struct run_options *o)
{
	struct endpoints list;

	if (o->suite_name && o->output && !o->context_path && !half_endpoints(half, &list) && !list.count)
		die("no device is bound to driver invbench, so that the suite's cases would be skipped; see: invbench bind, and "
		    "--bind; --without-module skips them");
}

/* Better told now than as so many skipped cases. */
static void check_half(const struct suite *suite, const struct run_options *o)
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
		check_bound(fd, o);
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

static void check_perf(const struct run_options *o)
{
	struct sentence why;

	if (o->perf_record && !o->output)
		die("--perf-record needs --output: its files are put beside that one");
	if ((o->perf || o->perf_record) && perf_stat_check(o->perf ? o->perf : "cpu-clock", &why))
		die("--perf%s%s: %s; see: perf list", o->perf ? "=" : "-record", o->perf ? o->perf : "", why.text);
}

static int cmd_run(int argc, char **argv)
{
	struct run_options o = { .code = REASON_OTHER };
	struct suite suite = {};
	enum status status = STATUS_PASS;
	json_t *context = NULL, *boot;
	struct output output;
	struct sentence why;

	argp_parse(&run_argp, argc, argv, 0, NULL, &o);
	if (!o.lost)
		check_perf(&o);
	/* Before the suite is read, which asks how many endpoints there are. */
	if (o.bind && !o.lost)
		hold_devices(o.bind);
	read_suite(&o, &suite);
	check_cases(&suite);
	if (!o.lost && !o.without_module)
		check_half(&suite, &o);
	if (o.context_path)
		context = load_context(o.context_path);
	boot = record_boot(suite.name ? suite.name : "(command line)", context, o.context_path, o.lost, &why);
	if (!boot)
		die("%s", why.text);
	if (output_open(&output, o.output, boot, &why))
		die("%s", why.text);
	if (o.lost)
		record_lost(&o, &suite, boot);
	else
		status = run_all(&o, &suite, &output, boot);
	if (write_result(&output, boot))
		status = STATUS_USAGE;
	output_close(&output);
	json_decref(boot);
	json_decref(context);
	suite_free(&suite);
	free(o.words);
	free(o.perf);
	return status;
}

COMMAND(run) = {
	.name = "run",
	.summary = "run cases and write their result file",
	.argp = &run_argp,
	.run = cmd_run,
};
