// SPDX-License-Identifier: GPL-2.0-only
/* gunzip.c - reads a file that may be gzipped. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "gunzip.h"

#define FIRST_ROOM   65536
#define READ_AT_ONCE (1 << 30) /* zlib counts in int */

/* One that is not packed fits at once. */
static size_t first_room(int fd, size_t limit)
{
	struct stat st;
	size_t room = FIRST_ROOM;

	if (!fstat(fd, &st) && st.st_size > FIRST_ROOM)
		room = (size_t)st.st_size + 1;
	return room <= limit ? room : limit + 1;
}

/* Up to @limit bytes, or one more if there are more. */
static int read_up_to(gzFile file, size_t room, size_t limit, char **text, size_t *size)
{
	char *grown = malloc(room + 1);
	int n;

	for (;;) {
		if (!grown)
			return -ENOMEM;
		*text = grown;
		n = gzread(file, *text + *size, room - *size < READ_AT_ONCE ? room - *size : READ_AT_ONCE);
		if (n <= 0)
			break;
		*size += (size_t)n;
		if (*size > limit)
			return -EFBIG;
		if (*size < room)
			continue;
		room = room <= limit / 2 ? 2 * room : limit + 1;
		grown = realloc(*text, room + 1);
	}
	(*text)[*size] = '\0';
	return 0;
}

/* What zlib has to say at the end. One cut short it only tells when it is asked. */
static int end_error(gzFile file)
{
	int code;

	gzerror(file, &code);
	switch (code) {
	case Z_OK:
	case Z_STREAM_END:
		return 0;
	case Z_ERRNO:
		return errno ? -errno : -EIO;
	case Z_MEM_ERROR:
		return -ENOMEM;
	default:
		return -EBADMSG;
	}
}

int gunzip_read(int fd, size_t limit, char **text, size_t *size, struct sentence *why)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0), err;
	gzFile file = copy < 0 ? NULL : gzdopen(copy, "rb"); /* closes what it is given */

	*text = NULL;
	*size = 0;
	if (!file) {
		err = copy < 0 ? -errno : -ENOMEM;
		if (copy >= 0)
			close(copy);
		return sentence(why, err, "%s", strerror(-err));
	}
	err = read_up_to(file, first_room(fd, limit), limit, text, size) ?: end_error(file);
	gzclose(file);
	if (!err)
		return 0;
	free(*text);
	*text = NULL;
	*size = 0;
	if (err == -EFBIG)
		return sentence(why, err, "more than %zu bytes", limit);
	return sentence(why, err, "%s", err == -EBADMSG ? "not whole, or not gzip" : strerror(-err));
}
