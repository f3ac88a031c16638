// SPDX-License-Identifier: GPL-2.0-only
/*
 * system.c - facts of machine and kernel.
 */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "build_id.h"
#include "system.h"
#include "text.h"

/* The first line of @path that begins with @key, without it and what separates; "" if there is none. */
static void file_value(const char *path, const char *key, char *out, size_t size)
{
	FILE *in = fopen(path, "re");
	char line[4096];

	*out = '\0';
	if (!in)
		return;
	while (fgets(line, sizeof(line), in)) {
		char *value = line + strlen(key);

		if (strncmp(line, key, strlen(key)))
			continue;
		value += strspn(value, " \t:");
		value[strcspn(value, "\n")] = '\0';
		text_format(out, size, "%s", value);
		break;
	}
	fclose(in);
}

/* Cores of servers on which an SMMUv3 is found; the rest go by their numbers. */
static const struct {
	unsigned int implementer, part;
	const char *name;
} cores[] = {
	{ 0x41, 0xd08, "Cortex-A72" },	{ 0x41, 0xd0c, "Neoverse-N1" }, { 0x41, 0xd40, "Neoverse-V1" },
	{ 0x41, 0xd49, "Neoverse-N2" }, { 0x41, 0xd4f, "Neoverse-V2" }, { 0x41, 0xd8e, "Neoverse-N3" },
	{ 0x41, 0xd84, "Neoverse-V3" }, { 0x48, 0xd01, "Kunpeng-920" }, { 0x43, 0x0af, "ThunderX2" },
	{ 0xc0, 0xac3, "AmpereOne" },	{ 0x4e, 0x004, "Carmel" },
};

static void cpu_model(char *out, size_t size)
{
	char implementer[32], part[32];

	file_value("/proc/cpuinfo", "model name", out, size);
	if (*out)
		return;
	file_value("/proc/cpuinfo", "CPU implementer", implementer, sizeof(implementer));
	file_value("/proc/cpuinfo", "CPU part", part, sizeof(part));
	for (size_t i = 0; i < sizeof(cores) / sizeof(*cores); i++) {
		if (strtoul(implementer, NULL, 0) == cores[i].implementer && strtoul(part, NULL, 0) == cores[i].part) {
			snprintf(out, size, "%s", cores[i].name);
			return;
		}
	}
	if (*implementer)
		snprintf(out, size, "implementer %s part %s", implementer, part);
	else
		snprintf(out, size, "unknown");
}

/* A kernel can be built with any bytes as its release. */
static void read_names(struct utsname *name)
{
	uname(name);
	text_make_line(name->machine);
	text_make_line(name->release);
}

json_t *system_machine(void)
{
	char cpu[256], memory[64];
	struct utsname name;

	read_names(&name);
	cpu_model(cpu, sizeof(cpu));
	file_value("/proc/meminfo", "MemTotal", memory, sizeof(memory));
	return json_pack("{ss, ss, sI, sI}", "arch", name.machine, "cpu", cpu, "cpus",
			 (json_int_t)sysconf(_SC_NPROCESSORS_ONLN), "memory_kib",
			 (json_int_t)strtoll(memory, NULL, 10));
}

/* The design by the members of one structure, or NULL if it has neither: SMMUv2's has the same name. */
static const char *design_by(const struct btf *btf, const struct btf_type *t, const char *where, char *evidence,
			     size_t size)
{
	const struct btf_member *m = btf_members(t);
	bool invs = false, devices = false;

	for (unsigned int i = 0; i < btf_vlen(t); i++, m++) {
		const char *name = btf__name_by_offset(btf, m->name_off);

		invs |= !strcmp(name, "invs");
		devices |= !strcmp(name, "devices");
	}
	if (!invs && !devices)
		return NULL;
	snprintf(evidence, size, "struct arm_smmu_domain has %s member invs and %s member devices (BTF of %s)",
		 invs ? "a" : "no", devices ? "a" : "no", where);
	return invs ? "array" : "list";
}

static const char *design_of(const struct btf *btf, const char *where, char *evidence, size_t size)
{
	const char *design = NULL;

	for (unsigned int id = 1; id < btf__type_cnt(btf) && !design; id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		if (btf_is_struct(t) && !strcmp(btf__name_by_offset(btf, t->name_off), "arm_smmu_domain"))
			design = design_by(btf, t, where, evidence, size);
	}
	return design;
}

static int no_talk(enum libbpf_print_level level, const char *format, va_list args)
{
	return 0;
}

static const char *detect_design(char *evidence, size_t size)
{
	libbpf_print_fn_t talk = libbpf_set_print(no_talk);
	struct btf *kernel = btf__load_vmlinux_btf(), *module = NULL;
	const char *design = NULL;

	if (!kernel) {
		snprintf(evidence, size, "the kernel has no BTF to tell");
	} else {
		design = design_of(kernel, "vmlinux", evidence, size);
		if (!design)
			module = btf__load_module_btf("arm_smmu_v3", kernel);
		if (module)
			design = design_of(module, "module arm_smmu_v3", evidence, size);
		if (!design)
			snprintf(evidence, size,
				 "the kernel's BTF has no struct arm_smmu_domain with a member invs or devices");
	}
	btf__free(module);
	btf__free(kernel);
	libbpf_set_print(talk);
	return design ? design : "unknown";
}

json_t *system_kernel(void)
{
	char cmdline[4096], evidence[256], build_id[64];
	const char *design = detect_design(evidence, sizeof(evidence));
	struct utsname name;

	read_names(&name);
	file_value("/proc/cmdline", "", cmdline, sizeof(cmdline));
	build_id_read(KERNEL_NOTES, build_id, sizeof(build_id));
	return json_pack("{ss, ss, ss, ss, ss, ss, ss, ss, ss, s[], ss, ss}", "name", name.release, "release",
			 name.release, "design", design, "design_evidence", evidence, "config_sha256", "",
			 "series_sha256", "", "image_sha256", "", "source", "", "source_version", "", "series",
			 "cmdline", cmdline, "booted_build_id", build_id);
}

json_t *system_bed(void)
{
	return json_pack("{ss, ss, ss, ss, ss}", "name", "metal", "clock", "nanoseconds", "accel", "none", "emulator",
			 "", "cpu", "");
}
