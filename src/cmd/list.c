// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_list.c - `invbench list`: what can be measured, on what, with what.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "subcommand.h"
#include "text.h"
#include "abilities.h"
#include "common.h"
#include "device.h"
#include "events.h"
#include "half.h"
#include "params.h"
#include "suite.h"
#include "probe_symbols.h"

struct options {
	const char *what, *suite, *bed;
};

static const struct argp_option option_list[] = {
	{ "bed", 'b', "BED", 0,
	  "Of a suite, list what it wants of that bed instead of its cases: options of scripts/boot, in one line", 0 },
	{}
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'b':
		o->bed = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 1)
			return ARGP_ERR_UNKNOWN;
		*(state->arg_num ? &o->suite : &o->what) = arg;
		return 0;
	case ARGP_KEY_END:
		if (!strcmp(o->what, "suite") != !!o->suite || (o->bed && !o->suite))
			argp_failure(state, STATUS_USAGE, 0,
				     "suite, and nothing else, is followed by a suite's name or file");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = option_list,
	.parser = parse_option,
	.args_doc = "[workloads|endpoints|streams|probes|symbols]\nsuite SUITE",
	.doc = "Lists workloads and their parameters (the default), the endpoints that the kernel half has here, "
	       "the devices behind SMMUs with the StreamIDs that the device tree or their PCI address tells, "
	       "probes, the functions of this kernel that these attach to, or the cases of a suite, where 1..max is 1 alone: what this machine has is not looked for.\v"
	       "Exit status: 0; 2 for bad input; 4 for endpoints without the module, and for symbols of a kernel that a probe cannot be attached to. More: invbench-list(1).",
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

/* What `invbench devices` says, unless the kernel knows better. */
static const char *ats_word(const struct invbench_endpoint *ep, const json_t *instances)
{
	struct device device;
	const char *word;

	if (ep->flags & INVBENCH_EP_ATS_ON)
		return "on";
	if (device_find(ep->name, &device))
		return "?";
	word = ability_ats(&device, instances).word;
	if (*word == '?' || !strcmp(word, "yes"))
		return ep->flags & INVBENCH_EP_ATS ? "able" : "no:kernel";
	return word;
}

/* A column of the table; one that is longer is shown whole. */
static void print_name(const char *name)
{
	const int width = (int)text_width(name);

	text_column(stdout, name, width > 24 ? -width : -24);
	putchar(' ');
}

static void list_endpoint(const struct invbench_endpoint *ep, const json_t *instances)
{
	printf("%-5u ", ep->index);
	print_name(ep->name);
	print_name(ep->instance);
	printf("%-8s %-11s %-10u %-8s %-5s %s\n", ep->flags & INVBENCH_EP_PCI ? "pci" : "stand-in",
	       ats_word(ep, instances), ep->pasid_bits, ep->flags & INVBENCH_EP_ATTACHED ? "yes" : "no",
	       ep->flags & INVBENCH_EP_BOUND ? "yes" : "no", ep->flags & INVBENCH_EP_CLAIMED ? "yes" : "no");
}

/*
 * Only traffic shows what an SMMU can do, and it takes an endpoint for a moment. It is made if nobody uses one, and
 * only for a PCI function that could have ATS on and has it not.
 */
static bool needs_traffic(const struct endpoints *list)
{
	bool needs = false;

	for (unsigned int i = 0; i < list->count; i++) {
		const unsigned int flags = list->ep[i].flags;

		if (flags & (INVBENCH_EP_ATTACHED | INVBENCH_EP_BOUND | INVBENCH_EP_CLAIMED))
			return false;
		needs |= flags & INVBENCH_EP_PCI && flags & INVBENCH_EP_ATS && !(flags & INVBENCH_EP_ATS_ON);
	}
	return needs;
}

static int list_streams(void)
{
	uint32_t streams[64];
	struct device *list;
	int n = devices_list(&list);

	if (n < 0) {
		say("cannot list devices: %s", strerror(-n));
		return STATUS_FAIL;
	}
	printf("%-24s %-24s %s\n", "smmu", "device", "stream ids");
	for (int i = 0; i < n; i++) {
		unsigned int count = device_streams(&list[i], streams, 64);

		printf("%-24s %-24s", list[i].instance, list[i].name);
		for (unsigned int k = 0; k < count; k++)
			printf(" 0x%x", streams[k]);
		putchar('\n');
	}
	free(list);
	return STATUS_PASS;
}

static int list_endpoints(void)
{
	struct endpoints list;
	struct sentence why;
	json_t *instances = NULL;
	int fd, err;

	fd = half_open(&why);
	if (fd < 0) {
		say("%s", why.text);
		return STATUS_SKIP;
	}
	err = half_endpoints(fd, &list);
	close(fd);
	if (err) {
		say("cannot list endpoints: %s", strerror(-err));
		return STATUS_FAIL;
	}
	if (needs_traffic(&list))
		instances = abilities_read();
	printf("%-5s %-24s %-24s %-8s %-11s %-10s %-8s %-5s %s\n", "index", "endpoint", "smmu", "kind", "ats",
	       "pasid bits", "attached", "bound", "claimed");
	for (unsigned int i = 0; i < list.count; i++)
		list_endpoint(&list.ep[i], instances);
	json_decref(instances);
	return STATUS_PASS;
}

static int list_probes(void)
{
	const struct probe *p;

	for (size_t i = 0; (p = probe_nth(i)); i++)
		printf("%s: %s\n", p->name, p->summary);
	return STATUS_PASS;
}

static void list_bed(const struct bed_lines *beds, const char *bed)
{
	const char *before = "";

	for (size_t i = 0; i < beds->nr; i++) {
		if (strcmp(beds->lines[i].bed, bed) || !*beds->lines[i].options)
			continue;
		printf("%s%s", before, beds->lines[i].options);
		before = " ";
	}
	puts("");
}

static int list_suite(const char *name, const char *bed)
{
	struct suite suite = {};
	struct sentence why;

	if (suite_load(&suite, name, &why))
		die("%s", why.text);
	for (size_t i = 0; !bed && i < suite.nr_cases; i++)
		puts(suite.cases[i].name);
	if (bed)
		list_bed(&suite.beds, bed);
	suite_free(&suite);
	return STATUS_PASS;
}

static int cmd_list(int argc, char **argv)
{
	struct options o = { .what = "workloads" };

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (!strcmp(o.what, "workloads"))
		return list_workloads();
	if (!strcmp(o.what, "endpoints"))
		return list_endpoints();
	if (!strcmp(o.what, "streams"))
		return list_streams();
	if (!strcmp(o.what, "probes"))
		return list_probes();
	if (!strcmp(o.what, "symbols"))
		return symbols_list();
	if (!strcmp(o.what, "suite"))
		return list_suite(o.suite, o.bed);
	die("cannot list '%s'; there are: workloads, endpoints, streams, probes, symbols, suite", o.what);
}

COMMAND(list) = {
	.name = "list",
	.summary =
		"list workloads and their parameters, endpoints, devices, probes and their symbols, or the cases of a suite",
	.argp = &argp,
	.run = cmd_list,
};
