// SPDX-License-Identifier: GPL-2.0-only
/* result_text.c - the JSON of a file, gzipped or not. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cost.h"
#include "file.h"
#include "gunzip.h"
#include "reader.h"
#include "result.h"

/* A FIFO or a device would hang or never end; a file may grow while it is read. */
static int open_file(struct reader *r, size_t *size)
{
	struct sentence unread;
	struct stat st;
	int fd = file_open(r->path, &unread);

	if (fd == -EINVAL || fd == -EISDIR) {
		reader_bad(r, "", "not a regular file; give a boot-NNN.json or a folder of them");
	} else if (fd < 0 || fstat(fd, &st)) {
		reader_bad(r, "", "%s", strerror(fd < 0 ? -fd : errno));
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

/* The text of the file, which may be gzipped; @size is that of the file, and then of the text. */
static char *read_text(struct reader *r, int fd, size_t *size)
{
	const size_t limit = cost_text_limit(*size);
	struct sentence why;
	char *text;
	int err = gunzip_read(fd, limit, &text, size, &why);

	if (err)
		reader_bad(r, "", "%s" REMEDY,
			   err == -EFBIG ? "unpacks to more than a result file may have" : why.text);
	return text;
}

static json_t *parse(struct reader *r, const char *text, size_t size, size_t limit)
{
	json_error_t error;
	json_t *json;

	if (cost_of_json(text, size) > limit) {
		reader_bad(r, "", "has more values than a result file of its size may" REMEDY);
		return NULL;
	}
	json = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		reader_bad(r, "", "line %d, column %d: %s" REMEDY, error.line, error.column, error.text);
	return json;
}

json_t *result_take_json(const char *path, size_t *taken, struct sentence *why)
{
	struct reader r = { .path = path, .why = why };
	size_t size = 0;
	const int fd = open_file(&r, &size);
	const size_t limit = cost_tree_limit(size);
	json_t *json = NULL;
	char *text;

	*taken = 0;
	if (fd < 0)
		return NULL;
	*taken = cost_text_limit(size) + limit;
	cost_take(*taken);
	text = read_text(&r, fd, &size);
	close(fd);
	if (text)
		json = parse(&r, text, size, limit);
	free(text);
	return json;
}

void result_give_json(json_t *json, size_t taken)
{
	json_decref(json);
	cost_give(taken);
}

json_t *result_load_json(const char *path, struct sentence *why)
{
	size_t taken;
	json_t *json = result_take_json(path, &taken, why);

	cost_give(taken);
	return json;
}
