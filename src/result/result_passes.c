// SPDX-License-Identifier: GPL-2.0-only
/* result_passes.c - what the passes after the first saw of a case: probes, witnesses, the SMMU model. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "reader.h"
#include "result_case.h"

static void read_entries(struct reader *r, json_t *probe, struct result_probe *p)
{
	json_t *entries = reader_object(r, probe, "entries"), *value;
	const size_t prefix = strlen(r->where);
	const char *key;

	p->entries = reader_allocate(r, json_object_size(entries), sizeof(*p->entries));
	if (r->failed)
		return;
	snprintf(r->where + prefix, sizeof(r->where) - prefix, "entries.");
	json_object_foreach (entries, key, value) {
		struct result_entry *e = &p->entries[p->nr_entries++];
		struct histogram h = { 0 };

		reader_check_key(r, "", key);
		reader_histogram(r, entries, key, &h);
		e->name = reader_keep(r, key);
		e->count = h.count;
		if (!r->failed) {
			e->median = hist_quantile(&h, 0.5);
			e->p99 = hist_quantile(&h, 0.99);
		}
		hist_free(&h);
	}
	r->where[prefix] = '\0';
}

/* What the driver calls the functions that were probed. */
static const json_t *get_symbols(struct reader *r, const json_t *probe)
{
	json_t *symbols = reader_object(r, probe, "symbols"), *value;
	const char *key;

	json_object_foreach (symbols, key, value) {
		reader_check_key(r, "symbols", key);
		reader_check_value(r, "symbols", key, value);
	}
	return reader_keep_json(r, symbols);
}

/* Only of a case that took a device. */
static void read_others(struct reader *r, const json_t *probe, struct result_probe *p)
{
	if (!json_object_get(probe, "others"))
		return;
	p->others = reader_uint(r, probe, "others");
	p->other_syncs = reader_uint(r, probe, "other_syncs");
}

void result_case_probe(struct reader *r, const json_t *object, struct result_case *c)
{
	const size_t prefix = strlen(r->where);
	const json_t *probes = reader_object(r, object, "probes");
	struct result_probe *p = &c->probe;
	json_t *probe;

	if (!probes || !json_object_get(probes, "invlat"))
		return;
	snprintf(r->where + prefix, sizeof(r->where) - prefix, "probes.");
	probe = reader_object(r, probes, "invlat");
	snprintf(r->where + prefix, sizeof(r->where) - prefix, "probes.invlat.");
	p->present = true;
	p->attach = reader_string(r, probe, "attach");
	p->ops = reader_uint(r, probe, "ops");
	p->lost = reader_uint(r, probe, "lost");
	p->valid = reader_bool(r, probe, "valid");
	p->commands = reader_uint(r, probe, "commands");
	p->syncs = reader_uint(r, probe, "syncs");
	p->batches = reader_uint(r, probe, "batches");
	read_others(r, probe, p);
	p->symbols = get_symbols(r, probe);
	if (p->valid && p->lost)
		reader_bad(r, "valid", "true, but %" PRIu64 " events were lost" REMEDY, p->lost);
	if (p->valid && !p->ops)
		reader_bad(r, "ops", "a valid probe pass has operations" REMEDY);
	read_entries(r, probe, p);
	r->where[prefix] = '\0';
}

void result_case_witness(struct reader *r, const json_t *object, struct result_witness *w)
{
	const size_t prefix = strlen(r->where);
	const json_t *witness = reader_object(r, object, "witness");

	snprintf(r->where + prefix, sizeof(r->where) - prefix, "witness.");
	w->present = true;
	w->source = reader_string(r, witness, "source");
	w->commands = reader_uint(r, witness, "commands");
	w->syncs = reader_uint(r, witness, "syncs");
	r->where[prefix] = '\0';
}

static void read_set(struct reader *r, const json_t *object, struct result_service *s)
{
	struct histogram h = { 0 };

	reader_histogram(r, object, "set", &h);
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

	reader_histogram(r, object, "took", &h);
	if (!r->failed)
		s->took_median = hist_quantile(&h, 0.5);
	hist_free(&h);
}

static void read_service(struct reader *r, const json_t *pass, struct result_service *s)
{
	const size_t prefix = strlen(r->where);
	const json_t *service = reader_object(r, pass, "service");

	snprintf(r->where + prefix, sizeof(r->where) - prefix, "service.");
	s->present = true;
	s->syncs = reader_uint(r, service, "syncs");
	s->late = reader_uint(r, service, "late");
	s->valid = reader_bool(r, service, "valid");
	if (s->late > s->syncs)
		reader_bad(r, "late", "%" PRIu64 " are more than all %" PRIu64 REMEDY, s->late, s->syncs);
	read_set(r, service, s);
	read_took(r, service, s);
	reader_histogram(r, service, "lateness", &s->lateness);
	r->where[prefix] = '\0';
}

/* arm_smmu_x.isra.0 is arm_smmu_x: what the compiler makes of a function differs from kernel to kernel. */
static const char *keep_function(struct reader *r, const char *key)
{
	char name[256];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(key, "."), key);
	return reader_keep(r, name);
}

static void read_functions(struct reader *r, const json_t *pass, struct result_functions *f)
{
	json_t *functions = reader_object(r, pass, "functions"), *value;
	const char *key;

	if (json_object_size(functions) > RESULT_MAX_FUNCTIONS)
		reader_bad(r, "functions", "%zu are more than %d" REMEDY, json_object_size(functions),
			   RESULT_MAX_FUNCTIONS);
	f->list = reader_allocate(r, json_object_size(functions), sizeof(*f->list));
	if (r->failed)
		return;
	json_object_foreach (functions, key, value) {
		reader_check_key(r, "functions", key);
		f->list[f->count].instructions = reader_uint(r, functions, key);
		f->list[f->count++].name = keep_function(r, key);
	}
}

static void read_oracle(struct reader *r, const json_t *pass, struct result_oracle *o)
{
	const size_t prefix = strlen(r->where);
	const json_t *oracle = reader_object(r, pass, "oracle");

	snprintf(r->where + prefix, sizeof(r->where) - prefix, "oracle.");
	o->present = true;
	o->removals = reader_uint(r, oracle, "removals");
	o->needs = reader_uint(r, oracle, "needs");
	o->violations = reader_uint(r, oracle, "violations");
	o->unfollowed = reader_uint(r, oracle, "unfollowed");
	r->where[prefix] = '\0';
}

/* Which passes there are depends on how the case was run, and on how far it got. */
void result_case_model(struct reader *r, const json_t *object, struct result_case *c)
{
	const size_t prefix = strlen(r->where);
	const json_t *model = reader_object(r, object, "model");

	if (json_object_get(model, "timing")) {
		snprintf(r->where + prefix, sizeof(r->where) - prefix, "model.timing.");
		read_service(r, json_object_get(model, "timing"), &c->service);
		if (json_object_get(json_object_get(model, "timing"), "functions"))
			read_functions(r, json_object_get(model, "timing"), &c->functions);
	}
	if (json_object_get(model, "checked")) {
		snprintf(r->where + prefix, sizeof(r->where) - prefix, "model.checked.");
		read_oracle(r, json_object_get(model, "checked"), &c->oracle);
	}
	r->where[prefix] = '\0';
}
