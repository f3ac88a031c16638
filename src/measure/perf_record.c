// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf_record.c - `invbench run --perf-record`: where perf finds the time to
 * go during a pass, as samples and as folded stacks.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "fold.h"
#include "perf.h"

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
	char why[PERF_ERROR_SIZE];

	snprintf(s->data, sizeof(s->data), "%s.%zu.perf.data", s->stem, x->number + 1);
	snprintf(s->folded, sizeof(s->folded), "%s.%zu.folded", s->stem, x->number + 1);
	return perf_start(&s->perf, args, false, why) || perf_tell(&s->perf, "enable", why) ?
		       extra_error(x, "%s", why) :
		       0;
}

static int end(struct extra_pass *x)
{
	struct record_state *s = x->state;
	char why[PERF_ERROR_SIZE];

	return perf_tell(&s->perf, "disable", why) || perf_finish(&s->perf, why) ? extra_error(x, "%s", why) : 0;
}

static void forget(struct extra_pass *x)
{
	struct record_state *s = x->state;

	perf_stop(&s->perf);
}

/* ---- stacks ---- */

/* Its text comes on @text. */
static int start_script(const char *data, int err_fd, pid_t *pid, FILE **text)
{
	char *argv[] = { "perf", "script", "-f", "-i", (char *)data, "-F", FOLD_FIELDS, "--show-lost-events", NULL };
	posix_spawn_file_actions_t actions;
	int pipe_fd[2], err;

	if (pipe2(pipe_fd, O_CLOEXEC))
		return -errno;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, pipe_fd[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, err_fd, STDERR_FILENO);
	err = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(pipe_fd[1]);
	*text = err ? NULL : fdopen(pipe_fd[0], "r");
	if (*text)
		return 0;
	close(pipe_fd[0]);
	return err ? -err : -ENOMEM;
}

static int fold_data(const char *data, struct fold *f, char *why)
{
	int err_fd = memfd_create("perf-err", MFD_CLOEXEC), err, status;
	FILE *text = NULL;
	pid_t pid;

	err = start_script(data, err_fd, &pid, &text);
	if (!text) {
		snprintf(why, PERF_ERROR_SIZE, "perf script cannot be run: %s", strerror(-err));
	} else {
		err = fold_script(f, text);
		if (err)
			snprintf(why, PERF_ERROR_SIZE, "perf script prints what cannot be folded: %s", strerror(-err));
		fclose(text);
		if (waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) || WEXITSTATUS(status)) {
			char *said = perf_text(err_fd);

			if (!err)
				perf_complaint(said ? said : "", why);
			err = -EIO;
			free(said);
		}
	}
	close(err_fd);
	return err;
}

static int write_folded(const char *path, const struct fold *f, char *why)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int err = out ? fold_write(f, out) : -ENOMEM;

	if (out)
		fclose(out);
	err = err ?: write_whole(path, text, size);
	if (err)
		snprintf(why, PERF_ERROR_SIZE, "the folded stacks cannot be written: %s", strerror(-err));
	free(text);
	return err;
}

static int record(struct extra_pass *x, const struct run_case *c, json_t *json)
{
	struct record_state *s = x->state;
	struct fold f = {};
	char why[PERF_ERROR_SIZE] = "";
	int err;

	err = fold_data(s->data, &f, why) ?: write_folded(s->folded, &f, why);
	if (!err)
		json_object_set_new(json, "perf_record",
				    json_pack("{sI, sI, sI, ss, ss}", "samples", (json_int_t)f.samples, "lost",
					      (json_int_t)f.lost, "ops", (json_int_t)c->pass_ops, "data",
					      basename(s->data), "folded", basename(s->folded)));
	fold_free(&f);
	return err ? extra_error(x, "%s", why) : 0;
}

/* ---- the pass ---- */

static void make_stem(const char *output, char *stem)
{
	char *copy = strdup(output), *name = strdup(output), folder[PATH_MAX], *dot;

	if (!copy || !name)
		die("out of memory");
	if (!realpath(dirname(copy), folder))
		die("cannot write %s: %s", output, strerror(errno));
	dot = strrchr(basename(name), '.');
	if (dot && !strcmp(dot, ".json"))
		*dot = '\0';
	if (snprintf(stem, PATH_MAX, "%s/%s", strcmp(folder, "/") ? folder : "", basename(name)) >= PATH_MAX)
		die("cannot write %s: %s", output, strerror(ENAMETOOLONG));
	free(copy);
	free(name);
}

enum status perf_record_cases(const char *output, const struct suite *suite, unsigned int sub_bits, json_t *cases)
{
	struct record_state s = { .perf = { -1, -1, -1, -1 } };
	struct extra_pass x = {
		.name = "perf's samples",
		.unmarked = true,
		.state = &s,
		.begin = begin,
		.end = end,
		.record = record,
		.forget = forget,
	};

	make_stem(output, s.stem);
	return extra_cases(&x, suite, sub_bits, cases);
}
