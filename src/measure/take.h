/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * take.h - the device that a case takes: case_take() in workload.h.
 */
#ifndef INVBENCH_TAKE_H
#define INVBENCH_TAKE_H

struct run_case;

/* The device that cases take, of those that take one. Checked when they do. */
void take_named(const char *name);
/* Puts back what case_take() took; a failure of the case if that cannot be done. */
void take_back(struct run_case *c);

#endif
