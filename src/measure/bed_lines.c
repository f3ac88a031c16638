// SPDX-License-Identifier: GPL-2.0-only
/*
 * bed_lines.c - reads the lines of a suite that are about beds.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bed.h"
#include "bed_lines.h"
#include "text.h"

#define BLANKS	" \t\r"
#define DIGITS	"0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyz"

enum form { NOTHING, NUMBER, CPUS, SIZE, SETTING };

/* What a person is told, in order of enum form. */
static const char *const forms[] = { "", "a number below 10000", "a number below 10000, or max",
				     "a size, as 64M is one", "KEY=VALUE" };

/* All that a suite may ask scripts/boot for. */
static const struct option {
	char letter;
	enum form form;
} options[] = {
	{ 'c', CPUS },	 { 'i', NUMBER }, { 'e', NUMBER },  { 'a', NUMBER },  { 'f', NUMBER },	{ 'p', NOTHING },
	{ 's', NUMBER }, { 'n', SIZE },	  { 'N', NOTHING }, { 'S', SETTING }, { 'T', NOTHING }, { 't', NUMBER },
};

#define NR_OPTIONS (sizeof(options) / sizeof(*options))

/* One to four digits, so that no shell can make anything else of them. */
static size_t number_length(const char *text)
{
	size_t length = strspn(text, DIGITS);

	return length <= 4 ? length : 0;
}

static bool is_size(const char *text)
{
	size_t length = number_length(text);

	return length && strchr("KMG", text[length]) && text[length] && !text[length + 1];
}

/* A setting of smmu-model, which knows whether there is one of that name: 1.sync=lognormal:2us:0.5 */
static bool is_setting(const char *text)
{
	size_t key = strspn(text, LETTERS DIGITS ".-");

	return key && *text != '-' && text[key] == '=' && text[key + 1] &&
	       !text[key + 1 + strspn(text + key + 1, LETTERS "KMG" DIGITS ".:+-")];
}

static bool has_form(enum form form, const char *text)
{
	switch (form) {
	case NUMBER:
		return number_length(text) && !text[number_length(text)];
	case CPUS:
		return !strcmp(text, "max") || has_form(NUMBER, text);
	case SIZE:
		return is_size(text);
	case SETTING:
		return is_setting(text);
	case NOTHING:
		break;
	}
	return false;
}

static const struct option *find_option(const char *word)
{
	if (word[0] != '-' || !word[1] || word[2])
		return NULL;
	for (size_t i = 0; i < NR_OPTIONS; i++) {
		if (options[i].letter == word[1])
			return &options[i];
	}
	return NULL;
}

static int no_option(const char *word, struct sentence *why)
{
	char known[3 * NR_OPTIONS + 1];

	for (size_t i = 0; i < NR_OPTIONS; i++)
		snprintf(known + 3 * i, 4, " -%c", options[i].letter);
	return sentence(why, -EINVAL, "a suite cannot ask a bed for '%s'; there are:%s", word, known);
}

static int no_bed(const char *name, struct sentence *why)
{
	char known[256] = "";

	for (const struct bed_kind *kind = bed_kinds; kind->name; kind++)
		text_append(known, sizeof(known), " %s", kind->name);
	return sentence(why, -EINVAL, "no bed '%s'; there are:%s", name, known);
}

/* Writes the options to @out as they were given. */
static int copy_options(char **saved, FILE *out, struct sentence *why)
{
	const char *before = "", *word, *value;
	const struct option *option;

	while ((word = strtok_r(NULL, BLANKS, saved))) {
		option = find_option(word);
		if (!option)
			return no_option(word, why);
		fprintf(out, "%s%s", before, word);
		before = " ";
		if (option->form == NOTHING)
			continue;
		value = strtok_r(NULL, BLANKS, saved);
		if (!value || !has_form(option->form, value))
			return sentence(why, -EINVAL, "%s %s: that is not %s", word, value ? value : "and nothing",
					forms[option->form]);
		fprintf(out, " %s", value);
	}
	return 0;
}

static int add(struct bed_lines *beds, const char *bed, const char *bed_options)
{
	struct bed_line *lines = realloc(beds->lines, (beds->nr + 1) * sizeof(*lines)), *line;

	if (!lines)
		return -ENOMEM;
	beds->lines = lines;
	line = &lines[beds->nr++];
	*line = (struct bed_line){ .bed = strdup(bed), .options = strdup(bed_options) };
	return line->bed && line->options ? 0 : -ENOMEM;
}

const char *bed_line_words(const char *line)
{
	if (*line == '#')
		line++;
	else
		line += strspn(line, BLANKS);
	if (strncmp(line, "bed", 3) || (line[3] && !strchr(BLANKS "\n", line[3])))
		return NULL;
	return line + 3;
}

int bed_lines_add(struct bed_lines *beds, char *words, struct sentence *why)
{
	char *saved, *bed = strtok_r(words, BLANKS, &saved), *text = NULL;
	FILE *out;
	size_t size;
	int err;

	if (!bed || bed[strspn(bed, LETTERS DIGITS)])
		return sentence(why, -EINVAL, "which bed? Write: bed NAME OPTION...");
	if (!bed_kind_find(bed))
		return no_bed(bed, why);
	out = open_memstream(&text, &size);
	if (!out)
		return sentence(why, -ENOMEM, "out of memory");
	err = copy_options(&saved, out, why);
	if (fclose(out) || (!err && add(beds, bed, text)))
		err = sentence(why, -ENOMEM, "out of memory");
	free(text);
	return err;
}

void bed_lines_free(struct bed_lines *beds)
{
	for (size_t i = 0; i < beds->nr; i++) {
		free(beds->lines[i].bed);
		free(beds->lines[i].options);
	}
	free(beds->lines);
	*beds = (struct bed_lines){};
}
