// SPDX-License-Identifier: GPL-2.0-only
/*
 * half_fuzz.c - the kernel half, while all that it stands on is taken away.
 *
 * usage: half_fuzz SEED STOP. Until the file STOP is there, and each event had its
 * turn, one process after the other calls the kernel half from several threads on
 * several descriptors, while drivers are unbound and bound, types of IOMMU groups
 * are written, a CPU goes offline, and the module is taken out and put in. Each
 * process ends in one of several ways: killed, by exit, by exec, as one of two
 * that share descriptors.
 *
 * Beside them a watcher reads the state of all tasks: one that stays in state D
 * for a second is reported, and is a failure; so is an event that never came
 * about. What else went wrong is in the kernel's log. First it is shown such a task.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hist.h"
#include "invbench.h"
#include "windows.h"

#define FDS	    4
#define CALLERS	    5
#define RUN_THREADS 4
#define ROUNDS_MIN  10 /* on however slow a machine */
#define MODULE	    "/invbench.ko"

enum event {
	CALL_WORKED,
	CALL_REFUSED,
	LONG_RUN,
	UNBOUND,
	BOUND,
	TYPE_SET,
	TYPE_REFUSED,
	CPU_OFFLINE,
	KILLED,
	EXITED,
	EXECED,
	FORKED,
	RELOADED,
	EVENTS
};

static const char *const event_names[EVENTS] = {
	"calls that worked", "calls refused", "long runs", "unbound", "bound",	"types set",	  "types refused",
	"CPUs offline",	     "killed",	      "exited",	   "exec",    "shared", "module reloads",
};

/* Shared by all processes; counted without care. */
static struct shared {
	unsigned long count[EVENTS];
	unsigned long stuck;
	volatile bool stop;
} *shared;

static struct target {
	char name[INVBENCH_NAME_LEN];
	char group[16];
	bool pci;
} target[INVBENCH_MAX_ENDPOINTS];
static unsigned int targets;

static int fds[FDS];
static unsigned int seed;

static void count(enum event event)
{
	__atomic_add_fetch(&shared->count[event], 1, __ATOMIC_RELAXED);
}

static uint32_t below(unsigned int *r, uint32_t n)
{
	return (uint32_t)rand_r(r) % n;
}

static void sleep_us(unsigned int us)
{
	nanosleep(&(struct timespec){ us / 1000000, us % 1000000 * 1000L }, NULL);
}

/* 0 or an errno. */
static int put(const char *text, const char *format, ...)
{
	char path[192];
	va_list args;
	int fd, err;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	err = write(fd, text, strlen(text)) < 0 ? errno : 0;
	close(fd);
	return err;
}

/* ---- calls ---- */

static int call_run(int fd, unsigned int *r)
{
	static uint64_t hist[HIST_BUCKETS(HIST_SUB_BITS_MAX)], cells[WINDOWS_MAX * WINDOW_BUCKETS];
	struct invbench_thread threads[RUN_THREADS];
	struct invbench_run in = {
		.domain = below(r, 6),
		.op = below(r, INVBENCH_OP_COUNT),
		.flags = below(r, 3) ? 0 : below(r, 8),
		.threads = 1 + below(r, RUN_THREADS),
		.size = 4096ULL << below(r, 11),
		.warmup = below(r, 10),
		.ops = below(r, 8) ? 1 + below(r, 300) : 1000000000,
		.sub_bits = HIST_SUB_BITS_MIN + below(r, 3),
		.hist = (uintptr_t)hist,
		.thread = (uintptr_t)threads,
	};

	for (unsigned int i = 0; i < RUN_THREADS; i++)
		threads[i] = (struct invbench_thread){ .cpu = below(r, 2) };
	if (!(in.flags & INVBENCH_RUN_BARE) && below(r, 2))
		in.timeline = (uintptr_t)cells;
	if (in.ops == 1000000000)
		count(LONG_RUN);
	return ioctl(fd, INVBENCH_RUN, &in);
}

/* Known by index mostly, now and then by what may be gone. */
static int call(int fd, unsigned int *r)
{
	uint32_t ep = below(r, targets + 1), generation = below(r, 4) ? 0 : 1 + below(r, 40);
	struct invbench_attach attach = { .domain = below(r, 6), .endpoint = ep, .generation = generation };
	struct invbench_domain domain = { .endpoint = ep, .generation = generation, .flags = below(r, 4) };
	struct invbench_sva sva = { .endpoint = ep, .generation = generation };
	struct invbench_claim claim = { .endpoint = ep, .generation = generation };
	struct invbench_endpoint endpoint = { .index = ep };
	struct invbench_info info;

	switch (below(r, 12)) {
	case 0:
		return ioctl(fd, INVBENCH_INFO, &info);
	case 1:
		return ioctl(fd, INVBENCH_ENDPOINT, &endpoint);
	case 2:
		return ioctl(fd, INVBENCH_DOMAIN_ALLOC, &domain);
	case 3:
	case 4:
		return ioctl(fd, INVBENCH_ATTACH, &attach);
	case 5:
		return ioctl(fd, INVBENCH_DETACH, &attach);
	case 6:
		return ioctl(fd, INVBENCH_SVA_BIND, &sva);
	case 7:
		return ioctl(fd, INVBENCH_SVA_UNBIND, &sva);
	case 8:
		return ioctl(fd, INVBENCH_CLAIM, &claim);
	case 9:
		return ioctl(fd, INVBENCH_RELEASE, &claim);
	default:
		return call_run(fd, r);
	}
}

/* Memory comes and goes as well, which an address space that is bound tells its SMMUs. */
static void touch_memory(unsigned int *r)
{
	size_t size = 4096UL << below(r, 6);
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return;
	memset(p, 1, size);
	munmap(p, size);
}

static void *call_thread(void *arg)
{
	unsigned int r = seed * 31 + (unsigned int)(uintptr_t)arg;

	for (;;) {
		count(call(fds[below(&r, FDS)], &r) ? CALL_REFUSED : CALL_WORKED);
		if (!below(&r, 8))
			touch_memory(&r);
	}
	return NULL;
}

/* ---- what it stands on ---- */

static int driver(const struct target *t, const char *file)
{
	return put(t->name, "/sys/bus/%s/drivers/invbench/%s", t->pci ? "pci" : "platform", file);
}

static void set_type(const struct target *t, const char *type)
{
	count(put(type, "/sys/kernel/iommu_groups/%s/type", t->group) ? TYPE_REFUSED : TYPE_SET);
}

static void disturb(unsigned int *r)
{
	static const char *const types[] = { "identity", "DMA", "DMA-FQ", "auto" };
	const struct target *t = &target[below(r, targets)];

	switch (below(r, 4)) {
	case 0:
		if (!driver(t, "unbind"))
			count(UNBOUND);
		sleep_us(below(r, 2000));
		if (below(r, 2))
			set_type(t, types[below(r, 4)]);
		break;
	case 1:
		if (!driver(t, "bind"))
			count(BOUND);
		break;
	case 2:
		set_type(t, types[below(r, 4)]);
		break;
	default:
		sleep_us(below(r, 5000));
	}
}

static void *disturb_thread(void *arg)
{
	unsigned int r = seed * 37 + (unsigned int)(uintptr_t)arg;

	for (;;)
		disturb(&r);
	return NULL;
}

/* All as it was: endpoints bound, groups of the first type. */
static void restore(void)
{
	for (unsigned int i = 0; i < targets; i++) {
		driver(&target[i], "unbind");
		put("DMA", "/sys/kernel/iommu_groups/%s/type", target[i].group);
		driver(&target[i], "bind");
	}
}

/* Between rounds; the other process of a round may have a descriptor a little longer. */
static void reload(void)
{
	int fd = open(MODULE, O_RDONLY | O_CLOEXEC), tries = 0;

	while (syscall(SYS_delete_module, "invbench", O_NONBLOCK) && tries++ < 50)
		sleep_us(10000);
	if (!syscall(SYS_finit_module, fd, "", 0))
		count(RELOADED);
	close(fd);
}

static void blink_cpu(void)
{
	const char *online = "/sys/devices/system/cpu/cpu1/online";

	if (put("0", online))
		return;
	count(CPU_OFFLINE);
	sleep_us(20000);
	put("1", online);
}

/* ---- rounds ---- */

static void open_all(void)
{
	for (unsigned int i = 0; i < FDS; i++) {
		fds[i] = open(INVBENCH_DEVICE, O_RDWR); /* kept by exec */
		if (fds[i] < 0)
			_exit(1);
	}
}

static void start_threads(void)
{
	pthread_t thread;

	for (uintptr_t i = 0; i < CALLERS; i++)
		pthread_create(&thread, NULL, call_thread, (void *)i);
	for (uintptr_t i = 0; i < 2; i++)
		pthread_create(&thread, NULL, disturb_thread, (void *)i);
}

static void end_round(enum event how, unsigned int *r)
{
	pid_t other = how == FORKED ? fork() : -1;

	if (!other) { /* bound to a process that is no more, or to none */
		start_threads();
		sleep_us(below(r, 60000));
		_exit(0);
	}
	if (how == EXECED) {
		execl("/proc/self/exe", "half_fuzz", "rest", NULL);
		_exit(1);
	}
	if (how == FORKED)
		sleep_us(below(r, 40000));
	if (how == KILLED)
		raise(SIGKILL);
	_exit(0);
}

static void run_round(unsigned int number)
{
	static const enum event ways[] = { KILLED, EXITED, EXECED, FORKED };
	enum event how = ways[number % 4];
	unsigned int r = seed * 41;
	pid_t pid = fork();

	if (!pid) {
		open_all();
		start_threads();
		sleep_us(5000 + below(&r, 100000));
		end_round(how, &r);
	}
	count(how);
	if (number % 5 == 2)
		blink_cpu();
	waitpid(pid, NULL, 0);
	if (number % 6 == 3)
		reload();
	if (number % 3 == 2)
		restore();
}

/* ---- the watcher ---- */

/* Tasks in state D, and for how many looks without having been switched to in between. */
static struct waiting {
	int tid;
	unsigned long switches;
	unsigned int looks;
	bool seen;
} waiting[256];

static bool read_task(int pid, int tid, char *state, unsigned long *switches)
{
	char path[64], line[256];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", pid, tid);
	f = fopen(path, "re");
	if (!f)
		return false;
	*switches = 0;
	while (fgets(line, sizeof(line), f)) {
		sscanf(line, "State: %c", state);
		sscanf(line, "voluntary_ctxt_switches: %lu", switches);
	}
	fclose(f);
	return true;
}

static void tell_stuck(int pid, int tid)
{
	char path[64], text[128] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && read(fd, text, 80) > 0)
		printf("in state D for a second: %s\n", text);
	close(fd);
	__atomic_add_fetch(&shared->stuck, 1, __ATOMIC_RELAXED);
}

/* Its own place, or else a free one, or NULL. */
static struct waiting *place_of(int tid)
{
	struct waiting *unused = NULL;

	for (struct waiting *w = waiting; w < waiting + 256; w++) {
		if (w->tid == tid)
			return w;
		if (!w->tid && !unused)
			unused = w;
	}
	return unused;
}

static void look_at(int pid, int tid)
{
	unsigned long switches;
	struct waiting *w;
	char state = 'R';

	if (!read_task(pid, tid, &state, &switches) || state != 'D')
		return;
	w = place_of(tid);
	if (!w)
		return;
	if (w->switches != switches)
		w->looks = 0;
	*w = (struct waiting){ tid, switches, w->looks + 1, true };
	if (w->looks == 11)
		tell_stuck(pid, tid);
}

static void look_at_process(int pid)
{
	char path[64];
	struct dirent *entry;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	tasks = opendir(path);
	while (tasks && (entry = readdir(tasks))) {
		if (entry->d_name[0] != '.')
			look_at(pid, atoi(entry->d_name));
	}
	if (tasks)
		closedir(tasks);
}

static void look_at_all(void)
{
	struct dirent *entry;
	DIR *proc = opendir("/proc");

	while (proc && (entry = readdir(proc))) {
		if (atoi(entry->d_name) > 0)
			look_at_process(atoi(entry->d_name));
	}
	if (proc)
		closedir(proc);
	for (struct waiting *w = waiting; w < waiting + 256; w++) {
		if (!w->seen)
			*w = (struct waiting){};
		w->seen = false;
	}
}

/* Ten times a second. */
static pid_t watch(void)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	while (!shared->stop) {
		look_at_all();
		fflush(stdout);
		sleep_us(100000);
	}
	_exit(0);
}

/* Who waits for the child of its vfork() does so in state D. */
static bool watcher_sees(void)
{
	pid_t pid = fork();
	bool seen;

	if (!pid) {
		if (!vfork())
			sleep_us(3000000);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	seen = shared->stuck == 1;
	shared->stuck = 0;
	return seen;
}

/* ---- all of it ---- */

static void find_targets(void)
{
	int fd = open(INVBENCH_DEVICE, O_RDWR | O_CLOEXEC);
	struct invbench_endpoint ep = {};

	for (; targets < INVBENCH_MAX_ENDPOINTS && !ioctl(fd, INVBENCH_ENDPOINT, &ep); ep.index++) {
		struct target *t = &target[targets++];
		char path[128], link[128] = "";

		snprintf(t->name, sizeof(t->name), "%s", ep.name);
		t->pci = ep.flags & INVBENCH_EP_PCI;
		snprintf(path, sizeof(path), "/sys/bus/%s/devices/%s/iommu_group", t->pci ? "pci" : "platform",
			 t->name);
		if (readlink(path, link, sizeof(link) - 1) > 0)
			snprintf(t->group, sizeof(t->group), "%.15s", strrchr(link, '/') + 1);
	}
	close(fd);
}

static int report(unsigned int rounds)
{
	int status = shared->stuck != 0;

	printf("%u rounds, %lu tasks stuck", rounds, shared->stuck);
	for (unsigned int i = 0; i < EVENTS; i++) {
		printf(", %lu %s", shared->count[i], event_names[i]);
		if (!shared->count[i] && (i != CPU_OFFLINE || !access("/sys/devices/system/cpu/cpu1/online", F_OK)))
			status = 1;
	}
	printf("\n%s\n", status ? "FAILED: a task was stuck, or something never happened" : "passed");
	return status;
}

int main(int argc, char **argv)
{
	unsigned int first, rounds = 0;
	pid_t watcher;

	if (argc == 2) { /* after exec: descriptors are open, and nobody knows of them */
		sleep_us(50000);
		return 0;
	}
	if (argc != 3)
		return 2;
	first = atoi(argv[1]);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	find_targets();
	if (shared == MAP_FAILED || !targets) {
		printf("no endpoints\n");
		return 1;
	}
	watcher = watch();
	if (!watcher_sees()) {
		printf("FAILED: the watcher did not see a task in state D, or saw more\n");
		return 1;
	}
	while (access(argv[2], F_OK) || rounds < ROUNDS_MIN) {
		seed = first + rounds;
		run_round(rounds++);
	}
	shared->stop = true;
	waitpid(watcher, NULL, 0);
	restore();
	return report(rounds);
}
