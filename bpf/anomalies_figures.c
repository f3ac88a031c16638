// SPDX-License-Identifier: GPL-2.0-only
/* anomalies_figures.c - what was out of the ordinary, how often, and the last time. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "anomalies_figures.h"
#include "common.h"
#include "json_text.h"
#include "opcodes.h"

const char *const anomalies_entry_names[] = {
#define X(ident) "arm_smmu_" #ident,
	ANOMALIES_ENTRIES(X)
#undef X
		NULL
};

static const struct {
	const char *key, *what;
} kinds[ANOMALIES] = {
	[ANOMALY_FULL_FLUSH] = { "full_flush", "a full flush where a range was asked for" },
	[ANOMALY_TOO_MUCH] = { "too_much", "a range far larger than asked for" },
	[ANOMALY_ATC_EARLY] = { "atc_early", "an ATC_INV before the TLBIs of its call were complete" },
	[ANOMALY_UNSYNCED] = { "unsynced", "a return without a CMD_SYNC for all that was sent" },
	[ANOMALY_ATC_BLOCKED] = { "atc_blocked", "an ATC_INV for a device that was blocked already" },
	[ANOMALY_CMDQ_ERROR] = { "cmdq_error", "an error of the command queue" },
	[ANOMALY_SYNC_TIMEOUT] = { "sync_timeout", "a CMD_SYNC that the driver gave up" },
};

/* ---- sums ---- */

void anomalies_add(struct anomalies_totals *to, const struct anomalies_cpu *cpu)
{
	int i;

	to->calls += cpu->calls;
	to->lost += cpu->lost;
	to->refused += cpu->refused;
	for (i = 0; i < ANOMALIES; i++) {
		to->count[i] += cpu->count[i];
		if (cpu->last[i].ns > to->last[i].ns)
			to->last[i] = cpu->last[i];
	}
}

void anomalies_take_off(struct anomalies_totals *from, const struct anomalies_totals *before)
{
	size_t i;

	from->calls -= before->calls;
	from->lost -= before->lost;
	from->refused -= before->refused;
	for (i = 0; i < ANOMALIES; i++)
		from->count[i] -= before->count[i];
	for (i = 0; i < before->nr_smmus; i++) {
		from->smmus[i].count -= before->smmus[i].count;
		from->smmus[i].ns -= before->smmus[i].ns;
	}
}

/* ---- one of several SMMUs ---- */

static double mean_of(const struct anomalies_smmu *smmu)
{
	return (double)smmu->ns / (double)smmu->count;
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The mean of the one in the middle; 0 if there are not two. */
static double middle(const struct anomalies_totals *t)
{
	double means[ANOMALIES_SMMUS];
	size_t count = 0, i;

	for (i = 0; i < t->nr_smmus; i++)
		if (t->smmus[i].count >= ANOMALIES_ENOUGH)
			means[count++] = mean_of(&t->smmus[i]);
	qsort(means, count, sizeof(means[0]), compare);
	return count > 1 ? means[(count - 1) / 2] : 0;
}

static json_t *slow_smmus(const struct anomalies_totals *t)
{
	const double usual = middle(t);
	json_t *all = json_array();
	size_t i;

	for (i = 0; i < t->nr_smmus && usual > 0; i++) {
		const struct anomalies_smmu *smmu = &t->smmus[i];

		if (smmu->count < ANOMALIES_ENOUGH || mean_of(smmu) < ANOMALIES_SLOWER * usual)
			continue;
		json_array_append_new(all, json_pack("{s:o, s:I, s:f, s:f}", "smmu", json_text(smmu->name), "lists",
						     (json_int_t)smmu->count, "mean_ns", mean_of(smmu), "usual_mean_ns",
						     usual));
	}
	return all;
}

/* ---- as JSON ---- */

static bool is_of_a_range(enum anomaly kind)
{
	return kind == ANOMALY_FULL_FLUSH || kind == ANOMALY_TOO_MUCH;
}

static json_t *case_json(enum anomaly kind, const struct anomalies_case *last)
{
	json_t *json = json_pack("{s:i, s:o, s:o}", "pid", (int)last->pid, "comm", json_text(last->comm), "smmu",
				 json_text(last->smmu));

	if (last->entry < ANOMALIES_ENTRY_COUNT)
		json_object_set_new(json, "entry", json_string(anomalies_entry_names[last->entry]));
	if (is_of_a_range(kind)) {
		json_object_set_new(json, "asked_bytes", json_integer((json_int_t)last->asked));
		json_object_set_new(json, "sent_bytes",
				    kind == ANOMALY_FULL_FLUSH ? json_string("everything") :
								 json_integer((json_int_t)last->sent));
	}
	if (last->command == ATC_INV)
		json_object_set_new(json, "sid", json_integer(last->sid));
	return json;
}

static json_t *kind_json(const struct anomalies_totals *t, enum anomaly kind, const char *missing)
{
	json_t *json;

	if (missing)
		return probe_not_available(missing);
	json = json_pack("{s:I}", "count", (json_int_t)t->count[kind]);
	if (t->count[kind])
		json_object_set_new(json, "last", case_json(kind, &t->last[kind]));
	return json;
}

json_t *anomalies_json(const struct anomalies_totals *t, const char *const missing[ANOMALIES])
{
	json_t *all = json_object();
	int i;

	for (i = 0; i < ANOMALIES; i++)
		json_object_set_new(all, kinds[i].key, kind_json(t, i, missing[i]));
	json_object_set_new(all, "slow_smmu", slow_smmus(t));
	return json_pack("{s:I, s:o}", "calls", (json_int_t)t->calls, "anomalies", all);
}

/* ---- as text ---- */

/* Text from the kernel is fit for a line since json_text() has seen it. */
static void print_case(json_t *last)
{
	const char *entry = json_string_value(json_object_get(last, "entry"));
	json_t *asked = json_object_get(last, "asked_bytes"), *sent = json_object_get(last, "sent_bytes"),
	       *sid = json_object_get(last, "sid");

	printf("; the last in %s, %s (%" JSON_INTEGER_FORMAT ")", json_string_value(json_object_get(last, "smmu")),
	       json_string_value(json_object_get(last, "comm")), json_integer_value(json_object_get(last, "pid")));
	if (entry)
		printf(", %s()", entry);
	if (asked)
		printf(": asked for %" JSON_INTEGER_FORMAT " bytes", json_integer_value(asked));
	if (json_is_integer(sent))
		printf(", invalidated %" JSON_INTEGER_FORMAT, json_integer_value(sent));
	else if (sent)
		printf(", invalidated %s", json_string_value(sent));
	if (sid)
		printf(", StreamID 0x%" PRIx64, (uint64_t)json_integer_value(sid));
}

/* Returns how often it was seen. */
static json_int_t print_kind(const char *what, json_t *kind)
{
	const json_int_t count = json_integer_value(json_object_get(kind, "count"));

	if (json_is_string(kind)) {
		printf("%s: %s\n", what, json_string_value(kind));
		return 0;
	}
	if (!count)
		return 0;
	printf("%s: %" JSON_INTEGER_FORMAT " times", what, count);
	print_case(json_object_get(kind, "last"));
	putchar('\n');
	return count;
}

static size_t print_slow(const json_t *slow)
{
	json_t *smmu;
	size_t i;

	json_array_foreach (slow, i, smmu)
		printf("an SMMU slower than the others: %s takes %.0f ns for a list with a CMD_SYNC, the one in the middle %.0f\n",
		       json_string_value(json_object_get(smmu, "smmu")),
		       json_real_value(json_object_get(smmu, "mean_ns")),
		       json_real_value(json_object_get(smmu, "usual_mean_ns")));
	return json_array_size(slow);
}

void anomalies_print(const json_t *result)
{
	const json_t *all = json_object_get(result, "anomalies");
	json_int_t seen = 0;
	int i;

	for (i = 0; i < ANOMALIES; i++)
		seen += print_kind(kinds[i].what, json_object_get(all, kinds[i].key));
	seen += (json_int_t)print_slow(json_object_get(all, "slow_smmu"));
	printf("%s%" JSON_INTEGER_FORMAT " calls were followed\n",
	       seen ? "" : "nothing out of the ordinary: ", json_integer_value(json_object_get(result, "calls")));
}
