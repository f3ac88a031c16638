// SPDX-License-Identifier: GPL-2.0-only
/* result_unmap.c - what unmaps took their time for, as probe `unmap` saw it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "result_unmap.h"

const char *const result_unmap_names[RESULT_UNMAP_PARTS] = {
	[RESULT_UNMAP_OTHER] = "other", [RESULT_UNMAP_TABLE] = "page_table", [RESULT_UNMAP_IOVA] = "iova",
	[RESULT_UNMAP_BUILD] = "build", [RESULT_UNMAP_ROOM] = "room",	     [RESULT_UNMAP_ISSUE] = "issue",
	[RESULT_UNMAP_SYNC] = "sync",	[RESULT_UNMAP_LOCK] = "lock",	     [RESULT_UNMAP_QUEUE] = "flush_queue",
};

/* What a kernel does not tell is a sentence in its place, and is in another part. */
static void read_part(struct reader *r, const json_t *parts, const char *name, struct result_unmap_part *part)
{
	json_t *object = json_object_get(parts, name);

	if (json_is_string(object))
		return;
	object = reader_object(r, parts, name);
	part->known = true;
	part->ns = reader_uint(r, object, "ns");
	part->probe_ns = reader_uint(r, object, "probe_ns");
	part->least_ns = reader_uint(r, object, "least_ns");
}

static void read_parts(struct reader *r, const json_t *calls, struct result_unmap *u)
{
	const size_t prefix = strlen(r->where);
	const json_t *parts = reader_object(r, calls, "parts");
	uint64_t ns = 0;
	size_t i;

	snprintf(r->where + prefix, sizeof(r->where) - prefix, "parts.");
	for (i = 0; i < RESULT_UNMAP_PARTS; i++) {
		read_part(r, parts, result_unmap_names[i], &u->parts[i]);
		if (__builtin_add_overflow(ns, u->parts[i].ns, &ns))
			reader_bad(r, result_unmap_names[i],
				   "with the parts before it that is more than 64 bits" REMEDY);
	}
	r->where[prefix] = '\0';
	if (ns != u->total_ns)
		reader_bad(r, "total_ns", "%" PRIu64 " is not what the parts are together, %" PRIu64 REMEDY,
			   u->total_ns, ns);
}

void result_unmap_read(struct reader *r, const json_t *object, struct result_unmap *u)
{
	json_t *probe = json_object_get(reader_object(r, object, "probes"), "unmap"), *calls, *timer;
	const size_t prefix = strlen(r->where);

	if (!json_is_true(json_object_get(probe, "valid")) || json_is_string(json_object_get(probe, "cost")))
		return;
	snprintf(r->where + prefix, sizeof(r->where) - prefix, "probes.unmap.");
	calls = reader_object(r, probe, "calls");
	timer = reader_object(r, probe, "timer");
	snprintf(r->where + prefix, sizeof(r->where) - prefix, "probes.unmap.timer.");
	u->timer_ns = reader_uint(r, timer, "total_ns");
	u->timer_probe_ns = reader_uint(r, timer, "probe_ns");
	snprintf(r->where + prefix, sizeof(r->where) - prefix, "probes.unmap.calls.");
	u->count = reader_uint(r, calls, "count");
	u->syncs = reader_uint(r, calls, "syncs");
	u->untold = reader_uint(r, calls, "untold_syncs");
	u->total_ns = reader_uint(r, calls, "total_ns");
	read_parts(r, calls, u);
	r->where[prefix] = '\0';
	u->present = !r->failed && u->count;
}
