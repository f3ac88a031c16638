# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2054 # variables of scripts/boot; QEMU's commas
#
# Bed distro: not to measure on, but a machine to do on what people do on theirs (docs/metal.md):
# Debian 13 with systemd, udev and its own kernels (scripts/distro), UEFI and ACPI, QEMU's SMMUv3, real time
# on TCG. With -Q '-M acpi=off' the firmware hands over a device tree instead.
#
# The command is run with bash by root once the system is up; of invbench there is what /out has.
# Each boot has the disk as it was installed, unless -d names one that is kept.
# What a bed sets is told in scripts/bed-icount.sh.

[ -z "${tools:-}${witness:-}${log:-}" ] || die "-T, -w and -L are not for bed distro: it has tools of its own, and nobody watches its SMMU"
kernel=${kernel:-debian}
cpus=${cpus:-2}
nvme=${nvme:-64M}
bed_wet=() bed_args=(
	-M virt,gic-version=3,its=on,iommu=smmuv3 -cpu neoverse-n1 -accel tcg,thread=multi -smp "$cpus" -m 3G
	-device nvme,drive=root,serial=ROOT,addr=2 -device nvme,drive=idle,serial=IDLE,addr=3
	-netdev hubport,id=net,hubid=0 -device virtio-net-pci,netdev=net,iommu_platform=on,disable-legacy=on,romfile=,addr=4
	-device e1000e,romfile=,addr=5 -device igb,romfile=,addr=6 -device edu,addr=7
)

# The root port's number is its chassis as well.
# usage: behind_port N DEVICE
behind_port() { bed_args+=(-device "pcie-root-port,id=port$1,bus=pcie.0,chassis=$1,addr=1$1" -device "$2,bus=port$1"); }
behind_port 1 virtio-rng-pci,ats=on,iommu_platform=on,disable-legacy=on
behind_port 2 e1000e,romfile=
behind_port 3 igb,romfile=

bed_kernel() { scripts/distro "$1"; }

bed_start()
{
	local machine=$kernel_dir/.. options=if=none,id=root,format=raw
	if [ -z "$disk" ]; then
		disk=$machine/disk options+=,snapshot=on
	elif [ ! -f "$disk" ]; then
		cp --sparse=always "$machine/disk" "$disk" || die "the disk could not be copied to $disk"
	fi
	# Two minutes, and five: a busy host lets the whole guest stand still for one, and nothing is measured here.
	append="panic=-1 oops=panic watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=300 $append"
	qemu_start=(-bios "$machine/firmware" -kernel "$image" -initrd "$kernel_dir/initrd"
		-drive "file=${disk//,/,,},$options" -drive "file=$work/nvme,if=none,id=idle,format=raw")
}

# What a boot writes to a disk that is not kept goes to a file there that has no name.
bed_prepare() { bed_run=(env "TMPDIR=$out"); }

bed_check() { :; }
