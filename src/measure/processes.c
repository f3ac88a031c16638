// SPDX-License-Identifier: GPL-2.0-only
/*
 * processes.c - a case of several processes.
 *
 * Each is forked from this one and has a struct run_case of its own, in memory
 * that all of them share, as the start gate is. A socket to each says when to go
 * on: it sends a byte when it is prepared and one when it has operated, and is
 * sent one in between. The end of the socket ends it, so that no process is left
 * behind, and none is waited for that died.
 */
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "case.h"
#include "parts.h"
#include "processes.h"

struct process {
	struct run_case c;
	struct invbench_thread threads[INVBENCH_MAX_THREADS];
	pid_t pid; /* 0: not started */
	int line;  /* the socket to it */
};

struct processes {
	struct start_gate gate;
	size_t size; /* of the mapping */
	unsigned int count;
	struct process process[]; /* and behind them the counters of each one's latencies */
};

/* False at the other side's end. */
static bool say_on(int line)
{
	return send(line, "", 1, MSG_NOSIGNAL) == 1;
}

static bool hear_on(int line)
{
	char byte;
	ssize_t n;

	do {
		n = recv(line, &byte, 1, 0);
	} while (n < 0 && errno == EINTR);
	return n == 1;
}

/* ---- in the process ---- */

/* Makes shared pages writable here without writing to them, as others may do that. Old kernels cannot. */
static void open_pages(void *start, size_t size)
{
	const uintptr_t page = sysconf(_SC_PAGESIZE), first = (uintptr_t)start & -page;

	madvise((void *)first, (uintptr_t)start + size - first, MADV_POPULATE_WRITE);
}

static void live(struct process *p, int line)
{
	struct run_case *c = &p->c;
	struct invbench_run run = {};

	open_pages(c->gate, sizeof(*c->gate));
	open_pages(p, sizeof(*p));
	hist_clear(&c->latency);
	timeline_clear(&c->timeline);
	if (parts_prepare(c, &run) && say_on(line) && hear_on(line)) {
		parts_operate(c, &run);
		for (unsigned int i = 0; i < c->nr_threads; i++)
			p->threads[i] = c->threads[i];
		say_on(line);
		hear_on(line); /* returns at the end */
	}
	parts_leave(c);
}

/* ---- in this one ---- */

/* Of one process: the buckets of its histogram, then the cells of its timeline. */
static size_t counters(unsigned int sub_bits)
{
	return HIST_BUCKETS(sub_bits) + TIMELINE_CELLS;
}

static struct processes *share(unsigned int count, unsigned int sub_bits)
{
	size_t size =
		sizeof(struct processes) + count * (sizeof(struct process) + counters(sub_bits) * sizeof(uint64_t));
	struct processes *all = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (all == MAP_FAILED)
		return NULL;
	all->size = size;
	all->count = count;
	return all;
}

static void init_process(struct run_case *c, unsigned int n)
{
	struct processes *all = c->processes;
	struct run_case *own = &all->process[n].c;
	uint64_t *own_counters = (uint64_t *)&all->process[all->count] + n * counters(c->sub_bits);

	*own = *c;
	pthread_mutex_init(&own->lock, NULL);
	own->processes = NULL;
	own->process = n;
	own->gate = &all->gate;
	for (unsigned int i = 0; i < n; i++)
		own->first_cpu += all->process[i].c.nr_threads;
	own->latency.buckets = own_counters;
	own->timeline.cells = (unsigned long long *)own_counters + HIST_BUCKETS(c->sub_bits);
}

static void adopt_status(struct run_case *c, const struct process *p, int status)
{
	if (WIFSIGNALED(status))
		case_end(c, STATUS_FAIL, REASON_DIED, "process %u died: %s", p->c.process, strsignal(WTERMSIG(status)));
	else if (p->c.status != STATUS_PASS)
		case_end(c, p->c.status, p->c.code, "%s", p->c.reason);
	else if (status)
		case_end(c, STATUS_FAIL, REASON_DIED, "process %u ended by itself, with status %d", p->c.process,
			 WEXITSTATUS(status));
}

/* Ends it, if it has not ended yet. */
static void reap(struct run_case *c, struct process *p)
{
	int status = 0;

	close(p->line);
	while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
		;
	p->pid = 0;
	adopt_status(c, p, status);
}

/* Returns once it is prepared, so that the next one sees which endpoints are left. */
static bool start(struct run_case *c, unsigned int n)
{
	struct processes *all = c->processes;
	struct process *p = &all->process[n];
	int line[2];
	pid_t pid;

	init_process(c, n);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line)) {
		case_fail(c, "cannot start process %u: %s", n, strerror(errno));
		return false;
	}
	pid = fork();
	if (!pid) {
		/* Else the end of an earlier one would wait for this one's. */
		for (unsigned int i = 0; i < n; i++)
			close(all->process[i].line);
		close(line[0]);
		live(p, line[1]);
		_exit(0);
	}
	close(line[1]);
	if (pid < 0) {
		case_fail(c, "cannot start process %u: %s", n, strerror(errno));
		close(line[0]);
		return false;
	}
	p->pid = pid;
	p->line = line[0];
	if (hear_on(p->line))
		return true;
	reap(c, p);
	return false;
}

bool processes_prepare(struct run_case *c, unsigned int count)
{
	unsigned int threads = 0;

	c->processes = share(count, c->sub_bits);
	if (!c->processes) {
		case_fail(c, "out of memory");
		return false;
	}
	for (unsigned int i = 0; i < count; i++) {
		if (!start(c, i))
			return false;
		threads += c->processes->process[i].c.nr_threads;
	}
	atomic_store(&c->processes->gate.warming, threads);
	return true;
}

/* What the processes did becomes what the case did. */
static int collect(struct run_case *c, const struct process *p)
{
	const struct run_case *own = &p->c;

	for (unsigned int i = 0; i < own->nr_threads; i++)
		c->threads[c->nr_threads++] = p->threads[i];
	c->pass_ops += own->pass_ops;
	if (!c->clock_floor_ns)
		c->clock_floor_ns = own->clock_floor_ns;
	for (unsigned int i = 0; i < own->nr_numbers; i++)
		case_number(c, own->numbers[i].name, own->numbers[i].value, own->numbers[i].unit);
	return hist_merge(&c->latency, &own->latency) ?:
		       timeline_add(&c->timeline, own->timeline.cells, own->timeline.windows);
}

static void collect_all(struct run_case *c)
{
	struct processes *all = c->processes;
	unsigned int threads = 0;

	for (unsigned int i = 0; i < all->count; i++)
		threads += all->process[i].c.nr_threads;
	c->threads = calloc(threads + 1, sizeof(*c->threads));
	for (unsigned int i = 0; c->threads && i < all->count; i++) {
		if (collect(c, &all->process[i]))
			case_end(c, STATUS_FAIL, REASON_COUNTS,
				 "the latencies of all processes do not fit into one sum");
	}
	if (!c->threads)
		case_fail(c, "out of memory");
}

/* @p has operated, or died. One that died never comes to the gate, where the others wait for it. */
static void hear_end(struct run_case *c, struct process *p)
{
	if (hear_on(p->line)) {
		adopt_status(c, p, 0);
		return;
	}
	atomic_store(&c->processes->gate.stop, true);
	reap(c, p);
}

void processes_operate(struct run_case *c)
{
	struct processes *all = c->processes;
	struct pollfd lines[all->count];

	for (unsigned int i = 0; i < all->count; i++) {
		lines[i] = (struct pollfd){ .fd = all->process[i].line, .events = POLLIN };
		say_on(lines[i].fd);
	}
	for (unsigned int left = all->count; left;) {
		if (poll(lines, all->count, -1) < 0)
			continue;
		for (unsigned int i = 0; i < all->count; i++) {
			if (lines[i].fd < 0 || !lines[i].revents)
				continue;
			hear_end(c, &all->process[i]);
			lines[i].fd = -1;
			left--;
		}
	}
	if (c->status == STATUS_PASS)
		collect_all(c);
}

void processes_leave(struct run_case *c)
{
	struct processes *all = c->processes;

	for (unsigned int i = 0; i < all->count; i++) {
		if (all->process[i].pid)
			reap(c, &all->process[i]);
	}
	munmap(all, all->size);
	c->processes = NULL;
}
