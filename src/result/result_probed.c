// SPDX-License-Identifier: GPL-2.0-only
/* result_probed.c - what probes other than invlat saw of a case, as numbers that compare. */
#include <stdio.h>
#include <string.h>

#include "result_probed.h"

/* All that one probe may give: what is above is no figure of ours. */
#define NUMBERS_MAX 256

struct list {
	struct reader *r;
	struct result_numbers *numbers;
	double ops; /* of the probe's pass */
};

static void add(const struct list *list, double value, const char *unit, const char *name, const char *of)
{
	struct result_numbers *numbers = list->numbers;
	char text[160];

	if (numbers->count == NUMBERS_MAX)
		return;
	snprintf(text, sizeof(text), "%s%s%s", name, *of ? " " : "", of);
	numbers->list[numbers->count++] = (struct result_number){
		.name = reader_keep(list->r, text),
		.unit = unit,
		.value = value,
		.running = 1,
	};
}

/* Each of @object's counts, an operation; what is no count is described elsewhere, or not available. */
static void add_counts(const struct list *list, json_t *object, const char *name)
{
	const char *key;
	json_t *value;

	json_object_foreach (object, key, value) {
		reader_check_key(list->r, "probes", key);
		if (json_is_integer(value) && json_integer_value(value) >= 0)
			add(list, (double)json_integer_value(value) / list->ops, "an operation", name, key);
	}
}

static void add_cmdq(const struct list *list, const json_t *probe)
{
	json_t *all = json_object_get(probe, "all"), *tlbi = json_object_get(all, "tlbi");

	add_counts(list, all, "cmdq");
	add_counts(list, json_object_get(all, "opcodes"), "cmdq");
	add_counts(list, tlbi, "cmdq TLBI");
	add_counts(list, json_object_get(tlbi, "granule"), "cmdq TLBI by granule");
}

/* The means of each entry point's parts. */
static void add_split(const struct list *list, const json_t *probe)
{
	json_t *entries = json_object_get(probe, "entries"), *entry, *value;
	const char *name, *key;
	double count;
	char path[128];

	json_object_foreach (entries, name, entry) {
		reader_check_key(list->r, "probes", name);
		snprintf(path, sizeof(path), "split %s", name);
		count = (double)json_integer_value(json_object_get(entry, "count"));
		json_object_foreach (entry, key, value) {
			reader_check_key(list->r, "probes", key);
			if (json_is_integer(value) && count > 0 && strcmp(key, "count"))
				add(list, (double)json_integer_value(value) / count, "ns a call", path, key);
		}
	}
}

static void add_anomalies(const struct list *list, const json_t *probe)
{
	json_t *kinds = json_object_get(probe, "anomalies"), *kind;
	const char *key;

	json_object_foreach (kinds, key, kind) {
		reader_check_key(list->r, "probes", key);
		if (json_is_object(kind))
			add(list, (double)json_integer_value(json_object_get(kind, "count")) / list->ops,
			    "an operation", "anomalies", key);
	}
}

static double count_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) && json_integer_value(value) > 0 ? (double)json_integer_value(value) : 0;
}

/* The mean of a histogram, if it has any. */
static void add_mean(const struct list *list, const json_t *hist, const char *unit, const char *name, const char *of)
{
	const double count = count_of(hist, "count");

	if (count > 0)
		add(list, count_of(hist, "sum") / count, unit, name, of);
}

/* What has a count and one histogram, by @key; where there is neither the kernel does not have it. */
static void add_counted(const struct list *list, const json_t *what, const char *name, const char *key,
			const char *unit)
{
	if (!json_is_integer(json_object_get(what, "count")))
		return;
	add(list, count_of(what, "count") / list->ops, "an operation", name, "");
	add_mean(list, json_object_get(what, key), unit, name, key);
}

/* How often an array or a list was changed, and how long it was. */
static void add_tallies(const struct list *list, json_t *tallies, const char *of)
{
	json_t *tally;
	const char *key;
	char name[128];

	json_object_foreach (tallies, key, tally) {
		reader_check_key(list->r, "probes", key);
		snprintf(name, sizeof(name), "attach %s %s", of, key);
		add_counted(list, tally, name, "length", "entries");
	}
}

static void add_attach(const struct list *list, const json_t *probe)
{
	json_t *entries = json_object_get(probe, "entries"), *hist;
	const json_t *rcu = json_object_get(probe, "rcu"), *waits = json_object_get(rcu, "waits");
	const char *name;

	json_object_foreach (entries, name, hist) {
		reader_check_key(list->r, "probes", name);
		add(list, count_of(hist, "count") / list->ops, "an operation", "attach", name);
		add_mean(list, hist, "ns a call", "attach mean", name);
	}
	add_tallies(list, json_object_get(probe, "array"), "array");
	add_tallies(list, json_object_get(probe, "list"), "list");
	if (json_is_integer(waits))
		add(list, count_of(rcu, "waits") / list->ops, "an operation", "attach grace periods", "");
	add_mean(list, json_object_get(rcu, "ns"), "ns a wait", "attach grace periods", "ns");
	add_counted(list, json_object_get(probe, "atc_fences"), "attach fences", "ns", "ns a wait");
}

static const struct {
	const char *name;
	void (*add)(const struct list *list, const json_t *probe);
} probes[] = { { "cmdq", add_cmdq }, { "split", add_split }, { "anomalies", add_anomalies }, { "attach", add_attach } };

void result_probed_read(struct reader *r, const json_t *object, struct result_numbers *numbers)
{
	const json_t *all = reader_object(r, object, "probes"), *probe;
	struct list list = { r, numbers, 0 };
	size_t i;

	for (i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		probe = json_object_get(all, probes[i].name);
		list.ops = (double)json_integer_value(json_object_get(probe, "ops"));
		if (!json_is_true(json_object_get(probe, "valid")) || list.ops <= 0)
			continue;
		if (!numbers->list)
			numbers->list = reader_allocate(r, NUMBERS_MAX, sizeof(*numbers->list));
		if (r->failed)
			return;
		probes[i].add(&list, probe);
	}
}
