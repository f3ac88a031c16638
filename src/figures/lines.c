// SPDX-License-Identifier: GPL-2.0-only
/* lines.c - what figures over a parameter share: the figure of a family, its x axis, and its words. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gnuplot.h"
#include "lines.h"
#include "units.h"
#include "xalloc.h"

#define LABEL_SPACE 0.09 /* of the axis, that the label of a tic takes */

/* ---- the figure of a family ---- */

static size_t *copy_rows(const size_t *rows, size_t n)
{
	size_t *copy = xcalloc(n, sizeof(*copy));

	memcpy(copy, rows, n * sizeof(*copy));
	return copy;
}

struct figure lines_figure(const struct comparison *c, const struct family *f, size_t subject, enum metric_id metric,
			   const char *what)
{
	struct figure figure = { .subject = subject, .metric = metric, .nr_rows = f->count };
	const struct row *first = family_first(c, f);
	char *name = family_name(first->name, f->param, f->choice);

	figure.param = xstrdup(f->param);
	figure.title = xasprintf("%s: %s by %s", name, what, f->param);
	figure.workload = first->workload;
	figure.rows = copy_rows(f->rows, f->count);
	if (f->choice) {
		figure.choice = xstrdup(f->choice);
		figure.others = copy_rows(f->others, f->count);
	}
	free(name);
	return figure;
}

/* ---- the axis ---- */

size_t lines_row(const struct figure *f, size_t i)
{
	return f->rows[i] == FIGURE_NO_ROW ? f->others[i] : f->rows[i];
}

json_int_t lines_place(const struct comparison *c, const struct figure *f, size_t i)
{
	return family_place(c, lines_row(f, i), f->param);
}

/* A parameter in nanoseconds: a time that bed model is set to. */
static bool is_time(const char *param)
{
	return !strcmp(param, "sync") || !strcmp(param, "tlbi") || !strcmp(param, "atc");
}

/* Short, as a suite has it: 500ns, 20us. */
static char *time_label(json_int_t ns)
{
	char text[UNITS_BYTES] = "0";

	if (ns)
		units_format_time(ns, text, sizeof(text));
	return xstrdup(text);
}

static char *tic_label(const char *param, json_int_t value)
{
	if (is_time(param))
		return time_label(value);
	if (value >= (1 << 20) && value % (1 << 20) == 0)
		return xasprintf("%" JSON_INTEGER_FORMAT "M", value >> 20);
	if (value >= (1 << 12) && value % (1 << 10) == 0)
		return xasprintf("%" JSON_INTEGER_FORMAT "K", value >> 10);
	return xasprintf("%" JSON_INTEGER_FORMAT, value);
}

static const char *axis_name(const char *param)
{
	if (!strcmp(param, "sync"))
		return "sync: set time of a CMD_SYNC";
	if (!strcmp(param, "tlbi"))
		return "tlbi: set time of a TLBI";
	if (!strcmp(param, "atc"))
		return "atc: set round trip of an ATC_INV";
	return param;
}

bool lines_zero_apart(const struct comparison *c, const struct figure *f)
{
	return f->nr_rows > 2 && is_time(f->param) && !lines_place(c, f, 0) &&
	       lines_place(c, f, f->nr_rows - 1) / lines_place(c, f, 1) >= 4;
}

/* Where a value is on the axis: 0 at its left end, 1 at its right one. */
static double place(double value, double first, double last, bool logarithmic)
{
	if (last <= first)
		return 0;
	return logarithmic ? log(value / first) / log(last / first) : (value - first) / (last - first);
}

void lines_axis(FILE *script, const struct comparison *c, const struct figure *f)
{
	json_int_t first = lines_place(c, f, 0);
	const json_int_t last = lines_place(c, f, f->nr_rows - 1);
	const bool apart = lines_zero_apart(c, f);
	double labelled = -1;
	bool logarithmic;
	size_t i;

	if (apart)
		first = (lines_place(c, f, 1) + 1) / 2;
	gnuplot_quote(script, "xlabel", axis_name(f->param), TITLE_BYTES);
	logarithmic = first > 0 && last / first >= 4;
	if (apart)
		fprintf(script, "zero=%" JSON_INTEGER_FORMAT "; ", first);
	fprintf(script, "xmin=%" JSON_INTEGER_FORMAT "; xmax=%" JSON_INTEGER_FORMAT "; logx=%d; tics='", first, last,
		logarithmic);
	for (i = 0; i < f->nr_rows; i++) {
		const json_int_t value = lines_place(c, f, i), at = apart && !i ? first : value;
		const double x = place((double)at, (double)first, (double)last, logarithmic);
		/* A tic whose label would run into a neighbour's has none; the last one always has. */
		const bool label = at == last || (x - labelled >= LABEL_SPACE && 1 - x >= LABEL_SPACE);
		char *words = label ? tic_label(f->param, value) : xstrdup("");

		if (label)
			labelled = x;
		fprintf(script, "%s\"%s\" %" JSON_INTEGER_FORMAT, i ? ", " : "", words, at);
		free(words);
	}
	fputs("'\n", script);
}

/* ---- in words ---- */

/* From the first point to the last that the kernel has. */
static void tell_line(FILE *out, const struct comparison *c, const struct figure *f, size_t side)
{
	size_t i, first = FIGURE_NO_ROW, last = 0;

	for (i = 0; i < f->nr_rows; i++) {
		if (f->rows[i] == FIGURE_NO_ROW || !c->rows[f->rows[i]].cells[side].metrics[f->metric].present)
			continue;
		first = first == FIGURE_NO_ROW ? i : first;
		last = i;
	}
	if (first == FIGURE_NO_ROW)
		return;
	fprintf(out, " %s ", c->sides[side].label);
	figure_tell_value(out, &c->rows[f->rows[first]].cells[side], f->metric);
	fprintf(out, " in %s, ", c->rows[f->rows[first]].name);
	figure_tell_value(out, &c->rows[f->rows[last]].cells[side], f->metric);
	fprintf(out, " in %s;", c->rows[f->rows[last]].name);
}

void lines_tell(FILE *out, const struct comparison *c, const struct figure *f)
{
	size_t side;

	fprintf(out, "Lines over %s; %s:", f->param, metric_infos[f->metric].title);
	for (side = 0; side < c->nr_sides; side++)
		tell_line(out, c, f, side);
}
