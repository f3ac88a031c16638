// SPDX-License-Identifier: GPL-2.0-only
/*
 * race WALKERS CHANGES - WALKERS threads invalidate pages of one domain while one more attaches and detaches devices with
 * ATS: until there were CHANGES of these, and as many invalidations of each thread. Three things must hold, whatever comes between what:
 *
 *  - no ATC_INV is under way to a device whose detach has returned
 *  - an invalidation reaches each device that was attached all the time from before it until after it
 *  - if one was, it invalidates the TLBs, and does so before any ATC
 *
 * The first that does not ends it with status 1. Built with a sanitizer it is about memory as well: who reads an array
 * that is gone, or an entry that is being written.
 */
#include "design.h"
#include "queue.h"

/* Few, so that the array is replaced, loses trash at its end and is purged; one of them never leaves. */
#define DEVICES 6
#define STAYS	3

/*
 * How often a device has been attached or detached: odd from the return of an attach until the next detach begins.
 * @gone is true from the return of a detach until the next attach begins.
 */
static struct {
	u32 turn;
	bool gone;
} ____cacheline_aligned devices[MAX_DEVICES];

/* What the invalidation that this thread is in has sent. */
static __thread struct {
	u64 atcs;
	unsigned int tlbis;
	bool late;
} sent;

static bool done;
static unsigned int number;
static struct {
	unsigned long calls;
} ____cacheline_aligned walkers[NR_CPUS];
static unsigned long atc_invs;

static void fail(const char *what, unsigned int device)
{
	printf("FAIL: %s (device %u)\n", what, device);
	exit(1);
}

static void saw_atc_inv(const u64 *command, bool completed)
{
	unsigned int device = SID_DEVICE(FIELD_GET(CMDQ_ATC_0_SID, command[0]));

	/* Begin and end: a detach that returns in between is caught by the latter */
	if (smp_load_acquire(&devices[device].gone))
		fail("an ATC_INV to a device whose detach had returned", device);
	if (completed) {
		sent.atcs |= BIT(device);
		__atomic_fetch_add(&atc_invs, 1, __ATOMIC_RELAXED);
	}
}

static void saw(const u64 *command, bool completed)
{
	u8 opcode = FIELD_GET(CMDQ_0_OP, command[0]);

	if (opcode == CMDQ_OP_ATC_INV) {
		saw_atc_inv(command, completed);
	} else if (opcode == CMDQ_OP_TLBI_NH_VA && completed) {
		sent.late |= sent.atcs != 0;
		sent.tlbis++;
	}
}

static void one_call(unsigned long iova)
{
	u32 before[DEVICES];
	unsigned int i;

	for (i = 0; i < DEVICES; i++)
		before[i] = __atomic_load_n(&devices[i].turn, __ATOMIC_SEQ_CST);
	memset(&sent, 0, sizeof(sent));
	design_inv_range(iova, PAGE_SIZE);
	for (i = 0; i < DEVICES; i++) {
		if (!(before[i] % 2) || __atomic_load_n(&devices[i].turn, __ATOMIC_SEQ_CST) != before[i])
			continue;
		if (!(sent.atcs & BIT(i)))
			fail("no ATC_INV to a device that was attached all the time", i);
	}
	if (!sent.tlbis)
		fail("no TLBI, and a device was attached all the time", STAYS);
	if (sent.late)
		fail("a TLBI behind an ATC_INV", STAYS);
}

static void *walk(void *arg)
{
	unsigned long i;

	this_cpu = (uintptr_t)arg;
	rcu_online();
	for (i = 0; !READ_ONCE(done); i++) {
		one_call((i & 0xffff) << PAGE_SHIFT);
		rcu_quiescent();
		WRITE_ONCE(walkers[this_cpu].calls, i + 1);
	}
	rcu_offline();
	return NULL;
}

static void attach(unsigned int device)
{
	WRITE_ONCE(devices[device].gone, false);
	/* An ATC_INV may follow at once */
	smp_mb();
	if (design_attach(device))
		fail("an attach has failed", device);
	__atomic_add_fetch(&devices[device].turn, 1, __ATOMIC_SEQ_CST);
}

static void detach(unsigned int device)
{
	__atomic_add_fetch(&devices[device].turn, 1, __ATOMIC_SEQ_CST);
	design_detach(device);
	__atomic_store_n(&devices[device].gone, true, __ATOMIC_SEQ_CST);
}

static unsigned long least_calls(void)
{
	unsigned long least = READ_ONCE(walkers[0].calls);
	unsigned int i;

	for (i = 1; i < number; i++)
		least = min(least, READ_ONCE(walkers[i].calls));
	return least;
}

/* In an order that is not the same again soon. Returns how often. */
static unsigned long come_and_go(unsigned long wanted)
{
	unsigned long changes = 0;
	u32 random = 1;
	unsigned int device;

	while (changes < wanted || least_calls() < wanted) {
		random = random * 1664525 + 1013904223;
		device = (random >> 16) % DEVICES;
		if (device == STAYS)
			continue;
		if (devices[device].turn % 2)
			detach(device);
		else
			attach(device);
		changes++;
	}
	WRITE_ONCE(done, true);
	return changes;
}

int main(int argc, char **argv)
{
	unsigned long changes = argc == 3 ? strtoul(argv[2], NULL, 10) : 0, calls = 0;
	pthread_t threads[NR_CPUS];
	unsigned int i;

	number = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
	if (!number || number >= NR_CPUS || !changes) {
		fprintf(stderr, "usage: race WALKERS CHANGES\n");
		return 2;
	}
	rcu_cpus = number + 1;
	this_cpu = number;
	queue_witness = saw;
	/* So that there is time to be found out in */
	queue_answer_ns = 1000;
	design_init(true);
	for (i = 0; i < DEVICES; i++)
		devices[i].gone = true;
	attach(STAYS);
	for (i = 0; i < number; i++)
		if (pthread_create(&threads[i], NULL, walk, (void *)(uintptr_t)i))
			abort();
	changes = come_and_go(changes);
	for (i = 0; i < number; i++) {
		pthread_join(threads[i], NULL);
		calls += walkers[i].calls;
	}
	printf("ok: %lu invalidations, %lu ATC_INVs, %lu changes\n", calls, atc_invs, changes);
	for (i = 0; i < DEVICES; i++)
		if (devices[i].turn % 2)
			design_detach(i);
	design_exit();
	return 0;
}
