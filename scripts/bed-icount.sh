# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2054 # variables of scripts/boot; QEMU's commas
#
# Bed icount: QEMU's own SMMUv3, and virtual time that advances one nanosecond
# an instruction. vCPUs run in turn. It may claim instructions, commands and
# syncs per operation; never latency or contention.
#
# A bed sets bed_args[] (QEMU's options beyond what scripts/boot adds) from
# $cpus, $instances, $endpoints, $ats, $plain, $nvme, $net, and has these functions:
#   bed_tree             prints what its device tree has beyond QEMU's
#   bed_facts EMULATOR   prints its JSON
#   bed_prepare WITNESS  before the boot: sets bed_run[], the command that runs
#                        QEMU; WITNESS, a file to count commands in, may be empty
#   bed_check            after it: prints what is wrong with the run, if anything
# What it has unless asked for more is in scripts/bed-defaults.sh; a suite asks in a
# line `bed NAME OPTION...` (src/measure/bed_lines.h). There too is which kernel it boots and
# how, of which it may have functions of its own.
# For scripts/bench: bed_suite and bed_boots are its defaults, bed_jobs how many
# boots at a time, bed_options[] what scripts/boot is given beyond its defaults,
# bed_run_options what `invbench run` is, bed_files[] what else figures depend on.
# bed_sealed says that nothing may come from the host while the guest runs (scripts/init).
# bed_wet[] and bed_dry[] are options for the boot itself, and for asking QEMU
# for its device tree.

bed_cpu=neoverse-n2 # not `max`: FEAT_MOPS would hide a 1 KiB memset in 15 instructions
cpus=${cpus:-2} ats=${ats:-8}
bed_suite=quick bed_boots=3 bed_jobs=$(nproc) bed_options=() bed_run_options='--marks /out' bed_files=()
bed_wet=() bed_dry=()
bed_args=(
	-M virt,gic-version=3,its=on -cpu "$bed_cpu,cntfrq=1000000000" -smp "$cpus" -m 1G
	-icount shift=0,sleep=off # one instruction is 1 ns; idle time is skipped
)

# Instance 0 serves QEMU's own root bus; each further one, at most seven, a root bus of its own. Slots of the root
# bus: from 2 on those root buses, from 10 root ports, at most 16.
smmu_base=$((0x0c000000)) smmu_stride=$((0x20000)) smmu_spi=112

bed_args+=(-device arm-smmuv3,primary-bus=pcie.0,id=smmu0,stage=nested)
for ((k = 1; k < instances; k++)); do
	bed_args+=(-device "pxb-pcie,id=pcie.$k,bus_nr=$((k * 24 + 56)),bus=pcie.0,addr=$((k + 1))"
		-device "arm-smmuv3,primary-bus=pcie.$k,id=smmu$k,stage=nested")
done
# An ATS capability needs PCIe, so each endpoint has a root port; chassis and bus are k + 1. Those without come last.
for ((k = 0; k < ats + plain; k++)); do
	bed_args+=(-device "pcie-root-port,id=port$k,bus=pcie.0,chassis=$((k + 1)),addr=$(printf %x $((k + 10)))"
		-device "virtio-rng-pci,bus=port$k,ats=$([ "$k" -lt "$ats" ] && echo on || echo off),disable-legacy=on,iommu_platform=on")
done
# What is asked for lies in the last slots of the root bus, which its SMMU then translates.
asked_for_slot=28
[ -z "$nvme" ] || bed_args+=(-drive "file=$work/nvme,if=none,id=nvme,format=raw" -device nvme,bus=pcie.0,addr=1e,drive=nvme,serial=invbench)
[ -z "$net" ] || bed_args+=(-netdev hubport,id=net,hubid=0
	-device virtio-net-pci,bus=pcie.0,addr=1d,netdev=net,iommu_platform=on,disable-legacy=on,romfile=)
[[ $testdevs =~ ^[0-2]$ ]] || die "-D $testdevs: it is a number of devices, at most 2"
for ((k = 0; k < testdevs; k++)); do
	bed_args+=(-device "iommu-testdev,bus=pcie.0,addr=$([ "$k" -eq 0 ] && echo 1c || echo 1f)")
done

smmu_node() { printf '&{/smmuv3@%x}' $((smmu_base + $1 * smmu_stride)); }

bed_tree()
{
	local k spi map
	# With a device tree QEMU describes only instance 0, but the others are there.
	for ((k = 1; k < instances; k++)); do
		spi=$((smmu_spi + 4 * k))
		printf '/ { smmuv3@%x { compatible = "arm,smmu-v3"; reg = <0 0x%x 0 0x20000>; #iommu-cells = <1>; dma-coherent;\n' \
			$((smmu_base + k * smmu_stride)) $((smmu_base + k * smmu_stride))
		printf '\tinterrupt-names = "eventq", "priq", "cmdq-sync", "gerror"; interrupts = <0 %d 1 0 %d 1 0 %d 1 0 %d 1>; }; };\n' \
			$spi $((spi + 1)) $((spi + 2)) $((spi + 3))
	done
	# Stand-ins: a compatible and a StreamID that no PCI function of the bed has. Four an instance are dealt out; the
	# rest is behind the first, so that one domain can have many.
	echo '/ { endpoints { compatible = "simple-bus";'
	for ((k = 0; k < endpoints; k++)); do
		printf '\tendpoint%02d { compatible = "invbench,endpoint"; iommus = <%s 0x%x>; pasid-num-bits = <16>; dma-coherent; };\n' \
			"$k" "$(smmu_node $((k < 4 * instances ? k % instances : 0)))" $((0xe000 + k))
	done
	echo '}; };'
	# Only what lies behind root ports is mapped: a root port in the map
	# would share its child's group, and attaching the child fail.
	map=
	for ((k = 0; k < ats + plain; k++)); do
		map+=$(printf ' <0x%x %s 0x%x 0x100>,' $(((k + 1) << 8)) "$(smmu_node 0)" $(((k + 1) << 8)))
	done
	[ "$ats" -eq 0 ] || printf '&{/pcie@10000000} { ats-supported; };\n%s { invbench,claim-ats; };\n' "$(smmu_node 0)"
	[ -z "$nvme$net${testdevs#0}" ] || map+=$(printf ' <0x%x %s 0x%x 0x20>,' $((asked_for_slot << 3)) "$(smmu_node 0)" $((asked_for_slot << 3)))
	if [ -n "$map" ]; then
		printf '&{/pcie@10000000} { iommu-map = %s; };\n' "${map%,}"
	else
		printf '&{/pcie@10000000} { /delete-property/ iommu-map; };\n'
	fi
	[ "$ssid_bits" -eq 0 ] || for ((k = 0; k < instances; k++)); do
		printf '%s { invbench,claim-ssid-bits = <%d>; };\n' "$(smmu_node "$k")" "$ssid_bits"
	done
}

bed_prepare()
{
	bed_run=()
	[ -z "$1" ] || bed_wet=(-trace smmuv3_cmdq_opcode -trace v9fs_mkdir -D "$1")
}

bed_check() { :; }

bed_facts() { jq -n --arg cpu "$bed_cpu" --arg emulator "$1" '{ name: "icount", clock: "instructions", accel: "tcg", $emulator, $cpu }'; }
