// SPDX-License-Identifier: GPL-2.0-only
/* html.c - how text, numbers and values get into the page. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "text.h"
#include "xalloc.h"

/* What stands for the character at @text; NULL if it stands for itself. Lines and tabs are whitespace, as any. */
static const char *instead(const char *text, bool fit)
{
	switch (*text) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\n':
		return "\n";
	case '\t':
		return "\t";
	}
	return fit ? NULL : "\xef\xbf\xbd";
}

void html_text(FILE *out, const char *text)
{
	size_t bytes;
	bool fit;

	for (; *text; text += bytes) {
		const char *other;

		bytes = text_next(text, &fit);
		other = instead(text, fit);
		fwrite(other ? other : text, 1, other ? strlen(other) : bytes, out);
	}
}

void html_printf(FILE *out, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = xvasprintf(format, args);
	va_end(args);
	html_text(out, text);
	free(text);
}

void html_number(FILE *out, double value, int decimals)
{
	char digits[340]; /* the longest a double can get */
	const char *c;
	size_t left;

	snprintf(digits, sizeof(digits), "%.*f", decimals, fabs(value));
	left = strcspn(digits, ".");
	if (value < 0 && strspn(digits, "0.") != strlen(digits))
		fputs("&minus;", out);
	for (c = digits; *c; c++) {
		fputc(*c, out);
		if (left && --left && left % 3 == 0)
			fputs("&#8239;", out); /* a narrow space that does not break */
	}
}

const char *verdict_class(enum verdict verdict)
{
	static const char *const classes[VERDICTS] = {
		[VERDICT_NONE] = "soft",
		[VERDICT_BETTER] = "verdict better",
		[VERDICT_WORSE] = "verdict worse",
		[VERDICT_SAME] = "verdict same",
		[VERDICT_INCONCLUSIVE] = "verdict open",
		[VERDICT_NOT_COMPARED] = "verdict open",
	};

	return classes[verdict];
}

/* How many times its minimum effect a metric changed by. By factors, so that half the time is as much as twice the throughput. */
static double times_effect(const struct comparison *c, const struct cell *cell, enum metric_id id)
{
	const struct metric *m = &cell->metrics[id];

	if (isfinite(m->ratio) && m->ratio > 0 && m->change != 0)
		return fabs(log(m->ratio)) / log1p(compare_min_effect(c, id));
	return fabs(m->change) / compare_min_effect(c, id);
}

/* The median, or what there is where latency is no figure. */
static enum metric_id first_metric(const struct cell *cell)
{
	int id = METRIC_MEDIAN;

	while (id < METRICS - 1 && !cell->metrics[id].present)
		id++;
	return (enum metric_id)id;
}

/* Counts lead only where nothing else moved: they say why, not how much. */
enum metric_id metric_leading(const struct comparison *c, const struct cell *cell)
{
	enum metric_id best = first_metric(cell);
	double most = -1;
	int id;

	if (!verdict_moved(cell->verdict))
		return best;
	for (id = 0; id < METRICS; id++) {
		if (cell->metrics[id].verdict != cell->verdict ||
		    (metric_infos[id].source == SOURCE_PROBE && most >= 0 && metric_infos[best].source != SOURCE_PROBE))
			continue;
		if (times_effect(c, cell, (enum metric_id)id) > most) {
			best = (enum metric_id)id;
			most = times_effect(c, cell, best);
		}
	}
	return best;
}
