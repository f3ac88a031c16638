// SPDX-License-Identifier: GPL-2.0-only
/* compare.c - compares kernels case by case, and gives the verdicts. */
#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <math.h>
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "stats.h"
#include "suite.h"
#include "xalloc.h"

#define TOLD_CHANGES 2 /* metrics named beside a verdict; the others are counted */

const struct metric_info metric_infos[METRICS] = {
	[METRIC_MEDIAN] = { "median", "median", SOURCE_LATENCY, true, 0.05, COMPARE_MIN_EFFECT_COUNTS, false },
	[METRIC_P99] = { "p99", "p99", SOURCE_LATENCY, true, 0.10, 0.10, false },
	[METRIC_P999] = { "p999", "p99.9", SOURCE_LATENCY, false, 0.10, 0.10, false },
	[METRIC_MEAN] = { "mean", "mean", SOURCE_LATENCY, false, 0.05, COMPARE_MIN_EFFECT_COUNTS, false },
	[METRIC_MIN] = { "min", "minimum", SOURCE_LATENCY, false, 0.05, COMPARE_MIN_EFFECT_COUNTS, false },
	[METRIC_MAX] = { "max", "maximum", SOURCE_LATENCY, false, 0.10, 0.10, false },
	[METRIC_THROUGHPUT] = { "ops_per_second", "throughput", SOURCE_THREADS, true, 0.05, COMPARE_MIN_EFFECT_COUNTS,
				true },
	[METRIC_COMMANDS] = { "commands_per_op", "commands", SOURCE_PROBE, true, COMPARE_MIN_EFFECT_COUNTS,
			      COMPARE_MIN_EFFECT_COUNTS, false },
	[METRIC_SYNCS] = { "syncs_per_op", "syncs", SOURCE_PROBE, true, COMPARE_MIN_EFFECT_COUNTS,
			   COMPARE_MIN_EFFECT_COUNTS, false },
	[METRIC_BATCHES] = { "batches_per_op", "batches", SOURCE_PROBE, true, COMPARE_MIN_EFFECT_COUNTS,
			     COMPARE_MIN_EFFECT_COUNTS, false },
};

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[VERDICTS] = {
		[VERDICT_NONE] = "base",
		[VERDICT_BETTER] = "better",
		[VERDICT_WORSE] = "worse",
		[VERDICT_SAME] = "no measurable difference",
		[VERDICT_INCONCLUSIVE] = "inconclusive",
		[VERDICT_NOT_COMPARED] = "not compared",
	};

	return names[verdict];
}

static bool bed_counts(const struct result_bed *bed)
{
	return !strcmp(bed->name, "icount");
}

bool compare_counts(const struct comparison *c)
{
	return bed_counts(c->bed);
}

const char *compare_unit(const struct comparison *c)
{
	return compare_counts(c) ? "instructions" : "ns";
}

void compare_warn(struct comparison *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	*xappend(c->warnings, c->nr_warnings) = xvasprintf(format, args);
	va_end(args);
}

/* Half a character at the end would not be UTF-8, and so not fit for JSON. */
static void drop_half_character(char *text)
{
	size_t end = strlen(text), start = end;
	unsigned char lead;

	while (start && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (!start)
		return;
	lead = (unsigned char)text[--start];
	if (end - start < (lead >= 0xf0 ? 4U : lead >= 0xe0 ? 3U : lead >= 0xc0 ? 2U : 1U))
		text[start] = '\0';
}

/* Appends to a fixed buffer, cutting what does not fit. */
static void __attribute__((format(printf, 3, 4))) append(char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, size - used, format, args);
	va_end(args);
	drop_half_character(text);
}

/* ---- values ---- */

static double latency_value(const struct result_case *rc, enum metric_id id)
{
	const struct histogram *h = &rc->latency;
	const double floor_ns = (double)rc->clock_floor_ns;

	switch (id) {
	case METRIC_MEDIAN:
		return (double)hist_quantile(h, 0.5) - floor_ns;
	case METRIC_P99:
		return (double)hist_quantile(h, 0.99) - floor_ns;
	case METRIC_P999:
		return (double)hist_quantile(h, 0.999) - floor_ns;
	case METRIC_MIN:
		return (double)h->min - floor_ns;
	case METRIC_MAX:
		return (double)h->max - floor_ns;
	default:
		return hist_mean(h) - floor_ns;
	}
}

static double probe_value(const struct result_case *rc, enum metric_id id)
{
	const struct result_probe *p = &rc->probe;
	uint64_t events = id == METRIC_COMMANDS ? p->commands : id == METRIC_SYNCS ? p->syncs : p->batches;

	return (double)events / (double)p->ops;
}

/* Each thread by its own time: one that ended early was not idle for the others' sake. */
static double thread_value(const struct result_case *rc)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < rc->nr_threads; i++)
		if (rc->threads[i].ops)
			sum += (double)rc->threads[i].ops / (double)rc->threads[i].elapsed_ns;
	return 1e9 * sum;
}

static double metric_value(const struct result_case *rc, enum metric_id id)
{
	switch (metric_infos[id].source) {
	case SOURCE_LATENCY:
		return latency_value(rc, id);
	case SOURCE_THREADS:
		return thread_value(rc);
	default:
		return probe_value(rc, id);
	}
}

/* A file may say that a thread needed no time. */
static bool has_times(const struct result_case *rc)
{
	size_t i;

	for (i = 0; i < rc->nr_threads; i++)
		if (rc->threads[i].ops && !rc->threads[i].elapsed_ns)
			return false;
	return true;
}

const char *compare_why_untimed(const struct result_bed *bed, const struct result_case *rc)
{
	const struct workload *workload;

	if (!bed_counts(bed))
		return NULL;
	if (rc->nr_threads > 1)
		return "threads took turns";
	workload = workload_find(rc->workload);
	return workload && workload->idles ? "time leaps while operations wait for a device" : NULL;
}

bool compare_has_latency(const struct comparison *c, const struct row *row)
{
	size_t side;

	for (side = 0; side < c->nr_sides; side++)
		if (row->cells[side].metrics[METRIC_MEDIAN].present)
			return true;
	return false;
}

bool compare_case_value(const struct result_bed *bed, const struct result_case *rc, enum metric_id id, double *value)
{
	bool present;

	if (rc->status != STATUS_PASS)
		return false;
	switch (metric_infos[id].source) {
	case SOURCE_LATENCY:
		present = !compare_why_untimed(bed, rc) &&
			  (id != METRIC_P999 || rc->latency.count >= COMPARE_P999_SAMPLES);
		break;
	case SOURCE_THREADS:
		present = !bed_counts(bed) && has_times(rc);
		break;
	default:
		present = rc->probe.present && rc->probe.valid;
	}
	if (present)
		*value = metric_value(rc, id);
	return present;
}

/* On a side that passed a metric is there if each boot has it. */
static void fill_metric(const struct comparison *c, struct cell *cell, size_t nr_boots, enum metric_id id)
{
	struct metric *m = &cell->metrics[id];
	size_t i;

	m->values = xcalloc(nr_boots, sizeof(*m->values));
	for (i = 0; i < nr_boots; i++)
		if (!compare_case_value(c->bed, cell->cases[i], id, &m->values[i]))
			return;
	m->nr_values = nr_boots;
	m->present = true;
	m->value = stats_median(m->values, nr_boots);
}

/* Both as this boot had them: a boot later the machine may be in another state. */
static void fill_states(struct cell *cell, size_t nr_boots)
{
	size_t i;

	cell->states = xcalloc(nr_boots, sizeof(*cell->states));
	for (i = 0; i < nr_boots; i++) {
		const struct result_case *rc = cell->cases[i];

		cell->states[i][0] = (double)rc->clock_floor_ns;
		cell->states[i][1] = rc->service.present && rc->service.syncs ?
					     (double)hist_quantile(&rc->service.lateness, 0.5) :
					     NAN;
	}
}

static void fill_metrics(const struct comparison *c, struct cell *cell, size_t nr_boots)
{
	int id;

	if (!strcmp(c->bed->name, "model"))
		fill_states(cell, nr_boots);
	for (id = 0; id < METRICS; id++)
		fill_metric(c, cell, nr_boots, (enum metric_id)id);
}

/* ---- cells ---- */

/* The higher, the more a boot of this status says about the case as a whole. */
static int gravity(enum status status)
{
	switch (status) {
	case STATUS_PASS:
		return 0;
	case STATUS_SKIP:
		return 1;
	case STATUS_LOST:
		return 3;
	default:
		return 2;
	}
}

static void fill_status(const struct side *side, struct cell *cell)
{
	const char *reason = "";
	size_t i, same = 0;

	for (i = 0; i < side->nr_boots; i++) {
		const struct result_case *rc = cell->cases[i];
		enum status status = rc ? rc->status : STATUS_LOST;

		if (gravity(status) > gravity(cell->status)) {
			cell->status = status;
			reason = rc ? rc->reason : "the case is not in the file";
			same = 0;
		}
		same += status == cell->status;
	}
	if (cell->status == STATUS_PASS)
		return;
	if (same < side->nr_boots)
		append(cell->reason, sizeof(cell->reason), "in %zu of %zu boots: ", same, side->nr_boots);
	append(cell->reason, sizeof(cell->reason), "%s", *reason ? reason : "no reason given");
}

/* A case may also have failed for another reason while the model was late. */
static bool is_late(const struct result_case *rc)
{
	return rc && rc->service.present && !rc->service.valid && (rc->late || strstr(rc->reason, "CMD_SYNCs late"));
}

static void fill_late(const struct side *side, struct cell *cell)
{
	size_t i;

	if (cell->status != STATUS_FAIL && cell->status != STATUS_SKIP)
		return;
	for (i = 0; i < side->nr_boots; i++) {
		const struct result_case *rc = cell->cases[i];

		if (rc && rc->status != cell->status)
			continue;
		if (!is_late(rc)) {
			cell->late = NULL;
			return;
		}
		if (!cell->late || rc->service.late > cell->late->late)
			cell->late = &rc->service;
	}
}

/* A pass that lost events in one boot cannot be trusted in the others. */
static void fill_probe(const struct side *side, struct cell *cell)
{
	size_t i, present = 0;

	for (i = 0; i < side->nr_boots; i++) {
		const struct result_probe *p = &cell->cases[i]->probe;

		present += p->present;
		cell->probe_lost += p->lost;
		if (p->present && !p->valid)
			cell->probe = PROBE_INVALID;
	}
	if (cell->probe != PROBE_INVALID && present == side->nr_boots)
		cell->probe = PROBE_VALID;
}

static void fill_cell(const struct comparison *c, const struct side *side, const char *name, struct cell *cell)
{
	size_t i;

	cell->cases = xcalloc(side->nr_boots, sizeof(struct result_case *));
	for (i = 0; i < side->nr_boots; i++)
		cell->cases[i] = boot_case(side->boots[i], name);
	fill_status(side, cell);
	fill_late(side, cell);
	if (cell->status != STATUS_PASS)
		return;
	fill_probe(side, cell);
	fill_metrics(c, cell, side->nr_boots);
}

/* ---- verdicts ---- */

bool compare_judges(const struct comparison *c, enum metric_id id)
{
	int other;

	for (other = 0; other < METRICS; other++)
		if (c->options.chosen[other])
			return c->options.chosen[id];
	return metric_infos[id].judged;
}

double compare_min_effect(const struct comparison *c, enum metric_id id)
{
	if (c->options.min_effect[id] > 0)
		return c->options.min_effect[id];
	return compare_counts(c) ? metric_infos[id].min_effect_counted : metric_infos[id].min_effect;
}

size_t compare_boots_needed(const char *bed)
{
	return strcmp(bed, "icount") ? COMPARE_MIN_BOOTS_TIMES : COMPARE_MIN_BOOTS_COUNTS;
}

static size_t boots_needed(const struct comparison *c)
{
	return compare_boots_needed(c->bed->name);
}

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

	if (base->nr_values < boots_needed(c) || m->nr_values < boots_needed(c))
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

static void tell_change(struct cell *cell, enum metric_id id)
{
	append(cell->why, sizeof(cell->why), "%s%s %+.1f %%", *cell->why ? ", " : "", metric_infos[id].title,
	       100 * cell->metrics[id].change);
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
		append(cell->why, sizeof(cell->why), ", +%zu more", told - TOLD_CHANGES);
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
		append(cell->why, sizeof(cell->why), "%s%s", *cell->why ? ", " : "", metric_infos[id].title);
		if (!decided)
			append(cell->why, sizeof(cell->why), " %+.1f..%+.1f %%", 100 * m->low, 100 * m->high);
	}
	if (decided && *cell->why)
		append(cell->why, sizeof(cell->why), " inconclusive");
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

	if (boots < boots_needed(c)) {
		cell->verdict = VERDICT_INCONCLUSIVE;
		append(cell->why, sizeof(cell->why), "%zu boot%s a side, needs %zu", boots, boots == 1 ? "" : "s",
		       boots_needed(c));
	} else if (!tell_moved(cell)) {
		cell->verdict = unmoved(cell);
		tell_undecided(cell);
	}
}

static bool refuse(struct cell *cell, const char *format, const char *what)
{
	cell->verdict = VERDICT_NOT_COMPARED;
	append(cell->why, sizeof(cell->why), format, what);
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
	if (!all_params(row->params, base, c->sides[0].nr_boots) ||
	    !all_params(row->params, cell, c->sides[side].nr_boots))
		return refuse(cell, "the parameters differ%s", "");
	if (!judge_any(c, base, cell))
		return refuse_unjudged(cell, compare_why_untimed(c->bed, cell->cases[0]));
	return false;
}

static void judge_row(const struct comparison *c, struct row *row)
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

/* ---- rows ---- */

static void add_row(struct comparison *c, const struct result_case *rc)
{
	struct row *row = xappend(c->rows, c->nr_rows);
	size_t i;

	*row = (struct row){ rc->name, rc->workload, rc->unit, rc->params, xcalloc(c->nr_sides, sizeof(*row->cells)) };
	for (i = 0; i < c->nr_sides; i++)
		fill_cell(c, &c->sides[i], rc->name, &row->cells[i]);
	judge_row(c, row);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void keep(void *name)
{
}

/* True the first time that @name is seen. @names is a tree of tsearch(): a scan of all rows would be too slow for many. */
static bool is_new(void **names, const char *name)
{
	if (tfind(name, names, by_name))
		return false;
	if (!tsearch(name, names, by_name))
		abort();
	return true;
}

/* The base's order, then whatever only others have. */
static void add_rows(struct comparison *c)
{
	void *names = NULL;
	size_t side, boot, i;

	for (side = 0; side < c->nr_sides; side++)
		for (boot = 0; boot < c->sides[side].nr_boots; boot++) {
			const struct boot *b = c->sides[side].boots[boot];

			for (i = 0; i < b->nr_cases; i++)
				if (is_new(&names, b->cases[i].name))
					add_row(c, &b->cases[i]);
		}
	tdestroy(names, keep);
}

/* ---- what should be the same on both sides ---- */

static void warn_text(struct comparison *c, size_t side, const char *what, const char *a, const char *b)
{
	if (strcmp(a, b))
		compare_warn(c, "%s differs: %s has %s, %s has %s", what, c->sides[0].label, *a ? a : "(unknown)",
			     c->sides[side].label, *b ? b : "(unknown)");
}

static void warn_number(struct comparison *c, size_t side, const char *what, uint64_t a, uint64_t b)
{
	if (a != b)
		compare_warn(c, "%s differs: %s has %" PRIu64 ", %s has %" PRIu64, what, c->sides[0].label, a,
			     c->sides[side].label, b);
}

/* A larger kernel leaves a little less memory. */
static bool about_same(uint64_t a, uint64_t b)
{
	return fabs((double)a - (double)b) <= 0.01 * (double)a;
}

bool compare_same_features(const struct result_instance *a, const struct result_instance *b)
{
	return a->features_known == b->features_known && a->ril == b->ril && a->ats == b->ats &&
	       a->msi_polling == b->msi_polling && a->ssid_bits == b->ssid_bits && a->cmdq_entries == b->cmdq_entries;
}

static bool same_instances(const struct boot *a, const struct boot *b)
{
	size_t i;

	if (a->nr_instances != b->nr_instances)
		return false;
	for (i = 0; i < a->nr_instances; i++)
		if (!compare_same_features(&a->instances[i], &b->instances[i]))
			return false;
	return true;
}

static void warn_ops(struct comparison *c, size_t side)
{
	const char *first = NULL;
	size_t i, n = 0;

	for (i = 0; i < c->nr_rows; i++) {
		const struct cell *base = &c->rows[i].cells[0], *cell = &c->rows[i].cells[side];

		if (base->status != STATUS_PASS || cell->status != STATUS_PASS ||
		    base->cases[0]->ops == cell->cases[0]->ops)
			continue;
		first = first ?: c->rows[i].name;
		n++;
	}
	if (n)
		compare_warn(c, "%s ran another number of operations than %s in %zu case%s, the first being %s",
			     c->sides[side].label, c->sides[0].label, n, n == 1 ? "" : "s", first);
}

static void warn_params(struct comparison *c, size_t side)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (strstr(c->rows[i].cells[side].why, "the parameters differ"))
			compare_warn(c, "%s: %s has other parameters than %s; not compared", c->rows[i].name,
				     c->sides[side].label, c->sides[0].label);
}

static bool witness_agrees(const struct result_case *rc)
{
	return rc->witness.commands == rc->probe.commands && rc->witness.syncs == rc->probe.syncs;
}

static bool has_witness(const struct result_case *rc)
{
	return rc && rc->witness.present && rc->probe.present && rc->probe.valid;
}

struct witnessed compare_witness(const struct comparison *c)
{
	struct witnessed w = { 0 };
	size_t row, side, boot;

	for (row = 0; row < c->nr_rows; row++)
		for (side = 0; side < c->nr_sides; side++)
			for (boot = 0; boot < c->sides[side].nr_boots; boot++) {
				const struct result_case *rc = c->rows[row].cells[side].cases[boot];

				if (!has_witness(rc))
					continue;
				w.source = rc->witness.source;
				w.passes++;
				w.agree += witness_agrees(rc);
			}
	return w;
}

/* Two counts of one thing that differ: one of them is wrong. */
static void warn_witness(struct comparison *c, const struct row *row, size_t side)
{
	size_t boot;

	for (boot = 0; boot < c->sides[side].nr_boots; boot++) {
		const struct result_case *rc = row->cells[side].cases[boot];

		if (!has_witness(rc) || witness_agrees(rc))
			continue;
		compare_warn(c,
			     "%s on %s: the probe counted %" PRIu64 " commands and %" PRIu64 " syncs, %s %" PRIu64
			     " and %" PRIu64,
			     row->name, c->sides[side].label, rc->probe.commands, rc->probe.syncs, rc->witness.source,
			     rc->witness.commands, rc->witness.syncs);
		return;
	}
}

static void warn_witnesses(struct comparison *c)
{
	size_t row, side;

	for (row = 0; row < c->nr_rows; row++)
		for (side = 0; side < c->nr_sides; side++)
			warn_witness(c, &c->rows[row], side);
}

static bool has_other_states(const struct cell *cell)
{
	int id;

	for (id = 0; id < METRICS; id++)
		if (cell->metrics[id].compared && cell->metrics[id].alike < 1)
			return true;
	return false;
}

/* Medians are of all boots, and what is said of their difference is not. */
static void warn_states(struct comparison *c, size_t side)
{
	size_t i, n = 0;

	for (i = 0; i < c->nr_rows; i++)
		n += has_other_states(&c->rows[i].cells[side]);
	if (n)
		compare_warn(
			c,
			"the machine was not in one state: in %zu of %zu cases what the clock costs, or how late the model "
			"was, is more than %.0f %% apart between boots of %s and %s; only like boots are held against each "
			"other, so ratios are not those of the medians",
			n, c->nr_rows, 100 * (STATS_ALIKE - 1), c->sides[0].label, c->sides[side].label);
}

static void warn_side(struct comparison *c, size_t side)
{
	const struct boot *a = side_speaker(&c->sides[0]), *b = side_speaker(&c->sides[side]);

	warn_text(c, side, "suite", a->suite, b->suite);
	warn_text(c, side, "program version", a->invbench, b->invbench);
	warn_text(c, side, "architecture", a->machine.arch, b->machine.arch);
	warn_text(c, side, "CPU", a->machine.cpu, b->machine.cpu);
	warn_number(c, side, "number of CPUs", a->machine.cpus, b->machine.cpus);
	if (!about_same(a->machine.memory_kib, b->machine.memory_kib))
		warn_number(c, side, "memory (KiB)", a->machine.memory_kib, b->machine.memory_kib);
	if (!compare_counts(c)) /* an instruction is one on any host */
		warn_text(c, side, "host CPU", a->machine.host_cpu, b->machine.host_cpu);
	warn_text(c, side, "accelerator", a->bed.accel, b->bed.accel);
	warn_text(c, side, "emulator version", a->bed.emulator, b->bed.emulator);
	warn_text(c, side, "emulated CPU model", a->bed.cpu, b->bed.cpu);
	warn_text(c, side, "preset of the SMMU model", a->bed.preset, b->bed.preset);
	if (!json_equal(a->bed.settings, b->bed.settings) && (a->bed.settings || b->bed.settings))
		compare_warn(c, "the settings of the SMMU model differ between %s and %s", c->sides[0].label,
			     c->sides[side].label);
	warn_text(c, side, "kernel configuration", a->kernel.config_sha256, b->kernel.config_sha256);
	warn_text(c, side, "kernel command line", a->kernel.cmdline, b->kernel.cmdline);
	if (!same_instances(a, b))
		compare_warn(c, "SMMU instances or their features differ between %s and %s", c->sides[0].label,
			     c->sides[side].label);
	warn_ops(c, side);
	warn_params(c, side);
	warn_states(c, side);
}

/* ---- the whole ---- */

static int check_beds(const struct side *sides, size_t nr_sides, char *error)
{
	const struct boot *a = sides[0].boots[0];
	size_t i;

	for (i = 1; i < nr_sides; i++) {
		const struct boot *b = sides[i].boots[0];

		if (strcmp(a->bed.name, b->bed.name)) {
			snprintf(
				error, RESULT_ERROR_SIZE,
				"%s: bed.name: %s, but %s is of bed %s; figures of two beds say nothing about each other",
				b->path, b->bed.name, a->path, a->bed.name);
			return -EINVAL;
		}
	}
	return 0;
}

int compare_sides(const struct side *sides, size_t nr_sides, struct comparison *c, char *error)
{
	const struct compare_options defaults = { 0 };

	return compare_sides_as(sides, nr_sides, &defaults, c, error);
}

int compare_sides_as(const struct side *sides, size_t nr_sides, const struct compare_options *options,
		     struct comparison *c, char *error)
{
	size_t i;
	int err = check_beds(sides, nr_sides, error);

	memset(c, 0, sizeof(*c));
	if (err)
		return err;
	c->sides = sides;
	c->nr_sides = nr_sides;
	c->bed = &sides[0].boots[0]->bed;
	c->suite = sides[0].boots[0]->suite;
	c->options = *options;
	add_rows(c);
	for (i = 1; i < nr_sides; i++)
		warn_side(c, i);
	warn_witnesses(c);
	return 0;
}

int compare_run_bed(const struct run_bed *bed, struct comparison *c, char *error)
{
	const struct compare_options defaults = { 0 };

	return compare_run_bed_as(bed, &defaults, c, error);
}

int compare_run_bed_as(const struct run_bed *bed, const struct compare_options *options, struct comparison *c,
		       char *error)
{
	size_t i;
	int err;

	if (!bed->nr_sides) {
		snprintf(error, RESULT_ERROR_SIZE, "%s: no kernel has a boot on bed %s; run the bench again",
			 bed->run_path, bed->bed);
		return -EINVAL;
	}
	err = compare_sides_as(bed->sides, bed->nr_sides, options, c, error);
	if (err)
		return err;
	c->lost_kernels = bed->nr_lost > 0;
	for (i = 0; i < bed->nr_lost; i++)
		compare_warn(c, "kernel %s of the plan has no boot on this bed; the base is %s", bed->lost[i],
			     bed->sides[0].label);
	return 0;
}

static void free_row(const struct comparison *c, struct row *row)
{
	size_t i;
	int id;

	for (i = 0; i < c->nr_sides; i++) {
		for (id = 0; id < METRICS; id++)
			free(row->cells[i].metrics[id].values);
		free(row->cells[i].cases);
		free(row->cells[i].states);
	}
	free(row->cells);
}

void compare_free(struct comparison *c)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		free_row(c, &c->rows[i]);
	for (i = 0; i < c->nr_warnings; i++)
		free(c->warnings[i]);
	free(c->warnings);
	free(c->rows);
	memset(c, 0, sizeof(*c));
}

static bool matches_any(const struct comparison *c, const char *glob)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (!fnmatch(glob, c->rows[i].name, 0))
			return true;
	return false;
}

static bool is_matched(const char *name, char *const globs[], size_t nr_globs)
{
	size_t i;

	for (i = 0; i < nr_globs; i++)
		if (!fnmatch(globs[i], name, 0))
			return true;
	return false;
}

int compare_keep_cases(struct comparison *c, char *const globs[], size_t nr_globs, char *error)
{
	size_t i, kept = 0;

	for (i = 0; i < nr_globs; i++)
		if (!matches_any(c, globs[i]))
			return result_error(error, -ENOENT, "no case matches '%s'; a case is called, for example, '%s'",
					    globs[i], c->nr_rows ? c->rows[0].name : "dma op=sync");
	for (i = 0; i < c->nr_rows; i++) {
		if (is_matched(c->rows[i].name, globs, nr_globs))
			c->rows[kept++] = c->rows[i];
		else
			free_row(c, &c->rows[i]);
	}
	c->nr_rows = kept;
	c->globs = globs;
	c->nr_globs = nr_globs;
	return 0;
}

int compare_pair(const struct comparison *c, const struct side pair[2], struct comparison *variant, char *error)
{
	int err = compare_sides_as(pair, 2, &c->options, variant, error);

	if (!err && c->nr_globs) {
		err = compare_keep_cases(variant, c->globs, c->nr_globs, error);
		if (err)
			compare_free(variant);
	}
	return err;
}

bool compare_variant(const struct comparison *c, size_t side, struct side pair[2])
{
	const char *base = c->sides[0].label, *suffix = strchr(c->sides[side].label, '-');
	const size_t n = strlen(base);
	size_t i;

	if (!side || !suffix)
		return false;
	for (i = 1; i < c->nr_sides; i++)
		if (i != side && !strncmp(c->sides[i].label, base, n) && !strcmp(c->sides[i].label + n, suffix)) {
			pair[0] = c->sides[i];
			pair[1] = c->sides[side];
			return true;
		}
	return false;
}

static bool same_reason(const struct cell *a, const struct cell *b)
{
	return a->status == b->status && ((a->late && b->late) || !strcmp(a->reason, b->reason));
}

bool compare_row_alike(const struct comparison *c, const struct row *row)
{
	size_t side;

	for (side = 0; side < c->nr_sides; side++)
		if (row->cells[side].status == STATUS_PASS || !same_reason(&row->cells[side], &row->cells[0]))
			return false;
	return true;
}

void compare_row_reason(const struct comparison *c, const struct row *row, char *reason, size_t size)
{
	const char *first = row->cells[0].reason;
	size_t side = 0;

	while (side < c->nr_sides && !strcmp(row->cells[side].reason, first))
		side++;
	reason[0] = '\0';
	append(reason, size, "%s",
	       side == c->nr_sides ? first : "the SMMU model was too busy to serve CMD_SYNCs in time:");
	for (side = side == c->nr_sides ? side : 0; side < c->nr_sides; side++)
		append(reason, size, "%s %" PRIu64 " of %" PRIu64 " late on %s", side ? "," : "",
		       row->cells[side].late->late, row->cells[side].late->syncs, c->sides[side].label);
}

size_t compare_workloads(const struct comparison *c, size_t **firsts)
{
	size_t i, j, count = 0;

	*firsts = xcalloc(c->nr_rows, sizeof(**firsts));
	for (i = 0; i < c->nr_rows; i++) {
		for (j = 0; j < count; j++)
			if (!strcmp(c->rows[(*firsts)[j]].workload, c->rows[i].workload))
				break;
		if (j == count)
			(*firsts)[count++] = i;
	}
	return count;
}

size_t compare_tally(const struct comparison *c, size_t side, const char *workload, size_t tally[VERDICTS])
{
	size_t i, n = 0;

	memset(tally, 0, VERDICTS * sizeof(*tally));
	for (i = 0; i < c->nr_rows; i++) {
		if (workload && strcmp(c->rows[i].workload, workload))
			continue;
		tally[c->rows[i].cells[side].verdict]++;
		n++;
	}
	return n;
}

bool compare_has_failures(const struct comparison *c)
{
	size_t i, side;

	if (c->lost_kernels)
		return true;
	for (i = 0; i < c->nr_rows; i++)
		for (side = 0; side < c->nr_sides; side++) {
			enum status status = c->rows[i].cells[side].status;

			if (status != STATUS_PASS && status != STATUS_SKIP)
				return true;
		}
	return false;
}
