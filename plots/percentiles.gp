# SPDX-License-Identifier: GPL-2.0-only
#
# The whole distribution of one case, a line a kernel: how many operations (x,
# the slow end stretched) took at most how long (y).
#
# usage, in the folder of a run:
#   gnuplot -e "plots='.../plots'; type='svg'; stem='icount-01-nop'; title='nop'; ylabel='instructions'; bed='icount';
#               kernels='1 2'; xmax=20000; ymin=40; ymax=60; logy=0" .../plots/percentiles.gp
# Reads figures/STEM.tsv: a line of names, then 1/(1-p) and a value for each
# kernel; '?' where a kernel has no value. Writes figures/STEM.TYPE.
# per=1000 divides the values; ymin and ymax are then of the quotients.

load plots.'/style.gp'
data = 'figures/'.stem.'.tsv'

set xlabel 'percentile of the operations (bed '.bed.')' offset 0, 0.5
set ylabel ylabel
set logscale x
set xrange [1:xmax]
set xtics ('0' 1, '50' 2, '90' 10, '99' 100, '99.9' 1e3, '99.99' 1e4, '99.999' 1e5, '99.9999' 1e6, '99.99999' 1e7)
if (xmax < 1e5) { set xtics add ('75' 4) } # else there is no room for its label
if (logy) {
	set logscale y
	set yrange [ymin / 1.2 : ymax * 1.3]
	set ytics (1)
	do for [e = (per > 1 ? -3 : 0):11] { do for [m in '1 2 5'] { set ytics add (amount(m * 10**e) m * 10**e) } }
} else {
	# From 0, unless that squeezes the lines.
	low = ymin < 0.5 * ymax ? (ymin < 0 ? ymin : 0) : ymin - 0.3 * (ymax - ymin)
	set yrange [low : (ymax > low ? ymax + 0.08 * (ymax - low) : low + 1)]
}

plot for [k in kernels] data using 1:(column(k + 1) / per) with lines ls (int(k) - 1) % styles + 1 title columnheader(k + 1)
undefine per
