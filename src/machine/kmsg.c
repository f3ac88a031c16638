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

/* Those lines of splats.txt that begin with a !, or those that do not, as one expression; the caller frees it. */
static char *all_patterns(bool excepted)
{
	char *patterns = NULL;
	const char *line, *end;
	size_t size, nr = 0;
	FILE *out = open_memstream(&patterns, &size);

	if (!out)
		return NULL;
	for (line = kmsg_splats; *line; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		if (end == line || *line == '#' || (*line == '!') != excepted)
			continue;
		fprintf(out, "%s(%.*s)", nr++ ? "|" : "", (int)(end - line) - excepted, line + excepted);
	}
	if (fclose(out)) {
		free(patterns);
		return NULL;
	}
	return patterns;
}

/* What counts, or what does not all the same. Compiled once, and kept for the rest of the run. */
static const regex_t *splats(bool excepted)
{
	static regex_t compiled[2];
	static bool done[2];
	char *patterns;

	if (done[excepted])
		return &compiled[excepted];
	patterns = all_patterns(excepted);
	done[excepted] = patterns && !regcomp(&compiled[excepted], patterns, REG_EXTENDED | REG_NOSUB);
	free(patterns);
	return done[excepted] ? &compiled[excepted] : NULL;
}

bool kmsg_is_splat(const char *text)
{
	const regex_t *all = splats(false), *but = splats(true);

	return all && !regexec(all, text, 0, NULL, 0) && !(but && !regexec(but, text, 0, NULL, 0));
}

bool kmsg_is_timeout(const char *line)
{
	return strstr(line, "CMD_SYNC timeout") || strstr(line, "CMDQ timeout") ||
	       strstr(line, "arm_smmu_cmdq_issue_cmdlist: ");
}

struct kmsg *kmsg_mark(void)
{
	struct kmsg *log = splats(false) ? malloc(sizeof(*log)) : NULL;

	if (!log)
		return NULL;
	log->fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log->fd < 0 || lseek(log->fd, 0, SEEK_END) < 0) {
		kmsg_close(log);
		return NULL;
	}
	return log;
}

/* Is the next line of the log, without its prefix, worth a word? What is to be said of it is in @said. */
static bool spoils(struct events *events, const char *text, char said[EVENT_LINE])
{
	switch (event_next(events, text, said)) {
	case EVENT_OURS:
		return true;
	case EVENT_BEGUN:
	case EVENT_OTHERS:
		return false;
	default:
		snprintf(said, EVENT_LINE, "%s", text);
		return kmsg_is_splat(text);
	}
}

/* A record is "level,number,time,flags;text\n", and a read gives one of them. 1: one was read; 0: there is none; -EPIPE: lost. */
static int next_record(const struct kmsg *log, char *record, size_t size)
{
	ssize_t n;

	do {
		n = read(log->fd, record, size - 1);
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return n < 0 && errno == EPIPE ? -EPIPE : 0;
	record[n] = '\0';
	return 1;
}

bool kmsg_splat(struct kmsg *log, event_is_ours *is_ours, const void *arg, char *line, size_t size)
{
	struct events events = { .is_ours = is_ours, .arg = arg };
	char record[8192], said[EVENT_LINE], *text;
	bool found = false;
	int more = 1;

	while (log && !found && (more = next_record(log, record, sizeof(record))) > 0) {
		text = strchr(record, ';');
		if (!text)
			continue;
		text[strcspn(text, "\n")] = '\0';
		found = spoils(&events, text + 1, said);
	}
	if (more == -EPIPE) {
		/* Overwritten before it could be read: what it was is not known. */
		snprintf(said, sizeof(said), "(so much that the beginning was lost)");
		found = true;
	}
	found = found || (log && event_left(&events, said));
	if (found)
		snprintf(line, size, "%s", said);
	return found;
}

void kmsg_close(struct kmsg *log)
{
	if (!log)
		return;
	if (log->fd >= 0)
		close(log->fd);
	free(log);
}
