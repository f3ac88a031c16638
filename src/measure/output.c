// SPDX-License-Identifier: GPL-2.0-only
/*
 * output.c - which file a boot's result goes to.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "output.h"
#include "xalloc.h"

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
static int make_folders(char *path, struct sentence *why)
{
	int err = 0;

	for (char *slash = strchr(path + 1, '/'); slash && !err; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0777) && errno != EEXIST)
			err = sentence(why, -errno, "cannot make the folder %s: %s", path, strerror(errno));
		*slash = '/';
	}
	return err;
}

/* The name of an object of @boot, which becomes a folder's; NULL with a sentence in @why. */
static const char *name_in(const json_t *boot, const char *object, struct sentence *why)
{
	const char *name = json_string_value(json_object_get(json_object_get(boot, object), "name"));

	if (name && *name && *name != '.' && !strchr(name, '/'))
		return name;
	sentence(why, -EINVAL, "the name of the %s, '%s', cannot be a folder's; give --output a file", object,
		 name ? name : "");
	return NULL;
}

static char *in_run(const char *run, json_t *boot, struct sentence *why)
{
	const char *kernel = name_in(boot, "kernel", why), *bed = kernel ? name_in(boot, "bed", why) : NULL;
	char *path = NULL;
	int number = 0;

	if (!bed)
		return NULL;
	do {
		free(path);
		if (++number > NUMBER_MAX) {
			sentence(why, -EEXIST, "%s has %d boots of kernel %s already; choose another folder", run,
				 NUMBER_MAX, kernel);
			return NULL;
		}
		path = xasprintf("%s/%s/%s/boot-%03d.json", run, kernel, bed, number);
	} while (!access(path, F_OK));
	if (make_folders(path, why)) {
		free(path);
		return NULL;
	}
	json_object_set_new(boot, "boot", json_integer(number));
	return path;
}

char *output_file(const char *wanted, json_t *boot, struct sentence *why)
{
	char *path = is_file(wanted) ? xstrdup(wanted) : in_run(wanted, boot, why);
	int err = path ? check_room(path, RESULT_ROOM) : 0;

	if (!err)
		return path;
	sentence(why, err, "cannot write %s: %s", path, strerror(-err));
	free(path);
	return NULL;
}
