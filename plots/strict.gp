# SPDX-License-Identifier: GPL-2.0-only
#
# An unmap by its parts: a row for each kernel, strict and lazy, and in it two
# bars, of what the parts are and of the least that they can be. The mark is the
# unmap without the probe.
#
# usage, in the folder of a run:
#   gnuplot -e "plots='.../plots'; type='svg'; stem='icount-u03-dma-api'; title='dma-api: strict and lazy'; bed='icount';
#               unit='instructions'; rows=4; most=1946; per=1" .../plots/strict.gp
# Reads figures/STEM.tsv, in blocks with two empty lines between: boxes (from and to, bottom and top in rows from above,
# colour), names of rows (0, row, text), marks (where, bottom, top). per divides values; most is the longest. Writes figures/STEM.TYPE.

row = 34
above = 44
below = 150
height = rows * row + above + below
load plots.'/style.gp'
data = 'figures/'.stem.'.tsv'
set datafile separator ' '
small = type eq 'svg' ? 'sans-serif,11' : 'DejaVu Sans,13'

# Page table, IOVA allocator, building, slots, writing, SMMU, locks, flush queue, the rest, late polls.
array shades[10] = [0x0072b2, 0x56b4e9, 0xd55e00, 0xe69f00, 0xf0e442, 0x009e73, 0x882255, 0x999933, 0xc0c0c0, 0xcc79a7]
array names[10] = ['page table', 'IOVA allocator', 'building commands', 'slots in the queue', 'writing commands', "the SMMU", \
	'locks', 'flush queue', 'DMA API around it', 'late polls, at most']

set lmargin at screen 130 / 560.0
set rmargin at screen 540 / 560.0
set tmargin at screen 1 - (above + 0.0) / height
set bmargin at screen (below + 0.0) / height
set grid xtics noytics
unset title
set border 1
unset ytics
set xrange [0 : most * 1.03 / per]
set yrange [rows : 0]
set label 1 title at screen 0.5, screen 1 - 22.0 / height center
set label 2 unit.' per unmap (bed '.bed.')' at screen 0.5, screen 100.0 / height center
set key at screen 0.5, screen 4.0 / height center bottom horizontal Left reverse samplen 1 maxrows 4 maxcols 3 font small
set style fill solid 1.0 border rgb '#404040'

plot data index 0 using (($1 + $2) / 2 / per):(($3 + $4) / 2):($1 / per):($2 / per):3:4:(shades[$5]) with boxxyerror lc rgb variable lw 0.3 notitle, \
	data index 1 using 1:($2 + 0.42):3 with labels right offset -0.5, 0 font small tc rgb 'black' notitle, \
	data index 2 using ($1 / per):2:(0):($3 - $2) with vectors nohead lc rgb 'black' lw 2 notitle, \
	for [i = 1:10] keyentry with boxes lc rgb shades[i] title names[i], \
	keyentry with lines lc rgb 'black' lw 2 title 'without the probe'
undefine height row
unset label
