// SPDX-License-Identifier: GPL-2.0-only
/* cmd_flame.c - invbench flame: a flame graph of folded stacks. */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "subcommand.h"
#include "figures_parts.h"
#include "file.h"
#include "flame.h"
#include "gnuplot.h"
#include "xalloc.h"

/* Of the figure, as plots/flame.gp draws it. */
#define WIDTH	     1160 /* of all boxes, in units of the SVG */
#define LETTER_WIDTH 6.65 /* of the font of its labels */
#define LABEL_MARGIN 6
#define BOX_MIN	     0.4 /* narrower boxes are not drawn: nobody would see them */
#define SHADES	     3	 /* of each colour, so that neighbours differ */

#define FOLDED_MAX   (256L << 20)

struct arguments {
	const char *plots, *title, *in, *out;
};

static const struct argp_option options[] = {
	{ "plots", 'p', "FOLDER", 0,
	  "Where the gnuplot files are (default: plots/ of the source tree this program is in)", 0 },
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
	       "Exit status: 0; 2 for bad input, or if something could not be written.",
};

static char *load(const char *path)
{
	FILE *file = fopen(path, "re");
	struct stat st;
	char *text;
	size_t n;

	if (!file || fstat(fileno(file), &st))
		die("%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size > FOLDED_MAX)
		die("%s: not a file of folded stacks, of at most %ld MiB", path, FOLDED_MAX >> 20);
	text = malloc(st.st_size + 1);
	if (!text)
		die("out of memory");
	n = fread(text, 1, st.st_size, file);
	text[n] = '\0';
	if (ferror(file))
		die("%s: %s", path, strerror(EIO));
	if (strlen(text) != n)
		die("%s: has a zero byte, so it is no file of folded stacks", path);
	fclose(file);
	return text;
}

static const char *type_of(const char *out)
{
	const char *dot = strrchr(out, '.');

	if (!dot || (strcmp(dot, ".svg") && strcmp(dot, ".png")))
		die("%s: ends neither with .svg nor with .png, which says what is to be drawn", out);
	return dot + 1;
}

/* ---- what gnuplot reads ---- */

/* The same for a function wherever it is. */
static unsigned int shade(const char *name)
{
	unsigned int hash = 5381;

	for (; *name; name++)
		hash = hash * 33 + (unsigned char)*name;
	return hash % SHADES;
}

static double units(const struct flame *f, const struct flame_box *box)
{
	return (double)WIDTH * box->width / f->samples;
}

static void write_boxes(FILE *out, const struct flame *f)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct flame_box *box = &f->boxes[i];

		if (units(f, box) >= BOX_MIN)
			fprintf(out, "%" PRIu64 " %" PRIu64 " %u %u\n", box->start, box->width, box->depth,
				box->kind * SHADES + shade(box->name));
	}
}

/* A name within double quotes, of which it has none itself; at least one, as gnuplot complains of none. */
static void write_labels(FILE *out, const struct flame *f)
{
	fputs("\n\n0 0 \"\"\n", out);
	for (size_t i = 0; i < f->count; i++) {
		const struct flame_box *box = &f->boxes[i];
		double room = (units(f, box) - LABEL_MARGIN) / LETTER_WIDTH;
		char label[256];

		flame_label(box->name, room > 0 ? room : 0, label, sizeof(label));
		for (char *at = label; *at; at++) {
			if (*at == '"' || *at == '\\' || (unsigned char)*at < ' ')
				*at = '\'';
		}
		if (label[0])
			fprintf(out, "%" PRIu64 " %u \"%s\"\n", box->start, box->depth, label);
	}
}

static void write_data(const char *path, const struct flame *f)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = xmemstream(&text, &size);
	int err;

	write_boxes(out, f);
	write_labels(out, f);
	fclose(out);
	err = write_whole(path, text, size);
	if (err)
		die("cannot write %s: %s", path, strerror(-err));
	free(text);
}

/* ---- drawing ---- */

static char *settings(const struct flame *f, const char *title, const char *data, const char *out, const char *type)
{
	char *text = NULL;
	size_t size;
	FILE *stream = xmemstream(&text, &size);

	figure_quote(stream, "title", title, 120);
	figure_quote(stream, "data", data, PATH_MAX);
	figure_quote(stream, "out", out, PATH_MAX);
	fprintf(stream, "type='%s'; samples=%" PRIu64 "; depth=%u; width=%d", type, f->samples, f->depth, WIDTH);
	fclose(stream);
	return text;
}

/* Beside OUT under names of its own, and there only when it is whole. */
static void draw(const struct flame *f, const struct arguments *a, const char *plots)
{
	char data[PATH_MAX], drawn[PATH_MAX], script[PATH_MAX + 16], *set;
	char *argv[] = { "gnuplot", "-e", NULL, script, NULL };
	pid_t pid;
	int err;

	if (snprintf(data, sizeof(data), "%s.tsv-%ld", a->out, (long)getpid()) >= (int)sizeof(data) ||
	    snprintf(drawn, sizeof(drawn), "%s.tmp-%ld", a->out, (long)getpid()) >= (int)sizeof(drawn))
		die("%.64s...: %s", a->out, strerror(ENAMETOOLONG));
	snprintf(script, sizeof(script), "%s/flame.gp", plots);
	write_data(data, f);
	set = settings(f, a->title, data, drawn, type_of(a->out));
	argv[2] = set;
	err = gnuplot_start(".", argv, &pid);
	if (err)
		say("gnuplot cannot be run: %s; install it, or draw in the lab (scripts/lab)", strerror(-err));
	else
		err = gnuplot_finish(pid);
	unlink(data);
	if (!err && rename(drawn, a->out))
		err = -errno;
	if (err) {
		unlink(drawn);
		die("%s: could not be drawn", a->out);
	}
	free(set);
}

static int run_flame(int argc, char **argv)
{
	struct arguments a = {};
	char error[FLAME_ERROR_SIZE], *text, *plots, *name;
	struct flame f;

	argp_parse(&argp, argc, argv, 0, NULL, &a);
	type_of(a.out);
	plots = gnuplot_folder(a.plots, "flame.gp", "flame");
	text = load(a.in);
	if (flame_layout(&f, text, error))
		die("%s: %s", a.in, error);
	name = strdup(a.in);
	if (!name)
		die("out of memory");
	if (!a.title)
		a.title = basename(name);
	draw(&f, &a, plots);
	flame_free(&f);
	free(name);
	free(text);
	free(plots);
	return STATUS_PASS;
}

COMMAND(flame) = {
	.name = "flame",
	.summary = "draw where the time goes, as perf sampled it",
	.run = run_flame,
};
