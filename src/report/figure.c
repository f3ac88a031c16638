// SPDX-License-Identifier: GPL-2.0-only
/* figure.c - puts gnuplot's SVGs into the page. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "html.h"
#include "xalloc.h"

#define SVG_MAX_BYTES (16L << 20)
#define UNFOLDED      6 /* figures of percentiles; more would push the table out of sight */

static char *read_svg(const char *path)
{
	struct sentence why;
	size_t size;
	char *data;

	return file_read(path, SVG_MAX_BYTES, &data, &size, &why) ? NULL : data;
}

/* Every SVG of gnuplot uses the same ids, which in one page must differ. */
static size_t id_at(const char *text)
{
	static const char *const ids[] = { "gpDot", "gpPt", "gnuplot_", "textbox", "greybox" };
	size_t i;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (!strncmp(text, ids[i], strlen(ids[i])))
			return strlen(ids[i]);
	return 0;
}

/* What says nothing: groups without content, and attributes that repeat SVG's own defaults. A third of gnuplot's output. */
static size_t dead_weight(const char *text)
{
	static const char defaults[] = " stroke-linecap=\"butt\" stroke-linejoin=\"miter\"";
	static const char group[] = "<g fill=\"none\"", end[] = ">\n</g>\n";
	size_t n;

	if (!strncmp(text, defaults, strlen(defaults)))
		return strlen(defaults);
	if (strncmp(text, group, strlen(group)))
		return 0;
	n = strcspn(text, ">");
	return !strncmp(text + n, end, strlen(end)) ? n + strlen(end) : 0;
}

static void copy_svg(FILE *out, const char *svg, const char *prefix)
{
	bool in_tag = false;

	for (; *svg; svg++) {
		size_t n;

		while ((n = dead_weight(svg)))
			svg += n;
		if (!*svg)
			break;
		n = in_tag ? id_at(svg) : 0;
		if (*svg == '<' || *svg == '>')
			in_tag = *svg == '<';
		if (n) {
			fprintf(out, "%s-%.*s", prefix, (int)n, svg);
			svg += n - 1;
		} else {
			fputc(*svg, out);
		}
	}
}

/* gnuplot defines its marks in each figure, two kilobytes of them; lines alone need none. */
static const char *after_defs(const char *canvas)
{
	const char *end = strstr(canvas, "</defs>\n");

	return end ? end + strlen("</defs>\n") : canvas;
}

static bool uses_defs(const char *canvas)
{
	const char *rest = after_defs(canvas);

	return strstr(rest, "'#gp") || strstr(rest, "url(#");
}

/* From its canvas on: what is before is a header of its own, with a title that would pop up. */
static int inline_svg(FILE *out, const char *svg, const struct comparison *c, const struct figure *f)
{
	const char *box = strstr(svg, "viewBox=\""), *canvas = strstr(svg, "<g id=\"gnuplot_canvas\">");

	if (!box || !canvas)
		return -EINVAL;
	box += strlen("viewBox=\"");
	fprintf(out,
		"<svg viewBox=\"%.*s\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\" "
		"xmlns:xlink=\"http://www.w3.org/1999/xlink\" aria-label=\"",
		(int)strspn(box, "0123456789. "), box);
	html_text(out, f->title);
	fprintf(out, "\" aria-describedby=\"%1$s-d\">\n<desc id=\"%1$s-d\">", f->stem);
	html_alternative(out, c, f);
	fputs("</desc>\n", out);
	if (!uses_defs(canvas)) {
		canvas = after_defs(canvas);
		fputs("<g>\n", out);
	}
	copy_svg(out, canvas, f->stem);
	return 0;
}

static int put_figure(FILE *out, const struct report *report, size_t bed, const struct figure *f, struct sentence *why)
{
	char *path, *svg;
	int err;

	path = xasprintf("%s/figures/%s.svg", report->run->path, f->stem);
	svg = read_svg(path);
	fputs("<figure>\n", out);
	err = svg ? inline_svg(out, svg, &report->beds[bed].comparison, f) : -EIO;
	if (!err)
		html_below(out, &report->beds[bed].comparison, f);
	fputs("</figure>\n", out);
	if (err)
		sentence(why, err, "%s: gnuplot did not leave a figure here; is it gnuplot 5 or later?", path);
	free(svg);
	free(path);
	return err;
}

/* The leads' own are where they are told apart. */
static bool is_wanted(const struct figure *f, unsigned int parts, const char *workload)
{
	return parts & IN_PART(f->type->part) && !f->leads && !f->apart &&
	       (!workload || (f->workload && !strcmp(f->workload, workload)));
}

int html_figures(FILE *out, const struct report *report, size_t bed, unsigned int parts, const char *workload,
		 const char *head, struct sentence *why)
{
	const struct figures *figures = &report->beds[bed].figures;
	size_t i;
	int err = 0;
	bool any = false;

	for (i = 0; i < figures->count && !err; i++) {
		if (!is_wanted(&figures->list[i], parts, workload))
			continue;
		if (!any)
			fputs(head, out);
		any = true;
		err = put_figure(out, report, bed, &figures->list[i], why);
	}
	if (any)
		fputs("</div>\n", out);
	return err;
}

static size_t count_figures(const struct figures *figures, unsigned int parts, const char *workload)
{
	size_t i, n = 0;

	for (i = 0; i < figures->count; i++)
		n += is_wanted(&figures->list[i], parts, workload);
	return n;
}

/* "Percentiles, and threads apart: 4 figures" */
static void put_spread_summary(FILE *out, const struct figures *figures, size_t n, const char *workload)
{
	const char *last = NULL;
	size_t i;

	fprintf(out, "<details%s><summary>Percentiles", n <= UNFOLDED ? " open" : "");
	for (i = 0; i < figures->count; i++) {
		const struct figure *f = &figures->list[i];

		if (!f->type->adds || f->type->adds == last || !is_wanted(f, IN_PART(PART_SPREAD), workload))
			continue;
		last = f->type->adds;
		fprintf(out, ", and %s", last);
	}
	fprintf(out, ": %zu figure%s</summary>\n", n, n == 1 ? "" : "s");
}

int report_sweeps(FILE *out, const struct report *report, size_t bed, const char *workload, struct sentence *why)
{
	const struct figures *figures = &report->beds[bed].figures;
	const size_t n = count_figures(figures, IN_PART(PART_SPREAD), workload);
	int err = html_figures(out, report, bed, IN_PART(PART_SCALING), workload,
			       "<h3>How it scales</h3>\n<div class=\"figures many\">\n", why);

	if (err || !n)
		return err;
	put_spread_summary(out, figures, n, workload);
	err = html_figures(out, report, bed, IN_PART(PART_SPREAD), workload, "<div class=\"figures many\">\n", why);
	fputs("</details>\n", out);
	return err;
}

int report_goes(FILE *out, const struct report *report, size_t bed, const char *workload, struct sentence *why)
{
	return html_figures(out, report, bed, IN_PART(PART_GOES), workload,
			    "<h3>Where the time goes</h3>\n<div class=\"figures\">\n", why);
}

static void tell_apart(FILE *out, const struct figures *figures, const char *workload)
{
	size_t i, n = 0;

	for (i = 0; i < figures->count; i++)
		n += figures->list[i].apart && !strcmp(figures->list[i].workload, workload);
	if (n)
		fprintf(out,
			"<p class=\"soft\">%zu figure%s of cases that matter less %s not in this page but beside it, in figures/.</p>\n",
			n, n == 1 ? "" : "s", n == 1 ? "is" : "are");
}

/* Folded: there are some for each case. */
int report_distributions(FILE *out, const struct report *report, size_t bed, const char *workload, struct sentence *why)
{
	const struct figures *figures = &report->beds[bed].figures;
	const size_t n = count_figures(figures, IN_PART(PART_DISTRIBUTION), workload);
	int err = 0;

	if (n) {
		fprintf(out, "<h3>Whole distributions</h3>\n<details><summary>%zu figure%s, case by case</summary>\n",
			n, n == 1 ? "" : "s");
		err = html_figures(out, report, bed, IN_PART(PART_DISTRIBUTION), workload, "<div class=\"figures\">\n",
				   why);
		fputs("</details>\n", out);
	}
	tell_apart(out, figures, workload);
	return err;
}

static int put_lead(FILE *out, const struct report *report, size_t bed, size_t row, struct sentence *why)
{
	const struct figures *figures = &report->beds[bed].figures;
	const struct comparison *c = &report->beds[bed].comparison;
	size_t i;
	int err = 0;

	fprintf(out, "<h3><a href=\"#%s-case-%zu\">", c->bed->name, row + 1);
	html_text(out, c->rows[row].name);
	fputs("</a></h3>\n<div class=\"figures many\">\n", out);
	for (i = 0; i < figures->count && !err; i++)
		if (figures->list[i].leads && figures->list[i].rows[0] == row)
			err = put_figure(out, report, bed, &figures->list[i], why);
	fputs("</div>\n", out);
	return err;
}

int report_leading(FILE *out, const struct report *report, size_t bed, struct sentence *why)
{
	const struct figures *figures = &report->beds[bed].figures;
	size_t i;
	int err = 0;

	if (!figures->nr_leads)
		return 0;
	fprintf(out,
		"<section id=\"%s-leading\">\n<h2>What moved most</h2>\n<p class=\"soft\">All boots together: at 99, one operation "
		"in a hundred took longer than the line shows. The figures of the other cases are with their workloads, below.</p>\n",
		report->beds[bed].comparison.bed->name);
	for (i = 0; i < figures->nr_leads && !err; i++)
		err = put_lead(out, report, bed, figures->leads[i], why);
	fputs("</section>\n", out);
	return err;
}
