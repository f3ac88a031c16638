// SPDX-License-Identifier: GPL-2.0-only
/* gnuplot.c - finds gnuplot's files, and has it draw. */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "folder.h"
#include "gnuplot.h"
#include "spawn.h"
#include "text.h"
#include "xalloc.h"

/* A character, and what it is written as. */
struct special {
	char character;
	const char *instead;
};

#define TYPES_MAX   2
#define SECONDS_MAX 600 /* a hundred times what a large figure takes */

/* ---- its files ---- */

static char *wanted_folder(const char *wanted, const char *name, struct sentence *why)
{
	char *file = xasprintf("%s/%s", wanted, name), *plots = access(file, R_OK) ? NULL : realpath(wanted, NULL);

	if (!plots)
		sentence(why, -errno, "%s: %s; give --plots the folder with %s", file, strerror(errno), name);
	free(file);
	return plots;
}

/* Beside the source tree's build/host, or installed. Never of the working folder: what is there is run. */
char *gnuplot_folder(const char *wanted, const char *name, const char *who, struct sentence *why)
{
	const char *folders[] = { "../../plots", "../share/invbench/plots", NULL };
	char *found, *plots;

	if (wanted)
		return wanted_folder(wanted, name, why);
	found = find_near_program(folders, name);
	plots = found ? realpath(dirname(found), NULL) : NULL;
	free(found);
	if (!plots)
		sentence(why, -ENOENT,
			 "%s: the gnuplot files that came with this program are not near it; give --plots", who);
	return plots;
}

/* ---- text for it ---- */

/* What stands for the character at @text; NULL if it stands for itself. */
static const char *instead(const char *text, bool fit, const struct special *special)
{
	for (; fit && special->character; special++)
		if (*text == special->character)
			return special->instead;
	return fit ? NULL : "?";
}

/* At most @limit bytes. Returns how many those are. */
static size_t put_text(FILE *out, const char *text, size_t limit, const struct special *special)
{
	size_t at = 0, bytes;
	bool fit;

	for (; text[at]; at += bytes) {
		const char *other;

		bytes = text_next(text + at, &fit);
		if (bytes > limit - at)
			break;
		other = instead(text + at, fit, special);
		fwrite(other ? other : text + at, 1, other ? strlen(other) : bytes, out);
	}
	return at;
}

/* gnuplot ends an open string with its line, and takes the next line for a command. Within a line only the quote is special. */
void gnuplot_quote(FILE *script, const char *name, const char *value, size_t limit)
{
	static const struct special quote[] = { { '\'', "''" }, {} };

	fprintf(script, "%s='", name);
	fputs(value[put_text(script, value, limit, quote)] ? "...'; " : "'; ", script);
}

/* A comment, or a string in quotes that has tabs in it, is what a name could begin. */
void gnuplot_column(FILE *data, const char *format, ...)
{
	static const struct special field[] = { { '"', "'" }, {} };
	va_list args;
	char *text;

	va_start(args, format);
	text = xvasprintf(format, args);
	va_end(args);
	if (*text == '#')
		*text = '_';
	put_text(data, text, strlen(text), field);
	free(text);
}

void gnuplot_word(FILE *data, const char *text)
{
	static const struct special word[] = { { '"', "'" }, { '\\', "'" }, {} };

	fputc('"', data);
	put_text(data, text, strlen(text), word);
	fputc('"', data);
}

const char *gnuplot_type(const char *out, struct sentence *why)
{
	const char *dot = strrchr(out, '.');

	if (dot && (!strcmp(dot, ".svg") || !strcmp(dot, ".png")))
		return dot + 1;
	sentence(why, -EINVAL, "%s: ends neither with .svg nor with .png, which says what is to be drawn", out);
	return NULL;
}

/* ---- its processes ---- */

/* stdout is data, and gnuplot has none; what it complains of is for the user as it is. */
static int start(const struct folder *folder, const char *const argv[], struct spawn *gnuplot, struct sentence *why)
{
	*gnuplot = (struct spawn){
		.argv = argv,
		.folder = folder,
		.err.to = SPAWN_OURS,
		.dies_by = SIGTERM,
		.seconds = SECONDS_MAX,
	};
	return spawn_start(gnuplot, why);
}

int gnuplot_find(struct sentence *why)
{
	const char *const argv[] = { "gnuplot", "--version", NULL };
	struct spawn gnuplot;
	int err = start(NULL, argv, &gnuplot, why);

	if (err == -ENOENT)
		return sentence(why, err,
				"gnuplot is not installed; install it, or make the report in the lab (scripts/lab)");
	return err ?: spawn_wait(&gnuplot, why);
}

static int start_drawing(const struct drawing *d, const char *type, struct spawn *gnuplot, struct sentence *why)
{
	char *settings = NULL;
	size_t size;
	FILE *out = xmemstream(&settings, &size);
	int err;

	gnuplot_quote(out, "plots", d->plots, strlen(d->plots));
	fprintf(out, "type='%s'; %s", type, d->settings);
	fclose(out);
	err = start(d->folder, (const char *const[]){ "gnuplot", "-d", "-e", settings, d->script, NULL }, gnuplot, why);
	free(settings);
	return err;
}

int gnuplot_run(const struct drawing *d, const char *const types[], size_t nr_types, struct sentence *why)
{
	struct spawn gnuplots[TYPES_MAX];
	size_t started = 0;
	int err = nr_types <= TYPES_MAX ? 0 : sentence(why, -EINVAL, "more types than there are");

	while (!err && started < nr_types) {
		err = start_drawing(d, types[started], &gnuplots[started], why);
		started += !err;
	}
	while (started--)
		err = spawn_wait(&gnuplots[started], why) ?: err;
	return err;
}

/* ---- a figure that is a file of its own ---- */

/* The folders of one that is being drawn: OUT's, and one in it for gnuplot, which has figures/. */
struct place {
	struct folder out, work, figures;
	const char *name; /* in the first */
};

static int prepare(const struct single *s, struct place *p, struct sentence *why)
{
	int err = folder_of(&p->out, s->out, &p->name);
	char *data;

	if (err)
		return sentence(why, err, "cannot write %s: %s", s->out, strerror(-err));
	err = folder_private(&p->out, &p->work, why) ?: folder_make(&p->work, "figures", &p->figures, why);
	if (err)
		return err;
	data = xasprintf("%s.tsv", s->name);
	err = folder_write(&p->figures, data, s->data, s->size);
	free(data);
	return err ? sentence(why, err, "cannot write %s: its data: %s", s->out, strerror(-err)) : 0;
}

/* Nothing of it stays. */
static void leave(struct place *p)
{
	folder_close(&p->figures);
	folder_discard(&p->out, &p->work);
	folder_close(&p->out);
}

static int put_in_place(const struct single *s, const struct place *p, const char *type, struct sentence *why)
{
	char *drawn = xasprintf("%s.%s", s->name, type);
	int err = folder_move(&p->figures, drawn, &p->out, p->name);

	free(drawn);
	return err ? sentence(why, err, "%s", strerror(-err)) : 0;
}

static int draw(const struct single *s, const struct place *p, const char *type, struct sentence *why)
{
	char *settings = xasprintf("stem='%s'; %s", s->name, s->settings);
	char *script = xasprintf("%s/%s.gp", s->plots, s->name);
	const struct drawing d = { &p->work, s->plots, settings, script };
	struct sentence cause;
	int err = gnuplot_run(&d, &type, 1, &cause);

	free(settings);
	free(script);
	if (err == -ENOENT)
		return sentence(why, err, "%s: gnuplot is not installed; install it, or draw in the lab (scripts/lab)",
				s->out);
	err = err ?: put_in_place(s, p, type, &cause);
	return err ? sentence(why, err, "%s: could not be drawn: %s", s->out, cause.text) : 0;
}

int gnuplot_draw(const struct single *s, struct sentence *why)
{
	struct place p = { FOLDER_NONE, FOLDER_NONE, FOLDER_NONE, NULL };
	const char *type = gnuplot_type(s->out, why);
	int err;

	if (!type)
		return -EINVAL;
	err = prepare(s, &p, why) ?: draw(s, &p, type, why);
	leave(&p);
	return err;
}
