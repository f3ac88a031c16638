// SPDX-License-Identifier: GPL-2.0-only
/* model.c - what bed model alone has to show: what a set time costs, whether it was kept, what the oracle saw. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "stats.h"
#include "xalloc.h"

/* ---- the clock ---- */

/* All timing passes with one set time of a CMD_SYNC, of all kernels and boots. */
struct set_time {
	uint64_t min, max; /* set; they differ where it is drawn, or by instance */
	uint64_t syncs, late;
	size_t passes, invalid;
	double *set, *took; /* median of each pass */
};

struct clock {
	struct set_time *times; /* ascending */
	size_t count;
};

static struct set_time *find_time(struct clock *clock, const struct result_service *s)
{
	size_t i = 0;

	while (i < clock->count && (clock->times[i].min < s->set_min ||
				    (clock->times[i].min == s->set_min && clock->times[i].max < s->set_max)))
		i++;
	if (i < clock->count && clock->times[i].min == s->set_min && clock->times[i].max == s->set_max)
		return &clock->times[i];
	xappend(clock->times, clock->count);
	memmove(&clock->times[i + 1], &clock->times[i], (clock->count - 1 - i) * sizeof(*clock->times));
	clock->times[i] = (struct set_time){ .min = s->set_min, .max = s->set_max };
	return &clock->times[i];
}

static void add_pass(struct clock *clock, const struct result_service *s)
{
	struct set_time *t = find_time(clock, s);

	t->set = xgrow(t->set, t->passes, sizeof(*t->set));
	t->took = xgrow(t->took, t->passes, sizeof(*t->took));
	t->set[t->passes] = (double)s->set_median;
	t->took[t->passes++] = (double)s->took_median;
	t->invalid += !s->valid;
	t->syncs += s->syncs;
	t->late += s->late;
}

static void read_clock(const struct comparison *c, struct clock *clock)
{
	size_t row, side, boot;

	*clock = (struct clock){ 0 };
	for (row = 0; row < c->nr_rows; row++)
		for (side = 0; side < c->nr_sides; side++)
			for (boot = 0; boot < c->sides[side].nr_boots; boot++) {
				const struct result_case *rc = c->rows[row].cells[side].cases[boot];

				if (rc && rc->service.present && rc->service.syncs)
					add_pass(clock, &rc->service);
			}
}

static void free_clock(struct clock *clock)
{
	size_t i;

	for (i = 0; i < clock->count; i++) {
		free(clock->times[i].set);
		free(clock->times[i].took);
	}
	free(clock->times);
}

/* With its unit, and no more digits than a histogram of the model has. */
static void put_time(FILE *out, double ns)
{
	if (ns < 1e4)
		fprintf(out, "%.0f ns", ns);
	else if (ns < 1e7)
		fprintf(out, "%.4g us", ns / 1e3);
	else
		fprintf(out, "%.4g ms", ns / 1e6);
}

static void put_set(FILE *out, const struct set_time *t, double set)
{
	fputs("<tr><td class=\"n\">", out);
	put_time(out, set);
	if (t->min != t->max) {
		fputs(" (", out);
		put_time(out, (double)t->min);
		fputs(" to ", out);
		put_time(out, (double)t->max);
		fputs(")", out);
	}
	fputs("</td>", out);
}

static void put_set_time(FILE *out, const struct set_time *t)
{
	const double set = stats_median(t->set, t->passes), took = stats_median(t->took, t->passes);

	put_set(out, t, set);
	fputs("<td class=\"n\">", out);
	put_time(out, took);
	if (set > 0)
		fprintf(out, "</td><td class=\"n\">%+.1f %%", 100 * (took / set - 1));
	else
		fputs("</td><td class=\"n\">&ndash;", out);
	fprintf(out, "</td><td class=\"n\">%.2f %%</td><td class=\"n\">%zu of %zu</td><td class=\"n less\">",
		100 * (double)t->late / (double)t->syncs, t->invalid, t->passes);
	html_number(out, (double)t->syncs, 0);
	fputs("</td></tr>\n", out);
}

/* Off by more than a tenth, and by more than late begins at. */
static bool is_off(const struct set_time *t)
{
	const double set = stats_median(t->set, t->passes), took = stats_median(t->took, t->passes);

	return fabs(took - set) > 2000 && fabs(took - set) > set / 10;
}

static void tell_clock(FILE *out, const struct clock *clock)
{
	uint64_t syncs = 0, late = 0;
	size_t i, passes = 0, invalid = 0, off = 0;

	for (i = 0; i < clock->count; i++) {
		syncs += clock->times[i].syncs;
		late += clock->times[i].late;
		passes += clock->times[i].passes;
		invalid += clock->times[i].invalid;
		off += is_off(&clock->times[i]);
	}
	fputs("<p>The model served <b>", out);
	html_number(out, (double)syncs, 0);
	fprintf(out,
		"</b> CMD_SYNCs in %zu timing passes, <b>%.2f %%</b> of them late; <b>%zu</b> pass%s too late to count. ",
		passes, 100 * (double)late / (double)syncs, invalid, invalid == 1 ? " was" : "es were");
	if (off)
		fprintf(out, "At <b>%zu</b> of %zu set times the median was not served as set.</p>\n", off,
			clock->count);
	else
		fputs("The median was served as set, to a tenth or 2 us, at every set time.</p>\n", out);
}

static void put_clock(FILE *out, const struct clock *clock)
{
	size_t i;

	tell_clock(out, clock);
	fputs("<p class=\"soft\">Of all kernels together. Served: from its start in the model to its end. Late: more than 2 us, "
	      "and more than a tenth of its set time, after it should have been done. A pass with more than one in a hundred "
	      "late is not counted, and its case has no times.</p>\n"
	      "<div class=\"wide\"><table>\n<thead><tr><th class=\"n\">set to</th><th class=\"n\">served in, median</th>"
	      "<th class=\"n\">off by</th><th class=\"n\">late</th><th class=\"n\">invalid passes</th>"
	      "<th class=\"n less\">CMD_SYNCs</th></tr></thead>\n<tbody>\n",
	      out);
	for (i = 0; i < clock->count; i++)
		put_set_time(out, &clock->times[i]);
	fputs("</tbody></table></div>\n", out);
}

/* ---- the oracle ---- */

struct checked {
	size_t passes;
	struct result_oracle sum;
};

static struct checked read_oracle(const struct comparison *c, size_t side)
{
	struct checked checked = { 0 };
	size_t row, boot;

	for (row = 0; row < c->nr_rows; row++)
		for (boot = 0; boot < c->sides[side].nr_boots; boot++) {
			const struct result_case *rc = c->rows[row].cells[side].cases[boot];

			if (!rc || !rc->oracle.present)
				continue;
			checked.passes++;
			checked.sum.removals += rc->oracle.removals;
			checked.sum.needs += rc->oracle.needs;
			checked.sum.violations += rc->oracle.violations;
			checked.sum.unfollowed += rc->oracle.unfollowed;
		}
	return checked;
}

static void put_checked(FILE *out, const struct side *side, const struct checked *checked)
{
	const uint64_t violations = checked->sum.violations;

	fputs("<tr><td>", out);
	html_text(out, side->label);
	fprintf(out, "</td><td class=\"n\"><span class=\"verdict %s\">%" PRIu64 "</span></td><td class=\"n\">",
		violations ? "worse" : "same", violations);
	html_number(out, (double)checked->sum.removals, 0);
	fputs("</td><td class=\"n\">", out);
	html_number(out, (double)checked->sum.needs, 0);
	fputs("</td><td class=\"n less\">", out);
	html_number(out, (double)checked->sum.unfollowed, 0);
	fprintf(out, "</td><td class=\"n less\">%zu</td></tr>\n", checked->passes);
}

static void put_oracle(FILE *out, const struct comparison *c)
{
	struct checked checked;
	bool any = false;
	size_t side;

	for (side = 0; side < c->nr_sides; side++) {
		checked = read_oracle(c, side);
		if (!checked.passes)
			continue;
		if (!any)
			fputs("<h2>Oracle</h2>\n<p class=\"soft\">A pass of each case in which the kernel tells what it removes, "
			      "and the model checks that whatever could still hold it was told so, and waited for, before the "
			      "kernel went on. No times are taken in it.</p>\n<div class=\"wide\"><table>\n<thead><tr>"
			      "<th>kernel</th><th class=\"n\">violations</th><th class=\"n\">removals</th>"
			      "<th class=\"n\">tags and SIDs</th><th class=\"n less\">not followed</th>"
			      "<th class=\"n less\">checked passes</th></tr></thead>\n<tbody>\n",
			      out);
		any = true;
		put_checked(out, &c->sides[side], &checked);
	}
	if (any)
		fputs("</tbody></table></div>\n", out);
}

/* ---- both, and the figures ---- */

static bool has_part(const struct figures *figures, enum figure_part part)
{
	size_t i;

	for (i = 0; i < figures->count; i++)
		if (figures->list[i].type->part == part)
			return true;
	return false;
}

/* The lateness stands beside the excess, which it is a part of; else in the section of the clock. */
static int put_excess(FILE *out, const struct report *report, size_t bed, struct sentence *why)
{
	return html_figures(
		out, report, bed, IN_PART(PART_COST) | IN_PART(PART_CLOCK), NULL,
		"<h2>What a CMD_SYNC of set length costs</h2>\n<p class=\"soft\">What an operation took above the "
		"CMD_SYNC&#39;s set time, and above the same operation with sync=0: the driver polls after delays that "
		"double, so it notices late. The median of the boots; bars reach from the lowest to the highest boot. "
		"The grey line is the model&#39;s part in it: its median lateness.</p>\n<div class=\"figures\">\n",
		why);
}

int report_model(FILE *out, const struct report *report, size_t bed, struct sentence *why)
{
	const struct comparison *c = &report->beds[bed].comparison;
	const bool excess = has_part(&report->beds[bed].figures, PART_COST);
	struct clock clock;
	int err = excess ? put_excess(out, report, bed, why) : 0;

	read_clock(c, &clock);
	if (!err && clock.count) {
		fputs("<h2>The model&#39;s own clock</h2>\n", out);
		put_clock(out, &clock);
		err = excess ? 0 :
			       html_figures(out, report, bed, IN_PART(PART_CLOCK), NULL, "<div class=\"figures\">\n",
					    why);
	}
	if (!err)
		put_oracle(out, c);
	free_clock(&clock);
	return err;
}
