// SPDX-License-Identifier: GPL-2.0-only
/*
 * removal.c - what a removal needs: the tags and StreamIDs of its domain's endpoints.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "removal.h"

struct removals_room removals_room = { .open = 1024, .failed = 64, .needs = 16384, .claims = 32768 };

/* ---- room ---- */

/* All of @count elements that begin with their .next, as a list. */
#define MAKE_LIST(all, free_list, count) \
	do { \
		(all) = calloc((count), sizeof(*(all))); \
		for (unsigned int i_ = 0; (all) && i_ < (count); i_++) { \
			(all)[i_].next = (free_list); \
			(free_list) = &(all)[i_]; \
		} \
	} while (0)

bool removals_init(struct removals *r, const struct smmu *smmu)
{
	const struct removals_room *room = &removals_room;

	*r = (struct removals){ .smmu = smmu };
	MAKE_LIST(r->all_removals, r->free_removals, room->open + room->failed);
	MAKE_LIST(r->all_needs, r->free_needs, room->needs);
	MAKE_LIST(r->all_claims, r->free_claims, room->claims);
	return r->all_removals && r->all_needs && r->all_claims;
}

void removals_free(struct removals *r)
{
	free(r->all_removals);
	free(r->all_needs);
	free(r->all_claims);
}

/* ---- needs ---- */

static void unlink_need(struct need *need)
{
	*need->before = need->after;
	if (need->after)
		need->after->before = need->before;
}

static void link_need(struct removals *r, struct need *need)
{
	struct need **list = &r->by_instance[need->tag.instance];

	need->after = *list;
	need->before = list;
	if (need->after)
		need->after->before = &need->after;
	*list = need;
}

void removal_free(struct removals *r, struct removal *removal)
{
	struct claim *claim;
	struct need *need;

	while ((need = removal->needs)) {
		removal->needs = need->next;
		unlink_need(need);
		need->next = r->free_needs;
		r->free_needs = need;
	}
	while ((claim = removal->claims)) {
		removal->claims = claim->next;
		claim->next = r->free_claims;
		r->free_claims = claim;
	}
	removal->next = r->free_removals;
	r->free_removals = removal;
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
static struct need *need_of(struct removals *r, struct removal *removal, const struct tag *tag)
{
	struct need **place = &removal->needs, *need;

	for (; *place && (*place)->tag.kind != NEED_ATC; place = &(*place)->next)
		if (tag_same(&(*place)->tag, tag))
			return *place;
	need = r->free_needs;
	if (!need)
		return NULL;
	r->free_needs = need->next;
	need->next = *place;
	*place = need;
	need->removal = removal;
	need->tag = *tag;
	need->claims = 0;
	need->gate[0] = need->gate[1] = NULL;
	need->issued.count = need->synced.count = need->seen.count = 0;
	need->lost = need->done = need->stray = need->arrived = false;
	link_need(r, need);
	return need;
}

static bool nested(const struct stream *stream)
{
	return stream->stage1 && stream->stage2;
}

struct tag removal_tag(enum need_kind kind, const struct endpoint *endpoint, const struct stream *stream)
{
	struct tag tag = { .kind = kind, .instance = endpoint->instance };

	if (kind == NEED_ATC) {
		tag.sid = endpoint->sid;
		tag.ssid = endpoint->ssid;
		return tag;
	}
	if (kind != NEED_STAGE2)
		tag.asid = stream->asid;
	tag.vmid = stream->vmid;
	return tag;
}

/*
 * Which tags an endpoint has. Where it has both stages, the domain that the
 * driver removes from is that of stage 2 and the range one of IPAs. Entries of
 * stage 1 and of the ATC are found by VA, which the driver does not know: all
 * of them must go (4.4.3.1). A removal of no size is one of everything.
 */
static struct tag tag_of(const struct removal *removal, const struct endpoint *endpoint, enum need_kind kind,
			 const struct stream *stream)
{
	const struct ring_record *record = &removal->record;
	struct tag tag = removal_tag(kind, endpoint, stream);

	tag.range = SPAN_ALL;
	tag.whole = !record->range.size || (kind != NEED_STAGE2 && nested(stream));
	if (!tag.whole)
		tag.range = span_of(record->range.iova, record->range.size);
	return tag;
}

static bool claim_need(struct removals *r, struct removal *removal, struct claim *claim, unsigned int place,
		       const struct tag *tag)
{
	claim->need[place] = need_of(r, removal, tag);
	if (!claim->need[place])
		return false;
	claim->need[place]->claims++;
	return true;
}

static bool has_stage1_tag(const struct stream *stream)
{
	return stream->stage1 && (nested(stream) || !stream->broadcast);
}

static struct tag stage1_tag(const struct removal *removal, const struct endpoint *endpoint,
			     const struct stream *stream)
{
	return tag_of(removal, endpoint, stream->el2 ? NEED_EL2 : NEED_STAGE1, stream);
}

static struct tag stage2_tag(const struct removal *removal, const struct endpoint *endpoint,
			     const struct stream *stream)
{
	return tag_of(removal, endpoint, NEED_STAGE2, stream);
}

static bool claim_atc(struct removals *r, struct removal *removal, struct claim *claim, const struct stream *stream)
{
	struct tag tag = tag_of(removal, &claim->endpoint, NEED_ATC, stream);

	return claim_need(r, removal, claim, 2, &tag);
}

static bool claim_needs(struct removals *r, struct removal *removal, struct claim *claim, const struct stream *stream)
{
	const struct endpoint *endpoint = &claim->endpoint;
	struct tag tag;

	if (has_stage1_tag(stream)) {
		tag = stage1_tag(removal, endpoint, stream);
		if (!claim_need(r, removal, claim, 0, &tag))
			return false;
	}
	if (stream->stage2) {
		tag = stage2_tag(removal, endpoint, stream);
		if (!claim_need(r, removal, claim, 1, &tag))
			return false;
	}
	if (stream->ats) {
		if (!claim_atc(r, removal, claim, stream))
			return false;
		claim->need[2]->gate[0] = claim->need[0];
		claim->need[2]->gate[1] = claim->need[1];
	}
	return true;
}

/* NULL: no room. */
static struct claim *claim_of(struct removals *r, struct removal *removal, const struct endpoint *endpoint)
{
	struct claim *claim = r->free_claims;

	if (!claim)
		return NULL;
	r->free_claims = claim->next;
	*claim = (struct claim){ .next = removal->claims, .endpoint = *endpoint };
	removal->claims = claim;
	return claim;
}

/* What does not translate caches nothing. */
static bool claim_endpoint(struct removals *r, struct removal *removal, const struct endpoint *endpoint)
{
	struct claim *claim;
	struct stream stream;

	if (!stream_read(&r->smmu[endpoint->instance], endpoint->sid, endpoint->ssid, &stream) ||
	    !(stream.stage1 || stream.stage2))
		return true;
	claim = claim_of(r, removal, endpoint);
	return claim && claim_needs(r, removal, claim, &stream);
}

static bool claim_domain(struct removals *r, const struct endpoints *members, struct removal *removal)
{
	const struct endpoint *endpoint;
	size_t count;

	endpoint = endpoints_of(members, removal->record.domain, &count);
	for (size_t i = 0; i < count; i++)
		if (!claim_endpoint(r, removal, &endpoint[i]))
			return false;
	return true;
}

struct removal **removals_find(struct removals *r, uint64_t id)
{
	struct removal **place = &r->open;

	while (*place && (*place)->record.range.id != id)
		place = &(*place)->next;
	return place;
}

struct removal *removal_begin(struct removals *r, const struct endpoints *members, const struct ring_record *record,
			      uint64_t now)
{
	struct removal *removal = r->free_removals;

	if (!removal)
		return NULL;
	r->free_removals = removal->next;
	*removal = (struct removal){ .record = *record, .begin = now };
	if (claim_domain(r, members, removal))
		return removal;
	removal_free(r, removal);
	return NULL;
}

/* ---- who comes in meanwhile ---- */

/* A TLBI that someone who is in the domain wants, and that has not been done. */
static const struct need *tlbi_due(const struct removal *removal, const struct tag *tag)
{
	for (const struct need *need = removal->needs; need && need->tag.kind != NEED_ATC; need = need->next)
		if (need->claims && !need->done && tag_same(&need->tag, tag))
			return need;
	return NULL;
}

/* Where TLBIs have been done already the ATC is not filled from what they have removed. */
static bool claim_arrival(struct removals *r, struct removal *removal, const struct endpoint *endpoint,
			  const struct stream *stream)
{
	struct tag stage1 = stage1_tag(removal, endpoint, stream), stage2 = stage2_tag(removal, endpoint, stream);
	const struct need *gate[2] = { has_stage1_tag(stream) ? tlbi_due(removal, &stage1) : NULL,
				       stream->stage2 ? tlbi_due(removal, &stage2) : NULL };
	struct claim *claim;
	struct need *atc;

	if (!gate[0] && !gate[1])
		return true;
	claim = claim_of(r, removal, endpoint);
	if (!claim || !claim_atc(r, removal, claim, stream))
		return false;
	atc = claim->need[2];
	atc->arrived = true;
	atc->gate[0] = gate[0];
	atc->gate[1] = gate[1];
	if (!nested(stream))
		atc->issued = gate[0] ? gate[0]->synced : gate[1]->synced;
	return true;
}

bool removals_arrive(struct removals *r, const struct endpoint *endpoint)
{
	struct stream stream;
	bool room = true;

	if (!stream_read(&r->smmu[endpoint->instance], endpoint->sid, endpoint->ssid, &stream) || !stream.ats)
		return true;
	for (struct removal *removal = r->open; removal; removal = removal->next)
		if (removal->record.domain == endpoint->domain)
			room &= claim_arrival(r, removal, endpoint, &stream);
	return room;
}

static void drop_claim(struct claim *claim)
{
	for (unsigned int i = 0; i < 3; i++) {
		if (claim->need[i])
			claim->need[i]->claims--;
		claim->need[i] = NULL;
	}
}

void removals_drop(struct removals *r, const struct endpoint *endpoint)
{
	for (struct removal *removal = r->open; removal; removal = removal->next) {
		for (struct claim *claim = removal->claims; claim; claim = claim->next) {
			if (endpoint_same(&claim->endpoint, endpoint))
				drop_claim(claim);
		}
	}
}

/* ---- what lacked ---- */

bool need_lost(const struct need *need)
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
	violation_detail(v, kind, "instance %u, %s%s%s: %s", need->tag.instance, wanted,
			 need->tag.whole ? ", all addresses" : "",
			 need->arrived ? ", which was attached when the TLBI was due" : "", came);
}

struct violation removal_violation(const struct removal *removal)
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

	for (const struct need *need = removal->needs; need; need = need->next) {
		if (need->claims && !need->done && !need_lost(need))
			add_detail(&v, need);
	}
	return v;
}
