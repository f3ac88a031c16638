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
