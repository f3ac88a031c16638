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
#include <stdlib.h>
#include <string.h>

#include "embed.h"
#include "fio.h"
#include "json_foreign.h"
#include "spawn.h"
#include "status.h"
#include "text.h"
#include "xalloc.h"

#define OUTPUT_MAX (16 << 20) /* more is not from fio */

EMBED_TEXT(fio_job_text, "workloads/nvme.fio");

/* What is read of it, on one side. */
#define NEEDED(side) \
	"jobs", "jobs.error", "jobs." side, "jobs." side ".total_ios", "jobs." side ".iops", "jobs." side ".bw_bytes", \
		"jobs." side ".clat_ns", "jobs." side ".clat_ns.mean", "jobs." side ".clat_ns.bins*", NULL

static const char *const needed_of_reads[] = { NEEDED("read") }, *const needed_of_writes[] = { NEEDED("write") };

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

static int read_bins(const json_t *clat, struct histogram *h, struct sentence *why)
{
	json_t *bins = json_object_get(clat, "bins"), *value;
	const char *key;

	if (!json_is_object(bins))
		return sentence(why, -EPROTO, "fio's output has no clat_ns.bins; is its version 3 or later?");
	json_object_foreach (bins, key, value) {
		if (add_bin(h, key, value))
			return sentence(why, -EPROTO, "fio's output: clat_ns.bins: '%.40s' is no time and count", key);
	}
	return 0;
}

static void leave_out(double *value, const char *key, struct sentence *why)
{
	text_append(why->text, sizeof(why->text), "%s%s: %g cannot be", *why->text ? "; " : "", key, *value);
	*value = NAN;
}

/* A run that was too short for fio's clock has rates of 0; bins are off by up to 1 %. */
static void leave_out_untrue(struct fio_result *r, struct sentence *why)
{
	const double low = 0.98 * (double)r->latency.min - 1, high = 1.02 * (double)r->latency.max + 1;

	why->text[0] = '\0';
	if (!r->ios)
		return;
	if (r->iops <= 0)
		leave_out(&r->iops, "iops", why);
	if (r->bytes_per_s <= 0)
		leave_out(&r->bytes_per_s, "bw_bytes", why);
	if (r->latency.count == r->ios && (r->mean_ns < low || r->mean_ns > high))
		leave_out(&r->mean_ns, "clat_ns.mean", why);
}

static int read_result(const json_t *root, const struct fio_job *job, struct fio_result *r, struct sentence *why)
{
	const json_t *jobs = json_object_get(root, "jobs"), *done = json_array_get(jobs, 0), *clat;
	const json_t *ios;
	int err;

	if (json_array_size(jobs) != 1 || json_integer_value(json_object_get(done, "error")))
		return sentence(why, -EPROTO, "fio's output is not of one job without an error");
	done = json_object_get(done, job->write ? "write" : "read");
	clat = json_object_get(done, "clat_ns");
	ios = json_object_get(done, "total_ios");
	r->ios = json_integer_value(ios);
	if (!json_is_integer(ios) || r->ios != job->ios)
		return sentence(why, -EPROTO, "fio did %" JSON_INTEGER_FORMAT " I/Os, not %" PRIu64,
				json_integer_value(ios), job->ios);
	if (!get_number(done, "iops", &r->iops) || !get_number(done, "bw_bytes", &r->bytes_per_s) ||
	    !get_number(clat, "mean", &r->mean_ns))
		return sentence(why, -EPROTO, "fio's output lacks one of iops, bw_bytes and clat_ns.mean");
	err = read_bins(clat, &r->latency, why);
	if (!err && r->latency.count + r->latency.out_of_range != r->ios)
		err = sentence(why, -EPROTO, "fio did %" PRIu64 " I/Os, and its bins hold %" PRIu64, r->ios,
			       r->latency.count + r->latency.out_of_range);
	if (!err)
		leave_out_untrue(r, why);
	return err;
}

int fio_parse(const char *text, const struct fio_job *job, unsigned int sub_bits, struct fio_result *result,
	      struct sentence *why)
{
	struct sentence unread;
	json_t *root;
	int err;

	*result = (struct fio_result){};
	root = json_foreign(text, job->write ? needed_of_writes : needed_of_reads, &unread);
	if (!root)
		return sentence(why, -EPROTO, "fio's output: %s", unread.text);
	err = hist_init(&result->latency, sub_bits);
	if (err)
		sentence(why, err, "%s", strerror(-err));
	else
		err = read_result(root, job, result, why);
	if (err) {
		hist_free(&result->latency);
		*result = (struct fio_result){};
	}
	json_decref(root);
	return err;
}

/* ---- fio as a process ---- */

#define VARIABLES_MAX 10

static void add(char **list, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(char **list, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	while (*list)
		list++;
	*list = xvasprintf(format, args);
	va_end(args);
}

/* Those that nvme.fio names. */
static void make_variables(const struct fio_job *job, char *list[VARIABLES_MAX])
{
	add(list, "DRIVE=%s", job->path);
	add(list, "ENGINE=%s", job->engine);
	add(list, "RW=%s", job->write ? "randwrite" : "randread");
	add(list, "VERIFY=%s", job->verify ? "pattern" : "0");
	add(list, "BLOCK=%" PRIu64, job->block);
	add(list, "DEPTH=%" PRIu64, job->depth);
	add(list, "IOS=%" PRIu64, job->ios);
	add(list, "BYTES=%" PRIu64, job->ios * job->block);
	add(list, "CPU=%u", job->cpu);
}

/* The one line that says most: of a block with wrong data, else the first. If there is none, @why stays as it is. */
static void say_why(const char *messages, struct sentence *why)
{
	const char *line = strstr(messages, "verify failed"), *end;

	if (!line)
		line = messages;
	end = strchrnul(line, '\n');
	if (line != end)
		sentence(why, 0, "fio: %.*s", (int)(end - line), line);
}

/* It has ended. */
static int judge(const struct spawn *fio, int err, const struct fio_job *job, unsigned int sub_bits,
		 struct fio_result *result, struct sentence *why)
{
	struct sentence unread;
	char *text;

	if (err && !spawn_text(&fio->err, OUTPUT_MAX, &text, &unread)) {
		say_why(text, why);
		free(text);
	}
	err = err ?: spawn_text(&fio->out, OUTPUT_MAX, &text, why);
	if (err)
		return err;
	err = fio_parse(text, job, sub_bits, result, why);
	free(text);
	return err;
}

int fio_run(const struct fio_job *job, unsigned int sub_bits, struct fio_result *result, struct sentence *why)
{
	const char *const argv[] = { "fio", "--output-format=json+", job->write ? "-" : "--readonly",
				     job->write ? NULL : "-", NULL };
	char *variables[VARIABLES_MAX] = {};
	struct spawn fio = {
		.argv = argv,
		.variables = (const char *const *)variables,
		.in = { .to = SPAWN_MEMORY, .text = fio_job_text },
		.out.to = SPAWN_MEMORY,
		.err.to = SPAWN_MEMORY,
		.dies_by = SIGKILL, /* nobody else would end it */
	};
	int err;

	*result = (struct fio_result){};
	make_variables(job, variables);
	err = spawn_start(&fio, why);
	if (!err)
		err = judge(&fio, spawn_wait(&fio, why), job, sub_bits, result, why);
	if (!err && *why->text)
		say("fio: left out: %s", why->text);
	spawn_free(&fio);
	for (int i = 0; variables[i]; i++)
		free(variables[i]);
	return err;
}
