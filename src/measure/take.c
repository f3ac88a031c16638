// SPDX-License-Identifier: GPL-2.0-only
/*
 * take.c - devices that a case takes from their drivers, or out of their domain.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "binding.h"
#include "case.h"
#include "take.h"

static const char *named; /* by --device */

void take_named(const char *name)
{
	named = name;
}

const char *case_device(const struct run_case *c)
{
	return named;
}

static bool fits(const struct device *d, const struct device_want *want)
{
	struct sentence unfit;

	return !strcmp(d->driver, want->driver) && !(want->no_ats && d->ats) && device_is_fit(d, &unfit);
}

static int find_named(struct run_case *c, const struct device_want *want, struct device *found)
{
	struct sentence why;

	if (device_find(named, found) || !fits(found, want))
		return case_error(
			c, "--device=%s: %s%s is needed, a device behind an SMMU with driver %s; see: invbench devices",
			named, want->what, want->no_ats ? " without ATS" : "", want->driver);
	if (device_in_use(found, &why))
		return case_error(c, "--device=%s: it must not be taken: %s", named, why.text);
	return 0;
}

static int find_free(struct run_case *c, const struct device_want *want, struct device *found)
{
	struct sentence why = { "there is none" };
	struct device *list = NULL;
	int count = devices_list(&list), i;

	for (i = 0; i < count; i++) {
		if (fits(&list[i], want) && !device_in_use(&list[i], &why))
			break;
	}
	if (i < count)
		*found = list[i];
	free(list);
	return i < count ? 0 :
			   case_skip(c, "%s%s that nobody uses is needed behind an SMMU: %s", want->what,
				     want->no_ats ? " without ATS" : "", why.text);
}

static int change(const struct device *is, const char *type, const char *driver, struct sentence *why)
{
	int err = 0;

	if (type && strcmp(is->group_type, type))
		err = binding_set_type(is->name, type, false, why);
	if (!err && driver && strcmp(is->driver, driver))
		err = binding_set(is->name, driver, false, why);
	return err;
}

/* What somebody had bound to another driver before the case is left as it was then, for him to restore. */
static int put_back(const struct run_case *c, struct sentence *why)
{
	const struct device *was = &c->taken;
	struct device now;

	if (!c->taken_before)
		return binding_restore(was->name, why);
	if (!device_find(was->name, &now))
		return change(&now, was->group_type, was->driver, why);
	return sentence(why, -ENODEV, "device %s went away", was->name);
}

/* A process of its own, which puts back when this one ends before it has: by a signal, perhaps SIGKILL. */
static int set_guard(struct run_case *c)
{
	int fds[2];
	struct sentence why;
	char done;

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	c->guard = fork();
	if (c->guard) {
		close(fds[0]);
		c->guard_fd = fds[1];
		return c->guard < 0 ? -errno : 0;
	}
	setsid(); /* away from the terminal's signals */
	close(fds[1]);
	if (!read(fds[0], &done, 1) && put_back(c, &why))
		say("%s; `invbench restore` will try again", why.text);
	_exit(0);
}

static void release_guard(struct run_case *c)
{
	if (write(c->guard_fd, "", 1) != 1)
		kill(c->guard, SIGKILL);
	close(c->guard_fd);
	waitpid(c->guard, NULL, 0);
}

int case_take(struct run_case *c, const struct device_want *want, const char **name)
{
	struct device *taken = &c->taken;
	struct sentence why;
	int ret;

	ret = named ? find_named(c, want, taken) : find_free(c, want, taken);
	if (!ret) {
		c->taken_before = binding_journaled(taken->name);
		ret = set_guard(c) ? case_error(c, "cannot start a process: %s", strerror(errno)) : 0;
	}
	if (ret) {
		taken->name[0] = '\0';
		return ret;
	}
	*name = taken->name;
	ret = change(taken, want->type, want->as, &why);
	if (ret == -ENODEV)
		return case_skip(c, "%s", why.text);
	return ret ? case_error(c, "%s", why.text) : 0;
}

void take_back(struct run_case *c)
{
	struct sentence why;

	if (!c->taken.name[0])
		return;
	if (put_back(c, &why))
		case_fail(c, "%s", why.text);
	release_guard(c);
}
