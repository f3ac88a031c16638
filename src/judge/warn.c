// SPDX-License-Identifier: GPL-2.0-only
/* warn.c - what should be the same on all sides, and is not. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "fewer.h"
#include "text.h"
#include "verdict.h"
#include "warn.h"
#include "xalloc.h"

void compare_warn(struct comparison *c, const char *format, ...)
{
	va_list args;
	char *warning;

	va_start(args, format);
	warning = xvasprintf(format, args);
	text_make_line(warning);
	*xappend(c->warnings, c->nr_warnings) = warning;
	va_end(args);
}

static void warn_text(struct comparison *c, size_t side, const char *what, const char *a, const char *b)
{
	if (strcmp(a, b))
		compare_warn(c, "%s differs: %s has %s, %s has %s", what, c->sides[0].label, *a ? a : "(unknown)",
			     c->sides[side].label, *b ? b : "(unknown)");
}

static void warn_number(struct comparison *c, size_t side, const char *what, uint64_t a, uint64_t b)
{
	if (a != b)
		compare_warn(c, "%s differs: %s has %" PRIu64 ", %s has %" PRIu64, what, c->sides[0].label, a,
			     c->sides[side].label, b);
}

/* A larger kernel leaves a little less memory. */
static bool about_same(uint64_t a, uint64_t b)
{
	return fabs((double)a - (double)b) <= 0.01 * (double)a;
}

bool compare_same_features(const struct result_instance *a, const struct result_instance *b)
{
	return a->features_known == b->features_known && a->ril == b->ril && a->ats == b->ats &&
	       a->msi_polling == b->msi_polling && a->ssid_bits == b->ssid_bits && a->cmdq_entries == b->cmdq_entries;
}

static bool same_instances(const struct boot *a, const struct boot *b)
{
	size_t i;

	if (a->nr_instances != b->nr_instances)
		return false;
	for (i = 0; i < a->nr_instances; i++)
		if (!compare_same_features(&a->instances[i], &b->instances[i]))
			return false;
	return true;
}

static bool same_cases(const struct boot *a, const struct boot *b)
{
	size_t i;

	if (a->nr_cases != b->nr_cases)
		return false;
	for (i = 0; i < a->nr_cases; i++)
		if (strcmp(a->cases[i].name, b->cases[i].name))
			return false;
	return true;
}

/* The first boot that ran other cases than @a, or in another order; NULL: none did. */
static const struct boot *other_cases(const struct boot *a, const struct side *side)
{
	size_t i;

	for (i = 0; i < side->nr_boots; i++)
		if (!same_cases(a, side->boots[i]))
			return side->boots[i];
	return NULL;
}

/* By content: a suite may keep its name and be another. What ran before a case moves it. */
static void warn_suite(struct comparison *c, size_t side)
{
	const struct boot *a = side_speaker(&c->sides[0]), *b = side_speaker(&c->sides[side]);
	const struct boot *other = other_cases(a, &c->sides[side]), *edited = other_cases(a, &c->sides[0]);

	if (strcmp(a->suite, b->suite))
		warn_text(c, side, "suite", a->suite, b->suite);
	else if (other || edited)
		compare_warn(
			c,
			"suite %s is not one suite: a boot of %s ran %zu cases, and one of %s %zu, or others, or in another "
			"order; what ran before a case may have moved its times, though not its counts",
			a->suite, c->sides[0].label, a->nr_cases, c->sides[other ? side : 0].label,
			(other ? other : edited)->nr_cases);
}

/* In how many cases @is so of @side; *@first is the name of the first. */
static size_t count_rows(const struct comparison *c, size_t side, const char **first,
			 bool (*is)(const struct comparison *c, const struct row *row, size_t side))
{
	size_t i, n = 0;

	for (i = 0; i < c->nr_rows; i++) {
		if (!is(c, &c->rows[i], side))
			continue;
		if (!n++)
			*first = c->rows[i].name;
	}
	return n;
}

static bool has_other_ops(const struct comparison *c, const struct row *row, size_t side)
{
	const struct cell *base = &row->cells[0], *cell = &row->cells[side];

	return base->status == STATUS_PASS && cell->status == STATUS_PASS && base->cases[0]->ops != cell->cases[0]->ops;
}

static void warn_ops(struct comparison *c, size_t side)
{
	const char *first;
	const size_t n = count_rows(c, side, &first, has_other_ops);

	if (n)
		compare_warn(c, "%s ran another number of operations than %s in %zu case%s, the first being %s",
			     c->sides[side].label, c->sides[0].label, n, n == 1 ? "" : "s", first);
}

static void warn_params(struct comparison *c, size_t side)
{
	size_t i;

	for (i = 0; i < c->nr_rows; i++)
		if (strstr(c->rows[i].cells[side].why, "the parameters differ"))
			compare_warn(c, "%s: %s has other parameters than %s; not compared", c->rows[i].name,
				     c->sides[side].label, c->sides[0].label);
}

static bool has_witness(const struct result_case *rc)
{
	return rc && rc->witness.present && rc->probe.present && rc->probe.valid;
}

/* A witness knows no devices: it counts all. */
static bool witness_agrees(const struct result_case *rc)
{
	const struct result_probe *p = &rc->probe;

	return rc->witness.commands == p->commands + p->others && rc->witness.syncs == p->syncs + p->other_syncs;
}

struct witnessed compare_witness(const struct comparison *c)
{
	struct witnessed w = { 0 };
	size_t row, side, boot;

	for (row = 0; row < c->nr_rows; row++)
		for (side = 0; side < c->nr_sides; side++)
			for (boot = 0; boot < c->sides[side].nr_boots; boot++) {
				const struct result_case *rc = c->rows[row].cells[side].cases[boot];

				if (!has_witness(rc))
					continue;
				w.source = rc->witness.source;
				w.passes++;
				w.agree += witness_agrees(rc);
			}
	return w;
}

/* Two counts of one thing that differ: one of them is wrong. */
static void warn_witness(struct comparison *c, const struct row *row, size_t side)
{
	size_t boot;

	for (boot = 0; boot < c->sides[side].nr_boots; boot++) {
		const struct result_case *rc = row->cells[side].cases[boot];

		if (!has_witness(rc) || witness_agrees(rc))
			continue;
		compare_warn(c,
			     "%s on %s: the probe counted %" PRIu64 " commands and %" PRIu64 " syncs, %s %" PRIu64
			     " and %" PRIu64,
			     row->name, c->sides[side].label, rc->probe.commands + rc->probe.others,
			     rc->probe.syncs + rc->probe.other_syncs, rc->witness.source, rc->witness.commands,
			     rc->witness.syncs);
		return;
	}
}

void warn_witnesses(struct comparison *c)
{
	size_t row, side;

	for (row = 0; row < c->nr_rows; row++)
		for (side = 0; side < c->nr_sides; side++)
			warn_witness(c, &c->rows[row], side);
}

static bool has_other_states(const struct comparison *c, const struct row *row, size_t side)
{
	const struct cell *cell = &row->cells[side];
	int id;

	for (id = 0; id < METRICS; id++)
		if (cell->metrics[id].compared && cell->metrics[id].alike < 1)
			return true;
	return false;
}

/* Medians are of all boots, and what is said of their difference is not. */
static void warn_states(struct comparison *c, size_t side)
{
	const char *first;
	const size_t n = count_rows(c, side, &first, has_other_states);

	if (n)
		compare_warn(
			c,
			"the machine was not in one state: in %zu of %zu cases what the clock costs, or how late the model "
			"was, is more than %.0f %% apart between boots of %s and %s; only like boots are held against each "
			"other, so ratios are not those of the medians",
			n, c->nr_rows, 100 * (STATS_ALIKE - 1), c->sides[0].label, c->sides[side].label);
}

static bool sends_less(const struct comparison *c, const struct row *row, size_t side)
{
	return fewer_in_row(c, row, side, METRIC_COMMANDS) || fewer_in_row(c, row, side, METRIC_SYNCS);
}

static void warn_fewer(struct comparison *c, size_t side)
{
	const char *first;
	const size_t n = count_rows(c, side, &first, sends_less);

	if (n && !c->options.allow_fewer)
		compare_warn(
			c,
			"%s sends fewer commands or syncs than %s in %zu case%s, the first being %s: " FEWER_SENTENCE,
			c->sides[side].label, c->sides[0].label, n, n == 1 ? "" : "s", first);
}

static void warn_field(struct comparison *c, size_t side, const struct field *f, const void *a, const void *b)
{
	switch (f->kind) {
	case FIELD_UINT:
		if (f->differs != DIFFERS_MUCH || !about_same(field_uint(f, a), field_uint(f, b)))
			warn_number(c, side, f->label, field_uint(f, a), field_uint(f, b));
		break;
	case FIELD_TEXTS:
		if (!json_equal(field_texts(f, a), field_texts(f, b)) && (field_texts(f, a) || field_texts(f, b)))
			compare_warn(c, "the %s differ between %s and %s", f->label, c->sides[0].label,
				     c->sides[side].label);
		break;
	default:
		warn_text(c, side, f->label, field_text(f, a), field_text(f, b));
	}
}

static void warn_section(struct comparison *c, size_t side, enum section section)
{
	const void *a = boot_section(side_speaker(&c->sides[0]), section);
	const void *b = boot_section(side_speaker(&c->sides[side]), section);
	const struct field *f;

	for (f = section_fields(section); f->key; f++)
		if (f->differs && !(f->differs == DIFFERS_TIMES && compare_counts(c)))
			warn_field(c, side, f, a, b);
}

void warn_side(struct comparison *c, size_t side)
{
	const struct boot *a = side_speaker(&c->sides[0]), *b = side_speaker(&c->sides[side]);
	int section;

	warn_suite(c, side);
	warn_text(c, side, "program version", a->invbench, b->invbench);
	for (section = 0; section < SECTIONS; section++)
		warn_section(c, side, (enum section)section);
	if (!same_instances(a, b))
		compare_warn(c, "SMMU instances or their features differ between %s and %s", c->sides[0].label,
			     c->sides[side].label);
	warn_ops(c, side);
	warn_params(c, side);
	warn_states(c, side);
	warn_fewer(c, side);
}
