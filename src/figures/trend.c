// SPDX-License-Identifier: GPL-2.0-only
/* trend.c - how a metric went from kernel build to kernel build: its unit, and its figure. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gnuplot.h"
#include "part.h"
#include "trend.h"
#include "xalloc.h"

#define LABELS	   12	/* dates that have room below the figure */
#define LEAST_SPAN 0.04 /* of the highest value: a tenth of a percent shall not look like a cliff */

/* ---- units ---- */

const char *trend_unit(const struct history_series *series, enum metric_id metric)
{
	static char unit[256];

	switch (metric_infos[metric].source) {
	case SOURCE_LATENCY:
		snprintf(unit, sizeof(unit), "%s per %s", metric_unit(metric, series->kind), series->unit);
		break;
	case SOURCE_THREADS:
		snprintf(unit, sizeof(unit), "%s per second", series->unit);
		break;
	default:
		snprintf(unit, sizeof(unit), "%s per %s", metric_infos[metric].title, series->unit);
	}
	return unit;
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
	struct names names = { .list = xcalloc(series->nr_builds, sizeof(*names.list)) };
	size_t i;

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
		figure_name(tsv, names->list[k], figure_bars);
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

/* ---- settings ---- */

/* Dates below some of the builds, the last one among them; digits and dashes are all that gnuplot gets. */
static void write_tics(FILE *script, const struct history_series *series)
{
	const size_t n = series->nr_builds, step = n ? (n + LABELS - 1) / LABELS : 1;
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

static char *axis_label(const struct history_series *series, enum metric_id metric, double per)
{
	if (per > 1)
		return xasprintf("%s, us per %s", metric_infos[metric].title, series->unit);
	if (metric_infos[metric].source == SOURCE_LATENCY)
		return xasprintf("%s, %s", metric_infos[metric].title, trend_unit(series, metric));
	return xstrdup(trend_unit(series, metric));
}

static void write_settings(FILE *script, const struct history_series *series, const struct names *names,
			   const char *name, enum metric_id metric)
{
	const bool times = metric_infos[metric].source == SOURCE_LATENCY && series->kind && !series->kind->counts;
	double per;
	char *label;

	fprintf(script, "names=%zu; builds=%zu; ", names->count, series->nr_builds);
	gnuplot_quote(script, "title", name, TITLE_BYTES);
	write_tics(script, series);
	write_range(script, series, &per, times);
	label = axis_label(series, metric, per);
	gnuplot_quote(script, "ylabel", label, LABEL_BYTES);
	gnuplot_quote(script, "bed", series->bed, TITLE_BYTES);
	free(label);
}

/* ---- drawing ---- */

int trend_plot(const struct history_series *series, const char *name, enum metric_id metric, const char *out,
	       const char *wanted, struct sentence *why)
{
	char *plots = gnuplot_folder(wanted, "trend.gp", "history", why), *settings = NULL, *data = NULL;
	struct single single = { .out = out, .plots = plots, .name = "trend" };
	size_t settings_size;
	struct names names;
	FILE *stream;
	int err;

	if (!plots)
		return -ENOENT;
	names = names_of(series);
	stream = xmemstream(&settings, &settings_size);
	write_settings(stream, series, &names, name, metric);
	fclose(stream);
	stream = xmemstream(&data, &single.size);
	write_points(stream, series, &names);
	fclose(stream);
	single.settings = settings;
	single.data = data;
	err = gnuplot_draw(&single, why);
	free(names.list);
	free(settings);
	free(data);
	free(plots);
	return err;
}
