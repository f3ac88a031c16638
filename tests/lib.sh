# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lib.sh - what several tests need.

# usage: all_true N FILTER FILE; status 0 if jq's FILTER gives N values, and each is true.
# `jq -e` alone looks at the last value only, and all of an empty list is true.
all_true()
{
	local came
	came=$(jq -c "[$2]" "$3") || return 1
	jq -e --argjson n "$1" 'length == $n and all(.[]; . == true)' <<<"$came" >/dev/null ||
		{ echo "expected $1 times true, came $came"; return 1; }
}

# What a witness of scripts/boot saw in probe passes: QEMU's trace of bed icount, the model's log of the others (-L).
# Both print: "case N", then a command a line. A case without commands has its head all the same.
# usage: commands_from_qemu FILE
commands_from_qemu()
{
	awk '/v9fs_mkdir / && match($0, /mark\.(begin|end)\.[0-9]+/) {
			split(substr($0, RSTART, RLENGTH), mark, ".")
			on = mark[2] == "begin"
			if (on) print "case", mark[3]
		}
		on && /smmuv3_cmdq_opcode / { sub(/^SMMU_CMD_/, "", $NF); print $NF }' "$1"
}

# usage: commands_from_model FILE
commands_from_model()
{
	awk '$1 == "#" { on = $2 == "begin" && $5 == "probe"; if (on) print "case", $4; next }
		on { sub(/^CMD_/, "", $2); print $2 }' "$1"
}
