// SPDX-License-Identifier: GPL-2.0-only
/* test_flame.c - the boxes of a flame graph, and their labels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flame.h"
#include "fold.h"
#include "must.h"

static void expect_box(const struct flame_box *box, const char *name, unsigned int depth, uint64_t start,
		       uint64_t width, enum flame_kind kind)
{
	assert_string_equal(box->name, name);
	assert_int_equal(box->depth, depth);
	assert_int_equal(box->start, start);
	assert_int_equal(box->width, width);
	assert_int_equal(box->kind, kind);
}

/* "a b" sorts between "a" and "a;b", and must not come between their boxes. */
static void boxes_are_as_wide_as_their_samples(void **state)
{
	char text[] =
		"a;main;arm_smmu_iotlb_sync_[k];memset_[k] 5\na b 1\na 2\na;main;arm_smmu_iotlb_sync_[k] 3\na;main;memset_[k] 4\n";
	struct sentence why;
	struct flame f;

	assert_int_equal(flame_layout(&f, text, &why), 0);
	assert_int_equal(f.samples, 15);
	assert_int_equal(f.depth, 4);
	assert_int_equal(f.count, 6);
	expect_box(&f.boxes[0], "a", 0, 0, 14, FLAME_USER);
	expect_box(&f.boxes[1], "main", 1, 2, 12, FLAME_USER);
	expect_box(&f.boxes[2], "arm_smmu_iotlb_sync", 2, 2, 8, FLAME_SMMU);
	expect_box(&f.boxes[3], "memset", 3, 5, 5, FLAME_KERNEL);
	expect_box(&f.boxes[4], "memset", 2, 10, 4, FLAME_KERNEL);
	expect_box(&f.boxes[5], "a b", 0, 14, 1, FLAME_USER);
	flame_free(&f);
}

/* In each depth, boxes lie within the one below and on no other's place. */
static void real_boxes_fit(void **state)
{
	FILE *script = fopen("tests/data/perf-script.txt", "r"), *out;
	uint64_t end[64] = { 0 };
	struct fold f = { 0 };
	struct sentence why;
	struct flame flame;
	char *text = NULL;
	size_t size, i;

	assert_non_null(script);
	out = open_memstream(&text, &size);
	assert_int_equal(fold_script(&f, script), 0);
	assert_int_equal(fold_write(&f, out), 0);
	fclose(out);
	fclose(script);
	assert_int_equal(flame_layout(&flame, text, &why), 0);
	assert_int_equal(flame.samples, f.samples);
	for (i = 0; i < flame.count; i++) {
		const struct flame_box *box = &flame.boxes[i];

		assert_true(box->depth < flame.depth && flame.depth < 64);
		assert_true(box->width > 0 && box->start >= end[box->depth]);
		end[box->depth] = box->start + box->width;
		assert_true(end[box->depth] <= (box->depth ? end[box->depth - 1] : flame.samples));
	}
	assert_int_equal(end[0], flame.samples);
	flame_free(&flame);
	fold_free(&f);
	free(text);
}

static void bad_stacks_are_refused(void **state)
{
	static const char *const texts[] = { "",      "\n",	"a;b\n",  "a;b c\n",
					     "a 0\n", "a -1\n", "a 1 \n", "a 99999999999999999999\n",
					     " 5\n" };
	struct sentence why;
	struct flame f;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *text = strdup(texts[i]);

		MUST(text);
		assert_int_equal(flame_layout(&f, text, &why), -EINVAL);
		assert_int_equal(strncmp(why.text, "line ", 5), 0);
		flame_free(&f);
		free(text);
	}
}

/* The character that stands between functions here cannot make a stack deeper than it may be. */
static void no_line_has_a_control_character(void **state)
{
	char deep[3000], other[] = "a 1\na\x1b[2J;b 1\n";
	struct sentence why;
	struct flame f;

	memset(deep, '\1', sizeof(deep));
	memcpy(deep + sizeof(deep) - 4, "x 1", 4);
	assert_int_equal(flame_layout(&f, deep, &why), -EINVAL);
	assert_non_null(strstr(why.text, "line 1 has a control character"));
	flame_free(&f);
	assert_int_equal(flame_layout(&f, other, &why), -EINVAL);
	assert_non_null(strstr(why.text, "line 2 has a control character"));
	flame_free(&f);
}

static void labels_fit_or_are_left_out(void **state)
{
	char label[64];

	flame_label("memset", 6, label, sizeof(label));
	assert_string_equal(label, "memset");
	flame_label("arm_smmu_iotlb_sync", 10, label, sizeof(label));
	assert_string_equal(label, "arm_smmu..");
	flame_label("arm_smmu_iotlb_sync", 5, label, sizeof(label));
	assert_string_equal(label, "");
	flame_label("\xd0\xbf\xd0\xbe\xd1\x82\xd0\xbe\xd0\xba", 5, label, sizeof(label));
	assert_string_equal(label, "\xd0\xbf\xd0\xbe\xd1\x82\xd0\xbe\xd0\xba");
	flame_label("\xd0\xbf\xd0\xbe\xd1\x82\xd0\xbe\xd0\xba-23", 7, label, sizeof(label));
	assert_string_equal(label, "\xd0\xbf\xd0\xbe\xd1\x82\xd0\xbe\xd0\xba..");
	flame_label("memset", 0, label, sizeof(label));
	assert_string_equal(label, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boxes_are_as_wide_as_their_samples),
		cmocka_unit_test(real_boxes_fit),
		cmocka_unit_test(bad_stacks_are_refused),
		cmocka_unit_test(no_line_has_a_control_character),
		cmocka_unit_test(labels_fit_or_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
