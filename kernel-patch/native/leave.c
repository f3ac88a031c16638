// SPDX-License-Identifier: GPL-2.0-only
/*
 * leave THREADS CHANGES - THREADS threads invalidate pages of a domain with one device that answers an ATC_INV at once, and
 * another one that takes 1 ms, and joins and leaves so often. A lock that is held over the answer would have them wait
 * for one another when it leaves. Prints percentiles 50, 99 and 99.9 of the invalidations, and 50 and 99 of the leaves, in us.
 */
#include <time.h>

#include "design.h"
#include "queue.h"
#include "times.h"

#define STAYS  0
#define LEAVES 1

static struct times calls[NR_CPUS], leaves;
static bool stop;

static void keep_time(struct times *times, u64 since)
{
	times_keep(times, (queue_now_ns() - since) / 1000);
}

static void *walk(void *arg)
{
	unsigned long i;
	u64 start;

	this_cpu = (uintptr_t)arg;
	rcu_online();
	for (i = 0; !READ_ONCE(stop); i++) {
		start = queue_now_ns();
		design_inv_range((i & 0xffff) << PAGE_SHIFT, PAGE_SIZE);
		keep_time(&calls[this_cpu], start);
		rcu_quiescent();
		/* Nobody does nothing but unmap; and a lock without a queue would starve who leaves */
		nanosleep(&(struct timespec){ .tv_nsec = 100000 }, NULL);
	}
	rcu_offline();
	return NULL;
}

static void come_and_go(void)
{
	u64 start;

	if (design_attach(LEAVES))
		abort();
	nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
	start = queue_now_ns();
	design_detach(LEAVES);
	keep_time(&leaves, start);
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

int main(int argc, char **argv)
{
	unsigned int number = argc == 3 ? strtoul(argv[1], NULL, 10) : 0,
		     changes = argc == 3 ? strtoul(argv[2], NULL, 10) : 0, i;
	pthread_t threads[NR_CPUS];

	if (!number || number >= NR_CPUS || !changes) {
		fprintf(stderr, "usage: leave THREADS CHANGES\n");
		return 2;
	}
	rcu_cpus = number + 1;
	this_cpu = number;
	queue_slow_ns = 1000000;
	queue_slow_sid = DEVICE_SID(LEAVES);
	design_init(true);
	if (design_attach(STAYS))
		abort();
	for (i = 0; i < number; i++)
		if (pthread_create(&threads[i], NULL, walk, (void *)(uintptr_t)i))
			abort();
	for (i = 0; i < changes; i++)
		come_and_go();
	WRITE_ONCE(stop, true);
	for (i = 0; i < number; i++) {
		pthread_join(threads[i], NULL);
		if (i)
			times_add(&calls[0], &calls[i]);
	}
	printf("%u %u %u %u %u\n", times_percentile(&calls[0], 0.5), times_percentile(&calls[0], 0.99),
	       times_percentile(&calls[0], 0.999), times_percentile(&leaves, 0.5), times_percentile(&leaves, 0.99));
	return 0;
}
