// SPDX-License-Identifier: GPL-2.0-only
/* What a workload needs of the machine: there, missing, or not asked for by these parameters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "fake.h"
#include "fake_half.h"
#include "needs.h"
#include "suite.h"

static const char *const vias[] = { "here", "there", NULL };

static int op(struct run_case *c, unsigned int thread)
{
	return 0;
}

#define MEMBERS \
	.summary = "for this test", .unit = "call", .op = op, \
	.params = { { .name = "viable", .summary = "nothing", .choices = vias }, \
		    { .name = "via", .summary = "where", .choices = vias }, \
		    { .name = "size", .summary = "of it", .def = 4096, .min = 1, .max = 1 << 30, .bytes = true } }

WORKLOAD(plain) = { .name = "plain", MEMBERS };
WORKLOAD(halved) = { .name = "halved", .needs = { .half = true }, MEMBERS };
WORKLOAD(unless) = { .name = "unless", .needs = { .half = true, .half_unless = "via=there" }, MEMBERS };
WORKLOAD(paged) = { .name = "paged", .needs = { .pages = true }, MEMBERS };
WORKLOAD(real) = { .name = "real", .needs = { .real_dma = true }, MEMBERS };
WORKLOAD(tooled) = { .name = "tooled", .needs = { .program = "a-tool-of-this-test" }, MEMBERS };

static struct suite suite;
static struct run_case c;

static int setup(void **state)
{
	fake_half_load(0);
	return 0;
}

static void end(void)
{
	case_free(&c);
	suite_free(&suite);
	memset(&suite, 0, sizeof(suite));
}

static void begin(const char *line)
{
	struct sentence why;

	MUST(!suite_add_line(&suite, line, "test", 0, &why));
	case_init(&c, &suite.cases[0], HIST_SUB_BITS_MIN);
}

static void expect(const char *line, int ret, const char *reason)
{
	begin(line);
	assert_int_equal(needs_met(&c), ret);
	assert_int_equal(c.status, ret == SKIP ? STATUS_SKIP : ret ? STATUS_FAIL : STATUS_PASS);
	if (!strstr(c.reason, reason))
		fail_msg("%s: '%s', not '%s'", line, c.reason, reason);
	end();
}

static bool asks_for_half(const char *line)
{
	bool asks;

	begin(line);
	asks = needs_half(&suite.cases[0]);
	end();
	return asks;
}

static void parameters_decide_about_the_half(void **state)
{
	assert_false(asks_for_half("plain"));
	assert_true(asks_for_half("halved"));
	assert_true(asks_for_half("halved via=there"));
	assert_true(asks_for_half("unless"));
	assert_true(asks_for_half("unless viable=there")); /* whose name begins as the other does */
	assert_false(asks_for_half("unless via=there"));
}

static void the_half_is_closed_again(void **state)
{
	const unsigned int before = open_descriptors();

	expect("halved", 0, "");
	assert_int_equal(fake_half.opens, 1);
	assert_int_equal(open_descriptors(), before);
	fake_half.open_errno = ENOENT;
	expect("halved", SKIP, "cannot open /dev/invbench");
	expect("unless via=there", 0, "");
	expect("plain", 0, "");
}

static void sizes_are_whole_pages(void **state)
{
	const long page = sysconf(_SC_PAGESIZE);
	char line[64];

	snprintf(line, sizeof(line), "paged size=%ld", 3 * page);
	expect(line, 0, "");
	snprintf(line, sizeof(line), "paged size=%ld", 3 * page / 2);
	expect(line, SKIP, "size is no multiple of this kernel's pages (");
	snprintf(line, sizeof(line), "plain size=%ld", 3 * page / 2);
	expect(line, 0, "");
}

/* Whether there is a model is asked once in a program's life: this child is one with it. */
static void the_model_serves_no_real_dma(void **state)
{
	int status;
	pid_t child = fork();

	MUST(child >= 0);
	if (!child) {
		fake_half_load(INVBENCH_INFO_MODEL);
		begin("real");
		MUST(needs_met(&c) == SKIP && c.status == STATUS_SKIP);
		MUST(strstr(c.reason, "the SMMU model serves no DMA of real devices"));
		end();
		begin("plain");
		MUST(!needs_met(&c));
		end();
		_exit(0);
	}
	MUST(waitpid(child, &status, 0) == child);
	assert_int_equal(status, 0);
	expect("real", 0, "");
}

static void a_program_is_found_in_any_folder_of_the_path(void **state)
{
	static const char *const missing = "cannot run a-tool-of-this-test: No such file or directory";
	char *dir = fake_tmpdir(), *old = strdup(getenv("PATH") ?: ""), path[600], file[512];

	expect("tooled", SKIP, missing);
	snprintf(file, sizeof(file), "%s/a-tool-of-this-test", dir);
	fake_write_text(file, "#!/bin/sh\n");
	MUST(!chmod(file, 0600));
	snprintf(path, sizeof(path), "/nowhere:%s:/bin", dir);
	MUST(!setenv("PATH", path, 1));
	expect("tooled", SKIP, missing); /* nobody may run it */
	MUST(!chmod(file, 0700));
	expect("tooled", 0, "");
	snprintf(path, sizeof(path), "/bin:%s", dir);
	MUST(!setenv("PATH", path, 1));
	expect("tooled", 0, "");
	MUST(!unsetenv("PATH"));
	expect("tooled", SKIP, missing);
	MUST(!setenv("PATH", old, 1));
	free(old);
	fake_remove(dir);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(parameters_decide_about_the_half),
		TEST(the_half_is_closed_again),
		TEST(sizes_are_whole_pages),
		TEST(the_model_serves_no_real_dma),
		TEST(a_program_is_found_in_any_folder_of_the_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
