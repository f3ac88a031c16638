# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2054 # variables of scripts/boot; QEMU's commas
#
# Bed model: our own SMMUv3 (scripts/smmu-model.sh), which shares the guest's memory and
# answers in times that are set. Real time on TCG, vCPUs in parallel. It may claim how
# designs scale with instances, devices, threads and the SMMU's times, and
# correctness; never the nanoseconds of hardware.

. scripts/smmu-model.sh

# One host CPU is the model's. `max` on two CPUs is two: the model leaves them to the vCPUs, and cannot keep short times.
cpus=${cpus:-$(($(nproc) > 1 ? $(nproc) - 1 : 1))}
yields=
if [ "$cpus" = max ]; then
	cpus=$(($(nproc) > 2 ? $(nproc) - 1 : $(nproc)))
	[ "$(nproc)" -ne 2 ] || yields=--yield
fi

# A boot has all the host's CPUs.
bed_boots=8 bed_jobs=1
bed_files+=(build/host/smmu-model)

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

# The model makes the memory and hands it over as a descriptor.
bed_wet=(
	-object "memory-backend-file,id=memory,size=$memory_bytes,mem-path=/dev/fd/4,share=on"
	-chardev socket,id=interrupts,fd=3 -qtest chardev:interrupts -qtest-log /dev/null
)

bed_prepare()
{
	local line
	model_json=${1:-$work/model.json}
	check_preset
	bed_run=(
		build/host/smmu-model --instances "$instances" --preset "smmu-model/presets/$preset" --output "$model_json"
		--memory "$memory_bytes" --base "$memory_base" --frames "$frames" --ring "$ring" --spi "$spi"
	)
	for line in "${settings[@]}"; do bed_run+=(--set "$line"); done
	[ -z "$yields" ] || bed_run+=("$yields")
	[ -z "$log" ] || bed_run+=(--log "$log")
	bed_run+=(--)
}

bed_tree()
{
	local k map=
	smmu_nodes
	stand_ins
	# QEMU knows of no SMMU, so nothing here may do DMA.
	for ((k = 0; k < ats + plain; k++)); do
		map+=$(printf ' <0x%x %s 0x%x 0x100>,' "$(sid_of "$k")" "$(smmu_node "$(instance_of "$k")")" "$(sid_of "$k")")
	done
	[ -z "$map" ] || printf '&{/pcie@10000000} { %siommu-map = %s; };\n' "$([ "$ats" -eq 0 ] || echo 'ats-supported; ')" "${map%,}"
}

bed_facts() { model_facts model "$accel" "$1"; }
