// SPDX-License-Identifier: GPL-2.0-only
/* test_flame_draw.c - what gnuplot is told of a flame graph. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "flame.h"
#include "program.h"

static char *dir;

/* A gnuplot file that draws nothing, and says what it was told. */
static const char says[] = "set print 'figures/'.stem.'.'.type\n"
			   "print sprintf('%s|%d|%d|%d', title, samples, depth, width)\n"
			   "print system('cat figures/flame.tsv')\n";

static char *told(char *stacks)
{
	char path[256], *text;
	struct sentence why;
	struct flame f;
	FILE *file;

	assert_int_equal(flame_layout(&f, stacks, &why), 0);
	snprintf(path, sizeof(path), "%s/flame.svg", dir);
	if (flame_draw(&f, "it's", path, dir, &why))
		fail_msg("%s", why.text);
	flame_free(&f);
	file = fopen(path, "r");
	assert_non_null(file);
	text = program_read(file);
	return text;
}

/* What a line of boxes or of labels is: its numbers. */
static void boxes_and_labels(void **state)
{
	char stacks[] = "a;arm_smmu_\"x\\y\"_[k] 600\na;b_[k] 400\n", *text = told(stacks), *labels;
	unsigned int start, width, depth, colour;

	assert_ptr_equal(strstr(text, "it's|1000|2|1160\n"), text);
	assert_int_equal(sscanf(strchr(text, '\n'), "\n%u %u %u %u\n", &start, &width, &depth, &colour), 4);
	assert_true(start == 0 && width == 1000 && depth == 0 && colour < 3);
	assert_int_equal(sscanf(strstr(text, "\n0 600 "), "\n%u %u %u %u\n", &start, &width, &depth, &colour), 4);
	assert_true(depth == 1 && colour >= 3 * FLAME_SMMU && colour < 3 * FLAME_KINDS);
	assert_int_equal(sscanf(strstr(text, "\n600 400 "), "\n%u %u %u %u\n", &start, &width, &depth, &colour), 4);
	assert_true(depth == 1 && colour >= 3 * FLAME_KERNEL && colour < 3 * FLAME_SMMU);
	/* Quotes and backslashes are gnuplot's own. */
	labels = strstr(text, "\n\n\n0 0 \"\"\n");
	assert_non_null(labels);
	assert_string_equal(labels, "\n\n\n0 0 \"\"\n0 0 \"a\"\n0 1 \"arm_smmu_'x'y'\"\n600 1 \"b\"\n");
	free(text);
}

/* Of 100070 samples 35 are 0.4 of 1160 units; and a label takes more than that. */
static void what_nobody_would_see_is_left_out(void **state)
{
	char stacks[] = "wide 100000\nnarrow 40\ntiny 30\n", *text = told(stacks);

	assert_non_null(strstr(text, "\n0 40 0 "));
	assert_null(strstr(text, "\n40 30 0 "));
	assert_non_null(strstr(text, "\n70 100000 0 "));
	assert_null(strstr(text, "narrow"));
	assert_non_null(strstr(text, "70 0 \"wide\"\n"));
	free(text);
}

static int start(void **state)
{
	char path[256];

	dir = fake_tmpdir();
	snprintf(path, sizeof(path), "%s/flame.gp", dir);
	fake_write_text(path, says);
	return 0;
}

static int stop(void **state)
{
	fake_remove(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boxes_and_labels),
		cmocka_unit_test(what_nobody_would_see_is_left_out),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
