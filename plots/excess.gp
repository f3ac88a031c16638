# SPDX-License-Identifier: GPL-2.0-only
#
# What the driver takes above the set time of a CMD_SYNC, and above its own cost
# with a CMD_SYNC of 0: a line a kernel. It polls for the CMD_SYNC after delays
# that double, so it notices late. The bars are the lowest and highest boot. The
# grey line is the model's own part in it.
#
# usage, in the folder of a run:
#   gnuplot -e "plots='.../plots'; type='svg'; stem='model-e3'; title='dma op=sync'; ylabel='us above set time';
#               bed='model'; xlabel='sync'; kernels='1 2'; share=8; ymin=0.1; ymax=90; logy=1; xmin=1000; xmax=500000; logx=1;
#               tics='\"1us\" 1000'" .../plots/excess.gp
# Reads figures/STEM.tsv: a line of names, then the set time, for each kernel
# median, lowest, highest, and in column share the model's part; '?' where there
# is none. Writes figures/STEM.TYPE. per=1000 divides the values; ymin and ymax
# are of the quotients.

load plots.'/style.gp'
data = 'figures/'.stem.'.tsv'

set title "What a CMD_SYNC costs above its set time\n".title
set xlabel xlabel.' (bed '.bed.')' offset 0, 0.5
set ylabel ylabel.' and sync=0'
if (logx) {
	set logscale x
	margin = (xmax / (1.0 * xmin)) ** 0.04
	set xrange [xmin / margin : xmax * margin]
} else {
	margin = (xmax - xmin) * 0.04
	set xrange [xmin - margin : xmax + margin]
}
eval 'set xtics ('.tics.')'
if (logy) {
	set logscale y
	set yrange [ymin / 1.3 : ymax * 1.5]
	set ytics (1)
	do for [e = -3:9] { do for [m in '1 2 5'] { set ytics add (amount(m * 10**e) m * 10**e) } }
} else {
	set yrange [(ymin < 0 ? ymin - 0.06 * (ymax - ymin) : 0) : *]
	set offsets graph 0, graph 0, graph 0.06, graph 0
	set xzeroaxis lc rgb 'gray'
}

plot for [k in kernels] data using 1:(column(3 * k - 1) / per):(column(3 * k) / per):(column(3 * k + 1) / per) \
	with yerrorlines ls (int(k) - 1) % styles + 1 title columnheader(3 * k - 1), \
	data using 1:(column(share) / per) with lines ls 21 title columnheader(share)
undefine per
