// SPDX-License-Identifier: GPL-2.0-only
/* test_operation.c - one operation on a time line: rows of what is within what, then one an SMMU. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "fake_figures.h"

static json_t *slice(const char *point, int begin, int ns, int depth, const char *smmu)
{
	json_t *json = json_pack("{s:s, s:i, s:i, s:i}", "point", point, "begin_ns", begin, "ns", ns, "depth", depth);

	if (smmu)
		json_object_set_new(json, "smmu", json_string(smmu));
	return json;
}

static json_t *with_operation(json_t *json, json_t *slices)
{
	json_t *probe = json_pack("{s:b, s:i, s:i, s:o}", "valid", 1, "lost", 0, "ops", 15, "slices", slices);

	if (!json_object_get(json, "probes"))
		json_object_set_new(json, "probes", json_object());
	json_object_set_new(json_object_get(json, "probes"), "operation", probe);
	return json;
}

static json_t *cases(const char *kernel, int boot)
{
	json_t *slices;

	if (!strcmp(kernel, "array"))
		slices = json_pack("[o, o]", slice("arm_smmu_iotlb_sync", 0, 2000, 0, NULL),
				   slice("lock", 0, 10, 1, NULL));
	else
		slices = json_pack("[o, o, o]", slice("munmap", 0, 1000, 0, "several"),
				   slice("submit", 100, 300, 1, "smmu.0"), slice("submit", 500, 300, 1, "smmu.1"));
	return json_pack("[o, o]", fake_point("sync", "devices", 1, 1000),
			 with_operation(fake_point("x", "devices", 1, 1000), slices));
}

static void rows_and_tracks(void **state)
{
	struct fake_written w;

	start("virtual", 2, 2, cases);
	w = fake_write_figure(&run.c, figure('o', 0));
	assert_string_equal(w.tsv,
			    "0 1000 1 0\n100 400 2 2\n100 400 3 2\n500 800 2 2\n500 800 4 2\n"
			    "0 2000 6 1\n0 10 7 3\n"
			    "\n\n0 0 \"\"\n0 1 \"munmap\"\n100 2 \"submit\"\n500 2 \"submit\"\n0 6 \"iotlb_sync\"\n"
			    "\n\n0 0 \"\"\n0 3 \"smmu.0\"\n0 4 \"smmu.1\"\n"
			    "\n\n0 0 \"list: munmap, 1.000 us\"\n0 5 \"array: arm_smmu_iotlb_sync, 2.000 us\"\n");
	assert_has(w.script, "title='dma op=x devices=1: one operation'");
	assert_has(w.script, "rows=8; ns=2000\nload plots.'/operation.gp'\n");
	assert_has(w.words,
		   "A time line of one operation: list munmap of 1.000 us, in it 2 calls, lists and waits on 2 SMMUs, "
		   "array arm_smmu_iotlb_sync of 2.000 us, in it 1 calls, lists and waits on 0 SMMUs");
	fake_written_free(&w);
	assert_null(fake_figure(&figures, 'o', 1));
	stop();
}

static json_t *hostile(const char *kernel, int boot)
{
	return json_pack("[o]", with_operation(fake_point("x", "devices", 1, 1000),
					       json_pack("[o]", slice("su\"b'mit", 0, 1000, 0, "a\" b"))));
}

/* What is in a name ends no field. */
static void names_are_quoted(void **state)
{
	struct fake_written w;

	start("virtual", 1, 1, hostile);
	w = fake_write_figure(&run.c, figure('o', 0));
	assert_null(strstr(w.tsv, "su\"b"));
	fake_written_free(&w);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_and_tracks),
		cmocka_unit_test(names_are_quoted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
