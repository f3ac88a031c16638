// SPDX-License-Identifier: GPL-2.0-only
/* bed.c - the table of beds. */
#include <string.h>

#include "bed.h"

const struct bed_kind bed_kinds[] = {
	{
		.name = "icount",
		.clock = "instructions",
		.unit = "instructions",
		.counts = true,
		.turns = true,
		.leaps = true,
		.boots = 2,
		.note = "bed icount counts instructions on one CPU at a time: it says nothing about latency or contention,\n"
			"and of a case with several threads, or that waits for a device, only what a probe counted\n"
			"in which functions of the driver two kernels differ is told by scripts/profile\n",
		.claims =
			"Bed icount counts instructions in QEMU. It may claim instructions, commands and syncs per operation, to a "
			"fraction of a percent, and correctness with real DMA. It may never claim latency or contention: its CPUs "
			"run one at a time, and an instruction is not a time.",
	},
	{
		.name = "model",
		.clock = "nanoseconds",
		.unit = "ns",
		.has_model = true,
		.boots = 8,
		.note = "bed model is real time against a model of the SMMU: it says nothing about nanoseconds of hardware\n",
		.claims =
			"Bed model runs in real time against a model of the SMMU with set latencies. It may claim how designs scale "
			"with instances, devices, threads and device latency, command order, and correctness. It may never claim "
			"nanoseconds of hardware.",
	},
	{
		.name = "virtual",
		.clock = "nanoseconds",
		.unit = "ns",
		.counts = true,
		.exact = true,
		.turns = true,
		.leaps = true,
		.has_model = true,
		.boots = 1,
		.note = "bed virtual is the time of one CPU whose instructions take a nanosecond each, against a model of the SMMU:\n"
			"it says nothing about contention, the order of memory, or nanoseconds of hardware\n",
		.claims =
			"Bed virtual runs the model of the SMMU within QEMU, in the virtual time of its one CPU, in which an "
			"instruction takes a nanosecond. It may claim latency in that time, exactly and the same on any host: how "
			"designs grow with instances, devices and the SMMU's times; and correctness. It may never claim contention, "
			"the order of memory, or nanoseconds of hardware.",
	},
	{
		.name = "metal",
		.clock = "nanoseconds",
		.unit = "ns",
		.boots = 8,
		.note = "",
		.is_machine = true,
		.claims =
			"Bed metal is real time on a real SMMUv3. It may claim everything about this machine, as it is described below.",
		.virtual_claims =
			"Bed metal in a virtual machine: its SMMUv3 is what the hypervisor makes of one. It may claim commands and "
			"syncs per operation, and correctness. It may never claim latency or contention of hardware.",
	},
	{},
};

const struct bed_kind *bed_kind_find(const char *name)
{
	const struct bed_kind *kind;

	for (kind = bed_kinds; kind->name; kind++)
		if (!strcmp(kind->name, name))
			return kind;
	return NULL;
}

const char *bed_claims(const struct bed_kind *kind, const char *hypervisor)
{
	return *hypervisor && kind->virtual_claims ? kind->virtual_claims : kind->claims;
}

bool bed_name_counts(const char *name)
{
	const struct bed_kind *kind = bed_kind_find(name);

	return kind && kind->counts;
}
