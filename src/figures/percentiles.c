// SPDX-License-Identifier: GPL-2.0-only
/* percentiles.c - the whole distribution of one case. */
#include <errno.h>
#include <stdlib.h>

#include "curve.h"
#include "xalloc.h"

static void choose(const struct comparison *c, const struct families *families, struct figures *figures)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (figure_passed(c, &c->rows[i]) && compare_has_latency(c, &c->rows[i]))
			figure_add_case(figures, c, i, xstrdup(c->rows[i].name));
}

static int write_data(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	struct curve *curves = calloc(c->nr_sides, sizeof(*curves));
	const struct row *row = &c->rows[f->rows[0]];
	double x[CURVE_POINTS], per;
	char *of = xasprintf("per %s", row->unit);
	struct figure_values values;
	int err = curves ? curves_of_case(c, row, curves, x) : -ENOMEM;

	if (!err) {
		figure_names(tsv, c, "1/(1-p)", figure_line, NULL);
		curve_write(tsv, c, curves, x);
		curve_values(c, curves, of, &values);
		per = figure_head(script, c, f, f->title, &values);
		fprintf(script, "xmax=%.8g; ", x[CURVE_POINTS - 1]);
		figure_range(script, &values, per);
		figure_load(script, f);
		values_free(&values);
	}
	free(of);
	free(curves);
	return err;
}

/* "median and p99 in ns per sync: list 1041 and 1098, array 848 and 905" */
static void tell(FILE *out, const struct comparison *c, const struct figure *f)
{
	const struct row *row = &c->rows[f->rows[0]];
	const char *comma = "";
	size_t side;

	fprintf(out, "Percentile curves; median and p99 in %s per %s:", compare_unit(c), row->unit);
	for (side = 0; side < c->nr_sides; side++) {
		if (row->cells[side].status != STATUS_PASS)
			continue;
		fprintf(out, "%s %s ", comma, c->sides[side].label);
		figure_tell_value(out, &row->cells[side], METRIC_MEDIAN);
		fputs(" and ", out);
		figure_tell_value(out, &row->cells[side], METRIC_P99);
		comma = ",";
	}
}

FIGURE_TYPE(percentiles) = {
	.letter = 'p',
	.plot = "percentiles",
	.part = PART_DISTRIBUTION,
	.order = 10,
	.choose = choose,
	.write = write_data,
	.alternative = tell,
};
