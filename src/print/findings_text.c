// SPDX-License-Identifier: GPL-2.0-only
/* findings_text.c - findings for people: a line for each regression and what is inconclusive, then one that sums up. */
#include <math.h>
#include <string.h>

#include "fewer.h"
#include "findings_text.h"
#include "printer.h"
#include "xalloc.h"

char *findings_title(const struct findings *f)
{
	return xasprintf("%s on %s", f->kernel, f->bed);
}

/* Of a base of 0, in one boot or in all, no change is a part. */
static void print_change(FILE *out, const struct finding_figure *figure)
{
	if (!isfinite(figure->change))
		return;
	fprintf(out, ", %+.1f %% (limit %g %%", 100 * figure->change, 100 * figure->limit);
	if (isfinite(figure->low) && isfinite(figure->high))
		fprintf(out, ", %s %+.1f..%+.1f %%", figure->span, 100 * figure->low, 100 * figure->high);
	fputc(')', out);
}

/* What is to be done about a kernel that sends less. */
static void print_fewer(FILE *out, const struct finding_figure *figure)
{
	fprintf(out, ": %s" FEWER_SENTENCE " (--allow-fewer takes it)",
		figure->value > 0 ? "" : "none is left, its invalidations are gone; ");
}

void finding_print_figure(FILE *out, const struct finding_figure *figure)
{
	const char *unit = figure->unit;

	fprintf(out, "%s ", figure->title);
	if (isnan(figure->value)) {
		fprintf(out, "has no value now, was %.*f %s", metric_decimals_alone(figure->base), figure->base, unit);
		return;
	}
	if (isinf(figure->change))
		fprintf(out, "from 0 to ");
	else if (!isnan(figure->base))
		fprintf(out, "%.*f -> ", metric_decimals_alone(figure->base), figure->base);
	fprintf(out, "%.*f %s", metric_decimals_alone(figure->value), figure->value, unit);
	print_change(out, figure);
	if (figure->kind == FINDING_FEWER)
		print_fewer(out, figure);
}

static void print_start(FILE *out, const struct findings *f, const struct finding *finding)
{
	fprintf(out, "%-12s  %s on %s: %s: ", finding_name(finding->kind), f->kernel, f->bed, finding->name);
}

static bool tells(const struct finding *finding, const struct finding_figure *figure)
{
	return finding_fails(figure->kind) || (figure->kind == finding->kind && !*finding->reason);
}

/* Of a case that got worse only what did; of one that cannot be told, what cannot. */
static void print_finding(FILE *out, const struct findings *f, const struct finding *finding)
{
	size_t i;

	if (*finding->reason) {
		print_start(out, f, finding);
		fprintf(out, "%s\n", finding->reason);
	}
	for (i = 0; i < finding->nr_figures; i++) {
		if (!tells(finding, &finding->figures[i]))
			continue;
		print_start(out, f, finding);
		finding_print_figure(out, &finding->figures[i]);
		fputc('\n', out);
	}
}

/* Metrics that are undecided in a case that is not: told, as their case's verdict does not hang on them. */
static size_t count_doubts(const struct findings *f)
{
	size_t i, j, n = 0;

	for (i = 0; i < f->count; i++)
		for (j = 0; j < f->list[i].nr_figures && f->list[i].kind != FINDING_INCONCLUSIVE; j++)
			n += f->list[i].figures[j].kind == FINDING_INCONCLUSIVE;
	return n;
}

static size_t count_better(const struct findings *f)
{
	size_t i, j, n = 0;

	for (i = 0; i < f->count; i++) {
		bool better = false;

		for (j = 0; j < f->list[i].nr_figures; j++)
			better |= f->list[i].figures[j].better;
		n += better && f->list[i].kind == FINDING_FINE;
	}
	return n;
}

static void print_sum(FILE *out, const struct findings *f)
{
	const size_t doubts = count_doubts(f), fewer = findings_tally(f, FINDING_FEWER);

	fprintf(out,
		"%s against %s on %s: of %zu case%s %zu regressed, %zu inconclusive, %zu fine (%zu better), %zu skipped",
		f->kernel, f->base, f->bed, f->count, f->count == 1 ? "" : "s", findings_tally(f, FINDING_REGRESSION),
		findings_tally(f, FINDING_INCONCLUSIVE), findings_tally(f, FINDING_FINE), count_better(f),
		findings_tally(f, FINDING_SKIPPED));
	if (fewer)
		fprintf(out, "; %zu send%s less, unchecked", fewer, fewer == 1 ? "s" : "");
	if (doubts)
		fprintf(out, "; %zu metric%s beside a verdict undecided", doubts, doubts == 1 ? "" : "s");
	fputc('\n', out);
}

static void print_findings(FILE *out, const struct findings *f)
{
	size_t i;

	if (*f->note)
		fprintf(out, "%-12s  %s on %s: %s\n", finding_name(FINDING_INCONCLUSIVE), f->kernel, f->bed, f->note);
	for (i = 0; i < f->count; i++) {
		const struct finding *finding = &f->list[i];

		/* What the note says of all is not said of each. */
		if (finding_fails(finding->kind) ||
		    (finding->kind == FINDING_INCONCLUSIVE && !(*f->note && !strcmp(finding->reason, f->note))))
			print_finding(out, f, finding);
	}
	print_sum(out, f);
}

static void print(FILE *out, const struct findings *list, size_t count, const struct findings_view *view)
{
	size_t i;

	for (i = 0; i < count; i++)
		print_findings(out, &list[i]);
}

PRINTER(findings_text) = { .findings = print };
