// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf_stat.c - `invbench run --perf`: events that perf counts during a pass.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_foreign.h"
#include "json_text.h"
#include "perf.h"
#include "sysfs.h"
#include "text.h"
#include "xalloc.h"

/* ---- which events ---- */

#define SMMU_PMU  "smmuv3_pmcg_"
#define COUNT_MAX 9223372036854775808.0

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

/* What was read; what cannot be is left out, and named. */
struct counts {
	json_t *events;
	json_t *left_out; /* event: why */
	char *note;	  /* the first line that is none of perf's, or NULL */
};

static const char *const needed[] = { "event", "counter-value", "unit", "event-runtime", "pcnt-running", NULL };

/* smmuv3_pmcg_2b442/tlb_miss/ is one of many, which are added up: smmuv3_pmcg/tlb_miss/. */
static char *event_name(const char *event)
{
	const char *rest = strchr(event, '/');

	if (!strncmp(event, SMMU_PMU, strlen(SMMU_PMU)) && rest)
		return xasprintf("%.*s%s", (int)strlen(SMMU_PMU) - 1, SMMU_PMU, rest);
	return xstrdup(event);
}

/* perf writes digits and a point; in some locales a comma, after which three digits could be thousands. */
static bool read_digits(const char *text, double *value)
{
	const size_t whole = strspn(text, "0123456789"),
		     part = text[whole] ? strspn(text + whole + 1, "0123456789") : 0;
	char *copy;

	if (!whole || (text[whole] && (!part || text[whole + 1 + part] || !strchr(".,", text[whole]))) ||
	    (text[whole] == ',' && part == 3))
		return false;
	copy = xstrdup(text);
	if (copy[whole])
		copy[whole] = '.';
	*value = strtod(copy, NULL);
	free(copy);
	return true;
}

/* No counter of 64 bits gets as far as COUNT_MAX while a pass lasts, but one that went below 0 is beyond it. */
static bool read_count(const json_t *line, const char *key, double *value)
{
	const json_t *json = json_object_get(line, key);

	*value = json_number_value(json);
	if (json_is_string(json) && !read_digits(json_string_value(json), value))
		return false;
	return (json_is_string(json) || json_is_number(json)) && *value >= 0 && *value < COUNT_MAX;
}

/* The part of the time that it was counted in: all of it, if perf says nothing else. */
static bool read_running(const json_t *line, double *running)
{
	double percent = 100;

	if (json_object_get(line, "pcnt-running") && !read_count(line, "pcnt-running", &percent))
		return false;
	*running = percent / 100;
	return percent <= 100;
}

static bool is_zero(const json_t *line, const char *key)
{
	double value;

	return json_object_get(line, key) && (!read_count(line, key, &value) || !value);
}

/* What a line says, or why it cannot be trusted. */
static bool read_values(const json_t *line, double *value, double *running, struct sentence *why)
{
	const char *said = json_string_value(json_object_get(line, "counter-value"));

	if (!read_count(line, "counter-value", value))
		sentence(why, 0, "%.80s%s", said ?: "its value", said && *said == '<' ? "" : " is no count");
	else if (!read_running(line, running))
		sentence(why, 0, "perf does not say how much of the time it was counted");
	else if (!*running || is_zero(line, "event-runtime"))
		sentence(why, 0, "it was counted at no time");
	else
		return true;
	return false;
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
static void read_event(struct counts *c, const json_t *line)
{
	const char *event = json_string_value(json_object_get(line, "event"));
	const char *unit = json_string_value(json_object_get(line, "unit"));
	double value, running;
	struct sentence why;
	char *name;

	if (!event || !*event || !json_object_get(line, "counter-value"))
		return;
	name = event_name(event);
	if (read_values(line, &value, &running, &why))
		add_event(c->events, name, value, unit ? unit : "", running);
	else if (!json_object_get(c->left_out, name))
		json_object_set_new(c->left_out, name, json_string(why.text));
	free(name);
}

/* Beside events perf may write what it likes, as that it would need another kernel to count better. */
static void read_line(struct counts *c, const char *line)
{
	struct sentence why;
	json_t *json = json_foreign(line, needed, &why);

	if (json) {
		json_make_lines(json);
		read_event(c, json);
		json_decref(json);
	} else if (*line && *line != '#') {
		if (!c->note)
			c->note = xstrdup(line);
		if (strchr(line, '{'))
			json_object_set_new(c->left_out, "a line that is no JSON", json_text(line));
	}
}

/* Of a sum that lacks one of its parts nothing can be said. */
static void finish_sums(struct counts *c)
{
	const char *name;
	json_t *value;

	json_object_foreach (c->left_out, name, value)
		json_object_del(c->events, name);
}

/* "cycles: <not counted>; faults: it was counted at no time" */
static void name_left_out(const struct counts *c, struct sentence *why)
{
	const char *name;
	json_t *value;

	why->text[0] = '\0';
	json_object_foreach (c->left_out, name, value)
		text_append(why->text, sizeof(why->text), "%s%.200s: %.200s", *why->text ? "; " : "", name,
			    json_string_value(value));
	text_make_line(why->text);
}

/* With nothing counted: why that is. */
static void tell_nothing(const struct counts *c, struct sentence *why)
{
	struct sentence left_out;

	name_left_out(c, &left_out);
	if (json_object_size(c->left_out) && !json_object_get(c->left_out, "a line that is no JSON"))
		sentence(why, 0, "this machine cannot count %s", left_out.text);
	else if (c->note)
		sentence(why, 0, "perf wrote no JSON: %.80s", c->note);
	else
		sentence(why, 0, "perf counted nothing");
}

json_t *perf_parse_stat(const char *text, struct sentence *why)
{
	struct counts c = { .events = json_object(), .left_out = json_object() };
	char *copy = xstrdup(text), *rest = copy, *line;

	while ((line = strsep(&rest, "\n")))
		read_line(&c, line);
	finish_sums(&c);
	if (json_object_size(c.events)) {
		name_left_out(&c, why);
	} else {
		tell_nothing(&c, why);
		json_decref(c.events);
		c.events = NULL;
	}
	json_decref(c.left_out);
	free(c.note);
	free(copy);
	return c.events;
}

/* ---- the pass ---- */

struct stat_state {
	const char *events;
	struct perf perf;
	json_t *counts;
	struct sentence left_out; /* of them; "": nothing */
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
	if (!s->counts)
		return -EIO;
	s->left_out = *why;
	if (*s->left_out.text)
		say("perf's counts: left out: %s", s->left_out.text);
	return 0;
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
	if (*s->left_out.text)
		json_object_set_new(json, "perf_left_out", json_string(s->left_out.text));
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
