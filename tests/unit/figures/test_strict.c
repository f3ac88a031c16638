// SPDX-License-Identifier: GPL-2.0-only
/* test_strict.c - an unmap by its parts: the probe's own time is taken off, waits are told from lateness, floors are below. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "fake_figures.h"

static json_t *part(int ns, int probe, int least)
{
	return json_pack("{s:i, s:i, s:i}", "ns", ns, "probe_ns", probe, "least_ns", least);
}

/* Of ten unmaps: 60 of the page table, @build, 50 of waiting, 20 of the rest; half as much again is the probe's own. */
static json_t *with_parts(json_t *json, int build, int untold)
{
	json_t *parts = json_object(), *calls;
	int i, ns;

	for (i = 0; i < RESULT_UNMAP_PARTS; i++) {
		ns = i == RESULT_UNMAP_TABLE ? 600 :
		     i == RESULT_UNMAP_BUILD ? 10 * build :
		     i == RESULT_UNMAP_SYNC  ? 500 :
		     i == RESULT_UNMAP_OTHER ? 200 :
					       0;
		json_object_set_new(parts, result_unmap_names[i], part(ns * 3 / 2, ns / 2, ns / 20));
	}
	calls = json_pack("{s:i, s:i, s:i, s:i, s:o}", "count", 10, "syncs", 10, "untold_syncs", untold, "total_ns",
			  (1300 + 10 * build) * 3 / 2, "parts", parts);
	json_object_set_new(json_object_get(json, "probes"), "unmap",
			    json_pack("{s:b, s:{}, s:o, s:{s:i, s:i}}", "valid", 1, "cost", "calls", calls, "timer",
				      "total_ns", 0, "probe_ns", 0));
	return json;
}

static json_t *one(const char *strict, int build)
{
	json_t *params = json_pack("{s:s, s:s}", "op", "unmap", "strict", strict);
	char name[64];

	snprintf(name, sizeof(name), "dma-api op=unmap strict=%s ops=7", strict);
	return with_parts(fake_case(name, params, 12, 240), build, 0);
}

static json_t *cases(const char *kernel, int boot)
{
	return json_pack("[o, o, o]", one("on", strcmp(kernel, "array") ? 100 : 40), one("off", 0),
			 fake_point("sync", "devices", 1, 1000));
}

static void bars_and_floors(void **state)
{
	struct fake_written w;

	start("icount", 2, 2, cases);
	w = fake_write_figure(&run.c, figure('u', 0));
	/* From the left: page table, the rest, building, waiting. */
	assert_has(w.tsv, "0 60 0.08 0.62 1\n60 80 0.08 0.62 9\n80 180 0.08 0.62 3\n180 230 0.08 0.62 6\n");
	assert_has(w.tsv, "0 30 0.66 0.84 1\n30 40 0.66 0.84 9\n40 90 0.66 0.84 3\n90 115 0.66 0.84 6\n");
	assert_has(w.tsv, "\n\n0 0 \"list strict\"\n0 1 \"list lazy\"\n0 2 \"array strict\"\n0 3 \"array lazy\"\n");
	assert_has(w.script, "unit='instructions'");
	assert_has(w.script, "rows=4; ");
	assert_has(w.words, "building commands 100 (at least 50)");
	fake_written_free(&w);
	assert_null(fake_figure(&figures, 'u', 1));
	stop();
}

/* What is said of the array is of the parts that it can touch. */
static void what_is_touched(void **state)
{
	const struct figure *f;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	start("icount", 2, 1, cases);
	f = figure('u', 0);
	f->type->below(out, &run.c, f);
	fclose(out);
	assert_has(text, "these two are: list 100 of 230, array 40 of 170.");
	assert_has(text, "of the SMMU the shortest wait.");
	free(text);
	stop();
}

static json_t *alone(const char *kernel, int boot)
{
	return json_pack("[o]", one("on", 100));
}

static void without_a_pair(void **state)
{
	start("icount", 1, 1, alone);
	assert_null(fake_figure(&figures, 'u', 0));
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bars_and_floors),
		cmocka_unit_test(what_is_touched),
		cmocka_unit_test(without_a_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
