// SPDX-License-Identifier: GPL-2.0-only
/* figures_sweep.c - the data of figures over a parameter: medians, counts, throughput, percentiles, threads. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figures_parts.h"
#include "xalloc.h"

#define LABEL_SPACE 0.09 /* of the axis, that the label of a tic takes */

/* ---- the axis ---- */

static size_t row_at(const struct figure *f, size_t i)
{
	return f->rows[i] == FIGURE_NO_ROW ? f->others[i] : f->rows[i];
}

static json_int_t place_value(const struct comparison *c, const struct figure *f, size_t i)
{
	return figure_axis_value(c, row_at(f, i), f->param);
}

/* Short, as a suite has it: 500ns, 20us. */
static char *time_label(json_int_t ns)
{
	if (ns >= 1000000 && ns % 1000000 == 0)
		return xasprintf("%" JSON_INTEGER_FORMAT "ms", ns / 1000000);
	if (ns >= 1000 && ns % 1000 == 0)
		return xasprintf("%" JSON_INTEGER_FORMAT "us", ns / 1000);
	return xasprintf("%" JSON_INTEGER_FORMAT "%s", ns, ns ? "ns" : "");
}

static char *tic_label(const char *param, json_int_t value)
{
	if (figure_is_time(param))
		return time_label(value);
	if (value >= (1 << 20) && value % (1 << 20) == 0)
		return xasprintf("%" JSON_INTEGER_FORMAT "M", value >> 20);
	if (value >= (1 << 12) && value % (1 << 10) == 0)
		return xasprintf("%" JSON_INTEGER_FORMAT "K", value >> 10);
	return xasprintf("%" JSON_INTEGER_FORMAT, value);
}

static const char *axis_name(const char *param)
{
	if (!strcmp(param, "sync"))
		return "sync: set time of a CMD_SYNC";
	if (!strcmp(param, "tlbi"))
		return "tlbi: set time of a TLBI";
	if (!strcmp(param, "atc"))
		return "atc: set round trip of an ATC_INV";
	return param;
}

/* Times from 0 on, over so wide a range that the axis must be logarithmic: the 0 gets a place left of the others. */
static bool zero_apart(const struct comparison *c, const struct figure *f)
{
	return f->nr_rows > 2 && figure_is_time(f->param) && !place_value(c, f, 0) &&
	       place_value(c, f, f->nr_rows - 1) / place_value(c, f, 1) >= 4;
}

/* Where a value is on the axis: 0 at its left end, 1 at its right one. */
static double place(double value, double first, double last, bool logarithmic)
{
	if (last <= first)
		return 0;
	return logarithmic ? log(value / first) / log(last / first) : (value - first) / (last - first);
}

void figure_axis(FILE *script, const struct comparison *c, const struct figure *f)
{
	json_int_t first = place_value(c, f, 0);
	const json_int_t last = place_value(c, f, f->nr_rows - 1);
	const bool apart = zero_apart(c, f);
	double labelled = -1;
	bool logarithmic;
	size_t i;

	if (apart)
		first = (place_value(c, f, 1) + 1) / 2;
	figure_quote(script, "xlabel", axis_name(f->param), TITLE_BYTES);
	logarithmic = first > 0 && last / first >= 4;
	if (apart)
		fprintf(script, "zero=%" JSON_INTEGER_FORMAT "; ", first);
	fprintf(script, "xmin=%" JSON_INTEGER_FORMAT "; xmax=%" JSON_INTEGER_FORMAT "; logx=%d; tics='", first, last,
		logarithmic);
	for (i = 0; i < f->nr_rows; i++) {
		const json_int_t value = place_value(c, f, i), at = apart && !i ? first : value;
		const double x = place((double)at, (double)first, (double)last, logarithmic);
		/* A tic whose label would run into a neighbour's has none; the last one always has. */
		const bool label = at == last || (x - labelled >= LABEL_SPACE && 1 - x >= LABEL_SPACE);
		char *words = label ? tic_label(f->param, value) : xstrdup("");

		if (label)
			labelled = x;
		fprintf(script, "%s\"%s\" %" JSON_INTEGER_FORMAT, i ? ", " : "", words, at);
		free(words);
	}
	fputs("'\n", script);
}

/* ---- points ---- */

struct point {
	bool present;
	double value, low, high;
};

static struct point metric_point(const struct metric *m)
{
	struct point p = { m->present, m->value, INFINITY, -INFINITY };
	size_t i;

	for (i = 0; i < m->nr_values; i++) {
		p.low = fmin(p.low, m->values[i]);
		p.high = fmax(p.high, m->values[i]);
	}
	return p;
}

/* The middle thread, and those that it stands between. */
static struct point thread_point(const struct side *side, const struct cell *cell)
{
	const struct thread_spread s = compare_threads(side, cell);

	return (struct point){ s.means.low > 0, s.means.middle, s.means.low, s.means.high };
}

static struct point get_point(const struct comparison *c, const struct figure *f, size_t row, size_t side)
{
	const struct cell *cell;

	if (row == FIGURE_NO_ROW || c->rows[row].cells[side].status != STATUS_PASS)
		return (struct point){ 0 };
	cell = &c->rows[row].cells[side];
	return f->kind == FIGURE_FAIRNESS ? thread_point(&c->sides[side], cell) :
					    metric_point(&cell->metrics[f->metric]);
}

static void write_point(FILE *tsv, const struct point *p)
{
	if (p->present)
		fprintf(tsv, "\t%.10g\t%.10g\t%.10g", p->value, p->low, p->high);
	else
		fputs("\t?\t?\t?", tsv);
}

/* Of the rows with one value of the choice, or of all; @values widens. */
static void add_values(const struct comparison *c, const struct figure *f, const size_t *rows,
		       struct figure_values *values, bool *present)
{
	size_t i, side;

	for (i = 0; i < f->nr_rows; i++)
		for (side = 0; side < c->nr_sides; side++) {
			const struct point p = get_point(c, f, rows[i], side);

			if (!p.present)
				continue;
			present[side] = true;
			values->low = fmin(values->low, p.value);
			values->high = fmax(values->high, p.value);
		}
}

static char *sweep_of(const struct comparison *c, const struct figure *f)
{
	const char *unit = c->rows[row_at(f, 0)].unit;

	switch (f->kind) {
	case FIGURE_COUNTS:
		return xasprintf("%s per %s", f->metric == METRIC_SYNCS ? "CMD_SYNCs" : "commands", unit);
	case FIGURE_THROUGHPUT:
		return xasprintf("%s/s, all threads", unit);
	default:
		return xasprintf("per %s", unit);
	}
}

static enum values_are sweep_are(const struct figure *f)
{
	return f->kind == FIGURE_COUNTS ? VALUES_COUNTS : f->kind == FIGURE_THROUGHPUT ? VALUES_RATES : VALUES_TIMES;
}

/* ---- two values of a choice ---- */

static size_t first_row(const struct figure *f, const size_t *rows)
{
	size_t i = 0;

	while (rows[i] == FIGURE_NO_ROW && i + 1 < f->nr_rows)
		i++;
	return rows[i];
}

static char *choice_text(const struct comparison *c, const struct figure *f, const size_t *rows)
{
	const json_t *params = c->rows[first_row(f, rows)].params;

	return xasprintf("%s=%s", f->choice, json_string_value(json_object_get(params, f->choice)));
}

/* @present: the kernels with the first value. */
static void script_choice(FILE *script, const struct comparison *c, const struct figure *f, const bool *present,
			  bool *others)
{
	char *first = choice_text(c, f, f->rows), *second = choice_text(c, f, f->others);
	size_t side;

	figure_kernels(script, c, "others", others);
	for (side = 0; side < c->nr_sides; side++)
		others[side] = others[side] && !present[side];
	figure_kernels(script, c, "alone", others);
	figure_quote(script, "solid", first, LABEL_BYTES);
	figure_quote(script, "dashed", second, LABEL_BYTES);
	fprintf(script, "sides=%zu; ", c->nr_sides);
	free(first);
	free(second);
}

static void choice_names(FILE *tsv, const struct comparison *c, const struct figure *f)
{
	char *second = choice_text(c, f, f->others);
	size_t side;

	for (side = 0; side < c->nr_sides; side++)
		fprintf(tsv, "\t%1$s %2$s\t%1$s %2$s lowest\t%1$s %2$s highest", c->sides[side].label, second);
	free(second);
}

/* ---- the guide ---- */

/* What the first kernel that has one takes without a device, and the set times on top of it. */
static double guide_value(const struct comparison *c, const struct figure *f, size_t i)
{
	const struct row *row = &c->rows[f->rows[i]], *control = &c->rows[f->rows[0]];
	const double devices = (double)figure_axis_value(c, f->rows[i], f->param);
	size_t side = 0;

	while (control->cells[side].status != STATUS_PASS)
		side++;
	return control->cells[side].metrics[METRIC_MEDIAN].value +
	       (devices > 0 ? devices * figure_set_sync(c, row) : 0);
}

/* ---- a sweep ---- */

static void write_names(FILE *tsv, const struct comparison *c, const struct figure *f)
{
	size_t side;

	fputs(f->param, tsv);
	for (side = 0; side < c->nr_sides; side++)
		fprintf(tsv, "\t%1$s\t%1$s lowest\t%1$s highest", c->sides[side].label);
	if (f->choice)
		choice_names(tsv, c, f);
	fputs(f->guide ? "\tset time alone\n" : "\n", tsv);
}

static void write_points(FILE *tsv, const struct comparison *c, const struct figure *f, size_t row)
{
	struct point p;
	size_t side;

	for (side = 0; side < c->nr_sides; side++) {
		p = get_point(c, f, row, side);
		write_point(tsv, &p);
	}
}

static void write_rows(FILE *tsv, const struct comparison *c, const struct figure *f)
{
	size_t i;

	for (i = 0; i < f->nr_rows; i++) {
		fprintf(tsv, "%" JSON_INTEGER_FORMAT, place_value(c, f, i));
		write_points(tsv, c, f, f->rows[i]);
		if (f->choice)
			write_points(tsv, c, f, f->others[i]);
		if (f->guide)
			fprintf(tsv, "\t%.10g", guide_value(c, f, i));
		fputc('\n', tsv);
		/* An empty line is a gap in gnuplot's lines. */
		if (!i && zero_apart(c, f))
			fputc('\n', tsv);
	}
}

static const char *gnuplot_file(enum figure_kind kind)
{
	switch (kind) {
	case FIGURE_COUNTS:
		return "counts";
	case FIGURE_THROUGHPUT:
		return "throughput";
	case FIGURE_FAIRNESS:
		return "threads";
	default:
		return "sweep";
	}
}

void figures_write_sweep(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	char *of = sweep_of(c, f);
	bool *others = figure_flags(c);
	struct figure_values values = { INFINITY, -INFINITY, of, figure_flags(c), sweep_are(f) };

	write_names(tsv, c, f);
	write_rows(tsv, c, f);
	add_values(c, f, f->rows, &values, values.present);
	if (f->choice)
		add_values(c, f, f->others, &values, others);
	figure_head(script, c, f, f->title, &values);
	if (f->choice)
		script_choice(script, c, f, values.present, others);
	if (f->guide)
		fprintf(script, "guide=%zu; ", 3 * c->nr_sides + 2);
	if (f->kind == FIGURE_COUNTS)
		fprintf(script, "ymax=%.10g; ", values.high);
	figure_axis(script, c, f);
	fprintf(script, "load plots.'/%s.gp'\n\n", gnuplot_file(f->kind));
	free(values.present);
	free(others);
	free(of);
}

/* ---- percentiles ---- */

static const enum metric_id tail_metrics[] = { METRIC_MEDIAN, METRIC_P99, METRIC_P999 };

static void write_tail_row(FILE *tsv, const struct comparison *c, const struct row *row, struct figure_values *values,
			   bool *p999)
{
	size_t side, i;

	for (side = 0; side < c->nr_sides; side++)
		for (i = 0; i < 3; i++) {
			const struct metric *m = &row->cells[side].metrics[tail_metrics[i]];

			if (!m->present) {
				fputs("\t?", tsv);
				continue;
			}
			values->present[side] = true;
			p999[side] = p999[side] || i == 2;
			values->low = fmin(values->low, m->value);
			values->high = fmax(values->high, m->value);
			fprintf(tsv, "\t%.10g", m->value);
		}
	fputc('\n', tsv);
}

void figures_write_tail(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	char *of = sweep_of(c, f);
	struct figure_values values = { INFINITY, -INFINITY, of, figure_flags(c), VALUES_TIMES };
	bool *p999 = figure_flags(c);
	size_t i, side;

	fputs(f->param, tsv);
	for (side = 0; side < c->nr_sides; side++)
		fprintf(tsv, "\t%1$s\t%1$s p99\t%1$s p99.9", c->sides[side].label);
	fputc('\n', tsv);
	for (i = 0; i < f->nr_rows; i++) {
		fprintf(tsv, "%" JSON_INTEGER_FORMAT, place_value(c, f, i));
		write_tail_row(tsv, c, &c->rows[f->rows[i]], &values, p999);
	}
	curve_range(script, &values, figure_head(script, c, f, f->title, &values));
	figure_kernels(script, c, "p999", p999);
	figure_axis(script, c, f);
	fputs("load plots.'/tail.gp'\n\n", script);
	free(values.present);
	free(p999);
	free(of);
}
