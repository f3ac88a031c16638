# SPDX-License-Identifier: GPL-2.0-only
#
# How the median grows with one parameter, a line a kernel. The bars are the
# lowest and highest boot. The axis starts at 0, so that heights compare.
#
# usage, in the folder of a run:
#   gnuplot -e "plots='.../plots'; type='svg'; stem='icount-s1'; title='sync by devices'; ylabel='instructions'; bed='icount';
#               xlabel='devices'; kernels='1 2'; xmin=1; xmax=8; logx=1; tics='\"1\" 1, \"8\" 8'" .../plots/sweep.gp
# Reads figures/STEM.tsv: a line of names, then the parameter and for each
# kernel median, lowest, highest; '?' where it has none. Writes figures/STEM.TYPE.
# per=1000 divides the values. zero=300 is where a parameter of 0 is drawn, left
# of a logarithmic axis. guide=8 is the column of a line to see the others against.

load plots.'/style.gp'
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
set yrange [0:*]
set offsets graph 0, graph 0, graph 0.06, graph 0

place(x) = x == 0 && exists('zero') ? zero : x
if (exists('zero')) {
	gap = zero * sqrt(2)
	set arrow from gap, graph 0 to gap, graph 1 nohead lc rgb 'gray' lw 1 back
}

lines = "for [k in kernels] data using (place($1)):(column(3 * k - 1) / per):(column(3 * k) / per):(column(3 * k + 1) / per) \
	with yerrorlines ls (int(k) - 1) % styles + 1 title columnheader(3 * k - 1)"
if (exists('guide')) lines = lines.', data using (place($1)):(column(guide) / per) with lines ls 20 title columnheader(guide)'
eval 'plot '.lines
undefine per zero guide
