// SPDX-License-Identifier: GPL-2.0-only
/*
 * suite.c - reads suites: text in, cases out.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "harness.h"
#include "status.h"

#define SUITE_MAX_BYTES (1 << 20)
#define BLANKS		" \t\r"
#define MODEL_TIME_MAX	10000000000ULL /* 10 s, more than any driver waits */

extern const struct workload *const __start_workloads[], *const __stop_workloads[];

static const struct param common_params[] = {
	{ .name = "threads", .summary = "threads, each on a CPU of its own", .def = 1, .min = 1, .max = 512 },
	{ .name = "ops", .summary = "timed operations of a thread", .def = 2000, .min = 1, .max = 1000000000 },
	{ .name = "warmup", .summary = "operations of a thread before those", .def = 200, .min = 0, .max = 1000000000 },
	{ .name = "sync",
	  .summary = "time of a CMD_SYNC (bed model)",
	  .def = PARAM_PRESET,
	  .max = MODEL_TIME_MAX,
	  .model_time = true },
	{ .name = "tlbi",
	  .summary = "time of a TLBI (bed model)",
	  .def = PARAM_PRESET,
	  .max = MODEL_TIME_MAX,
	  .model_time = true },
	{ .name = "atc",
	  .summary = "round trip of an ATC_INV (bed model)",
	  .def = PARAM_PRESET,
	  .max = MODEL_TIME_MAX,
	  .model_time = true },
};

#define NR_COMMON (sizeof(common_params) / sizeof(*common_params))

const struct workload *workload_find(const char *name)
{
	const struct workload *const *w;

	for (w = __start_workloads; w < __stop_workloads; w++) {
		if (!strcmp((*w)->name, name))
			return *w;
	}
	return NULL;
}

/* They are few; counting those with a smaller name needs no sorted copy. */
const struct workload *workload_nth(size_t n)
{
	const struct workload *const *w, *const *other;

	for (w = __start_workloads; w < __stop_workloads; w++) {
		size_t rank = 0;

		for (other = __start_workloads; other < __stop_workloads; other++)
			rank += strcmp((*other)->name, (*w)->name) < 0;
		if (rank == n)
			return *w;
	}
	return NULL;
}

static const struct param *own_param(const struct workload *w, const char *name)
{
	for (size_t i = 0; i < WORKLOAD_PARAMS && w->params[i].name; i++) {
		if (!strcmp(w->params[i].name, name))
			return &w->params[i];
	}
	return NULL;
}

const struct param *workload_param(const struct workload *w, size_t n)
{
	size_t i;

	for (i = 0; i < WORKLOAD_PARAMS && w->params[i].name; i++) {
		if (i == n)
			return &w->params[i];
	}
	for (size_t k = 0; k < NR_COMMON; k++) {
		if (!own_param(w, common_params[k].name) && i++ == n)
			return &common_params[k];
	}
	return NULL;
}

static void format_time(uint64_t ns, char *out, size_t size)
{
	if (ns == PARAM_PRESET)
		snprintf(out, size, "preset");
	else if (ns && ns % 1000000 == 0)
		snprintf(out, size, "%" PRIu64 "ms", ns / 1000000);
	else if (ns && ns % 1000 == 0)
		snprintf(out, size, "%" PRIu64 "us", ns / 1000);
	else
		snprintf(out, size, "%" PRIu64 "ns", ns);
}

void param_format(const struct param *p, uint64_t value, char *out, size_t size)
{
	if (p->choices)
		snprintf(out, size, "%s", p->choices[value]);
	else if (p->model_time)
		format_time(value, out, size);
	else if (p->bytes && value && value % (1 << 30) == 0)
		snprintf(out, size, "%" PRIu64 "G", value >> 30);
	else if (p->bytes && value && value % (1 << 20) == 0)
		snprintf(out, size, "%" PRIu64 "M", value >> 20);
	else if (p->bytes && value && value % (1 << 10) == 0)
		snprintf(out, size, "%" PRIu64 "K", value >> 10);
	else
		snprintf(out, size, "%" PRIu64, value);
}

const char *case_unit(const struct case_spec *spec)
{
	const struct param *p;

	for (size_t n = 0; (p = workload_param(spec->workload, n)); n++) {
		if (p->choices && !strcmp(p->name, "op"))
			return p->choices[spec->values[n]];
	}
	return spec->workload->unit;
}

/* At least one digit; @end is what follows. */
static int parse_digits(const char *text, uint64_t *value, const char **end)
{
	uint64_t v = 0;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	for (; isdigit((unsigned char)*text); text++) {
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *text - '0', &v))
			return -ERANGE;
	}
	*value = v;
	*end = text;
	return 0;
}

/* Digits and at most one of K, M, G. */
static int parse_number(const char *text, uint64_t *value)
{
	unsigned int shift = 0;
	uint64_t v;
	int err = parse_digits(text, &v, &text);

	if (err)
		return err;
	if (*text) {
		shift = *text == 'K' ? 10 : *text == 'M' ? 20 : *text == 'G' ? 30 : 0;
		if (!shift || text[1])
			return -EINVAL;
		if (v > UINT64_MAX >> shift)
			return -ERANGE;
	}
	*value = v << shift;
	return 0;
}

/* Digits and a unit. */
static int parse_time(const char *text, uint64_t *value)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = { { "ns", 1 }, { "us", 1000 }, { "ms", 1000000 } };
	uint64_t v;
	int err;

	err = parse_digits(text, &v, &text);
	for (size_t i = 0; !err && i < sizeof(units) / sizeof(*units); i++) {
		if (!strcmp(text, units[i].name))
			return __builtin_mul_overflow(v, units[i].ns, value) ? -ERANGE : 0;
	}
	return err ? err : -EINVAL;
}

/* What a person needs to choose a right value. */
static void param_range(const struct param *p, char *out, size_t size)
{
	char min[32], max[32];
	size_t length = 0;

	if (!p->choices) {
		param_format(p, p->min, min, sizeof(min));
		param_format(p, p->max, max, sizeof(max));
		snprintf(out, size, "a %s from %s to %s", p->model_time ? "time" : "number", min, max);
		return;
	}
	for (size_t i = 0; p->choices[i] && length < size; i++)
		length += snprintf(out + length, size - length, "%s%s", i ? ", " : "one of ", p->choices[i]);
}

static int parse_value(const struct param *p, const char *text, uint64_t *value)
{
	if (p->model_time && !strcmp(text, "preset")) {
		*value = PARAM_PRESET;
		return 0;
	}
	if (!p->choices) {
		int err = p->model_time ? parse_time(text, value) : parse_number(text, value);

		return err ? err : *value < p->min || *value > p->max ? -ERANGE : 0;
	}
	for (size_t i = 0; p->choices[i]; i++) {
		if (!strcmp(p->choices[i], text)) {
			*value = i;
			return 0;
		}
	}
	return -EINVAL;
}

/* A line that is being read: for each parameter, the values it is to take. */
struct sweep {
	const struct workload *workload;
	uint64_t *values[PARAMS_MAX];
	size_t nr_values[PARAMS_MAX];
	size_t nr_params;
	bool range; /* some of it depends on the machine */
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

static int fail(char *error, int err, const char *format, ...) __attribute__((format(printf, 3, 4)));
static int fail(char *error, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error, SUITE_ERROR_SIZE, format, args);
	va_end(args);
	return err;
}

/* What a machine has of it; a case that wants more could only be skipped. */
static uint64_t here_max(const struct param *p)
{
	unsigned int devices, instances, threads = 0;
	uint64_t most = p->max;

	half_most(&devices, &instances);
	while (thread_cpu(threads) >= 0)
		threads++;
	if (!strcmp(p->name, "threads") || !strcmp(p->name, "tenants"))
		most = threads;
	else if (!strcmp(p->name, "devices"))
		most = devices;
	else if (!strcmp(p->name, "instances"))
		most = instances;
	return most < p->max ? most : p->max;
}

static int parse_end(const struct param *p, const char *text, uint64_t *value)
{
	if (strcmp(text, "max"))
		return parse_value(p, text, value);
	*value = here_max(p);
	return 0;
}

/* "1..8" is 1,2,4,8, and "1..max" as much of that as there is on this machine; the first value is always there. */
static int sweep_add_range(struct sweep *s, const struct param *p, size_t n, char *text)
{
	char *dots = strstr(text, "..");
	uint64_t first, last, value;
	int err;

	*dots = '\0';
	err = parse_value(p, text, &first);
	if (!err)
		err = parse_end(p, dots + 2, &last);
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
	err = parse_value(p, text, &value);
	return err ? err : sweep_add_value(s, n, value);
}

/* @word is "name=value" or "name=value,value"; it is cut up. */
static int sweep_add_word(struct sweep *s, char *word, char *error)
{
	char *values = strchr(word, '='), *value, range[256];
	const struct param *p;
	size_t n;

	if (!values)
		return fail(error, -EINVAL, "'%s' is not a parameter; write NAME=VALUE", word);
	*values++ = '\0';
	for (n = 0; (p = workload_param(s->workload, n)); n++) {
		if (!strcmp(p->name, word))
			break;
	}
	if (!p)
		return fail(error, -EINVAL, "workload '%s' has no parameter '%s'; see: invbench list",
			    s->workload->name, word);
	if (s->nr_values[n])
		return fail(error, -EINVAL, "parameter '%s' is given twice; write %s=VALUE,VALUE", word, word);
	while ((value = strsep(&values, ","))) {
		int err = sweep_add_text(s, p, n, value);

		if (err == -ENOMEM)
			return fail(error, err, "out of memory");
		if (err) {
			param_range(p, range, sizeof(range));
			return fail(error, -EINVAL, "'%s=%s' is not %s", word, value, range);
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

static int add_case(struct suite *suite, const struct case_spec *spec, char *error)
{
	struct case_spec *cases, *new;

	if (suite->nr_cases == SUITE_MAX_CASES)
		return fail(error, -E2BIG, "more than %d cases; make two suites", SUITE_MAX_CASES);
	cases = realloc(suite->cases, (suite->nr_cases + 1) * sizeof(*cases));
	if (!cases)
		return fail(error, -ENOMEM, "out of memory");
	suite->cases = cases;
	new = &cases[suite->nr_cases];
	*new = *spec;
	new->name = case_name(spec);
	if (!new->name)
		return fail(error, -ENOMEM, "out of memory");
	for (size_t i = 0; i < suite->nr_cases; i++) {
		if (strcmp(cases[i].name, new->name))
			continue;
		fail(error, -EEXIST, "case '%s' is in the suite already", new->name);
		free(new->name);
		return -EEXIST;
	}
	suite->nr_cases++;
	return 0;
}

/* A few ranges with the same values in each are millions of combinations, and not one new case. */
static int add_repeat(struct suite *suite, char *error)
{
	if (suite->nr_repeats == SUITE_MAX_CASES)
		return fail(error, -E2BIG, "more than %d cases are in the suite already; make ranges that meet less",
			    SUITE_MAX_CASES);
	suite->nr_repeats++;
	return 0;
}

/* All combinations, ordered by the workload's parameters and not by those of the line. */
static int add_combinations(struct suite *suite, const struct sweep *s, char *error)
{
	size_t position[PARAMS_MAX] = {}, n;
	int err;

	for (;;) {
		struct case_spec spec = { .workload = s->workload };

		for (n = 0; n < s->nr_params; n++) {
			const struct param *p = workload_param(s->workload, n);

			spec.values[n] = s->nr_values[n] ? s->values[n][position[n]] : p->def;
		}
		err = add_case(suite, &spec, error);
		/* Where ranges of two lines meet is nobody's fault; the case is run once. */
		if (err == -EEXIST && s->range)
			err = add_repeat(suite, error);
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

static int add_words(struct suite *suite, char *line, char *error)
{
	char *saved, *word = strtok_r(line, BLANKS, &saved);
	struct sweep s = {};
	int err = 0;

	if (!word)
		return 0;
	s.workload = workload_find(word);
	if (!s.workload)
		return fail(error, -ENOENT, "no workload '%s'; see: invbench list", word);
	while (workload_param(s.workload, s.nr_params))
		s.nr_params++;
	while (!err && (word = strtok_r(NULL, BLANKS, &saved)))
		err = sweep_add_word(&s, word, error);
	if (!err)
		err = add_combinations(suite, &s, error);
	sweep_free(&s);
	return err;
}

int suite_add_line(struct suite *suite, const char *line, const char *where, size_t number, char *error)
{
	char what[SUITE_ERROR_SIZE], *copy = strndup(line, strcspn(line, "#\n"));
	int err;

	if (!copy)
		return fail(error, -ENOMEM, "out of memory");
	err = add_words(suite, copy, what);
	free(copy);
	if (!err)
		return 0;
	if (number)
		return fail(error, err, "%s:%zu: %s", where, number, what);
	return fail(error, err, "%s: %s", where, what);
}

int suite_add_text(struct suite *suite, const char *text, size_t size, const char *where, char *error)
{
	const char *end = text + size;
	size_t number = 1;

	for (; text < end; number++) {
		const char *newline = memchr(text, '\n', end - text);
		size_t length = (newline ? newline : end) - text;
		char *line;
		int err;

		if (memchr(text, '\0', length))
			return fail(error, -EINVAL, "%s:%zu: not a text file", where, number);
		line = strndup(text, length);
		if (!line)
			return fail(error, -ENOMEM, "%s: out of memory", where);
		err = suite_add_line(suite, line, where, number, error);
		free(line);
		if (err)
			return err;
		text += length + 1;
	}
	return 0;
}

/* Where suites lie: beside the program, in the tree it was built in, or installed. */
static char *suite_path(const char *name)
{
	static const char *const folders[] = { "suites", "../../workloads/suites", "../share/invbench/suites", NULL };
	char file[NAME_MAX + 1], *path;

	if (strchr(name, '/') || !access(name, F_OK))
		return strdup(name);
	snprintf(file, sizeof(file), "%s.suite", name);
	path = find_near_program(folders, file);
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

static int load_file(struct suite *suite, const char *path, char *error)
{
	FILE *in = fopen(path, "re");
	struct stat st;
	char *text;
	size_t size;
	int err;

	if (!in)
		return fail(error, -errno, "%s: %s; a suite is a file, or a name from workloads/suites", path,
			    strerror(errno));
	if (!fstat(fileno(in), &st) && S_ISDIR(st.st_mode)) {
		fclose(in);
		return fail(error, -EISDIR, "%s: is a folder, not a suite", path);
	}
	text = malloc(SUITE_MAX_BYTES + 1);
	if (!text) {
		fclose(in);
		return fail(error, -ENOMEM, "%s: out of memory", path);
	}
	size = fread(text, 1, SUITE_MAX_BYTES + 1, in);
	if (ferror(in))
		err = fail(error, -EIO, "%s: cannot be read", path);
	else if (size > SUITE_MAX_BYTES)
		err = fail(error, -EFBIG, "%s: larger than 1 MiB, not a suite", path);
	else
		err = suite_add_text(suite, text, size, path, error);
	if (!err && !suite->nr_cases)
		err = fail(error, -EINVAL, "%s: has no cases", path);
	free(text);
	fclose(in);
	return err;
}

int suite_load(struct suite *suite, const char *name, char *error)
{
	char *path = suite_path(name);
	int err;

	if (!path)
		return fail(error, -ENOMEM, "out of memory");
	err = load_file(suite, path, error);
	if (!err) {
		suite->name = suite_name(path);
		if (!suite->name)
			err = fail(error, -ENOMEM, "out of memory");
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
	*suite = (struct suite){};
}
