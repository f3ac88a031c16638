# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# splat.sh - what in a kernel log means that a run is worth nothing: the lines
# that match src/machine/splats.txt, which a running case looks for as well.

# usage: splats LOG...; prints the lines, first line first; files may be missing
splats()
{
	{ LC_ALL=C grep -hsaEf <(sed '/^#/d; /^$/d' src/machine/splats.txt) "$@" || true; } |
		sed 's/^\[[ 0-9.]*\] *//; s/\r$//'
}
