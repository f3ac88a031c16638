// SPDX-License-Identifier: GPL-2.0-only
/* figures.c - chooses the figures of a report, writes their data and has gnuplot draw them. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "figures.h"
#include "figures_parts.h"

#define LABEL_SPACE	0.09	/* of the axis, that the label of a tic takes */

char *figure_text(const char *format, ...)
{
	va_list args;
	char *string;

	va_start(args, format);
	if (vasprintf(&string, format, args) < 0)
		abort();
	va_end(args);
	return string;
}

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

void figure_add(struct figures *figures, const struct comparison *c, struct figure figure)
{
	static const char letters[FIGURE_KINDS] = {
		[FIGURE_SWEEP] = 's', [FIGURE_PERCENTILES] = 'p', [FIGURE_EXCESS] = 'e', [FIGURE_LATENESS] = 'l',
	};
	char name[40];

	slug(figure.title, name, sizeof(name));
	figure.stem = figure_text("%s-%c%02zu-%s", c->bed->name, letters[figure.kind], figures->count + 1, name);
	figures->list = realloc(figures->list, (figures->count + 1) * sizeof(*figures->list));
	if (!figures->list)
		abort();
	figures->list[figures->count++] = figure;
}

bool figure_passed(const struct comparison *c, const struct row *row)
{
	size_t side;

	for (side = 0; side < c->nr_sides; side++)
		if (row->cells[side].status == STATUS_PASS)
			return true;
	return false;
}

/* Rows of one family differ in @param alone: everything else is in the key. */
static char *family_key(const struct row *row, const char *param)
{
	json_t *rest = json_copy((json_t *)row->params);
	char *params, *key;

	json_object_del(rest, param);
	json_object_del(rest, "ops");
	json_object_del(rest, "warmup");
	params = json_dumps(rest, JSON_SORT_KEYS | JSON_COMPACT);
	key = figure_text("%s %s %s %s", param, row->workload, row->unit, params ? params : "");
	free(params);
	json_decref(rest);
	return key;
}

/* On bed icount the CPUs run in turn: a curve over threads would look like contention, and be none. */
static bool is_axis(const struct comparison *c, const char *param, const json_t *value)
{
	return json_is_integer(value) && strcmp(param, "ops") && strcmp(param, "warmup") &&
	       !(compare_counts(c) && !strcmp(param, "threads"));
}

char *figure_sweep_title(const char *name, const char *param)
{
	char *title = figure_text("%s", name), *token = figure_text(" %s=", param), *at = strstr(title, token);

	if (at) {
		char *rest = at + 1 + strcspn(at + 1, " ");

		memmove(at, rest, strlen(rest) + 1);
	}
	free(token);
	return title;
}

json_int_t figure_axis_value(const struct comparison *c, size_t row, const char *param)
{
	return json_integer_value(json_object_get(c->rows[row].params, param));
}

bool figure_is_time(const char *param)
{
	return !strcmp(param, "sync") || !strcmp(param, "tlbi") || !strcmp(param, "atc");
}

double figure_set_sync(const struct comparison *c, const struct row *row)
{
	size_t side;

	for (side = 0; side < c->nr_sides; side++)
		if (row->cells[side].status == STATUS_PASS && row->cells[side].cases[0]->service.present)
			return (double)row->cells[side].cases[0]->service.set_median;
	return (double)json_integer_value(json_object_get(row->params, "sync"));
}

/* By key, the rows of every family; a new reference. */
static json_t *find_families(const struct comparison *c)
{
	json_t *families = json_object(), *value;
	const char *param;
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		if (!figure_passed(c, &c->rows[i]))
			continue;
		json_object_foreach((json_t *)c->rows[i].params, param, value) {
			char *key;

			if (!is_axis(c, param, value))
				continue;
			key = family_key(&c->rows[i], param);
			if (!json_object_get(families, key))
				json_object_set_new(families, key, json_array());
			json_array_append_new(json_object_get(families, key), json_integer((json_int_t)i));
			free(key);
		}
	}
	return families;
}

static bool ascends(const struct comparison *c, const struct figure *f, size_t row)
{
	return figure_axis_value(c, f->rows[row - 1], f->param) <= figure_axis_value(c, f->rows[row], f->param);
}

/* Insertion sort: a sweep has a handful of points. */
static void sort_rows(const struct comparison *c, struct figure *f)
{
	size_t i, j;

	for (i = 1; i < f->nr_rows; i++)
		for (j = i; j > 0 && !ascends(c, f, j); j--) {
			size_t swap = f->rows[j];

			f->rows[j] = f->rows[j - 1];
			f->rows[j - 1] = swap;
		}
}

/* ---- the guide of a sweep over devices ---- */

/* What is left says whether a case without devices is the control of one with: no SMMU, no times. */
static json_t *control_params(const struct row *row)
{
	static const char *const other[] = { "devices", "instances", "sync", "tlbi", "atc", "ops", "warmup" };
	json_t *params = json_copy((json_t *)row->params);
	size_t i;

	for (i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		json_object_del(params, other[i]);
	return params;
}

static bool is_control(const struct comparison *c, size_t at, const struct row *of)
{
	const struct row *row = &c->rows[at];
	const json_t *devices = json_object_get(row->params, "devices");
	json_t *a, *b;
	bool is;

	if (!json_is_integer(devices) || json_integer_value(devices) || !figure_passed(c, row) ||
	    strcmp(row->workload, of->workload) || strcmp(row->unit, of->unit))
		return false;
	a = control_params(row);
	b = control_params(of);
	is = json_equal(a, b);
	json_decref(a);
	json_decref(b);
	return is;
}

/* The row of the case without devices; nr_rows if it is not there. */
static size_t find_control(const struct comparison *c, const struct row *of)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (is_control(c, i, of))
			return i;
	return c->nr_rows;
}

/* Each device behind an SMMU of its own that takes a set time: the driver waits for one after the other. */
static bool wants_guide(const struct comparison *c, const struct figure *f)
{
	const json_t *params = c->rows[f->rows[0]].params, *instances = json_object_get(params, "instances");
	const json_int_t most = figure_axis_value(c, f->rows[f->nr_rows - 1], f->param);

	return !strcmp(f->param, "devices") && json_is_integer(json_object_get(params, "sync")) && json_is_integer(instances) &&
	       json_integer_value(instances) >= most;
}

/* The control becomes the sweep's point for no device, which the guide begins at. */
static void add_guide(const struct comparison *c, struct figure *f)
{
	const size_t control = find_control(c, &c->rows[f->rows[0]]);

	if (!wants_guide(c, f) || control == c->nr_rows)
		return;
	f->guide = true;
	if (!figure_axis_value(c, f->rows[0], f->param))
		return;
	f->rows = realloc(f->rows, (f->nr_rows + 1) * sizeof(*f->rows));
	if (!f->rows)
		abort();
	memmove(f->rows + 1, f->rows, f->nr_rows * sizeof(*f->rows));
	f->rows[0] = control;
	f->nr_rows++;
}

/* ---- sweeps ---- */

static void add_sweep(const struct comparison *c, struct figures *figures, const char *param, const json_t *members)
{
	struct figure f = { .kind = FIGURE_SWEEP, .param = figure_text("%s", param), .nr_rows = json_array_size(members) };
	size_t i;
	char *name;

	f.rows = calloc(f.nr_rows, sizeof(*f.rows));
	if (!f.rows)
		abort();
	for (i = 0; i < f.nr_rows; i++)
		f.rows[i] = (size_t)json_integer_value(json_array_get(members, i));
	name = figure_sweep_title(c->rows[f.rows[0]].name, param);
	f.title = figure_text("%s: median by %s", name, param);
	free(name);
	sort_rows(c, &f);
	add_guide(c, &f);
	figure_add(figures, c, f);
}

static void choose_sweeps(const struct comparison *c, struct figures *figures)
{
	json_t *families = find_families(c), *members;
	const char *key;

	json_object_foreach(families, key, members) {
		char *param = figure_text("%.*s", (int)strcspn(key, " "), key);
		json_int_t value, max = 0;
		size_t i;

		for (i = 0; i < json_array_size(members); i++) {
			value = figure_axis_value(c, (size_t)json_integer_value(json_array_get(members, i)), param);
			max = value > max ? value : max;
		}
		/* A switch, 0 or 1, is no axis. */
		if (json_array_size(members) > 1 && max > 1)
			add_sweep(c, figures, param, members);
		free(param);
	}
	json_decref(families);
}

void figures_choose(const struct comparison *c, struct figures *figures)
{
	size_t i;

	memset(figures, 0, sizeof(*figures));
	choose_sweeps(c, figures);
	figures_choose_model(c, figures);
	for (i = 0; i < c->nr_rows; i++) {
		struct figure f = { .kind = FIGURE_PERCENTILES, .nr_rows = 1 };

		if (!figure_passed(c, &c->rows[i]))
			continue;
		f.title = figure_text("%s", c->rows[i].name);
		f.rows = calloc(1, sizeof(*f.rows));
		if (!f.rows)
			abort();
		f.rows[0] = i;
		figure_add(figures, c, f);
	}
}

void figures_free(struct figures *figures)
{
	size_t i;

	for (i = 0; i < figures->count; i++) {
		free(figures->list[i].stem);
		free(figures->list[i].title);
		free(figures->list[i].param);
		free(figures->list[i].rows);
	}
	free(figures->list);
	memset(figures, 0, sizeof(*figures));
}

/* ---- their data ---- */

bool *figure_flags(const struct comparison *c)
{
	bool *flags = calloc(c->nr_sides, sizeof(*flags));

	if (!flags)
		abort();
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

/* The columns with values: gnuplot complains about a line without a single point. */
static void script_kernels(FILE *script, const struct comparison *c, const bool *has_values)
{
	const char *space = "";
	size_t side;

	fputs("kernels='", script);
	for (side = 0; side < c->nr_sides; side++)
		if (has_values[side]) {
			fprintf(script, "%s%zu", space, side + 1);
			space = " ";
		}
	fputs("'; ", script);
}

/* Instructions stay what they are; times are told so that numbers stay short. */
static double axis_unit(const struct comparison *c, const struct figure_values *values)
{
	if (compare_counts(c) || values->high < 1e4)
		return 1;
	return values->low < 1e6 ? 1e3 : 1e6;
}

double figure_head(FILE *script, const struct comparison *c, const struct figure *f, const char *title,
		   const struct figure_values *values)
{
	const double per = axis_unit(c, values);
	char *ylabel = figure_text("%s %s", per == 1 ? compare_unit(c) : per == 1e3 ? "us" : "ms", values->of);

	figure_quote(script, "stem", f->stem, strlen(f->stem));
	figure_quote(script, "title", title, TITLE_BYTES);
	figure_quote(script, "ylabel", ylabel, LABEL_BYTES);
	if (per > 1)
		fprintf(script, "per=%.0f; ", per);
	figure_quote(script, "bed", c->bed->name, TITLE_BYTES);
	script_kernels(script, c, values->present);
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

static int fill_curve(const struct side *side, const struct cell *cell, const double q[CURVE_POINTS], struct curve *curve)
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

void curve_write(FILE *tsv, const struct comparison *c, const struct curve *curves, const double x[CURVE_POINTS])
{
	size_t i, side;

	for (i = 0; i < CURVE_POINTS; i++) {
		fprintf(tsv, "%.8g", x[i]);
		for (side = 0; side < c->nr_sides; side++)
			/* A kernel with fewer samples than another knows nothing of the far tail. */
			if (curves[side].present && x[i] <= curves[side].count * 1.001)
				fprintf(tsv, "\t%.10g", curves[side].values[i]);
			else
				fputs("\t?", tsv);
		fputc('\n', tsv);
	}
}

void curve_values(const struct comparison *c, const struct curve *curves, const char *of, struct figure_values *values)
{
	size_t side;

	*values = (struct figure_values){ INFINITY, -INFINITY, of, figure_flags(c) };
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

static int write_percentiles(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	struct curve *curves = calloc(c->nr_sides, sizeof(*curves));
	const struct row *row = &c->rows[f->rows[0]];
	double x[CURVE_POINTS], q[CURVE_POINTS], per;
	char *of = figure_text("per %s", row->unit);
	struct figure_values values;
	size_t side;
	int err = curves ? 0 : -ENOMEM;

	curve_axis(most_samples(c, row), x, q);
	for (side = 0; side < c->nr_sides && !err; side++)
		err = fill_curve(&c->sides[side], &row->cells[side], q, &curves[side]);
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

static void write_point(FILE *tsv, const struct cell *cell)
{
	const struct metric *m = &cell->metrics[METRIC_MEDIAN];
	double low, high;
	size_t i;

	if (cell->status != STATUS_PASS) {
		fputs("\t?\t?\t?", tsv);
		return;
	}
	low = high = m->values[0];
	for (i = 1; i < m->nr_values; i++) {
		low = fmin(low, m->values[i]);
		high = fmax(high, m->values[i]);
	}
	fprintf(tsv, "\t%.10g\t%.10g\t%.10g", m->value, low, high);
}

/* Short, as a suite has it: 500ns, 20us. */
static char *time_label(json_int_t ns)
{
	if (ns >= 1000000 && ns % 1000000 == 0)
		return figure_text("%" JSON_INTEGER_FORMAT "ms", ns / 1000000);
	if (ns >= 1000 && ns % 1000 == 0)
		return figure_text("%" JSON_INTEGER_FORMAT "us", ns / 1000);
	return figure_text("%" JSON_INTEGER_FORMAT "%s", ns, ns ? "ns" : "");
}

static char *tic_label(const char *param, json_int_t value)
{
	if (figure_is_time(param))
		return time_label(value);
	if (value >= (1 << 20) && value % (1 << 20) == 0)
		return figure_text("%" JSON_INTEGER_FORMAT "M", value >> 20);
	if (value >= (1 << 12) && value % (1 << 10) == 0)
		return figure_text("%" JSON_INTEGER_FORMAT "K", value >> 10);
	return figure_text("%" JSON_INTEGER_FORMAT, value);
}

static const char *axis_name(const char *param)
{
	if (!strcmp(param, "sync"))
		return "sync: set time of a CMD_SYNC";
	if (!strcmp(param, "tlbi"))
		return "tlbi: set time of a TLBI";
	if (!strcmp(param, "atc"))
		return "atc: set round trip of an ATC_INV";
	return param;
}

/* Times from 0 on, over so wide a range that the axis must be logarithmic: the 0 gets a place left of the others. */
static bool zero_apart(const struct comparison *c, const struct figure *f)
{
	return f->nr_rows > 2 && figure_is_time(f->param) && !figure_axis_value(c, f->rows[0], f->param) &&
	       figure_axis_value(c, f->rows[f->nr_rows - 1], f->param) / figure_axis_value(c, f->rows[1], f->param) >= 4;
}

/* Where a value is on the axis: 0 at its left end, 1 at its right one. */
static double place(double value, double first, double last, bool logarithmic)
{
	if (last <= first)
		return 0;
	return logarithmic ? log(value / first) / log(last / first) : (value - first) / (last - first);
}

void figure_axis(FILE *script, const struct comparison *c, const struct figure *f)
{
	json_int_t first = figure_axis_value(c, f->rows[0], f->param);
	const json_int_t last = figure_axis_value(c, f->rows[f->nr_rows - 1], f->param);
	const bool apart = zero_apart(c, f);
	double labelled = -1;
	bool logarithmic;
	size_t i;

	if (apart)
		first = (figure_axis_value(c, f->rows[1], f->param) + 1) / 2;
	figure_quote(script, "xlabel", axis_name(f->param), TITLE_BYTES);
	logarithmic = first > 0 && last / first >= 4;
	if (apart)
		fprintf(script, "zero=%" JSON_INTEGER_FORMAT "; ", first);
	fprintf(script, "xmin=%" JSON_INTEGER_FORMAT "; xmax=%" JSON_INTEGER_FORMAT "; logx=%d; tics='", first, last, logarithmic);
	for (i = 0; i < f->nr_rows; i++) {
		const json_int_t value = figure_axis_value(c, f->rows[i], f->param), at = apart && !i ? first : value;
		const double x = place((double)at, (double)first, (double)last, logarithmic);
		/* A tic whose label would run into a neighbour's has none; the last one always has. */
		const bool label = at == last || (x - labelled >= LABEL_SPACE && 1 - x >= LABEL_SPACE);
		char *words = label ? tic_label(f->param, value) : figure_text("%s", "");

		if (label)
			labelled = x;
		fprintf(script, "%s\"%s\" %" JSON_INTEGER_FORMAT, i ? ", " : "", words, at);
		free(words);
	}
	fputs("'\n", script);
}

static void sweep_values(const struct comparison *c, const struct figure *f, const char *of, struct figure_values *values)
{
	size_t i, side;

	*values = (struct figure_values){ INFINITY, -INFINITY, of, figure_flags(c) };
	for (i = 0; i < f->nr_rows; i++)
		for (side = 0; side < c->nr_sides; side++) {
			const struct cell *cell = &c->rows[f->rows[i]].cells[side];

			if (cell->status != STATUS_PASS)
				continue;
			values->present[side] = true;
			values->low = fmin(values->low, cell->metrics[METRIC_MEDIAN].value);
			values->high = fmax(values->high, cell->metrics[METRIC_MEDIAN].value);
		}
}

/* What the first kernel that has one takes without a device, and the set times on top of it. */
static double guide_value(const struct comparison *c, const struct figure *f, size_t i)
{
	const struct row *row = &c->rows[f->rows[i]], *control = &c->rows[f->rows[0]];
	const double devices = (double)figure_axis_value(c, f->rows[i], f->param);
	size_t side = 0;

	while (control->cells[side].status != STATUS_PASS)
		side++;
	return control->cells[side].metrics[METRIC_MEDIAN].value + (devices > 0 ? devices * figure_set_sync(c, row) : 0);
}

static void write_sweep_rows(FILE *tsv, const struct comparison *c, const struct figure *f)
{
	size_t i, side;

	for (i = 0; i < f->nr_rows; i++) {
		fprintf(tsv, "%" JSON_INTEGER_FORMAT, figure_axis_value(c, f->rows[i], f->param));
		for (side = 0; side < c->nr_sides; side++)
			write_point(tsv, &c->rows[f->rows[i]].cells[side]);
		if (f->guide)
			fprintf(tsv, "\t%.10g", guide_value(c, f, i));
		fputc('\n', tsv);
		/* An empty line is a gap in gnuplot's lines. */
		if (!i && zero_apart(c, f))
			fputc('\n', tsv);
	}
}

static int write_sweep(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	char *of = figure_text("per %s", c->rows[f->rows[0]].unit);
	struct figure_values values;

	figure_names(tsv, c, f->param, 3, f->guide ? "set time alone" : NULL);
	write_sweep_rows(tsv, c, f);
	sweep_values(c, f, of, &values);
	figure_head(script, c, f, f->title, &values);
	if (f->guide)
		fprintf(script, "guide=%zu; ", 3 * c->nr_sides + 2);
	figure_axis(script, c, f);
	fputs("load plots.'/sweep.gp'\n\n", script);
	free(values.present);
	free(of);
	return 0;
}

static int write_data(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	switch (f->kind) {
	case FIGURE_SWEEP:
		return write_sweep(tsv, c, f, script);
	case FIGURE_EXCESS:
		return figures_write_excess(tsv, c, f, script);
	case FIGURE_LATENESS:
		return figures_write_lateness(tsv, c, f, script);
	default:
		return write_percentiles(tsv, c, f, script);
	}
}

static int write_one(const char *run_path, const struct comparison *c, const struct figure *f, FILE *script, char *error)
{
	char *path = figure_text("%s/figures/%s.tsv", run_path, f->stem), *data = NULL;
	size_t size = 0;
	FILE *tsv = open_memstream(&data, &size);
	int err;

	if (!tsv)
		abort();
	err = write_data(tsv, c, f, script);
	fclose(tsv);
	err = err ?: write_whole(path, data, size);
	if (err)
		result_error(error, err, "%s: %s", path, err == -EINVAL ? "the boots' histograms differ in sub_bits" : strerror(-err));
	free(data);
	free(path);
	return err;
}

int figures_write(const char *run_path, const struct comparison *c, const struct figures *figures, FILE *script, char *error)
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
	FILE *out = open_memstream(&settings, &size);

	if (!out)
		abort();
	figure_quote(out, "plots", plots, strlen(plots));
	fprintf(out, "type='%s'", type);
	fclose(out);
	return settings;
}

/* In the run's folder, so that the script holds no path of this machine. */
static int start_gnuplot(const char *run_path, char *const argv[], pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int err;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addchdir_np(&actions, run_path);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	/* stdout is data, and gnuplot has none. */
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	err = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -err;
}

static int finish_gnuplot(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EIO;
}

static int start_drawing(const char *run_path, const char *plots, const char *type, pid_t *pid)
{
	char *settings = gnuplot_settings(plots, type);
	char *argv[] = { "gnuplot", "-e", settings, "figures/figures.gp", NULL };
	int err = start_gnuplot(run_path, argv, pid);

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
	err = err ?: finish_gnuplot(png);
	return finish_gnuplot(svg) ?: err;
}

/* Before anything is removed or written. */
static int find_gnuplot(char *error)
{
	char *argv[] = { "gnuplot", "--version", NULL };
	pid_t pid;
	int err = start_gnuplot(".", argv, &pid);

	err = err ?: finish_gnuplot(pid);
	if (err)
		result_error(error, err, "gnuplot is not installed; install it, or make the report in the lab (scripts/lab)");
	return err;
}

int figures_draw(const char *run_path, const char *plots, const char *script, size_t script_size, char *error)
{
	char *path = figure_text("%s/figures/figures.gp", run_path);
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
	char *path = figure_text("%s/figures", run_path);
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
