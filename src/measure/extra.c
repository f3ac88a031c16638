// SPDX-License-Identifier: GPL-2.0-only
/*
 * extra.c - runs cases once more, with something around them.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "extra.h"
#include "format.h"
#include "record.h"

#define EXTRA_MAX 3 /* of a pass of a case in which the SMMU model stood still */
#include "text.h"

int extra_error(struct extra_pass *x, const char *format, ...)
{
	va_list args;

	if (x->why[0])
		return -EIO;
	va_start(args, format);
	text_vformat(x->why, sizeof(x->why), format, args);
	va_end(args);
	return -EIO;
}

json_t *extra_object(json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	if (!value) {
		value = json_object();
		json_object_set_new(object, key, value);
	}
	return value;
}

/* ---- marks ---- */

static void mark_path(const struct extra_pass *x, const char *edge, char *path, size_t size)
{
	snprintf(path, size, "%s/mark.%s.%zu", x->marks, edge, x->number);
}

/* The making of the folder is what shows, a 9p request that names it; so it must not be there yet. */
static void mark(struct extra_pass *x, const char *edge)
{
	char path[4096];

	if (!x->marks)
		return;
	mark_path(x, edge, path, sizeof(path));
	if (mkdir(path, 0777))
		extra_error(x, "cannot make a mark: %s", strerror(errno));
}

static void unmark(const struct extra_pass *x)
{
	static const char *const edges[] = { "begin", "end" };
	char path[4096];

	for (size_t i = 0; x->marks && i < 2; i++) {
		mark_path(x, edges[i], path, sizeof(path));
		rmdir(path);
	}
}

/* ---- a case ---- */

static void begin(void *arg)
{
	struct extra_pass *x = arg;

	mark(x, "begin");
	x->begun = !x->begin || !x->begin(x);
}

static void end(void *arg)
{
	struct extra_pass *x = arg;

	/* First: what reading a probe frees is unmapped, and invalidated where devices share this process. */
	mark(x, "end");
	x->ended = x->begun && (!x->end || !x->end(x));
}

static void spoil(json_t *json, enum status status, enum reason_code code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
static void spoil(json_t *json, enum status status, enum reason_code code, const char *format, ...)
{
	char reason[640];
	va_list args;

	va_start(args, format);
	text_vformat(reason, sizeof(reason), format, args);
	va_end(args);
	say("%s: %s: %s", json_string_value(json_object_get(json, "name")), status_name(status), reason);
	json_object_set_new(json, "status", json_string(status_name(status)));
	json_object_set_new(json, KEY_REASON_CODE, json_string(reason_name(code)));
	json_object_set_new(json, "reason", json_string(reason));
	json_object_del(json, "latency");
}

static void run_once(struct extra_pass *x, struct run_case *c, const struct case_spec *spec, unsigned int sub_bits)
{
	const struct pass pass = { x->kind, x->unmarked, x->number, begin, end, x };

	unmark(x);
	x->begun = x->ended = false;
	x->why[0] = '\0';
	x->now = c;
	case_run(c, spec, sub_bits, &pass);
	x->now = NULL;
	unmark(x);
}

static enum status extra_case(struct extra_pass *x, const struct case_spec *spec, unsigned int sub_bits, json_t *json)
{
	struct run_case c;
	enum status status;

	run_once(x, &c, spec, sub_bits);
	for (int i = 1; i < EXTRA_MAX && c.late && c.status == STATUS_SKIP; i++) {
		if (x->forget)
			x->forget(x);
		case_free(&c);
		run_once(x, &c, spec, sub_bits);
	}
	status = c.status;
	if (status == STATUS_PASS && (!x->ended || x->why[0] || (x->record && x->record(x, &c, json))))
		status = STATUS_FAIL;
	if (status != STATUS_PASS)
		spoil(json, status, status == c.status ? c.code : REASON_OTHER, "in the pass with %s: %s", x->name,
		      c.status == STATUS_PASS ? x->why : c.reason);
	if (x->forget)
		x->forget(x);
	case_free(&c);
	return status;
}

/* A case that was timed in vain because the model was late can be counted and checked all the same. */
static bool can_go_on(const json_t *json)
{
	return !strcmp(json_string_value(json_object_get(json, "status")), "pass") || json_object_get(json, "late");
}

enum status extra_cases(struct extra_pass *x, const struct suite *suite, unsigned int sub_bits, json_t *cases)
{
	enum status worst = STATUS_PASS;
	json_t *json;

	json_array_foreach (cases, x->number, json) {
		if (can_go_on(json))
			worst = status_worse(worst, extra_case(x, &suite->cases[x->number], sub_bits, json));
	}
	return worst;
}
