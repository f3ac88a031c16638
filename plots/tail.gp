# SPDX-License-Identifier: GPL-2.0-only
#
# How median, p99 and p99.9 grow with one parameter: colours are kernels, dashes
# the percentiles. p99.9 is there where a boot has samples enough for one.
#
# usage, in the folder of a run:
#   gnuplot -e "plots='.../plots'; type='svg'; stem='model-q3'; title='sync by threads'; ylabel='us per sync'; bed='model';
#               xlabel='threads'; kernels='1 2'; p999='1 2'; ymin=2; ymax=90; logy=1; xmin=1; xmax=8; logx=1;
#               tics='\"1\" 1, \"8\" 8'" .../plots/tail.gp
# Reads figures/STEM.tsv: a line of names, then the parameter and for each kernel
# median, p99, p99.9; '?' where it has none. per=1000 divides the values; ymin and
# ymax are of the quotients. Writes figures/STEM.TYPE.

tall = 1
load plots.'/style.gp'
load plots.'/lines.gp'

if (logy) {
	set offsets 0, 0, 0, 0
	set logscale y
	set yrange [ymin / 1.3 : ymax * 1.5]
	set ytics (1)
	do for [e = (per > 1 ? -3 : 0):11] { do for [m in (ymax / ymin > 1e3 ? '1' : '1 2 5')] { set ytics add (amount(m * 10**e) m * 10**e) } }
}
do for [i = 1:styles] {
	do for [d = 0:1] {
		set style line 40 + 10 * d + i lw 2 ps 0.7
	}
	set style line 60 + i lc rgb word(colours, i) dt (2,3) lw 2 pt int(word(hollow, i)) ps 0.5
}

lines = "for [k in kernels] data using (place($1)):(column(3 * k - 1) / per) with linespoints ls 40 + (int(k) - 1) % styles + 1 title columnheader(3 * k - 1), \
	for [k in kernels] data using (place($1)):(column(3 * k) / per) with linespoints ls 50 + (int(k) - 1) % styles + 1 notitle, "
if (words(p999)) lines = lines."for [k in p999] data using (place($1)):(column(3 * k + 1) / per) with linespoints ls 60 + (int(k) - 1) % styles + 1 notitle, "
lines = lines."1 / 0 with lines ls 31 title 'median', 1 / 0 with lines ls 32 title 'p99'"
if (words(p999)) lines = lines.", 1 / 0 with lines ls 33 title 'p99.9'"
eval 'plot '.lines
undefine per zero guide tall
