// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvme - what a drive's real DMA pays for its mappings: fio reads from an NVMe
 * drive behind an SMMU, whose group is strict (each unmap is invalidated), lazy
 * (many together) or passes through (control: nothing is mapped).
 *
 * The drive is taken only while nobody uses it, and gets its domain back
 * afterwards. It is read only, unless three things ask for writing: --device,
 * rw=randwrite and destroy=yes.
 *
 * On bed icount the times are instructions of everything that ran until an I/O
 * was complete, and idle time is skipped: what this says there is commands and
 * syncs per I/O, and that data went where it should (verify=on).
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fio.h"
#include "workload.h"

#define APPEARS_MS 10000 /* until a drive that was bound has its block device */

static const char *const modes[] = { "strict", "lazy", "passthrough", NULL };
static const char *const types[] = { "DMA", "DMA-FQ", "identity" };
static const char *const orders[] = { "randread", "randwrite", NULL };
static const char *const engines[] = { "libaio", "io_uring", NULL };
static const char *const no_yes[] = { "no", "yes", NULL };
static const char *const off_on[] = { "off", "on", NULL };

struct nvme {
	const char *name;
	int fd; /* the block device, exclusively: nobody can mount it meanwhile */
	char path[64];
};

/* Its first namespace. One that several controllers share has another name, and is not taken. */
static bool find_block(struct nvme *n)
{
	char pattern[128];
	glob_t found;
	bool is;

	snprintf(pattern, sizeof(pattern), "/sys/bus/pci/devices/%s/nvme/nvme*/nvme*[0-9]n*", n->name);
	is = !glob(pattern, 0, NULL, &found) && !strchr(strrchr(found.gl_pathv[0], '/'), 'c');
	if (is)
		snprintf(n->path, sizeof(n->path), "/dev%.32s", strrchr(found.gl_pathv[0], '/'));
	globfree(&found);
	return is;
}

/* It comes some time after its driver. */
static int open_drive(struct run_case *c, struct nvme *n)
{
	for (int ms = 0; n->fd < 0 && ms < APPEARS_MS; ms++, usleep(1000)) {
		if (find_block(n))
			n->fd = open(n->path, O_RDONLY | O_EXCL | O_CLOEXEC);
	}
	return n->fd < 0 ? case_error(c, "drive %s has no block device for us: %s", n->name, strerror(errno)) : 0;
}

static int check(struct run_case *c)
{
	if (!case_param(c, "rw") || (case_param(c, "destroy") && case_device(c)))
		return 0;
	return case_error(c, "rw=randwrite destroys what is on a drive: name it with --device, and say destroy=yes");
}

static int setup(struct run_case *c)
{
	const struct device_want want = { .what = "an NVMe drive",
					  .driver = "nvme",
					  .type = types[case_param(c, "mode")] };
	struct nvme *n = malloc(sizeof(*n));

	if (!n)
		return case_error(c, "out of memory");
	*n = (struct nvme){ .fd = -1 };
	case_set_private(c, n);
	return case_take(c, &want, &n->name) ?: open_drive(c, n);
}

/* If fio knows it. */
static void add_number(struct run_case *c, const char *name, double value, const char *unit)
{
	if (isfinite(value))
		case_number(c, name, value, unit);
}

static int whole(struct run_case *c)
{
	const struct nvme *n = case_private(c);
	const struct fio_job job = {
		.path = n->path,
		.engine = case_choice(c, "engine"),
		.write = case_param(c, "rw"),
		.verify = case_param(c, "verify"),
		.block = case_param(c, "bs"),
		.depth = case_param(c, "depth"),
		.ios = case_param(c, "ops"),
		.cpu = case_cpu(c, 0),
	};
	struct fio_result result;
	struct sentence why;
	int err = fio_run(&job, case_sub_bits(c), &result, &why);

	if (err)
		return case_error(c, "%s", why.text);
	case_samples(c, 0, &result.latency);
	case_count(c, result.ios);
	add_number(c, "iops", result.iops, "I/O/s");
	add_number(c, "bandwidth", result.bytes_per_s, "B/s");
	add_number(c, "mean", result.mean_ns, "ns");
	hist_free(&result.latency);
	return 0;
}

static void teardown(struct run_case *c)
{
	struct nvme *n = case_private(c);

	if (n && n->fd >= 0)
		close(n->fd);
	free(n);
}

WORKLOAD(nvme) = {
	.name = "nvme",
	.summary = "fio on an NVMe drive: real DMA; on bed icount only commands per I/O count, never times",
	.unit = "I/O",
	.needs = { .real_dma = true, .program = "fio" },
	.idles = true,
	.params = {
		{ .name = "mode", .summary = "of the drive's IOMMU group; passthrough: control", .choices = modes },
		{ .name = "rw", .summary = "randwrite needs --device and destroy=yes", .choices = orders },
		{ .name = "destroy", .summary = "may what is on the drive be lost?", .choices = no_yes },
		{ .name = "bs", .summary = "of an I/O", .def = 4 << 10, .min = 512, .max = 4 << 20, .bytes = true },
		{ .name = "depth", .summary = "I/Os under way at a time", .def = 1, .min = 1, .max = 64 },
		{ .name = "engine", .summary = "how fio submits", .choices = engines },
		{ .name = "verify", .summary = "each block holds its own offset, as verify=on writes it", .choices = off_on },
		{ .name = "ops", .summary = "I/Os", .def = 1000, .min = 1, .max = 1000000000 },
		{ .name = "threads", .summary = "fio has one", .def = 1, .min = 1, .max = 1 },
		{ .name = "warmup", .summary = "fio has none", .max = 0 },
	},
	.check = check,
	.setup = setup,
	.whole = whole,
	.teardown = teardown,
};
