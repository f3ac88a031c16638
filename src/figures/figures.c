// SPDX-License-Identifier: GPL-2.0-only
/* figures.c - chooses the figures of a report, writes their data and has gnuplot draw them. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bed.h"
#include "family.h"
#include "figures.h"
#include "gnuplot.h"
#include "part.h"
#include "xalloc.h"
#include "order.h"

/* ---- which figures ---- */

/* A file name out of a title: letters, digits and dashes. */
static void slug(const char *title, char *out, size_t size)
{
	size_t n = 0;

	for (; *title && n + 1 < size; title++) {
		if (isalnum((unsigned char)*title))
			out[n++] = (char)tolower((unsigned char)*title);
		else if (n && out[n - 1] != '-')
			out[n++] = '-';
	}
	while (n && out[n - 1] == '-')
		n--;
	out[n] = '\0';
}

static bool is_lead(const struct figures *figures, size_t row)
{
	size_t i;

	for (i = 0; i < figures->nr_leads; i++)
		if (figures->leads[i] == row)
			return true;
	return false;
}

/* The first of each kernel, the second of each, and so on; what is worse, of any kernel, before what is better. */
static void choose_leads(const struct comparison *c, struct figures *figures)
{
	static const enum verdict verdicts[] = { VERDICT_WORSE, VERDICT_BETTER };
	size_t **orders = xcalloc(c->nr_sides, sizeof(*orders)), nth, side, v;

	for (side = 1; side < c->nr_sides; side++)
		orders[side] = compare_order(c, side);
	for (v = 0; v < 2; v++)
		for (nth = 0; nth < c->nr_rows; nth++)
			for (side = 1; side < c->nr_sides && figures->nr_leads < FIGURES_LEADS; side++) {
				const size_t row = orders[side][nth];

				if (c->rows[row].cells[side].verdict == verdicts[v] && !is_lead(figures, row))
					figures->leads[figures->nr_leads++] = row;
			}
	for (side = 1; side < c->nr_sides; side++)
		free(orders[side]);
	free(orders);
}

/* A page with hundreds of curves is as heavy as it is little read. */
static bool *choose_shown(const struct comparison *c)
{
	bool *shown = xcalloc(c->nr_rows + 1, sizeof(*shown));
	size_t *order = compare_order(c, 0), i, n = 0;

	for (i = 0; i < c->nr_rows && n < FIGURES_CASES; i++) {
		shown[order[i]] = figure_passed(c, &c->rows[order[i]]) && compare_has_latency(c, &c->rows[order[i]]);
		n += shown[order[i]];
	}
	free(order);
	return shown;
}

/* What is known only when all are there. */
static void name_figures(const struct comparison *c, struct figures *figures)
{
	bool *shown = choose_shown(c);
	char name[40];
	size_t i;

	for (i = 0; i < figures->count; i++) {
		struct figure *f = &figures->list[i];

		slug(f->title, name, sizeof(name));
		f->stem = xasprintf("%s-%c%02zu-%s", c->bed->name, f->type->letter, i + 1, name);
		if (f->type->part != PART_DISTRIBUTION)
			continue;
		f->leads = is_lead(figures, f->rows[0]);
		f->apart = !f->type->few && !shown[f->rows[0]];
	}
	free(shown);
}

void figures_choose(const struct comparison *c, struct figures *figures)
{
	const struct figure_type *const *type;
	struct families families;
	size_t i;

	memset(figures, 0, sizeof(*figures));
	choose_leads(c, figures);
	families_find(c, &families);
	for_each_figure_type(type)
	{
		i = figures->count;
		(*type)->choose(c, &families, figures);
		for (; i < figures->count; i++)
			figures->list[i].type = *type;
	}
	families_free(&families);
	figures_sort(figures);
	name_figures(c, figures);
}

/* ---- their data ---- */

static int write_one(const struct figures_place *place, const struct comparison *c, const struct figure *f,
		     FILE *script, struct sentence *why)
{
	char *name = xasprintf("%s.tsv", f->stem), *data = NULL;
	size_t size = 0;
	FILE *tsv = xmemstream(&data, &size);
	int err;

	err = f->type->write(tsv, c, f, script);
	fclose(tsv);
	err = err ?: folder_write(&place->made, name, data, size);
	if (err)
		sentence(why, err, "%s/%s: %s", place->there.path, name,
			 err == -EINVAL ? "the boots' histograms differ in sub_bits" : strerror(-err));
	free(data);
	free(name);
	return err;
}

int figures_write(const struct figures_place *place, const struct comparison *c, const struct figures *figures,
		  FILE *script, struct sentence *why)
{
	size_t i;
	int err = 0;

	for (i = 0; i < figures->count && !err; i++)
		err = write_one(place, c, &figures->list[i], script, why);
	return err;
}

/* ---- the folder ---- */

/* "-LETTERNN-" begins what follows the bed. */
static bool is_numbered(const char *rest)
{
	static const char digits[] = "0123456789";

	return rest[0] == '-' && islower((unsigned char)rest[1]) && strspn(rest + 2, digits) >= 2 &&
	       rest[2 + strspn(rest + 2, digits)] == '-';
}

static bool has_ending(const char *name)
{
	static const char *const endings[] = { ".tsv", ".svg", ".png" };
	const size_t length = strlen(name);
	size_t i;

	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (length > strlen(endings[i]) && !strcmp(name + length - strlen(endings[i]), endings[i]))
			return true;
	return false;
}

/* Of an earlier report; what else is there is the user's. */
static int is_ours(const char *name)
{
	const struct bed_kind *bed;

	for (bed = bed_kinds; bed->name; bed++)
		if (!strncmp(name, bed->name, strlen(bed->name)) && is_numbered(name + strlen(bed->name)))
			return has_ending(name);
	return !strcmp(name, "figures.gp");
}

/* Before anything is written gnuplot is looked for. */
int figures_start(const char *run_path, struct figures_place *place, struct sentence *why)
{
	*place = (struct figures_place){ FOLDER_NONE, FOLDER_NONE, FOLDER_NONE, FOLDER_NONE };
	return gnuplot_find(why)					       ?:
		       folder_open(&place->run, run_path, why)		       ?:
		       folder_make(&place->run, "figures", &place->there, why) ?:
		       folder_private(&place->run, &place->work, why)	       ?:
		       folder_make(&place->work, "figures", &place->made, why);
}

/* Its script holds no path of this machine: from RUN it draws the same again. */
int figures_draw(const struct figures_place *place, const char *plots, const char *script, size_t script_size,
		 struct sentence *why)
{
	static const char *const types[] = { "svg", "png" };
	const struct drawing d = { &place->work, plots, "", "figures/figures.gp" };
	struct sentence cause;
	int err = folder_write(&place->made, "figures.gp", script, script_size);

	if (err)
		return sentence(why, err, "%s/figures.gp: %s", place->there.path, strerror(-err));
	err = gnuplot_run(&d, types, 2, &cause);
	if (err)
		return sentence(why, err, "gnuplot could not draw the figures of %s: %s; its own message is above",
				place->run.path, cause.text);
	folder_remove(&place->there, is_ours);
	err = folder_move_all(&place->made, &place->there, "");
	return err ? sentence(why, err, "%s: a figure cannot be put there: %s", place->there.path, strerror(-err)) : 0;
}

void figures_leave(struct figures_place *place)
{
	folder_close(&place->made);
	folder_discard(&place->run, &place->work);
	folder_close(&place->there);
	folder_close(&place->run);
}
