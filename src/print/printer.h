/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * printer.h - how a form registers that findings (`invbench check`) or comparisons (`invbench compare`) can be
 * written in.
 *
 * A printer is one file src/print/NAME.c with one PRINTER(); the Makefile
 * finds it, and its subcommand has the option --NAME.
 */
#ifndef INVBENCH_PRINTER_H
#define INVBENCH_PRINTER_H

#include <argp.h>
#include <stdio.h>

#include "comparison.h"
#include "findings.h"

/* What a user wants to see of findings. */
struct findings_view {
	const char *origin; /* of a KCIDB report: the CI system that sends it */
};

enum case_order { ORDER_OWN, ORDER_IMPORTANCE, ORDER_SUITE }; /* ORDER_OWN: as the printer likes best */

/* What a user wants to see of comparisons. */
struct compare_view {
	bool all; /* of the list: each case without a measurable difference, too */
	enum case_order order;
	bool distribution, threads, functions; /* below each case */
};

struct printer {
	const char *name;     /* of its option; NULL: what is printed without one */
	int key;	      /* the option's letter, or 0 */
	const char *argument; /* the option's: "FILE", where "-" is stdout; NULL: there is none, and it is stdout */
	const char *summary;  /* of the option, in --help */
	/* One of the two; whether @out has taken all is for the caller to look at. */
	void (*findings)(FILE *out, const struct findings *list, size_t count, const struct findings_view *view);
	void (*comparisons)(FILE *out, const struct comparison *list, size_t count, const struct compare_view *view);
};

#define PRINTER(ident) \
	static const struct printer printer_##ident; \
	static const struct printer *const printer_ptr_##ident __attribute__((used, section("printers"))) = \
		&printer_##ident; \
	static const struct printer printer_##ident

enum printed { PRINTED_FINDINGS, PRINTED_COMPARISONS };

/* The printer of the option @name, or (NULL) that of none; NULL if there is no such printer. */
const struct printer *printer_find(enum printed what, const char *name);

/* The printers that were chosen, each once; of an option given twice the last counts. */
struct printer_outputs {
	struct printer_output {
		const struct printer *printer;
		const char *path; /* "-": stdout */
	} *list;
	size_t count;
};

/* The options of all printers, as a child of a subcommand's parser; its input is a struct printer_outputs. */
extern struct argp printer_findings_argp, printer_comparisons_argp;

#endif
