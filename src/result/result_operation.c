// SPDX-License-Identifier: GPL-2.0-only
/* result_operation.c - one operation of a case with all that it did, as probe `operation` saw it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "result_operation.h"

#define DEPTH_MAX 16

/* The first is the operation, which all others are in. */
static void read_slice(struct reader *r, const json_t *object, const struct result_slice *whole, struct result_slice *s)
{
	s->point = reader_name(r, object, "point");
	s->begin_ns = reader_uint(r, object, "begin_ns");
	s->ns = reader_uint(r, object, "ns");
	s->depth = reader_uint(r, object, "depth");
	s->smmu = json_object_get(object, "smmu") ? reader_line(r, object, "smmu") : "";
	if (r->failed)
		return;
	if (s->depth >= DEPTH_MAX)
		reader_bad(r, "depth", "%" PRIu64 " is not below %d" REMEDY, s->depth, DEPTH_MAX);
	else if (s == whole && (s->begin_ns || !s->ns || s->depth))
		reader_bad(r, "begin_ns", "the first slice is the operation, at 0 and of some length" REMEDY);
	else if (s->ns > whole->ns || s->begin_ns > whole->ns - s->ns)
		reader_bad(r, "ns", "it ends after the operation, which takes %" PRIu64 " ns" REMEDY, whole->ns);
}

void result_operation_read(struct reader *r, const json_t *object, struct result_operation *o)
{
	json_t *probe = json_object_get(reader_object(r, object, "probes"), "operation"), *slices, *value;
	const size_t prefix = strlen(r->where);
	size_t i;

	if (!json_is_true(json_object_get(probe, "valid")))
		return;
	snprintf(r->where + prefix, sizeof(r->where) - prefix, "probes.operation.");
	slices = reader_array(r, probe, "slices");
	if (json_array_size(slices) > RESULT_MAX_SLICES)
		reader_bad(r, "slices", "%zu are more than %d" REMEDY, json_array_size(slices), RESULT_MAX_SLICES);
	o->list = reader_allocate(r, json_array_size(slices), sizeof(*o->list));
	json_array_foreach (slices, i, value) {
		if (r->failed)
			break;
		snprintf(r->where + prefix, sizeof(r->where) - prefix, "probes.operation.slices[%zu].", i);
		read_slice(r, value, o->list, &o->list[o->count++]);
	}
	r->where[prefix] = '\0';
}
