// SPDX-License-Identifier: GPL-2.0-only
/*
 * violation.c - violations counted, kept, printed and written as JSON.
 */
#include <inttypes.h>
#include <stdarg.h>

#include "violation.h"

static const char *const names[VIOLATION_KINDS] = {
	[VIOLATION_MISSING] = "missing",       [VIOLATION_LATE] = "late",
	[VIOLATION_SHORT] = "short",	       [VIOLATION_MISDIRECTED] = "misdirected",
	[VIOLATION_MISORDERED] = "misordered", [VIOLATION_UNSYNCED] = "unsynced",
	[VIOLATION_BLOCKED] = "blocked",       [VIOLATION_STALE] = "stale-entry",
};

const char *violation_name(enum violation_kind kind)
{
	return names[kind];
}

void violation_detail(struct violation *v, enum violation_kind kind, const char *format, ...)
{
	va_list args;

	if (!v->details)
		v->kind = kind;
	if (v->details++ >= VIOLATION_DETAILS)
		return;
	v->detail[v->details - 1].kind = kind;
	va_start(args, format);
	vsnprintf(v->detail[v->details - 1].text, sizeof(v->detail->text), format, args);
	va_end(args);
}

static void print_time(FILE *out, const char *what, uint64_t ns)
{
	fprintf(out, "%s%" PRIu64 ".%09" PRIu64 " s", what, ns / 1000000000, ns % 1000000000);
}

static void print_records(FILE *out, const struct violation *v)
{
	if (v->kind == VIOLATION_BLOCKED) {
		print_time(out, "  blocked ", v->begin);
	} else {
		if (v->size)
			fprintf(out, "  removal %" PRIu64 " of 0x%" PRIx64 " + 0x%" PRIx64, v->id, v->iova, v->size);
		else
			fprintf(out, "  removal %" PRIu64 " of everything", v->id);
		fprintf(out, " from domain %" PRIu32 ", grain 0x%" PRIx64 "\n", v->domain, v->grain);
		print_time(out, "  began ", v->begin);
	}
	print_time(out, v->kind == VIOLATION_BLOCKED ? ", taken up " : ", returned ", v->end);
	fprintf(out, ", %" PRIu64 " ns later\n", v->end - v->begin);
}

static unsigned int details_kept(const struct violation *v)
{
	return v->details < VIOLATION_DETAILS ? v->details : VIOLATION_DETAILS;
}

static void print(FILE *out, uint64_t number, const struct violation *v)
{
	fprintf(out, "oracle: violation %" PRIu64 ": %s\n", number, violation_name(v->kind));
	print_records(out, v);
	for (unsigned int i = 0; i < details_kept(v); i++)
		fprintf(out, "  %s: %s\n", violation_name(v->detail[i].kind), v->detail[i].text);
	if (v->details > VIOLATION_DETAILS)
		fprintf(out, "  and %u more\n", v->details - VIOLATION_DETAILS);
	fflush(out);
}

struct violation *violations_add(struct violations *all, const struct violation *v)
{
	uint64_t index = all->count++;

	all->kind[v->kind]++;
	if (index >= VIOLATIONS_KEPT) {
		if (index == VIOLATIONS_KEPT && all->out)
			fprintf(all->out, "oracle: further violations are counted, and not printed\n");
		return NULL;
	}
	all->kept[index] = *v;
	if (all->out)
		print(all->out, index + 1, v);
	return &all->kept[index];
}

/*
 * Only what was missing altogether becomes late. What was short, misdirected or
 * out of order stays that: the next removal of the same addresses may bring
 * what it lacked, and that would hide the fault.
 */
void violations_amend(struct violations *all, struct violation *kept, uint64_t now)
{
	kept->late = now;
	if (kept->kind == VIOLATION_MISSING) {
		all->kind[VIOLATION_MISSING]--;
		all->kind[VIOLATION_LATE]++;
		kept->kind = VIOLATION_LATE;
	}
	if (!all->out)
		return;
	fprintf(all->out, "oracle: violation %td: what lacked had come %" PRIu64 " ns after the return (%s)\n",
		kept - all->kept + 1, now - kept->end, violation_name(kept->kind));
	fflush(all->out);
}

static json_t *details_json(const struct violation *v)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < details_kept(v); i++)
		json_array_append_new(array, json_pack("{s:s, s:s}", "kind", violation_name(v->detail[i].kind), "what",
						       v->detail[i].text));
	return array;
}

static json_t *violation_json(const struct violation *v)
{
	json_t *json = json_pack("{s:s, s:I, s:I, s:o}", "kind", violation_name(v->kind), "begin_ns",
				 (json_int_t)v->begin, "end_ns", (json_int_t)v->end, "details", details_json(v));

	if (v->kind != VIOLATION_BLOCKED) {
		json_object_set_new(json, "domain", json_integer(v->domain));
		json_object_set_new(json, "id", json_integer((json_int_t)v->id));
		json_object_set_new(json, "iova", json_sprintf("0x%" PRIx64, v->iova));
		json_object_set_new(json, "size", json_sprintf("0x%" PRIx64, v->size));
		json_object_set_new(json, "grain", json_sprintf("0x%" PRIx64, v->grain));
	}
	if (v->late)
		json_object_set_new(json, "late_ns", json_integer((json_int_t)(v->late - v->end)));
	return json;
}

json_t *violations_json(const struct violations *all)
{
	json_t *array = json_array();

	for (uint64_t i = 0; i < all->count && i < VIOLATIONS_KEPT; i++)
		json_array_append_new(array, violation_json(&all->kept[i]));
	return array;
}

json_t *violations_kinds_json(const struct violations *all)
{
	json_t *json = json_object();

	for (unsigned int i = 0; i < VIOLATION_KINDS; i++)
		json_object_set_new(json, names[i], json_integer((json_int_t)all->kind[i]));
	return json;
}
