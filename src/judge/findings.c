// SPDX-License-Identifier: GPL-2.0-only
/* findings.c - what a gate says of a kernel: case by case, did it get worse? */
#include <fnmatch.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "fewer.h"
#include "findings.h"
#include "xalloc.h"

const char *finding_name(enum finding_kind kind)
{
	static const char *const names[FINDING_KINDS] = {
		[FINDING_FINE] = "fine",   [FINDING_SKIPPED] = "skipped",	[FINDING_INCONCLUSIVE] = "inconclusive",
		[FINDING_FEWER] = "fewer", [FINDING_REGRESSION] = "regression",
	};

	return names[kind];
}

bool finding_fails(enum finding_kind kind)
{
	return kind == FINDING_FEWER || kind == FINDING_REGRESSION;
}

/* ---- made of anything ---- */

void findings_init(struct findings *f, const char *kernel, const char *base, const char *bed, json_t *about)
{
	*f = (struct findings){ xstrdup(kernel), xstrdup(base), xstrdup(bed), xstrdup(""), about, NULL, 0 };
}

void findings_free(struct findings *f)
{
	size_t i;

	for (i = 0; i < f->count; i++) {
		free(f->list[i].name);
		free(f->list[i].workload);
		free(f->list[i].reason);
		free(f->list[i].figures);
		json_decref(f->list[i].params);
	}
	free(f->list);
	free(f->kernel);
	free(f->base);
	free(f->bed);
	free(f->note);
	json_decref(f->about);
	memset(f, 0, sizeof(*f));
}

struct finding *findings_add(struct findings *f, const char *name, const char *workload, enum finding_kind kind,
			     enum finding_outcome outcome, const char *reason)
{
	struct finding *finding = xappend(f->list, f->count);

	*finding = (struct finding){ kind, outcome, xstrdup(name), xstrdup(workload), xstrdup(reason), NULL, NULL, 0 };
	return finding;
}

void finding_add_figure(struct finding *finding, const struct finding_figure *figure)
{
	*xappend(finding->figures, finding->nr_figures) = *figure;
	if (finding_fails(figure->kind) && figure->kind > finding->kind)
		finding->kind = figure->kind;
}

/* ---- made of a comparison ---- */

/* A case on one side. Boots that lack it say nothing about those that have it. */
struct standing {
	enum finding_outcome outcome;
	char *reason;
};

static size_t boots_with(const struct side *side, const struct cell *cell, bool *all_pass)
{
	size_t i, n = 0;

	*all_pass = true;
	for (i = 0; i < side->nr_boots; i++) {
		n += cell->cases[i] != NULL;
		*all_pass &= !cell->cases[i] || cell->cases[i]->status == STATUS_PASS;
	}
	return n;
}

static struct standing standing(const struct side *side, const struct cell *cell)
{
	bool all_pass;
	const size_t n = boots_with(side, cell, &all_pass);

	if (!n)
		return (struct standing){ OUTCOME_ABSENT, xasprintf("%s does not have the case", side->label) };
	if (all_pass && n < side->nr_boots)
		return (struct standing){ OUTCOME_ABSENT, xasprintf("%zu of %zu boots of %s do not have the case",
								    side->nr_boots - n, side->nr_boots, side->label) };
	switch (cell->status) {
	case STATUS_PASS:
		return (struct standing){ OUTCOME_PASS, xstrdup("") };
	case STATUS_SKIP:
		return (struct standing){ OUTCOME_SKIP, xstrdup(cell->reason) };
	case STATUS_LOST:
		return (struct standing){ OUTCOME_LOST, xstrdup(cell->reason) };
	default:
		return (struct standing){ OUTCOME_FAIL, xstrdup(cell->reason) };
	}
}

static const char *now(enum finding_outcome outcome)
{
	static const char *const words[] = {
		[OUTCOME_PASS] = "passes now",	[OUTCOME_FAIL] = "fails now",	 [OUTCOME_LOST] = "lost now",
		[OUTCOME_SKIP] = "skipped now", [OUTCOME_ABSENT] = "absent now",
	};

	return words[outcome];
}

static const char *before(enum finding_outcome outcome)
{
	static const char *const words[] = {
		[OUTCOME_PASS] = "passed",  [OUTCOME_FAIL] = "failed",	     [OUTCOME_LOST] = "was lost",
		[OUTCOME_SKIP] = "skipped", [OUTCOME_ABSENT] = "was absent",
	};

	return words[outcome];
}

static bool has_in_any(const struct side *side, const struct cell *cell)
{
	bool all_pass;

	return boots_with(side, cell, &all_pass) > 0;
}

/* Of cases of which at least one side has no value. The reason is the new side's where both have one. */
static struct finding *add_valueless(struct findings *f, const struct row *row, const struct standing *base,
				     const struct standing *new, bool in_base)
{
	enum finding_kind kind = FINDING_INCONCLUSIVE;
	const bool bad = new->outcome == OUTCOME_FAIL || new->outcome == OUTCOME_LOST;
	struct finding *finding;
	char *reason;

	if (bad && base->outcome == OUTCOME_PASS)
		kind = FINDING_REGRESSION;
	else if ((new->outcome == OUTCOME_SKIP && base->outcome == OUTCOME_SKIP) ||
		 (!in_base && (new->outcome == OUTCOME_SKIP || new->outcome == OUTCOME_PASS)))
		kind = FINDING_SKIPPED;

	if (new->outcome == OUTCOME_PASS)
		reason = in_base ? xasprintf("%s before: %s", before(base->outcome), base->reason) :
				   xstrdup(base->reason);
	else if (base->outcome == OUTCOME_PASS)
		reason = xasprintf("%s: %s", now(new->outcome), new->reason);
	else if (new->outcome == OUTCOME_SKIP && base->outcome == OUTCOME_SKIP)
		reason = xasprintf("skipped on both: %s", new->reason);
	else
		reason = xasprintf("%s: %s; %s before", now(new->outcome), new->reason, before(base->outcome));
	finding = findings_add(f, row->name, row->workload, kind, new->outcome, reason);
	free(reason);
	return finding;
}

/* A metric that the new side alone lacks is one that nobody looked at. */
static enum finding_kind figure_kind(const struct metric *base, const struct metric *new)
{
	if (!new->compared)
		return base->present ? FINDING_INCONCLUSIVE : FINDING_FINE;
	switch (new->verdict) {
	case VERDICT_WORSE:
		return FINDING_REGRESSION;
	case VERDICT_BETTER:
	case VERDICT_SAME:
		return FINDING_FINE;
	default:
		return FINDING_INCONCLUSIVE;
	}
}

static void add_figures(const struct comparison *c, const struct row *row, size_t side, struct finding *finding)
{
	int id;

	for (id = 0; id < METRICS; id++) {
		const struct metric *base = &row->cells[0].metrics[id], *new = &row->cells[side].metrics[id];
		const bool compared = new->compared;
		const bool fewer = !c->options.allow_fewer && fewer_in_row(c, row, side, (enum metric_id)id);

		if (!fewer && (!compare_judges(c, (enum metric_id)id) || (!base->present && !new->present)))
			continue;
		finding_add_figure(finding,
				   &(struct finding_figure){ .key = metric_infos[id].key,
							     .title = metric_infos[id].title,
							     .unit = metric_unit((enum metric_id)id, c->bed->kind),
							     .kind = fewer ? FINDING_FEWER : figure_kind(base, new),
							     .better = new->verdict == VERDICT_BETTER,
							     .base = base->present ? base->value : NAN,
							     .value = new->present ? new->value : NAN,
							     .change = compared ? new->change : NAN,
							     .low = compared ? new->low : NAN,
							     .high = compared ? new->high : NAN,
							     .span = new->is_range ? "range" : "99 % interval",
							     .limit = compare_min_effect(c, (enum metric_id)id) });
	}
}

/* Both sides passed. */
static struct finding *add_judged(const struct comparison *c, const struct row *row, size_t side, struct findings *f)
{
	const struct cell *cell = &row->cells[side];
	enum finding_kind kind = FINDING_INCONCLUSIVE;
	const char *reason = "";
	struct finding *finding;

	switch (cell->verdict) {
	case VERDICT_BETTER:
	case VERDICT_SAME:
	case VERDICT_WORSE:
		kind = FINDING_FINE;
		break;
	case VERDICT_NOT_COMPARED:
		reason = cell->why;
		break;
	default:
		reason = f->note;
	}
	finding = findings_add(f, row->name, row->workload, kind, OUTCOME_PASS, reason);
	if (cell->verdict != VERDICT_NOT_COMPARED)
		add_figures(c, row, side, finding);
	return finding;
}

/* What an oracle found makes it worse than any figure does. */
static void tell_caught(struct finding *finding, const char *what)
{
	finding->kind = FINDING_REGRESSION;
	free(finding->reason);
	finding->reason = xasprintf("in its checked boots: %s", what);
}

static void add_case(const struct comparison *c, const struct row *row, size_t side, struct findings *f)
{
	const bool in_base = has_in_any(&c->sides[0], &row->cells[0]);
	struct standing base = standing(&c->sides[0], &row->cells[0]);
	struct standing new = standing(&c->sides[side], &row->cells[side]);
	struct finding *finding;
	const char *caught;

	if (base.outcome == OUTCOME_PASS && new.outcome == OUTCOME_PASS) {
		finding = add_judged(c, row, side, f);
	} else {
		finding = add_valueless(f, row, &base, &new, in_base);
		if (new.outcome == OUTCOME_PASS)
			add_figures(c, row, side, finding);
	}
	caught = fewer_caught(c->options.checked, row->name);
	if (caught)
		tell_caught(finding, caught);
	finding->params = json_incref((json_t *)row->params);
	free(base.reason);
	free(new.reason);
}

bool case_glob_matches(const char *glob, const char *name)
{
	return !strcmp(glob, name) || !fnmatch(glob, name, 0);
}

bool case_globs_choose(const struct case_globs *globs, const char *name)
{
	size_t i;

	for (i = 0; i < globs->count; i++)
		if (case_glob_matches(globs->list[i], name))
			return true;
	return !globs->count;
}

void findings_compare(const struct comparison *c, size_t side, const struct case_globs *globs, struct findings *f)
{
	const struct side *base = &c->sides[0], *new = &c->sides[side];
	const size_t boots = new->nr_boots < base->nr_boots ? new->nr_boots : base->nr_boots;
	const size_t needed = c->bed->kind->boots;
	json_t *json = findings_about(new);
	size_t i;

	json_object_set_new(json, "base", findings_about(base));
	findings_init(f, new->label, base->label, c->bed->name, json);
	if (boots < needed) {
		free(f->note);
		f->note = xasprintf("%zu boot%s a side, needs %zu", boots, boots == 1 ? "" : "s", needed);
	}
	for (i = 0; i < c->nr_rows; i++) {
		const struct row *row = &c->rows[i];

		if (case_globs_choose(globs, row->name) &&
		    (has_in_any(base, &row->cells[0]) || has_in_any(new, &row->cells[side])))
			add_case(c, row, side, f);
	}
}

/* ---- what they come to ---- */

size_t findings_tally(const struct findings *f, enum finding_kind kind)
{
	size_t i, n = 0;

	for (i = 0; i < f->count; i++)
		n += f->list[i].kind == kind;
	return n;
}

size_t findings_failed(const struct findings *f)
{
	return findings_tally(f, FINDING_FEWER) + findings_tally(f, FINDING_REGRESSION);
}

int findings_status(const struct findings *list, size_t count)
{
	bool inconclusive = !count;
	size_t i;

	for (i = 0; i < count; i++) {
		if (findings_failed(&list[i]))
			return STATUS_FAIL;
		inconclusive |=
			findings_tally(&list[i], FINDING_INCONCLUSIVE) || !findings_tally(&list[i], FINDING_FINE);
	}
	return inconclusive ? STATUS_INCONCLUSIVE : STATUS_PASS;
}
