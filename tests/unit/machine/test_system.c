// SPDX-License-Identifier: GPL-2.0-only
/* What the machine and its kernel are called, from files and types that the test makes up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <bpf/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "must.h"
#include "system.h"

/* Of /proc; NULL: not there. */
static const char *cpuinfo, *meminfo, *cmdline;

/* Stands in for libc's: system.c reads nothing but /proc. */
FILE *fopen(const char *path, const char *mode)
{
	const char *text = !strcmp(path, "/proc/cpuinfo") ? cpuinfo :
			   !strcmp(path, "/proc/meminfo") ? meminfo :
							    cmdline;

	return text ? fmemopen((void *)text, strlen(text), "r") : NULL;
}

/* The types of kernel and module: members of struct arm_smmu_domain; NULL: without BTF, or without that module. */
static const char *const *in_kernel, *const *in_module;

static struct btf *make_types(const char *const *members)
{
	struct btf *btf;
	int number;

	if (!members)
		return NULL;
	btf = btf__new_empty();
	MUST(btf);
	number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	MUST(number > 0 && btf__add_struct(btf, "device", 4) > 0 && !btf__add_field(btf, "invs", number, 0, 0));
	for (uint32_t n = 0; members[n]; n++) {
		if (!n)
			MUST(btf__add_struct(btf, "arm_smmu_domain", 64) > 0);
		MUST(!btf__add_field(btf, members[n], number, 32 * n, 0));
	}
	return btf;
}

struct btf *btf__load_vmlinux_btf(void)
{
	return make_types(in_kernel);
}

struct btf *btf__load_module_btf(const char *name, struct btf *kernel)
{
	assert_string_equal(name, "arm_smmu_v3");
	return make_types(in_module);
}

static int setup(void **state)
{
	cpuinfo = meminfo = cmdline = NULL;
	in_kernel = in_module = NULL;
	return 0;
}

static void expect_text(const json_t *json, const char *key, const char *want)
{
	assert_string_equal(json_string_value(json_object_get(json, key)), want);
}

static void expect_cpu(const char *info, const char *want)
{
	json_t *json;

	cpuinfo = info;
	json = system_machine();
	assert_non_null(json);
	expect_text(json, "cpu", want);
	json_decref(json);
}

static void a_core_has_a_name(void **state)
{
	expect_cpu("processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n", "Some CPU @ 2 GHz");
	expect_cpu("processor\t: 0\nCPU implementer\t: 0x41\nCPU variant\t: 0x3\nCPU part\t: 0xd0c\n", "Neoverse-N1");
	expect_cpu("CPU implementer\t: 0x48\nCPU part\t: 0xd01\n", "Kunpeng-920");
	/* The same part of another maker is another core. */
	expect_cpu("CPU implementer\t: 0x99\nCPU part\t: 0xd0c\n", "implementer 0x99 part 0xd0c");
	expect_cpu("processor\t: 0\n", "unknown");
	expect_cpu(NULL, "unknown");
}

static void a_machine_has_its_facts(void **state)
{
	struct utsname name;
	json_t *json;

	uname(&name);
	meminfo = "MemTotal:       16316412 kB\nMemFree:         1 kB\n";
	json = system_machine();
	assert_int_equal(json_integer_value(json_object_get(json, "memory_kib")), 16316412);
	assert_int_equal(json_integer_value(json_object_get(json, "cpus")), sysconf(_SC_NPROCESSORS_ONLN));
	expect_text(json, "arch", name.machine);
	json_decref(json);
	meminfo = NULL;
	json = system_machine();
	assert_int_equal(json_integer_value(json_object_get(json, "memory_kib")), 0);
	json_decref(json);
}

static void expect_design(const char *const *kernel, const char *const *module, const char *design,
			  const char *evidence)
{
	json_t *json;

	in_kernel = kernel;
	in_module = module;
	json = system_kernel();
	assert_non_null(json);
	expect_text(json, "design", design);
	expect_text(json, "design_evidence", evidence);
	json_decref(json);
}

static void the_design_is_told_by_members(void **state)
{
	static const char *const list[] = { "smmu", "devices", NULL }, *const array[] = { "smmu", "invs", NULL };
	static const char *const both[] = { "invs", "devices", NULL }, *const neither[] = { "smmu", NULL };
	static const char *const none[] = { NULL };
	static const char *const unknown =
		"the kernel's BTF has no struct arm_smmu_domain with a member invs or devices";

	expect_design(list, NULL, "list",
		      "struct arm_smmu_domain has no member invs and a member devices (BTF of vmlinux)");
	expect_design(array, NULL, "array",
		      "struct arm_smmu_domain has a member invs and no member devices (BTF of vmlinux)");
	expect_design(both, NULL, "array",
		      "struct arm_smmu_domain has a member invs and a member devices (BTF of vmlinux)");
	/* SMMUv2's in the kernel, ours in a module. */
	expect_design(neither, array, "array",
		      "struct arm_smmu_domain has a member invs and no member devices (BTF of module arm_smmu_v3)");
	expect_design(none, list, "list",
		      "struct arm_smmu_domain has no member invs and a member devices (BTF of module arm_smmu_v3)");
	expect_design(neither, NULL, "unknown", unknown);
	expect_design(neither, none, "unknown", unknown);
	expect_design(NULL, NULL, "unknown", "the kernel has no BTF to tell");
}

static void a_kernel_is_named_by_its_release(void **state)
{
	struct utsname name;
	json_t *json;

	uname(&name);
	cmdline = "root=/dev/vda quiet\n";
	json = system_kernel();
	expect_text(json, "name", name.release);
	expect_text(json, "release", name.release);
	expect_text(json, "cmdline", "root=/dev/vda quiet");
	expect_text(json, "image_sha256", "");
	assert_int_equal(json_array_size(json_object_get(json, "series")), 0);
	json_decref(json);
}

/* bootc#1603: what firmware hands on is bytes. Cut where ours ends, too. */
static void names_may_be_in_any_encoding(void **state)
{
	char *long_line = calloc(1, 8000);
	const char *got;
	json_t *json;

	MUST(long_line);
	cmdline = "site=M\xfcnchen note=caf\xe9 \x1b[31m\xd0\n";
	json = system_kernel();
	assert_non_null(json);
	expect_text(json, "cmdline", "site=M?nchen note=caf? ?[31m?");
	json_decref(json);
	for (int i = 0; i < 7998; i += 2)
		memcpy(long_line + i, "\xc3\xa4", 2);
	memcpy(long_line, "x", 1);
	cmdline = long_line;
	json = system_kernel();
	got = json_string_value(json_object_get(json, "cmdline"));
	assert_non_null(got);
	assert_true(strlen(got) > 4000 && strlen(got) < 4096);
	json_decref(json);
	cmdline = NULL;
	free(long_line);
	expect_cpu("model name\t: caf\xe9 CPU\x07\n", "caf? CPU?");
	expect_cpu("CPU implementer\t: 0x\xff\nCPU part\t: \xd0\n", "implementer 0x? part ?");
}

static void a_bed_is_metal_unless_told(void **state)
{
	json_t *json = system_bed();

	expect_text(json, "name", "metal");
	expect_text(json, "clock", "nanoseconds");
	expect_text(json, "accel", "none");
	json_decref(json);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_core_has_a_name),
		TEST(a_machine_has_its_facts),
		TEST(the_design_is_told_by_members),
		TEST(a_kernel_is_named_by_its_release),
		TEST(names_may_be_in_any_encoding),
		TEST(a_bed_is_metal_unless_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
