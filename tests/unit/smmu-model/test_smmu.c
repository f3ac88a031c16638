// SPDX-License-Identifier: GPL-2.0-only
/* One SMMU and several: registers, the command queue, and the MSIs of CMD_SYNCs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_queues.h"

/* How each setting makes the ID registers differ from those of the default, with 44 bits of output. */
static const struct {
	const char *line;
	uint32_t idr0, idr1, idr3, idr5, aidr;
} abilities[] = {
	{ "ats=on", 1 << 10, 0, 0, 0, 0 },
	{ "pri=on", 1 << 16, 0, 0, 0, 0 },
	{ "ril=off", 0, 0, 1 << 10, 0, 1 ^ 2 },
	{ "ds=on", 0, 0, 0, 1 << 7, 0 },
	{ "msi=on", 1 << 13, 0, 0, 0, 0 },
	{ "sev=on", 1 << 14, 0, 0, 0, 0 },
	{ "btm=on", 1 << 5, 0, 0, 0, 0 },
	{ "hyp=on", 1 << 9, 0, 0, 0, 0 },
	{ "coherent=off", 1 << 4, 0, 0, 0, 0 },
	{ "asid16=off", 1 << 12, 0, 0, 0, 0 },
	{ "vmid16=off", 1 << 18, 0, 0, 0, 0 },
	{ "two-level-streams=off", 1 << 27, 0, 0, 0, 0 },
	{ "two-level-cds=off", 1 << 19, 0, 0, 0, 0 },
	{ "stages=1", 1 << 0, 0, 0, 0, 0 },
	{ "stages=2", 1 << 1, 0, 0, 0, 0 },
	{ "granules=16K+64K", 0, 0, 0, 1 << 4, 0 },
	{ "granules=4K+64K", 0, 0, 0, 1 << 5, 0 },
	{ "granules=4K+16K", 0, 0, 0, 1 << 6, 0 },
	{ "stall=yes", 1 << 24, 0, 0, 64 << 16, 0 },
	{ "stall=force", 3 << 24, 0, 0, 64 << 16, 0 },
	{ "httu=access", 1 << 6, 0, 0, 0, 0 },
	{ "httu=dirty", 2 << 6, 0, 0, 0, 0 },
	{ "oas=32", 0, 0, 0, 4 ^ 0, 0 },
	{ "oas=36", 0, 0, 0, 4 ^ 1, 0 },
	{ "oas=40", 0, 0, 0, 4 ^ 2, 0 },
	{ "oas=42", 0, 0, 0, 4 ^ 3, 0 },
	{ "oas=48", 0, 0, 0, 4 ^ 5, 0 },
	{ "oas=52", 0, 0, 0, 4 ^ 6, 0 },
	{ "sid-bits=32", 0, 16 ^ 32, 0, 0, 0 },
	{ "ssid-bits=20", 0, 20 << 6, 0, 0, 0 },
	{ "priq=3", 0, (19 ^ 3) << 11, 0, 0, 0 },
	{ "evtq=4", 0, (19 ^ 4) << 16, 0, 0, 0 },
	{ "cmdq=5", 0, (19 ^ 5) << 21, 0, 0, 0 },
};

static void each_ability_is_reported(void **state)
{
	struct guest *g = *state;

	for (size_t i = 0; i < sizeof(abilities) / sizeof(abilities[0]); i++) {
		settings_init(&g->settings[0]);
		set(g, "oas=44");
		set(g, abilities[i].line);
		reset(g);
		if (get(g, 0, IDR0) != (0x094c101b ^ abilities[i].idr0) ||
		    get(g, 0, IDR1) != (0x02739810 ^ abilities[i].idr1) ||
		    get(g, 0, IDR3) != (0x400 ^ abilities[i].idr3) || get(g, 0, IDR5) != (0x74 ^ abilities[i].idr5) ||
		    get(g, 0, AIDR) != (2 ^ abilities[i].aidr))
			fail_msg("%s: IDR0 %#x, IDR1 %#x, IDR3 %#x, IDR5 %#x, AIDR %#x", abilities[i].line,
				 get(g, 0, IDR0), get(g, 0, IDR1), get(g, 0, IDR3), get(g, 0, IDR5), get(g, 0, AIDR));
	}
}

static void whose_it_is(void **state)
{
	static const struct {
		const char *line;
		uint32_t iidr;
	} products[] = { { "iidr=none", 0 }, { "iidr=mmu600", 0x4830043b }, { "iidr=mmu700", 0x4870043b } };
	struct guest *g = *state;

	for (size_t i = 0; i < sizeof(products) / sizeof(products[0]); i++) {
		settings_init(&g->settings[0]);
		set(g, products[i].line);
		reset(g);
		assert_int_equal(get(g, 0, IIDR), products[i].iidr);
	}
}

static void all_else_is_zero_after_reset(void **state)
{
	struct guest *g = *state;

	for (unsigned int offset = 0; offset < SMMU_FRAME_BYTES; offset += 4) {
		if (offset == IDR0 || offset == IDR1 || offset == IDR3 || offset == IDR5 || offset == AIDR)
			continue;
		if (get(g, 0, offset))
			fail_msg("register %#x is %#x", offset, get(g, 0, offset));
	}
}

static void frames_lie_inside_memory(void **state)
{
	static const uint64_t bad[] = {
		0,
		BASE - 8,
		BASE - SMMU_FRAME_BYTES,
		BASE + 4,
		BASE + BYTES,
		BASE + BYTES - SMMU_FRAME_BYTES + 8,
		UINT64_MAX - 7,
	};
	struct guest *g = *state;
	struct smmu smmu;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(smmu_init(&smmu, 0, bad[i], &g->memory, g->settings, &g->watch), -EINVAL);
	assert_int_equal(smmu_init(&smmu, 0, BASE + BYTES - SMMU_FRAME_BYTES, &g->memory, g->settings, &g->watch), 0);
	smmu_done(&smmu);
}

static void control_registers_are_acknowledged(void **state)
{
	struct guest *g = *state;

	for (unsigned int bit = 0; bit < 32; bit++) {
		put(g, 0, CR0, 1U << bit);
		put(g, 0, IRQ_CTRL, 1U << bit);
		smmu_control(&g->smmu[0]);
		/* 6.3.9: SMMUEN, PRIQEN, EVENTQEN, CMDQEN, ATSCHK, VMW; 6.3.15: GERROR, PRIQ, EVENTQ. */
		assert_int_equal(get(g, 0, CR0ACK), 1U << bit & 0x1df);
		assert_int_equal(get(g, 0, IRQ_CTRLACK), 1U << bit & 7);
	}
	put(g, 0, CR0, 0);
	put(g, 0, GBPA, GBPA_UPDATE | 0x00100123);
	smmu_control(&g->smmu[0]);
	assert_int_equal(get(g, 0, CR0ACK), 0);
	assert_int_equal(get(g, 0, GBPA), 0x00100123);
}

static void nothing_is_consumed_before_the_queue_is_enabled(void **state)
{
	struct guest *g = *state;

	g->base[0] = COMMANDS;
	g->log2[0] = 4;
	put(g, 0, CMDQ_BASE, COMMANDS | 4);
	send(g, 0, TLBI_NSNH_ALL, 100);
	assert_int_equal(g->consumed, 0);
	assert_int_equal(g->doorbells, 0);
	put(g, 0, CR0, CR0_SMMUEN | CR0_EVENTQEN);
	smmu_control(&g->smmu[0]);
	look_and_step(g, 0, 200);
	assert_int_equal(get(g, 0, CMDQ_CONS), 0);
	put(g, 0, CR0, CR0_CMDQEN);
	smmu_control(&g->smmu[0]);
	look_and_step(g, 0, 300);
	assert_int_equal(get(g, 0, CMDQ_CONS), 1);
	assert_int_equal(g->consumed, 1);
}

/* Commands come in the order in which they were put. */
static void expect_next_asid(struct guest *g, const struct smmu *smmu, const struct command *cmd)
{
	if (cmd->opcode != TLBI_NH_ASID || cmd->asid != (g->consumed & 0xffff))
		fail_msg("command %u of ASID %u in place %u", cmd->opcode, cmd->asid, (unsigned int)g->consumed);
}

static void queues_of_each_size_wrap(void **state)
{
	struct guest *g = *state;

	g->on_consumed = expect_next_asid;
	for (unsigned int log2 = 0; log2 <= 19; log2++) {
		unsigned int size = 1U << log2, sent = 0;

		reset(g);
		enable(g, 0, log2);
		g->consumed = 0;
		/* Full, then nearly so, so that the index is in another place at each wrap. */
		for (unsigned int batch = size, round = 0; round < 4; round++, batch = size - round % 2 * (size / 3)) {
			for (unsigned int i = 0; i < batch; i++)
				add(g, 0, TLBI_NH_ASID | (uint64_t)(sent++ & 0xffff) << 48, 0);
			ring(g, 0);
			look_and_step(g, 0, 1000 + round);
			assert_int_equal(g->added, batch);
			assert_int_equal(g->depth, batch);
			assert_int_equal(g->consumed, sent);
			assert_int_equal(get(g, 0, CMDQ_CONS), get(g, 0, CMDQ_PROD));
			assert_int_equal(get(g, 0, CMDQ_CONS), sent & (2 * size - 1));
		}
	}
}

/* 6.3.26: LOG2SIZE is capped at IDR1.CMDQS, and the base aligned to the size. */
static void bases_are_taken_as_the_queue_can_be(void **state)
{
	struct guest *g = *state;

	set(g, "cmdq=3");
	reset(g);
	g->base[0] = COMMANDS;
	g->log2[0] = 3;
	put(g, 0, CMDQ_BASE, (COMMANDS + 0x60) | 31);
	put(g, 0, CR0, CR0_CMDQEN);
	smmu_control(&g->smmu[0]);
	assert_ptr_equal(g->queue, at(g, COMMANDS));
	assert_int_equal(g->queue_bytes, 8 * COMMAND_BYTES);
	g->on_consumed = expect_next_asid;
	for (unsigned int i = 0; i < 20; i++)
		send(g, 0, TLBI_NH_ASID | (uint64_t)i << 48, 100 + i);
	assert_int_equal(g->consumed, 20);
	assert_int_equal(get(g, 0, CMDQ_CONS), 20 % 16);
}

static void prod_beyond_the_queue_waits_for_sense(void **state)
{
	struct guest *g = *state;

	enable(g, 0, 2);
	for (unsigned int i = 0; i < 4; i++)
		add(g, 0, TLBI_NSNH_ALL, 0);
	for (unsigned int prod = 5; prod < 8; prod++) {
		put(g, 0, CMDQ_PROD, prod);
		look_and_step(g, 0, 100);
		assert_int_equal(g->doorbells, 0);
		assert_int_equal(g->consumed, 0);
		assert_int_equal(get(g, 0, CMDQ_CONS), 0);
	}
	/* Bits that an index of this queue does not have are nothing. */
	put(g, 0, CMDQ_PROD, 0xfffffff8 | 4);
	look_and_step(g, 0, 100);
	assert_int_equal(g->consumed, 4);
	assert_int_equal(get(g, 0, CMDQ_CONS), 4);
}

static void steps_go_no_further_than_the_look(void **state)
{
	struct guest *g = *state;

	enable(g, 0, 4);
	assert_false(smmu_waits(&g->smmu[0]));
	add(g, 0, TLBI_NSNH_ALL, 0);
	ring(g, 0);
	smmu_look(&g->smmu[0], 100);
	assert_true(smmu_waits(&g->smmu[0]));
	add(g, 0, TLBI_NSNH_ALL, 0);
	ring(g, 0);
	assert_false(smmu_step(&g->smmu[0], 200));
	assert_int_equal(get(g, 0, CMDQ_CONS), 1);
	look_and_step(g, 0, 300);
	assert_int_equal(get(g, 0, CMDQ_CONS), 2);
	assert_false(smmu_waits(&g->smmu[0]));
}

static void doorbells_tell_what_they_added(void **state)
{
	struct guest *g = *state;

	set(g, "tlbi=1us");
	enable(g, 0, 4);
	add(g, 0, TLBI_NSNH_ALL, 0);
	add(g, 0, TLBI_NSNH_ALL, 0);
	ring(g, 0);
	look_and_step(g, 0, 100);
	assert_int_equal(g->added, 2);
	assert_int_equal(g->depth, 2);
	look_and_step(g, 0, 200);
	assert_int_equal(g->doorbells, 1);
	send(g, 0, TLBI_NSNH_ALL, 1100);
	assert_int_equal(g->doorbells, 2);
	assert_int_equal(g->added, 1);
	assert_int_equal(g->depth, 3);
	smmu_step(&g->smmu[0], 1100);
	send(g, 0, TLBI_NSNH_ALL, 1200);
	assert_int_equal(g->added, 1);
	assert_int_equal(g->depth, 3);
}

static void sync_msi(struct guest *g, uint64_t signal, uint64_t address)
{
	add(g, 0, CMD_SYNC | signal << 12 | 0x12345678ULL << 32, address);
	ring(g, 0);
	look_and_step(g, 0, 1000);
}

static void a_sync_writes_its_msi(void **state)
{
	struct guest *g = *state;

	set(g, "msi=on");
	reset(g);
	enable(g, 0, 4);
	*at(g, MSI) = 0;
	sync_msi(g, SYNC_IRQ, MSI);
	assert_int_equal(*at(g, MSI), 0x12345678);
	sync_msi(g, SYNC_IRQ, MSI + 4);
	assert_int_equal(*at(g, MSI), 0x1234567812345678);
	/* Bits 1:0 and 63:52 are no part of the address (4.7.3). */
	*at(g, MSI) = 0;
	sync_msi(g, SYNC_IRQ, MSI | 0xfff0000000000003);
	assert_int_equal(*at(g, MSI), 0x12345678);
	assert_int_equal(get(g, 0, CMDQ_CONS), 3);
}

static void no_msi_where_none_was_asked_for(void **state)
{
	struct guest *g = *state;

	set(g, "msi=on");
	reset(g);
	enable(g, 0, 4);
	*at(g, MSI) = 0;
	sync_msi(g, SYNC_NONE, MSI);
	sync_msi(g, SYNC_SEV, MSI);
	sync_msi(g, SYNC_IRQ, BASE + BYTES);
	sync_msi(g, SYNC_IRQ, BASE - 4);
	set(g, "msi=off");
	sync_msi(g, SYNC_IRQ, MSI);
	assert_int_equal(*at(g, MSI), 0);
	assert_int_equal(get(g, 0, CMDQ_CONS), 5);
}

/* 4.7.3: none is sent to address 0, not even where that is memory. */
static void address_0_is_no_msi(void **state)
{
	struct guest *g = *state;

	set(g, "msi=on");
	reset(g);
	g->memory.base = 0;
	put(g, 0, CMDQ_BASE, (COMMANDS - BASE) | 4);
	put(g, 0, CR0, CR0_CMDQEN);
	smmu_control(&g->smmu[0]);
	*at(g, COMMANDS - BASE) = CMD_SYNC | SYNC_IRQ << 12 | 0x12345678ULL << 32;
	*at(g, COMMANDS - BASE + 8) = 0;
	put(g, 0, CMDQ_PROD, 1);
	look_and_step(g, 0, 1000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 1);
	assert_int_equal(get(g, 0, IDR0), 0x094c101b | 1 << 13);
}

static void expect_nothing_signalled(struct guest *g, const struct smmu *smmu, const struct command *cmd)
{
	assert_int_equal(cmd->opcode, CMD_SYNC);
	assert_int_equal(smmu_read32(smmu, CMDQ_CONS), 0);
	assert_int_equal(*at(g, MSI), 0);
}

static void watchers_hear_of_a_sync_before_the_guest(void **state)
{
	struct guest *g = *state;

	set(g, "msi=on");
	set(g, "sync=100ns");
	reset(g);
	enable(g, 0, 4);
	*at(g, MSI) = 0;
	g->on_consumed = expect_nothing_signalled;
	sync_msi(g, SYNC_IRQ, MSI);
	smmu_step(&g->smmu[0], 1099);
	assert_int_equal(g->consumed, 0);
	assert_int_equal(*at(g, MSI), 0);
	smmu_step(&g->smmu[0], 1100);
	assert_int_equal(g->consumed, 1);
	assert_int_equal(*at(g, MSI), 0x12345678);
	assert_int_equal(get(g, 0, CMDQ_CONS), 1);
}

/* An MSI to CONS itself shows which of the two was written last. */
static void the_msi_comes_before_cons(void **state)
{
	struct guest *g = *state;

	set(g, "msi=on");
	reset(g);
	enable(g, 0, 4);
	sync_msi(g, SYNC_IRQ, BASE + CMDQ_CONS);
	assert_int_equal(get(g, 0, CMDQ_CONS), 1);
}

static void a_queue_can_be_disabled_and_go_on(void **state)
{
	struct guest *g = *state;

	set(g, "tlbi=1us");
	enable(g, 0, 4);
	send(g, 0, TLBI_NH_ALL, 1000);
	send(g, 0, TLBI_NH_ALL, 1000);
	smmu_step(&g->smmu[0], 2000);
	put(g, 0, CR0, 0);
	smmu_control(&g->smmu[0]);
	look_and_step(g, 0, 10000);
	assert_int_equal(get(g, 0, CMDQ_CONS), 1);
	assert_false(smmu_waits(&g->smmu[0]));
	put(g, 0, CR0, CR0_CMDQEN);
	smmu_control(&g->smmu[0]);
	look_and_step(g, 0, 20000);
	expect_cons_at(g, 0, 2, 21000);
}

/* What a queue was busy with when it was disabled is no burden to the next. */
static void a_queue_begins_afresh(void **state)
{
	struct guest *g = *state;

	set(g, "tlbi=1ms");
	set(g, "sync=100ns");
	enable(g, 0, 4);
	send(g, 0, TLBI_NH_ALL, 1000);
	put(g, 0, CR0, 0);
	smmu_control(&g->smmu[0]);
	g->prod[0] = 0;
	put(g, 0, CMDQ_PROD, 0);
	put(g, 0, CR0, CR0_CMDQEN);
	smmu_control(&g->smmu[0]);
	smmu_look(&g->smmu[0], 1900);
	send(g, 0, CMD_SYNC, 2000);
	expect_cons_at(g, 0, 1, 2100);
	expect_served(g, 0, 100, 100, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_ability_is_reported),
		TEST(whose_it_is),
		TEST(all_else_is_zero_after_reset),
		TEST(frames_lie_inside_memory),
		TEST(control_registers_are_acknowledged),
		TEST(nothing_is_consumed_before_the_queue_is_enabled),
		TEST(queues_of_each_size_wrap),
		TEST(bases_are_taken_as_the_queue_can_be),
		TEST(prod_beyond_the_queue_waits_for_sense),
		TEST(steps_go_no_further_than_the_look),
		TEST(doorbells_tell_what_they_added),
		TEST(a_sync_writes_its_msi),
		TEST(no_msi_where_none_was_asked_for),
		TEST(address_0_is_no_msi),
		TEST(watchers_hear_of_a_sync_before_the_guest),
		TEST(the_msi_comes_before_cons),
		TEST(a_queue_can_be_disabled_and_go_on),
		TEST(a_queue_begins_afresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
