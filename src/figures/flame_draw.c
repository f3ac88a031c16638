// SPDX-License-Identifier: GPL-2.0-only
/* flame_draw.c - has gnuplot draw the boxes of a flame graph. */
#include <inttypes.h>
#include <stdlib.h>

#include "flame.h"
#include "gnuplot.h"
#include "xalloc.h"

/* Of the figure, as plots/flame.gp draws it. */
#define WIDTH	     1160 /* of all boxes, in units of the SVG */
#define LETTER_WIDTH 6.65 /* of the font of its labels */
#define LABEL_MARGIN 6
#define BOX_MIN	     0.4 /* narrower boxes are not drawn: nobody would see them */
#define SHADES	     3	 /* of each colour, so that neighbours differ */
#define TITLE_MAX    120 /* bytes */

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

/* At least one, as gnuplot complains of none. */
static void write_labels(FILE *out, const struct flame *f)
{
	fputs("\n\n0 0 \"\"\n", out);
	for (size_t i = 0; i < f->count; i++) {
		const struct flame_box *box = &f->boxes[i];
		double room = (units(f, box) - LABEL_MARGIN) / LETTER_WIDTH;
		char label[256];

		flame_label(box->name, room > 0 ? room : 0, label, sizeof(label));
		if (!label[0])
			continue;
		fprintf(out, "%" PRIu64 " %u ", box->start, box->depth);
		gnuplot_word(out, label);
		fputc('\n', out);
	}
}

static char *settings_of(const struct flame *f, const char *title)
{
	char *text = NULL;
	size_t size;
	FILE *out = xmemstream(&text, &size);

	gnuplot_quote(out, "title", title, TITLE_MAX);
	fprintf(out, "samples=%" PRIu64 "; depth=%u; width=%d", f->samples, f->depth, WIDTH);
	fclose(out);
	return text;
}

int flame_draw(const struct flame *f, const char *title, const char *out, const char *plots, struct sentence *why)
{
	char *settings = settings_of(f, title), *data = NULL;
	struct single single = { .out = out, .plots = plots, .name = "flame", .settings = settings };
	FILE *stream = xmemstream(&data, &single.size);
	int err;

	write_boxes(stream, f);
	write_labels(stream, f);
	fclose(stream);
	single.data = data;
	err = gnuplot_draw(&single, why);
	free(data);
	free(settings);
	return err;
}
