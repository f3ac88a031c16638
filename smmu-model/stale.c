// SPDX-License-Identifier: GPL-2.0-only
/*
 * stale.c - the accesses that fill TLBs, and the search for what is stale.
 */
#include <inttypes.h>

#include "stale.h"
#include "walk.h"

/* So many leaves of a range an endpoint accesses: those at its beginning, and those at its end. */
#define LEAVES	  16
#define END_BYTES (LEAVES * 0x1000ULL)

void stale_free(struct stale *s)
{
	for (unsigned int i = 0; i < SMMU_INSTANCES_MAX; i++)
		tlb_free(&s->tlb[i]);
}

static bool has_tlb(const struct stale *s, unsigned int instance)
{
	return s->smmu[instance].settings->tlb;
}

/* ---- accesses ---- */

/* Of all addresses there is no telling which are mapped. */
static void access_range(struct stale *s, const struct removal *removal, const struct endpoint *endpoint, uint64_t now)
{
	const struct smmu *smmu = &s->smmu[endpoint->instance];
	const struct ring_record *record = &removal->record;
	struct span range = span_of(record->range.iova, record->range.size);
	struct walk w;

	if (!record->range.size || !walk_init(&w, smmu, endpoint, &s->tlb[endpoint->instance], now))
		return;
	walk_span(&w, range, LEAVES);
	if (range.last - range.first > 2 * END_BYTES)
		walk_span(&w, (struct span){ range.last - END_BYTES + 1, range.last }, LEAVES);
	s->lost += w.lost;
}

/* A claim without a need is of an endpoint that has left. */
static bool is_member(const struct claim *claim)
{
	return claim->need[0] || claim->need[1] || claim->need[2];
}

void stale_begin(struct stale *s, const struct removal *removal, uint64_t now)
{
	for (const struct claim *claim = removal->claims; claim; claim = claim->next)
		if (has_tlb(s, claim->endpoint.instance) && is_member(claim))
			access_range(s, removal, &claim->endpoint, now);
}

/* Those of @instance access again what is being removed; after an ATC_INV that endpoint alone. */
static void access_again(struct stale *s, const struct removal *open, unsigned int instance, const struct command *cmd,
			 uint64_t now)
{
	for (; open; open = open->next) {
		for (const struct claim *claim = open->claims; claim; claim = claim->next) {
			if (claim->endpoint.instance != instance || !is_member(claim) ||
			    (cmd->class == COMMAND_ATC && claim->endpoint.sid != cmd->sid))
				continue;
			access_range(s, open, &claim->endpoint, now);
		}
	}
}

/*
 * ATS that is enabled begins with an empty ATC (PCIe 10.5.1.2). It may be filled
 * at once, also from what open removals have not had removed yet.
 */
void stale_join(struct stale *s, const struct removal *open, const struct endpoint *endpoint, uint64_t now)
{
	const struct command all = { .opcode = ATC_INV,
				     .class = COMMAND_ATC,
				     .sid = endpoint->sid,
				     .ssid = endpoint->ssid,
				     .ssid_valid = endpoint->ssid };

	if (!has_tlb(s, endpoint->instance))
		return;
	tlb_invalidate(&s->tlb[endpoint->instance], &all, s->smmu[endpoint->instance].settings, now);
	for (; open; open = open->next)
		if (open->record.domain == endpoint->domain)
			access_range(s, open, endpoint, now);
}

bool stale_watches(const struct stale *s, const struct removal *removal)
{
	for (const struct claim *claim = removal->claims; claim; claim = claim->next)
		if (has_tlb(s, claim->endpoint.instance))
			return true;
	return false;
}

/* ---- the search ---- */

static bool same_tag(const struct tag *a, const struct tag *b)
{
	return a->kind == b->kind && a->asid == b->asid && a->vmid == b->vmid && a->sid == b->sid && a->ssid == b->ssid;
}

/* Of another removal of the domain that is open, so that its invalidation may be under way. */
static bool is_others(const struct removal *open, const struct removal *own, struct span range)
{
	for (; open; open = open->next) {
		const struct ring_record *record = &open->record;
		struct span part = range;

		if (open != own && record->domain == own->record.domain &&
		    (!record->range.size || span_clip(&part, span_of(record->range.iova, record->range.size))))
			return true;
	}
	return false;
}

static void whose_text(char *text, size_t size, const struct tag *tag)
{
	switch (tag->kind) {
	case NEED_STAGE1:
		snprintf(text, size, "ASID %u, VMID %u", tag->asid, tag->vmid);
		break;
	case NEED_EL2:
		snprintf(text, size, "EL2, ASID %u", tag->asid);
		break;
	case NEED_STAGE2:
		snprintf(text, size, "stage 2, VMID %u", tag->vmid);
		break;
	case NEED_ATC:
		snprintf(text, size, tag->ssid ? "the ATC of SID 0x%x, SSID %u" : "the ATC of SID 0x%x, no SSID",
			 tag->sid, tag->ssid);
	}
}

/* What it is, and what became of it. */
static void tell(struct violation *v, const struct tlb_entry *entry, unsigned int instance)
{
	const struct tag *tag = &entry->tag;
	char whose[64];

	whose_text(whose, sizeof(whose), tag);
	violation_detail(v, VIOLATION_STALE,
			 "instance %u, %s: %s%s of level %u, 0x%" PRIx64 "-0x%" PRIx64 " to 0x%" PRIx64
			 ", filled by SID 0x%x at %" PRIu64 " ns",
			 instance, whose, entry->group ? "contiguous " : "", entry->table ? "table" : "leaf",
			 entry->level, tag->range.first, tag->range.last, entry->target, entry->sid, entry->filled);
	if (entry->spared == TLB_NOT_MEANT)
		violation_detail(v, VIOLATION_STALE, "  no command has come near it since");
	else
		violation_detail(v, VIOLATION_STALE,
				 "  %s of 0x%" PRIx64 " + 0x%" PRIx64 " came at %" PRIu64 " ns: it %s",
				 command_name(&entry->by), entry->by.address, entry->by.size, entry->spared_at,
				 tlb_fate_text(entry->spared));
}

/* A table is concerned by all that is done below it. */
static bool is_stale(struct walk *w, const struct removal *open, const struct need *need, const struct tlb_entry *entry)
{
	struct span range = entry->tag.range;

	return same_tag(&entry->tag, &need->tag) && span_clip(&range, need->tag.range) &&
	       !is_others(open, need->removal, entry->table ? entry->tag.range : range) && walk_stale(w, entry, range);
}

/* Several endpoints may have one need: it is looked at with the first of them. */
static bool is_first(const struct removal *removal, const struct claim *claim, unsigned int place)
{
	for (const struct claim *other = removal->claims; other != claim; other = other->next)
		if (other->need[place] == claim->need[place])
			return false;
	return true;
}

/* A CMD_SYNC is what it waits for on @instance. */
static bool awaits(const struct removal *removal, unsigned int instance)
{
	for (const struct need *need = removal->needs; need; need = need->next)
		if (need->tag.instance == instance && need->issued.count && !need->done)
			return true;
	return false;
}

/* Each entry that @need is about and that is stale, as @endpoint sees the tables. */
static void each_stale(struct stale *s, const struct removal *open, const struct need *need,
		       const struct endpoint *endpoint, bool tables,
		       void (*found)(struct tlb *tlb, size_t i, const struct need *need, void *arg), void *arg)
{
	struct tlb *tlb = &s->tlb[endpoint->instance];
	struct walk w;

	if (!walk_init(&w, &s->smmu[endpoint->instance], endpoint, NULL, 0))
		return;
	for (size_t i = tlb->count; i-- > 0;)
		if (tlb->entry[i].table == tables && is_stale(&w, open, need, &tlb->entry[i]))
			found(tlb, i, need, arg);
}

static void mark(struct tlb *tlb, size_t i, const struct need *need, void *now)
{
	tlb->entry[i].gone = *(const uint64_t *)now;
}

/*
 * Who removes waits for a CMD_SYNC after each of its TLBIs, so that at that time
 * the tables are as they are in the removal. They may have changed again when
 * the record of its return is read.
 */
static void mark_gone(struct stale *s, const struct removal *open, unsigned int instance, uint64_t now)
{
	for (const struct removal *removal = open; removal; removal = removal->next) {
		for (const struct claim *claim = removal->claims; claim; claim = claim->next) {
			if (claim->endpoint.instance != instance || !awaits(removal, instance))
				continue;
			for (unsigned int i = 0; i < 6; i++)
				if (claim->need[i / 2] && is_first(removal, claim, i / 2))
					each_stale(s, open, claim->need[i / 2], &claim->endpoint, i & 1, mark, &now);
		}
	}
}

void stale_command(struct stale *s, const struct removal *open, unsigned int instance, const struct command *cmd,
		   uint64_t now)
{
	if (!has_tlb(s, instance))
		return;
	if (cmd->class == COMMAND_TLBI || cmd->class == COMMAND_ATC)
		tlb_invalidate(&s->tlb[instance], cmd, s->smmu[instance].settings, now);
	if (cmd->class == COMMAND_SYNC || cmd->class == COMMAND_ATC)
		access_again(s, open, instance, cmd, now);
	if (cmd->class == COMMAND_SYNC)
		mark_gone(s, open, instance, now);
}

/* What has been told is forgotten. */
static void convict(struct tlb *tlb, size_t i, const struct need *need, void *v)
{
	if (tlb->entry[i].gone < need->removal->begin)
		return;
	tell(v, &tlb->entry[i], need->tag.instance);
	tlb_remove(tlb, i);
}

/* Tables first: through one that is stale leaves come back. */
void stale_check(struct stale *s, const struct removal *open, const struct removal *returned, struct violation *v)
{
	for (const struct claim *claim = returned->claims; claim; claim = claim->next) {
		if (!has_tlb(s, claim->endpoint.instance))
			continue;
		for (unsigned int i = 0; i < 6; i++)
			if (claim->need[i % 3] && is_first(returned, claim, i % 3))
				each_stale(s, open, claim->need[i % 3], &claim->endpoint, i < 3, convict, v);
	}
}
