// SPDX-License-Identifier: GPL-2.0-only
/*
 * own_memory.c - memory that a process has in common with none.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "own_memory.h"

#define CHUNK	 512	      /* pages */
#define RESERVED (1ULL << 32) /* bytes: no memory of ours, but a sanitizer's notes */

/* Those that are in memory: others would only take up some. What was freed is written to as well. */
__attribute__((no_sanitize_address)) static void write_pages(char *start, char *end, size_t page)
{
	for (; start < end; start += CHUNK * page) {
		size_t size = end - start < (ptrdiff_t)(CHUNK * page) ? (size_t)(end - start) : CHUNK * page;
		unsigned char present[CHUNK];

		if (mincore(start, size, present))
			return;
		for (size_t at = 0; at < size; at += page) {
			volatile char *byte = start + at;

			if (present[at / page] & 1)
				*byte = *byte;
		}
	}
}

void own_memory(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[4096], rights[5];
	uintptr_t start, end;

	while (maps && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s", &start, &end, rights) == 3 &&
		    !strcmp(rights, "rw-p") && end - start < RESERVED)
			write_pages((char *)start, (char *)end, sysconf(_SC_PAGESIZE));
	}
	if (maps)
		fclose(maps);
}
