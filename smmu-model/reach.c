// SPDX-License-Identifier: GPL-2.0-only
/*
 * reach.c - each command goes past the needs of its instance, and leaves its mark on
 * those that it reaches.
 */
#include "reach.h"

#define PAGE 0x1000

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

bool reach_tag(const struct command *cmd, const struct tag *tag, bool vmids)
{
	return cmd->class == COMMAND_ATC ? atc_inv_reaches(cmd, tag) : tlbi_reaches(cmd, tag, vmids);
}

static bool reaches(const struct removals *r, const struct command *cmd, const struct tag *tag)
{
	return reach_tag(cmd, tag, r->smmu[tag->instance].settings->features.stage2);
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
static void note_stray(struct removals *r, unsigned int instance, const struct command *cmd)
{
	struct span span;

	for (struct removal *removal = r->open; removal; removal = removal->next) {
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

void reach_invalidate(struct removals *r, unsigned int instance, const struct command *cmd)
{
	bool reached = false;
	struct span span;

	for (struct need *need = r->by_instance[instance]; need; need = need->after) {
		if (!reaches(r, cmd, &need->tag) || !covered(cmd, need, &span))
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
		note_stray(r, instance, cmd);
}

/* Of a failed removal: the last of what lacked came late. */
static void came_late(struct violations *violations, struct removal *removal, uint64_t now)
{
	if (!--removal->waiting)
		violations_amend(violations, removal->violation, now);
}

/* 4.7.3: all before it in the queue has completed. */
void reach_sync(struct removals *r, struct violations *violations, unsigned int instance, uint64_t now)
{
	for (struct need *need = r->by_instance[instance]; need; need = need->after) {
		if (need->done || !need->issued.count)
			continue;
		need->synced = need->issued;
		need->done = spans_cover(&need->issued, need->tag.range);
		if (need->done && need->removal->failed && need->claims && !need_lost(need))
			came_late(violations, need->removal, now);
	}
}
