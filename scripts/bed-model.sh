# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2054 # variables of scripts/boot; QEMU's commas
#
# Bed model: our own SMMUv3 (smmu-model/), which shares the guest's memory and
# answers in times that are set. Real time on TCG, vCPUs in parallel. It may claim how
# designs scale with instances, devices, threads and the SMMU's times, and
# correctness; never the nanoseconds of hardware.
#
# Beyond what every bed has (scripts/bed-icount.sh): $preset, a file of
# smmu-model/presets, and $settings[], lines after it (scripts/boot -m and -S).

[ -z "$nvme$net" ] || die "-n and -N are for bed icount: this one's SMMU serves no DMA of QEMU's devices"
bed_cpu=neoverse-n2
# One host CPU is the model's. `max` on two CPUs is two: the model leaves them to the vCPUs, and cannot keep short times.
cpus=${cpus:-$(($(nproc) > 1 ? $(nproc) - 1 : 1))}
yields=
if [ "$cpus" = max ]; then
	cpus=$(($(nproc) > 2 ? $(nproc) - 1 : $(nproc)))
	[ "$(nproc)" -ne 2 ] || yields=--yield
fi

# More instances and endpoints than any case needs at once; a boot has all the host's CPUs.
bed_suite=quick bed_boots=8 bed_jobs=1 bed_run_options=--checked
bed_options=(-i 8 -e 32 -a 16 -m "$preset")
for line in "${settings[@]}"; do bed_options+=(-S "$line"); done
bed_files=(build/host/smmu-model "smmu-model/presets/$preset")

memory_base=$((0x40000000)) memory_bytes=$((1 << 30))
frames=$((0x7e000000)) frame_bytes=$((0x20000)) ring=$((0x7e800000)) ring_bytes=$((0x100000)) spi=160

bed_args=(-M virt,gic-version=3,its=on,memory-backend=memory -smp "$cpus" -m "$((memory_bytes >> 20))M")
# ACCEL=kvm is for an Arm host, and unverified (docs/model.md): mind the cache maintenance.
accel=${ACCEL:-tcg}
case $accel in
tcg) bed_args+=(-accel tcg,thread=multi -cpu "$bed_cpu,cntfrq=1000000000") ;;
kvm) bed_cpu=host bed_args+=(-accel kvm -cpu host) ;;
*) die "ACCEL=$accel is neither tcg nor kvm" ;;
esac
# An ATS capability needs PCIe, so each endpoint has a root port; chassis and bus are k + 1. Those without come last.
for ((k = 0; k < ats + plain; k++)); do
	bed_args+=(-device "pcie-root-port,id=port$k,bus=pcie.0,chassis=$((k + 1)),addr=$(printf %x $((k + 1)))"
		-device "virtio-rng-pci,bus=port$k,ats=$([ "$k" -lt "$ats" ] && echo on || echo off),disable-legacy=on,iommu_platform=on")
done

# The model makes the memory and hands it over as a descriptor; QEMU alone, asked for its tree, has its own.
bed_wet=(
	-object "memory-backend-file,id=memory,size=$memory_bytes,mem-path=/dev/fd/4,share=on"
	-chardev socket,id=interrupts,fd=3 -qtest chardev:interrupts -qtest-log /dev/null
)
bed_dry=(-object "memory-backend-ram,id=memory,size=$memory_bytes")

bed_prepare()
{
	local line
	model_json=${1:-$work/model.json}
	[ -f "smmu-model/presets/$preset" ] || die "no preset '$preset'; there are: $(cd smmu-model/presets && echo *)"
	bed_run=(
		build/host/smmu-model --instances "$instances" --preset "smmu-model/presets/$preset" --output "$model_json"
		--memory "$memory_bytes" --base "$memory_base" --frames "$frames" --ring "$ring" --spi "$spi"
	)
	for line in "${settings[@]}"; do bed_run+=(--set "$line"); done
	[ -z "$yields" ] || bed_run+=("$yields")
	[ -z "$log" ] || bed_run+=(--log "$log")
	bed_run+=(--)
}

# What the oracle caught, a line each.
bed_check()
{
	jq -r '.oracle | select(.violations > 0) | "the oracle: \(.violations) violations in \(.removals) removals",
		(.in_full[] | "\(.kind): domain \(.domain) iova \(.iova // "-") size \(.size // "-"): \([.details[].what] | join("; "))")' "$model_json"
}

smmu_address() { echo $((frames + $1 * frame_bytes)); }
smmu_node() { printf '&{/smmuv3@%x}' "$(smmu_address "$1")"; }

bed_tree()
{
	local k map=
	printf '/ { reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges;\n'
	printf '\tframes@%x { reg = <0 0x%x 0 0x%x>; no-map; };\n' "$frames" "$frames" $((instances * frame_bytes))
	printf '\tring@%x { compatible = "invbench,ring"; reg = <0 0x%x 0 0x%x>; no-map; };\n}; };\n' "$ring" "$ring" "$ring_bytes"
	for ((k = 0; k < instances; k++)); do
		printf '/ { smmuv3@%x { compatible = "arm,smmu-v3"; reg = <0 0x%x 0 0x%x>; #iommu-cells = <1>; dma-coherent;\n' \
			"$(smmu_address "$k")" "$(smmu_address "$k")" "$frame_bytes"
		printf '\tinterrupt-names = "eventq", "gerror"; interrupts = <0 %d 1 0 %d 1>; }; };\n' \
			$((spi + 2 * k)) $((spi + 2 * k + 1))
	done
	echo '/ { endpoints { compatible = "simple-bus";'
	for ((k = 0; k < endpoints; k++)); do
		printf '\tendpoint%02d { compatible = "invbench,endpoint"; iommus = <%s 0x%x>; pasid-num-bits = <16>; dma-coherent; %s};\n' \
			"$k" "$(smmu_node $((k < 4 * instances ? k % instances : 0)))" $((0xe000 + k)) "${both:+invbench,claim-ats; }"
	done
	echo '}; };'
	# Bus k + 1 is behind root port k. QEMU knows of no SMMU, so nothing here may do DMA.
	# The first eight, and all without ATS, share instance 0, so that one domain can have as many; the rest are dealt out.
	for ((k = 0; k < ats + plain; k++)); do
		map+=$(printf ' <0x%x %s 0x%x 0x100>,' $(((k + 1) << 8)) "$(smmu_node $((k < 8 || k >= ats ? 0 : k % instances)))" $(((k + 1) << 8)))
	done
	[ -z "$map" ] || printf '&{/pcie@10000000} { %siommu-map = %s; };\n' "$([ "$ats" -eq 0 ] || echo 'ats-supported; ')" "${map%,}"
}

bed_facts()
{
	jq -n --arg accel "$accel" --arg cpu "$bed_cpu" --arg emulator "$1" --arg preset "$preset" '
		{ name: "model", clock: "nanoseconds", $accel, $emulator, $cpu, $preset, settings: $ARGS.positional }' --args "${settings[@]}"
}
