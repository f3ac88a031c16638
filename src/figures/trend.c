// SPDX-License-Identifier: GPL-2.0-only
/* trend.c - how a metric went from kernel build to kernel build: its unit, and its figure. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "figures_parts.h"
#include "file.h"
#include "gnuplot.h"
#include "status.h"
#include "trend.h"
#include "xalloc.h"

#define LABELS	   12	/* dates that have room below the figure */
#define LEAST_SPAN 0.04 /* of the highest value: a tenth of a percent shall not look like a cliff */

/* ---- units ---- */

static bool counts_instructions(const struct history_series *series)
{
	return !strncmp(series->bed, "icount", strlen("icount"));
}

const char *trend_unit(const struct history_series *series, enum metric_id metric)
{
	static char unit[256];

	switch (metric_infos[metric].source) {
	case SOURCE_LATENCY:
		snprintf(unit, sizeof(unit), "%s per %s", counts_instructions(series) ? "instructions" : "ns",
			 series->unit);
		break;
	case SOURCE_THREADS:
		snprintf(unit, sizeof(unit), "%s per second", series->unit);
		break;
	default:
		snprintf(unit, sizeof(unit), "%s per %s", metric_infos[metric].title, series->unit);
	}
	return unit;
}

int trend_decimals(enum metric_id metric)
{
	return metric_infos[metric].source == SOURCE_PROBE ? 2 : metric == METRIC_MEAN ? 1 : 0;
}

/* ---- data ---- */

/* The kernels' names, each once, in the order of their first build. */
struct names {
	const char **list;
	size_t count;
};

static size_t name_index(const struct names *names, const char *name)
{
	size_t i = 0;

	while (i < names->count && strcmp(names->list[i], name))
		i++;
	return i;
}

static struct names names_of(const struct history_series *series)
{
	struct names names = { .list = calloc(series->nr_builds, sizeof(*names.list)) };
	size_t i;

	if (!names.list)
		die("out of memory");
	for (i = 0; i < series->nr_builds; i++)
		if (name_index(&names, series->builds[i].kernel.name) == names.count)
			names.list[names.count++] = series->builds[i].kernel.name;
	return names;
}

/* A line a build, three columns a name: plots/trend.gp. */
static void write_points(FILE *tsv, const struct history_series *series, const struct names *names)
{
	size_t i, k;

	fputs("build", tsv);
	for (k = 0; k < names->count; k++)
		fprintf(tsv, "\t%s\t%s lowest\t%s highest", names->list[k], names->list[k], names->list[k]);
	for (i = 0; i < series->nr_builds; i++) {
		const struct history_build *b = &series->builds[i];
		const size_t mine = name_index(names, b->kernel.name);

		fprintf(tsv, "\n%zu", i + 1);
		for (k = 0; k < names->count; k++)
			if (k == mine)
				fprintf(tsv, "\t%.10g\t%.10g\t%.10g", b->median, b->values[0],
					b->values[b->nr_values - 1]);
			else
				fputs("\t?\t?\t?", tsv);
	}
	fputc('\n', tsv);
}

static void write_data(const char *path, const struct history_series *series, const struct names *names)
{
	char *text = NULL;
	size_t size = 0;
	FILE *tsv = xmemstream(&text, &size);
	int err;

	write_points(tsv, series, names);
	fclose(tsv);
	err = write_whole(path, text, size);
	if (err)
		die("cannot write %s: %s", path, strerror(-err));
	free(text);
}

/* ---- settings ---- */

/* Dates below some of the builds, the last one among them; digits and dashes are all that gnuplot gets. */
static void write_tics(FILE *script, const struct history_series *series)
{
	const size_t n = series->nr_builds, step = (n + LABELS - 1) / LABELS;
	size_t i;

	fputs("tics='", script);
	for (i = (n - 1) % step; i < n; i += step) {
		const char *started = series->builds[i].started;
		const int length = (int)strspn(started, "0123456789-");

		fprintf(script, "%s\"%.*s\" %zu", i > step - 1 ? ", " : "", length < 10 ? length : 10, started, i + 1);
	}
	fputs("'; ", script);
}

static void write_range(FILE *script, const struct history_series *series, double *per, bool times)
{
	double low = INFINITY, high = -INFINITY, margin;
	size_t i;

	for (i = 0; i < series->nr_builds; i++) {
		const struct history_build *b = &series->builds[i];

		low = fmin(low, b->values[0]);
		high = fmax(high, b->values[b->nr_values - 1]);
	}
	*per = times && low >= 1e4 ? 1e3 : 1;
	margin = fmax(0.15 * (high - low), (LEAST_SPAN * fabs(high) - (high - low)) / 2);
	margin = margin > 0 ? margin : 1;
	fprintf(script, "ymin=%.10g; ymax=%.10g; per=%g; ", (low - margin) / *per, (high + margin) / *per, *per);
}

static char *settings(const struct history_series *series, const struct names *names, const char *name,
		      enum metric_id metric, const char *plots, const char *type)
{
	const bool times = metric_infos[metric].source == SOURCE_LATENCY && !counts_instructions(series);
	char *text = NULL, *label;
	double per;
	size_t size;
	FILE *script = xmemstream(&text, &size);

	figure_quote(script, "plots", plots, PATH_MAX);
	fprintf(script, "type='%s'; stem='trend'; names=%zu; builds=%zu; ", type, names->count, series->nr_builds);
	figure_quote(script, "title", name, TITLE_BYTES);
	write_tics(script, series);
	write_range(script, series, &per, times);
	if (per > 1)
		label = xasprintf("%s, us per %s", metric_infos[metric].title, series->unit);
	else if (metric_infos[metric].source == SOURCE_LATENCY)
		label = xasprintf("%s, %s", metric_infos[metric].title, trend_unit(series, metric));
	else
		label = xstrdup(trend_unit(series, metric));
	figure_quote(script, "ylabel", label, LABEL_BYTES);
	figure_quote(script, "bed", series->bed, TITLE_BYTES);
	fclose(script);
	free(label);
	return text;
}

/* ---- drawing ---- */

static const char *type_of(const char *out)
{
	const char *dot = strrchr(out, '.');

	return dot && (!strcmp(dot, ".svg") || !strcmp(dot, ".png")) ? dot + 1 : NULL;
}

void trend_check_plot(const char *out)
{
	if (!type_of(out))
		die("%s: ends neither with .svg nor with .png, which says what is to be drawn", out);
}

static char *in_folder(const char *folder, const char *file)
{
	return xasprintf("%s/%s", folder, file);
}

static int draw(const char *folder, const char *plots, char *set)
{
	char *script = in_folder(plots, "trend.gp");
	char *argv[] = { "gnuplot", "-e", set, script, NULL };
	pid_t pid;
	int err = gnuplot_start(folder, argv, &pid);

	if (err)
		say("gnuplot cannot be run: %s; install it, or draw in the lab (scripts/lab)", strerror(-err));
	else
		err = gnuplot_finish(pid);
	free(script);
	return err;
}

/* In a folder of its own beside @out, which is there only when it is whole. */
void trend_plot(const struct history_series *series, const char *name, enum metric_id metric, const char *out,
		const char *wanted)
{
	char *plots = gnuplot_folder(wanted, "trend.gp", "history"),
	     *folder = xasprintf("%s.tmp-%ld", out, (long)getpid());
	char *figures = in_folder(folder, "figures"), *data = in_folder(figures, "trend.tsv");
	char *drawn = xasprintf("%s/trend.%s", figures, type_of(out));
	struct names names = names_of(series);
	char *set = settings(series, &names, name, metric, plots, type_of(out));
	int err;

	if (mkdir(folder, 0777) || mkdir(figures, 0777))
		die("cannot make the folder %s: %s", folder, strerror(errno));
	write_data(data, series, &names);
	err = draw(folder, plots, set);
	if (!err && rename(drawn, out))
		err = -errno;
	unlink(data);
	unlink(drawn);
	rmdir(figures);
	rmdir(folder);
	if (err)
		die("%s: could not be drawn", out);
	free(names.list);
	free(set);
	free(drawn);
	free(data);
	free(figures);
	free(folder);
	free(plots);
}
