// SPDX-License-Identifier: GPL-2.0-only
/*
 * tlb.c - entries in no order, and which of them a command must take away.
 *
 * Section numbers are of IHI 0070.
 */
#include <stdlib.h>

#include "reach.h"
#include "tlb.h"

#define ROOM_FIRST 64

void tlb_free(struct tlb *tlb)
{
	free(tlb->entry);
	*tlb = (struct tlb){};
}

static bool make_room(struct tlb *tlb)
{
	size_t room = tlb->room ? tlb->room * 2 : ROOM_FIRST;
	struct tlb_entry *grown;

	if (tlb->count < tlb->room)
		return true;
	if (tlb->room >= TLB_ENTRIES_MAX)
		return false;
	grown = realloc(tlb->entry, room * sizeof(*grown));
	if (!grown)
		return false;
	tlb->entry = grown;
	tlb->room = room;
	return true;
}

/* Of one context: what a single access could be answered from. */
static bool same_context(const struct tag *a, const struct tag *b)
{
	return a->kind == b->kind && a->asid == b->asid && a->vmid == b->vmid && a->sid == b->sid && a->ssid == b->ssid;
}

static bool same_entry(const struct tlb_entry *a, const struct tlb_entry *b)
{
	return same_context(&a->tag, &b->tag) && a->tag.range.first == b->tag.range.first &&
	       a->tag.range.last == b->tag.range.last && a->table == b->table && a->global == b->global &&
	       a->group == b->group && a->level == b->level && a->granule_bits == b->granule_bits &&
	       a->target == b->target;
}

bool tlb_fill(struct tlb *tlb, const struct tlb_entry *added)
{
	for (size_t i = 0; i < tlb->count; i++)
		if (same_entry(&tlb->entry[i], added))
			return true;
	if (!make_room(tlb))
		return false;
	tlb->entry[tlb->count] = *added;
	tlb->entry[tlb->count++].spared = TLB_NOT_MEANT;
	return true;
}

void tlb_remove(struct tlb *tlb, size_t i)
{
	tlb->entry[i] = tlb->entry[--tlb->count];
}

/* A global leaf is of all ASIDs of its VMID (D8.16 of Arm's DDI 0487, which 3.17 follows). */
static bool in_context(const struct tlb_entry *entry, const struct tag *tag)
{
	struct tag of = entry->tag;

	if (entry->global)
		of.asid = tag->asid;
	return same_context(&of, tag);
}

static bool holds(const struct span *range, uint64_t address)
{
	return range->first <= address && address <= range->last;
}

/* A leaf saves all of the walk; of tables the one furthest down saves most. */
static bool better(const struct tlb_entry *a, const struct tlb_entry *b)
{
	return a->table != b->table ? !a->table : a->level > b->level;
}

const struct tlb_entry *tlb_find(const struct tlb *tlb, const struct tag *tag, uint64_t address)
{
	const struct tlb_entry *best = NULL;

	for (size_t i = 0; i < tlb->count; i++) {
		const struct tlb_entry *entry = &tlb->entry[i];

		if (in_context(entry, tag) && holds(&entry->tag.range, address) && (!best || better(entry, best)))
			best = entry;
	}
	return best;
}

/*
 * 4.4.2: a TLBI by VA and ASID is for global leaves of that VA as well, one by
 * ASID alone spares them. Tables are never global.
 */
static bool is_tagged(const struct tlb_entry *entry, const struct command *cmd, const struct settings *settings)
{
	struct tag tag = entry->tag;

	if (entry->global)
		tag.asid = cmd->asid;
	return reach_tag(cmd, &tag, settings->features.stage2);
}

static bool touches(struct span range, const struct command *cmd)
{
	if (!cmd->by_address)
		return true;
	return cmd->size ? span_clip(&range, span_of(cmd->address, cmd->size)) : holds(&range, cmd->address);
}

/*
 * The erratum of MMU-700 (3777127) and S3 (3673557), at its worst: what is cached
 * as one group is removed by a range that has all of it. Drivers that know of it
 * make their ranges as large.
 */
static bool cuts_group(const struct tlb_entry *entry, const struct command *cmd)
{
	struct span covered = span_of(cmd->address, cmd->size);

	return entry->group && (covered.first > entry->tag.range.first || covered.last < entry->tag.range.last);
}

/*
 * 4.4.1: with Leaf only last-level entries must go, else those of tables on the
 * way as well. 4.4.1.1: a range is of entries of the granule TG; TTL tells the
 * level of the leaves in it, so that those of another level may stay, and so may
 * tables from that level on, as none of them can be on the way.
 */
static enum tlb_fate fate_of_level(const struct tlb_entry *entry, const struct command *cmd)
{
	if (entry->table && cmd->leaf)
		return TLB_TABLE;
	if (cmd->granule_bits && cmd->granule_bits != entry->granule_bits)
		return TLB_GRANULE;
	if (cmd->ttl && (entry->table ? entry->level >= cmd->ttl : entry->level != cmd->ttl))
		return TLB_LEVEL;
	return TLB_REMOVED;
}

enum tlb_fate tlb_fate(const struct tlb_entry *entry, const struct command *cmd, const struct settings *settings)
{
	enum tlb_fate fate;

	if (!is_tagged(entry, cmd, settings) || !touches(entry->tag.range, cmd))
		return TLB_NOT_MEANT;
	if (cmd->class == COMMAND_ATC)
		return TLB_REMOVED;
	if (entry->global && (cmd->opcode == TLBI_NH_ASID || cmd->opcode == TLBI_EL2_ASID))
		return TLB_GLOBAL;
	if (!cmd->by_address)
		return TLB_REMOVED;
	fate = fate_of_level(entry, cmd);
	if (fate == TLB_REMOVED && cmd->size && settings->whole_groups && cuts_group(entry, cmd))
		return TLB_GROUP;
	return fate;
}

size_t tlb_invalidate(struct tlb *tlb, const struct command *cmd, const struct settings *settings, uint64_t now)
{
	size_t kept = 0, before = tlb->count;

	for (size_t i = 0; i < before; i++) {
		struct tlb_entry *entry = &tlb->entry[i];
		enum tlb_fate fate = tlb_fate(entry, cmd, settings);

		if (fate == TLB_REMOVED)
			continue;
		if (fate != TLB_NOT_MEANT) {
			entry->spared = fate;
			entry->spared_at = now;
			entry->by = *cmd;
		}
		if (kept != i)
			tlb->entry[kept] = *entry;
		kept++;
	}
	tlb->count = kept;
	return before - kept;
}

const char *tlb_fate_text(enum tlb_fate fate)
{
	static const char *const texts[] = {
		[TLB_REMOVED] = "goes",
		[TLB_NOT_MEANT] = "is not meant",
		[TLB_TABLE] = "is of a table, and that of leaves alone",
		[TLB_LEVEL] = "is of a level that its TTL leaves out",
		[TLB_GRANULE] = "is of another granule than its TG",
		[TLB_GROUP] = "is a contiguous group that it covers in part",
		[TLB_GLOBAL] = "is of all ASIDs",
	};

	return texts[fate];
}
