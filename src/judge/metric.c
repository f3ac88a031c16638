// SPDX-License-Identifier: GPL-2.0-only
/* metric.c - what is measured of a case, and its value in one boot. */
#include <math.h>
#include <string.h>

#include "metric.h"

const struct metric_info metric_infos[METRICS] = {
	[METRIC_MEDIAN] = { "median", "median", SOURCE_LATENCY, JUDGED, 0.05, COMPARE_MIN_EFFECT_COUNTS, false },
	[METRIC_P99] = { "p99", "p99", SOURCE_LATENCY, JUDGED, 0.10, 0.10, false },
	[METRIC_P999] = { "p999", "p99.9", SOURCE_LATENCY, JUDGED_NOWHERE, 0.10, 0.10, false },
	[METRIC_MEAN] = { "mean", "mean", SOURCE_LATENCY, JUDGED_NOWHERE, 0.05, COMPARE_MIN_EFFECT_COUNTS, false },
	[METRIC_MIN] = { "min", "minimum", SOURCE_LATENCY, JUDGED_WHERE_EXACT, 0.05, COMPARE_MIN_EFFECT_COUNTS, false },
	[METRIC_MAX] = { "max", "maximum", SOURCE_LATENCY, JUDGED_NOWHERE, 0.10, 0.10, false },
	[METRIC_THROUGHPUT] = { "ops_per_second", "throughput", SOURCE_THREADS, JUDGED, 0.05, COMPARE_MIN_EFFECT_COUNTS,
				true },
	[METRIC_COMMANDS] = { "commands_per_op", "commands", SOURCE_PROBE, JUDGED, COMPARE_MIN_EFFECT_COUNTS,
			      COMPARE_MIN_EFFECT_COUNTS, false },
	[METRIC_SYNCS] = { "syncs_per_op", "syncs", SOURCE_PROBE, JUDGED, COMPARE_MIN_EFFECT_COUNTS,
			   COMPARE_MIN_EFFECT_COUNTS, false },
	[METRIC_BATCHES] = { "batches_per_op", "batches", SOURCE_PROBE, JUDGED, COMPARE_MIN_EFFECT_COUNTS,
			     COMPARE_MIN_EFFECT_COUNTS, false },
};

const char *metric_unit(enum metric_id id, const struct bed_kind *kind)
{
	switch (metric_infos[id].source) {
	case SOURCE_LATENCY:
		return kind ? kind->unit : "(unknown)";
	case SOURCE_THREADS:
		return "ops/s";
	default:
		return "per op";
	}
}

int metric_decimals(enum metric_id id)
{
	return metric_infos[id].source == SOURCE_PROBE ? 2 : id == METRIC_MEAN ? 1 : 0;
}

int metric_decimals_beside(enum metric_id id, double value)
{
	return metric_infos[id].source != SOURCE_PROBE && fabs(value) < 100 ? 1 : metric_decimals(id);
}

int metric_decimals_alone(double value)
{
	return fabs(value) < 100 ? 2 : fabs(value) < 1000 ? 1 : 0;
}

static double latency_value(const struct result_case *rc, enum metric_id id)
{
	const struct histogram *h = &rc->latency;
	const double floor_ns = (double)rc->clock_floor_ns;

	switch (id) {
	case METRIC_MEDIAN:
		return (double)hist_quantile(h, 0.5) - floor_ns;
	case METRIC_P99:
		return (double)hist_quantile(h, 0.99) - floor_ns;
	case METRIC_P999:
		return (double)hist_quantile(h, 0.999) - floor_ns;
	case METRIC_MIN:
		return (double)h->min - floor_ns;
	case METRIC_MAX:
		return (double)h->max - floor_ns;
	default:
		return hist_mean(h) - floor_ns;
	}
}

static double probe_value(const struct result_case *rc, enum metric_id id)
{
	const struct result_probe *p = &rc->probe;
	uint64_t events = id == METRIC_COMMANDS ? p->commands : id == METRIC_SYNCS ? p->syncs : p->batches;

	return (double)events / (double)p->ops;
}

/* Each thread by its own time: one that ended early was not idle for the others' sake. */
static double thread_value(const struct result_case *rc)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < rc->nr_threads; i++)
		if (rc->threads[i].ops)
			sum += (double)rc->threads[i].ops / (double)rc->threads[i].elapsed_ns;
	return 1e9 * sum;
}

static double metric_value(const struct result_case *rc, enum metric_id id)
{
	switch (metric_infos[id].source) {
	case SOURCE_LATENCY:
		return latency_value(rc, id);
	case SOURCE_THREADS:
		return thread_value(rc);
	default:
		return probe_value(rc, id);
	}
}

/* A file may say that a thread needed no time. */
static bool has_times(const struct result_case *rc)
{
	size_t i;

	for (i = 0; i < rc->nr_threads; i++)
		if (rc->threads[i].ops && !rc->threads[i].elapsed_ns)
			return false;
	return true;
}

bool compare_case_value(const struct result_bed *bed, const struct result_case *rc, enum metric_id id, double *value)
{
	bool present;

	if (rc->status != STATUS_PASS)
		return false;
	switch (metric_infos[id].source) {
	case SOURCE_LATENCY:
		present = !rc->untimed && (id != METRIC_P999 || rc->latency.count >= COMPARE_P999_SAMPLES);
		break;
	case SOURCE_THREADS:
		present = !bed->kind->counts && has_times(rc);
		break;
	default:
		present = rc->probe.present && rc->probe.valid;
	}
	if (present)
		*value = metric_value(rc, id);
	return present;
}
