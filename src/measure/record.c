// SPDX-License-Identifier: GPL-2.0-only
/*
 * record.c - outcomes as JSON.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

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

json_t *record_unfinished(const struct case_spec *spec, enum status status, const char *reason)
{
	return json_pack("{ss, ss, so, ss, ss, ss, si, si, si, s[]}", "name", spec->name, "workload",
			 spec->workload->name, "params", record_params(spec), "unit", case_unit(spec), "status",
			 status_name(status), "reason", reason, "ops", 0, "elapsed_ns", 0, "clock_floor_ns", 0,
			 "threads");
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

json_t *record_case(const struct run_case *c)
{
	json_t *json = record_unfinished(c->spec, c->status, c->reason), *threads;
	uint64_t ops = 0, elapsed = 0;

	if (json && c->late)
		json_object_set_new(json, "late", json_true());
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
	json_object_set_new(json, "latency", hist_to_json(&c->latency));
	if (c->timeline.windows)
		json_object_set_new(json, "timeline", timeline_to_json(&c->timeline));
	if (c->nr_numbers)
		json_object_set_new(json, "numbers", record_numbers(c));
	return json;
}

static void check_context(const json_t *context, const char *where)
{
	static const char *const objects[] = { "bed", "kernel", "machine" };
	static const char *const strings[] = { "suite", "started" }; /* a guest may have no clock of its own */
	static const char *const bed_keys[] = { "name", "clock", "accel", "emulator", "cpu" };
	const json_t *value;

	if (!json_is_object(context))
		die("%s: not a JSON object", where);
	for (size_t i = 0; i < sizeof(objects) / sizeof(*objects); i++) {
		value = json_object_get(context, objects[i]);
		if (value && !json_is_object(value))
			die("%s: '%s' is not an object", where, objects[i]);
	}
	value = json_object_get(context, "bed");
	for (size_t i = 0; value && i < sizeof(bed_keys) / sizeof(*bed_keys); i++) {
		if (!json_is_string(json_object_get(value, bed_keys[i])))
			die("%s: 'bed.%s' is not a string", where, bed_keys[i]);
	}
	for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++) {
		value = json_object_get(context, strings[i]);
		if (value && !json_is_string(value))
			die("%s: '%s' is not a string", where, strings[i]);
	}
	value = json_object_get(context, "boot");
	if (value && (!json_is_integer(value) || json_integer_value(value) < 1))
		die("%s: 'boot' is not a number from 1", where);
}

/* What a kernel is called must not come from a file about another one. */
static void check_release(const json_t *context, const json_t *kernel, const char *where)
{
	const char *want = json_string_value(json_object_get(json_object_get(context, "kernel"), "release"));
	const char *is = json_string_value(json_object_get(kernel, "release"));

	if (want && strcmp(want, is))
		die("%s: is about kernel %s, but %s is running", where, want, is);
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
static void forget_here(json_t *kernel, json_t *machine)
{
	json_object_set_new(kernel, "design", json_string("unknown"));
	json_object_set_new(kernel, "design_evidence", json_string("the kernel could not be asked"));
	json_object_set_new(kernel, "cmdline", json_string(""));
	json_object_set_new(machine, "arch", json_string("unknown"));
	json_object_set_new(machine, "cpu", json_string("unknown"));
	json_object_set_new(machine, "cpus", json_integer(0));
	json_object_set_new(machine, "memory_kib", json_integer(0));
}

json_t *record_boot(const char *suite, const json_t *context, const char *where, bool elsewhere)
{
	json_t *kernel = system_kernel(), *machine = system_machine(), *boot;
	time_t now = time(NULL);
	char started[32];
	struct tm tm;

	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	if (context)
		check_context(context, where);
	if (context && !elsewhere)
		check_release(context, kernel, where);
	if (elsewhere)
		forget_here(kernel, machine);
	boot = json_pack("{ss, si, ss, ss, ss, si, so, so, so, s[], s[]}", "format", "invbench-boot", "version", 1,
			 "started", started, "invbench", invbench_version, "suite", suite, "boot", 1, "machine",
			 machine, "bed", system_bed(), "kernel", kernel, "instances", "cases");
	if (boot && context)
		merge_context(boot, context);
	return boot;
}
