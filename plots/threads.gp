# SPDX-License-Identifier: GPL-2.0-only
#
# Whether threads fare alike, over one parameter, a line a kernel: the mean
# latency of the middle thread. The bars reach from the fastest to the slowest.
#
# usage, in the folder of a run:
#   gnuplot -e "plots='.../plots'; type='svg'; stem='model-f4'; title='threads'; ylabel='us per sync'; bed='model';
#               xlabel='devices'; kernels='1 2'; xmin=1; xmax=8; logx=1; tics='\"1\" 1, \"8\" 8'" .../plots/threads.gp
# plots/lines.gp says what is read, and what else may be set.

load plots.'/style.gp'
load plots.'/lines.gp'

set title title."\nbars: mean of the fastest and of the slowest thread"
eval 'plot '.lines
undefine per zero guide solid dashed
