// SPDX-License-Identifier: GPL-2.0-only
/* verdict.c - from two sides of a case to what may be said of them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "text.h"
#include "verdict.h"
#include "xalloc.h"

#define TOLD_CHANGES 2 /* metrics named beside a verdict; the others are counted */

bool compare_judges_unasked(const struct comparison *c, enum metric_id id)
{
	return metric_infos[id].judged == JUDGED ||
	       (metric_infos[id].judged == JUDGED_WHERE_EXACT && c->bed->kind->exact);
}

bool compare_judges(const struct comparison *c, enum metric_id id)
{
	int other;

	for (other = 0; other < METRICS; other++)
		if (c->options.chosen[other])
			return c->options.chosen[id];
	return compare_judges_unasked(c, id);
}

double compare_min_effect(const struct comparison *c, enum metric_id id)
{
	if (c->options.min_effect[id] > 0)
		return c->options.min_effect[id];
	if (c->bed->kind->exact && metric_infos[id].min_effect_counted <= COMPARE_MIN_EFFECT_COUNTS)
		return COMPARE_MIN_EFFECT_EXACT;
	return compare_counts(c) ? metric_infos[id].min_effect_counted : metric_infos[id].min_effect;
}

/* ---- of a metric ---- */

static void range(const struct metric *m, double *low, double *high)
{
	size_t i;

	*low = *high = m->values[0];
	for (i = 1; i < m->nr_values; i++) {
		*low = fmin(*low, m->values[i]);
		*high = fmax(*high, m->values[i]);
	}
}

/* A difference as a part of the base; what the clock cannot resolve is none. */
static double relative(double difference, double base, double resolution)
{
	if (fabs(difference) <= resolution)
		return 0;
	return difference / fabs(base);
}

/*
 * Of latencies: an instruction, or a tenth of what the clock itself costs, which is known no better: its ticks are
 * coarse, and how it falls into place with the code around it differs from kernel to kernel.
 */
static double clock_resolution(const struct comparison *c, const struct cell *base)
{
	if (c->bed->kind->exact)
		return 0;
	return compare_counts(c) ? 1 : fmax(1, (double)base->cases[0]->clock_floor_ns / 10);
}

/* The range of the differences of two boots, one of each side. */
static void range_of_differences(const struct metric *base, const struct metric *m, double *low, double *high)
{
	double base_low, base_high;

	range(base, &base_low, &base_high);
	range(m, low, high);
	*low -= base_high;
	*high -= base_low;
}

/* Differences of values that cannot fall below 0 may: of no ratio is more left than nothing. */
static void measure_ratio(const struct metric *base, struct metric *m, double difference, double low, double high)
{
	m->ratio = m->ratio_low = m->ratio_high = NAN;
	if (base->value <= 0 || m->value < 0)
		return;
	m->ratio = fmax(0, 1 + difference / base->value);
	m->ratio_low = fmax(0, 1 + low / base->value);
	m->ratio_high = 1 + high / base->value;
}

double compare_change(double value, double base, enum metric_id id)
{
	return relative(value - base, base, metric_infos[id].source == SOURCE_LATENCY ? 1 : 0);
}

/* What a probe counted does not hang on the state of the machine. */
static struct stats_boot *take_boots(const struct cell *cell, const struct metric *m, enum metric_id id)
{
	const bool states = cell->states && metric_infos[id].source != SOURCE_PROBE;
	struct stats_boot *boots = xcalloc(m->nr_values, sizeof(*boots));
	size_t i, k;

	for (i = 0; i < m->nr_values; i++) {
		boots[i].value = m->values[i];
		for (k = 0; k < STATS_STATES; k++)
			boots[i].state[k] = states ? cell->states[i][k] : NAN;
	}
	return boots;
}

/* All boots of either side give differences; those of boots that are alike are what is told. */
static double difference_of_times(const struct cell *base, const struct cell *cell, struct metric *m, enum metric_id id,
				  double *low, double *high)
{
	const struct metric *base_metric = &base->metrics[id];
	struct stats_boot *a = take_boots(base, base_metric, id), *b = take_boots(cell, m, id);
	struct stats_difference d;

	stats_differ(a, base_metric->nr_values, b, m->nr_values, COMPARE_ALPHA, &d);
	free(a);
	free(b);
	m->is_range = !d.interval;
	m->alike = (double)d.alike / (double)(base_metric->nr_values * m->nr_values);
	m->p = m->p_holm = d.p;
	*low = d.low;
	*high = d.high;
	return d.alike ? d.shift : m->value - base_metric->value;
}

static void measure_change(const struct comparison *c, const struct cell *base_cell, struct cell *cell,
			   enum metric_id id)
{
	const double resolution = metric_infos[id].source == SOURCE_LATENCY ? clock_resolution(c, base_cell) : 0;
	const struct metric *base = &base_cell->metrics[id];
	struct metric *m = &cell->metrics[id];
	double low, high, difference = m->value - base->value;

	m->compared = true;
	m->p = m->p_holm = NAN;
	m->is_range = true;
	m->alike = 1;
	if (compare_counts(c))
		range_of_differences(base, m, &low, &high);
	else
		difference = difference_of_times(base_cell, cell, m, id, &low, &high);
	m->change = relative(difference, base->value, resolution);
	m->low = relative(low, base->value, resolution);
	m->high = relative(high, base->value, resolution);
	measure_ratio(base, m, difference, low, high);
}

/* Bed icount: no overlap, and a gap wider than what boots of one side differ by. */
static bool apart(const struct metric *base, const struct metric *m)
{
	double low, high, base_low, base_high, gap;

	range(base, &base_low, &base_high);
	range(m, &low, &high);
	gap = fmax(low - base_high, base_low - high);
	return gap > fmax(high - low, base_high - base_low);
}

static enum verdict judge(const struct comparison *c, const struct metric *base, const struct metric *m,
			  enum metric_id id)
{
	bool moved = compare_counts(c) ? apart(base, m) : m->p_holm < COMPARE_ALPHA;
	const double effect = compare_min_effect(c, id);

	if (base->nr_values < c->bed->kind->boots || m->nr_values < c->bed->kind->boots)
		return VERDICT_INCONCLUSIVE;
	if (moved && fabs(m->change) >= effect)
		return (m->change > 0) == metric_infos[id].higher_better ? VERDICT_BETTER : VERDICT_WORSE;
	return m->low > -effect && m->high < effect ? VERDICT_SAME : VERDICT_INCONCLUSIVE;
}

static void correct_p(const struct comparison *c, struct cell *cell)
{
	double p[METRICS];
	size_t n = 0;
	int id;

	for (id = 0; id < METRICS; id++)
		if (cell->metrics[id].compared && compare_judges(c, (enum metric_id)id))
			p[n++] = cell->metrics[id].p;
	stats_holm(p, n);
	for (id = 0, n = 0; id < METRICS; id++)
		if (cell->metrics[id].compared && compare_judges(c, (enum metric_id)id))
			cell->metrics[id].p_holm = p[n++];
}

static void judge_metrics(const struct comparison *c, const struct cell *base, struct cell *cell)
{
	int id;

	for (id = 0; id < METRICS; id++)
		if (base->metrics[id].present && cell->metrics[id].present)
			measure_change(c, base, cell, (enum metric_id)id);
	if (!compare_counts(c))
		correct_p(c, cell);
	for (id = 0; id < METRICS; id++)
		if (cell->metrics[id].compared && compare_judges(c, (enum metric_id)id))
			cell->metrics[id].verdict =
				judge(c, &base->metrics[id], &cell->metrics[id], (enum metric_id)id);
}

/* ---- of a case ---- */

/* Of a base of 0 no change is a part. */
static void tell_from_0(struct cell *cell, enum metric_id id)
{
	text_append(cell->why, sizeof(cell->why), " from 0 to %.*f", metric_decimals(id), cell->metrics[id].value);
}

static void tell_change(struct cell *cell, enum metric_id id)
{
	const struct metric *m = &cell->metrics[id];

	text_append(cell->why, sizeof(cell->why), "%s%s", *cell->why ? ", " : "", metric_infos[id].title);
	if (isfinite(m->change))
		text_append(cell->why, sizeof(cell->why), " %+.1f %%", 100 * m->change);
	else
		tell_from_0(cell, id);
}

/* A regression does not hide behind an improvement, so worse comes first. */
static bool tell_moved(struct cell *cell)
{
	static const enum verdict order[] = { VERDICT_WORSE, VERDICT_BETTER };
	size_t i, told = 0;
	int id;

	for (i = 0; i < 2; i++)
		for (id = 0; id < METRICS; id++) {
			if (cell->metrics[id].verdict != order[i])
				continue;
			if (cell->verdict == VERDICT_NONE)
				cell->verdict = order[i];
			if (told++ < TOLD_CHANGES)
				tell_change(cell, (enum metric_id)id);
		}
	if (told > TOLD_CHANGES)
		text_append(cell->why, sizeof(cell->why), ", +%zu more", told - TOLD_CHANGES);
	return cell->verdict != VERDICT_NONE;
}

static void tell_undecided(struct cell *cell)
{
	const bool decided = cell->verdict == VERDICT_SAME;
	int id;

	for (id = 0; id < METRICS; id++) {
		const struct metric *m = &cell->metrics[id];

		if (m->verdict != VERDICT_INCONCLUSIVE)
			continue;
		text_append(cell->why, sizeof(cell->why), "%s%s", *cell->why ? ", " : "", metric_infos[id].title);
		if (!decided && !(isfinite(m->low) && isfinite(m->high)))
			tell_from_0(cell, (enum metric_id)id);
		else if (!decided)
			text_append(cell->why, sizeof(cell->why), " %+.1f..%+.1f %%", 100 * m->low, 100 * m->high);
	}
	if (decided && *cell->why)
		text_append(cell->why, sizeof(cell->why), " inconclusive");
}

/* Of metrics that did not move the median speaks for the case; if it is not judged, each does. */
static enum verdict unmoved(const struct cell *cell)
{
	enum verdict verdict = cell->metrics[METRIC_MEDIAN].verdict;
	int id;

	for (id = 0; id < METRICS && cell->metrics[METRIC_MEDIAN].verdict == VERDICT_NONE; id++)
		if (cell->metrics[id].verdict != VERDICT_NONE && verdict != VERDICT_INCONCLUSIVE)
			verdict = cell->metrics[id].verdict;
	return verdict;
}

/* The doubts of metrics that do not speak for the case are told. */
static void conclude(const struct comparison *c, const struct side *base_side, const struct side *side,
		     struct cell *cell)
{
	size_t boots = side->nr_boots < base_side->nr_boots ? side->nr_boots : base_side->nr_boots;

	if (boots < c->bed->kind->boots) {
		cell->verdict = VERDICT_INCONCLUSIVE;
		text_append(cell->why, sizeof(cell->why), "%zu boot%s a side, needs %zu", boots, boots == 1 ? "" : "s",
			    c->bed->kind->boots);
	} else if (!tell_moved(cell)) {
		cell->verdict = unmoved(cell);
		tell_undecided(cell);
	}
}

static bool refuse(struct cell *cell, const char *format, const char *what)
{
	cell->verdict = VERDICT_NOT_COMPARED;
	text_append(cell->why, sizeof(cell->why), format, what);
	return true;
}

static bool refuse_unjudged(struct cell *cell, const char *why_untimed)
{
	refuse(cell, "no metric that is judged has a value on both%s", "");
	if (why_untimed)
		refuse(cell, ": %s, and only a probe's counts can tell", why_untimed);
	return true;
}

json_t *compare_params(const json_t *params)
{
	json_t *what = json_copy((json_t *)params);

	json_object_del(what, "ops");
	json_object_del(what, "warmup");
	return what;
}

static bool same_params(const json_t *a, const json_t *b)
{
	json_t *x, *y;
	bool same;

	if (a == b) /* as interned ones that are equal are */
		return true;
	x = compare_params(a);
	y = compare_params(b);
	same = json_equal(x, y);
	json_decref(x);
	json_decref(y);
	return same;
}

static const json_t *domain_of(const struct cell *cell)
{
	return json_object_get(cell->cases[0]->params, KEY_DOMAIN);
}

/* In every boot: a suite may have been edited between two of them. */
static bool all_params(const json_t *params, const struct cell *cell, size_t nr_boots)
{
	size_t i;

	for (i = 0; i < nr_boots; i++)
		if (!same_params(params, cell->cases[i]->params))
			return false;
	return true;
}

static bool judge_any(const struct comparison *c, const struct cell *base, const struct cell *cell)
{
	int id;

	for (id = 0; id < METRICS; id++)
		if (compare_judges(c, (enum metric_id)id) && base->metrics[id].present && cell->metrics[id].present)
			return true;
	return false;
}

static bool not_comparable(const struct comparison *c, const struct row *row, size_t side)
{
	const struct cell *base = &row->cells[0];
	struct cell *cell = &row->cells[side];

	if (cell->status != STATUS_PASS)
		return refuse(cell, "%s", status_name(cell->status));
	if (base->status != STATUS_PASS)
		return refuse(cell, "%s has no value", c->sides[0].label);
	if (strcmp(base->cases[0]->unit, cell->cases[0]->unit))
		return refuse(cell, "another unit: %s", cell->cases[0]->unit);
	if (!domain_of(base) != !domain_of(cell))
		return refuse(
			cell,
			"the second stage of %s is a nesting parent, as all are from 6.13 on, and the other's is none",
			c->sides[domain_of(base) ? 0 : side].label);
	if (!all_params(row->params, base, c->sides[0].nr_boots) ||
	    !all_params(row->params, cell, c->sides[side].nr_boots))
		return refuse(cell, "the parameters differ%s", "");
	if (!judge_any(c, base, cell))
		return refuse_unjudged(cell, untimed_sentence(cell->cases[0]->untimed));
	return false;
}

void compare_judge_row(const struct comparison *c, struct row *row)
{
	size_t i;

	for (i = 1; i < c->nr_sides; i++) {
		struct cell *cell = &row->cells[i];

		if (not_comparable(c, row, i))
			continue;
		judge_metrics(c, &row->cells[0], cell);
		conclude(c, &c->sides[0], &c->sides[i], cell);
	}
}
