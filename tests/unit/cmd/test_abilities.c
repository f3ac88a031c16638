// SPDX-License-Identifier: GPL-2.0-only
/* What a device and its SMMU can do: one answer, with its reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "abilities.h"

static const struct device able = {
	.name = "0000:01:00.0", .bus = "pci", .instance = "smmu0", .known = true, .ats = true, .ats_capable = true
};

static json_t *smmu0(int ats)
{
	return json_pack("[{s:s, s:b}, {s:s, s:b, s:b, s:b}]", "name", "other", "features_known", 0, "name", "smmu0",
			 "features_known", 1, "ats", ats, "ril", !ats);
}

static void expect(const struct device *device, json_t *instances, const char *word, const char *why)
{
	const struct ability ats = ability_ats(device, instances);

	assert_string_equal(ats.word, word);
	if (!strstr(ats.why, why))
		fail_msg("'%s' is not in '%s'", why, ats.why);
	json_decref(instances);
}

static void all_three_have_to_let_it(void **state)
{
	struct device d = able;

	expect(&d, smmu0(1), "yes", "");
	expect(&d, smmu0(0), "no:smmu", "its SMMU has no ATS");
	expect(&d, NULL, "?", "when the module invbench.ko is loaded");
	strcpy(d.instance, "other");
	expect(&d, smmu0(1), "?", "when the module invbench.ko is loaded");
	d.ats = false;
	strcpy(d.no_ats, "the firmware says no");
	expect(&d, smmu0(1), "no:firmware", "the firmware says no");
	d.ats_capable = false;
	strcpy(d.no_ats, "it has no ATS capability");
	expect(&d, smmu0(1), "no", "it has no ATS capability");
	d.known = false;
	expect(&d, smmu0(1), "?", "only root");
}

static void what_is_on_and_what_claims_it_is_believed(void **state)
{
	struct device d = able;

	d.ats_on = true;
	expect(&d, smmu0(0), "yes", "");
	d.ats_on = false;
	strcpy(d.bus, "platform");
	expect(&d, smmu0(0), "yes", "");
}

static void range_invalidation_is_the_smmus(void **state)
{
	json_t *with = smmu0(0), *without = smmu0(1);

	assert_string_equal(ability_ril(&able, with).word, "yes");
	assert_string_equal(ability_ril(&able, without).word, "no");
	assert_string_equal(ability_ril(&able, NULL).word, "?");
	json_decref(with);
	json_decref(without);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_three_have_to_let_it),
		cmocka_unit_test(what_is_on_and_what_claims_it_is_believed),
		cmocka_unit_test(range_invalidation_is_the_smmus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
