// SPDX-License-Identifier: GPL-2.0-only
/* unmap_figures.c - what the probe `unmap` has booked, as JSON and as text. */
#include <stdio.h>

#include "common.h"
#include "unmap_figures.h"

/* By enum unmap_part. UNMAP_FREE is none of them: it is in others when an unmap ends. */
static const char *const part_names[UNMAP_FREE] = {
	[UNMAP_OTHER] = "other", [UNMAP_TABLE] = "page_table", [UNMAP_IOVA] = "iova",
	[UNMAP_BUILD] = "build", [UNMAP_ROOM] = "room",	       [UNMAP_ISSUE] = "issue",
	[UNMAP_SYNC] = "sync",	 [UNMAP_LOCK] = "lock",	       [UNMAP_QUEUE] = "flush_queue",
};

static void add_sum(struct unmap_sum *to, const struct unmap_sum *sum)
{
	int i;

	for (i = 0; i < UNMAP_FREE && sum->count; i++) {
		if (!to->count || sum->least[i] < to->least[i])
			to->least[i] = sum->least[i];
		to->part[i] += sum->part[i];
		to->probe[i] += sum->probe[i];
	}
	to->count += sum->count;
	to->total += sum->total;
	to->untold += sum->untold;
	to->lists += sum->lists;
	to->syncs += sum->syncs;
	to->strict += sum->strict;
}

static json_t *figure(unsigned long long value, const char *why)
{
	return why ? probe_not_available(why) : json_integer((json_int_t)value);
}

static json_t *part_to_json(const struct unmap_view *v, const struct unmap_sum *sum, enum unmap_part part)
{
	if (v->missing->part[part])
		return probe_not_available(v->missing->part[part]);
	return json_pack("{s:I, s:o, s:o}", "ns", (json_int_t)sum->part[part], "probe_ns",
			 figure(sum->probe[part], v->missing->cost), "least_ns",
			 figure(sum->least[part], v->missing->cost));
}

static json_t *sum_to_json(const struct unmap_view *v, const struct unmap_sum *sum)
{
	unsigned long long probe = 0;
	json_t *parts = json_object();
	int i;

	for (i = 0; i < UNMAP_FREE; i++) {
		json_object_set_new(parts, part_names[i], part_to_json(v, sum, i));
		probe += sum->probe[i];
	}
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "count", (json_int_t)sum->count, "strict",
			 (json_int_t)sum->strict, "lists", (json_int_t)sum->lists, "syncs", (json_int_t)sum->syncs,
			 "untold_syncs", (json_int_t)sum->untold, "total_ns", (json_int_t)sum->total, "probe_ns",
			 figure(probe, v->missing->cost), "parts", parts);
}

json_t *unmap_figures(const struct unmap_view *v)
{
	struct unmap_sum sums[UNMAP_OFS] = {};
	unsigned int cpu, of;

	for (cpu = 0; cpu < v->nr_cpus; cpu++)
		for (of = 0; of < UNMAP_OFS; of++)
			add_sum(&sums[of], &v->cpus[cpu].sums[v->bank][of]);
	return json_pack("{s:o, s:o}", "calls", sum_to_json(v, &sums[UNMAP_OF_CALLS]), "timer",
			 sum_to_json(v, &sums[UNMAP_OF_TIMER]));
}

/* ---- as text ---- */

static void print_mean(const json_t *value, json_int_t count)
{
	if (json_is_integer(value) && count)
		printf("\t%.1f", (double)json_integer_value(value) / (double)count);
	else
		printf("\t-");
}

/* A line a part: means of an unmap, and the least that one took. */
static void print_parts(const char *of, const json_t *sum)
{
	const json_int_t count = json_integer_value(json_object_get(sum, "count"));
	json_t *parts = json_object_get(sum, "parts"), *part;
	const char *name;

	json_object_foreach (parts, name, part) {
		printf("%s\t%s", of, name);
		print_mean(json_object_get(part, "ns"), count);
		print_mean(json_object_get(part, "probe_ns"), count);
		print_mean(json_object_get(part, "least_ns"), count != 0);
		if (json_is_string(part))
			printf("\t%s", json_string_value(part));
		putchar('\n');
	}
	printf("%s\ttotal", of);
	print_mean(json_object_get(sum, "total_ns"), count);
	print_mean(json_object_get(sum, "probe_ns"), count);
	puts("\t-");
}

static void print_counter(const char *name, const json_t *value)
{
	printf("%s\t%" JSON_INTEGER_FORMAT "\n", name, json_integer_value(value));
}

void unmap_print(const json_t *result)
{
	const json_t *calls = json_object_get(result, "calls"), *timer = json_object_get(result, "timer");

	puts("of\tpart\tns\tprobe_ns\tleast_ns");
	print_parts("unmap", calls);
	if (json_integer_value(json_object_get(timer, "count")))
		print_parts("timer", timer);
	puts("\ncounter\tvalue");
	print_counter("unmaps", json_object_get(calls, "count"));
	print_counter("strict", json_object_get(calls, "strict"));
	print_counter("lists", json_object_get(calls, "lists"));
	print_counter("syncs", json_object_get(calls, "syncs"));
	print_counter("untold_syncs", json_object_get(calls, "untold_syncs"));
	print_counter("timers", json_object_get(timer, "count"));
	print_counter("lost", json_object_get(result, "lost"));
}
