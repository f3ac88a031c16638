// SPDX-License-Identifier: GPL-2.0-only
/* operation.c - one operation of a case on a time line: what it called, and below it the lists of each SMMU. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gnuplot.h"
#include "part.h"
#include "xalloc.h"

#define OPERATIONS_MAX 24   /* of a bed */
#define PLOT_WIDTH     390. /* of all boxes, in units of the SVG, as plots/operation.gp has them */
#define LETTER_WIDTH   6.2
#define SMMUS_MAX      64

/* ---- which ---- */

/* Of the first boot that has one. */
static const struct result_operation *operation_of(const struct comparison *c, const struct row *row, size_t side)
{
	size_t boot;

	if (row->cells[side].status != STATUS_PASS)
		return NULL;
	for (boot = 0; boot < c->sides[side].nr_boots; boot++)
		if (row->cells[side].cases[boot]->operation.count)
			return &row->cells[side].cases[boot]->operation;
	return NULL;
}

static bool has_operation(const struct comparison *c, const struct row *row)
{
	size_t side;

	for (side = 0; side < c->nr_sides; side++)
		if (operation_of(c, row, side))
			return true;
	return false;
}

static void choose(const struct comparison *c, const struct families *families, struct figures *figures)
{
	size_t i, count = 0;

	for (i = 0; i < c->nr_rows && count < OPERATIONS_MAX; i++) {
		if (!has_operation(c, &c->rows[i]))
			continue;
		figure_add_case(figures, c, i, xasprintf("%s: one operation", c->rows[i].name));
		count++;
	}
}

/* ---- rows: those of the calls within each other, then one an SMMU ---- */

struct panel {
	const struct result_operation *operation;
	const char *smmus[SMMUS_MAX];
	size_t nr_smmus, depths;
	size_t top; /* its first row, counted from above: its name is there */
};

static bool is_of_queue(const struct result_slice *s)
{
	return s->smmu[0] && (!strcmp(s->point, "submit") || !strcmp(s->point, "room") || !strcmp(s->point, "sync") ||
			      !strcmp(s->point, "msi"));
}

/* Its place; SMMUS_MAX: there is none left. */
static size_t smmu_row(struct panel *p, const char *smmu)
{
	size_t i;

	for (i = 0; i < p->nr_smmus; i++)
		if (!strcmp(p->smmus[i], smmu))
			return i;
	if (i < SMMUS_MAX)
		p->smmus[p->nr_smmus++] = smmu;
	return i;
}

static size_t rows_of(const struct panel *p)
{
	return 1 + p->depths + p->nr_smmus;
}

static void measure(struct panel *p, const struct result_operation *operation, size_t top)
{
	size_t i;

	*p = (struct panel){ .operation = operation, .top = top };
	for (i = 0; i < operation->count; i++) {
		const struct result_slice *s = &operation->list[i];

		p->depths = s->depth + 1 > p->depths ? s->depth + 1 : p->depths;
		if (is_of_queue(s))
			smmu_row(p, s->smmu);
	}
}

/* Returns how many rows they have together, and in *@ns how long the longest operation is. */
static size_t measure_all(const struct comparison *c, const struct row *row, struct panel *panels, uint64_t *ns)
{
	const struct result_operation *operation;
	size_t side, rows = 0;

	*ns = 1;
	for (side = 0; side < c->nr_sides; side++) {
		operation = operation_of(c, row, side);
		if (!operation)
			continue;
		measure(&panels[side], operation, rows);
		rows += rows_of(&panels[side]);
		*ns = operation->list[0].ns > *ns ? operation->list[0].ns : *ns;
	}
	return rows;
}

/* ---- the data ---- */

/* Colours of operation.gp. */
static unsigned int colour_of(const struct result_slice *s)
{
	if (!strcmp(s->point, "submit"))
		return 2;
	if (!strcmp(s->point, "lock") || is_of_queue(s))
		return 3;
	return strncmp(s->point, "arm_smmu_", strlen("arm_smmu_")) ? 0 : 1;
}

static void write_box(FILE *tsv, const struct result_slice *s, size_t row)
{
	fprintf(tsv, "%" PRIu64 " %" PRIu64 " %zu %u\n", s->begin_ns, s->begin_ns + s->ns, row, colour_of(s));
}

static void write_boxes(FILE *tsv, struct panel *p)
{
	size_t i, row;

	for (i = 0; p->operation && i < p->operation->count; i++) {
		const struct result_slice *s = &p->operation->list[i];

		write_box(tsv, s, p->top + 1 + s->depth);
		row = is_of_queue(s) ? smmu_row(p, s->smmu) : SMMUS_MAX;
		if (row < SMMUS_MAX)
			write_box(tsv, s, p->top + 1 + p->depths + row);
	}
}

/* Without what all of the driver's functions begin with, and cut to what there is room for. */
static void write_label(FILE *tsv, const struct result_slice *s, size_t row, uint64_t ns)
{
	const double room = PLOT_WIDTH * (double)s->ns / (double)ns / LETTER_WIDTH - 0.8;
	const char *name = s->point;
	char label[64];

	if (!strncmp(name, "arm_smmu_", strlen("arm_smmu_")))
		name += strlen("arm_smmu_");
	if (room < 3)
		return;
	snprintf(label, sizeof(label), "%.*s", room < 60 ? (int)room : 60, name);
	fprintf(tsv, "%" PRIu64 " %zu ", s->begin_ns, row);
	gnuplot_word(tsv, label);
	fputc('\n', tsv);
}

static void write_labels(FILE *tsv, const struct panel *p, uint64_t ns)
{
	size_t i;

	for (i = 0; p->operation && i < p->operation->count; i++)
		write_label(tsv, &p->operation->list[i], p->top + 1 + p->operation->list[i].depth, ns);
}

static void write_name(FILE *tsv, const char *name, size_t row)
{
	fprintf(tsv, "0 %zu ", row);
	gnuplot_word(tsv, name);
	fputc('\n', tsv);
}

/* Of SMMUs, beside their rows; of the kernels, at the top of theirs. */
static void write_smmus(FILE *tsv, const struct panel *p)
{
	size_t i;

	for (i = 0; i < p->nr_smmus; i++)
		write_name(tsv, p->smmus[i], p->top + 1 + p->depths + i);
}

static void write_kernels(FILE *tsv, const struct comparison *c, const struct panel *panels)
{
	size_t side;
	char *name;

	for (side = 0; side < c->nr_sides; side++) {
		if (!panels[side].operation)
			continue;
		name = xasprintf("%s: %s, %.3f us", c->sides[side].label, panels[side].operation->list[0].point,
				 (double)panels[side].operation->list[0].ns / 1000);
		write_name(tsv, name, panels[side].top);
		free(name);
	}
}

/* Blocks with two empty lines between; gnuplot complains of an empty one. */
static void write_blocks(FILE *tsv, const struct comparison *c, struct panel *panels, uint64_t ns)
{
	size_t side;

	for (side = 0; side < c->nr_sides; side++)
		write_boxes(tsv, &panels[side]);
	fputs("\n\n0 0 \"\"\n", tsv);
	for (side = 0; side < c->nr_sides; side++)
		write_labels(tsv, &panels[side], ns);
	fputs("\n\n0 0 \"\"\n", tsv);
	for (side = 0; side < c->nr_sides; side++)
		write_smmus(tsv, &panels[side]);
	fputs("\n\n", tsv);
	write_kernels(tsv, c, panels);
}

static int write_data(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	struct panel *panels = xcalloc(c->nr_sides, sizeof(*panels));
	uint64_t ns;
	const size_t rows = measure_all(c, &c->rows[f->rows[0]], panels, &ns);

	write_blocks(tsv, c, panels, ns);
	gnuplot_quote(script, "stem", f->stem, strlen(f->stem));
	gnuplot_quote(script, "title", f->title, TITLE_BYTES);
	gnuplot_quote(script, "bed", c->bed->name, TITLE_BYTES);
	fprintf(script, "rows=%zu; ns=%" PRIu64 "\n", rows, ns);
	figure_load(script, f);
	free(panels);
	return 0;
}

/* "A time line of one operation: list munmap of 335.260 us with 17 slices on 8 SMMUs, array ..." */
static void tell(FILE *out, const struct comparison *c, const struct figure *f)
{
	const struct row *row = &c->rows[f->rows[0]];
	const struct result_operation *operation;
	const char *comma = "";
	struct panel panel;
	size_t side;

	fputs("A time line of one operation:", out);
	for (side = 0; side < c->nr_sides; side++) {
		operation = operation_of(c, row, side);
		if (!operation)
			continue;
		measure(&panel, operation, 0);
		fprintf(out, "%s %s %s of %.3f us, in it %zu calls, lists and waits on %zu %s", comma,
			c->sides[side].label, operation->list[0].point, (double)operation->list[0].ns / 1000,
			operation->count - 1, panel.nr_smmus, panel.nr_smmus == 1 ? "SMMU" : "SMMUs");
		comma = ",";
	}
}

FIGURE_TYPE(operation) = {
	.letter = 'o',
	.plot = "operation",
	.part = PART_DISTRIBUTION,
	.order = 13,
	.choose = choose,
	.write = write_data,
	.alternative = tell,
};
