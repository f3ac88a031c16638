# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154 # for the beds; of scripts/boot
#
# bed-defaults.sh - what a bed has that nobody asks for more. scripts/boot says what
# each is, and has an option for it; scripts/bench lets a bed see the same. The functions
# are those of a bed that has none of its own.

cpus='' # the bed's own
seed='' # bed virtual: of the turns of several CPUs
instances=1 endpoints=8 ats='' plain=0 both='' twins=0 ssid_bits=0
nvme='' net='' testdevs=0
preset=local settings=()

bed_sealed='' # yes: the guest has all that it needs when it starts, and gives what it made when it ends

# usage: bed_kernel NAME; prints the folder with what was built of it
bed_kernel() { scripts/kernel dir "$1"; }

# Sets qemu_start[], with which QEMU starts the guest: a kernel of the lab, all it runs in its memory, and the bed's device tree.
bed_start()
{
	[ -z "$disk" ] || die "-d is for bed distro: the other ones have no disk that a boot is from"
	make_initramfs
	make_tree
	# What lies where, of the kernel and of processes, moves counts: it is the same in each boot.
	append="nokaslr norandmaps panic=-1 oops=panic $append"
	qemu_start=(-dtb "$work/bed.dtb" -kernel "$image" -initrd "$work/initramfs.cpio")
}
