# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# kunit.sh - a boot that runs the driver's KUnit suites, and what must be true of them.

# usage: kunit_boot OUT KERNEL-ARGUMENTS OPTION-OF-BOOT...; shows the results, and the sum last. Status 1: a test is not ok, or none was.
kunit_boot()
{
	local work=$1 ok not_ok skipped
	mkdir -p "$work"
	scripts/boot -o "$work" "${@:3}" -A "kunit.enable=1 $2" -- 'cat /sys/kernel/debug/kunit/*/results' ||
		{ cat "$work/stderr"; return 1; }
	[ -s "$work/stdout" ] || { echo "no KUnit results from the guest"; return 1; }
	cat "$work/stdout"
	ok=$(grep -cE '^ +ok ' "$work/stdout" || true)
	not_ok=$(grep -cE '^ *not ok ' "$work/stdout" || true)
	skipped=$(grep -cE '^ +ok .*# SKIP' "$work/stdout" || true)
	[ "$not_ok" -eq 0 ] || { grep -E '^ *not ok ' "$work/stdout"; echo "FAIL: these are not ok"; }
	[ $((ok - skipped)) -gt 0 ] || echo "FAIL: no test was ok: expected at least one"
	echo "KUnit: $((ok - skipped)) ok, $not_ok not ok, $skipped skipped"
	[ "$not_ok" -eq 0 ] && [ $((ok - skipped)) -gt 0 ]
}
