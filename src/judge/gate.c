// SPDX-License-Identifier: GPL-2.0-only
/* gate.c - what a gate judges, and by which limits. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate.h"
#include "status.h"
#include "xalloc.h"

static const struct argp_option options[] = {
	{ "metric", 'm', "METRIC[,METRIC]", 0, "Judge these metrics alone", 0 },
	{ "limit", 'l', "METRIC=PERCENT", 0, "From which change for the worse on a metric is a regression", 0 },
	{ "case", 'c', "GLOB", 0, "Only cases of this name or pattern, as in 'dma*devices=8*'; may be given again", 0 },
	{ 0 }
};

/* The metrics that have verdicts, for people. */
static const char *judged_metrics(void)
{
	static char list[256];
	int id;

	list[0] = '\0';
	for (id = 0; id < METRICS; id++)
		if (metric_infos[id].judged)
			snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s", *list ? ", " : "",
				 metric_infos[id].key);
	return list;
}

static enum metric_id find_metric(const char *key, size_t length)
{
	int id;

	for (id = 0; id < METRICS; id++)
		if (metric_infos[id].judged && strlen(metric_infos[id].key) == length &&
		    !strncmp(metric_infos[id].key, key, length))
			return (enum metric_id)id;
	die("no metric '%.*s' is judged; there are: %s", (int)length, key, judged_metrics());
}

static void choose_metrics(struct compare_options *o, const char *keys)
{
	while (true) {
		const size_t length = strcspn(keys, ",");

		o->chosen[find_metric(keys, length)] = true;
		if (!keys[length])
			return;
		keys += length + 1;
	}
}

static void set_limit(struct compare_options *o, const char *limit)
{
	const char *equals = strchr(limit, '=');
	double percent;
	char *end;

	if (!equals)
		die("--limit %s: say METRIC=PERCENT; metrics are: %s", limit, judged_metrics());
	errno = 0;
	percent = strtod(equals + 1, &end);
	if (end == equals + 1 || *end || errno || !isfinite(percent) || percent <= 0)
		die("--limit %s: '%s' is not a percentage above 0", limit, equals + 1);
	o->min_effect[find_metric(limit, (size_t)(equals - limit))] = percent / 100;
}

static void add_glob(struct case_globs *globs, char *glob)
{
	*xappend(globs->list, globs->count) = glob;
}

/* Once all options are known. */
static void check_limits(const struct compare_options *o)
{
	bool some = false;
	int id;

	for (id = 0; id < METRICS; id++)
		some |= o->chosen[id];
	for (id = 0; id < METRICS && some; id++)
		if (o->min_effect[id] > 0 && !o->chosen[id])
			die("--limit %s: --metric leaves that metric out", metric_infos[id].key);
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct gate *gate = state->input;

	switch (key) {
	case 'm':
		choose_metrics(&gate->judge, arg);
		return 0;
	case 'l':
		set_limit(&gate->judge, arg);
		return 0;
	case 'c':
		add_glob(&gate->globs, arg);
		return 0;
	case ARGP_KEY_END:
		check_limits(&gate->judge);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp gate_argp = { .options = options, .parser = parse_option };

void gate_free(struct gate *gate)
{
	free(gate->globs.list);
	memset(gate, 0, sizeof(*gate));
}

static bool chooses(const char *glob, const struct comparison *c)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (case_glob_matches(glob, c->rows[i].name))
			return true;
	return false;
}

static void check_glob(const char *glob, const struct comparison *comparisons, size_t count)
{
	size_t i, row;

	for (i = 0; i < count; i++)
		if (chooses(glob, &comparisons[i]))
			return;
	say("--case %s: no case is called so; there are:", glob);
	for (i = 0; i < count; i++)
		for (row = 0; row < comparisons[i].nr_rows; row++)
			say("  %s", comparisons[i].rows[row].name);
	exit(STATUS_USAGE);
}

void gate_check_cases(const struct gate *gate, const struct comparison *comparisons, size_t count)
{
	size_t i;

	for (i = 0; i < gate->globs.count; i++)
		check_glob(gate->globs.list[i], comparisons, count);
}
