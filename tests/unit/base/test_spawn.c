// SPDX-License-Identifier: GPL-2.0-only
/* test_spawn.c - other programs: what they are given, and what is said of their end. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "file.h"
#include "must.h"
#include "spawn.h"

#define LIMIT	      (1 << 20)

#define SHELL(script) ((const char *const[]){ "/bin/sh", "-c", script, NULL })

/* Starts and waits, with both outputs in memory unless @s has others. */
static int run(struct spawn *s, struct sentence *why)
{
	why->text[0] = '\0';
	if (!s->out.to)
		s->out.to = SPAWN_MEMORY;
	if (!s->err.to)
		s->err.to = SPAWN_MEMORY;
	return spawn_start(s, why) ?: spawn_wait(s, why);
}

static void expect_text(const struct spawn_stream *stream, const char *expected)
{
	struct sentence why;
	char *text;

	assert_int_equal(spawn_text(stream, LIMIT, &text, &why), 0);
	assert_string_equal(text, expected);
	free(text);
}

/* Of a shell script that succeeds. */
static void expect_output(struct spawn *s, const char *expected)
{
	struct sentence why;

	assert_int_equal(run(s, &why), 0);
	expect_text(&s->out, expected);
	spawn_free(s);
}

static void its_end_is_told(void **state)
{
	static const struct {
		const char *script, *said;
	} ends[] = {
		{ "exit 3", "/bin/sh ended with status 3" },
		{ "kill -9 $$", "/bin/sh was ended by signal 9" },
		{ "exit 0", "" },
	};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct spawn s = { .argv = SHELL(ends[i].script) };
		struct sentence why;

		assert_int_equal(run(&s, &why), ends[i].said[0] ? -EIO : 0);
		assert_string_equal(why.text, ends[i].said);
		assert_int_equal(s.pid, 0);
		spawn_free(&s);
	}
}

static void a_missing_program_is_told(void **state)
{
	static const char *const argv[] = { "no-such-program", NULL };
	const struct folder nowhere = { .fd = -1, .path = "/nowhere" };
	struct spawn s = { .argv = argv }, elsewhere = { .argv = SHELL("exit 0"), .folder = &nowhere };
	struct sentence why;

	assert_int_equal(run(&s, &why), -ENOENT);
	assert_string_equal(why.text, "cannot run no-such-program: No such file or directory");
	assert_int_equal(run(&elsewhere, &why), -EBADF);
	assert_string_equal(why.text, "cannot run /bin/sh in /nowhere: Bad file descriptor");
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
	spawn_free(&s);
}

static void no_shell_sees_its_arguments(void **state)
{
	static const char *const argv[] = { "printf", "%s", "$HOME `id` \"; *", NULL };

	expect_output(&(struct spawn){ .argv = argv }, "$HOME `id` \"; *");
}

static void it_works_in_its_folder(void **state)
{
	static const char *const argv[] = { "pwd", NULL };
	struct sentence why;
	struct folder usr;

	MUST(!folder_open(&usr, "/usr", &why));
	expect_output(&(struct spawn){ .argv = argv, .folder = &usr }, "/usr\n");
	folder_close(&usr);
}

/* ---- streams ---- */

static void it_reads_and_writes_memory(void **state)
{
	struct spawn s = { .argv = SHELL("cat; echo oh dear >&2"), .in = { SPAWN_MEMORY, "a\nb\n", 0 } };
	struct sentence why;

	assert_int_equal(run(&s, &why), 0);
	expect_text(&s.out, "a\nb\n");
	expect_text(&s.err, "oh dear\n");
	spawn_free(&s);
	spawn_free(&s);
}

static void it_need_not_read(void **state)
{
	struct spawn s = { .argv = SHELL("exec <&-; echo done"), .in = { SPAWN_MEMORY, NULL, 0 } };
	char *much = malloc(LIMIT + 1);

	MUST(much);
	memset(much, 'x', LIMIT);
	much[LIMIT] = '\0';
	s.in.text = much;
	expect_output(&s, "done\n");
	free(much);
}

static void there_is_nothing_to_read_unless_named(void **state)
{
	expect_output(&(struct spawn){ .argv = SHELL("cat; echo end") }, "end\n");
}

/* More than a pipe holds, and nobody reads until its end. */
static void much_output_is_kept_up_to_the_limit(void **state)
{
	struct spawn s = { .argv = SHELL("head -c 300000 /dev/zero | tr '\\0' x") };
	struct sentence why;
	char *text;

	assert_int_equal(run(&s, &why), 0);
	assert_int_equal(spawn_text(&s.out, 300000, &text, &why), 0);
	assert_int_equal(strlen(text), 300000);
	assert_int_equal(strspn(text, "x"), 300000);
	free(text);
	assert_int_equal(spawn_text(&s.out, 299999, &text, &why), -EFBIG);
	assert_null(text);
	assert_string_equal(why.text, "what it wrote: more than 299999 bytes");
	spawn_free(&s);
}

/* To read while it runs must not move the place where it writes. */
static void memory_can_be_read_while_it_runs(void **state)
{
	struct spawn s = { .argv = SHELL("echo one; echo >&2; read line; echo two"),
			   .in.to = SPAWN_OURS,
			   .out.to = SPAWN_MEMORY,
			   .err.to = SPAWN_PIPE };
	int gate[2], before = dup(STDIN_FILENO);
	struct sentence why;
	char byte;

	MUST(before >= 0 && !pipe2(gate, O_CLOEXEC) && dup2(gate[0], STDIN_FILENO) == STDIN_FILENO);
	assert_int_equal(spawn_start(&s, &why), 0);
	MUST(read(s.err.fd, &byte, 1) == 1);
	expect_text(&s.out, "one\n");
	assert_false(spawn_ended(&s));
	MUST(write(gate[1], "\n", 1) == 1);
	assert_int_equal(spawn_wait(&s, &why), 0);
	expect_text(&s.out, "one\ntwo\n");
	spawn_free(&s);
	MUST(dup2(before, STDIN_FILENO) == STDIN_FILENO && !close(before) && !close(gate[0]) && !close(gate[1]));
}

static void a_pipe_is_read_to_its_end(void **state)
{
	struct spawn s = { .argv = SHELL("seq 3"), .out.to = SPAWN_PIPE };
	struct sentence why;
	size_t size;
	char *text;

	assert_int_equal(spawn_start(&s, &why), 0);
	assert_int_equal(file_read_from(s.out.fd, "pipe", LIMIT, &text, &size, &why), 0);
	assert_string_equal(text, "1\n2\n3\n");
	assert_int_equal(spawn_wait(&s, &why), 0);
	free(text);
	spawn_free(&s);
}

/* One that nobody reads from any more ends it as it would in a shell, whatever we do with SIGPIPE ourselves. */
static void a_closed_pipe_ends_it(void **state)
{
	struct spawn s = { .argv = ((const char *const[]){ "yes", NULL }), .out.to = SPAWN_PIPE };
	struct sentence why;

	MUST(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
	assert_int_equal(spawn_start(&s, &why), 0);
	close(s.out.fd);
	s.out.fd = -1;
	assert_int_equal(spawn_wait(&s, &why), -EIO);
	assert_int_equal(WTERMSIG(s.status), SIGPIPE);
	spawn_free(&s);
	MUST(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
}

/* ---- descriptors ---- */

static void no_descriptor_leaks(void **state)
{
	int leak = open("/dev/null", O_RDONLY); /* without O_CLOEXEC */

	MUST(leak > 2);
	expect_output(&(struct spawn){ .argv = SHELL("ls /proc/self/fd | grep -c .") }, "4\n"); /* and ls's own */
	close(leak);
}

/* Also where they are in each other's place. */
static void descriptors_are_passed(void **state)
{
	int first[2], second[2];
	struct spawn s = { .argv = SHELL("cat <&3; cat <&4") };

	MUST(!pipe2(first, O_CLOEXEC) && !pipe2(second, O_CLOEXEC));
	MUST(write(first[1], "first\n", 6) == 6 && write(second[1], "second\n", 7) == 7);
	MUST(!close(first[1]) && !close(second[1]));
	s.pass[0] = second[0];
	s.pass[1] = first[0];
	expect_output(&s, "second\nfirst\n");
	MUST(!close(first[0]) && !close(second[0]));
}

static unsigned int our_descriptors(void)
{
	unsigned int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void none_of_ours_is_left_open(void **state)
{
	static const char *const missing[] = { "no-such-program", NULL };
	const unsigned int before = our_descriptors();
	struct spawn s = { .argv = SHELL("cat"), .in = { SPAWN_MEMORY, "x", 0 }, .err.to = SPAWN_PIPE };
	struct spawn none = { .argv = missing, .in = { SPAWN_MEMORY, "x", 0 }, .err.to = SPAWN_PIPE }, unused = {};
	struct sentence why;

	assert_int_equal(run(&s, &why), 0);
	spawn_free(&s);
	assert_int_equal(run(&none, &why), -ENOENT);
	unused.in.to = SPAWN_MEMORY; /* was never started */
	spawn_free(&unused);
	assert_int_equal(our_descriptors(), before);
}

/* ---- environment ---- */

static void its_environment_is_what_it_says(void **state)
{
	static const char *const variables[] = { "DEPTH=4", NULL }, *const argv[] = { "env", NULL };
	char expected[4096];

	MUST(!setenv("LANGUAGE", "de", 1) && !setenv("LC_NUMERIC", "de_DE", 1) && !setenv("TMPDIR", "/tmp", 1));
	MUST(!setenv("HOME", "/tmp/of", 1));
	snprintf(expected, sizeof(expected), "LC_ALL=C.UTF-8\nPATH=%s\nHOME=/tmp/of\nTMPDIR=/tmp\nDEPTH=4\n",
		 getenv("PATH"));
	expect_output(&(struct spawn){ .argv = argv, .variables = variables }, expected);
	MUST(!unsetenv("TMPDIR") && !unsetenv("HOME"));
	snprintf(expected, sizeof(expected), "LC_ALL=C.UTF-8\nPATH=%s\n", getenv("PATH"));
	expect_output(&(struct spawn){ .argv = argv }, expected);
}

static void a_users_command_has_ours(void **state)
{
	int given = open("/dev/null", O_RDONLY);

	MUST(given == 3);
	MUST(!setenv("LANGUAGE", "de", 1));
	expect_output(
		&(struct spawn){ .argv = SHELL("echo $LANGUAGE; [ -e /proc/self/fd/3 ] && echo 3"), .users = true },
		"de\n3\n");
	close(given);
}

static void no_signal_is_blocked(void **state)
{
	sigset_t all, before;

	sigfillset(&all);
	MUST(!sigprocmask(SIG_SETMASK, &all, &before));
	expect_output(&(struct spawn){ .argv = SHELL("grep SigBlk /proc/self/status") }, "SigBlk:\t0000000000000000\n");
	MUST(!sigprocmask(SIG_SETMASK, &before, NULL));
}

/* ---- its life ---- */

static void what_takes_too_long_is_killed(void **state)
{
	struct spawn s = { .argv = ((const char *const[]){ "sleep", "1000", NULL }), .seconds = 1 };
	struct sentence why;

	assert_int_equal(run(&s, &why), -ETIME);
	assert_string_equal(why.text, "sleep did not end within 1 s");
	assert_true(WIFSIGNALED(s.status));
	assert_int_equal(s.pid, 0);
	spawn_free(&s);
}

static void in_time_is_not_killed(void **state)
{
	expect_output(&(struct spawn){ .argv = SHELL("echo done"), .seconds = 1000 }, "done\n");
}

static void what_still_runs_is_ended(void **state)
{
	struct spawn s = { .argv = ((const char *const[]){ "sleep", "1000", NULL }) };
	struct sentence why;
	pid_t pid;

	assert_int_equal(spawn_start(&s, &why), 0);
	pid = s.pid;
	assert_false(spawn_ended(&s));
	spawn_end(&s, SIGTERM);
	assert_true(spawn_ended(&s));
	assert_int_equal(WTERMSIG(s.status), SIGTERM);
	assert_int_equal(kill(pid, 0), -1);
	spawn_free(&s);

	assert_int_equal(spawn_start(&s, &why), 0);
	spawn_free(&s);
	assert_int_equal(WTERMSIG(s.status), SIGKILL);
}

/* A process starts one that waits for the end of a pipe, and ends: the pipe's end is told to us when both are gone. */
static void it_dies_with_its_parent(void **state)
{
	int alive[2], status;
	pid_t parent;
	char byte;

	MUST(!pipe2(alive, O_CLOEXEC));
	parent = fork();
	MUST(parent >= 0);
	if (!parent) {
		struct spawn s = { .argv = ((const char *const[]){ "sleep", "1000", NULL }),
				   .pass = { alive[1] },
				   .dies_by = SIGKILL };
		struct sentence why;

		_exit(spawn_start(&s, &why) ? 1 : 0);
	}
	close(alive[1]);
	MUST(waitpid(parent, &status, 0) == parent);
	assert_int_equal(status, 0);
	assert_int_equal(read(alive[0], &byte, 1), 0);
	close(alive[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_end_is_told),
		cmocka_unit_test(a_missing_program_is_told),
		cmocka_unit_test(no_shell_sees_its_arguments),
		cmocka_unit_test(it_works_in_its_folder),
		cmocka_unit_test(it_reads_and_writes_memory),
		cmocka_unit_test(it_need_not_read),
		cmocka_unit_test(there_is_nothing_to_read_unless_named),
		cmocka_unit_test(much_output_is_kept_up_to_the_limit),
		cmocka_unit_test(memory_can_be_read_while_it_runs),
		cmocka_unit_test(a_pipe_is_read_to_its_end),
		cmocka_unit_test(a_closed_pipe_ends_it),
		cmocka_unit_test(no_descriptor_leaks),
		cmocka_unit_test(descriptors_are_passed),
		cmocka_unit_test(none_of_ours_is_left_open),
		cmocka_unit_test(its_environment_is_what_it_says),
		cmocka_unit_test(a_users_command_has_ours),
		cmocka_unit_test(no_signal_is_blocked),
		cmocka_unit_test(what_takes_too_long_is_killed),
		cmocka_unit_test(in_time_is_not_killed),
		cmocka_unit_test(what_still_runs_is_ended),
		cmocka_unit_test(it_dies_with_its_parent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
