// SPDX-License-Identifier: GPL-2.0-only
/* figures_model.c - the figures that only bed model has: what is above a set time, and how well the model kept it. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figures_parts.h"
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

static void choose_excess(const struct comparison *c, struct figures *figures, size_t sweep)
{
	/* A copy: the list moves when it grows. */
	const struct figure s = figures->list[sweep];
	struct figure f = { .kind = FIGURE_EXCESS, .nr_rows = s.nr_rows, .workload = s.workload };
	char *name;
	size_t i;

	if (s.kind != FIGURE_SWEEP || s.choice || strcmp(s.param, "sync") || s.nr_rows < EXCESS_POINTS ||
	    figure_axis_value(c, s.rows[0], s.param))
		return;
	for (i = 0; i < s.nr_rows; i++)
		if (!excess_row(c, &c->rows[s.rows[i]]))
			return;
	f.param = xstrdup(s.param);
	f.rows = xcalloc(s.nr_rows, sizeof(*f.rows));
	memcpy(f.rows, s.rows, s.nr_rows * sizeof(*f.rows));
	name = figure_sweep_title(c->rows[f.rows[0]].name, f.param);
	f.title = xasprintf("%s: %s", name, EXCESS_TITLE);
	free(name);
	figure_add(figures, c, f);
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

static void choose_lateness(const struct comparison *c, struct figures *figures)
{
	struct figure f = { .kind = FIGURE_LATENESS };

	if (!has_lateness(c))
		return;
	f.title = xasprintf("The model's own clock: how late it served CMD_SYNCs");
	figure_add(figures, c, f);
}

void figures_choose_model(const struct comparison *c, struct figures *figures)
{
	const size_t nr_sweeps = figures->count;
	size_t i;

	for (i = 0; i < nr_sweeps; i++)
		choose_excess(c, figures, i);
	choose_lateness(c, figures);
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

static void widen(struct figure_values *values, double low, double high)
{
	values->low = fmin(values->low, low);
	values->high = fmax(values->high, high);
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
		values->present[side] = true;
		widen(values, e.low, e.high);
		fprintf(tsv, "\t%.10g\t%.10g\t%.10g", e.middle, e.low, e.high);
	}
	widen(values, share, share);
	fprintf(tsv, "\t%.10g\n", share);
}

int figures_write_excess(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	struct figure_values values = { INFINITY, -INFINITY, "above set time", figure_flags(c), VALUES_TIMES };
	struct figure line = *f; /* without the 0 that the others are measured from */
	char *title = figure_sweep_title(c->rows[f->rows[0]].name, f->param);
	double per;
	size_t i;

	line.rows++;
	line.nr_rows--;
	figure_names(tsv, c, f->param, 3, "model's part");
	for (i = 0; i < line.nr_rows; i++) {
		fprintf(tsv, "%" JSON_INTEGER_FORMAT, figure_axis_value(c, line.rows[i], f->param));
		write_excess_row(tsv, c, &c->rows[f->rows[0]], &c->rows[line.rows[i]], &values);
	}
	per = figure_head(script, c, f, title, &values);
	fprintf(script, "share=%zu; ", 3 * c->nr_sides + 2);
	curve_range(script, &values, per);
	figure_axis(script, c, &line);
	fputs("load plots.'/excess.gp'\n\n", script);
	free(values.present);
	free(title);
	return 0;
}

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

static void write_lateness(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script,
			   const struct curve *curves, const double x[CURVE_POINTS])
{
	struct figure_values values;
	double per;

	figure_names(tsv, c, "1/(1-p)", 1, NULL);
	curve_write(tsv, c, curves, x);
	curve_values(c, curves, "late", &values);
	per = figure_head(script, c, f, f->title, &values);
	fprintf(script, "xmax=%.8g; ", x[CURVE_POINTS - 1]);
	curve_range(script, &values, per);
	fputs("load plots.'/lateness.gp'\n\n", script);
	free(values.present);
}

int figures_write_lateness(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
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
		write_lateness(tsv, c, f, script, curves, x);
	for (side = 0; pools && side < c->nr_sides; side++)
		hist_free(&pools[side]);
	free(pools);
	free(curves);
	return err;
}
