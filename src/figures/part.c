// SPDX-License-Identifier: GPL-2.0-only
/* part.c - what every figure is told: its title, its axes' names, its kernels. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gnuplot.h"
#include "part.h"
#include "xalloc.h"

/* ---- which rows ---- */

bool figure_passed(const struct comparison *c, const struct row *row)
{
	size_t side;

	for (side = 0; side < c->nr_sides; side++)
		if (row->cells[side].status == STATUS_PASS)
			return true;
	return false;
}

bool figure_matters(const struct comparison *c, const struct row *row)
{
	size_t side;

	for (side = 1; side < c->nr_sides; side++)
		if (verdict_moved(row->cells[side].verdict) || row->cells[side].verdict == VERDICT_INCONCLUSIVE)
			return true;
	return false;
}

double figure_set_sync(const struct comparison *c, const struct row *row)
{
	size_t side;

	for (side = 0; side < c->nr_sides; side++)
		if (row->cells[side].status == STATUS_PASS && row->cells[side].cases[0]->service.present)
			return (double)row->cells[side].cases[0]->service.set_median;
	return (double)json_integer_value(json_object_get(row->params, "sync"));
}

/* ---- values ---- */

bool *figure_flags(const struct comparison *c)
{
	return xcalloc(c->nr_sides, sizeof(bool));
}

struct figure_values values_of(const struct comparison *c, const char *of, enum values_are are)
{
	return (struct figure_values){ INFINITY, -INFINITY, of, figure_flags(c), are };
}

void values_add(struct figure_values *values, size_t side, double low, double high)
{
	values->present[side] = true;
	values->low = fmin(values->low, low);
	values->high = fmax(values->high, high);
}

void values_free(struct figure_values *values)
{
	free(values->present);
}

void figure_tell_value(FILE *out, const struct cell *cell, enum metric_id id)
{
	fprintf(out, "%.*f", metric_decimals(id), cell->metrics[id].value);
}

/* ---- the data ---- */

const char *const figure_line[] = { "", NULL };
const char *const figure_bars[] = { "", " lowest", " highest", NULL };

void figure_name(FILE *tsv, const char *name, const char *const *ends)
{
	for (; *ends; ends++) {
		fputc('\t', tsv);
		gnuplot_column(tsv, "%s%s", name, *ends);
	}
}

void figure_names(FILE *tsv, const struct comparison *c, const char *x, const char *const *ends, const char *last)
{
	size_t side;

	gnuplot_column(tsv, "%s", x);
	for (side = 0; side < c->nr_sides; side++)
		figure_name(tsv, c->sides[side].label, ends);
	fprintf(tsv, "%s%s\n", last ? "\t" : "", last ? last : "");
}

/* ---- the script ---- */

/* gnuplot complains about a line without a single point. */
void figure_kernels(FILE *script, const struct comparison *c, const char *name, const bool *present)
{
	const char *space = "";
	size_t side;

	fprintf(script, "%s='", name);
	for (side = 0; side < c->nr_sides; side++)
		if (present[side]) {
			fprintf(script, "%s%zu", space, side + 1);
			space = " ";
		}
	fputs("'; ", script);
}

/* Instructions and counts stay what they are; times and rates are told so that numbers stay short. */
static double axis_unit(const struct comparison *c, const struct figure_values *values)
{
	if (values->are == VALUES_COUNTS || (values->are == VALUES_TIMES && compare_counts(c)) || values->high < 1e4)
		return 1;
	if (values->are == VALUES_RATES)
		return values->high < 1e7 ? 1e3 : 1e6;
	return values->low < 1e6 ? 1e3 : 1e6;
}

static char *axis_label(const struct comparison *c, const struct figure_values *values, double per)
{
	if (values->are == VALUES_TIMES)
		return xasprintf("%s %s", per == 1 ? compare_unit(c) : per == 1e3 ? "us" : "ms", values->of);
	return xasprintf("%s%s", per == 1 ? "" : per == 1e3 ? "1000 " : "million ", values->of);
}

double figure_head(FILE *script, const struct comparison *c, const struct figure *f, const char *title,
		   const struct figure_values *values)
{
	const double per = axis_unit(c, values);
	char *ylabel = axis_label(c, values, per);

	gnuplot_quote(script, "stem", f->stem, strlen(f->stem));
	gnuplot_quote(script, "title", title, TITLE_BYTES);
	gnuplot_quote(script, "ylabel", ylabel, LABEL_BYTES);
	if (per > 1)
		fprintf(script, "per=%.0f; ", per);
	gnuplot_quote(script, "bed", c->bed->name, TITLE_BYTES);
	figure_kernels(script, c, "kernels", values->present);
	free(ylabel);
	return per;
}

void figure_range(FILE *script, const struct figure_values *values, double per)
{
	fprintf(script, "ymin=%.10g; ymax=%.10g; logy=%d\n", values->low / per, values->high / per,
		values->low > 0 && values->high / values->low > LOG_ABOVE);
}

void figure_load(FILE *script, const struct figure *f)
{
	fprintf(script, "load plots.'/%s.gp'\n\n", f->type->plot);
}
