/* SPDX-License-Identifier: GPL-2.0-only */
/* html.h - the parts of the report's page, and how text gets into it. */
#ifndef INVBENCH_HTML_H
#define INVBENCH_HTML_H

#include <stdio.h>

#include "report.h"

/* Text, with what HTML would take for markup escaped; also fit for attributes in double quotes. */
void html_text(FILE *out, const char *text);
/* A formatted text, escaped as a whole. */
void html_printf(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A number with its thousands apart. */
void html_number(FILE *out, double value, int decimals);

/*
 * The figures of @kinds (bits) and of @workload, NULL for any, in a grid; after
 * @head if there are any. 0, or -errno with @error filled.
 */
int html_figures(FILE *out, const struct report *report, size_t bed, unsigned int kinds, const char *workload, const char *head,
		 char *error);
#define FIGURES(kind)	(1U << (kind))

/* The parts of a bed, in the order of the page. */
void report_headline(FILE *out, const struct report_bed *bed);
/* Links to what follows, with the verdicts of each workload. */
void report_index(FILE *out, const struct report_bed *bed);
int report_workloads(FILE *out, const struct report *report, size_t bed, char *error);
int report_model(FILE *out, const struct report *report, size_t bed, char *error);
void report_entries(FILE *out, const struct report_bed *bed);
void report_environment(FILE *out, const struct report_bed *bed);

/* The parts of a workload. */
int report_sweeps(FILE *out, const struct report *report, size_t bed, const char *workload, char *error);
void report_table(FILE *out, const struct report_bed *bed, const char *workload);
int report_distributions(FILE *out, const struct report *report, size_t bed, const char *workload, char *error);
void report_threads(FILE *out, const struct report_bed *bed, const char *workload);
void report_numbers(FILE *out, const struct report_bed *bed, const char *workload);

#endif
