// SPDX-License-Identifier: GPL-2.0-only
/* tail.c - median, p99 and p99.9 over a load, on beds that measure time. */
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "xalloc.h"

/* ---- which ---- */

/* Each value of a choice has a figure of its own here: the line styles are the percentiles'. */
static void add_half(const struct comparison *c, struct figures *figures, const struct family *f, size_t subject,
		     const size_t *rows)
{
	struct family half = { .param = f->param, .rows = xcalloc(f->count, sizeof(*rows)) };
	size_t i;

	for (i = 0; i < f->count; i++)
		if (rows[i] != FIGURE_NO_ROW)
			half.rows[half.count++] = rows[i];
	if (family_has_line(c, &half, METRIC_P99))
		figure_add(figures, lines_figure(c, &half, subject, METRIC_P99, "p50, p99, p99.9"));
	free(half.rows);
}

/* On bed icount a tail of instructions is the curves'. */
static void choose(const struct comparison *c, const struct families *families, struct figures *figures)
{
	size_t i;

	for (i = 0; i < families->count && !compare_counts(c); i++) {
		const struct family *f = &families->list[i];

		if (!family_is_load(f->param))
			continue;
		add_half(c, figures, f, i, f->rows);
		if (f->choice)
			add_half(c, figures, f, i, f->others);
	}
}

/* ---- the data ---- */

static const enum metric_id metrics[] = { METRIC_MEDIAN, METRIC_P99, METRIC_P999 };
static const char *const names[] = { "", " p99", " p99.9", NULL };

static void write_row(FILE *tsv, const struct comparison *c, const struct row *row, struct figure_values *values,
		      bool *p999)
{
	size_t side, i;

	for (side = 0; side < c->nr_sides; side++)
		for (i = 0; i < 3; i++) {
			const struct metric *m = &row->cells[side].metrics[metrics[i]];

			if (!m->present) {
				fputs("\t?", tsv);
				continue;
			}
			values_add(values, side, m->value, m->value);
			p999[side] = p999[side] || i == 2;
			fprintf(tsv, "\t%.10g", m->value);
		}
	fputc('\n', tsv);
}

static int write_data(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	char *of = xasprintf("per %s", c->rows[f->rows[0]].unit);
	struct figure_values values = values_of(c, of, VALUES_TIMES);
	bool *p999 = figure_flags(c);
	size_t i;

	figure_names(tsv, c, f->param, names, NULL);
	for (i = 0; i < f->nr_rows; i++) {
		fprintf(tsv, "%" JSON_INTEGER_FORMAT, lines_place(c, f, i));
		write_row(tsv, c, &c->rows[f->rows[i]], &values, p999);
	}
	figure_range(script, &values, figure_head(script, c, f, f->title, &values));
	figure_kernels(script, c, "p999", p999);
	lines_axis(script, c, f);
	figure_load(script, f);
	values_free(&values);
	free(p999);
	free(of);
	return 0;
}

FIGURE_TYPE(tail) = {
	.letter = 'q',
	.plot = "tail",
	.part = PART_SPREAD,
	.order = 4,
	.choose = choose,
	.write = write_data,
	.alternative = lines_tell,
};
