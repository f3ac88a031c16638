// SPDX-License-Identifier: GPL-2.0-only
/* family.c - which cases belong together: those that differ in one parameter alone, or in a choice besides. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "family.h"
#include "part.h"
#include "xalloc.h"

#define CHOICES_MAX 64 /* names: each is asked of all families, and all workloads together have a dozen */

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
	key = xasprintf("%s\n%s\n%s\n%s", param, row->workload, row->unit, params ? params : "");
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

char *family_name(const char *name, const char *param, const char *choice)
{
	char *title = xstrdup(name);

	drop_token(title, param);
	if (choice)
		drop_token(title, choice);
	drop_token(title, "ops");
	drop_token(title, "warmup");
	return title;
}

json_int_t family_place(const struct comparison *c, size_t row, const char *param)
{
	return json_integer_value(json_object_get(c->rows[row].params, param));
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
	const json_int_t value = family_place(c, row, f->param);
	size_t at = f->count;

	while (at > 0 && family_place(c, f->rows[at - 1], f->param) > value)
		at--;
	if (at > 0 && family_place(c, f->rows[at - 1], f->param) == value)
		return;
	memmove(f->rows + at + 1, f->rows + at, (f->count++ - at) * sizeof(*f->rows));
	f->rows[at] = row;
}

bool family_is_load(const char *param)
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
	const bool control = f->count && family_is_load(f->param) && !family_place(c, f->rows[0], f->param);

	return f->count > (control ? 2 : 1) && family_place(c, f->rows[f->count - 1], f->param) > 1;
}

/* True if it is one; else nothing is left of it. */
static bool make_family(const struct comparison *c, const char *key, const json_t *members, struct family *f)
{
	const json_t *member;
	size_t i;

	*f = (struct family){ .param = xasprintf("%.*s", (int)strcspn(key, "\n"), key) };
	f->rows = xcalloc(json_array_size(members), sizeof(*f->rows));
	json_array_foreach (members, i, member)
		add_member(c, f, (size_t)json_integer_value(member));
	if (is_sweep(c, f))
		return true;
	free(f->param);
	free(f->rows);
	return false;
}

static void find_families(const struct comparison *c, struct families *families)
{
	json_t *found = find_members(c), *members;
	const char *key;

	families->list = xcalloc(json_object_size(found), sizeof(*families->list));
	families->count = 0;
	json_object_foreach (found, key, members)
		families->count += make_family(c, key, members, &families->list[families->count]);
	json_decref(found);
}

static void free_family(struct family *f)
{
	free(f->param);
	free(f->rows);
	free(f->others);
	free(f->choice);
}

void families_free(struct families *families)
{
	size_t i;

	for (i = 0; i < families->count; i++)
		free_family(&families->list[i]);
	free(families->list);
}

/* ---- two values of a choice in one figure ---- */

static bool has_choice(const struct comparison *c, const struct family *f, const char *choice)
{
	return !f->gone && !f->choice && json_is_string(json_object_get(c->rows[f->rows[0]].params, choice));
}

/* Both on one axis, with a gap where one of them has no case. */
static void join(const struct comparison *c, struct family *f, struct family *other, const char *choice)
{
	size_t *rows = xcalloc(f->count + other->count, sizeof(*rows));
	size_t *others = xcalloc(f->count + other->count, sizeof(*others));
	size_t n = 0, i = 0, j = 0;

	while (i < f->count || j < other->count) {
		const json_int_t x = i < f->count ? family_place(c, f->rows[i], f->param) : INT64_MAX;
		const json_int_t y = j < other->count ? family_place(c, other->rows[j], f->param) : INT64_MAX;

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

/* By what they have in common beside @choice, the families that have it; a new reference. */
static json_t *find_groups(const struct comparison *c, const struct families *families, const char *choice)
{
	json_t *groups = json_object();
	size_t i;

	for (i = 0; i < families->count; i++) {
		const struct family *f = &families->list[i];
		char *key;

		if (!has_choice(c, f, choice))
			continue;
		key = family_key(&c->rows[f->rows[0]], f->param, choice);
		if (!json_object_get(groups, key))
			json_object_set_new(groups, key, json_array());
		json_array_append_new(json_object_get(groups, key), json_integer((json_int_t)i));
		free(key);
	}
	return groups;
}

/* Two, and no more: three line styles for each colour are too many. */
static void pair_by(const struct comparison *c, struct families *families, const char *choice)
{
	json_t *groups = find_groups(c, families, choice), *group;
	const char *key;

	json_object_foreach (groups, key, group)
		if (json_array_size(group) == 2)
			join(c, &families->list[json_integer_value(json_array_get(group, 0))],
			     &families->list[json_integer_value(json_array_get(group, 1))], choice);
	json_decref(groups);
}

/* ATS before other choices. What an operation is is no choice: another one is another thing to look at. */
static void pair_families(const struct comparison *c, struct families *families)
{
	json_t *choices = json_pack("{s:n}", "ats"), *value;
	const char *name;
	size_t i;

	for (i = 0; i < families->count; i++)
		json_object_foreach ((json_t *)c->rows[families->list[i].rows[0]].params, name, value)
			if (json_is_string(value) && strcmp(name, "op") && json_object_size(choices) < CHOICES_MAX)
				json_object_set_new(choices, name, json_null());
	json_object_foreach (choices, name, value)
		pair_by(c, families, name);
	json_decref(choices);
}

static void drop_gone(struct families *families)
{
	size_t i, n = 0;

	for (i = 0; i < families->count; i++)
		if (families->list[i].gone)
			free_family(&families->list[i]);
		else
			families->list[n++] = families->list[i];
	families->count = n;
}

void families_find(const struct comparison *c, struct families *families)
{
	find_families(c, families);
	pair_families(c, families);
	drop_gone(families);
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

static bool wants_guide(const struct comparison *c, const struct family *f)
{
	const json_t *params = c->rows[f->rows[0]].params, *instances = json_object_get(params, "instances");
	const json_int_t most = family_place(c, f->rows[f->count - 1], f->param);

	return !strcmp(f->param, "devices") && json_is_integer(json_object_get(params, "sync")) &&
	       json_is_integer(instances) && json_integer_value(instances) >= most;
}

size_t family_control(const struct comparison *c, const struct family *f)
{
	const struct row *first;
	size_t i;

	if (f->choice || !wants_guide(c, f))
		return FIGURE_NO_ROW;
	first = &c->rows[f->rows[0]];
	for (i = 0; i < c->nr_rows; i++)
		if (is_control(c, i, first))
			return i;
	return FIGURE_NO_ROW;
}

/* ---- what a family has ---- */

const struct row *family_first(const struct comparison *c, const struct family *f)
{
	return &c->rows[f->rows[0] == FIGURE_NO_ROW ? f->others[0] : f->rows[0]];
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

bool family_has_line(const struct comparison *c, const struct family *f, enum metric_id metric)
{
	return has_line(c, f->rows, f->count, metric) || has_line(c, f->others, f->count, metric);
}
