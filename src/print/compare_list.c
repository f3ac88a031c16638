// SPDX-License-Identifier: GPL-2.0-only
/* compare_list.c - a comparison as a list: what got worse first, what did not move last and in a line a workload. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare_text.h"
#include "functions_apart.h"
#include "numbers.h"
#include "order.h"
#include "text.h"
#include "verdict.h"
#include "xalloc.h"

#define NAMED 3 /* of cases with one reason not to be compared; the others are counted */

/* One other side against the base, and what of it is shown. */
struct list {
	const struct comparison *c;
	const struct compare_view *view;
	size_t side;
	size_t boots;	/* of the side that has fewer */
	bool too_few;	/* of them for any verdict */
	bool ranges;	/* too few, or too exact, for an interval as well */
	size_t *order;	/* of the rows */
	char **reasons; /* of each row why it has no verdict, NULL where it has; told: NULL again */
};

static bool chooses(const struct comparison *c)
{
	int id;

	for (id = 0; id < METRICS; id++)
		if (c->options.chosen[id])
			return true;
	return false;
}

/* Without enough boots every metric is inconclusive: those count that are as far apart as a verdict would need. */
static bool is_shown(const struct list *list, const struct cell *cell, enum metric_id id)
{
	const struct metric *m = &cell->metrics[id];

	if (!m->compared)
		return false;
	if (list->c->options.chosen[id] || (id == METRIC_MEDIAN && !chooses(list->c)))
		return true;
	if (list->too_few && m->verdict == VERDICT_INCONCLUSIVE)
		return fabs(m->change) >= compare_min_effect(list->c, id);
	return m->verdict == VERDICT_BETTER || m->verdict == VERDICT_WORSE || m->verdict == VERDICT_INCONCLUSIVE;
}

/* ---- a case ---- */

static void print_interval(FILE *out, const struct metric *m)
{
	char text[64] = "-";

	if (isfinite(m->ratio_low) && isfinite(m->ratio_high))
		snprintf(text, sizeof(text), "%.3f..%.3f", m->ratio_low, m->ratio_high);
	fprintf(out, "  %-14s", text);
}

static void print_metric(FILE *out, const struct list *list, const struct row *row, enum metric_id id)
{
	const struct metric *base = &row->cells[0].metrics[id], *m = &row->cells[list->side].metrics[id];
	const int decimals = metric_decimals_beside(id, base->value);

	fprintf(out, "    %-10s %13.*f %13.*f", metric_infos[id].title, decimals, base->value, decimals, m->value);
	if (isfinite(m->ratio))
		fprintf(out, " %7.3f", m->ratio);
	else
		fprintf(out, " %7s", "-");
	print_interval(out, m);
	fprintf(out, "  %s\n", m->verdict == VERDICT_NONE ? "not judged" : verdict_name(m->verdict));
}

static void print_details(FILE *out, const struct list *list, const struct row *row)
{
	const size_t sides[] = { 0, list->side };

	if (list->view->functions)
		compare_print_all_functions(out, list->c, row, list->side);
	else
		compare_print_functions(out, list->c, row, list->side);
	compare_print_probed(out, list->c, row, list->side);
	if (list->view->distribution)
		compare_print_distribution(out, list->c, row, sides, 2);
	if (list->view->threads)
		compare_print_threads(out, list->c, row, sides, 2);
}

static void print_case(FILE *out, const struct list *list, const struct row *row)
{
	const struct cell *cell = &row->cells[list->side];
	int id;

	fprintf(out, "  %s  (%s)\n", row->name, row->unit);
	for (id = 0; id < METRICS; id++)
		if (is_shown(list, cell, (enum metric_id)id))
			print_metric(out, list, row, (enum metric_id)id);
	if (row->cells[0].probe == PROBE_INVALID || cell->probe == PROBE_INVALID)
		fprintf(out, "    no counts: the probe pass lost events on %s\n",
			list->c->sides[cell->probe == PROBE_INVALID ? list->side : 0].label);
	print_details(out, list, row);
}

/* ---- cases without values ---- */

/* How late the SMMU model was differs from case to case, and would keep them apart. */
static const char *reason_of(const struct cell *cell)
{
	return cell->late ? "the SMMU model was too busy to serve CMD_SYNCs in time" : cell->reason;
}

static void tell_reason(const struct list *list, const struct row *row, char *text, size_t size)
{
	const struct cell *base = &row->cells[0], *cell = &row->cells[list->side];
	const char *labels[] = { list->c->sides[0].label, list->c->sides[list->side].label };

	if (base->status == STATUS_PASS && cell->status == STATUS_PASS)
		text_format(text, size, "%s", cell->why);
	else if (base->status == STATUS_PASS)
		text_format(text, size, "%s on %s: %s", status_name(cell->status), labels[1], reason_of(cell));
	else if (cell->status == STATUS_PASS)
		text_format(text, size, "%s on %s: %s", status_name(base->status), labels[0], reason_of(base));
	else if (base->status == cell->status && !strcmp(reason_of(base), reason_of(cell)))
		text_format(text, size, "%s on both: %s", status_name(cell->status), reason_of(cell));
	else
		text_format(text, size, "%s on %s: %s; %s on %s: %s", status_name(base->status), labels[0],
			    reason_of(base), status_name(cell->status), labels[1], reason_of(cell));
}

static bool has_values(enum importance importance)
{
	return importance != IMPORTANCE_FAILS && importance != IMPORTANCE_NOT_COMPARED;
}

static void take_reasons(struct list *list)
{
	char text[700];
	size_t i;

	list->reasons = xcalloc(list->c->nr_rows + 1, sizeof(*list->reasons));
	for (i = 0; i < list->c->nr_rows; i++) {
		if (has_values(compare_importance(&list->c->rows[i], list->side)))
			continue;
		tell_reason(list, &list->c->rows[i], text, sizeof(text));
		list->reasons[i] = xstrdup(text);
	}
}

/* Cases with one reason are told together, however far apart the suite has them. */
static void print_reason(FILE *out, struct list *list, size_t nth, enum importance importance)
{
	const bool all = list->view->all || importance == IMPORTANCE_FAILS;
	const struct comparison *c = list->c;
	char *reason = list->reasons[list->order[nth]];
	size_t i, count = 0;

	if (!reason)
		return;
	fprintf(out, "  %s\n", reason);
	for (i = nth; i < c->nr_rows; i++) {
		const size_t row = list->order[i];

		if (!list->reasons[row] || strcmp(list->reasons[row], reason) ||
		    compare_importance(&c->rows[row], list->side) != importance)
			continue;
		if (i > nth)
			free(list->reasons[row]);
		list->reasons[row] = NULL;
		if (count++ < NAMED || all)
			fprintf(out, "    %s\n", c->rows[row].name);
	}
	if (count > NAMED && !all)
		fprintf(out, "    and %zu more\n", count - NAMED);
	free(reason);
}

/* ---- cases that did not move ---- */

/* True if a line for all of its kind will do. */
static bool is_folded(const struct list *list, const struct row *row)
{
	const struct cell *cell = &row->cells[list->side];
	int id;

	if (list->view->all || compare_row_probed_apart(list->c, row, list->side))
		return false;
	if (cell->verdict == VERDICT_SAME)
		return true;
	if (cell->verdict != VERDICT_INCONCLUSIVE || !list->too_few)
		return false;
	for (id = 0; id < METRICS; id++)
		if (cell->metrics[id].verdict == VERDICT_INCONCLUSIVE &&
		    fabs(cell->metrics[id].change) >= compare_min_effect(list->c, (enum metric_id)id))
			return false;
	return true;
}

/* What a workload's folded cases come to. */
struct folded {
	size_t cases;
	double low, high;	   /* ratio of the medians, or of typical pairs of boots */
	size_t undecided[METRICS]; /* cases in which a metric is inconclusive */
};

static void fold(const struct list *list, const char *workload, enum importance importance, struct folded *f)
{
	size_t i;
	int id;

	*f = (struct folded){ .low = INFINITY, .high = -INFINITY };
	for (i = 0; i < list->c->nr_rows; i++) {
		const struct row *row = &list->c->rows[i];
		const struct cell *cell = &row->cells[list->side];

		if (strcmp(row->workload, workload) || compare_importance(row, list->side) != importance ||
		    !is_folded(list, row))
			continue;
		f->cases++;
		for (id = 0; id < METRICS; id++)
			f->undecided[id] += cell->metrics[id].verdict == VERDICT_INCONCLUSIVE;
		if (!cell->metrics[METRIC_MEDIAN].compared)
			continue;
		f->low = fmin(f->low, cell->metrics[METRIC_MEDIAN].ratio);
		f->high = fmax(f->high, cell->metrics[METRIC_MEDIAN].ratio);
	}
}

static void print_folded(FILE *out, const struct list *list, const char *workload, const struct folded *f)
{
	const char *comma = "; inconclusive: ";
	int id;

	fprintf(out, "  %s: %zu case%s", workload, f->cases, f->cases == 1 ? "" : "s");
	if (list->too_few)
		fprintf(out, " with no metric apart by its minimum effect");
	if (f->low <= f->high)
		fprintf(out, ", %s %.3f..%.3f", compare_counts(list->c) ? "ratio of the medians" : "median's ratio",
			f->low, f->high);
	for (id = 0; id < METRICS && !list->too_few; id++)
		if (f->undecided[id]) {
			fprintf(out, "%s%s in %zu", comma, metric_infos[id].title, f->undecided[id]);
			comma = ", ";
		}
	fputc('\n', out);
}

static void print_all_folded(FILE *out, const struct list *list, enum importance importance)
{
	size_t *firsts, count = compare_workloads(list->c, &firsts), i;
	struct folded f;

	for (i = 0; i < count; i++) {
		fold(list, list->c->rows[firsts[i]].workload, importance, &f);
		if (f.cases)
			print_folded(out, list, list->c->rows[firsts[i]].workload, &f);
	}
	free(firsts);
}

/* ---- the list ---- */

static void print_one(FILE *out, struct list *list, size_t nth)
{
	const struct row *row = &list->c->rows[list->order[nth]];
	const enum importance importance = compare_importance(row, list->side);

	if (!has_values(importance))
		print_reason(out, list, nth, importance);
	else if (!is_folded(list, row))
		print_case(out, list, row);
}

static size_t count_of(const struct list *list, enum importance importance)
{
	size_t i, count = 0;

	for (i = 0; i < list->c->nr_rows; i++)
		count += compare_importance(&list->c->rows[i], list->side) == importance;
	return count;
}

static void print_columns(FILE *out, const struct list *list)
{
	fprintf(out, "    %-10s ", "");
	text_column(out, list->c->sides[0].label, 13);
	fputc(' ', out);
	text_column(out, list->c->sides[list->side].label, 13);
	fprintf(out, " %7s  %s\n", "ratio", list->ranges ? "range" : "99 % interval");
}

static void print_too_few(FILE *out, const struct list *list)
{
	if (list->too_few)
		fprintf(out, ": %zu boot%s a side, a verdict needs %zu", list->boots, list->boots == 1 ? "" : "s",
			list->c->bed->kind->boots);
}

static void print_section(FILE *out, struct list *list, enum importance importance)
{
	static const char *const titles[IMPORTANCES] = {
		[IMPORTANCE_FAILS] = "fails now",
		[IMPORTANCE_WORSE] = "worse",
		[IMPORTANCE_BETTER] = "better",
		[IMPORTANCE_INCONCLUSIVE] = "inconclusive",
		[IMPORTANCE_NOT_COMPARED] = "not compared",
		[IMPORTANCE_SAME] = "no measurable difference",
	};
	const size_t count = count_of(list, importance);
	size_t i, folded = 0;

	if (!count)
		return;
	for (i = 0; i < list->c->nr_rows; i++)
		folded += compare_importance(&list->c->rows[i], list->side) == importance &&
			  is_folded(list, &list->c->rows[i]);
	fprintf(out, "\n== %s, %zu of %zu case%s", titles[importance], count, list->c->nr_rows,
		list->c->nr_rows == 1 ? "" : "s");
	if (importance == IMPORTANCE_INCONCLUSIVE)
		print_too_few(out, list);
	fputc('\n', out);
	if (has_values(importance) && folded < count)
		print_columns(out, list);
	for (i = 0; i < list->c->nr_rows; i++)
		if (compare_importance(&list->c->rows[list->order[i]], list->side) == importance)
			print_one(out, list, i);
	if (folded)
		print_all_folded(out, list, importance);
}

/* In suite order there are no sections: one table, and what is folded behind it. */
static void print_in_order(FILE *out, struct list *list)
{
	size_t i;
	int importance;

	fprintf(out, "\n== in suite order");
	print_too_few(out, list);
	fputc('\n', out);
	print_columns(out, list);
	for (i = 0; i < list->c->nr_rows; i++)
		print_one(out, list, i);
	for (importance = 0; importance < IMPORTANCES; importance++)
		print_all_folded(out, list, (enum importance)importance);
}

static size_t *suite_order(const struct comparison *c)
{
	size_t *order = xcalloc(c->nr_rows + 1, sizeof(*order)), i;

	for (i = 0; i < c->nr_rows; i++)
		order[i] = i;
	return order;
}

/* That is a matter of the number of boots alone, and so the same for all metrics. */
static bool has_ranges(const struct comparison *c, size_t side)
{
	size_t i;
	int id;

	for (i = 0; i < c->nr_rows; i++)
		for (id = 0; id < METRICS; id++)
			if (c->rows[i].cells[side].metrics[id].compared)
				return c->rows[i].cells[side].metrics[id].is_range;
	return true;
}

static void print_side(FILE *out, const struct comparison *c, const struct compare_view *view, size_t side)
{
	struct list list = { .c = c, .view = view, .side = side };
	const bool by_importance = view->order != ORDER_SUITE;
	int importance;

	list.boots = c->sides[side].nr_boots < c->sides[0].nr_boots ? c->sides[side].nr_boots : c->sides[0].nr_boots;
	list.too_few = list.boots < c->bed->kind->boots;
	list.ranges = has_ranges(c, side);
	list.order = by_importance ? compare_order(c, side) : suite_order(c);
	take_reasons(&list);
	if (c->nr_sides > 2)
		fprintf(out, "\n==== %s against %s\n", c->sides[side].label, c->sides[0].label);
	if (!by_importance)
		print_in_order(out, &list);
	for (importance = 0; importance < IMPORTANCES && by_importance; importance++)
		print_section(out, &list, (enum importance)importance);
	free(list.reasons);
	free(list.order);
}

static void print_head(FILE *out, const struct comparison *c)
{
	bool intervals = false, ranges = false;
	size_t side;

	compare_print_sides(out, c);
	fprintf(out, "unit    median, p99: %s per operation, less the clock's own cost (clock_floor_ns); median boot\n",
		compare_unit(c));
	if (!compare_counts(c))
		fprintf(out,
			"        throughput: operations of all threads in a second, untimed parts included; more is better\n");
	fprintf(out, "        commands, syncs, batches: per operation, from the probe pass\n");
	if (compare_has_functions(c))
		fprintf(out, "        functions: in which the kernels differ, by instructions an operation\n");
	for (side = 1; side < c->nr_sides; side++) {
		intervals = intervals || !has_ranges(c, side);
		ranges = ranges || has_ranges(c, side);
	}
	fprintf(out, "ratio   to the base, %s", compare_counts(c) ? "of the medians" : "of a typical pair of boots");
	if (intervals)
		fprintf(out, "; 99 %% interval: of the shift between the boots of both (Mann-Whitney), as a ratio");
	if (ranges)
		fprintf(out, "; range: from the least to the greatest difference of two boots, as a ratio");
	fputc('\n', out);
	compare_print_warnings(out, c);
}

void compare_print_list(FILE *out, const struct comparison *c, const struct compare_view *view)
{
	size_t side;

	print_head(out, c);
	for (side = 1; side < c->nr_sides; side++)
		print_side(out, c, view, side);
	fputc('\n', out);
	for (side = 1; side < c->nr_sides; side++)
		compare_print_tally(out, c, side);
	compare_print_variants(out, c);
}

/* A list is of pairs: of one kernel alone there is the table. */
static void print(FILE *out, const struct comparison *list, size_t count, const struct compare_view *view)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (i)
			fputc('\n', out);
		if (list[i].nr_sides > 1)
			compare_print_list(out, &list[i], view);
		else
			compare_print_table(out, &list[i], view);
	}
}

PRINTER(list) = {
	.name = "list",
	.summary = "What moved, metric by metric (default for two kernels)",
	.comparisons = print,
};
