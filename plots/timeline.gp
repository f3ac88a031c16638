# SPDX-License-Identifier: GPL-2.0-only
#
# When in a pass the slow operations were: a heat map a kernel, all with the same
# axes. From left to right the operations in the order they were done, from the
# first (0 %) to the last; the darker, the larger the part of a window's
# operations that took so long; white where none did. All boots together.
#
# Colours are viridis without its light end, from light to dark, so that they
# stay in order on grey paper and for the colour-blind; three steps a decade.
#
# usage, in the folder of a run:
#   gnuplot -e "plots='.../plots'; type='svg'; stem='icount-h02-dma-op-sync'; title='dma op=sync'; ylabel='instructions per sync';
#               bed='icount'; kernels='1 2'; kernel1='list'; kernel2='array'; decades=3; ymin=900; ymax=9000" .../plots/timeline.gp
# Reads figures/STEM.tsv: a line of names, then boxes: kernel, from and to which
# part of the pass (%), from and to which latency, and the part of the
# operations (%). Writes figures/STEM.TYPE. per=1000 divides the latencies; ymin
# and ymax are of the quotients. decades is how many the colours reach down from 100 %.

n = words(kernels)
columns = n > 1 ? 2 : 1
rows = (n + columns - 1) / columns
height = rows > 1 ? 150 + 240 * rows : 440
load plots.'/style.gp'
data = 'figures/'.stem.'.tsv'

unset key
unset title
unset grid
set border 15 lw 0.6
set palette defined (0 '#7ad151', 0.12 '#4ac16d', 0.26 '#22a884', 0.4 '#21918c', 0.55 '#2a788e', 0.7 '#3b528b', 0.85 '#46317e', 1 '#440154')
set palette maxcolors 3 * decades
set logscale cb
set cbrange [100 / 10.0**decades : 100]
set cbtics out scale 0.5 ('0.001' 0.001, '0.01' 0.01, '0.1' 0.1, '1' 1, '10' 10, '100' 100)
set style fill solid 1 noborder

set xrange [0:100]
set xtics 0, 50, 100 offset 0, 0.4
set mxtics 5
set logscale y
# Not so near that a hair's breadth looks like much.
middle = sqrt(ymin * ymax)
low = ymin / 1.05 < middle / 1.5 ? ymin / 1.05 : middle / 1.5
top = ymax * 1.05 > middle * 1.5 ? ymax * 1.05 : middle * 1.5
set yrange [low : top]
marks = top / low < 5 ? '1 1.5 2 3 4 5 6 8' : top / low > 1e3 ? '1' : '1 2 5'
# There is less room than beside other figures.
short(v) = v >= 1e4 && v < 1e6 ? sprintf('%g k', v / 1e3) : amount(v)

# In parts of the picture, which is 560 wide: names left of the panels, colours right of them.
left = 94 / 560.0
right = 460 / 560.0
bottom = 84.0 / height
upper = 1 - 78.0 / height
gap = 36 / 560.0
lead = 58.0 / height
width = (right - left - (columns - 1) * gap) / columns
tall_panel = (upper - bottom - (rows - 1) * lead) / rows

# The boxes of other kernels are no points.
own(value) = column(1) == this ? value : NaN

set multiplot
set label 1 'Latency over the pass' at screen 0.5, screen 1 - 20.0 / height center
set label 2 title at screen 0.5, screen 1 - 42.0 / height center
set label 3 ylabel at screen 11 / 560.0, screen (bottom + upper) / 2 center rotate by 90
set label 4 'part of the pass, in % of the operations (bed '.bed.')' at screen (left + right) / 2, screen 22.0 / height center
set label 5 '% of a window''s operations' at screen 551 / 560.0, screen (bottom + upper) / 2 center rotate by 90
set object 1 rectangle from graph 0, 0 to graph 1, 1 behind fc rgb 'white' fs solid noborder
do for [i = 1:n] {
	this = int(word(kernels, i))
	column_of = (i - 1) % columns
	row_of = (i - 1) / columns
	set lmargin at screen left + column_of * (width + gap)
	set rmargin at screen left + column_of * (width + gap) + width
	set tmargin at screen upper - row_of * (tall_panel + lead)
	set bmargin at screen upper - row_of * (tall_panel + lead) - tall_panel
	set ytics (1)
	do for [e = (per > 1 ? -3 : 0):11] { do for [m in marks] { set ytics add ((column_of ? '' : short(m * 10**e)) m * 10**e) } }
	set label 6 value('kernel'.this) at graph 0.5, graph 1 offset 0, 0.6 center
	if (i == n) { set colorbox user origin right + 18 / 560.0, bottom size 12 / 560.0, upper - bottom } else { unset colorbox }
	plot data using (own(($2 + $3) / 2)):(own($4 / per)):(own($2)):(own($3)):(own($4 / per)):(own($5 / per)):6 with boxxyerror lc palette
	unset label
}
unset multiplot
undefine per height columns rows
