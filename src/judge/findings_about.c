// SPDX-License-Identifier: GPL-2.0-only
/* findings_about.c - which kernel was judged, and where it ran, under the keys of a boot file. */
#include "findings.h"

static json_t *about_kernel(const struct result_kernel *k)
{
	return json_pack("{ss, ss, ss, ss, ss, ss, ss, ss, ss, ss, so}", "name", k->name, "release", k->release,
			 "design", k->design, "design_evidence", k->design_evidence, "config_sha256", k->config_sha256,
			 "series_sha256", k->series_sha256, "image_sha256", k->image_sha256, "source", k->source,
			 "source_version", k->source_version, "cmdline", k->cmdline, "series",
			 json_deep_copy(k->series));
}

static json_t *about_machine(const struct result_machine *m)
{
	return json_pack("{ss, ss, sI, sI, ss, sI}", "arch", m->arch, "cpu", m->cpu, "cpus", (json_int_t)m->cpus,
			 "memory_kib", (json_int_t)m->memory_kib, "host_cpu", m->host_cpu, "host_cpus",
			 (json_int_t)m->host_cpus);
}

static json_t *about_bed(const struct result_bed *b)
{
	json_t *json = json_pack("{ss, ss, ss, ss, ss}", "name", b->name, "clock", b->clock, "accel", b->accel,
				 "emulator", b->emulator, "cpu", b->cpu);

	if (*b->preset)
		json_object_set_new(json, "preset", json_string(b->preset));
	if (b->settings)
		json_object_set_new(json, "settings", json_deep_copy(b->settings));
	return json;
}

static json_t *about_instance(const struct result_instance *i)
{
	json_t *json = json_pack("{ss, sb}", "name", i->name, "features_known", i->features_known);

	if (i->features_known)
		json_object_update_new(json,
				       json_pack("{sb, sb, sb, sI, sI}", "ril", i->ril, "ats", i->ats, "msi_polling",
						 i->msi_polling, "ssid_bits", (json_int_t)i->ssid_bits, "cmdq_entries",
						 (json_int_t)i->cmdq_entries));
	return json;
}

json_t *findings_about(const struct side *side)
{
	const struct boot *boot = side_speaker(side);
	json_t *instances = json_array();
	size_t i;

	for (i = 0; i < boot->nr_instances; i++)
		json_array_append_new(instances, about_instance(&boot->instances[i]));
	return json_pack("{so, so, so, so, ss, ss, ss, sI}", "kernel", about_kernel(&boot->kernel), "machine",
			 about_machine(&boot->machine), "bed", about_bed(&boot->bed), "instances", instances, "suite",
			 boot->suite, "invbench", boot->invbench, "started", side->boots[0]->started, "boots",
			 (json_int_t)side->nr_boots);
}
