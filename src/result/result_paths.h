/* SPDX-License-Identifier: GPL-2.0-only */
/* result_paths.h - paths and names of folders. For this folder alone. */
#ifndef INVBENCH_RESULT_PATHS_H
#define INVBENCH_RESULT_PATHS_H

#include <dirent.h>
#include <stdbool.h>

/* FOLDER/NAME; to be freed. */
char *path_join(const char *folder, const char *name);
bool path_is_folder(const char *path);
/* What scandir() gave. */
void path_free_names(struct dirent **names, int n);

#endif
