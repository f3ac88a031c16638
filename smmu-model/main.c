// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - smmu-model: SMMUv3 instances for a guest that shares its memory.
 *
 * It makes the guest's memory (a memfd), puts register frames and the ring
 * into it, starts the command (QEMU) and serves until that ends. The command
 * finds the memory as file descriptor 4 and, as 3, a socket on which it must
 * speak QEMU's qtest protocol: interrupts are raised by writing the GIC's
 * pending registers, as a frame in plain memory has no wires.
 */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "session.h"
#include "service.h"
#include "spawn.h"
#include "status.h"

#define SOCKET_FD    SPAWN_PASS_FIRST
#define MEMORY_FD    (SPAWN_PASS_FIRST + 1)

#define GICD_ISPENDR 0x08000200 /* of QEMU's virt machine */
#define SPI_FIRST    32

/* After so long without work it naps, later while a pass is measured, and after the last so long it sleeps. */
#define NAP_AFTER_NS	 2000000
#define NAP_MEASURING_NS 50000000
#define NAP_NS		 50000
#define SLEEP_AFTER_NS	 1000000000
#define SLEEP_NS	 1000000
#define STALL_NS	 300000000 /* nothing of ours takes so long: the machine had no time for us */

/* Of a CPU that a vCPU wants as well it takes only these moments; what is due sooner than NEAR is waited for awake. */
#define GUEST_NAP_NS   10000
#define GUEST_NEAR_NS  15000
#define GUEST_AWAKE_NS 500000 /* it must get on however much there is to do */
#define GUEST_BREAK_NS 100000

struct options {
	uint64_t memory, base, frames, ring, spi;
	unsigned int instances;
	struct session session;
	bool yields;
	char **command;
};

struct model {
	struct options *options;
	struct service service;
	int socket;
	struct spawn child;
};

static volatile sig_atomic_t want_end, want_snapshot;

static uint64_t clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static uint64_t service_clock(void *arg)
{
	return clock_ns();
}

static void on_prefault(void *arg, void *host, uint64_t bytes)
{
	uintptr_t page = sysconf(_SC_PAGESIZE), start = (uintptr_t)host & -page;

	/* Without it, by an older kernel, commands are a little later: the lateness says so. */
	madvise((void *)start, (uintptr_t)host + bytes - start, MADV_POPULATE_WRITE);
}

static void on_refused(void *arg, const char *why)
{
	say("the guest asks: %s", why);
}

/* QEMU answers each line with OK; the answers are thrown away as they come. */
static void drain_socket(struct model *m)
{
	char answers[256];

	while (recv(m->socket, answers, sizeof(answers), MSG_DONTWAIT) > 0)
		;
}

static void on_interrupt(void *arg, const struct smmu *smmu, enum smmu_interrupt which)
{
	struct model *m = arg;
	unsigned int id = SPI_FIRST + m->options->spi + smmu->index * SMMU_INTERRUPTS + which;
	char line[64];
	int length = snprintf(line, sizeof(line), "writel 0x%x 0x%x\n", GICD_ISPENDR + id / 32 * 4, 1U << id % 32);

	drain_socket(m);
	m->options->session.interrupts++;
	if (send(m->socket, line, length, MSG_DONTWAIT | MSG_NOSIGNAL) != length)
		say("an interrupt of instance %u was lost: %s", smmu->index, strerror(errno));
}

/* While a pass is measured it stays awake for longer: the first CMD_SYNC after a nap is late. */
static void pause_for(uint64_t idle_ns, bool own_cpu, bool measuring)
{
	struct timespec nap = { .tv_nsec = idle_ns < SLEEP_AFTER_NS ? NAP_NS : SLEEP_NS };

	if (idle_ns >= (measuring ? NAP_MEASURING_NS : NAP_AFTER_NS))
		nanosleep(&nap, NULL);
	else if (!own_cpu)
		sched_yield();
	else
#ifdef __x86_64__
		__builtin_ia32_pause();
#else
		__asm__ volatile("yield");
#endif
}

/*
 * As many vCPUs as CPUs: awake all the time it would take one from them, and be
 * put off for milliseconds itself. So it naps, in front of all others when it
 * wakes. What that costs is in the lateness: times below some 300 us cannot be kept.
 */
static void yield_to_guest(const struct service *s)
{
	static uint64_t woke;
	uint64_t due = service_due(s), now = clock_ns();
	bool tired = now - woke > GUEST_AWAKE_NS;

	if (due <= now + GUEST_NEAR_NS && !tired)
		return;
	nanosleep(&(struct timespec){ .tv_nsec = tired ? GUEST_BREAK_NS : GUEST_NAP_NS }, NULL);
	woke = clock_ns();
}

static void go_first(void)
{
	const struct sched_param param = { .sched_priority = 1 };

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		say("cannot get ahead of the vCPUs (%s): expect it to be late", strerror(errno));
}

/* Told, because a driver that waits for a second then says that the SMMU timed out. */
static void watch_stalls(uint64_t *last)
{
	uint64_t now = clock_ns();

	if (*last && now - *last > STALL_NS)
		say("stood still for %" PRIu64 " ms: the machine has too much else to do", (now - *last) / 1000000);
	*last = now;
}

/* What signals ask for. */
static void obey(struct model *m)
{
	if (want_end) {
		want_end = 0;
		kill(m->child.pid, SIGTERM);
	}
	if (want_snapshot) {
		want_snapshot = 0;
		session_write(&m->options->session, &m->service);
	}
}

/* Serves until the command has ended. */
static void serve(struct model *m)
{
	/* Asked once: it reads a file. With one CPU the guest only gets on while we do not. */
	const bool own_cpu = sysconf(_SC_NPROCESSORS_ONLN) > 1;
	uint64_t active = clock_ns(), last = 0, now;
	unsigned int rounds = 0;

	if (m->options->yields)
		go_first();
	for (;;) {
		watch_stalls(&last);
		if (service_round(&m->service)) {
			active = clock_ns();
			if (m->options->yields)
				yield_to_guest(&m->service);
		} else if (m->options->yields && witness_in_pass(m->service.witness)) {
			yield_to_guest(&m->service);
		} else {
			now = clock_ns();
			pause_for(now - active, own_cpu, witness_in_pass(m->service.witness));
		}
		obey(m);
		/* Rarely: a system call each round would be most of its time. */
		if (++rounds % 1024 && clock_ns() - active < SLEEP_AFTER_NS)
			continue;
		drain_socket(m);
		if (spawn_ended(&m->child))
			return;
	}
}

static void on_signal(int number)
{
	if (number == SIGUSR1)
		want_snapshot = 1;
	else
		want_end = 1;
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
}

/* The command must not outlive us, nor we whoever started us. */
static void start(struct model *m, int memory_fd)
{
	struct sentence why;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		die("cannot make a socket: %s", strerror(errno));
	m->child = (struct spawn){
		.argv = (const char *const *)m->options->command,
		.in.to = SPAWN_OURS,
		.out.to = SPAWN_OURS,
		.err.to = SPAWN_OURS,
		.pass = { pair[1], memory_fd }, /* SOCKET_FD, MEMORY_FD */
		.dies_by = SIGKILL,
		.users = true,
	};
	if (spawn_start(&m->child, &why)) {
		say("%s", why.text);
		exit(127); /* as a shell would */
	}
	close(pair[1]);
	m->socket = pair[0];
}

static int make_memory(struct model *m)
{
	struct memory *memory = &m->service.memory;
	int fd = memfd_create("smmu-model guest", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, m->options->memory))
		die("cannot make guest memory of %" PRIu64 " MiB: %s", m->options->memory >> 20, strerror(errno));
	memory->base = m->options->base;
	memory->size = m->options->memory;
	memory->host = mmap(NULL, memory->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory->host == MAP_FAILED)
		die("cannot map guest memory: %s", strerror(errno));
	return fd;
}

static void make_devices(struct model *m)
{
	struct options *o = m->options;
	struct service *s = &m->service;
	struct sentence told;
	const char *why;

	if (session_settings(&o->session, s->boot_settings, o->instances, &told))
		die("%s", told.text);
	s->instances = o->instances;
	s->clock = service_clock;
	s->interrupt = on_interrupt;
	s->prefault = on_prefault;
	s->refused = on_refused;
	s->arg = m;
	if (service_init(s, o->frames, o->ring, &why))
		die("%s", why);
	oracle_print_to(s->oracle, stderr);
	if (session_begin(&o->session, s, &told))
		die("%s", told.text);
}

static int finish(struct model *m)
{
	const int status = m->child.status;

	session_end(&m->options->session, &m->service, clock_ns());
	service_done(&m->service);
	return WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_LOST + WTERMSIG(status);
}

enum { KEY_MEMORY = 256, KEY_BASE, KEY_FRAMES, KEY_RING, KEY_SPI, KEY_LOG, KEY_LOG_FIELDS, KEY_YIELDS, KEY_SETTINGS };

static const struct argp_option option_list[] = {
	{ "instances", 'i', "N", 0, "instances, 1 to 32 (1)", 0 },
	{ "preset", 'p', "FILE", 0, "settings, a line each; some came with it, see smmu-model(1)", 0 },
	{ "set", 's', "SETTING", 0, "one more setting, after the preset's: sync=20us, 3.sync=1ms", 0 },
	{ "output", 'o', "FILE", 0, "witness, service times and oracle as JSON, at the end and on SIGUSR1", 0 },
	{ "log", KEY_LOG, "FILE", 0, "every command as a line", 0 },
	{ "log-fields", KEY_LOG_FIELDS, NULL, 0, "with its words and time", 0 },
	{ "yield", KEY_YIELDS, NULL, 0, "leave the CPUs to as many vCPUs: for times above some 300 us", 0 },
	{ "memory", KEY_MEMORY, "BYTES", 0, "of the guest (1G)", 1 },
	{ "base", KEY_BASE, "ADDRESS", 0, "where its memory begins (0x40000000)", 1 },
	{ "frames", KEY_FRAMES, "ADDRESS", 0, "register frames, 0x20000 bytes an instance", 1 },
	{ "ring", KEY_RING, "ADDRESS", 0, "ring of the kernel half", 1 },
	{ "spi", KEY_SPI, "N", 0, "first interrupt (SPI); two an instance, event queue and error", 1 },
	{ "settings", KEY_SETTINGS, NULL, 0, "list the settings and end", 2 },
	{}
};

static uint64_t number(struct argp_state *state, const char *text, uint64_t max)
{
	char *end;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (end != text && *end == 'G' && value < 1 << 20) {
		value <<= 30;
		end++;
	}
	if (errno || end == text || *end || *text == '-' || value > max)
		argp_error(state, "'%s' is not a number from 0 to %#" PRIx64, text, max);
	return value;
}

static unsigned int parse_instances(struct argp_state *state, const char *arg)
{
	uint64_t instances = number(state, arg, SMMU_INSTANCES_MAX);

	if (!instances)
		argp_error(state, "at least one instance is needed");
	return instances;
}

static void add_setting(struct options *o, struct argp_state *state, const char *arg)
{
	if (!session_add_set(&o->session, arg))
		argp_error(state, "too many --set");
}

/* Where the guest has what. */
static error_t parse_place(int key, const char *arg, struct argp_state *state)
{
	struct options *o = state->input;
	const struct {
		int key;
		uint64_t *at, max;
	} places[] = { { KEY_MEMORY, &o->memory, 1ULL << 40 },
		       { KEY_BASE, &o->base, 1ULL << 48 },
		       { KEY_FRAMES, &o->frames, 1ULL << 48 },
		       { KEY_RING, &o->ring, 1ULL << 48 },
		       { KEY_SPI, &o->spi, 900 } };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (places[i].key != key)
			continue;
		*places[i].at = number(state, arg, places[i].max);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'i':
		o->instances = parse_instances(state, arg);
		return 0;
	case 'p':
		o->session.preset = arg;
		return 0;
	case 's':
		add_setting(o, state, arg);
		return 0;
	case 'o':
		o->session.path = arg;
		return 0;
	case KEY_LOG:
		o->session.log = arg;
		return 0;
	case KEY_LOG_FIELDS:
		o->session.log_fields = true;
		return 0;
	case KEY_YIELDS:
		o->yields = true;
		return 0;
	case KEY_SETTINGS:
		settings_help();
		exit(STATUS_PASS);
	case ARGP_KEY_ARGS:
		o->command = state->argv + state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no command; it shares the memory as file descriptor %d", MEMORY_FD);
		return 0;
	default:
		return parse_place(key, arg, state);
	}
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_list,
		.parser = parse_option,
		.args_doc = "-- COMMAND [ARG...]",
		.doc = "Serve SMMUv3 instances to a guest that COMMAND (QEMU) runs in memory that both share.\v"
		       "Exit status: COMMAND's; 2 for bad input. More: smmu-model(1).",
	};
	static struct options options = { .memory = 1ULL << 30, .base = 0x40000000, .instances = 1, .spi = 160 };
	static struct model model = { .options = &options };
	int fd;

	argp_err_exit_status = STATUS_USAGE;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &options);
	fd = make_memory(&model);
	make_devices(&model);
	catch_signals();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	prctl(PR_SET_TIMERSLACK, 1);
	start(&model, fd);
	serve(&model);
	return finish(&model);
}
