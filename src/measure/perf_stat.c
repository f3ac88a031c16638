// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf_stat.c - `invbench run --perf`: events that perf counts during a pass.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perf.h"
#include "sysfs.h"
#include "xalloc.h"

/* ---- which events ---- */

#define SMMU_PMU "smmuv3_pmcg_"

/* Those of the SMMUv3's counters that say something about invalidation: what is cached no more, and what ATS asks for again. */
static const char *const smmu_events[] = {
	"transaction",		"tlb_miss",	     "config_cache_miss",     "trans_table_walk_access",
	"config_struct_access", "pcie_ats_trans_rq", "pcie_ats_trans_passed",
};

/* An SMMU has those that its counters can count. */
static void add_smmu(FILE *out, const char *pmu, bool *any)
{
	for (size_t i = 0; i < sizeof(smmu_events) / sizeof(smmu_events[0]); i++) {
		if (!sysfs_exists("bus/event_source/devices/%s/events/%s", pmu, smmu_events[i]))
			continue;
		fprintf(out, "%s%s/%s/", *any ? "," : "", pmu, smmu_events[i]);
		*any = true;
	}
}

/* NULL if there are none. */
static char *all_smmu_events(void)
{
	struct dirent **names;
	char *events = NULL;
	bool any = false;
	size_t size;
	FILE *out;
	int n = sysfs_list(&names, "bus/event_source/devices");

	if (n < 0)
		return NULL;
	out = xmemstream(&events, &size);
	for (int i = 0; i < n; i++) {
		if (!strncmp(names[i]->d_name, SMMU_PMU, strlen(SMMU_PMU)))
			add_smmu(out, names[i]->d_name, &any);
	}
	fclose(out);
	sysfs_list_free(names, n);
	if (any)
		return events;
	free(events);
	return NULL;
}

int perf_add_events(char **events, const char *arg, struct sentence *why)
{
	bool smmu = !strcmp(arg, "smmu");
	char *more = smmu ? all_smmu_events() : xstrdup(arg), *all;

	if (smmu && !more)
		return sentence(why, -ENODEV,
				"--perf=smmu: no SMMU of this machine has counters: there is no " SMMU_PMU "* in "
				"/sys/bus/event_source/devices (firmware, and driver arm_smmuv3_pmu)");
	all = xasprintf("%s%s%s", *events ? *events : "", *events ? "," : "", more);
	free(more);
	free(*events);
	*events = all;
	return 0;
}

/* ---- what perf counted ---- */

/* smmuv3_pmcg_2b442/tlb_miss/ is one of many, which are added up: smmuv3_pmcg/tlb_miss/. */
static void event_name(const char *event, char *name, size_t size)
{
	const char *rest = strchr(event, '/');

	if (!strncmp(event, SMMU_PMU, strlen(SMMU_PMU)) && rest)
		snprintf(name, size, "%.*s%s", (int)strlen(SMMU_PMU) - 1, SMMU_PMU, rest);
	else
		snprintf(name, size, "%s", event);
}

static double number_of(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

static void add_event(json_t *events, const char *name, double value, const char *unit, double running)
{
	const json_t *before = json_object_get(events, name);

	if (before) {
		value += number_of(before, "value");
		if (number_of(before, "running") < running)
			running = number_of(before, "running");
	}
	json_object_set_new(events, name, json_pack("{sf, ss, sf}", "value", value, "unit", unit, "running", running));
}

/* A metric, which perf computes from events, has no event of its own, and is left out. */
static int parse_line(json_t *events, const json_t *line, struct sentence *why)
{
	const char *event = json_string_value(json_object_get(line, "event"));
	const char *value = json_string_value(json_object_get(line, "counter-value"));
	const char *unit = json_string_value(json_object_get(line, "unit"));
	char name[128], *end;
	double number;

	if (!event || !value)
		return 0;
	number = strtod(value, &end);
	if (end == value || *end)
		return sentence(why, -EOPNOTSUPP, "this machine cannot count %s: %s", event, value);
	event_name(event, name, sizeof(name));
	add_event(events, name, number, unit ? unit : "", number_of(line, "pcnt-running") / 100);
	return 0;
}

json_t *perf_parse_stat(const char *text, struct sentence *why)
{
	json_t *events = json_object();
	json_error_t error;
	int err = 0;

	for (const char *line = text; *line && !err; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t length = strcspn(line, "\n");
		json_t *json;

		if (!length || *line == '#')
			continue;
		json = json_loadb(line, length, 0, &error);
		err = json ? parse_line(events, json, why) :
			     sentence(why, -EINVAL, "perf wrote no JSON: %.*s", (int)(length < 80 ? length : 80), line);
		json_decref(json);
	}
	if (!err && !json_object_size(events))
		err = sentence(why, -ENODATA, "perf counted nothing");
	if (!err)
		return events;
	json_decref(events);
	return NULL;
}

/* ---- the pass ---- */

struct stat_state {
	const char *events;
	struct perf perf;
	json_t *counts;
};

static int start(struct stat_state *s, struct sentence *why)
{
	const char *const args[] = { "stat", "-a", "-j", "-e", s->events, NULL };
	int err = perf_start(&s->perf, args, true, NULL, why);

	return err ?: perf_tell(&s->perf, "enable", why);
}

static int finish(struct stat_state *s, struct sentence *why)
{
	char *text;
	int err = perf_tell(&s->perf, "disable", why) ?:
			  perf_finish(&s->perf, why)  ?:
							perf_text(&s->perf.spawn.out, &text, why);

	if (err)
		return err;
	s->counts = perf_parse_stat(text, why);
	free(text);
	return s->counts ? 0 : -EIO;
}

int perf_stat_check(const char *events, struct sentence *why)
{
	struct stat_state s = { .events = events, .perf = PERF_NONE };
	int err = start(&s, why) ?: finish(&s, why);

	json_decref(s.counts);
	perf_stop(&s.perf);
	return err;
}

static int begin(struct extra_pass *x)
{
	struct stat_state *s = x->state;
	struct sentence why;

	return start(s, &why) ? extra_error(x, "%s", why.text) : 0;
}

static int end(struct extra_pass *x)
{
	struct stat_state *s = x->state;
	struct sentence why;

	return finish(s, &why) ? extra_error(x, "%s", why.text) : 0;
}

static int record(struct extra_pass *x, const struct run_case *c, json_t *json)
{
	struct stat_state *s = x->state;

	json_object_set(json, "perf", s->counts);
	json_object_set_new(json, "perf_ops", json_integer((json_int_t)c->pass_ops));
	return 0;
}

static void forget(struct extra_pass *x)
{
	struct stat_state *s = x->state;

	json_decref(s->counts);
	s->counts = NULL;
	perf_stop(&s->perf);
}

enum status perf_stat_cases(const char *events, const struct suite *suite, unsigned int sub_bits, json_t *cases)
{
	struct stat_state s = { .events = events, .perf = PERF_NONE };
	struct extra_pass x = {
		.name = "perf's counts",
		.unmarked = true,
		.state = &s,
		.begin = begin,
		.end = end,
		.record = record,
		.forget = forget,
	};

	return extra_cases(&x, suite, sub_bits, cases);
}
