/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake_driver.h - a guest with three instances and streams of each kind on them, and the
 * records and commands that its driver would give the oracle.
 */
#ifndef INVBENCH_TESTS_FAKE_DRIVER_H
#define INVBENCH_TESTS_FAKE_DRIVER_H

#include "guest.h"
#include "oracle.h"
#include "spans.h"

#define UNUSED	__attribute__((unused))

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

static UNUSED void put_streams(struct guest *g, unsigned int instance)
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

static UNUSED int setup(void **state)
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

static UNUSED int teardown(void **state)
{
	struct bench *b = *state;

	oracle_destroy(b->oracle);
	guest_destroy(b->guest);
	fclose(b->out);
	free(b->text);
	free(b);
	return 0;
}

static UNUSED void record(struct bench *b, const struct ring_record *r)
{
	oracle_record(b->oracle, r, b->now += 100);
}

static UNUSED void endpoint(struct bench *b, enum ring_kind kind, unsigned int instance, uint32_t sid, uint32_t ssid)
{
	struct ring_record r = { .kind = kind, .domain = DOMAIN };

	r.endpoint.smmu = b->guest->smmu[instance].frame;
	r.endpoint.sid = sid;
	r.endpoint.ssid = ssid;
	record(b, &r);
}

static UNUSED void join(struct bench *b, unsigned int instance, uint32_t sid)
{
	endpoint(b, RING_JOIN, instance, sid, sid == PASIDS ? PASID : 0);
}

static UNUSED void leave(struct bench *b, unsigned int instance, uint32_t sid)
{
	endpoint(b, RING_LEAVE, instance, sid, sid == PASIDS ? PASID : 0);
}

static UNUSED void range(struct bench *b, enum ring_kind kind, uint64_t id, uint64_t iova, uint64_t size,
			 uint64_t grain)
{
	struct ring_record r = { .kind = kind, .domain = DOMAIN };

	r.range.id = id;
	r.range.iova = iova;
	r.range.size = size;
	r.range.grain = grain;
	record(b, &r);
}

static UNUSED void begin(struct bench *b)
{
	range(b, RING_BEGIN, 1, IOVA, SIZE, PAGE);
}

static UNUSED void begin_all(struct bench *b)
{
	range(b, RING_BEGIN, 1, 0, 0, PAGE);
}

static UNUSED void end(struct bench *b)
{
	range(b, RING_RETURN, 1, IOVA, SIZE, PAGE);
}

static UNUSED void command(struct bench *b, unsigned int instance, const struct command *cmd)
{
	oracle_command(b->oracle, &b->guest->smmu[instance], cmd, b->now += 100);
}

/* @size 0: one leaf at @address. */
static UNUSED void tlbi(struct bench *b, unsigned int instance, enum opcode opcode, uint16_t asid, uint16_t vmid,
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

static UNUSED void tlbi_va(struct bench *b, unsigned int instance)
{
	tlbi(b, instance, TLBI_NH_VA, ASID, 0, IOVA, SIZE);
}

static UNUSED void atc_inv(struct bench *b, unsigned int instance, uint32_t sid, uint32_t ssid, uint64_t address,
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

static UNUSED void atc(struct bench *b, unsigned int instance, uint32_t sid)
{
	atc_inv(b, instance, sid, NO_SSID, IOVA, SIZE);
}

static UNUSED void sync(struct bench *b, unsigned int instance)
{
	struct command cmd = { .opcode = CMD_SYNC, .class = COMMAND_SYNC };

	command(b, instance, &cmd);
}

static UNUSED void expect(struct bench *b, uint64_t removals, uint64_t needs, uint64_t violations)
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
static UNUSED void expect_clean(struct bench *b, uint64_t needs)
{
	expect(b, 1, needs, 0);
}

static UNUSED bool has_kind(struct bench *b, const char *kind)
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
static UNUSED void expect_kind(struct bench *b, const char *kind, const char *says)
{
	struct oracle_count count = oracle_count(b->oracle);

	fflush(b->out);
	assert_int_equal(count.violations, 1);
	assert_int_equal(count.unfollowed, 0);
	assert_true(has_kind(b, kind));
	if (!strstr(b->text, says))
		fail_msg("'%s' is not in:\n%s", says, b->text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
