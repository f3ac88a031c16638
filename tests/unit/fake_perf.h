/* SPDX-License-Identifier: GPL-2.0-only */
/* fake_perf.h - a perf of a few lines of shell, first in PATH. */
#ifndef INVBENCH_TESTS_FAKE_PERF_H
#define INVBENCH_TESTS_FAKE_PERF_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "must.h"

static char fake_perf_folder[] = "/tmp/fake-perf-XXXXXX", *fake_perf_path;

/* Obeys, and says nothing. */
#define OBEYS "while read -r command <&3; do printf 'ack\\n\\0' >&3; done"
/* Says on stderr what it is told, and obeys. */
#define ANSWERS "while read -r command <&3; do echo \"$command\" >&2; printf 'ack\\n\\0' >&3; done"

/* It runs @script, and @at_end when it is interrupted. */
static void __attribute__((unused)) fake_perf(const char *at_end, const char *script)
{
	char path[64], where[4096];
	FILE *file;

	if (!fake_perf_path) {
		fake_perf_path = strdup(getenv("PATH"));
		MUST(fake_perf_path && mkdtemp(fake_perf_folder));
		snprintf(where, sizeof(where), "%s:%s", fake_perf_folder, fake_perf_path);
		MUST(!setenv("PATH", where, 1));
	}
	snprintf(path, sizeof(path), "%s/perf", fake_perf_folder);
	file = fopen(path, "w");
	MUST(file && fprintf(file, "#!/bin/sh\ntrap '%s' INT\n%s\n", at_end, script) > 0 && !fclose(file));
	MUST(!chmod(path, 0755));
}

static void __attribute__((unused)) fake_perf_gone(void)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/perf", fake_perf_folder);
	MUST(!unlink(path) && !rmdir(fake_perf_folder) && !setenv("PATH", fake_perf_path, 1));
	free(fake_perf_path);
	fake_perf_path = NULL;
	snprintf(fake_perf_folder, sizeof(fake_perf_folder), "/tmp/fake-perf-XXXXXX");
}

#endif
