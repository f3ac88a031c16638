// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf.c - starts perf(1), and has it obey.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "perf.h"

#define TEXT_MAX (64 << 20) /* more is not from perf */

const char *const perf_variables[] = { "PERF_CONFIG=/dev/null", NULL };

int perf_text(const struct spawn_stream *stream, char **text, struct sentence *why)
{
	return spawn_text(stream, TEXT_MAX, text, why);
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
void perf_complaint(const char *text, struct sentence *why)
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
	sentence(why, 0, "%.*s", (int)length, found ? found : "");
}

void perf_complained(const struct spawn_stream *stream, struct sentence *why)
{
	struct sentence said = {};
	char *text;

	if (perf_text(stream, &text, &said))
		return;
	perf_complaint(text, &said);
	if (said.text[0])
		*why = said;
	free(text);
}

/* ---- its life ---- */

/* The reason is what perf said last, if it said anything. */
static int gone(struct perf *p, struct sentence *why)
{
	sentence(why, 0, "perf ended and did not say why");
	perf_complained(&p->spawn.err, why);
	return -EPIPE;
}

/*
 * Its answer ends with a zero, which is left for the next one to begin with. A
 * perf that ends closes its side. There is no time limit, as time on bed icount
 * leaps to the next timer whenever nothing runs, as while perf is being loaded.
 */
static int await_answer(struct perf *p, struct sentence *why)
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
	return sentence(why, -EPROTO, "perf answers with something else than ack");
}

int perf_tell(struct perf *p, const char *command, struct sentence *why)
{
	char line[32];
	int n = snprintf(line, sizeof(line), "%s\n", command);

	if (send(p->control, line, n, MSG_NOSIGNAL) != n)
		return gone(p, why);
	return await_answer(p, why);
}

/* By which it obeys: 3 is the descriptor that it is passed. */
static const char *const obeys[] = { "-D", "-1", "--control", "fd:3,3" }, *const logs[] = { "--log-fd", "1" };

static void add_args(struct perf *p, size_t *n, const char *const *args, size_t count)
{
	for (size_t i = 0; i < count && *n + 1 < PERF_ARGS; i++)
		p->argv[(*n)++] = args[i];
}

static void make_argv(struct perf *p, const char *const *args, bool log_out)
{
	size_t count = 0, n = 0;

	while (args[count])
		count++;
	p->argv[n++] = "perf";
	add_args(p, &n, args, count);
	add_args(p, &n, obeys, sizeof(obeys) / sizeof(obeys[0]));
	add_args(p, &n, logs, log_out ? sizeof(logs) / sizeof(logs[0]) : 0);
}

int perf_start(struct perf *p, const char *const *args, bool log_out, const struct folder *folder, struct sentence *why)
{
	int pair[2], err;

	*p = (struct perf)PERF_NONE;
	make_argv(p, args, log_out);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return sentence(why, -errno, "perf cannot be started: %s", strerror(errno));
	p->control = pair[0];
	p->spawn = (struct spawn){
		.argv = p->argv,
		.variables = perf_variables,
		.out.to = log_out ? SPAWN_MEMORY : SPAWN_NOTHING,
		.err.to = SPAWN_MEMORY,
		.pass = { pair[1], folder ? folder->fd : 0 },
		.dies_by = SIGTERM,
	};
	err = spawn_start(&p->spawn, why);
	close(pair[1]);
	return err ?: perf_tell(p, "ping", why);
}

/* Interrupted it writes all, and then ends by that signal or with the status a shell would give it. */
int perf_finish(struct perf *p, struct sentence *why)
{
	int status;

	spawn_end(&p->spawn, SIGINT);
	status = p->spawn.status;
	if ((WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) ||
	    (WIFEXITED(status) && (!WEXITSTATUS(status) || WEXITSTATUS(status) == 128 + SIGINT)))
		return 0;
	return gone(p, why);
}

void perf_stop(struct perf *p)
{
	spawn_free(&p->spawn);
	if (p->control >= 0)
		close(p->control);
	*p = (struct perf)PERF_NONE;
}
