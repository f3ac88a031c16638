/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * folder.h - a folder that was opened once, and what is made in it.
 *
 * Others may write where we do, and root's results lie in users' folders. So:
 *
 *  - A path that the user named is followed as he named it, links and all. What is in that
 *    folder by a name of ours, a folder of figures or a file, is never reached through a link.
 *  - A file is made under a name that nobody can foresee, and then takes the place of what had its
 *    name. If that was a link, what it leads to stays as it is.
 *  - Where root makes something in another user's folder it is that user's.
 *
 * Functions that return an int: 0 or a negative errno, with a sentence where there is a @why.
 */
#ifndef INVBENCH_FOLDER_H
#define INVBENCH_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "sentence.h"

struct folder {
	int fd;	    /* -1: not open */
	char *path; /* for people; its own */
};

#define FOLDER_NONE ((struct folder){ .fd = -1 })

/* The user's own word for it. After an error, too, folder_close() does no harm. */
int folder_open(struct folder *f, const char *path, struct sentence *why);
/* The folder @name in @f. A link is an error that says so: -ELOOP. */
int folder_enter(const struct folder *f, const char *name, struct folder *in, struct sentence *why);
/* The same, made if it is not there. */
int folder_make(const struct folder *f, const char *name, struct folder *in, struct sentence *why);
/* The folder of that path and all above it, made if they are not there; the user's own word as well. */
int folder_make_path(struct folder *f, const char *path, struct sentence *why);
/*
 * A new one in @f that is ours alone, for other programs to write into; folder_discard() it. What of these in @f
 * belonged to a process that was killed is removed, where the file system has locks.
 */
int folder_private(const struct folder *f, struct folder *in, struct sentence *why);
/* Removes what is in a folder of folder_private(), to a depth of one, and then itself; and closes it. */
void folder_discard(const struct folder *f, struct folder *in);
void folder_close(struct folder *f);

/* Is there a file of that name, or anything else? */
bool folder_has(const struct folder *f, const char *name);
/* The names in it for which @wanted is not 0 are removed; a link is, and not what it leads to. */
void folder_remove(const struct folder *f, int (*wanted)(const char *name));

/*
 * A file of @size bytes: it is there whole, on disk, or not at all. A folder of that name is -EISDIR, a
 * device or a pipe -EEXIST.
 */
int folder_write(const struct folder *f, const char *name, const void *data, size_t size);
/* The same where nothing has the name; -EEXIST if something does, also if it came a moment ago. */
int folder_write_new(const struct folder *f, const char *name, const void *data, size_t size);
/* An empty file in the place of what had the name, for what is written bit by bit: its descriptor, or a negative errno. */
int folder_create(const struct folder *f, const char *name);
/*
 * The file @name of a folder_private(), or of a folder in that, becomes @as, in the place of what had that
 * name. Not synced: what is made so can be made again.
 */
int folder_move(const struct folder *from, const char *name, const struct folder *to, const char *as);
/* All files of @from, to the names that they have there behind @prefix. */
int folder_move_all(const struct folder *from, const struct folder *to, const char *prefix);
/* Could folder_write() write so much to @name now? NULL: to a new name. Leaves nothing behind. */
int folder_room(const struct folder *f, const char *name, size_t size);

/* What people call @name in @f, which need not be open; to be freed. NULL: out of memory. */
char *folder_path(const struct folder *f, const char *name);
/* "a/b" is b in folder a: opens that, and points @name into @path. -EISDIR if the path ends in no name. */
int folder_of(struct folder *f, const char *path, const char **name);

/* folder_write() to @path, whose folder is as the user named it. 0 or a negative errno; nothing is left behind. */
int write_whole(const char *path, const void *data, size_t size);

#endif
