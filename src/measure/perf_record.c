// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf_record.c - `invbench run --perf-record`: where perf finds the time to
 * go during a pass, as samples and as folded stacks.
 */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "fold.h"
#include "perf.h"
#include "xalloc.h"

struct record_state {
	char stem[PATH_MAX]; /* of all files; absolute, since perf may have another working folder */
	char data[PATH_MAX + 32], folded[PATH_MAX + 32];
	struct perf perf;
};

/* ---- samples ---- */

static int begin(struct extra_pass *x)
{
	struct record_state *s = x->state;
	const char *const args[] = { "record", "-a", "-g", "-o", s->data, NULL };
	struct sentence why;

	snprintf(s->data, sizeof(s->data), "%s.%zu.perf.data", s->stem, x->number + 1);
	snprintf(s->folded, sizeof(s->folded), "%s.%zu.folded", s->stem, x->number + 1);
	return perf_start(&s->perf, args, false, &why) || perf_tell(&s->perf, "enable", &why) ?
		       extra_error(x, "%s", why.text) :
		       0;
}

static int end(struct extra_pass *x)
{
	struct record_state *s = x->state;
	struct sentence why;

	return perf_tell(&s->perf, "disable", &why) || perf_finish(&s->perf, &why) ? extra_error(x, "%s", why.text) : 0;
}

static void forget(struct extra_pass *x)
{
	struct record_state *s = x->state;

	perf_stop(&s->perf);
}

/* ---- stacks ---- */

/* Reads until the end, or until it prints what it should not: then the pipe is closed, which ends it. */
static int fold_output(struct spawn *script, struct fold *f)
{
	FILE *text = fdopen(script->out.fd, "r");
	int err = text ? fold_script(f, text) : -errno;

	if (text) {
		fclose(text);
		script->out.fd = -1;
	}
	return err;
}

static int fold_data(const char *data, struct fold *f, struct sentence *why)
{
	const char *const argv[] = {
		"perf", "script", "-f", "-i", data, "-F", FOLD_FIELDS, "--show-lost-events", NULL
	};
	struct spawn script = {
		.argv = argv,
		.out.to = SPAWN_PIPE,
		.err.to = SPAWN_MEMORY,
		.dies_by = SIGTERM,
	};
	int err = spawn_start(&script, why);

	if (err)
		return err;
	err = fold_output(&script, f);
	if (err) {
		sentence(why, err, "perf script prints what cannot be folded: %s", strerror(-err));
		spawn_end(&script, SIGTERM);
	} else {
		err = spawn_wait(&script, why);
		if (err)
			perf_complained(&script.err, why);
	}
	spawn_free(&script);
	return err;
}

static int write_folded(const char *path, const struct fold *f, struct sentence *why)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = xmemstream(&text, &size);
	int err = fold_write(f, out);

	fclose(out);
	err = err ?: write_whole(path, text, size);
	free(text);
	return err ? sentence(why, err, "the folded stacks cannot be written: %s", strerror(-err)) : 0;
}

static int record(struct extra_pass *x, const struct run_case *c, json_t *json)
{
	struct record_state *s = x->state;
	struct fold f = {};
	struct sentence why;
	int err;

	err = fold_data(s->data, &f, &why) ?: write_folded(s->folded, &f, &why);
	if (!err)
		json_object_set_new(json, "perf_record",
				    json_pack("{sI, sI, sI, ss, ss}", "samples", (json_int_t)f.samples, "lost",
					      (json_int_t)f.lost, "ops", (json_int_t)c->pass_ops, "data",
					      basename(s->data), "folded", basename(s->folded)));
	fold_free(&f);
	return err ? extra_error(x, "%s", why.text) : 0;
}

/* ---- the pass ---- */

static int make_stem(const char *output, char *stem, struct sentence *why)
{
	char *copy = xstrdup(output), *name = xstrdup(output), folder[PATH_MAX], *dot;
	int err = 0;

	dot = strrchr(basename(name), '.');
	if (dot && !strcmp(dot, ".json"))
		*dot = '\0';
	if (!realpath(dirname(copy), folder))
		err = -errno;
	else if (snprintf(stem, PATH_MAX, "%s/%s", strcmp(folder, "/") ? folder : "", basename(name)) >= PATH_MAX)
		err = -ENAMETOOLONG;
	free(copy);
	free(name);
	return err ? sentence(why, err, "cannot write %s: %s", output, strerror(-err)) : 0;
}

enum status perf_record_cases(const char *output, const struct suite *suite, unsigned int sub_bits, json_t *cases)
{
	struct record_state s = { .perf = PERF_NONE };
	struct extra_pass x = {
		.name = "perf's samples",
		.unmarked = true,
		.state = &s,
		.begin = begin,
		.end = end,
		.record = record,
		.forget = forget,
	};
	struct sentence why;

	if (make_stem(output, s.stem, &why)) {
		say("%s", why.text);
		return STATUS_FAIL;
	}
	return extra_cases(&x, suite, sub_bits, cases);
}
