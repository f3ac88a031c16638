// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmsg.c - reads /dev/kmsg from a mark on, and looks for splats.
 */
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "embed.h"
#include "kmsg.h"
#include "text.h"

struct kmsg {
	int fd;
};

EMBED_TEXT(kmsg_splats, "src/machine/splats.txt");

/* The lines of splats.txt as one expression; the caller frees it. */
static char *all_patterns(void)
{
	char *patterns = NULL;
	const char *line, *end;
	size_t size, nr = 0;
	FILE *out = open_memstream(&patterns, &size);

	if (!out)
		return NULL;
	for (line = kmsg_splats; *line; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		if (end > line && *line != '#')
			fprintf(out, "%s(%.*s)", nr++ ? "|" : "", (int)(end - line), line);
	}
	if (fclose(out)) {
		free(patterns);
		return NULL;
	}
	return patterns;
}

/* Compiled once, and kept for the rest of the run. */
static const regex_t *splats(void)
{
	static regex_t compiled;
	static bool done;
	char *patterns;

	if (done)
		return &compiled;
	patterns = all_patterns();
	done = patterns && !regcomp(&compiled, patterns, REG_EXTENDED | REG_NOSUB);
	free(patterns);
	return done ? &compiled : NULL;
}

bool kmsg_is_splat(const char *text)
{
	const regex_t *all = splats();

	return all && !regexec(all, text, 0, NULL, 0);
}

struct kmsg *kmsg_mark(void)
{
	struct kmsg *log = splats() ? malloc(sizeof(*log)) : NULL;

	if (!log)
		return NULL;
	log->fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log->fd < 0 || lseek(log->fd, 0, SEEK_END) < 0) {
		kmsg_close(log);
		return NULL;
	}
	return log;
}

/* A record is "level,number,time,flags;text\n", and a read gives one of them. */
bool kmsg_splat(struct kmsg *log, char *line, size_t size)
{
	char record[8192], *text;
	ssize_t n;

	while (log) {
		n = read(log->fd, record, sizeof(record) - 1);
		if (n < 0 && errno == EPIPE) {
			/* Overwritten before it could be read: what it was is not known. */
			snprintf(line, size, "(so much that the beginning was lost)");
			return true;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		record[n] = '\0';
		text = strchr(record, ';');
		if (!text)
			continue;
		text[strcspn(text, "\n")] = '\0';
		if (!kmsg_is_splat(text + 1))
			continue;
		text_format(line, size, "%s", text + 1);
		return true;
	}
	return false;
}

void kmsg_close(struct kmsg *log)
{
	if (!log)
		return;
	if (log->fd >= 0)
		close(log->fd);
	free(log);
}
