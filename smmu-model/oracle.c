// SPDX-License-Identifier: GPL-2.0-only
/*
 * oracle.c - follows each removal from its beginning to its return.
 *
 * At the beginning a removal gets its needs: the tags and StreamIDs that must
 * see an invalidation, one for each that differs. Each command goes past the
 * needs of its instance and leaves its mark on those that it reaches. At the
 * return all needs must be done, or there is a violation.
 *
 * A removal with a violation is kept for a while, to tell what came too late
 * from what never came.
 */
#include <stdlib.h>

#include "oracle.h"
#include "reach.h"
#include "removal.h"
#include "stale.h"

#define FAILED_NS 2000000000 /* so long a failed removal is kept */

struct oracle {
	const struct smmu *smmu;
	unsigned int instances;
	struct endpoints members, blocked;
	struct removals removals;
	struct oracle_count count;
	uint64_t unfollowed_open; /* begun, and not in the list of those open */
	struct violations violations;
	struct stale stale;
};

struct oracle *oracle_create(const struct smmu *smmu, unsigned int count)
{
	struct oracle *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;
	o->smmu = smmu;
	o->stale.smmu = smmu;
	o->instances = count < SMMU_INSTANCES_MAX ? count : SMMU_INSTANCES_MAX;
	if (removals_init(&o->removals, smmu))
		return o;
	oracle_destroy(o);
	return NULL;
}

void oracle_destroy(struct oracle *o)
{
	if (!o)
		return;
	endpoints_free(&o->members);
	endpoints_free(&o->blocked);
	removals_free(&o->removals);
	stale_free(&o->stale);
	free(o);
}

/* ---- removals ---- */

static void begin(struct oracle *o, const struct ring_record *record, uint64_t now)
{
	struct removals *r = &o->removals;
	struct removal *removal = NULL;

	o->count.open++;
	if (o->count.open - o->unfollowed_open <= removals_room.open && !*removals_find(r, record->range.id))
		removal = removal_begin(r, &o->members, record, now);
	if (removal) {
		removal->next = r->open;
		r->open = removal;
		stale_begin(&o->stale, removal, now);
	} else {
		o->count.unfollowed++;
		o->unfollowed_open++;
	}
}

static void forget_failed(struct oracle *o, struct removal **place)
{
	struct removal *removal = *place;

	*place = removal->next;
	removal_free(&o->removals, removal);
}

/* Keeps a failed removal, the youngest first, and forgets the oldest beyond the room for them. */
static void keep_failed(struct oracle *o, struct removal *removal)
{
	struct removal **place = &o->removals.failed;

	removal->failed = true;
	removal->next = o->removals.failed;
	o->removals.failed = removal;
	for (unsigned int i = 0; i < removals_room.failed && *place; i++)
		place = &(*place)->next;
	if (*place)
		forget_failed(o, place);
}

static void forget_old(struct oracle *o, uint64_t now)
{
	struct removal **place = &o->removals.failed;

	while (*place && now - (*place)->returned <= FAILED_NS)
		place = &(*place)->next;
	while (*place)
		forget_failed(o, place);
}

/* What it lacked, and what may still be cached. */
static void tell(struct oracle *o, struct removal *removal)
{
	struct violation v;

	if (!removal->waiting && !stale_watches(&o->stale, removal))
		return;
	v = removal_violation(removal);
	stale_check(&o->stale, o->removals.open, removal, &v);
	if (v.details)
		removal->violation = violations_add(&o->violations, &v);
}

/* The removal has returned: was all done? */
static void judge(struct oracle *o, struct removal *removal)
{
	uint64_t needs = 0;
	bool unfollowed = false;

	for (const struct need *need = removal->needs; need; need = need->next) {
		needs += need->claims > 0;
		if (!need->claims || need->done)
			continue;
		if (need_lost(need))
			unfollowed = true;
		else
			removal->waiting++;
	}
	if (!removal->waiting && unfollowed) {
		o->count.unfollowed++;
		removal_free(&o->removals, removal);
		return;
	}
	o->count.removals++;
	o->count.needs += needs;
	tell(o, removal);
	if (removal->waiting && removal->violation)
		keep_failed(o, removal);
	else
		removal_free(&o->removals, removal);
}

/* One that returns and is not known is one that was not followed, or a record without sense. */
static void returned(struct oracle *o, const struct ring_record *record, uint64_t now)
{
	struct removal **place = removals_find(&o->removals, record->range.id), *removal = *place;

	if (removal && removal->record.domain == record->domain) {
		o->count.open--;
		*place = removal->next;
		removal->returned = now;
		judge(o, removal);
	} else if (o->unfollowed_open) {
		o->count.open--;
		o->unfollowed_open--;
	} else {
		o->count.unfollowed++;
	}
}

/* ---- endpoints ---- */

/* False if its SMMU is none of the model's. */
static bool endpoint_of(const struct oracle *o, const struct ring_record *record, uint64_t now,
			struct endpoint *endpoint)
{
	for (unsigned int i = 0; i < o->instances; i++) {
		if (o->smmu[i].frame != record->endpoint.smmu)
			continue;
		*endpoint = (struct endpoint){ record->domain, i, record->endpoint.sid, record->endpoint.ssid, now };
		return true;
	}
	return false;
}

static void leave(struct oracle *o, const struct endpoint *endpoint)
{
	endpoints_remove(&o->members, endpoint);
	removals_drop(&o->removals, endpoint);
}

/* Of the blocked it does not matter in which domain they are. */
static struct endpoint anywhere(const struct endpoint *endpoint, uint32_t ssid)
{
	return (struct endpoint){ 0, endpoint->instance, endpoint->sid, ssid, endpoint->since };
}

/* To be attached with a PASID is to be attached: it allows the StreamID, too. */
static void allow(struct oracle *o, const struct endpoint *endpoint)
{
	struct endpoint all = anywhere(endpoint, 0), pasid = anywhere(endpoint, endpoint->ssid);

	endpoints_remove(&o->blocked, &all);
	endpoints_remove(&o->blocked, &pasid);
}

static bool block(struct oracle *o, const struct endpoint *endpoint)
{
	struct endpoint blocked = anywhere(endpoint, endpoint->ssid);

	return endpoints_add(&o->blocked, &blocked);
}

static void endpoint_record(struct oracle *o, const struct ring_record *record, uint64_t now)
{
	struct endpoint endpoint;
	bool followed = true;

	if (!endpoint_of(o, record, now, &endpoint)) {
		o->count.unfollowed++;
		return;
	}
	switch (record->kind) {
	case RING_JOIN:
		followed = endpoints_add(&o->members, &endpoint) && removals_arrive(&o->removals, &endpoint);
		stale_join(&o->stale, o->removals.open, &endpoint, now);
		break;
	case RING_LEAVE:
		leave(o, &endpoint);
		break;
	case RING_ALLOW:
		allow(o, &endpoint);
		break;
	case RING_BLOCKED:
		followed = block(o, &endpoint);
	}
	o->count.unfollowed += !followed;
}

void oracle_record(struct oracle *o, const struct ring_record *record, uint64_t now)
{
	forget_old(o, now);
	switch (record->kind) {
	case RING_JOIN:
	case RING_LEAVE:
	case RING_ALLOW:
	case RING_BLOCKED:
		endpoint_record(o, record, now);
		break;
	case RING_BEGIN:
		begin(o, record, now);
		break;
	case RING_RETURN:
		returned(o, record, now);
	}
}

/* ---- commands ---- */

static void check_blocked(struct oracle *o, unsigned int instance, const struct command *cmd, uint64_t now)
{
	struct endpoint target = { .instance = instance, .sid = cmd->sid };
	const struct endpoint *blocked = endpoints_find(&o->blocked, &target);
	struct violation v = { .kind = VIOLATION_BLOCKED, .end = now };

	if (!blocked && cmd->ssid_valid && !cmd->global) {
		target.ssid = cmd->ssid;
		blocked = endpoints_find(&o->blocked, &target);
	}
	if (!blocked)
		return;
	v.begin = blocked->since;
	violation_detail(&v, VIOLATION_BLOCKED,
			 cmd->ssid_valid ? "instance %u, ATC_INV of SID 0x%x, SSID %u" :
					   "instance %u, ATC_INV of SID 0x%x, no SSID",
			 instance, cmd->sid, cmd->ssid);
	violations_add(&o->violations, &v);
}

void oracle_command(struct oracle *o, const struct smmu *smmu, const struct command *cmd, uint64_t now)
{
	if (smmu->index >= o->instances)
		return;
	forget_old(o, now);
	stale_command(&o->stale, o->removals.open, smmu->index, cmd, now);
	switch (cmd->class) {
	case COMMAND_ATC:
		check_blocked(o, smmu->index, cmd, now);
		reach_invalidate(&o->removals, smmu->index, cmd);
		break;
	case COMMAND_TLBI:
		reach_invalidate(&o->removals, smmu->index, cmd);
		break;
	case COMMAND_SYNC:
		reach_sync(&o->removals, &o->violations, smmu->index, now);
		break;
	default:
		break;
	}
}

struct oracle_count oracle_count(const struct oracle *o)
{
	struct oracle_count count = o->count;

	count.violations = o->violations.count;
	count.unfollowed += o->stale.lost;
	return count;
}

json_t *oracle_json(const struct oracle *o)
{
	struct oracle_count count = oracle_count(o);

	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "removals", (json_int_t)count.removals, "needs",
			 (json_int_t)count.needs, "violations", (json_int_t)count.violations, "unfollowed",
			 (json_int_t)count.unfollowed, "open", (json_int_t)count.open, "kinds",
			 violations_kinds_json(&o->violations), "in_full", violations_json(&o->violations));
}

void oracle_print_to(struct oracle *o, FILE *out)
{
	o->violations.out = out;
}
