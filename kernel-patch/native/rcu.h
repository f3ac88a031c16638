/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RCU whose read sections cost nothing, as those of a kernel without preemption: a thread says between two of them that
 * it is in none. By atomics alone, so that ThreadSanitizer follows it. liburcu's flavours, as Debian builds them, have
 * their order from instructions that it does not see, and what they protect is reported as a race.
 */
#ifndef INVBENCH_NATIVE_RCU_H
#define INVBENCH_NATIVE_RCU_H

/* The CPUs that there are: threads that are or will be online. To be set before the first of them. */
extern unsigned int rcu_cpus;

/* Which of them this thread is. */
extern __thread unsigned int this_cpu;

/* From here on this thread is waited for, and from there on no more. */
void rcu_online(void);
void rcu_offline(void);

/* It is in no read section, and holds nothing from an earlier one. */
void rcu_quiescent(void);

/* Waits until each thread that is online has been in no read section. Offline, or as one that is in none itself. */
void rcu_synchronize(void);

/* Frees it after that; many are waited for at once. By one thread at a time, which may be online. */
void rcu_free(void *pointer);
void rcu_free_all(void);

#endif
