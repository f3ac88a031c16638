/* SPDX-License-Identifier: GPL-2.0-only */
/* fake_split.h - the kernel side of the probe `split` in a test program, with CPUs, tasks and a clock as the test has them. */
#ifndef INVBENCH_TESTS_FAKE_SPLIT_H
#define INVBENCH_TESTS_FAKE_SPLIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fake_bpf.h"

#define __BPF_CORE_READ_H__
#define bpf_probe_read_kernel_str(to, size, from) bpf_probe_read_kernel(to, size, from)
#define SPLIT_CPUS				  4
#define SPLIT_SET

static uint64_t fake_now, fake_current_cpu, fake_task, fake_pid;
static unsigned int fake_names;

static __u64 fake_cpu(void)
{
	return fake_current_cpu;
}

static __u64 bpf_ktime_get_ns(void)
{
	return fake_now;
}

static __u64 bpf_get_current_task(void)
{
	return fake_task;
}

static __u64 bpf_get_current_pid_tgid(void)
{
	return fake_pid << 32;
}

static long bpf_get_current_comm(void *to, uint32_t size)
{
	snprintf(to, size, "test");
	return 0;
}

static long bpf_map_update_elem(const void *map, const void *key, const void *value, uint64_t flags)
{
	fake_names++;
	return 0;
}

/* All that is there; elsewhere are zeros. */
static const uint64_t *fake_list;

static long bpf_probe_read_kernel(void *to, uint32_t size, const void *from)
{
	if (fake_list && from == fake_list + 2)
		memcpy(to, from, size);
	else
		memset(to, 0, size);
	return 0;
}

struct fake_submit {
	uint64_t smmu, cmdq, list, n, sync;
};

/* Which is which user space finds out before loading; here it goes by the name. */
#define bpf_get_func_arg(ctx, which, value) fake_argument(ctx, #which, value)

static long fake_argument(const struct fake_submit *submit, const char *which, __u64 *value)
{
	*value = !strcmp(which, "0")	    ? submit->smmu :
		 !strcmp(which, "sync_arg") ? submit->sync :
		 !strcmp(which, "list_arg") ? submit->list :
					      submit->n;
	return 0;
}

#define bpf_core_type_id_kernel(type)  0
#define bpf_rdonly_cast(address, type) (address)

#define bpf_loop(count, step, context, flags) \
	({ \
		for (uint32_t n = 0; n < (count) && !step(n, context); n++) \
			; \
	})

#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wsign-compare"
#include "split.bpf.c"

#define SMMU ((uint64_t)0x7000)

static int setup(void **state)
{
	memset(cpus, 0, sizeof(cpus));
	memset(more, 0, sizeof(more));
	first = SPLIT_ROOM;
	detailed = 0;
	fake_names = 0;
	return 0;
}

/* What happens next does so on @cpu to @task, which is its process as well, at @now. */
static void at(uint64_t now, unsigned int cpu, uint64_t task)
{
	fake_now = now;
	fake_current_cpu = cpu;
	fake_task = fake_pid = task;
}

static const struct split_sum *find(const struct split_sum *sums, uint64_t whose)
{
	size_t i;

	for (i = 0; i < SPLIT_SUMS; i++)
		if (sums[i].whose == whose)
			return &sums[i];
	fail_msg("nothing was summed up for %llu", (unsigned long long)whose);
	return NULL;
}

static const struct split_sum *process(unsigned int cpu, uint64_t pid)
{
	return find(cpus[cpu].sums[0][SPLIT_BY_PROCESS], pid);
}

static void assert_clean(void)
{
	unsigned int cpu, i;

	for (cpu = 0; cpu < SPLIT_CPUS; cpu++) {
		assert_int_equal(cpus[cpu].lost, 0);
		assert_int_equal(cpus[cpu].list.smmu, 0);
		for (i = 0; i < SPLIT_CALLS; i++)
			assert_int_equal(cpus[cpu].calls[i].frame, 0);
	}
}

#endif
