// SPDX-License-Identifier: GPL-2.0-only
/*
 * half_beside.c - a task beside another one: how long did it have to wait for the CPU that both have?
 *
 * usage: half_beside COMMAND...; prints its status, and the longest time in nanoseconds between
 * two looks at the clock while it ran.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

int main(int argc, char **argv)
{
	uint64_t last = now_ns(), now, longest = 0;
	pid_t child = fork(), ended;
	int status = 0;

	if (!child) {
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	while (child > 0 && !(ended = waitpid(child, &status, WNOHANG))) {
		now = now_ns();
		longest = now - last > longest ? now - last : longest;
		last = now;
	}
	if (child < 0 || ended < 0) {
		perror("half_beside");
		return 2;
	}
	printf("%d %" PRIu64 "\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128, longest);
	return 0;
}
