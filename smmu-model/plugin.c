// SPDX-License-Identifier: GPL-2.0-only
/*
 * plugin.c - smmu-model as a plugin of QEMU's TCG, in the time of the guest itself.
 *
 *   -plugin smmu-model.so,memory=FILE,base=ADDRESS,frames=ADDRESS,ring=ADDRESS,instances=N,
 *           watch=ADDRESS-ADDRESS,preset=FILE,set=SETTING,output=FILE,log=FILE
 *
 * With -icount shift=0 and one vCPU. FILE is the guest's memory, which QEMU maps as well. What lies
 * in a range of @watch, the driver and the modules, is looked at at each of its loads and stores: before
 * it all that is due is done, and after a store to a register or the ring what that asks for.
 * So the guest never finds the SMMU at another time than its own. @watch and @set may be repeated.
 *
 * Uses QEMU's plugin interface and nothing else of QEMU. That has no wires for interrupts.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "a64.h"
#include "guest_time.h"
#include "qemu-plugin.h"
#include "session.h"
#include "status.h"

#define RANGES_MAX  16
#define REGISTERS   31
#define INSTRUCTION 4 /* bytes */

struct range {
	uint64_t begin, end;
};

static struct plugin {
	const char *memory;
	uint64_t frames, ring, instances;
	struct range watched[RANGES_MAX];
	unsigned int ranges;

	struct session session;
	struct service service;
	struct guest_time time;
	uint64_t due; /* of the service */

	struct qemu_plugin_scoreboard *board;
	const uint64_t *instructions; /* executed, counted before each that can fault and at the end of each block */
	struct qemu_plugin_register *x[REGISTERS], *esr;
	GByteArray *bytes;
} plugin;

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static uint64_t now(void)
{
	return guest_time_now(&plugin.time, *plugin.instructions);
}

static void serve(void)
{
	service_advance(&plugin.service, now());
	plugin.due = service_due(&plugin.service);
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

/* ---- what the guest does ---- */

static void before_access(unsigned int vcpu, void *data)
{
	if (now() >= plugin.due)
		serve();
}

static bool inside(uint64_t address, uint64_t begin, uint64_t bytes)
{
	return address >= begin && address - begin < bytes;
}

static void after_store(unsigned int vcpu, uint32_t info, uint64_t vaddr, void *data)
{
	const struct qemu_plugin_hwaddr *at = qemu_plugin_get_hwaddr(info, vaddr);
	uint64_t address = at ? qemu_plugin_hwaddr_phys_addr(at) : 0;

	if (inside(address, plugin.frames, plugin.instances * SMMU_FRAME_BYTES) ||
	    inside(address, plugin.ring, RING_BYTES))
		serve();
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

/* The counter is in register @data, and nothing has been executed since. */
static void after_counter(unsigned int vcpu, void *data)
{
	uint64_t counter;

	if (read_register(plugin.x[(uintptr_t)data], &counter))
		guest_time_read(&plugin.time, *plugin.instructions, counter);
}

static void before_wait(unsigned int vcpu, void *data)
{
	guest_time_idle(&plugin.time);
}

static void on_exception(unsigned int vcpu, int type, uint64_t from, uint64_t to, void *data)
{
	uint64_t esr;

	if (read_register(plugin.esr, &esr) && a64_data_abort(esr))
		guest_time_fault(&plugin.time);
}

/* ---- what it is going to do ---- */

static bool is_watched(uint64_t address)
{
	for (unsigned int i = 0; i < plugin.ranges; i++) {
		if (address >= plugin.watched[i].begin && address < plugin.watched[i].end)
			return true;
	}
	return false;
}

/* QEMU ends a block at a read of the counter: the next one begins with it in a register. */
static void watch_counter(struct qemu_plugin_insn *first)
{
	unsigned int reg;
	uint32_t word;

	g_byte_array_set_size(plugin.bytes, 0);
	if (!qemu_plugin_read_memory_vaddr(qemu_plugin_insn_vaddr(first) - INSTRUCTION, plugin.bytes, INSTRUCTION))
		return;
	memcpy(&word, plugin.bytes->data, INSTRUCTION);
	if (a64_reads_counter(word, &reg))
		qemu_plugin_register_vcpu_insn_exec_cb(first, after_counter, QEMU_PLUGIN_CB_R_REGS,
						       (void *)(uintptr_t)reg);
}

static void watch_access(struct qemu_plugin_insn *insn)
{
	if (!is_watched(qemu_plugin_insn_vaddr(insn)))
		return;
	qemu_plugin_register_vcpu_insn_exec_cb(insn, before_access, QEMU_PLUGIN_CB_NO_REGS, NULL);
	qemu_plugin_register_vcpu_mem_cb(insn, after_store, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_W, NULL);
}

/*
 * Instructions are counted before each that may be the last of its block to be executed: one that can fault or is
 * done again as it touches a device, and the block's own last.
 */
static void translate(struct qemu_plugin_tb *tb, void *data)
{
	const struct qemu_plugin_u64 instructions = { plugin.board, 0 };
	const size_t count = qemu_plugin_tb_n_insns(tb);
	uint64_t uncounted = 0;

	watch_counter(qemu_plugin_tb_get_insn(tb, 0));
	for (size_t i = 0; i < count; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint32_t word = 0;

		uncounted++;
		qemu_plugin_insn_data(insn, &word, INSTRUCTION);
		if (a64_waits(word))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, before_wait, QEMU_PLUGIN_CB_NO_REGS, NULL);
		if (!a64_accesses_memory(word) && i + 1 < count)
			continue;
		qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(insn, QEMU_PLUGIN_INLINE_ADD_U64, instructions,
								    uncounted);
		uncounted = 0;
		if (a64_accesses_memory(word))
			watch_access(insn);
	}
}

/* ---- beginning and end ---- */

static void on_vcpu(unsigned int vcpu, void *data)
{
	GArray *all = qemu_plugin_get_registers();
	const struct qemu_plugin_reg_descriptor *reg = (const void *)all->data;
	unsigned int n;
	char end;

	plugin.instructions = qemu_plugin_scoreboard_find(plugin.board, vcpu);
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
		session_end(&plugin.session, &plugin.service, now());
	service_done(&plugin.service);
}

/* -EINVAL if @text is no number up to @max, in any base. */
static int parse_number(const char *text, uint64_t max, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	return errno || end == text || *end || *text == '-' || *value > max ? -EINVAL : 0;
}

static int parse_range(const char *text)
{
	struct range *range = &plugin.watched[plugin.ranges];
	char end;

	if (plugin.ranges == RANGES_MAX ||
	    sscanf(text, "%" SCNx64 "-%" SCNx64 "%c", &range->begin, &range->end, &end) != 2)
		return -EINVAL;
	plugin.ranges++;
	return 0;
}

static int parse_value(const char *name, const char *value)
{
	struct session *session = &plugin.session;

	if (!strcmp(name, "base"))
		return parse_number(value, 1ULL << 48, &plugin.service.memory.base);
	if (!strcmp(name, "frames"))
		return parse_number(value, 1ULL << 48, &plugin.frames);
	if (!strcmp(name, "ring"))
		return parse_number(value, 1ULL << 48, &plugin.ring);
	if (!strcmp(name, "instances"))
		return parse_number(value, SMMU_INSTANCES_MAX, &plugin.instances);
	if (!strcmp(name, "watch"))
		return parse_range(value);
	if (!strcmp(name, "set"))
		return session_add_set(session, value) ? 0 : -EINVAL;
	if (!strcmp(name, "memory"))
		plugin.memory = value;
	else if (!strcmp(name, "preset"))
		session->preset = value;
	else if (!strcmp(name, "output"))
		session->path = value;
	else if (!strcmp(name, "log"))
		session->log = value;
	else
		return -EINVAL;
	return 0;
}

/* QEMU hands over NAME=VALUE, and keeps it. */
static int parse(int argc, char **argv, struct sentence *why)
{
	for (int i = 0; i < argc; i++) {
		char *value = strchr(argv[i], '=');

		if (!value)
			return sentence(why, -EINVAL, "'%s' is not NAME=VALUE", argv[i]);
		*value++ = '\0';
		if (parse_value(argv[i], value))
			return sentence(why, -EINVAL, "%s=%s: no such argument, or not its value", argv[i], value);
	}
	if (!plugin.memory || !plugin.instances)
		return sentence(why, -EINVAL, "memory=FILE and instances=N are needed");
	return 0;
}

static int map_memory(struct memory *memory, struct sentence *why)
{
	int fd = open(plugin.memory, O_RDWR | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return sentence(why, -errno, "cannot open %s: %s", plugin.memory, strerror(errno));
	memory->size = st.st_size;
	memory->host = mmap(NULL, memory->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (memory->host == MAP_FAILED)
		return sentence(why, -errno, "cannot map %s: %s", plugin.memory, strerror(errno));
	return 0;
}

static int make_devices(struct sentence *why)
{
	struct service *s = &plugin.service;
	const char *said;
	int err;

	s->instances = plugin.instances;
	s->interrupt = on_interrupt;
	s->refused = on_refused;
	plugin.session.clock = &plugin.time;
	err = map_memory(&s->memory, why) ?: session_settings(&plugin.session, s->boot_settings, s->instances, why);
	if (err)
		return err;
	err = service_init(s, plugin.frames, plugin.ring, &said);
	if (err)
		return sentence(why, err, "%s", said);
	oracle_print_to(s->oracle, stderr);
	plugin.due = service_due(s);
	return session_begin(&plugin.session, s, why);
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
	struct sentence why;

	if (info->smp_vcpus != 1)
		die("smmu-model: %d vCPUs, where time is exact with one", info->smp_vcpus);
	if (parse(argc, argv, &why) || make_devices(&why))
		die("smmu-model: %s", why.text);
	plugin.bytes = g_byte_array_new();
	plugin.board = qemu_plugin_scoreboard_new(sizeof(uint64_t));
	qemu_plugin_register_vcpu_init_cb(id, on_vcpu, NULL);
	qemu_plugin_register_vcpu_discon_cb(id, QEMU_PLUGIN_DISCON_EXCEPTION, on_exception, NULL);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate, NULL);
	qemu_plugin_register_atexit_cb(id, on_end, NULL);
	return 0;
}
