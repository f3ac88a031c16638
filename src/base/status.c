// SPDX-License-Identifier: GPL-2.0-only
/*
 * status.c - statuses by name, and talk on stderr.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "status.h"
#include "text.h"

/* One write a line, so that lines of several threads or processes do not mix. */
static void talk(const char *format, va_list args)
{
	char line[1024];
	size_t length;

	/* This library serves smmu-model as well. */
	text_format(line, 100, "%s: ", program_invocation_short_name);
	length = strlen(line);
	text_vformat(line + length, sizeof(line) - length - 1, format, args);
	length += strlen(line + length);
	line[length++] = '\n';
	if (write(STDERR_FILENO, line, length) < 0)
		return; /* nobody to tell */
}

void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	talk(format, args);
	va_end(args);
}

void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	talk(format, args);
	va_end(args);
	exit(STATUS_USAGE);
}

const char *status_name(enum status status)
{
	switch (status) {
	case STATUS_PASS:
		return "pass";
	case STATUS_SKIP:
		return "skip";
	case STATUS_LOST:
		return "lost";
	default:
		return "fail";
	}
}
