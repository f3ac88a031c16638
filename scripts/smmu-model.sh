# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2054 # variables of scripts/boot and the beds; QEMU's commas
#
# smmu-model.sh - what beds model and virtual share: an SMMUv3 of our own in the guest's
# memory (smmu-model/), its device tree, and what its oracle says.
#
# Beyond what every bed has (scripts/bed-icount.sh): $preset, a file of
# smmu-model/presets, and $settings[], lines after it (scripts/boot -m and -S).

[ -z "$nvme$net${testdevs#0}" ] || die "-n, -N and -D are for bed icount: this one's SMMU serves no DMA of QEMU's devices"
bed_cpu=neoverse-n2
ats=${ats:-8}

# More instances and endpoints than any case needs at once.
bed_suite=quick bed_run_options=--checked
bed_options=(-i 8 -e 32 -a 16 -m "$preset")
for line in "${settings[@]}"; do bed_options+=(-S "$line"); done
bed_files=("smmu-model/presets/$preset" scripts/smmu-model.sh)

memory_base=$((0x40000000)) memory_bytes=$((1 << 30))
frames=$((0x7e000000)) frame_bytes=$((0x20000)) ring=$((0x7e800000)) ring_bytes=$((0x100000)) spi=160

# QEMU alone, asked for its tree, has a memory of its own.
bed_dry=(-object "memory-backend-ram,id=memory,size=$memory_bytes")

check_preset() { [ -f "smmu-model/presets/$preset" ] || die "no preset '$preset'; there are: $(cd smmu-model/presets && echo *)"; }

# What the oracle caught, a line each.
bed_check()
{
	jq -r '.oracle | select(.violations > 0) | "the oracle: \(.violations) violations in \(.removals) removals",
		(.in_full[] | "\(.kind): domain \(.domain) iova \(.iova // "-") size \(.size // "-"): \([.details[].what] | join("; "))")' "$model_json"
}

smmu_address() { echo $((frames + $1 * frame_bytes)); }
smmu_node() { printf '&{/smmuv3@%x}' "$(smmu_address "$1")"; }

smmu_nodes()
{
	local k
	printf '/ { reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges;\n'
	printf '\tframes@%x { reg = <0 0x%x 0 0x%x>; no-map; };\n' "$frames" "$frames" $((instances * frame_bytes))
	printf '\tring@%x { compatible = "invbench,ring"; reg = <0 0x%x 0 0x%x>; no-map; };\n}; };\n' "$ring" "$ring" "$ring_bytes"
	for ((k = 0; k < instances; k++)); do
		printf '/ { smmuv3@%x { compatible = "arm,smmu-v3"; reg = <0 0x%x 0 0x%x>; #iommu-cells = <1>; dma-coherent;\n' \
			"$(smmu_address "$k")" "$(smmu_address "$k")" "$frame_bytes"
		printf '\tinterrupt-names = "eventq", "gerror"; interrupts = <0 %d 1 0 %d 1>; }; };\n' \
			$((spi + 2 * k)) $((spi + 2 * k + 1))
	done
}

# usage: stand_in NAME INSTANCE SID PROPERTIES [SID]; a device that is a compatible and a StreamID, or two
stand_in()
{
	local second=${5:+, <$(smmu_node "$2") $5>}
	printf '/ { endpoints { compatible = "simple-bus"; %s { compatible = "invbench,endpoint"; iommus = <%s 0x%x>%s; dma-coherent; %s}; }; };\n' \
		"$1" "$(smmu_node "$2")" "$3" "$second" "$4"
}

# Four an instance are dealt out; the rest is behind the first, so that one domain can have many.
stand_ins()
{
	local k
	for ((k = 0; k < endpoints; k++)); do
		stand_in "$(printf 'endpoint%02d' "$k")" $((k < 4 * instances ? k % instances : 0)) $((0xe000 + k)) \
			"pasid-num-bits = <16>; ${both:+invbench,claim-ats; }" "$([ "$k" -ge "$twins" ] || printf '0x%x' $((0xe100 + k)))"
	done
}

# Endpoint K of those with ATS, from 0, and of those after them: the first eight, and all without ATS, share instance 0, so
# that one domain can have as many; the rest are dealt out. What is PCI's is on bus K + 1, and has its StreamID.
instance_of() { echo $(($1 < 8 || $1 >= ats ? 0 : $1 % instances)); }
sid_of() { echo $((($1 + 1) << 8)); }

# usage: model_facts NAME ACCEL EMULATOR
model_facts()
{
	jq -n --arg name "$1" --arg accel "$2" --arg cpu "$bed_cpu" --arg emulator "$3" --arg preset "$preset" '
		{ $name, clock: "nanoseconds", $accel, $emulator, $cpu, $preset, settings: $ARGS.positional }' --args "${settings[@]}"
}
