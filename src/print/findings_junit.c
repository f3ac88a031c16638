// SPDX-License-Identifier: GPL-2.0-only
/*
 * findings_junit.c - findings as JUnit XML.
 *
 * There is no standard. This keeps to what Ant, Jenkins and GitLab read alike:
 * suites of cases, one for each kernel and bed, with "failure" or "skipped" in a
 * case, which is also what an inconclusive one is, and its figures as what it printed.
 * All of them take cases of one class and name for one case, whatever suite they are in:
 * kernel and bed are in the class, and the base, which may be another tomorrow, is not.
 */
#include <stdlib.h>
#include <string.h>

#include "fewer.h"
#include "findings_text.h"
#include "printer.h"
#include "text.h"
#include "xalloc.h"

/* What stands for the character at @text; NULL if it stands for itself. XML 1.0 has no way to say most of what is not @fit. */
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
	case '\n':
		return "\n";
	}
	return fit ? NULL : "\xef\xbf\xbd";
}

static void print_text(FILE *out, const char *text)
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

static void print_attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	print_text(out, value);
	fputc('"', out);
}

/* The figures of @kind, or all, one a line. */
static char *figures_text(const struct finding *finding, bool all)
{
	char *text = NULL;
	size_t size, i;
	FILE *out = xmemstream(&text, &size);

	for (i = 0; i < finding->nr_figures; i++) {
		if (!all && finding->figures[i].kind != finding->kind && !finding_fails(finding->figures[i].kind))
			continue;
		finding_print_figure(out, &finding->figures[i]);
		fputc('\n', out);
	}
	fclose(out);
	return text;
}

static const char *message_of(enum finding_kind kind)
{
	switch (kind) {
	case FINDING_REGRESSION:
		return "worse than the base";
	case FINDING_FEWER:
		return FEWER_SENTENCE;
	default:
		return "the boots do not tell";
	}
}

static void print_kind(FILE *out, const struct finding *finding)
{
	const bool failed = finding_fails(finding->kind);
	char *text = figures_text(finding, false);

	if (finding->kind != FINDING_FINE) {
		fprintf(out, "\t\t\t<%s", failed ? "failure" : "skipped");
		if (failed)
			print_attribute(out, "type", finding_name(finding->kind));
		fputs(" message=\"", out);
		if (!failed)
			fprintf(out, "%s: ", finding_name(finding->kind));
		print_text(out, *finding->reason ? finding->reason : message_of(finding->kind));
		fputs("\">", out);
		print_text(out, text);
		fprintf(out, "</%s>\n", failed ? "failure" : "skipped");
	}
	free(text);
}

static void print_case(FILE *out, const struct findings *f, const struct finding *finding)
{
	char *figures = figures_text(finding, true), *class_name;

	class_name = xasprintf("invbench.%s.%s.%s", f->bed, f->kernel, finding->workload);
	fputs("\t\t<testcase", out);
	print_attribute(out, "classname", class_name);
	print_attribute(out, "name", finding->name);
	fputs(">\n", out);
	print_kind(out, finding);
	if (*figures) {
		fputs("\t\t\t<system-out>", out);
		print_text(out, figures);
		fputs("</system-out>\n", out);
	}
	fputs("\t\t</testcase>\n", out);
	free(class_name);
	free(figures);
}

static void print_property(FILE *out, const char *name, const char *value)
{
	fputs("\t\t\t<property", out);
	print_attribute(out, "name", name);
	print_attribute(out, "value", value);
	fputs("/>\n", out);
}

static const char *about(const struct findings *f, const char *object, const char *key)
{
	return json_string_value(json_object_get(object ? json_object_get(f->about, object) : f->about, key));
}

static void print_properties(FILE *out, const struct findings *f)
{
	static const char *const keys[] = { "release", "design", "config_sha256", "series_sha256", "image_sha256" };
	size_t i;

	fputs("\t\t<properties>\n", out);
	print_property(out, "kernel", f->kernel);
	print_property(out, "base", f->base);
	print_property(out, "bed", f->bed);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (about(f, "kernel", keys[i]))
			print_property(out, keys[i], about(f, "kernel", keys[i]));
	fputs("\t\t</properties>\n", out);
}

static void print_suite(FILE *out, const struct findings *f)
{
	char *name = findings_title(f);

	fputs("\t<testsuite", out);
	print_attribute(out, "name", name);
	fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\"", f->count, findings_failed(f),
		findings_tally(f, FINDING_SKIPPED) + findings_tally(f, FINDING_INCONCLUSIVE));
	if (about(f, NULL, "started"))
		print_attribute(out, "timestamp", about(f, NULL, "started"));
	fputs(">\n", out);
	print_properties(out, f);
	for (size_t i = 0; i < f->count; i++)
		print_case(out, f, &f->list[i]);
	if (*f->note) {
		fputs("\t\t<system-err>", out);
		print_text(out, f->note);
		fputs("</system-err>\n", out);
	}
	fputs("\t</testsuite>\n", out);
	free(name);
}

static void print(FILE *out, const struct findings *list, size_t count, const struct findings_view *view)
{
	size_t i, tests = 0, failures = 0;

	for (i = 0; i < count; i++) {
		tests += list[i].count;
		failures += findings_failed(&list[i]);
	}
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites name=\"invbench check\" tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n",
		tests, failures);
	for (i = 0; i < count; i++)
		print_suite(out, &list[i]);
	fputs("</testsuites>\n", out);
}

PRINTER(junit) = {
	.name = "junit",
	.argument = "FILE",
	.summary = "Write JUnit XML; - is stdout",
	.findings = print,
};
