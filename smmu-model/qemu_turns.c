// SPDX-License-Identifier: GPL-2.0-only
/*
 * qemu_turns.c - QEMU's own functions, by dlsym().
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qemu_turns.h"
#include "schedule.h"

struct cpu; /* QEMU's CPUState */

/* QEMU's struct rcu_reader_data and Notifier, as far as they are known here. */
struct notifier {
	void (*notify)(struct notifier *notifier, void *data);
	struct notifier *next, **place;
};
struct rcu_reader {
	unsigned long generation;
	bool waiting;
	unsigned int depth;
	struct rcu_reader *next, **place;
	struct notifier *kick;
};

static struct {
	struct cpu **current; /* a variable of the thread that all vCPUs run in */
	void (*exit)(struct cpu *cpu);
	void (*leave)(struct cpu *cpu, uintptr_t caller);
	struct rcu_reader *(*reader)(void);

	struct cpu *cpu[SCHEDULE_VCPUS_MAX];
	unsigned int last;
	bool exact; /* none of them is kicked any more */
} qemu;

static const struct {
	const char *name;
	void *place;
} exported[] = {
	{ "current_cpu", &qemu.current },
	{ "cpu_exit", &qemu.exit },
	{ "cpu_loop_exit_restore", &qemu.leave },
	{ "get_ptr_rcu_reader", &qemu.reader },
};

unsigned int qemu_turns_missing(FILE *out)
{
	unsigned int missing = 0;

	for (size_t i = 0; i < sizeof(exported) / sizeof(exported[0]); i++) {
		void *symbol = dlsym(RTLD_DEFAULT, exported[i].name);

		*(void **)exported[i].place = symbol;
		if (symbol)
			continue;
		fprintf(out, "%s\n", exported[i].name);
		missing++;
	}
	return missing;
}

/*
 * QEMU's RCU has a vCPU leave its block early, when another thread of the host waits for it: at no time that the guest's
 * would know. It waits a little longer without that, as vCPUs leave their blocks all the time.
 */
static int stop_kicks(struct sentence *why)
{
	struct rcu_reader *reader = qemu.reader();

	if (qemu.exact)
		return 0;
	if (!reader->kick || reader->kick->place != &reader->kick)
		return sentence(why, -EINVAL,
				"this QEMU keeps RCU's notifiers elsewhere: several vCPUs would not be exact");
	reader->kick = NULL;
	qemu.exact = true;
	return 0;
}

int qemu_turns_add(unsigned int vcpu, struct sentence *why)
{
	if (vcpu >= SCHEDULE_VCPUS_MAX)
		return sentence(why, -EINVAL, "more than %d vCPUs", SCHEDULE_VCPUS_MAX);
	/* Again, as a variable of a thread has another address in each. */
	qemu.current = dlsym(RTLD_DEFAULT, "current_cpu");
	qemu.cpu[vcpu] = *qemu.current;
	return stop_kicks(why);
}

unsigned int qemu_turns_current(void)
{
	const struct cpu *current = *qemu.current;

	for (unsigned int n = 0; qemu.cpu[qemu.last] != current && n < SCHEDULE_VCPUS_MAX; n++)
		qemu.last = (qemu.last + 1) % SCHEDULE_VCPUS_MAX;
	return qemu.last;
}

void qemu_turns_hold_up(const void *caller)
{
	qemu.exit(*qemu.current);
	qemu.leave(*qemu.current, (uintptr_t)caller);
	__builtin_unreachable();
}
