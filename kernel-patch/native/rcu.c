// SPDX-License-Identifier: GPL-2.0-only
#include <sched.h>

#include "kernel.h"

/* Which grace period a thread has seen begin, or that it is offline. */
#define OFFLINE UINT64_MAX

static struct {
	u64 seen;
} ____cacheline_aligned threads[NR_CPUS] = { [0 ... NR_CPUS - 1] = { OFFLINE } };

static u64 grace_period;
static void *to_free[64];
static unsigned int to_be_freed;
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

unsigned int rcu_cpus = 1;
__thread unsigned int this_cpu;

void rcu_online(void)
{
	/* Seen by who waits before anything is read: either is it waited for, or it reads what was published before the wait */
	__atomic_store_n(&threads[this_cpu].seen, __atomic_load_n(&grace_period, __ATOMIC_SEQ_CST), __ATOMIC_SEQ_CST);
	smp_mb();
}

void rcu_offline(void)
{
	/* What was read, was read before */
	__atomic_store_n(&threads[this_cpu].seen, OFFLINE, __ATOMIC_RELEASE);
}

void rcu_quiescent(void)
{
	/* Acquire: who has seen it begin reads what was published before. Release: what was read before, was read. */
	u64 now = __atomic_load_n(&grace_period, __ATOMIC_ACQUIRE);

	if (threads[this_cpu].seen != now)
		__atomic_store_n(&threads[this_cpu].seen, now, __ATOMIC_RELEASE);
}

void rcu_synchronize(void)
{
	bool online = __atomic_load_n(&threads[this_cpu].seen, __ATOMIC_RELAXED) != OFFLINE;
	unsigned int cpu;
	u64 now;

	if (online)
		rcu_offline();
	pthread_mutex_lock(&one_at_a_time);
	now = __atomic_add_fetch(&grace_period, 1, __ATOMIC_SEQ_CST);
	/* Pairs with rcu_online() */
	smp_mb();
	for (cpu = 0; cpu < rcu_cpus; cpu++)
		while (__atomic_load_n(&threads[cpu].seen, __ATOMIC_ACQUIRE) < now)
			sched_yield();
	pthread_mutex_unlock(&one_at_a_time);
	if (online)
		rcu_online();
}

void rcu_free_all(void)
{
	rcu_synchronize();
	while (to_be_freed)
		free(to_free[--to_be_freed]);
}

void rcu_free(void *pointer)
{
	to_free[to_be_freed++] = pointer;
	if (to_be_freed == sizeof(to_free) / sizeof(to_free[0]))
		rcu_free_all();
}
