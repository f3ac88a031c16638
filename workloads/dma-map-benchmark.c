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
#include <linux/magic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "workload.h"

#define DEBUGFS	  "/sys/kernel/debug"
#define BENCHMARK DEBUGFS "/dma_map_benchmark"

/*
 * The kernel's include/linux/map_benchmark.h, which it does not export. Its padding was lost in 5.18, and came back
 * in 6.18 and in what was stable then; 23ee8a2563a0.
 */
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

#define WITHOUT_EXPANSION 64 /* bytes; an ioctl's number has the size in it */
#define PADDED		  _IOWR('d', 1, struct map_benchmark)
#define SHORT		  _IOC(_IOC_READ | _IOC_WRITE, 'd', 1, WITHOUT_EXPANSION)
#define UNIT_NS		  100

_Static_assert(sizeof(struct map_benchmark) == 136 && offsetof(struct map_benchmark, expansion) <= WITHOUT_EXPANSION,
	       "as the kernel has it");

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
	struct statfs fs;

	if (statfs(DEBUGFS, &fs) || fs.f_type != DEBUGFS_MAGIC)
		return case_skip(
			c, "debugfs is not mounted at " DEBUGFS ": mount -t debugfs debugfs " DEBUGFS
			   "; where that fails the kernel has no CONFIG_DEBUG_FS, or was booted with debugfs=off");
	return case_take(c, &want, &name);
}

/* Why its file cannot be opened is nobody's fault here, if it is a switch of the kernel. */
static int cannot_open(struct run_case *c, int err)
{
	if (err == ENOENT)
		return case_skip(c, "there is no %s: the kernel needs CONFIG_DMA_MAP_BENCHMARK", BENCHMARK);
	if (err == EPERM)
		return case_skip(
			c,
			"%s may not be opened: the kernel is locked down (/sys/kernel/security/lockdown), as with "
			"Secure Boot; it takes lockdown=none",
			BENCHMARK);
	if (err == EACCES)
		return case_skip(c, "%s may not be opened: it takes root, and a kernel without debugfs=no-mount",
				 BENCHMARK);
	return case_error(c, "cannot open %s: %s", BENCHMARK, strerror(err));
}

/* 0 or an errno; EINVAL if the kernel has the struct in neither size. */
static int ask(int fd, struct map_benchmark *b)
{
	if (!ioctl(fd, PADDED, b))
		return 0;
	if (errno != EINVAL && errno != ENOTTY)
		return errno;
	if (!ioctl(fd, SHORT, b))
		return 0;
	return errno == ENOTTY ? EINVAL : errno;
}

/* As dma-api maps: any direction, within 32 bits. */
static int run(struct run_case *c, struct map_benchmark *b)
{
	int fd = open(BENCHMARK, O_RDWR | O_CLOEXEC), err;

	if (fd < 0)
		return cannot_open(c, errno);
	*b = (struct map_benchmark){
		.threads = (uint32_t)case_param(c, "threads"),
		.seconds = (uint32_t)case_param(c, "seconds"),
		.node = -1,
		.dma_bits = 32,
		.granule = (uint32_t)(case_param(c, "size") / (uint64_t)sysconf(_SC_PAGESIZE)),
	};
	err = ask(fd, b);
	close(fd);
	if (err == EINVAL)
		return case_skip(
			c,
			"the kernel's benchmark takes its struct in neither size that kernels have had (%zu and %d "
			"bytes): this one is newer, or refuses these parameters",
			sizeof(*b), WITHOUT_EXPANSION);
	return err ? case_error(c, "the kernel's benchmark: %s", strerror(err)) : 0;
}

static int whole(struct run_case *c)
{
	struct map_benchmark b = { 0 };
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
