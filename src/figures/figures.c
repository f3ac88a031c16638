// SPDX-License-Identifier: GPL-2.0-only
/* figures.c - chooses the figures of a report, writes their data and has gnuplot draw them. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "figures.h"
#include "figures_parts.h"
#include "file.h"
#include "gnuplot.h"
#include "xalloc.h"

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

void figure_add(struct figures *figures, const struct comparison *c, struct figure figure)
{
	static const char letters[FIGURE_KINDS] = {
		[FIGURE_SWEEP] = 's',	 [FIGURE_COUNTS] = 'c',	     [FIGURE_THROUGHPUT] = 't', [FIGURE_TAIL] = 'q',
		[FIGURE_FAIRNESS] = 'f', [FIGURE_PERCENTILES] = 'p', [FIGURE_RATIO] = 'r',	[FIGURE_EXCESS] = 'e',
		[FIGURE_LATENESS] = 'l', [FIGURE_TIMELINE] = 'h',
	};
	char name[40];

	slug(figure.title, name, sizeof(name));
	figure.leads = figure.nr_rows == 1 && is_lead(figures, figure.rows[0]);
	figure.stem = xasprintf("%s-%c%02zu-%s", c->bed->name, letters[figure.kind], figures->count + 1, name);
	*xappend(figures->list, figures->count) = figure;
}

bool figure_passed(const struct comparison *c, const struct row *row)
{
	size_t side;

	for (side = 0; side < c->nr_sides; side++)
		if (row->cells[side].status == STATUS_PASS)
			return true;
	return false;
}

bool figure_sweeps(enum figure_kind kind)
{
	return kind == FIGURE_SWEEP || kind == FIGURE_COUNTS || kind == FIGURE_THROUGHPUT || kind == FIGURE_TAIL ||
	       kind == FIGURE_FAIRNESS;
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

static void add_case(const struct comparison *c, struct figures *figures, size_t row, enum figure_kind kind,
		     char *title, bool apart)
{
	struct figure f = {
		.kind = kind, .nr_rows = 1, .title = title, .workload = c->rows[row].workload, .apart = apart
	};

	f.rows = xcalloc(1, sizeof(*f.rows));
	f.rows[0] = row;
	figure_add(figures, c, f);
}

bool figure_matters(const struct comparison *c, const struct row *row)
{
	size_t side;

	for (side = 1; side < c->nr_sides; side++)
		if (verdict_moved(row->cells[side].verdict) || row->cells[side].verdict == VERDICT_INCONCLUSIVE)
			return true;
	return false;
}

static bool has_curve(const struct comparison *c, size_t row)
{
	return figure_passed(c, &c->rows[row]) && compare_has_latency(c, &c->rows[row]);
}

/* A page with hundreds of curves is as heavy as it is little read. */
static bool *choose_shown(const struct comparison *c)
{
	bool *shown = xcalloc(c->nr_rows + 1, sizeof(*shown));
	size_t *order = compare_order(c, 0), i, n = 0;

	for (i = 0; i < c->nr_rows && n < FIGURES_CASES; i++) {
		shown[order[i]] = has_curve(c, order[i]);
		n += shown[order[i]];
	}
	free(order);
	return shown;
}

void figures_choose(const struct comparison *c, struct figures *figures)
{
	bool *timelines = figures_choose_timelines(c), *shown = choose_shown(c);
	size_t i;

	memset(figures, 0, sizeof(*figures));
	choose_leads(c, figures);
	figures_choose_sweeps(c, figures);
	figures_choose_model(c, figures);
	for (i = 0; i < c->nr_rows; i++) {
		if (!has_curve(c, i))
			continue;
		add_case(c, figures, i, FIGURE_PERCENTILES, xstrdup(c->rows[i].name), !shown[i]);
		/* Of kernels that the boots cannot tell apart a ratio says nothing. */
		if (figure_matters(c, &c->rows[i]))
			add_case(c, figures, i, FIGURE_RATIO,
				 xasprintf("%s: ratio to %s", c->rows[i].name, c->sides[0].label), !shown[i]);
		if (timelines[i])
			add_case(c, figures, i, FIGURE_TIMELINE,
				 xasprintf("%s: latency over the pass", c->rows[i].name), false);
	}
	free(shown);
	free(timelines);
}

void figures_free(struct figures *figures)
{
	size_t i;

	for (i = 0; i < figures->count; i++) {
		free(figures->list[i].stem);
		free(figures->list[i].title);
		free(figures->list[i].param);
		free(figures->list[i].rows);
		free(figures->list[i].choice);
		free(figures->list[i].others);
	}
	free(figures->list);
	memset(figures, 0, sizeof(*figures));
}

/* ---- their data ---- */

bool *figure_flags(const struct comparison *c)
{
	bool *flags = xcalloc(c->nr_sides, sizeof(*flags));

	return flags;
}

/* A gnuplot string: within single quotes only the quote itself is special. */
void figure_quote(FILE *out, const char *name, const char *value, size_t limit)
{
	size_t i, n = strlen(value);
	const bool cut = n > limit;

	for (n = cut ? limit : n; cut && n && ((unsigned char)value[n] & 0xc0) == 0x80; n--)
		;
	fprintf(out, "%s='", name);
	for (i = 0; i < n; i++)
		fprintf(out, value[i] == '\'' ? "''" : "%c", value[i]);
	fprintf(out, "%s'; ", cut ? "..." : "");
}

/* gnuplot complains about a line without a single point. */
void figure_kernels(FILE *script, const struct comparison *c, const char *name, const bool *present)
{
	const char *space = "";
	size_t side;

	fprintf(script, "%s='", name);
	for (side = 0; side < c->nr_sides; side++)
		if (present[side]) {
			fprintf(script, "%s%zu", space, side + 1);
			space = " ";
		}
	fputs("'; ", script);
}

/* Instructions and counts stay what they are; times and rates are told so that numbers stay short. */
static double axis_unit(const struct comparison *c, const struct figure_values *values)
{
	if (values->are == VALUES_COUNTS || (values->are == VALUES_TIMES && compare_counts(c)) || values->high < 1e4)
		return 1;
	if (values->are == VALUES_RATES)
		return values->high < 1e7 ? 1e3 : 1e6;
	return values->low < 1e6 ? 1e3 : 1e6;
}

static char *axis_label(const struct comparison *c, const struct figure_values *values, double per)
{
	if (values->are == VALUES_TIMES)
		return xasprintf("%s %s", per == 1 ? compare_unit(c) : per == 1e3 ? "us" : "ms", values->of);
	return xasprintf("%s%s", per == 1 ? "" : per == 1e3 ? "1000 " : "million ", values->of);
}

double figure_head(FILE *script, const struct comparison *c, const struct figure *f, const char *title,
		   const struct figure_values *values)
{
	const double per = axis_unit(c, values);
	char *ylabel = axis_label(c, values, per);

	figure_quote(script, "stem", f->stem, strlen(f->stem));
	figure_quote(script, "title", title, TITLE_BYTES);
	figure_quote(script, "ylabel", ylabel, LABEL_BYTES);
	if (per > 1)
		fprintf(script, "per=%.0f; ", per);
	figure_quote(script, "bed", c->bed->name, TITLE_BYTES);
	figure_kernels(script, c, "kernels", values->present);
	free(ylabel);
	return per;
}

void figure_names(FILE *tsv, const struct comparison *c, const char *x, int columns, const char *last)
{
	size_t side;
	int i;

	fprintf(tsv, "%s", x);
	for (side = 0; side < c->nr_sides; side++)
		for (i = 0; i < columns; i++)
			fprintf(tsv, "\t%s%s", c->sides[side].label, i == 0 ? "" : i == 1 ? " lowest" : " highest");
	fprintf(tsv, "%s%s\n", last ? "\t" : "", last ? last : "");
}

/* All boots of a cell in one histogram, as boots differ less than operations do. */
static int pool(const struct side *side, const struct cell *cell, struct histogram *h, double *floor_ns)
{
	size_t i;
	int err = hist_init(h, cell->cases[0]->latency.sub_bits);

	*floor_ns = 0;
	for (i = 0; i < side->nr_boots && !err; i++) {
		err = hist_merge(h, &cell->cases[i]->latency);
		*floor_ns += (double)cell->cases[i]->clock_floor_ns / (double)side->nr_boots;
	}
	if (err)
		hist_free(h);
	return err;
}

void curve_axis(double xmax, double x[CURVE_POINTS], double q[CURVE_POINTS])
{
	size_t i;

	for (i = 0; i < CURVE_POINTS; i++) {
		x[i] = pow(xmax, (double)i / (CURVE_POINTS - 1));
		q[i] = 1 - 1 / x[i];
	}
	q[CURVE_POINTS - 1] = 1;
}

void curve_fill(struct curve *curve, const struct histogram *h, const double q[CURVE_POINTS], double floor_ns)
{
	uint64_t values[CURVE_POINTS];
	size_t i;

	hist_quantiles(h, q, values, CURVE_POINTS);
	for (i = 0; i < CURVE_POINTS; i++)
		curve->values[i] = (double)values[i] - floor_ns;
	curve->present = true;
	curve->count = (double)h->count;
}

static int fill_curve(const struct side *side, const struct cell *cell, const double q[CURVE_POINTS],
		      struct curve *curve)
{
	struct histogram h;
	double floor_ns;
	int err;

	if (cell->status != STATUS_PASS)
		return 0;
	err = pool(side, cell, &h, &floor_ns);
	if (err)
		return err;
	curve_fill(curve, &h, q, floor_ns);
	hist_free(&h);
	return 0;
}

/* Where all the kernels' samples end. */
static double most_samples(const struct comparison *c, const struct row *row)
{
	double most = 10;
	size_t side, boot;

	for (side = 0; side < c->nr_sides; side++) {
		double samples = 0;

		if (row->cells[side].status != STATUS_PASS)
			continue;
		for (boot = 0; boot < c->sides[side].nr_boots; boot++)
			samples += (double)row->cells[side].cases[boot]->latency.count;
		most = fmax(most, samples);
	}
	return most;
}

bool curve_has(const struct curve *curve, double x)
{
	return curve->present && x <= curve->count * 1.001;
}

/* Within a level stretch of all kernels, which its two ends tell. */
static bool is_level(const struct comparison *c, const struct curve *curves, const double x[CURVE_POINTS], size_t i)
{
	size_t side;

	if (!i || i == CURVE_POINTS - 1)
		return false;
	for (side = 0; side < c->nr_sides; side++) {
		const struct curve *curve = &curves[side];

		if (curve_has(curve, x[i]) != curve_has(curve, x[i + 1]) || curve->values[i] != curve->values[i - 1] ||
		    curve->values[i] != curve->values[i + 1])
			return false;
	}
	return true;
}

void curve_write(FILE *tsv, const struct comparison *c, const struct curve *curves, const double x[CURVE_POINTS])
{
	size_t i, side;

	for (i = 0; i < CURVE_POINTS; i++) {
		if (is_level(c, curves, x, i))
			continue;
		fprintf(tsv, "%.8g", x[i]);
		for (side = 0; side < c->nr_sides; side++)
			if (curve_has(&curves[side], x[i]))
				fprintf(tsv, "\t%.10g", curves[side].values[i]);
			else
				fputs("\t?", tsv);
		fputc('\n', tsv);
	}
}

void curve_values(const struct comparison *c, const struct curve *curves, const char *of, struct figure_values *values)
{
	size_t side;

	*values = (struct figure_values){ INFINITY, -INFINITY, of, figure_flags(c), VALUES_TIMES };
	for (side = 0; side < c->nr_sides; side++) {
		if (!curves[side].present)
			continue;
		values->present[side] = true;
		values->low = fmin(values->low, curves[side].values[0]);
		values->high = fmax(values->high, curves[side].values[CURVE_POINTS - 1]);
	}
}

void curve_range(FILE *script, const struct figure_values *values, double per)
{
	fprintf(script, "ymin=%.10g; ymax=%.10g; logy=%d\n", values->low / per, values->high / per,
		values->low > 0 && values->high / values->low > LOG_ABOVE);
}

int curves_of_case(const struct comparison *c, const struct row *row, struct curve *curves, double x[CURVE_POINTS])
{
	double q[CURVE_POINTS];
	size_t side;
	int err = 0;

	curve_axis(most_samples(c, row), x, q);
	for (side = 0; side < c->nr_sides && !err; side++)
		err = fill_curve(&c->sides[side], &row->cells[side], q, &curves[side]);
	return err;
}

static int write_percentiles(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	struct curve *curves = calloc(c->nr_sides, sizeof(*curves));
	const struct row *row = &c->rows[f->rows[0]];
	double x[CURVE_POINTS], per;
	char *of = xasprintf("per %s", row->unit);
	struct figure_values values;
	int err = curves ? curves_of_case(c, row, curves, x) : -ENOMEM;

	if (!err) {
		figure_names(tsv, c, "1/(1-p)", 1, NULL);
		curve_write(tsv, c, curves, x);
		curve_values(c, curves, of, &values);
		per = figure_head(script, c, f, f->title, &values);
		fprintf(script, "xmax=%.8g; ", x[CURVE_POINTS - 1]);
		curve_range(script, &values, per);
		fputs("load plots.'/percentiles.gp'\n\n", script);
		free(values.present);
	}
	free(of);
	free(curves);
	return err;
}

static int write_data(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	switch (f->kind) {
	case FIGURE_SWEEP:
	case FIGURE_COUNTS:
	case FIGURE_THROUGHPUT:
	case FIGURE_FAIRNESS:
		figures_write_sweep(tsv, c, f, script);
		return 0;
	case FIGURE_TAIL:
		figures_write_tail(tsv, c, f, script);
		return 0;
	case FIGURE_EXCESS:
		return figures_write_excess(tsv, c, f, script);
	case FIGURE_LATENESS:
		return figures_write_lateness(tsv, c, f, script);
	case FIGURE_RATIO:
		return figures_write_ratio(tsv, c, f, script);
	case FIGURE_TIMELINE:
		return figures_write_timeline(tsv, c, f, script);
	default:
		return write_percentiles(tsv, c, f, script);
	}
}

static int write_one(const char *run_path, const struct comparison *c, const struct figure *f, FILE *script,
		     char *error)
{
	char *path = xasprintf("%s/figures/%s.tsv", run_path, f->stem), *data = NULL;
	size_t size = 0;
	FILE *tsv = xmemstream(&data, &size);
	int err;

	err = write_data(tsv, c, f, script);
	fclose(tsv);
	err = err ?: write_whole(path, data, size);
	if (err)
		result_error(error, err, "%s: %s", path,
			     err == -EINVAL ? "the boots' histograms differ in sub_bits" : strerror(-err));
	free(data);
	free(path);
	return err;
}

int figures_write(const char *run_path, const struct comparison *c, const struct figures *figures, FILE *script,
		  char *error)
{
	size_t i;
	int err = 0;

	for (i = 0; i < figures->count && !err; i++)
		err = write_one(run_path, c, &figures->list[i], script, error);
	return err;
}

/* ---- gnuplot ---- */

static char *gnuplot_settings(const char *plots, const char *type)
{
	char *settings = NULL;
	size_t size;
	FILE *out = xmemstream(&settings, &size);

	figure_quote(out, "plots", plots, strlen(plots));
	fprintf(out, "type='%s'", type);
	fclose(out);
	return settings;
}

/* In the run's folder, so that the script holds no path of this machine. */
static int start_drawing(const char *run_path, const char *plots, const char *type, pid_t *pid)
{
	char *settings = gnuplot_settings(plots, type);
	char *argv[] = { "gnuplot", "-e", settings, "figures/figures.gp", NULL };
	int err = gnuplot_start(run_path, argv, pid);

	free(settings);
	return err;
}

/* SVG and PNG in a process each, side by side. */
static int run_gnuplot(const char *run_path, const char *plots)
{
	pid_t svg, png;
	int err = start_drawing(run_path, plots, "svg", &svg);

	if (err)
		return err;
	err = start_drawing(run_path, plots, "png", &png);
	err = err ?: gnuplot_finish(png);
	return gnuplot_finish(svg) ?: err;
}

/* Before anything is removed or written. */
static int find_gnuplot(char *error)
{
	char *argv[] = { "gnuplot", "--version", NULL };
	pid_t pid;
	int err = gnuplot_start(".", argv, &pid);

	err = err ?: gnuplot_finish(pid);
	if (err)
		result_error(error, err,
			     "gnuplot is not installed; install it, or make the report in the lab (scripts/lab)");
	return err;
}

int figures_draw(const char *run_path, const char *plots, const char *script, size_t script_size, char *error)
{
	char *path = xasprintf("%s/figures/figures.gp", run_path);
	int err = write_whole(path, script, script_size);

	if (err) {
		result_error(error, err, "%s: %s", path, strerror(-err));
	} else {
		err = run_gnuplot(run_path, plots);
		if (err)
			result_error(error, err, "gnuplot could not draw %s; its own message is above", path);
	}
	free(path);
	return err;
}

/* ---- the folder ---- */

static bool is_ours(const char *name)
{
	static const char *const endings[] = { ".tsv", ".svg", ".png", ".gp" };
	const size_t length = strlen(name);
	size_t i;

	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (length > strlen(endings[i]) && !strcmp(name + length - strlen(endings[i]), endings[i]))
			return true;
	return false;
}

/* Left by an earlier report; what else is there is the user's. */
static void remove_ours(DIR *dir)
{
	const struct dirent *entry;
	const int fd = dirfd(dir);

	while (fd >= 0 && (entry = readdir(dir)))
		if (is_ours(entry->d_name))
			unlinkat(fd, entry->d_name, 0);
}

int figures_start(const char *run_path, char *error)
{
	char *path = xasprintf("%s/figures", run_path);
	DIR *dir = NULL;
	int err = find_gnuplot(error);

	if (err) {
		free(path);
		return err;
	}
	if (!mkdir(path, 0777) || errno == EEXIST)
		dir = opendir(path);
	if (!dir) {
		err = result_error(error, -errno, "%s: %s", path, strerror(errno));
	} else {
		remove_ours(dir);
		closedir(dir);
	}
	free(path);
	return err;
}
