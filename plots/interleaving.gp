# SPDX-License-Identifier: GPL-2.0-only
#
# What came before a violation: from top to bottom a line a moment, not to scale, with its nanoseconds; a column a CPU, shaded
# while it runs, and one for what the instances take up. A CPU whose column is a bare line stands still there.
#
# Reads DATA: a line a moment of number, column, nanoseconds, text; a blank block; a line a turn of column, its first and
# its last moment. Columns are counted from 0, and the last one is the instances'.
#
# usage: gnuplot -e "data='DATA'; output='FILE.svg'; title='...'; columns=3; moments=40" plots/interleaving.gp

line = 17 # pixels
wide = 330 # a column; commands are longer than functions
left = 90.0
right = 0.45 * wide
width = left + columns * wide + right
height = (moments + 4) * line

set terminal svg noenhanced size width,height dynamic font 'monospace,13' linewidth 1 background '#ffffff'
set output output

# Okabe and Ito's colours, those of plots/style.gp.
colours = '#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #999933 #882255'
set datafile separator "\t"
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
set xrange [-left / wide : columns + right / wide]
set yrange [moments + 1 : -3]
unset border
unset tics
unset key

set label 1 title at -left / wide + 0.03, -2.1
set label 2 'ns' at -0.04, -0.7 right
set style line 1 lc rgb '#909090' dt 3
set style line 2 lc rgb '#909090' dt 1
do for [k = 0:columns - 1] {
	tag = 10 + k
	cpu = k < columns - 1
	head = cpu ? sprintf('CPU %d', k) : 'commands that are taken up'
	set label tag head at k + 0.02, -0.7 tc rgb (cpu ? word(colours, k + 1) : '#000000')
	set arrow tag from k + 0.004, -0.2 to k + 0.004, moments + 0.6 nohead ls (cpu ? 1 : 2)
}
set style fill solid 0.16 noborder
plot for [k = 0:columns - 2] data index 1 using ($1 == k ? k : NaN):2:(k):(k + 0.97):($2 - 0.5):($3 + 0.5) with boxxyerror lc rgb word(colours, k + 1), \
	data index 0 using (-0.04):1:(sprintf('%d', $3)) with labels right tc rgb '#606060', \
	data index 0 using ($2 + 0.02):1:4 with labels left
