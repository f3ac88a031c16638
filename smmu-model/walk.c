// SPDX-License-Identifier: GPL-2.0-only
/*
 * walk.c - from an address to memory, a descriptor a level.
 *
 * A walk begins at what is cached furthest down, so that one that is stale leads
 * it astray as it would an SMMU. Tables are read one word at a time, and may
 * change at any time (memory.h).
 */
#include "walk.h"

#define VALID	    (1ULL << 0)
#define TABLE	    (1ULL << 1) /* at level 3: a page */
#define ACCESSED    (1ULL << 10)
#define NOT_GLOBAL  (1ULL << 11)
#define CONTIGUOUS  (1ULL << 52)

#define LEVELS	    4
#define TO_THE_LEAF LEVELS
#define STALE_STEPS 512 /* leaves of which a larger one may have been made */

bool walk_init(struct walk *w, const struct smmu *smmu, const struct endpoint *endpoint, struct tlb *tlb, uint64_t now)
{
	*w = (struct walk){ .smmu = smmu, .endpoint = *endpoint, .tlb = tlb, .now = now };
	return stream_read(smmu, endpoint->sid, endpoint->ssid, &w->stream) && (w->stream.stage1 || w->stream.stage2);
}

/* ---- descriptors ---- */

static unsigned int shift_of(unsigned int granule_bits, unsigned int level)
{
	return granule_bits + (LEVELS - 1 - level) * (granule_bits - 3);
}

/* D8.3.1: 64K granules have bits 51 to 48 of an address at 15 to 12. */
static uint64_t output(uint64_t descriptor, unsigned int granule_bits)
{
	uint64_t address = descriptor & 0x0000fffffffff000;

	if (granule_bits == 16)
		address = (descriptor & 0x0000ffffffff0000) | (descriptor & 0xf000) << 36;
	return address >> granule_bits << granule_bits;
}

/* D8.3.1: there are pages at level 3, and blocks above it, but not everywhere. */
static bool leaf_allowed(unsigned int granule_bits, unsigned int level, uint64_t descriptor)
{
	if (level == LEVELS - 1)
		return descriptor & TABLE;
	return level == 2 || (level == 1 && granule_bits != 14);
}

/* D8.6.1: log2 of the entries of a contiguous group. */
static unsigned int group_bits(unsigned int granule_bits, unsigned int level)
{
	if (granule_bits == 12)
		return 4;
	return granule_bits == 14 && level == LEVELS - 1 ? 7 : 5;
}

static void set_leaf(const struct walk *w, uint64_t address, uint64_t descriptor, struct tlb_entry *step)
{
	unsigned int shift = shift_of(step->granule_bits, step->level), bits = shift;

	step->group = descriptor & CONTIGUOUS;
	if (step->group)
		bits += group_bits(step->granule_bits, step->level);
	step->global = step->tag.kind == NEED_STAGE1 && !(descriptor & NOT_GLOBAL);
	step->tag.range = span_of(address >> bits << bits, 1ULL << bits);
	step->target = (output(descriptor, step->granule_bits) >> shift << shift) -
		       ((address >> shift << shift) - step->tag.range.first);
}

/* What the descriptor says of @address. False: it faults, and what faults is not cached (3.21.1). */
static bool decode(const struct walk *w, uint64_t address, uint64_t descriptor, struct tlb_entry *step)
{
	unsigned int shift = shift_of(step->granule_bits, step->level);

	if (!(descriptor & VALID))
		return false;
	step->table = step->level < LEVELS - 1 && descriptor & TABLE;
	if (step->table) {
		step->target = output(descriptor, step->granule_bits);
		step->tag.range = span_of(address >> shift << shift, 1ULL << shift);
		return true;
	}
	if (!leaf_allowed(step->granule_bits, step->level, descriptor) ||
	    (!(descriptor & ACCESSED) && !w->smmu->settings->features.httu))
		return false;
	set_leaf(w, address, descriptor, step);
	return true;
}

/* ---- stages ---- */

static bool nested(const struct walk *w)
{
	return w->stream.stage1 && w->stream.stage2;
}

static enum need_kind first_kind(const struct walk *w)
{
	if (!w->stream.stage1)
		return NEED_STAGE2;
	return w->stream.el2 ? NEED_EL2 : NEED_STAGE1;
}

/*
 * What CPUs broadcast does not come by the queue, so that nobody here would see
 * it removed: it is not kept.
 */
static void keep(struct walk *w, struct tlb_entry *entry)
{
	bool broadcast = w->stream.broadcast && !nested(w) && entry->tag.kind != NEED_ATC;

	entry->sid = w->endpoint.sid;
	entry->filled = w->now;
	if (w->tlb && !broadcast && !tlb_fill(w->tlb, entry))
		w->lost = true;
}

/* NULL: the address is in the range of no table (D8.2.4). */
static const struct walk_root *root_for(const struct walk *w, enum need_kind kind, uint64_t address)
{
	const struct walk_root *root = &w->stream.second;

	if (kind != NEED_STAGE2)
		root = address >> 63 ? &w->stream.high : &w->stream.low;
	if (!root->granule_bits)
		return NULL;
	if (kind != NEED_STAGE2 && address >> 63)
		address = ~address;
	return address >> root->input_bits ? NULL : root;
}

/* One step, at @step->level, of the table at @table. */
static bool look(const struct walk *w, const struct walk_root *root, uint64_t table, uint64_t address,
		 struct tlb_entry *step)
{
	unsigned int shift = shift_of(root->granule_bits, step->level);
	unsigned int bits = step->level == root->level ? root->input_bits - shift : root->granule_bits - 3;
	uint64_t index = address >> shift & ((1ULL << bits) - 1), descriptor;

	return memory_read64(w->smmu->memory, table + index * 8, &descriptor) && decode(w, address, descriptor, step);
}

static bool second_stage(struct walk *w, uint64_t ipa, struct tlb_entry *leaf);

/* Where what stage 1 calls @address is: a table, or the output of a leaf. */
static bool through(struct walk *w, enum need_kind kind, uint64_t address, uint64_t *pa)
{
	struct tlb_entry leaf;

	*pa = address;
	if (kind == NEED_STAGE2 || !nested(w))
		return true;
	if (!second_stage(w, address, &leaf))
		return false;
	*pa = leaf.target + (address - leaf.tag.range.first);
	return true;
}

/*
 * From @step, which says what was reached and is a table, down to a leaf or to
 * @level. @step->target is where it is.
 */
static bool descend(struct walk *w, const struct walk_root *root, uint64_t address, unsigned int level,
		    struct tlb_entry *step)
{
	do {
		uint64_t table;

		if (step->level == LEVELS || !through(w, step->tag.kind, step->target, &table) ||
		    !look(w, root, table, address, step))
			return false;
		if (step->table) {
			keep(w, step);
			step->level++;
		}
	} while (step->table && step->level <= level);
	if (step->table)
		step->level--;
	return true;
}

/* The entry that is for @address after a walk to the leaf, or to @level. */
static bool stage(struct walk *w, enum need_kind kind, uint64_t address, unsigned int level, struct tlb_entry *step)
{
	struct tag tag = removal_tag(kind, &w->endpoint, &w->stream);
	const struct tlb_entry *cached = w->tlb ? tlb_find(w->tlb, &tag, address) : NULL;
	const struct walk_root *root = root_for(w, kind, address);

	if (!root)
		return false;
	*step = (struct tlb_entry){ .tag = tag, .level = root->level, .target = root->base };
	step->granule_bits = root->granule_bits;
	if (cached && !cached->table) {
		*step = *cached;
		return true;
	}
	if (cached) {
		step->level = cached->level + 1;
		step->target = cached->target;
	}
	return descend(w, root, address, level, step);
}

static bool second_stage(struct walk *w, uint64_t ipa, struct tlb_entry *leaf)
{
	if (!stage(w, NEED_STAGE2, ipa, TO_THE_LEAF, leaf))
		return false;
	keep(w, leaf);
	return true;
}

/* Of both stages there is one entry, of what they have in common. */
static bool combine(struct walk *w, uint64_t address, struct tlb_entry *leaf)
{
	uint64_t ipa = leaf->target + (address - leaf->tag.range.first), below, above;
	struct tlb_entry second;
	struct span range;

	if (!second_stage(w, ipa, &second))
		return false;
	below = ipa - second.tag.range.first;
	above = second.tag.range.last - ipa;
	range = leaf->tag.range;
	if (address - range.first > below)
		range.first = address - below;
	if (range.last - address > above)
		range.last = address + above;
	leaf->tag.range = range;
	leaf->target = second.target + below - (address - range.first);
	return true;
}

/* By the TLB and the tables, not by the ATC. */
static bool translate(struct walk *w, uint64_t address, struct tlb_entry *leaf)
{
	enum need_kind kind = first_kind(w);
	struct tag tag = removal_tag(kind, &w->endpoint, &w->stream);
	const struct tlb_entry *cached = w->tlb ? tlb_find(w->tlb, &tag, address) : NULL;

	if (kind == NEED_STAGE2)
		return second_stage(w, address, leaf);
	if (cached && !cached->table) {
		*leaf = *cached;
		return true;
	}
	if (!stage(w, kind, address, TO_THE_LEAF, leaf) || (nested(w) && !combine(w, address, leaf)))
		return false;
	keep(w, leaf);
	return true;
}

bool walk_access(struct walk *w, uint64_t address, struct tlb_entry *leaf)
{
	struct tag tag = removal_tag(NEED_ATC, &w->endpoint, &w->stream);
	const struct tlb_entry *cached = w->tlb && w->stream.ats ? tlb_find(w->tlb, &tag, address) : NULL;

	if (cached) {
		*leaf = *cached;
		return true;
	}
	if (!translate(w, address, leaf))
		return false;
	if (w->stream.ats) {
		tag.range = leaf->tag.range;
		*leaf = (struct tlb_entry){ .tag = tag, .target = leaf->target };
		keep(w, leaf);
	}
	return true;
}

void walk_span(struct walk *w, struct span span, unsigned int most)
{
	struct tlb_entry leaf;
	uint64_t next;

	for (unsigned int i = 0; i < most; i++) {
		next = span.first | 0xfff;
		if (walk_access(w, span.first, &leaf))
			next = leaf.tag.range.last;
		if (next >= span.last)
			return;
		span.first = next + 1;
	}
}

/* ---- stale ---- */

static bool stale_table(struct walk *w, const struct tlb_entry *entry)
{
	struct tlb_entry step;

	return !stage(w, entry->tag.kind, entry->tag.range.first, entry->level, &step) || !step.table ||
	       step.level != entry->level || step.target != entry->target;
}

static bool fresh(struct walk *w, enum need_kind kind, uint64_t address, struct tlb_entry *leaf)
{
	return kind == NEED_STAGE2 ? second_stage(w, address, leaf) : translate(w, address, leaf);
}

bool walk_stale(struct walk *w, const struct tlb_entry *entry, struct span within)
{
	struct span range = entry->tag.range;
	struct tlb_entry leaf;

	if (!span_clip(&range, within))
		return false;
	if (entry->table)
		return stale_table(w, entry);
	for (unsigned int i = 0; i < STALE_STEPS; i++) {
		if (!fresh(w, entry->tag.kind, range.first, &leaf) ||
		    leaf.target + (range.first - leaf.tag.range.first) !=
			    entry->target + (range.first - entry->tag.range.first))
			return true;
		if (leaf.tag.range.last >= range.last)
			return false;
		range.first = leaf.tag.range.last + 1;
	}
	return false;
}
