# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# splat.sh - what in a kernel log means that a run is worth nothing: the lines
# that match src/machine/splats.txt, which a running case looks for as well.

. scripts/host.sh

# usage: splats STREAMS LOG...; prints the lines, first line first; files may be missing. Of the events of SMMUs those of
# the devices in STREAMS, as `invbench list streams` prints them; all, if that is missing or has none.
splats()
{
	local streams=$1
	shift
	{ cat "$@" 2>/dev/null || true; } | tr -d '\0\r' | sed 's/^\[[ 0-9.]*\] *//' | without_others "$streams" |
		{ LC_ALL=C grep -aEvf <(sed -n 's/^!//p' src/machine/splats.txt) || true; } |
		{ LC_ALL=C grep -aEf <(sed '/^[#!]/d; /^$/d' src/machine/splats.txt) || true; }
}

# usage: without_others STREAMS; a log without the events of other devices. src/machine/events.c does the same for a case, and says why.
without_others()
{
	LC_ALL=C awk -v streams=<(guest_text "$1" 65536) '
		function ours(smmu, sid) { return !any || (sid == "" ? smmu in instance : (smmu, sid) in known) }
		function settle(smmu, sid) {
			if (ours(smmu, sid)) print begun[smmu]; else others = 1
			delete begun[smmu]
		}
		function number(hex) { sub(/^0+/, "", hex); return hex == "" ? "0" : hex }
		function before(what, name) { name = substr($0, 1, index($0, what) - 1); sub(/.* /, "", name); return name }
		BEGIN {
			while ((getline line < streams) > 0) {
				n = split(line, word, " ")
				for (i = 3; i <= n; i++) if (word[i] ~ /^0x/) {
					any = instance[word[1]] = known[word[1], number(substr(word[i], 3))] = 1
				}
			}
		}
		/: event 0x|: unexpected PRI request received/ {
			smmu = before(/: event 0x/ ? ": event 0x" : ": unexpected PRI")
			if (smmu in begun) settle(smmu, "")
			begun[smmu] = $0
			next
		}
		/: (\t|\\x09)(0x[0-9a-f]+$|sid 0x)/ {
			smmu = before(": " (/: \t/ ? "\t" : "\\x09"))
			sid = $0
			sub(/^.*: (\t|\\x09)(sid )?0x/, "", sid)
			if (smmu in begun) settle(smmu, number(substr(sid, 1, 8)))
			next
		}
		/: (EVTQ|PRIQ) overflow/ { if (!others && ours(before(/EVTQ/ ? ": EVTQ" : ": PRIQ"), "")) print; next }
		/arm_smmu_(evtq|priq)_thread: / { if (!others) print; next }
		{ print }
		END { for (smmu in begun) settle(smmu, "") }'
}
