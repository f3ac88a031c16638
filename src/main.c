// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - finds the subcommand and hands over to it.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "subcommand.h"

/* The linker gives the ends of the section that COMMAND() fills. */
extern const struct subcommand *const __start_commands[], *const __stop_commands[];

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct subcommand *const *)a)->name, (*(const struct subcommand *const *)b)->name);
}

static void help(void)
{
	size_t count = __stop_commands - __start_commands;
	const struct subcommand *commands[count];

	memcpy(commands, __start_commands, sizeof(commands));
	qsort(commands, count, sizeof(*commands), by_name);
	printf("Usage: invbench COMMAND [OPTION...] [ARG...]\n"
	       "invbench measures what an SMMUv3 TLB invalidation costs in Linux, traces where\n"
	       "the cost goes, and says whether one kernel is better or worse than another.\n"
	       "\n"
	       "Commands:\n");
	for (size_t i = 0; i < count; i++)
		printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
	printf("\n"
	       "Examples:\n"
	       "  invbench list                               what can be measured\n"
	       "  invbench run dma op=sync devices=1,2,4      run three cases, JSON on stdout\n"
	       "  invbench run --suite quick -o boot-001.json\n"
	       "\n"
	       "`invbench COMMAND --help` explains one of them. Status: 0 pass, 1 fail, 2 bad\n"
	       "input, 4 skipped for want of something, 128 lost.\n");
}

/* Data that did not reach stdout is a failure. */
static int finish(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	say("could not write to stdout");
	return status ? status : STATUS_FAIL;
}

int main(int argc, char **argv)
{
	const struct subcommand *const *c;
	char name[64];

	argp_err_exit_status = STATUS_USAGE;
	if (argc < 2)
		die("no command; try: invbench --help");
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		help();
		return finish(STATUS_PASS);
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		printf("invbench %s\n", invbench_version);
		return finish(STATUS_PASS);
	}
	for (c = __start_commands; c < __stop_commands; c++) {
		if (strcmp((*c)->name, argv[1]))
			continue;
		snprintf(name, sizeof(name), "invbench %s", (*c)->name);
		argv[1] = name;
		return finish((*c)->run(argc - 1, argv + 1));
	}
	die("no command '%s'; try: invbench --help", argv[1]);
}
