/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * status.h - exit statuses, and talk.
 *
 * stdout is data, stderr is talk.
 */
#ifndef INVBENCH_STATUS_H
#define INVBENCH_STATUS_H

/* Exit statuses of a case and of the program (kselftest's, plus lost). */
enum status {
	STATUS_PASS = 0,
	STATUS_FAIL = 1,
	STATUS_USAGE = 2, /* bad input: one line on stderr says what, where, what to do */
	STATUS_SKIP = 4,
	STATUS_LOST = 128,
};

/* Its word in result files; "fail" for whatever is not one of them. */
const char *status_name(enum status status);

/*
 * What the program was built from: the last commit and "-dirty". Of invbench-guest, the last
 * commit that touched one of its own folders, so that it is the same while these are.
 */
extern const char *const invbench_version;

/* "PROGRAM: ..." on stderr, one line. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same, then exit with STATUS_USAGE. */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
