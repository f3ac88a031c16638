// SPDX-License-Identifier: GPL-2.0-only
/* test_status.c - statuses by name, and talk on stderr. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "must.h"
#include "status.h"

/* What @talk writes to stderr; it may end a process, which is not this one. */
static char *said(void (*talk)(void), int *status)
{
	int fd = memfd_create("stderr", MFD_CLOEXEC);
	struct sentence why;
	size_t size;
	pid_t child;
	char *text;

	MUST(fd >= 0);
	fflush(NULL);
	child = fork();
	MUST(child >= 0);
	if (!child) {
		MUST(dup2(fd, STDERR_FILENO) == STDERR_FILENO);
		talk();
		_exit(77);
	}
	MUST(waitpid(child, status, 0) == child && WIFEXITED(*status));
	*status = WEXITSTATUS(*status);
	MUST(!file_read_from(fd, "stderr", 1 << 16, &text, &size, &why));
	close(fd);
	return text;
}

static void say_something(void)
{
	say("%d endpoints", 3);
	say("%s", "");
}

static void say_much(void)
{
	char much[4096];

	memset(much, 'x', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	say("%s", much);
}

static void die_of_it(void)
{
	die("no case '%s'", "x");
}

static void every_status_has_its_word(void **state)
{
	assert_string_equal(status_name(STATUS_PASS), "pass");
	assert_string_equal(status_name(STATUS_FAIL), "fail");
	assert_string_equal(status_name(STATUS_SKIP), "skip");
	assert_string_equal(status_name(STATUS_LOST), "lost");
	assert_string_equal(status_name(STATUS_USAGE), "fail");
}

static void talk_is_a_line_of_the_program(void **state)
{
	int status;
	char *text = said(say_something, &status);

	assert_int_equal(status, 77);
	assert_string_equal(text, "test_status: 3 endpoints\ntest_status: \n");
	free(text);
}

static void a_long_line_is_cut_and_still_a_line(void **state)
{
	int status;
	char *text = said(say_much, &status);

	assert_int_equal(strlen(text), 1023);
	assert_ptr_equal(strchr(text, '\n'), text + 1022);
	free(text);
}

static void to_die_is_bad_input(void **state)
{
	int status;
	char *text = said(die_of_it, &status);

	assert_int_equal(status, STATUS_USAGE);
	assert_string_equal(text, "test_status: no case 'x'\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_status_has_its_word),
		cmocka_unit_test(talk_is_a_line_of_the_program),
		cmocka_unit_test(a_long_line_is_cut_and_still_a_line),
		cmocka_unit_test(to_die_is_bad_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
