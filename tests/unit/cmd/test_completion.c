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

/* Is @line one of what was offered? */
static bool has_line(const struct outcome *offers, const char *line)
{
	const size_t length = strlen(line);
	const char *at = offers->out;

	for (; (at = strstr(at, line)); at += length)
		if ((at == offers->out || at[-1] == '\n') && at[length] == '\n')
			return true;
	return false;
}

static void subcommands(void **state)
{
	offered("restore\n", "rest");
	offered("report\nrestore\n", "re");
	offered("--version\n", "--v");
	offered("", "nonsense", "");
	offered("", "nonsense");
}

static void check_options(const struct outcome *offers, const struct argp *options)
{
	const struct argp_option *o;
	const struct argp_child *child;
	char line[64];

	for (o = options->options; o && (o->name || o->key || o->doc); o++) {
		if (!o->name)
			continue;
		snprintf(line, sizeof(line), "--%s%s", o->name, o->arg && !(o->flags & OPTION_ARG_OPTIONAL) ? "=" : "");
		if (!has_line(offers, line))
			fail_msg("%s is not offered", line);
	}
	for (child = options->children; child && child->argp; child++)
		check_options(offers, child->argp);
}

static void every_option_of_every_subcommand(void **state)
{
	const struct subcommand *c;
	struct outcome offers;
	size_t n;

	for (n = 0; (c = subcommand_nth(n)); n++) {
		program_run(&offers, "completion", "--", c->name, "--", NULL);
		assert_int_equal(offers.status, 0);
		check_options(&offers, c->argp);
		assert_true(has_line(&offers, "--help"));
		assert_false(has_line(&offers, "--hel"));
		program_forget(&offers);
	}
}

static void every_workload(void **state)
{
	const struct workload *w;
	struct outcome offers;
	size_t n;

	program_run(&offers, "completion", "--", "run", "", NULL);
	for (n = 0; (w = workload_nth(n)); n++)
		assert_true(has_line(&offers, w->name));
	program_forget(&offers);
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
	offered("--code=splat\n", "run", "--code=spl");
	offered("importance\nsuite\n", "compare", "--order", "");
	offered("DMA\nDMA-FQ\n", "bind", "-t", "DM");
	offered("p99\np999\n", "compare", "-m", "p9");
	offered("median,p99\nmedian,p999\n", "check", "--metric", "median,p9");
	offered("arm_smmu_iotlb_sync\n", "trace", "-e", "arm_smmu_iotlb_s");
	offered("submit\n", "trace", "-e", "sub");
	offered("--from=submit\n--from=submit.begin\n--from=submit.end\n", "trace", "--events", "--from=su");
}

static void arguments(void **state)
{
	offered("trend\n", "history", "--db=x", "t");
	offered("", "history", "trend", "");
	offered("endpoints\n", "list", "e");
	offered("", "list", "workloads", "e");
	offered("invlat\n", "trace", "inv");
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
