// SPDX-License-Identifier: GPL-2.0-only
/* test_completion.c - `invbench completion`: what a word may become. bash itself is in tests/meta/completion. */
#include <argp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "program.h"
#include "subcommand.h"
#include "suite.h"

/* The words end with NULL. */
#define offered(expected, ...) \
	do { \
		struct outcome outcome; \
\
		program_run(&outcome, "completion", "--", __VA_ARGS__, NULL); \
		assert_int_equal(outcome.status, 0); \
		assert_string_equal(outcome.err, ""); \
		assert_string_equal(outcome.out, expected); \
		program_forget(&outcome); \
	} while (0)

static bool is_offered(const char *line, const char *command, const char *word)
{
	struct outcome outcome;
	char text[256];
	bool is;

	program_run(&outcome, "completion", "--", command, word, NULL);
	assert_int_equal(outcome.status, 0);
	snprintf(text, sizeof(text), "%s\n", line);
	is = !strncmp(outcome.out, text, strlen(text));
	snprintf(text, sizeof(text), "\n%s\n", line);
	is = is || strstr(outcome.out, text);
	program_forget(&outcome);
	return is;
}

static void subcommands(void **state)
{
	offered("restore\n", "rest");
	offered("report\nrestore\n", "re");
	offered("--version\n", "--v");
	offered("", "nonsense", "");
	offered("", "nonsense");
}

static void check_options(const struct subcommand *c, const struct argp *options)
{
	const struct argp_option *o;
	const struct argp_child *child;
	char line[64];

	for (o = options->options; o && (o->name || o->key || o->doc); o++) {
		if (!o->name)
			continue;
		snprintf(line, sizeof(line), "--%s%s", o->name, o->arg && !(o->flags & OPTION_ARG_OPTIONAL) ? "=" : "");
		if (!is_offered(line, c->name, "--"))
			fail_msg("%s: %s is not offered", c->name, line);
	}
	for (child = options->children; child && child->argp; child++)
		check_options(c, child->argp);
}

static void every_option_of_every_subcommand(void **state)
{
	const struct subcommand *c;
	size_t n;

	for (n = 0; (c = subcommand_nth(n)); n++) {
		check_options(c, c->argp);
		assert_true(is_offered("--help", c->name, "-"));
	}
}

static void every_workload(void **state)
{
	const struct workload *w;
	size_t n;

	for (n = 0; (w = workload_nth(n)); n++)
		assert_true(is_offered(w->name, "run", ""));
}

static void parameters_and_their_choices(void **state)
{
	offered("devices=\n", "run", "dma", "dev");
	offered("op=map+unmap\n", "run", "dma", "op=m");
	offered("op=sync,unmap\n", "run", "dma", "op=sync,u");
	offered("", "run", "dma", "devices=");
	offered("", "run", "dma", "nonsense=");
	offered("op=map+unmap\n", "run", "--output", "x", "-p", "invlat", "--checked", "dma", "devices=1", "op=m");
	offered("", "run", "nonsense", "op=");
}

static void values_of_options(void **state)
{
	offered("quick\n", "run", "-s", "qu");
	offered("quick\n", "run", "--suite", "qu");
	offered("--suite=quick\n", "run", "--suite=qu");
	offered("invlat\n", "run", "--probe", "inv");
	offered("model\n", "history", "--bed", "mo");
	offered("importance\nsuite\n", "compare", "--order", "");
	offered("DMA\nDMA-FQ\n", "bind", "-t", "DM");
	offered("p99\np999\n", "compare", "-m", "p9");
	offered("median,p99\nmedian,p999\n", "check", "--metric", "median,p9");
	offered("arm_smmu_iotlb_sync\n", "trace", "-e", "arm_smmu_iotlb_s");
}

static void arguments(void **state)
{
	offered("trend\n", "history", "--db=x", "t");
	offered("", "history", "trend", "");
	offered("endpoints\n", "list", "e");
	offered("", "list", "workloads", "e");
	offered("invlat\n", "trace", "");
}

/* A file, a number, another program's command line: bash may know better. */
static void the_rest_is_bashs(void **state)
{
	offered("", "report", "");
	offered("", "run", "--context", "");
	offered("", "run", "--sub-bits=");
	offered("", "trace", "invlat", "--", "--");
	offered("", "check", "--against-history", "");
}

static void the_script_is_printed(void **state)
{
	struct outcome outcome;

	program_run(&outcome, "completion", NULL);
	assert_int_equal(outcome.status, 0);
	assert_non_null(strstr(outcome.out, "\ncomplete "));
	program_forget(&outcome);
	program_run(&outcome, "completion", "run", NULL);
	assert_int_equal(outcome.status, 2);
	assert_string_equal(outcome.out, "");
	program_forget(&outcome);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(subcommands),	     cmocka_unit_test(every_option_of_every_subcommand),
		cmocka_unit_test(every_workload),    cmocka_unit_test(parameters_and_their_choices),
		cmocka_unit_test(values_of_options), cmocka_unit_test(arguments),
		cmocka_unit_test(the_rest_is_bashs), cmocka_unit_test(the_script_is_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
