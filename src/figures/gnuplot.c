// SPDX-License-Identifier: GPL-2.0-only
/* gnuplot.c - finds gnuplot's files, and runs it. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "gnuplot.h"
#include "status.h"

/* Beside the source tree's build/host, or installed. */
char *gnuplot_folder(const char *wanted, const char *name, const char *who)
{
	const char *folders[] = { "../../plots", "../share/invbench/plots", NULL };
	char guess[PATH_MAX], *found, *plots;

	if (wanted) {
		if (snprintf(guess, sizeof(guess), "%s/%s", wanted, name) >= (int)sizeof(guess))
			errno = ENAMETOOLONG;
		else if (!access(guess, R_OK))
			return realpath(wanted, NULL);
		die("%s/%s: %s; give --plots the folder with %s", wanted, name, strerror(errno), name);
	}
	found = find_near_program(folders, name);
	plots = found ? realpath(dirname(found), NULL) : realpath("plots", NULL);
	free(found);
	if (!plots)
		die("%s: plots/ of the source tree is not near this program; give it with --plots", who);
	return plots;
}

int gnuplot_start(const char *folder, char *const argv[], pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int err;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addchdir_np(&actions, folder);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	/* stdout is data, and gnuplot has none. */
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	err = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -err;
}

int gnuplot_finish(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EIO;
}
