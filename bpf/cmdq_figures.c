// SPDX-License-Identifier: GPL-2.0-only
/* cmdq_figures.c - the counts of the probe `cmdq`, by name, as JSON and as text. */
#include <stdio.h>
#include <string.h>

#include "cmdq_figures.h"
#include "common.h"
#include "hist.h"

/* All members are of one type, so that a slot can be taken for an array of it. */
#define WORDS (sizeof(struct cmdq_slot) / sizeof(unsigned long long))

void cmdq_add(struct cmdq_slot *sum, const struct cmdq_slot *from)
{
	unsigned long long *to = (unsigned long long *)sum;

	for (size_t i = 0; i < WORDS; i++)
		to[i] += ((const unsigned long long *)from)[i];
}

void cmdq_take_off(struct cmdq_slot *sum, const struct cmdq_slot *from)
{
	unsigned long long *to = (unsigned long long *)sum;

	for (size_t i = 0; i < WORDS; i++)
		to[i] -= ((const unsigned long long *)from)[i];
}

/* In which a histogram has @value. */
static unsigned int bucket(unsigned long long value)
{
	return value ? 1 + hist_log2(value) : 0;
}

static void add_ranges(struct cmdq_slot *sum, const struct cmdq_near *near, unsigned int tg, unsigned int scale)
{
	unsigned long long count, granules;

	for (unsigned int num = 0; num < 32; num++) {
		count = near->ranges[tg][scale][num];
		granules = (num + 1ULL) << scale;
		sum->ranges[tg] += count;
		sum->pages[bucket(granules)] += count;
		sum->granules += count * granules;
		sum->bytes += count * granules << tlbi_granule_bits(tg);
	}
}

void cmdq_add_near(struct cmdq_slot *sum, const struct cmdq_near *near)
{
	for (unsigned int opcode = 0; opcode < OPCODES; opcode++) {
		const unsigned long long synced = near->lists[1][opcode], lists = near->lists[0][opcode] + synced;

		sum->batches += lists;
		sum->commands += lists;
		sum->syncs += synced;
		sum->batch[bucket(1)] += lists;
		sum->opcodes[opcode] += lists;
		sum->repeatable += is_repeatable(opcode) ? synced : 0;
	}
	for (unsigned int used = 0; used < CMDQ_NEAR_USED; used++)
		sum->occupancy[bucket(used)] += near->used[used];
	/* A TG of 0 is no range. */
	for (unsigned int tg = 1; tg < CMDQ_TGS; tg++)
		for (unsigned int scale = 0; scale < CMDQ_NEAR_SCALES; scale++)
			add_ranges(sum, near, tg, scale);
}

/* [[smallest value, count], ...] of the buckets that are not empty. */
static json_t *powers(const unsigned long long *buckets, unsigned int count)
{
	json_t *all = json_array();
	json_int_t from;

	for (unsigned int b = 0; b < count; b++) {
		from = b ? 1LL << (b - 1) : 0;
		if (buckets[b])
			json_array_append_new(all, json_pack("[I, I]", from, (json_int_t)buckets[b]));
	}
	return all;
}

static void add_opcode(json_t *all, unsigned int opcode, unsigned long long count)
{
	const char *name = opcode == CMDQ_CFGI_ALL ? "CFGI_ALL" : opcode_name(opcode);
	char number[16];

	/* Nothing that the driver sends is left out, known or not. */
	snprintf(number, sizeof(number), "0x%02x", opcode);
	if (count)
		json_object_set_new(all, name ? name : number, json_integer((json_int_t)count));
}

static json_t *opcodes_json(const struct cmdq_slot *c)
{
	json_t *all = json_object();

	for (unsigned int i = 0; i < CMDQ_OPCODES; i++)
		add_opcode(all, i, c->opcodes[i] + (i == CMD_SYNC ? c->syncs : 0));
	return all;
}

static json_t *granule_json(const struct cmdq_slot *c)
{
	json_t *all = json_object();
	char name[16];

	for (unsigned int tg = 1; tg < CMDQ_TGS; tg++) {
		snprintf(name, sizeof(name), "%uK", 1U << (tlbi_granule_bits(tg) - 10));
		if (c->ranges[tg])
			json_object_set_new(all, name, json_integer((json_int_t)c->ranges[tg]));
	}
	return all;
}

/* Those by address are of a range or of one leaf; all others are by tag: of an ASID, a VMID, or everything. */
static json_t *tlbi_json(const struct cmdq_slot *c)
{
	json_int_t ranges = 0, addresses = 0, tags = 0;

	for (unsigned int tg = 1; tg < CMDQ_TGS; tg++)
		ranges += c->ranges[tg];
	for (unsigned int i = 0; i < OPCODES; i++) {
		if (tlbi_is_by_address(i))
			addresses += c->opcodes[i];
		else if (opcode_is_tlbi(i))
			tags += c->opcodes[i];
	}
	return json_pack("{s:I, s:I, s:I, s:o, s:I, s:I, s:o}", "by_range", ranges, "by_leaf", addresses - ranges,
			 "by_tag", tags, "granule", granule_json(c), "granules", (json_int_t)c->granules, "bytes",
			 (json_int_t)c->bytes, "range_granules", powers(c->pages, CMDQ_BUCKETS));
}

static json_t *atc_json(const struct cmdq_slot *c)
{
	json_t *pages = json_array();

	for (unsigned int size = 0; size < ATC_EVERYTHING; size++)
		if (c->atc[size])
			json_array_append_new(pages, json_pack("[I, I]", 1LL << size, (json_int_t)c->atc[size]));
	return json_pack("{s:I, s:o}", "everything", (json_int_t)c->atc[ATC_EVERYTHING], "pages", pages);
}

static json_t *occupancy_json(const struct cmdq_slot *c, const char *no_queue)
{
	if (no_queue)
		return probe_not_available(no_queue);
	if (c->far)
		return probe_not_available("prod and cons of the queue are further apart than it is large, so they are "
					   "not where this kernel's BTF says");
	return powers(c->occupancy, CMDQ_BUCKETS);
}

static json_t *no_room_json(const struct cmdq_slot *c, const char *no_queue)
{
	if (no_queue || c->far)
		return occupancy_json(c, no_queue);
	return json_integer((json_int_t)c->no_room);
}

json_t *cmdq_figures(const struct cmdq_slot *c, const char *no_counts, const char *no_queue)
{
	const unsigned long long inner = c->opcodes[CMD_SYNC], syncs = inner + c->syncs;
	json_t *json;

	if (no_counts)
		return probe_not_available(no_counts);
	json = json_pack("{s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "batches", (json_int_t)c->batches, "commands",
			 (json_int_t)(c->commands - inner), "syncs", (json_int_t)syncs, "opcodes", opcodes_json(c),
			 "tlbi", tlbi_json(c), "atc_inv", atc_json(c), "batch", powers(c->batch, CMDQ_BUCKETS),
			 "occupancy", occupancy_json(c, no_queue), "no_room", no_room_json(c, no_queue));
	json_object_set_new(json, "commands_per_sync",
			    syncs ? json_real((double)(c->commands - inner) / syncs) :
				    probe_not_available("there was no CMD_SYNC"));
	return json;
}

/* ---- as text ---- */

static void print_powers(const char *scope, const char *name, const json_t *array)
{
	json_int_t from;
	json_t *pair;
	size_t i;

	json_array_foreach (array, i, pair) {
		from = json_integer_value(json_array_get(pair, 0));
		printf("%s\t%s\t%" JSON_INTEGER_FORMAT "..\t%" JSON_INTEGER_FORMAT "\n", scope, name, from,
		       json_integer_value(json_array_get(pair, 1)));
	}
}

/* One value: of @name, or of @what of it. */
static void print_value(const char *scope, const char *name, const char *what, const json_t *value)
{
	if (json_is_array(value))
		print_powers(scope, name, value);
	else if (json_is_integer(value))
		printf("%s\t%s\t%s\t%" JSON_INTEGER_FORMAT "\n", scope, name, what, json_integer_value(value));
	else if (json_is_real(value))
		printf("%s\t%s\t%s\t%.3f\n", scope, name, what, json_real_value(value));
	else if (json_is_string(value))
		printf("%s\t%s\t%s\t%s\n", scope, name, what, json_string_value(value));
}

static void print_object(const char *scope, const char *name, json_t *object)
{
	json_t *value, *inner;
	const char *key, *deep;
	char path[64];

	json_object_foreach (object, key, value) {
		snprintf(path, sizeof(path), "%s.%s", name, key);
		if (json_is_object(value)) {
			json_object_foreach (value, deep, inner)
				print_value(scope, path, deep, inner);
		} else if (json_is_array(value)) {
			print_powers(scope, path, value);
		} else {
			print_value(scope, name, key, value);
		}
	}
}

/* Of an SMMU by the name of its device, or of all of them; text if nothing is known. */
static void print_scope(const char *scope, json_t *figures)
{
	json_t *value;
	const char *key;

	if (json_is_string(figures))
		print_value(scope, "counts", "", figures);
	json_object_foreach (figures, key, value) {
		if (json_is_object(value))
			print_object(scope, key, value);
		else
			print_value(scope, key, "", value);
	}
}

void cmdq_print(const json_t *result)
{
	static const char *const others[] = { "repeats", "cmpxchg_retries", "lost", "attach", "symbol" };
	json_t *instance, *instances = json_object_get(result, "instances");
	size_t i;

	puts("smmu\tfigure\tof\tvalue");
	print_scope("all", json_object_get(result, "all"));
	json_array_foreach (instances, i, instance)
		print_scope(json_string_value(json_object_get(instance, "name")), json_object_get(instance, "figures"));
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		print_value("all", others[i], "", json_object_get(result, others[i]));
}
