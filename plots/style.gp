# SPDX-License-Identifier: GPL-2.0-only
#
# What all figures share: terminal, colours, grid. type is 'svg' or 'png'.
#
# Colours are Okabe and Ito's, which the colour-blind can tell apart; every
# kernel has a dash and a point of its own as well, for grey paper. Names are
# data, so no text is read as markup (noenhanced). tall=1 makes room for a longer key;
# height=700 is another height.

reset
if (type eq 'svg') {
	set terminal svg noenhanced size 560,(exists('height') ? height : exists('tall') ? 500 : 440) dynamic font 'sans-serif,16' linewidth 1
} else {
	set terminal pngcairo noenhanced size 1120,(exists('height') ? 2 * height : exists('tall') ? 1000 : 880) font 'DejaVu Sans,20' linewidth 2 pointscale 2
}
set output 'figures/'.stem.'.'.type

set style line 1 lc rgb '#0072B2' dt 1 lw 2 pt 7 ps 0.7
set style line 2 lc rgb '#D55E00' dt (9,4) lw 2 pt 5 ps 0.7
set style line 3 lc rgb '#009E73' dt (2,3) lw 2.5 pt 9 ps 0.9
set style line 4 lc rgb '#CC79A7' dt (12,3,2,3) lw 2 pt 11 ps 0.9
set style line 5 lc rgb '#E69F00' dt (5,3) lw 2 pt 13 ps 0.9
set style line 6 lc rgb '#56B4E9' dt (9,3,2,3,2,3) lw 2 pt 6 ps 0.7
set style line 7 lc rgb '#999933' dt (3,6) lw 2 pt 4 ps 0.7
set style line 8 lc rgb '#882255' dt (14,6) lw 2 pt 8 ps 0.9
styles = 8
# Where dashes tell something else than kernels: colours and points do that alone, filled and hollow.
colours = '#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #999933 #882255'
filled = '7 5 9 11 13 15 3 2'
hollow = '6 4 8 10 12 14 3 2'
# What is no kernel: a line to see the others against.
set style line 20 lc rgb '#808080' dt (10,6) lw 1.4
set style line 21 lc rgb '#808080' dt 1 lw 1.5
# And the key to dashes.
set style line 31 lc rgb '#808080' dt 1 lw 2
set style line 32 lc rgb '#808080' dt (6,4) lw 2
set style line 33 lc rgb '#808080' dt (2,3) lw 2

set pointintervalbox 0
set border 3
set tics nomirror out
set grid lc rgb 'gray' lw 0.6 dt (2,4)
set title title
# Outside the plot, where no line can run through it.
set key outside bottom center horizontal Left reverse samplen 3 height 1
set datafile separator "\t"
set datafile missing '?'

# Values are divided by it; a figure whose axis has another unit than its data sets it.
if (!exists('per')) per = 1

# 0.2 stays 0.2 and 1500 stays 1500, 2500000 becomes 2.5 M.
amount(v) = v < 1 ? sprintf('%g', v) : v < 1e5 ? sprintf('%.0f', v) : v < 1e6 ? sprintf('%g k', v / 1e3) : \
	v < 1e9 ? sprintf('%g M', v / 1e6) : sprintf('%g G', v / 1e9)
