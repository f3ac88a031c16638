/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trusted.h - which programs root runs by their name.
 *
 * sudo has a PATH of its own, but su, doas and `sudo -E` leave root with the user's. So root takes of PATH
 * only folders with an absolute path in which, and in those above it, nobody else can put or rename a file.
 */
#ifndef INVBENCH_TRUSTED_H
#define INVBENCH_TRUSTED_H

#include "sentence.h"

struct trusted {
	char *program; /* its path */
	char *path;    /* "PATH=...", of what was taken of ours */
};

/*
 * 0; -ENOENT if there is no such program, -EACCES if there is only one that somebody else could have put there. A
 * @name with a '/' is the program that was meant. Then, as after an error, trusted_free().
 */
int trusted_find(struct trusted *t, const char *name, struct sentence *why);
void trusted_free(struct trusted *t);

#endif
