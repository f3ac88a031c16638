// SPDX-License-Identifier: GPL-2.0-only
/* sweep.c - a line a kernel over a parameter: medians, counts, throughput, means of threads. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gnuplot.h"
#include "lines.h"
#include "xalloc.h"
#include "spread.h"

/* ---- points ---- */

struct point {
	bool present;
	double value, low, high;
};

static struct point metric_point(const struct side *side, const struct cell *cell, enum metric_id id)
{
	const struct metric *m = &cell->metrics[id];
	struct point p = { m->present, m->value, INFINITY, -INFINITY };
	size_t i;

	for (i = 0; i < m->nr_values; i++) {
		p.low = fmin(p.low, m->values[i]);
		p.high = fmax(p.high, m->values[i]);
	}
	return p;
}

/* The middle thread, and those that it stands between. */
static struct point thread_point(const struct side *side, const struct cell *cell, enum metric_id id)
{
	const struct thread_spread s = compare_threads(side, cell);

	return (struct point){ s.means.low > 0, s.means.middle, s.means.low, s.means.high };
}

/* What a kind has on the y axis. */
struct shown {
	struct point (*point)(const struct side *side, const struct cell *cell, enum metric_id id);
	char *of;
	enum values_are are;
};

static struct point get_point(const struct comparison *c, const struct figure *f, const struct shown *y, size_t row,
			      size_t side)
{
	if (row == FIGURE_NO_ROW || c->rows[row].cells[side].status != STATUS_PASS)
		return (struct point){ 0 };
	return y->point(&c->sides[side], &c->rows[row].cells[side], f->metric);
}

/* Of the rows with one value of the choice, or of all; @values widens. */
static void add_values(const struct comparison *c, const struct figure *f, const struct shown *y, const size_t *rows,
		       struct figure_values *values, bool *present)
{
	size_t i, side;

	for (i = 0; i < f->nr_rows; i++)
		for (side = 0; side < c->nr_sides; side++) {
			const struct point p = get_point(c, f, y, rows[i], side);

			if (!p.present)
				continue;
			present[side] = true;
			values->low = fmin(values->low, p.value);
			values->high = fmax(values->high, p.value);
		}
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
	gnuplot_quote(script, "solid", first, LABEL_BYTES);
	gnuplot_quote(script, "dashed", second, LABEL_BYTES);
	fprintf(script, "sides=%zu; ", c->nr_sides);
	free(first);
	free(second);
}

static void choice_names(FILE *tsv, const struct comparison *c, const struct figure *f)
{
	char *second = choice_text(c, f, f->others), *name;
	size_t side;

	for (side = 0; side < c->nr_sides; side++) {
		name = xasprintf("%s %s", c->sides[side].label, second);
		figure_name(tsv, name, figure_bars);
		free(name);
	}
	free(second);
}

/* ---- the guide ---- */

/* What the first kernel that has one takes without a device, and the set times on top of it. */
static double guide_value(const struct comparison *c, const struct figure *f, size_t i)
{
	const struct row *row = &c->rows[f->rows[i]], *control = &c->rows[f->rows[0]];
	const double devices = (double)lines_place(c, f, i);
	size_t side = 0;

	while (control->cells[side].status != STATUS_PASS)
		side++;
	return control->cells[side].metrics[METRIC_MEDIAN].value +
	       (devices > 0 ? devices * figure_set_sync(c, row) : 0);
}

/* ---- the data ---- */

static void write_names(FILE *tsv, const struct comparison *c, const struct figure *f)
{
	size_t side;

	gnuplot_column(tsv, "%s", f->param);
	for (side = 0; side < c->nr_sides; side++)
		figure_name(tsv, c->sides[side].label, figure_bars);
	if (f->choice)
		choice_names(tsv, c, f);
	fputs(f->guide ? "\tset time alone\n" : "\n", tsv);
}

static void write_points(FILE *tsv, const struct comparison *c, const struct figure *f, const struct shown *y,
			 size_t row)
{
	size_t side;

	for (side = 0; side < c->nr_sides; side++) {
		const struct point p = get_point(c, f, y, row, side);

		if (p.present)
			fprintf(tsv, "\t%.10g\t%.10g\t%.10g", p.value, p.low, p.high);
		else
			fputs("\t?\t?\t?", tsv);
	}
}

static void write_rows(FILE *tsv, const struct comparison *c, const struct figure *f, const struct shown *y)
{
	size_t i;

	for (i = 0; i < f->nr_rows; i++) {
		fprintf(tsv, "%" JSON_INTEGER_FORMAT, lines_place(c, f, i));
		write_points(tsv, c, f, y, f->rows[i]);
		if (f->choice)
			write_points(tsv, c, f, y, f->others[i]);
		if (f->guide)
			fprintf(tsv, "\t%.10g", guide_value(c, f, i));
		fputc('\n', tsv);
		/* An empty line is a gap in gnuplot's lines. */
		if (!i && lines_zero_apart(c, f))
			fputc('\n', tsv);
	}
}

/* @y->of is taken over. */
static int write_lines(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script,
		       const struct shown *y)
{
	bool *others = figure_flags(c);
	struct figure_values values = values_of(c, y->of, y->are);

	write_names(tsv, c, f);
	write_rows(tsv, c, f, y);
	add_values(c, f, y, f->rows, &values, values.present);
	if (f->choice)
		add_values(c, f, y, f->others, &values, others);
	figure_head(script, c, f, f->title, &values);
	if (f->choice)
		script_choice(script, c, f, values.present, others);
	if (f->guide)
		fprintf(script, "guide=%zu; ", 3 * c->nr_sides + 2);
	if (y->are == VALUES_COUNTS)
		fprintf(script, "ymax=%.10g; ", values.high);
	lines_axis(script, c, f);
	figure_load(script, f);
	values_free(&values);
	free(others);
	free(y->of);
	return 0;
}

static const char *unit_of(const struct comparison *c, const struct figure *f)
{
	return c->rows[lines_row(f, 0)].unit;
}

/* ---- medians ---- */

/* The control becomes the sweep's point for no device, which the guide begins at. */
static void add_guide(const struct comparison *c, const struct family *family, struct figure *f)
{
	const size_t control = family_control(c, family);
	size_t *rows;

	f->guide = control != FIGURE_NO_ROW;
	if (!f->guide || !lines_place(c, f, 0))
		return;
	rows = xcalloc(f->nr_rows + 1, sizeof(*rows));
	rows[0] = control;
	memcpy(rows + 1, f->rows, f->nr_rows++ * sizeof(*rows));
	free(f->rows);
	f->rows = rows;
}

/* Over a size or a set time these stay, and the percentiles' curves tell the rest; over a load there are others too. */
static void choose_medians(const struct comparison *c, const struct families *families, struct figures *figures)
{
	size_t i;

	for (i = 0; i < families->count; i++) {
		const struct family *family = &families->list[i];
		struct figure f;

		if (!family_has_line(c, family, METRIC_MEDIAN))
			continue;
		f = lines_figure(c, family, i, METRIC_MEDIAN, "median");
		add_guide(c, family, &f);
		figure_add(figures, f);
	}
}

static int write_medians(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	const struct shown y = { metric_point, xasprintf("per %s", unit_of(c, f)), VALUES_TIMES };

	return write_lines(tsv, c, f, script, &y);
}

FIGURE_TYPE(sweep) = {
	.letter = 's',
	.plot = "sweep",
	.part = PART_SCALING,
	.order = 1,
	.choose = choose_medians,
	.write = write_medians,
	.alternative = lines_tell,
};

/* ---- counts, on bed icount ---- */

static void add_load(const struct comparison *c, const struct families *families, struct figures *figures, size_t nth,
		     enum metric_id metric, const char *what)
{
	const struct family *family = &families->list[nth];

	if (family_is_load(family->param) && family_has_line(c, family, metric))
		figure_add(figures, lines_figure(c, family, nth, metric, what));
}

static void choose_counts(const struct comparison *c, const struct families *families, struct figures *figures)
{
	size_t i;

	for (i = 0; i < families->count && compare_counts(c); i++) {
		add_load(c, families, figures, i, METRIC_COMMANDS, "commands");
		add_load(c, families, figures, i, METRIC_SYNCS, "CMD_SYNCs");
	}
}

static int write_counts(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	const char *what = f->metric == METRIC_SYNCS ? "CMD_SYNCs" : "commands";
	const struct shown y = { metric_point, xasprintf("%s per %s", what, unit_of(c, f)), VALUES_COUNTS };

	return write_lines(tsv, c, f, script, &y);
}

FIGURE_TYPE(counts) = {
	.letter = 'c',
	.plot = "counts",
	.part = PART_SCALING,
	.order = 2,
	.choose = choose_counts,
	.write = write_counts,
	.alternative = lines_tell,
};

/* ---- what all threads do in a second, on other beds ---- */

static void choose_throughput(const struct comparison *c, const struct families *families, struct figures *figures)
{
	size_t i;

	for (i = 0; i < families->count && !compare_counts(c); i++)
		add_load(c, families, figures, i, METRIC_THROUGHPUT, "throughput");
}

static int write_throughput(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	const struct shown y = { metric_point, xasprintf("%s/s, all threads", unit_of(c, f)), VALUES_RATES };

	return write_lines(tsv, c, f, script, &y);
}

FIGURE_TYPE(throughput) = {
	.letter = 't',
	.plot = "throughput",
	.part = PART_SCALING,
	.order = 3,
	.choose = choose_throughput,
	.write = write_throughput,
	.alternative = lines_tell,
};

/* ---- the mean of the fastest, the middle and the slowest thread, on other beds ---- */

static bool row_has_threads(const struct comparison *c, const struct row *row)
{
	size_t side;

	for (side = 0; side < c->nr_sides; side++)
		if (row->cells[side].status == STATUS_PASS && row->cells[side].cases[0]->nr_threads > 1)
			return true;
	return false;
}

static bool has_threads(const struct comparison *c, const struct family *f)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		if (f->rows[i] != FIGURE_NO_ROW && row_has_threads(c, &c->rows[f->rows[i]]))
			return true;
	return false;
}

static void choose_fairness(const struct comparison *c, const struct families *families, struct figures *figures)
{
	size_t i;

	for (i = 0; i < families->count && !compare_counts(c); i++)
		if (has_threads(c, &families->list[i]))
			add_load(c, families, figures, i, METRIC_MEAN, "thread means");
}

static int write_fairness(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	const struct shown y = { thread_point, xasprintf("per %s", unit_of(c, f)), VALUES_TIMES };

	return write_lines(tsv, c, f, script, &y);
}

FIGURE_TYPE(fairness) = {
	.letter = 'f',
	.plot = "threads",
	.part = PART_SPREAD,
	.order = 5,
	.adds = "threads apart",
	.choose = choose_fairness,
	.write = write_fairness,
	.alternative = lines_tell,
};
