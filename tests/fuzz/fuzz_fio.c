// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_fio.c - any bytes as what fio wrote, and as JSON of another program.
 *
 * What is taken has as many latencies as I/Os, and no number that cannot be. JSON as it should be is read as jansson
 * reads it, and of keys that are there twice it is told as jansson does, if all are needed.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fio.h"
#include "json_foreign.h"
#include "must.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define IOS  3
#define BITS 7

static void check_fio(const char *text, bool write)
{
	const struct fio_job job = { .ios = IOS, .write = write };
	struct sentence why = { "nothing said" };
	struct fio_result r;
	int err = fio_parse(text, &job, BITS, &r, &why);

	MUST(text_is_line(why.text) && (!err || *why.text));
	if (err)
		return;
	MUST(r.ios == IOS && r.latency.count + r.latency.out_of_range == IOS);
	MUST((isnan(r.iops) || r.iops > 0) && (isnan(r.bytes_per_s) || r.bytes_per_s > 0));
	MUST(isnan(r.mean_ns) || r.mean_ns >= 0);
	hist_free(&r.latency);
}

static void check_json(const char *text)
{
	static const char *const all[] = { "*", NULL }, *const none[] = { NULL };
	json_t *as_it_is = json_loads(text, 0, NULL), *read;
	json_error_t error;
	struct sentence why;

	if (!json_is_object(as_it_is)) {
		json_decref(json_foreign(text, all, &why));
		json_decref(as_it_is);
		return;
	}
	read = json_foreign(text, none, &why);
	MUST(read && json_equal(read, as_it_is));
	json_decref(read);
	json_decref(as_it_is);
	as_it_is = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	read = json_foreign(text, all, &why);
	MUST(as_it_is || json_error_code(&error) == json_error_duplicate_key);
	/* A path that is too long is not looked at. */
	MUST(!as_it_is || read);
	MUST(as_it_is || !read || strlen(text) > 200);
	json_decref(read);
	json_decref(as_it_is);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);

	MUST(text);
	check_fio(text, false);
	check_fio(text, true);
	check_json(text);
	free(text);
	return 0;
}
