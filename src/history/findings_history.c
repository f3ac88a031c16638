// SPDX-License-Identifier: GPL-2.0-only
/* findings_history.c - findings made of what the history says of a kernel. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fewer.h"
#include "findings_history.h"
#include "xalloc.h"

/* What the history says of a case: findings.h has what each kind is. */
static enum finding_kind kind_of(const struct history_judged *j)
{
	switch (j->verdict) {
	case VERDICT_WORSE:
		/* A figure makes it one, if it is not the case as such. */
		return j->status == STATUS_PASS ? FINDING_FINE : FINDING_REGRESSION;
	case VERDICT_BETTER:
	case VERDICT_SAME:
		return FINDING_FINE;
	case VERDICT_NONE:
		return FINDING_SKIPPED;
	default:
		return FINDING_INCONCLUSIVE;
	}
}

static enum finding_outcome outcome_of(const struct history_judged *j)
{
	if (j->absent)
		return OUTCOME_ABSENT;
	switch (j->status) {
	case STATUS_PASS:
		return OUTCOME_PASS;
	case STATUS_SKIP:
		return OUTCOME_SKIP;
	case STATUS_LOST:
		return OUTCOME_LOST;
	default:
		return OUTCOME_FAIL;
	}
}

/* As often as in each earlier build, and now less; or not at all any more (fewer.h). */
static bool is_fewer(const struct history_figure *f, enum metric_id id)
{
	return fewer_is_of(id) && f->verdict == VERDICT_BETTER && (f->low == f->high || f->value == 0);
}

static enum finding_kind figure_kind(enum verdict verdict)
{
	if (verdict == VERDICT_WORSE)
		return FINDING_REGRESSION;
	return verdict == VERDICT_INCONCLUSIVE ? FINDING_INCONCLUSIVE : FINDING_FINE;
}

/* The fences as changes of the median. */
static double apart(double fence, double median)
{
	return median == fence ? 0 : (fence - median) / fabs(median);
}

/* @fewer: what has less of a count than before is told as such. */
static void add_figures(const struct history_judged *j, const struct bed_kind *kind, bool fewer,
			struct finding *finding)
{
	int id;

	for (id = 0; id < METRICS; id++) {
		const struct history_figure *f = &j->figures[id];

		if (!f->judged)
			continue;
		finding_add_figure(finding, &(struct finding_figure){ .key = metric_infos[id].key,
								      .title = metric_infos[id].title,
								      .unit = metric_unit((enum metric_id)id, kind),
								      .kind = fewer && is_fewer(f, (enum metric_id)id) ?
										      FINDING_FEWER :
										      figure_kind(f->verdict),
								      .better = f->verdict == VERDICT_BETTER,
								      .base = f->median,
								      .value = f->value,
								      .change = f->change,
								      .low = apart(f->low, f->median),
								      .high = apart(f->high, f->median),
								      .span = "earlier builds reach",
								      .limit = f->min_effect });
	}
}

/* If the case sends less than before. */
static bool asks_for_check(const struct side *side, const struct compare_options *options, const char *name)
{
	const struct result_case *rc = boot_case(side->boots[0], name);

	return rc && !options->allow_fewer && !fewer_is_right(rc->params) &&
	       !fewer_is_checked(side, options->checked, name);
}

void findings_history(const struct history_judgement *judgement, const struct side *side,
		      const struct compare_options *options, const struct case_globs *globs, struct findings *f)
{
	const struct bed_kind *kind = bed_kind_find(judgement->bed);
	char base[64];
	size_t i;

	if (judgement->builds)
		snprintf(base, sizeof(base), "its last %zu build%s", judgement->builds,
			 judgement->builds == 1 ? "" : "s");
	else
		snprintf(base, sizeof(base), "its history");
	findings_init(f, judgement->kernel, base, judgement->bed, findings_about(side));
	free(f->note);
	f->note = xstrdup(judgement->note);
	for (i = 0; i < judgement->count; i++) {
		const struct history_judged *j = &judgement->list[i];

		if (case_globs_choose(globs, j->name))
			add_figures(j, kind, asks_for_check(side, options, j->name),
				    findings_add(f, j->name, j->workload, kind_of(j), outcome_of(j), j->why));
	}
}
