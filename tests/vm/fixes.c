// SPDX-License-Identifier: GPL-2.0-only
/*
 * fixes.c - what a driver without kernel-patch/linux-6.12-fixes does wrong, one thing a
 * call. The SMMU model is told of each, as of a checked pass.
 *
 * usage: fixes shared FUNCTION		unmaps through the DMA API of a function that shares its group
 *	  fixes joins STAYS JOINS	unmaps while JOINS has ATS on, and is not through with its attach
 *	  fixes leaves STAYS LEAVES	LEAVES is detached while ATC_INVs for both are about to be sent
 *	  fixes dies ENDPOINT		a process dies while it is unbound; then a second stage is attached
 *
 * All but the first hold a window open by a parameter of tests/seeded/held. The last prints how its attach ended.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hist.h"
#include "invbench.h"

#define HOLD "/sys/module/arm_smmu_v3/parameters/hold"

static int half, marks;

static void fail(const char *what)
{
	fprintf(stderr, "fixes: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void call(const char *what, unsigned long request, void *arg)
{
	if (ioctl(half, request, arg))
		fail(what);
}

static int open_half(void)
{
	int fd = open(INVBENCH_DEVICE, O_RDWR);

	if (fd < 0)
		fail(INVBENCH_DEVICE);
	return fd;
}

static uint32_t find(const char *name)
{
	struct invbench_endpoint ep = {};

	for (;; ep.index++) {
		call(name, INVBENCH_ENDPOINT, &ep);
		if (!strcmp(ep.name, name))
			return ep.index;
	}
}

static void hold(const char *window)
{
	FILE *f = fopen(HOLD, "w");

	if (!f || fprintf(f, "%s\n", window) < 0 || fclose(f))
		fail(HOLD);
}

/* How many have come to the window, and how many lists of commands were issued since it was chosen. */
static void look(int *came, int *lists)
{
	FILE *f = fopen(HOLD, "r");

	if (!f || fscanf(f, "%*s %d %d", came, lists) != 2)
		fail(HOLD);
	fclose(f);
}

static void await_window(void)
{
	int came = 0, lists;

	for (; !came; usleep(1000))
		look(&came, &lists);
}

static void await_lists(int count)
{
	int came, begin, lists;

	look(&came, &begin);
	for (lists = begin; lists < begin + count; usleep(1000))
		look(&came, &lists);
}

/* The runs are on CPU 0, and may hold a window there with interrupts off. */
static void leave_cpu_0(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(1, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		fail("CPU 1");
}

static void mark(bool begin)
{
	struct invbench_mark mark = { .pass = RING_PASS_CHECKED, .begin = begin };

	if (ioctl(marks, INVBENCH_MARK, &mark))
		fail("mark");
}

static void unmap(uint32_t domain, enum invbench_op op, uint64_t ops)
{
	static uint64_t hist[HIST_BUCKETS(HIST_SUB_BITS_MIN)];
	struct invbench_thread thread = {};
	struct invbench_run run = {
		.domain = domain,
		.op = op,
		.flags = INVBENCH_RUN_REPORT,
		.threads = 1,
		.size = 64 << 10,
		.ops = ops,
		.sub_bits = HIST_SUB_BITS_MIN,
		.hist = (uintptr_t)hist,
		.thread = (uintptr_t)&thread,
	};

	call("unmap", INVBENCH_RUN, &run);
}

static void shared(char **name)
{
	struct invbench_domain domain = { .endpoint = find(name[0]), .flags = INVBENCH_DOMAIN_DMA };

	mark(true);
	call("domain", INVBENCH_DOMAIN_ALLOC, &domain);
	unmap(domain.domain, INVBENCH_OP_DMA_UNMAP, 4);
	mark(false);
}

static struct invbench_attach second;

static void *attach_second(void *unused)
{
	call("attach", INVBENCH_ATTACH, &second);
	return unused;
}

static void *unmap_once(void *unused)
{
	unmap(second.domain, INVBENCH_OP_UNMAP, 1);
	return unused;
}

/* A domain that the first is attached to, and the second is to be. Detached they are blocked. */
static void claim_two(char **name)
{
	struct invbench_domain domain = { .endpoint = find(name[0]) };
	struct invbench_attach attach;

	call("domain", INVBENCH_DOMAIN_ALLOC, &domain);
	for (int i = 0; i < 2; i++) {
		struct invbench_claim claim = { .endpoint = find(name[i]) };

		call("claim", INVBENCH_CLAIM, &claim);
	}
	attach = (struct invbench_attach){ .domain = domain.domain, .endpoint = find(name[0]) };
	call("attach", INVBENCH_ATTACH, &attach);
	second = (struct invbench_attach){ .domain = domain.domain, .endpoint = find(name[1]) };
}

/* A run goes on during an attach, but cannot begin then. It is ended by the end of its process. */
static void joins(char **name)
{
	pthread_t thread;
	pid_t child;

	claim_two(name);
	child = fork();
	if (child < 0)
		fail("fork");
	if (!child)
		unmap(second.domain, INVBENCH_OP_UNMAP, 100000000);
	sleep(1);
	hold("ats-on");
	pthread_create(&thread, NULL, attach_second, NULL);
	await_window();
	mark(true);
	await_lists(400);
	mark(false);
	hold("none");
	pthread_join(thread, NULL);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void leaves(char **name)
{
	pthread_t thread;

	claim_two(name);
	call("attach", INVBENCH_ATTACH, &second);
	mark(true);
	hold("atc-inv");
	pthread_create(&thread, NULL, unmap_once, NULL);
	await_window();
	call("detach", INVBENCH_DETACH, &second);
	hold("none");
	pthread_join(thread, NULL);
	mark(false);
}

static uint32_t bound;

static void *unbind(void *unused)
{
	struct invbench_sva sva = { .endpoint = bound };

	call("unbind", INVBENCH_SVA_UNBIND, &sva);
	return unused;
}

/* Binds the endpoint to a process of its own, which then waits to be killed. */
static pid_t bind_other(void)
{
	struct invbench_sva sva = { .endpoint = bound };
	int done[2];
	pid_t child;
	char byte;

	if (pipe(done) || (child = fork()) < 0)
		fail("fork");
	if (!child) {
		call("bind", INVBENCH_SVA_BIND, &sva);
		if (write(done[1], "", 1) != 1)
			fail("pipe");
		for (;;)
			pause();
	}
	close(done[1]);
	if (read(done[0], &byte, 1) != 1)
		exit(1); /* the child has said why */
	return child;
}

/* Until it has ended, or has waited in the kernel for half a second: then it is what is held that it waits for. */
static void end_or_wait(pid_t child)
{
	int waits = 0;
	char path[32], state;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", child);
	while (waits < 50 && !waitpid(child, NULL, WNOHANG)) {
		f = fopen(path, "r");
		if (!f || fscanf(f, "%*d %*s %c", &state) != 1)
			fail(path);
		fclose(f);
		waits = state == 'D' ? waits + 1 : 0;
		usleep(10000);
	}
}

static void dies(char **name)
{
	struct invbench_domain domain = { .flags = INVBENCH_DOMAIN_STAGE2 };
	struct invbench_attach attach = {};
	pthread_t thread;
	pid_t child;

	bound = find(name[0]);
	child = bind_other();
	hold("cd-cleared");
	pthread_create(&thread, NULL, unbind, NULL);
	await_window();
	kill(child, SIGKILL);
	end_or_wait(child);
	hold("none");
	pthread_join(thread, NULL);

	domain.endpoint = attach.endpoint = bound;
	call("domain", INVBENCH_DOMAIN_ALLOC, &domain);
	attach.domain = domain.domain;
	printf("second stage: %s\n", ioctl(half, INVBENCH_ATTACH, &attach) ? strerror(errno) : "attached");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int names;
		void (*go)(char **);
	} all[] = { { "shared", 1, shared }, { "joins", 2, joins }, { "leaves", 2, leaves }, { "dies", 1, dies } };

	leave_cpu_0();
	half = open_half();
	marks = open_half();
	for (unsigned int i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (argc < 2 || strcmp(argv[1], all[i].name) || argc != 2 + all[i].names)
			continue;
		all[i].go(argv + 2);
		return 0;
	}
	fprintf(stderr, "usage: see the head of fixes.c\n");
	return 2;
}
