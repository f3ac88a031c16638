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
#include <inttypes.h>
#include <stdlib.h>

#include "endpoints.h"
#include "oracle.h"
#include "spans.h"
#include "stream.h"
#include "violation.h"

#define OPEN_MAX   1024	      /* removals begun and not returned */
#define FAILED_MAX 64	      /* removals kept to see what comes late */
#define FAILED_NS  2000000000 /* and for how long */
#define NEEDS_MAX  16384
#define CLAIMS_MAX 32768
#define PAGE	   0x1000

enum need_kind {
	NEED_STAGE1, /* entries tagged NSEL1, ASID, VMID */
	NEED_EL2,    /* entries tagged EL2-E2H, ASID */
	NEED_STAGE2, /* entries tagged VMID */
	NEED_ATC,    /* an endpoint's cache, by SID and SSID */
};

/* What identifies a need in its removal. */
struct tag {
	enum need_kind kind;
	unsigned int instance;
	uint16_t asid, vmid;
	uint32_t sid, ssid;
	struct span range;
	bool whole; /* commands by address are not enough */
};

struct need {
	struct need *next;	      /* of the removal, or of those that are free */
	struct need *after, **before; /* of the instance */
	struct removal *removal;
	struct tag tag;
	unsigned int claims;	    /* endpoints that still want it */
	const struct need *gate[2]; /* of NEED_ATC: the TLBIs that must come first */
	struct spans issued;	    /* covered by commands that counted */
	struct spans synced;	    /* the part of @issued that a CMD_SYNC has completed after */
	struct spans seen;	    /* of NEED_ATC: @issued, and what came before its turn */
	bool lost;		    /* @issued had no room */
	bool done;
	bool stray; /* a command like what it needs reached nothing at all: */
	struct command stray_command;
	unsigned int stray_instance;
};

/* An endpoint's part in a removal. */
struct claim {
	struct claim *next;
	struct endpoint endpoint;
	struct need *need[3];
};

struct removal {
	struct removal *next; /* of those open, failed or free */
	struct need *needs;
	struct claim *claims;
	struct ring_record record;
	uint64_t begin, returned;
	bool failed;
	unsigned int waiting; /* of a failed one: needs that are not done */
	struct violation *violation;
};

struct oracle {
	const struct smmu *smmu;
	unsigned int instances;
	struct endpoints members, blocked;
	struct removal *open, *failed;
	struct need *by_instance[SMMU_INSTANCES_MAX];
	struct oracle_count count;
	uint64_t unfollowed_open; /* begun, and not in @open */
	struct violations violations;

	/* All that is ever used to follow removals. */
	struct removal *free_removals;
	struct need *free_needs;
	struct claim *free_claims;
	struct removal removal[OPEN_MAX + FAILED_MAX];
	struct need need[NEEDS_MAX];
	struct claim claim[CLAIMS_MAX];
};

struct oracle *oracle_create(const struct smmu *smmu, unsigned int count)
{
	struct oracle *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;
	o->smmu = smmu;
	o->instances = count < SMMU_INSTANCES_MAX ? count : SMMU_INSTANCES_MAX;
	for (unsigned int i = 0; i < OPEN_MAX + FAILED_MAX; i++) {
		o->removal[i].next = o->free_removals;
		o->free_removals = &o->removal[i];
	}
	for (unsigned int i = 0; i < NEEDS_MAX; i++) {
		o->need[i].next = o->free_needs;
		o->free_needs = &o->need[i];
	}
	for (unsigned int i = 0; i < CLAIMS_MAX; i++) {
		o->claim[i].next = o->free_claims;
		o->free_claims = &o->claim[i];
	}
	return o;
}

void oracle_destroy(struct oracle *o)
{
	if (!o)
		return;
	endpoints_free(&o->members);
	endpoints_free(&o->blocked);
	free(o);
}

static void unlink_need(struct need *need)
{
	*need->before = need->after;
	if (need->after)
		need->after->before = need->before;
}

static void link_need(struct oracle *o, struct need *need)
{
	struct need **list = &o->by_instance[need->tag.instance];

	need->after = *list;
	need->before = list;
	if (need->after)
		need->after->before = &need->after;
	*list = need;
}

static void free_removal(struct oracle *o, struct removal *removal)
{
	struct claim *claim;
	struct need *need;

	while ((need = removal->needs)) {
		removal->needs = need->next;
		unlink_need(need);
		need->next = o->free_needs;
		o->free_needs = need;
	}
	while ((claim = removal->claims)) {
		removal->claims = claim->next;
		claim->next = o->free_claims;
		o->free_claims = claim;
	}
	removal->next = o->free_removals;
	o->free_removals = removal;
}

static bool tag_same(const struct tag *a, const struct tag *b)
{
	return a->kind == b->kind && a->instance == b->instance && a->asid == b->asid && a->vmid == b->vmid &&
	       a->sid == b->sid && a->ssid == b->ssid && a->whole == b->whole;
}

/*
 * The need of @tag, that the removal has already or gets now. TLBIs, of which
 * there are few that differ, stand before ATC_INVs, which all differ. NULL: no
 * room.
 */
static struct need *need_of(struct oracle *o, struct removal *removal, const struct tag *tag)
{
	struct need **place = &removal->needs, *need;

	for (; *place && (*place)->tag.kind != NEED_ATC; place = &(*place)->next)
		if (tag_same(&(*place)->tag, tag))
			return *place;
	need = o->free_needs;
	if (!need)
		return NULL;
	o->free_needs = need->next;
	need->next = *place;
	*place = need;
	need->removal = removal;
	need->tag = *tag;
	need->claims = 0;
	need->gate[0] = need->gate[1] = NULL;
	need->issued.count = need->synced.count = need->seen.count = 0;
	need->lost = need->done = need->stray = false;
	link_need(o, need);
	return need;
}

/* A removal's own range, or everything. */
static struct tag tag_of(const struct removal *removal, const struct endpoint *endpoint, enum need_kind kind,
			 bool whole)
{
	const struct ring_record *record = &removal->record;
	struct tag tag = { .kind = kind, .instance = endpoint->instance, .range = SPAN_ALL, .whole = true };

	if (record->range.size && !whole) {
		tag.range = span_of(record->range.iova, record->range.size);
		tag.whole = false;
	}
	return tag;
}

static bool claim_need(struct oracle *o, struct removal *removal, struct claim *claim, unsigned int place,
		       const struct tag *tag)
{
	claim->need[place] = need_of(o, removal, tag);
	if (!claim->need[place])
		return false;
	claim->need[place]->claims++;
	return true;
}

/*
 * Which needs an endpoint has. Where it has both stages, the domain that the
 * driver removes from is that of stage 2 and the range one of IPAs. Entries of
 * stage 1 and of the ATC are found by VA, which the driver does not know: all
 * of them must go (4.4.3.1).
 */
static bool claim_needs(struct oracle *o, struct removal *removal, struct claim *claim, const struct stream *stream)
{
	const struct endpoint *endpoint = &claim->endpoint;
	bool nested = stream->stage1 && stream->stage2;
	struct tag tag;

	if (stream->stage1 && (nested || !stream->broadcast)) {
		tag = tag_of(removal, endpoint, stream->el2 ? NEED_EL2 : NEED_STAGE1, nested);
		tag.asid = stream->asid;
		tag.vmid = stream->vmid;
		if (!claim_need(o, removal, claim, 0, &tag))
			return false;
	}
	if (stream->stage2) {
		tag = tag_of(removal, endpoint, NEED_STAGE2, false);
		tag.vmid = stream->vmid;
		if (!claim_need(o, removal, claim, 1, &tag))
			return false;
	}
	if (stream->ats) {
		tag = tag_of(removal, endpoint, NEED_ATC, nested);
		tag.sid = endpoint->sid;
		tag.ssid = endpoint->ssid;
		if (!claim_need(o, removal, claim, 2, &tag))
			return false;
		claim->need[2]->gate[0] = claim->need[0];
		claim->need[2]->gate[1] = claim->need[1];
	}
	return true;
}

/* What does not translate caches nothing. */
static bool claim_endpoint(struct oracle *o, struct removal *removal, const struct endpoint *endpoint)
{
	struct claim *claim = o->free_claims;
	struct stream stream;

	if (!stream_read(&o->smmu[endpoint->instance], endpoint->sid, endpoint->ssid, &stream) ||
	    !(stream.stage1 || stream.stage2))
		return true;
	if (!claim)
		return false;
	o->free_claims = claim->next;
	*claim = (struct claim){ .next = removal->claims, .endpoint = *endpoint };
	removal->claims = claim;
	return claim_needs(o, removal, claim, &stream);
}

static bool claim_domain(struct oracle *o, struct removal *removal)
{
	const struct endpoint *endpoint;
	size_t count;

	endpoint = endpoints_of(&o->members, removal->record.domain, &count);
	for (size_t i = 0; i < count; i++)
		if (!claim_endpoint(o, removal, &endpoint[i]))
			return false;
	return true;
}

/* The place in the list of those open; *place is NULL if it is not there. */
static struct removal **find_open(struct oracle *o, uint64_t id)
{
	struct removal **place = &o->open;

	while (*place && (*place)->record.range.id != id)
		place = &(*place)->next;
	return place;
}

static void begin(struct oracle *o, const struct ring_record *record, uint64_t now)
{
	struct removal *removal = o->free_removals;

	o->count.open++;
	if (!removal || o->count.open - o->unfollowed_open > OPEN_MAX || *find_open(o, record->range.id))
		goto unfollowed;
	o->free_removals = removal->next;
	*removal = (struct removal){ .record = *record, .begin = now };
	if (!claim_domain(o, removal)) {
		free_removal(o, removal);
		goto unfollowed;
	}
	removal->next = o->open;
	o->open = removal;
	return;
unfollowed:
	o->count.unfollowed++;
	o->unfollowed_open++;
}

static bool lost(const struct need *need)
{
	return need->lost || (need->gate[0] && need->gate[0]->lost) || (need->gate[1] && need->gate[1]->lost);
}

static enum violation_kind kind_of(const struct need *need)
{
	if (spans_cover(&need->issued, need->tag.range))
		return VIOLATION_UNSYNCED;
	if (spans_cover(&need->seen, need->tag.range))
		return VIOLATION_MISORDERED;
	if (need->issued.count || need->seen.count)
		return VIOLATION_SHORT;
	return need->stray ? VIOLATION_MISDIRECTED : VIOLATION_MISSING;
}

static void wanted_text(char *text, size_t size, const struct tag *tag)
{
	switch (tag->kind) {
	case NEED_STAGE1:
		snprintf(text, size, "TLBI of ASID %u, VMID %u", tag->asid, tag->vmid);
		break;
	case NEED_EL2:
		snprintf(text, size, "TLBI of EL2, ASID %u", tag->asid);
		break;
	case NEED_STAGE2:
		snprintf(text, size, "TLBI of stage 2, VMID %u", tag->vmid);
		break;
	case NEED_ATC:
		snprintf(text, size, tag->ssid ? "ATC_INV of SID 0x%x, SSID %u" : "ATC_INV of SID 0x%x, no SSID",
			 tag->sid, tag->ssid);
	}
}

static void stray_text(char *text, size_t size, const struct need *need)
{
	const struct command *cmd = &need->stray_command;
	int n = snprintf(text, size, "%s of ", command_name(cmd));

	if (cmd->class == COMMAND_TLBI)
		n += snprintf(text + n, size - n, "ASID %u, VMID %u", cmd->asid, cmd->vmid);
	else
		n += snprintf(text + n, size - n, cmd->ssid_valid ? "SID 0x%x, SSID %u" : "SID 0x%x, no SSID", cmd->sid,
			      cmd->ssid);
	snprintf(text + n, size - n, " came to instance %u", need->stray_instance);
}

static void came_text(char *text, size_t size, const struct need *need, enum violation_kind kind)
{
	const struct spans *came = need->issued.count ? &need->issued : &need->seen;

	switch (kind) {
	case VIOLATION_UNSYNCED:
		snprintf(text, size, "came, but no CMD_SYNC has completed after it");
		break;
	case VIOLATION_MISORDERED:
		snprintf(text, size, "came before the TLBIs' CMD_SYNC had completed");
		break;
	case VIOLATION_SHORT:
		snprintf(text, size, "only 0x%" PRIx64 "-0x%" PRIx64 "%s", came->span[0].first, came->span[0].last,
			 came->count > 1 ? " and more, not all" : "");
		break;
	case VIOLATION_MISDIRECTED:
		stray_text(text, size, need);
		break;
	default:
		snprintf(text, size, "did not come");
	}
}

static void add_detail(struct violation *v, const struct need *need)
{
	enum violation_kind kind = kind_of(need);
	char wanted[64], came[128];

	wanted_text(wanted, sizeof(wanted), &need->tag);
	came_text(came, sizeof(came), need, kind);
	violation_detail(v, kind, "instance %u, %s%s: %s", need->tag.instance, wanted,
			 need->tag.whole ? ", all addresses" : "", came);
}

/* What is wrong with TLBIs comes first, and names the violation. */
static void report(struct oracle *o, struct removal *removal)
{
	const struct ring_record *record = &removal->record;
	struct violation v = {
		.domain = record->domain,
		.id = record->range.id,
		.iova = record->range.iova,
		.size = record->range.size,
		.grain = record->range.grain,
		.begin = removal->begin,
		.end = removal->returned,
	};

	for (const struct need *need = removal->needs; need; need = need->next)
		if (need->claims && !need->done && !lost(need))
			add_detail(&v, need);
	removal->violation = violations_add(&o->violations, &v);
}

static void forget_failed(struct oracle *o, struct removal **place)
{
	struct removal *removal = *place;

	*place = removal->next;
	free_removal(o, removal);
}

/* Keeps a failed removal, the youngest first, and forgets the oldest beyond FAILED_MAX. */
static void keep_failed(struct oracle *o, struct removal *removal)
{
	struct removal **place = &o->failed;

	removal->failed = true;
	removal->next = o->failed;
	o->failed = removal;
	for (unsigned int i = 0; i < FAILED_MAX && *place; i++)
		place = &(*place)->next;
	if (*place)
		forget_failed(o, place);
}

static void forget_old(struct oracle *o, uint64_t now)
{
	struct removal **place = &o->failed;

	while (*place && now - (*place)->returned <= FAILED_NS)
		place = &(*place)->next;
	while (*place)
		forget_failed(o, place);
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
		if (lost(need))
			unfollowed = true;
		else
			removal->waiting++;
	}
	if (!removal->waiting && unfollowed) {
		o->count.unfollowed++;
		free_removal(o, removal);
		return;
	}
	o->count.removals++;
	o->count.needs += needs;
	if (removal->waiting)
		report(o, removal);
	if (removal->violation)
		keep_failed(o, removal);
	else
		free_removal(o, removal);
}

/* One that returns and is not known is one that was not followed, or a record without sense. */
static void returned(struct oracle *o, const struct ring_record *record, uint64_t now)
{
	struct removal **place = find_open(o, record->range.id), *removal = *place;

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

/* Its needs go, except those that another endpoint has too. */
static void drop_claims(struct oracle *o, const struct endpoint *endpoint)
{
	for (struct removal *removal = o->open; removal; removal = removal->next) {
		for (struct claim *claim = removal->claims; claim; claim = claim->next) {
			if (!endpoint_same(&claim->endpoint, endpoint))
				continue;
			for (unsigned int i = 0; i < 3; i++) {
				if (claim->need[i])
					claim->need[i]->claims--;
				claim->need[i] = NULL;
			}
		}
	}
}

static void leave(struct oracle *o, const struct endpoint *endpoint)
{
	endpoints_remove(&o->members, endpoint);
	drop_claims(o, endpoint);
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
		followed = endpoints_add(&o->members, &endpoint);
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

/*
 * 4.4.2, 4.4.3: which TLBIs must remove entries of a tag, wherever in their
 * range. The entries here are those of ASIDs, not global. VMID is matched where
 * the SMMU has stage 2.
 */
static bool tlbi_reaches(const struct command *cmd, const struct tag *tag, bool vmids)
{
	bool vmid = !vmids || cmd->vmid == tag->vmid, asid = cmd->asid == tag->asid;

	switch (cmd->opcode) {
	case TLBI_NSNH_ALL:
		return tag->kind == NEED_STAGE1 || tag->kind == NEED_STAGE2;
	case TLBI_S12_VMALL:
		return vmid && (tag->kind == NEED_STAGE1 || tag->kind == NEED_STAGE2);
	case TLBI_S2_IPA:
		return vmid && tag->kind == NEED_STAGE2;
	case TLBI_NH_ALL:
	case TLBI_NH_VAA:
		return vmid && tag->kind == NEED_STAGE1;
	case TLBI_NH_ASID:
	case TLBI_NH_VA:
		return vmid && asid && tag->kind == NEED_STAGE1;
	case TLBI_EL2_ALL:
	case TLBI_EL2_VAA:
		return tag->kind == NEED_EL2;
	case TLBI_EL2_ASID:
	case TLBI_EL2_VA:
		return asid && tag->kind == NEED_EL2;
	default:
		return false;
	}
}

/*
 * 4.5.1: with SSV the request carries the PASID, and reaches what was requested
 * with it; with SSV and Global, what was requested with any PASID. Without SSV
 * Global is ignored and the request has no PASID: it reaches what was requested
 * without one in its range, and, by PCIe (10.3.8), what was requested with any.
 * PCIe says the latter of all addresses; no more than the range is relied on.
 * What was requested without a PASID is reached by nothing that has one.
 */
static bool atc_inv_reaches(const struct command *cmd, const struct tag *tag)
{
	if (tag->kind != NEED_ATC || cmd->sid != tag->sid)
		return false;
	return !cmd->ssid_valid || (tag->ssid && (cmd->global || cmd->ssid == tag->ssid));
}

static bool reaches(const struct oracle *o, const struct command *cmd, const struct tag *tag)
{
	if (cmd->class == COMMAND_ATC)
		return atc_inv_reaches(cmd, tag);
	return tlbi_reaches(cmd, tag, o->smmu[tag->instance].settings->features.stage2);
}

/* What it covers of the need's range. False: nothing. */
static bool covered(const struct command *cmd, const struct need *need, struct span *span)
{
	uint64_t grain = need->removal->record.range.grain;

	if (!cmd->by_address) {
		*span = need->tag.range;
		return true;
	}
	if (need->tag.whole)
		return false;
	if (!grain)
		grain = PAGE;
	*span = cmd->size ? span_of(cmd->address, cmd->size) : span_of(cmd->address - cmd->address % grain, grain);
	return span_clip(span, need->tag.range);
}

static void add_issued(struct need *need, struct span span)
{
	if (!spans_add(&need->issued, span))
		need->lost = true;
}

/*
 * An ATC_INV counts for those addresses whose TLBIs have been completed by a
 * CMD_SYNC when it is taken up, or the ATC may be filled again from the TLB
 * (4.5.1). Several ranges of one removal may be seen through one after
 * the other.
 */
static void add_atc_inv(struct need *need, struct span span)
{
	const struct need *gate = need->gate[0] && !need->gate[0]->done ? need->gate[0] : need->gate[1];

	spans_add(&need->seen, span);
	if (!gate || gate->done) {
		add_issued(need, span);
		return;
	}
	if (need->gate[0] && need->gate[1])
		return;
	for (unsigned int i = 0; i < gate->synced.count; i++) {
		struct span part = gate->synced.span[i];

		if (span_clip(&part, span))
			add_issued(need, part);
	}
}

/* A command that reached nothing may have been meant for a need like it. */
static void note_stray(struct oracle *o, unsigned int instance, const struct command *cmd)
{
	struct span span;

	for (struct removal *removal = o->open; removal; removal = removal->next) {
		for (struct need *need = removal->needs; need; need = need->next) {
			if (need->stray || (need->tag.kind == NEED_ATC) != (cmd->class == COMMAND_ATC) ||
			    !covered(cmd, need, &span))
				continue;
			need->stray = true;
			need->stray_command = *cmd;
			need->stray_instance = instance;
		}
	}
}

static void invalidate(struct oracle *o, unsigned int instance, const struct command *cmd)
{
	bool reached = false;
	struct span span;

	for (struct need *need = o->by_instance[instance]; need; need = need->after) {
		if (!reaches(o, cmd, &need->tag) || !covered(cmd, need, &span))
			continue;
		reached |= !need->removal->failed;
		if (need->done)
			continue;
		if (need->tag.kind == NEED_ATC)
			add_atc_inv(need, span);
		else
			add_issued(need, span);
	}
	if (!reached)
		note_stray(o, instance, cmd);
}

/* Of a failed removal: the last of what lacked came late. */
static void came_late(struct oracle *o, struct removal *removal, uint64_t now)
{
	if (!--removal->waiting)
		violations_amend(&o->violations, removal->violation, now);
}

/* 4.7.3: all before it in the queue has completed. */
static void sync(struct oracle *o, unsigned int instance, uint64_t now)
{
	for (struct need *need = o->by_instance[instance]; need; need = need->after) {
		if (need->done || !need->issued.count)
			continue;
		need->synced = need->issued;
		need->done = spans_cover(&need->issued, need->tag.range);
		if (need->done && need->removal->failed && need->claims && !lost(need))
			came_late(o, need->removal, now);
	}
}

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
	switch (cmd->class) {
	case COMMAND_ATC:
		check_blocked(o, smmu->index, cmd, now);
		invalidate(o, smmu->index, cmd);
		break;
	case COMMAND_TLBI:
		invalidate(o, smmu->index, cmd);
		break;
	case COMMAND_SYNC:
		sync(o, smmu->index, now);
		break;
	default:
		break;
	}
}

struct oracle_count oracle_count(const struct oracle *o)
{
	struct oracle_count count = o->count;

	count.violations = o->violations.count;
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
