# SPDX-License-Identifier: GPL-2.0-only
#
# How a metric of a case went from kernel build to kernel build: a point a
# build, the median of its boots; the bars are the lowest and highest boot.
# Builds of one name are joined by a line.
#
# usage, in a folder with figures/STEM.tsv:
#   gnuplot -e "plots='.../plots'; type='svg'; stem='trend'; title='dma op=sync'; ylabel='instructions per sync'; bed='icount';
#               names=2; builds=12; ymin=800; ymax=1100; per=1; tics='\"2026-11-01\" 1, \"2026-11-23\" 12'" .../plots/trend.gp
# Reads figures/STEM.tsv: a line of names, then a line a build: its number, and
# for each name median, lowest, highest; '?' where the build is of another name.
# per=1000 divides the values; ymin and ymax are of the quotients. Writes figures/STEM.TYPE.

load plots.'/style.gp'
data = 'figures/'.stem.'.tsv'

set xlabel 'kernel builds, by their first boot (bed '.bed.')'
set ylabel ylabel
set xrange [1 - 0.04 * builds : builds + 0.04 * builds]
eval 'set xtics ('.tics.') rotate by 40 right'
# Not from 0: what matters is a change of some percent.
set yrange [ymin : ymax]

lines = ''
do for [k = 1:names] {
	lines = lines.(k > 1 ? ', ' : '').sprintf("data using 1:(column(%d) / per):(column(%d) / per):(column(%d) / per) with yerrorlines ls %d title columnheader(%d)", \
		3 * k - 1, 3 * k, 3 * k + 1, (k - 1) % styles + 1, 3 * k - 1)
}
eval 'plot '.lines
