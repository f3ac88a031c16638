// SPDX-License-Identifier: GPL-2.0-only
/* Files that are not JSON, not whole, too large or no files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "fake_result.h"

static void assert_bytes_refused(const void *bytes, size_t size, const char *want)
{
	struct sentence why = { "" };

	fake_write(path_of("bad.json"), bytes, size);
	assert_null(boot_load(path_of("bad.json"), &why));
	assert_said(why.text, path_of("bad.json"), want);
}

static void assert_text_refused(const char *text, const char *want)
{
	assert_bytes_refused(text, strlen(text), want);
}

static void test_not_json(void **state)
{
	const size_t deep = 1 << 20;
	char *nested = malloc(deep);

	assert_text_refused("", "empty");
	assert_bytes_refused("\0\0\0\0", 4, "line 1");
	assert_text_refused("{\"format\": \"\xff\xfe\"}", "line 1");
	assert_text_refused("[]", "top level: must be an object");
	assert_text_refused("{} x", "line 1");
	assert_text_refused("{\"format\":1,\"format\":1}", "line 1, column 20: duplicate object key");
	assert_text_refused("{\"format\":99999999999999999999}", "line 1, column 30: too big integer");
	assert_text_refused("{\"format\":1e999}", "line 1, column 15: real number overflow");
	memset(nested, '[', deep);
	assert_bytes_refused(nested, deep, "line 1, column 2049: maximum parsing depth");
	free(nested);
}

static void test_not_a_file(void **state)
{
	struct sentence why;
	int fd;

	assert_null(boot_load(path_of("absent.json"), &why));
	assert_said(why.text, path_of("absent.json"), "No such file");
	assert_null(boot_load(dir, &why));
	assert_said(why.text, dir, "not a regular file");
	assert_int_equal(mkfifo(path_of("fifo.json"), 0600), 0);
	assert_null(boot_load(path_of("fifo.json"), &why)); /* and does not wait for a writer */
	assert_said(why.text, path_of("fifo.json"), "not a regular file");
	fd = open(path_of("huge.json"), O_CREAT | O_WRONLY, 0600);
	assert_int_equal(ftruncate(fd, (off_t)RESULT_MAX_BYTES + 1), 0);
	close(fd);
	assert_null(boot_load(path_of("huge.json"), &why));
	assert_said(why.text, path_of("huge.json"), "33554433 bytes are more than 33554432");
	unlink(path_of("huge.json"));
}

/* A file cut off anywhere is refused: nothing that counts comes after the last brace. */
static void test_truncated(void **state)
{
	char *text;
	struct sentence why;
	json_t *json = good();
	size_t size, n;

	text = json_dumps(json, JSON_INDENT(1));
	size = strlen(text);
	for (n = 1; n < size; n += 7) {
		fake_write(path_of("bad.json"), text, n);
		assert_null(boot_load(path_of("bad.json"), &why));
		assert_said(why.text, path_of("bad.json"), "line ");
	}
	free(text);
	json_decref(json);
}

/* Packs @size bytes as boot-001.json.gz. */
static void write_gzipped(const char *bytes, size_t size)
{
	gzFile out = gzopen(path_of("boot-001.json.gz"), "wb9");

	assert_non_null(out);
	assert_int_equal(gzwrite(out, bytes, (unsigned int)size), (int)size);
	assert_int_equal(gzclose(out), Z_OK);
}

static void test_gzipped(void **state)
{
	const size_t bomb = RESULT_MAX_BYTES + 1;
	json_t *json = good();
	char *text = json_dumps(json, JSON_COMPACT), *spaces = calloc(1, bomb);
	struct sentence why;
	struct boot *boot;
	struct stat st;

	write_gzipped(text, strlen(text));
	boot = boot_load(path_of("boot-001.json.gz"), &why);
	assert_non_null(boot);
	assert_int_equal(boot->nr_cases, 2);
	boot_free(boot);
	assert_int_equal(stat(path_of("boot-001.json.gz"), &st), 0);
	assert_true((size_t)st.st_size < strlen(text));
	assert_int_equal(truncate(path_of("boot-001.json.gz"), st.st_size - 9), 0);
	assert_null(boot_load(path_of("boot-001.json.gz"), &why));
	assert_said(why.text, path_of("boot-001.json.gz"), "not whole, or not gzip");
	memset(spaces, ' ', bomb);
	write_gzipped(spaces, bomb);
	assert_null(boot_load(path_of("boot-001.json.gz"), &why));
	assert_said(why.text, path_of("boot-001.json.gz"), "unpacks to more than a result file may have");
	unlink(path_of("boot-001.json.gz"));
	free(spaces);
	free(text);
	json_decref(json);
}

static void test_program_refuses(void **state)
{
	static const char *const bytes[] = { "", "{", "{\"format\": \"\xff\"}", "[[[[", "7" };
	char *bad = strdup(path_of("bad.json"));
	size_t i;

	for (i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
		fake_write_text(bad, bytes[i]);
		assert_program_refuses(bad, i ? "" : "empty");
	}
	assert_program_refuses("/dev/zero", "not a regular file");
	assert_program_refuses("/nonexistent", "No such file");
	free(bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_not_json), TEST(test_not_a_file),	 TEST(test_truncated),
		TEST(test_gzipped),  TEST(test_program_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
