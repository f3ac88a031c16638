// SPDX-License-Identifier: GPL-2.0-only
/* test_xalloc.c - memory for what has nothing to say without it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "must.h"
#include "xalloc.h"

static void memory_is_zeroed_and_may_be_none(void **state)
{
	unsigned char *some = xcalloc(100, 3), *none = xcalloc(0, 8);

	for (size_t i = 0; i < 300; i++)
		assert_int_equal(some[i], 0);
	assert_non_null(none);
	free(some);
	free(none);
}

static void texts_are_copied_and_formatted(void **state)
{
	char *copy = xstrdup("one"), *made = xasprintf("%s and %d", copy, 2);

	assert_string_equal(made, "one and 2");
	free(copy);
	free(made);
}

static void a_stream_becomes_a_text(void **state)
{
	char *text;
	size_t size;
	FILE *out = xmemstream(&text, &size);

	fprintf(out, "%d,", 1);
	fprintf(out, "%d", 2);
	MUST(!fclose(out));
	assert_string_equal(text, "1,2");
	assert_int_equal(size, 3);
	free(text);
}

/* Over many doublings; each new element is zeroed, and those before stay. */
static void lists_grow_by_one(void **state)
{
	struct pair {
		size_t number, unset;
	} *list = NULL;
	size_t count = 0;

	for (size_t i = 0; i < 1000; i++) {
		*xappend(list, count) = (struct pair){ .number = i };
		assert_int_equal(count, i + 1);
		list = xgrow(list, count, sizeof(*list)); /* room for the next one */
		assert_int_equal(list[count].number, 0);
		assert_int_equal(list[count].unset, 0);
	}
	for (size_t i = 0; i < count; i++)
		assert_int_equal(list[i].number, i);
	free(list);
}

/* The allocator of ASan would end the program in its own way. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

/* Its end is no exit status that anybody could take for a verdict. */
static void without_memory_it_aborts(void **state)
{
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	MUST(child >= 0);
	if (!child) {
		char *many = NULL;

		fclose(stderr);
		signal(SIGABRT, SIG_DFL);
		many = xgrow(many, (size_t)1 << 61, 8);
		_exit(many ? 0 : 1);
	}
	MUST(waitpid(child, &status, 0) == child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_and_may_be_none), cmocka_unit_test(texts_are_copied_and_formatted),
		cmocka_unit_test(a_stream_becomes_a_text),	    cmocka_unit_test(lists_grow_by_one),
		cmocka_unit_test(without_memory_it_aborts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
