# SPDX-License-Identifier: GPL-2.0-only
#
# What all threads of a case do together in a second, over one parameter, a
# line a kernel. The bars are the lowest and highest boot. Higher is better.
#
# usage, in the folder of a run:
#   gnuplot -e "plots='.../plots'; type='svg'; stem='model-t2'; title='throughput'; ylabel='sync/s'; bed='model';
#               xlabel='devices'; kernels='1 2'; xmin=1; xmax=8; logx=1; tics='\"1\" 1, \"8\" 8'" .../plots/throughput.gp
# plots/lines.gp says what is read, and what else may be set.

load plots.'/style.gp'
load plots.'/lines.gp'

eval 'plot '.lines
undefine per zero guide solid dashed
