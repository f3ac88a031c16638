// SPDX-License-Identifier: GPL-2.0-only
/* test_cpus.c - the CPUs that threads are put on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sched.h>
#include <stdio.h>

#include "cpus.h"
#include "must.h"

/* Those that this process may use, in order, and no more; also once it is on one of them alone. */
static void they_are_those_we_may_use(void **state)
{
	unsigned int index = 0;
	cpu_set_t set, one;

	MUST(!sched_getaffinity(0, sizeof(set), &set));
	for (int again = 0; again < 2; again++) {
		for (int cpu = index = 0; cpu < CPU_SETSIZE; cpu++) {
			if (CPU_ISSET(cpu, &set))
				assert_int_equal(thread_cpu(index++), cpu);
		}
		assert_int_equal(thread_cpu(index), -1);
		CPU_ZERO(&one);
		CPU_SET(thread_cpu(0), &one);
		MUST(!sched_setaffinity(0, sizeof(one), &one));
	}
	assert_int_equal(index, CPU_COUNT(&set));
	MUST(!sched_setaffinity(0, sizeof(set), &set));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_those_we_may_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
