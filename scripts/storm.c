// SPDX-License-Identifier: GPL-2.0-only
/*
 * storm.c - everything that invalidates, at once, for so long.
 *
 * Unmaps in a domain of ATS devices while devices join and leave it for the
 * blocking domain; lazy and strict unmaps and flushes in another domain; munmap,
 * mprotect and fork in an address space that devices on several instances
 * share, while they are bound and unbound. The SMMU model is told of all of it.
 *
 * usage: storm MILLISECONDS [PIECE...]; pieces are unmap, move, lazy, memory and bond, else all. A piece that has to be
 * named is scarce: move, where the memory for an attach runs out now and then, as failslab of a debug kernel has been told.
 * Prints what was done, one number a line.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hist.h"
#include "invbench.h"

#define MEMBERS_MAX 8
#define PAGE	    4096UL

static uint64_t stop_at;
static uint64_t unmaps, flushes, joins, refusals, munmaps, protects, forks, bonds;

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ULL + t.tv_nsec / 1000000;
}

static bool over(void)
{
	return now_ms() >= stop_at;
}

static int half(void)
{
	int fd = open(INVBENCH_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		perror(INVBENCH_DEVICE);
		exit(1);
	}
	return fd;
}

static void call(int fd, const char *what, unsigned long request, void *arg)
{
	if (!ioctl(fd, request, arg))
		return;
	fprintf(stderr, "storm: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Endpoints with @flags and without @not, of one instance if @same; at most @max. */
static unsigned int find(int fd, uint32_t flags, uint32_t not, bool same, unsigned int skip, uint32_t *index,
			 unsigned int max)
{
	struct invbench_endpoint ep = {}, first = {};
	unsigned int found = 0;

	for (; found < max && !ioctl(fd, INVBENCH_ENDPOINT, &ep);
	     ep = (struct invbench_endpoint){ .index = ep.index + 1 }) {
		if ((ep.flags & flags) != flags || ep.flags & not)
			continue;
		if (same && found && strcmp(ep.instance, first.instance))
			continue;
		if (skip && skip--)
			continue;
		if (!found)
			first = ep;
		index[found++] = ep.index;
	}
	if (!found) {
		fprintf(stderr, "storm: no endpoint with flags %#x\n", flags);
		exit(1);
	}
	return found;
}

static void run(int fd, uint32_t domain, enum invbench_op op, uint32_t flags, unsigned int threads, uint64_t ops)
{
	static __thread uint64_t hist[HIST_BUCKETS(HIST_SUB_BITS_MIN)];
	struct invbench_thread thread[2] = { { .cpu = 0 }, { .cpu = 1 } };
	struct invbench_run arg = {
		.domain = domain,
		.op = op,
		.flags = flags | INVBENCH_RUN_REPORT,
		.threads = threads,
		.size = 16 * PAGE,
		.ops = ops,
		.sub_bits = HIST_SUB_BITS_MIN,
		.hist = (uintptr_t)hist,
		.thread = (uintptr_t)thread,
	};

	call(fd, "run", INVBENCH_RUN, &arg);
}

struct club {
	int fd;
	uint32_t domain;
	unsigned int count;
	uint32_t member[MEMBERS_MAX];
};

static void move(const struct club *c, unsigned int member, bool in)
{
	struct invbench_attach attach = { .domain = c->domain, .endpoint = c->member[member] };

	call(c->fd, in ? "attach" : "detach", in ? INVBENCH_ATTACH : INVBENCH_DETACH, &attach);
}

static void found(struct club *c)
{
	struct invbench_domain domain = { .endpoint = c->member[0] };

	call(c->fd, "domain", INVBENCH_DOMAIN_ALLOC, &domain);
	c->domain = domain.domain;
	for (unsigned int i = 0; i < c->count; i++) {
		struct invbench_claim claim = { .endpoint = c->member[i] };

		call(c->fd, "claim", INVBENCH_CLAIM, &claim);
		move(c, i, true);
	}
}

/*
 * The first member stays, so that there is always something to invalidate. One of
 * the others is always out: who sends it an ATC_INV too late is seen to for as
 * long as it takes others to move.
 */
static void *come_and_go(void *arg)
{
	const struct club *c = arg;
	unsigned int out = 1;

	move(c, out, false);
	for (unsigned int i = 2; !over(); i = i % (c->count - 1) + 1) {
		move(c, i, false);
		move(c, out, true);
		out = i;
		joins++;
	}
	move(c, out, true);
	return NULL;
}

/* What this thread allocates from now on may fail, or not. */
static void fail_allocations(int fd, bool on)
{
	if (pwrite(fd, on ? "1" : "0", 1, 0) == 1)
		return;
	perror("storm: make-it-fail");
	exit(1);
}

/* Is member @i in, though memory may have run out? If not, it is where it was, and nobody has warned. */
static bool try_to_join(const struct club *c, unsigned int i, int may_fail)
{
	struct invbench_attach attach = { .domain = c->domain, .endpoint = c->member[i] };
	int status;

	fail_allocations(may_fail, true);
	status = ioctl(c->fd, INVBENCH_ATTACH, &attach) ? errno : 0;
	fail_allocations(may_fail, false);
	if (status && status != ENOMEM) {
		fprintf(stderr, "storm: attach without memory: %s\n", strerror(status));
		exit(1);
	}
	return !status;
}

static void *come_and_go_scarcely(void *arg)
{
	const struct club *c = arg;
	int may_fail = open("/proc/thread-self/make-it-fail", O_RDWR | O_CLOEXEC);

	if (may_fail < 0) {
		perror("storm: scarce: /proc/thread-self/make-it-fail");
		exit(1);
	}
	for (unsigned int i = 1; !over(); i = i % (c->count - 1) + 1) {
		move(c, i, false);
		while (!try_to_join(c, i, may_fail))
			refusals++;
		joins++;
	}
	close(may_fail);
	return NULL;
}

static void *unmap(void *arg)
{
	const struct club *c = arg;

	while (!over()) {
		run(c->fd, c->domain, INVBENCH_OP_UNMAP, 0, 2, 500);
		unmaps += 1000;
	}
	return NULL;
}

static void *unmap_lazily(void *arg)
{
	const struct club *c = arg;

	while (!over()) {
		run(c->fd, c->domain, INVBENCH_OP_UNMAP, INVBENCH_RUN_LAZY, 1, 512);
		run(c->fd, c->domain, INVBENCH_OP_FLUSH_ALL, 0, 1, 50);
		run(c->fd, c->domain, INVBENCH_OP_SYNC, 0, 1, 200);
		unmaps += 200;
		flushes += 52;
	}
	return NULL;
}

static void report(int fd, struct invbench_report *r, bool begin)
{
	call(fd, "report", begin ? INVBENCH_REPORT_BEGIN : INVBENCH_REPORT_RETURN, r);
}

static char *touched(size_t size)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		perror("storm: mmap");
		exit(1);
	}
	for (size_t at = 0; at < size; at += PAGE)
		p[at] = 1;
	return p;
}

static void fork_once(void)
{
	pid_t child = fork();

	if (!child)
		_exit(0);
	if (child < 0 || waitpid(child, NULL, 0) != child) {
		perror("storm: fork");
		exit(1);
	}
	forks++;
}

static void *use_memory(void *arg)
{
	const struct club *c = arg;

	for (unsigned int i = 1; !over(); i++) {
		size_t size = PAGE << i % 8;
		char *p = touched(size);
		struct invbench_report r = { .iova = (uintptr_t)p, .size = size, .grain = PAGE };

		if (i % 3 == 0) {
			report(c->fd, &r, true);
			mprotect(p, size, PROT_READ);
			report(c->fd, &r, false);
			protects++;
		} else if (i % 64 == 1) {
			report(c->fd, &r, true);
			fork_once();
			report(c->fd, &r, false);
		}
		report(c->fd, &r, true);
		munmap(p, size);
		report(c->fd, &r, false);
		munmaps++;
	}
	return NULL;
}

static void bond(const struct club *c, unsigned int member, bool bind)
{
	struct invbench_sva sva = { .endpoint = c->member[member] };

	call(c->fd, bind ? "bind" : "unbind", bind ? INVBENCH_SVA_BIND : INVBENCH_SVA_UNBIND, &sva);
}

/* Slower than the others: a bond that ends waits for a grace period. */
static void *bind_and_unbind(void *arg)
{
	const struct club *c = arg;

	for (unsigned int i = 1; !over(); i = i % (c->count - 1) + 1) {
		usleep(2000);
		bond(c, i, false);
		bond(c, i, true);
		bonds++;
	}
	return NULL;
}

static struct club ats, plain, sva;

static struct piece {
	const char *name;
	void *(*body)(void *);
	struct club *club;
	bool by_name;
	pthread_t thread;
} pieces[] = {
	{ "unmap", unmap, &ats, false, 0 },
	{ "move", come_and_go, &ats, false, 0 },
	{ "scarce", come_and_go_scarcely, &ats, true, 0 },
	{ "lazy", unmap_lazily, &plain, false, 0 },
	{ "memory", use_memory, &sva, false, 0 },
	{ "bond", bind_and_unbind, &sva, false, 0 },
};
#define PIECES (sizeof(pieces) / sizeof(pieces[0]))

static void usage(void)
{
	fprintf(stderr, "usage: storm MILLISECONDS [unmap|move|lazy|memory|bond]... [scarce]\n");
	exit(2);
}

/* Which pieces are @wanted; for how many milliseconds. */
static uint64_t parse(int argc, char **argv, bool *wanted)
{
	uint64_t ms = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;

	if (!ms)
		usage();
	for (unsigned int i = 0; i < PIECES; i++)
		wanted[i] = argc == 2 && !pieces[i].by_name;
	for (int n = 2; n < argc; n++) {
		unsigned int i = 0;

		while (i < PIECES && strcmp(argv[n], pieces[i].name))
			i++;
		if (i == PIECES)
			usage();
		wanted[i] = true;
	}
	return ms;
}

static void gather(void)
{
	ats.fd = half();
	plain.fd = half();
	sva.fd = half();
	ats.count = find(ats.fd, INVBENCH_EP_ATS, INVBENCH_EP_PASID, true, 0, ats.member, 4);
	plain.count = find(plain.fd, 0, INVBENCH_EP_ATS, true, 0, plain.member, 2);
	sva.count = find(sva.fd, INVBENCH_EP_PASID, 0, false, 8, sva.member, MEMBERS_MAX);
	found(&ats);
	found(&plain);
	for (unsigned int i = 0; i < sva.count; i++)
		bond(&sva, i, true);
}

int main(int argc, char **argv)
{
	bool wanted[PIECES];
	uint64_t ms = parse(argc, argv, wanted);

	gather();
	stop_at = now_ms() + ms;
	for (unsigned int i = 0; i < PIECES; i++) {
		if (wanted[i])
			pthread_create(&pieces[i].thread, NULL, pieces[i].body, pieces[i].club);
	}
	for (unsigned int i = 0; i < PIECES; i++) {
		if (wanted[i])
			pthread_join(pieces[i].thread, NULL);
	}
	printf("unmaps %" PRIu64 "\nflushes %" PRIu64 "\njoins %" PRIu64 "\nrefusals %" PRIu64 "\n", unmaps, flushes,
	       joins, refusals);
	printf("munmaps %" PRIu64 "\nmprotects %" PRIu64 "\nforks %" PRIu64 "\nbonds %" PRIu64 "\n", munmaps, protects,
	       forks, bonds);
	return 0;
}
