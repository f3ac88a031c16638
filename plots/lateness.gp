# SPDX-License-Identifier: GPL-2.0-only
#
# How well bed model kept its own times: how late (y) at most it served how many
# of the CMD_SYNCs (x, the slow end stretched), a line a kernel. No time of a kernel.
#
# usage, in the folder of a run:
#   gnuplot -e "plots='.../plots'; type='svg'; stem='model-l4'; title='lateness'; ylabel='ns late'; bed='model';
#               kernels='1 2'; xmax=20000; ymin=150; ymax=2900; logy=1" .../plots/lateness.gp
# Reads figures/STEM.tsv: a line of names, then 1/(1-p) and a value for each
# kernel; '?' where a kernel has no value. Writes figures/STEM.TYPE. per=1000
# divides the values; ymin and ymax are of the quotients.

load plots.'/style.gp'
data = 'figures/'.stem.'.tsv'
limit = 2000.0 / per

set title "The model's own clock:\nhow late it served CMD_SYNCs"
set xlabel 'percentile of the CMD_SYNCs (bed '.bed.')' offset 0, 0.5
set ylabel ylabel
set logscale x
set xrange [1:xmax]
set xtics ('0' 1, '50' 2, '90' 10, '99' 100, '99.9' 1e3, '99.99' 1e4, '99.999' 1e5, '99.9999' 1e6, '99.99999' 1e7)
if (xmax < 1e5) { set xtics add ('75' 4) } # else there is no room for its label
set logscale y
set yrange [(ymin < limit ? ymin : limit) / 1.3 : (ymax > limit ? ymax : limit) * 1.5]
set ytics (1)
do for [e = -3:9] { do for [m in (ymax / ymin > 1e4 ? '1' : '1 2 5')] { set ytics add (amount(m * 10**e) m * 10**e) } }

plot limit with lines ls 20 title 'late from here', \
	for [k in kernels] data using 1:(column(k + 1) / per) with lines ls (int(k) - 1) % styles + 1 title columnheader(k + 1)
undefine per
