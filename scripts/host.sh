# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # $results is of who reads this file
#
# host.sh - files of this machine: what a guest may have written, what a full disk
# cuts short, and what is to be whole or not there.

# usage: as_text; what others wrote, as UTF-8 that drives no terminal and is in as many lines
as_text()
{
	python3 -c 'import sys
text = sys.stdin.buffer.read().decode("utf-8", "replace").replace("\r\n", "\n").replace("\0", "")
sys.stdout.buffer.write("".join(c if c.isprintable() or c in "\n\t" else "?" for c in text.replace("\ufffd", "?")).encode())'
}

# usage: guest_text FILE [BYTES]; the beginning of what a guest has written. It may have put anything in its
# place: of a link, a pipe or a folder nothing is read. Of a character that is cut by that nothing is left.
guest_text()
{
	if [ -f "$1" ] && [ ! -L "$1" ]; then head -c "${2:-4096}" "$1" | as_text; fi
}

# usage: is_plain FILE; is it one that is there, no link and not too large for a result?
is_plain() { [ -f "$1" ] && [ ! -L "$1" ] && [ "$(stat -c %s "$1")" -le $((32 << 20)) ]; }

# usage: has_room FOLDER; can a file be written there that is larger than what a boot leaves? A quota counts as well.
has_room()
{
	local file status=0
	file=$(mktemp "$1/.room-XXXXXX" 2>/dev/null) || return 1
	head -c 4M /dev/zero 2>/dev/null >"$file" || status=1
	rm -f "$file"
	return $status
}

# usage: room_left FOLDER; for people
room_left() { echo "no room left in $1 ($(df --output=avail -k "$1" | tail -n 1 | tr -d ' ') KiB free)"; }

# usage: host_failed SENTENCE; what this machine could not bear, of a run in $results
host_failed()
{
	has_room "$results" || die "$(room_left "$results"): make room there"
	die "$1"
}

# usage: keep FILE PLACE; a name leads to what has reached the disk, or to what was there before
keep() { sync "$1" && mv -T "$1" "$2" && sync "$(dirname "$2")"; }

# Sets run, the folder to write: $RUN of $results; or the last of its kind that has the same plan, unless it was finished; or a new one.
# usage: choose_run KIND WHAT PLAN; WHAT a PLAN, which is a file, is of
choose_run()
{
	local new last
	new=$results/${RUN:-$1-$(date -u +%Y%m%d-%H%M%S)}
	run=$new
	for last in "$results/$1"-*/; do
		{ [ -z "${RUN:-}" ] && cmp -s "$3" "$last/plan.json"; } || continue
		run=${last%/}
		[ ! -f "$run/report.html" ] || run=$new
	done
	if [ -f "$run/plan.json" ]; then
		cmp -s "$3" "$run/plan.json" || die "$run was made with other $2; choose another RUN, or remove it"
		say "going on with $run"
	fi
	{ mkdir -p "$run" && cp "$3" "$run/plan.json.new" && keep "$run/plan.json.new" "$run/plan.json"; } 2>/dev/null ||
		host_failed "cannot write $run/plan.json: is $run read-only, or another user's?"
}

sha256_of() { sha256sum <"$1" | cut -d' ' -f1; }

# usage: try_lock FD PLACE; status 1: another has it. A file system that has no locks, as some of NFS, is nobody who holds one:
# that ends with a sentence, at once.
try_lock()
{
	local status=0
	flock -n "$1" 2>/dev/null || status=$?
	[ "$status" -le 1 ] || die "$2: this file system has no locks; choose another place"
	return "$status"
}

# usage: blames_host LOG; prints the line of a build's log that says that this machine could not bear it, and no source is to blame
blames_host()
{
	grep -m 1 -aE 'No space left on device|Disk quota exceeded|Read-only file system|Input/output error|Cannot allocate memory|virtual memory exhausted|Too many open files|Killed signal|Error 137$' "$1"
}
