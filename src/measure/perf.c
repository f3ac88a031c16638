// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf.c - starts perf(1), and has it obey.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "perf.h"

char *perf_text(int fd)
{
	struct stat st;
	char *text = NULL;
	ssize_t n;

	if (!fstat(fd, &st))
		text = malloc(st.st_size + 1);
	if (!text)
		return NULL;
	n = pread(fd, text, st.st_size, 0);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

/* ---- what it complains of ---- */

static const char *skip_decoration(const char *line)
{
	return line + strspn(line, " \t\\_");
}

/*
 * Of bad events it shows the place first, and then, in the last line before its
 * advice, the reason; of anything else the first line has it.
 */
void perf_complaint(const char *text, char *why)
{
	const char *found = NULL, *advice = strstr(text, "\nRun 'perf list'");
	size_t length = 0;

	for (const char *line = text; *line && (!advice || line < advice);
	     line += strcspn(line, "\n"), line += *line == '\n') {
		const char *said = skip_decoration(line);
		size_t n = strcspn(said, "\n");

		if (!n || !strncmp(said, "Error:\n", 7) || (found && !advice))
			continue;
		found = said;
		length = n;
	}
	snprintf(why, PERF_ERROR_SIZE, "%.*s", (int)length, found ? found : "");
}

/* ---- its life ---- */

static void child(const struct perf *p, int control, bool log_out, const char *const *args)
{
	const char *argv[PERF_ARGS + 8] = { "perf" };
	char fd_control[32], fd_log[16];
	int n = 1, null = open("/dev/null", O_RDWR);
	sigset_t none;

	while (args[n - 1]) {
		argv[n] = args[n - 1];
		n++;
	}
	snprintf(fd_control, sizeof(fd_control), "fd:%d,%d", control, control);
	snprintf(fd_log, sizeof(fd_log), "%d", p->out);
	argv[n++] = "-D";
	argv[n++] = "-1";
	argv[n++] = "--control";
	argv[n++] = fd_control;
	if (log_out) {
		argv[n++] = "--log-fd";
		argv[n++] = fd_log;
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGINT, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	fcntl(control, F_SETFD, 0);
	fcntl(p->out, F_SETFD, 0);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
	}
	dup2(p->err, STDERR_FILENO);
	execvp(argv[0], (char *const *)argv);
	dprintf(STDERR_FILENO, "perf cannot be run: %s\n", strerror(errno));
	_exit(127);
}

/* The reason is what perf said last, if it said anything. */
static int gone(struct perf *p, char *why)
{
	char *text = perf_text(p->err);

	perf_complaint(text ? text : "", why);
	if (!why[0])
		snprintf(why, PERF_ERROR_SIZE, "perf ended and did not say why");
	free(text);
	return -EPIPE;
}

/*
 * Its answer ends with a zero, which is left for the next one to begin with. A
 * perf that ends closes its side. There is no time limit, as time on bed icount
 * leaps to the next timer whenever nothing runs, as while perf is being loaded.
 */
static int await_answer(struct perf *p, char *why)
{
	char answer[8];
	size_t n = 0;

	while (n < sizeof(answer)) {
		ssize_t got = recv(p->control, &answer[n], 1, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got != 1)
			return gone(p, why);
		if (!answer[n])
			continue;
		if (answer[n++] == '\n')
			break;
	}
	if (n == 4 && !memcmp(answer, "ack\n", 4))
		return 0;
	snprintf(why, PERF_ERROR_SIZE, "perf answers with something else than ack");
	return -EPROTO;
}

int perf_tell(struct perf *p, const char *command, char *why)
{
	char line[32];
	int n = snprintf(line, sizeof(line), "%s\n", command);

	if (send(p->control, line, n, MSG_NOSIGNAL) != n)
		return gone(p, why);
	return await_answer(p, why);
}

int perf_start(struct perf *p, const char *const *args, bool log_out, char *why)
{
	int pair[2] = { -1, -1 };

	why[0] = '\0';
	*p = (struct perf){ .pid = -1, .control = -1 };
	p->out = memfd_create("perf-out", MFD_CLOEXEC);
	p->err = memfd_create("perf-err", MFD_CLOEXEC);
	if (p->out < 0 || p->err < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
		snprintf(why, PERF_ERROR_SIZE, "perf cannot be started: %s", strerror(errno));
		return -errno;
	}
	p->control = pair[0];
	fflush(NULL);
	p->pid = fork();
	if (!p->pid)
		child(p, pair[1], log_out, args);
	close(pair[1]);
	if (p->pid < 0) {
		snprintf(why, PERF_ERROR_SIZE, "perf cannot be started: %s", strerror(errno));
		return -EAGAIN;
	}
	return perf_tell(p, "ping", why);
}

static int await_end(struct perf *p)
{
	int status;

	while (waitpid(p->pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	p->pid = -1;
	return status;
}

/* Interrupted it writes all, and then ends by that signal or with the status a shell would give it. */
int perf_finish(struct perf *p, char *why)
{
	int status;

	kill(p->pid, SIGINT);
	status = await_end(p);
	if (status >= 0 && ((WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) ||
			    (WIFEXITED(status) && (!WEXITSTATUS(status) || WEXITSTATUS(status) == 128 + SIGINT))))
		return 0;
	return gone(p, why);
}

void perf_stop(struct perf *p)
{
	if (p->pid > 0) {
		kill(p->pid, SIGKILL);
		await_end(p);
	}
	if (p->control >= 0)
		close(p->control);
	if (p->out >= 0)
		close(p->out);
	if (p->err >= 0)
		close(p->err);
	*p = (struct perf){ .pid = -1, .control = -1, .out = -1, .err = -1 };
}
