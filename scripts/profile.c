// SPDX-License-Identifier: GPL-2.0-only
/*
 * profile.c - a QEMU TCG plugin: the instructions of calls of one function,
 * by translation block.
 *
 *   -plugin profile.so,start=ADDRESS,low=ADDRESS,high=ADDRESS,out=FILE
 *
 * Counting begins with the block at @start and ends with the first block that
 * is outside @low..@high, the kernel's own text: the call has returned to the
 * module that made it. One vCPU only. FILE gets a line "calls N" and a line
 * for each block: its address, its instructions, how often it was executed;
 * and a line "barriers N..." of those that were executed, by kind. These are
 * counted one by one: a block is begun again at an access to a device.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile-barriers.h"
#include "qemu-plugin.h"

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

#define KERNEL_HALF (1ULL << 63)

struct block {
	struct block *next;
	uint64_t address, instructions, executed;
};

static struct block *blocks;
static uint64_t start, low, high, calls, barriers[BARRIERS];
static const char *out;
static bool counting;

static void execute(unsigned int vcpu, void *data)
{
	struct block *block = data;

	if (block->address == start) {
		counting = true;
		calls++;
	} else if (block->address < low || block->address >= high) {
		counting = false;
	}
	if (counting)
		block->executed++;
}

static void execute_barrier(unsigned int vcpu, void *count)
{
	if (counting)
		++*(uint64_t *)count;
}

static void watch_barriers(struct qemu_plugin_tb *tb)
{
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint32_t word = 0;
		enum barrier kind;

		qemu_plugin_insn_data(insn, &word, sizeof(word));
		kind = barrier_of(word);
		if (kind != BARRIERS)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, execute_barrier, QEMU_PLUGIN_CB_NO_REGS,
							       &barriers[kind]);
	}
}

static void translate(struct qemu_plugin_tb *tb, void *data)
{
	struct block *block;

	if (!(qemu_plugin_tb_vaddr(tb) & KERNEL_HALF))
		return;
	block = calloc(1, sizeof(*block));
	if (!block)
		abort();
	block->address = qemu_plugin_tb_vaddr(tb);
	block->instructions = qemu_plugin_tb_n_insns(tb);
	block->next = blocks;
	blocks = block;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, execute, QEMU_PLUGIN_CB_NO_REGS, block);
	watch_barriers(tb);
}

static void finish(void *data)
{
	FILE *file = fopen(out, "w");

	if (!file)
		return;
	fprintf(file, "calls %" PRIu64 "\n", calls);
	for (const struct block *block = blocks; block; block = block->next)
		if (block->executed)
			fprintf(file, "%016" PRIx64 " %" PRIu64 " %" PRIu64 "\n", block->address, block->instructions,
				block->executed);
	fputs("barriers", file);
	for (int kind = 0; kind < BARRIERS; kind++)
		fprintf(file, " %" PRIu64, barriers[kind]);
	fputc('\n', file);
	fclose(file);
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "start=", 6))
			start = strtoull(argv[i] + 6, NULL, 16);
		else if (!strncmp(argv[i], "low=", 4))
			low = strtoull(argv[i] + 4, NULL, 16);
		else if (!strncmp(argv[i], "high=", 5))
			high = strtoull(argv[i] + 5, NULL, 16);
		else if (!strncmp(argv[i], "out=", 4))
			out = strdup(argv[i] + 4);
	}
	if (!start || !low || !high || !out)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate, NULL);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
