// SPDX-License-Identifier: GPL-2.0-only
/* top_rows.c - what the probes took of a window, as a row for each SMMU and each process. */
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "top_rows.h"
#include "xalloc.h"

const char *const top_figure_names[TOP_FIGURES] = {
	[TOP_COUNT] = "count",	     [TOP_COMMANDS] = "commands",
	[TOP_SYNCS] = "syncs",	     [TOP_ATC_INVS] = "atc_commands",
	[TOP_TIME] = "total_ns",     [TOP_ATC_TIME] = "atc_ns",
	[TOP_LOCK_TIME] = "lock_ns", [TOP_LATE_TIME] = "late_at_most_ns",
	[TOP_BY_RANGE] = "by_range", [TOP_BY_LEAF] = "by_leaf",
	[TOP_BY_TAG] = "by_tag",     [TOP_P50] = "p50_ns",
	[TOP_P99] = "p99_ns",
};

static void note_reason(struct top_window *w, enum top_scope scope, enum top_figure figure, const char *text)
{
	struct top_reason *reason;
	size_t i;

	for (i = 0; i < w->nr_reasons; i++)
		if (w->reasons[i].scope == scope && w->reasons[i].figure == figure)
			return;
	reason = xappend(w->reasons, w->nr_reasons);
	*reason = (struct top_reason){ scope, figure, xstrdup(text) };
	text_make_line(reason->text);
}

/* A number, or a sentence in its place. */
static void read_figure(struct top_window *w, enum top_scope scope, struct top_row *row, enum top_figure figure,
			const json_t *value)
{
	row->figures[figure] = json_is_integer(value) ? json_integer_value(value) : TOP_UNKNOWN;
	if (json_is_string(value))
		note_reason(w, scope, figure, json_string_value(value));
}

static void read_figures(struct top_window *w, enum top_scope scope, struct top_row *row, const json_t *of,
			 enum top_figure from, enum top_figure to)
{
	int i;

	for (i = from; i <= (int)to; i++)
		read_figure(w, scope, row, i, json_object_get(of, top_figure_names[i]));
}

static struct top_row *new_row(struct top_window *w, enum top_scope scope, const char *name, long long pid)
{
	struct top_row *row = xappend(w->rows[scope], w->counts[scope]);

	text_format(row->name, sizeof(row->name), "%s", name ? name : "");
	row->pid = pid;
	return row;
}

/* ---- processes ---- */

static void read_processes(struct top_window *w, const json_t *all, long long pid)
{
	struct top_row *row;
	const json_t *one;
	json_int_t number;
	size_t i;

	json_array_foreach (all, i, one) {
		number = json_integer_value(json_object_get(one, "pid"));
		if (pid && pid != number)
			continue;
		row = new_row(w, TOP_PROCESS, json_string_value(json_object_get(one, "comm")), number);
		read_figures(w, TOP_PROCESS, row, one, 0, TOP_FIGURES - 1);
	}
}

/* ---- SMMUs ---- */

/* What the name becomes in a row, and so what is compared. */
static struct top_row *find_smmu(const struct top_window *w, const char *name)
{
	char line[TOP_NAME_SIZE];
	size_t i;

	text_format(line, sizeof(line), "%s", name ? name : "");
	for (i = 0; i < w->counts[TOP_SMMU]; i++)
		if (!strcmp(w->rows[TOP_SMMU][i].name, line))
			return &w->rows[TOP_SMMU][i];
	return NULL;
}

static bool is_wanted(const char *name, const struct top_filter *filter)
{
	return !filter->smmu || (name && !strcmp(name, filter->smmu));
}

/* That of most, and whether there are others. */
static void read_granule(struct top_row *row, json_t *granules)
{
	json_int_t most = 0;
	const char *name;
	json_t *count;

	json_object_foreach (granules, name, count) {
		if (json_integer_value(count) <= most)
			continue;
		most = json_integer_value(count);
		text_format(row->granule, sizeof(row->granule), "%s%s", name,
			    json_object_size(granules) > 1 ? "+" : "");
	}
}

/* All that was sent to it, by whomever. */
static void read_sent(struct top_window *w, struct top_row *row, const json_t *figures)
{
	const json_t *tlbi = json_object_get(figures, "tlbi");
	const json_t *atc = json_object_get(json_object_get(figures, "opcodes"), "ATC_INV");
	int i;

	if (!json_is_object(figures)) {
		for (i = TOP_COMMANDS; i <= TOP_ATC_INVS; i++)
			read_figure(w, TOP_SMMU, row, i, figures);
		for (i = TOP_BY_RANGE; i <= TOP_BY_TAG; i++)
			read_figure(w, TOP_SMMU, row, i, figures);
		return;
	}
	read_figures(w, TOP_SMMU, row, figures, TOP_COMMANDS, TOP_SYNCS);
	row->figures[TOP_ATC_INVS] = json_integer_value(atc); /* 0 if there is none */
	read_figures(w, TOP_SMMU, row, tlbi, TOP_BY_RANGE, TOP_BY_TAG);
	read_granule(row, json_object_get(tlbi, "granule"));
}

/* An SMMU that no invalidation used: what was given to it is of others, as an attach. */
static struct top_row *idle_smmu(struct top_window *w, const char *name)
{
	struct top_row *row = new_row(w, TOP_SMMU, name, 0);
	int i;

	for (i = 0; i < TOP_FIGURES; i++)
		row->figures[i] = i == TOP_LOCK_TIME || i == TOP_P50 || i == TOP_P99 ? TOP_UNKNOWN : 0;
	return row;
}

static void read_smmus(struct top_window *w, const json_t *split, const json_t *cmdq, const struct top_filter *filter)
{
	const json_t *one;
	const char *name;
	struct top_row *row;
	size_t i;

	json_array_foreach (json_object_get(split, "instances"), i, one) {
		name = json_string_value(json_object_get(one, "name"));
		if (!is_wanted(name, filter))
			continue;
		row = new_row(w, TOP_SMMU, name, 0);
		read_figures(w, TOP_SMMU, row, one, 0, TOP_FIGURES - 1);
		row->figures[TOP_LOCK_TIME] = TOP_UNKNOWN; /* a lock is waited for outside of the queue */
		if (json_is_string(cmdq))
			read_sent(w, row, cmdq);
	}
	json_array_foreach (json_object_get(cmdq, "instances"), i, one) {
		name = json_string_value(json_object_get(one, "name"));
		if (!is_wanted(name, filter))
			continue;
		row = find_smmu(w, name);
		read_sent(w, row ? row : idle_smmu(w, name), json_object_get(one, "figures"));
	}
}

/* ---- the whole ---- */

void top_read(struct top_window *window, const json_t *split, const json_t *cmdq, const struct top_filter *filter)
{
	read_processes(window, json_object_get(split, "processes"), filter->pid);
	read_smmus(window, split, cmdq, filter);
	window->lost =
		json_integer_value(json_object_get(split, "lost")) + json_integer_value(json_object_get(cmdq, "lost"));
}

void top_free(struct top_window *window)
{
	size_t i;

	for (i = 0; i < window->nr_reasons; i++)
		free(window->reasons[i].text);
	free(window->reasons);
	free(window->rows[TOP_SMMU]);
	free(window->rows[TOP_PROCESS]);
	window->rows[TOP_SMMU] = window->rows[TOP_PROCESS] = NULL;
	window->counts[TOP_SMMU] = window->counts[TOP_PROCESS] = window->nr_reasons = 0;
	window->reasons = NULL;
}
