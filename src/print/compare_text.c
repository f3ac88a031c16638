// SPDX-License-Identifier: GPL-2.0-only
/* compare_text.c - what the list and the table of a comparison share. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "compare_text.h"
#include "distribution.h"
#include "functions_apart.h"
#include "numbers.h"
#include "order.h"
#include "spread.h"
#include "text.h"
#include "xalloc.h"

static void print_side(FILE *out, const struct comparison *c, size_t i)
{
	const struct side *side = &c->sides[i];
	const struct result_kernel *k = &side->boots[0]->kernel;

	fprintf(out, "%-6s  %s: Linux %s, design %s, %zu boot%s, ", i ? "" : "base", side->label, k->release, k->design,
		side->nr_boots, side->nr_boots == 1 ? "" : "s");
	text_print(out, side->path, SIZE_MAX);
	fputc('\n', out);
}

void compare_print_sides(FILE *out, const struct comparison *c)
{
	size_t i;

	fprintf(out, "bed     %s%s%s, suite %s\n", c->bed->name, *c->bed->emulator ? ", emulator " : "",
		c->bed->emulator, c->suite);
	for (i = 0; i < c->nr_sides; i++)
		print_side(out, c, i);
}

void compare_print_warnings(FILE *out, const struct comparison *c)
{
	const char *line = c->bed->kind->note;
	size_t i;

	for (; *line; line = strchr(line, '\n') + 1)
		fprintf(out, "        %.*s\n", (int)strcspn(line, "\n"), line);
	for (i = 0; i < c->nr_warnings; i++)
		fprintf(out, "warning %s\n", c->warnings[i]);
}

void compare_print_verdicts(FILE *out, const size_t tally[VERDICTS])
{
	const char *comma = "";
	int v;

	for (v = VERDICT_BETTER; v < VERDICTS; v++) {
		if (!tally[v])
			continue;
		fprintf(out, "%s%zu %s", comma, tally[v], verdict_name((enum verdict)v));
		comma = ", ";
	}
}

void compare_print_tally(FILE *out, const struct comparison *c, size_t side)
{
	size_t tally[VERDICTS], fails = 0, i;
	int v;

	compare_tally(c, side, NULL, tally);
	for (i = 0; i < c->nr_rows; i++)
		fails += compare_importance(&c->rows[i], side) == IMPORTANCE_FAILS;
	fprintf(out, "%s against %s, %zu case%s:", c->sides[side].label, c->sides[0].label, c->nr_rows,
		c->nr_rows == 1 ? "" : "s");
	for (v = VERDICT_BETTER; v < VERDICTS; v++)
		fprintf(out, "%s %zu %s", v == VERDICT_BETTER ? "" : ",", tally[v], verdict_name((enum verdict)v));
	fputc('\n', out);
	if (fails)
		fprintf(out, "  %zu of those not compared fail%s now, and passed on %s\n", fails, fails == 1 ? "s" : "",
			c->sides[0].label);
}

/* "array-tuned against list-tuned", below the pairs with the base. */
static void print_variant(FILE *out, const struct comparison *c, size_t side)
{
	struct sentence why;
	struct comparison variant;
	struct side pair[2];

	if (!compare_variant(c, side, pair))
		return;
	if (compare_pair(c, pair, &variant, &why))
		return; /* none of the cases is theirs */
	compare_print_tally(out, &variant, 1);
	compare_free(&variant);
}

void compare_print_variants(FILE *out, const struct comparison *c)
{
	size_t side;

	for (side = 1; side < c->nr_sides; side++)
		print_variant(out, c, side);
}

static bool all_pass(const struct row *row, const size_t *sides, size_t nr_sides)
{
	size_t i;

	for (i = 0; i < nr_sides; i++)
		if (row->cells[sides[i]].status != STATUS_PASS)
			return false;
	return true;
}

/* ---- distributions ---- */

static void print_labels(FILE *out, const struct comparison *c, const char *what, const char *spread,
			 const size_t *sides, size_t nr_sides)
{
	size_t i;

	fprintf(out, "    %-14s", what);
	for (i = 0; i < nr_sides; i++) {
		fputc(' ', out);
		text_column(out, c->sides[sides[i]].label, 12);
		fprintf(out, " %-17s%s", spread, i ? "  ratio" : "");
	}
	fputc('\n', out);
}

static void print_ratio(FILE *out, bool present, double base, double value)
{
	if (present && base > 0 && value >= 0)
		fprintf(out, " %6.3f", value / base);
	else
		fprintf(out, " %6s", "-");
}

static void print_percentile(FILE *out, const struct distribution *d, size_t nr_sides, size_t nth)
{
	const struct percentile_value *base = &d[0].percentiles[nth];
	char spread[64];
	size_t i;

	fprintf(out, "    %-14s", compare_percentiles[nth].name);
	for (i = 0; i < nr_sides; i++) {
		const struct percentile_value *p = &d[i].percentiles[nth];

		snprintf(spread, sizeof(spread), "%.0f..%.0f", p->low, p->high);
		if (p->present)
			fprintf(out, " %12.0f %-17s", p->value, p->spread ? spread : "-");
		else
			fprintf(out, " %12s %-17s", "-", "");
		if (i)
			print_ratio(out, p->present && base->present, base->value, p->value);
	}
	fputc('\n', out);
}

static void print_samples(FILE *out, const struct distribution *d, size_t nr_sides)
{
	size_t i;

	fprintf(out, "    %-14s", "samples");
	/* Below the values: between two of them is a spread, and from the second on a ratio. */
	for (i = 0; i < nr_sides; i++)
		fprintf(out, "%*" PRIu64, i > 1 ? 38 : i ? 31 : 13, d[i].samples);
	fputc('\n', out);
}

void compare_print_distribution(FILE *out, const struct comparison *c, const struct row *row, const size_t *sides,
				size_t nr_sides)
{
	struct distribution *d = xcalloc(nr_sides, sizeof(*d));
	size_t i;

	for (i = 0; i < nr_sides && compare_has_latency(c, row) && all_pass(row, sides, nr_sides); i++)
		if (compare_distribution(&c->sides[sides[i]], &row->cells[sides[i]], &d[i])) {
			fprintf(out, "    no distribution: the boots of %s have histograms of unlike resolution\n",
				c->sides[sides[i]].label);
			break;
		}
	if (i == nr_sides) {
		print_labels(out, c, "distribution", "(boots)", sides, nr_sides);
		for (i = 0; i < COMPARE_PERCENTILES; i++)
			print_percentile(out, d, nr_sides, i);
		print_samples(out, d, nr_sides);
	}
	free(d);
}

/* ---- threads ---- */

enum thread_line {
	MEAN_LOWEST,
	MEAN_MIDDLE,
	MEAN_HIGHEST,
	RATE_LOWEST,
	RATE_MIDDLE,
	RATE_HIGHEST,
	FINISH,
	LONGEST,
	THREAD_LINES
};

static const struct {
	const char *name;
	int decimals;
} thread_lines[THREAD_LINES] = {
	[MEAN_LOWEST] = { "mean, lowest", 1 },	 [MEAN_MIDDLE] = { "mean, middle", 1 },
	[MEAN_HIGHEST] = { "mean, highest", 1 }, [RATE_LOWEST] = { "ops/s, lowest", 0 },
	[RATE_MIDDLE] = { "ops/s, middle", 0 },	 [RATE_HIGHEST] = { "ops/s, highest", 0 },
	[FINISH] = { "last/first", 3 },		 [LONGEST] = { "longest", 0 },
};

static void take_threads(const struct side *side, const struct cell *cell, double values[THREAD_LINES])
{
	const struct thread_spread s = compare_threads(side, cell);

	values[MEAN_LOWEST] = s.means.low;
	values[MEAN_MIDDLE] = s.means.middle;
	values[MEAN_HIGHEST] = s.means.high;
	values[RATE_LOWEST] = s.rates.low;
	values[RATE_MIDDLE] = s.rates.middle;
	values[RATE_HIGHEST] = s.rates.high;
	values[FINISH] = s.finish;
	values[LONGEST] = s.max;
}

void compare_print_threads(FILE *out, const struct comparison *c, const struct row *row, const size_t *sides,
			   size_t nr_sides)
{
	double(*values)[THREAD_LINES] = xcalloc(nr_sides, sizeof(*values));
	size_t i, most = 0;
	int line;

	for (i = 0; i < nr_sides && compare_has_latency(c, row) && all_pass(row, sides, nr_sides); i++) {
		most = row->cells[sides[i]].cases[0]->nr_threads > most ? row->cells[sides[i]].cases[0]->nr_threads :
									  most;
		take_threads(&c->sides[sides[i]], &row->cells[sides[i]], values[i]);
	}
	if (most > 1)
		print_labels(out, c, "threads", "", sides, nr_sides);
	for (line = 0; most > 1 && line < THREAD_LINES; line++) {
		fprintf(out, "    %-14s", thread_lines[line].name);
		for (i = 0; i < nr_sides; i++) {
			fprintf(out, " %12.*f %-17s", thread_lines[line].decimals, values[i][line], "");
			if (i)
				print_ratio(out, true, values[0][line], values[i][line]);
		}
		fputc('\n', out);
	}
	free(values);
}

/* ---- probes ---- */

static void print_probed(FILE *out, const struct comparison *c, const struct row *row, size_t side,
			 const struct extra *extra)
{
	struct extra base = *extra, other = *extra;

	compare_extra_values(c, row, 0, EXTRA_PROBED, &base);
	compare_extra_values(c, row, side, EXTRA_PROBED, &other);
	if (compare_probed_apart(&base, &other)) {
		fprintf(out, "    %-64s %12.2f %12.2f", extra->name, base.nr_values ? base.value : 0,
			other.nr_values ? other.value : 0);
		print_ratio(out, base.nr_values, base.value, other.nr_values ? other.value : 0);
		fprintf(out, "  %s\n", extra->unit);
	}
	free(base.values);
	free(other.values);
}

void compare_print_probed(FILE *out, const struct comparison *c, const struct row *row, size_t side)
{
	struct extra *extras;
	size_t count, i;

	if (!compare_row_probed_apart(c, row, side))
		return;
	fprintf(out, "    %-64s ", "seen by probes");
	text_column(out, c->sides[0].label, 12);
	fputc(' ', out);
	text_column(out, c->sides[side].label, 12);
	fputs("  ratio\n", out);
	count = compare_extras(c, row, EXTRA_PROBED, &extras);
	for (i = 0; i < count; i++)
		print_probed(out, c, row, side, &extras[i]);
	free(extras);
}

/* ---- functions ---- */

#define LINE_WIDTH 118

/* What is left of them when a line is full. */
static void print_more(FILE *out, const struct function_change *list, size_t count)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < count; i++)
		sum += list[i].value - list[i].base;
	if (count)
		fprintf(out, ", %zu more %+.1f", count, sum);
}

void compare_print_functions(FILE *out, const struct comparison *c, const struct row *row, size_t side)
{
	struct function_change *list;
	const size_t count = compare_functions(c, row, side, &list);
	int width = 17;
	size_t i;

	for (i = 0; i < count; i++) {
		char text[320];
		const int length = snprintf(text, sizeof(text), "%s%s %+.1f", i ? ", " : "    functions  ",
					    list[i].name, list[i].value - list[i].base);

		if (i && width + length > LINE_WIDTH)
			break;
		fputs(text, out);
		width += length;
	}
	if (count) {
		print_more(out, list + i, count - i);
		fputc('\n', out);
	}
	free(list);
}

void compare_print_all_functions(FILE *out, const struct comparison *c, const struct row *row, size_t side)
{
	struct function_change *list;
	const size_t count = compare_functions(c, row, side, &list);
	size_t i;

	if (count)
		fprintf(out, "    %-46s %12s %12s %12s\n", "functions, instructions an operation", c->sides[0].label,
			c->sides[side].label, "difference");
	for (i = 0; i < count; i++)
		fprintf(out, "      %-44s %12.1f %12.1f %+12.1f\n", list[i].name, list[i].base, list[i].value,
			list[i].value - list[i].base);
	free(list);
}

/* ---- where no form is chosen ---- */

/* What moved, of two kernels; of more or less than two the table. */
static void print(FILE *out, const struct comparison *list, size_t count, const struct compare_view *view)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (i)
			fputc('\n', out);
		if (list[i].nr_sides == 2)
			compare_print_list(out, &list[i], view);
		else
			compare_print_table(out, &list[i], view);
	}
}

PRINTER(compare_text) = { .comparisons = print };
