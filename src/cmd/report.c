// SPDX-License-Identifier: GPL-2.0-only
/* report.c - invbench report: figures and one HTML page of a run. */
#include <argp.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "subcommand.h"
#include "figures.h"
#include "folder.h"
#include "gnuplot.h"
#include "report.h"
#include "xalloc.h"
#include "beds.h"

struct arguments {
	const char *base, *plots, *run;
};

static const struct argp_option options[] = {
	{ "base", 'b', "KERNEL", 0, "The kernel that the others are compared with (default: the plan's first)", 0 },
	{ "plots", 'p', "FOLDER", 0, "Where the gnuplot files are (default: what came with this program)", 0 },
	{ 0 }
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case 'b':
		a->base = arg;
		return 0;
	case 'p':
		a->plots = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (a->run)
			die("report: one RUN at a time; '%s' is too many", arg);
		a->run = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		die("report: which run? give its folder, as in results/RUN");
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "RUN",
	.doc = "Writes RUN/report.html, a page that needs no network, and RUN/figures/.\v"
	       "RUN is a folder of results (results/RUN). Needs gnuplot.\n\n"
	       "Exit status: 0; 2 for bad input, or if something could not be written. More: invbench-report(1).",
};

static void compare_beds(const struct run_folder *run, struct report *report)
{
	struct sentence why;
	size_t i, j;

	report->beds = xcalloc(run->nr_beds, sizeof(*report->beds));
	for (i = 0; i < run->nr_beds; i++) {
		if (compare_run_bed(&run->beds[i], &report->beds[i].comparison, &why))
			die("%s", why.text);
		figures_choose(&report->beds[i].comparison, &report->beds[i].figures);
	}
	for (i = 0; i < run->nr_beds; i++)
		for (j = 0; j < run->nr_beds; j++)
			compare_with_counts(&report->beds[i].comparison, &report->beds[j].comparison);
}

static void draw(const struct report *report, const char *plots)
{
	struct figures_place place;
	char *script_text = NULL;
	struct sentence why;
	size_t size = 0, i;
	FILE *script = xmemstream(&script_text, &size);
	int err;

	fputs("# SPDX-License-Identifier: GPL-2.0-only\n"
	      "# usage, in the folder of the run: gnuplot -e \"plots='.../plots'; type='svg'\" figures/figures.gp\n\n",
	      script);
	err = figures_start(report->run->path, &place, &why);
	for (i = 0; i < report->run->nr_beds && !err; i++)
		err = figures_write(&place, &report->beds[i].comparison, &report->beds[i].figures, script, &why);
	fclose(script);
	if (!err)
		err = figures_draw(&place, plots, script_text, size, &why);
	figures_leave(&place);
	if (err)
		die("%s", why.text);
	free(script_text);
}

static void write_page(const struct report *report)
{
	char path[PATH_MAX], *page = NULL;
	struct sentence why;
	size_t size = 0;
	FILE *out = xmemstream(&page, &size);
	int err;

	if (report_page(out, report, &why))
		die("%s", why.text);
	fclose(out);
	snprintf(path, sizeof(path), "%s/report.html", report->run->path);
	err = write_whole(path, page, size);
	if (err)
		die("%s: %s", path, strerror(-err));
	free(page);
}

static void free_report(struct report *report)
{
	size_t i;

	for (i = 0; i < report->run->nr_beds; i++) {
		figures_free(&report->beds[i].figures);
		compare_free(&report->beds[i].comparison);
	}
	free(report->beds);
}

/* "results/x/" and "." have a name as well. */
static char *run_name(const char *path)
{
	char *real = realpath(path, NULL), *name;

	if (!real)
		die("%s: %s", path, strerror(errno));
	name = strdup(basename(real));
	free(real);
	if (!name)
		die("out of memory");
	return name;
}

static int run_report(int argc, char **argv)
{
	struct arguments a = { 0 };
	char *plots, *name;
	struct report report = { 0 };
	struct run_folder run;
	struct sentence why;

	argp_parse(&argp, argc, argv, 0, NULL, &a);
	if (run_load(a.run, a.base, &run, &why))
		die("%s", why.text);
	plots = gnuplot_folder(a.plots, "percentiles.gp", "report", &why);
	if (!plots)
		die("%s", why.text);
	name = run_name(a.run);
	report.run = &run;
	report.name = name;
	compare_beds(&run, &report);
	draw(&report, plots);
	write_page(&report);
	free_report(&report);
	run_free(&run);
	free(name);
	free(plots);
	return STATUS_PASS;
}

COMMAND(report) = {
	.name = "report",
	.summary = "write the figures and the HTML page of a run",
	.argp = &argp,
	.run = run_report,
};
