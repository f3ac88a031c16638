// SPDX-License-Identifier: GPL-2.0-only
/*
 * supervise.c - devices that are held for as long as this program runs.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hold.h"
#include "status.h"
#include "supervise.h"

#define PATIENCE_S 5 /* for a child that was told to end */

/* "a,b" as a list that ends with NULL, or NULL; *@copy is what it points into. */
static const char **split(const char *list, char **copy)
{
	const char **names = calloc(strlen(list) + 2, sizeof(*names));
	char *rest, *name;
	size_t n = 0;

	*copy = strdup(list);
	if (!names || !*copy) {
		free(names);
		free(*copy);
		return NULL;
	}
	for (rest = *copy; (name = strsep(&rest, ","));)
		names[n++] = name;
	return names;
}

static const int ending[] = { SIGINT, SIGTERM, SIGHUP };

static void ending_signals(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		sigaddset(set, ending[i]);
	sigaddset(set, SIGCHLD);
}

/* All of its group, as it may have started others. What does not end in time is killed. */
static void end_child(pid_t child, int signal, const sigset_t *set)
{
	const struct timespec patience = { .tv_sec = PATIENCE_S };

	kill(-child, signal);
	while (sigtimedwait(set, NULL, &patience) > 0) {
		siginfo_t info = {};

		if (!waitid(P_PID, child, &info, WEXITED | WNOHANG | WNOWAIT) && info.si_pid == child)
			break;
	}
	kill(-child, SIGKILL);
}

/* Returns the status of the child; @signal: what this process was told to end by, or 0. */
static int supervise(pid_t child, const sigset_t *set, int *signal)
{
	int status = 0;

	*signal = 0;
	while (!waitpid(child, &status, WNOHANG)) {
		int got = sigwaitinfo(set, NULL);

		if (got <= 0 || got == SIGCHLD)
			continue;
		*signal = got;
		end_child(child, got, set);
		waitpid(child, &status, 0);
		break;
	}
	return status;
}

/* Whoever waits for us sees that we ended by the signal. */
static void end_by(int number)
{
	sigset_t set;

	signal(number, SIG_DFL);
	raise(number);
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static int status_of(int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	say("the run was ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	return STATUS_FAIL;
}

static void stay_behind(struct hold *hold, pid_t child, const sigset_t *set) __attribute__((noreturn));
static void stay_behind(struct hold *hold, pid_t child, const sigset_t *set)
{
	int signal = 0, result = STATUS_FAIL;
	struct sentence why;

	if (child < 0) {
		say("cannot start a process: %s", strerror(errno));
	} else {
		int status = supervise(child, set, &signal);

		result = signal ? STATUS_FAIL : status_of(status);
	}
	if (hold_give_back(hold, &why)) {
		say("%s", why.text);
		result = STATUS_FAIL;
	}
	hold_free(hold);
	if (signal)
		end_by(signal);
	exit(result);
}

/* The parent may be killed by what nobody can catch: then nothing may go on with its devices. */
static void become_child(pid_t parent, const sigset_t *old)
{
	setpgid(0, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
		exit(STATUS_FAIL);
	sigprocmask(SIG_SETMASK, old, NULL);
}

static int take(struct hold *hold, const char *list, struct sentence *why)
{
	char *copy;
	const char **names = split(list, &copy);
	int err;

	if (!names)
		return sentence(why, -ENOMEM, "out of memory");
	err = hold_take(hold, names, "invbench", NULL, false, why);
	free(names);
	free(copy);
	if (err)
		hold_free(hold);
	return err;
}

int supervise_held(const char *list, struct sentence *why)
{
	pid_t child, parent = getpid();
	struct hold hold;
	sigset_t set, old;
	int err;

	signal(SIGCHLD, SIG_DFL); /* ignored, it would never come */
	ending_signals(&set);
	sigprocmask(SIG_BLOCK, &set, &old);
	err = take(&hold, list, why);
	if (err)
		return err;
	child = fork();
	if (child) {
		setpgid(child, child);
		stay_behind(&hold, child, &set);
	}
	hold_free(&hold);
	become_child(parent, &old);
	return 0;
}
