# SPDX-License-Identifier: GPL-2.0-only
#
# How many commands, or CMD_SYNCs, an operation sends, over one parameter, a
# line a kernel. The bars are the lowest and highest boot.
#
# usage, in the folder of a run:
#   gnuplot -e "plots='.../plots'; type='svg'; stem='icount-c2'; title='commands'; ylabel='commands per unmap'; bed='icount';
#               xlabel='devices'; kernels='1 2'; xmin=1; xmax=8; logx=1; tics='\"1\" 1, \"8\" 8'" .../plots/counts.gp
# plots/lines.gp says what is read, and what else may be set.

load plots.'/style.gp'
wide = 1
load plots.'/lines.gp'

# A flat line of 1 is to stand in the middle, and half a command is none.
set yrange [0 : ymax * 1.12 > 2 ? ymax * 1.12 : 2]
set offsets 0, 0, 0, 0
if (ymax <= 10) { set ytics 1 }
eval 'plot '.lines
undefine per zero guide solid dashed wide
