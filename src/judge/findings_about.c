// SPDX-License-Identifier: GPL-2.0-only
/* findings_about.c - which kernel was judged, and where it ran, under the keys of a boot file. */
#include "findings.h"

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
	return json_pack("{so, so, so, so, ss, ss, ss, sI}", "kernel", section_to_json(SECTION_KERNEL, &boot->kernel),
			 "machine", section_to_json(SECTION_MACHINE, &boot->machine), "bed",
			 section_to_json(SECTION_BED, &boot->bed), "instances", instances, "suite", boot->suite,
			 "invbench", boot->invbench, "started", side->boots[0]->started, "boots",
			 (json_int_t)side->nr_boots);
}
