// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_fio.c - what fio says is read, and nothing of it believed.
 *
 * fio-3.39.json is fio's own, from bed icount with a drive of 1 MiB (scripts/boot -T -n 1M):
 *
 *   RW=randread DRIVE=/dev/nvme0n1 ENGINE=libaio BLOCK=4096 DEPTH=4 IOS=1000 BYTES=4096000 VERIFY=0 CPU=0 \
 *       fio --readonly --output-format=json+ --output=/out/fio-3.39.json - </out/nvme.fio
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fio.h"
#include "must.h"

#define SAMPLE "tests/unit/measure/fio-3.39.json"
#define BITS   12

static struct sentence why;

static char *load(const char *path)
{
	FILE *in = fopen(path, "re");
	char *text = calloc(1, 1 << 16);

	MUST(in && text);
	MUST(fread(text, 1, (1 << 16) - 1, in) > 500 && feof(in));
	fclose(in);
	return text;
}

static char *sample(void)
{
	return load(SAMPLE);
}

static int parse(const char *text, uint64_t ios, struct fio_result *r)
{
	const struct fio_job job = { .ios = ios };

	sentence(&why, 0, "nothing said");
	return fio_parse(text, &job, BITS, r, &why);
}

/* Its own output is read, its mean is that of its bins to within their width, and its messages may precede it. */
static void test_real(void **state)
{
	char *text = sample(), *noted;
	struct fio_result r;

	assert_int_equal(parse(text, 1000, &r), 0);
	assert_int_equal(r.ios, 1000);
	assert_int_equal(r.latency.count, 1000);
	assert_int_equal(r.latency.min, 7328);
	assert_true(r.iops > 0 && r.bytes_per_s / r.iops > 4090 && r.bytes_per_s / r.iops < 4102);
	assert_true(hist_mean(&r.latency) / r.mean_ns > 1 - 1.0 / 128);
	assert_true(hist_mean(&r.latency) / r.mean_ns < 1 + 1.0 / 128);
	hist_free(&r.latency);

	MUST(asprintf(&noted, "fio: a note, with a brace { in it\n%s", text) > 0);
	assert_int_equal(parse(noted, 1000, &r), 0);
	assert_int_equal(r.latency.count, 1000);
	hist_free(&r.latency);
	free(noted);
	free(text);
}

static void expect_error(const char *text, uint64_t ios, const char *said)
{
	struct fio_result r = { .ios = 1 }, none = {};

	assert_true(parse(text, ios, &r) < 0);
	assert_memory_equal(&r, &none, sizeof(r));
	if (!strstr(why.text, said))
		fail_msg("'%s' is not in '%s'", said, why.text);
}

static void test_other_count(void **state)
{
	char *text = sample();

	expect_error(text, 999, "fio did 1000 I/Os, not 999");
	expect_error(text, 0, "fio did 1000 I/Os, not 0");
	free(text);
}

/* Cut anywhere, it is refused, and nothing is read behind its end. */
static void test_truncated(void **state)
{
	char *text = sample();
	size_t length = strlen(text);

	while (length && text[length - 1] == '\n')
		length--;
	for (size_t at = 0; at < length; at += at < length - 64 ? 61 : 1) {
		char *cut = strndup(text, at);
		struct fio_result r;

		assert_true(parse(cut, 1000, &r) < 0);
		free(cut);
	}
	free(text);
}

/* usage: with a printf() of what bins are; the rest is sound. */
#define OUTPUT \
	"{ \"jobs\": [ { \"error\": %s, \"read\": { \"total_ios\": %s, \"iops\": 10.5, \"bw_bytes\": 4096, " \
	"\"clat_ns\": { \"mean\": %s, \"bins\": %s } } } ] }"

/* A sound one of 3 I/Os, with @more in the object that is read. */
#define GOOD(more) \
	"{ \"jobs\": [ { \"error\": 0, \"read\": { " more " \"total_ios\": 3, \"iops\": 10.5, \"bw_bytes\": 4096, " \
	"\"clat_ns\": { \"mean\": 5.0, \"bins\": { \"5\": 3 } } } } ] }"

static void test_hostile(void **state)
{
	static const struct {
		const char *error, *ios, *mean, *bins, *sentence;
	} bad[] = {
		{ "84", "3", "5.0", "{ \"5\": 3 }", "without an error" },
		{ "0", "3.0", "5.0", "{ \"5\": 3 }", "not 3" },
		{ "0", "-3", "5.0", "{ \"5\": 3 }", "fio did -3 I/Os" },
		{ "0", "\"3\"", "5.0", "{ \"5\": 3 }", "not 3" },
		{ "0", "3", "-5.0", "{ \"5\": 3 }", "lacks one of" },
		{ "0", "3", "\"5\"", "{ \"5\": 3 }", "lacks one of" },
		{ "0", "3", "5.0", "[ 3 ]", "no clat_ns.bins" },
		{ "0", "3", "5.0", "null", "no clat_ns.bins" },
		{ "0", "3", "5.0", "{}", "its bins hold 0" },
		{ "0", "3", "5.0", "{ \"5\": 2 }", "its bins hold 2" },
		{ "0", "3", "5.0", "{ \"5\": 2, \"6\": 2 }", "its bins hold 4" },
		{ "0", "3", "5.0", "{ \"5\": 3, \"5\": 3 }", "duplicate" },
		{ "0", "3", "5.0", "{ \"-5\": 3 }", "'-5' is no time and count" },
		{ "0", "3", "5.0", "{ \" 5\": 3 }", "' 5' is no time and count" },
		{ "0", "3", "5.0", "{ \"\": 3 }", "'' is no time and count" },
		{ "0", "3", "5.0", "{ \"5x\": 3 }", "'5x' is no time and count" },
		{ "0", "3", "5.0", "{ \"0x5\": 3 }", "'0x5' is no time and count" },
		{ "0", "3", "5.0", "{ \"99999999999999999999\": 3 }", "is no time and count" },
		{ "0", "3", "5.0", "{ \"5\": -3 }", "'5' is no time and count" },
		{ "0", "3", "5.0", "{ \"5\": 3.5 }", "'5' is no time and count" },
		{ "0", "3", "5.0", "{ \"5\": \"3\" }", "'5' is no time and count" },
		{ "0", "3", "5.0", "{ \"5\": 99999999999999999999 }", "'5' is no time and count" },
		{ "0", "3", "5.0", "{ \"100000000000\": 9223372036854775807 }", "is no time and count" },
		{ "0", "3", "5.0", "{ \"2\": 9223372036854775807, \"3\": 9223372036854775807 }",
		  "is no time and count" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		char *text;

		MUST(asprintf(&text, OUTPUT, bad[i].error, bad[i].ios, bad[i].mean, bad[i].bins) > 0);
		expect_error(text, 3, bad[i].sentence);
		free(text);
	}
}

/* The frame of those above is a good one; what is longer than a histogram reaches is counted beside it. */
static void test_sound_frame(void **state)
{
	struct fio_result r;
	char *text;

	MUST(asprintf(&text, OUTPUT, "0", "3", "5.0", "{ \"5\": 2, \"200000000000\": 1 }") > 0);
	assert_int_equal(parse(text, 3, &r), 0);
	assert_int_equal(r.latency.count, 2);
	assert_int_equal(r.latency.out_of_range, 1);
	hist_free(&r.latency);
	free(text);
}

/* fio#511: fio 3.1 has keys of percentiles twice, of which nothing is read. */
static void test_older(void **state)
{
	char *text = load("tests/unit/measure/fio-511.json");
	struct fio_result r;

	assert_int_equal(parse(text, 3, &r), 0);
	assert_int_equal(r.ios, 3);
	assert_int_equal(r.latency.count, 3);
	assert_true(r.iops == 1024 && r.bytes_per_s == 4194304 && r.mean_ns == 8100);
	hist_free(&r.latency);
	free(text);
}

static void expect_three(const char *text)
{
	struct fio_result r;

	if (parse(text, 3, &r))
		fail_msg("%s: %s", why.text, text);
	assert_int_equal(r.latency.count, 3);
	assert_true(r.iops == 10.5);
	hist_free(&r.latency);
}

/* Notes before and after it, another locale, what is no number, names in other encodings: in what is not read. */
static void test_dialects(void **state)
{
	expect_three("note: { is no JSON\n" GOOD("") "\nfio: the end }\n");
	expect_three(GOOD(
		"\"lat\": 1,5, \"min\": 18446744073709551615, \"dev\": -nan, \"path\": \"caf\xe9\\n\", \"x\": {},"));
	expect_three(GOOD("\"lat\": 1, \"lat\": 2, \"clat\": { \"bins\": 1, \"bins\": 2 },"));
}

/* But what is read is there once. */
static void test_repeated(void **state)
{
	expect_error(GOOD("\"iops\": 10.5,"), 3, "'jobs.read.iops' is there twice");
	expect_error(GOOD("\"i\\u006fps\": 10.5,"), 3, "'jobs.read.iops' is there twice");
	expect_error(GOOD("\"clat_ns\": {},"), 3, "'jobs.read.clat_ns' is there twice");
}

/* What cannot be is left out, and the rest kept. */
static void test_untrue(void **state)
{
	struct fio_result r;
	char *text;

	MUST(asprintf(&text,
		      "{ \"jobs\": [ { \"error\": 0, \"read\": { \"total_ios\": 3, \"iops\": 0.0, \"bw_bytes\": 0, "
		      "\"clat_ns\": { \"mean\": 900000.0, \"bins\": { \"5\": 3 } } } } ] }") > 0);
	assert_int_equal(parse(text, 3, &r), 0);
	assert_true(isnan(r.iops) && isnan(r.bytes_per_s) && isnan(r.mean_ns));
	assert_string_equal(why.text, "iops: 0 cannot be; bw_bytes: 0 cannot be; clat_ns.mean: 900000 cannot be");
	assert_int_equal(r.latency.count, 3);
	hist_free(&r.latency);
	free(text);
}

static void test_missing(void **state)
{
	expect_error("", 3, "no JSON");
	expect_error("fio: it did not start\n", 3, "no JSON");
	expect_error("{}", 3, "one job");
	expect_error("{ \"jobs\": [] }", 3, "one job");
	expect_error("{ \"jobs\": [ {}, {} ] }", 3, "one job");
	expect_error("{ \"jobs\": [ 1 ] }", 3, "fio did 0 I/Os");
	expect_error("{ \"jobs\": [ { \"error\": 0, \"write\": {} } ] }", 3, "fio did 0 I/Os");
	expect_error("{ \"jobs\": [ { \"error\": 0, \"read\": { \"total_ios\": 3, \"iops\": 1, \"bw_bytes\": 1 } } ] }",
		     3, "lacks one of");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real),	cmocka_unit_test(test_other_count), cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_hostile), cmocka_unit_test(test_sound_frame), cmocka_unit_test(test_missing),
		cmocka_unit_test(test_older),	cmocka_unit_test(test_dialects),    cmocka_unit_test(test_repeated),
		cmocka_unit_test(test_untrue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
