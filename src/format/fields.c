// SPDX-License-Identifier: GPL-2.0-only
/* fields.c - the table of what a file says of its machine, bed and kernel. */
#include "fields.h"

const char *const section_names[SECTIONS] = { "machine", "bed", "kernel" };

static const char *const clocks[] = { "instructions", "nanoseconds", NULL };
static const char *const accels[] = { "tcg", "kvm", "none", NULL };

/* The title, what stands before a value and after it; then what else it has. */
#define ROW(in, left, right, ...) .row = { .title = in, .before = left, .after = right, ##__VA_ARGS__ }

#define AT(member)		  .at = offsetof(struct result_machine, member)
static const struct field machine_fields[] = {
	{ "arch", FIELD_TEXT, AT(arch), .differs = DIFFERS_ALWAYS, .label = "architecture", .elsewhere = "unknown",
	  ROW("machine", "", "") },
	{ "cpu", FIELD_TEXT, AT(cpu), .differs = DIFFERS_ALWAYS, .label = "CPU", .elsewhere = "unknown",
	  ROW("machine", ", ", "", .unknown = ", CPU unknown") },
	{ "cpus", FIELD_UINT, AT(cpus), .differs = DIFFERS_ALWAYS, .label = "number of CPUs", .elsewhere = "",
	  ROW("machine", ", ", " CPUs") },
	{ "memory_kib", FIELD_UINT, AT(memory_kib), .differs = DIFFERS_MUCH, .label = "memory (KiB)", .elsewhere = "",
	  ROW("machine", ", ", " MiB", .per = 1024) },
	{ "hypervisor", FIELD_TEXT, AT(hypervisor), .optional = true, .differs = DIFFERS_ALWAYS, .label = "hypervisor",
	  ROW("machine", ", virtual, of ", "") },
	{ "host_cpu", FIELD_TEXT, AT(host_cpu), .optional = true, .differs = DIFFERS_TIMES, .label = "host CPU",
	  ROW("host", "", "") },
	{ "host_cpus", FIELD_UINT, AT(host_cpus), .optional = true, ROW("host", ", ", " CPUs") },
	{},
};
#undef AT

#define AT(member) .at = offsetof(struct result_bed, member)
static const struct field bed_fields[] = {
	{ "name", FIELD_TEXT, AT(name), .of_side = true, .given = true, ROW("bed", "", ""), .variable = "BED" },
	{ "clock", FIELD_WORD, AT(clock), .given = true, .words = clocks, ROW("bed", ", clock in ", "") },
	{ "accel", FIELD_WORD, AT(accel), .given = true, .words = accels, .differs = DIFFERS_ALWAYS,
	  .label = "accelerator", ROW("bed", ", accelerator ", ""), .variable = "ACCEL", .asked = "kvm" },
	{ "emulator", FIELD_TEXT, AT(emulator), .given = true, .differs = DIFFERS_ALWAYS, .label = "emulator version",
	  ROW("bed", ", QEMU ", "") },
	{ "cpu", FIELD_TEXT, AT(cpu), .given = true, .differs = DIFFERS_ALWAYS, .label = "emulated CPU model",
	  ROW("bed", ", -cpu ", "") },
	{ "preset", FIELD_TEXT, AT(preset), .optional = true, .differs = DIFFERS_ALWAYS,
	  .label = "preset of the SMMU model", ROW("SMMU model", "preset ", ""), .variable = "PRESET" },
	{ "settings", FIELD_TEXTS, AT(settings), .optional = true, .differs = DIFFERS_ALWAYS,
	  .label = "settings of the SMMU model", ROW("SMMU model", ", then ", ""), .variable = "SETTINGS" },
	/* Told though it be 1: every time is multiplied by it. */
	{ "scale", FIELD_REAL, AT(scale), .optional = true, ROW("SMMU model", "; scale ", "") },
	{},
};
#undef AT

#define AT(member) .at = offsetof(struct result_kernel, member)
static const struct field kernel_fields[] = {
	{ "name", FIELD_NAME, AT(name), .of_side = true },
	{ "release", FIELD_TEXT, AT(release), .of_side = true,
	  ROW("kernel", "Linux ", "", .unknown = "Linux (unknown)") },
	{ "design", FIELD_NAME, AT(design), .of_side = true, .elsewhere = "unknown", ROW("design", "", "") },
	{ "design_evidence", FIELD_TEXT, AT(design_evidence), .elsewhere = "the kernel could not be asked",
	  ROW("design", ": ", "") },
	{ "config_sha256", FIELD_TEXT, AT(config_sha256), .of_side = true, .differs = DIFFERS_ALWAYS,
	  .label = "kernel configuration", ROW("config hash", "", "", .digits = 16) },
	{ "series_sha256", FIELD_TEXT, AT(series_sha256), .of_side = true, ROW("series hash", "", "", .digits = 16) },
	{ "image_sha256", FIELD_TEXT, AT(image_sha256), .of_side = true, ROW("image hash", "", "", .digits = 16) },
	{ "source", FIELD_TEXT, AT(source), ROW("source", "", "", .unknown = "") },
	{ "source_version", FIELD_TEXT, AT(source_version), ROW("source", " ", "") },
	{ "cmdline", FIELD_TEXT, AT(cmdline), .differs = DIFFERS_ALWAYS, .label = "kernel command line",
	  .elsewhere = "", ROW("command line", "", "") },
	{ "series", FIELD_TEXTS, AT(series) },
	{ "build_id", FIELD_TEXT, AT(build_id), .optional = true },
	{ "booted_build_id", FIELD_TEXT, AT(booted_build_id), .optional = true, .elsewhere = "" },
	{ "against", FIELD_NAME, AT(against), .optional = true },
	{},
};
#undef AT

const struct field *section_fields(enum section section)
{
	static const struct field *const fields[SECTIONS] = { machine_fields, bed_fields, kernel_fields };

	return fields[section];
}

static const void *member(const struct field *f, const void *section)
{
	return (const char *)section + f->at;
}

const char *field_text(const struct field *f, const void *section)
{
	return *(const char *const *)member(f, section);
}

uint64_t field_uint(const struct field *f, const void *section)
{
	return *(const uint64_t *)member(f, section);
}

double field_real(const struct field *f, const void *section)
{
	return *(const double *)member(f, section);
}

const json_t *field_texts(const struct field *f, const void *section)
{
	return *(const json_t *const *)member(f, section);
}

bool field_fits(const struct field *f, const json_t *value)
{
	const json_t *text;
	size_t i;

	switch (f->kind) {
	case FIELD_UINT:
		return json_is_integer(value) && json_integer_value(value) >= 0;
	case FIELD_REAL:
		return json_is_number(value);
	case FIELD_TEXTS:
		json_array_foreach (value, i, text)
			if (!json_is_string(text))
				return false;
		return json_is_array(value);
	default:
		return json_is_string(value);
	}
}

const char *field_wants(const struct field *f)
{
	static const char *const wants[] = {
		[FIELD_TEXT] = "a string",	  [FIELD_NAME] = "a string", [FIELD_WORD] = "a string",
		[FIELD_UINT] = "a number from 0", [FIELD_REAL] = "a number", [FIELD_TEXTS] = "an array of strings",
	};

	return wants[f->kind];
}

bool field_is_known(const struct field *f, const void *section)
{
	switch (f->kind) {
	case FIELD_UINT:
		return !f->optional || field_uint(f, section);
	case FIELD_REAL:
		return !f->optional || field_real(f, section) != 1;
	case FIELD_TEXTS:
		return field_texts(f, section);
	default:
		return !f->optional || (field_text(f, section) && *field_text(f, section));
	}
}

static json_t *value_of(const struct field *f, const void *section)
{
	switch (f->kind) {
	case FIELD_UINT:
		return json_integer((json_int_t)field_uint(f, section));
	case FIELD_REAL:
		return json_real(field_real(f, section));
	case FIELD_TEXTS:
		return json_deep_copy(field_texts(f, section));
	default:
		return json_string(field_text(f, section));
	}
}

json_t *section_to_json(enum section section, const void *from)
{
	json_t *json = json_object();
	const struct field *f;

	for (f = section_fields(section); f->key; f++)
		if (field_is_known(f, from))
			json_object_set_new(json, f->key, value_of(f, from));
	return json;
}
