// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_list.c - `invbench list`: what can be measured, on what, with what.
 */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "subcommand.h"
#include "common.h"
#include "harness.h"

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	const char **what = state->input;

	if (key != ARGP_KEY_ARG || state->arg_num)
		return ARGP_ERR_UNKNOWN;
	*what = arg;
	return 0;
}

static const struct argp argp = {
	.parser = parse_option,
	.args_doc = "[workloads|endpoints|probes]",
	.doc = "Lists workloads and their parameters (the default), the endpoints that the kernel half has here, or "
	       "probes.",
};

static void list_param(const struct param *p)
{
	char value[64], min[64], max[64];

	param_format(p, p->def, value, sizeof(value));
	printf("    %s=%s", p->name, value);
	if (p->choices) {
		for (size_t i = 0; p->choices[i]; i++)
			printf("%s%s", i ? "|" : "  ", p->choices[i]);
	} else {
		param_format(p, p->min, min, sizeof(min));
		param_format(p, p->max, max, sizeof(max));
		printf("  %s..%s", min, max);
	}
	printf("  %s\n", p->summary);
}

static int list_workloads(void)
{
	const struct workload *w;
	const struct param *p;

	for (size_t i = 0; (w = workload_nth(i)); i++) {
		printf("%s%s: %s\n", i ? "\n" : "", w->name, w->summary);
		for (size_t n = 0; (p = workload_param(w, n)); n++)
			list_param(p);
	}
	return STATUS_PASS;
}

static int list_probes(void)
{
	const struct probe *p;

	for (size_t i = 0; (p = probe_nth(i)); i++)
		printf("%s: %s\n", p->name, p->summary);
	return STATUS_PASS;
}

static int cmd_list(int argc, char **argv)
{
	const char *what = "workloads";

	argp_parse(&argp, argc, argv, 0, NULL, &what);
	if (!strcmp(what, "workloads"))
		return list_workloads();
	if (!strcmp(what, "endpoints"))
		return half_list();
	if (!strcmp(what, "probes"))
		return list_probes();
	die("cannot list '%s'; there are: workloads, endpoints, probes", what);
}

COMMAND(list) = {
	.name = "list",
	.summary = "list workloads and their parameters, endpoints, or probes",
	.run = cmd_list,
};
