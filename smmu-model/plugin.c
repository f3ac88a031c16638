// SPDX-License-Identifier: GPL-2.0-only
/*
 * plugin.c - smmu-model as a plugin of QEMU's TCG, in the time of the guest itself.
 *
 *   -plugin smmu-model.so,memory=FILE,base=ADDRESS,frames=ADDRESS,ring=ADDRESS,instances=N,
 *           watch=ADDRESS-ADDRESS,preset=FILE,set=SETTING,output=FILE,log=FILE,
 *           seed=N,map=FILE,interleaving=FILE
 *
 * With -icount shift=0. FILE is the guest's memory, which QEMU maps as well. What lies
 * in a range of @watch, the driver and the modules, is looked at at each of its loads and stores: before
 * it all that is due is done, and after a store to a register or the ring what that asks for.
 * So the guest never finds the SMMU at another time than its own. @watch and @set may be repeated.
 *
 * QEMU is started with LD_PRELOAD=smmu-model.so (qemu_clock.h).
 *
 * With one vCPU it uses QEMU's plugin interface and nothing else of QEMU, is right at each instruction, and counts them
 * by function, if it has a map. With several
 * a seed says which one runs when (turns.h), for which that is not enough (qemu_turns.h). The interface has no
 * wires for interrupts.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "a64.h"
#include "arguments.h"
#include "guest_time.h"
#include "qemu-plugin.h"
#include "qemu_clock.h"
#include "qemu_turns.h"
#include "session.h"
#include "status.h"
#include "turns.h"

#define REGISTERS 31

static struct plugin {
	struct arguments arguments;
	struct session session;
	struct service service;
	struct guest_time time;
	struct turns turns; /* if there are several vCPUs */
	bool several;
	uint64_t due; /* of the service */

	struct functions functions; /* if there is one, and a map */

	struct qemu_plugin_scoreboard *board, *by_function;
	/*
	 * Executed: by one vCPU, counted before each that can fault and at the end of each block; by several, with
	 * those of the block that is executed. NULL before there is a vCPU.
	 */
	const uint64_t *instructions;
	struct qemu_plugin_register *x[REGISTERS], *esr;
	GByteArray *bytes;
} plugin;

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

/* @ahead: so many of the instructions that are counted have not been executed. */
static uint64_t now(uint64_t ahead)
{
	return guest_time_now(&plugin.time, *plugin.instructions - ahead);
}

static void serve(uint64_t at)
{
	service_advance(&plugin.service, at);
	plugin.due = service_due(&plugin.service);
	if (plugin.several)
		turns_violations(&plugin.turns, oracle_count(plugin.service.oracle).violations, at);
}

static void on_interrupt(void *arg, const struct smmu *smmu, enum smmu_interrupt which)
{
	if (!plugin.session.interrupts++)
		say("instance %u raises an interrupt, and the guest will not see it: bed virtual has none",
		    smmu->index);
}

static void on_refused(void *arg, const char *why)
{
	say("the guest asks: %s", why);
}

static void on_command(void *arg, const struct smmu *smmu, const struct command *cmd, uint64_t at)
{
	interleaving_command(&plugin.turns.interleaving, smmu->index, cmd, at);
}

static void on_record(void *arg, const struct ring_record *record, uint64_t at)
{
	interleaving_record(&plugin.turns.interleaving, plugin.turns.vcpu, record, at);
}

/* ---- what the guest does ---- */

/* @data: how many instructions of the block that are counted already come after it. */
static void before_access(unsigned int vcpu, void *data)
{
	uint64_t at;

	if (plugin.several && turns_access(&plugin.turns, (uintptr_t)data))
		qemu_turns_hold_up(__builtin_return_address(0));
	at = now((uintptr_t)data);
	if (at >= plugin.due)
		serve(at);
}

static bool inside(uint64_t address, uint64_t begin, uint64_t bytes)
{
	return address >= begin && address - begin < bytes;
}

static void after_store(unsigned int vcpu, uint32_t info, uint64_t vaddr, void *data)
{
	const struct qemu_plugin_hwaddr *at = qemu_plugin_get_hwaddr(info, vaddr);
	uint64_t address = at ? qemu_plugin_hwaddr_phys_addr(at) : 0;

	if (inside(address, plugin.arguments.frames, plugin.arguments.instances * SMMU_FRAME_BYTES) ||
	    inside(address, plugin.arguments.ring, RING_BYTES))
		serve(now((uintptr_t)data));
}

/* False if it cannot be read. */
static bool read_register(struct qemu_plugin_register *handle, uint64_t *value)
{
	g_byte_array_set_size(plugin.bytes, 0);
	if (!handle || !qemu_plugin_read_register(handle, plugin.bytes) || plugin.bytes->len != sizeof(*value))
		return false;
	memcpy(value, plugin.bytes->data, sizeof(*value));
	return true;
}

/*
 * The counter is in a register, and one vCPU has executed nothing since. Several may have, or taken an interrupt.
 * @data: the register, and above it the instructions of this block that are counted already.
 */
static void after_counter(unsigned int vcpu, void *data)
{
	uint64_t counter, ahead = (uintptr_t)data / (REGISTERS + 1);

	if (plugin.several && !plugin.turns.goes_on)
		return;
	if (read_register(plugin.x[(uintptr_t)data % (REGISTERS + 1)], &counter))
		guest_time_read(&plugin.time, *plugin.instructions - ahead, counter);
}

static void before_wait(unsigned int vcpu, void *data)
{
	guest_time_idle(&plugin.time);
}

static void before_yield(unsigned int vcpu, void *data)
{
	schedule_yield(&plugin.turns.schedule);
}

static void on_exception(unsigned int vcpu, int type, uint64_t from, uint64_t to, void *data)
{
	uint64_t esr;

	if (read_register(plugin.esr, &esr) && a64_data_abort(esr))
		guest_time_fault(&plugin.time);
}

/* Several vCPUs: one begins a block. */
static void on_block(unsigned int translated_by, void *data)
{
	if (turns_run(&plugin.turns, data, qemu_turns_current(), now(0)))
		qemu_turns_hold_up(__builtin_return_address(0));
}

/* ---- what it is going to do ---- */

static bool is_watched(uint64_t address)
{
	const struct arguments *a = &plugin.arguments;

	for (unsigned int i = 0; i < a->ranges; i++) {
		if (address >= a->watched[i].begin && address < a->watched[i].end)
			return true;
	}
	return false;
}

/* QEMU ends a block at a read of the counter: the next one begins with it in a register. */
static void watch_counter(struct qemu_plugin_insn *first, uintptr_t ahead)
{
	unsigned int reg;
	uint32_t word;

	g_byte_array_set_size(plugin.bytes, 0);
	if (!qemu_plugin_read_memory_vaddr(qemu_plugin_insn_vaddr(first) - A64_BYTES, plugin.bytes, A64_BYTES))
		return;
	memcpy(&word, plugin.bytes->data, A64_BYTES);
	if (a64_reads_counter(word, &reg))
		qemu_plugin_register_vcpu_insn_exec_cb(first, after_counter, QEMU_PLUGIN_CB_R_REGS,
						       (void *)(ahead * (REGISTERS + 1) + reg));
}

static void watch_access(struct qemu_plugin_insn *insn, uintptr_t ahead)
{
	if (!is_watched(qemu_plugin_insn_vaddr(insn)))
		return;
	qemu_plugin_register_vcpu_insn_exec_cb(
		insn, before_access, plugin.several ? QEMU_PLUGIN_CB_R_REGS : QEMU_PLUGIN_CB_NO_REGS, (void *)ahead);
	qemu_plugin_register_vcpu_mem_cb(insn, after_store, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_W, (void *)ahead);
}

/* All of them are in one: a block that goes on into the next function is rare, and ends there soon. */
static void count_in_function(struct qemu_plugin_insn *insn, uint64_t uncounted)
{
	const struct qemu_plugin_u64 function = {
		plugin.by_function,
		symbols_find(&plugin.functions.symbols, qemu_plugin_insn_vaddr(insn)) * sizeof(uint64_t),
	};

	qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(insn, QEMU_PLUGIN_INLINE_ADD_U64, function, uncounted);
}

/*
 * Of one vCPU instructions are counted before each that may be the last of its block to be executed: one that can fault or
 * is done again as it touches a device, and the block's own last. QEMU does that itself.
 */
static void count_here(struct qemu_plugin_insn *insn, uint64_t uncounted)
{
	const struct qemu_plugin_u64 instructions = { plugin.board, 0 };

	qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(insn, QEMU_PLUGIN_INLINE_ADD_U64, instructions, uncounted);
	if (plugin.by_function)
		count_in_function(insn, uncounted);
}

/* Of several, all of a block when it begins: QEMU's own counters would be mixed up (docs/qemu.md). */
static void count_block(struct qemu_plugin_tb *tb)
{
	uint64_t begin = qemu_plugin_tb_vaddr(tb), end = begin + A64_BYTES * qemu_plugin_tb_n_insns(tb);
	struct turns_block *block = turns_translate(&plugin.turns, begin, end, is_watched(begin));

	if (!block)
		die("smmu-model: out of memory");
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, QEMU_PLUGIN_CB_R_REGS, block);
}

static void translate(struct qemu_plugin_tb *tb, void *data)
{
	const size_t count = qemu_plugin_tb_n_insns(tb);
	uint64_t uncounted = 0;

	if (plugin.several)
		count_block(tb);
	watch_counter(qemu_plugin_tb_get_insn(tb, 0), plugin.several ? count : 0);
	for (size_t i = 0; i < count; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint32_t word = 0;

		uncounted++;
		qemu_plugin_insn_data(insn, &word, A64_BYTES);
		if (a64_waits(word))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, before_wait, QEMU_PLUGIN_CB_NO_REGS, NULL);
		if (plugin.several && a64_yields(word))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, before_yield, QEMU_PLUGIN_CB_NO_REGS, NULL);
		if (!a64_accesses_memory(word) && i + 1 < count)
			continue;
		if (!plugin.several)
			count_here(insn, uncounted);
		uncounted = 0;
		if (a64_accesses_memory(word))
			watch_access(insn, plugin.several ? count - 1 - i : 0);
	}
}

/* ---- beginning and end ---- */

/* The registers have the same handles on each. */
static void on_vcpu(unsigned int vcpu, void *data)
{
	GArray *all = qemu_plugin_get_registers();
	const struct qemu_plugin_reg_descriptor *reg = (const void *)all->data;
	struct sentence why;
	unsigned int n;
	char end;

	if (plugin.several && qemu_turns_add(vcpu, &why))
		die("smmu-model: %s", why.text);
	plugin.instructions =
		plugin.several ? &plugin.turns.instructions : qemu_plugin_scoreboard_find(plugin.board, vcpu);
	if (plugin.by_function)
		plugin.functions.executed = qemu_plugin_scoreboard_find(plugin.by_function, vcpu);
	for (unsigned int i = 0; i < all->len; i++) {
		if (sscanf(reg[i].name, "x%u%c", &n, &end) == 1 && n < REGISTERS)
			plugin.x[n] = reg[i].handle;
		else if (!strcmp(reg[i].name, "ESR_EL1"))
			plugin.esr = reg[i].handle;
	}
}

static void on_end(void *data)
{
	if (plugin.instructions)
		session_end(&plugin.session, &plugin.service, now(0));
	if (plugin.several)
		turns_end(&plugin.turns);
	service_done(&plugin.service);
	functions_done(&plugin.functions);
}

static int map_memory(struct memory *memory, struct sentence *why)
{
	const char *path = plugin.arguments.memory;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return sentence(why, -errno, "cannot open %s: %s", path, strerror(errno));
	memory->size = st.st_size;
	memory->host = mmap(NULL, memory->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (memory->host == MAP_FAILED)
		return sentence(why, -errno, "cannot map %s: %s", path, strerror(errno));
	return 0;
}

static int make_devices(struct sentence *why)
{
	struct service *s = &plugin.service;
	const char *said;
	int err;

	s->memory.base = plugin.arguments.base;
	s->instances = plugin.arguments.instances;
	s->interrupt = on_interrupt;
	s->refused = on_refused;
	plugin.session.clock = &plugin.time;
	err = map_memory(&s->memory, why) ?: session_settings(&plugin.session, s->boot_settings, s->instances, why);
	if (err)
		return err;
	err = service_init(s, plugin.arguments.frames, plugin.arguments.ring, &said);
	if (err)
		return sentence(why, err, "%s", said);
	oracle_print_to(s->oracle, stderr);
	plugin.due = service_due(s);
	return session_begin(&plugin.session, s, why);
}

static int take_turns(unsigned int vcpus, struct sentence *why)
{
	struct service *s = &plugin.service;

	if (!plugin.arguments.seed && vcpus == 1)
		return 0;
	if (!plugin.arguments.seed || vcpus < 2 || vcpus > SCHEDULE_VCPUS_MAX)
		return sentence(why, -EINVAL, "%u vCPUs: time is exact with one, and a seed is for 2 to %d", vcpus,
				SCHEDULE_VCPUS_MAX);
	if (qemu_turns_missing(stderr))
		return sentence(why, -EINVAL, "several vCPUs need a QEMU that exports these");
	plugin.several = true;
	plugin.session.seed = plugin.arguments.seed;
	s->command = on_command;
	s->record = on_record;
	return turns_init(&plugin.turns, &plugin.arguments, vcpus, why);
}

static int count_functions(struct sentence *why)
{
	int err;

	if (plugin.several || !plugin.arguments.map)
		return 0;
	err = functions_init(&plugin.functions, plugin.arguments.map, why);
	if (err)
		return err;
	plugin.by_function = qemu_plugin_scoreboard_new(plugin.functions.count * sizeof(uint64_t));
	witness_functions(plugin.service.witness, &plugin.functions);
	return 0;
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
	struct sentence why;

	if (arguments_parse(&plugin.arguments, &plugin.session, argc, argv, &why))
		die("smmu-model: %s", why.text);
	if (plugin.arguments.exports)
		exit(qemu_turns_missing(stdout) ? STATUS_FAIL : STATUS_PASS);
	if (qemu_clock_stands_still(&why) || take_turns(info->smp_vcpus, &why) || make_devices(&why) ||
	    count_functions(&why))
		die("smmu-model: %s", why.text);
	plugin.bytes = g_byte_array_new();
	plugin.board = qemu_plugin_scoreboard_new(sizeof(uint64_t));
	qemu_plugin_register_vcpu_init_cb(id, on_vcpu, NULL);
	if (!plugin.several)
		qemu_plugin_register_vcpu_discon_cb(id, QEMU_PLUGIN_DISCON_EXCEPTION, on_exception, NULL);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate, NULL);
	qemu_plugin_register_atexit_cb(id, on_end, NULL);
	return 0;
}
