// SPDX-License-Identifier: GPL-2.0-only
/*
 * output.c - where a boot's result goes, and what lies beside it.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json_text.h"
#include "output.h"
#include "perf.h"
#include "xalloc.h"

#define RESULT_ROOM (1 << 20) /* real files have less */
#define NUMBER_MAX  999
#define SUFFIX	    ".json"

static bool is_named_json(const char *name)
{
	size_t length = strlen(name);

	return length > strlen(SUFFIX) && !strcmp(name + length - strlen(SUFFIX), SUFFIX);
}

static bool is_file(const char *wanted)
{
	struct stat st;

	return is_named_json(wanted) || (!stat(wanted, &st) && !S_ISDIR(st.st_mode));
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

/* @name NULL: nothing can be written there. */
static int cannot_write(const struct output *o, const char *name, int err, struct sentence *why)
{
	char *path;

	if (!name)
		return sentence(why, err, "cannot write in %s: %s", o->folder.path, strerror(-err));
	path = folder_path(&o->folder, name);
	sentence(why, err, "cannot write %s: %s", path ?: name, strerror(-err));
	free(path);
	return err;
}

/* ---- opening ---- */

static int open_file(struct output *o, const char *wanted, struct sentence *why)
{
	const char *name;
	int err = folder_of(&o->folder, wanted, &name);

	o->file = err ? NULL : xstrdup(name);
	err = err ?: folder_room(&o->folder, name, RESULT_ROOM);
	return err ? sentence(why, err, "cannot write %s: %s", wanted, strerror(-err)) : 0;
}

static char *number_name(int number)
{
	return xasprintf("boot-%03d" SUFFIX, number);
}

/* The first number from @number on that is free. */
static int find_free(const struct output *o, int number)
{
	bool taken;

	do {
		char *name = number_name(number);

		taken = folder_has(&o->folder, name);
		free(name);
	} while (taken && ++number <= NUMBER_MAX);
	return number;
}

static int is_full(const struct output *o, struct sentence *why)
{
	return sentence(why, -EEXIST, "%s has %d boots already; choose another folder", o->folder.path, NUMBER_MAX);
}

static int open_run(struct output *o, const char *run, const json_t *boot, struct sentence *why)
{
	const char *kernel = name_in(boot, "kernel", why), *bed = kernel ? name_in(boot, "bed", why) : NULL;
	struct folder of_run = FOLDER_NONE, of_kernel = FOLDER_NONE;
	int err;

	if (!bed)
		return -EINVAL;
	err = folder_make_path(&of_run, run, why)		    ?:
		      folder_make(&of_run, kernel, &of_kernel, why) ?:
								      folder_make(&of_kernel, bed, &o->folder, why);
	folder_close(&of_kernel);
	folder_close(&of_run);
	if (err)
		return err;
	err = folder_room(&o->folder, NULL, RESULT_ROOM);
	return err ? cannot_write(o, NULL, err, why) : find_free(o, 1) > NUMBER_MAX ? is_full(o, why) : 0;
}

int output_open(struct output *o, const char *wanted, const json_t *boot, struct sentence *why)
{
	*o = (struct output){ .folder = FOLDER_NONE, .samples = FOLDER_NONE };
	if (!wanted)
		return 0;
	return is_file(wanted) ? open_file(o, wanted, why) : open_run(o, wanted, boot, why);
}

int output_samples(struct output *o, struct sentence *why)
{
	return folder_private(&o->folder, &o->samples, why);
}

void output_close(struct output *o)
{
	folder_discard(&o->folder, &o->samples);
	folder_close(&o->folder);
	free(o->file);
	o->file = NULL;
}

/* ---- writing ---- */

/* Takes @name. */
static void set_name(json_t *record, const char *key, char *name)
{
	json_object_set_new(record, key, json_text(name));
	free(name);
}

static void name_samples(json_t *boot, const char *stem)
{
	json_t *of_case, *record;
	size_t i;

	json_array_foreach (json_object_get(boot, "cases"), i, of_case) {
		record = json_object_get(of_case, "perf_record");
		if (!record)
			continue;
		set_name(record, "data", xasprintf("%s.%zu" PERF_DATA, stem, i + 1));
		set_name(record, "folded", xasprintf("%s.%zu" PERF_FOLDED, stem, i + 1));
	}
}

static int write_text(const struct output *o, const char *name, const json_t *boot)
{
	char *text = json_dumps(boot, JSON_COMPACT);
	size_t size;
	int err;

	if (!text)
		return -ENOMEM;
	size = strlen(text);
	text[size++] = '\n'; /* in place of the terminator */
	if (o->folder.fd < 0)
		err = fwrite(text, 1, size, stdout) == size ? 0 : -EIO;
	else
		err = (o->file ? folder_write : folder_write_new)(&o->folder, name, text, size);
	free(text);
	return err;
}

/* A sentence in @why if the result could not be written as @name. */
static int write_as(struct output *o, const char *name, json_t *boot, struct sentence *why)
{
	char *prefix, *stem = xstrdup(name);
	int err;

	if (is_named_json(stem))
		stem[strlen(stem) - strlen(SUFFIX)] = '\0';
	name_samples(boot, stem);
	err = write_text(o, name, boot);
	if (!err && o->samples.fd >= 0) {
		prefix = xasprintf("%s.", stem);
		err = folder_move_all(&o->samples, &o->folder, prefix);
		free(prefix);
	}
	free(stem);
	return err ? cannot_write(o, name, err, why) : 0;
}

/* Another run may take a number between our look and our write. */
static int write_numbered(struct output *o, json_t *boot, struct sentence *why)
{
	int number = 0, err = -EEXIST;

	while (err == -EEXIST) {
		char *name;

		number = find_free(o, number + 1);
		if (number > NUMBER_MAX)
			return is_full(o, why);
		name = number_name(number);
		json_object_set_new(boot, "boot", json_integer(number));
		err = write_as(o, name, boot, why);
		free(name);
	}
	return err;
}

int output_write(struct output *o, json_t *boot, struct sentence *why)
{
	if (o->folder.fd >= 0 && !o->file)
		return write_numbered(o, boot, why);
	return write_as(o, o->file ?: "stdout", boot, why);
}
