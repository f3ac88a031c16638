// SPDX-License-Identifier: GPL-2.0-only
/*
 * half_errors.c - what the kernel half refuses, and with which errno, as
 * kmod/invbench.h says; and that nothing outlives a descriptor.
 *
 * Needs two endpoints with PASIDs and one without. Prints what differs.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hist.h"
#include "invbench.h"
#include "windows.h"

#define NOWHERE	    ((void *)8)
#define NO_ENDPOINT 1000

static int failed;
static bool model;

static int half(void)
{
	int fd = open(INVBENCH_DEVICE, O_RDWR);

	if (fd < 0) {
		perror(INVBENCH_DEVICE);
		exit(1);
	}
	return fd;
}

/* @want: an errno, or 0 for success. */
static void expect(int want, const char *what, int ret)
{
	int got = ret ? errno : 0;

	if (got == want)
		return;
	printf("%s: %s, not %s\n", what, got ? strerrorname_np(got) : "worked",
	       want ? strerrorname_np(want) : "success");
	failed = 1;
}

static void check(bool good, const char *what)
{
	if (good)
		return;
	printf("not so: %s\n", what);
	failed = 1;
}

static unsigned int flags(uint32_t endpoint)
{
	struct invbench_endpoint in = { .index = endpoint };
	int fd = half();

	expect(0, "describe", ioctl(fd, INVBENCH_ENDPOINT, &in));
	close(fd);
	return in.flags;
}

/* The @n-th endpoint with PASIDs, or without. */
static uint32_t find(bool pasids, unsigned int n)
{
	int fd = half();

	for (struct invbench_endpoint in = {}; !ioctl(fd, INVBENCH_ENDPOINT, &in); in.index++) {
		if (!(in.flags & INVBENCH_EP_PASID) == !pasids && !n--) {
			close(fd);
			return in.index;
		}
	}
	printf("an endpoint %s PASIDs is missing\n", pasids ? "with" : "without");
	exit(1);
}

static int bind_mm(int fd, uint32_t endpoint, uint32_t *pasid)
{
	struct invbench_sva in = { .endpoint = endpoint };
	int ret = ioctl(fd, INVBENCH_SVA_BIND, &in);

	if (pasid)
		*pasid = in.pasid;
	return ret;
}

static int unbind(int fd, uint32_t endpoint)
{
	struct invbench_sva in = { .endpoint = endpoint };

	return ioctl(fd, INVBENCH_SVA_UNBIND, &in);
}

static int claim(int fd, uint32_t endpoint, bool release)
{
	struct invbench_claim in = { .endpoint = endpoint };

	return ioctl(fd, release ? INVBENCH_RELEASE : INVBENCH_CLAIM, &in);
}

static int attach(int fd, uint32_t endpoint, bool detach)
{
	struct invbench_attach in = { .endpoint = endpoint };

	return ioctl(fd, detach ? INVBENCH_DETACH : INVBENCH_ATTACH, &in);
}

static void alloc_domain(int fd, uint32_t endpoint)
{
	struct invbench_domain in = { .endpoint = endpoint };

	expect(0, "allocate a domain", ioctl(fd, INVBENCH_DOMAIN_ALLOC, &in));
	check(in.domain == 0, "a descriptor's first domain is number 0");
}

/* Runs @child in a process of its own. */
static void in_child(void (*child)(int fd, uint32_t endpoint), int fd, uint32_t endpoint)
{
	int status;
	pid_t pid;

	fflush(stdout); /* else the child says it as well */
	pid = fork();
	if (!pid) {
		failed = 0;
		child(fd, endpoint);
		fflush(stdout);
		_exit(failed);
	}
	check(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && !WEXITSTATUS(status), "the child is content");
}

static void bind_refused(int fd, uint32_t endpoint)
{
	expect(EPERM, "bind by another process", bind_mm(fd, endpoint, NULL));
}

static void bind_works(int fd, uint32_t endpoint)
{
	expect(0, "bind by the first process", bind_mm(fd, endpoint, NULL));
}

static void test_bind(uint32_t p, uint32_t q, uint32_t without)
{
	struct invbench_sva bad = { .endpoint = p, .reserved = 1 };
	int a = half(), b = half();
	uint32_t pasid = 0, same = 0;

	expect(EINVAL, "bind, reserved", ioctl(a, INVBENCH_SVA_BIND, &bad));
	expect(EINVAL, "unbind, reserved", ioctl(a, INVBENCH_SVA_UNBIND, &bad));
	expect(EFAULT, "bind, pointer", ioctl(a, INVBENCH_SVA_BIND, NOWHERE));
	expect(ENOENT, "bind, no endpoint", bind_mm(a, NO_ENDPOINT, NULL));
	expect(EOPNOTSUPP, "bind, no PASIDs", bind_mm(a, without, NULL));
	expect(ENODEV, "unbind, not bound", unbind(a, p));
	expect(0, "bind", bind_mm(a, p, &pasid));
	check(pasid && flags(p) & INVBENCH_EP_BOUND, "bound, with a PASID");
	expect(EBUSY, "bind twice", bind_mm(a, p, NULL));
	expect(EBUSY, "bind by another descriptor", bind_mm(b, p, NULL));
	expect(0, "bind a second", bind_mm(b, q, &same));
	check(pasid == same, "a process has one PASID");
	in_child(bind_refused, b, p);
	alloc_domain(a, p);
	expect(EBUSY, "attach what is bound", attach(a, p, false));
	expect(EBUSY, "claim what is bound", claim(a, p, false));
	expect(ENODEV, "unbind by another descriptor", unbind(b, p));
	expect(ENOENT, "unbind, no endpoint", unbind(a, NO_ENDPOINT));
	expect(0, "unbind", unbind(a, p));
	expect(ENODEV, "unbind twice", unbind(a, p));
	expect(0, "attach", attach(a, p, false));
	expect(EBUSY, "bind what is attached", bind_mm(a, p, NULL));
	close(a);
	close(b);
}

static void test_claim(uint32_t p)
{
	int a = half(), b = half();

	expect(EFAULT, "claim, pointer", ioctl(a, INVBENCH_CLAIM, NOWHERE));
	expect(ENOENT, "claim, no endpoint", claim(a, NO_ENDPOINT, false));
	expect(ENOENT, "release, no endpoint", claim(a, NO_ENDPOINT, true));
	expect(ENODEV, "release, not claimed", claim(a, p, true));
	expect(0, "claim", claim(a, p, false));
	check(flags(p) & INVBENCH_EP_CLAIMED, "claimed");
	expect(EBUSY, "claim twice", claim(a, p, false));
	expect(EBUSY, "claim by another descriptor", claim(b, p, false));
	expect(ENODEV, "release by another descriptor", claim(b, p, true));
	alloc_domain(a, p);
	alloc_domain(b, p);
	expect(EBUSY, "attach by another descriptor", attach(b, p, false));
	expect(EBUSY, "bind by another descriptor", bind_mm(b, p, NULL));
	expect(0, "attach what is claimed", attach(a, p, false));
	expect(EBUSY, "release what is attached", claim(a, p, true));
	expect(0, "detach", attach(a, p, true));
	expect(0, "bind what is claimed", bind_mm(a, p, NULL));
	expect(EBUSY, "release what is bound", claim(a, p, true));
	expect(0, "unbind", unbind(a, p));
	expect(0, "release", claim(a, p, true));
	expect(ENODEV, "release twice", claim(a, p, true));
	close(a);
	close(b);
}

static void test_questions(void)
{
	struct invbench_mark mark = { .pass = RING_PASS_CHECKED };
	struct invbench_control control;
	int fd = half(), no_ring = model ? 0 : ENODEV;

	expect(no_ring, "mark", ioctl(fd, INVBENCH_MARK, &mark));
	expect(EFAULT, "mark, pointer", ioctl(fd, INVBENCH_MARK, NOWHERE));
	mark.reserved = 1;
	expect(EINVAL, "mark, reserved", ioctl(fd, INVBENCH_MARK, &mark));
	mark = (struct invbench_mark){ .pass = RING_PASS_CHECKED + 1 };
	expect(EINVAL, "mark, pass", ioctl(fd, INVBENCH_MARK, &mark));
	mark = (struct invbench_mark){ .begin = 2 };
	expect(EINVAL, "mark, begin", ioctl(fd, INVBENCH_MARK, &mark));

	expect(EFAULT, "control, pointer", ioctl(fd, INVBENCH_CONTROL, NOWHERE));
	memset(&control, 'x', sizeof(control));
	expect(EINVAL, "control, no end", ioctl(fd, INVBENCH_CONTROL, &control));
	memset(&control, 0, sizeof(control));
	expect(EINVAL, "control, empty", ioctl(fd, INVBENCH_CONTROL, &control));
	strcpy(control.text, "nonesuch=1");
	expect(model ? EINVAL : ENODEV, "control, unknown", ioctl(fd, INVBENCH_CONTROL, &control));
	strcpy(control.text, "preset");
	expect(no_ring, "control", ioctl(fd, INVBENCH_CONTROL, &control));
	close(fd);
}

static void report_refused(int fd, uint32_t unused)
{
	struct invbench_report in = { .grain = 4096 };

	expect(EPERM, "report by another process", ioctl(fd, INVBENCH_REPORT_BEGIN, &in));
	expect(EPERM, "its end", ioctl(fd, INVBENCH_REPORT_RETURN, &in));
}

static void test_reports(uint32_t p)
{
	static const struct invbench_report bad[] = {
		{ .grain = 0 },
		{ .grain = 3 << 12 },
		{ .grain = 4096, .iova = 1 },
		{ .grain = 4096, .size = 4097 },
		{ .grain = 4096, .iova = -4096ULL, .size = 8192 },
	};
	struct invbench_report in = { .grain = 4096 };
	int fd = half();

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		in = bad[i];
		expect(EINVAL, "report of a bad range", ioctl(fd, INVBENCH_REPORT_BEGIN, &in));
	}
	expect(EFAULT, "report, pointer", ioctl(fd, INVBENCH_REPORT_BEGIN, NOWHERE));
	expect(EFAULT, "its end, pointer", ioctl(fd, INVBENCH_REPORT_RETURN, NOWHERE));
	in = (struct invbench_report){ .grain = 4096 };
	expect(model ? ENOENT : ENODEV, "report, nothing bound", ioctl(fd, INVBENCH_REPORT_BEGIN, &in));
	expect(model ? ENOENT : ENODEV, "its end", ioctl(fd, INVBENCH_REPORT_RETURN, &in));
	expect(0, "bind", bind_mm(fd, p, NULL));
	if (model)
		in_child(report_refused, fd, 0);
	close(fd);
}

static void test_close(uint32_t p, uint32_t q)
{
	const unsigned int used = INVBENCH_EP_ATTACHED | INVBENCH_EP_BOUND | INVBENCH_EP_CLAIMED;
	int fd = half();

	alloc_domain(fd, q);
	expect(0, "claim", claim(fd, p, false));
	expect(0, "bind", bind_mm(fd, p, NULL));
	expect(0, "claim", claim(fd, q, false));
	expect(0, "attach", attach(fd, q, false));
	close(fd);
	check(!((flags(p) | flags(q)) & used), "closing takes everything back");

	/* The process ends before its descriptor does. */
	fd = half();
	in_child(bind_works, fd, p);
	check(flags(p) & INVBENCH_EP_BOUND, "bound while the descriptor is open");
	bind_refused(fd, q);
	close(fd);
	check(!(flags(p) & used), "closing unbinds a process that is no more");
}

static int alloc(int fd, uint32_t endpoint, uint32_t flags, uint32_t *domain)
{
	struct invbench_domain in = { .endpoint = endpoint, .flags = flags };
	int ret = ioctl(fd, INVBENCH_DOMAIN_ALLOC, &in);

	*domain = in.domain;
	return ret;
}

static int run(int fd, uint32_t domain, uint32_t op, uint32_t run_flags, struct invbench_thread *thread, uint64_t *hist)
{
	struct invbench_run in = {
		.domain = domain,
		.op = op,
		.flags = run_flags,
		.threads = 1,
		.size = 4096,
		.ops = 10,
		.sub_bits = HIST_SUB_BITS_MIN,
		.hist = (uintptr_t)hist,
		.thread = (uintptr_t)thread,
	};
	int ret = ioctl(fd, INVBENCH_RUN, &in);

	if (!ret)
		check(!in.clock_floor_ns == !!(run_flags & INVBENCH_RUN_BARE), "a bare loop has no clock, another has");
	return ret;
}

static int run_windows(int fd, uint32_t domain, uint32_t run_flags, uint32_t threads, uint64_t ops, void *timeline)
{
	static uint64_t hist[HIST_BUCKETS(HIST_SUB_BITS_MIN)];
	struct invbench_thread thread[2] = {}; /* both on the first CPU: there may be no other */
	struct invbench_run in = {
		.domain = domain,
		.op = INVBENCH_OP_SYNC,
		.flags = run_flags,
		.threads = threads,
		.size = 4096,
		.ops = ops,
		.warmup = 10,
		.sub_bits = HIST_SUB_BITS_MIN,
		.hist = (uintptr_t)hist,
		.thread = (uintptr_t)thread,
		.timeline = (uintptr_t)timeline,
	};

	return ioctl(fd, INVBENCH_RUN, &in);
}

/* Each window has the operations that windows.h says, of both threads, and nothing is written behind the last. */
static void check_windows(int fd, uint32_t domain, uint32_t threads, uint64_t ops)
{
	static uint64_t cells[(WINDOWS_MAX + 1) * WINDOW_BUCKETS];
	bool good = true;

	memset(cells, 0xff, sizeof(cells));
	expect(0, "run with windows", run_windows(fd, domain, 0, threads, ops, cells));
	for (unsigned int i = 0; i < windows_of(ops); i++) {
		uint64_t count = 0;

		for (unsigned int k = 0; k < WINDOW_BUCKETS; k++)
			count += cells[i * WINDOW_BUCKETS + k];
		good &= count == threads * (window_first(ops, i + 1) - window_first(ops, i));
	}
	check(good, "each window has its operations");
	check(cells[windows_of(ops) * WINDOW_BUCKETS] == UINT64_MAX, "no more windows than operations");
}

static void test_windows(uint32_t p)
{
	uint32_t domain;
	int fd = half();

	expect(0, "own domain", alloc(fd, p, 0, &domain));
	check_windows(fd, domain, 1, 1);
	check_windows(fd, domain, 2, 63);
	check_windows(fd, domain, 2, 1000);
	expect(EFAULT, "windows, pointer", run_windows(fd, domain, 0, 1, 100, NOWHERE));
	expect(EINVAL, "bare, with windows", run_windows(fd, domain, INVBENCH_RUN_BARE, 1, 100, NOWHERE));
	expect(0, "no windows", run_windows(fd, domain, 0, 1, 100, NULL));
	close(fd);
}

/* Domains of two kinds, and the operations that each is for. */
static void test_kinds(uint32_t p, uint32_t q)
{
	static uint64_t hist[HIST_BUCKETS(HIST_SUB_BITS_MIN)];
	struct invbench_thread thread = {};
	uint32_t dma, own, other;
	int fd = half(), second = half();

	expect(0, "default domain", alloc(fd, p, INVBENCH_DOMAIN_DMA, &dma));
	check(flags(p) & INVBENCH_EP_ATTACHED, "an endpoint in use through the DMA API counts as attached");
	expect(EBUSY, "the same, again", alloc(fd, p, INVBENCH_DOMAIN_DMA, &other));
	expect(EBUSY, "the same, by another", alloc(second, p, INVBENCH_DOMAIN_DMA, &other));
	expect(EINVAL, "both flags", alloc(fd, q, INVBENCH_DOMAIN_DMA | INVBENCH_DOMAIN_STAGE2, &other));
	expect(EINVAL, "unknown flag", alloc(fd, q, 4, &other));
	expect(0, "own domain", alloc(fd, q, 0, &own));
	expect(ENOENT, "attach to a default domain",
	       ioctl(fd, INVBENCH_ATTACH, &(struct invbench_attach){ .domain = dma, .endpoint = q }));
	expect(0, "through the DMA API", run(fd, dma, INVBENCH_OP_DMA_BOTH, 0, &thread, hist));
	check(thread.ops == 10, "all operations were done");
	expect(EINVAL, "through it, in an own domain", run(fd, own, INVBENCH_OP_DMA_MAP, 0, &thread, hist));
	expect(EINVAL, "directly, in a default domain", run(fd, dma, INVBENCH_OP_MAP_UNMAP, 0, &thread, hist));
	expect(EINVAL, "lazy through the DMA API",
	       run(fd, dma, INVBENCH_OP_DMA_UNMAP, INVBENCH_RUN_LAZY, &thread, hist));
	expect(0, "bare", run(fd, own, INVBENCH_OP_MAP_UNMAP, INVBENCH_RUN_BARE, &thread, hist));
	check(thread.ops == 10 && thread.min_ns == thread.max_ns && thread.sum_ns == 10 * thread.min_ns,
	      "a bare loop has one mean");
	expect(EINVAL, "bare, with an untimed part", run(fd, own, INVBENCH_OP_UNMAP, INVBENCH_RUN_BARE, &thread, hist));
	expect(EINVAL, "bare and reported",
	       run(fd, own, INVBENCH_OP_SYNC, INVBENCH_RUN_BARE | INVBENCH_RUN_REPORT, &thread, hist));
	close(second);
	close(fd);
	check(!(flags(p) & INVBENCH_EP_ATTACHED), "closing gives the default domain back");
}

static void call_all(int fd, uint32_t domain, uint32_t endpoint, uint32_t generation, int want)
{
	struct invbench_domain alloc = { .endpoint = endpoint, .generation = generation };
	struct invbench_attach attach = { .domain = domain, .endpoint = endpoint, .generation = generation };
	struct invbench_sva sva = { .endpoint = endpoint, .generation = generation };
	struct invbench_claim claim = { .endpoint = endpoint, .generation = generation };

	expect(want, "allocate by generation", ioctl(fd, INVBENCH_DOMAIN_ALLOC, &alloc));
	expect(want, "attach by generation", ioctl(fd, INVBENCH_ATTACH, &attach));
	expect(want, "detach by generation", ioctl(fd, INVBENCH_DETACH, &attach));
	expect(want, "bind by generation", ioctl(fd, INVBENCH_SVA_BIND, &sva));
	expect(want, "unbind by generation", ioctl(fd, INVBENCH_SVA_UNBIND, &sva));
	expect(want, "claim by generation", ioctl(fd, INVBENCH_CLAIM, &claim));
	expect(want, "release by generation", ioctl(fd, INVBENCH_RELEASE, &claim));
}

static struct invbench_endpoint describe(int fd, uint32_t index)
{
	struct invbench_endpoint in = { .index = index };

	expect(0, "describe", ioctl(fd, INVBENCH_ENDPOINT, &in));
	return in;
}

static void write_driver(const char *file, const struct invbench_endpoint *ep)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/%s/drivers/invbench/%s",
		 ep->flags & INVBENCH_EP_PCI ? "pci" : "platform", file);
	fd = open(path, O_WRONLY);
	check(fd >= 0 && write(fd, ep->name, strlen(ep->name)) > 0, path);
	close(fd);
}

/* An endpoint is found wherever it is in the list by now, and none that came in its place is taken for it. */
static void test_generations(uint32_t p)
{
	struct invbench_info before = {}, after = {};
	struct invbench_endpoint mine, other;
	uint32_t domain;
	int fd = half();

	mine = describe(fd, p);
	other = describe(fd, p ? 0 : 1);
	check(mine.generation && other.generation && mine.generation != other.generation, "endpoints have generations");
	expect(0, "own domain", alloc(fd, p, 0, &domain));
	call_all(fd, domain, p, mine.generation, 0);
	call_all(fd, domain, NO_ENDPOINT, mine.generation, 0);
	expect(0, "info", ioctl(fd, INVBENCH_INFO, &before));
	write_driver("unbind", &other);
	expect(0, "info", ioctl(fd, INVBENCH_INFO, &after));
	check(after.generation != before.generation, "the list has a new generation when one goes");
	call_all(fd, domain, p, mine.generation, 0);
	call_all(fd, domain, other.index, other.generation, ESTALE);
	write_driver("bind", &other);
	call_all(fd, domain, other.index, other.generation, ESTALE);
	check(describe(fd, other.index).generation != other.generation, "one that is back has a new generation");
	close(fd);
}

/* Domains on @fd until that is refused; how many it were. */
static unsigned int alloc_many(int fd, uint32_t endpoint, int *err)
{
	uint32_t domain;
	unsigned int n = 0;

	while (!alloc(fd, endpoint, 0, &domain))
		n++;
	*err = errno;
	return n;
}

/* One descriptor has not all domains, and all of them have not all that the machine has. */
static void test_limits(uint32_t p)
{
	int fd[INVBENCH_ALL_DOMAINS / INVBENCH_MAX_DOMAINS + 1], err = 0;
	unsigned int last = sizeof(fd) / sizeof(fd[0]) - 1;

	for (unsigned int i = 0; i < last; i++) {
		fd[i] = half();
		check(alloc_many(fd[i], p, &err) == INVBENCH_MAX_DOMAINS && err == ENOSPC,
		      "the domains of a descriptor");
	}
	fd[last] = half();
	check(alloc_many(fd[last], p, &err) == 0 && err == ENOSPC, "the domains of all");
	close(fd[0]);
	check(alloc_many(fd[last], p, &err) == INVBENCH_MAX_DOMAINS, "what was closed is free again");
	for (unsigned int i = 1; i <= last; i++)
		close(fd[i]);
}

static void open_refused(int fd, uint32_t unused)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2] = {};

	expect(0, "read capabilities", syscall(SYS_capget, &header, caps));
	caps[0].effective &= ~(1U << CAP_SYS_RAWIO);
	expect(0, "drop one", syscall(SYS_capset, &header, caps));
	check(open(INVBENCH_DEVICE, O_RDWR) < 0 && errno == EPERM, "it does not open without CAP_SYS_RAWIO");
}

int main(void)
{
	uint32_t p = find(true, 0), q = find(true, 1), without = find(false, 0);
	struct invbench_info info = {};
	int fd = half();

	expect(0, "info", ioctl(fd, INVBENCH_INFO, &info));
	close(fd);
	model = info.flags & INVBENCH_INFO_MODEL;
	check(info.abi == INVBENCH_ABI, "the module is of this test");
	test_bind(p, q, without);
	test_claim(p);
	test_questions();
	test_reports(p);
	test_kinds(p, q);
	test_windows(p);
	test_generations(p);
	test_limits(p);
	in_child(open_refused, -1, 0);
	test_close(p, q);
	printf("%s, %s a model\n", failed ? "FAILED" : "all as documented", model ? "with" : "without");
	return failed;
}
