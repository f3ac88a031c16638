# SPDX-License-Identifier: GPL-2.0-only
#
# One operation on a time line, for each kernel: from above, what is within what,
# then a row for each SMMU with the lists that it was given.
#
# usage, in the folder of a run:
#   gnuplot -e "plots='.../plots'; type='svg'; stem='virtual-o07-sva'; title='sva: one operation'; bed='virtual'; rows=13; ns=335260" .../plots/operation.gp
# Reads figures/STEM.tsv, in blocks with two empty lines between: boxes (from and
# to, in ns, row from above, colour), labels in boxes (from, row, text), names of
# SMMUs and of kernels (0, row, text). ns is the end of the axis. Writes figures/STEM.TYPE.

row = 18
above = 44
below = 100
height = rows * row + above + below
load plots.'/style.gp'
data = 'figures/'.stem.'.tsv'
set datafile separator ' '
small = type eq 'svg' ? 'sans-serif,11' : 'DejaVu Sans,13'

# What is around it, the driver's functions, lists, waits. All are light, so that black can be read on them.
array shades[4] = [0xd9d9d9, 0x9fd0ee, 0xfbd9a8, 0xe6b8d0]

set lmargin at screen 150 / 560.0
set rmargin at screen 540 / 560.0
set tmargin at screen 1 - (above + 0.0) / height
set bmargin at screen (below + 0.0) / height
unset grid
unset title
set border 1
unset ytics
set xrange [0 : ns / 1000.0]
set yrange [rows : 0]
# The names of SMMUs have the place left of the plot: what is of the whole is in the middle of the picture.
set label 1 title at screen 0.5, screen 1 - 22.0 / height center
set label 2 'us from the begin of the operation (bed '.bed.')' at screen 0.5, screen 44.0 / height center
set key at screen 0.5, screen 8.0 / height center bottom horizontal Left reverse samplen 1 maxrows 1 width -2 font small
set style fill solid 1.0 border rgb '#606060'

plot data index 0 using (($1 + $2) / 2000.0):($3 + 0.5):($1 / 1000.0):($2 / 1000.0):($3 + 0.08):($3 + 0.92):(shades[$4 + 1]) with boxxyerror lc rgb variable lw 0.4 notitle, \
	data index 1 using ($1 / 1000.0):($2 + 0.5):3 with labels left offset 0.3, 0 font small tc rgb 'black' notitle, \
	data index 2 using 1:($2 + 0.5):3 with labels right offset -0.5, 0 font small tc rgb 'black' notitle, \
	data index 3 using 1:($2 + 0.5):3 with labels left offset -8, 0 font small tc rgb 'black' notitle, \
	keyentry with boxes lc rgb 0xd9d9d9 title 'around it', \
	keyentry with boxes lc rgb 0x9fd0ee title 'driver', \
	keyentry with boxes lc rgb 0xfbd9a8 title 'list', \
	keyentry with boxes lc rgb 0xe6b8d0 title 'wait'
undefine height row
unset label
