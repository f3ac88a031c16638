// SPDX-License-Identifier: GPL-2.0-only
/* test_fewer.c - a kernel that sends less than its base, with an oracle and without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "checked.h"
#include "fewer.h"
#include "findings_text.h"

/* What the oracle says of a boot of the new kernel. */
struct said {
	bool present;
	int removals, violations, unfollowed;
};

static const struct said nothing = { 0 }, silent = { true, 10, 0, 0 };

static json_t *a_case(int commands, int syncs, const struct said *said)
{
	json_t *json = fake_case("dma", json_object(), 12, 1000);

	json_object_set_new(json_object_get(json, "probes"), "invlat", fake_probe((uint64_t)commands, (uint64_t)syncs));
	if (said->present)
		json_object_set_new(json, "model",
				    json_pack("{s:{s:{s:i, s:i, s:i, s:i}}}", "checked", "oracle", "removals",
					      said->removals, "needs", 1, "violations", said->violations, "unfollowed",
					      said->unfollowed));
	return json;
}

/* Two boots a side; the base sends two commands an operation, one of them a CMD_SYNC. */
static void write_boots(int commands, int syncs, const struct said said[2])
{
	int boot;

	clean();
	for (boot = 1; boot <= 2; boot++) {
		write_boot("base", "icount", boot, json_pack("[o]", a_case(2, 1, &nothing)));
		write_boot("new", "icount", boot, json_pack("[o]", a_case(commands, syncs, &said[boot - 1])));
	}
}

static const struct {
	int commands, syncs;
	struct said said[2];
	enum finding_kind want;
} table[] = {
	{ 2, 1, { { 0 } }, FINDING_FINE },
	{ 1, 1, { { 0 } }, FINDING_FEWER },
	{ 2, 0, { { 0 } }, FINDING_FEWER },
	{ 0, 0, { { 0 } }, FINDING_FEWER },
	{ 1, 2, { { 0 } }, FINDING_REGRESSION }, /* less of one and more of the other */
	{ 3, 1, { { 0 } }, FINDING_REGRESSION },
	{ 1, 1, { { true, 10, 0, 0 }, { true, 10, 0, 0 } }, FINDING_FINE },
	{ 1, 1, { { true, 10, 0, 0 }, { 0 } }, FINDING_FEWER },
	{ 1, 1, { { true, 10, 0, 0 }, { true, 0, 0, 0 } }, FINDING_FEWER },
	{ 1, 1, { { true, 10, 0, 0 }, { true, 10, 1, 0 } }, FINDING_FEWER },
	{ 1, 1, { { true, 10, 0, 0 }, { true, 10, 0, 1 } }, FINDING_FEWER },
};

static void test_table(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct finding *finding;
		struct checked k;
		bool warned;

		write_boots(table[i].commands, table[i].syncs, table[i].said);
		check(&k, "icount", NULL);
		finding = find(&k.f, "dma");
		if (finding->kind != table[i].want)
			fail_msg("%zu: expected %s, came %s", i, finding_name(table[i].want),
				 finding_name(finding->kind));
		assert_int_equal(findings_status(&k.f, 1), finding_fails(table[i].want) ? STATUS_FAIL : STATUS_PASS);
		assert_int_equal(findings_failed(&k.f), finding_fails(table[i].want));
		warned = k.c.nr_warnings &&
			 strstr(k.c.warnings[k.c.nr_warnings - 1], "new sends fewer commands or syncs");
		assert_int_equal(warned,
				 table[i].want == FINDING_FEWER || (table[i].commands == 1 && table[i].syncs == 2));
		forget(&k);
	}
}

/* Other boots of the new kernel have the last word on a case. */
static void test_checked_boots(void **state)
{
	const struct said none[2] = { nothing, nothing };
	struct compare_options options = { 0 };
	struct side checked;
	struct sentence why;
	char path[512];
	struct checked k;

	write_boots(1, 1, none);
	write_boot("other", "virtual", 1, json_pack("[o]", a_case(1, 1, &silent)));
	snprintf(path, sizeof(path), "%s/other/virtual", dir);
	assert_int_equal(side_load(path, &checked, &why), 0);
	options.checked = &checked;
	check(&k, "icount", &options);
	assert_int_equal(find(&k.f, "dma")->kind, FINDING_FINE);
	forget(&k);
	side_free(&checked);
	/* It caught the kernel, of which nothing else was worse. */
	write_boots(2, 1, none);
	write_boot("other", "virtual", 1,
		   json_pack("[o]", fake_end(a_case(2, 1, &silent), "fail", "violation", "ATC_INV is missing")));
	snprintf(path, sizeof(path), "%s/other/virtual", dir);
	assert_int_equal(side_load(path, &checked, &why), 0);
	check(&k, "icount", &options);
	assert_int_equal(find(&k.f, "dma")->kind, FINDING_REGRESSION);
	assert_string_equal(find(&k.f, "dma")->reason, "in its checked boots: ATC_INV is missing");
	assert_int_equal(findings_status(&k.f, 1), STATUS_FAIL);
	forget(&k);
	side_free(&checked);
}

/* Without a device there is nothing to be sent; and where two boots differ the count hangs on the time. */
static void test_not_fewer(void **state)
{
	json_t *without[2] = { a_case(2, 1, &nothing), a_case(0, 0, &nothing) };
	struct checked k;

	clean();
	for (int boot = 1; boot <= 2; boot++) {
		for (int side = 0; side < 2; side++) {
			json_t *json = json_deep_copy(without[side]);

			json_object_set_new(json, "params", json_pack("{s:i}", "devices", 0));
			write_boot(side ? "new" : "base", "icount", boot, json_pack("[o]", json));
		}
	}
	check(&k, "icount", NULL);
	assert_int_equal(find(&k.f, "dma")->kind, FINDING_FINE);
	forget(&k);
	write_boots(6, 4, (const struct said[2]){ nothing, nothing });
	write_boot("base", "icount", 1, json_pack("[o]", a_case(12, 5, &nothing)));
	write_boot("base", "icount", 2, json_pack("[o]", a_case(11, 5, &nothing)));
	check(&k, "icount", NULL);
	assert_int_equal(find(&k.f, "dma")->figures[2].kind, FINDING_FINE);
	assert_int_equal(find(&k.f, "dma")->figures[3].kind, FINDING_FEWER);
	forget(&k);
	write_boot("new", "icount", 1, json_pack("[o]", a_case(0, 0, &nothing)));
	write_boot("new", "icount", 2, json_pack("[o]", a_case(0, 0, &nothing)));
	check(&k, "icount", NULL);
	assert_int_equal(find(&k.f, "dma")->figures[2].kind, FINDING_FEWER);
	forget(&k);
	json_decref(without[0]);
	json_decref(without[1]);
}

/* Whatever is judged: a kernel that stopped to invalidate is faster by each other metric. */
static void test_options(void **state)
{
	const struct compare_options median = { .chosen[METRIC_MEDIAN] = true }, allowed = { .allow_fewer = true };
	struct checked k;

	write_boots(0, 0, (const struct said[2]){ nothing, nothing });
	check(&k, "icount", &median);
	assert_int_equal(find(&k.f, "dma")->kind, FINDING_FEWER);
	forget(&k);
	check(&k, "icount", &allowed);
	assert_int_equal(find(&k.f, "dma")->kind, FINDING_FINE);
	assert_int_equal(k.c.nr_warnings, 0);
	forget(&k);
}

static void test_sentence(void **state)
{
	const struct finding_figure *figures;
	struct checked k;
	char *text;
	size_t size;
	FILE *out;

	write_boots(1, 0, (const struct said[2]){ nothing, silent });
	check(&k, "icount", NULL);
	figures = find(&k.f, "dma")->figures;
	out = open_memstream(&text, &size);
	for (size_t i = 0; i < find(&k.f, "dma")->nr_figures; i++)
		if (figures[i].kind == FINDING_FEWER) {
			finding_print_figure(out, &figures[i]);
			fputc('\n', out);
		}
	fclose(out);
	assert_string_equal(
		text,
		"commands 2.00 -> 1.00 per op, -50.0 % (limit 0.5 %, range -50.0..-50.0 %): not judged faster until "
		"an oracle has checked it (--allow-fewer takes it)\n"
		"syncs 1.00 -> 0.00 per op, -100.0 % (limit 0.5 %, range -100.0..-100.0 %): none is left, its "
		"invalidations are gone; not judged faster until an oracle has checked it (--allow-fewer takes it)\n");
	free(text);
	forget(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),	cmocka_unit_test(test_not_fewer), cmocka_unit_test(test_checked_boots),
		cmocka_unit_test(test_options), cmocka_unit_test(test_sentence),
	};

	return cmocka_run_group_tests(tests, start_checks, stop_checks);
}
