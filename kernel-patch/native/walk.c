// SPDX-License-Identifier: GPL-2.0-only
/*
 * walk THREADS DEVICES ATS ANSWER_NS SECONDS_100 - how often THREADS threads, a CPU each, invalidate a page of one domain
 * with DEVICES devices, and how long they take. ATS is 1 or 0; a CMD_SYNC takes ANSWER_NS; for so many hundredths of a
 * second. Prints: calls a second, and percentiles 50, 99 and 99.9 in ns, clock included.
 */
#include <sched.h>
#include <time.h>

#include "design.h"
#include "queue.h"
#include "times.h"

/* One call of so many is timed, so that the clock does not decide how often a thread calls. */
#define TIMED 16

static struct walker {
	pthread_t thread;
	u64 calls;
	struct times times; /* in ns */
} ____cacheline_aligned walkers[NR_CPUS];

static pthread_barrier_t begin;
static bool stop;
static cpu_set_t may;

/* The nth of the CPUs that this process may use, around again when there are no more. */
static void pin(unsigned int n)
{
	cpu_set_t one;
	int cpu = -1;

	n %= CPU_COUNT(&may);
	do {
		cpu++;
		if (CPU_ISSET(cpu, &may) && !n--)
			break;
	} while (1);
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (pthread_setaffinity_np(pthread_self(), sizeof(one), &one))
		perror("walk: a thread stays where it is");
}

static void *walk(void *arg)
{
	struct walker *walker = arg;
	u64 calls = 0, start;

	this_cpu = walker - walkers;
	pin(this_cpu);
	rcu_online();
	pthread_barrier_wait(&begin);
	for (; !READ_ONCE(stop); calls++) {
		unsigned long iova = (calls & 0xffff) << PAGE_SHIFT;

		if (calls % TIMED) {
			design_inv_range(iova, PAGE_SIZE);
		} else {
			start = queue_now_ns();
			design_inv_range(iova, PAGE_SIZE);
			times_keep(&walker->times, queue_now_ns() - start);
		}
		rcu_quiescent();
	}
	rcu_offline();
	walker->calls = calls;
	return NULL;
}

static void tell(unsigned int threads, double seconds)
{
	struct times *times = &walkers[0].times;
	u64 calls = walkers[0].calls;
	unsigned int i;

	for (i = 1; i < threads; i++) {
		calls += walkers[i].calls;
		times_add(times, &walkers[i].times);
	}
	printf("%.0f %u %u %u\n", calls / seconds, times_percentile(times, 0.5), times_percentile(times, 0.99),
	       times_percentile(times, 0.999));
}

static double run(unsigned int threads, unsigned int hundredths)
{
	u64 start;
	unsigned int i;

	pthread_barrier_init(&begin, NULL, threads + 1);
	for (i = 0; i < threads; i++)
		if (pthread_create(&walkers[i].thread, NULL, walk, &walkers[i]))
			abort();
	pthread_barrier_wait(&begin);
	start = queue_now_ns();
	nanosleep(&(struct timespec){ hundredths / 100, hundredths % 100 * 10000000 }, NULL);
	WRITE_ONCE(stop, true);
	for (i = 0; i < threads; i++)
		pthread_join(walkers[i].thread, NULL);
	return (queue_now_ns() - start) / 1e9;
}

int main(int argc, char **argv)
{
	unsigned int value[5], i;

	for (i = 0; i < 5; i++)
		value[i] = (int)i + 1 < argc ? strtoul(argv[i + 1], NULL, 10) : 0;
	if (argc != 6 || !value[0] || value[0] > NR_CPUS || value[1] > MAX_DEVICES || !value[4]) {
		fprintf(stderr, "usage: walk THREADS DEVICES ATS ANSWER_NS HUNDREDTHS\n");
		return 2;
	}
	sched_getaffinity(0, sizeof(may), &may);
	rcu_cpus = value[0];
	queue_answer_ns = value[3];
	design_init(value[2]);
	for (i = 0; i < value[1]; i++)
		if (design_attach(i))
			abort();
	tell(value[0], run(value[0], value[4]));
	return 0;
}
