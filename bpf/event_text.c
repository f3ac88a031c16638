// SPDX-License-Identifier: GPL-2.0-only
/* event_text.c - an event as a line of text, or of JSON. */
#include <string.h>

#include "common.h"
#include "event_text.h"
#include "event_trace.h"
#include "json_text.h"
#include "opcodes.h"
#include "text.h"

#define SECOND 1000000000ULL

void event_span_name(char *text, size_t size, unsigned int from, unsigned int to)
{
	text_format(text, size, "%s.%s..%s.%s", event_point_name(from / 2), from % 2 ? "end" : "begin",
		    event_point_name(to / 2), to % 2 ? "end" : "begin");
}

/* NULL: there is none to tell. */
static const char *id_name(const struct event_sum *sum)
{
	static const char *const names[] = {
		[EVENT_ID_ASID] = "asid", [EVENT_ID_VMID] = "vmid", [EVENT_ID_SID] = "sid"
	};

	return sum->id_kind < sizeof(names) / sizeof(names[0]) ? names[sum->id_kind] : NULL;
}

/* The time is that of the end, when it was told: so lines are in the order of time. */
void event_text_print(FILE *out, const struct event *event, const struct event_words *words)
{
	const struct event_sum *sum = &event->sum;
	const unsigned long long ns = event->end_ns - event->begin_ns;

	text_column(out, event->comm, 16);
	fprintf(out, " %7u/%-7u [%03u] %llu.%09llu: %s: %llu.%03llu us", event->pid, event->tid, event->cpu,
		event->end_ns / SECOND, event->end_ns % SECOND, words->what, ns / 1000, ns % 1000);
	if (words->smmu[0])
		fprintf(out, " smmu=%s", words->smmu);
	if (sum->several)
		fputs(" smmu=several", out);
	if (id_name(sum))
		fprintf(out, " %s=%u", id_name(sum), sum->id);
	if (sum->submits > 1 || event->point != EVENT_submit)
		fprintf(out, " submits=%u", sum->submits);
	if (sum->submits && sum->refused)
		fputs(" commands=? syncs=?", out);
	else if (sum->submits)
		fprintf(out, " commands=%u syncs=%u", sum->commands, sum->syncs);
	if (event->point == EVENT_submit && sum->commands)
		fprintf(out, " first=%s", opcode_name(sum->opcode) ?: "?");
	fputc('\n', out);
}

static void add_counts(json_t *json, const struct event_sum *sum)
{
	const char *why = "the arguments of the submit function cannot be true";

	json_object_set_new(json, "commands", sum->refused ? probe_not_available(why) : json_integer(sum->commands));
	json_object_set_new(json, "syncs", sum->refused ? probe_not_available(why) : json_integer(sum->syncs));
}

json_t *event_details(const struct event *event, const struct event_words *words)
{
	const struct event_sum *sum = &event->sum;
	json_t *json = json_object();

	if (words->smmu[0])
		json_object_set_new(json, "smmu", json_text(words->smmu));
	if (sum->several)
		json_object_set_new(json, "smmu", json_string("several"));
	if (id_name(sum))
		json_object_set_new(json, id_name(sum), json_integer(sum->id));
	json_object_set_new(json, "submits", json_integer(sum->submits));
	add_counts(json, sum);
	if (event->point == EVENT_submit && sum->commands)
		json_object_set_new(json, "first", json_string(opcode_name(sum->opcode) ?: "?"));
	return json;
}

json_t *event_json(const struct event *event, const struct event_words *words)
{
	json_t *json = json_pack("{s:s, s:I, s:I, s:i, s:i, s:i, s:o, s:i}", "point", words->what, "begin_ns",
				 (json_int_t)event->begin_ns, "ns", (json_int_t)(event->end_ns - event->begin_ns),
				 "cpu", (int)event->cpu, "pid", (int)event->pid, "tid", (int)event->tid, "comm",
				 json_text(event->comm), "depth", (int)event->depth);

	json_object_update_new(json, event_details(event, words));
	return json;
}
