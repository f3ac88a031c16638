# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# storm.sh - a boot of scripts/storm.c on bed model, with the abilities of a server's SMMU, and what must be true of it.

# Violations beyond what a design is known to do. 6.12 collects a domain's ATC_INVs under devices_lock and submits
# them after it has dropped it (arm_smmu_atc_inv_domain), so that one may be sent to a device that was blocked in
# between; a vCPU that is preempted there shows it now and then. The fixes have a lock for that, the array has a fence.
# usage: storm_unexpected KERNEL MODEL-JSON
storm_unexpected()
{
	local fixed
	fixed=$(jq '.series | any(startswith("linux-6.12-fixes"))' "$(scripts/kernel dir "$1")/kernel.json")
	jq --argjson fixed "$fixed" '.oracle | .violations - (if $fixed then 0 else .kinds.blocked end)' "$2"
}

# usage: storm_boot KERNEL SWITCH PIECES OUT COMMAND OPTION-OF-BOOT...; RIL and MSI polling on or off. COMMAND is the guest's, and calls
# /out/storm; of its numbers PIECES at least must not be 0. Status 1: something was found, or not all was done.
storm_boot()
{
	local kernel=$1 switch=$2 pieces=$3 out=$4 boot=0
	mkdir -p "$out"
	cp build/arm64/storm "$out/"
	scripts/boot -k "$kernel" -b model -m instant -c 2 -i 4 -e 16 -a 8 -S "ril=$switch" -S "msi=$switch" \
		-w "$out/model.json" -o "$out" "${@:6}" -- "$5" || boot=$?
	echo "$kernel, RIL and MSI polling $switch: $(paste -sd' ' "$out/stdout"); $(jq -c '.total.commands as $commands | .oracle |
		{ $commands, removals, needs, violations, unfollowed, open }' "$out/model.json")"
	if [ $boot -ne 0 ] && { [ $boot -ne 1 ] || [ "$(<"$out/status")" -ne 0 ]; }; then
		echo "FAIL: the boot ended with $boot: $(cat "$out/lost" "$out/stderr" 2>/dev/null)"
		return 1
	elif [ "$(storm_unexpected "$kernel" "$out/model.json")" -ne 0 ]; then
		echo "FAIL: the oracle:"
		cat "$out/violations"
		return 1
	elif [ "$(awk '$2 > 0' "$out/stdout" | wc -l)" -lt "$pieces" ] ||
		! jq -e '.oracle | .unfollowed == 0 and .open == 0 and .removals > 1000' "$out/model.json" >/dev/null; then
		echo "FAIL: not all was done, or not all of it followed"
		return 1
	fi
}
