// SPDX-License-Identifier: GPL-2.0-only
/*
 * session_plan.c - which boots a session is made of, and which of them there are.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json_read.h"
#include "session_plan.h"
#include "xalloc.h"

#define PLAN_FILE   "session.json"
#define PLAN_BYTES  (1 << 20)
#define PLAN_FORMAT "invbench-session"
#define BED	    "metal"

bool session_is_release(const char *name)
{
	if (!isalnum((unsigned char)*name))
		return false;
	while (isalnum((unsigned char)*name) || (*name && strchr("._+~-", *name)))
		name++;
	return !*name;
}

/* ---- reading ---- */

static int is_wrong(const char *what, struct sentence *why)
{
	return sentence(why, -EINVAL, PLAN_FILE ": %s; remove it to begin anew", what);
}

static int read_kernels(struct session *s, struct sentence *why)
{
	const json_t *kernels = session_texts(s, "kernels"), *kernel;
	size_t i;

	if (json_array_size(kernels) < 1 || json_array_size(kernels) > SESSION_KERNELS_MAX)
		return is_wrong("'kernels' is no list of kernels", why);
	json_array_foreach (kernels, i, kernel) {
		s->kernels[i] = json_string_value(kernel);
		if (!s->kernels[i] || !session_is_release(s->kernels[i]))
			return is_wrong("a kernel is not a release, as uname -r says it", why);
	}
	s->nr_kernels = i;
	return 0;
}

static int read_fields(struct session *s, struct sentence *why)
{
	const json_t *boots = json_object_get(s->plan, "boots");

	if (strcmp(session_text(s, "format"), PLAN_FORMAT))
		return is_wrong("it is no plan of a session", why);
	if (!json_is_integer(boots) || json_integer_value(boots) < 1 || json_integer_value(boots) > SESSION_BOOTS_MAX)
		return is_wrong("'boots' is no number of boots", why);
	s->boots = json_integer_value(boots);
	return read_kernels(s, why);
}

/* What it says is run, with our rights. */
static int check_ours(const struct stat *st, const char *path, struct sentence *why)
{
	if (st->st_uid == geteuid() && !(st->st_mode & (S_IWGRP | S_IWOTH)))
		return 0;
	return sentence(why, -EPERM,
			"%s can be written by others than who runs the session; use a folder of your own, as "
			"/var/lib/invbench/session for root",
			path);
}

static int check_folder(const struct folder *folder, struct sentence *why)
{
	struct stat st;

	if (fstat(folder->fd, &st))
		return sentence(why, -errno, "%s: %s", folder->path, strerror(errno));
	return check_ours(&st, folder->path, why);
}

static int read_plan(struct session *s, bool runs, struct sentence *why)
{
	char *path = folder_path(&s->folder, PLAN_FILE);
	struct stat st;
	int err = 0;

	if (fstatat(s->folder.fd, PLAN_FILE, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode))
		err = sentence(why, -ENOENT, "%s has no " PLAN_FILE "; name kernels with --kernel to begin a session",
			       s->folder.path);
	else if (runs)
		err = check_ours(&st, path, why);
	if (!err) {
		s->plan = json_read(path, PLAN_BYTES, why);
		err = s->plan ? 0 : -EINVAL;
	}
	free(path);
	return err;
}

int session_open(struct session *s, const char *folder, bool runs, struct sentence *why)
{
	int err;

	*s = (struct session){ .folder = FOLDER_NONE };
	err = folder_open(&s->folder, folder, why);
	if (!err && runs)
		err = check_folder(&s->folder, why);
	return err ?: read_plan(s, runs, why) ?: read_fields(s, why) ?: session_count(s, why);
}

/* ---- writing ---- */

static int write_json(const struct session *s, const char *name, const json_t *json, struct sentence *why)
{
	char *text = json_dumps(json, JSON_INDENT(1));
	int err = text ? folder_write(&s->folder, name, text, strlen(text)) : -ENOMEM;

	free(text);
	return err ? sentence(why, err, "cannot write %s/%s: %s", s->folder.path, name, strerror(-err)) : 0;
}

int session_note(struct session *s, const char *key, json_t *value, struct sentence *why)
{
	json_object_set_new(s->plan, key, value);
	return write_json(s, PLAN_FILE, s->plan, why);
}

/* Which kernel is the base, and which beds there are: what readers of a run look for. */
static int write_order(const struct session *s, struct sentence *why)
{
	json_t *order =
		json_pack("{s:O, s:[s], s:O, s:O}", "kernels", session_texts(s, "kernels"), "beds", BED, "suite",
			  json_object_get(s->plan, "suite"), "boots", json_object_get(s->plan, "boots"));
	int err = order ? write_json(s, "plan.json", order, why) : sentence(why, -ENOMEM, "out of memory");

	json_decref(order);
	return err;
}

int session_create(struct session *s, const char *folder, json_t *plan, struct sentence *why)
{
	int err;

	*s = (struct session){ .folder = FOLDER_NONE, .plan = plan };
	json_object_set_new(plan, "format", json_string(PLAN_FORMAT));
	err = folder_make_path(&s->folder, folder, why);
	if (!err)
		err = check_folder(&s->folder, why);
	if (!err && folder_has(&s->folder, PLAN_FILE))
		err = sentence(why, -EEXIST, "%s has a session already; go on with it by naming the folder alone",
			       folder);
	err = err ?: read_fields(s, why) ?: write_order(s, why) ?: write_json(s, PLAN_FILE, plan, why);
	return err ?: session_count(s, why);
}

void session_close(struct session *s)
{
	folder_close(&s->folder);
	json_decref(s->plan);
	s->plan = NULL;
}

/* ---- how far it is ---- */

static int is_boot(const struct dirent *entry)
{
	const size_t length = strlen(entry->d_name), head = strlen("boot-"), tail = strlen(".json");

	return !strncmp(entry->d_name, "boot-", head) && length > head + tail &&
	       !strcmp(entry->d_name + length - tail, ".json");
}

/* A kernel that was not booted yet has no folder. */
static int count_boots(const struct session *s, const char *kernel, size_t *count, struct sentence *why)
{
	char *path = xasprintf("%s/%s/" BED, s->folder.path, kernel);
	struct dirent **names;
	int n = scandir(path, &names, is_boot, NULL), err = n < 0 ? -errno : 0;

	*count = n < 0 ? 0 : n;
	while (n > 0)
		free(names[--n]);
	if (!err)
		free(names);
	if (err && err != -ENOENT)
		sentence(why, err, "%s cannot be read: %s", path, strerror(-err));
	free(path);
	return err == -ENOENT ? 0 : err;
}

int session_count(struct session *s, struct sentence *why)
{
	int err = 0;

	for (size_t i = 0; i < s->nr_kernels && !err; i++)
		err = count_boots(s, s->kernels[i], &s->have[i], why);
	return err;
}

/* Each round goes the other way round, so that what drifts with time meets all kernels alike. */
static size_t kernel_at(const struct session *s, size_t place)
{
	const size_t round = place / s->nr_kernels, in_round = place % s->nr_kernels;

	return round % 2 ? s->nr_kernels - 1 - in_round : in_round;
}

const char *session_due(const struct session *s)
{
	size_t wanted[SESSION_KERNELS_MAX] = {};

	for (size_t place = 0; place < session_total(s); place++) {
		const size_t kernel = kernel_at(s, place);

		if (s->have[kernel] < ++wanted[kernel])
			return s->kernels[kernel];
	}
	return NULL;
}

size_t session_total(const struct session *s)
{
	return s->nr_kernels * s->boots;
}

size_t session_done(const struct session *s)
{
	size_t done = 0;

	for (size_t i = 0; i < s->nr_kernels; i++)
		done += s->have[i] < s->boots ? s->have[i] : s->boots;
	return done;
}

const char *session_text(const struct session *s, const char *key)
{
	return json_string_value(json_object_get(s->plan, key)) ?: "";
}

const json_t *session_texts(const struct session *s, const char *key)
{
	const json_t *array = json_object_get(s->plan, key), *text;
	size_t i;

	json_array_foreach (array, i, text)
		if (!json_is_string(text))
			return NULL;
	return array;
}
