// SPDX-License-Identifier: GPL-2.0-only
/* result_text.c - the JSON of a file, gzipped or not. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gunzip.h"
#include "reader.h"
#include "result.h"

/* A FIFO or a device would hang or never end; a file may grow while it is read. */
static int open_file(struct reader *r, size_t *size)
{
	int fd = open(r->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st)) {
		reader_bad(r, "", "%s", strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		reader_bad(r, "", "not a regular file; give a boot-NNN.json or a folder of them");
	} else if (!st.st_size) {
		reader_bad(r, "", "empty" REMEDY);
	} else if ((uint64_t)st.st_size > RESULT_MAX_BYTES) {
		reader_bad(r, "", "%lld bytes are more than %llu" REMEDY, (long long)st.st_size, RESULT_MAX_BYTES);
	} else {
		*size = (size_t)st.st_size;
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* The text of the file, which may be gzipped. */
static char *read_text(struct reader *r, size_t *size)
{
	int fd = open_file(r, size), err;
	struct sentence why;
	char *text;

	if (fd < 0)
		return NULL;
	err = gunzip_read(fd, RESULT_MAX_BYTES, &text, size, &why);
	if (err)
		reader_bad(r, "", "%s" REMEDY,
			   err == -EFBIG ? "unpacks to more than a result file may have" : why.text);
	close(fd);
	return text;
}

json_t *result_load_json(const char *path, struct sentence *why)
{
	struct reader r = { .path = path, .why = why };
	json_error_t json_error;
	json_t *json = NULL;
	size_t size = 0;
	char *data = read_text(&r, &size);

	if (!r.failed) {
		json = json_loadb(data, size, JSON_REJECT_DUPLICATES, &json_error);
		if (!json)
			reader_bad(&r, "", "line %d, column %d: %s" REMEDY, json_error.line, json_error.column,
				   json_error.text);
	}
	free(data);
	return json;
}
