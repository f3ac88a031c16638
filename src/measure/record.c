// SPDX-License-Identifier: GPL-2.0-only
/*
 * record.c - outcomes as JSON.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "format.h"
#include "hypervisor.h"
#include "json_text.h"
#include "record.h"
#include "system.h"

enum status status_worse(enum status a, enum status b)
{
	static const enum status order[] = { STATUS_LOST, STATUS_USAGE, STATUS_FAIL, STATUS_SKIP };

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		if (a == order[i] || b == order[i])
			return order[i];
	}
	return STATUS_PASS;
}

static json_t *record_params(const struct case_spec *spec)
{
	json_t *params = json_object();
	const struct param *p;

	for (size_t n = 0; (p = workload_param(spec->workload, n)); n++) {
		if (p->model_time && spec->values[n] == PARAM_PRESET)
			continue;
		json_object_set_new(params, p->name,
				    p->choices ? json_string(p->choices[spec->values[n]]) :
						 json_integer((json_int_t)spec->values[n]));
	}
	return params;
}

json_t *record_unfinished(const struct case_spec *spec, enum status status, enum reason_code code, const char *reason)
{
	return json_pack("{ss, ss, so, ss, ss, ss, so, si, si, si, s[]}", "name", spec->name, "workload",
			 spec->workload->name, "params", record_params(spec), "unit", case_unit(spec), "status",
			 status_name(status), KEY_REASON_CODE, reason_name(code), "reason", json_text(reason), "ops", 0,
			 "elapsed_ns", 0, "clock_floor_ns", 0, "threads");
}

static json_t *record_thread(const struct invbench_thread *t)
{
	return json_pack("{sI, sI, sI, sI, sI, sI}", "cpu", (json_int_t)t->cpu, "ops", (json_int_t)t->ops, "elapsed_ns",
			 (json_int_t)t->elapsed_ns, "min_ns", (json_int_t)t->min_ns, "max_ns", (json_int_t)t->max_ns,
			 "sum_ns", (json_int_t)t->sum_ns);
}

static json_t *record_numbers(const struct run_case *c)
{
	json_t *numbers = json_object();

	for (unsigned int i = 0; i < c->nr_numbers; i++)
		json_object_set_new(numbers, c->numbers[i].name,
				    json_pack("{sf, ss}", "value", c->numbers[i].value, "unit", c->numbers[i].unit));
	return numbers;
}

static enum untimed why_untimed(const struct run_case *c, const struct bed_kind *bed)
{
	if (bed && bed->turns && c->nr_threads > 1)
		return UNTIMED_TURNS;
	return bed && bed->leaps && c->spec->workload->idles ? UNTIMED_LEAPS : UNTIMED_NO;
}

json_t *record_case(const struct run_case *c, const struct bed_kind *bed)
{
	json_t *json = record_unfinished(c->spec, c->status, c->code, c->reason), *threads;
	const enum untimed untimed = why_untimed(c, bed);
	uint64_t ops = 0, elapsed = 0;

	if (json && c->late)
		json_object_set_new(json, "late", json_true());
	if (json && c->nesting)
		json_object_set_new(json_object_get(json, "params"), KEY_DOMAIN, json_string(DOMAIN_NESTING));
	if (!json || c->status != STATUS_PASS)
		return json;
	threads = json_object_get(json, "threads");
	for (unsigned int i = 0; i < c->nr_threads; i++) {
		const struct invbench_thread *t = &c->threads[i];

		ops += t->ops;
		elapsed = t->elapsed_ns > elapsed ? t->elapsed_ns : elapsed;
		json_array_append_new(threads, record_thread(t));
	}
	json_object_set_new(json, "ops", json_integer((json_int_t)ops));
	json_object_set_new(json, "elapsed_ns", json_integer((json_int_t)elapsed));
	json_object_set_new(json, "clock_floor_ns", json_integer((json_int_t)c->clock_floor_ns));
	if (untimed)
		json_object_set_new(json, KEY_UNTIMED, json_string(untimed_name(untimed)));
	json_object_set_new(json, "latency", hist_to_json(&c->latency));
	if (c->timeline.windows)
		json_object_set_new(json, "timeline", timeline_to_json(&c->timeline));
	if (c->nr_numbers)
		json_object_set_new(json, "numbers", record_numbers(c));
	return json;
}

static int check_section(const json_t *context, enum section section, const char *where, struct sentence *why)
{
	const json_t *object = json_object_get(context, section_names[section]), *value;
	const struct field *f;

	if (!object)
		return 0;
	if (!json_is_object(object))
		return sentence(why, -EINVAL, "%s: '%s' is not an object", where, section_names[section]);
	for (f = section_fields(section); f->key; f++) {
		value = json_object_get(object, f->key);
		if (value ? !field_fits(f, value) : f->given)
			return sentence(why, -EINVAL, "%s: '%s.%s' is not %s", where, section_names[section], f->key,
					field_wants(f));
	}
	return 0;
}

static int check_context(const json_t *context, const char *where, struct sentence *why)
{
	static const char *const strings[] = { "suite", "started" }; /* a guest may have no clock of its own */
	const json_t *value;
	int err = 0;

	if (!json_is_object(context))
		return sentence(why, -EINVAL, "%s: not a JSON object", where);
	for (int section = 0; section < SECTIONS && !err; section++)
		err = check_section(context, (enum section)section, where, why);
	for (size_t i = 0; i < sizeof(strings) / sizeof(*strings) && !err; i++) {
		value = json_object_get(context, strings[i]);
		if (value && !json_is_string(value))
			err = sentence(why, -EINVAL, "%s: '%s' is not a string", where, strings[i]);
	}
	value = json_object_get(context, "boot");
	if (!err && value && (!json_is_integer(value) || json_integer_value(value) < 1))
		err = sentence(why, -EINVAL, "%s: 'boot' is not a number from 1", where);
	return err;
}

/* What a kernel is called must not come from a file about another one, or about another build of it. */
static int check_kernel(const json_t *context, const json_t *kernel, const char *where, struct sentence *why)
{
	const json_t *wanted = json_object_get(context, "kernel");
	const char *want = json_string_value(json_object_get(wanted, "release"));
	const char *is = json_string_value(json_object_get(kernel, "release"));

	if (want && strcmp(want, is))
		return sentence(why, -EINVAL, "%s: is about kernel %s, but %s is running", where, want, is);
	want = json_string_value(json_object_get(wanted, "build_id"));
	is = json_string_value(json_object_get(kernel, "booted_build_id"));
	if (want && *want && *is && strcmp(want, is))
		return sentence(why, -EINVAL, "%s: is about build %s of the kernel, but %s is running", where, want,
				is);
	return 0;
}

/* Objects of the context complete or replace, key by key, what the machine says; the rest replaces. */
static void merge_context(json_t *boot, const json_t *context)
{
	static const char *const keys[] = { "suite", "started", "boot", "bed", "kernel", "machine" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		json_t *value = json_object_get(context, keys[i]);

		if (json_is_object(value))
			json_object_update(json_object_get(boot, keys[i]), value);
		else if (value)
			json_object_set(boot, keys[i], value);
	}
}

/* What this kernel and machine say is not what the lost ones would have said. */
static void forget_here(json_t *object, enum section section)
{
	const struct field *f;

	for (f = section_fields(section); f->key; f++)
		if (f->elsewhere)
			json_object_set_new(object, f->key,
					    f->kind == FIELD_UINT ? json_integer(0) : json_string(f->elsewhere));
}

/* What this machine and its kernel say of themselves. */
static json_t *record_here(const char *suite, json_t *kernel, json_t *machine)
{
	time_t now = time(NULL);
	char started[32];
	struct tm tm;

	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	return json_pack("{ss, si, ss, ss, so, si, so, so, so, s[], s[]}", "format", FORMAT_BOOT, "version",
			 FORMAT_VERSION, "started", started, "invbench", invbench_version, "suite", json_text(suite),
			 "boot", 1, "machine", machine, "bed", system_bed(), "kernel", kernel, "instances", "cases");
}

/* The lab's beds are virtual all of them, and say what they are by their name. */
static void record_hypervisor(json_t *machine, const json_t *context)
{
	char name[128];

	if (!json_object_get(context, "bed") && hypervisor_name(name, sizeof(name)))
		json_object_set_new(machine, "hypervisor", json_text(name));
}

json_t *record_boot(const char *suite, const json_t *context, const char *where, bool elsewhere, struct sentence *why)
{
	json_t *kernel = system_kernel(), *machine = system_machine(), *boot;
	int err = context ? check_context(context, where, why) : 0;

	if (!err && context && !elsewhere)
		err = check_kernel(context, kernel, where, why);
	if (elsewhere) {
		forget_here(kernel, SECTION_KERNEL);
		forget_here(machine, SECTION_MACHINE);
	}
	if (!elsewhere)
		record_hypervisor(machine, context);
	boot = record_here(suite, kernel, machine);
	if (!boot)
		err = sentence(why, -ENOMEM, "out of memory");
	if (err) {
		json_decref(boot);
		return NULL;
	}
	if (context)
		merge_context(boot, context);
	json_make_lines(boot); /* whoever wrote the context */
	return boot;
}
