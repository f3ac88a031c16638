// SPDX-License-Identifier: GPL-2.0-only
/* attach_figures.c - what the probe `attach` has counted, as JSON and as text. */
#include <bpf/bpf.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach_figures.h"
#include "common.h"
#include "histogram.h"
#include "json_text.h"
#include "text.h"
#include "xalloc.h"

const char *const attach_entry_names[] = {
#define X(ident) #ident,
	ATTACH_ENTRIES(X)
#undef X
		NULL
};

/* What a change of an array or a list is called, by its function. */
static const struct {
	const char *of, *name;
} tally_names[ATTACH_TALLY_COUNT] = {
	[AT_arm_smmu_invs_merge - ATTACH_TALLY_FIRST] = { "array", "merge" },
	[AT_arm_smmu_invs_unref - ATTACH_TALLY_FIRST] = { "array", "unref" },
	[AT_arm_smmu_invs_purge - ATTACH_TALLY_FIRST] = { "array", "purge" },
	[AT_arm_smmu_attach_prepare - ATTACH_TALLY_FIRST] = { "list", "join" },
	[AT_arm_smmu_remove_master_domain - ATTACH_TALLY_FIRST] = { "list", "leave" },
};

static json_t *hist_json(const struct attach_hist *from)
{
	struct histogram hist;
	json_t *json;

	if (hist_init(&hist, ATTACH_SUB_BITS))
		return json_null();
	hist_add_buckets(&hist, (const uint64_t *)from->buckets, from->min, from->max, from->sum, from->out_of_range);
	json = hist_to_json(&hist);
	hist_free(&hist);
	return json;
}

static bool is_empty(const struct attach_hist *hist)
{
	return hist->min == ~0ULL && !hist->out_of_range;
}

static json_t *entries_json(const struct attach_results *r)
{
	json_t *entries = json_object();
	int i;

	for (i = 0; i < ATTACH_ENTRY_COUNT; i++)
		if (!is_empty(&r->latency[i]))
			json_object_set_new(entries, attach_entry_names[i], hist_json(&r->latency[i]));
	return entries;
}

/* By entry, without those that have none. */
static json_t *counts_json(const unsigned long long *counts)
{
	json_t *all = json_object();
	int i;

	for (i = 0; i < ATTACH_ENTRY_COUNT; i++)
		if (counts[i])
			json_object_set_new(all, attach_entry_names[i], json_integer((json_int_t)counts[i]));
	return all;
}

/* ---- by SMMU ---- */

struct smmu {
	struct attach_name name;
	json_t *entries;
};

static int compare_names(const void *a, const void *b)
{
	const struct smmu *x = a, *y = b;

	return strcmp(x->name.text, y->name.text);
}

static json_t *sums_of(const struct attach_view *v, __u64 smmu)
{
	struct attach_sum_key key = { .smmu = smmu, .bank = v->bank };
	json_t *entries = json_object();
	struct attach_sum sum;

	for (key.point = 0; key.point < ATTACH_ENTRY_COUNT; key.point++)
		if (!bpf_map_lookup_elem(v->sums, &key, &sum))
			json_object_set_new(entries, attach_entry_names[key.point],
					    json_pack("{s:I, s:I, s:I}", "count", (json_int_t)sum.count, "total_ns",
						      (json_int_t)sum.total, "max_ns", (json_int_t)sum.max));
	return entries;
}

static json_t *instances_json(const struct attach_view *v)
{
	struct smmu smmus[ATTACH_SMMUS];
	json_t *all = json_array();
	size_t count = 0, i;
	__u64 smmu, *from = NULL;

	while (count < ATTACH_SMMUS && !bpf_map_get_next_key(v->names, from, &smmu)) {
		from = &smmu;
		if (bpf_map_lookup_elem(v->names, &smmu, &smmus[count].name))
			continue;
		smmus[count++].entries = sums_of(v, smmu);
	}
	qsort(smmus, count, sizeof(smmus[0]), compare_names);
	for (i = 0; i < count; i++)
		json_array_append_new(all, json_pack("{s:o, s:o}", "name", json_text(smmus[i].name.text), "entries",
						     smmus[i].entries));
	return all;
}

/* ---- arrays, lists, waits ---- */

/* A list has no trash, and its changes no lack of memory that shows. What has not changed has no last one. */
static json_t *tally_json(const struct attach_tally *t, bool of_array)
{
	json_t *json = json_pack("{s:I, s:o}", "count", (json_int_t)t->count, "length", hist_json(&t->length));

	if (of_array)
		json_object_update_new(
			json, json_pack("{s:I, s:o}", "failed", (json_int_t)t->failed, "trash", hist_json(&t->trash)));
	if (t->count)
		json_object_set_new(json, "last_length", json_integer((json_int_t)t->last_length));
	if (t->count && of_array)
		json_object_set_new(json, "last_trash", json_integer((json_int_t)t->last_trash));
	return json;
}

static json_t *tallies_json(const struct attach_view *v, const char *of)
{
	const bool of_array = !strcmp(of, "array");
	json_t *all = json_object();
	int i;

	for (i = 0; i < ATTACH_TALLY_COUNT; i++)
		if (!strcmp(tally_names[i].of, of))
			json_object_set_new(all, tally_names[i].name,
					    v->missing->tally[i][0] ? probe_not_available(v->missing->tally[i]) :
								      tally_json(&v->results->tallies[i], of_array));
	return all;
}

static json_t *rcu_json(const struct attach_results *r)
{
	unsigned long long waits = 0;
	int i;

	for (i = 0; i < ATTACH_ENTRY_COUNT; i++)
		waits += r->rcu_within[i];
	return json_pack("{s:I, s:o, s:o}", "waits", (json_int_t)waits, "ns", hist_json(&r->rcu_wait), "within",
			 counts_json(r->rcu_within));
}

static json_t *fences_json(const struct attach_view *v)
{
	return json_pack("{s:I, s:o}", "count", (json_int_t)v->results->fences, "ns",
			 v->missing->fence_wait[0] ? probe_not_available(v->missing->fence_wait) :
						     hist_json(&v->results->fence_wait));
}

json_t *attach_figures(const struct attach_view *v)
{
	const struct attach_missing *m = v->missing;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "entries", entries_json(v->results), "failed",
			 counts_json(v->results->failed), "instances",
			 m->smmu[0] ? probe_not_available(m->smmu) : instances_json(v), "array",
			 m->array[0] ? probe_not_available(m->array) : tallies_json(v, "array"), "list",
			 tallies_json(v, "list"), "rcu", m->rcu[0] ? probe_not_available(m->rcu) : rcu_json(v->results),
			 "atc_fences", m->fences[0] ? probe_not_available(m->fences) : fences_json(v));
}

/* ---- as text ---- */

static void print_hist(const char *name, const json_t *json)
{
	struct histogram hist;
	char error[256];

	if (hist_from_json(json, &hist, error, sizeof(error)))
		return;
	printf("%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%.1f", name, hist.count, hist.min,
	       hist_quantile(&hist, 0.5), hist_quantile(&hist, 0.99), hist.max, hist_mean(&hist));
	hist_free(&hist);
}

static void print_smmu(const json_t *smmu)
{
	const char *name;
	json_t *sum;

	json_object_foreach (json_object_get(smmu, "entries"), name, sum) {
		text_print(stdout, json_string_value(json_object_get(smmu, "name")), SIZE_MAX);
		printf("\t%s\t%" JSON_INTEGER_FORMAT "\t%.1f\t%" JSON_INTEGER_FORMAT "\n", name,
		       json_integer_value(json_object_get(sum, "count")),
		       (double)json_integer_value(json_object_get(sum, "total_ns")) /
			       json_integer_value(json_object_get(sum, "count")),
		       json_integer_value(json_object_get(sum, "max_ns")));
	}
}

/* What has a name and is a count, a histogram, a reason, or an object of these: a line for each. */
static void print_value(const char *name, json_t *value)
{
	const char *key;
	json_t *inner;
	char path[128];

	if (json_is_integer(value))
		printf("%s\t%" JSON_INTEGER_FORMAT "\n", name, json_integer_value(value));
	else if (json_is_string(value))
		printf("%s\t%s\n", name, json_string_value(value));
	else if (json_object_get(value, "sub_bits")) {
		print_hist(name, value);
		putchar('\n');
	} else {
		json_object_foreach (value, key, inner) {
			snprintf(path, sizeof(path), "%s.%s", name, key);
			print_value(path, inner);
		}
	}
}

void attach_print(const json_t *result)
{
	static const char *const others[] = { "failed", "array", "list", "rcu", "atc_fences", "lost" };
	json_t *instances = json_object_get(result, "instances"), *value;
	const char *name;
	size_t i;

	puts("entry\tcalls\tmin_ns\tmedian_ns\tp99_ns\tmax_ns\tmean_ns\tsymbol");
	json_object_foreach (json_object_get(result, "entries"), name, value) {
		print_hist(name, value);
		printf("\t%s\n", json_string_value(json_object_get(json_object_get(result, "symbols"), name)));
	}
	puts("\nsmmu\tentry\tcalls\tmean_ns\tmax_ns");
	json_array_foreach (instances, i, value)
		print_smmu(value);
	puts("\nfigure\tvalue, or of a histogram: count, min, median, p99, max, mean");
	if (json_is_string(instances))
		print_value("instances", instances);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		print_value(others[i], json_object_get(result, others[i]));
}
