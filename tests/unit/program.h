/* SPDX-License-Identifier: GPL-2.0-only */
/* program.h - runs the real program, built with sanitizers, and keeps what it said. */
#ifndef INVBENCH_TESTS_PROGRAM_H
#define INVBENCH_TESTS_PROGRAM_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "must.h"

struct outcome {
	int status; /* of exit; 1000 + signal if killed */
	char *out, *err;
};

static char *program_read(FILE *file)
{
	char *text;
	long size;

	MUST(!fseek(file, 0, SEEK_END));
	size = ftell(file);
	MUST(size >= 0);
	rewind(file);
	text = calloc((size_t)size + 1, 1);
	MUST(text && (!size || fread(text, (size_t)size, 1, file) == 1));
	fclose(file);
	return text;
}

/* usage: program_run(&outcome, "compare", path, NULL); PROGRAM is another than build/asan/invbench. */
static void __attribute__((sentinel, unused)) program_run(struct outcome *outcome, ...)
{
	const char *program = getenv("PROGRAM") ? getenv("PROGRAM") : "build/asan/invbench";
	FILE *out = tmpfile(), *err = tmpfile();
	char *argv[16] = { (char *)program };
	int n = 1, status;
	va_list args;
	pid_t pid;

	va_start(args, outcome);
	while ((argv[n] = va_arg(args, char *)))
		MUST(++n < 16);
	va_end(args);
	MUST(out && err);
	fflush(NULL);
	pid = fork();
	MUST(pid >= 0);
	if (!pid) {
		dup2(fileno(out), STDOUT_FILENO);
		dup2(fileno(err), STDERR_FILENO);
		execv(program, argv);
		fprintf(stderr, "cannot run %s; make unit builds it\n", program);
		_exit(99);
	}
	MUST(waitpid(pid, &status, 0) == pid);
	outcome->status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
	outcome->out = program_read(out);
	outcome->err = program_read(err);
}

static void __attribute__((unused)) program_forget(struct outcome *outcome)
{
	free(outcome->out);
	free(outcome->err);
}

#endif
