# SPDX-License-Identifier: GPL-2.0-only
#
# README's figure: what a sync takes over the devices of a domain, a line a kernel,
# dashed where the devices have ATS. Reads DATA, lines of devices and for each kernel
# a value: without ATS, a blank block, with ATS.
#
# usage: gnuplot -e "data='DATA'; output='docs/front.svg'; kernels='list array'; bed='icount'" plots/front.gp

set terminal svg noenhanced size 800,420 dynamic font 'sans-serif,15' linewidth 1 background '#ffffff'
set output output

# Okabe and Ito's colours, those of plots/style.gp.
colours = '#0072B2 #D55E00'
do for [i = 1:2] {
	set style line i lc rgb word(colours, i) dt 1 lw 2.2 pt (i == 1 ? 7 : 5) ps 0.8
	set style line 10 + i lc rgb word(colours, i) dt (8,5) lw 2.2 pt (i == 1 ? 6 : 4) ps 0.8
}

set border 3
set tics nomirror out
set grid ytics lc rgb 'gray' lw 0.6 dt (2,4)
set title "What one invalidation costs: a sync of 4 KiB, bed ".bed."\nlist: Linux 6.12 as it is; array: with the series"
set xlabel 'devices in the domain'
set ylabel 'instructions, median'
set xrange [-0.3 : 8.2]
set xtics (0, 1, 2, 4, 8)
set yrange [0 : *]
set rmargin 24
unset key
set datafile separator "\t"

# Each line has its name at its end, and what it is there.
named(k, what) = sprintf('%s, %s: %.0f', word(kernels, k), what, column(k + 1))
plot for [k = 1:2] data index 0 using 1:(column(k + 1)) with linespoints ls k, \
	for [k = 1:2] data index 1 using 1:(column(k + 1)) with linespoints ls 10 + k, \
	for [k = 1:2] data index 0 using 1:($1 == 8 ? column(k + 1) : NaN):(named(k, 'no ATS')) with labels left offset 1.2, 0 tc ls k, \
	for [k = 1:2] data index 1 using 1:($1 == 8 ? column(k + 1) : NaN):(named(k, 'with ATS')) with labels left offset 1.2, 0 tc ls k
