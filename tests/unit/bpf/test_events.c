// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel side of single events, run in user space: each call, list and wait is told once, when it ends, with what was
 * submitted in it; tasks, interrupts and what began before the trace are not mixed up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "event.h"
#include "event_trace.h"

#include "fake_bpf.h"

#define bpf_probe_read_kernel_str(to, size, from) bpf_probe_read_kernel(to, size, from)
#define EVENTS_SET

static uint64_t fake_now, fake_task, fake_word;
static unsigned int fake_names;
static struct event_task fake_storage[4];
static struct event told[16];
static size_t nr_told, room;

static __u64 fake_cpu(void)
{
	return 5;
}

static __u64 bpf_ktime_get_ns(void)
{
	return fake_now;
}

static __u64 bpf_get_current_pid_tgid(void)
{
	return 70ULL << 32 | fake_task;
}

static uint64_t bpf_get_current_task_btf(void)
{
	return fake_task;
}

static long bpf_get_current_comm(void *to, uint32_t size)
{
	snprintf(to, size, "test");
	return 0;
}

static void *bpf_task_storage_get(const void *map, uint64_t task, const void *value, uint64_t flags)
{
	return &fake_storage[task];
}

static void *bpf_ringbuf_reserve(const void *map, uint64_t size, uint64_t flags)
{
	assert_int_equal(size, sizeof(told[0]));
	return nr_told < room ? &told[nr_told++] : NULL;
}

static void bpf_ringbuf_submit(void *event, uint64_t flags)
{
}

static void *bpf_map_lookup_elem(const void *map, const void *key)
{
	return NULL;
}

static long bpf_map_update_elem(const void *map, const void *key, const void *value, uint64_t flags)
{
	fake_names++;
	return 0;
}

/* Commands are all that is read of the kernel which matters here. */
static long bpf_probe_read_kernel(void *to, uint32_t size, const void *from)
{
	memset(to, 0, size);
	memcpy(to, &fake_word, size < sizeof(fake_word) ? size : sizeof(fake_word));
	return 0;
}

struct fake_submit {
	uint64_t smmu, n, sync;
};

/* args.smmu, args.list, args.n, args.sync */
static void fake_arg(const struct fake_submit *submit, const char *which, uint64_t *value)
{
	*value = !strcmp(which, "args.smmu") ? submit->smmu :
		 !strcmp(which, "args.n")    ? submit->n :
		 !strcmp(which, "args.sync") ? submit->sync :
					       0;
}

#define bpf_get_func_arg(ctx, n, value) fake_arg(ctx, #n, (uint64_t *)(value))

#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wsign-compare"
#include "../../bpf/events.bpf.c"

#define SMMU ((uint64_t)0x7000)

static int setup(void **state)
{
	memset(fake_storage, 0, sizeof(fake_storage));
	memset(told, 0, sizeof(told));
	config = (struct event_config){ .shown = ~0U, .from = EVENT_NO_EDGE, .to = EVENT_NO_EDGE };
	nr_told = 0;
	room = 16;
	on = 1;
	full = first_full_ns = untold = refused = 0;
	fake_word = TLBI_NH_VA | 3ULL << 48;
	fake_task = 1;
	return 0;
}

static void at(uint64_t now, uint64_t task)
{
	fake_now = now;
	fake_task = task;
}

/* A list of @n commands that takes 87. */
static void one_list(uint64_t begin_ns, uint64_t smmu, uint64_t n, uint64_t sync)
{
	struct fake_submit submitted = { smmu, n, sync };

	fake_now = begin_ns;
	enter_submit(&submitted);
	fake_now = begin_ns + 87;
	leave_submit(&submitted);
}

static void assert_told(size_t i, unsigned int point, uint64_t begin_ns, uint64_t end_ns, unsigned int depth)
{
	assert_true(i < nr_told);
	assert_int_equal(told[i].point, point);
	assert_int_equal(told[i].begin_ns, begin_ns);
	assert_int_equal(told[i].end_ns, end_ns);
	assert_int_equal(told[i].depth, depth);
}

static void test_a_call_and_its_list(void **state)
{
	at(1000, 1);
	enter_iotlb_sync((void *)0x10);
	one_list(1005, SMMU, 1, 1);
	at(1100, 1);
	leave_iotlb_sync((void *)0x10);
	assert_int_equal(nr_told, 2);
	assert_told(0, EVENT_submit, 1005, 1092, 1);
	assert_told(1, EVENT_iotlb_sync, 1000, 1100, 0);
	assert_int_equal(told[0].sum.opcode, TLBI_NH_VA);
	assert_int_equal(told[1].sum.submits, 1);
	assert_int_equal(told[1].sum.commands, 1);
	assert_int_equal(told[1].sum.syncs, 1);
	assert_int_equal(told[1].sum.smmu, SMMU);
	assert_int_equal(told[1].sum.id_kind, EVENT_ID_ASID);
	assert_int_equal(told[1].sum.id, 3);
	assert_int_equal(told[1].pid, 70);
	assert_int_equal(told[1].tid, 1);
	assert_int_equal(told[1].cpu, 5);
	assert_string_equal(told[1].comm, "test");
}

/* A munmap is one event over all instances; one that invalidates nothing is none. */
static void test_operation(void **state)
{
	at(0, 1);
	enter_munmap((void *)0x40);
	enter_notify((void *)0x30);
	enter_mm_arch_invalidate_secondary_tlbs((void *)0x20);
	one_list(0, SMMU, 2, 0);
	one_list(100, 2 * SMMU, 3, 1);
	leave_mm_arch_invalidate_secondary_tlbs((void *)0x20);
	leave_notify((void *)0x30);
	leave_munmap((void *)0x40);
	enter_munmap((void *)0x40);
	leave_munmap((void *)0x40);
	assert_int_equal(nr_told, 5);
	assert_told(4, EVENT_munmap, 0, 187, 0);
	assert_told(0, EVENT_submit, 0, 87, 3);
	assert_int_equal(told[4].sum.submits, 2);
	assert_int_equal(told[4].sum.commands, 5);
	assert_int_equal(told[4].sum.syncs, 1);
	assert_int_equal(told[4].sum.several, 1);
	assert_int_equal(told[4].sum.smmu, 0);
	assert_int_equal(told[4].sum.id, 3);
}

static void test_several_domains(void **state)
{
	at(0, 1);
	enter_munmap((void *)0x40);
	one_list(0, SMMU, 1, 1);
	fake_word = TLBI_NH_VA | 4ULL << 48;
	one_list(100, SMMU, 1, 1);
	fake_word = ATC_INV | 9ULL << 32; /* of a device, which says nothing of the domain */
	one_list(200, SMMU, 1, 1);
	leave_munmap((void *)0x40);
	assert_int_equal(told[2].sum.id_kind, EVENT_ID_SID);
	assert_int_equal(told[2].sum.id, 9);
	assert_int_equal(told[3].sum.id_kind, EVENT_ID_SEVERAL);
	assert_int_equal(told[3].sum.several, 0);
	assert_int_equal(told[3].sum.smmu, SMMU);
}

static void test_slower(void **state)
{
	config.slower_ns = 88;
	at(0, 1);
	enter_iotlb_sync((void *)0x10);
	one_list(0, SMMU, 1, 1);
	at(88, 1);
	leave_iotlb_sync((void *)0x10);
	assert_int_equal(nr_told, 1);
	assert_told(0, EVENT_iotlb_sync, 0, 88, 0);
	assert_int_equal(told[0].sum.submits, 1);
}

static void test_points_that_are_not_shown(void **state)
{
	config.shown = 1U << EVENT_iotlb_sync;
	at(0, 1);
	enter_iotlb_sync((void *)0x10);
	one_list(0, SMMU, 1, 1);
	leave_iotlb_sync((void *)0x10);
	assert_int_equal(nr_told, 1);
	assert_int_equal(told[0].sum.submits, 1);
}

/* From the last begin, and not before one. */
static void test_span(void **state)
{
	config.shown = 0;
	config.from = EVENT_EDGE(EVENT_iotlb_sync, 0);
	config.to = EVENT_EDGE(EVENT_submit, 1);
	at(0, 1);
	one_list(0, SMMU, 1, 1);
	enter_iotlb_sync((void *)0x10);
	leave_iotlb_sync((void *)0x10);
	at(200, 1);
	enter_iotlb_sync((void *)0x10);
	at(210, 2);
	one_list(210, SMMU, 1, 1); /* another task's */
	at(300, 1);
	one_list(300, SMMU, 1, 1);
	one_list(400, SMMU, 1, 1);
	leave_iotlb_sync((void *)0x10);
	assert_int_equal(nr_told, 1);
	assert_told(0, EVENT_SPAN, 200, 387, 1);
	assert_int_equal(told[0].sum.smmu, SMMU);
	config.slower_ns = 1000;
	at(500, 1);
	enter_iotlb_sync((void *)0x10);
	one_list(500, SMMU, 1, 1);
	assert_int_equal(nr_told, 1);
}

static void test_wait(void **state)
{
	struct fake_submit submitted = { SMMU, 1, 1 };

	at(0, 1);
	enter_submit(&submitted);
	at(10, 1);
	enter_sync((void *)0x20);
	at(60, 1);
	leave_sync((void *)0x20);
	leave_submit(&submitted);
	assert_told(0, EVENT_sync, 10, 60, 1);
	assert_int_equal(told[0].sum.smmu, SMMU);
	assert_int_equal(told[0].sum.submits, 0);
	assert_int_equal(told[1].sum.submits, 1);
}

/* Nobody's lock, an operation's, and a call's. */
static void test_lock(void **state)
{
	at(0, 1);
	lock_begin(NULL);
	lock_end(NULL);
	enter_munmap((void *)0x40);
	lock_begin(NULL);
	lock_end(NULL);
	enter_iotlb_sync((void *)0x10);
	at(5, 1);
	lock_begin(NULL);
	at(25, 1);
	lock_end(NULL);
	assert_int_equal(nr_told, 1);
	assert_told(0, EVENT_lock, 5, 25, 2);
}

static void test_began_before(void **state)
{
	at(0, 1);
	on = 0;
	enter_iotlb_sync((void *)0x10);
	on = 1;
	enter_tlb_inv_walk((void *)0x8);
	leave_tlb_inv_walk((void *)0x8);
	leave_iotlb_sync((void *)0x10);
	assert_int_equal(nr_told, 1);
	assert_int_equal(untold, 0);
	assert_int_equal(fake_storage[1].depth, 0);
}

/* The kernel missed the inner return: the outer one is told, and nothing stays behind. */
static void test_missed_return(void **state)
{
	at(0, 1);
	enter_iotlb_sync((void *)0x10);
	enter_tlb_inv_walk((void *)0x8);
	leave_iotlb_sync((void *)0x10);
	assert_int_equal(nr_told, 1);
	assert_int_equal(fake_storage[1].depth, 0);
}

static void test_too_deep(void **state)
{
	uint64_t i;

	at(0, 1);
	for (i = 1; i <= EVENT_CALLS + 2; i++)
		enter_iotlb_sync((void *)i);
	for (i = EVENT_CALLS + 2; i; i--)
		leave_iotlb_sync((void *)i);
	assert_int_equal(untold, 2);
	assert_int_equal(nr_told, EVENT_CALLS);
	assert_int_equal(fake_storage[1].depth, 0);
}

static void test_full_ring(void **state)
{
	room = 1;
	one_list(0, SMMU, 1, 1);
	one_list(100, SMMU, 1, 1);
	one_list(200, SMMU, 1, 1);
	assert_int_equal(nr_told, 1);
	assert_int_equal(full, 2);
	assert_int_equal(first_full_ns, 187);
}

static void test_refused(void **state)
{
	at(0, 1);
	enter_iotlb_sync((void *)0x10);
	one_list(0, SMMU, CMDQ_ENTRIES_MAX + 1, 1);
	one_list(100, SMMU, 1, 2);
	leave_iotlb_sync((void *)0x10);
	assert_int_equal(refused, 2);
	assert_true(told[2].sum.refused);
	assert_int_equal(told[2].sum.submits, 2);
	assert_int_equal(told[2].sum.commands, 0);
}

/* A CMD_SYNC within a list is one, and no other command. */
static void test_inner_sync(void **state)
{
	fake_word = CMD_SYNC;
	one_list(0, SMMU, 3, 1);
	assert_int_equal(told[0].sum.commands, 2);
	assert_int_equal(told[0].sum.syncs, 2);
}

static void test_names(void **state)
{
	unsigned int point, edge;

	assert_int_equal(event_parse_point("submit", &point), 0);
	assert_int_equal(point, EVENT_submit);
	assert_int_equal(event_parse_point("arm_smmu_iotlb_sync", &point), 0);
	assert_int_equal(point, EVENT_iotlb_sync);
	assert_int_not_equal(event_parse_point("submi", &point), 0);
	assert_int_not_equal(event_parse_point("", &point), 0);
	for (point = 0; point < EVENT_POINTS; point++)
		assert_non_null(event_point_name(point));
	assert_null(event_point_name(EVENT_SPAN));
	assert_int_equal(event_parse_edge("submit", false, &edge), 0);
	assert_int_equal(edge, EVENT_EDGE(EVENT_submit, 0));
	assert_int_equal(event_parse_edge("submit", true, &edge), 0);
	assert_int_equal(edge, EVENT_EDGE(EVENT_submit, 1));
	assert_int_equal(event_parse_edge("lock.begin", true, &edge), 0);
	assert_int_equal(edge, EVENT_EDGE(EVENT_lock, 0));
	assert_int_not_equal(event_parse_edge("lock.middle", true, &edge), 0);
	assert_int_not_equal(event_parse_edge("nothing.end", true, &edge), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_a_call_and_its_list, setup),
		cmocka_unit_test_setup(test_operation, setup),
		cmocka_unit_test_setup(test_several_domains, setup),
		cmocka_unit_test_setup(test_slower, setup),
		cmocka_unit_test_setup(test_points_that_are_not_shown, setup),
		cmocka_unit_test_setup(test_span, setup),
		cmocka_unit_test_setup(test_wait, setup),
		cmocka_unit_test_setup(test_lock, setup),
		cmocka_unit_test_setup(test_began_before, setup),
		cmocka_unit_test_setup(test_missed_return, setup),
		cmocka_unit_test_setup(test_too_deep, setup),
		cmocka_unit_test_setup(test_full_ring, setup),
		cmocka_unit_test_setup(test_refused, setup),
		cmocka_unit_test_setup(test_inner_sync, setup),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
