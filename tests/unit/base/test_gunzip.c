// SPDX-License-Identifier: GPL-2.0-only
/* test_gunzip.c - files that may be gzipped. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <cmocka.h>

#include "file.h"
#include "gunzip.h"
#include "must.h"

#define LIMIT (1 << 20)

static int memory(void)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	MUST(fd >= 0);
	return fd;
}

/* Adds @size bytes of @data, packed, to the end of @fd. */
static void add_packed(int fd, const void *data, size_t size)
{
	int copy = dup(fd);
	gzFile out = gzdopen(copy, "wb9");

	MUST(copy >= 0 && out && gzwrite(out, data, (unsigned int)size) == (int)size && gzclose(out) == Z_OK);
}

static void add_plain(int fd, const char *data, size_t size)
{
	MUST(!file_write_to(fd, data, size));
}

/* And closes @fd. */
static int unpack(int fd, size_t limit, char **text, size_t *size, struct sentence *why)
{
	int err;

	MUST(lseek(fd, 0, SEEK_SET) == 0);
	err = gunzip_read(fd, limit, text, size, why);
	close(fd);
	return err;
}

static void expect_text(int fd, const char *expected, size_t length)
{
	struct sentence why;
	size_t size;
	char *text;

	assert_int_equal(unpack(fd, length, &text, &size, &why), 0);
	assert_int_equal(size, length);
	assert_memory_equal(text, expected, length + 1); /* and the 0 behind it */
	free(text);
}

static void expect_error(int fd, size_t limit, int err, const char *sentence)
{
	struct sentence why;
	size_t size;
	char *text;

	assert_int_equal(unpack(fd, limit, &text, &size, &why), err);
	assert_string_equal(why.text, sentence);
	assert_null(text);
	assert_int_equal(size, 0);
}

static void packed_text_is_unpacked(void **state)
{
	int fd = memory();

	add_packed(fd, "one\0two\n", 8);
	expect_text(fd, "one\0two\n", 8);
}

static void plain_text_is_read_as_it_is(void **state)
{
	static const char *const texts[] = { "", "{", "plain\n", "\x1f", "\x1f\x8a is no gzip" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int fd = memory();

		add_plain(fd, texts[i], strlen(texts[i]));
		expect_text(fd, texts[i], strlen(texts[i]));
	}
}

/* More than is read at once, which does not compress well. */
static void much_is_read_whole(void **state)
{
	char *much = calloc(LIMIT + 1, 1);
	int fd = memory();
	uint32_t x = 1;

	MUST(much);
	for (size_t i = 0; i < LIMIT; i++) {
		x = x * 1664525 + 1013904223;
		much[i] = (char)(x >> 24);
	}
	much[0] = '{';
	add_packed(fd, much, LIMIT);
	expect_text(fd, much, LIMIT);
	fd = memory();
	add_plain(fd, much, LIMIT);
	expect_text(fd, much, LIMIT);
	free(much);
}

/* Wherever it is cut, but for a beginning that is too short to be one of gzip. */
static void cut_short_is_told(void **state)
{
	int fd = memory();
	off_t length;

	add_packed(fd, "not much", 8);
	length = lseek(fd, 0, SEEK_END);
	MUST(length > 20);
	for (off_t at = length - 1; at >= 3; at--) {
		int copy = memory();
		char bytes[128];

		MUST(length < (off_t)sizeof(bytes) && pread(fd, bytes, at, 0) == at);
		add_plain(copy, bytes, (size_t)at);
		expect_error(copy, LIMIT, -EBADMSG, "not whole, or not gzip");
	}
	close(fd);
}

static void a_changed_byte_is_told(void **state)
{
	int fd = memory();
	off_t length;

	add_packed(fd, "some text", 9);
	length = lseek(fd, 0, SEEK_END);
	MUST(pwrite(fd, "\xff\xff", 2, length - 8) == 2); /* of the checksum */
	expect_error(fd, LIMIT, -EBADMSG, "not whole, or not gzip");
	fd = memory();
	add_plain(fd, "\x1f\x8b\x07 of no method that there is", 31);
	expect_error(fd, LIMIT, -EBADMSG, "not whole, or not gzip");
}

static void several_are_one_and_garbage_is_passed_over(void **state)
{
	int fd = memory();

	add_packed(fd, "one ", 4);
	add_packed(fd, "two", 3);
	expect_text(fd, "one two", 7);
	fd = memory();
	add_packed(fd, "text", 4);
	add_plain(fd, "garbage", 7);
	expect_text(fd, "text", 4);
}

/* A thousandth of what it unpacks to, and more than a limit: no more than that is ever in memory. */
static void a_bomb_does_not_go_off(void **state)
{
	char *zeros = calloc(64, LIMIT);
	int fd = memory(), copy;

	MUST(zeros);
	add_packed(fd, zeros, (size_t)64 * LIMIT);
	free(zeros);
	MUST(lseek(fd, 0, SEEK_END) < LIMIT);
	copy = dup(fd);
	MUST(copy >= 0);
	expect_error(copy, LIMIT, -EFBIG, "more than 1048576 bytes");
	expect_error(fd, (size_t)64 * LIMIT - 1, -EFBIG, "more than 67108863 bytes");
}

static void the_limit_holds_for_plain_text(void **state)
{
	int fd = memory();

	add_plain(fd, "12345", 5);
	expect_error(fd, 4, -EFBIG, "more than 4 bytes");
}

static void what_cannot_be_read_is_told(void **state)
{
	int fd = open("/", O_RDONLY | O_CLOEXEC);
	struct sentence why;
	size_t size;
	char *text;

	MUST(fd >= 0);
	assert_int_equal(gunzip_read(fd, LIMIT, &text, &size, &why), -EISDIR);
	assert_string_equal(why.text, "Is a directory");
	close(fd);
	assert_int_equal(gunzip_read(-1, LIMIT, &text, &size, &why), -EBADF);
	assert_null(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packed_text_is_unpacked),
		cmocka_unit_test(plain_text_is_read_as_it_is),
		cmocka_unit_test(much_is_read_whole),
		cmocka_unit_test(cut_short_is_told),
		cmocka_unit_test(a_changed_byte_is_told),
		cmocka_unit_test(several_are_one_and_garbage_is_passed_over),
		cmocka_unit_test(a_bomb_does_not_go_off),
		cmocka_unit_test(the_limit_holds_for_plain_text),
		cmocka_unit_test(what_cannot_be_read_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
