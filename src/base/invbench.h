/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * invbench.h - what the subcommands share: registration, exit statuses, talk.
 *
 * stdout is data, stderr is talk.
 */
#ifndef INVBENCH_H
#define INVBENCH_H

#include <stddef.h>

/* Exit statuses of a case and of the program (kselftest's, plus lost). */
enum status {
	STATUS_PASS = 0,
	STATUS_FAIL = 1,
	STATUS_USAGE = 2,	/* bad input: one line on stderr says what, where, what to do */
	STATUS_SKIP = 4,
	STATUS_LOST = 128,
};

/* Its word in result files; "fail" for whatever is not one of them. */
const char *status_name(enum status status);

/*
 * A subcommand is one file src/cmd/NAME.c with one COMMAND(); the Makefile
 * finds it. run() gets argv with argv[0] = "invbench NAME", parses it with
 * argp, and returns an exit status.
 */
struct subcommand {
	const char *name;
	const char *summary;		/* one line for `invbench --help` */
	int (*run)(int argc, char **argv);
};

#define COMMAND(ident) \
	static const struct subcommand command_##ident; \
	static const struct subcommand *const command_ptr_##ident \
	__attribute__((used, section("commands"))) = &command_##ident; \
	static const struct subcommand command_##ident

/* `git describe --always --dirty` of the program. */
extern const char *const invbench_version;

/* "PROGRAM: ..." on stderr, one line. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same, then exit with STATUS_USAGE. */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/*
 * Writes @size bytes to @path: temporary name in the same folder, fsync,
 * rename, fsync of the folder. Returns 0 or a negative errno; nothing is left behind.
 */
int write_whole(const char *path, const void *data, size_t size);
/*
 * The first of @folders, relative to the folder of this program and ended by
 * NULL, that has @file in it: that file's path, to be freed, or NULL.
 */
char *find_near_program(const char *const folders[], const char *file);
/* Could a file of @size bytes be written to @path now? 0 or a negative errno; leaves nothing behind. */
int check_room(const char *path, size_t size);

#endif
