// SPDX-License-Identifier: GPL-2.0-only
/*
 * passes.c - the passes over a suite in which nothing is attached.
 */
#include "bed.h"
#include "extra.h"
#include "harness.h"
#include "model.h"
#include "passes.h"
#include "record.h"

#define TIMINGS_MAX 3 /* of a case in whose timing pass the SMMU model was late */

static void tell(const struct run_case *c, const char *clock)
{
	if (c->status != STATUS_PASS)
		say("%s: %s: %s", c->spec->name, status_name(c->status), c->reason);
	else
		say("%s: pass: median %llu %s per %s, clock (%llu) included", c->spec->name,
		    (unsigned long long)hist_quantile(&c->latency, 0.5), clock, case_unit(c->spec),
		    (unsigned long long)c->clock_floor_ns);
}

static void time_case(struct run_case *c, const struct case_spec *spec, unsigned int sub_bits, size_t number)
{
	const struct pass pass = { .kind = RING_PASS_TIMING, .number = number };

	case_run(c, spec, sub_bits, &pass);
	for (int i = 1; i < TIMINGS_MAX && c->late && c->status == STATUS_SKIP; i++) {
		case_free(c);
		case_run(c, spec, sub_bits, &pass);
	}
}

enum status timing_pass(const struct suite *suite, unsigned int sub_bits, const json_t *bed, json_t *cases)
{
	const char *clock = json_string_value(json_object_get(bed, "clock"));
	const struct bed_kind *kind = bed_kind_find(json_string_value(json_object_get(bed, "name")));
	enum status worst = STATUS_PASS;

	for (size_t i = 0; i < suite->nr_cases; i++) {
		struct run_case c;

		time_case(&c, &suite->cases[i], sub_bits, i);
		tell(&c, clock);
		worst = status_worse(worst, c.status);
		json_array_append_new(cases, record_case(&c, kind));
		case_free(&c);
	}
	return worst;
}

static int checked_record(struct extra_pass *x, const struct run_case *c, json_t *json)
{
	json_object_set_new(extra_object(json, "checked"), "ops", json_integer((json_int_t)c->pass_ops));
	return 0;
}

enum status checked_pass(const struct suite *suite, unsigned int sub_bits, json_t *cases)
{
	struct extra_pass x = { .name = "checks", .kind = RING_PASS_CHECKED, .record = checked_record };

	if (model_present())
		return extra_cases(&x, suite, sub_bits, cases);
	say("--checked is ignored: only on bed model does something check");
	return STATUS_PASS;
}
