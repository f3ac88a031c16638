# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2054 # variables of scripts/boot; QEMU's commas
#
# Bed virtual: our own SMMUv3 (scripts/smmu-model.sh), inside QEMU and in the guest's own virtual
# time, which advances one nanosecond an instruction. With one vCPU all times are exact, and a result is a
# function of kernel, suite and settings. It may claim latency in virtual time and correctness; never
# contention, the order of memory, or the nanoseconds of hardware.
#
# With a seed there are several vCPUs, in turns that are drawn from it (smmu-model/schedule.h), and what happens is a function of
# the seed as well. It may claim the order of commands and correctness then, and no time.
#
# So nothing that the host answers when it likes may come into it: no 9p before the end, no
# PCI device, no clock and no random number of the host's; and QEMU itself is told no time of day.

. scripts/smmu-model.sh

# What QEMU has to export to its modules for several vCPUs, and does not; a name a line.
missing_exports()
{
	local said status=0
	said=$(qemu-system-aarch64 -M none -display none -monitor none -plugin build/host/smmu-model.so,exports=check 2>&1) || status=$?
	case $status in
	0) ;;
	1) echo "$said" ;;
	*) die "QEMU could not be asked what it exports: $(tail -n 1 <<<"$said")" ;;
	esac
}

choose_cpus()
{
	local missing
	if [ -z "$seed" ]; then
		[ "${cpus:-1}" = 1 ] || die "-c $cpus: bed virtual has one CPU, as times are exact with one; several want --seed N"
		cpus=1
		return
	fi
	cpus=${cpus:-2}
	[[ $seed =~ ^[1-9][0-9]{0,8}$ ]] || die "--seed $seed is not a number from 1 to 999999999"
	[[ $cpus =~ ^[2-8]$ ]] || die "-c $cpus: a seed is for 2 to 8 CPUs"
	[ -f build/host/smmu-model.so ] || die "the program is not built; run: make program"
	missing=$(missing_exports | xargs)
	[ -n "$missing" ] || return 0
	echo "boot: this QEMU does not export $missing: one CPU, and no seed" >&2
	cpus=1 seed=''
}

[ "$plain" -eq 0 ] || die "-f is for other beds: what is a PCI device on bed virtual would be answered when the host likes"
[ -z "${tools:-}" ] || die "-T is for other beds: the tools' folder would be read when the host likes"
[ -z "${image:-}" ] || die "-I is for other beds: bed virtual has to know where the driver is in the Image"
choose_cpus

bed_boots=1 bed_jobs=$(nproc)
bed_sealed=yes
bed_files+=(build/host/smmu-model.so)

bed_args=(
	-M virt,gic-version=3,its=on,memory-backend=memory,dtb-randomness=off -cpu "$bed_cpu,cntfrq=1000000000" -smp "$cpus"
	-m "$((memory_bytes >> 20))M" -icount shift=0,sleep=off -seed 1 -rtc base=2026-01-01T00:00:00,clock=vm
)

# usage: driver_ranges MAP; "begin-end" of each part of the text that has the driver's functions. Few functions of other
# names stand between them; what is cold lies elsewhere.
driver_ranges()
{
	sort "$1" | awk '
		$3 == "_stext" { text = 1 }
		$3 == "_etext" { text = 0 }
		!text || $2 !~ /[tTwW]/ { next }
		inside && $1 != last { end = $1; inside = 0 }
		$3 ~ /^arm_smmu_/ {
			if (begin == "" || others > 64) { if (begin != "") print begin "-" end; begin = $1 }
			inside = 1; others = 0; last = $1
			next
		}
		{ others++ }
		END { if (begin != "") print begin "-" end }'
}

# usage: module_range MAP; what is loaded lies in the two GiB before the kernel's own text
module_range()
{
	local text
	text=$(awk '$3 == "_text" { print $1 }' "$1")
	printf '%x-%s\n' $((0x$text - (2 << 30))) "$text"
}

bed_prepare()
{
	local map=$kernel_dir/System.map line ranges plugin
	model_json=${1:-$work/model.json}
	check_preset
	[ -f "$map" ] || die "$map is not there: bed virtual has to know where the driver is"
	ranges=$(driver_ranges "$map")
	[ -n "$ranges" ] || die "$map has no function arm_smmu_*"
	truncate -s "$memory_bytes" "$work/ram"
	plugin=build/host/smmu-model.so,memory=${work//,/,,}/ram
	plugin+=,base=$memory_base,frames=$frames,ring=$ring,instances=$instances,map=${map//,/,,},preset=smmu-model/presets/${preset//,/,,},output=${model_json//,/,,}
	for line in $ranges $(module_range "$map"); do plugin+=,watch=$line; done
	for line in "${settings[@]}"; do plugin+=,set=${line//,/,,}; done
	[ -z "$log" ] || plugin+=,log=${log//,/,,}
	[ -z "$seed" ] || plugin+=,seed=$seed,interleaving=${out//,/,,}/interleaving
	bed_wet=(-object "memory-backend-file,id=memory,size=$memory_bytes,mem-path=$work/ram,share=on" -plugin "$plugin")
	bed_run=(env "LD_PRELOAD=$PWD/build/host/smmu-model.so") # smmu-model/qemu_clock.h
}

# Endpoints with ATS are stand-ins too, and have no PASIDs, like those of the other beds.
bed_tree()
{
	local k
	smmu_nodes
	stand_ins
	for ((k = 0; k < ats; k++)); do
		stand_in "$(printf 'ats%02d' "$k")" "$(instance_of "$k")" "$(sid_of "$k")" 'invbench,claim-ats; '
	done
}

bed_facts() { model_facts virtual tcg "$1"; }
