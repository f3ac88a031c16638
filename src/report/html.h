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
/* The metric that speaks for a cell: of those that moved as its verdict says, the one furthest above its minimum effect; else the median. */
enum metric_id metric_leading(const struct comparison *c, const struct cell *cell);
/* Of a span with the verdict's name. */
const char *verdict_class(enum verdict verdict);

/*
 * The figures of @parts (bits) and of @workload, NULL for any, in a grid; after
 * @head if there are any. 0 or a negative errno.
 */
int html_figures(FILE *out, const struct report *report, size_t bed, unsigned int parts, const char *workload,
		 const char *head, struct sentence *why);
#define IN_PART(part) (1U << (part))
/* What the figure shows in a sentence or two, for those who cannot see it. */
void html_alternative(FILE *out, const struct comparison *c, const struct figure *f);
/* What stands under it, if anything does. */
void html_below(FILE *out, const struct comparison *c, const struct figure *f);

/* A kernel and the base it is measured by: the bed's, or that of its variant (compare_variant()). */
struct report_pair {
	const struct comparison *comparison; /* the bed's, or @own */
	size_t side;			     /* of it; the base is 0 */
	struct side sides[2];		     /* of a variant */
	struct comparison own;
};

struct report_pairs {
	struct report_pair *list;
	size_t count;
	json_t *places; /* case: its row in the bed's comparison */
};

/* free with pairs_free(). */
void pairs_make(const struct comparison *c, struct report_pairs *pairs);
void pairs_free(struct report_pairs *pairs);

/* How many cases pass on the base and neither pass nor are skipped on @side. */
size_t pair_fails(const struct comparison *c, size_t side);

/* The parts of a bed, in the order of the page. */
void report_verdict(FILE *out, const struct report_bed *bed, const struct report_pairs *pairs);
/* A table a pair, what matters most on top. */
void report_cases(FILE *out, const struct report_bed *bed, const struct report_pairs *pairs);
/* The figures of the cases that moved most. */
int report_leading(FILE *out, const struct report *report, size_t bed, struct sentence *why);
/* Links to what follows, with the verdicts of each workload. */
void report_index(FILE *out, const struct report_bed *bed);
int report_workloads(FILE *out, const struct report *report, size_t bed, struct sentence *why);
int report_model(FILE *out, const struct report *report, size_t bed, struct sentence *why);
void report_entries(FILE *out, const struct report_bed *bed);
void report_environment(FILE *out, const struct report_bed *bed);
/* Of all beds. */
void report_again(FILE *out, const struct report *report);
void report_reading(FILE *out, const struct comparison *c);

/* The parts of a workload. */
int report_sweeps(FILE *out, const struct report *report, size_t bed, const char *workload, struct sentence *why);
int report_goes(FILE *out, const struct report *report, size_t bed, const char *workload, struct sentence *why);
void report_table(FILE *out, const struct report_bed *bed, const char *workload);
int report_distributions(FILE *out, const struct report *report, size_t bed, const char *workload,
			 struct sentence *why);
void report_threads(FILE *out, const struct report_bed *bed, const char *workload);
void report_numbers(FILE *out, const struct report_bed *bed, const char *workload);

#endif
