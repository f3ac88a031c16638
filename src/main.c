// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - finds the subcommand and hands over to it.
 */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "subcommand.h"

static void help(void)
{
	const struct subcommand *c;

	printf("Usage: invbench COMMAND [OPTION...] [ARG...]\n"
	       "invbench measures what an SMMUv3 TLB invalidation costs in Linux, traces where\n"
	       "the cost goes, and says whether one kernel is better or worse than another.\n"
	       "\n"
	       "Commands:\n");
	for (size_t i = 0; (c = subcommand_nth(i)); i++)
		printf("  %-10s %s\n", c->name, c->summary);
	printf("\n"
	       "Examples:\n"
	       "  invbench list                               what can be measured\n"
	       "  invbench run dma op=sync devices=1,2,4      run three cases, JSON on stdout\n"
	       "  invbench run --suite quick -o results       a boot more of results/KERNEL/BED\n"
	       "  invbench compare results                    is one of the kernels better?\n"
	       "\n"
	       "`invbench COMMAND --help` explains one of them, and man invbench-COMMAND does so\n"
	       "at more length. Status: 0 pass, 1 fail, 2 bad input, 3 cannot be told (check),\n"
	       "4 skipped for want of something, 128 lost.\n");
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
	const struct subcommand *command;
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
	command = subcommand_find(argv[1]);
	if (!command)
		die("no command '%s'; try: invbench --help", argv[1]);
	snprintf(name, sizeof(name), "invbench %s", command->name);
	argv[1] = name;
	return finish(command->run(argc - 1, argv + 1));
}
