# SPDX-License-Identifier: GPL-2.0-only
#
# A flame graph: a box for each function, on the function that called it, as
# wide as its part of the samples. `invbench flame` lays it out and runs this.
#
# usage, in a folder with figures/STEM.tsv:
#   gnuplot -e "type='svg'; stem='flame'; title='boot-001.1.folded'; samples=1059; depth=22; width=1160" .../plots/flame.gp
# Reads figures/STEM.tsv: boxes (first sample, samples, depth, colour), and after
# two empty lines labels (first sample, depth, text). width is that of all boxes,
# in units of the SVG; labels were cut to it, for a font whose letters are 6.65
# wide. Writes figures/STEM.TYPE.

reset
data = 'figures/'.stem.'.tsv'
row = 18
above = 42
below = 58
high = depth * row + above + below
if (type eq 'svg') {
	set terminal svg noenhanced size width + 60, high dynamic font 'sans-serif,15' linewidth 1
	label_font = 'DejaVu Sans Mono,Menlo,Consolas,monospace,11'
} else {
	set terminal pngcairo noenhanced size 2 * (width + 60), 2 * high font 'DejaVu Sans,21' linewidth 2
	label_font = 'DejaVu Sans Mono,16.5'
}
set output 'figures/'.stem.'.'.type
set datafile separator ' '

# Three shades of each: programs, the kernel, the SMMU driver. All are light, so that black can be read on them.
array shades[9] = [0xd9d9d9, 0xcccccc, 0xe3e3e3, 0xfbd9a8, 0xf7cd94, 0xfde3bd, 0x9fd0ee, 0x8ec5e8, 0xb0daf3]

set lmargin at screen 30.0 / (width + 60)
set rmargin at screen (width + 30.0) / (width + 60)
set tmargin at screen 1 - (above + 0.0) / high
set bmargin at screen (below + 0.0) / high
unset border
unset ytics
set xrange [0 : samples]
set yrange [0 : depth]
set title sprintf('%s: %d samples', title, samples)
set xtics out nomirror scale 0.5 ('0' 0, '25 %%' samples * 0.25, '50 %%' samples * 0.5, '75 %%' samples * 0.75, '100 %%' samples)
set key at screen 0.5, screen 10.0 / high center bottom horizontal Left reverse samplen 1.5 maxrows 1
set style fill solid 1.0 border rgb 'white'

plot data index 0 using ($1 + $2 / 2.0):($3 + 0.5):1:($1 + $2):3:($3 + 1):(shades[$4 + 1]) with boxxyerror lc rgb variable lw 0.6 notitle, \
	data index 1 using 1:($2 + 0.5):3 with labels left offset 0.3, 0 font label_font tc rgb 'black' notitle, \
	keyentry with boxes lc rgb 0x9fd0ee title 'SMMU driver', \
	keyentry with boxes lc rgb 0xfbd9a8 title 'kernel', \
	keyentry with boxes lc rgb 0xd9d9d9 title 'user space'
