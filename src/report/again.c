// SPDX-License-Identifier: GPL-2.0-only
/* again.c - the commands that make the run, and this page, again. */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "xalloc.h"

/* Whoever pastes a command is to run ours, and none that a name has in it. */

static bool is_plain(const char *word)
{
	while (isalnum((unsigned char)*word) || (*word && strchr("._-+:=/,@% ", *word)))
		word++;
	return !*word;
}

/* One word for the shell, whatever is in it; not where a word could be an option. */
static void put_word(FILE *out, const char *word)
{
	if (is_plain(word)) {
		html_printf(out, *word && !strchr(word, ' ') ? "%s" : "\"%s\"", word);
		return;
	}
	html_text(out, "'");
	while (*word) {
		const size_t n = strcspn(word, "'");

		html_printf(out, "%.*s%s", (int)n, word, word[n] ? "'\\''" : "");
		word += word[n] ? n + 1 : n;
	}
	html_text(out, "'");
}

/* make takes a value for more than text, and '$' for the begin of a function; two are one. */
static void put_setting(FILE *out, const char *name, const char *value)
{
	char *word = xcalloc(2 * strlen(value) + 1, 1), *to = word;

	for (; *value; value++) {
		if (*value == '$')
			*to++ = '$';
		*to++ = *value;
	}
	fprintf(out, " %s=", name);
	put_word(out, word);
	free(word);
}

/* Strings, separated by spaces; to be freed. */
static char *joined(const json_t *strings)
{
	char *text = NULL;
	size_t size, i;
	const json_t *string;
	FILE *out = xmemstream(&text, &size);

	json_array_foreach (strings, i, string)
		fprintf(out, "%s%s", i ? " " : "", json_is_string(string) ? json_string_value(string) : "?");
	fclose(out);
	return text;
}

static bool is_asked_for(const struct field *f, const struct result_bed *bed)
{
	if (!f->variable)
		return false;
	if (f->kind == FIELD_TEXTS)
		return json_array_size(field_texts(f, bed)) > 0;
	return field_is_known(f, bed) && (!f->asked || !strcmp(field_text(f, bed), f->asked));
}

/* As scripts/bench takes them. */
static void put_bed_settings(FILE *out, const struct result_bed *bed)
{
	const struct field *f;
	char *settings;

	for (f = section_fields(SECTION_BED); f->key; f++) {
		if (!is_asked_for(f, bed))
			continue;
		settings = f->kind == FIELD_TEXTS ? joined(field_texts(f, bed)) : xstrdup(field_text(f, bed));
		put_setting(out, f->variable, settings);
		free(settings);
	}
}

static size_t most_boots(const struct comparison *c)
{
	size_t i, most = 0;

	for (i = 0; i < c->nr_sides; i++)
		most = c->sides[i].nr_boots > most ? c->sides[i].nr_boots : most;
	return most;
}

/* All kernels of the plan, those that were lost too; a plan of another hand may lack the rest. */
static void put_bench(FILE *out, const struct comparison *c, const json_t *plan)
{
	const json_t *boots = json_object_get(plan, "boots");
	char *kernels = joined(json_object_get(plan, "kernels"));
	char number[24];

	fputs("make bench", out);
	put_setting(out, "KERNELS", kernels);
	put_bed_settings(out, c->bed);
	put_setting(out, "SUITE", c->suite);
	snprintf(number, sizeof(number), "%zu",
		 json_is_integer(boots) && json_integer_value(boots) > 0 ? (size_t)json_integer_value(boots) :
									   most_boots(c));
	put_setting(out, "BOOTS", number);
	fputc('\n', out);
	free(kernels);
}

/* "1.0 (abcdef0-dirty)", or "v1-3-gabcdef0-dirty": the commit. What could not be one is left out. */
static void put_checkout(FILE *out, const char *version)
{
	const char *open = strrchr(version, '('), *commit = open ? open + 1 : version;
	size_t n = strspn(commit, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-");
	const size_t dirty = strlen("-dirty");
	bool changed;

	if (!n || *commit == '-' || strcmp(commit + n, open ? ")" : ""))
		return;
	changed = n > dirty && !strncmp(commit + n - dirty, "-dirty", dirty);
	n -= changed ? dirty : 0;
	fprintf(out, "git checkout %.*s%s\n", (int)n, commit,
		changed ? "   # and changes that were not committed" : "");
}

static bool has_probe(const struct comparison *c)
{
	const struct boot *boot = c->sides[0].boots[0];

	for (size_t i = 0; i < boot->nr_cases; i++)
		if (boot->cases[i].probe.present)
			return true;
	return false;
}

/* What was measured, as run and session take it. */
static void put_what(FILE *out, const struct comparison *c)
{
	fputs(" --suite ", out);
	put_word(out, c->suite);
	if (has_probe(c))
		fputs(" --probe invlat", out);
}

/* Of a session: one command, in a folder of its own. */
static void put_session(FILE *out, const struct report *report, const struct comparison *c, const json_t *plan)
{
	const json_t *kernels = json_object_get(plan, "kernels"), *kernel;
	char *folder = xasprintf("%s-again", report->run->path);
	size_t i;

	fputs("sudo invbench session", out);
	json_array_foreach (kernels, i, kernel) {
		fputs(" --kernel ", out);
		put_word(out, json_is_string(kernel) ? json_string_value(kernel) : "?");
	}
	fprintf(out, " --boots %zu", most_boots(c));
	put_what(out, c);
	fputs(" --all-safe --module kmod ", out);
	put_word(out, folder);
	fputs("\ninvbench session --status ", out);
	put_word(out, folder);
	fputc('\n', out);
	free(folder);
}

/* In each boot the same. */
static void put_by_hand(FILE *out, const struct report *report, const struct comparison *c)
{
	if (c->bed->kind->is_machine)
		fputs("# once a boot, on each kernel; where the tarball was unpacked\n"
		      "make -C /lib/modules/$(uname -r)/build M=$PWD/kmod clean modules\n"
		      "sudo insmod kmod/invbench.ko\nsudo invbench bind --all-safe\nsudo ",
		      out);
	fputs("invbench run", out);
	put_what(out, c);
	fputs(" --output ", out);
	put_word(out, report->run->path);
	fputs(c->bed->kind->is_machine ? "\nsudo invbench restore\n" : "   # once a boot, on each kernel\n", out);
}

/* On a machine results lie anywhere. */
static char *where(const struct report *report)
{
	const bool lab = report->run->planned && !report->beds[0].comparison.bed->kind->is_machine;

	return lab ? xasprintf("results/%s", report->name) : xstrdup(report->run->path);
}

void report_again(FILE *out, const struct report *report)
{
	char *path = NULL, *results = where(report);
	struct sentence why;
	json_t *plan = NULL;
	size_t i;

	path = xasprintf("%s/plan.json", report->run->path);
	if (report->run->planned)
		plan = result_load_json(path, &why);
	fputs("<section id=\"again\">\n<h2>How to do it again</h2>\n<pre>", out);
	if (plan && !report->beds[0].comparison.bed->kind->is_machine)
		put_checkout(out, report->beds[0].comparison.sides[0].boots[0]->invbench);
	for (i = 0; i < report->run->nr_beds; i++) {
		const struct comparison *c = &report->beds[i].comparison;

		if (plan && c->bed->kind->is_machine)
			put_session(out, report, c, plan);
		else if (plan)
			put_bench(out, c, plan);
		else
			put_by_hand(out, report, c);
	}
	fputs("invbench compare ", out);
	put_word(out, results);
	fputs("   # --base KERNEL for another base\ninvbench report ", out);
	put_word(out, results);
	fputs("\n</pre>\n</section>\n", out);
	json_decref(plan);
	free(results);
	free(path);
}
