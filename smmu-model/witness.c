// SPDX-License-Identifier: GPL-2.0-only
/*
 * witness.c - counters, histograms and their JSON.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "histogram.h"
#include "witness.h"

#define NAMES	 (OPCODES + 1) /* one more for CFGI_ALL, which shares an opcode */
#define CFGI_ALL OPCODES
#define WINDOWS	 256

/* The deepest the queue was in each of a row of windows of time. When the row is full, pairs become one. */
struct depth_line {
	uint64_t begin, window_ns;
	unsigned int deepest[WINDOWS];
	unsigned int used;
};

struct instance_counts {
	uint64_t opcode[NAMES];
	struct histogram batch; /* commands that a doorbell added */
	struct histogram depth; /* of the queue at a doorbell */
	struct depth_line line;
};

struct counts {
	unsigned int instances;
	struct instance_counts *instance;
	uint64_t syncs, late;
	struct histogram set, took, lateness;
};

struct witness {
	struct counts total, pass;
	bool in_pass;
	json_t *passes;
	uint64_t passes_bytes;
	struct functions *functions; /* NULL: they are not counted */
	FILE *log;		     /* NULL: none, or it is full */
	uint64_t log_bytes;
	bool fields;
};

/* Its pages are there from the start: a page fault in a pass would make a command late. */
static int ready(struct histogram *h)
{
	if (hist_init(h, HIST_SUB_BITS_MIN))
		return -1;
	memset(h->buckets, 0, HIST_BUCKETS(HIST_SUB_BITS_MIN) * sizeof(*h->buckets));
	return 0;
}

static int counts_init(struct counts *c, unsigned int instances)
{
	*c = (struct counts){ .instances = instances, .instance = calloc(instances, sizeof(*c->instance)) };
	if (!c->instance || ready(&c->set) || ready(&c->took) || ready(&c->lateness))
		return -1;
	for (unsigned int k = 0; k < instances; k++) {
		if (ready(&c->instance[k].batch) || ready(&c->instance[k].depth))
			return -1;
	}
	return 0;
}

static void counts_free(struct counts *c)
{
	for (unsigned int k = 0; c->instance && k < c->instances; k++) {
		hist_free(&c->instance[k].batch);
		hist_free(&c->instance[k].depth);
	}
	free(c->instance);
	hist_free(&c->set);
	hist_free(&c->took);
	hist_free(&c->lateness);
}

struct witness *witness_create(unsigned int instances)
{
	struct witness *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->passes = json_array();
	if (!w->passes || counts_init(&w->total, instances) || counts_init(&w->pass, instances)) {
		witness_destroy(w);
		return NULL;
	}
	return w;
}

void witness_destroy(struct witness *w)
{
	counts_free(&w->total);
	counts_free(&w->pass);
	json_decref(w->passes);
	free(w);
}

void witness_functions(struct witness *w, struct functions *functions)
{
	w->functions = functions;
}

void witness_log_to(struct witness *w, FILE *log, bool fields)
{
	w->log = log;
	w->fields = fields;
}

static void line_add(struct depth_line *line, unsigned int depth, uint64_t now)
{
	uint64_t window;

	if (!line->window_ns) {
		line->begin = now;
		line->window_ns = 1000000;
	}
	while ((window = (now - line->begin) / line->window_ns) >= WINDOWS) {
		for (unsigned int i = 0; i < WINDOWS; i++) {
			unsigned int a = i < WINDOWS / 2 ? line->deepest[2 * i] : 0;
			unsigned int b = i < WINDOWS / 2 ? line->deepest[2 * i + 1] : 0;

			line->deepest[i] = a > b ? a : b;
		}
		line->used = (line->used + 1) / 2;
		line->window_ns *= 2;
	}
	if (line->deepest[window] < depth)
		line->deepest[window] = depth;
	if (line->used <= window)
		line->used = window + 1;
}

static void count_doorbell(struct counts *c, unsigned int k, unsigned int added, unsigned int depth, uint64_t now)
{
	hist_record(&c->instance[k].batch, added);
	hist_record(&c->instance[k].depth, depth);
	line_add(&c->instance[k].line, depth, now);
}

void witness_doorbell(struct witness *w, const struct smmu *smmu, unsigned int added, unsigned int depth, uint64_t now)
{
	count_doorbell(&w->total, smmu->index, added, depth, now);
	if (w->in_pass)
		count_doorbell(&w->pass, smmu->index, added, depth, now);
}

/* So many bytes were written to the log. */
static void logged(struct witness *w, int bytes)
{
	w->log_bytes += bytes > 0 ? bytes : 0;
	if (w->log_bytes < LOG_BYTES)
		return;
	fputs("# full: no more is written\n", w->log);
	w->log = NULL;
}

static void log_command(struct witness *w, const struct smmu *smmu, const struct command *cmd, uint64_t now)
{
	int bytes = fprintf(w->log, "%u %s", smmu->index, command_name(cmd));

	if (w->fields)
		bytes += fprintf(w->log, " %016llx %016llx at %llu", (unsigned long long)cmd->word[0],
				 (unsigned long long)cmd->word[1], (unsigned long long)now);
	logged(w, bytes + fprintf(w->log, "\n"));
}

void witness_command(struct witness *w, const struct smmu *smmu, const struct command *cmd, uint64_t now)
{
	unsigned int name = cmd->opcode == CFGI_STE_RANGE && cmd->size == 31 ? CFGI_ALL : cmd->opcode;

	w->total.instance[smmu->index].opcode[name]++;
	if (w->in_pass)
		w->pass.instance[smmu->index].opcode[name]++;
	if (w->log)
		log_command(w, smmu, cmd, now);
}

static void count_served(struct counts *c, uint64_t set_ns, uint64_t took_ns, uint64_t late_ns)
{
	c->syncs++;
	c->late += late_ns > LATE_NS && late_ns > set_ns / 10;
	hist_record(&c->set, set_ns);
	hist_record(&c->took, took_ns);
	hist_record(&c->lateness, late_ns);
}

void witness_served(struct witness *w, const struct smmu *smmu, uint64_t set_ns, uint64_t took_ns, uint64_t late_ns)
{
	count_served(&w->total, set_ns, took_ns, late_ns);
	if (w->in_pass)
		count_served(&w->pass, set_ns, took_ns, late_ns);
}

static bool in_time(const struct counts *c)
{
	return c->late <= LATE_ALWAYS || c->late * LATE_SHARE <= c->syncs;
}

static json_t *opcodes_json(const uint64_t *opcode, uint64_t *commands)
{
	json_t *all = json_object();

	*commands = 0;
	for (unsigned int i = 0; i < NAMES; i++) {
		if (!opcode[i])
			continue;
		json_object_set_new(all, i == CFGI_ALL ? "CFGI_ALL" : opcode_name(i), json_integer(opcode[i]));
		*commands += i == CMD_SYNC ? 0 : opcode[i];
	}
	return all;
}

static json_t *line_json(const struct depth_line *line)
{
	json_t *deepest = json_array();

	for (unsigned int i = 0; i < line->used; i++)
		json_array_append_new(deepest, json_integer(line->deepest[i]));
	return json_pack("{s:I, s:o}", "window_ns", (json_int_t)line->window_ns, "deepest", deepest);
}

static json_t *instance_json(const struct instance_counts *c)
{
	uint64_t commands;
	json_t *opcodes = opcodes_json(c->opcode, &commands);

	return json_pack("{s:I, s:I, s:o, s:o, s:o, s:o}", "commands", (json_int_t)commands, "syncs",
			 (json_int_t)c->opcode[CMD_SYNC], "opcodes", opcodes, "batch", hist_to_json(&c->batch), "depth",
			 hist_to_json(&c->depth), "depth_over_time", line_json(&c->line));
}

static json_t *counts_json(const struct counts *c)
{
	uint64_t sum[NAMES] = {}, commands;
	json_t *instances = json_array(), *opcodes;

	for (unsigned int k = 0; k < c->instances; k++) {
		for (unsigned int i = 0; i < NAMES; i++)
			sum[i] += c->instance[k].opcode[i];
		json_array_append_new(instances, instance_json(&c->instance[k]));
	}
	opcodes = opcodes_json(sum, &commands);
	return json_pack("{s:I, s:I, s:o, s:o, s:{s:I, s:I, s:b, s:o, s:o, s:o}}", "commands", (json_int_t)commands,
			 "syncs", (json_int_t)sum[CMD_SYNC], "opcodes", opcodes, "instances", instances, "service",
			 "syncs", (json_int_t)c->syncs, "late", (json_int_t)c->late, "valid", (int)in_time(c), "set",
			 hist_to_json(&c->set), "took", hist_to_json(&c->took), "lateness", hist_to_json(&c->lateness));
}

static const char *pass_name(uint32_t pass)
{
	static const char *const names[] = {
		[RING_PASS_TIMING] = "timing",
		[RING_PASS_PROBE] = "probe",
		[RING_PASS_CHECKED] = "checked",
	};

	return pass < sizeof(names) / sizeof(names[0]) ? names[pass] : "unknown";
}

/* The memory that it takes, or less: what jansson allocates, and malloc() adds to that. */
static uint64_t json_bytes(const json_t *json)
{
	uint64_t bytes = 64 + json_string_length(json);
	json_t *item;
	const char *key;
	size_t i;

	json_object_foreach ((json_t *)json, key, item)
		bytes += 96 + strlen(key) + json_bytes(item);
	json_array_foreach (json, i, item)
		bytes += 16 + json_bytes(item);
	return json_is_object(json) ? bytes + 256 : json_is_array(json) ? bytes + 128 : bytes;
}

static int keep_pass(struct witness *w, json_t *pass)
{
	uint64_t bytes = json_bytes(pass);

	if (w->passes_bytes + bytes > PASSES_BYTES) {
		w->passes_bytes = PASSES_BYTES; /* nor a smaller one after it */
		json_decref(pass);
		return -ENOSPC;
	}
	w->passes_bytes += bytes;
	return json_array_append_new(w->passes, pass) ? -ENOMEM : 0;
}

static int end_pass(struct witness *w, const struct ring_record *record, json_t *oracle)
{
	json_t *pass = counts_json(&w->pass);
	int err;

	json_object_set_new(pass, "case", json_integer(record->mark.number));
	json_object_set_new(pass, "pass", json_string(pass_name(record->mark.pass)));
	if (oracle)
		json_object_set(pass, "oracle", oracle);
	if (w->functions && record->mark.pass == RING_PASS_TIMING)
		json_object_set_new(pass, "functions", functions_json(w->functions));
	err = keep_pass(w, pass);
	if (!err && record->mark.pass == RING_PASS_TIMING && !in_time(&w->pass))
		err = -EAGAIN;
	return err;
}

int witness_mark(struct witness *w, const struct ring_record *record, json_t *oracle)
{
	unsigned int instances = w->total.instances;
	int err = record->mark.begin && w->passes_bytes >= PASSES_BYTES ? -ENOSPC : 0;

	if (w->log)
		logged(w, fprintf(w->log, "# %s case %u %s\n", record->mark.begin ? "begin" : "end",
				  record->mark.number, pass_name(record->mark.pass)));
	if (!record->mark.begin && w->in_pass)
		err = end_pass(w, record, oracle);
	json_decref(oracle);
	counts_free(&w->pass);
	if (w->functions)
		functions_begin(w->functions);
	w->in_pass = !counts_init(&w->pass, instances) && record->mark.begin && !err;
	return err;
}

bool witness_in_pass(const struct witness *w)
{
	return w->in_pass;
}

json_t *witness_json(const struct witness *w)
{
	return json_pack("{s:o, s:O}", "total", counts_json(&w->total), "passes", w->passes);
}
