/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * subcommand.h - how a subcommand registers.
 */
#ifndef INVBENCH_SUBCOMMAND_H
#define INVBENCH_SUBCOMMAND_H

#include "status.h"

/*
 * A subcommand is one file src/cmd/NAME.c with one COMMAND(); the Makefile
 * finds it. run() gets argv with argv[0] = "invbench NAME", parses it with
 * argp, and returns an exit status.
 */
struct subcommand {
	const char *name;
	const char *summary; /* one line for `invbench --help` */
	int (*run)(int argc, char **argv);
};

#define COMMAND(ident) \
	static const struct subcommand command_##ident; \
	static const struct subcommand *const command_ptr_##ident __attribute__((used, section("commands"))) = \
		&command_##ident; \
	static const struct subcommand command_##ident

#endif
