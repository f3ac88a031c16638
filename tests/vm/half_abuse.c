// SPDX-License-Identifier: GPL-2.0-only
/*
 * half_abuse.c - calls the kernel half at random, mostly almost right.
 *
 * usage: half_abuse CALLS SEED. What it is told back does not matter, as long
 * as each kind of call sometimes works and sometimes does not; the kernel's
 * log and what runs afterwards tell whether harm was done. What needs an SMMU
 * model must not work without one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hist.h"
#include "invbench.h"
#include "windows.h"

#define KINDS	   13
#define MODEL_KIND 10 /* the first of those that need a model */

static uint64_t hist[HIST_BUCKETS(HIST_SUB_BITS_MAX)];
static uint64_t cells[WINDOWS_MAX * WINDOW_BUCKETS];
static struct invbench_thread threads[64];
static unsigned long worked[KINDS], refused[KINDS];

static int one_in(int n)
{
	return rand() % n == 0;
}

/* Below @n, but now and then anything. */
static uint32_t pick(uint32_t n)
{
	return one_in(20) ? (uint32_t)rand() * 2 : (uint32_t)rand() % n;
}

/* @good, but now and then memory that is not ours. */
static uintptr_t pointer(void *good)
{
	return one_in(40) ? 8 : (uintptr_t)good;
}

static int run(int fd)
{
	struct invbench_run in = {
		.domain = pick(4),
		.op = pick(INVBENCH_OP_COUNT),
		.flags = one_in(4) ? pick(9) : 0,
		.threads = one_in(30) ? pick(64) : pick(4),
		.size = one_in(10) ? (uint64_t)rand() : 1ULL << (11 + rand() % 13),
		.warmup = rand() % 3,
		.ops = rand() % 8,
		.sub_bits = HIST_SUB_BITS_MIN - 1 + rand() % 9,
		.reserved = one_in(30),
		.hist = pointer(hist),
		.thread = pointer(threads),
		.timeline = one_in(2) ? pointer(cells) : 0,
	};

	for (size_t i = 0; i < 64; i++)
		threads[i] = (struct invbench_thread){ .cpu = one_in(50) ? pick(4000) : (uint32_t)rand() % 2,
						       .reserved = one_in(400) };
	return ioctl(fd, INVBENCH_RUN, pointer(&in));
}

/* What is reported is really removed, lest a model complain. */
static int report(int fd)
{
	struct invbench_report in = { .size = 4096, .grain = one_in(20) ? rand() : 4096 };
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int ret;

	*(volatile char *)page = 1;
	in.iova = (uintptr_t)page;
	ret = ioctl(fd, INVBENCH_REPORT_BEGIN, pointer(&in));
	munmap(page, 4096);
	if (!ret)
		ioctl(fd, INVBENCH_REPORT_RETURN, &in);
	return ret;
}

static int control(int fd)
{
	struct invbench_control in = { "preset" };

	if (one_in(4))
		memset(in.text, 'x', rand() % (sizeof(in.text) + 1));
	return ioctl(fd, INVBENCH_CONTROL, pointer(&in));
}

static int call(int fd, int kind)
{
	struct invbench_sva sva = { .endpoint = pick(18), .reserved = one_in(20) };
	struct invbench_claim claim = { .endpoint = pick(18), .generation = one_in(20) };
	struct invbench_mark mark = { .number = rand() % 3, .pass = pick(3), .begin = pick(2) };
	struct invbench_endpoint endpoint = { .index = pick(18) };
	struct invbench_domain domain = { .endpoint = pick(18),
					  .flags = one_in(3) ? pick(4) : 0,
					  .generation = one_in(20) };
	struct invbench_attach attach = { .domain = pick(4), .endpoint = pick(18), .reserved = one_in(20) };
	struct invbench_info info;

	switch (kind) {
	case 0:
		return ioctl(fd, INVBENCH_INFO, pointer(&info));
	case 1:
		return ioctl(fd, INVBENCH_ENDPOINT, pointer(&endpoint));
	case 2:
		return ioctl(fd, INVBENCH_DOMAIN_ALLOC, pointer(&domain));
	case 3:
		return ioctl(fd, INVBENCH_ATTACH, pointer(&attach));
	case 4:
		return ioctl(fd, INVBENCH_DETACH, pointer(&attach));
	case 5:
		return run(fd);
	case 6:
		return ioctl(fd, INVBENCH_SVA_BIND, pointer(&sva));
	case 7:
		return ioctl(fd, INVBENCH_SVA_UNBIND, pointer(&sva));
	case 8:
		return ioctl(fd, INVBENCH_CLAIM, pointer(&claim));
	case 9:
		return ioctl(fd, INVBENCH_RELEASE, pointer(&claim));
	case MODEL_KIND:
		return ioctl(fd, INVBENCH_MARK, pointer(&mark));
	case MODEL_KIND + 1:
		return control(fd);
	default:
		return report(fd);
	}
}

int main(int argc, char **argv)
{
	int calls = argc == 3 ? atoi(argv[1]) : 0, status = 0;
	struct invbench_info info = {};

	srand(argc == 3 ? atoi(argv[2]) : 0);
	while (calls > 0) {
		int fd = open(INVBENCH_DEVICE, O_RDWR);

		if (fd < 0) {
			perror(INVBENCH_DEVICE);
			return 1;
		}
		ioctl(fd, INVBENCH_INFO, &info);
		for (int k = rand() % 200; k && calls; k--, calls--) {
			int kind = rand() % KINDS;

			if (call(fd, kind))
				refused[kind]++;
			else
				worked[kind]++;
		}
		close(fd);
	}
	for (int kind = 0; kind < KINDS; kind++) {
		printf("call %d: %lu worked, %lu were refused\n", kind, worked[kind], refused[kind]);
		if (kind >= MODEL_KIND && !(info.flags & INVBENCH_INFO_MODEL))
			status |= worked[kind] || !refused[kind];
		else
			status |= !worked[kind] || !refused[kind];
	}
	return status;
}
