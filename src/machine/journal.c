// SPDX-License-Identifier: GPL-2.0-only
/*
 * journal.c - what devices were before binding.c changed them.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "file.h"
#include "folder.h"
#include "journal.h"
#include "status.h"
#include "sysfs.h"

#define SUFFIX	   ".json"
#define FORMAT	   "invbench-binding"
#define VERSION	   1
#define STAT_BYTES 4096 /* of /proc/PID/stat, which has 52 numbers and a name */
#define LOCK_TRIES 200	/* of 50 ms; a driver that lets go of a device takes its time */

const char *journal_folder = JOURNAL_FOLDER;

static void path_of(char *path, const char *name, const char *suffix)
{
	snprintf(path, PATH_MAX, "%s/%s%s", journal_folder, name, suffix);
}

/* Fields that are text. All are in the file, so that one cut short is not taken for one that was empty. */
struct field {
	const char *key;
	char *at;
	size_t size;
};

#define FIELDS		     7
#define FIELD(bound, member) { #member, (bound)->member, sizeof((bound)->member) }

static void list_fields(struct bound *b, struct field fields[FIELDS])
{
	const struct field all[FIELDS] = { FIELD(b, name),  FIELD(b, bus),  FIELD(b, driver),  FIELD(b, override),
					   FIELD(b, group), FIELD(b, type), FIELD(b, modalias) };

	memcpy(fields, all, sizeof(all));
}

/* When a process began, in ticks since the boot; 0 if there is none. Field 22, counted from the last ')' of its name. */
static unsigned long long start_of(pid_t pid)
{
	unsigned long long start = 0;
	char path[64], *text, *at;
	struct sentence why;
	size_t size;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	if (file_read(path, STAT_BYTES, &text, &size, &why))
		return 0;
	at = strrchr(text, ')');
	if (at && !strncmp(at, ") Z", 3))
		at = NULL; /* ended, and nobody has asked how */
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (at)
		start = strtoull(at, NULL, 10);
	free(text);
	return start;
}

bool journal_owned(const struct bound *bound)
{
	/* `invbench run --bind` has a parent that holds the devices for it. */
	return bound->owner && bound->owner != getpid() && bound->owner != getppid() &&
	       start_of(bound->owner) == bound->owner_start;
}

static int make_folder(struct sentence *why)
{
	if (!mkdir(journal_folder, 0700) || errno == EEXIST)
		return 0;
	return sentence(why, -errno, "cannot make %s: %s%s", journal_folder, strerror(errno),
			errno == EACCES || errno == EPERM ? "; run as root" : "");
}

/* For a kernel without file locks: a socket's name in the abstract is one process's, and free when that is gone. */
static int lock_by_socket(const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	size_t length = strnlen(path, sizeof(name.sun_path) - 1);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), err = 0;

	if (fd < 0)
		return -errno;
	memcpy(name.sun_path + 1, path, length);
	if (bind(fd, (struct sockaddr *)&name, offsetof(struct sockaddr_un, sun_path) + 1 + length))
		err = errno == EADDRINUSE ? -EWOULDBLOCK : -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

/* A descriptor that has the lock for as long as it is open; -EWOULDBLOCK if another process has it. */
static int try_lock(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600), err;

	if (fd < 0)
		return -errno;
	if (!flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	err = -errno;
	close(fd);
	return err == -ENOSYS ? lock_by_socket(path) : err;
}

int journal_lock(struct sentence *why)
{
	int fd = make_folder(why);
	char path[PATH_MAX];

	if (fd)
		return fd;
	path_of(path, "lock", "");
	for (int i = 0; i < LOCK_TRIES; i++) {
		fd = try_lock(path);
		if (fd != -EWOULDBLOCK)
			break;
		usleep(50000);
	}
	if (fd == -EWOULDBLOCK)
		return sentence(why, -EBUSY, "another invbench has been changing bindings for %d s; end it first",
				LOCK_TRIES / 20);
	if (fd == -ENOLCK)
		return sentence(why, fd, "%s: this file system has no locks; mount a tmpfs there", path);
	if (fd < 0)
		sentence(why, fd, "cannot lock %s: %s%s", path, strerror(-fd), fd == -EACCES ? "; run as root" : "");
	return fd;
}

void journal_unlock(int lock)
{
	close(lock);
}

static int corrupt(const char *path, const char *what, struct sentence *why)
{
	return sentence(why, -EINVAL,
			"%s: %s; what this device was bound to is not known: bind it by hand, then remove the file",
			path, what);
}

/* Names become paths, so none may lead elsewhere. */
static const char *take_fields(json_t *json, struct bound *bound)
{
	struct field fields[FIELDS];
	const json_t *owner = json_object_get(json, "owner"), *start = json_object_get(json, "owner_start");

	list_fields(bound, fields);
	for (size_t i = 0; i < FIELDS; i++) {
		const char *text = json_string_value(json_object_get(json, fields[i].key));

		if (!text)
			return "a key is missing";
		if (strlen(text) >= fields[i].size || (strchr(text, '/') && fields[i].at != bound->modalias) ||
		    strchr(text, '\n'))
			return "a value makes no sense";
		strcpy(fields[i].at, text);
	}
	if (!json_is_integer(owner) || !json_is_integer(start))
		return "a key is missing";
	bound->owner = (pid_t)json_integer_value(owner);
	bound->owner_start = json_integer_value(start);
	return NULL;
}

int journal_read(const char *name, struct bound *bound, struct sentence *why)
{
	const char *what;
	char path[PATH_MAX];
	json_error_t error;
	json_t *json;
	int err = 0;

	memset(bound, 0, sizeof(*bound));
	path_of(path, name, SUFFIX);
	if (access(path, F_OK))
		return -ENOENT;
	json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		return corrupt(path, error.text, why);
	if (strcmp(json_string_value(json_object_get(json, "format")) ?: "", FORMAT) ||
	    json_integer_value(json_object_get(json, "version")) != VERSION) {
		err = corrupt(path, "not a journal of this program", why);
		goto out;
	}
	what = take_fields(json, bound);
	if (!what && strcmp(bound->name, name))
		what = "it is of another device";
	if (!what && strcmp(bound->bus, "pci") && strcmp(bound->bus, "platform"))
		what = "its bus is not known";
	if (what)
		err = corrupt(path, what, why);
out:
	json_decref(json);
	return err;
}

int journal_write(struct bound *bound, struct sentence *why)
{
	struct field fields[FIELDS];
	char path[PATH_MAX], *text;
	json_t *json;
	int err;

	bound->owner = getpid();
	bound->owner_start = start_of(bound->owner);
	json = json_pack("{s:s, s:i, s:I, s:I}", "format", FORMAT, "version", VERSION, "owner",
			 (json_int_t)bound->owner, "owner_start", (json_int_t)bound->owner_start);
	list_fields(bound, fields);
	for (size_t i = 0; i < FIELDS; i++)
		json_object_set_new(json, fields[i].key, json_string(fields[i].at));
	text = json_object_size(json) == FIELDS + 4 ? json_dumps(json, JSON_INDENT(1)) : NULL;
	json_decref(json);
	path_of(path, bound->name, SUFFIX);
	err = text ? write_whole(path, text, strlen(text)) : -EILSEQ; /* it is to be read back as it is */
	free(text);
	if (err)
		sentence(why, err, "cannot write %s: %s", path, strerror(-err));
	return err;
}

int journal_remove(const char *name, struct sentence *why)
{
	char path[PATH_MAX];

	path_of(path, name, SUFFIX);
	if (!unlink(path) || errno == ENOENT)
		return 0;
	return sentence(why, -errno, "cannot remove %s: %s", path, strerror(errno));
}

bool journal_has(const char *name)
{
	char path[PATH_MAX];

	path_of(path, name, SUFFIX);
	return !access(path, F_OK);
}

static int is_entry(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name), suffix = strlen(SUFFIX);

	return length > suffix && !strcmp(entry->d_name + length - suffix, SUFFIX);
}

int journal_list(struct dirent ***list)
{
	int n = scandir(journal_folder, list, is_entry, alphasort);

	for (int i = 0; i < n; i++)
		(*list)[i]->d_name[strlen((*list)[i]->d_name) - strlen(SUFFIX)] = '\0';
	return n < 0 ? -errno : n;
}

static int is_half_written(const struct dirent *entry)
{
	return !!strstr(entry->d_name, SUFFIX ".tmp-");
}

void journal_sweep(void)
{
	struct dirent **list;
	int n = scandir(journal_folder, &list, is_half_written, NULL);

	for (int i = 0; i < n; i++) {
		char path[PATH_MAX];

		path_of(path, list[i]->d_name, "");
		unlink(path);
	}
	if (n >= 0)
		sysfs_list_free(list, n);
}
