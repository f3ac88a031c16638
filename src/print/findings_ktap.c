// SPDX-License-Identifier: GPL-2.0-only
/*
 * findings_ktap.c - findings as KTAP version 1.
 *
 * A test for each kernel on a bed, and in it one for each case: "not ok" is a regression, or fewer; what is
 * inconclusive or skipped says SKIP. Dashboards know a test by the names down to it, so that these are
 * the same from run to run, whatever the base. Source: Documentation/dev-tools/ktap.rst of Linux 6.12.
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
	print_result(out, !finding_fails(finding->kind), number);
	print_text(out, finding->name);
	if (finding->kind == FINDING_INCONCLUSIVE || finding->kind == FINDING_SKIPPED) {
		fprintf(out, " # SKIP %s", finding->kind == FINDING_INCONCLUSIVE ? "inconclusive: " : "");
		print_text(out, skip_reason(finding));
	}
	fputc('\n', out);
}

static void print_skip(FILE *out, const char *note)
{
	fputs(" # SKIP ", out);
	print_text(out, *note ? note : "no case could be judged");
}

static void print_kernel(FILE *out, const struct findings *f, size_t number)
{
	const bool judged = findings_tally(f, FINDING_FINE) || findings_failed(f);
	char *title = findings_title(f);
	size_t i;

	fprintf(out, INDENT "KTAP version 1\n" INDENT "1..%zu\n", f->count);
	for (i = 0; i < f->count; i++)
		print_case(out, INDENT, &f->list[i], i + 1);
	fputs("# against ", out);
	print_text(out, f->base);
	fputc('\n', out);
	print_result(out, !findings_failed(f), number);
	print_text(out, title);
	if (!judged)
		print_skip(out, f->note);
	fputc('\n', out);
	free(title);
}

static void print(FILE *out, const struct findings *list, size_t count, const struct findings_view *view)
{
	size_t i;

	fprintf(out, "KTAP version 1\n1..%zu\n", count);
	for (i = 0; i < count; i++)
		print_kernel(out, &list[i], i + 1);
}

PRINTER(ktap) = {
	.name = "ktap",
	.summary = "Print KTAP version 1 instead, a test for each case in one for its kernel",
	.findings = print,
};
