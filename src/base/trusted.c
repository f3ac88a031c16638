// SPDX-License-Identifier: GPL-2.0-only
/*
 * trusted.c - which programs root runs by their name.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trusted.h"

#define PATH_DEFAULT "/usr/sbin:/usr/bin:/sbin:/bin"

/* @above: another folder is meant, somewhere in this one; a sticky one lets others rename only what is theirs. */
static bool is_roots(const char *folder, bool above)
{
	struct stat st;

	if (stat(folder, &st) || st.st_uid)
		return false;
	if (above && st.st_mode & S_ISVTX)
		return true;
	return !(st.st_mode & S_IWOTH) && (!(st.st_mode & S_IWGRP) || !st.st_gid);
}

/* Where it really is, in @real; false if it is not there. */
static bool is_trusted(const char *folder, char real[PATH_MAX])
{
	char above[PATH_MAX], *slash;

	if (*folder != '/' || !realpath(folder, real))
		return false;
	strcpy(above, real);
	if (!is_roots(real, false))
		return false;
	while ((slash = strrchr(above, '/')) && above[1]) {
		slash[slash == above] = '\0';
		if (!is_roots(above, true))
			return false;
	}
	return true;
}

/* The program in that folder, to be freed; NULL if it is not there. */
static char *program_in(const char *folder, const char *name)
{
	char *program;
	struct stat st;

	if (asprintf(&program, "%s/%s", folder, name) < 0)
		return NULL;
	if (!access(program, X_OK) && !stat(program, &st) && S_ISREG(st.st_mode))
		return program;
	free(program);
	return NULL;
}

static int append(char **path, const char *folder)
{
	char *longer;

	if (asprintf(&longer, "%s%s%s", *path, (*path)[strlen(*path) - 1] == '=' ? "" : ":", folder) < 0)
		return -ENOMEM;
	free(*path);
	*path = longer;
	return 0;
}

/* @passed: where the name was found first and not taken. */
static int look_in(struct trusted *t, const char *folder, const char *name, char **passed)
{
	char real[PATH_MAX];

	if (is_trusted(folder, real)) {
		t->program = t->program ?: program_in(real, name);
		return append(&t->path, real);
	}
	if (!t->program && !*passed)
		*passed = program_in(*folder ? folder : ".", name);
	return 0;
}

static int look(struct trusted *t, const char *name, struct sentence *why)
{
	char *folders = strdup(getenv("PATH") ?: PATH_DEFAULT), *rest = folders, *folder, *passed = NULL;
	int err = 0;

	t->path = strdup("PATH=");
	if (!folders || !t->path) {
		err = -ENOMEM;
		sentence(why, err, "out of memory");
	}
	while (!err && (folder = strsep(&rest, ":")))
		err = look_in(t, folder, name, &passed);
	if (!err && !t->program && passed)
		err = sentence(
			why, -EACCES,
			"cannot run %s: %s is where others than root can put programs, and root runs none from there",
			name, passed);
	else if (!err && !t->program)
		err = sentence(why, -ENOENT, "cannot run %s: %s", name, strerror(ENOENT));
	free(folders);
	free(passed);
	return err;
}

int trusted_find(struct trusted *t, const char *name, struct sentence *why)
{
	*t = (struct trusted){};
	return strchr(name, '/') ? 0 : look(t, name, why);
}

void trusted_free(struct trusted *t)
{
	free(t->program);
	free(t->path);
}
