/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spawn.h - other programs: perf, fio, gnuplot, and the commands that a user names.
 *
 *	struct spawn s = { .argv = argv, .out.to = SPAWN_MEMORY, .err.to = SPAWN_MEMORY };
 *	int err = spawn_start(&s, why) ?: spawn_wait(&s, why) ?: spawn_text(&s.out, LIMIT, &text, why);
 *	spawn_free(&s);
 *
 * What holds of every program that is started here:
 *
 *  - No shell sees its arguments. argv[0] is looked for in PATH; for root in those folders of it alone in
 *    which nobody else can put a program, and these are the PATH that it has (trusted.h).
 *  - It has the streams that are named, the descriptors in .pass, and no other one of ours.
 *  - Its locale is C.UTF-8, so that its words and numbers are the same everywhere. Of our
 *    environment it has PATH, HOME and TMPDIR, and then .variables.
 *  - SIGINT and SIGPIPE do what they do by default, and no signal is blocked.
 *  - If it is not there, spawn_start() says so: no child is left that would have to.
 *  - spawn_free() leaves none behind: what still runs is killed and waited for.
 *
 * A command of the user's own (.users) has our environment, descriptors and ignored
 * signals instead: it is to behave as it would in the user's shell.
 */
#ifndef INVBENCH_SPAWN_H
#define INVBENCH_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "folder.h"
#include "sentence.h"

enum spawn_to {
	SPAWN_NOTHING, /* /dev/null */
	SPAWN_OURS,    /* what we have there */
	SPAWN_STDERR,  /* of standard output: our stderr */
	SPAWN_MEMORY,  /* a file without a name: nobody has to read or write while it runs */
	SPAWN_PIPE,    /* of outputs: read from .fd */
};

/* One of its standard streams. */
struct spawn_stream {
	enum spawn_to to;
	const char *text; /* of an input in memory: what there is to read */
	int fd;		  /* PIPE: where we read; MEMORY: the file. Ours, and spawn_free()'s to close */
};

#define SPAWN_PASS_FIRST 3
#define SPAWN_PASS_MAX	 2

struct spawn {
	/* What is to run; whatever is not set is 0. */
	const char *const *argv;      /* ends with NULL */
	const struct folder *folder;  /* it works in; NULL: ours */
	const char *const *variables; /* "NAME=value", ends with NULL; or NULL */
	struct spawn_stream in, out, err;
	int pass[SPAWN_PASS_MAX]; /* descriptors that it gets as 3, 4; the first 0 ends them. The caller closes ours */
	int dies_by;		  /* the signal it gets when the thread that started it ends; 0: it lives on */
	unsigned int seconds;	  /* that spawn_wait() gives it; 0: as long as it likes */
	bool users;

	/* What became of it. */
	const char *program; /* argv[0], which is to stay where it is */
	pid_t pid;	     /* 0: it does not run */
	int status;	     /* as waitpid() says, once it has ended */
	bool opened;	     /* the streams' .fd mean something */
};

/* All return 0 or a negative errno with a sentence in @why; -ENOENT of spawn_start(): there is no such program. */
int spawn_start(struct spawn *s, struct sentence *why);
/* Until its end. -EIO if that was a signal or another status than 0, -ETIME if it had to be killed; @s->status has it. */
int spawn_wait(struct spawn *s, struct sentence *why);
/* Has it ended? Asks, and does not wait; @s->status has how. */
bool spawn_ended(struct spawn *s);
/* Sends @signal, if it still runs, and waits for its end. */
void spawn_end(struct spawn *s, int signal);
/* What it has written to @stream, a MEMORY, until now: text to be freed. More than @limit bytes are an error. */
int spawn_text(const struct spawn_stream *stream, size_t limit, char **text, struct sentence *why);
/* Whatever happened before, and more than once. */
void spawn_free(struct spawn *s);

/* "ended with status 3", "was ended by signal 9": @status is waitpid()'s. Returns -EIO, or 0 of status 0. */
int spawn_verdict(const char *program, int status, struct sentence *why);

#endif
