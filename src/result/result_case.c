// SPDX-License-Identifier: GPL-2.0-only
/* result_case.c - one case of a boot. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "reader.h"
#include "result_case.h"
#include "result_operation.h"
#include "result_unmap.h"
#include "result_probed.h"
#include "version1.h"

/* What is told of each operation twice must agree. */
static void check_timeline(struct reader *r, const struct result_case *c)
{
	const struct timeline_cells *t = &c->timeline;
	unsigned int first = UINT_MAX, last = 0;
	size_t i;

	for (i = 0; i < t->nr; i++) {
		first = t->list[i].bucket < first ? t->list[i].bucket : first;
		last = t->list[i].bucket > last ? t->list[i].bucket : last;
	}
	if (t->count != c->latency.count)
		reader_bad(r, "timeline.cells", "hold %" PRIu64 " operations, but latency.count is %" PRIu64 REMEDY,
			   t->count, c->latency.count);
	else if (t->count &&
		 (hist_index(t->sub_bits, c->latency.min) != first || hist_index(t->sub_bits, c->latency.max) != last))
		reader_bad(r, "timeline.cells", "do not reach from the shortest to the longest latency" REMEDY);
}

static void read_timeline(struct reader *r, const json_t *object, struct result_case *c)
{
	char text[200], key[128];
	int inner, err;

	if (r->failed)
		return;
	err = timeline_from_json(json_object_get(object, "timeline"), &c->timeline, text, sizeof(text));
	if (!err) {
		check_timeline(r, c);
		return;
	}
	inner = (int)strcspn(text, ":"); /* ".cells[3]" of ".cells[3]: ..." */
	snprintf(key, sizeof(key), "timeline%.*s", inner, text);
	reader_bad(r, key, "%s" REMEDY, text + inner + 2);
}

static void read_threads(struct reader *r, const json_t *object, struct result_case *c)
{
	const json_t *array = reader_array(r, object, "threads"), *thread;
	const size_t prefix = strlen(r->where);
	size_t i, n = json_array_size(array);

	c->threads = reader_allocate(r, n, sizeof(*c->threads));
	if (r->failed)
		return;
	c->nr_threads = n;
	json_array_foreach (array, i, thread) {
		struct result_thread *t = &c->threads[i];

		snprintf(r->where + prefix, sizeof(r->where) - prefix, "threads[%zu].", i);
		t->cpu = reader_uint(r, thread, "cpu");
		t->ops = reader_uint(r, thread, "ops");
		t->elapsed_ns = reader_uint(r, thread, "elapsed_ns");
		t->min_ns = reader_uint(r, thread, "min_ns");
		t->max_ns = reader_uint(r, thread, "max_ns");
		t->sum_ns = reader_uint(r, thread, "sum_ns");
	}
	r->where[prefix] = '\0';
}

static const json_t *get_params(struct reader *r, const json_t *object)
{
	json_t *params = reader_object(r, object, "params"), *value;
	const char *key;

	if (json_object_size(params) > RESULT_MAX_PARAMS)
		reader_bad(r, "params", "%zu are more than %d" REMEDY, json_object_size(params), RESULT_MAX_PARAMS);
	json_object_foreach (params, key, value) {
		reader_check_key(r, "params", key);
		reader_check_value(r, "params", key, value);
		if (!json_is_integer(value) && !json_is_string(value))
			reader_bad(r, "params", "\"%.60s\" must be an integer or a string" REMEDY, key);
	}
	return reader_keep_json(r, params);
}

static void read_number(struct reader *r, const json_t *object, struct result_number *n, bool perf)
{
	if (!json_is_object(object))
		reader_bad(r, "value", "missing: a number is an object with value and unit" REMEDY);
	n->value = reader_number(r, object, "value");
	n->unit = reader_line(r, object, "unit");
	n->running = perf ? reader_number(r, object, "running") : 1;
	if (n->running < 0 || n->running > 1)
		reader_bad(r, "running", "%g is not from 0 to 1" REMEDY, n->running);
}

/* "numbers" or "perf". That a number is finite jansson sees to: JSON has no other. */
static void read_numbers(struct reader *r, const json_t *object, const char *section, struct result_numbers *numbers)
{
	json_t *entries = reader_object(r, object, section), *value;
	const bool perf = !strcmp(section, "perf");
	const size_t prefix = strlen(r->where);
	const char *key;

	if (json_object_size(entries) > RESULT_MAX_NUMBERS)
		reader_bad(r, section, "%zu are more than %d" REMEDY, json_object_size(entries), RESULT_MAX_NUMBERS);
	numbers->list = reader_allocate(r, json_object_size(entries), sizeof(*numbers->list));
	if (r->failed)
		return;
	json_object_foreach (entries, key, value) {
		struct result_number *n = &numbers->list[numbers->count++];

		snprintf(r->where + prefix, sizeof(r->where) - prefix, "%s.", section);
		reader_check_key(r, "", key);
		snprintf(r->where + prefix, sizeof(r->where) - prefix, "%s.%.60s.", section, key);
		n->name = reader_keep(r, key);
		read_number(r, value, n, perf);
	}
	r->where[prefix] = '\0';
}

/* A case that passed is one whose numbers agree with each other. */
static void check_pass(struct reader *r, const struct result_case *c)
{
	uint64_t ops = 0;
	size_t i;

	if (!c->ops)
		reader_bad(r, "ops", "a case without operations cannot pass" REMEDY);
	if (c->latency.out_of_range)
		reader_bad(r, "latency.out_of_range", "a case with samples out of range cannot pass" REMEDY);
	if (c->latency.count != c->ops)
		reader_bad(r, "latency.count", "%" PRIu64 ", but ops is %" PRIu64 REMEDY, c->latency.count, c->ops);
	for (i = 0; i < c->nr_threads; i++)
		if (__builtin_add_overflow(ops, c->threads[i].ops, &ops))
			reader_bad(r, "threads", "the ops add up to more than 64 bits" REMEDY);
	if (ops != c->ops)
		reader_bad(r, "threads", "have %" PRIu64 " ops together, but ops is %" PRIu64 REMEDY, ops, c->ops);
}

static enum status read_status(struct reader *r, const json_t *object)
{
	static const char *const words[] = { "pass", "fail", "skip", "lost", NULL };
	static const enum status statuses[] = { STATUS_PASS, STATUS_FAIL, STATUS_SKIP, STATUS_LOST };

	return statuses[reader_word(r, object, "status", words)];
}

/* Before the threads are known, which version 1 goes by. */
static void read_head(struct reader *r, const json_t *object, struct result_case *c)
{
	c->name = reader_name(r, object, "name");
	c->workload = reader_name(r, object, "workload");
	c->params = get_params(r, object);
	c->unit = reader_name(r, object, "unit");
	c->status = read_status(r, object);
	c->reason = reader_string(r, object, "reason");
	c->ops = reader_uint(r, object, "ops");
	c->elapsed_ns = reader_uint(r, object, "elapsed_ns");
	c->clock_floor_ns = reader_uint(r, object, "clock_floor_ns");
	if (c->clock_floor_ns >= HIST_MAX)
		reader_bad(r, "clock_floor_ns", "%" PRIu64 " is not below %llu, the longest latency" REMEDY,
			   c->clock_floor_ns, HIST_MAX);
}

/* What only some cases have. */
static void read_optional(struct reader *r, const json_t *object, struct result_case *c)
{
	if (json_object_get(object, "probes")) {
		result_case_probe(r, object, c);
		result_probed_read(r, object, &c->probed);
		result_operation_read(r, object, &c->operation);
		result_unmap_read(r, object, &c->unmap);
	}
	if (json_object_get(object, "witness"))
		result_case_witness(r, object, &c->witness);
	if (json_object_get(object, "model"))
		result_case_model(r, object, c);
	if (json_object_get(object, "numbers"))
		read_numbers(r, object, "numbers", &c->numbers);
	if (json_object_get(object, "perf"))
		read_numbers(r, object, "perf", &c->perf);
	if (json_object_get(object, "late"))
		c->late = reader_bool(r, object, "late");
}

/* What version 1 leaves to words and to the reader. */
static void read_codes(struct reader *r, const json_t *object, const struct bed_kind *bed, struct result_case *c)
{
	if (r->failed)
		return;
	if (r->version == 1) {
		c->code = version1_reason(c);
		c->untimed = version1_untimed(bed, c);
		return;
	}
	c->code = reason_find(reader_string(r, object, KEY_REASON_CODE));
	if (!r->failed && (c->code == REASON_NONE) != (c->status == STATUS_PASS))
		reader_bad(r, KEY_REASON_CODE, "\"%s\" does not go with status %s" REMEDY, reason_name(c->code),
			   status_name(c->status));
	if (json_object_get(object, KEY_UNTIMED))
		c->untimed = untimed_find(reader_string(r, object, KEY_UNTIMED));
}

void result_case_read(struct reader *r, json_t *object, const struct bed_kind *bed, struct result_case *c)
{
	read_head(r, object, c);
	read_threads(r, object, c);
	read_optional(r, object, c);
	read_codes(r, object, bed, c);
	if (c->status == STATUS_PASS) {
		reader_histogram(r, object, "latency", &c->latency);
		check_pass(r, c);
		if (json_object_get(object, "timeline"))
			read_timeline(r, object, c);
	}
}

void result_case_free(struct result_case *c)
{
	hist_free(&c->latency);
	free(c->timeline.list);
	hist_free(&c->service.lateness);
	free(c->threads);
	free(c->functions.list);
	free(c->probe.entries);
	free(c->operation.list);
	free(c->numbers.list);
	free(c->perf.list);
	free(c->probed.list);
}
