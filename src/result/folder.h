/* SPDX-License-Identifier: GPL-2.0-only */
/* folder.h - paths and names of folders. For this folder alone. */
#ifndef INVBENCH_FOLDER_H
#define INVBENCH_FOLDER_H

#include <dirent.h>
#include <stdbool.h>

/* FOLDER/NAME; to be freed. */
char *folder_join(const char *folder, const char *name);
bool folder_is(const char *path);
/* What scandir() gave. */
void folder_free_names(struct dirent **names, int n);

#endif
