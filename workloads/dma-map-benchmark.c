// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma-map-benchmark - the kernel's own benchmark of dma_map_single() and
 * dma_unmap_single() (CONFIG_DMA_MAP_BENCHMARK), to be held against dma-api,
 * which times the same two calls on the same device.
 *
 * It says only means. The operations are the same, function by function; what
 * its means differ in from the latencies of dma-api op=map and op=unmap is how
 * they are taken (a test does this sum, tests/vm/dma-api):
 *   - each time is cut to 100 ns, and their mean is cut once more;
 *   - the clock is ktime_get() instead of ktime_get_raw_fast_ns(). Both leave it
 *     in their times; dma-api op=ktime says what it is.
 * How many operations it did it does not tell, so that no counts of a probe are kept.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "workload.h"

#define BENCHMARK "/sys/kernel/debug/dma_map_benchmark"

/* The kernel's include/linux/map_benchmark.h, which it does not export. */
struct map_benchmark {
	uint64_t avg_map_100ns, map_stddev;
	uint64_t avg_unmap_100ns, unmap_stddev; /* each in units of 100 ns */
	uint32_t threads, seconds;
	int32_t node;
	uint32_t dma_bits;
	uint32_t dma_dir;
	uint32_t dma_trans_ns;
	uint32_t granule; /* pages */
	uint8_t expansion[76];
};

#define DMA_MAP_BENCHMARK _IOWR('d', 1, struct map_benchmark)
#define UNIT_NS		  100

static const char *const op_names[] = { "unmap", "map", NULL };
static const char *const types[] = { "DMA-FQ", "DMA" };
static const char *const off_on[] = { "off", "on", NULL };

static int setup(struct run_case *c)
{
	const struct device_want want = {
		.what = "an endpoint",
		.driver = "invbench",
		.no_ats = true,
		.type = types[case_param(c, "strict")],
		.as = "dma_map_benchmark",
	};
	const char *name;

	return case_take(c, &want, &name);
}

/* As dma-api maps: any direction, within 32 bits. */
static int run(struct run_case *c, struct map_benchmark *b)
{
	int fd = open(BENCHMARK, O_RDWR | O_CLOEXEC), err;

	*b = (struct map_benchmark){
		.threads = (uint32_t)case_param(c, "threads"),
		.seconds = (uint32_t)case_param(c, "seconds"),
		.node = -1,
		.dma_bits = 32,
		.granule = (uint32_t)(case_param(c, "size") / (uint64_t)sysconf(_SC_PAGESIZE)),
	};
	if (fd < 0)
		return case_error(c, "cannot open %s: %s", BENCHMARK, strerror(errno));
	err = ioctl(fd, DMA_MAP_BENCHMARK, b) ? errno : 0;
	close(fd);
	return err ? case_error(c, "the kernel's benchmark: %s", strerror(err)) : 0;
}

static int whole(struct run_case *c)
{
	struct map_benchmark b;
	int ret = run(c, &b);

	if (ret)
		return ret;
	case_number(c, "map mean", (double)b.avg_map_100ns * UNIT_NS, "ns");
	case_number(c, "map deviation", (double)b.map_stddev * UNIT_NS, "ns");
	case_number(c, "unmap mean", (double)b.avg_unmap_100ns * UNIT_NS, "ns");
	case_number(c, "unmap deviation", (double)b.unmap_stddev * UNIT_NS, "ns");
	case_sample(c, 0, UNIT_NS * (case_param(c, "op") ? b.avg_map_100ns : b.avg_unmap_100ns));
	return 0;
}

WORKLOAD(dma_map_benchmark) = {
	.name = "dma-map-benchmark",
	.summary = "the kernel's own benchmark of the DMA API: one sample, a mean in steps of 100 ns",
	.unit = "operation",
	.needs = { .half = true, .pages = true },
	.params = {
		{ .name = "op", .summary = "which of its two means is the sample", .choices = op_names },
		{ .name = "size", .summary = "of a buffer", .def = 4 << 10, .min = 4 << 10, .max = 2 << 20, .bytes = true },
		{ .name = "strict", .summary = "on: each unmap invalidates; off: many together", .def = 1, .choices = off_on },
		{ .name = "seconds", .summary = "that it runs", .def = 1, .min = 1, .max = 300 },
		{ .name = "ops", .summary = "runs", .def = 1, .min = 1, .max = 1 },
		{ .name = "warmup", .summary = "it has none", .max = 0 },
	},
	.setup = setup,
	.whole = whole,
};
