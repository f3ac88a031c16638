// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmsg.c - reads /dev/kmsg from a mark on, and looks for splats.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kmsg.h"

struct kmsg {
	int fd;
};

static const char *const splats[] = {
	"BUG:",
	"WARNING:",
	"Oops",
	"Internal error",
	"Unable to handle kernel",
	"rcu: INFO",
	"soft lockup",
	"blocked for more than",
	"circular locking",
	"recursive locking",
	"inconsistent lock state",
	"suspicious RCU usage",
	"KASAN",
	"UBSAN",
	"refcount_t:",
	"list_add corruption",
	"list_del corruption",
	/* what the SMMU driver says when commands fail */
	"CMD_SYNC timeout",
	"CMDQ timeout",
	"CMDQ error",
	"ATC invalidate timeout",
	"Service Failure",
	"unexpected global error",
	"event 0x",
	"Q overflow detected",
	"unexpected PRI request",
	"ignoring unknown CMDQ opcode",
	/* or would have said, had it not said so already of an earlier case: "FUNCTION: 3 callbacks suppressed" */
	"arm_smmu_cmdq_issue_cmdlist: ",
	"arm_smmu_evtq_thread: ",
};

struct kmsg *kmsg_mark(void)
{
	struct kmsg *log = malloc(sizeof(*log));

	if (!log)
		return NULL;
	log->fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log->fd < 0 || lseek(log->fd, 0, SEEK_END) < 0) {
		kmsg_close(log);
		return NULL;
	}
	return log;
}

static bool is_splat(const char *text)
{
	for (size_t i = 0; i < sizeof(splats) / sizeof(*splats); i++) {
		if (strstr(text, splats[i]))
			return true;
	}
	return false;
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
		if (!text || !is_splat(text))
			continue;
		text[strcspn(text, "\n")] = '\0';
		snprintf(line, size, "%s", text + 1);
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
