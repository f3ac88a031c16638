// SPDX-License-Identifier: GPL-2.0-only
/* gate.c - what a gate judges, and by which limits. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate.h"
#include "verdict.h"
#include "xalloc.h"

/* The metrics that have verdicts on some bed, for people. */
static const char *judged_metrics(void)
{
	static char list[256];
	int id;

	list[0] = '\0';
	for (id = 0; id < METRICS; id++)
		if (metric_infos[id].judged != JUDGED_NOWHERE)
			snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s", *list ? ", " : "",
				 metric_infos[id].key);
	return list;
}

static int find_metric(const char *key, size_t length, enum metric_id *metric, struct sentence *why)
{
	int id;

	for (id = 0; id < METRICS; id++)
		if (metric_infos[id].judged != JUDGED_NOWHERE && strlen(metric_infos[id].key) == length &&
		    !strncmp(metric_infos[id].key, key, length)) {
			*metric = (enum metric_id)id;
			return 0;
		}
	return sentence(why, -EINVAL, "no metric '%.*s' is judged; there are: %s", (int)length, key, judged_metrics());
}

int gate_choose_metrics(struct gate *gate, const char *keys, struct sentence *why)
{
	while (true) {
		const size_t length = strcspn(keys, ",");
		enum metric_id id;
		int err = find_metric(keys, length, &id, why);

		if (err)
			return err;
		gate->judge.chosen[id] = true;
		if (!keys[length])
			return 0;
		keys += length + 1;
	}
}

int gate_set_limit(struct gate *gate, const char *limit, struct sentence *why)
{
	const char *equals = strchr(limit, '=');
	enum metric_id id;
	double percent;
	char *end;
	int err;

	if (!equals)
		return sentence(why, -EINVAL, "--limit %s: say METRIC=PERCENT; metrics are: %s", limit,
				judged_metrics());
	errno = 0;
	percent = strtod(equals + 1, &end);
	if (end == equals + 1 || *end || errno || !isfinite(percent) || percent <= 0)
		return sentence(why, -EINVAL, "--limit %s: '%s' is not a percentage above 0", limit, equals + 1);
	err = find_metric(limit, (size_t)(equals - limit), &id, why);
	if (!err)
		gate->judge.min_effect[id] = percent / 100;
	return err;
}

void gate_add_case(struct gate *gate, char *glob)
{
	*xappend(gate->globs.list, gate->globs.count) = glob;
}

int gate_check_limits(const struct gate *gate, struct sentence *why)
{
	const struct compare_options *o = &gate->judge;
	bool some = false;
	int id;

	for (id = 0; id < METRICS; id++)
		some |= o->chosen[id];
	for (id = 0; id < METRICS && some; id++)
		if (o->min_effect[id] > 0 && !o->chosen[id])
			return sentence(why, -EINVAL, "--limit %s: --metric leaves that metric out",
					metric_infos[id].key);
	return 0;
}

static bool chooses(const char *glob, const struct comparison *c)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (case_glob_matches(glob, c->rows[i].name))
			return true;
	return false;
}

static bool chooses_any(const char *glob, const struct comparison *comparisons, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (chooses(glob, &comparisons[i]))
			return true;
	return false;
}

const char *gate_find_unmatched(const struct gate *gate, const struct comparison *comparisons, size_t count)
{
	size_t i;

	for (i = 0; i < gate->globs.count; i++)
		if (!chooses_any(gate->globs.list[i], comparisons, count))
			return gate->globs.list[i];
	return NULL;
}

int gate_check_metrics(const struct gate *gate, const struct comparison *comparisons, size_t count,
		       struct sentence *why)
{
	size_t i;
	int id;

	for (i = 0; i < count; i++)
		for (id = 0; id < METRICS; id++)
			if ((gate->judge.chosen[id] || gate->judge.min_effect[id] > 0) &&
			    !compare_judges_unasked(&comparisons[i], (enum metric_id)id))
				return sentence(
					why, -EINVAL,
					"metric '%s' is judged where boots are equal in every byte, not on bed %s: "
					"leave it out of --metric and --limit",
					metric_infos[id].key, comparisons[i].bed->name);
	return 0;
}

void gate_free(struct gate *gate)
{
	free(gate->globs.list);
	memset(gate, 0, sizeof(*gate));
}
