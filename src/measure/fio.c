// SPDX-License-Identifier: GPL-2.0-only
/*
 * fio.c - fio as a part of a case.
 *
 * The job is a part of this program and goes to fio by its standard input, so
 * that fio may have another root folder than we have.
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "embed.h"
#include "fio.h"

#define OUTPUT_MAX  (16 << 20) /* more is not from fio */
#define NOT_STARTED 126

EMBED_TEXT(fio_job_text, "workloads/nvme.fio");

static int fail(char *why, size_t size, int err, const char *format, ...) __attribute__((format(printf, 4, 5)));
static int fail(char *why, size_t size, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, size, format, args);
	va_end(args);
	return err;
}

/* fio's messages come first, if there are any. */
static const char *skip_messages(const char *text)
{
	while (*text != '{') {
		text = strchr(text, '\n');
		if (!text)
			return NULL;
		text++;
	}
	return text;
}

static bool get_number(const json_t *object, const char *key, double *value)
{
	const json_t *json = json_object_get(object, key);

	*value = json_number_value(json);
	return json_is_number(json) && isfinite(*value) && *value >= 0;
}

/* "4014080": 2, so many ns and how often. */
static int add_bin(struct histogram *h, const char *key, const json_t *value)
{
	json_int_t count = json_integer_value(value);
	unsigned long long ns;
	char *end;

	errno = 0;
	ns = strtoull(key, &end, 10);
	if (*key < '0' || *key > '9' || *end || errno || !json_is_integer(value) || count < 0)
		return -EINVAL;
	return hist_record_times(h, ns, (uint64_t)count);
}

static int read_bins(const json_t *clat, struct histogram *h, char *why, size_t size)
{
	json_t *bins = json_object_get(clat, "bins"), *value;
	const char *key;

	if (!json_is_object(bins))
		return fail(why, size, -EPROTO, "fio's output has no clat_ns.bins; is its version 3 or later?");
	json_object_foreach (bins, key, value) {
		if (add_bin(h, key, value))
			return fail(why, size, -EPROTO, "fio's output: clat_ns.bins: '%.40s' is no time and count",
				    key);
	}
	return 0;
}

static int read_result(const json_t *root, const struct fio_job *job, struct fio_result *r, char *why, size_t size)
{
	const json_t *jobs = json_object_get(root, "jobs"), *done = json_array_get(jobs, 0), *clat;
	const json_t *ios;
	int err;

	if (json_array_size(jobs) != 1 || json_integer_value(json_object_get(done, "error")))
		return fail(why, size, -EPROTO, "fio's output is not of one job without an error");
	done = json_object_get(done, job->write ? "write" : "read");
	clat = json_object_get(done, "clat_ns");
	ios = json_object_get(done, "total_ios");
	r->ios = json_integer_value(ios);
	if (!json_is_integer(ios) || r->ios != job->ios)
		return fail(why, size, -EPROTO, "fio did %" JSON_INTEGER_FORMAT " I/Os, not %" PRIu64,
			    json_integer_value(ios), job->ios);
	if (!get_number(done, "iops", &r->iops) || !get_number(done, "bw_bytes", &r->bytes_per_s) ||
	    !get_number(clat, "mean", &r->mean_ns))
		return fail(why, size, -EPROTO, "fio's output lacks one of iops, bw_bytes and clat_ns.mean");
	err = read_bins(clat, &r->latency, why, size);
	if (!err && r->latency.count + r->latency.out_of_range != r->ios)
		err = fail(why, size, -EPROTO, "fio did %" PRIu64 " I/Os, and its bins hold %" PRIu64, r->ios,
			   r->latency.count + r->latency.out_of_range);
	return err;
}

int fio_parse(const char *text, const struct fio_job *job, unsigned int sub_bits, struct fio_result *result, char *why,
	      size_t size)
{
	const char *start = skip_messages(text);
	json_error_t error;
	json_t *root;
	int err;

	*result = (struct fio_result){};
	if (!start)
		return fail(why, size, -EPROTO, "fio's output has no JSON in it");
	root = json_loads(start, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		return fail(why, size, -EPROTO, "fio's output, line %d: %s", error.line, error.text);
	err = hist_init(&result->latency, sub_bits);
	if (err)
		fail(why, size, err, "%s", strerror(-err));
	else
		err = read_result(root, job, result, why, size);
	if (err) {
		hist_free(&result->latency);
		*result = (struct fio_result){};
	}
	json_decref(root);
	return err;
}

static void variable(const char *name, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	setenv(name, text, 1);
}

/* Those that nvme.fio names. */
static void set_variables(const struct fio_job *job)
{
	setenv("DRIVE", job->path, 1);
	setenv("ENGINE", job->engine, 1);
	setenv("RW", job->write ? "randwrite" : "randread", 1);
	setenv("VERIFY", job->verify ? "pattern" : "0", 1);
	variable("BLOCK", job->block);
	variable("DEPTH", job->depth);
	variable("IOS", job->ios);
	variable("BYTES", job->ios * job->block);
	variable("CPU", job->cpu);
}

/* In the child. fio dies with its parent: nobody else would end it. */
static void become_fio(const struct fio_job *job, const int fds[3]) __attribute__((noreturn));
static void become_fio(const struct fio_job *job, const int fds[3])
{
	char *argv[] = { "fio", "--output-format=json+", job->write ? "-" : "--readonly", job->write ? NULL : "-",
			 NULL };
	int err;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < 3; i++)
		dup2(fds[i], i);
	set_variables(job);
	execvp(argv[0], argv);
	err = errno;
	if (write(STDERR_FILENO, &err, sizeof(err)) < 0)
		_exit(1);
	_exit(NOT_STARTED);
}

/* What was written to @fd, to be freed; NULL if it is too much or cannot be read. */
static char *contents(int fd)
{
	off_t length = lseek(fd, 0, SEEK_END);
	char *text = length < 0 || length > OUTPUT_MAX ? NULL : calloc((size_t)length + 1, 1);

	if (text && pread(fd, text, (size_t)length, 0) != length) {
		free(text);
		return NULL;
	}
	return text;
}

/* The one line that says most: of a block with wrong data, else the first. */
static int say_why(const char *messages, int status, char *why, size_t size)
{
	const char *line = strstr(messages, "verify failed"), *end;

	if (!line)
		line = messages;
	end = strchrnul(line, '\n');
	if (line == end && WIFSIGNALED(status))
		return fail(why, size, -EIO, "fio was ended by signal %d", WTERMSIG(status));
	if (line == end)
		return fail(why, size, -EIO, "fio ended with status %d", WEXITSTATUS(status));
	return fail(why, size, -EIO, "fio: %.*s", (int)(end - line), line);
}

static int judge(int status, int out, int messages, const struct fio_job *job, unsigned int sub_bits,
		 struct fio_result *result, char *why, size_t size)
{
	char *said = contents(messages), *text = contents(out);
	int err;

	if (!said || !text) {
		err = fail(why, size, -EIO, "fio's output cannot be read");
	} else if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_STARTED) {
		memcpy(&err, said, sizeof(err));
		err = fail(why, size, -err, "cannot run fio: %s", strerror(err));
	} else if (status) {
		err = say_why(said, status, why, size);
	} else {
		err = fio_parse(text, job, sub_bits, result, why, size);
	}
	free(said);
	free(text);
	return err;
}

static int wait_for(pid_t child, int *status)
{
	while (waitpid(child, status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

int fio_run(const struct fio_job *job, unsigned int sub_bits, struct fio_result *result, char *why, size_t size)
{
	int fds[3] = { memfd_create("job", MFD_CLOEXEC), memfd_create("output", MFD_CLOEXEC),
		       memfd_create("messages", MFD_CLOEXEC) };
	ssize_t length = (ssize_t)strlen(fio_job_text);
	int status = 0, err;
	pid_t child;

	*result = (struct fio_result){};
	if (fds[0] < 0 || fds[1] < 0 || fds[2] < 0 || pwrite(fds[0], fio_job_text, length, 0) != length) {
		err = fail(why, size, -errno, "cannot make files in memory for fio: %s", strerror(errno));
		goto out;
	}
	child = fork();
	if (!child)
		become_fio(job, fds);
	err = child < 0 ? -errno : wait_for(child, &status);
	if (err)
		fail(why, size, err, "cannot run fio: %s", strerror(-err));
	else
		err = judge(status, fds[1], fds[2], job, sub_bits, result, why, size);
out:
	for (int i = 0; i < 3; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
	return err;
}
