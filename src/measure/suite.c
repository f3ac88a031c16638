// SPDX-License-Identifier: GPL-2.0-only
/*
 * suite.c - reads suites: text in, cases out.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "suite.h"

#define SUITE_MAX_BYTES (1 << 20)
#define BLANKS		" \t\r"

/* A line that is being read: for each parameter, the values it is to take. */
struct sweep {
	const struct workload *workload;
	uint64_t *values[PARAMS_MAX];
	size_t nr_values[PARAMS_MAX];
	size_t nr_params;
	bool range; /* some of it depends on the machine */
	struct suite_limits here;
};

static void sweep_free(struct sweep *s)
{
	for (size_t i = 0; i < s->nr_params; i++)
		free(s->values[i]);
}

static int sweep_add_value(struct sweep *s, size_t n, uint64_t value)
{
	uint64_t *values = realloc(s->values[n], (s->nr_values[n] + 1) * sizeof(*values));

	if (!values)
		return -ENOMEM;
	s->values[n] = values;
	values[s->nr_values[n]++] = value;
	return 0;
}

/* What a machine has of it; a case that wants more could only be skipped. */
static uint64_t here_max(const struct suite_limits *here, const struct param *p)
{
	uint64_t most = p->max;

	if (!strcmp(p->name, "threads") || !strcmp(p->name, "tenants"))
		most = here->threads;
	else if (!strcmp(p->name, "devices"))
		most = here->devices;
	else if (!strcmp(p->name, "instances"))
		most = here->instances;
	return most < p->max ? most : p->max;
}

static int parse_end(const struct sweep *s, const struct param *p, const char *text, uint64_t *value)
{
	if (strcmp(text, "max"))
		return param_parse(p, text, value);
	*value = here_max(&s->here, p);
	return 0;
}

/* "1..8" is 1,2,4,8, and "1..max" as much of that as there is on this machine; the first value is always there. */
static int sweep_add_range(struct sweep *s, const struct param *p, size_t n, char *text)
{
	char *dots = strstr(text, "..");
	uint64_t first, last, value;
	int err;

	*dots = '\0';
	err = param_parse(p, text, &first);
	if (!err)
		err = parse_end(s, p, dots + 2, &last);
	*dots = '.';
	if (err || p->choices || first == PARAM_PRESET || last == PARAM_PRESET ||
	    (last < first && strcmp(dots + 2, "max")))
		return -EINVAL;
	/* No parameter's largest value is large enough for this to overflow. */
	value = first;
	do {
		err = sweep_add_value(s, n, value);
		value = value ? 2 * value : 1;
	} while (!err && value <= last);
	return err;
}

static int sweep_add_text(struct sweep *s, const struct param *p, size_t n, char *text)
{
	uint64_t value;
	int err;

	if (strstr(text, "..")) {
		s->range = true;
		return sweep_add_range(s, p, n, text);
	}
	err = param_parse(p, text, &value);
	return err ? err : sweep_add_value(s, n, value);
}

/* @word is "name=value" or "name=value,value"; it is cut up. */
static int sweep_add_word(struct sweep *s, char *word, struct sentence *why)
{
	char *values = strchr(word, '='), *value, range[256];
	const struct param *p;
	size_t n;

	if (!values)
		return sentence(why, -EINVAL, "'%s' is not a parameter; write NAME=VALUE", word);
	*values++ = '\0';
	for (n = 0; (p = workload_param(s->workload, n)); n++) {
		if (!strcmp(p->name, word))
			break;
	}
	if (!p)
		return sentence(why, -EINVAL, "workload '%s' has no parameter '%s'; see: invbench list",
				s->workload->name, word);
	if (s->nr_values[n])
		return sentence(why, -EINVAL, "parameter '%s' is given twice; write %s=VALUE,VALUE", word, word);
	while ((value = strsep(&values, ","))) {
		int err = sweep_add_text(s, p, n, value);

		if (err == -ENOMEM)
			return sentence(why, err, "out of memory");
		if (err) {
			param_range(p, range, sizeof(range));
			return sentence(why, -EINVAL, "'%s=%s' is not %s", word, value, range);
		}
	}
	return 0;
}

static char *case_name(const struct case_spec *spec)
{
	char *name = NULL, value[64];
	const struct param *p;
	size_t size;
	FILE *out = open_memstream(&name, &size);

	if (!out)
		return NULL;
	fputs(spec->workload->name, out);
	for (size_t n = 0; (p = workload_param(spec->workload, n)); n++) {
		if (spec->values[n] == p->def)
			continue;
		param_format(p, spec->values[n], value, sizeof(value));
		fprintf(out, " %s=%s", p->name, value);
	}
	if (fclose(out)) {
		free(name);
		return NULL;
	}
	return name;
}

static int add_case(struct suite *suite, const struct case_spec *spec, struct sentence *why)
{
	struct case_spec *cases, *new;

	if (suite->nr_cases == SUITE_MAX_CASES)
		return sentence(why, -E2BIG, "more than %d cases; make two suites", SUITE_MAX_CASES);
	cases = realloc(suite->cases, (suite->nr_cases + 1) * sizeof(*cases));
	if (!cases)
		return sentence(why, -ENOMEM, "out of memory");
	suite->cases = cases;
	new = &cases[suite->nr_cases];
	*new = *spec;
	new->name = case_name(spec);
	if (!new->name)
		return sentence(why, -ENOMEM, "out of memory");
	for (size_t i = 0; i < suite->nr_cases; i++) {
		if (strcmp(cases[i].name, new->name))
			continue;
		sentence(why, -EEXIST, "case '%s' is in the suite already", new->name);
		free(new->name);
		return -EEXIST;
	}
	suite->nr_cases++;
	return 0;
}

/* A few ranges with the same values in each are millions of combinations, and not one new case. */
static int add_repeat(struct suite *suite, struct sentence *why)
{
	if (suite->nr_repeats == SUITE_MAX_CASES)
		return sentence(why, -E2BIG, "more than %d cases are in the suite already; make ranges that meet less",
				SUITE_MAX_CASES);
	suite->nr_repeats++;
	return 0;
}

/* All combinations, ordered by the workload's parameters and not by those of the line. */
static int add_combinations(struct suite *suite, const struct sweep *s, struct sentence *why)
{
	size_t position[PARAMS_MAX] = {}, n;
	int err;

	for (;;) {
		struct case_spec spec = { .workload = s->workload };

		for (n = 0; n < s->nr_params; n++) {
			const struct param *p = workload_param(s->workload, n);

			spec.values[n] = s->nr_values[n] ? s->values[n][position[n]] : p->def;
		}
		err = add_case(suite, &spec, why);
		/* Where ranges of two lines meet is nobody's fault; the case is run once. */
		if (err == -EEXIST && s->range)
			err = add_repeat(suite, why);
		if (err)
			return err;
		/* Count up like an odometer, the last parameter fastest. */
		for (n = s->nr_params; n > 0; n--) {
			if (++position[n - 1] < s->nr_values[n - 1])
				break;
			position[n - 1] = 0;
		}
		if (!n)
			return 0;
	}
}

static int add_words(struct suite *suite, char *line, struct sentence *why)
{
	char *saved, *word = strtok_r(line, BLANKS, &saved);
	struct sweep s = { .here = suite->here };
	int err = 0;

	if (!word)
		return 0;
	s.workload = workload_find(word);
	if (!s.workload)
		return sentence(why, -ENOENT, "no workload '%s'; see: invbench list", word);
	while (workload_param(s.workload, s.nr_params))
		s.nr_params++;
	while (!err && (word = strtok_r(NULL, BLANKS, &saved)))
		err = sweep_add_word(&s, word, why);
	if (!err)
		err = add_combinations(suite, &s, why);
	sweep_free(&s);
	return err;
}

int suite_add_line(struct suite *suite, const char *line, const char *where, size_t number, struct sentence *why)
{
	/* A case on the command line was booted already. */
	const char *bed = number ? bed_line_words(line) : NULL, *words = bed ? bed : line;
	char *copy = strndup(words, strcspn(words, "#\n"));
	struct sentence what;
	int err;

	if (!copy)
		return sentence(why, -ENOMEM, "out of memory");
	err = bed ? bed_lines_add(&suite->beds, copy, &what) : add_words(suite, copy, &what);
	free(copy);
	if (!err)
		return 0;
	if (number)
		return sentence(why, err, "%s:%zu: %s", where, number, what.text);
	return sentence(why, err, "%s: %s", where, what.text);
}

int suite_add_text(struct suite *suite, const char *text, size_t size, const char *where, struct sentence *why)
{
	const char *end = text + size;
	size_t number = 1;

	for (; text < end; number++) {
		const char *newline = memchr(text, '\n', end - text);
		size_t length = (newline ? newline : end) - text;
		char *line;
		int err;

		if (memchr(text, '\0', length))
			return sentence(why, -EINVAL, "%s:%zu: not a text file", where, number);
		line = strndup(text, length);
		if (!line)
			return sentence(why, -ENOMEM, "%s: out of memory", where);
		err = suite_add_line(suite, line, where, number, why);
		free(line);
		if (err)
			return err;
		text += length + 1;
	}
	return 0;
}

/* Where suites lie: beside the program, in the tree it was built in, or installed. */
static const char *const suite_folders[] = { "suites", "../../workloads/suites", "../share/invbench/suites", NULL };

char *suite_folder(void)
{
	return find_near_program(suite_folders, ".");
}

static char *suite_path(const char *name)
{
	char file[NAME_MAX + 1], *path;

	if (strchr(name, '/') || !access(name, F_OK))
		return strdup(name);
	snprintf(file, sizeof(file), "%s.suite", name);
	path = find_near_program(suite_folders, file);
	if (path)
		return path;
	return strdup(name);
}

static char *suite_name(const char *path)
{
	const char *base = strrchr(path, '/');
	size_t length;

	base = base ? base + 1 : path;
	length = strlen(base);
	if (length > 6 && !strcmp(base + length - 6, ".suite"))
		length -= 6;
	return strndup(base, length);
}

static int load_file(struct suite *suite, const char *path, struct sentence *why)
{
	char *text;
	size_t size;
	struct sentence cause;
	int err = file_read(path, SUITE_MAX_BYTES, &text, &size, &cause);

	if (err == -EISDIR)
		return sentence(why, err, "%s: is a folder, not a suite", path);
	if (err == -EFBIG)
		return sentence(why, err, "%s: larger than 1 MiB, not a suite", path);
	if (err)
		return sentence(why, err,
				"%s; a suite is a file, or one that came with this program (invbench-suite(5))",
				cause.text);
	err = suite_add_text(suite, text, size, path, why);
	if (!err && !suite->nr_cases)
		err = sentence(why, -EINVAL, "%s: has no cases", path);
	free(text);
	return err;
}

int suite_load(struct suite *suite, const char *name, struct sentence *why)
{
	char *path = suite_path(name);
	int err;

	if (!path)
		return sentence(why, -ENOMEM, "out of memory");
	err = load_file(suite, path, why);
	if (!err) {
		suite->name = suite_name(path);
		if (!suite->name)
			err = sentence(why, -ENOMEM, "out of memory");
	}
	free(path);
	return err;
}

void suite_free(struct suite *suite)
{
	for (size_t i = 0; i < suite->nr_cases; i++)
		free(suite->cases[i].name);
	free(suite->cases);
	free(suite->name);
	bed_lines_free(&suite->beds);
	*suite = (struct suite){};
}
