// SPDX-License-Identifier: GPL-2.0-only
/*
 * output.c - which file a boot's result goes to.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "output.h"
#include "status.h"

#define RESULT_ROOM (1 << 20) /* real files have less */
#define NUMBER_MAX  999

static bool is_file(const char *wanted)
{
	size_t length = strlen(wanted);
	struct stat st;

	if (length > 5 && !strcmp(wanted + length - 5, ".json"))
		return true;
	return !stat(wanted, &st) && !S_ISDIR(st.st_mode);
}

/* A folder and those above it. */
static void make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0777) && errno != EEXIST)
			die("cannot make the folder %s: %s", path, strerror(errno));
		*slash = '/';
	}
}

static const char *name_in(const json_t *boot, const char *object)
{
	const char *name = json_string_value(json_object_get(json_object_get(boot, object), "name"));

	if (!name || !*name || *name == '.' || strchr(name, '/'))
		die("the name of the %s, '%s', cannot be a folder's; give --output a file", object, name ? name : "");
	return name;
}

static char *in_run(const char *run, json_t *boot)
{
	const char *kernel = name_in(boot, "kernel"), *bed = name_in(boot, "bed");
	char *path = NULL;

	for (int number = 1; number <= NUMBER_MAX; number++) {
		free(path);
		if (asprintf(&path, "%s/%s/%s/boot-%03d.json", run, kernel, bed, number) < 0)
			die("out of memory");
		if (access(path, F_OK)) {
			make_folders(path);
			json_object_set_new(boot, "boot", json_integer(number));
			return path;
		}
	}
	die("%s has %d boots of kernel %s already; choose another folder", run, NUMBER_MAX, kernel);
}

char *output_file(const char *wanted, json_t *boot)
{
	char *path = is_file(wanted) ? strdup(wanted) : in_run(wanted, boot);
	int err;

	if (!path)
		die("out of memory");
	err = check_room(path, RESULT_ROOM);
	if (err)
		die("cannot write %s: %s", path, strerror(-err));
	return path;
}
