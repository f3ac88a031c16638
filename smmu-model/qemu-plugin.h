/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * qemu-plugin.h - the parts of QEMU's plugin interface that are used here.
 *
 * Debian ships the interface, but not its header (QEMU, include/plugins/qemu-plugin.h,
 * version 7). QEMU has these functions, and GLib those of a GByteArray.
 */
#ifndef SMMU_MODEL_QEMU_PLUGIN_H
#define SMMU_MODEL_QEMU_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A plugin is compiled with all else hidden, or QEMU's functions of the same name would take its place. */
#pragma GCC visibility push(default)

#define QEMU_PLUGIN_VERSION 7

typedef uint64_t qemu_plugin_id_t;

/* Opaque. */
struct qemu_plugin_tb;	 /* a block of instructions that is translated and executed as one */
struct qemu_plugin_insn; /* valid while its block is translated */
struct qemu_plugin_hwaddr;
struct qemu_plugin_scoreboard;
struct qemu_plugin_register;

struct qemu_info {
	const char *target_name;
	struct {
		int min, cur;
	} version;
	bool system_emulation;
	int smp_vcpus, max_vcpus;
};

/* A number in each vCPU's entry of a scoreboard. */
struct qemu_plugin_u64 {
	struct qemu_plugin_scoreboard *score;
	size_t offset;
};

struct qemu_plugin_reg_descriptor {
	struct qemu_plugin_register *handle;
	const char *name, *feature;
	bool readonly; /* not in upstream's header of version 7, but in QEMU 11.1.3 */
};

typedef struct {
	char *data;
	unsigned int len; /* of elements */
} GArray;

typedef struct {
	uint8_t *data;
	unsigned int len;
} GByteArray;

GByteArray *g_byte_array_new(void);
GByteArray *g_byte_array_set_size(GByteArray *array, unsigned int length);

enum { QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_CB_R_REGS };
enum { QEMU_PLUGIN_INLINE_ADD_U64, QEMU_PLUGIN_INLINE_STORE_U64 };
enum { QEMU_PLUGIN_MEM_R = 1, QEMU_PLUGIN_MEM_W, QEMU_PLUGIN_MEM_RW };
enum { QEMU_PLUGIN_DISCON_INTERRUPT = 1, QEMU_PLUGIN_DISCON_EXCEPTION = 2 };

typedef void (*qemu_plugin_data_cb)(void *data);
typedef void (*qemu_plugin_vcpu_cb)(unsigned int vcpu, void *data);
typedef void (*qemu_plugin_translate_cb)(struct qemu_plugin_tb *tb, void *data);
typedef void (*qemu_plugin_mem_cb)(unsigned int vcpu, uint32_t info, uint64_t vaddr, void *data);
typedef void (*qemu_plugin_discon_cb)(unsigned int vcpu, int type, uint64_t from, uint64_t to, void *data);

/* What happens to the machine. */
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, qemu_plugin_data_cb cb, void *data);
void qemu_plugin_register_vcpu_init_cb(qemu_plugin_id_t id, qemu_plugin_vcpu_cb cb, void *data);
void qemu_plugin_register_vcpu_discon_cb(qemu_plugin_id_t id, int types, qemu_plugin_discon_cb cb, void *data);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_plugin_translate_cb cb, void *data);

/* A block, while it is translated. */
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *data, size_t length);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);

/* What is to be called when it is executed; of an instruction in the order in which it was asked for. */
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, qemu_plugin_vcpu_cb cb, int flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, qemu_plugin_vcpu_cb cb, int flags,
					    void *data);
void qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(struct qemu_plugin_insn *insn, int op,
							 struct qemu_plugin_u64 entry, uint64_t value);
/* After a load or store, the first time that it succeeds. */
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, qemu_plugin_mem_cb cb, int flags, int rw,
				      void *data);

/* In these callbacks. NULL for what is no memory of the machine. */
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(uint32_t info, uint64_t vaddr);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *address);

/* Memory and registers of the vCPU that calls; what is read is appended to @out. */
bool qemu_plugin_read_memory_vaddr(uint64_t vaddr, GByteArray *out, size_t length);
GArray *qemu_plugin_get_registers(void); /* of struct qemu_plugin_reg_descriptor */
bool qemu_plugin_read_register(struct qemu_plugin_register *handle, GByteArray *out);

struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t bytes);
void *qemu_plugin_scoreboard_find(struct qemu_plugin_scoreboard *score, unsigned int vcpu);

/* What a plugin has: 0, or QEMU ends. */
int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv);
extern int qemu_plugin_version;

#pragma GCC visibility pop

#endif
