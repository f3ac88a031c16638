// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf_record.c - `invbench run --perf-record`: where perf finds the time to
 * go during a pass, as samples and as folded stacks.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fold.h"
#include "perf.h"
#include "xalloc.h"

struct record_state {
	const struct folder *folder;
	char data[64], folded[64]; /* in it */
	struct perf perf;
};

/* ---- samples ---- */

static int begin(struct extra_pass *x)
{
	struct record_state *s = x->state;
	char path[sizeof(PERF_FOLDER) + sizeof(s->data)];
	const char *const args[] = { "record", "-a", "-g", "-o", path, NULL };
	struct sentence why;

	snprintf(s->data, sizeof(s->data), "%zu" PERF_DATA, x->number + 1);
	snprintf(s->folded, sizeof(s->folded), "%zu" PERF_FOLDED, x->number + 1);
	snprintf(path, sizeof(path), PERF_FOLDER "/%s", s->data);
	return perf_start(&s->perf, args, false, s->folder, &why) || perf_tell(&s->perf, "enable", &why) ?
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

static int fold_data(const struct folder *folder, const char *data, struct fold *f, struct sentence *why)
{
	char path[96];
	const char *const argv[] = {
		"perf", "script", "-f", "-i", path, "-F", FOLD_FIELDS, "--show-lost-events", NULL
	};
	struct spawn script = {
		.argv = argv,
		.variables = perf_variables,
		.pass = { folder->fd },
		.out.to = SPAWN_PIPE,
		.err.to = SPAWN_MEMORY,
		.dies_by = SIGTERM,
	};
	int err;

	snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", SPAWN_PASS_FIRST, data);
	err = spawn_start(&script, why);
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

static int write_folded(const struct folder *folder, const char *name, const struct fold *f, struct sentence *why)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = xmemstream(&text, &size);
	int err = fold_write(f, out);

	fclose(out);
	err = err ?: folder_write(folder, name, text, size);
	free(text);
	return err ? sentence(why, err, "the folded stacks cannot be written: %s", strerror(-err)) : 0;
}

static int record(struct extra_pass *x, const struct run_case *c, json_t *json)
{
	struct record_state *s = x->state;
	struct fold f = {};
	struct sentence why;
	int err;

	err = fold_data(s->folder, s->data, &f, &why) ?: write_folded(s->folder, s->folded, &f, &why);
	if (!err)
		json_object_set_new(json, "perf_record",
				    json_pack("{sI, sI, sI, ss, ss}", "samples", (json_int_t)f.samples, "lost",
					      (json_int_t)f.lost, "ops", (json_int_t)c->pass_ops, "data", s->data,
					      "folded", s->folded));
	fold_free(&f);
	return err ? extra_error(x, "%s", why.text) : 0;
}

/* ---- the pass ---- */

enum status perf_record_cases(const struct folder *folder, const struct suite *suite, unsigned int sub_bits,
			      json_t *cases)
{
	struct record_state s = { .folder = folder, .perf = PERF_NONE };
	struct extra_pass x = {
		.name = "perf's samples",
		.unmarked = true,
		.state = &s,
		.begin = begin,
		.end = end,
		.record = record,
		.forget = forget,
	};

	return extra_cases(&x, suite, sub_bits, cases);
}
