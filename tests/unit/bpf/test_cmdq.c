// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel side of the probe `cmdq`, run in user space: lists, arguments and
 * queues that a real kernel does not have, or too rarely to be tested with. And
 * the figures that the user side makes of what was counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

/* In place of libbpf's bpf_helpers.h and bpf_core_read.h. */
#define __BPF_HELPERS__
#define __BPF_CORE_READ_H__
#define SEC(name)
#define __ksym
#define __weak			      __attribute__((weak))
#define __noinline		      __attribute__((noinline))
#define BPF_FUNC_get_smp_processor_id fake_cpu
#define barrier_var(var)	      asm volatile("" : "+r"(var))
#define CMDQ_CPUS		      4

static uint64_t fake_current_cpu;

static __u64 fake_cpu(void)
{
	return fake_current_cpu;
}

/* Which is which user space finds out before loading; here an argument is the member of its name, in the usual order. */
struct fake_submit {
	uint64_t smmu, cmdq, list, n, sync;
};

#define bpf_get_func_arg(ctx, which, value) fake_argument(ctx, #which, value)

static long fake_argument(const struct fake_submit *submit, const char *which, __u64 *value)
{
	*value = !strcmp(which, "args.smmu") ? submit->smmu :
		 !strcmp(which, "args.cmdq") ? submit->cmdq :
		 !strcmp(which, "args.list") ? submit->list :
		 !strcmp(which, "args.n")    ? submit->n :
					       submit->sync;
	return 0;
}

static long bpf_probe_read_kernel(void *to, uint32_t size, const void *from)
{
	if (from)
		memcpy(to, from, size);
	return from ? 0 : -14;
}

static long bpf_probe_read_kernel_str(void *to, uint32_t size, const void *from)
{
	strncpy(to, from, size - 1);
	return 0;
}

#define bpf_core_type_id_kernel(type)  0
#define bpf_rdonly_cast(address, type) (address)
#define bpf_loop(count, step, context, flags) \
	({ \
		for (uint32_t nth = 0; nth < (count) && !step(nth, context); nth++) \
			; \
	})

#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Waddress"
#include "../../bpf/cmdq.bpf.c"

#include "cmdq_figures.h"

/* An SMMU of the driver, as far as the layout says. */
static struct fake_smmu {
	const char *const *dev; /* of struct device, the pointer to its name */
	uint64_t val;		/* of its queue: prod below, cons above */
	uint64_t shift;
} smmus[CMDQ_INSTANCES + 1];

static const char *names[CMDQ_INSTANCES + 1];

static void set_layout(unsigned int queue_known)
{
	struct cmdq_layout *of_loader = (struct cmdq_layout *)&layout;
	const uintptr_t page = sysconf(_SC_PAGESIZE), begin = (uintptr_t)of_loader & -page;
	const uintptr_t end = ((uintptr_t)(of_loader + 1) + page - 1) & -page;

	/* The program's compiler must not know what it is; only the loader writes it. */
	assert_int_equal(mprotect((void *)begin, end - begin, PROT_READ | PROT_WRITE), 0);

	*of_loader = (struct cmdq_layout){
		.last = CMDQ_INSTANCES - 1,
		.val = queue_known ? offsetof(struct fake_smmu, val) : CMDQ_UNKNOWN,
		.shift = offsetof(struct fake_smmu, shift),
		.name_known = 1,
		.dev = offsetof(struct fake_smmu, dev),
	};
}

static int setup(void **state)
{
	memset(places, 0, sizeof(places));
	memset(keys, 0, sizeof(keys));
	memset(instances, 0, sizeof(instances));
	homeless = 0;
	fake_current_cpu = 0;
	for (unsigned int i = 0; i <= CMDQ_INSTANCES; i++) {
		names[i] = "an SMMU";
		smmus[i] = (struct fake_smmu){ .dev = &names[i], .shift = 8 };
	}
	set_layout(1);
	return 0;
}

static void submit_to(unsigned int smmu, const uint64_t *list, uint64_t n, uint64_t sync)
{
	struct fake_submit call = { (uintptr_t)&smmus[smmu], (uintptr_t)&smmus[smmu], (uintptr_t)list, n, sync };

	count_submit((const __u64 *)&call);
}

/* Of all CPUs. */
static struct cmdq_slot counted_of(unsigned int smmu)
{
	struct cmdq_slot sum = {};

	for (unsigned int i = 0; i < CMDQ_INSTANCES; i++)
		for (unsigned int cpu = 0; cpu < CMDQ_CPUS && keys[i] == (uintptr_t)&smmus[smmu]; cpu++) {
			cmdq_add(&sum, &places[cpu * CMDQ_INSTANCES + i].slot);
			cmdq_add_near(&sum, &places[cpu * CMDQ_INSTANCES + i].near);
		}
	return sum;
}

static void assert_figures(const char *no_queue, const char *want)
{
	struct cmdq_slot sum = counted_of(0);
	json_t *json = cmdq_figures(&sum, NULL, no_queue);
	char *came = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);

	assert_string_equal(came, want);
	free(came);
	json_decref(json);
}

#define TLBI(op, num, scale) ((uint64_t)(scale) << 20 | (uint64_t)(num) << 12 | (op))
#define TG(tg)		     ((uint64_t)(tg) << 10)

/* A list of every kind: ranges of each granule, a leaf, by tag, ATC_INVs, a CMD_SYNC within, and one that nobody knows. */
static void test_figures(void **state)
{
	static const uint64_t list[] = {
		TLBI(TLBI_NH_VA, 0, 0),
		TG(0),
		TLBI(TLBI_NH_VA, 3, 2),
		TG(1),
		TLBI(TLBI_NH_VA, 31, 31),
		TG(3),
		TLBI(TLBI_S2_IPA, 1, 0),
		TG(2),
		TLBI(TLBI_NH_ASID, 3, 3),
		TG(1),
		TLBI_NSNH_ALL,
		0,
		CMD_SYNC,
		0,
		ATC_INV,
		9,
		ATC_INV,
		52,
		CFGI_STE_RANGE,
		31,
		CFGI_STE_RANGE,
		30,
		0xfe,
		0,
	};

	smmus[0].val = (uint64_t)0x1fc << 32 | 0x005; /* 9 entries, past the end of the queue */
	submit_to(0, list, sizeof(list) / 16, 1);
	assert_figures(
		NULL,
		"{\"atc_inv\":{\"everything\":1,\"pages\":[[512,1]]},\"batch\":[[8,1]],\"batches\":1,\"commands\":11,"
		"\"commands_per_sync\":5.5,\"no_room\":0,\"occupancy\":[[8,1]],\"opcodes\":{\"0xfe\":1,\"ATC_INV\":2,"
		"\"CFGI_ALL\":1,\"CFGI_STE_RANGE\":1,\"CMD_SYNC\":2,\"TLBI_NH_ASID\":1,\"TLBI_NH_VA\":3,"
		"\"TLBI_NSNH_ALL\":1,\"TLBI_S2_IPA\":1},\"syncs\":2,\"tlbi\":{\"by_leaf\":1,\"by_range\":3,\"by_tag\":2,"
		"\"bytes\":4503599627468800,\"granule\":{\"16K\":1,\"4K\":1,\"64K\":1},\"granules\":68719476754,"
		"\"range_granules\":[[2,1],[16,1],[68719476736,1]]}}");
}

/* Each kind of command, and ranges at both ends of those that are counted one by one. */
static const uint64_t kinds_of_command[][2] = {
	{ TLBI(TLBI_NH_VA, 0, 0), TG(0) },
	{ TLBI(TLBI_NH_VA, 3, 2), TG(1) },
	{ TLBI(TLBI_NH_VA, 31, 31), TG(3) },
	{ TLBI(TLBI_S2_IPA, 1, 0), TG(2) },
	{ TLBI(TLBI_EL2_VA, 31, 7), TG(1) },
	{ TLBI(TLBI_EL2_VA, 0, 8), TG(1) },
	{ TLBI(TLBI_NH_ASID, 3, 3), TG(1) },
	{ TLBI_NSNH_ALL, 0 },
	{ CMD_SYNC, 0 },
	{ ATC_INV, 9 },
	{ ATC_INV, 52 },
	{ CFGI_STE_RANGE, 31 },
	{ CFGI_STE_RANGE, 30 },
	{ 0xfe, 0 },
};

#define KINDS (sizeof(kinds_of_command) / sizeof(kinds_of_command[0]))

/* Some from where nearly all kernels have the arguments, some from where a kernel may have them. */
static void submit_one_by_one(void)
{
	for (unsigned int i = 0; i < KINDS; i++) {
		struct fake_submit call = { (uintptr_t)&smmus[0], (uintptr_t)&smmus[0], (uintptr_t)kinds_of_command[i],
					    1, i & 1 };

		smmus[0].val = i;
		if (i & 2)
			count_submit((const __u64 *)&call);
		else
			count_submit_elsewhere(&call);
	}
}

/* Commands in one list, and each in a list of its own: the sums are the same. */
static void test_one_by_one(void **state)
{
	struct cmdq_slot together, apart;

	submit_to(0, kinds_of_command[0], KINDS, 1);
	together = counted_of(0);
	setup(state);
	submit_one_by_one();
	apart = counted_of(0);
	assert_int_equal(apart.batches, KINDS);
	assert_int_equal(apart.batch[1], KINDS);
	assert_int_equal(apart.syncs, KINDS / 2);
	assert_int_equal(apart.commands, KINDS);
	assert_memory_equal(apart.opcodes, together.opcodes, sizeof(apart.opcodes));
	assert_memory_equal(apart.pages, together.pages, sizeof(apart.pages));
	assert_memory_equal(apart.ranges, together.ranges, sizeof(apart.ranges));
	assert_memory_equal(apart.atc, together.atc, sizeof(apart.atc));
	assert_int_equal(apart.granules, together.granules);
	assert_int_equal(apart.bytes, together.bytes);
	assert_int_equal(apart.occupancy[0], 1);
	assert_int_equal(apart.occupancy[3], 4);
}

/* A queue of any size: the last entries, and more of them than are counted one by one. */
static void test_nearly_full(void **state)
{
	static const uint64_t list[] = { TLBI_NH_VA, 0 };
	uint64_t no_room = 0;

	for (unsigned int shift = 0; shift < 10; shift++) {
		const uint64_t entries = 1U << shift;

		setup(state);
		no_room = 0;
		smmus[0].shift = shift;
		for (uint64_t used = 0; used <= entries; used++) {
			smmus[0].val = used;
			submit_to(0, list, 1, used & 1);
			no_room += used + 1 + (used & 1) > entries;
			assert_int_equal(counted_of(0).no_room, no_room);
			assert_int_equal(counted_of(0).batches + counted_of(0).refused, used + 1);
		}
	}
}

/* A CMD_SYNC alone, and nothing known of the queue: said, and not zero. */
static void test_not_available(void **state)
{
	struct cmdq_slot sum;
	json_t *json;

	set_layout(0);
	submit_to(0, NULL, 0, 1);
	submit_to(0, NULL, 0, 0);
	assert_figures(
		"no BTF",
		"{\"atc_inv\":{\"everything\":0,\"pages\":[]},\"batch\":[[0,2]],\"batches\":2,\"commands\":0,"
		"\"commands_per_sync\":0.0,\"no_room\":\"not available: no BTF\",\"occupancy\":\"not available: no BTF\","
		"\"opcodes\":{\"CMD_SYNC\":1},\"syncs\":1,\"tlbi\":{\"by_leaf\":0,\"by_range\":0,\"by_tag\":0,\"bytes\":0,"
		"\"granule\":{},\"granules\":0,\"range_granules\":[]}}");
	sum = counted_of(0);
	json = cmdq_figures(&sum, "it is told wrong", NULL);
	assert_string_equal(json_string_value(json), "not available: it is told wrong");
	json_decref(json);
}

/* n is at most the queue's size, and sync 0 or 1; the upper bits of its register are anybody's. */
static void test_arguments_are_checked(void **state)
{
	static const uint64_t list[2 * 256] = { TLBI_NH_VA };

	submit_to(0, list, 257, 1);
	submit_to(0, list, (uint32_t)-1, 0);
	submit_to(0, list, 1, 2);
	assert_int_equal(counted_of(0).refused, 3);
	assert_int_equal(counted_of(0).batches, 0);
	assert_int_equal(refused.n, 1);
	assert_int_equal(refused.sync, 2);
	assert_int_equal(refused.entries, 256);
	submit_to(0, list, 0xabcd00000001, 0xf00);
	submit_to(0, list, 256, 1);
	assert_int_equal(counted_of(0).refused, 3);
	assert_int_equal(counted_of(0).commands, 257);
	assert_int_equal(counted_of(0).syncs, 1);
}

static void test_occupancy(void **state)
{
	static const uint64_t list[] = { TLBI_NH_VA, 0, TLBI_NH_VA, 0 };

	smmus[0].val = 0x100; /* full: the bit above the index differs */
	submit_to(0, list, 1, 0);
	assert_int_equal(counted_of(0).occupancy[9], 1);
	assert_int_equal(counted_of(0).no_room, 1);
	smmus[0].val = 0x80000000000000fdULL; /* flags above the index do not count */
	submit_to(0, list, 2, 1);
	assert_int_equal(counted_of(0).occupancy[8], 1);
	assert_int_equal(counted_of(0).no_room, 1);
	submit_to(0, list, 2, 1);
	smmus[0].val = 0xfe;
	submit_to(0, list, 2, 1);
	assert_int_equal(counted_of(0).no_room, 2);
	smmus[0].val = 0x101; /* more than full */
	submit_to(0, list, 1, 0);
	assert_int_equal(counted_of(0).far, 1);
	assert_int_equal(counted_of(0).batches, 5);
}

/* Every bucket's both ends. */
static void test_buckets(void **state)
{
	assert_int_equal(bucket(0), 0);
	for (unsigned int b = 1; b < CMDQ_BUCKETS; b++) {
		assert_int_equal(bucket(1ULL << (b - 1)), b);
		assert_int_equal(bucket((1ULL << b) - 1), b);
	}
	assert_int_equal(bucket(~0ULL), CMDQ_BUCKETS - 1);
}

/* As many SMMUs as there are places, from several CPUs; one more is told to be lost. */
static void test_instances(void **state)
{
	static const uint64_t list[] = { TLBI_NH_VA, 0 };

	for (unsigned int round = 0; round < 2; round++) {
		fake_current_cpu = round;
		for (unsigned int i = 0; i < CMDQ_INSTANCES; i++)
			submit_to(i, list, 1, i & 1);
	}
	for (unsigned int i = 0; i < CMDQ_INSTANCES; i++) {
		assert_int_equal(counted_of(i).batches, 2);
		assert_int_equal(counted_of(i).syncs, 2 * (i & 1));
		assert_string_equal(instances[i].name, "an SMMU");
		assert_int_equal(instances[i].entries, 256);
	}
	assert_int_equal(homeless, 0);
	submit_to(CMDQ_INSTANCES, list, 1, 1);
	assert_int_equal(homeless, 1);
}

/* Those of the erratum: with a CMD_SYNC after, and configuration or TLBIs before it. */
static void test_repeatable(void **state)
{
	static const struct {
		uint64_t first, n, sync, want;
	} calls[] = {
		{ PREFETCH_ADDR, 1, 1, 0 }, { CFGI_STE, 1, 1, 1 }, { TLBI_NSNH_ALL, 2, 1, 1 },
		{ ATC_INV, 1, 1, 0 },	    { CFGI_CD, 1, 0, 0 },  { CFGI_CD, 0, 1, 0 },
	};
	uint64_t want = 0;

	for (unsigned int i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		const uint64_t list[4] = { calls[i].first };

		submit_to(0, list, calls[i].n, calls[i].sync);
		want += calls[i].want;
		assert_int_equal(counted_of(0).repeatable, want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_figures, setup),
		cmocka_unit_test_setup(test_one_by_one, setup),
		cmocka_unit_test_setup(test_nearly_full, setup),
		cmocka_unit_test_setup(test_not_available, setup),
		cmocka_unit_test_setup(test_arguments_are_checked, setup),
		cmocka_unit_test_setup(test_occupancy, setup),
		cmocka_unit_test_setup(test_buckets, setup),
		cmocka_unit_test_setup(test_instances, setup),
		cmocka_unit_test_setup(test_repeatable, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
