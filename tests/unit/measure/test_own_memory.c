// SPDX-License-Identifier: GPL-2.0-only
/* What a forked process has in common with its parent is its own afterwards, and the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "must.h"
#include "own_memory.h"

#define PAGES	600 /* more than are looked at in one go */
#define TOUCHED 550

static char *area;

/* In KiB, of the area, which is a mapping by itself; -1: there is no such number. */
static long of_area(const char *key)
{
	FILE *in = fopen("/proc/self/smaps", "re");
	bool here = false;
	char line[512];
	long kib = -1;

	MUST(in);
	while (kib < 0 && fgets(line, sizeof(line), in)) {
		unsigned long start, end;

		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			here = start == (unsigned long)area;
		else if (here && !strncmp(line, key, strlen(key)))
			sscanf(line + strlen(key), ": %ld", &kib);
	}
	fclose(in);
	return kib;
}

/* Between two pages that have no rights, so that it merges with no other. */
static void make_area(long page)
{
	char *all = mmap(NULL, (PAGES + 2) * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	MUST(all != MAP_FAILED);
	area = all + page;
	MUST(!mprotect(area, PAGES * page, PROT_READ | PROT_WRITE));
	madvise(area, PAGES * page, MADV_NOHUGEPAGE);
	for (int i = 0; i < TOUCHED; i++)
		area[i * page] = (char)(i + 1);
}

static void what_was_shared_is_written_to(void **state)
{
	const long page = sysconf(_SC_PAGESIZE), kib = TOUCHED * page / 1024;
	int status;
	pid_t child;

	make_area(page);
	child = fork();
	MUST(child >= 0);
	if (!child) {
		MUST(of_area("Shared_Dirty") == kib && of_area("Private_Dirty") == 0);
		own_memory();
		/* Nor are pages made that were not there. */
		MUST(of_area("Shared_Dirty") == 0 && of_area("Private_Dirty") == kib && of_area("Rss") == kib);
		for (int i = 0; i < TOUCHED; i++)
			MUST(area[i * page] == (char)(i + 1));
		_exit(0);
	}
	MUST(waitpid(child, &status, 0) == child);
	assert_int_equal(status, 0);
	MUST(!munmap(area - page, (PAGES + 2) * page));
}

/* A write to what may not be written to would end the process. */
static void what_is_read_only_is_left_alone(void **state)
{
	const long page = sysconf(_SC_PAGESIZE);
	int status;
	pid_t child;

	make_area(page);
	MUST(!mprotect(area, PAGES * page, PROT_READ));
	child = fork();
	MUST(child >= 0);
	if (!child) {
		long before = of_area("Shared_Dirty");

		own_memory();
		MUST(before > 0 && of_area("Shared_Dirty") == before);
		_exit(0);
	}
	MUST(waitpid(child, &status, 0) == child);
	assert_int_equal(status, 0);
	MUST(!munmap(area - page, (PAGES + 2) * page));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_shared_is_written_to),
		cmocka_unit_test(what_is_read_only_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
