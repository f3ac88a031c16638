// SPDX-License-Identifier: GPL-2.0-only
/* Devices that are held while a child runs come back, whatever ends it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/wait.h>

#include "fake_bindings.h"
#include "status.h"
#include "supervise.h"

static int ready[2]; /* the child tells its number when it has the devices */

/* In the child of supervise_held(). */
static void tell(void)
{
	pid_t self = getpid();

	MUST(write(ready[1], &self, sizeof(self)) == sizeof(self));
}

static pid_t wait_for_child(void)
{
	pid_t child;

	MUST(read(ready[0], &child, sizeof(child)) == sizeof(child));
	return child;
}

/* A process that holds NVME and NET for one that does @what, which never returns. The sides that are not its own are closed. */
static pid_t hold_for(void (*what)(void))
{
	pid_t holder;

	MUST(!pipe(ready));
	holder = fork();
	MUST(holder >= 0);
	if (!holder) {
		if (supervise_held(NVME "," NET, &why))
			_exit(77);
		what();
		_exit(78);
	}
	close(ready[1]);
	return holder;
}

static int status_of(pid_t pid)
{
	int status;

	MUST(waitpid(pid, &status, 0) == pid);
	close(ready[0]);
	return status;
}

static void expect_given_back(void)
{
	expect_pristine();
	assert_int_equal(count_journals(), 0);
}

static void see_them_held(void)
{
	char driver[64];

	MUST(!sysfs_link(driver, sizeof(driver), "bus/pci/devices/" NVME "/driver") && !strcmp(driver, "invbench"));
	MUST(!sysfs_link(driver, sizeof(driver), "bus/pci/devices/" NET "/driver") && !strcmp(driver, "invbench"));
	MUST(getpgrp() == getpid()); /* so that all that it starts ends with it */
	_exit(3);
}

static void linger(void)
{
	tell();
	for (;;)
		pause();
}

static void crash(void)
{
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
}

static void the_childs_status_is_told(void **state)
{
	int status = status_of(hold_for(see_them_held));

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 3);
	expect_given_back();
}

static void a_child_that_dies_is_a_failure(void **state)
{
	int status = status_of(hold_for(crash));

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), STATUS_FAIL);
	expect_given_back();
}

/* The child is ended by the same signal, and then it ends by it. */
static void a_signal_ends_both(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

	for (size_t i = 0; i < COUNT(signals); i++) {
		pid_t holder = hold_for(linger), child = wait_for_child();
		int status;

		expect(NVME, "invbench", "invbench", "DMA");
		MUST(!kill(holder, signals[i]));
		status = status_of(holder);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
		assert_int_equal(kill(child, 0), -1);
		expect_given_back();
	}
}

/* What nobody can catch: the child does not go on, and what is left is in the journal. */
static void a_holder_that_is_killed_takes_its_child_along(void **state)
{
	pid_t holder = hold_for(linger);
	char end;

	wait_for_child();
	MUST(!kill(holder, SIGKILL));
	assert_int_equal(read(ready[0], &end, 1), 0); /* its side is closed */
	assert_int_equal(WTERMSIG(status_of(holder)), SIGKILL);
	expect(NVME, "invbench", "invbench", "DMA");
	assert_int_equal(restore_all(), 2);
	expect_given_back();
}

/* In this process: no child was started. */
static void what_cannot_be_had_is_refused(void **state)
{

	sigset_t before;

	MUST(!sigprocmask(SIG_SETMASK, NULL, &before));
	assert_int_equal(supervise_held(NVME ",0000:99:00.0", &why), -ENOENT);
	assert_string_equal(why.text, "there is no device '0000:99:00.0' behind an SMMU; see: invbench devices");
	expect_untouched();
	assert_int_equal(supervise_held("", &why), -ENOENT);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	MUST(!sigprocmask(SIG_SETMASK, &before, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_childs_status_is_told),
		TEST(a_child_that_dies_is_a_failure),
		TEST(a_signal_ends_both),
		TEST(a_holder_that_is_killed_takes_its_child_along),
		TEST(what_cannot_be_had_is_refused),
	};

	alarm(60); /* what is left waiting for a process that does not end is a failure */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
