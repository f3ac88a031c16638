// SPDX-License-Identifier: GPL-2.0-only
/* bed.c - the tables of a bed as a whole: entry points, environment. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "stats.h"
#include "xalloc.h"
#include "warn.h"

/* ---- entry points ---- */

static const struct result_entry *find_entry(const struct result_case *rc, const char *name)
{
	size_t i;

	for (i = 0; i < rc->probe.nr_entries; i++)
		if (!strcmp(rc->probe.entries[i].name, name))
			return &rc->probe.entries[i];
	return NULL;
}

/* Calls per operation and median of @name, over the boots; false if no boot saw it. */
static bool entry_values(const struct side *side, const struct cell *cell, const char *name, double *calls,
			 double *median)
{
	double *v = xcalloc(2 * side->nr_boots, sizeof(*v));
	size_t i, n = 0;

	for (i = 0; i < side->nr_boots; i++) {
		const struct result_entry *e = find_entry(cell->cases[i], name);

		if (!e)
			continue;
		v[n] = (double)e->count / (double)cell->cases[i]->probe.ops;
		v[side->nr_boots + n++] = (double)e->median;
	}
	if (n) {
		*calls = stats_median(v, n);
		*median = stats_median(v + side->nr_boots, n);
	}
	free(v);
	return n > 0;
}

static void put_entry(FILE *out, const struct comparison *c, const struct row *row, const char *name)
{
	double calls, median;
	size_t side;

	fputs("<tr><td>", out);
	html_text(out, name);
	fputs("</td>", out);
	for (side = 0; side < c->nr_sides; side++) {
		const struct cell *cell = &row->cells[side];

		if (cell->probe != PROBE_VALID || !entry_values(&c->sides[side], cell, name, &calls, &median)) {
			fputs("<td class=\"n\">&ndash;</td><td class=\"n\">&ndash;</td>", out);
			continue;
		}
		fprintf(out, "<td class=\"n\">%.2f</td><td class=\"n\">", calls);
		html_number(out, median, 0);
		fputs("</td>", out);
	}
	fputs("</tr>\n", out);
}

/* The first boot of the first side that has the entry shows it, so that each is shown once. */
static bool shown_before(const struct comparison *c, const struct row *row, size_t side, const char *name)
{
	while (side-- > 0)
		if (row->cells[side].probe == PROBE_VALID && find_entry(row->cells[side].cases[0], name))
			return true;
	return false;
}

static void put_entries(FILE *out, const struct comparison *c, const struct row *row)
{
	size_t side, i;

	fprintf(out, "<tbody><tr><th class=\"case\" colspan=\"%zu\">", 1 + 2 * c->nr_sides);
	html_text(out, row->name);
	fputs("</th></tr>\n", out);
	for (side = 0; side < c->nr_sides; side++) {
		const struct result_probe *p;

		if (row->cells[side].probe != PROBE_VALID)
			continue;
		p = &row->cells[side].cases[0]->probe;
		for (i = 0; i < p->nr_entries; i++)
			if (!shown_before(c, row, side, p->entries[i].name))
				put_entry(out, c, row, p->entries[i].name);
	}
	fputs("</tbody>\n", out);
}

static bool has_entries(const struct comparison *c, const struct row *row)
{
	size_t side;

	for (side = 0; side < c->nr_sides; side++)
		if (row->cells[side].probe == PROBE_VALID && row->cells[side].cases[0]->probe.nr_entries)
			return true;
	return false;
}

/* How the probe got at the functions of @side: its cost depends on it. */
static const char *attachment(const struct comparison *c, size_t side)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (c->rows[i].cells[side].probe == PROBE_VALID)
			return c->rows[i].cells[side].cases[0]->probe.attach;
	return "no probe";
}

static void entries_head(FILE *out, const struct comparison *c)
{
	fputs("<h2>Where the calls go</h2>\n<p class=\"soft\">Calls of the driver&#39;s entry points per operation, as the probe saw "
	      "them, and the median of one call in ",
	      out);
	html_text(out, compare_unit(c));
	fputs(", the probe&#39;s own cost included. This tells where calls go within one kernel. It does not compare kernels: a "
	      "kprobe costs more than an fentry probe, and each function pays for the probes of those it calls.</p>\n",
	      out);
}

static void entries_table(FILE *out, const struct comparison *c, const char *workload)
{
	size_t side;

	fputs("<details><summary>", out);
	html_text(out, workload);
	fputs("</summary>\n<div class=\"wide\"><table>\n<thead><tr><th></th>", out);
	for (side = 0; side < c->nr_sides; side++) {
		fputs("<th class=\"n\" colspan=\"2\">", out);
		html_printf(out, "%s (%s)", c->sides[side].label, attachment(c, side));
		fputs("</th>", out);
	}
	fputs("</tr><tr><th>entry point</th>", out);
	for (side = 0; side < c->nr_sides; side++)
		fputs("<th class=\"n\">calls</th><th class=\"n\">median</th>", out);
	fputs("</tr></thead>\n", out);
}

/* Of one workload, folded. True if it has any. */
static bool put_workload(FILE *out, const struct comparison *c, const char *workload, bool first)
{
	bool any = false;
	size_t i;

	for (i = 0; i < c->nr_rows; i++) {
		if (strcmp(c->rows[i].workload, workload) || !has_entries(c, &c->rows[i]))
			continue;
		if (!any && first)
			entries_head(out, c);
		if (!any)
			entries_table(out, c, workload);
		any = true;
		put_entries(out, c, &c->rows[i]);
	}
	if (any)
		fputs("</table></div></details>\n", out);
	return any;
}

void report_entries(FILE *out, const struct report_bed *bed)
{
	const struct comparison *c = &bed->comparison;
	size_t *firsts, i, count = compare_workloads(c, &firsts);
	bool any = false;

	for (i = 0; i < count; i++)
		any = put_workload(out, c, c->rows[firsts[i]].workload, !any) || any;
	free(firsts);
}

/* ---- environment ---- */

/* A row that is no field of the file's, or more than one value between two texts. */
typedef void (*fact)(FILE *out, const struct side *side);

static void tell_texts(FILE *out, const struct field *f, const void *section)
{
	const json_t *text;
	size_t i;

	json_array_foreach (field_texts(f, section), i, text)
		fprintf(out, "%s%s", i ? ", " : f->row.before, json_string_value(text));
	if (i)
		fputs(f->row.after, out);
}

static void tell_text(FILE *out, const struct field *f, const void *section)
{
	const char *text = field_text(f, section);

	if (*text)
		fprintf(out, "%s%.*s%s", f->row.before, f->row.digits ? f->row.digits : INT_MAX, text, f->row.after);
	else if (f->row.unknown)
		fputs(f->row.unknown, out);
}

static void tell_field(FILE *out, const struct field *f, const void *section)
{
	switch (f->kind) {
	case FIELD_UINT:
		fprintf(out, "%s%" PRIu64 "%s", f->row.before, field_uint(f, section) / (f->row.per ? f->row.per : 1),
			f->row.after);
		break;
	case FIELD_REAL:
		fprintf(out, "%s%g%s", f->row.before, field_real(f, section), f->row.after);
		break;
	case FIELD_TEXTS:
		tell_texts(out, f, section);
		break;
	default:
		tell_text(out, f, section);
	}
}

static bool begins(const struct field *f, const void *section)
{
	return f->row.unknown || *field_text(f, section);
}

/* All fields of the row @title, which are of one section. */
static void tell_row(FILE *out, const char *title, const struct boot *boot)
{
	const struct field *f;
	const void *from;
	bool first = true;
	int section;

	for (section = 0; section < SECTIONS; section++) {
		from = boot_section(boot, (enum section)section);
		for (f = section_fields((enum section)section); f->key; f++) {
			if (!f->row.title || strcmp(f->row.title, title))
				continue;
			if (first && !begins(f, from))
				return;
			tell_field(out, f, from);
			first = false;
		}
	}
}

static void put_features(FILE *out, const struct result_instance *i)
{
	if (!i->features_known) {
		fputs("features unknown", out);
		return;
	}
	fprintf(out, "%" PRIu64 " CMDQ entries, RIL %s, ATS %s, MSI polling %s, %" PRIu64 " SSID bits", i->cmdq_entries,
		i->ril ? "yes" : "no", i->ats ? "yes" : "no", i->msi_polling ? "yes" : "no", i->ssid_bits);
}

/* Neighbours that are alike are told once. */
static void fact_instances(FILE *out, const struct side *side)
{
	const struct boot *boot = side_speaker(side);
	size_t i, next;

	fprintf(out, "%zu: ", boot->nr_instances);
	for (i = 0; i < boot->nr_instances; i = next) {
		for (next = i + 1; next < boot->nr_instances; next++)
			if (!compare_same_features(&boot->instances[i], &boot->instances[next]))
				break;
		fprintf(out, "%s%s", i ? "; " : "", boot->instances[i].name);
		if (next - i > 1)
			fprintf(out, " to %s", boot->instances[next - 1].name);
		fputs(": ", out);
		put_features(out, &boot->instances[i]);
	}
}

static void fact_program(FILE *out, const struct side *side)
{
	fputs(side_speaker(side)->invbench, out);
}

/* Up to the last slash: the folder a patch is in, or nothing. */
static int folder_length(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? (int)(slash - name) : 0;
}

/* "lab/0001-...patch", "lab/0002-...patch" is "lab (2 patches)". */
static void fact_series(FILE *out, const struct side *side)
{
	const json_t *series = side_speaker(side)->kernel.series;
	size_t i, next, n = json_array_size(series);

	for (i = 0; i < n; i = next) {
		const char *name = json_string_value(json_array_get(series, i)), *other;
		const int folder = folder_length(name);

		for (next = i + 1; next < n; next++) {
			other = json_string_value(json_array_get(series, next));
			if (!folder || folder_length(other) != folder || strncmp(other, name, (size_t)folder))
				break;
		}
		fprintf(out, "%s%.*s", i ? ", " : "", folder ? folder : (int)strlen(name), name);
		if (folder)
			fprintf(out, " (%zu patch%s)", next - i, next - i == 1 ? "" : "es");
	}
}

static void fact_boots(FILE *out, const struct side *side)
{
	fprintf(out, "%zu, from %s to %s", side->nr_boots, side->boots[0]->started,
		side->boots[side->nr_boots - 1]->started);
}

static char *fact_text(const char *title, fact tell, const struct side *side)
{
	char *text = NULL;
	size_t size;
	FILE *out = xmemstream(&text, &size);

	if (tell)
		tell(out, side);
	else
		tell_row(out, title, side_speaker(side));
	fclose(out);
	return text;
}

static void put_fact_cell(FILE *out, const char *text, size_t columns_wide)
{
	fprintf(out, "<td colspan=\"%zu\">", columns_wide);
	html_text(out, *text ? text : "-");
	fputs("</td>", out);
}

/* One cell over all kernels where they agree. */
static void put_fact(FILE *out, const struct comparison *c, const char *title, fact tell)
{
	char **texts = xcalloc(c->nr_sides, sizeof(*texts));
	bool alike = true;
	size_t i;

	if (!c->nr_sides)
		abort();
	for (i = 0; i < c->nr_sides; i++) {
		texts[i] = fact_text(title, tell, &c->sides[i]);
		alike = alike && !strcmp(texts[i], texts[0]);
	}
	fprintf(out, "<tr><th>%s</th>", title);
	for (i = 0; i < (alike ? 1 : c->nr_sides); i++)
		put_fact_cell(out, texts[i], alike ? c->nr_sides : 1);
	fputs("</tr>\n", out);
	for (i = 0; i < c->nr_sides; i++)
		free(texts[i]);
	free(texts);
}

void report_environment(FILE *out, const struct report_bed *bed)
{
	static const struct {
		const char *title;
		fact fact; /* NULL: fields have that title */
	} facts[] = {
		{ "kernel", NULL },	     { "source", NULL },
		{ "series", fact_series },   { "design", NULL },
		{ "boots", fact_boots },     { "series hash", NULL },
		{ "config hash", NULL },     { "image hash", NULL },
		{ "command line", NULL },    { "bed", NULL },
		{ "machine", NULL },	     { "host", NULL },
		{ "SMMUs", fact_instances }, { "invbench", fact_program },
	};
	const struct comparison *c = &bed->comparison;
	size_t i;

	fputs("<h2>What it ran on</h2>\n<div class=\"wide\"><table>\n<thead><tr><th></th>", out);
	for (i = 0; i < c->nr_sides; i++) {
		fputs("<th>", out);
		html_text(out, c->sides[i].label);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n<tbody>\n", out);
	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		put_fact(out, c, facts[i].title, facts[i].fact);
	if (*c->bed->preset)
		put_fact(out, c, "SMMU model", NULL);
	fputs("</tbody></table></div>\n", out);
}
