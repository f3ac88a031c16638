# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# splat.sh - what in a kernel log means that a run is worth nothing.

# usage: splats LOG...; prints the lines, first line first; files may be missing
splats()
{
	{ grep -hsaE 'BUG:|WARNING:|Oops|Internal error|Unable to handle kernel|Kernel panic|rcu: INFO|soft lockup|hung_task|blocked for more than|possible (circular|recursive) locking|inconsistent lock state|suspicious RCU usage|KASAN|UBSAN|refcount_t:|list_(add|del) corruption|CMD_SYNC timeout|CMDQ timeout|CMDQ error|ATC invalidate timeout|device has entered Service Failure|event 0x[0-9a-f]+ received|unexpected global error|Q overflow detected|unexpected PRI request|ignoring unknown CMDQ opcode|arm_smmu_(cmdq_issue_cmdlist|evtq_thread): |(events|errors) will not be reported|failed to enable (combined |evtq |gerror |)irq' "$@" || true; } |
		sed 's/^\[[ 0-9.]*\] *//; s/\r$//'
}
