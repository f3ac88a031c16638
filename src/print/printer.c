// SPDX-License-Identifier: GPL-2.0-only
/* printer.c - which printers there are, and their options. */
#include <stdlib.h>
#include <string.h>

#include "printer.h"
#include "xalloc.h"

#define FIRST_KEY 0x2000 /* of options without a letter; beyond those that a subcommand has of its own */

/* The linker gives the ends of the section that PRINTER() fills. */
extern const struct printer *const __start_printers[], *const __stop_printers[];

static size_t nr_printers(void)
{
	return (size_t)(__stop_printers - __start_printers);
}

static bool prints(const struct printer *p, enum printed what)
{
	return what == PRINTED_FINDINGS ? p->findings != NULL : p->comparisons != NULL;
}

static bool is_called(const struct printer *p, const char *name)
{
	return name && p->name ? !strcmp(p->name, name) : !name && !p->name;
}

static int key_of(size_t nth)
{
	return __start_printers[nth]->key ? __start_printers[nth]->key : FIRST_KEY + (int)nth;
}

const struct printer *printer_find(enum printed what, const char *name)
{
	size_t i;

	for (i = 0; i < nr_printers(); i++)
		if (prints(__start_printers[i], what) && is_called(__start_printers[i], name))
			return __start_printers[i];
	return NULL;
}

/* Whose option it is; NULL: it is none of theirs. */
static const struct printer *of_key(int key)
{
	size_t i;

	for (i = 0; i < nr_printers(); i++)
		if (__start_printers[i]->name && key_of(i) == key)
			return __start_printers[i];
	return NULL;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct printer_outputs *outputs = state->input;
	const struct printer *printer = of_key(key);
	size_t i = 0;

	if (!printer)
		return ARGP_ERR_UNKNOWN;
	while (i < outputs->count && outputs->list[i].printer != printer)
		i++;
	if (i == outputs->count)
		xappend(outputs->list, outputs->count);
	outputs->list[i] = (struct printer_output){ printer, arg ? arg : "-" };
	return 0;
}

struct argp printer_findings_argp = { .parser = parse_option }, printer_comparisons_argp = { .parser = parse_option };

static struct argp_option *options_of(enum printed what)
{
	struct argp_option *options = xcalloc(nr_printers() + 1, sizeof(*options));
	size_t i, n = 0;

	for (i = 0; i < nr_printers(); i++) {
		const struct printer *p = __start_printers[i];

		if (p->name && prints(p, what))
			options[n++] = (struct argp_option){ p->name, key_of(i), p->argument, 0, p->summary, 0 };
	}
	return options;
}

/* argp wants an array, which only the linker could make; so it is there before main(). */
static void __attribute__((constructor)) fill_options(void)
{
	printer_findings_argp.options = options_of(PRINTED_FINDINGS);
	printer_comparisons_argp.options = options_of(PRINTED_COMPARISONS);
}
