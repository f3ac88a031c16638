// SPDX-License-Identifier: GPL-2.0-only
/* history_judge.c - whether a kernel is worse than those before it. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "history_parts.h"
#include "stats.h"
#include "text.h"
#include "xalloc.h"

/* ---- the earlier builds ---- */

struct values {
	double *list;
	size_t count;
};

static void values_add(struct values *v, double value)
{
	*xappend(v->list, v->count) = value;
}

/* A case as earlier builds have it; one value for each of these. */
struct past_case {
	int64_t id;
	char *name, *workload, *unit, *params;
	struct values medians[METRICS];
	struct values boots;	       /* that passed */
	size_t passed;		       /* builds of which a boot did */
	bool in_last, skipped_in_last; /* the last build had it; and skipped it each time */
};

struct past {
	struct past_case *cases; /* by name */
	size_t nr_cases;
	size_t nr_builds;
	/* The build of the case that rows are being read of. */
	int64_t build;
	struct values now[METRICS];
	size_t boots_now;
};

/*
 * ?1 to ?5 the bed, ?6 to ?10 the machine, ?11 the suite, ?12 to ?17 the new
 * kernel, ?18 when its first boot began, ?19 at most so many builds.
 */
static const char past_query[] =
	"WITH mine AS (SELECT boots.id AS boot, kernel_id AS k, started FROM boots"
	" JOIN beds ON beds.id = boots.bed_id JOIN machines ON machines.id = boots.machine_id"
	" JOIN kernels ON kernels.id = boots.kernel_id"
	" WHERE (beds.name, beds.accel, beds.preset, beds.settings, beds.scale) = (?1, ?2, ?3, ?4, ?5)"
	" AND (arch, cpu, cpus) = (?6, ?7, ?8) AND (bed_counts(?1) OR (host_cpu, host_cpus) = (?9, ?10)) AND suite = ?11"
	" AND iif(?12 <> ?13, kernels.name = ?12, kernels.name = kernels.release AND kernels.design = ?14)"
	" AND (kernels.name, release, design, series_sha256, config_sha256, image_sha256) <> (?12, ?13, ?14, ?15, ?16, ?17)"
	" AND EXISTS (SELECT 1 FROM results WHERE boot_id = boots.id AND status = 'pass')),"
	" builds AS (SELECT k, row_number() OVER (ORDER BY min(started) DESC, k DESC) AS rank FROM mine"
	" GROUP BY k HAVING min(started) < ?18 ORDER BY rank LIMIT ?19)"
	" SELECT cases.id, cases.name, cases.workload, cases.unit, cases.params, builds.rank, results.status";

static sqlite3_stmt *prepare_past(struct history *h, struct sentence *why)
{
	sqlite3_stmt *s;
	size_t size;
	char *query;
	FILE *out = xmemstream(&query, &size);
	int id;

	fputs(past_query, out);
	for (id = 0; id < METRICS; id++)
		fprintf(out, ", results.%s", metric_infos[id].key);
	fputs(" FROM builds JOIN mine ON mine.k = builds.k JOIN results ON results.boot_id = mine.boot"
	      " JOIN cases ON cases.id = results.case_id ORDER BY cases.name, cases.id, builds.rank",
	      out);
	if (fclose(out))
		abort();
	s = history_prepare(h, query, why);
	free(query);
	return s;
}

static void bind_text(sqlite3_stmt *s, int place, const char *text)
{
	sqlite3_bind_text(s, place, text, -1, SQLITE_TRANSIENT);
}

static void bind_boot(sqlite3_stmt *s, const struct side *side, size_t builds)
{
	const struct boot *b = side_speaker(side);
	char *settings = b->bed.settings ? json_dumps(b->bed.settings, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	const char *started = side->boots[0]->started;
	size_t i;

	for (i = 1; i < side->nr_boots; i++)
		if (strcmp(side->boots[i]->started, started) < 0)
			started = side->boots[i]->started;
	bind_text(s, 1, b->bed.name);
	bind_text(s, 2, b->bed.accel);
	bind_text(s, 3, b->bed.preset);
	bind_text(s, 4, settings ? settings : "");
	sqlite3_bind_double(s, 5, b->bed.scale);
	bind_text(s, 6, b->machine.arch);
	bind_text(s, 7, b->machine.cpu);
	sqlite3_bind_int64(s, 8, (sqlite3_int64)b->machine.cpus);
	bind_text(s, 9, b->machine.host_cpu);
	sqlite3_bind_int64(s, 10, (sqlite3_int64)b->machine.host_cpus);
	bind_text(s, 11, b->suite);
	bind_text(s, 12, b->kernel.name);
	bind_text(s, 13, b->kernel.release);
	bind_text(s, 14, b->kernel.design);
	bind_text(s, 15, b->kernel.series_sha256);
	bind_text(s, 16, b->kernel.config_sha256);
	bind_text(s, 17, b->kernel.image_sha256);
	bind_text(s, 18, started);
	sqlite3_bind_int64(s, 19, (sqlite3_int64)builds);
	free(settings);
}

/* All boots of a build were read: it has one value for each metric. */
static void end_build(struct past *past)
{
	struct past_case *c = past->nr_cases ? &past->cases[past->nr_cases - 1] : NULL;
	int id;

	for (id = 0; id < METRICS; id++) {
		struct values *now = &past->now[id];

		if (now->count)
			values_add(&c->medians[id], stats_median(now->list, now->count));
		free(now->list);
		*now = (struct values){ 0 };
	}
	if (past->boots_now) {
		values_add(&c->boots, (double)past->boots_now);
		c->passed++;
	}
	past->boots_now = 0;
	past->build = 0;
}

static struct past_case *past_case_of(struct past *past, sqlite3_stmt *s)
{
	struct past_case *c = past->nr_cases ? &past->cases[past->nr_cases - 1] : NULL;
	const int64_t id = sqlite3_column_int64(s, 0);

	if (c && c->id == id)
		return c;
	end_build(past);
	c = xappend(past->cases, past->nr_cases);
	c->id = id;
	c->name = history_text(s, 1);
	c->workload = history_text(s, 2);
	c->unit = history_text(s, 3);
	c->params = history_text(s, 4);
	return c;
}

/* Ranks are from 1, the last build's. */
static void read_row(struct past *past, sqlite3_stmt *s)
{
	struct past_case *c = past_case_of(past, s);
	const int64_t rank = sqlite3_column_int64(s, 5);
	char *status = history_text(s, 6);
	const bool passed = !strcmp(status, "pass"), skipped = !strcmp(status, "skip");
	int id;

	if (past->build != rank)
		end_build(past);
	past->build = rank;
	if ((size_t)rank > past->nr_builds)
		past->nr_builds = (size_t)rank;
	if (rank == 1) {
		c->skipped_in_last = skipped && (!c->in_last || c->skipped_in_last);
		c->in_last = true;
	}
	past->boots_now += passed;
	for (id = 0; id < METRICS && passed; id++)
		if (sqlite3_column_type(s, 7 + id) != SQLITE_NULL)
			values_add(&past->now[id], sqlite3_column_double(s, 7 + id));
	free(status);
}

static int read_past(struct history *h, const struct side *side, size_t builds, struct past *past, struct sentence *why)
{
	sqlite3_stmt *s = prepare_past(h, why);
	int more;

	if (!s)
		return -EIO;
	bind_boot(s, side, builds);
	while ((more = history_step(h, s, why)) > 0)
		read_row(past, s);
	sqlite3_finalize(s);
	end_build(past);
	return more;
}

static void past_free(struct past *past)
{
	size_t i;
	int id;

	for (i = 0; i < past->nr_cases; i++) {
		struct past_case *c = &past->cases[i];

		free(c->name);
		free(c->workload);
		free(c->unit);
		free(c->params);
		free(c->boots.list);
		for (id = 0; id < METRICS; id++)
			free(c->medians[id].list);
	}
	free(past->cases);
}

/* The first of the cases called @name, which stand together; nr_cases if there is none. */
static size_t find_name(const struct past *past, const char *name)
{
	size_t low = 0, high = past->nr_cases;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (strcmp(past->cases[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < past->nr_cases && !strcmp(past->cases[low].name, name) ? low : past->nr_cases;
}

/* The same case; NULL if there is none, and @other tells whether there is one that only has its name. */
static struct past_case *find_case(const struct past *past, const struct row *row, bool *other)
{
	json_t *params = compare_params(row->params);
	char *text = json_dumps(params, JSON_COMPACT | JSON_SORT_KEYS);
	size_t i = find_name(past, row->name);
	struct past_case *found = NULL;

	*other = i < past->nr_cases;
	for (; i < past->nr_cases && !found && !strcmp(past->cases[i].name, row->name); i++) {
		struct past_case *c = &past->cases[i];

		if (text && !strcmp(c->params, text) && !strcmp(c->unit, row->unit) &&
		    !strcmp(c->workload, row->workload))
			found = c;
	}
	free(text);
	json_decref(params);
	return found;
}

/* ---- one case ---- */

#define WHY(j, ...) text_format((j)->why, sizeof((j)->why), __VA_ARGS__)

static void judge_status(struct history_judged *j, const struct cell *cell, const struct past_case *c)
{
	j->verdict = VERDICT_INCONCLUSIVE;
	if (cell->status == STATUS_SKIP) {
		WHY(j, "skipped: %s", cell->reason);
		if (c && c->skipped_in_last)
			j->verdict = VERDICT_NONE;
	} else if (c && c->passed) {
		j->verdict = VERDICT_WORSE;
		WHY(j, "%s now: %s", cell->status == STATUS_LOST ? "is lost" : "fails", cell->reason);
	} else {
		WHY(j, "%s: %s; passed in no earlier build", status_name(cell->status), cell->reason);
	}
}

static void judge_figures(struct history_judged *j, const struct comparison *comparison, const struct cell *cell,
			  struct past_case *c)
{
	int id;

	for (id = 0; id < METRICS; id++) {
		struct history_figure *f = &j->figures[id];

		if (!compare_judges(comparison, (enum metric_id)id) || !cell->metrics[id].present ||
		    !c->medians[id].count)
			continue;
		f->judged = true;
		f->value = cell->metrics[id].value;
		f->min_effect = compare_min_effect(comparison, (enum metric_id)id);
		history_judge_value(f, (enum metric_id)id, c->medians[id].list, c->medians[id].count);
	}
}

/* Figures are shown, but nothing follows from them. */
static void withhold(struct history_judged *j)
{
	int id;

	j->verdict = VERDICT_INCONCLUSIVE;
	for (id = 0; id < METRICS; id++)
		j->figures[id].verdict = VERDICT_INCONCLUSIVE;
}

static size_t count_figures(const struct history_judged *j, enum verdict verdict)
{
	size_t n = 0;
	int id;

	for (id = 0; id < METRICS; id++)
		n += j->figures[id].judged && j->figures[id].verdict == verdict;
	return n;
}

static void conclude(struct history_judged *j)
{
	const struct history_figure *median = &j->figures[METRIC_MEDIAN];

	if (count_figures(j, VERDICT_WORSE))
		j->verdict = VERDICT_WORSE;
	else if (count_figures(j, VERDICT_BETTER))
		j->verdict = VERDICT_BETTER;
	else if (median->judged)
		j->verdict = median->verdict;
	else if (count_figures(j, VERDICT_INCONCLUSIVE) || !count_figures(j, VERDICT_SAME))
		j->verdict = VERDICT_INCONCLUSIVE;
	else
		j->verdict = VERDICT_SAME;
}

static void tell_builds(char *text, size_t size, size_t builds)
{
	snprintf(text, size, "%zu earlier build%s, needs %d", builds, builds == 1 ? "" : "s", HISTORY_MIN_BUILDS);
}

static void judge_case(struct history_judged *j, const struct comparison *comparison, const struct cell *cell,
		       struct past_case *c)
{
	const size_t boots = comparison->sides[0].nr_boots;
	double typical;

	judge_figures(j, comparison, cell, c);
	if (c->passed < HISTORY_MIN_BUILDS) {
		tell_builds(j->why, sizeof(j->why), c->passed);
		withhold(j);
		return;
	}
	typical = stats_median(c->boots.list, c->boots.count);
	if ((double)boots < typical) {
		WHY(j, "%zu boot%s, but the earlier builds have %g (median)", boots, boots == 1 ? "" : "s", typical);
		withhold(j);
		return;
	}
	conclude(j);
}

/* ---- all ---- */

static struct history_judged *add_judged(struct history_judgement *judgement, const char *name, const char *workload,
					 const char *unit)
{
	struct history_judged *j = xappend(judgement->list, judgement->count);

	j->name = xstrdup(name);
	j->workload = xstrdup(workload);
	j->unit = xstrdup(unit);
	j->verdict = VERDICT_INCONCLUSIVE;
	return j;
}

static void judge_row(struct history_judgement *judgement, const struct comparison *c, const struct row *row,
		      const struct past *past)
{
	struct history_judged *j = add_judged(judgement, row->name, row->workload, row->unit);
	const struct cell *cell = &row->cells[0];
	bool other;
	struct past_case *found = find_case(past, row, &other);

	j->status = cell->status;
	/* What failed need not know its parameters. */
	if (cell->status != STATUS_PASS && !found && other)
		found = &past->cases[find_name(past, row->name)];
	if (cell->status != STATUS_PASS)
		judge_status(j, cell, found);
	else if (found)
		judge_case(j, c, cell, found);
	else if (other)
		WHY(j, "earlier builds have other parameters");
	else
		tell_builds(j->why, sizeof(j->why), 0);
	/* One sentence for all, if none of them can have a verdict. */
	if (*judgement->note && cell->status == STATUS_PASS)
		WHY(j, "%s", judgement->note);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What the last build passed or failed, and the new one does not have at all. */
static void judge_absent(struct history_judgement *judgement, const struct comparison *c, const struct past *past)
{
	const char **names = xcalloc(c->nr_rows + 1, sizeof(*names));
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		names[i] = c->rows[i].name;
	qsort(names, c->nr_rows, sizeof(*names), by_text);
	for (i = 0; i < past->nr_cases; i++) {
		const struct past_case *p = &past->cases[i];
		const char *name = p->name;
		struct history_judged *j;

		if (!p->in_last || p->skipped_in_last || bsearch(&name, names, c->nr_rows, sizeof(*names), by_text))
			continue;
		j = add_judged(judgement, p->name, p->workload, p->unit);
		j->absent = true;
		j->status = STATUS_LOST;
		WHY(j, "the last build has this case, the new one does not");
	}
	free(names);
}

static void describe(struct history_judgement *judgement, const struct side *side)
{
	const struct boot *b = side_speaker(side);

	judgement->kernel = xstrdup(side->label);
	judgement->bed = xstrdup(b->bed.name);
}

int history_judge(struct history *h, const struct side *side, size_t builds, const struct compare_options *options,
		  struct history_judgement *judgement, struct sentence *why)
{
	struct past past = { 0 };
	struct comparison c;
	size_t i;
	int err = compare_sides_as(side, 1, options, &c, why);

	memset(judgement, 0, sizeof(*judgement));
	if (err)
		return err;
	err = read_past(h, side, builds, &past, why);
	if (!err) {
		judgement->builds = past.nr_builds;
		if (past.nr_builds < HISTORY_MIN_BUILDS)
			tell_builds(judgement->note, sizeof(judgement->note), past.nr_builds);
		describe(judgement, side);
		for (i = 0; i < c.nr_rows; i++)
			judge_row(judgement, &c, &c.rows[i], &past);
		judge_absent(judgement, &c, &past);
	}
	past_free(&past);
	compare_free(&c);
	return err;
}

void history_judgement_free(struct history_judgement *judgement)
{
	size_t i;

	for (i = 0; i < judgement->count; i++) {
		free(judgement->list[i].name);
		free(judgement->list[i].workload);
		free(judgement->list[i].unit);
	}
	free(judgement->list);
	free(judgement->kernel);
	free(judgement->bed);
	memset(judgement, 0, sizeof(*judgement));
}
