// SPDX-License-Identifier: GPL-2.0-only
/* compare_json.c - a comparison as JSON, with the same content as the table and more. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "compare_json.h"
#include "distribution.h"
#include "functions_apart.h"
#include "json_text.h"
#include "numbers.h"
#include "order.h"
#include "printer.h"
#include "spread.h"

/* JSON has neither NaN nor infinity. */
static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *metric_to_json(const struct comparison *c, const struct metric *m, enum metric_id id)
{
	const bool judged = compare_judges(c, id);
	json_t *values = json_array(), *json;
	size_t i;

	for (i = 0; i < m->nr_values; i++)
		json_array_append_new(values, number(m->values[i]));
	json = json_pack("{s:o, s:o}", "value", number(m->value), "boots", values);
	if (!m->compared)
		return json;
	json_object_set_new(json, "ratio", number(m->ratio));
	json_object_set_new(json, "ratio_low", number(m->ratio_low));
	json_object_set_new(json, "ratio_high", number(m->ratio_high));
	json_object_set_new(json, "interval", json_string(m->is_range ? "range" : "confidence"));
	json_object_set_new(json, "change", number(m->change));
	json_object_set_new(json, "change_low", number(m->low));
	json_object_set_new(json, "change_high", number(m->high));
	json_object_set_new(json, "alike", number(m->alike));
	json_object_set_new(json, "p", number(m->p));
	json_object_set_new(json, "p_holm", judged ? number(m->p_holm) : json_null());
	if (judged) {
		json_object_set_new(json, "min_effect", number(compare_min_effect(c, id)));
		json_object_set_new(json, "verdict", json_string(verdict_name(m->verdict)));
	}
	return json;
}

static json_t *extra_to_json(const struct extra *extra, enum extra_kind kind)
{
	json_t *boots = json_array(), *json;
	size_t i;

	for (i = 0; i < extra->nr_values; i++)
		json_array_append_new(boots, number(extra->values[i]));
	json = json_pack("{s:o, s:s, s:o}", "value", number(extra->value), "unit", extra->unit, "boots", boots);
	if (kind == EXTRA_PERF)
		json_object_set_new(json, "running", number(extra->running));
	return json;
}

/* NULL if there are none. A name with two units has the first that this side knows it by. */
static json_t *extras_to_json(const struct comparison *c, const struct row *row, size_t side, enum extra_kind kind)
{
	struct extra *extras;
	const size_t count = compare_extras(c, row, kind, &extras);
	json_t *json = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		compare_extra_values(c, row, side, kind, &extras[i]);
		if (extras[i].nr_values && !json_object_get(json, extras[i].name)) {
			json = json ? json : json_object();
			json_object_set_new(json, extras[i].name, extra_to_json(&extras[i], kind));
		}
		free(extras[i].values);
	}
	free(extras);
	return json;
}

/* NULL where the boots do not make one distribution. */
static json_t *distribution_to_json(const struct side *side, const struct cell *cell)
{
	json_t *percentiles = json_object();
	struct distribution d;
	size_t i;

	if (compare_distribution(side, cell, &d)) {
		json_decref(percentiles);
		return NULL;
	}
	for (i = 0; i < COMPARE_PERCENTILES; i++) {
		const struct percentile_value *p = &d.percentiles[i];

		if (p->present)
			json_object_set_new(percentiles, compare_percentiles[i].name,
					    json_pack("{s:f, s:o, s:o}", "value", p->value, "boots_low",
						      number(p->spread ? p->low : NAN), "boots_high",
						      number(p->spread ? p->high : NAN)));
	}
	return json_pack("{s:I, s:o}", "samples", (json_int_t)d.samples, "percentiles", percentiles);
}

static json_t *spread_to_json(const struct spread *s)
{
	return json_pack("{s:o, s:o, s:o}", "lowest", number(s->low), "middle", number(s->middle), "highest",
			 number(s->high));
}

static json_t *threads_to_json(const struct side *side, const struct cell *cell)
{
	const struct thread_spread s = compare_threads(side, cell);

	return json_pack("{s:o, s:o, s:o, s:o}", "mean", spread_to_json(&s.means), "ops_per_second",
			 spread_to_json(&s.rates), "last_by_first", number(s.finish), "longest", number(s.max));
}

/* Of each side but the base, which it is against. */
static void add_functions(const struct comparison *c, json_t *cases)
{
	size_t row, side, i;

	for (row = 0; row < c->nr_rows; row++)
		for (side = 1; side < c->nr_sides; side++) {
			struct function_change *list;
			const size_t count = compare_functions(c, &c->rows[row], side, &list);
			json_t *functions = json_object();

			for (i = 0; i < count; i++)
				json_object_set_new(
					functions, list[i].name,
					json_pack("{s:f, s:f}", "base", list[i].base, "value", list[i].value));
			json_object_set_new(
				json_array_get(json_object_get(json_array_get(cases, row), "kernels"), side),
				"functions", functions);
			free(list);
		}
}

static void add_details(const struct comparison *c, json_t *cases, bool distributions, bool threads)
{
	size_t row, side;

	for (row = 0; row < c->nr_rows; row++)
		for (side = 0; side < c->nr_sides; side++) {
			const struct cell *cell = &c->rows[row].cells[side];
			json_t *json = json_array_get(json_object_get(json_array_get(cases, row), "kernels"), side);
			json_t *distribution = NULL;

			if (cell->status != STATUS_PASS || !compare_has_latency(c, &c->rows[row]))
				continue;
			if (distributions)
				distribution = distribution_to_json(&c->sides[side], cell);
			if (distribution)
				json_object_set_new(json, "distribution", distribution);
			if (threads)
				json_object_set_new(json, "threads", threads_to_json(&c->sides[side], cell));
		}
}

/* 1: the case that matters most on this side. */
static void add_ranks(const struct comparison *c, json_t *cases)
{
	size_t side, i;

	for (side = 1; side < c->nr_sides; side++) {
		size_t *order = compare_order(c, side);

		for (i = 0; i < c->nr_rows; i++)
			json_object_set_new(
				json_array_get(json_object_get(json_array_get(cases, order[i]), "kernels"), side),
				"rank", json_integer((json_int_t)i + 1));
		free(order);
	}
}

static json_t *cell_to_json(const struct comparison *c, const struct row *row, size_t nth)
{
	static const char *const probes[] = { "absent", "valid", "invalid" };
	const struct cell *cell = &row->cells[nth];
	json_t *metrics = json_object();
	int id;

	for (id = 0; id < METRICS; id++)
		if (cell->metrics[id].present)
			json_object_set_new(metrics, metric_infos[id].key,
					    metric_to_json(c, &cell->metrics[id], (enum metric_id)id));
	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:o, s:o, s:o*, s:o*, s:o*}", "kernel", c->sides[nth].label,
			 "status", status_name(cell->status), "reason", cell->reason, "probe", probes[cell->probe],
			 "probe_lost", (json_int_t)cell->probe_lost, "verdict", verdict_name(cell->verdict), "why",
			 json_text(cell->why), "metrics", metrics, "numbers",
			 extras_to_json(c, row, nth, EXTRA_NUMBERS), "perf", extras_to_json(c, row, nth, EXTRA_PERF),
			 "probed", extras_to_json(c, row, nth, EXTRA_PROBED));
}

static json_t *row_to_json(const struct comparison *c, const struct row *row)
{
	json_t *cells = json_array();
	size_t i;

	for (i = 0; i < c->nr_sides; i++)
		json_array_append_new(cells, cell_to_json(c, row, i));
	return json_pack("{s:s, s:s, s:s, s:O, s:o}", "name", row->name, "workload", row->workload, "unit", row->unit,
			 "params", row->params, "kernels", cells);
}

static json_t *tally_to_json(const struct comparison *c, size_t side)
{
	json_t *json = json_object();
	size_t tally[VERDICTS];
	int v;

	compare_tally(c, side, NULL, tally);
	for (v = VERDICT_BETTER; side && v < VERDICTS; v++)
		json_object_set_new(json, verdict_name((enum verdict)v), json_integer((json_int_t)tally[v]));
	return json;
}

static json_t *side_to_json(const struct comparison *c, size_t nth)
{
	const struct side *side = &c->sides[nth];
	const struct result_kernel *k = &side->boots[0]->kernel;

	return json_pack("{s:s, s:o, s:s, s:s, s:s, s:s, s:s, s:O, s:I, s:o}", "kernel", side->label, "path",
			 json_text(side->path), "release", k->release, "design", k->design, "config_sha256",
			 k->config_sha256, "series_sha256", k->series_sha256, "image_sha256", k->image_sha256, "series",
			 k->series, "boots", (json_int_t)side->nr_boots, "verdicts", tally_to_json(c, nth));
}

static json_t *variants_to_json(const struct comparison *c)
{
	json_t *json = json_array();
	struct sentence why;
	struct comparison variant;
	struct side pair[2];
	size_t i;

	for (i = 1; i < c->nr_sides; i++) {
		if (!compare_variant(c, i, pair) || compare_pair(c, pair, &variant, &why))
			continue;
		json_array_append_new(json, json_pack("{s:s, s:s, s:o}", "kernel", pair[1].label, "base", pair[0].label,
						      "verdicts", tally_to_json(&variant, 1)));
		compare_free(&variant);
	}
	return json;
}

json_t *compare_to_json(const struct comparison *c, const struct compare_view *view)
{
	json_t *kernels = json_array(), *cases = json_array(), *warnings = json_array();
	size_t i;

	for (i = 0; i < c->nr_sides; i++)
		json_array_append_new(kernels, side_to_json(c, i));
	for (i = 0; i < c->nr_rows; i++)
		json_array_append_new(cases, row_to_json(c, &c->rows[i]));
	add_ranks(c, cases);
	add_details(c, cases, view->distribution, view->threads);
	if (view->functions)
		add_functions(c, cases);
	for (i = 0; i < c->nr_warnings; i++)
		json_array_append_new(warnings, json_text(c->warnings[i]));
	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:f, s:I, s:o, s:o, s:o, s:o}", "bed", c->bed->name, "emulator",
			 c->bed->emulator, "suite", c->suite, "unit", compare_unit(c), "net_of_clock_floor", 1, "alpha",
			 COMPARE_ALPHA, "boots_needed", (json_int_t)c->bed->kind->boots, "warnings", warnings,
			 "kernels", kernels, "variants", variants_to_json(c), "cases", cases);
}

static void print(FILE *out, const struct comparison *list, size_t count, const struct compare_view *view)
{
	json_t *comparisons = json_array(), *json;
	size_t i;

	for (i = 0; i < count; i++)
		json_array_append_new(comparisons, compare_to_json(&list[i], view));
	json = json_pack("{s:s, s:i, s:o}", "format", "invbench-compare", "version", 2, "comparisons", comparisons);
	json_dumpf(json, out, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	fputc('\n', out);
	json_decref(json);
}

PRINTER(json) = {
	.name = "json",
	.key = 'j',
	.summary = "JSON, with every boot's value of every metric",
	.comparisons = print,
};
