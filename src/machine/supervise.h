/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * supervise.h - devices that are held for as long as this program runs, whatever ends it.
 */
#ifndef INVBENCH_SUPERVISE_H
#define INVBENCH_SUPERVISE_H

#include "sentence.h"

/*
 * Binds the devices named in @list, with commas, to driver invbench, and
 * returns 0 in a child process. The parent gives them back when the child has
 * ended, or on a signal ends it first, and never returns from here. A negative
 * errno if they cannot be had, as hold_take(). Before any thread is started and anything is printed.
 */
int supervise_held(const char *list, struct sentence *why);

#endif
