// SPDX-License-Identifier: GPL-2.0-only
/*
 * spawn.c - starts other programs, and waits for them.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "spawn.h"
#include "trusted.h"

#define HIGH_FD	 16 /* above all descriptors that a child is given, so that none of these is in another's place */
#define KEPT_MAX 8

/* ---- its environment ---- */

static const char *const kept[] = { "PATH", "HOME", "TMPDIR" }; /* PATH is the first */

/* NAME=value as it is in our environment, or NULL. */
static const char *our_variable(const char *name)
{
	size_t length = strlen(name);

	for (char **v = environ; v && *v; v++) {
		if (!strncmp(*v, name, length) && (*v)[length] == '=')
			return *v;
	}
	return NULL;
}

/* To be freed, but not what it points to. @path: "PATH=...", or NULL for ours. */
static const char **make_environment(const char *const *variables, const char *path)
{
	size_t count = 0, n = 0;
	const char **list;

	while (variables && variables[count])
		count++;
	list = calloc(count + KEPT_MAX, sizeof(*list));
	if (!list)
		return NULL;
	list[n++] = "LC_ALL=C.UTF-8";
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		list[n] = path && !i ? path : our_variable(kept[i]);
		n += list[n] != NULL;
	}
	for (size_t i = 0; i < count; i++)
		list[n++] = variables[i];
	return list;
}

/* ---- the child, which calls nothing that takes memory or locks ---- */

struct child {
	const struct spawn *spawn;
	const char *program; /* with a '/', or to be looked for */
	const char *const *environment;
	int streams[3]; /* what becomes 0, 1 and 2 */
	int report;	/* where it says by which errno it failed; closed, it runs */
	pid_t parent;
};

static void give_up(const struct child *c) __attribute__((noreturn));
static void give_up(const struct child *c)
{
	int err = errno;

	if (write(c->report, &err, sizeof(err)) < 0)
		_exit(126);
	_exit(127);
}

/* To its place, without the mark that exec closes it. All come from above, so that none is overwritten. */
static void place(const struct child *c, int fd, int at)
{
	if (dup2(fd, at) < 0)
		give_up(c);
}

static int lift(const struct child *c, int fd)
{
	int high = fcntl(fd, F_DUPFD_CLOEXEC, HIGH_FD);

	if (high < 0)
		give_up(c);
	return high;
}

static void place_descriptors(struct child *c)
{
	const struct spawn *s = c->spawn;
	int pass[SPAWN_PASS_MAX], passed = 0;

	c->report = lift(c, c->report);
	for (int i = 0; i < 3; i++)
		c->streams[i] = lift(c, c->streams[i]);
	for (; passed < SPAWN_PASS_MAX && s->pass[passed]; passed++)
		pass[passed] = lift(c, s->pass[passed]);
	for (int i = 0; i < 3; i++)
		place(c, c->streams[i], i);
	/* All of ours are opened to be closed by exec. This is for those that we were given, and needs Linux 5.11. */
	if (!s->users)
		close_range(SPAWN_PASS_FIRST, ~0U, CLOSE_RANGE_CLOEXEC);
	for (int i = 0; i < passed; i++)
		place(c, pass[i], SPAWN_PASS_FIRST + i);
}

static void reset_signals(const struct spawn *s)
{
	sigset_t none;

	if (!s->users) {
		signal(SIGINT, SIG_DFL);
		signal(SIGPIPE, SIG_DFL);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void become(struct child *c) __attribute__((noreturn));
static void become(struct child *c)
{
	const struct spawn *s = c->spawn;

	if (s->dies_by) {
		prctl(PR_SET_PDEATHSIG, s->dies_by);
		if (getppid() != c->parent)
			_exit(127); /* it ended before we could ask for that */
	}
	place_descriptors(c);
	if (s->folder && fchdir(s->folder->fd))
		give_up(c);
	reset_signals(s);
	execvpe(c->program, (char *const *)s->argv, s->users ? environ : (char *const *)c->environment);
	give_up(c);
}

/* ---- its streams ---- */

/* A file without a name that has @text in it and is read from its beginning. */
static int memory_with(const char *text)
{
	int fd = memfd_create("spawn", MFD_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = text ? file_write_to(fd, text, strlen(text)) : 0;
	if (!err && lseek(fd, 0, SEEK_SET) < 0)
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

static int nothing(void)
{
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

/* We may have been started without. */
static int ours(int number)
{
	int fd = fcntl(number, F_DUPFD_CLOEXEC, 0);

	return fd < 0 && errno == EBADF ? nothing() : fd;
}

/* What the child gets in place of descriptor @number, for the parent to close; what the parent keeps is in @stream->fd. */
static int open_stream(struct spawn_stream *stream, int number)
{
	int ends[2], fd = -1;

	switch (stream->to) {
	case SPAWN_NOTHING:
		fd = nothing();
		break;
	case SPAWN_OURS:
		fd = ours(number);
		break;
	case SPAWN_STDERR:
		fd = ours(STDERR_FILENO);
		break;
	case SPAWN_MEMORY:
		stream->fd = memory_with(stream->text);
		if (stream->fd < 0)
			return stream->fd;
		fd = fcntl(stream->fd, F_DUPFD_CLOEXEC, 0);
		break;
	case SPAWN_PIPE:
		if (pipe2(ends, O_CLOEXEC))
			return -errno;
		stream->fd = ends[0];
		fd = ends[1];
		break;
	}
	return fd < 0 ? -errno : fd;
}

static int open_streams(struct spawn *s, int fds[3])
{
	struct spawn_stream *const streams[] = { &s->in, &s->out, &s->err };

	for (int i = 0; i < 3; i++)
		streams[i]->fd = -1;
	s->opened = true;
	for (int i = 0; i < 3; i++) {
		fds[i] = open_stream(streams[i], i);
		if (fds[i] < 0)
			return fds[i];
	}
	return 0;
}

static void close_stream(struct spawn_stream *stream)
{
	if ((stream->to == SPAWN_MEMORY || stream->to == SPAWN_PIPE) && stream->fd >= 0)
		close(stream->fd);
	stream->fd = -1;
}

/* ---- its life ---- */

static int read_report(int fd)
{
	ssize_t n;
	int err;

	do
		n = read(fd, &err, sizeof(err));
	while (n < 0 && errno == EINTR);
	return n == sizeof(err) ? -err : 0;
}

static int reap(struct spawn *s)
{
	while (waitpid(s->pid, &s->status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	s->pid = 0;
	return 0;
}

/* Returns when the child has become the program, or could not. */
static int fork_child(struct spawn *s, struct child *c)
{
	int report[2], err;

	if (pipe2(report, O_CLOEXEC))
		return -errno;
	c->report = report[1];
	s->pid = fork();
	if (!s->pid)
		become(c);
	err = s->pid < 0 ? -errno : 0;
	close(report[1]);
	if (err) {
		s->pid = 0;
	} else {
		err = read_report(report[0]);
		if (err)
			reap(s);
	}
	close(report[0]);
	return err;
}

static int start(struct spawn *s, const struct trusted *trusted, struct sentence *why)
{
	const char **environment = make_environment(s->variables, trusted->path);
	struct child c = {
		.spawn = s,
		.program = trusted->program ?: s->argv[0],
		.environment = environment,
		.streams = { -1, -1, -1 },
		.parent = getpid(),
	};
	int err = open_streams(s, c.streams);

	if (!environment)
		err = -ENOMEM;
	if (!err)
		err = fork_child(s, &c);
	for (int i = 0; i < 3; i++) {
		if (c.streams[i] >= 0)
			close(c.streams[i]);
	}
	free(environment);
	if (!err)
		return 0;
	spawn_free(s);
	return sentence(why, err, "cannot run %s%s%s: %s", s->argv[0], s->folder ? " in " : "",
			s->folder ? s->folder->path : "", strerror(-err));
}

int spawn_start(struct spawn *s, struct sentence *why)
{
	struct trusted trusted = {};
	int err = 0;

	s->pid = s->status = 0;
	s->opened = false;
	s->program = s->argv[0];
	if (!s->users && !geteuid())
		err = trusted_find(&trusted, s->argv[0], why);
	err = err ?: start(s, &trusted, why);
	trusted_free(&trusted);
	return err;
}

int spawn_verdict(const char *program, int status, struct sentence *why)
{
	if (WIFSIGNALED(status))
		return sentence(why, -EIO, "%s was ended by signal %d", program, WTERMSIG(status));
	if (WEXITSTATUS(status))
		return sentence(why, -EIO, "%s ended with status %d", program, WEXITSTATUS(status));
	return 0;
}

/* False if it still runs when its time is over. */
static bool ends_in_time(const struct spawn *s)
{
	struct pollfd end = { .fd = pidfd_open(s->pid, 0), .events = POLLIN };
	int n;

	if (end.fd < 0)
		return true; /* a kernel before 5.3: it is waited for as long as it takes */
	do
		n = poll(&end, 1, (int)s->seconds * 1000);
	while (n < 0 && errno == EINTR);
	close(end.fd);
	return n != 0;
}

int spawn_wait(struct spawn *s, struct sentence *why)
{
	int err;

	if (s->seconds && !ends_in_time(s)) {
		spawn_end(s, SIGKILL);
		return sentence(why, -ETIME, "%s did not end within %u s", s->program, s->seconds);
	}
	err = reap(s);
	if (err)
		return sentence(why, err, "%s cannot be waited for: %s", s->program, strerror(-err));
	return spawn_verdict(s->program, s->status, why);
}

bool spawn_ended(struct spawn *s)
{
	if (s->pid && waitpid(s->pid, &s->status, WNOHANG) == s->pid)
		s->pid = 0;
	return !s->pid;
}

void spawn_end(struct spawn *s, int signal)
{
	if (!s->pid)
		return;
	kill(s->pid, signal);
	reap(s);
	s->pid = 0;
}

int spawn_text(const struct spawn_stream *stream, size_t limit, char **text, struct sentence *why)
{
	size_t size;

	return file_read_from(stream->fd, "what it wrote", limit, text, &size, why);
}

void spawn_free(struct spawn *s)
{
	spawn_end(s, SIGKILL);
	if (!s->opened)
		return;
	close_stream(&s->in);
	close_stream(&s->out);
	close_stream(&s->err);
}
