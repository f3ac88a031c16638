/* SPDX-License-Identifier: GPL-2.0-only */
/* gnuplot.h - gnuplot as a process, and where its files are. */
#ifndef INVBENCH_GNUPLOT_H
#define INVBENCH_GNUPLOT_H

#include <sys/types.h>

/*
 * The folder with the gnuplot file @name: @wanted, or the one that belongs to
 * this program, or plots/ of the working folder. To be freed. If there is none it
 * exits with a sentence of @who.
 */
char *gnuplot_folder(const char *wanted, const char *name, const char *who);

/* Starts it in @folder. 0 or a negative errno. */
int gnuplot_start(const char *folder, char *const argv[], pid_t *pid);
/* Waits for its end. 0, or a negative errno if it failed. */
int gnuplot_finish(pid_t pid);

#endif
