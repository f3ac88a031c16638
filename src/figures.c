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

#define CURVE_POINTS	400	/* of a percentile curve: finer than any screen shows */
#define LOG_ABOVE	8	/* a y axis that spans more than this is logarithmic */
#define TITLE_BYTES	60	/* what fits above a figure */
#define LABEL_BYTES	40	/* and beside it */


static char *__attribute__((format(printf, 1, 2))) text(const char *format, ...)
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

static void add_figure(struct figures *figures, const struct comparison *c, struct figure figure)
{
	char name[40];

	slug(figure.title, name, sizeof(name));
	figure.stem = text("%s-%c%02zu-%s", c->bed->name, figure.kind == FIGURE_SWEEP ? 's' : 'p', figures->count + 1, name);
	figures->list = realloc(figures->list, (figures->count + 1) * sizeof(*figures->list));
	if (!figures->list)
		abort();
	figures->list[figures->count++] = figure;
}

static bool passed_somewhere(const struct comparison *c, const struct row *row)
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
	key = text("%s %s %s %s", param, row->workload, row->unit, params ? params : "");
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

/* "dma op=sync devices=2" swept over devices is "dma op=sync". */
static char *sweep_title(const char *name, const char *param)
{
	char *title = text("%s", name), *token = text(" %s=", param), *at = strstr(title, token);

	if (at) {
		char *rest = at + 1 + strcspn(at + 1, " ");

		memmove(at, rest, strlen(rest) + 1);
	}
	free(token);
	return title;
}

static json_int_t axis_value(const struct comparison *c, size_t row, const char *param)
{
	return json_integer_value(json_object_get(c->rows[row].params, param));
}

/* By key, the rows of every family; a new reference. */
static json_t *find_families(const struct comparison *c)
{
	json_t *families = json_object(), *value;
	const char *param;
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		if (!passed_somewhere(c, &c->rows[i]))
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

/* Insertion sort: a sweep has a handful of points. */
static void sort_rows(const struct comparison *c, struct figure *f)
{
	size_t i, j;

	for (i = 1; i < f->nr_rows; i++)
		for (j = i; j > 0 && axis_value(c, f->rows[j - 1], f->param) > axis_value(c, f->rows[j], f->param); j--) {
			size_t swap = f->rows[j];

			f->rows[j] = f->rows[j - 1];
			f->rows[j - 1] = swap;
		}
}

static void add_sweep(const struct comparison *c, struct figures *figures, const char *param, const json_t *members)
{
	struct figure f = { .kind = FIGURE_SWEEP, .param = text("%s", param), .nr_rows = json_array_size(members) };
	size_t i;
	char *name;

	f.rows = calloc(f.nr_rows, sizeof(*f.rows));
	if (!f.rows)
		abort();
	for (i = 0; i < f.nr_rows; i++)
		f.rows[i] = (size_t)json_integer_value(json_array_get(members, i));
	name = sweep_title(c->rows[f.rows[0]].name, param);
	f.title = text("%s: median by %s", name, param);
	free(name);
	sort_rows(c, &f);
	add_figure(figures, c, f);
}

static void choose_sweeps(const struct comparison *c, struct figures *figures)
{
	json_t *families = find_families(c), *members;
	const char *key;

	json_object_foreach(families, key, members) {
		char *param = text("%.*s", (int)strcspn(key, " "), key);
		json_int_t value, max = 0;
		size_t i;

		for (i = 0; i < json_array_size(members); i++) {
			value = axis_value(c, (size_t)json_integer_value(json_array_get(members, i)), param);
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
	for (i = 0; i < c->nr_rows; i++) {
		struct figure f = { .kind = FIGURE_PERCENTILES, .nr_rows = 1 };

		if (!passed_somewhere(c, &c->rows[i]))
			continue;
		f.title = text("%s", c->rows[i].name);
		f.rows = calloc(1, sizeof(*f.rows));
		if (!f.rows)
			abort();
		f.rows[0] = i;
		add_figure(figures, c, f);
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

/* A gnuplot string: within single quotes only the quote itself is special. */
static void quote(FILE *out, const char *name, const char *value, size_t limit)
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

static bool has_points(const struct comparison *c, const struct figure *f, size_t side)
{
	size_t i;

	for (i = 0; i < f->nr_rows; i++)
		if (c->rows[f->rows[i]].cells[side].status == STATUS_PASS)
			return true;
	return false;
}

/* The columns with values: gnuplot complains about a line without a single point. */
static void script_kernels(FILE *script, const struct comparison *c, const struct figure *f)
{
	const char *space = "";
	size_t side;

	fputs("kernels='", script);
	for (side = 0; side < c->nr_sides; side++)
		if (has_points(c, f, side)) {
			fprintf(script, "%s%zu", space, side + 1);
			space = " ";
		}
	fputs("'; ", script);
}

static void script_figure(FILE *script, const struct comparison *c, const struct figure *f)
{
	const struct row *row = &c->rows[f->rows[0]];
	char *ylabel = text("%s per %s", compare_unit(c), row->unit);

	quote(script, "stem", f->stem, strlen(f->stem));
	quote(script, "title", f->title, TITLE_BYTES);
	quote(script, "ylabel", ylabel, LABEL_BYTES);
	quote(script, "bed", c->bed->name, TITLE_BYTES);
	script_kernels(script, c, f);
	free(ylabel);
}

static void write_names(FILE *tsv, const struct comparison *c, const char *x, int columns)
{
	size_t side;
	int i;

	fprintf(tsv, "%s", x);
	for (side = 0; side < c->nr_sides; side++)
		for (i = 0; i < columns; i++)
			fprintf(tsv, "\t%s%s", c->sides[side].label, i == 0 ? "" : i == 1 ? " lowest" : " highest");
	fputc('\n', tsv);
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

struct curve {
	bool present;
	double count;
	double values[CURVE_POINTS];
};

static void curve_q(double xmax, double x[CURVE_POINTS], double q[CURVE_POINTS])
{
	size_t i;

	for (i = 0; i < CURVE_POINTS; i++) {
		x[i] = pow(xmax, (double)i / (CURVE_POINTS - 1));
		q[i] = 1 - 1 / x[i];
	}
	q[CURVE_POINTS - 1] = 1;
}

static int fill_curve(const struct side *side, const struct cell *cell, const double q[CURVE_POINTS], struct curve *curve)
{
	uint64_t values[CURVE_POINTS];
	struct histogram h;
	double floor_ns;
	size_t i;
	int err;

	if (cell->status != STATUS_PASS)
		return 0;
	err = pool(side, cell, &h, &floor_ns);
	if (err)
		return err;
	hist_quantiles(&h, q, values, CURVE_POINTS);
	for (i = 0; i < CURVE_POINTS; i++)
		curve->values[i] = (double)values[i] - floor_ns;
	curve->present = true;
	curve->count = (double)h.count;
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

static void write_curves(FILE *tsv, const struct comparison *c, const struct curve *curves, const double x[CURVE_POINTS])
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

static void script_range(FILE *script, const struct comparison *c, const struct curve *curves)
{
	double low = INFINITY, high = -INFINITY;
	size_t side;

	for (side = 0; side < c->nr_sides; side++)
		if (curves[side].present) {
			low = fmin(low, curves[side].values[0]);
			high = fmax(high, curves[side].values[CURVE_POINTS - 1]);
		}
	fprintf(script, "ymin=%.10g; ymax=%.10g; logy=%d\n", low, high, low > 0 && high / low > LOG_ABOVE);
}

static int write_percentiles(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	struct curve *curves = calloc(c->nr_sides, sizeof(*curves));
	const struct row *row = &c->rows[f->rows[0]];
	double x[CURVE_POINTS], q[CURVE_POINTS];
	size_t side;
	int err = curves ? 0 : -ENOMEM;

	curve_q(most_samples(c, row), x, q);
	for (side = 0; side < c->nr_sides && !err; side++)
		err = fill_curve(&c->sides[side], &row->cells[side], q, &curves[side]);
	if (!err) {
		write_names(tsv, c, "1/(1-p)", 1);
		write_curves(tsv, c, curves, x);
		script_figure(script, c, f);
		fprintf(script, "xmax=%.8g; ", x[CURVE_POINTS - 1]);
		script_range(script, c, curves);
		fputs("load plots.'/percentiles.gp'\n\n", script);
	}
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

static char *tic_label(json_int_t value)
{
	if (value >= (1 << 20) && value % (1 << 20) == 0)
		return text("%" JSON_INTEGER_FORMAT "M", value >> 20);
	if (value >= (1 << 12) && value % (1 << 10) == 0)
		return text("%" JSON_INTEGER_FORMAT "K", value >> 10);
	return text("%" JSON_INTEGER_FORMAT, value);
}

static void script_axis(FILE *script, const struct comparison *c, const struct figure *f)
{
	json_int_t first = axis_value(c, f->rows[0], f->param), last = axis_value(c, f->rows[f->nr_rows - 1], f->param);
	size_t i;

	quote(script, "xlabel", f->param, TITLE_BYTES);
	fprintf(script, "xmin=%" JSON_INTEGER_FORMAT "; xmax=%" JSON_INTEGER_FORMAT "; logx=%d; tics='", first, last,
		first > 0 && last / first >= 4);
	for (i = 0; i < f->nr_rows; i++) {
		char *label = tic_label(axis_value(c, f->rows[i], f->param));

		fprintf(script, "%s\"%s\" %" JSON_INTEGER_FORMAT, i ? ", " : "", label, axis_value(c, f->rows[i], f->param));
		free(label);
	}
	fputs("'\n", script);
}

static int write_sweep(FILE *tsv, const struct comparison *c, const struct figure *f, FILE *script)
{
	size_t i, side;

	write_names(tsv, c, f->param, 3);
	for (i = 0; i < f->nr_rows; i++) {
		fprintf(tsv, "%" JSON_INTEGER_FORMAT, axis_value(c, f->rows[i], f->param));
		for (side = 0; side < c->nr_sides; side++)
			write_point(tsv, &c->rows[f->rows[i]].cells[side]);
		fputc('\n', tsv);
	}
	script_figure(script, c, f);
	script_axis(script, c, f);
	fputs("load plots.'/sweep.gp'\n\n", script);
	return 0;
}

static int write_one(const char *run_path, const struct comparison *c, const struct figure *f, FILE *script, char *error)
{
	char *path = text("%s/figures/%s.tsv", run_path, f->stem), *data = NULL;
	size_t size = 0;
	FILE *tsv = open_memstream(&data, &size);
	int err;

	if (!tsv)
		abort();
	err = f->kind == FIGURE_SWEEP ? write_sweep(tsv, c, f, script) : write_percentiles(tsv, c, f, script);
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
	quote(out, "plots", plots, strlen(plots));
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
	char *path = text("%s/figures/figures.gp", run_path);
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
	char *path = text("%s/figures", run_path);
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
