// SPDX-License-Identifier: GPL-2.0-only
/* flame.c - invbench flame: a flame graph of folded stacks. */
#include <argp.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "subcommand.h"
#include "file.h"
#include "flame.h"
#include "gnuplot.h"
#include "xalloc.h"

#define FOLDED_MAX (256L << 20)

struct arguments {
	const char *plots, *title, *in, *out;
};

static const struct argp_option options[] = {
	{ "plots", 'p', "FOLDER", 0, "Where the gnuplot files are (default: what came with this program)", 0 },
	{ "title", 't', "TEXT", 0, "What stands above it (default: the name of FILE)", 0 },
	{ 0 }
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case 'p':
		a->plots = arg;
		return 0;
	case 't':
		a->title = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 1)
			die("flame: one FILE and one OUT; '%s' is too many", arg);
		*(state->arg_num ? &a->out : &a->in) = arg;
		return 0;
	case ARGP_KEY_END:
		if (!a->out)
			die("flame: which file, and where to? as in: invbench flame boot-001.1.folded flame.svg");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "FILE.folded OUT.svg\nFILE.folded OUT.png",
	.doc = "Draws the folded stacks that `invbench run --perf-record` wrote as a flame graph.\v"
	       "A box is a function, as wide as its part of the samples; the one below called it. Needs gnuplot.\n\n"
	       "Exit status: 0; 2 for bad input, or if something could not be written. More: invbench-flame(1).",
};

static char *load(const char *path)
{
	struct sentence why;
	size_t size;
	char *text;
	int err = file_read(path, FOLDED_MAX, &text, &size, &why);

	if (err == -EISDIR || err == -EFBIG)
		die("%s: not a file of folded stacks, of at most %ld MiB", path, FOLDED_MAX >> 20);
	if (err)
		die("%s", why.text);
	if (strlen(text) != size)
		die("%s: has a zero byte, so it is no file of folded stacks", path);
	return text;
}

static int run_flame(int argc, char **argv)
{
	struct arguments a = {};
	char *text, *plots, *name;
	struct sentence why;
	struct flame f;

	argp_parse(&argp, argc, argv, 0, NULL, &a);
	if (!gnuplot_type(a.out, &why))
		die("%s", why.text);
	plots = gnuplot_folder(a.plots, "flame.gp", "flame", &why);
	if (!plots)
		die("%s", why.text);
	text = load(a.in);
	if (flame_layout(&f, text, &why))
		die("%s: %s", a.in, why.text);
	name = xstrdup(a.in);
	if (flame_draw(&f, a.title ? a.title : basename(name), a.out, plots, &why))
		die("%s", why.text);
	flame_free(&f);
	free(name);
	free(text);
	free(plots);
	return STATUS_PASS;
}

COMMAND(flame) = {
	.name = "flame",
	.summary = "draw where the time goes, as perf sampled it",
	.argp = &argp,
	.run = run_flame,
};
