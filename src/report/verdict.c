// SPDX-License-Identifier: GPL-2.0-only
/* verdict.c - what a run comes to, in sentences, and what its bed may claim. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "xalloc.h"
#include "order.h"
#include "warn.h"

/* ---- pairs ---- */

static void add_variant(const struct comparison *c, size_t side, struct report_pairs *pairs)
{
	struct report_pair *pair = &pairs->list[pairs->count];
	struct sentence why;

	if (!compare_variant(c, side, pair->sides) || compare_sides(pair->sides, 2, &pair->own, &why))
		return;
	pair->comparison = &pair->own;
	pair->side = 1;
	pairs->count++;
}

void pairs_make(const struct comparison *c, struct report_pairs *pairs)
{
	size_t i;

	*pairs = (struct report_pairs){ xcalloc(2 * c->nr_sides, sizeof(*pairs->list)), 0, json_object() };
	if (!pairs->places)
		abort();
	for (i = 1; i < c->nr_sides; i++)
		pairs->list[pairs->count++] = (struct report_pair){ .comparison = c, .side = i };
	for (i = 1; i < c->nr_sides; i++)
		add_variant(c, i, pairs);
	for (i = 0; i < c->nr_rows; i++)
		json_object_set_new(pairs->places, c->rows[i].name, json_integer((json_int_t)i));
}

void pairs_free(struct report_pairs *pairs)
{
	size_t i;

	for (i = 0; i < pairs->count; i++)
		compare_free(&pairs->list[i].own);
	free(pairs->list);
	json_decref(pairs->places);
}

/* ---- a pair ---- */

size_t pair_fails(const struct comparison *c, size_t side)
{
	size_t i, n = 0;

	for (i = 0; i < c->nr_rows; i++)
		n += compare_importance(&c->rows[i], side) == IMPORTANCE_FAILS;
	return n;
}

static bool commands_moved(const struct cell *cell)
{
	return verdict_moved(cell->metrics[METRIC_COMMANDS].verdict);
}

/* "instructions per sync", "sync/s"; counts are named by their metric. */
static void put_unit(FILE *out, const struct comparison *c, enum metric_id id, const char *unit)
{
	switch (metric_infos[id].source) {
	case SOURCE_LATENCY:
		html_printf(out, " %s per %s", compare_unit(c), unit);
		break;
	case SOURCE_THREADS:
		html_printf(out, " %s/s", unit);
		break;
	default:
		html_printf(out, " per %s", unit);
	}
}

static void put_change(FILE *out, const struct comparison *c, const struct row *row, size_t side)
{
	const enum metric_id id = metric_leading(c, &row->cells[side]);
	const struct metric *m = &row->cells[side].metrics[id];

	html_printf(out, "%s, %s ", row->name, metric_infos[id].title);
	html_number(out, row->cells[0].metrics[id].value, metric_decimals(id));
	fputs(" to ", out);
	html_number(out, m->value, metric_decimals(id));
	put_unit(out, c, id, row->unit);
	if (isfinite(m->change)) /* else from 0, as it says */
		fprintf(out, " (<b>%+.1f&nbsp;%%</b>)", 100 * m->change);
	fputc('.', out);
}

/*
 * The first of @order with @verdict; nr_rows if there is none. @alike passes over
 * those where commands moved as well: sending fewer is another thing than sending
 * the same ones faster, and would drown it.
 */
static size_t first_of(const struct comparison *c, const size_t *order, size_t side, enum verdict verdict, bool alike)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		const struct cell *cell = &c->rows[order[i]].cells[side];

		if (cell->verdict == verdict && !(alike && commands_moved(cell)))
			return order[i];
	}
	return c->nr_rows;
}

static void tell_ends(FILE *out, const struct comparison *c, size_t side)
{
	size_t *order = compare_order(c, side);
	const size_t worst = first_of(c, order, side, VERDICT_WORSE, false);
	const size_t best = first_of(c, order, side, VERDICT_BETTER, false);
	const size_t alike = first_of(c, order, side, VERDICT_BETTER, true);

	if (worst < c->nr_rows) {
		fputs(" Worst: ", out);
		put_change(out, c, &c->rows[worst], side);
	}
	if (best < c->nr_rows) {
		fputs(best != alike && alike < c->nr_rows ? " Best for the same commands: " : " Best: ", out);
		put_change(out, c, &c->rows[alike < c->nr_rows ? alike : best], side);
	}
	free(order);
}

static void tell_pair(FILE *out, const struct comparison *c, size_t side)
{
	static const struct {
		enum verdict verdict;
		const char *phrase;
	} told[] = {
		{ VERDICT_WORSE, "worse in" },
		{ VERDICT_BETTER, "better in" },
		{ VERDICT_SAME, "no measurable difference in" },
		{ VERDICT_INCONCLUSIVE, "inconclusive in" },
		{ VERDICT_NOT_COMPARED, "not compared in" },
	};
	const size_t needed = c->bed->kind->boots;
	const size_t fails = pair_fails(c, side);
	size_t tally[VERDICTS], i;
	const char *comma = "";

	compare_tally(c, side, NULL, tally);
	tally[VERDICT_NOT_COMPARED] -= fails;
	fputs("<p class=\"lead\"><b>", out);
	html_text(out, c->sides[side].label);
	fputs("</b> against <b>", out);
	html_text(out, c->sides[0].label);
	fprintf(out, "</b>, %zu case%s, %zu boot%s against %zu: ", c->nr_rows, c->nr_rows == 1 ? "" : "s",
		c->sides[side].nr_boots, c->sides[side].nr_boots == 1 ? "" : "s", c->sides[0].nr_boots);
	if (fails)
		fprintf(out, "fails in <b>%zu</b>, ", fails);
	for (i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		/* That nothing is worse is news as well. */
		if (!tally[told[i].verdict] && told[i].verdict != VERDICT_WORSE)
			continue;
		fprintf(out, "%s%s <b>%zu</b>", comma, told[i].phrase, tally[told[i].verdict]);
		comma = ", ";
	}
	fputs(".", out);
	if (c->sides[0].nr_boots < needed || c->sides[side].nr_boots < needed)
		fprintf(out, " A verdict on this bed takes %zu boots a side.", needed);
	tell_ends(out, c, side);
	fputs("</p>\n", out);
}

/* ---- what went wrong, and what may be claimed ---- */

static void tell_failures(FILE *out, const struct comparison *c)
{
	size_t row, side;

	for (row = 0; row < c->nr_rows; row++)
		for (side = 0; side < c->nr_sides; side++) {
			const struct cell *cell = &c->rows[row].cells[side];

			if (cell->status == STATUS_PASS || cell->status == STATUS_SKIP || cell->late)
				continue;
			fprintf(out, "<p><span class=\"verdict worse\">%s</span> ", status_name(cell->status));
			html_printf(out, "%s on %s: %s", c->rows[row].name, c->sides[side].label, cell->reason);
			fputs("</p>\n", out);
		}
}

/* A busy machine fails one case after the other, and one sentence is enough. */
static void tell_late(FILE *out, const struct comparison *c)
{
	bool any = false;
	size_t row, side;

	for (side = 0; side < c->nr_sides; side++) {
		size_t n = 0;

		for (row = 0; row < c->nr_rows; row++)
			n += c->rows[row].cells[side].late != NULL;
		if (!n)
			continue;
		fputs(any ? ", " :
			    "<p><span class=\"verdict open\">late</span> The SMMU model served too many CMD_SYNCs late in ",
		      out);
		html_printf(out, "%zu of %zu cases on %s", n, c->nr_rows, c->sides[side].label);
		any = true;
	}
	if (any)
		fputs(": the machine was too busy, and their times are not shown.</p>\n", out);
}

void report_verdict(FILE *out, const struct report_bed *bed, const struct report_pairs *pairs)
{
	const struct comparison *c = &bed->comparison;
	const struct witnessed witnessed = compare_witness(c);
	size_t i;

	fputs("<div class=\"panel\">\n", out);
	for (i = 0; i < pairs->count; i++)
		tell_pair(out, pairs->list[i].comparison, pairs->list[i].side);
	if (c->nr_sides == 1) {
		fputs("<p class=\"lead\">One kernel, ", out);
		html_text(out, c->sides[0].label);
		fputs(": nothing to compare it with.</p>\n", out);
	}
	tell_failures(out, c);
	tell_late(out, c);
	for (i = 0; i < c->nr_warnings; i++) {
		fputs("<p><span class=\"verdict open\">warning</span> ", out);
		html_text(out, c->warnings[i]);
		fputs("</p>\n", out);
	}
	fputs("</div>\n<p class=\"soft\">", out);
	html_text(out, bed_claims(c->bed->kind, c->sides[0].boots[0]->machine.hypervisor));
	if (witnessed.passes)
		html_printf(
			out,
			" An independent witness, %s, counted the same commands and syncs as the probe in %zu of %zu passes.",
			witnessed.source, witnessed.agree, witnessed.passes);
	fputs("</p>\n", out);
}

/* ---- how to read it ---- */

static void explain_verdicts(FILE *out, const struct comparison *c)
{
	if (c->bed->kind->exact)
		fprintf(out,
			"<p>Boots of one kernel are equal in every byte: a metric is better or worse if it moved at all (p99: by %.0f %%), "
			"from %zu boot a side.",
			100 * metric_infos[METRIC_P99].min_effect_counted, c->bed->kind->boots);
	else if (compare_counts(c))
		fprintf(out,
			"<p>A metric is better or worse if it moved by %.1f %% (p99: %.0f %%) or more, and the boots of the two kernels are further "
			"apart than boots of one kernel are from each other; from %zu boots a side.",
			100 * COMPARE_MIN_EFFECT_COUNTS, 100 * metric_infos[METRIC_P99].min_effect_counted,
			c->bed->kind->boots);
	else
		fprintf(out,
			"<p>A metric is better or worse if the exact Mann-Whitney test over the boots says so at alpha %.2f, "
			"Holm-corrected over the metrics of the case, and it moved by %.0f %% (median), %.0f %% (p99), %.0f %% "
			"(throughput) or %.1f %% (counts); from %zu boots a side. On bed model only boots that met the "
			"machine in the same state are held against each other: what the clock costs, and how late the model itself "
			"was, are at most %.0f %% apart.",
			COMPARE_ALPHA, 100 * metric_infos[METRIC_MEDIAN].min_effect,
			100 * metric_infos[METRIC_P99].min_effect, 100 * metric_infos[METRIC_THROUGHPUT].min_effect,
			100 * COMPARE_MIN_EFFECT_COUNTS, c->bed->kind->boots, 100 * (STATS_ALIKE - 1));
	fputs(" It shows no measurable difference if the boots also rule such a change out, and is inconclusive otherwise. A case "
	      "is worse if any metric is worse, else better if any is better, else it is what its median is.</p>\n",
	      out);
}

void report_reading(FILE *out, const struct comparison *c)
{
	fputs("<h2>How to read this</h2>\n<p>Latencies, median to max, are ", out);
	html_text(out, compare_unit(c));
	fputs(" per operation, measured with no probe attached, with the clock&#39;s own cost subtracted; each is the median of the "
	      "boots. Ratio: of ",
	      out);
	fputs(compare_counts(c) ? "the medians, to " : "a typical pair of boots, to ", out);
	html_text(out, c->sides[0].label);
	fputs(". Commands, syncs and batches are per operation, counted in a pass of their own. Of all these lower is better.",
	      out);
	if (!compare_counts(c))
		fputs(" Throughput (ops/s) is what all threads do together in a second, untimed parts included: of it higher is better.",
		      out);
	fputs("</p>\n<p>In figures over a parameter, bars reach from the lowest to the highest boot; where two kernels agree, the "
	      "base&#39;s line is the wider one, or the one without gaps. Whole distributions are of all boots together: at 99, one "
	      "operation in a hundred took longer than the line shows. So are maps of the latency over the pass: the darker, the more "
	      "of that part&#39;s operations took so long; parts are of equally many operations, so a slow one is a longer time.</p>\n",
	      out);
	explain_verdicts(out, c);
}
