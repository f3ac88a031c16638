# SPDX-License-Identifier: GPL-2.0-only
#
# What figures over a parameter share: the x axis, and `lines`, what to plot: a
# line a kernel, whose bars are two more columns. Loaded by the others, after style.gp.
#
# Reads figures/STEM.tsv: a line of names, then the parameter and for each
# kernel value, lowest, highest; '?' where it has none. per=1000 divides the
# values. zero=300 is where a parameter of 0 is drawn, left of a logarithmic
# axis. guide=8 is the column of a line to see the others against. wide=1 is for
# kernels that often agree to the digit: the first one's line is the widest then,
# and stays to be seen under the others'.
#
# With solid='ats=off' and dashed='ats=on' there are sides=2 kernels once more,
# with the second: others='1 2' are those that have values there, alone='2'
# those that have them there only. Colours are kernels then, and dashes the two.

data = 'figures/'.stem.'.tsv'

set xlabel xlabel.' (bed '.bed.')' offset 0, 0.5
set ylabel ylabel
if (logx) {
	set logscale x 2
	margin = (xmax / (1.0 * xmin)) ** 0.04
	set xrange [xmin / margin : xmax * margin]
} else {
	margin = (xmax - xmin) * 0.04
	set xrange [xmin - margin : xmax + margin]
}
eval 'set xtics ('.tics.')'
# From 0, so that heights compare.
set yrange [0:*]
set offsets graph 0, graph 0, graph 0.06, graph 0

place(x) = x == 0 && exists('zero') ? zero : x
if (exists('zero')) {
	gap = zero * sqrt(2)
	set arrow from gap, graph 0 to gap, graph 1 nohead lc rgb 'gray' lw 1 back
}

n = words(kernels)
do for [i = 1:styles] {
	wider = exists('wide') && n > i ? (n - i > 3 ? 3 : n - i) : 0
	set style line 40 + i lc rgb word(colours, i) dt 1 lw 1.8 + 1.5 * wider pt int(word(filled, i)) ps 0.7 + 0.25 * wider
	set style line 50 + i lc rgb word(colours, i) dt (6,4) lw 1.8 + 1.5 * wider pt int(word(hollow, i)) ps 0.7 + 0.25 * wider
}

bars(column) = sprintf('using (place($1)):(column(%s) / per):(column(%s + 1) / per):(column(%s + 2) / per) with yerrorlines', column, column, column)
lines = "for [k in kernels] data ".bars('3 * k - 1')." ls ".(exists('wide') ? '40 + ' : '')."(int(k) - 1) % styles + 1 title columnheader(3 * k - 1)"
if (exists('solid')) {
	lines = ''
	if (n) { lines = lines."for [k in kernels] data ".bars('3 * k - 1')." ls 40 + (int(k) - 1) % styles + 1 title columnheader(3 * k - 1), " }
	if (words(others)) { lines = lines."for [k in others] data ".bars('3 * (k + sides) - 1')." ls 50 + (int(k) - 1) % styles + 1 notitle, " }
	if (words(alone)) { lines = lines."for [k in alone] 1 / 0 with lines ls 40 + (int(k) - 1) % styles + 1 title 'kernel '.k, " }
	lines = lines."1 / 0 with lines ls 31 title solid, 1 / 0 with lines ls 32 title dashed"
}
if (exists('guide')) lines = lines.', data using (place($1)):(column(guide) / per) with lines ls 20 title columnheader(guide)'
