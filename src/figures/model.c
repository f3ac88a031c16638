// SPDX-License-Identifier: GPL-2.0-only
/* model.c - the figures that only bed model has: what is above a set time, and how well the model kept it. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "curve.h"
#include "lines.h"
#include "stats.h"
#include "xalloc.h"

#define EXCESS_POINTS 3 /* a line through fewer shows nothing */
#define EXCESS_TITLE  "what a CMD_SYNC costs above its set time"

/* ---- which figures ---- */

/* One CMD_SYNC an operation: with several, their set times would count several times, or overlap. */
static bool syncs_once(const struct result_case *rc)
{
	const json_int_t warmup = json_integer_value(json_object_get(rc->params, "warmup"));
	const double ops = (double)rc->ops + (double)warmup * (double)rc->nr_threads;

	return rc->service.present && fabs((double)rc->service.syncs / ops - 1) < 0.05;
}

static bool excess_row(const struct comparison *c, const struct row *row)
{
	size_t side, passed = 0;

	for (side = 0; side < c->nr_sides; side++) {
		if (row->cells[side].status != STATUS_PASS)
			continue;
		if (!syncs_once(row->cells[side].cases[0]))
			return false;
		passed++;
	}
	return passed > 0;
}

/* Over the set time of a CMD_SYNC, from none on. */
static bool has_excess(const struct comparison *c, const struct family *f)
{
	size_t i;

	if (f->choice || strcmp(f->param, "sync") || f->count < EXCESS_POINTS ||
	    family_place(c, f->rows[0], f->param) || !family_has_line(c, f, METRIC_MEDIAN))
		return false;
	for (i = 0; i < f->count; i++)
		if (!excess_row(c, &c->rows[f->rows[i]]))
			return false;
	return true;
}

static void choose_excess(const struct comparison *c, const struct families *families, struct figures *figures)
{
	size_t i;

	for (i = 0; i < families->count; i++) {
		const struct family *family = &families->list[i];
		struct figure f;
		char *name;

		if (!has_excess(c, family))
			continue;
		f = lines_figure(c, family, 0, METRIC_MEDIAN, "");
		free(f.title);
		name = family_name(c->rows[f.rows[0]].name, f.param, NULL);
		f.title = xasprintf("%s: %s", name, EXCESS_TITLE);
		free(name);
		figure_add(figures, f);
	}
}

static const struct result_service *service_of(const struct row *row, size_t side, size_t boot)
{
	const struct result_case *rc = row->cells[side].cases[boot];

	return rc && rc->service.present && rc->service.syncs ? &rc->service : NULL;
}

static bool has_lateness(const struct comparison *c)
{
	size_t row, side, boot;

	for (row = 0; row < c->nr_rows; row++)
		for (side = 0; side < c->nr_sides; side++)
			for (boot = 0; boot < c->sides[side].nr_boots; boot++)
				if (service_of(&c->rows[row], side, boot))
					return true;
	return false;
}

static void choose_lateness(const struct comparison *c, const struct families *families, struct figures *figures)
{
	struct figure f = { 0 };

	if (!has_lateness(c))
		return;
	f.title = xstrdup("The model's own clock: how late it served CMD_SYNCs");
	figure_add(figures, f);
}

/* ---- excess ---- */

/* Over the boots: middle, lowest, highest. */
struct excess {
	bool present;
	double middle, low, high;
};

/* Boot by boot, as a boot's own cost without a set time is what its others stand on. */
static struct excess get_excess(const struct side *side, const struct cell *zero, const struct cell *cell,
				double set_ns)
{
	struct excess e = { .low = INFINITY, .high = -INFINITY };
	double *values;
	size_t i;

	if (zero->status != STATUS_PASS || cell->status != STATUS_PASS)
		return e;
	values = xcalloc(side->nr_boots, sizeof(*values));
	for (i = 0; i < side->nr_boots; i++) {
		values[i] = cell->metrics[METRIC_MEDIAN].values[i] - zero->metrics[METRIC_MEDIAN].values[i] - set_ns;
		e.low = fmin(e.low, values[i]);
		e.high = fmax(e.high, values[i]);
	}
	e.middle = stats_median(values, side->nr_boots);
	e.present = true;
	free(values);
	return e;
}

/*
 * The model's part, of all kernels and boots. Its lateness, not what it took
 * less what was set: of a long time the histogram knows only the leading digits.
 */
static double model_share(const struct comparison *c, const struct row *row)
{
	double *values = NULL, share;
	size_t side, boot, n = 0;

	for (side = 0; side < c->nr_sides; side++)
		for (boot = 0; boot < c->sides[side].nr_boots; boot++) {
			const struct result_service *s = service_of(row, side, boot);

			if (!s || row->cells[side].status != STATUS_PASS)
				continue;
			*xappend(values, n) = (double)hist_quantile(&s->lateness, 0.5);
		}
	share = n ? stats_median(values, n) : NAN;
	free(values);
	return share;
}

static void write_excess_row(FILE *tsv, const struct comparison *c, const struct row *zero, const struct row *row,
			     struct figure_values *values)
{
	const double set_ns = figure_set_sync(c, row), share = model_share(c, row);
	size_t side;

	for (side = 0; side < c->nr_sides; side++) {
		const struct excess e = get_excess(&c->sides[side], &zero->cells[side], &row->cells[side], set_ns);

		if (!e.present) {
			fputs("\t?\t?\t?", tsv);
			continue;
		}
		values_add(values, side, e.low, e.high);
		fprintf(tsv, "\t%.10g\t%.10g\t%.10g", e.middle, e.low, e.high);
	}
	values->low = fmin(values->low, share);
	values->high = fmax(values->high, share);
	fprintf(tsv, "\t%.10g\n", share);
}

static int write_excess(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	struct figure_values values = values_of(c, "above set time", VALUES_TIMES);
	struct figure line = *f; /* without the 0 that the others are measured from */
	char *title = family_name(c->rows[f->rows[0]].name, f->param, NULL);
	double per;
	size_t i;

	line.rows++;
	line.nr_rows--;
	figure_names(tsv, c, f->param, figure_bars, "model's part");
	for (i = 0; i < line.nr_rows; i++) {
		fprintf(tsv, "%" JSON_INTEGER_FORMAT, lines_place(c, &line, i));
		write_excess_row(tsv, c, &c->rows[f->rows[0]], &c->rows[line.rows[i]], &values);
	}
	per = figure_head(script, c, f, title, &values);
	fprintf(script, "share=%zu; ", 3 * c->nr_sides + 2);
	figure_range(script, &values, per);
	lines_axis(script, c, &line);
	figure_load(script, f);
	values_free(&values);
	free(title);
	return 0;
}

static void tell_excess(FILE *out, const struct comparison *c, const struct figure *f)
{
	fputs("Lines over the set time of a CMD_SYNC, one a kernel: what an operation took above it", out);
}

FIGURE_TYPE(excess) = {
	.letter = 'e',
	.plot = "excess",
	.part = PART_COST,
	.order = 6,
	.choose = choose_excess,
	.write = write_excess,
	.alternative = tell_excess,
};

/* ---- lateness ---- */

/* All timing passes of a kernel in one histogram, those that were refused for being late too. @h is empty before. */
static int pool_lateness(const struct comparison *c, size_t side, struct histogram *h)
{
	size_t row, boot;
	int err = 0;

	for (row = 0; row < c->nr_rows; row++)
		for (boot = 0; boot < c->sides[side].nr_boots && !err; boot++) {
			const struct result_service *s = service_of(&c->rows[row], side, boot);

			if (!s)
				continue;
			if (!h->buckets)
				err = hist_init(h, s->lateness.sub_bits);
			err = err ?: hist_merge(h, &s->lateness);
		}
	return err;
}

/* A clock of nanoseconds knows no less than one, and a logarithmic axis no 0. */
static void fill_lateness(struct curve *curve, const struct histogram *h, const double q[CURVE_POINTS])
{
	size_t i;

	curve_fill(curve, h, q, 0);
	for (i = 0; i < CURVE_POINTS; i++)
		curve->values[i] = fmax(curve->values[i], 1);
}

static void write_pools(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script,
			const struct curve *curves, const double x[CURVE_POINTS])
{
	struct figure_values values;
	double per;

	figure_names(tsv, c, "1/(1-p)", figure_line, NULL);
	curve_write(tsv, c, curves, x);
	curve_values(c, curves, "late", &values);
	per = figure_head(script, c, f, f->title, &values);
	fprintf(script, "xmax=%.8g; ", x[CURVE_POINTS - 1]);
	figure_range(script, &values, per);
	figure_load(script, f);
	values_free(&values);
}

static int write_lateness(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	struct histogram *pools = calloc(c->nr_sides, sizeof(*pools));
	struct curve *curves = calloc(c->nr_sides, sizeof(*curves));
	double x[CURVE_POINTS], q[CURVE_POINTS], most = 10;
	size_t side;
	int err = pools && curves ? 0 : -ENOMEM;

	for (side = 0; side < c->nr_sides && !err; side++) {
		err = pool_lateness(c, side, &pools[side]);
		most = fmax(most, (double)pools[side].count);
	}
	curve_axis(most, x, q);
	for (side = 0; side < c->nr_sides && !err; side++)
		if (pools[side].count)
			fill_lateness(&curves[side], &pools[side], q);
	if (!err)
		write_pools(tsv, c, f, script, curves, x);
	for (side = 0; pools && side < c->nr_sides; side++)
		hist_free(&pools[side]);
	free(pools);
	free(curves);
	return err;
}

static void tell_lateness(FILE *out, const struct comparison *c, const struct figure *f)
{
	fputs("Percentile curves, one a kernel: how late the model served CMD_SYNCs; the table of this section has figures",
	      out);
}

FIGURE_TYPE(lateness) = {
	.letter = 'l',
	.plot = "lateness",
	.part = PART_CLOCK,
	.order = 7,
	.choose = choose_lateness,
	.write = write_lateness,
	.alternative = tell_lateness,
};
