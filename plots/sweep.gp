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

plot for [k in kernels] data using 1:(column(3 * k - 1)):(column(3 * k)):(column(3 * k + 1)) \
	with yerrorlines ls (int(k) - 1) % styles + 1 title columnheader(3 * k - 1)
