// SPDX-License-Identifier: GPL-2.0-only
/*
 * findings_ktap.c - findings as KTAP version 1.
 *
 * A test for each case: "not ok" is a regression; what is inconclusive or skipped
 * says SKIP. Source: Documentation/dev-tools/ktap.rst of Linux 6.12.
 */
#include <stdlib.h>

#include "findings_text.h"
#include "printer.h"
#include "text.h"
#include "xalloc.h"

#define INDENT "  " /* of a subtest */

/* A description ends at '#' or at the end of the line; so does what follows a directive. */
static void print_text(FILE *out, const char *text)
{
	size_t bytes;
	bool fit;

	for (; *text; text += bytes) {
		bytes = text_next(text, &fit);
		if (fit && *text != '#')
			fwrite(text, 1, bytes, out);
		else
			fputc('_', out);
	}
}

static void print_result(FILE *out, bool ok, size_t number)
{
	fprintf(out, "%s %zu ", ok ? "ok" : "not ok", number);
}

static void print_diagnostics(FILE *out, const char *indent, const struct finding *finding)
{
	char *text = NULL;
	size_t size, i;
	FILE *line;

	for (i = 0; i < finding->nr_figures; i++) {
		line = xmemstream(&text, &size);
		finding_print_figure(line, &finding->figures[i]);
		fclose(line);
		fprintf(out, "%s# ", indent);
		print_text(out, text);
		fprintf(out, "%s\n", finding->figures[i].kind == FINDING_REGRESSION ? ": worse" : "");
		free(text);
		text = NULL;
	}
	if (*finding->reason) {
		fprintf(out, "%s# reason: ", indent);
		print_text(out, finding->reason);
		fputc('\n', out);
	}
}

static const char *skip_reason(const struct finding *finding)
{
	return *finding->reason ? finding->reason : "the boots do not tell";
}

static void print_case(FILE *out, const char *indent, const struct finding *finding, size_t number)
{
	print_diagnostics(out, indent, finding);
	fputs(indent, out);
	print_result(out, finding->kind != FINDING_REGRESSION, number);
	print_text(out, finding->name);
	if (finding->kind == FINDING_INCONCLUSIVE || finding->kind == FINDING_SKIPPED) {
		fprintf(out, " # SKIP %s", finding->kind == FINDING_INCONCLUSIVE ? "inconclusive: " : "");
		print_text(out, skip_reason(finding));
	}
	fputc('\n', out);
}

static void print_cases(FILE *out, const char *indent, const struct findings *f, size_t first)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		print_case(out, indent, &f->list[i], first + i);
}

static void print_nested(FILE *out, const struct findings *f, size_t number)
{
	const bool judged = findings_tally(f, FINDING_FINE) || findings_tally(f, FINDING_REGRESSION);

	fprintf(out, INDENT "KTAP version 1\n" INDENT "1..%zu\n", f->count);
	print_cases(out, INDENT, f, 1);
	print_result(out, !findings_tally(f, FINDING_REGRESSION), number);
	print_text(out, f->kernel);
	fprintf(out, " against ");
	print_text(out, f->base);
	fputs(" on ", out);
	print_text(out, f->bed);
	if (!judged) {
		fputs(" # SKIP ", out);
		print_text(out, *f->note ? f->note : "no case could be judged");
	}
	fputc('\n', out);
}

/* With a test for each kernel and bed where there are several, and the cases as its subtests. */
static void print(FILE *out, const struct findings *list, size_t count, const struct findings_view *view)
{
	const bool nested = view->nested;
	size_t i, tests = 0;

	for (i = 0; i < count; i++)
		tests += nested ? 1 : list[i].count;
	fprintf(out, "KTAP version 1\n1..%zu\n", tests);
	for (i = 0, tests = 1; i < count; tests += list[i++].count) {
		if (nested)
			print_nested(out, &list[i], i + 1);
		else
			print_cases(out, "", &list[i], tests);
	}
}

PRINTER(ktap) = {
	.name = "ktap",
	.summary = "Print KTAP version 1 instead, a test for each case",
	.findings = print,
};
