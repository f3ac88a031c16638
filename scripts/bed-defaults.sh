# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # for the beds
#
# bed-defaults.sh - what a bed has that nobody asks for more. scripts/boot says what
# each is, and has an option for it; scripts/bench lets a bed see the same.

cpus='' # the bed's own
instances=1 endpoints=8 ats='' plain=0 both='' ssid_bits=0
nvme='' net=''
preset=local settings=()

bed_sealed='' # yes: the guest has all that it needs when it starts, and gives what it made when it ends
