/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lockdown.h - what a kernel refuses to root as well: modules without a signature that it
 * trusts, and reading its memory. Secure Boot switches it on in many distributions.
 */
#ifndef INVBENCH_LOCKDOWN_H
#define INVBENCH_LOCKDOWN_H

#include <stdbool.h>

#include "sentence.h"

/* Does it refuse unsigned modules? Then @why says by what. */
bool lockdown_of_modules(struct sentence *why);
/* Does it let no probe read its memory (lockdown=confidentiality)? */
bool lockdown_of_probes(void);

/* For unit tests alone to set: where the kernel's files lie, "" for the root. */
extern const char *lockdown_root;

#endif
