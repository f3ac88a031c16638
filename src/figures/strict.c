// SPDX-License-Identifier: GPL-2.0-only
/* strict.c - an unmap by its parts, strict and lazy, each beside the least that it can be. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "family.h"
#include "gnuplot.h"
#include "part.h"
#include "xalloc.h"

/* Those of the probe, in its order, and behind them what of the wait for the SMMU is lateness. */
enum { LATE = RESULT_UNMAP_PARTS, SHARES };

/* Of one unmap, in ns or instructions. */
struct bar {
	double share[SHARES], least[SHARES];
	double parts, whole;  /* the shares together; what the same unmap takes without the probe */
	double syncs, untold; /* CMD_SYNCs; those that are waited for in RESULT_UNMAP_ISSUE */
	double set;	      /* for these the SMMU takes so long, as it is set to; NAN: nobody has set it */
};

/* ---- which ---- */

static bool is_strict(const struct row *row, const char *value)
{
	const char *strict = json_string_value(json_object_get(row->params, "strict"));

	return strict && !strcmp(strict, value);
}

static bool has_parts(const struct row *row, size_t side)
{
	return row->cells[side].status == STATUS_PASS && row->cells[side].cases[0]->unmap.present &&
	       row->cells[side].metrics[METRIC_MEAN].present;
}

static bool any_has_parts(const struct comparison *c, const struct row *row)
{
	size_t side;

	for (side = 0; side < c->nr_sides; side++)
		if (has_parts(row, side))
			return true;
	return false;
}

/* The same but for @what. Of how many operations they are does not matter. */
static bool are_alike(const struct row *a, const struct row *b, const char *what)
{
	const char *const without[] = { what, "ops", "warmup" };
	json_t *x = json_copy((json_t *)a->params), *y = json_copy((json_t *)b->params);
	bool are;
	size_t i;

	for (i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
		json_object_del(x, without[i]);
		json_object_del(y, without[i]);
	}
	are = !strcmp(a->workload, b->workload) && json_equal(x, y);
	json_decref(x);
	json_decref(y);
	return are;
}

static size_t lazy_row(const struct comparison *c, size_t strict)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (is_strict(&c->rows[i], "off") && any_has_parts(c, &c->rows[i]) &&
		    are_alike(&c->rows[strict], &c->rows[i], "strict"))
			break;
	return i;
}

static char *title_of(const struct row *row)
{
	char *name = family_name(row->name, "strict", NULL), *title = xasprintf("%s: strict and lazy", name);

	free(name);
	return title;
}

static void choose(const struct comparison *c, const struct families *families, struct figures *figures)
{
	size_t i, lazy;

	for (i = 0; i < c->nr_rows; i++) {
		struct figure f = { .nr_rows = 2, .workload = c->rows[i].workload, .subject = i };

		if (!is_strict(&c->rows[i], "on") || !any_has_parts(c, &c->rows[i]))
			continue;
		lazy = lazy_row(c, i);
		if (lazy == c->nr_rows)
			continue;
		f.title = title_of(&c->rows[i]);
		f.rows = xcalloc(2, sizeof(*f.rows));
		f.rows[0] = i;
		f.rows[1] = lazy;
		figure_add(figures, f);
	}
}

/* The same with sync=0, or NULL. */
static const struct row *row_that_answers_at_once(const struct comparison *c, const struct row *row, size_t side)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		const json_t *sync = json_object_get(c->rows[i].params, "sync");

		if (json_is_integer(sync) && !json_integer_value(sync) && has_parts(&c->rows[i], side) &&
		    are_alike(row, &c->rows[i], "sync"))
			return &c->rows[i];
	}
	return NULL;
}

/* As the mean of an invalidation, which a strict unmap has one of. */
static double late_by_split(const struct result_case *rc)
{
	size_t i;

	for (i = 0; i < rc->probed.count; i++)
		if (!strcmp(rc->probed.list[i].name, "split arm_smmu_iotlb_sync late_at_most_ns"))
			return rc->probed.list[i].value;
	return 0;
}

/* ---- a bar ---- */

static double net(uint64_t ns, uint64_t probe_ns)
{
	return ns > probe_ns ? (double)(ns - probe_ns) : 0;
}

/* Adds what one boot saw. */
static void add_boot(const struct result_unmap *u, struct bar *bar)
{
	size_t i;

	for (i = 0; i < RESULT_UNMAP_PARTS; i++) {
		bar->share[i] += net(u->parts[i].ns, u->parts[i].probe_ns) / (double)u->count;
		bar->least[i] = fmin(bar->least[i], (double)u->parts[i].least_ns);
	}
	bar->syncs += (double)u->syncs / (double)u->count;
	bar->untold += (double)u->untold / (double)u->count;
}

/* The mean of the boots. */
static void add_boots(const struct comparison *c, const struct cell *cell, size_t side, struct bar *bar)
{
	size_t boot, i, boots = 0;

	for (boot = 0; boot < c->sides[side].nr_boots; boot++) {
		if (!cell->cases[boot]->unmap.present)
			continue;
		add_boot(&cell->cases[boot]->unmap, bar);
		boots++;
	}
	for (i = 0; i < RESULT_UNMAP_PARTS; i++) {
		bar->share[i] /= (double)boots;
		bar->parts += bar->share[i];
	}
	bar->syncs /= (double)boots;
	bar->untold /= (double)boots;
}

static struct bar raw_bar(const struct comparison *c, const struct row *row, size_t side)
{
	struct bar bar = { .whole = row->cells[side].metrics[METRIC_MEAN].value };
	const struct result_service *service = &row->cells[side].cases[0]->service;
	size_t i;

	for (i = 0; i < SHARES; i++)
		bar.least[i] = INFINITY;
	add_boots(c, &row->cells[side], side, &bar);
	bar.set = service->present ? (double)service->set_median * bar.syncs : NAN;
	return bar;
}

/* Waiting for a CMD_SYNC, and writing, which some kernels do not tell apart. */
static double waits(const struct bar *bar)
{
	return bar->share[RESULT_UNMAP_ISSUE] + bar->share[RESULT_UNMAP_SYNC];
}

static void move(struct bar *bar, size_t from, size_t to, double ns)
{
	ns = fmax(0, fmin(ns, bar->share[from]));
	bar->share[from] -= ns;
	bar->share[to] += ns;
}

/*
 * Late is what the wait is longer than the set time, and than the same wait for an SMMU that takes no time. Where the
 * time is not set, probe split says at most how late.
 */
static void find_late(const struct comparison *c, const struct row *row, size_t side, struct bar *bar)
{
	const struct row *answers = row_that_answers_at_once(c, row, side);
	struct bar at_once;
	double late;

	if (!isnan(bar->set))
		move(bar, RESULT_UNMAP_ISSUE, RESULT_UNMAP_SYNC, bar->set * bar->untold / fmax(bar->syncs, 1e-9));
	if (!isnan(bar->set) && answers) {
		at_once = raw_bar(c, answers, side);
		late = waits(bar) - waits(&at_once) - bar->set;
		move(bar, RESULT_UNMAP_ISSUE, LATE, late * bar->untold / fmax(bar->syncs, 1e-9));
		move(bar, RESULT_UNMAP_SYNC, LATE, late - bar->share[LATE]);
	} else if (isnan(bar->set)) {
		move(bar, RESULT_UNMAP_SYNC, LATE, late_by_split(row->cells[side].cases[0]));
	}
}

static struct bar bar_of(const struct comparison *c, const struct row *row, size_t side)
{
	struct bar bar = raw_bar(c, row, side);
	size_t i;

	find_late(c, row, side, &bar);
	bar.least[RESULT_UNMAP_LOCK] = bar.least[LATE] = 0;
	if (!isnan(bar.set))
		bar.least[RESULT_UNMAP_SYNC] = bar.set;
	for (i = 0; i < SHARES; i++)
		bar.least[i] = fmin(bar.least[i], bar.share[i]);
	return bar;
}

/* ---- the data ---- */

/* From the bottom of the bar to its top, and the same of a thinner one below it. */
static void write_boxes(FILE *tsv, const double shares[SHARES], double from, double to)
{
	/* The SMMU, and beside it what was noticed late. */
	static const unsigned char order[SHARES] = { RESULT_UNMAP_TABLE, RESULT_UNMAP_IOVA,
						     RESULT_UNMAP_OTHER, RESULT_UNMAP_BUILD,
						     RESULT_UNMAP_ROOM,	 RESULT_UNMAP_ISSUE,
						     RESULT_UNMAP_SYNC,	 LATE,
						     RESULT_UNMAP_LOCK,	 RESULT_UNMAP_QUEUE };
	double at = 0;
	size_t i;

	for (i = 0; i < SHARES; i++) {
		const double share = shares[order[i]];

		if (share > 0)
			fprintf(tsv, "%.6g %.6g %.2f %.2f %u\n", at, at + share, from, to, order[i] + 1U);
		at += share;
	}
}

struct drawing_of {
	const struct comparison *c;
	const struct figure *f;
	size_t rows; /* so far */
	double most;
};

/* In rows from above: of each kernel strict, then lazy. */
static void for_each_bar(struct drawing_of *d, FILE *tsv,
			 void (*write)(FILE *tsv, struct drawing_of *d, const struct bar *bar, size_t side, bool lazy))
{
	struct bar bar;
	size_t side, i;

	d->rows = 0;
	for (side = 0; side < d->c->nr_sides; side++) {
		for (i = 0; i < 2; i++) {
			const struct row *row = &d->c->rows[d->f->rows[i]];

			if (!has_parts(row, side))
				continue;
			bar = bar_of(d->c, row, side);
			write(tsv, d, &bar, side, i);
			d->rows++;
		}
	}
}

static void write_bar(FILE *tsv, struct drawing_of *d, const struct bar *bar, size_t side, bool lazy)
{
	const double row = (double)d->rows;

	write_boxes(tsv, bar->share, row + 0.08, row + 0.62);
	write_boxes(tsv, bar->least, row + 0.66, row + 0.84);
	d->most = fmax(d->most, fmax(bar->parts, bar->whole));
}

static void write_name(FILE *tsv, struct drawing_of *d, const struct bar *bar, size_t side, bool lazy)
{
	char *name = xasprintf("%s %s", d->c->sides[side].label, lazy ? "lazy" : "strict");

	fprintf(tsv, "0 %zu ", d->rows);
	gnuplot_word(tsv, name);
	fputc('\n', tsv);
	free(name);
}

/* The time without the probe, as a mark, and beside it in figures. */
static void write_mark(FILE *tsv, struct drawing_of *d, const struct bar *bar, size_t side, bool lazy)
{
	fprintf(tsv, "%.6g %.2f %.2f\n", bar->whole, (double)d->rows + 0.02, (double)d->rows + 0.68);
}

static int write_data(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	struct drawing_of d = { .c = c, .f = f };
	const char *unit = compare_unit(c);
	bool us;

	for_each_bar(&d, tsv, write_bar);
	fputs("\n\n", tsv);
	for_each_bar(&d, tsv, write_name);
	fputs("\n\n", tsv);
	for_each_bar(&d, tsv, write_mark);
	gnuplot_quote(script, "stem", f->stem, strlen(f->stem));
	gnuplot_quote(script, "title", f->title, TITLE_BYTES);
	gnuplot_quote(script, "bed", c->bed->name, TITLE_BYTES);
	us = !strcmp(unit, "ns") && d.most > 10000;
	gnuplot_quote(script, "unit", us ? "us" : unit, TITLE_BYTES);
	fprintf(script, "rows=%zu; most=%.6g; per=%d\n", d.rows, d.most, us ? 1000 : 1);
	figure_load(script, f);
	return 0;
}

/* ---- in words ---- */

static const char *const share_names[SHARES] = {
	[RESULT_UNMAP_TABLE] = "page table",
	[RESULT_UNMAP_IOVA] = "IOVA allocator",
	[RESULT_UNMAP_BUILD] = "building commands",
	[RESULT_UNMAP_ROOM] = "slots in the queue",
	[RESULT_UNMAP_ISSUE] = "writing commands",
	[RESULT_UNMAP_SYNC] = "SMMU",
	[LATE] = "late polls, at most",
	[RESULT_UNMAP_LOCK] = "locks",
	[RESULT_UNMAP_QUEUE] = "flush queue",
	[RESULT_UNMAP_OTHER] = "DMA API around it",
};

static void tell_bar(FILE *out, struct drawing_of *d, const struct bar *bar, size_t side, bool lazy)
{
	size_t i;

	fprintf(out, "%s %s %s %.0f:", d->rows ? ";" : "", d->c->sides[side].label, lazy ? "lazy" : "strict",
		bar->parts);
	for (i = 0; i < SHARES; i++)
		if (bar->share[i] >= 0.5)
			fprintf(out, " %s %.0f (at least %.0f),", share_names[i], bar->share[i], bar->least[i]);
	fprintf(out, " and %.0f without the probe", bar->whole);
}

static void tell(FILE *out, const struct comparison *c, const struct figure *f)
{
	struct drawing_of d = { .c = c, .f = f };

	fprintf(out, "One unmap by its parts, in %s:", compare_unit(c));
	for_each_bar(&d, out, tell_bar);
}

/* What the parts are together, beside the time without the probe. */
static void tell_sum(FILE *out, struct drawing_of *d, const struct bar *bar, size_t side, bool lazy)
{
	fprintf(out, "%s %s %s %+.1f %%", d->rows ? "," : "", d->c->sides[side].label, lazy ? "lazy" : "strict",
		100 * (bar->parts / bar->whole - 1));
}

static void tell_touched(FILE *out, struct drawing_of *d, const struct bar *bar, size_t side, bool lazy)
{
	if (lazy)
		return;
	fprintf(out, "%s %s %.0f of %.0f", side ? "," : "", d->c->sides[side].label,
		bar->share[RESULT_UNMAP_BUILD] + bar->share[RESULT_UNMAP_LOCK], bar->parts);
}

static void tell_untold(FILE *out, struct drawing_of *d, const struct bar *bar, size_t side, bool lazy)
{
	if (bar->untold > 0 && !lazy)
		fprintf(out, " %s does not tell waiting for a CMD_SYNC from writing commands: %s.",
			d->c->sides[side].label,
			isnan(bar->set) ? "it is in that" : "the set time is taken out of that");
}

static void tell_least(FILE *out, struct drawing_of *d, const struct bar *bar, size_t side, bool lazy)
{
	if (!d->rows)
		fputs(isnan(bar->set) ? "the shortest wait" : "what it is set to", out);
}

static void tell_below(FILE *out, const struct comparison *c, const struct figure *f)
{
	struct drawing_of d = { .c = c, .f = f };

	fputs("One unmap by its parts, the probe's own time taken off. The mark is the same unmap without the probe, and the "
	      "parts together differ from it by:",
	      out);
	for_each_bar(&d, out, tell_sum);
	fputs(". The thin bar is the least that each can be: of code what the shortest unmap took, of waiting for locks and of "
	      "late polls nothing, of the SMMU ",
	      out);
	for_each_bar(&d, out, tell_least);
	fputs(".", out);
	for_each_bar(&d, out, tell_untold);
	fputs(" Whether the driver has a list or an array is in how it finds whom to invalidate, a part of building commands, and in "
	      "waiting for the locks that guard that; these two are:",
	      out);
	for_each_bar(&d, out, tell_touched);
	fputs(". An array cannot touch the page table, the IOVA allocator, slots and writing of commands, the SMMU's own time and "
	      "late polls: what differs there between kernels has other causes. A lazy unmap saves all but the first two, has the "
	      "flush queue instead, and leaves the SMMU old translations until that is flushed.",
	      out);
}

FIGURE_TYPE(strict) = {
	.letter = 'u',
	.plot = "strict",
	.part = PART_GOES,
	.order = 15,
	.choose = choose,
	.write = write_data,
	.alternative = tell,
	.below = tell_below,
};
