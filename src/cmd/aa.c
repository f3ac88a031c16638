// SPDX-License-Identifier: GPL-2.0-only
/* aa.c - invbench aa: how often would a kernel be told from itself? */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarms.h"
#include "subcommand.h"
#include "json_text.h"
#include "gate_options.h"
#include "text.h"

#define TOLD_CASES	5 /* that alarmed most */
#define MAX_COMPARISONS 100000

struct arguments {
	size_t boots, comparisons; /* 0: as many as the bed takes */
	unsigned long seed;
	bool json;
	struct gate gate;
	char **pools;
	size_t nr_pools;
};

static const struct argp_option options[] = {
	{ "boots", 'b', "N", 0, "Boots in each set (default: 3 on bed icount, 1 on bed virtual, 8 elsewhere)", 0 },
	{ "comparisons", 'n', "N", 0, "How many pairs of sets (default: 200 on beds icount and virtual, 20 elsewhere)",
	  0 },
	{ "seed", 's', "S", 0, "Of the random draws (default: 1)", 0 },
	{ "json", 'j', NULL, 0, "Print JSON instead of the tables", 0 },
	{ 0 }
};

static unsigned long get_number(const char *option, const char *text, unsigned long least, unsigned long most)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || value < least || value > most)
		die("aa: --%s %s: not a number from %lu to %lu", option, text, least, most);
	return value;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &a->gate;
		return 0;
	case 'b':
		a->boots = get_number("boots", arg, 1, 500);
		return 0;
	case 'n':
		a->comparisons = get_number("comparisons", arg, 1, MAX_COMPARISONS);
		return 0;
	case 's':
		a->seed = get_number("seed", arg, 0, UINT_MAX); /* what mt19937 takes */
		return 0;
	case 'j':
		a->json = true;
		return 0;
	case ARGP_KEY_ARGS:
		a->pools = state->argv + state->next;
		a->nr_pools = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_NO_ARGS:
		die("aa: which boots? give a folder of one kernel's, RUN/KERNEL/BED");
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &gate_argp, 0, NULL, 0 }, { 0 } };

static const struct argp argp = {
	.options = options,
	.parser = parse_option,
	.children = children,
	.args_doc = "POOL...",
	.doc = "Compares boots of one kernel with other boots of it: each alarm is a false one.\v"
	       "POOL is a folder of boots of one kernel (RUN/KERNEL/BED). Two sets of its boots, with none in both, are drawn "
	       "at random and compared as `invbench check` compares two kernels, by the same options, many times over. What is "
	       "better is as false as what is worse.\n\n"
	       "A verdict promises a rate of at most alpha, 0.01, for a case. Intervals are Clopper and Pearson's; as draws "
	       "share boots, they are somewhat too narrow unless the pool is much larger than the sets.\n\n"
	       "Exit status: 0; 1 if the rate of cases with an alarm is above alpha with 99 % confidence (do not gate on this "
	       "bed as it is); 2 bad input. More: invbench-aa(1).",
};

/* One pool and what was found in it. */
struct trial {
	struct side pool;
	size_t boots;
	unsigned long seed;
	struct alarms alarms;
};

/* ---- tables ---- */

static void print_rate(size_t k, size_t n)
{
	const struct alarm_rate r = alarm_rate(k, n);

	printf("%6.2f %%  %6.2f..%.2f %%\n", 100 * r.rate, 100 * r.low, 100 * r.high);
}

static void print_tally(const char *what, const struct alarm_tally *t)
{
	if (!t->judged)
		return;
	printf("  %-14s %7zu %9zu %6zu %6zu  ", what, t->judged, t->undecided, t->worse, t->better);
	print_rate(t->alarms, t->judged);
}

/* A case that only failed has no metric that alarmed. */
static void print_alarmed(const struct alarms *alarms)
{
	size_t i;

	for (i = 0; i < alarms->nr_cases && i < TOLD_CASES; i++) {
		const struct alarm_case *c = &alarms->cases[i];

		if (!c->tally.alarms && !c->failed)
			return;
		printf("%s  %s: %zu of %zu (%zu worse, %zu better)", i ? "           " : "most alarms", c->name,
		       c->tally.alarms, c->tally.judged, c->tally.worse, c->tally.better);
		if (c->failed)
			printf(", and failed in one set alone %zu time%s", c->failed, c->failed == 1 ? "" : "s");
		putchar('\n');
	}
}

/* Where more boots are wanted, or a wider limit. */
static void print_undecided(const struct alarms *alarms)
{
	const struct alarm_case *most = NULL;
	size_t i, n = 0;

	for (i = 0; i < alarms->nr_cases; i++) {
		const struct alarm_case *c = &alarms->cases[i];

		n += c->tally.undecided > 0;
		if (c->tally.undecided && (!most || c->tally.undecided > most->tally.undecided))
			most = c;
	}
	if (most)
		printf("undecided    %zu case%s at least once, most often %s: %zu of %zu\n", n, n == 1 ? "" : "s",
		       most->name, most->tally.undecided, most->tally.judged);
}

static void print_trial(const struct trial *t)
{
	const struct boot *boot = side_speaker(&t->pool);
	const struct alarms *a = &t->alarms;
	int id;

	printf("pool    %s on %s: Linux %s, %zu boots, suite %s, ", t->pool.label, boot->bed.name, boot->kernel.release,
	       t->pool.nr_boots, boot->suite);
	text_print(stdout, t->pool.path, SIZE_MAX);
	putchar('\n');
	printf("drawn   %zu comparisons of %zu boots with %zu others, seed %lu\n\n", a->comparisons, t->boots, t->boots,
	       t->seed);
	printf("  %-14s %7s %9s %6s %6s  %8s  %s\n", "false alarms", "judged", "undecided", "worse", "better", "rate",
	       "99 % interval");
	for (id = 0; id < METRICS; id++)
		print_tally(metric_infos[id].title, &a->metrics[id]);
	print_tally("cases", &a->all_cases);
	printf("\ncheck would fail on %zu of %zu comparisons:  ", a->failing, a->comparisons);
	print_rate(a->failing, a->comparisons);
	printf("and be inconclusive on %zu\n", a->inconclusive);
	print_alarmed(a);
	print_undecided(a);
	if (alarms_too_many(a))
		printf("too many: with 99 %% confidence more than %g of the cases alarm; a gate on these boots would cry wolf\n",
		       COMPARE_ALPHA);
}

/* ---- JSON ---- */

static json_t *rate_to_json(size_t k, size_t n)
{
	const struct alarm_rate r = alarm_rate(k, n);

	return json_pack("{s:I, s:I, s:o, s:f, s:f}", "count", (json_int_t)k, "of", (json_int_t)n, "rate",
			 isnan(r.rate) ? json_null() : json_real(r.rate), "low", r.low, "high", r.high);
}

static json_t *tally_to_json(const struct alarm_tally *t)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:o}", "judged", (json_int_t)t->judged, "undecided",
			 (json_int_t)t->undecided, "worse", (json_int_t)t->worse, "better", (json_int_t)t->better,
			 "alarms", rate_to_json(t->alarms, t->judged));
}

static json_t *trial_to_json(const struct trial *t)
{
	const struct boot *boot = side_speaker(&t->pool);
	const struct alarms *a = &t->alarms;
	json_t *metrics = json_object(), *cases = json_array();
	size_t i;
	int id;

	for (id = 0; id < METRICS; id++)
		if (a->metrics[id].judged)
			json_object_set_new(metrics, metric_infos[id].key, tally_to_json(&a->metrics[id]));
	for (i = 0; i < a->nr_cases; i++) {
		json_t *json = tally_to_json(&a->cases[i].tally);

		json_object_set_new(json, "name", json_string(a->cases[i].name));
		json_object_set_new(json, "failed", json_integer((json_int_t)a->cases[i].failed));
		json_array_append_new(cases, json);
	}
	return json_pack("{s:o, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:I, s:b, s:o}", "path",
			 json_text(t->pool.path), "kernel", t->pool.label, "bed", boot->bed.name, "suite", boot->suite,
			 "pool", (json_int_t)t->pool.nr_boots, "boots", (json_int_t)t->boots, "comparisons",
			 (json_int_t)a->comparisons, "seed", (json_int_t)t->seed, "metrics", metrics, "any",
			 tally_to_json(&a->all_cases), "failing", rate_to_json(a->failing, a->comparisons),
			 "inconclusive", (json_int_t)a->inconclusive, "too_many", alarms_too_many(a), "cases", cases);
}

static void print_json(json_t *trials)
{
	json_t *json = json_pack("{s:s, s:i, s:f, s:f, s:o}", "format", "invbench-aa", "version", 1, "alpha",
				 COMPARE_ALPHA, "confidence", ALARMS_CONFIDENCE, "pools", trials);

	json_dumpf(json, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	putchar('\n');
	json_decref(json);
}

/* ---- the whole ---- */

static void check_gate(const struct gate *gate, const struct side *pool)
{
	struct sentence why;
	struct comparison c;

	if (compare_sides(pool, 1, &c, &why))
		die("%s", why.text);
	gate_check_comparisons(gate, &c, 1);
	compare_free(&c);
}

static void try(const struct arguments *a, const char *path, struct trial *t)
{
	struct sentence why;
	size_t comparisons;
	bool counts;

	if (side_load(path, &t->pool, &why))
		die("%s", why.text);
	check_gate(&a->gate, &t->pool);
	counts = t->pool.boots[0]->bed.kind->counts;
	t->boots = a->boots					? a->boots :
		   counts && !t->pool.boots[0]->bed.kind->exact ? 3 :
								  t->pool.boots[0]->bed.kind->boots;
	t->seed = a->seed;
	comparisons = a->comparisons ? a->comparisons : counts ? 200 : 20;
	if (alarms_count(&t->pool, &a->gate, t->boots, comparisons, t->seed, &t->alarms, &why))
		die("aa: %s", why.text);
}

static int run_aa(int argc, char **argv)
{
	struct arguments a = { .seed = 1 };
	int status = STATUS_PASS;
	json_t *json;
	size_t i;

	argp_parse(&argp, argc, argv, 0, NULL, &a);
	json = a.json ? json_array() : NULL;
	for (i = 0; i < a.nr_pools; i++) {
		struct trial t;

		try(&a, a.pools[i], &t);
		if (json) {
			json_array_append_new(json, trial_to_json(&t));
		} else {
			if (i)
				putchar('\n');
			print_trial(&t);
		}
		status = alarms_too_many(&t.alarms) ? STATUS_FAIL : status;
		alarms_free(&t.alarms);
		side_free(&t.pool);
	}
	if (json)
		print_json(json);
	gate_free(&a.gate);
	if (fflush(stdout) || ferror(stdout))
		die("cannot write to stdout: %m");
	return status;
}

COMMAND(aa) = {
	.name = "aa",
	.summary = "how often a kernel would be told from itself: the rate of false alarms",
	.argp = &argp,
	.run = run_aa,
};
