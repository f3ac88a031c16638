# SPDX-License-Identifier: GPL-2.0-only
#
# By how much a kernel's operations are slower (above 1) or faster (below) than
# the base's, percentile by percentile (x, the slow end stretched), a line a
# kernel. It ends where fewer than 30 operations of either are slower.
#
# usage, in the folder of a run:
#   gnuplot -e "plots='.../plots'; type='svg'; stem='icount-r02-nop'; title='nop: ratio to list'; ylabel='ratio'; bed='icount';
#               kernels='2'; base='list'; xmax=2000; ymin=0.8; ymax=1; logy=0" .../plots/ratio.gp
# Reads figures/STEM.tsv: a line of names, then 1/(1-p) and a ratio for each
# kernel; '?' where there is none, and for the base. ymin and ymax are of the
# ratios, 1 among them. Writes figures/STEM.TYPE.

load plots.'/style.gp'
data = 'figures/'.stem.'.tsv'

set xlabel 'percentile of the operations (bed '.bed.')' offset 0, 0.5
set ylabel 'ratio to '.base.', lower is faster'
set logscale x
set xrange [1:xmax]
set xtics ('0' 1, '50' 2, '90' 10, '99' 100, '99.9' 1e3, '99.99' 1e4, '99.999' 1e5, '99.9999' 1e6, '99.99999' 1e7)
if (xmax < 1e5) { set xtics add ('75' 4) } # else there is no room for its label
if (logy) {
	set logscale y 2
	set yrange [ymin / 1.2 : ymax * 1.2]
	set ytics (1)
	do for [e = 1:30] { set ytics add (sprintf('%g', 2**e) 2**e, sprintf('1/%.0f', 2**e) 2.0**-e) }
} else {
	# Some room on both sides of 1, so that nothing looks large for being alone.
	high = ymax > 1.05 ? ymax : 1.05
	low = ymin < 0.95 ? ymin : 0.95
	set yrange [low - 0.06 * (high - low) : high + 0.06 * (high - low)]
}

if (strlen(kernels)) {
	plot 1 with lines ls 20 title base, \
		for [k in kernels] data using 1:(column(k + 1)) with lines ls (int(k) - 1) % styles + 1 title columnheader(k + 1)
} else {
	# Of an empty loop, say.
	set label 'no percentile at which both cost more than the clock does' at graph 0.5, 0.7 center
	plot 1 with lines ls 20 title base
}
