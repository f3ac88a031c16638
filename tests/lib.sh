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

# usage: boot_options BED; sets options[] for scripts/boot from that column of tests/seeded/bugs.conf
boot_options()
{
	local word
	options=(-a 0 -e 0)
	for word in ${1//,/ }; do
		case $word in
		ats=*) options+=(-a "${word#*=}") ;;
		pasid=*) options+=(-e "${word#*=}") ;;
		twin=*) options+=(-e "${word#*=}" -p -y "${word#*=}") ;;
		both=*) options+=(-e "${word#*=}" -p) ;;
		instances=*) options+=(-i "${word#*=}") ;;
		*) options+=(-S "$word") ;;
		esac
	done
}

# What a guest runs of a kernel with seeded bugs, by steps: bug, what must be said of it, and a case, with tabs between them. Each case is a
# checked pass. Status 4 says that the model was late, which concerns the times alone.
# usage: seeded_guest < STEPS
seeded_guest()
{
	local bug case
	echo 'set -e'
	while IFS=$'\t' read -r bug _ case; do
		echo "echo $bug >/sys/module/arm_smmu_v3/parameters/seeded_bug"
		if [ "$case" = leave ]; then echo /out/leave; else echo "invbench run --checked $case ops=20 warmup=0 || [ \$? -eq 4 ]"; fi
	done
}

# usage: guest_failed OUT; of scripts/boot, whose own status tells of violations as well. Prints why.
guest_failed()
{
	if [ "$(cat "$1/status" 2>/dev/null)" = 0 ] && [ ! -e "$1/lost" ]; then return 1; fi
	cat "$1/lost" "$1/stderr" "$1/boot.log" 2>/dev/null | tail -n 3
}

# The mistakes of tests/seeded/mutations.conf: name, function, but, sed script.
mutations() { grep -vE '^#|^$' tests/seeded/mutations.conf | tr -s '\t'; }

# usage: mutated FUNCTION SED-SCRIPT FILE; prints the file, with the text of the function changed, if it has it
mutated()
{
	sed "/^\([a-z].*[ *]\)\{0,1\}$1(/,/^}/{$2
		}" "$3"
}

# Of the driver, what scripts/prove-arrays is about.
is_of_arrays() { [[ $1 =~ ^arm_smmu_inv(s_merge|s_append|_cmp|s_unref|s_purge)$ ]]; }
