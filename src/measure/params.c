// SPDX-License-Identifier: GPL-2.0-only
/*
 * params.c - workloads, and values of their parameters as people write them.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "params.h"
#include "units.h"

#define MODEL_TIME_MAX 10000000000ULL /* 10 s, more than any driver waits */

extern const struct workload *const __start_workloads[], *const __stop_workloads[];

static const struct param common_params[] = {
	{ .name = "threads", .summary = "threads, each on a CPU of its own", .def = 1, .min = 1, .max = 512 },
	{ .name = "ops", .summary = "timed operations of a thread", .def = 2000, .min = 1, .max = 1000000000 },
	{ .name = "warmup", .summary = "operations of a thread before those", .def = 200, .min = 0, .max = 1000000000 },
	{ .name = "sync",
	  .summary = "time of a CMD_SYNC (bed model)",
	  .def = PARAM_PRESET,
	  .max = MODEL_TIME_MAX,
	  .model_time = true },
	{ .name = "tlbi",
	  .summary = "time of a TLBI (bed model)",
	  .def = PARAM_PRESET,
	  .max = MODEL_TIME_MAX,
	  .model_time = true },
	{ .name = "atc",
	  .summary = "round trip of an ATC_INV (bed model)",
	  .def = PARAM_PRESET,
	  .max = MODEL_TIME_MAX,
	  .model_time = true },
};

#define NR_COMMON (sizeof(common_params) / sizeof(*common_params))

const struct workload *workload_find(const char *name)
{
	const struct workload *const *w;

	for (w = __start_workloads; w < __stop_workloads; w++) {
		if (!strcmp((*w)->name, name))
			return *w;
	}
	return NULL;
}

/* They are few; counting those with a smaller name needs no sorted copy. */
const struct workload *workload_nth(size_t n)
{
	const struct workload *const *w, *const *other;

	for (w = __start_workloads; w < __stop_workloads; w++) {
		size_t rank = 0;

		for (other = __start_workloads; other < __stop_workloads; other++)
			rank += strcmp((*other)->name, (*w)->name) < 0;
		if (rank == n)
			return *w;
	}
	return NULL;
}

static const struct param *own_param(const struct workload *w, const char *name)
{
	for (size_t i = 0; i < WORKLOAD_PARAMS && w->params[i].name; i++) {
		if (!strcmp(w->params[i].name, name))
			return &w->params[i];
	}
	return NULL;
}

const struct param *workload_param(const struct workload *w, size_t n)
{
	size_t i;

	for (i = 0; i < WORKLOAD_PARAMS && w->params[i].name; i++) {
		if (i == n)
			return &w->params[i];
	}
	for (size_t k = 0; k < NR_COMMON; k++) {
		if (!own_param(w, common_params[k].name) && i++ == n)
			return &common_params[k];
	}
	return NULL;
}

void param_format(const struct param *p, uint64_t value, char *out, size_t size)
{
	if (p->choices)
		snprintf(out, size, "%s", p->choices[value]);
	else if (p->model_time && value == PARAM_PRESET)
		snprintf(out, size, "preset");
	else if (p->model_time)
		units_format_time(value, out, size);
	else if (p->bytes)
		units_format_size(value, out, size);
	else
		snprintf(out, size, "%" PRIu64, value);
}

const char *case_unit(const struct case_spec *spec)
{
	const struct param *p;

	for (size_t n = 0; (p = workload_param(spec->workload, n)); n++) {
		if (p->choices && !strcmp(p->name, "op"))
			return p->choices[spec->values[n]];
	}
	return spec->workload->unit;
}

void param_range(const struct param *p, char *out, size_t size)
{
	char min[32], max[32];
	size_t length = 0;

	if (!p->choices) {
		param_format(p, p->min, min, sizeof(min));
		param_format(p, p->max, max, sizeof(max));
		snprintf(out, size, "a %s from %s to %s", p->model_time ? "time" : "number", min, max);
		return;
	}
	for (size_t i = 0; p->choices[i] && length < size; i++)
		length += snprintf(out + length, size - length, "%s%s", i ? ", " : "one of ", p->choices[i]);
}

int param_parse(const struct param *p, const char *text, uint64_t *value)
{
	if (p->model_time && !strcmp(text, "preset")) {
		*value = PARAM_PRESET;
		return 0;
	}
	if (!p->choices) {
		int err = p->model_time ? units_parse_time(text, value) : units_parse_size(text, value);

		return err ? err : *value < p->min || *value > p->max ? -ERANGE : 0;
	}
	for (size_t i = 0; p->choices[i]; i++) {
		if (!strcmp(p->choices[i], text)) {
			*value = i;
			return 0;
		}
	}
	return -EINVAL;
}

bool case_has_choice(const struct case_spec *spec, const char *choice)
{
	const size_t length = strcspn(choice, "=");
	const struct param *p;

	for (size_t n = 0; (p = workload_param(spec->workload, n)); n++) {
		if (strlen(p->name) == length && !strncmp(p->name, choice, length))
			return p->choices && !strcmp(p->choices[spec->values[n]], choice + length + 1);
	}
	return false;
}
