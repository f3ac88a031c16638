// SPDX-License-Identifier: GPL-2.0-only
/* subcommand.c - which subcommands this program has. */
#include <string.h>

#include "subcommand.h"

/* The linker gives the ends of the section that COMMAND() fills. */
extern const struct subcommand *const __start_commands[], *const __stop_commands[];

const struct subcommand *subcommand_find(const char *name)
{
	const struct subcommand *const *c;

	for (c = __start_commands; c < __stop_commands; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	return NULL;
}

/* Those before it by name. */
static size_t rank_of(const struct subcommand *command)
{
	const struct subcommand *const *c;
	size_t rank = 0;

	for (c = __start_commands; c < __stop_commands; c++)
		rank += strcmp((*c)->name, command->name) < 0;
	return rank;
}

const struct subcommand *subcommand_nth(size_t n)
{
	const struct subcommand *const *c;

	for (c = __start_commands; c < __stop_commands; c++)
		if (rank_of(*c) == n)
			return *c;
	return NULL;
}
