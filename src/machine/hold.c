// SPDX-License-Identifier: GPL-2.0-only
/*
 * hold.c - several devices at once: bound all or none, and given back.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "binding.h"
#include "hold.h"
#include "status.h"

#define PATIENCE_S 5 /* for a child that was told to end */

/* Nothing is changed before all were checked. */
static int look_at(struct held *held, const char *name, const char *driver, const char *const *names, bool force,
		   char *why, size_t size)
{
	struct device device;
	int err = device_find(name, &device);

	memset(held, 0, sizeof(*held));
	if (!err) {
		memcpy(held->name, device.name, sizeof(held->name));
		memcpy(held->before, device.driver, sizeof(held->before));
		memcpy(held->type, device.group_type, sizeof(held->type));
		held->journaled = binding_journaled(name);
	}
	return force && !err ? 0 : binding_check(name, driver ?: device.driver, names, why, size);
}

/* Away from their drivers first: none is bound beside one that its old driver still has. */
static int set_driver(const struct hold *hold, const char *driver, bool force, char *why, size_t size)
{
	int err = 0;

	for (size_t i = 0; i < hold->count && !err && hold->count > 1; i++) {
		if (strcmp(hold->device[i].before, driver))
			err = binding_set(hold->device[i].name, "", force, why, size);
	}
	for (size_t i = 0; i < hold->count && !err; i++)
		err = binding_set(hold->device[i].name, driver, force, why, size);
	return err;
}

int hold_take(struct hold *hold, const char *const *names, const char *driver, const char *type, bool force, char *why,
	      size_t size)
{
	char second[512];
	int err = 0;

	memset(hold, 0, sizeof(*hold));
	while (names[hold->count])
		hold->count++;
	hold->device = calloc(hold->count + 1, sizeof(*hold->device));
	if (!hold->device) {
		snprintf(why, size, "out of memory");
		return -ENOMEM;
	}
	if (type)
		err = binding_check_type(type, why, size);
	for (size_t i = 0; i < hold->count && !err; i++)
		err = look_at(&hold->device[i], names[i], driver, names, force, why, size);
	if (err)
		return err;
	if (driver)
		err = set_driver(hold, driver, force, why, size);
	for (size_t i = 0; i < hold->count && !err && type; i++)
		err = binding_set_type(names[i], type, force, why, size);
	if (err && hold_give_back(hold, second, sizeof(second)))
		say("%s", second);
	return err;
}

/* Somebody had changed it before: it goes back to him, and not further. */
static int step_back(const struct held *held, char *why, size_t size)
{
	int err = binding_set(held->name, held->before, true, why, size);

	if (!err && held->type[0])
		err = binding_set_type(held->name, held->type, true, why, size);
	return err;
}

int hold_give_back(struct hold *hold, char *why, size_t size)
{
	int first = 0;

	for (size_t i = 0; i < hold->count; i++) {
		const struct held *held = &hold->device[i];
		char second[512], *text = first ? second : why;
		size_t room = first ? sizeof(second) : size;
		int err;

		if (!held->name[0])
			continue;
		if (held->journaled)
			err = step_back(held, text, room);
		else
			err = binding_restore(held->name, text, room);
		if (err && first)
			say("%s", second);
		first = first ? first : err;
	}
	return first;
}

void hold_free(struct hold *hold)
{
	free(hold->device);
	memset(hold, 0, sizeof(*hold));
}

/* "a,b" as a list that ends with NULL; *@copy is what it points into. */
static const char **split(const char *list, char **copy)
{
	const char **names = calloc(strlen(list) + 2, sizeof(*names));
	char *rest, *name;
	size_t n = 0;

	*copy = strdup(list);
	if (!names || !*copy)
		die("out of memory");
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
	char why[512];

	if (child < 0) {
		say("cannot start a process: %s", strerror(errno));
	} else {
		int status = supervise(child, set, &signal);

		result = signal ? STATUS_FAIL : status_of(status);
	}
	if (hold_give_back(hold, why, sizeof(why))) {
		say("%s", why);
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

void hold_while_running(const char *list)
{
	pid_t child, parent = getpid();
	const char **names;
	struct hold hold;
	sigset_t set, old;
	char why[512], *copy;
	int err;

	signal(SIGCHLD, SIG_DFL); /* ignored, it would never come */
	ending_signals(&set);
	sigprocmask(SIG_BLOCK, &set, &old);
	names = split(list, &copy);
	err = hold_take(&hold, names, "invbench", NULL, false, why, sizeof(why));
	free(names);
	free(copy);
	if (err) {
		hold_free(&hold);
		say("%s", why);
		exit(err == -EIO ? STATUS_FAIL : STATUS_USAGE);
	}
	child = fork();
	if (child) {
		setpgid(child, child);
		stay_behind(&hold, child, &set);
	}
	hold_free(&hold);
	become_child(parent, &old);
}
