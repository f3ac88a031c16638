// SPDX-License-Identifier: GPL-2.0-only
/* history_query.c - what the history has: runs, cases, and how a metric went from build to build. */
#include <errno.h>
#include <gsl/gsl_statistics_double.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "history_parts.h"
#include "xalloc.h"

/* Beds and machines as a person reads them. On bed icount an instruction is one on any host, so hosts are one. */
#define BED_TEXT \
	"beds.name || iif(beds.preset <> '', ' ' || beds.preset, '')" \
	" || iif(beds.settings NOT IN ('', '[]'), ' ' || beds.settings, '')" \
	" || iif(beds.scale <> 1, ' scale ' || beds.scale, '') || iif(beds.accel = 'kvm', ' kvm', '')"
#define MACHINE_TEXT \
	"machines.arch || ' ' || machines.cpu || ' x' || machines.cpus" \
	" || iif(bed_counts(beds.name) OR machines.host_cpu = '', '', ' on ' || machines.host_cpu || ' x' || machines.host_cpus)"

#define KERNEL_COLUMNS \
	"kernels.id, kernels.name, kernels.release, kernels.design," \
	" kernels.series_sha256, kernels.config_sha256, kernels.image_sha256"

#define JOINS \
	" JOIN beds ON beds.id = boots.bed_id JOIN machines ON machines.id = boots.machine_id" \
	" JOIN kernels ON kernels.id = boots.kernel_id"

/* Parameters 1 to 4; NULL lets everything through. */
#define FILTER \
	"(?1 IS NULL OR beds.name = ?1) AND (?2 IS NULL OR kernels.name = ?2 OR kernels.release = ?2)" \
	" AND (?3 IS NULL OR instr(machines.cpu, ?3) OR instr(machines.host_cpu, ?3)) AND (?4 IS NULL OR boots.started >= ?4)"

static void bind_filter(sqlite3_stmt *statement, const struct history_filter *f)
{
	const char *const texts[] = { f->bed, f->kernel, f->machine, f->since };
	int i;

	for (i = 0; i < 4; i++)
		if (texts[i])
			sqlite3_bind_text(statement, i + 1, texts[i], -1, SQLITE_TRANSIENT);
}

static bool is_any(const struct history_filter *f)
{
	return !f->bed && !f->kernel && !f->machine && !f->since;
}

static struct history_kernel kernel_at(sqlite3_stmt *s, int column)
{
	return (struct history_kernel){
		.id = sqlite3_column_int64(s, column),
		.name = history_text(s, column + 1),
		.release = history_text(s, column + 2),
		.design = history_text(s, column + 3),
		.series_sha256 = history_text(s, column + 4),
		.config_sha256 = history_text(s, column + 5),
		.image_sha256 = history_text(s, column + 6),
	};
}

static void kernel_free(struct history_kernel *k)
{
	free(k->name);
	free(k->release);
	free(k->design);
	free(k->series_sha256);
	free(k->config_sha256);
	free(k->image_sha256);
}

static uint64_t count_at(sqlite3_stmt *s, int column)
{
	const sqlite3_int64 value = sqlite3_column_int64(s, column);

	return value < 0 ? 0 : (uint64_t)value;
}

/* ---- runs ---- */

static const char runs_query[] =
	"WITH tally AS (SELECT boot_id, count(*) AS cases, sum(status <> 'pass') AS bad FROM results GROUP BY boot_id)"
	" SELECT min(boots.started), " BED_TEXT ", " MACHINE_TEXT
	", boots.suite, folders.path, count(*), sum(tally.cases), sum(tally.bad), " KERNEL_COLUMNS " FROM boots" JOINS
	" JOIN folders ON folders.id = boots.folder_id LEFT JOIN tally ON tally.boot_id = boots.id"
	" WHERE " FILTER
	" GROUP BY boots.folder_id, boots.kernel_id, boots.bed_id, boots.machine_id, boots.suite ORDER BY 1, folders.path";

int history_runs(struct history *h, const struct history_filter *filter, struct history_runs *runs,
		 struct sentence *why)
{
	sqlite3_stmt *s = history_prepare(h, runs_query, why);
	int more;

	memset(runs, 0, sizeof(*runs));
	if (!s)
		return -EIO;
	bind_filter(s, filter);
	while ((more = history_step(h, s, why)) > 0) {
		struct history_run *run = xappend(runs->list, runs->count);

		run->started = history_text(s, 0);
		run->bed = history_text(s, 1);
		run->machine = history_text(s, 2);
		run->suite = history_text(s, 3);
		run->folder = history_text(s, 4);
		run->boots = count_at(s, 5);
		run->cases = count_at(s, 6);
		run->not_passed = count_at(s, 7);
		run->kernel = kernel_at(s, 8);
	}
	sqlite3_finalize(s);
	if (more)
		history_runs_free(runs);
	return more;
}

void history_runs_free(struct history_runs *runs)
{
	size_t i;

	for (i = 0; i < runs->count; i++) {
		free(runs->list[i].started);
		free(runs->list[i].bed);
		free(runs->list[i].machine);
		free(runs->list[i].suite);
		free(runs->list[i].folder);
		kernel_free(&runs->list[i].kernel);
	}
	free(runs->list);
	memset(runs, 0, sizeof(*runs));
}

/* ---- cases ---- */

static const char cases_query[] =
	"SELECT cases.name, cases.workload, cases.unit, cases.params, max(boots.started), count(*),"
	" count(DISTINCT boots.kernel_id)"
	" FROM results JOIN boots ON boots.id = results.boot_id JOIN cases ON cases.id = results.case_id" JOINS
	" WHERE " FILTER " GROUP BY cases.id ORDER BY cases.name, 5";

int history_cases(struct history *h, const struct history_filter *filter, struct history_cases *cases,
		  struct sentence *why)
{
	sqlite3_stmt *s = history_prepare(h, cases_query, why);
	int more;

	memset(cases, 0, sizeof(*cases));
	if (!s)
		return -EIO;
	bind_filter(s, filter);
	while ((more = history_step(h, s, why)) > 0) {
		struct history_case *c = xappend(cases->list, cases->count);

		c->name = history_text(s, 0);
		c->workload = history_text(s, 1);
		c->unit = history_text(s, 2);
		c->params = history_text(s, 3);
		c->last = history_text(s, 4);
		c->boots = count_at(s, 5);
		c->kernels = count_at(s, 6);
	}
	sqlite3_finalize(s);
	if (more)
		history_cases_free(cases);
	return more;
}

void history_cases_free(struct history_cases *cases)
{
	size_t i;

	for (i = 0; i < cases->count; i++) {
		free(cases->list[i].name);
		free(cases->list[i].workload);
		free(cases->list[i].unit);
		free(cases->list[i].params);
		free(cases->list[i].last);
	}
	free(cases->list);
	memset(cases, 0, sizeof(*cases));
}

/* ---- trends ---- */

/*
 * A row a boot. What is in a series, and then in a build, stands together; a
 * build's place is that of its first boot, and series come by bed and machine.
 */
static const char trend_query[] =
	"WITH points AS (SELECT boots.bed_id AS bed, results.case_id AS c, boots.kernel_id AS k, boots.started AS started,"
	" results.%s AS value, beds.name AS bed_name, " BED_TEXT " AS bed_text, " MACHINE_TEXT " AS machine_text"
	" FROM results JOIN boots ON boots.id = results.boot_id JOIN cases ON cases.id = results.case_id" JOINS
	" WHERE cases.name = ?5 AND results.%s IS NOT NULL AND " FILTER ")"
	" SELECT points.bed, points.c, bed_text, machine_text, cases.unit, cases.params,"
	" min(started) OVER (PARTITION BY points.bed, points.c, machine_text, k) AS first, value, bed_name, " KERNEL_COLUMNS
	" FROM points JOIN cases ON cases.id = points.c JOIN kernels ON kernels.id = points.k"
	" ORDER BY bed_text, points.bed, machine_text, points.c, first, k, value";

/* The series of the row, which is the last one or a new one. */
static struct history_series *series_of(struct history_trend *trend, sqlite3_stmt *s, sqlite3_int64 *bed,
					sqlite3_int64 *c)
{
	struct history_series *series = trend->count ? &trend->list[trend->count - 1] : NULL;
	char *machine = history_text(s, 3), *name;

	if (series && *bed == sqlite3_column_int64(s, 0) && *c == sqlite3_column_int64(s, 1) &&
	    !strcmp(series->machine, machine)) {
		free(machine);
		return series;
	}
	*bed = sqlite3_column_int64(s, 0);
	*c = sqlite3_column_int64(s, 1);
	series = xappend(trend->list, trend->count);
	series->bed = history_text(s, 2);
	name = history_text(s, 8);
	series->kind = bed_kind_find(name);
	free(name);
	series->machine = machine;
	series->unit = history_text(s, 4);
	series->params = history_text(s, 5);
	return series;
}

static void add_point(struct history_series *series, sqlite3_stmt *s)
{
	struct history_build *build = series->nr_builds ? &series->builds[series->nr_builds - 1] : NULL;

	if (!build || build->kernel.id != sqlite3_column_int64(s, 9)) {
		build = xappend(series->builds, series->nr_builds);
		build->started = history_text(s, 6);
		build->kernel = kernel_at(s, 9);
	}
	*xappend(build->values, build->nr_values) = sqlite3_column_double(s, 7);
}

static void find_medians(struct history_series *series)
{
	size_t i;

	for (i = 0; i < series->nr_builds; i++) {
		struct history_build *build = &series->builds[i];

		build->median = gsl_stats_median_from_sorted_data(build->values, 1, build->nr_values);
	}
}

int history_trend(struct history *h, const char *name, enum metric_id metric, const struct history_filter *filter,
		  struct history_trend *trend, struct sentence *why)
{
	const char *column = metric_infos[metric].key;
	sqlite3_int64 bed = 0, c = 0;
	sqlite3_stmt *s;
	char *query;
	size_t i;
	int more;

	memset(trend, 0, sizeof(*trend));
	query = xasprintf(trend_query, column, column);
	s = history_prepare(h, query, why);
	free(query);
	if (!s)
		return -EIO;
	bind_filter(s, filter);
	sqlite3_bind_text(s, 5, name, -1, SQLITE_TRANSIENT);
	while ((more = history_step(h, s, why)) > 0)
		add_point(series_of(trend, s, &bed, &c), s);
	sqlite3_finalize(s);
	for (i = 0; i < trend->count; i++)
		find_medians(&trend->list[i]);
	if (!more && !trend->count)
		more = sentence(why, -ENOENT,
				"%s: no boot has the %s of case \"%s\"%s; "
				"`invbench history cases` names those that are there",
				h->path, metric_infos[metric].title, name,
				is_any(filter) ? "" : " under these filters");
	if (more)
		history_trend_free(trend);
	return more;
}

static void series_free(struct history_series *series)
{
	size_t i;

	for (i = 0; i < series->nr_builds; i++) {
		kernel_free(&series->builds[i].kernel);
		free(series->builds[i].started);
		free(series->builds[i].values);
	}
	free(series->builds);
	free(series->bed);
	free(series->machine);
	free(series->unit);
	free(series->params);
}

void history_trend_free(struct history_trend *trend)
{
	size_t i;

	for (i = 0; i < trend->count; i++)
		series_free(&trend->list[i]);
	free(trend->list);
	memset(trend, 0, sizeof(*trend));
}
