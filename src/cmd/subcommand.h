/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * subcommand.h - how a subcommand registers, and how it is found.
 */
#ifndef INVBENCH_SUBCOMMAND_H
#define INVBENCH_SUBCOMMAND_H

#include <stddef.h>

#include "status.h"

struct argp;

/*
 * A subcommand is one file src/cmd/NAME.c with one COMMAND(); the Makefile
 * finds it. run() gets argv with argv[0] = "invbench NAME", parses it with
 * @argp, and returns an exit status.
 *
 * @argp is data to others: `invbench completion` knows from it which options there
 * are. What an option or an argument takes goes by its name in capitals there (FILE,
 * SUITE, PROBE; src/cmd/completion.c has those that it knows), and a choice is
 * spelled out, as in "importance|suite".
 */
struct subcommand {
	const char *name;
	const char *summary; /* one line for `invbench --help`, and for its man page */
	const struct argp *argp;
	int (*run)(int argc, char **argv);
};

#define COMMAND(ident) \
	static const struct subcommand command_##ident; \
	static const struct subcommand *const command_ptr_##ident __attribute__((used, section("commands"))) = \
		&command_##ident; \
	static const struct subcommand command_##ident

/* The subcommand called @name, or NULL. */
const struct subcommand *subcommand_find(const char *name);
/* The n-th by name, NULL past the last. */
const struct subcommand *subcommand_nth(size_t n);

#endif
