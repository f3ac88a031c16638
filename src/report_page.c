// SPDX-License-Identifier: GPL-2.0-only
/* report_page.c - the frame of the page: style, headline, order of the parts, how to do it again. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"

static const char style[] =
	":root{color-scheme:light dark;--paper:#fff;--ink:#1b1b1b;--soft:#5a5a5a;--line:#d4d4d4;--panel:#f5f5f3;"
	"--good:#00614a;--goodbg:#d9f0e7;--bad:#8a3800;--badbg:#fbe3d4;--same:#444;--samebg:#e9e9e9;--open:#5c4a00;--openbg:#f6ecc4;--link:#0b57a4}\n"
	"@media(prefers-color-scheme:dark){:root{--paper:#16181a;--ink:#e8e8e6;--soft:#a9a9a7;--line:#3a3d40;--panel:#1f2224;"
	"--good:#7fe0c0;--goodbg:#12392e;--bad:#ffb48a;--badbg:#4a2413;--same:#cfcfcf;--samebg:#33373a;--open:#f0dc8c;--openbg:#40370f;--link:#8ec5ff}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0 auto;max-width:80rem;padding:1rem;background:var(--paper);color:var(--ink);"
	"font:1rem/1.5 system-ui,'DejaVu Sans',sans-serif;overflow-wrap:break-word}\n"
	"h1{font-size:1.5rem;margin:.2rem 0}h2{font-size:1.25rem;margin:2.2rem 0 .5rem;border-bottom:1px solid var(--line)}"
	"h3{font-size:1.05rem;margin:1.4rem 0 .4rem}\n"
	".soft{color:var(--soft)}.panel{background:var(--panel);border-left:.3rem solid var(--line);padding:.6rem 1rem;margin:.8rem 0}\n"
	".panel p{margin:.4rem 0}.lead{font-size:1.1rem}\n"
	".wide{overflow-x:auto}\n"
	"table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}\n"
	"td,th{padding:.2rem .45rem;text-align:left;vertical-align:top}\n"
	"td.k{white-space:nowrap}td.v{min-width:8rem}td.n,th.n{text-align:right;white-space:nowrap}\n"
	"thead tr:last-child th{border-bottom:2px solid var(--line)}\n"
	"tbody{border-bottom:1px solid var(--line)}\n"
	"th.case{padding-top:.5rem;font-weight:600}th.case span{font-weight:400;color:var(--soft)}\n"
	"th.group{text-align:center;border-bottom:1px solid var(--line)}\n"
	"h2 .soft{font-weight:400;font-size:1rem}nav{margin:1rem 0}a{color:var(--link)}details{margin:.5rem 0}\n"
	".verdict{border-radius:.3rem;box-decoration-break:clone;-webkit-box-decoration-break:clone;padding:0 .4rem;font-weight:600}\n"
	".better{color:var(--good);background:var(--goodbg)}.worse{color:var(--bad);background:var(--badbg)}"
	".same{color:var(--same);background:var(--samebg)}.open{color:var(--open);background:var(--openbg)}\n"
	".figures{display:grid;justify-items:center;grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));gap:1rem}\n"
	".many{grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr))}\n"
	"figure{margin:0;min-width:0;width:100%;max-width:40rem}figure svg{display:block;width:100%;height:auto}\n"
	"svg [color=black]{color:var(--ink)}svg [stroke=black]{stroke:var(--ink)}svg [fill=black]{fill:var(--ink)}\n"
	"@media(prefers-color-scheme:dark){svg [color='rgb(  0, 114, 178)']{color:#4da6e0}svg [stroke='rgb(  0, 114, 178)']{stroke:#4da6e0}"
	"svg [color='rgb(136,  34,  85)']{color:#d977a8}svg [stroke='rgb(136,  34,  85)']{stroke:#d977a8}}\n"
	"pre{background:var(--panel);padding:.6rem 1rem;overflow-x:auto}\n"
	"summary{cursor:pointer;font-weight:600}\n"
	"@media(max-width:48rem){.less{display:none}td,th{padding:.2rem .35rem}table{font-size:.85rem}}\n"
	"@media print{.wide{overflow:visible}figure,tbody{break-inside:avoid}}\n";

void html_text(FILE *out, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			fputc(*text, out);
		}
}

void html_printf(FILE *out, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	html_text(out, text);
	free(text);
}

void html_number(FILE *out, double value, int decimals)
{
	char digits[340];	/* the longest a double can get */
	const char *c;
	size_t left;

	snprintf(digits, sizeof(digits), "%.*f", decimals, fabs(value));
	left = strcspn(digits, ".");
	if (value < 0 && strspn(digits, "0.") != strlen(digits))
		fputs("&minus;", out);
	for (c = digits; *c; c++) {
		fputc(*c, out);
		if (left && --left && left % 3 == 0)
			fputs("&#8239;", out);	/* a narrow space that does not break */
	}
}

/* ---- headline ---- */

static const struct metric *median_of(const struct comparison *c, size_t row, size_t side)
{
	return &c->rows[row].cells[side].metrics[METRIC_MEDIAN];
}

static bool moved(const struct metric *m)
{
	return m->verdict == VERDICT_BETTER || m->verdict == VERDICT_WORSE;
}

/*
 * The row whose median moved most in the direction of @verdict; nr_rows if
 * none did. Sending fewer commands is another thing than sending the same
 * ones faster, and would drown it.
 */
static size_t largest(const struct comparison *c, size_t side, enum verdict verdict)
{
	size_t i, found = c->nr_rows;

	for (i = 0; i < c->nr_rows; i++) {
		if (median_of(c, i, side)->verdict != verdict || moved(&c->rows[i].cells[side].metrics[METRIC_COMMANDS]))
			continue;
		if (found == c->nr_rows || fabs(median_of(c, i, side)->change) > fabs(median_of(c, found, side)->change))
			found = i;
	}
	return found;
}

static void tell_largest(FILE *out, const struct comparison *c, size_t side, enum verdict verdict, const char *word)
{
	size_t row = largest(c, side, verdict);

	if (row < c->nr_rows)
		html_printf(out, " Largest %s for the same commands: median %+.1f %%, %s.", word,
			    100 * median_of(c, row, side)->change, c->rows[row].name);
}

static void tell_pair(FILE *out, const struct comparison *c, size_t side)
{
	static const char *const phrases[VERDICTS] = {
		[VERDICT_BETTER] = "better in",
		[VERDICT_WORSE] = "worse in",
		[VERDICT_SAME] = "no measurable difference in",
		[VERDICT_INCONCLUSIVE] = "inconclusive in",
		[VERDICT_NOT_COMPARED] = "not compared in",
	};
	size_t tally[VERDICTS];
	const char *comma = "";
	int v;

	compare_tally(c, side, NULL, tally);
	fputs("<p class=\"lead\"><b>", out);
	html_text(out, c->sides[side].label);
	fputs("</b> against <b>", out);
	html_text(out, c->sides[0].label);
	fprintf(out, "</b>, %zu case%s, %zu boot%s against %zu: ", c->nr_rows, c->nr_rows == 1 ? "" : "s",
		c->sides[side].nr_boots, c->sides[side].nr_boots == 1 ? "" : "s", c->sides[0].nr_boots);
	for (v = VERDICT_BETTER; v < VERDICTS; v++) {
		if (!tally[v])
			continue;
		fprintf(out, "%s%s <b>%zu</b>", comma, phrases[v], tally[v]);
		comma = ", ";
	}
	fputs(".", out);
	tell_largest(out, c, side, VERDICT_BETTER, "gain");
	tell_largest(out, c, side, VERDICT_WORSE, "loss");
	fputs("</p>\n", out);
}

static void tell_variant(FILE *out, const struct comparison *c, size_t side)
{
	char error[RESULT_ERROR_SIZE];
	struct comparison variant;
	struct side pair[2];

	if (!compare_variant(c, side, pair) || compare_sides(pair, 2, &variant, error))
		return;
	tell_pair(out, &variant, 1);
	compare_free(&variant);
}

static void tell_failures(FILE *out, const struct comparison *c)
{
	size_t row, side;

	for (row = 0; row < c->nr_rows; row++)
		for (side = 0; side < c->nr_sides; side++) {
			const struct cell *cell = &c->rows[row].cells[side];

			if (cell->status == STATUS_PASS || cell->status == STATUS_SKIP || cell->late)
				continue;
			fprintf(out, "<p><span class=\"verdict worse\">%s</span> ", status_name(cell->status));
			html_printf(out, "%s on %s: %s", c->rows[row].name, c->sides[side].label, cell->reason);
			fputs("</p>\n", out);
		}
}

/* A busy machine fails one case after the other, and one sentence is enough. */
static void tell_late(FILE *out, const struct comparison *c)
{
	bool any = false;
	size_t row, side;

	for (side = 0; side < c->nr_sides; side++) {
		size_t n = 0;

		for (row = 0; row < c->nr_rows; row++)
			n += c->rows[row].cells[side].late != NULL;
		if (!n)
			continue;
		fputs(any ? ", " : "<p><span class=\"verdict open\">late</span> The SMMU model served too many CMD_SYNCs late in ", out);
		html_printf(out, "%zu of %zu cases on %s", n, c->nr_rows, c->sides[side].label);
		any = true;
	}
	if (any)
		fputs(": the machine was too busy, and their times are not shown.</p>\n", out);
}

static const char *claims(const struct comparison *c)
{
	if (compare_counts(c))
		return "Bed icount counts instructions in QEMU. It may claim instructions, commands and syncs per operation, to a "
		       "fraction of a percent, and correctness with real DMA. It may never claim latency or contention: its CPUs "
		       "run one at a time, and an instruction is not a time.";
	if (!strcmp(c->bed->name, "model"))
		return "Bed model runs in real time against a model of the SMMU with set latencies. It may claim how designs scale "
		       "with instances, devices, threads and device latency, command order, and correctness. It may never claim "
		       "nanoseconds of hardware.";
	return "Bed metal is real time on a real SMMUv3. It may claim everything about this machine, as it is described below.";
}

void report_headline(FILE *out, const struct report_bed *bed)
{
	const struct comparison *c = &bed->comparison;
	const struct witnessed witnessed = compare_witness(c);
	size_t i;

	fputs("<div class=\"panel\">\n", out);
	for (i = 1; i < c->nr_sides; i++)
		tell_pair(out, c, i);
	for (i = 1; i < c->nr_sides; i++)
		tell_variant(out, c, i);
	if (c->nr_sides == 1) {
		fputs("<p class=\"lead\">One kernel, ", out);
		html_text(out, c->sides[0].label);
		fputs(": nothing to compare it with.</p>\n", out);
	}
	tell_failures(out, c);
	tell_late(out, c);
	for (i = 0; i < c->nr_warnings; i++) {
		fputs("<p><span class=\"verdict open\">warning</span> ", out);
		html_text(out, c->warnings[i]);
		fputs("</p>\n", out);
	}
	fputs("</div>\n<p class=\"soft\">", out);
	html_text(out, claims(c));
	if (witnessed.passes)
		html_printf(out, " An independent witness, %s, counted the same commands and syncs as the probe in %zu of %zu passes.",
			    witnessed.source, witnessed.agree, witnessed.passes);
	fputs("</p>\n", out);
}

/* ---- workloads ---- */

/* Every verdict by its number; those not there are left out. */
static void put_tally(FILE *out, const size_t tally[VERDICTS])
{
	static const struct {
		enum verdict verdict;
		const char *class, *word;
	} shown[] = {
		{ VERDICT_WORSE, "worse", "worse" }, { VERDICT_BETTER, "better", "better" }, { VERDICT_SAME, "same", "same" },
		{ VERDICT_INCONCLUSIVE, "open", "open" }, { VERDICT_NOT_COMPARED, "open", "not compared" },
	};
	size_t i;

	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		if (tally[shown[i].verdict])
			fprintf(out, "<span class=\"verdict %s\">%zu&nbsp;%s</span> ", shown[i].class, tally[shown[i].verdict],
				shown[i].word);
}

static void put_index_row(FILE *out, const struct comparison *c, size_t nth, const char *workload)
{
	size_t side, tally[VERDICTS];

	fprintf(out, "<tr><td><a href=\"#%s-%zu\">", c->bed->name, nth + 1);
	html_text(out, workload);
	fprintf(out, "</a></td><td class=\"n\">%zu</td>", compare_tally(c, 0, workload, tally));
	for (side = 1; side < c->nr_sides; side++) {
		compare_tally(c, side, workload, tally);
		fputs("<td>", out);
		put_tally(out, tally);
		fputs("</td>", out);
	}
	fputs("</tr>\n", out);
}

void report_index(FILE *out, const struct report_bed *bed)
{
	const struct comparison *c = &bed->comparison;
	size_t *firsts, i, count = compare_workloads(c, &firsts), side;

	fputs("<nav><div class=\"wide\"><table>\n<thead><tr><th>workload</th><th class=\"n\">cases</th>", out);
	for (side = 1; side < c->nr_sides; side++) {
		fputs("<th>", out);
		html_printf(out, "%s against %s", c->sides[side].label, c->sides[0].label);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n<tbody>\n", out);
	for (i = 0; i < count; i++)
		put_index_row(out, c, i, c->rows[firsts[i]].workload);
	fputs("</tbody></table></div>\n<p>", out);
	if (!strcmp(c->bed->name, "model"))
		fputs("<a href=\"#model-model\">how well the model kept its times, and what its oracle saw</a>, ", out);
	fprintf(out,
		"<a href=\"#%1$s-calls\">where the calls go</a>, <a href=\"#%1$s-bed\">what it ran on</a>, "
		"<a href=\"#%1$s-read\">how to read this</a></p></nav>\n",
		c->bed->name);
	free(firsts);
}

static int put_workload(FILE *out, const struct report *report, size_t nth, size_t number, const char *workload, char *error)
{
	const struct report_bed *bed = &report->beds[nth];
	int err;

	fprintf(out, "<section id=\"%s-%zu\">\n<h2>", bed->comparison.bed->name, number);
	html_text(out, workload);
	fprintf(out, " <span class=\"soft\">on bed %s</span></h2>\n", bed->comparison.bed->name);
	err = report_sweeps(out, report, nth, workload, error);
	if (err)
		return err;
	report_table(out, bed, workload);
	report_numbers(out, bed, workload);
	report_threads(out, bed, workload);
	err = report_distributions(out, report, nth, workload, error);
	fputs("</section>\n", out);
	return err;
}

int report_workloads(FILE *out, const struct report *report, size_t bed, char *error)
{
	const struct comparison *c = &report->beds[bed].comparison;
	size_t *firsts, i, count = compare_workloads(c, &firsts);
	int err = 0;

	for (i = 0; i < count && !err; i++)
		err = put_workload(out, report, bed, i + 1, c->rows[firsts[i]].workload, error);
	free(firsts);
	return err;
}

/* ---- the rest of the frame ---- */

static void explain_verdicts(FILE *out, const struct comparison *c)
{
	if (compare_counts(c))
		fprintf(out,
			"<p>A metric is better or worse if it moved by %.1f %% or more, and the boots of the two kernels are further "
			"apart than boots of one kernel are from each other; from %d boots a side.",
			100 * COMPARE_MIN_EFFECT_COUNTS, COMPARE_MIN_BOOTS_COUNTS);
	else
		fprintf(out,
			"<p>A metric is better or worse if the exact Mann-Whitney test over the boots says so at alpha %.2f, "
			"Holm-corrected over the metrics of the case, and it moved by %.0f %% (median), %.0f %% (p99), %.0f %% "
			"(throughput) or %.1f %% (counts); from %d boots a side.",
			COMPARE_ALPHA, 100 * metric_infos[METRIC_MEDIAN].min_effect, 100 * metric_infos[METRIC_P99].min_effect,
			100 * metric_infos[METRIC_THROUGHPUT].min_effect, 100 * COMPARE_MIN_EFFECT_COUNTS, COMPARE_MIN_BOOTS_TIMES);
	fputs(" It shows no measurable difference if the boots also rule such a change out, and is inconclusive otherwise. A case "
	      "is worse if any metric is worse, else better if any is better, else it is what its median is.</p>\n",
	      out);
}

static void explain(FILE *out, const struct comparison *c)
{
	fputs("<h2>How to read this</h2>\n<p>Latencies, median to max, are ", out);
	html_text(out, compare_unit(c));
	fputs(" per operation, measured with no probe attached, with the clock&#39;s own cost subtracted; each is the median of the "
	      "boots. Ratio: of the medians, to ",
	      out);
	html_text(out, c->sides[0].label);
	fputs(". Commands, syncs and batches are per operation, counted in a pass of their own. Of all these lower is better.", out);
	if (!compare_counts(c))
		fputs(" Throughput (ops/s) is what all threads do together in a second, untimed parts included: of it higher is better.",
		      out);
	fputs("</p>\n<p>In figures over a parameter, bars reach from the lowest to the highest boot; where two kernels agree, the "
	      "base&#39;s line is the wider one, or the one without gaps. Whole distributions are of all boots together: at 99, one "
	      "operation in a hundred took longer than the line shows.</p>\n",
	      out);
	explain_verdicts(out, c);
}

static void tell_again(FILE *out, const struct report *report)
{
	const struct comparison *c = &report->beds[0].comparison;
	size_t i;

	fputs("<h2>How to do it again</h2>\n<pre>", out);
	if (report->run->planned) {
		fputs("make bench KERNELS=&quot;", out);
		for (i = 0; i < c->nr_sides; i++)
			html_printf(out, "%s%s", i ? " " : "", c->sides[i].label);
		html_printf(out, "\" SUITE=%s BOOTS=%zu\n", c->suite, c->sides[0].nr_boots);
	} else {
		html_printf(out, "invbench run --suite %s -o results/RUN/KERNEL/%s/boot-001.json   # once a boot, on each kernel\n",
			    c->suite, c->bed->name);
	}
	html_printf(out, "invbench compare results/%s   # --base KERNEL for another base\ninvbench report results/%s\n",
		    report->name, report->name);
	fputs("</pre>\n", out);
}

static void page_head(FILE *out, const struct report *report)
{
	const struct comparison *c = &report->beds[0].comparison;

	fputs("<!DOCTYPE html>\n<!-- SPDX-License-Identifier: GPL-2.0-only -->\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
	      out);
	html_printf(out, "%s: SMMUv3 invalidation", report->name);
	fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>SMMUv3 invalidation: ", style);
	html_text(out, report->name);
	fputs("</h1>\n<p class=\"soft\">", out);
	html_printf(out, "Suite %s, first boot %s, invbench %s", c->suite, c->sides[0].boots[0]->started,
		    c->sides[0].boots[0]->invbench);
	fputs("</p>\n", out);
}

static int page_bed(FILE *out, const struct report *report, size_t nth, char *error)
{
	const struct report_bed *bed = &report->beds[nth];
	const char *name = bed->comparison.bed->name;
	int err;

	fputs("<h2>Verdict on bed ", out);
	html_text(out, name);
	fputs("</h2>\n", out);
	report_headline(out, bed);
	report_index(out, bed);
	err = report_workloads(out, report, nth, error);
	if (err)
		return err;
	fprintf(out, "<section id=\"%s-model\">\n", name);
	err = report_model(out, report, nth, error);
	if (err)
		return err;
	fprintf(out, "</section>\n<section id=\"%s-calls\">\n", name);
	report_entries(out, bed);
	fprintf(out, "</section>\n<section id=\"%s-bed\">\n", name);
	report_environment(out, bed);
	fprintf(out, "</section>\n<section id=\"%s-read\">\n", name);
	explain(out, &bed->comparison);
	fputs("</section>\n", out);
	return 0;
}

int report_page(FILE *out, const struct report *report, char *error)
{
	size_t i;
	int err;

	page_head(out, report);
	for (i = 0; i < report->run->nr_beds; i++) {
		err = page_bed(out, report, i, error);
		if (err)
			return err;
	}
	tell_again(out, report);
	fputs("</body>\n</html>\n", out);
	return 0;
}
