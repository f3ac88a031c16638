// SPDX-License-Identifier: GPL-2.0-only
/* split_figures.c - what the probe `split` has booked, as JSON and as text. */
#include <bpf/bpf.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "json_text.h"
#include "split_figures.h"
#include "text.h"
#include "xalloc.h"

const char *const split_entry_names[] = {
#define X(ident) "arm_smmu_" #ident,
	SPLIT_ENTRIES(X)
#undef X
		NULL
};

static const char *const part_names[SPLIT_PARTS] = { "rest", "room", "issue", "sync", "lock" };

static const char *const columns[] = {
	"total_ns", "rest_ns", "room_ns", "issue_ns", "sync_ns", "lock_ns", "late_at_most_ns",
};

static void add_sum(struct split_sum *to, const struct split_sum *sum)
{
	int i;

	to->count += sum->count;
	to->total += sum->total;
	to->late += sum->late;
	for (i = 0; i < SPLIT_PARTS; i++)
		to->part[i] += sum->part[i];
}

static json_t *figure(unsigned long long ns, const char *why)
{
	return why ? probe_not_available(why) : json_integer((json_int_t)ns);
}

static json_t *sum_to_json(const struct split_view *v, const struct split_sum *sum)
{
	const struct split_missing *missing = v->missing;
	json_t *json = json_pack("{s:I, s:I}", "count", (json_int_t)sum->count, "total_ns", (json_int_t)sum->total);
	char name[32];
	int i;

	for (i = 0; i < SPLIT_PARTS; i++) {
		snprintf(name, sizeof(name), "%s_ns", part_names[i]);
		json_object_set_new(json, name, figure(sum->part[i], missing->part[i]));
	}
	json_object_set_new(json, "late_at_most_ns",
			    figure(sum->late, missing->part[SPLIT_SYNC] ? missing->part[SPLIT_SYNC] : missing->late));
	return json;
}

/* What all CPUs have summed up for the processes, or the SMMUs. */
struct sums {
	struct split_sum *sums;
	size_t count;
};

static int compare_whose(const void *a, const void *b)
{
	const struct split_sum *x = a, *y = b;

	return x->whose < y->whose ? -1 : x->whose > y->whose;
}

static unsigned long long parts_of(const struct split_sum *sum)
{
	unsigned long long all = 0;
	int i;

	for (i = 0; i < SPLIT_PARTS; i++)
		all += sum->part[i];
	return all;
}

static void gather(const struct split_view *v, enum split_table table, struct sums *all)
{
	const struct split_sum *sum;
	size_t cpu, i;

	for (cpu = 0; cpu < v->nr_cpus; cpu++) {
		for (i = 0; i < SPLIT_PLACES; i++) {
			sum = &v->cpus[cpu].sums[v->bank][table][i];
			if (!sum->count)
				continue;
			all->sums[all->count] = *sum;
			if (table == SPLIT_BY_SMMU)
				all->sums[all->count].total = parts_of(sum);
			all->count++;
		}
	}
}

/* One for each; those of nobody in particular are the first. To be freed. */
static struct sums merge(const struct split_view *v, enum split_table table)
{
	struct sums all = { xcalloc(v->nr_cpus * SPLIT_PLACES, sizeof(*all.sums)), 0 };
	size_t n, i;

	gather(v, table, &all);
	qsort(all.sums, all.count, sizeof(*all.sums), compare_whose);
	for (n = 0, i = 1; i < all.count; i++) {
		if (all.sums[n].whose == all.sums[i].whose)
			add_sum(&all.sums[n], &all.sums[i]);
		else
			all.sums[++n] = all.sums[i];
	}
	all.count = all.count ? n + 1 : 0;
	return all;
}

static json_t *entries_to_json(const struct split_view *v)
{
	struct sums all = { xcalloc(v->nr_cpus * SPLIT_PLACES, sizeof(*all.sums)), 0 };
	struct split_sum sums[SPLIT_ENTRY_COUNT] = {};
	json_t *entries = json_object();
	size_t i;

	gather(v, SPLIT_BY_PROCESS, &all);
	for (i = 0; i < all.count; i++)
		add_sum(&sums[all.sums[i].entry % SPLIT_ENTRY_COUNT], &all.sums[i]);
	for (i = 0; i < SPLIT_ENTRY_COUNT; i++)
		if (sums[i].count)
			json_object_set_new(entries, split_entry_names[i], sum_to_json(v, &sums[i]));
	free(all.sums);
	return entries;
}

/* ---- what there is besides ---- */

/* Of @whose, all CPUs and entry points together. */
static struct split_more gather_more(const struct split_view *v, enum split_table table, unsigned long long whose)
{
	struct split_more all = {};
	size_t cpu, i, b;

	for (cpu = 0; cpu < v->nr_cpus; cpu++) {
		for (i = 0; i < SPLIT_PLACES; i++) {
			const struct split_sum *sum = &v->cpus[cpu].sums[v->bank][table][i];
			const struct split_more *more = &v->more[cpu].more[v->bank][table][i];

			if (!sum->count || sum->whose != whose)
				continue;
			all.sent.commands += more->sent.commands;
			all.sent.syncs += more->sent.syncs;
			all.sent.atc_commands += more->sent.atc_commands;
			all.sent.atc_ns += more->sent.atc_ns;
			for (b = 0; b < SPLIT_BUCKETS; b++)
				all.buckets[b] += more->buckets[b];
		}
	}
	return all;
}

/* Nearest rank, as hist_quantile(): the middle of the bucket. */
static json_t *quantile(const struct split_more *more, unsigned long long percent)
{
	unsigned long long count = 0, seen = 0, rank;
	unsigned int b;

	for (b = 0; b < SPLIT_BUCKETS; b++)
		count += more->buckets[b];
	rank = (count * percent + 99) / 100;
	for (b = 0; b < SPLIT_BUCKETS; b++) {
		seen += more->buckets[b];
		if (seen && seen >= rank)
			break;
	}
	return count ? json_integer((json_int_t)(hist_lower(SPLIT_SUB_BITS, b) + hist_width(SPLIT_SUB_BITS, b) / 2)) :
		       probe_not_available("nothing was timed");
}

static void add_more(const struct split_view *v, enum split_table table, unsigned long long whose, json_t *json)
{
	const char *why = v->missing->sent;
	struct split_more more;

	if (!v->more)
		return;
	more = gather_more(v, table, whose);
	json_object_set_new(json, "commands", figure(more.sent.commands, why));
	json_object_set_new(json, "syncs", json_integer((json_int_t)more.sent.syncs));
	json_object_set_new(json, "atc_commands", figure(more.sent.atc_commands, why));
	json_object_set_new(json, "atc_ns", figure(more.sent.atc_ns, why));
	json_object_set_new(json, "p50_ns", quantile(&more, 50));
	json_object_set_new(json, "p99_ns", quantile(&more, 99));
}

/* By name, which is the kernel's, and by number if @number is not NULL. Those that found no place have neither. */
static json_t *sums_to_json(const struct split_view *v, enum split_table table, const char *name, const char *number)
{
	struct sums sums = merge(v, table);
	json_t *all = json_array(), *one;
	struct split_name text;
	size_t i;

	for (i = 0; i < sums.count; i++) {
		memset(&text, 0, sizeof(text));
		bpf_map_lookup_elem(v->names, &sums.sums[i].whose, &text);
		one = sum_to_json(v, &sums.sums[i]);
		json_object_set_new(one, name, json_text(text.text));
		if (number)
			json_object_set_new(one, number, json_integer((json_int_t)sums.sums[i].whose));
		add_more(v, table, sums.sums[i].whose, one);
		json_array_append_new(all, one);
	}
	free(sums.sums);
	return all;
}

json_t *split_figures(const struct split_view *v)
{
	return json_pack("{s:o, s:o, s:o}", "entries", entries_to_json(v), "processes",
			 sums_to_json(v, SPLIT_BY_PROCESS, "comm", "pid"), "instances",
			 sums_to_json(v, SPLIT_BY_SMMU, "name", NULL));
}

/* ---- as text ---- */

/* A line: of one call, or one list of commands, on the average. */
static void print_sum(const char *kind, const char *name, const json_t *sum)
{
	const json_int_t count = json_integer_value(json_object_get(sum, "count"));
	const json_t *value;
	size_t i;

	printf("%s\t", kind);
	text_print(stdout, name, SIZE_MAX);
	printf("\t%" JSON_INTEGER_FORMAT, count);
	for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		value = json_object_get(sum, columns[i]);
		if (json_is_integer(value) && count)
			printf("\t%.1f", (double)json_integer_value(value) / count);
		else
			printf("\t-");
	}
	putchar('\n');
}

static void print_all(const char *kind, const char *name, const json_t *sums)
{
	const json_t *sum;
	size_t i;

	json_array_foreach (sums, i, sum)
		print_sum(kind, json_string_value(json_object_get(sum, name)), sum);
}

/* Why there is a "-" in a column; it is the same for all. */
static void print_reasons(const json_t *sum)
{
	const json_t *value;
	size_t i;

	for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		value = json_object_get(sum, columns[i]);
		if (json_is_string(value))
			printf("%s\t%s\n", columns[i], json_string_value(value));
	}
}

void split_print(const json_t *result)
{
	json_t *entries = json_object_get(result, "entries"), *sum;
	const char *name;
	size_t i;

	printf("of\tname\tcount");
	for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		printf("\t%s", columns[i]);
	putchar('\n');
	json_object_foreach (entries, name, sum)
		print_sum("entry", name, sum);
	print_all("process", "comm", json_object_get(result, "processes"));
	print_all("smmu", "name", json_object_get(result, "instances"));
	puts("\ncounter\tvalue");
	printf("lost\t%" JSON_INTEGER_FORMAT "\n", json_integer_value(json_object_get(result, "lost")));
	print_reasons(json_object_iter_value(json_object_iter(entries)));
}
