// SPDX-License-Identifier: GPL-2.0-only
/* again.c - the commands that make the run, and this page, again. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "xalloc.h"

/* One word for the shell, whatever is in it. */
static void put_word(FILE *out, const char *word)
{
	const char *c;

	for (c = word; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("._-+:=/,@% ", *c))
			break;
	if (*word && !*c && !strchr(word, ' ')) {
		html_text(out, word);
		return;
	}
	if (!*c) {
		html_printf(out, "\"%s\"", word);
		return;
	}
	html_text(out, "'");
	for (c = word; *c; c++)
		if (*c == '\'')
			html_text(out, "'\\''");
		else
			html_printf(out, "%c", *c);
	html_text(out, "'");
}

static void put_setting(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=", name);
	put_word(out, value);
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

/* As scripts/bench takes them. */
static void put_bed_settings(FILE *out, const struct result_bed *bed)
{
	char *settings;

	put_setting(out, "BED", bed->name);
	if (*bed->preset)
		put_setting(out, "PRESET", bed->preset);
	if (json_array_size(bed->settings)) {
		settings = joined(bed->settings);
		put_setting(out, "SETTINGS", settings);
		free(settings);
	}
	if (!strcmp(bed->accel, "kvm"))
		put_setting(out, "ACCEL", "kvm");
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

/* "v1-3-gabcdef0-dirty": the commit, if it was one. */
static void put_checkout(FILE *out, const char *version)
{
	const size_t n = strlen(version), dirty = strlen("-dirty");

	fputs("git checkout ", out);
	if (n > dirty && !strcmp(version + n - dirty, "-dirty")) {
		html_printf(out, "%.*s", (int)(n - dirty), version);
		fputs("   # and changes that were not committed\n", out);
	} else {
		html_printf(out, "%s\n", version);
	}
}

static void put_by_hand(FILE *out, const struct comparison *c)
{
	fputs("invbench run --suite ", out);
	put_word(out, c->suite);
	html_printf(out, " -o results/RUN/KERNEL/%s/boot-001.json   # once a boot, on each kernel\n", c->bed->name);
}

void report_again(FILE *out, const struct report *report)
{
	char *path = NULL;
	struct sentence why;
	json_t *plan = NULL;
	size_t i;

	path = xasprintf("%s/plan.json", report->run->path);
	if (report->run->planned)
		plan = result_load_json(path, &why);
	fputs("<section id=\"again\">\n<h2>How to do it again</h2>\n<pre>", out);
	if (plan)
		put_checkout(out, report->beds[0].comparison.sides[0].boots[0]->invbench);
	for (i = 0; i < report->run->nr_beds; i++) {
		const struct comparison *c = &report->beds[i].comparison;

		if (plan)
			put_bench(out, c, plan);
		else
			put_by_hand(out, c);
	}
	html_printf(out,
		    "invbench compare results/%1$s   # --base KERNEL for another base\ninvbench report results/%1$s\n",
		    report->name);
	fputs("</pre>\n</section>\n", out);
	json_decref(plan);
	free(path);
}
