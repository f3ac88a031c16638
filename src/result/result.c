// SPDX-License-Identifier: GPL-2.0-only
/* result.c - reads one boot file, as results/README.md describes it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gunzip.h"
#include "intern.h"
#include "result.h"

#define RESULT_FORMAT  "invbench-boot"
#define RESULT_VERSION 1

/*
 * The first error sticks, and getters go on with harmless values after it, so
 * that a section is read without a check after every key.
 */
struct reader {
	const char *path;
	struct sentence *why;
	bool failed;
	char where[256]; /* prefix of the keys being read, with its dot: "cases[3]." */
};

/* Text from a file must not break the line or drive the terminal. */
static void one_line(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

static void __attribute__((format(printf, 3, 4))) bad(struct reader *r, const char *key, const char *format, ...)
{
	char what[512];
	va_list args;

	if (r->failed)
		return;
	r->failed = true;
	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	snprintf(r->why->text, sizeof(r->why->text), "%s: %s%s%s%s", r->path, r->where, key,
		 *key || *r->where ? ": " : "", what);
	one_line(r->why->text);
}

/* What is wrong inside a file that is JSON: the remedy is always the same. */
#define REMEDY "; delete the file and run that boot again"

static json_t *get(struct reader *r, const json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	if (!value)
		bad(r, key, "missing" REMEDY);
	return value;
}

static const char *keep_string(struct reader *r, const char *text)
{
	const char *kept = intern_string(text);

	if (!kept)
		bad(r, "", "out of memory");
	return kept ?: "";
}

/* NULL if @value is. */
static const json_t *keep_json(struct reader *r, const json_t *value)
{
	const json_t *kept = intern_json(value);

	if (value && !kept)
		bad(r, "", "out of memory");
	return kept;
}

/* What is read is fit for one line of a table: control characters become '?'. */
static const char *get_string(struct reader *r, const json_t *object, const char *key)
{
	const json_t *value = get(r, object, key);

	if (value && !json_is_string(value))
		bad(r, key, "must be a string" REMEDY);
	if (!json_is_string(value))
		return "";
	if (json_string_length(value) > RESULT_MAX_STRING)
		bad(r, key, "is longer than %d bytes" REMEDY, RESULT_MAX_STRING);
	one_line((char *)json_string_value(value));
	return keep_string(r, json_string_value(value));
}

/* A string that becomes part of titles and file names. */
static const char *get_name(struct reader *r, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	const char *c;

	for (c = json_string_value(value); c && *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			bad(r, key, "has a control character" REMEDY);
	c = get_string(r, object, key);
	if (!*c)
		bad(r, key, "must not be empty" REMEDY);
	return c;
}

static uint64_t get_uint(struct reader *r, const json_t *object, const char *key)
{
	const json_t *value = get(r, object, key);

	if (value && !json_is_integer(value))
		bad(r, key, "must be an integer" REMEDY);
	else if (json_integer_value(value) < 0)
		bad(r, key, "%" JSON_INTEGER_FORMAT " is negative" REMEDY, json_integer_value(value));
	return json_is_integer(value) && json_integer_value(value) > 0 ? (uint64_t)json_integer_value(value) : 0;
}

static bool get_bool(struct reader *r, const json_t *object, const char *key)
{
	const json_t *value = get(r, object, key);

	if (value && !json_is_boolean(value))
		bad(r, key, "must be true or false" REMEDY);
	return json_is_true(value);
}

static double get_number(struct reader *r, const json_t *object, const char *key)
{
	const json_t *value = get(r, object, key);

	if (value && !json_is_number(value))
		bad(r, key, "must be a number" REMEDY);
	return json_number_value(value);
}

static json_t *get_object(struct reader *r, const json_t *object, const char *key)
{
	json_t *value = get(r, object, key);

	if (value && !json_is_object(value))
		bad(r, key, "must be an object" REMEDY);
	return json_is_object(value) ? value : NULL;
}

static json_t *get_array(struct reader *r, const json_t *object, const char *key)
{
	json_t *value = get(r, object, key);

	if (value && !json_is_array(value))
		bad(r, key, "must be an array" REMEDY);
	return json_is_array(value) ? value : NULL;
}

/* One of @words (NULL-terminated); its place, or 0 after an error. */
static size_t get_word(struct reader *r, const json_t *object, const char *key, const char *const *words)
{
	const char *value = get_string(r, object, key);
	size_t i;

	for (i = 0; words[i]; i++)
		if (!strcmp(value, words[i]))
			return i;
	bad(r, key, "\"%.60s\" is not known; is the file from a newer invbench?", value);
	return 0;
}

static const json_t *get_strings(struct reader *r, const json_t *object, const char *key)
{
	const json_t *array = get_array(r, object, key), *value;
	size_t i;

	json_array_foreach (array, i, value)
		if (!json_is_string(value))
			bad(r, key, "must be an array of strings" REMEDY);
	return keep_json(r, array);
}

static void *allocate(struct reader *r, size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		bad(r, "", "out of memory");
	return memory;
}

static void enter(struct reader *r, const char *section)
{
	snprintf(r->where, sizeof(r->where), "%s", section);
}

static void read_machine(struct reader *r, const json_t *root, struct result_machine *m)
{
	const json_t *object = get_object(r, root, "machine");

	enter(r, "machine.");
	m->arch = get_string(r, object, "arch");
	m->cpu = get_string(r, object, "cpu");
	m->cpus = get_uint(r, object, "cpus");
	m->memory_kib = get_uint(r, object, "memory_kib");
	m->host_cpu = "";
	if (json_object_get(object, "host_cpu"))
		m->host_cpu = get_string(r, object, "host_cpu");
	if (json_object_get(object, "host_cpus"))
		m->host_cpus = get_uint(r, object, "host_cpus");
	enter(r, "");
}

static void read_bed(struct reader *r, const json_t *root, struct result_bed *b)
{
	static const char *const names[] = { "icount", "model", "metal", NULL };
	static const char *const clocks[] = { "instructions", "nanoseconds", NULL };
	static const char *const accels[] = { "tcg", "kvm", "none", NULL };
	const json_t *object = get_object(r, root, "bed");
	size_t name, clock;

	enter(r, "bed.");
	name = get_word(r, object, "name", names);
	b->name = names[name];
	clock = get_word(r, object, "clock", clocks);
	b->clock = clocks[clock];
	if ((name == 0) != (clock == 0))
		bad(r, "clock", "bed %s does not count %s" REMEDY, b->name, b->clock);
	b->accel = accels[get_word(r, object, "accel", accels)];
	b->emulator = get_string(r, object, "emulator");
	b->cpu = get_string(r, object, "cpu");
	b->preset = "";
	if (json_object_get(object, "preset"))
		b->preset = get_string(r, object, "preset");
	if (json_object_get(object, "settings"))
		b->settings = get_strings(r, object, "settings");
	b->scale = json_object_get(object, "scale") ? get_number(r, object, "scale") : 1;
	enter(r, "");
}

static void read_kernel(struct reader *r, const json_t *root, struct result_kernel *k)
{
	const json_t *object = get_object(r, root, "kernel");

	enter(r, "kernel.");
	k->name = get_name(r, object, "name");
	k->release = get_string(r, object, "release");
	k->design = get_name(r, object, "design");
	k->design_evidence = get_string(r, object, "design_evidence");
	k->config_sha256 = get_string(r, object, "config_sha256");
	k->series_sha256 = get_string(r, object, "series_sha256");
	k->image_sha256 = get_string(r, object, "image_sha256");
	k->source = get_string(r, object, "source");
	k->source_version = get_string(r, object, "source_version");
	k->cmdline = get_string(r, object, "cmdline");
	k->series = get_strings(r, object, "series");
	enter(r, "");
}

static void read_instance(struct reader *r, const json_t *object, struct result_instance *i)
{
	i->name = get_string(r, object, "name");
	i->features_known = get_bool(r, object, "features_known");
	if (!i->features_known)
		return;
	i->ril = get_bool(r, object, "ril");
	i->ats = get_bool(r, object, "ats");
	i->msi_polling = get_bool(r, object, "msi_polling");
	i->ssid_bits = get_uint(r, object, "ssid_bits");
	i->cmdq_entries = get_uint(r, object, "cmdq_entries");
}

static void read_instances(struct reader *r, const json_t *root, struct boot *boot)
{
	const json_t *array = get_array(r, root, "instances");
	size_t i, n = json_array_size(array);

	boot->instances = allocate(r, n, sizeof(*boot->instances));
	if (r->failed)
		return;
	boot->nr_instances = n;
	for (i = 0; i < n && !r->failed; i++) {
		snprintf(r->where, sizeof(r->where), "instances[%zu].", i);
		read_instance(r, json_array_get(array, i), &boot->instances[i]);
	}
	enter(r, "");
}

static void read_histogram(struct reader *r, const json_t *object, const char *key, struct histogram *h)
{
	char text[256], full_key[384];
	int inner;

	if (r->failed || !get(r, object, key))
		return;
	if (!hist_from_json(json_object_get(object, key), h, text, sizeof(text)))
		return;
	inner = (int)strcspn(text, ":"); /* ".buckets[3]" of ".buckets[3]: ..." */
	snprintf(full_key, sizeof(full_key), "%.100s%.*s", key, inner, text);
	bad(r, full_key, "%s" REMEDY, text + inner + (text[inner] ? 2 : 0));
}

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
		bad(r, "timeline.cells", "hold %" PRIu64 " operations, but latency.count is %" PRIu64 REMEDY, t->count,
		    c->latency.count);
	else if (t->count &&
		 (hist_index(t->sub_bits, c->latency.min) != first || hist_index(t->sub_bits, c->latency.max) != last))
		bad(r, "timeline.cells", "do not reach from the shortest to the longest latency" REMEDY);
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
	bad(r, key, "%s" REMEDY, text + inner + 2);
}

static void read_threads(struct reader *r, const json_t *object, struct result_case *c)
{
	const json_t *array = get_array(r, object, "threads"), *thread;
	const size_t prefix = strlen(r->where);
	size_t i, n = json_array_size(array);

	c->threads = allocate(r, n, sizeof(*c->threads));
	if (r->failed)
		return;
	c->nr_threads = n;
	json_array_foreach (array, i, thread) {
		struct result_thread *t = &c->threads[i];

		snprintf(r->where + prefix, sizeof(r->where) - prefix, "threads[%zu].", i);
		t->cpu = get_uint(r, thread, "cpu");
		t->ops = get_uint(r, thread, "ops");
		t->elapsed_ns = get_uint(r, thread, "elapsed_ns");
		t->min_ns = get_uint(r, thread, "min_ns");
		t->max_ns = get_uint(r, thread, "max_ns");
		t->sum_ns = get_uint(r, thread, "sum_ns");
	}
	r->where[prefix] = '\0';
}

static const json_t *get_params(struct reader *r, const json_t *object)
{
	json_t *params = get_object(r, object, "params"), *value;
	const char *key;

	json_object_foreach (params, key, value)
		if (!json_is_integer(value) && !json_is_string(value))
			bad(r, "params", "\"%.60s\" must be an integer or a string" REMEDY, key);
	return keep_json(r, params);
}

static void read_entries(struct reader *r, json_t *probe, struct result_probe *p)
{
	json_t *entries = get_object(r, probe, "entries"), *value;
	const size_t prefix = strlen(r->where);
	const char *key;

	p->entries = allocate(r, json_object_size(entries), sizeof(*p->entries));
	if (r->failed)
		return;
	snprintf(r->where + prefix, sizeof(r->where) - prefix, "entries.");
	json_object_foreach (entries, key, value) {
		struct result_entry *e = &p->entries[p->nr_entries++];
		struct histogram h = { 0 };

		read_histogram(r, entries, key, &h);
		e->name = keep_string(r, key);
		e->count = h.count;
		if (!r->failed) {
			e->median = hist_quantile(&h, 0.5);
			e->p99 = hist_quantile(&h, 0.99);
		}
		hist_free(&h);
	}
	r->where[prefix] = '\0';
}

static void read_probe(struct reader *r, const json_t *object, struct result_case *c)
{
	const size_t prefix = strlen(r->where);
	const json_t *probes = get_object(r, object, "probes");
	struct result_probe *p = &c->probe;
	json_t *probe;

	if (!probes || !json_object_get(probes, "invlat"))
		return;
	snprintf(r->where + prefix, sizeof(r->where) - prefix, "probes.");
	probe = get_object(r, probes, "invlat");
	snprintf(r->where + prefix, sizeof(r->where) - prefix, "probes.invlat.");
	p->present = true;
	p->attach = get_string(r, probe, "attach");
	p->ops = get_uint(r, probe, "ops");
	p->lost = get_uint(r, probe, "lost");
	p->valid = get_bool(r, probe, "valid");
	p->commands = get_uint(r, probe, "commands");
	p->syncs = get_uint(r, probe, "syncs");
	p->batches = get_uint(r, probe, "batches");
	p->symbols = keep_json(r, get_object(r, probe, "symbols"));
	if (p->valid && p->lost)
		bad(r, "valid", "true, but %" PRIu64 " events were lost" REMEDY, p->lost);
	if (p->valid && !p->ops)
		bad(r, "ops", "a valid probe pass has operations" REMEDY);
	read_entries(r, probe, p);
	r->where[prefix] = '\0';
}

static void read_witness(struct reader *r, const json_t *object, struct result_witness *w)
{
	const size_t prefix = strlen(r->where);
	const json_t *witness = get_object(r, object, "witness");

	snprintf(r->where + prefix, sizeof(r->where) - prefix, "witness.");
	w->present = true;
	w->source = get_string(r, witness, "source");
	w->commands = get_uint(r, witness, "commands");
	w->syncs = get_uint(r, witness, "syncs");
	r->where[prefix] = '\0';
}

static void read_set(struct reader *r, const json_t *object, struct result_service *s)
{
	struct histogram h = { 0 };

	read_histogram(r, object, "set", &h);
	if (!r->failed) {
		s->set_min = h.min;
		s->set_max = h.max;
		s->set_median = hist_quantile(&h, 0.5);
	}
	hist_free(&h);
}

static void read_took(struct reader *r, const json_t *object, struct result_service *s)
{
	struct histogram h = { 0 };

	read_histogram(r, object, "took", &h);
	if (!r->failed)
		s->took_median = hist_quantile(&h, 0.5);
	hist_free(&h);
}

static void read_service(struct reader *r, const json_t *pass, struct result_service *s)
{
	const size_t prefix = strlen(r->where);
	const json_t *service = get_object(r, pass, "service");

	snprintf(r->where + prefix, sizeof(r->where) - prefix, "service.");
	s->present = true;
	s->syncs = get_uint(r, service, "syncs");
	s->late = get_uint(r, service, "late");
	s->valid = get_bool(r, service, "valid");
	if (s->late > s->syncs)
		bad(r, "late", "%" PRIu64 " are more than all %" PRIu64 REMEDY, s->late, s->syncs);
	read_set(r, service, s);
	read_took(r, service, s);
	read_histogram(r, service, "lateness", &s->lateness);
	r->where[prefix] = '\0';
}

static void read_oracle(struct reader *r, const json_t *pass, struct result_oracle *o)
{
	const size_t prefix = strlen(r->where);
	const json_t *oracle = get_object(r, pass, "oracle");

	snprintf(r->where + prefix, sizeof(r->where) - prefix, "oracle.");
	o->present = true;
	o->removals = get_uint(r, oracle, "removals");
	o->needs = get_uint(r, oracle, "needs");
	o->violations = get_uint(r, oracle, "violations");
	o->unfollowed = get_uint(r, oracle, "unfollowed");
	r->where[prefix] = '\0';
}

/* Which passes there are depends on how the case was run, and on how far it got. */
static void read_model(struct reader *r, const json_t *object, struct result_case *c)
{
	const size_t prefix = strlen(r->where);
	const json_t *model = get_object(r, object, "model");

	if (json_object_get(model, "timing")) {
		snprintf(r->where + prefix, sizeof(r->where) - prefix, "model.timing.");
		read_service(r, json_object_get(model, "timing"), &c->service);
	}
	if (json_object_get(model, "checked")) {
		snprintf(r->where + prefix, sizeof(r->where) - prefix, "model.checked.");
		read_oracle(r, json_object_get(model, "checked"), &c->oracle);
	}
	r->where[prefix] = '\0';
}

/* A key that becomes part of a table. */
static void check_key(struct reader *r, const char *key)
{
	const char *c;

	if (!*key)
		bad(r, "", "a name must not be empty" REMEDY);
	if (strlen(key) > RESULT_MAX_STRING)
		bad(r, "", "a name is longer than %d bytes" REMEDY, RESULT_MAX_STRING);
	for (c = key; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			bad(r, "", "a name has a control character" REMEDY);
}

static void read_number(struct reader *r, const json_t *object, struct result_number *n, bool perf)
{
	if (!json_is_object(object))
		bad(r, "value", "missing: a number is an object with value and unit" REMEDY);
	n->value = get_number(r, object, "value");
	n->unit = get_string(r, object, "unit");
	n->running = perf ? get_number(r, object, "running") : 1;
	if (n->running < 0 || n->running > 1)
		bad(r, "running", "%g is not from 0 to 1" REMEDY, n->running);
}

/* "numbers" or "perf". That a number is finite jansson sees to: JSON has no other. */
static void read_numbers(struct reader *r, const json_t *object, const char *section, struct result_numbers *numbers)
{
	json_t *entries = get_object(r, object, section), *value;
	const bool perf = !strcmp(section, "perf");
	const size_t prefix = strlen(r->where);
	const char *key;

	if (json_object_size(entries) > RESULT_MAX_NUMBERS)
		bad(r, section, "%zu are more than %d" REMEDY, json_object_size(entries), RESULT_MAX_NUMBERS);
	numbers->list = allocate(r, json_object_size(entries), sizeof(*numbers->list));
	if (r->failed)
		return;
	json_object_foreach (entries, key, value) {
		struct result_number *n = &numbers->list[numbers->count++];

		snprintf(r->where + prefix, sizeof(r->where) - prefix, "%s.", section);
		check_key(r, key);
		snprintf(r->where + prefix, sizeof(r->where) - prefix, "%s.%.60s.", section, key);
		n->name = keep_string(r, key);
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
		bad(r, "ops", "a case without operations cannot pass" REMEDY);
	if (c->latency.out_of_range)
		bad(r, "latency.out_of_range", "a case with samples out of range cannot pass" REMEDY);
	if (c->latency.count != c->ops)
		bad(r, "latency.count", "%" PRIu64 ", but ops is %" PRIu64 REMEDY, c->latency.count, c->ops);
	for (i = 0; i < c->nr_threads; i++)
		if (__builtin_add_overflow(ops, c->threads[i].ops, &ops))
			bad(r, "threads", "the ops add up to more than 64 bits" REMEDY);
	if (ops != c->ops)
		bad(r, "threads", "have %" PRIu64 " ops together, but ops is %" PRIu64 REMEDY, ops, c->ops);
}

static void read_case(struct reader *r, json_t *object, struct result_case *c)
{
	static const char *const words[] = { "pass", "fail", "skip", "lost", NULL };
	static const enum status statuses[] = { STATUS_PASS, STATUS_FAIL, STATUS_SKIP, STATUS_LOST };

	c->name = get_name(r, object, "name");
	c->workload = get_name(r, object, "workload");
	c->params = get_params(r, object);
	c->unit = get_name(r, object, "unit");
	c->status = statuses[get_word(r, object, "status", words)];
	c->reason = get_string(r, object, "reason");
	c->ops = get_uint(r, object, "ops");
	c->elapsed_ns = get_uint(r, object, "elapsed_ns");
	c->clock_floor_ns = get_uint(r, object, "clock_floor_ns");
	if (c->clock_floor_ns >= HIST_MAX)
		bad(r, "clock_floor_ns", "%" PRIu64 " is not below %llu, the longest latency" REMEDY, c->clock_floor_ns,
		    HIST_MAX);
	read_threads(r, object, c);
	if (json_object_get(object, "probes"))
		read_probe(r, object, c);
	if (json_object_get(object, "witness"))
		read_witness(r, object, &c->witness);
	if (json_object_get(object, "model"))
		read_model(r, object, c);
	if (json_object_get(object, "numbers"))
		read_numbers(r, object, "numbers", &c->numbers);
	if (json_object_get(object, "perf"))
		read_numbers(r, object, "perf", &c->perf);
	if (json_object_get(object, "late"))
		c->late = get_bool(r, object, "late");
	if (c->status == STATUS_PASS) {
		read_histogram(r, object, "latency", &c->latency);
		check_pass(r, c);
		if (json_object_get(object, "timeline"))
			read_timeline(r, object, c);
	}
}

static int compare_places(const void *a, const void *b, void *boot)
{
	const struct result_case *cases = ((const struct boot *)boot)->cases;
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return strcmp(cases[x].name, cases[y].name) ?: (x > y) - (x < y);
}

/* So that a case is found by its name; the first that has the name of one before it is an error. */
static void sort_names(struct reader *r, struct boot *boot)
{
	size_t i, twice = boot->nr_cases;

	boot->by_name = allocate(r, boot->nr_cases, sizeof(*boot->by_name));
	if (r->failed)
		return;
	for (i = 0; i < boot->nr_cases; i++)
		boot->by_name[i] = (uint32_t)i;
	qsort_r(boot->by_name, boot->nr_cases, sizeof(*boot->by_name), compare_places, boot);
	for (i = 1; i < boot->nr_cases; i++) {
		const uint32_t place = boot->by_name[i];

		if (boot->cases[place].name == boot->cases[boot->by_name[i - 1]].name && place < twice)
			twice = place;
	}
	if (twice == boot->nr_cases)
		return;
	snprintf(r->where, sizeof(r->where), "cases[%zu].", twice);
	bad(r, "name", "\"%.100s\" is there twice" REMEDY, boot->cases[twice].name);
}

static void read_cases(struct reader *r, const json_t *root, struct boot *boot)
{
	const json_t *array = get_array(r, root, "cases");
	size_t i, n = json_array_size(array);

	if (n > RESULT_MAX_CASES)
		bad(r, "cases", "%zu are more than %d" REMEDY, n, RESULT_MAX_CASES);
	boot->cases = allocate(r, n, sizeof(*boot->cases));
	if (!r->failed)
		boot->nr_cases = n;
	for (i = 0; i < n && !r->failed; i++) {
		snprintf(r->where, sizeof(r->where), "cases[%zu].", i);
		read_case(r, json_array_get(array, i), &boot->cases[i]);
	}
	if (!r->failed)
		sort_names(r, boot);
	enter(r, "");
}

static void read_version(struct reader *r, const json_t *root)
{
	uint64_t version;

	if (!json_is_object(root))
		bad(r, "top level", "must be an object" REMEDY);
	if (strcmp(get_string(r, root, "format"), RESULT_FORMAT))
		bad(r, "format", "must be \"" RESULT_FORMAT "\"; give a file that invbench run wrote");
	version = get_uint(r, root, "version");
	if (version != RESULT_VERSION)
		bad(r, "version", "%" PRIu64 " is not %d; read the file with the invbench that wrote it", version,
		    RESULT_VERSION);
}

static void read_boot(struct reader *r, const json_t *root, struct boot *boot)
{
	read_version(r, root);
	if (r->failed)
		return;
	boot->started = get_string(r, root, "started");
	boot->invbench = get_string(r, root, "invbench");
	boot->suite = get_name(r, root, "suite");
	boot->number = get_uint(r, root, "boot");
	if (!boot->number)
		bad(r, "boot", "boots are numbered from 1" REMEDY);
	read_machine(r, root, &boot->machine);
	read_bed(r, root, &boot->bed);
	read_kernel(r, root, &boot->kernel);
	read_instances(r, root, boot);
	if (!r->failed)
		read_cases(r, root, boot);
}

/* A FIFO or a device would hang or never end; a file may grow while it is read. */
static int open_file(struct reader *r, size_t *size)
{
	int fd = open(r->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st)) {
		bad(r, "", "%s", strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		bad(r, "", "not a regular file; give a boot-NNN.json or a folder of them");
	} else if (!st.st_size) {
		bad(r, "", "empty" REMEDY);
	} else if ((uint64_t)st.st_size > RESULT_MAX_BYTES) {
		bad(r, "", "%lld bytes are more than %llu" REMEDY, (long long)st.st_size, RESULT_MAX_BYTES);
	} else {
		*size = (size_t)st.st_size;
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* The text of the file, which may be gzipped. */
static char *read_text(struct reader *r, size_t *size)
{
	int fd = open_file(r, size), err;
	struct sentence why;
	char *text;

	if (fd < 0)
		return NULL;
	err = gunzip_read(fd, RESULT_MAX_BYTES, &text, size, &why);
	if (err)
		bad(r, "", "%s" REMEDY, err == -EFBIG ? "unpacks to more than a result file may have" : why.text);
	close(fd);
	return text;
}

json_t *result_load_json(const char *path, struct sentence *why)
{
	struct reader r = { .path = path, .why = why };
	json_error_t json_error;
	json_t *json = NULL;
	size_t size = 0;
	char *data = read_text(&r, &size);

	if (!r.failed) {
		json = json_loadb(data, size, JSON_REJECT_DUPLICATES, &json_error);
		if (!json)
			bad(&r, "", "line %d, column %d: %s" REMEDY, json_error.line, json_error.column,
			    json_error.text);
	}
	free(data);
	return json;
}

struct boot *boot_load(const char *path, struct sentence *why)
{
	struct reader r = { .path = path, .why = why };
	struct boot *boot = allocate(&r, 1, sizeof(*boot));
	json_t *root;

	if (!boot)
		return NULL;
	intern_hold();
	boot->path = strdup(path);
	root = result_load_json(path, why);
	if (root)
		read_boot(&r, root, boot);
	/* What is kept is a tenth of it. */
	json_decref(root);
	if (root && !r.failed)
		return boot;
	boot_free(boot);
	return NULL;
}

static void case_free(struct result_case *c)
{
	hist_free(&c->latency);
	free(c->timeline.list);
	hist_free(&c->service.lateness);
	free(c->threads);
	free(c->probe.entries);
	free(c->numbers.list);
	free(c->perf.list);
}

void boot_free(struct boot *boot)
{
	size_t i;

	if (!boot)
		return;
	for (i = 0; i < boot->nr_cases; i++)
		case_free(&boot->cases[i]);
	free(boot->cases);
	free(boot->instances);
	free(boot->by_name);
	free(boot->path);
	free(boot);
	intern_put();
}

const struct result_case *boot_case(const struct boot *boot, const char *name)
{
	size_t low = 0, high = boot->nr_cases;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const struct result_case *c = &boot->cases[boot->by_name[middle]];
		const int order = c->name == name ? 0 : strcmp(name, c->name);

		if (!order)
			return c;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
