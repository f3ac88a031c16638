// SPDX-License-Identifier: GPL-2.0-only
/* over_time.c - when in a pass the slow operations were: a heat map a kernel. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gnuplot.h"
#include "part.h"
#include "xalloc.h"
#include "order.h"

#define TIMELINES_MAX 8 /* maps of a bed */
#define STEPS	      3 /* of colour in a decade; timeline.gp has the same */
#define DECADES_MAX   4 /* rarer than 1 in 10000 looks like that */

/* ---- which figures ---- */

static const struct timeline_cells *timeline_of(const struct row *row, size_t side, size_t boot)
{
	const struct timeline_cells *t = &row->cells[side].cases[boot]->timeline;

	return t->windows && t->nr ? t : NULL;
}

/* All boots have one, and cut alike: a case of the same name may have had other numbers of operations. */
static bool has_timeline(const struct comparison *c, const struct row *row, size_t side)
{
	const struct timeline_cells *first, *t;
	size_t boot;

	if (row->cells[side].status != STATUS_PASS)
		return false;
	first = timeline_of(row, side, 0);
	for (boot = 0; boot < c->sides[side].nr_boots; boot++) {
		t = timeline_of(row, side, boot);
		if (!t || t->windows != first->windows || t->sub_bits != first->sub_bits)
			return false;
	}
	return true;
}

/* Where all operations are in one bucket there is nothing to see. */
static bool moves(const struct comparison *c, const struct row *row, size_t side)
{
	const unsigned int bucket = timeline_of(row, side, 0)->list[0].bucket;
	size_t boot, i;

	for (boot = 0; boot < c->sides[side].nr_boots; boot++)
		for (i = 0; i < timeline_of(row, side, boot)->nr; i++)
			if (timeline_of(row, side, boot)->list[i].bucket != bucket)
				return true;
	return false;
}

static bool drawable(const struct comparison *c, const struct row *row)
{
	size_t side;

	if (!compare_has_latency(c, row))
		return false;
	for (side = 0; side < c->nr_sides; side++)
		if (has_timeline(c, row, side) && moves(c, row, side))
			return true;
	return false;
}

static void choose_row(const struct comparison *c, size_t row, bool *chosen, size_t *count)
{
	if (*count == TIMELINES_MAX || chosen[row] || !drawable(c, &c->rows[row]))
		return;
	chosen[row] = true;
	(*count)++;
}

/* The one that everybody knows. */
static bool is_plain_sync(const struct row *row)
{
	return !strcmp(row->name, "dma op=sync");
}

/* The plain sync, those that moved, and of each workload the first. */
static bool *choose_rows(const struct comparison *c)
{
	bool *chosen = xcalloc(c->nr_rows + 1, sizeof(*chosen));
	size_t *order = compare_order(c, 0), *firsts, i, count = 0, workloads = compare_workloads(c, &firsts);

	for (i = 0; i < c->nr_rows; i++)
		if (is_plain_sync(&c->rows[i]))
			choose_row(c, i, chosen, &count);
	for (i = 0; i < c->nr_rows; i++)
		if (figure_matters(c, &c->rows[order[i]]))
			choose_row(c, order[i], chosen, &count);
	for (i = 0; i < workloads; i++)
		choose_row(c, firsts[i], chosen, &count);
	free(firsts);
	free(order);
	return chosen;
}

static void choose(const struct comparison *c, const struct families *families, struct figures *figures)
{
	bool *chosen = choose_rows(c);
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (chosen[i])
			figure_add_case(figures, c, i, xasprintf("%s: latency over the pass", c->rows[i].name));
	free(chosen);
}

/* ---- their data ---- */

/* All boots of a kernel. What is not above the clock's own cost is in the lowest bucket that is. */
struct map {
	unsigned int windows, sub_bits, buckets;
	unsigned int first, last; /* buckets that are not empty */
	double floor_ns;
	uint64_t *counts; /* window after window */
	uint64_t *totals; /* a window's */
};

static unsigned int bucket_of(const struct map *m, const struct timeline_cell *cell)
{
	const unsigned int least = hist_index(m->sub_bits, (unsigned long long)fmin(m->floor_ns + 1, (double)HIST_MAX));

	return cell->bucket < least ? least : cell->bucket;
}

static void map_add(struct map *m, const struct timeline_cells *t)
{
	size_t i;

	for (i = 0; i < t->nr; i++) {
		const struct timeline_cell *cell = &t->list[i];
		const unsigned int bucket = bucket_of(m, cell);

		m->counts[cell->window * m->buckets + bucket] += cell->count;
		m->totals[cell->window] += cell->count;
		m->first = bucket < m->first ? bucket : m->first;
		m->last = bucket > m->last ? bucket : m->last;
	}
}

static void map_fill(struct map *m, const struct comparison *c, const struct row *row, size_t side)
{
	const struct timeline_cells *t = timeline_of(row, side, 0);
	const size_t boots = c->sides[side].nr_boots;
	size_t boot;

	*m = (struct map){ .windows = t->windows, .sub_bits = t->sub_bits, .buckets = HIST_BUCKETS(t->sub_bits) };
	m->counts = xcalloc((size_t)m->windows * m->buckets, sizeof(*m->counts));
	m->totals = xcalloc(m->windows, sizeof(*m->totals));
	for (boot = 0; boot < boots; boot++)
		m->floor_ns += (double)row->cells[side].cases[boot]->clock_floor_ns / (double)boots;
	m->first = m->last = bucket_of(m, &t->list[0]);
	for (boot = 0; boot < boots; boot++)
		map_add(m, timeline_of(row, side, boot));
}

/* The part of a window's operations that a bucket has. */
static double share(const struct map *m, unsigned int window, unsigned int bucket)
{
	const uint64_t count = m->counts[window * m->buckets + bucket];

	return count ? (double)count / (double)m->totals[window] : 0;
}

static double least_share(const struct map *m)
{
	double least = 1;
	unsigned int w, b;

	for (b = m->first; b <= m->last; b++)
		for (w = 0; w < m->windows; w++)
			if (share(m, w, b) > 0)
				least = fmin(least, share(m, w, b));
	return least;
}

/* A logarithmic axis has no 0. */
static double low_edge(const struct map *m, unsigned int bucket)
{
	return fmax((double)hist_lower(m->sub_bits, bucket) - m->floor_ns, 1);
}

static double high_edge(const struct map *m, unsigned int bucket)
{
	return fmax((double)(hist_lower(m->sub_bits, bucket) + hist_width(m->sub_bits, bucket)) - m->floor_ns, 1.5);
}

/* Which step of colour; -1: none, nothing is there. */
static int step_of(double part, int decades)
{
	const int steps = decades * STEPS, step = part > 0 ? (int)floor(STEPS * log10(part)) + steps : -1;

	return part > 0 ? (step < 0 ? 0 : step < steps ? step : steps - 1) : -1;
}

/* Neighbouring windows of one colour become one box: a tenth of the boxes, and no seams in them. */
static void write_bucket(FILE *tsv, const struct map *m, size_t side, unsigned int bucket, int decades)
{
	unsigned int w, start;

	for (start = 0; start < m->windows; start = w) {
		const int step = step_of(share(m, start, bucket), decades);
		double sum = 0;

		for (w = start; w < m->windows && step_of(share(m, w, bucket), decades) == step; w++)
			sum += share(m, w, bucket);
		if (step >= 0)
			fprintf(tsv, "%zu\t%.6g\t%.6g\t%.10g\t%.10g\t%.6g\n", side + 1, 100.0 * start / m->windows,
				100.0 * w / m->windows, low_edge(m, bucket), high_edge(m, bucket),
				100 * sum / (w - start));
	}
}

static void write_map(FILE *tsv, const struct map *m, size_t side, int decades)
{
	unsigned int bucket;

	for (bucket = m->first; bucket <= m->last; bucket++)
		write_bucket(tsv, m, side, bucket, decades);
}

static void put_names(FILE *script, const struct comparison *c, const bool *present)
{
	char key[32];
	size_t side;

	for (side = 0; side < c->nr_sides; side++) {
		if (!present[side])
			continue;
		snprintf(key, sizeof(key), "kernel%zu", side + 1);
		gnuplot_quote(script, key, c->sides[side].label, PANEL_BYTES);
	}
}

/* Of each side that has one. Returns the least part of a window's operations that any bucket has. */
static double fill_maps(struct map *maps, const struct comparison *c, const struct row *row,
			struct figure_values *values)
{
	double least = 0.1;
	size_t side;

	for (side = 0; side < c->nr_sides; side++) {
		struct map *m = &maps[side];

		if (!has_timeline(c, row, side))
			continue;
		map_fill(m, c, row, side);
		values_add(values, side, low_edge(m, m->first), high_edge(m, m->last));
		least = fmin(least, least_share(m));
	}
	return least;
}

static void free_maps(struct map *maps, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		free(maps[i].counts);
		free(maps[i].totals);
	}
	free(maps);
}

static int write_data(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	const struct row *row = &c->rows[f->rows[0]];
	struct map *maps = xcalloc(c->nr_sides, sizeof(*maps));
	char *of = xasprintf("per %s", row->unit);
	struct figure_values values = values_of(c, of, VALUES_TIMES);
	const double least = fill_maps(maps, c, row, &values);
	const int decades = (int)fmin(ceil(-log10(least) - 1e-9), DECADES_MAX);
	double per;
	size_t side;

	fputs("kernel\tfrom %\tto %\tfrom\tto\t% of the window's operations\n", tsv);
	for (side = 0; side < c->nr_sides; side++)
		if (values.present[side])
			write_map(tsv, &maps[side], side, decades);
	per = figure_head(script, c, f, row->name, &values);
	put_names(script, c, values.present);
	fprintf(script, "decades=%d; ymin=%.10g; ymax=%.10g\n", decades, values.low / per, values.high / per);
	figure_load(script, f);
	free_maps(maps, c->nr_sides);
	values_free(&values);
	free(of);
	return 0;
}

static void tell(FILE *out, const struct comparison *c, const struct figure *f)
{
	const struct row *row = &c->rows[f->rows[0]];

	fprintf(out,
		"Heat maps, one a kernel: how the latencies of %s, in %s per %s, spread over the course of the pass",
		row->name, compare_unit(c), row->unit);
}

FIGURE_TYPE(over_time) = {
	.letter = 'h',
	.plot = "timeline",
	.part = PART_DISTRIBUTION,
	.order = 12,
	.few = true,
	.choose = choose,
	.write = write_data,
	.alternative = tell,
};
