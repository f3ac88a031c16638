// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_oracle.c - records and commands as a driver would give them, right and
 * wrong: for each kind of violation one sequence that has it, and a neighbour
 * that has not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "guest.h"
#include "oracle.h"
#include "spans.h"

#define DOMAIN	3
#define IOVA	0x100000ULL
#define PAGE	0x1000ULL
#define SIZE	(4 * PAGE)
#define ALL	UINT64_MAX /* a size: no address */
#define NO_SSID UINT32_MAX

/* StreamIDs that each instance has. ASID and VMID are the same on all. */
enum { PLAIN = 1, ATS = 2, ATS_TOO = 3, PASIDS = 4, STAGE2 = 5, NESTED = 6, EL2 = 7, SHARED = 8, BYPASS = 9 };
#define ASID  21
#define VMID  7 /* of stage 2 and nested; the others have 0 */
#define PASID 2

struct bench {
	struct guest *guest;
	struct oracle *oracle;
	uint64_t now;
	char *text;
	size_t text_size;
	FILE *out;
};

static void put_streams(struct guest *g, unsigned int instance)
{
	uint64_t cd = guest_alloc(g, 64), shared = guest_alloc(g, 64), cds = guest_alloc(g, 64 * 4);
	uint64_t stage1 = STE_VALID | STE_STAGE1;

	guest_put(g, cd, CD_VALID | CD_ASET | CD_ASID(ASID));
	guest_put(g, shared, CD_VALID | CD_ASID(ASID));
	guest_put(g, cds + PASID * 64, CD_VALID | CD_ASET | CD_ASID(ASID));
	guest_linear(g, instance, 4);
	guest_register(g, instance, CR2, 0);
	guest_ste(g, guest_stream(g, instance, PLAIN), stage1 | cd, 0, 0);
	guest_ste(g, guest_stream(g, instance, ATS), stage1 | cd, STE1_EATS(1), 0);
	guest_ste(g, guest_stream(g, instance, ATS_TOO), stage1 | cd, STE1_EATS(1), 0);
	guest_ste(g, guest_stream(g, instance, PASIDS), stage1 | STE_S1CDMAX(2) | cds, STE1_EATS(1), 0);
	guest_ste(g, guest_stream(g, instance, STAGE2), STE_VALID | STE_STAGE2, STE1_EATS(1), VMID);
	guest_ste(g, guest_stream(g, instance, NESTED), STE_VALID | STE_NESTED | cd, STE1_EATS(1), VMID);
	guest_ste(g, guest_stream(g, instance, EL2), stage1 | cd, STE1_STRW(2), 0);
	guest_ste(g, guest_stream(g, instance, SHARED), stage1 | shared, STE1_EATS(1), 0);
	guest_ste(g, guest_stream(g, instance, BYPASS), STE_VALID | STE_BYPASS, STE1_EATS(1), 0);
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	MUST(b);
	b->guest = guest_create();
	for (unsigned int i = 0; i < GUEST_INSTANCES; i++)
		put_streams(b->guest, i);
	b->oracle = oracle_create(b->guest->smmu, GUEST_INSTANCES);
	MUST(b->oracle);
	b->out = open_memstream(&b->text, &b->text_size);
	MUST(b->out);
	oracle_print_to(b->oracle, b->out);
	b->now = 5000000000;
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	oracle_destroy(b->oracle);
	guest_destroy(b->guest);
	fclose(b->out);
	free(b->text);
	free(b);
	return 0;
}

static void record(struct bench *b, const struct ring_record *r)
{
	oracle_record(b->oracle, r, b->now += 100);
}

static void endpoint(struct bench *b, enum ring_kind kind, unsigned int instance, uint32_t sid, uint32_t ssid)
{
	struct ring_record r = { .kind = kind, .domain = DOMAIN };

	r.endpoint.smmu = b->guest->smmu[instance].frame;
	r.endpoint.sid = sid;
	r.endpoint.ssid = ssid;
	record(b, &r);
}

static void join(struct bench *b, unsigned int instance, uint32_t sid)
{
	endpoint(b, RING_JOIN, instance, sid, sid == PASIDS ? PASID : 0);
}

static void leave(struct bench *b, unsigned int instance, uint32_t sid)
{
	endpoint(b, RING_LEAVE, instance, sid, sid == PASIDS ? PASID : 0);
}

static void range(struct bench *b, enum ring_kind kind, uint64_t id, uint64_t iova, uint64_t size, uint64_t grain)
{
	struct ring_record r = { .kind = kind, .domain = DOMAIN };

	r.range.id = id;
	r.range.iova = iova;
	r.range.size = size;
	r.range.grain = grain;
	record(b, &r);
}

static void begin(struct bench *b)
{
	range(b, RING_BEGIN, 1, IOVA, SIZE, PAGE);
}

static void begin_all(struct bench *b)
{
	range(b, RING_BEGIN, 1, 0, 0, PAGE);
}

static void end(struct bench *b)
{
	range(b, RING_RETURN, 1, IOVA, SIZE, PAGE);
}

static void command(struct bench *b, unsigned int instance, const struct command *cmd)
{
	oracle_command(b->oracle, &b->guest->smmu[instance], cmd, b->now += 100);
}

/* @size 0: one leaf at @address. */
static void tlbi(struct bench *b, unsigned int instance, enum opcode opcode, uint16_t asid, uint16_t vmid,
		 uint64_t address, uint64_t size)
{
	struct command cmd = { .opcode = opcode, .class = COMMAND_TLBI, .asid = asid, .vmid = vmid };

	if (size != ALL) {
		cmd.by_address = true;
		cmd.address = address;
		cmd.size = size;
	}
	command(b, instance, &cmd);
}

static void tlbi_va(struct bench *b, unsigned int instance)
{
	tlbi(b, instance, TLBI_NH_VA, ASID, 0, IOVA, SIZE);
}

static void atc_inv(struct bench *b, unsigned int instance, uint32_t sid, uint32_t ssid, uint64_t address,
		    uint64_t size)
{
	struct command cmd = { .opcode = ATC_INV, .class = COMMAND_ATC, .sid = sid };

	if (ssid != NO_SSID) {
		cmd.ssid_valid = true;
		cmd.ssid = ssid;
	}
	if (size != ALL) {
		cmd.by_address = true;
		cmd.address = address;
		cmd.size = size;
	}
	command(b, instance, &cmd);
}

static void atc(struct bench *b, unsigned int instance, uint32_t sid)
{
	atc_inv(b, instance, sid, NO_SSID, IOVA, SIZE);
}

static void sync(struct bench *b, unsigned int instance)
{
	struct command cmd = { .opcode = CMD_SYNC, .class = COMMAND_SYNC };

	command(b, instance, &cmd);
}

static void expect(struct bench *b, uint64_t removals, uint64_t needs, uint64_t violations)
{
	struct oracle_count count = oracle_count(b->oracle);

	fflush(b->out);
	if (count.violations != violations)
		print_message("%s", b->text);
	assert_int_equal(count.violations, violations);
	assert_int_equal(count.removals, removals);
	assert_int_equal(count.needs, needs);
	assert_int_equal(count.unfollowed, 0);
	assert_int_equal(count.open, 0);
}

/* One removal, with @needs, without a violation. */
static void expect_clean(struct bench *b, uint64_t needs)
{
	expect(b, 1, needs, 0);
}

static bool has_kind(struct bench *b, const char *kind)
{
	json_t *json = oracle_json(b->oracle);
	const char *first = NULL;
	bool same;

	MUST(json);
	MUST(!json_unpack(json, "{s:[{s:s}]}", "in_full", "kind", &first));
	same = !strcmp(first, kind) && json_integer_value(json_object_get(json_object_get(json, "kinds"), kind)) == 1;
	if (!same)
		print_message("first violation: %s, not %s\n", first, kind);
	json_decref(json);
	return same;
}

/* One removal, with a violation of this kind that @says so. */
static void expect_kind(struct bench *b, const char *kind, const char *says)
{
	struct oracle_count count = oracle_count(b->oracle);

	fflush(b->out);
	assert_int_equal(count.violations, 1);
	assert_int_equal(count.unfollowed, 0);
	assert_true(has_kind(b, kind));
	if (!strstr(b->text, says))
		fail_msg("'%s' is not in:\n%s", says, b->text);
}

static void all_as_it_should_be(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	join(b, 0, ATS);
	join(b, 1, ATS);
	begin(b);
	assert_int_equal(oracle_count(b->oracle).open, 1);
	for (unsigned int i = 0; i < 2; i++) {
		tlbi_va(b, i);
		sync(b, i);
		atc(b, i, ATS);
		sync(b, i);
	}
	end(b);
	expect_clean(b, 4); /* a tag and a StreamID on each of two instances */
	fflush(b->out);
	assert_int_equal(b->text_size, 0);
}

static void nobody_to_tell(void **state)
{
	struct bench *b = *state;

	begin(b);
	end(b);
	expect_clean(b, 0);
}

static void what_does_not_translate_needs_nothing(void **state)
{
	struct bench *b = *state;

	join(b, 0, BYPASS);
	join(b, 0, 0);	  /* an invalid STE */
	join(b, 0, 1000); /* beyond the table */
	begin(b);
	end(b);
	expect_clean(b, 0);
}

/* Driver bugs, one by one. */

static void tag_not_invalidated(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	sync(b, 0);
	end(b);
	expect_kind(b, "missing", "instance 0, TLBI of ASID 21, VMID 0: did not come");
	assert_non_null(strstr(b->text, "removal 1 of 0x100000 + 0x4000 from domain 3, grain 0x1000"));
	assert_non_null(strstr(b->text, "began 5.000000200 s, returned 5.000000400 s, 200 ns later"));
}

static void before_the_beginning_is_too_early(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	tlbi_va(b, 0);
	sync(b, 0);
	begin(b);
	end(b);
	expect_kind(b, "missing", "did not come");
}

static void no_atc_inv(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	tlbi_va(b, 0);
	sync(b, 0);
	end(b);
	expect_kind(b, "missing", "instance 0, ATC_INV of SID 0x2, no SSID: did not come");
}

static void atc_inv_before_the_sync(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	tlbi_va(b, 0);
	atc(b, 0, ATS);
	sync(b, 0);
	end(b);
	expect_kind(b, "misordered", "ATC_INV of SID 0x2, no SSID: came before the TLBIs' CMD_SYNC had completed");
}

static void atc_inv_again_after_the_sync(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	tlbi_va(b, 0);
	atc(b, 0, ATS);
	sync(b, 0);
	atc(b, 0, ATS);
	sync(b, 0);
	end(b);
	expect_clean(b, 2);
}

static void one_device_forgotten(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	join(b, 0, ATS_TOO);
	begin(b);
	tlbi_va(b, 0);
	sync(b, 0);
	atc(b, 0, ATS);
	sync(b, 0);
	end(b);
	expect_kind(b, "missing", "ATC_INV of SID 0x3, no SSID: did not come");
}

static void one_instance_forgotten(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	join(b, 1, PLAIN);
	begin(b);
	tlbi_va(b, 0);
	sync(b, 0);
	sync(b, 1);
	end(b);
	expect_kind(b, "missing", "instance 1, TLBI of ASID 21, VMID 0: did not come");
}

static void pasid_invalidate(struct bench *b, uint32_t ssid, bool global)
{
	struct command cmd = { .opcode = ATC_INV,
			       .class = COMMAND_ATC,
			       .sid = PASIDS,
			       .global = global,
			       .by_address = true,
			       .address = IOVA,
			       .size = SIZE };

	cmd.ssid_valid = ssid != NO_SSID;
	cmd.ssid = cmd.ssid_valid ? ssid : 0;
	join(b, 0, PASIDS);
	begin(b);
	tlbi_va(b, 0);
	sync(b, 0);
	command(b, 0, &cmd);
	sync(b, 0);
	end(b);
}

static void wrong_ssid(void **state)
{
	pasid_invalidate(*state, PASID + 1, false);
	expect_kind(*state, "misdirected", "ATC_INV of SID 0x4, SSID 2: ATC_INV of SID 0x4, SSID 3 came to instance 0");
}

static void right_ssid(void **state)
{
	pasid_invalidate(*state, PASID, false);
	expect_clean(*state, 2);
}

static void global_reaches_all_ssids(void **state)
{
	pasid_invalidate(*state, PASID + 1, true);
	expect_clean(*state, 2);
}

static void no_ssid_reaches_all_ssids(void **state)
{
	pasid_invalidate(*state, NO_SSID, false);
	expect_clean(*state, 2);
}

/* What was requested without a PASID stays, global or not. */
static void an_ssid_does_not_reach_those_without(void **state)
{
	struct command cmd = {
		.opcode = ATC_INV, .class = COMMAND_ATC, .sid = ATS, .ssid_valid = true, .global = true
	};
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	tlbi_va(b, 0);
	sync(b, 0);
	command(b, 0, &cmd);
	sync(b, 0);
	end(b);
	expect_kind(b, "misdirected", "ATC_INV of SID 0x2, SSID 0 came");
}

static void one_page_short(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA, SIZE - PAGE);
	sync(b, 0);
	end(b);
	expect_kind(b, "short", "TLBI of ASID 21, VMID 0: only 0x100000-0x102fff");
}

static void one_page_short_of_the_atc(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	tlbi_va(b, 0);
	sync(b, 0);
	atc_inv(b, 0, ATS, NO_SSID, IOVA + PAGE, SIZE - PAGE);
	sync(b, 0);
	end(b);
	expect_kind(b, "short", "ATC_INV of SID 0x2, no SSID: only 0x101000-0x103fff");
}

static void page_by_page_in_any_order(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA + 2 * PAGE, 0);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA + 0xfff, 0); /* any address of the page */
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA + 3 * PAGE, 0);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA + PAGE, 0);
	sync(b, 0);
	end(b);
	expect_clean(b, 1);
}

static void a_leaf_is_as_large_as_its_grain(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	range(b, RING_BEGIN, 1, 0x40000000, 0x400000, 0x200000);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, 0x40000000, 0);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, 0x40212000, 0);
	sync(b, 0);
	end(b);
	expect_clean(b, 1);
}

static void no_sync(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	tlbi_va(b, 0);
	end(b);
	expect_kind(b, "unsynced", "came, but no CMD_SYNC has completed after it");
}

static void sync_of_another_instance(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	tlbi_va(b, 0);
	sync(b, 1);
	end(b);
	expect_kind(b, "unsynced", "no CMD_SYNC");
}

static void no_sync_of_the_atc(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	tlbi_va(b, 0);
	sync(b, 0);
	atc(b, 0, ATS);
	end(b);
	expect_kind(b, "unsynced", "ATC_INV of SID 0x2, no SSID: came, but no CMD_SYNC");
}

static void wrong_asid(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	tlbi(b, 0, TLBI_NH_VA, ASID + 1, 0, IOVA, SIZE);
	sync(b, 0);
	end(b);
	expect_kind(b, "misdirected", "TLBI of ASID 21, VMID 0: TLBI_NH_VA of ASID 22, VMID 0 came to instance 0");
}

static void wrong_instance(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	tlbi_va(b, 2);
	sync(b, 2);
	end(b);
	expect_kind(b, "misdirected", "came to instance 2");
}

/* What another removal needed was not meant for this one. */
static void another_ones_is_not_misdirected(void **state)
{
	struct ring_record other = { .kind = RING_JOIN, .domain = DOMAIN + 1 };
	struct bench *b = *state;

	join(b, 0, PLAIN);
	other.endpoint.smmu = b->guest->smmu[1].frame;
	other.endpoint.sid = PLAIN;
	record(b, &other);
	begin(b);
	other = (struct ring_record){ .kind = RING_BEGIN, .domain = DOMAIN + 1 };
	other.range.id = 2;
	other.range.iova = IOVA;
	other.range.size = SIZE;
	record(b, &other);
	tlbi_va(b, 1);
	sync(b, 1);
	other.kind = RING_RETURN;
	record(b, &other);
	end(b);
	expect_kind(b, "missing", "instance 0, TLBI");
}

static void late(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	end(b);
	assert_true(has_kind(b, "missing"));
	tlbi_va(b, 0);
	assert_true(has_kind(b, "missing"));
	sync(b, 0);
	expect_kind(b, "late", "violation 1: what lacked had come 200 ns after the return (late)");
	sync(b, 0);
	expect(b, 1, 1, 1);
}

static void too_late_to_be_late(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	end(b);
	b->now += 3000000000;
	tlbi_va(b, 0);
	sync(b, 0);
	expect_kind(b, "missing", "did not come");
}

/* The next removal of the same addresses syncs the last one's TLBI; the fault stays what it was. */
static void unsynced_stays_unsynced(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	begin(b);
	tlbi_va(b, 0);
	end(b);
	sync(b, 0);
	expect_kind(b, "unsynced", "had come 100 ns after the return (unsynced)");
}

static void several_can_fail_and_be_late(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	for (uint64_t id = 0; id < 200; id++)
		range(b, RING_BEGIN, id, id * SIZE, SIZE, PAGE);
	for (uint64_t id = 0; id < 200; id++)
		range(b, RING_RETURN, id, id * SIZE, SIZE, PAGE);
	tlbi(b, 0, TLBI_NH_ASID, ASID, 0, 0, ALL);
	sync(b, 0);
	expect(b, 200, 200, 200);
	fflush(b->out);
	assert_non_null(strstr(b->text, "further violations are counted"));
	assert_null(strstr(b->text, "violation 101"));
}

static void blocked_means_blocked(void **state)
{
	struct bench *b = *state;

	endpoint(b, RING_ALLOW, 0, ATS, 0);
	atc(b, 0, ATS);
	endpoint(b, RING_BLOCKED, 0, ATS, 0);
	atc(b, 1, ATS); /* of another instance */
	atc(b, 0, ATS_TOO);
	expect(b, 0, 0, 0);
	atc(b, 0, ATS);
	expect_kind(b, "blocked", "instance 0, ATC_INV of SID 0x2, no SSID");
	assert_non_null(strstr(b->text, "blocked 5.000000300 s, taken up 5.000000600 s, 300 ns later"));
	endpoint(b, RING_ALLOW, 0, ATS, 0);
	atc(b, 0, ATS);
	expect(b, 0, 0, 1);
}

static void a_blocked_stream_blocks_its_ssids(void **state)
{
	struct command global = { .opcode = ATC_INV,
				  .class = COMMAND_ATC,
				  .sid = PASIDS,
				  .ssid_valid = true,
				  .ssid = PASID,
				  .global = true };
	struct bench *b = *state;

	endpoint(b, RING_BLOCKED, 0, PASIDS, 0);
	endpoint(b, RING_ALLOW, 0, PASIDS, PASID);
	atc_inv(b, 0, PASIDS, PASID, IOVA, SIZE);
	expect(b, 0, 0, 0);
	endpoint(b, RING_BLOCKED, 0, PASIDS, PASID);
	atc_inv(b, 0, PASIDS, PASID + 1, IOVA, SIZE);
	atc_inv(b, 0, PASIDS, NO_SSID, IOVA, SIZE);
	command(b, 0, &global);
	endpoint(b, RING_ALLOW, 0, PASIDS, PASID);
	atc_inv(b, 0, PASIDS, PASID, IOVA, SIZE);
	endpoint(b, RING_BLOCKED, 0, PASIDS, PASID);
	expect(b, 0, 0, 0);
	atc_inv(b, 0, PASIDS, PASID, IOVA, SIZE);
	expect_kind(b, "blocked", "SID 0x4, SSID 2");
	endpoint(b, RING_BLOCKED, 0, PASIDS, 0);
	atc_inv(b, 0, PASIDS, PASID + 1, IOVA, SIZE);
	expect(b, 0, 0, 2);
}

/* Which TLBI reaches which tag, by address or not. */
static void tlbis_and_tags(void **state)
{
	static const struct {
		enum opcode opcode;
		bool by_address, asid, vmid, stage1, stage2, el2;
	} tlbis[] = {
		{ TLBI_NH_ALL, false, false, true, true, false, false },
		{ TLBI_NH_ASID, false, true, true, true, false, false },
		{ TLBI_NH_VA, true, true, true, true, false, false },
		{ TLBI_NH_VAA, true, false, true, true, false, false },
		{ TLBI_EL2_ALL, false, false, false, false, false, true },
		{ TLBI_EL2_ASID, false, true, false, false, false, true },
		{ TLBI_EL2_VA, true, true, false, false, false, true },
		{ TLBI_EL2_VAA, true, false, false, false, false, true },
		{ TLBI_EL3_ALL, false, false, false, false, false, false },
		{ TLBI_S12_VMALL, false, false, true, true, true, false },
		{ TLBI_S2_IPA, true, false, true, false, true, false },
		{ TLBI_NSNH_ALL, false, false, false, true, true, false },
	};
	static const uint32_t sids[] = { PLAIN, STAGE2, EL2 };

	for (unsigned int i = 0; i < sizeof(tlbis) / sizeof(*tlbis) * 3 * 8; i++) {
		unsigned int t = i / 24, s = i / 8 % 3;
		bool all = i & 1, right_asid = i & 2, right_vmid = i & 4, reached;
		struct bench *b;

		setup((void **)&b);
		/* Else ATC_INV would be needed. */
		guest_put(b->guest, guest_stream(b->guest, 0, STAGE2) + 8, 0);
		join(b, 0, sids[s]);
		if (all)
			begin_all(b);
		else
			begin(b);
		tlbi(b, 0, tlbis[t].opcode, right_asid ? ASID : ASID + 1, (s == 1 ? VMID : 0) + !right_vmid, IOVA,
		     tlbis[t].by_address ? SIZE : ALL);
		sync(b, 0);
		end(b);
		reached = (s == 0 ? tlbis[t].stage1 :
			   s == 1 ? tlbis[t].stage2 :
				    tlbis[t].el2) &&
			  !(tlbis[t].asid && !right_asid) && !(tlbis[t].vmid && !right_vmid) &&
			  !(all && tlbis[t].by_address);
		if (oracle_count(b->oracle).violations != !reached)
			fail_msg("%s, case %u of it", opcode_name(tlbis[t].opcode), i % 24);
		teardown((void **)&b);
	}
}

/* An SMMU without stage 2 does not match VMIDs (4.4.2). */
static void vmids_need_stage2(void **state)
{
	struct bench *b = *state;

	b->guest->settings[0].features.stage2 = false;
	join(b, 0, PLAIN);
	begin(b);
	tlbi(b, 0, TLBI_NH_VA, ASID, 99, IOVA, SIZE);
	sync(b, 0);
	end(b);
	expect_clean(b, 1);
}

static void everything_is_not_a_range(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin_all(b);
	tlbi(b, 0, TLBI_NH_ASID, ASID, 0, 0, ALL);
	sync(b, 0);
	atc_inv(b, 0, ATS, NO_SSID, 0, 1ULL << 62);
	sync(b, 0);
	end(b);
	expect_kind(b, "missing", "ATC_INV of SID 0x2, no SSID, all addresses: did not come");
}

static void everything(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin_all(b);
	tlbi(b, 0, TLBI_NH_ASID, ASID, 0, 0, ALL);
	sync(b, 0);
	atc_inv(b, 0, ATS, NO_SSID, 0, ALL);
	sync(b, 0);
	end(b);
	expect_clean(b, 2);
}

/* CPU broadcasts do the TLB's part, not the ATC's. */
static void broadcasts_spare_the_tlbi(void **state)
{
	struct bench *b = *state;

	join(b, 0, SHARED);
	begin(b);
	atc(b, 0, SHARED);
	sync(b, 0);
	end(b);
	expect_clean(b, 1);
}

static void broadcasts_do_not_spare_the_atc(void **state)
{
	struct bench *b = *state;

	join(b, 0, SHARED);
	begin(b);
	end(b);
	expect_kind(b, "missing", "ATC_INV of SID 0x8");
}

static void nested(struct bench *b, bool stage1_too, bool atc_too)
{
	join(b, 0, NESTED);
	begin(b);
	tlbi(b, 0, TLBI_S2_IPA, 0, VMID, IOVA, SIZE);
	if (stage1_too)
		tlbi(b, 0, TLBI_NH_ALL, 0, VMID, 0, ALL);
	sync(b, 0);
	atc_inv(b, 0, NESTED, NO_SSID, IOVA, atc_too ? ALL : SIZE);
	sync(b, 0);
	end(b);
}

static void nested_needs_both_stages(void **state)
{
	nested(*state, true, true);
	expect_clean(*state, 3);
}

static void nested_without_stage1(void **state)
{
	nested(*state, false, true);
	expect_kind(*state, "missing", "TLBI of ASID 21, VMID 7, all addresses: did not come");
}

/* The ATC has VAs; the range is one of IPAs. */
static void nested_with_an_atc_inv_of_ipas(void **state)
{
	nested(*state, true, false);
	expect_kind(*state, "missing", "ATC_INV of SID 0x6, no SSID, all addresses: did not come");
}

static void nested_out_of_order(void **state)
{
	struct bench *b = *state;

	join(b, 0, NESTED);
	begin(b);
	tlbi(b, 0, TLBI_NH_ALL, 0, VMID, 0, ALL);
	tlbi(b, 0, TLBI_S2_IPA, 0, VMID, IOVA, SIZE / 2);
	sync(b, 0);
	atc_inv(b, 0, NESTED, NO_SSID, 0, ALL);
	tlbi(b, 0, TLBI_S2_IPA, 0, VMID, IOVA + SIZE / 2, SIZE / 2);
	sync(b, 0);
	end(b);
	expect_kind(b, "misordered", "ATC_INV of SID 0x6");
}

/* A removal may be seen through range by range, each in order. */
static void half_by_half(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	for (unsigned int half = 0; half < 2; half++) {
		tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA + half * SIZE / 2, SIZE / 2);
		sync(b, 0);
		atc_inv(b, 0, ATS, NO_SSID, IOVA + half * SIZE / 2, SIZE / 2);
		sync(b, 0);
	}
	end(b);
	expect_clean(b, 2);
}

/* The first ATC_INV covers all, but the second half's TLBI comes after it. */
static void half_of_it_out_of_order(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA, SIZE / 2);
	sync(b, 0);
	atc(b, 0, ATS);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA + SIZE / 2, SIZE / 2);
	sync(b, 0);
	end(b);
	expect_kind(b, "misordered", "ATC_INV of SID 0x2");
}

static void those_that_leave_need_nothing(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	begin(b);
	leave(b, 0, ATS);
	end(b);
	expect_clean(b, 0);
}

static void those_that_stay_need_the_tag(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	join(b, 0, PLAIN);
	begin(b);
	leave(b, 0, ATS);
	end(b);
	expect_kind(b, "missing", "TLBI of ASID 21");
	assert_null(strstr(b->text, "ATC_INV"));
}

static void those_that_join_later_need_nothing(void **state)
{
	struct bench *b = *state;

	begin(b);
	join(b, 0, PLAIN);
	end(b);
	expect_clean(b, 0);
}

static void leaving_and_joining_again(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	leave(b, 0, PLAIN);
	join(b, 0, PLAIN);
	join(b, 0, PLAIN);
	begin(b);
	end(b);
	expect(b, 1, 1, 1);
}

/* Each thread's commands serve all that are open. */
static void many_are_open_at_once(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	for (uint64_t id = 1; id <= 1024; id++)
		range(b, RING_BEGIN, id, id * SIZE, SIZE, PAGE);
	assert_int_equal(oracle_count(b->oracle).open, 1024);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, SIZE, 1024 * SIZE);
	sync(b, 0);
	atc_inv(b, 0, ATS, NO_SSID, 0, 2048 * SIZE);
	sync(b, 0);
	for (uint64_t id = 1024; id; id--)
		range(b, RING_RETURN, id, id * SIZE, SIZE, PAGE);
	expect(b, 1024, 2048, 0);
}

static void one_too_many_is_told(void **state)
{
	struct bench *b = *state;

	/* Those that have failed and are kept take no room from those that are open. */
	join(b, 0, PLAIN);
	for (unsigned int i = 0; i < 90; i++) {
		begin(b);
		end(b);
	}
	leave(b, 0, PLAIN);
	for (uint64_t id = 1; id <= 1025; id++)
		range(b, RING_BEGIN, id, 0, SIZE, PAGE);
	assert_int_equal(oracle_count(b->oracle).open, 1025);
	assert_int_equal(oracle_count(b->oracle).unfollowed, 1);
	for (uint64_t id = 1; id <= 1025; id++)
		range(b, RING_RETURN, id, 0, SIZE, PAGE);
	assert_int_equal(oracle_count(b->oracle).open, 0);
	assert_int_equal(oracle_count(b->oracle).unfollowed, 1);
	assert_int_equal(oracle_count(b->oracle).removals, 90 + 1024);
}

/* So that a pool that runs dry, and what it gave back, show. */
static void needs_are_given_back(void **state)
{
	struct bench *b = *state;

	join(b, 0, ATS);
	for (uint64_t id = 1; id <= 100000; id++) {
		range(b, RING_BEGIN, id, IOVA, SIZE, PAGE);
		if (id % 2) {
			tlbi_va(b, 0);
			sync(b, 0);
			atc(b, 0, ATS);
			sync(b, 0);
		}
		range(b, RING_RETURN, id, IOVA, SIZE, PAGE);
	}
	expect(b, 100000, 200000, 50000);
}

static void too_many_endpoints_are_told(void **state)
{
	struct bench *b = *state;

	for (uint32_t ssid = 0; ssid < 65536 + 10; ssid++)
		endpoint(b, RING_JOIN, 0, BYPASS, ssid);
	assert_int_equal(oracle_count(b->oracle).unfollowed, 10);
}

static void more_needs_than_there_is_room_for(void **state)
{
	struct bench *b = *state;

	guest_linear(b->guest, 0, 15);
	for (uint32_t sid = 0; sid < 20000; sid++) {
		guest_ste(b->guest, guest_stream(b->guest, 0, sid), STE_VALID | STE_STAGE2, STE1_EATS(1), VMID);
		join(b, 0, sid);
	}
	begin(b);
	end(b);
	assert_int_equal(oracle_count(b->oracle).unfollowed, 1);
	assert_int_equal(oracle_count(b->oracle).removals, 0);
	assert_int_equal(oracle_count(b->oracle).open, 0);
	for (uint32_t sid = 19999; sid; sid--)
		leave(b, 0, sid);
	begin(b);
	end(b);
	assert_int_equal(oracle_count(b->oracle).removals, 1);
	assert_int_equal(oracle_count(b->oracle).needs, 2);
}

static void records_without_sense_are_told(void **state)
{
	struct ring_record r = { .kind = RING_JOIN, .domain = DOMAIN };
	struct bench *b = *state;

	r.endpoint.smmu = 12345;
	record(b, &r);
	assert_int_equal(oracle_count(b->oracle).unfollowed, 1);
	end(b);
	assert_int_equal(oracle_count(b->oracle).unfollowed, 2);
	begin(b);
	begin(b); /* the same id */
	assert_int_equal(oracle_count(b->oracle).unfollowed, 3);
	end(b);
	end(b);
	assert_int_equal(oracle_count(b->oracle).open, 0);
	assert_int_equal(oracle_count(b->oracle).unfollowed, 3);
	r = (struct ring_record){ .kind = RING_RETURN, .domain = DOMAIN + 1 };
	r.range.id = 1;
	begin(b);
	record(b, &r); /* of another domain */
	assert_int_equal(oracle_count(b->oracle).open, 1);
	assert_int_equal(oracle_count(b->oracle).unfollowed, 4);
}

/* More pieces than can be held: neither clean nor a violation, unless all comes in the end. */
static void too_many_pieces(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	for (unsigned int all = 0; all < 2; all++) {
		range(b, RING_BEGIN, 1, 0, 64 * PAGE, PAGE);
		for (unsigned int page = 0; page < 64; page += 2)
			tlbi(b, 0, TLBI_NH_VA, ASID, 0, page * PAGE, 0);
		if (all)
			tlbi(b, 0, TLBI_NH_ASID, ASID, 0, 0, ALL);
		sync(b, 0);
		end(b);
		assert_int_equal(oracle_count(b->oracle).unfollowed, 1);
		assert_int_equal(oracle_count(b->oracle).removals, all);
		assert_int_equal(oracle_count(b->oracle).violations, 0);
	}
}

static void the_top_of_the_address_space(void **state)
{
	struct bench *b = *state;

	join(b, 0, PLAIN);
	range(b, RING_BEGIN, 1, -SIZE, SIZE, PAGE);
	tlbi(b, 0, TLBI_NH_VA, ASID, 0, -SIZE, 2 * SIZE);
	sync(b, 0);
	end(b);
	expect_clean(b, 1);
}

/* Random commands over at most 32 pages, of which 16 pieces can be made, against a bitmap. */
static void coverage_against_a_bitmap(void **state)
{
	uint64_t removals = 0, violations = 0;
	struct bench *b = *state;

	join(b, 0, PLAIN);
	srand(1);
	for (unsigned int round = 0; round < 20000; round++) {
		unsigned int pages = 1 + rand() % 32, count = rand() % 40;
		uint64_t covered = 0, wanted = (1ULL << pages) - 1;

		range(b, RING_BEGIN, 1, IOVA, pages * PAGE, PAGE);
		for (unsigned int i = 0; i < count; i++) {
			int first = rand() % 40 - 4, length = 1 + rand() % 3;

			if (rand() % 2)
				tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA + first * PAGE, length * PAGE);
			else
				tlbi(b, 0, TLBI_NH_VA, ASID, 0, IOVA + first * PAGE + rand() % PAGE, length = 0);
			for (int page = first; page < first + (length ? length : 1); page++)
				if (page >= 0)
					covered |= 1ULL << page;
			if (!(rand() % 8))
				sync(b, 0);
		}
		sync(b, 0);
		end(b);
		removals++;
		violations += (covered & wanted) != wanted;
		assert_int_equal(oracle_count(b->oracle).violations, violations);
	}
	assert_true(violations > 1000 && violations < removals - 1000);
	expect(b, removals, removals, violations);
}

static uint64_t span_bits(const struct spans *s)
{
	uint64_t bits = 0;

	for (unsigned int i = 0; i < s->count; i++) {
		assert_true(s->span[i].first <= s->span[i].last);
		if (i)
			assert_true(s->span[i].first > s->span[i - 1].last + 1);
		for (uint64_t a = s->span[i].first; a <= s->span[i].last; a++)
			bits |= 1ULL << a;
	}
	return bits;
}

/* The sets themselves, with room running out. */
static void spans_against_a_bitmap(void **state)
{
	unsigned int full = 0;

	srand(2);
	for (unsigned int round = 0; round < 20000; round++) {
		struct spans s = {};
		uint64_t bits = 0;

		for (unsigned int i = 0; i < 60; i++) {
			uint64_t first = rand() % 64, last = first + rand() % (64 - first) / (1 + rand() % 32);
			uint64_t mask = (UINT64_MAX >> (63 - (last - first))) << first;

			assert_int_equal(spans_cover(&s, (struct span){ first, last }), (bits & mask) == mask);
			if (spans_add(&s, (struct span){ first, last })) {
				bits |= mask;
			} else {
				assert_int_equal(s.count, SPANS_MAX);
				full++;
			}
			assert_true(span_bits(&s) == bits);
		}
	}
	assert_true(full > 0);
}

static void spans_at_the_ends(void **state)
{
	struct spans s = {};
	struct span part = { 5, 10 };

	assert_true(spans_add(&s, (struct span){ UINT64_MAX, UINT64_MAX }));
	assert_true(spans_add(&s, (struct span){ 0, 0 }));
	assert_int_equal(s.count, 2);
	assert_true(spans_add(&s, (struct span){ 1, UINT64_MAX - 1 }));
	assert_int_equal(s.count, 1);
	assert_true(spans_cover(&s, SPAN_ALL));
	assert_false(span_clip(&part, (struct span){ 11, 12 }));
	assert_true(span_clip(&part, (struct span){ 10, 12 }));
	assert_true(part.first == 10 && part.last == 10);
	assert_true(span_of(UINT64_MAX - 1, 100).last == UINT64_MAX);
	assert_true(span_of(0, UINT64_MAX).last == UINT64_MAX - 1);
}

/* Whatever records and commands come, nothing is lost: each removal that has ended is checked or told. */
static void noise_does_no_harm(void **state)
{
	static const enum opcode opcodes[] = { TLBI_NH_ALL, TLBI_NH_VA,	    TLBI_NH_ASID, TLBI_NH_VAA,
					       TLBI_S2_IPA, TLBI_S12_VMALL, TLBI_EL2_VA,  TLBI_NSNH_ALL };
	struct bench *b = *state;
	struct oracle_count count;
	uint64_t begun = 0;
	json_t *json;

	srand(3);
	for (unsigned int round = 0; round < 300000; round++) {
		unsigned int instance = rand() % GUEST_INSTANCES, id = rand() % 50;

		switch (rand() % 8) {
		case 0:
			endpoint(b, RING_JOIN + rand() % 4, instance, rand() % 12, rand() % 4);
			break;
		case 1:
			begun++;
			range(b, RING_BEGIN, id, IOVA + rand() % 8 * PAGE, rand() % 8 * PAGE, rand() % 3 * 0x800);
			break;
		case 2:
			range(b, RING_RETURN, id, 0, 0, 0);
			break;
		case 3:
			sync(b, instance);
			break;
		case 4:
			atc_inv(b, instance, rand() % 12, rand() % 2 ? NO_SSID : rand() % 4u, IOVA,
				rand() % 2 ? ALL : rand() % 8 * PAGE);
			break;
		default:
			tlbi(b, instance, opcodes[rand() % 8], ASID + rand() % 2, rand() % 2 * VMID,
			     IOVA + rand() % 8 * PAGE, rand() % 2 ? ALL : rand() % 8 * PAGE);
		}
	}
	count = oracle_count(b->oracle);
	assert_true(count.removals > 1000 && count.violations > 1000);
	assert_true(count.removals + count.unfollowed + count.open >= begun);
	json = oracle_json(b->oracle);
	assert_non_null(json);
	assert_int_equal(json_array_size(json_object_get(json, "in_full")), 100);
	json_decref(json);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_as_it_should_be),
		TEST(nobody_to_tell),
		TEST(what_does_not_translate_needs_nothing),
		TEST(tag_not_invalidated),
		TEST(before_the_beginning_is_too_early),
		TEST(no_atc_inv),
		TEST(atc_inv_before_the_sync),
		TEST(atc_inv_again_after_the_sync),
		TEST(one_device_forgotten),
		TEST(one_instance_forgotten),
		TEST(wrong_ssid),
		TEST(right_ssid),
		TEST(global_reaches_all_ssids),
		TEST(no_ssid_reaches_all_ssids),
		TEST(an_ssid_does_not_reach_those_without),
		TEST(one_page_short),
		TEST(one_page_short_of_the_atc),
		TEST(page_by_page_in_any_order),
		TEST(a_leaf_is_as_large_as_its_grain),
		TEST(no_sync),
		TEST(sync_of_another_instance),
		TEST(no_sync_of_the_atc),
		TEST(wrong_asid),
		TEST(wrong_instance),
		TEST(another_ones_is_not_misdirected),
		TEST(late),
		TEST(too_late_to_be_late),
		TEST(unsynced_stays_unsynced),
		TEST(several_can_fail_and_be_late),
		TEST(blocked_means_blocked),
		TEST(a_blocked_stream_blocks_its_ssids),
		cmocka_unit_test(tlbis_and_tags),
		TEST(vmids_need_stage2),
		TEST(everything_is_not_a_range),
		TEST(everything),
		TEST(broadcasts_spare_the_tlbi),
		TEST(broadcasts_do_not_spare_the_atc),
		TEST(nested_needs_both_stages),
		TEST(nested_without_stage1),
		TEST(nested_with_an_atc_inv_of_ipas),
		TEST(nested_out_of_order),
		TEST(half_by_half),
		TEST(half_of_it_out_of_order),
		TEST(those_that_leave_need_nothing),
		TEST(those_that_stay_need_the_tag),
		TEST(those_that_join_later_need_nothing),
		TEST(leaving_and_joining_again),
		TEST(many_are_open_at_once),
		TEST(one_too_many_is_told),
		TEST(needs_are_given_back),
		TEST(too_many_endpoints_are_told),
		TEST(more_needs_than_there_is_room_for),
		TEST(records_without_sense_are_told),
		TEST(too_many_pieces),
		TEST(the_top_of_the_address_space),
		TEST(coverage_against_a_bitmap),
		cmocka_unit_test(spans_against_a_bitmap),
		cmocka_unit_test(spans_at_the_ends),
		TEST(noise_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
