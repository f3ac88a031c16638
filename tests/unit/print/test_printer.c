// SPDX-License-Identifier: GPL-2.0-only
/* test_printer.c - which printers there are, and which one an option means. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "printer.h"

static void test_found(void **state)
{
	static const char *const findings[] = { NULL, "ktap", "junit", "kcidb" }, *const comparisons[] = { NULL, "list",
													   "table",
													   "json" };
	size_t i;

	for (i = 0; i < 4; i++) {
		const struct printer *f = printer_find(PRINTED_FINDINGS, findings[i]);
		const struct printer *c = printer_find(PRINTED_COMPARISONS, comparisons[i]);

		assert_true(f && f->findings && !f->comparisons);
		assert_true(c && c->comparisons && !c->findings);
	}
	assert_null(printer_find(PRINTED_FINDINGS, "table"));
	assert_null(printer_find(PRINTED_COMPARISONS, "ktap"));
	assert_null(printer_find(PRINTED_COMPARISONS, ""));
}

/* What --help says of each: no printer may be without a name that another has not, nor without a sentence. */
static void check_help(const struct argp *argp, enum printed what, size_t least)
{
	const struct argp_option *o, *other;

	for (o = argp->options; o->name; o++) {
		const struct printer *p = printer_find(what, o->name);

		assert_true(*o->name && o->key && o->doc && *o->doc);
		assert_non_null(p);
		assert_ptr_equal(o->doc, p->summary);
		assert_ptr_equal(o->arg, p->argument);
		assert_true(what == PRINTED_FINDINGS ? p->findings != NULL : p->comparisons != NULL);
		for (other = argp->options; other < o; other++)
			assert_true(strcmp(other->name, o->name) && other->key != o->key);
	}
	assert_true((size_t)(o - argp->options) >= least);
}

static void test_each_has_an_option(void **state)
{
	check_help(&printer_findings_argp, PRINTED_FINDINGS, 3);
	check_help(&printer_comparisons_argp, PRINTED_COMPARISONS, 3);
}

static void parse(const struct argp *argp, struct printer_outputs *outputs, const char *first, const char *second)
{
	char *argv[] = { (char *)"test", (char *)first, (char *)second, NULL };

	assert_int_equal(argp_parse(argp, second ? 3 : 2, argv, ARGP_SILENT, NULL, outputs), 0);
}

static void test_options(void **state)
{
	struct printer_outputs outputs = { 0 };

	parse(&printer_findings_argp, &outputs, "--junit=file", "--ktap");
	assert_int_equal(outputs.count, 2);
	assert_ptr_equal(outputs.list[0].printer, printer_find(PRINTED_FINDINGS, "junit"));
	assert_string_equal(outputs.list[0].path, "file");
	assert_ptr_equal(outputs.list[1].printer, printer_find(PRINTED_FINDINGS, "ktap"));
	assert_string_equal(outputs.list[1].path, "-");
	free(outputs.list);
}

static void test_last_counts(void **state)
{
	struct printer_outputs outputs = { 0 };

	parse(&printer_findings_argp, &outputs, "--kcidb=a", "--kcidb=b");
	assert_int_equal(outputs.count, 1);
	assert_string_equal(outputs.list[0].path, "b");
	free(outputs.list);
}

/* An option's letter, and no option of what is printed elsewhere. */
static void test_letters(void **state)
{
	struct printer_outputs outputs = { 0 };
	char *argv[] = { (char *)"test", (char *)"--table", NULL };

	parse(&printer_comparisons_argp, &outputs, "-j", NULL);
	assert_ptr_equal(outputs.list[0].printer, printer_find(PRINTED_COMPARISONS, "json"));
	assert_int_not_equal(argp_parse(&printer_findings_argp, 2, argv, ARGP_SILENT, NULL, &outputs), 0);
	free(outputs.list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),	cmocka_unit_test(test_each_has_an_option),
		cmocka_unit_test(test_options), cmocka_unit_test(test_last_counts),
		cmocka_unit_test(test_letters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
