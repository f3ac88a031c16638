// SPDX-License-Identifier: GPL-2.0-only
/* figures_family.c - which cases make a figure together: those that differ in one parameter alone, or in a choice besides. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "figures_parts.h"
#include "xalloc.h"

/* Cases along one parameter; with a choice, two of them side by side. */
struct family {
	char *param;
	size_t *rows, *others; /* ascend on the axis; others is NULL without a choice */
	size_t count;
	char *choice;
	bool gone; /* it became the others of another one */
};

struct families {
	struct family *list;
	size_t count;
};

/* Rows of one family differ in @param alone, and in @choice if there is one: everything else is in the key. */
static char *family_key(const struct row *row, const char *param, const char *choice)
{
	json_t *rest = json_copy((json_t *)row->params);
	char *params, *key;

	json_object_del(rest, param);
	json_object_del(rest, "ops");
	json_object_del(rest, "warmup");
	if (choice)
		json_object_del(rest, choice);
	params = json_dumps(rest, JSON_SORT_KEYS | JSON_COMPACT);
	key = xasprintf("%s %s %s %s", param, row->workload, row->unit, params ? params : "");
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

static void drop_token(char *title, const char *param)
{
	char *token = xasprintf(" %s=", param), *at = strstr(title, token);

	if (at) {
		char *rest = at + 1 + strcspn(at + 1, " ");

		memmove(at, rest, strlen(rest) + 1);
	}
	free(token);
}

char *figure_sweep_title(const char *name, const char *param)
{
	char *title = xstrdup(name);

	drop_token(title, param);
	drop_token(title, "ops");
	drop_token(title, "warmup");
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

/* ---- families ---- */

/* By key, the rows of every family; a new reference. */
static json_t *find_members(const struct comparison *c)
{
	json_t *families = json_object(), *value;
	const char *param;
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		if (!figure_passed(c, &c->rows[i]))
			continue;
		json_object_foreach ((json_t *)c->rows[i].params, param, value) {
			char *key;

			if (!is_axis(c, param, value))
				continue;
			key = family_key(&c->rows[i], param, NULL);
			if (!json_object_get(families, key))
				json_object_set_new(families, key, json_array());
			json_array_append_new(json_object_get(families, key), json_integer((json_int_t)i));
			free(key);
		}
	}
	return families;
}

/* At its place on the axis: a family has a handful of points. Of two cases that differ in ops alone the first counts. */
static void add_member(const struct comparison *c, struct family *f, size_t row)
{
	const json_int_t value = figure_axis_value(c, row, f->param);
	size_t at = f->count;

	while (at > 0 && figure_axis_value(c, f->rows[at - 1], f->param) > value)
		at--;
	if (at > 0 && figure_axis_value(c, f->rows[at - 1], f->param) == value)
		return;
	memmove(f->rows + at + 1, f->rows + at, (f->count++ - at) * sizeof(*f->rows));
	f->rows[at] = row;
}

/* What a design is to scale with. */
static bool is_load(const char *param)
{
	static const char *const loads[] = { "devices", "instances", "threads", "tenants" };
	size_t i;

	for (i = 0; i < sizeof(loads) / sizeof(loads[0]); i++)
		if (!strcmp(param, loads[i]))
			return true;
	return false;
}

/* One point is no line, also beside its control without a load; and a switch, 0 or 1, is no axis. */
static bool is_sweep(const struct comparison *c, const struct family *f)
{
	const bool control = f->count && is_load(f->param) && !figure_axis_value(c, f->rows[0], f->param);

	return f->count > (control ? 2 : 1) && figure_axis_value(c, f->rows[f->count - 1], f->param) > 1;
}

static void find_families(const struct comparison *c, struct families *families)
{
	json_t *found = find_members(c), *members, *member;
	const char *key;
	size_t i;

	families->list = xcalloc(json_object_size(found), sizeof(*families->list));
	families->count = 0;
	json_object_foreach (found, key, members) {
		struct family *f = &families->list[families->count];

		f->param = xasprintf("%.*s", (int)strcspn(key, " "), key);
		f->rows = xcalloc(json_array_size(members), sizeof(*f->rows));
		f->count = 0;
		json_array_foreach (members, i, member)
			add_member(c, f, (size_t)json_integer_value(member));
		if (is_sweep(c, f)) {
			families->count++;
			continue;
		}
		free(f->param);
		free(f->rows);
	}
	json_decref(found);
}

static void free_families(struct families *families)
{
	size_t i;

	for (i = 0; i < families->count; i++) {
		free(families->list[i].param);
		free(families->list[i].rows);
		free(families->list[i].others);
		free(families->list[i].choice);
	}
	free(families->list);
}

/* ---- two values of a choice in one figure ---- */

static bool has_choice(const struct comparison *c, const struct family *f, const char *choice)
{
	return !f->gone && !f->choice && json_is_string(json_object_get(c->rows[f->rows[0]].params, choice));
}

static bool differ_in(const struct comparison *c, const struct family *a, const struct family *b, const char *choice)
{
	char *x, *y;
	bool alike;

	if (!has_choice(c, b, choice) || strcmp(a->param, b->param))
		return false;
	x = family_key(&c->rows[a->rows[0]], a->param, choice);
	y = family_key(&c->rows[b->rows[0]], b->param, choice);
	alike = !strcmp(x, y);
	free(x);
	free(y);
	return alike;
}

/* NULL unless there is exactly one: three line styles for each colour are too many. */
static struct family *only_partner(const struct comparison *c, struct families *families, const struct family *f,
				   const char *choice)
{
	struct family *found = NULL;
	size_t i;

	for (i = 0; i < families->count; i++) {
		if (&families->list[i] == f || !differ_in(c, f, &families->list[i], choice))
			continue;
		if (found)
			return NULL;
		found = &families->list[i];
	}
	return found;
}

/* Both on one axis, with a gap where one of them has no case. */
static void join(const struct comparison *c, struct family *f, struct family *other, const char *choice)
{
	size_t *rows = xcalloc(f->count + other->count, sizeof(*rows));
	size_t *others = xcalloc(f->count + other->count, sizeof(*others));
	size_t n = 0, i = 0, j = 0;

	while (i < f->count || j < other->count) {
		const json_int_t x = i < f->count ? figure_axis_value(c, f->rows[i], f->param) : INT64_MAX;
		const json_int_t y = j < other->count ? figure_axis_value(c, other->rows[j], f->param) : INT64_MAX;

		rows[n] = x <= y ? f->rows[i++] : FIGURE_NO_ROW;
		others[n++] = y <= x ? other->rows[j++] : FIGURE_NO_ROW;
	}
	free(f->rows);
	f->rows = rows;
	f->others = others;
	f->count = n;
	f->choice = xstrdup(choice);
	other->gone = true;
}

static void pair_by(const struct comparison *c, struct families *families, const char *choice)
{
	struct family *other;
	size_t i;

	for (i = 0; i < families->count; i++) {
		struct family *f = &families->list[i];

		if (!has_choice(c, f, choice))
			continue;
		other = only_partner(c, families, f, choice);
		if (other)
			join(c, f, other, choice);
	}
}

/* ATS before other choices. What an operation is is no choice: another one is another thing to look at. */
static void pair_families(const struct comparison *c, struct families *families)
{
	json_t *choices = json_pack("{s:n}", "ats"), *value;
	const char *name;
	size_t i;

	for (i = 0; i < families->count; i++)
		json_object_foreach ((json_t *)c->rows[families->list[i].rows[0]].params, name, value)
			if (json_is_string(value) && strcmp(name, "op"))
				json_object_set_new(choices, name, json_null());
	json_object_foreach (choices, name, value)
		pair_by(c, families, name);
	json_decref(choices);
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

	return !strcmp(f->param, "devices") && json_is_integer(json_object_get(params, "sync")) &&
	       json_is_integer(instances) && json_integer_value(instances) >= most;
}

/* The control becomes the sweep's point for no device, which the guide begins at. */
static void add_guide(const struct comparison *c, struct figure *f)
{
	size_t control, *rows;

	if (f->choice || !wants_guide(c, f))
		return;
	control = find_control(c, &c->rows[f->rows[0]]);
	if (control == c->nr_rows)
		return;
	f->guide = true;
	if (!figure_axis_value(c, f->rows[0], f->param))
		return;
	rows = xcalloc(f->nr_rows + 1, sizeof(*rows));
	rows[0] = control;
	memcpy(rows + 1, f->rows, f->nr_rows++ * sizeof(*rows));
	free(f->rows);
	f->rows = rows;
}

/* ---- the figures of a family ---- */

static size_t *copy_rows(const size_t *rows, size_t n)
{
	size_t *copy = xcalloc(n, sizeof(*copy));

	memcpy(copy, rows, n * sizeof(*copy));
	return copy;
}

static char *sweep_title(const struct comparison *c, const struct family *f, const char *what)
{
	char *name = figure_sweep_title(c->rows[f->rows[0] == FIGURE_NO_ROW ? f->others[0] : f->rows[0]].name,
					f->param),
	     *title;

	if (f->choice)
		drop_token(name, f->choice);
	title = xasprintf("%s: %s by %s", name, what, f->param);
	free(name);
	return title;
}

static struct figure make_figure(const struct comparison *c, const struct family *f, enum figure_kind kind,
				 enum metric_id metric, const char *what)
{
	struct figure figure = { .kind = kind, .metric = metric, .nr_rows = f->count };

	figure.param = xstrdup(f->param);
	figure.title = sweep_title(c, f, what);
	figure.rows = copy_rows(f->rows, f->count);
	if (f->choice) {
		figure.choice = xstrdup(f->choice);
		figure.others = copy_rows(f->others, f->count);
	}
	figure.workload = c->rows[f->rows[0] == FIGURE_NO_ROW ? f->others[0] : f->rows[0]].workload;
	return figure;
}

/* At two places of the axis, on any side. */
static bool has_line(const struct comparison *c, const size_t *rows, size_t count, enum metric_id metric)
{
	size_t i, side, n = 0;

	for (i = 0; rows && i < count; i++) {
		for (side = 0; rows[i] != FIGURE_NO_ROW && side < c->nr_sides; side++)
			if (c->rows[rows[i]].cells[side].metrics[metric].present)
				break;
		n += rows[i] != FIGURE_NO_ROW && side < c->nr_sides;
	}
	return n > 1;
}

static void add_metric(const struct comparison *c, struct figures *figures, const struct family *f,
		       enum figure_kind kind, enum metric_id metric, const char *what)
{
	struct figure figure;

	if (!has_line(c, f->rows, f->count, metric) && !has_line(c, f->others, f->count, metric))
		return;
	figure = make_figure(c, f, kind, metric, what);
	if (kind == FIGURE_SWEEP)
		add_guide(c, &figure);
	figure_add(figures, c, figure);
}

/* Each value of a choice has a figure of its own here: the line styles are the percentiles'. */
static void add_tail(const struct comparison *c, struct figures *figures, const struct family *f, const size_t *rows)
{
	struct family one = { .param = f->param, .rows = copy_rows(rows, f->count) };
	size_t i;

	for (i = 0; i < f->count; i++)
		if (rows[i] != FIGURE_NO_ROW)
			one.rows[one.count++] = rows[i];
	add_metric(c, figures, &one, FIGURE_TAIL, METRIC_P99, "p50, p99, p99.9");
	free(one.rows);
}

static bool has_threads(const struct comparison *c, const struct family *f)
{
	size_t i, side;

	for (i = 0; i < f->count; i++)
		for (side = 0; f->rows[i] != FIGURE_NO_ROW && side < c->nr_sides; side++) {
			const struct cell *cell = &c->rows[f->rows[i]].cells[side];

			if (cell->status == STATUS_PASS && cell->cases[0]->nr_threads > 1)
				return true;
		}
	return false;
}

static void add_counts(const struct comparison *c, struct figures *figures, const struct family *f)
{
	add_metric(c, figures, f, FIGURE_COUNTS, METRIC_COMMANDS, "commands");
	add_metric(c, figures, f, FIGURE_COUNTS, METRIC_SYNCS, "CMD_SYNCs");
}

static void add_times(const struct comparison *c, struct figures *figures, const struct family *f)
{
	add_metric(c, figures, f, FIGURE_THROUGHPUT, METRIC_THROUGHPUT, "throughput");
	add_tail(c, figures, f, f->rows);
	if (f->choice)
		add_tail(c, figures, f, f->others);
	if (has_threads(c, f))
		add_metric(c, figures, f, FIGURE_FAIRNESS, METRIC_MEAN, "thread means");
}

/* Over a size or a set time counts stay, and the percentiles' curves tell the rest. */
void figures_choose_sweeps(const struct comparison *c, struct figures *figures)
{
	struct families families;
	size_t i;

	find_families(c, &families);
	pair_families(c, &families);
	for (i = 0; i < families.count; i++) {
		const struct family *f = &families.list[i];

		if (f->gone)
			continue;
		add_metric(c, figures, f, FIGURE_SWEEP, METRIC_MEDIAN, "median");
		if (is_load(f->param) && compare_counts(c))
			add_counts(c, figures, f);
		else if (is_load(f->param))
			add_times(c, figures, f);
	}
	free_families(&families);
}
