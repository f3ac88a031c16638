# SPDX-License-Identifier: GPL-2.0-only
#
# Prints functions of a C file in the kernel's style, with the comments in front of them.
#   names   blank separated; FIRST..LAST is all that stands between the two, and these
BEGIN {
	count = split(names, list, " ")
	for (i = 1; i <= count; i++) {
		to = index(list[i], "..")
		first = to ? substr(list[i], 1, to - 1) : list[i]
		wanted[first] = to ? substr(list[i], to + 2) : first
		missing[first]
		missing[wanted[first]]
	}
}

# Is the block of lines the definition of a function of this name?
function defines(name) { return head ~ ("(^|[ *\n])" name "\\(") && body }

function end_of_block(name) {
	for (name in wanted)
		if (!until && defines(name))
			until = wanted[name]
	if (until) {
		printf "%s", block
		for (name in missing)
			if (defines(name))
				delete missing[name]
		if (defines(until))
			until = ""
	}
	block = head = ""
	body = 0
}

{ block = block $0 "\n" }
/^{/ { body = 1 }
!body && !/^[ \t]*(\/?\*|$)/ { head = head "\n" $0 }
/^}/ || (!body && /^[^ \t#\/].*;$/) { end_of_block() }

END {
	for (name in missing) {
		print "take-out: no function " name " in " FILENAME >"/dev/stderr"
		status = 1
	}
	exit status
}
